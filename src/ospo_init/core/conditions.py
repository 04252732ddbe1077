"""Conditions as data: a closed vocabulary over the answers and the template's layers.

    KEY                    the answer is given: not empty, blank, 0 or false; KEY may reach inside: license_facts.osi
    {all: [CONDITION, …]}  every one holds
    {any: [CONDITION, …]}  at least one holds
    {not: CONDITION}       it does not hold
    {is: {KEY: VALUE}}     the answer is VALUE, or one of a list of them; an answer that is a list holds one of them
    {layer: NAME}          the layer is on, so its files are there
    {people: N}            the roster names at least N different people

An answer that does not exist is not given, so a condition never holds because of a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.errors import TemplateError


@dataclass(frozen=True)
class Facts:
    """What conditions look at: the answers as templates see them, computed ones too, and the layers that are on."""

    answers: Mapping[str, Any]
    layers: Collection[str]

    def answer(self, key: str) -> Any:
        """Return the answer, or the part of it that a dotted key names; None when there is none."""
        value: Any = self.answers
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def given(self, key: str) -> bool:
        """Whether somebody, or a computation, has given this answer."""
        value = self.answer(key)
        return bool(value.strip() if isinstance(value, str) else value)


@dataclass(frozen=True)
class Condition:
    """One condition; which fields are used depends on the word."""

    word: str
    parts: tuple[Condition, ...] = ()
    name: str = ""
    values: tuple[Any, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether the condition is true of a project."""
        return _HOLDS[self.word](self, facts)

    def walk(self) -> Iterator[Condition]:
        """Yield this condition and every one inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def _is(condition: Condition, facts: Facts) -> bool:
    value = facts.answer(condition.name)
    return any(item in condition.values for item in (value if isinstance(value, list) else [value]))


def _people(condition: Condition, facts: Facts) -> bool:
    """Count names, not rows: who stands on the list twice is still one person."""
    rows = str(facts.answer("roster") or "").splitlines()
    names = {" ".join(re.sub(r"<[^<>]*>|(^|\s)@\S+", " ", row).casefold().split()) for row in rows}
    return len(names - {""}) >= int(condition.values[0])


_HOLDS: Mapping[str, Callable[[Condition, Facts], bool]] = {
    "given": lambda condition, facts: facts.given(condition.name),
    "all": lambda condition, facts: all(part.holds(facts) for part in condition.parts),
    "any": lambda condition, facts: any(part.holds(facts) for part in condition.parts),
    "not": lambda condition, facts: not condition.parts[0].holds(facts),
    "is": _is,
    "layer": lambda condition, facts: condition.name in facts.layers,
    "people": _people,
}
WORDS = tuple(word for word in _HOLDS if word != "given")


def parse(raw: Any, where: str) -> Condition:
    """Return the condition that `raw` says; raise TemplateError naming `where` when it says none."""
    if isinstance(raw, str) and raw:
        return Condition("given", name=raw)
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise TemplateError(f"{where}: a condition is the name of an answer, or one of {', '.join(WORDS)}.", _FIX)
    [(word, value)] = raw.items()
    if word not in _PARSE:
        close = nearest(str(word), WORDS)
        raise TemplateError(f"{where}: {word!r} is not a word of conditions.", f"Write {close!r}." if close else _FIX)
    try:
        return _PARSE[word](value, where)
    except ValueError:
        raise TemplateError(f"{where}: {word!r} is followed by {value!r}.", f"Write {_FORMS[word]}.") from None


def _several(word: str) -> Callable[[Any, str], Condition]:
    def parsed(value: Any, where: str) -> Condition:
        return Condition(word, tuple(parse(part, where) for part in _kind(value, list)))

    return parsed


def _parse_is(value: Any, where: str) -> Condition:
    [(key, wanted)] = _kind(value, Mapping).items()
    values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    if not values or not all(isinstance(item, (str, int)) for item in values):
        raise ValueError
    return Condition("is", name=_kind(key, str), values=values)


def _parse_people(value: Any, where: str) -> Condition:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError
    return Condition("people", values=(value,))


def _kind(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or not value:
        raise ValueError
    return value


_FIX = "Correct the row."
_PARSE: Mapping[str, Callable[[Any, str], Condition]] = {
    "all": _several("all"),
    "any": _several("any"),
    "not": lambda value, where: Condition("not", (parse(value, where),)),
    "is": _parse_is,
    "layer": lambda value, where: Condition("layer", name=_kind(value, str)),
    "people": _parse_people,
}
_FORMS = {
    "all": "all: [CONDITION, …]",
    "any": "any: [CONDITION, …]",
    "not": "not: CONDITION",
    "is": "is: {KEY: VALUE}",
    "layer": "layer: NAME",
    "people": "people: 2",
}
