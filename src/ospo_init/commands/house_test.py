"""`ospo-init house test`: projects of the house's tests and of a pairwise set of answers, each rendered and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.commands import house_trying
from ospo_init.commands.house_opening import Ready, ready
from ospo_init.commands.house_trying import MACHINE, Tried
from ospo_init.core.house import cases, sets
from ospo_init.core.house.cases import Case
from ospo_init.core.made import Made
from ospo_init.core.origin import Template
from ospo_init.edges import given
from ospo_init.edges.box import Box
from ospo_init.edges.checking import Progress
from ospo_init.errors import TemplateError, UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Result:
    """How one project came out: its name, its answers, and what is not as it should be."""

    name: str
    answers: Mapping[str, Any]
    wrong: tuple[str, ...] = ()
    files: int = 0


def run(typed: str, progress: Progress, limit: int = 0) -> Outcome:
    """Try the house in a folder; exit code 1 where a project is not as it should be.

    `limit` bounds the number of answer sets (0: as many as it takes).
    """
    house = ready(typed)
    results = tried(house, progress, limit)
    return _told(house, results)


def tried(house: Ready, progress: Progress, limit: int = 0) -> list[Result]:
    """Return how the projects of the house's tests and of its answer sets come out."""
    own = house_trying.cases(house)
    template = house_trying.template_of(house)
    with Box() as box:
        box.load(house.tree)
        rows = box.resolve({}, MACHINE)["rows"]
        facts = sets.facts_of([case.answers for case in own], rows)
        found = sets.answer_sets(facts, rows, lambda answers: box.resolve(answers, MACHINE))
        wanted = [*own, *(Case(f"set {number}", answers) for number, answers in enumerate(found[: limit or None], 1))]
        results = []
        for number, case in enumerate(wanted):
            progress("Projects", number, len(wanted))
            results.append(_result(box, template, case))
    return results


def _result(box: Box, template: Template, case: Case) -> Result:
    """Return how one project comes out; what it cannot even be made of is told like everything else."""
    try:
        known = box.resolve({}, MACHINE)["rows"]
        answers = given.fit(case.answers, known)
        unknown = [f"{key} is no question" for key in answers if key not in {row["key"] for row in known}]
        rows = box.resolve(answers, MACHINE)["rows"]
        refused = [row for row in rows if row["problem"]]
        own = [row for row in refused if not row["problem"].startswith("cannot be worked out")]
        wrong = [f"{row['key']}: {row['problem']}" for row in own or refused]
        wrong += [*unknown, *_refusals(box, case, answers)]
        if any(row["problem"] for row in rows) or unknown:
            return Result(case.name, case.answers, tuple(wrong))
        made: Made = house_trying.made(box, template, answers)
        project: Tried = house_trying.checked(made, lambda *told: None)
    except (TemplateError, UserError) as error:
        return Result(case.name, case.answers, (f"{error.what} {error.next}".strip(),))
    said = {one.id: (one.verdict, one.proofs[0].what if one.proofs else "") for one in project.results}
    wrong += cases.judged(case, made.tree, said)
    expected = {item for items in case.check.values() for item in items}
    wrong += house_trying.failures([one for one in project.results if one.id not in expected])
    return Result(case.name, case.answers, tuple(wrong), len(made.tree))


def _refusals(box: Box, case: Case, answers: Mapping[str, Any]) -> list[str]:
    """Return which answers that the test says are refused are not, or with other words."""
    found = []
    for key, (value, words) in case.refused.items():
        rows = box.resolve({**answers, key: value}, {})["rows"]
        problem = next((row["problem"] for row in rows if row["key"] == key), None)
        if problem is None:
            found.append(f"refused.{key}: there is no such question")
        elif not problem:
            found.append(f"{key}={value} is not refused")
        elif words not in problem:
            found.append(f"{key}={value} is refused in other words: {problem}")
    return found


def _told(house: Ready, results: list[Result]) -> Outcome:
    bad = [result for result in results if result.wrong]
    lines: list[tuple[str, str]] = []
    for result in _grouped(bad):
        lines.append(("bad", result.name))
        lines += [("", f"  {text}") for text in result.wrong]
    own = sum(not result.name.startswith("set ") for result in results)
    counts = f"{own} tests and {len(results) - own} answer sets"
    end = f"{len(bad)} of them are not as they should be." if bad else "each as it should be."
    lines.append(("bad" if bad else "good", f"{house.source.house.title}: {counts} rendered and checked; {end}"))
    if not bad:
        lines.append(("", "Look at one: ospo-init house preview.  Publish it: ospo-init house publish --to ADDRESS"))
    rows = [
        {"name": one.name, "answers": dict(one.answers), "files": one.files, "wrong": list(one.wrong)}
        for one in results
    ]
    return Outcome(
        {"schema_version": 1, "house": house.source.house.name, "projects": rows}, tuple(lines), 1 if bad else 0
    )


def _grouped(bad: list[Result]) -> list[Result]:
    """Return the results with those that are wrong in the same way told once."""
    same: dict[tuple[str, ...], list[str]] = {}
    for result in bad:
        same.setdefault(result.wrong, []).append(result.name)
    first = {result.wrong: result for result in reversed(bad)}
    return [
        replace(
            first[wrong], name=names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more ({names[-1]})"
        )
        for wrong, names in same.items()
    ]
