"""What the rules of `house lint` look at: the house's folder, the template below it, and what is known of the world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.conditions import Condition
from ospo_init.core.house import jinja
from ospo_init.core.house.answering import values
from ospo_init.core.house.bank import Bank
from ospo_init.core.house.problems import Problem, unknown
from ospo_init.core.house.source import HouseSource, Parent


@dataclass(frozen=True)
class World:
    """What a house cannot know itself: the checklist's items by id, the roles, how a check is read, and the day.

    `read_check` raises TemplateError for a check that is none; `texts` are licence texts by SPDX id, to compare with,
    `base` the versions of the base, `never` the items that may not be waived.
    """

    items: Mapping[str, str] = field(default_factory=dict)  # id: severity
    roles: Collection[str] = ()
    read_check: Callable[[Any, str], object] = lambda raw, where: None
    texts: Callable[[], Mapping[str, str]] = dict
    today: str = ""
    base: tuple[str, ...] = ()
    never: Collection[str] = ()


@dataclass(frozen=True)
class Look:
    """One house being looked at. `bank` are the questions with its own, in their order."""

    source: HouseSource
    parent: Parent
    bank: Bank
    world: World

    def at(self, *way: str) -> str:
        """Return where a key of house.yml stands."""
        return self.source.read.place(*way)

    def error(self, way: tuple[str, ...], what: str, then: str = "") -> Problem:
        """Return an error at a key."""
        return Problem(self.at(*way), what, then)

    def warning(self, way: tuple[str, ...], what: str, then: str = "") -> Problem:
        """Return a warning at a key."""
        return Problem(self.at(*way), what, then, warning=True)

    def unknown(self, way: tuple[str, ...], word: object, kind: str, known: Collection[str]) -> Problem:
        """Return the error of a word that is not known."""
        return unknown(self.at(*way), word, kind, list(known))

    def keys(self, way: tuple[str, ...], text: Any, of: str = "") -> list[Problem]:
        """Return the errors of a text that stands for answers: there are none such, or only after the question `of`."""
        named, order = jinja.keys_in(text) if isinstance(text, str) else [], list(self.bank.asked)
        none = [self.unknown(way, key, "question", order) for key in named if key not in order]
        late = [key for key in named if of in order and key in order[order.index(of) :]]
        hint = "Name one asked before it; a question of this house is, in the section plan."
        return [*none, *(self.error(way, f"{key} is asked after {of}, whose answer names it", hint) for key in late)]

    def chosen(self, way: tuple[str, ...], condition: Condition) -> list[Problem]:
        """Return the errors of a condition that waits for an answer which its question does not offer."""
        found = []
        for part in condition.walk():
            choices = self.bank.asked[part.name].row.get("choices") if part.name in self.bank.asked else None
            answer = self.source.house.answers.get(part.name)
            offered = [*values(choices), *(answer.add if answer else ())] if choices else []
            wrong = [value for value in part.values if part.word == "is" and offered and value not in offered]
            found += [
                self.unknown(way, value, f"choice of {part.name}", [str(one) for one in offered]) for value in wrong
            ]
        return found

    @property
    def items(self) -> dict[str, str]:
        """The checklist's items with those of the houses below: their severity by id."""
        rows = [row for _, part in self.below("checklist") for row in part.get("add", ())]
        return {**self.world.items, **{row["id"]: row.get("severity", "blocking") for row in rows}}

    @property
    def roles(self) -> list[str]:
        """The roles that may sign: the checklist's, those of the houses below, and the house's own."""
        below = [role for _, part in self.below("approvals") for role in part.get("roles", {})]
        return [*self.world.roles, *below, *self.source.house.approvals.roles]

    def below(self, key: str) -> list[tuple[str, Any]]:
        """Return what the houses below say under a key of their rules, each with the house's title."""
        return [(house["title"], house[key]) for house in self.parent.policy.get("houses", ()) if house.get(key)]
