"""`house lint`: everything that is wrong with a house, found before anybody makes a project of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ospo_init.core.house import (
    copyrights,
    lint_answers,
    lint_below,
    lint_files,
    lint_items,
    lint_said,
    lint_texts,
    lint_values,
)
from ospo_init.core.house.bank import Bank, bank_of
from ospo_init.core.house.extend import LANGUAGES, language_question
from ospo_init.core.house.licensing import LICENSE, MATERIALS, material_question
from ospo_init.core.house.looking import Look, World
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.source import HouseSource, Parent
from ospo_init.core.origin import newest, parse_version, split_tag
from ospo_init.errors import TemplateError

RULES: tuple[Callable[[Look], Iterable[Problem]], ...] = (
    *lint_answers.RULES,
    *lint_files.RULES,
    *lint_texts.RULES,
    *lint_items.RULES,
    *lint_values.RULES,
    *lint_said.RULES,
    *lint_below.RULES,
)


def lint(source: HouseSource, parent: Parent, world: World) -> list[Problem]:
    """Return what is wrong, errors first, each in the order of the files."""
    source = source.on(parent)
    look = Look(source, parent, _bank(source, parent), world)
    found = [*_top(look), *(problem for rule in RULES for problem in rule(look))]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda problem: problem.warning)


def _bank(source: HouseSource, parent: Parent) -> Bank:
    """Return the questions with those that the house adds, as far as they are questions at all."""
    bank = bank_of(parent)
    for key, row in source.questions.items():
        if key not in bank.asked:
            try:
                bank = bank.with_question(key, row)
            except TemplateError:  # its condition is none, which is told with its line
                bank = bank.with_question(key, {name: value for name, value in row.items() if name != "when"})
    known = {key: asked.row for key, asked in bank.asked.items()}
    if copyrights.HOLDER in known:
        for key, row in copyrights.questions(source.house.copyright, known).items():
            bank = bank.with_question(key, row, after="first_year")
    if source.house.licenses.materials:
        bank = bank.with_question(MATERIALS, material_question(source.house, {}), after=LICENSE)
    if len(source.house.languages) > 1:
        bank = bank.with_question(LANGUAGES, language_question(source.house.languages))
    return bank


def _top(look: Look) -> Iterator[Problem]:
    house = look.source.house
    address, tag = split_tag(house.extends)
    if not tag:
        example = newest(look.world.base) if address == "base" else "v1.0.0"
        yield look.error(("extends",), f"{house.extends!r} names no version", f"Write it as {address}@{example}.")
    elif parse_version(tag) is None:
        yield look.error(("extends",), f"{tag!r} is no version", "Name a released version, as in base@v1.0.0.")
    taken = {row["name"]: row["title"] for row in look.parent.policy.get("houses", ())}
    if house.name in taken:
        what = f"the house that this one extends ({taken[house.name]}) has the name {house.name!r} too"
        yield look.error(("name",), what, "Give this one another name.")
    authority = house.authority
    if authority and authority.review_by and look.world.today > authority.review_by:
        what = f"the comparison with {authority.url} was due on {authority.review_by}"
        yield look.warning(("authority", "review_by"), what, "Compare them, and set reviewed and review_by.")
