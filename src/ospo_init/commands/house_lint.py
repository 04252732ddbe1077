"""`ospo-init house lint`: everything that is wrong with a house, with file, line and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ospo_init.commands.house_opening import open_house
from ospo_init.core.house.problems import Problem
from ospo_init.outcome import Outcome


def run(typed: str) -> Outcome:
    """Say what is wrong with the house in a folder; exit code 1 where something must be mended."""
    opened = open_house(typed)
    name = opened.source.house.title if opened.source else "The house"
    warnings = len(opened.problems) - len(opened.errors)
    lines = problem_lines(opened.problems)
    counts = f"{_count(len(opened.errors), 'error')}, {_count(warnings, 'warning')}"
    end = f"{name}: {counts}." if opened.problems else f"{name}: nothing is wrong."
    then = [("", "Try it: ospo-init house test")] if not opened.errors else []
    return Outcome(data_of(opened.problems), (*lines, ("title", end), *then), 1 if opened.errors else 0)


def problem_lines(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """Return problems as lines: where and what, and below it what to do."""
    found: list[tuple[str, str]] = []
    for problem in problems:
        kind = "warning: " if problem.warning else ""
        found.append(("" if problem.warning else "bad", f"{problem.place}: {kind}{problem.what}."))
        found += [("dim", f"    {problem.then}")] if problem.then else []
    return found


def data_of(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return problems for machines."""
    rows = [
        {
            "place": problem.place,
            "what": problem.what,
            "next": problem.then,
            "severity": "warning" if problem.warning else "error",
        }
        for problem in problems
    ]
    return {"schema_version": 1, "problems": rows}


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
