"""Answers that cannot stand: all of them told at once, each with the nearest thing that could."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.errors import UserError


def refuse_unknown(answers: Mapping[str, Any], known: Sequence[str], house: str = "") -> None:
    """Raise UserError that names every key that is no question, with the nearest name that is one."""
    unknown = [key for key in answers if key not in known]
    if unknown:
        hints = [f"{key!r}" + (f" (did you mean {near}?)" if (near := nearest(key, known)) else "") for key in unknown]
        raise UserError(f"There is no question {', '.join(hints)}.", f"`ospo-init questions{house}` lists them all.")


def refuse_wrong(rows: Sequence[Mapping[str, Any]], only: set[str] | None = None) -> None:
    """Raise UserError that lists every answer that cannot stand (of the keys in `only`, if given)."""
    wrong = [row for row in rows if row["problem"] and (only is None or row["key"] in only)]
    if not wrong:
        return
    told = [_sentence(row["key"], _problem(row)) for row in wrong]
    if len(told) == 1:
        raise UserError(f"{told[0]}.", "Correct it and run the command again; nothing was written.")
    listed = "".join(f"\n  {line}" for line in told)
    raise UserError(f"{len(told)} answers cannot stand:{listed}", "Correct them and run it again; nothing was written.")


def _sentence(key: str, problem: str) -> str:
    """Return a problem as a sentence about its question."""
    verbs = ("is ", "has ", "holds ", "must ", "names ", "cannot ")
    return f"{key} {problem}" if problem.startswith(verbs) else f"{key}: {problem}"


def _problem(row: Mapping[str, Any]) -> str:
    problem = str(row["problem"]).rstrip(".")
    wanted = problem.split("'")[1].lower() if problem.startswith("'") and "is not offered" in problem else ""
    values = {str(value).lower(): str(value) for value, _, disabled in row["choices"] if not disabled}
    alike = [values[value] for value in values if wanted and value.startswith(wanted)][:4]
    near = alike or [values[value] for value in [nearest(wanted, values)] if wanted and value]
    return f"{problem} (did you mean {' or '.join(near)}?)" if near else problem
