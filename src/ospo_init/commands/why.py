"""`ospo-init why`: for what reason a file is there, answered from the lock alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ospo_init.commands import why_report
from ospo_init.commands.looking import generated
from ospo_init.core.bank import nearest
from ospo_init.core.lock import Lock, Row
from ospo_init.edges import house_rules, project
from ospo_init.edges.project import Project
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Asked:
    """A path in a project: `name` is what the template calls the file, `row` is the lock's, if it has one."""

    place: Project
    lock: Lock
    name: str
    row: Row | None = None

    @property
    def is_record(self) -> bool:
        """Whether it is one of the two files in which ospo-init records what it did."""
        return self.name in (self.place.answers_file, self.place.lock_file)

    @property
    def is_there(self) -> bool:
        """Whether something lies at the path."""
        return os.path.lexists(self.place.folder / self.name)


def run(typed: str, answers_file: str = "") -> Outcome:
    """Say why the file that was typed is there."""
    if told := _answer(typed, answers_file):
        return told
    asked = _asked(typed, answers_file)
    if asked.is_record:
        return why_report.record(asked)
    return why_report.generated(asked, asked.row) if asked.row else why_report.own(asked)


def _answer(typed: str, answers_file: str) -> Outcome | None:
    """Return why an answer is what it is, where a recorded one was named and no file is called so."""
    if not typed.isidentifier() or os.path.lexists(typed):
        return None
    try:
        place = generated(".", answers_file)
    except UserError:
        return None
    text = project.on_disk(place, place.answers_file)
    answers = project.read_recorded(text, place.answers_file).answers if text is not None else {}
    if typed not in answers:
        return None
    return why_report.answer(place, typed, answers[typed], house_rules.read(place.folder))


def _asked(typed: str, answers_file: str) -> Asked:
    """Return what was meant: a file of the lock, else what lies there; from here, else from the project's folder.

    The project is the one that the path lies in, which from a folder above is another than where one stands.
    """
    path = Path.cwd() / typed
    folders = path.parents if path.is_symlink() else (path, *path.parents)
    above = next(folder for folder in folders if folder.is_dir())
    first = _read(generated(str(above), answers_file), path)
    if first and (first.row or first.is_record):
        return first
    meant = [asked for asked in (first, _from_project(typed, answers_file)) if asked]
    for asked in (*(one for one in meant if one.row or one.is_record), *(one for one in meant if one.is_there)):
        return asked
    for asked in meant:
        if why_report.house_lines(asked):  # a house forbids it, or asks for it, and it is not there
            return asked
    raise _unknown(typed, meant)


def _from_project(typed: str, answers_file: str) -> Asked | None:
    """Return what the path is from the folder of the project that one stands in, or None."""
    try:
        place = generated(".", answers_file)
    except UserError:
        return None
    return _read(place, place.folder / typed)


def _read(place: Project, path: Path) -> Asked | None:
    """Return what the project's lock has at `path`; None for a path that is not in the project."""
    text = project.on_disk(place, place.lock_file)
    if text is None:
        raise UserError(
            f"There is no {place.lock_file} in {place.folder}, so what its template made is not known.",
            "`ospo-init update` writes it.",
        )
    lock = project.read_lock(text, place.lock_file)
    whole = path.resolve() if path.name == ".." else path.parent.resolve() / path.name
    if not whole.is_relative_to(place.folder):
        return None
    name = whole.relative_to(place.folder).as_posix()
    known = {row.at: known for known, row in lock.files.items() if row.at}.get(name, name)
    return Asked(place, lock, known, lock.files.get(known))


def _unknown(typed: str, meant: list[Asked]) -> UserError:
    names = {row.at or path for asked in meant for path, row in asked.lock.files.items()}
    near = next((found for asked in meant if (found := nearest(asked.name, sorted(names)))), "")
    return UserError(
        f"{typed} is not there, and no template here makes it.",
        f"Did you mean {near}?" if near else "`ospo-init status --json` lists the generated files.",
    )
