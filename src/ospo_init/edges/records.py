"""The record of a project: the tracked one, and a private one that lies wherever its owner keeps it."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from ospo_init.core.checklist import OWNERS
from ospo_init.core.record import PATH, Record
from ospo_init.core.record_edit import Entry
from ospo_init.core.record_schema import Reader
from ospo_init.edges import record_file
from ospo_init.edges.git import Git
from ospo_init.edges.git_folder import top_of
from ospo_init.edges.record_file import Edit
from ospo_init.errors import UserError

VARIABLE, SETTING = "OSPO_INIT_PRIVATE_RECORD", "ospo-init.privateRecord"


@dataclass(frozen=True)
class Private:
    """Where the private record is, and how it is told. `inside` is its path in the repository, if git tells it there.

    That is so where it lies in the work tree and is not ignored, so that it would be published.
    """

    path: Path
    shown: str
    inside: str = ""


def read(
    top: Path,
    *,
    known: Collection[str] | None = None,
    private: str | None = None,
    roles: Collection[str] | None = (),
) -> Record:
    """Return what the records of the project in `top` say, the tracked one first; an empty one where there is none.

    `known` are the ids of the checklist's items, `roles` those beside the checklist's (of both None: any). `private`
    is the path of the private record, '' for none; None looks where the environment or git's settings say. Raises
    UserError naming file, line and column.
    """
    place = private_place(top, private)
    tracked, own = _one(top / PATH, PATH, known, roles=roles), Record()
    if place is not None:
        own = _one(place.path, place.shown, known, private=True, roles=roles)
    leaks = (0, *tracked.leaks) if place and place.inside and own.path else tracked.leaks
    return replace(
        tracked,
        decisions={**tracked.decisions, **own.decisions},
        sign_offs=(*tracked.sign_offs, *own.sign_offs),
        waivers=(*tracked.waivers, *own.waivers),
        stages=(*tracked.stages, *own.stages),
        leaks=leaks,
        private_path=place.inside if place and own.path else "",
    )


def private_place(top: Path, private: str | None = None) -> Private | None:
    """Return where the private record of the project in `top` is (it need not be there yet), or None for none.

    The environment variable OSPO_INIT_PRIVATE_RECORD names it, or the repository's own git setting
    ospo-init.privateRecord; a path that is not whole starts at the repository's folder.
    """
    repository = top_of(top) or top
    named = private if private is not None else os.environ.get(VARIABLE) or _setting(repository)
    if not named:
        return None
    try:
        path = Path(os.path.normpath(repository / Path(named).expanduser()))
        whole = path.resolve()
    except (RuntimeError, OSError, ValueError):
        raise UserError(f"The private record {named!r} is not a path.", _SET) from None
    if whole == (top / PATH).resolve():
        raise UserError(f"The private record is the tracked one, {PATH}.", _SET)
    return Private(path, named, _told_by_git(repository, path) or _told_by_git(repository.resolve(), whole))


def planned(top: Path, name: str, entry: Entry, *, path: Path | None = None) -> Edit:
    """Return the change that `append` would make; nothing is written. Raises UserError as it does."""
    whole, shown = (top / PATH, PATH) if path is None else (path, str(path))
    _one(whole, shown, None, private=path is not None, roles=None)  # what is wrong already is told as it is
    change = record_file.edit(whole, shown, name, entry, links=path is not None)
    Reader(shown, roles=None).record(record_file.parsed(change.after, shown))
    return change


def append(top: Path, name: str, entry: Entry, *, path: Path | None = None) -> Edit:
    """Add `entry` to the list `name` of the record in the folder `top`, and return what was changed.

    `name` is sign_offs, waivers or stage_history; `path` is the file of a private record, written instead. Every other
    byte of the file stays as it is. Raises UserError, with nothing written, where that cannot be, or where the entry
    is none that could be read again.
    """
    folder = (path or top / PATH).parent
    if path is None and folder.is_symlink():
        raise UserError(f"{Path(PATH).parent} is a link, which is not followed.", "Make it a folder.")
    with record_file.locked(folder):
        change = planned(top, name, entry, path=path)
        record_file.write(change)
    return change


_SET = f"Name one outside the repository: git config {SETTING} ../private/record.yml"


def required_private(top: Path) -> Private:
    """Return where the private record is; raise UserError where none is named, or git would publish it."""
    place = private_place(top)
    if place is None:
        raise UserError("No private record is named, and the tracked one is public.", _SET)
    if place.inside:
        raise UserError(
            f"The private record {place.inside} lies in the repository and is not ignored, so it would be published.",
            f"{_SET}, or add it to .gitignore.",
        )
    return place


def _one(
    path: Path, shown: str, known: Collection[str] | None, private: bool = False, roles: Collection[str] | None = ()
) -> Record:
    found = record_file.load(path, shown, links=private)
    able = None if roles is None else (*OWNERS, *roles)
    return Record() if found is None else Reader(shown, known, private, able).record(found[1])


def _setting(repository: Path) -> str:
    return Git(repository).ask("config", "--local", "--get", SETTING) or ""


def _told_by_git(repository: Path, path: Path) -> str:
    """Return the path in the repository of what git would tell as new, or tells as its own; '' for anything else."""
    if not path.is_relative_to(repository):
        return ""
    inside = path.relative_to(repository).as_posix()
    if inside.split("/")[0].lower() == ".git":
        return ""
    ignored = Git(repository).ask("check-ignore", "--quiet", "--", inside)
    return inside if ignored is None else ""
