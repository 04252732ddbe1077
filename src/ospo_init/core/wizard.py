"""The wizard's course: which question comes next, which came before, and what an answer changes.

A dialogue holds what was given in advance, what the person typed, and which defaults they accepted. An accepted
default is not passed on: it follows from the other answers, and when they change it, the question is open again. So
going back re-asks exactly what a change made new, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Row = Mapping[str, Any]  # one question with its answer; box.engine says what it holds
Resolve = Callable[[Mapping[str, Any]], Mapping[str, Any]]
REVIEW = ""  # the place behind the last question


@dataclass(frozen=True)
class Dialogue:
    """Where the dialogue stands. `drafts` are typed texts that are no answers: left by going back, or hidden now."""

    given: Mapping[str, Any]
    typed: Mapping[str, Any] = field(default_factory=dict)
    accepted: Mapping[str, Any] = field(default_factory=dict)
    drafts: Mapping[str, Any] = field(default_factory=dict)
    at: str = REVIEW
    correcting: str = ""

    @property
    def known(self) -> dict[str, Any]:
        """What the answers follow from."""
        return {**self.given, **self.typed}


def start(given: Mapping[str, Any], resolve: Resolve) -> Dialogue:
    """Return a dialogue at its first open question."""
    return forward(Dialogue(dict(given)), resolve(given)["rows"])


def to_ask(dialogue: Dialogue, rows: Sequence[Row]) -> list[str]:
    """Return the questions of this dialogue, in their order: those shown and not given in advance."""
    return [row["key"] for row in rows if row["shown"] and _is_asked(dialogue, row)]


def forward(dialogue: Dialogue, rows: Sequence[Row]) -> Dialogue:
    """Return the dialogue at its next open question, or in the review."""
    at = next((row["key"] for row in rows if _is_open(dialogue, row)), REVIEW)
    return replace(dialogue, at=at, correcting=dialogue.correcting if at else "")


def back(dialogue: Dialogue, rows: Sequence[Row]) -> Dialogue:
    """Return the dialogue one question back; from a correction back in the review."""
    if dialogue.correcting and dialogue.at == dialogue.correcting:
        return replace(dialogue, at=REVIEW, correcting="")
    keys = to_ask(dialogue, rows)
    place = keys.index(dialogue.at) if dialogue.at in keys else len(keys)
    if not keys:
        return dialogue
    return replace(dialogue, at=keys[max(0, place - 1)])


def correct(dialogue: Dialogue, key: str) -> Dialogue:
    """Return the dialogue at a question that the person picked in the review."""
    return replace(dialogue, at=key, correcting=key)


def answer(dialogue: Dialogue, value: Any, resolve: Resolve) -> tuple[Dialogue, str]:
    """Return the dialogue with `value` as the answer to its question, and '' or the reason why it cannot stand."""
    key = dialogue.at
    row = find(resolve({**dialogue.known, key: value})["rows"], key)
    if row["problem"]:
        return dialogue, str(row["problem"])
    typed = {name: old for name, old in dialogue.typed.items() if name != key}
    accepted = {name: old for name, old in dialogue.accepted.items() if name != key}
    drafts = {name: old for name, old in dialogue.drafts.items() if name != key}
    default = find(resolve({**dialogue.given, **typed})["rows"], key)
    if key not in dialogue.given and not default["problem"] and _same(default["value"], row["value"]):
        accepted[key] = row["value"]
    else:
        typed[key] = value if row["type"] in ("yaml", "json") else row["value"]
    changed = replace(dialogue, typed=typed, accepted=accepted, drafts=drafts)
    return forward(*_without_hidden(changed, resolve)), ""


def result(dialogue: Dialogue, rows: Sequence[Row]) -> dict[str, Any]:
    """Return all that was given, typed and accepted: the answers to render with."""
    shown = {row["key"] for row in rows if row["shown"]}
    return {**dialogue.known, **{key: value for key, value in dialogue.accepted.items() if key in shown}}


def without(dialogue: Dialogue, key: str) -> dict[str, Any]:
    """Return what is known apart from the answer to `key`, so that its default can be seen."""
    return {name: value for name, value in dialogue.known.items() if name != key}


def find(rows: Sequence[Row], key: str) -> Row:
    """Return the row of one question."""
    return next(row for row in rows if row["key"] == key)


def sections(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the sections in the order of their first question, each with its rows."""
    for name in dict.fromkeys(row["section"] for row in rows):
        yield name, [row for row in rows if row["section"] == name]


def _is_asked(dialogue: Dialogue, row: Row) -> bool:
    return row["key"] not in dialogue.given or bool(row["problem"])


def _is_open(dialogue: Dialogue, row: Row) -> bool:
    if not row["shown"]:
        return False
    if row["problem"]:
        return True
    key = row["key"]
    if key in dialogue.given or key in dialogue.typed:
        return False
    return key not in dialogue.accepted or not _same(dialogue.accepted[key], row["value"])


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _without_hidden(dialogue: Dialogue, resolve: Resolve) -> tuple[Dialogue, Sequence[Row]]:
    """Put typed answers aside whose questions the others hide now, one at a time: each may hide or show the next."""
    while True:
        rows: Sequence[Row] = resolve(dialogue.known)["rows"]
        hidden = [row["key"] for row in rows if not row["shown"] and row["key"] in dialogue.typed]
        if not hidden:
            return dialogue, rows
        drafts = {**dialogue.drafts, hidden[0]: dialogue.typed[hidden[0]]}
        typed = {key: value for key, value in dialogue.typed.items() if key != hidden[0]}
        dialogue = replace(dialogue, typed=typed, drafts=drafts)
