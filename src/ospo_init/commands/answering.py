"""The answers of an update: the recorded ones, what the caller changes, and what only a person can say now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ospo_init.commands.asked import Asked
from ospo_init.commands.refusals import refuse_unknown, refuse_wrong
from ospo_init.edges import given
from ospo_init.edges.box import Box
from ospo_init.errors import UserError

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Settled:
    """The answers to render with, and what became of the recorded ones: changed (old and new value), and dropped.

    `types` are those of the new version's questions, by key.
    """

    answers: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)


def settle(asked: Asked, box: Box, recorded: Mapping[str, Any], machine: Mapping[str, Any]) -> Settled:
    """Return the answers for the new version; ask, or raise UserError for, what is new or no longer allowed."""
    rows: Rows = box.resolve({}, machine)["rows"]
    known = [row["key"] for row in rows]
    changes = given.fit(asked.changes, rows)
    refuse_unknown(changes, known, f" --house {asked.house}" if asked.house else "")
    answers = {**recorded, **changes}
    rows = box.resolve(answers, machine)["rows"]
    refuse_wrong(rows, set(changes))
    stale = [row for row in rows if row["problem"] and row["key"] in recorded]
    missing = [row["key"] for row in rows if row["shown"] and row["key"] not in answers and not row["secret"]]
    if asked.wizard and (stale or (missing and not asked.defaults)):
        answers = asked.wizard(lambda now: box.resolve(now, machine), answers, {}, ending="Go on with the update")
    elif stale:
        _refuse_stale(stale)
    elif missing and not asked.defaults:
        raise UserError(
            f"There is no terminal to ask on, and {len(missing)} questions are new: {', '.join(missing)}.",
            "Answer with -d key=value or --answers FILE, or take the defaults with --defaults.",
        )
    reply = box.resolve(answers, machine)
    refuse_wrong(reply["rows"])
    return _settled(answers, recorded, reply)


def _settled(answers: Mapping[str, Any], recorded: Mapping[str, Any], reply: Mapping[str, Any]) -> Settled:
    after, types = reply["recorded"], {row["key"]: row["type"] for row in reply["rows"]}
    changed = {
        key: (recorded.get(key), after[key]) for key in after if key not in recorded or recorded[key] != after[key]
    }
    return Settled(answers, changed, tuple(key for key in recorded if key not in types), types)


def _refuse_stale(rows: Rows) -> None:
    listed = "".join(f"\n  {row['key']}: {row['problem']}" for row in rows)
    raise UserError(
        f"The new version no longer takes these answers, and there is no terminal to ask on:{listed}",
        "Give others with -d key=value, or stay with an older version (--to TAG); nothing was changed.",
    )
