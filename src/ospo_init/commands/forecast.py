"""What the next update would do, worked out as `update` does it, and not written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from ospo_init.commands import updating
from ospo_init.commands.asked import Asked
from ospo_init.commands.before import Before, read_before
from ospo_init.commands.looking import Found, rows_of
from ospo_init.commands.now import Now
from ospo_init.commands.planned import Planned
from ospo_init.commands.update import Request
from ospo_init.core import drift
from ospo_init.core.blobs import blob_id
from ospo_init.core.lines import block_text
from ospo_init.core.lock import Row
from ospo_init.core.trees import File
from ospo_init.edges import git, head, history, project, worktree
from ospo_init.edges.templates import Pin, is_here
from ospo_init.errors import OspoInitError, UserError


def foreseen(found: Found, fetch: bool) -> Found:
    """Return what was found with what an update would do; where that cannot be worked out, with the reason."""
    now = found.now
    try:
        git.require_git()
        before = read_before(now.place, head.open_repository(now.place))
        _refuse_uncommitted(now, before)
        if not fetch:
            _refuse_network(now)
        planned = updating.plan(Request(asked=Asked(defaults=True)), before, now.known)
    except OspoInitError as error:
        if error.exit_code not in (2, 4):
            raise
        return replace(found, unknown=f"{error.what} {error.next}")
    prefix = now.place.prefix
    rows = rows_of(now.lock) if now.is_locked else _rows(now, planned)
    found = _again(found, rows, planned.moves.project, planned.have)
    files = drift.ahead(found.files, planned.fates, prefix, planned.moves.template)
    return replace(found, files=files, planned=planned.template.tag, notes=(*found.notes, *_notes(planned)))


def searched(found: Found) -> Found:
    """Return what was found, with what became of mandated files that are missing: moved, or deleted since the commit.

    This may read much of the history, so it is done for those alone.
    """
    place = found.now.place
    gone = [place.prefix + row["path"] for row in found.files if row["state"] == "missing"]
    try:
        repository = head.open_repository(place)
    except UserError:  # nothing is committed yet
        return found
    have = head.entries(repository, gone)
    moved = history.moved(repository, [path for path in gone if path not in have])
    return _again(found, rows_of(found.now.lock), moved, have)


def _again(found: Found, rows: Mapping[str, Any], moved: Mapping[str, str], have: Collection[str]) -> Found:
    """Judge the files once more, now that it is known where they are; the paths begin with the project's prefix."""
    prefix = found.now.place.prefix
    places = {path: moved[prefix + path].removeprefix(prefix) for path in rows if prefix + path in moved}
    rows = {path: row | ({"at": places[path]} if path in places else {}) for path, row in rows.items()}
    files = worktree.standings(str(found.now.place.folder), rows)
    restorable = [row["path"] for row in files if row["state"] == "missing" and prefix + row["path"] in have]
    return replace(found, files=files, restorable=restorable)


def _refuse_uncommitted(now: Now, before: Before) -> None:
    """Raise UserError where the answers were changed since the last commit: an update starts from that."""
    name = now.place.answers_file
    if (project.on_disk(now.place, name) or b"").replace(b"\r\n", b"\n") != before.texts[name].replace(b"\r\n", b"\n"):
        raise UserError(f"{name} has changes that are not committed, and an update starts from the last commit.")


def _refuse_network(now: Now) -> None:
    """Raise UserError where a version would have to be fetched."""
    wanted = {now.recorded.commit: now.lock.commit if now.is_locked else ""} | ({now.ahead: ""} if now.ahead else {})
    for tag, commit in wanted.items():
        if not is_here(Pin(now.recorded.src, now.lock.signer), tag, commit):
            raise UserError(f"Version {tag} of the template is not on this machine.", "With --fetch it is fetched.")


def _rows(now: Now, planned: Planned) -> dict[str, dict[str, Any]]:
    """Return the rows that a lock of the recorded version would have, where there is none, or that of another one."""
    renders, keeping, known = planned.rendered.renders, planned.rendered.keeping, now.lock.files
    rows = {path: row for path, row in known.items() if row.ownership == "seeded"}  # an update does not render them
    for path, file in renders.old.items():
        owner = "kept" if keeping.now_has(path) else renders.owners.get(path, "managed")
        row = known.get(path, Row())
        rows[path] = replace(row, blob=_blob(file, row.block), ownership=owner)
    return {path: row.as_data() for path, row in rows.items()}


def _blob(file: File, block: bool) -> str:
    return blob_id(block_text(file.data) if block else file.data)


def _notes(planned: Planned) -> list[str]:
    """Return what an update would do besides."""
    known = planned.before.recorded.answers
    new = [key for key in planned.settled.changed if key not in known]
    asked = f"An update asks what is new: {', '.join(new)}; for this the defaults were taken."
    other = [key for key in planned.settled.changed if key in known]
    notes = [asked] if new else []
    notes += [f"An update changes answers: {', '.join(other)}."] if other else []
    if planned.rendered.from_history:
        notes.append(f"Version {planned.before.recorded.commit} is not to be had any more; what it made is in git.")
    return notes
