"""Trying a house: projects of its tests and of answer sets, rendered in the box as `new` does, and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.commands import check
from ospo_init.commands.house_opening import Ready
from ospo_init.core.bank import TESTING
from ospo_init.core.checking.report import Result
from ospo_init.core.house.cases import Case, read
from ospo_init.core.house.problems import Problem, refuse
from ospo_init.core.lock import PATH, lock
from ospo_init.core.made import Made
from ospo_init.core.origin import Template
from ospo_init.core.trees import File, Tree, tree_id
from ospo_init.edges import project, trial
from ospo_init.edges.box import Box
from ospo_init.edges.checking import Progress
from ospo_init.edges.package_data import items_of_files
from ospo_init.edges.project import lock_text

# What `new` finds on a machine; the day is fixed, so that a house is tried in the same way on each of them.
MACHINE: Mapping[str, Any] = {TESTING: True, "_folder_name": "tide-gauge", "created_on": "2026-03-01"}
_URL = "https://house.example.org/house.git"  # a reserved name: what is tried has no address yet


@dataclass(frozen=True)
class Tried:
    """A project that was tried: its files with the lock, and what `check` found in them, by item."""

    made: Made
    results: tuple[Result, ...] = ()

    @property
    def tree(self) -> Tree:
        """The project's files."""
        return self.made.tree


def template_of(house: Ready) -> Template:
    """Return the house as the template that it would be published as."""
    tree = tree_id(house.tree)
    return Template(_URL, "v0.0.0", "0" * 40, tree, house.tree)


def cases(house: Ready) -> list[Case]:
    """Return the house's own tests; raise TemplateError that lists what is wrong with them."""
    found = [read(name, root) for name, root in house.folder.tests().items()]
    problems: list[Problem] = [problem for _, rows in found for problem in rows]
    refuse(
        [*problems, *(one for one in house.folder.problems if one.place.startswith("tests/"))], house.source.house.name
    )
    return [case for case, _ in found]


def made(box: Box, template: Template, answers: Mapping[str, Any]) -> Made:
    """Return the project that the template in the box makes of the answers, with its lock."""
    reply, tree = box.render(answers, MACHINE, template.origin)
    row = lock(template, tree, reply, items_of_files())
    return Made(template, {**tree, PATH: File(lock_text(row))}, reply)


def checked(made_: Made, progress: Progress) -> Tried:
    """Return the project with what `check` finds in it."""
    with trial.repository(made_.tree) as folder:
        place = project.find(str(folder))
        report = check.checked(check.Request(str(folder)), place, progress)
    return Tried(made_, report.results)


def failures(results: Sequence[Result]) -> list[str]:
    """Return what fails in a project that nobody has touched: each a fault of the house, with its file."""
    found = []
    for result in results:
        if result.verdict in ("fail", "unknown") and result.blocks:
            for proof in result.proofs[:3]:
                place = f"{proof.path}:{proof.line}: " if proof.line else f"{proof.path}: " if proof.path else ""
                found.append(
                    f"{place}{result.id} {'fails' if result.verdict == 'fail' else 'is unknown'}: {proof.what}"
                )
    return found
