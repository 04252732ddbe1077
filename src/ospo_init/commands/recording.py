"""What `sign` and `waive` share: the item and the project they are about, who is asking, and how the result is told."""

from __future__ import annotations

import datetime
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ospo_init.commands import now
from ospo_init.commands.update_report import of_patch
from ospo_init.core.checking import house_items
from ospo_init.core.checking.evaluate import Row
from ospo_init.core.checklist import Item
from ospo_init.core.conditions import Facts
from ospo_init.core.record import PATH, Record
from ospo_init.core.record_edit import Entry
from ospo_init.core.record_schema import closest
from ospo_init.edges import git, head, house_rules, project, records
from ospo_init.edges.project import Project
from ospo_init.edges.record_file import Edit
from ospo_init.edges.records import Private
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Job:
    """An entry to be made: about which item of which project, at which commit, in which record as it is now.

    `private` is where the private record is, for an entry that goes there.
    """

    item: Item
    place: Project
    commit: str
    record: Record
    private: Private | None = None
    dry_run: bool = False
    houses: tuple[Mapping[str, Any], ...] = ()

    @property
    def folder(self) -> Path:
        """The project's folder, in which the record lies."""
        return self.place.folder

    @property
    def shown(self) -> str:
        """The record that the entry goes to, as it is told."""
        return self.private.shown if self.private else PATH


def begin(typed: str, repo: str, private: bool, dry_run: bool) -> Job:
    """Return what is to be done; raise UserError for an item or project that is none, and for a broken record."""
    git.require_git()
    place = now.find(repo, "")
    houses = house_rules.read(place.folder)
    items = known_items(houses)
    item = items.get(typed.strip().upper())
    if item is None:
        raise _unknown(typed, items)
    commit = head.open_repository(place).head
    item = _routed(item, place, houses)
    record = records.read(place.folder, known=items, roles=house_items.roles(houses))
    where = records.required_private(place.folder) if private else None
    return Job(item, place, commit, record, where, dry_run, houses)


def _routed(item: Item, place: Project, houses: tuple[Mapping[str, Any], ...]) -> Item:
    """Return the item with who must sign it in this project, as the houses route it."""
    text = project.on_disk(place, place.answers_file) if houses and place.answers_file else None
    if text is None:
        return item
    lock = project.read_lock(project.on_disk(place, place.lock_file), place.lock_file)
    layers = {row.layer for row in lock.files.values()}
    facts = Facts(project.read_recorded(text, place.answers_file).answers, layers)
    return house_items.routed([Row(item, None)], houses, facts)[0].item


def known_items(houses: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Item]:
    """Return the items of the checklist, as the houses have them and those of plug-ins too, by id."""
    from ospo_init.edges import check_data

    return {row.item.id: row.item for row in check_data.rows_of(houses)}


def today() -> datetime.date:
    """Return the day."""
    return datetime.date.today()


def identity(folder: Path) -> str:
    """Return who git would name as the author of a commit: "Ada Example <ada@example.org>"."""
    set_ = git.settings(folder, r"^(user|author)\.(name|email)$")
    found = {}
    for key in ("name", "email"):
        value = os.environ.get(f"GIT_AUTHOR_{key.upper()}") or set_.get(f"author.{key}") or set_.get(f"user.{key}", "")
        found[key] = value.strip()
    if missing := [f"user.{key}" for key, value in found.items() if not value]:
        example = {"user.name": '"Ada Example"', "user.email": "ada@example.org"}
        then = " && ".join(f"git config --global {key} {example[key]}" for key in missing)
        raise UserError(f"git does not know who you are: {' and '.join(missing)} not set.", then)
    who = f"{found['name']} <{found['email']}>"
    if not who.isprintable():
        raise UserError("Your name or address in git's settings holds what is no plain text.", "Set it anew.")
    return who


def written(job: Job, name: str, entry: dict[str, str], said: Lines) -> Outcome:
    """Add the entry to the list `name` and say so, or show the change where the job is a dry run."""
    kept: Entry = {key: value for key, value in entry.items() if value}
    path = job.private.path if job.private else None
    data = _data(job, kept) | {"notes": [text for style, text in said if style == "mark"]}
    if job.dry_run:
        change = records.planned(job.folder, name, kept, path=path)
        lines: Lines = [*said, ("", ""), *_shown(change), ("good", "Nothing was written.")]
        return Outcome(data | {"written": False, "diff": change.patch}, tuple(lines))
    change = records.append(job.folder, name, kept, path=path)
    data |= {"written": True, "diff": change.patch, "next": _next(job, entry)}
    return Outcome(data, (*said, *_where(job, entry)))


def unchanged(job: Job, entry: dict[str, str], line: int, what: str) -> Outcome:
    """Return what is said where the record says it already."""
    data = _data(job, {key: value for key, value in entry.items() if value})
    lines = (("good", what), ("dim", f"It stands in {job.shown}, line {line}. Nothing was written."))
    return Outcome(data | {"written": False, "line": line, "notes": [what]}, lines)


def one_line(text: str, option: str) -> str:
    """Return a text of the person's without the blanks around it; raise UserError where it cannot be kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UserError(f"{option} is not UTF-8 text.", "Give it in the terminal's encoding.") from None
    if any(not letter.isprintable() and letter not in "\n\t" for letter in text):
        raise UserError(f"{option} holds characters that cannot be seen.", "Leave them out.")
    return text.strip()


def _data(job: Job, entry: Entry) -> dict[str, Any]:
    item = {"id": job.item.id, "title": job.item.title, "owner": job.item.owner}
    record = {"path": job.shown, "private": job.private is not None}
    return {"schema_version": 1, "path": str(job.folder), "item": item, "record": record, "entry": dict(entry)}


def _where(job: Job, entry: dict[str, str]) -> Lines:
    if job.private:
        return [("dim", f"It stands in the private record {job.shown}, which is not part of the repository.")]
    steps = [("", f"  {step}") for step in _next(job, entry)]
    return [
        ("dim", f"It stands in {PATH}, and is not committed."),
        ("", ""),
        ("title", "Next (nothing of this was run):"),
        *steps,
    ]


def _next(job: Job, entry: dict[str, str]) -> list[str]:
    if job.private:
        return []
    here = "" if Path.cwd() == job.folder else f" -C {shlex.quote(str(job.folder))}"
    paths = [PATH, *([entry["evidence"]] if entry.get("sha256") else [])]
    return [f"git{here} add {shlex.join(paths)} && git{here} commit -s"]


def _shown(change: Edit) -> Lines:
    return [(of_patch(line), line.rstrip("\r")) for line in change.patch.removesuffix("\n").split("\n")]


def _unknown(typed: str, items: dict[str, Item]) -> UserError:
    close = closest(typed.strip(), items)
    then = f"Did you mean {close}: {items[close].title}?" if close else "`ospo-init check --verbose` lists the items."
    return UserError(f"{typed!r} is no item of the checklist.", then)


def listed(names: Sequence[str]) -> str:
    """Return names as people list them: a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
