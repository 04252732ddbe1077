"""Opening a house for the commands that work on one: its folder, the template below it, and what is wrong with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ospo_init.core.checklist import OWNERS
from ospo_init.core.house.cases import read
from ospo_init.core.house.lint import lint
from ospo_init.core.house.looking import World
from ospo_init.core.house.problems import Problem, refuse
from ospo_init.core.house.source import HouseSource, Parent
from ospo_init.core.trees import File
from ospo_init.edges import check_data, houses, license_scans
from ospo_init.edges.base import base_tags
from ospo_init.edges.disk import told
from ospo_init.edges.house_folder import Folder
from ospo_init.errors import UserError


@dataclass(frozen=True)
class Opened:
    """A house's folder and, where house.yml can be read, what composing starts from."""

    folder: Folder
    source: HouseSource | None = None
    parent: Parent | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended first."""
        return tuple(problem for problem in self.problems if not problem.warning)


@dataclass(frozen=True)
class Ready:
    """A house without errors, composed: its published tree."""

    folder: Folder
    source: HouseSource
    parent: Parent
    tree: dict[str, File]


def open_house(typed: str) -> Opened:
    """Return the house in a folder, looked at; raise UserError where there is none."""
    root = houses.folder_of(typed)
    with told(root):
        folder = Folder(root)
    if folder.read.house is None:
        return Opened(folder, problems=tuple(folder.problems))
    source = folder.source()
    try:
        parent = houses.open_parent(source.house.extends, root)
    except UserError as error:
        problem = Problem(folder.read.place("extends"), error.what.rstrip("."), error.next)
        return Opened(folder, problems=(*folder.problems, problem))
    tests = folder.tests()  # reading them tells what is not YAML
    cases = [problem for name, root in tests.items() for problem in read(name, root)[1]]
    found = [*folder.problems, *cases, *lint(source, parent, world())]
    ordered = sorted(dict.fromkeys(found), key=lambda problem: problem.warning)
    return Opened(folder, source, parent, tuple(ordered))


def ready(typed: str) -> Ready:
    """Return the house in a folder, composed; raise TemplateError that lists what is wrong with it."""
    opened = open_house(typed)
    refuse(opened.problems, opened.source.house.name if opened.source else "in this folder")
    assert opened.source and opened.parent  # noqa: S101 - no error is left
    composed = houses.composed(opened.source, opened.parent)
    return Ready(opened.folder, opened.source, opened.parent, dict(composed.tree))


def world() -> World:
    """Return what a house cannot know itself."""
    items = {row.item.id: row.item.severity for row in check_data.rows()}
    vocabulary = check_data.vocabulary()
    today = datetime.date.today().isoformat()
    never = [row.item.id for row in check_data.rows() if not row.item.waivable]
    return World(items, OWNERS, vocabulary.parse, license_scans.known_texts, today, tuple(base_tags()[0]), never)
