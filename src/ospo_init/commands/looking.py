"""The long way of `status`: whatever the project records, and whatever is known of its template's versions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.commands import now
from ospo_init.commands.now import Now
from ospo_init.core import drift
from ospo_init.core.drift_report import exit_code, lines
from ospo_init.core.lock import Lock
from ospo_init.edges import templates, worktree
from ospo_init.edges.git_folder import git_folder
from ospo_init.edges.project import Project
from ospo_init.edges.templates import Versions
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """What came out: the files, what is to be told besides, and what keeps us from knowing what an update would do.

    `planned` is the version that an update would lead to, where that was worked out; `pending` says that the last
    update is not committed, and `restorable` are missing files that the last commit has.
    """

    now: Now
    files: Rows
    notes: Sequence[str] = ()
    unknown: str = ""
    planned: str = ""
    pending: bool = False
    restorable: Sequence[str] = ()


def run(repo: str, answers_file: str, fetch: bool) -> Outcome:
    """Say how the project stands."""
    from ospo_init.commands.looked import as_data

    place = generated(repo, answers_file)
    _, recorded, lock = now.read(place)
    known, problem = _versions(recorded.src, fetch)
    data = as_data(_found(Now(place, recorded, lock, known), problem, fetch))
    return Outcome(data, tuple(lines(data, _age(known.looked))), exit_code(data))


def generated(repo: str, answers_file: str) -> Project:
    """Return the project; raise UserError where no template made it. What a killed update left is settled first."""
    place = now.find(repo, answers_file)
    if not place.answers_file:
        raise UserError(
            f"No template made what is in {place.folder}: there is no answers file.",
            "`ospo-init update --adopt` brings it under one, and changes no file of yours.",
        )
    return place


def rows_of(lock: Lock) -> dict[str, dict[str, Any]]:
    """Return the rows of a lock as they are written."""
    return {path: row.as_data() for path, row in lock.files.items()}


def _versions(src: str, look: bool) -> tuple[Versions, str]:
    """Return what is known of the template's versions, and what is wrong with the template, or ''."""
    try:
        return templates.versions(src, look), ""
    except UserError as error:  # Moved too
        return Versions({}, None), f"{error.what} {error.next}"


def _found(now: Now, problem: str, fetch: bool) -> Found:
    found = Found(now, worktree.standings(str(now.place.folder), rows_of(now.lock)), unknown=problem)
    if not problem and _may_change(found):
        from ospo_init.commands import forecast

        found = forecast.foreseen(found, fetch)
    elif any(row["state"] == "missing" for row in found.files):
        from ospo_init.commands import forecast

        found = forecast.searched(found)
    return _with_conflicts(found)


def _may_change(found: Found) -> bool:
    """Whether an update might change files: another version, other answers, or no lock of what there is."""
    now = found.now
    answers = next((row["state"] for row in found.files if row["path"] == now.place.answers_file), "")
    return not now.is_locked or not now.is_pinned or bool(now.ahead) or answers != "generated"


def _with_conflicts(found: Found) -> Found:
    """Return what was found, in order, with what is in conflict in git's index while something is under way there."""
    place = found.now.place
    folder = git_folder(place.top)
    pending = worktree.last_update(str(folder)) if folder else ()
    unmerged: list[str] = []
    if folder and (pending or worktree.under_way(str(folder))):
        own = {place.prefix + drift.place(row) for row in found.files}
        unmerged = [path.removeprefix(place.prefix) for path in worktree.unmerged(str(place.top), {*own, *pending})]
    return replace(found, files=drift.in_order(found.files, unmerged), pending=bool(pending))


def _age(looked: datetime.datetime | None) -> str:
    """Return how long ago that was, in words."""
    if looked is None:
        return "never"
    seconds = (datetime.datetime.now(datetime.UTC) - looked).total_seconds()
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {name}s ago"
    return "just now"
