"""What `status` says to machines, where it took the long way: what was found, notes, and the exact next commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ospo_init.commands.looking import Found, Rows
from ospo_init.commands.now import Now
from ospo_init.core.drift import STATES
from ospo_init.core.drift import place as place_of
from ospo_init.core.drift_report import whole
from ospo_init.core.house.telling import given_up
from ospo_init.core.origin import is_base, is_newer
from ospo_init.edges import house_rules
from ospo_init.edges.project import DEFAULT


def as_data(found: Found) -> dict[str, Any]:
    """Return what --json says; `up_to_date` is None where that is not known."""
    now, known = found.now, found.now.known
    base = is_base(now.recorded.src)
    template: dict[str, Any] = {"url": now.recorded.src, "tag": now.recorded.commit, "newest": known.newest}
    looked = known.looked.isoformat() if known.looked else None
    template |= {"looked_up": looked, "only_by_ospo_init": base, "planned": found.planned}
    stage, place = str(now.recorded.answers.get("stage") or ""), (str(now.place.folder), now.place.answers_file)
    data = whole(place, template, stage, found.files)
    is_known = not found.unknown and (base or known.looked is not None)
    more = {"notes": _notes(found), "unknown": " ".join(found.unknown.split()), "next": _next(found)}
    return data | more | ({} if is_known or not data["up_to_date"] else {"up_to_date": None})


def _notes(found: Found) -> list[str]:
    now = found.now
    notes = [now.known.stale] if now.known.stale else []
    if is_newer(now.recorded.commit, now.known.newest):
        notes.append(f"It is at a newer version than any that is known ({now.known.newest}).")
    notes += [*_of_lock(now), *given_up(house_rules.read(now.place.folder))]
    if found.pending:
        notes.append("The last update is not committed yet.")
    if now.place.others:
        notes.append(f"Other templates here: {', '.join(now.place.others)}; see each with --answers-file.")
    return [*notes, *found.notes]


def _of_lock(now: Now) -> list[str]:
    if not now.lock.tag:
        return [f"There is no {now.place.lock_file}: the next update writes it."]
    told = f"The answers are at {now.recorded.commit} and {now.place.lock_file} at {now.lock.tag}."
    return [] if now.is_locked else [told]


def _next(found: Found) -> list[str]:
    """Return the exact commands, each where it helps."""
    by = {word: [row for row in found.files if row["state"] == word] for word in STATES}
    folder, name = found.now.place.folder, found.now.place.answers_file
    option = f" --answers-file {shlex.quote(name)}" if name != DEFAULT else ""
    steps = ["git status", "git mergetool"] if by["conflict"] else []
    if found.pending:
        steps += [] if by["conflict"] else ["git diff --cached", "git commit"]
        steps += [f"ospo-init update --abort{option}   # to go back"]
    if found.restorable:
        steps.append(f"git restore --staged --worktree -- {_quoted(found.restorable)}")
    steps += _restored(found, by["edited"])
    away = [row for row in by["missing"] if row["path"] not in found.restorable]
    if (away or any("update" in row for row in found.files)) and not by["conflict"]:
        steps.append(f"ospo-init update{option}")
    if found.unknown or (not found.now.known.newest and found.now.known.stale):
        steps.append(f"ospo-init status --fetch{option}")
    enter = [] if Path.cwd() == folder else [f"cd {shlex.quote(str(folder))}"]
    return [*enter, *steps] if steps else []


def _restored(found: Found, edited: Rows) -> list[str]:
    """Return the commands that bring the text of mandated files back, as the template made it."""
    rows = [(place_of(row), found.now.lock.files.get(row["path"])) for row in edited]
    return [
        f"git cat-file blob {row.blob} > {shlex.quote(at)}   # as the template made it"
        for at, row in rows
        if row and row.blob and not row.block
    ]


def _quoted(paths: Iterable[str]) -> str:
    return " ".join(shlex.quote(path) for path in paths)
