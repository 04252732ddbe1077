"""Moves from one stage of a project's life to another: which there are, what they ask, and what only people can do.

The rows are data/stage-moves.yml, whose head says what each field means. What a move changes in files is not known
here: it is an update of the project with another `stage`, and the template decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.bank import nearest
from ospo_init.core.checklist import OWNERS, STAGES
from ospo_init.core.conditions import Condition, Facts
from ospo_init.errors import TemplateError, UserError

FORGES = ("github", "gitlab", "forgejo", "none")
TIMES = ("before", "after")


@dataclass(frozen=True)
class Wanted:
    """An answer that the documents of the new stage can state; a required one holds the move up while it is open."""

    key: str
    why: str
    required: bool = False


@dataclass(frozen=True)
class Step:
    """What only a person can do, `time` (before or after) the change reaches the forge.

    `where` is by forge; `owner` is a role, and `items` are the checklist's that the step serves.
    """

    id: str
    moves: tuple[str, ...]
    time: str
    title: str
    where: Mapping[str, str]
    why: str
    owner: str
    items: tuple[str, ...]
    applies: Condition | None = None

    def concerns(self, facts: Facts) -> bool:
        """Whether the step is about this project: its kind and its forge."""
        return self.place(facts) != "" and (self.applies is None or self.applies.holds(facts))

    def place(self, facts: Facts) -> str:
        """Return where it is done, by the answer `forge`; '' where the step is not about that forge."""
        return self.where.get(str(facts.answer("forge") or "none"), "")


@dataclass(frozen=True)
class Move:
    """A move: from which stages, to which, what it means to users, what it asks, and the steps in their order."""

    id: str
    sources: tuple[str, ...]
    target: str
    summary: str
    answers: tuple[Wanted, ...]
    steps: tuple[Step, ...] = ()

    def unanswered(self, facts: Facts) -> tuple[Wanted, ...]:
        """Return the answers that nobody has given yet, required ones first."""
        open_ = [row for row in self.answers if not facts.given(row.key)]
        return tuple(sorted(open_, key=lambda row: not row.required))

    def todo(self, facts: Facts) -> tuple[Step, ...]:
        """Return the steps that are about this project: those before the change, then those after it."""
        return tuple(step for time in TIMES for step in self.steps if step.time == time and step.concerns(facts))


def load(document: Any) -> tuple[Move, ...]:
    """Return the moves of the document, each with its steps. Raises TemplateError naming the row that is not right."""
    moves = [_move(row, f"The stage moves' row {nr}") for nr, row in enumerate(_rows(document, "moves"), 1)]
    names = [move.id for move in moves]
    steps = [_step(row, f"The stage moves' step {nr}", names) for nr, row in enumerate(_rows(document, "steps"), 1)]
    for kind, found in (("moves", names), ("steps", [step.id for step in steps])):
        twice = next((name for name in found if found.count(name) > 1), "")
        if twice:
            raise TemplateError(f"The stage moves have two {kind} {twice!r}.", "Give one of them a name of its own.")
    ways = [(source, move.target) for move in moves for source in move.sources]
    if len(ways) != len(set(ways)):
        raise TemplateError("Two of the stage moves lead from one stage to the same other one.", "Take one out.")
    return tuple(replace(move, steps=tuple(step for step in steps if move.id in step.moves)) for move in moves)


def targets(moves: Iterable[Move], here: str) -> tuple[str, ...]:
    """Return the stages that a project in the stage `here` can move to, in the order of life."""
    return tuple(sorted((move.target for move in moves if here in move.sources), key=STAGES.index))


def find(moves: Iterable[Move], here: str, target: str) -> Move:
    """Return the move from one stage to another. Raises UserError where there is none, saying which there are."""
    rows = tuple(moves)
    if target not in STAGES:
        close = nearest(target, STAGES)
        then = f"Did you mean {close}?" if close else f"Known are {', '.join(STAGES)}."
        raise UserError(f"{target!r} is not a stage.", then)
    found = next((move for move in rows if here in move.sources and move.target == target), None)
    if found is None:
        same = f"The project is in the stage {here} already."
        known = " or ".join(targets(rows, here))
        then = f"From {here} it can move to {known}." if known else f"Known are {', '.join(STAGES)}."
        raise UserError(same if here == target else f"No move leads from {here} to {target}.", then)
    return found


_MOVE = ("id", "from", "to", "summary", "answers")
_WANTED = ("key", "why", "required")
_STEP = ("id", "moves", "time", "title", "where", "why", "owner", "items", "applies")
_OPTIONAL = ("required", "applies")


def _rows(document: Any, key: str) -> list[Any]:
    rows = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise TemplateError(f"The stage moves have no list {key!r}.", "Add it.")
    return rows


def _move(raw: Any, where: str) -> Move:
    row = _row(raw, _MOVE, where)
    where = f"{where} ({row['id']})"
    answers = row["answers"]
    if not isinstance(answers, list):
        raise TemplateError(f"{where}: answers is not a list.", "Write [] where there is none.")
    return Move(
        _text(row, "id", where),
        tuple(_one_of(stage, STAGES, where) for stage in _texts(row, "from", where)),
        _one_of(row["to"], STAGES, where),
        _text(row, "summary", where),
        tuple(_wanted(answer, where) for answer in answers),
    )


def _wanted(raw: Any, where: str) -> Wanted:
    row = _row(raw, _WANTED, where)
    if not isinstance(row.get("required", False), bool):
        raise TemplateError(f"{where}: required is neither true nor false.", "Correct the row.")
    return Wanted(_text(row, "key", where), _text(row, "why", where), row.get("required", False))


def _step(raw: Any, where: str, moves: list[str]) -> Step:
    row = _row(raw, _STEP, where)
    where = f"{where} ({row['id']})"
    return Step(
        _text(row, "id", where),
        tuple(_one_of(move, tuple(moves), where) for move in _texts(row, "moves", where)),
        _one_of(row["time"], TIMES, where),
        _text(row, "title", where),
        _places(row["where"], where),
        _text(row, "why", where),
        _one_of(row["owner"], OWNERS, where),
        _texts(row, "items", where),
        conditions.parse(row["applies"], where) if "applies" in row else None,
    )


def _places(raw: Any, where: str) -> Mapping[str, str]:
    """Return where a step is done by forge; one text stands for every forge."""
    row = dict.fromkeys(FORGES, raw) if isinstance(raw, str) else raw
    if not isinstance(row, Mapping) or not row:
        raise TemplateError(f"{where}: where is neither a text nor texts by forge.", "Correct the row.")
    return {_one_of(forge, FORGES, where): _text(row, forge, where) for forge in row}


def _row(raw: Any, keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
    """Return a mapping that has each of the keys that are not optional, and no other."""
    if not isinstance(raw, Mapping):
        raise TemplateError(f"{where} is not a mapping of keys to values.", "Correct the row.")
    for key in raw:
        _one_of(key, keys, where)
    missing = next((key for key in keys if key not in raw and key not in _OPTIONAL), "")
    if missing:
        raise TemplateError(f"{where}: the key {missing!r} is missing.", "Add it.")
    return raw


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise TemplateError(f"{where}: {key} is not a line of text.", "Write one.")
    return value


def _texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = row[key]
    if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
        raise TemplateError(f"{where}: {key} is not a list of texts.", "Write it as [one, two].")
    return tuple(value)


def _one_of(value: Any, known: tuple[str, ...], where: str) -> str:
    if value in known:
        return str(value)
    close = nearest(str(value), known)
    then = f"Did you mean {close!r}?" if close else f"Known are {', '.join(known)}."
    raise TemplateError(f"{where}: {value!r} is not known here.", then)
