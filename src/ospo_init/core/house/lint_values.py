"""Rules of `house lint` about values: of another type than the question has, or outside the form that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.house.looking import Look
from ospo_init.core.house.model import Answer
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.saying import MISSING

Found = Iterator[Problem]
# What a value of house.yml must be for a question of a type; a whole number is a number too, true and false are not.
_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a text"),
    "path": ((str,), "a path"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
}


def types(look: Look) -> Found:
    """Yield the values of `answers` that are of another type than the question."""
    for key, answer in look.source.house.answers.items():
        row = look.bank.asked[key].row if key in look.bank.asked else {}
        kinds, words = _TYPES.get(str(row.get("type", "")), ((), ""))
        for name, value in _values(answer):
            several = row.get("multiselect") and isinstance(value, list)
            for one in value if several else [value]:
                if kinds and not _is(one, kinds):
                    what = f"{name} is {one!r}, and the answer {key} is {words}"
                    then = f'Write it in quotes: "{one}"' if str in kinds else f"Write {words}."
                    yield look.error(("answers", key, name), what, then)


def _values(answer: Answer) -> Iterator[tuple[str, Any]]:
    single = [(name, getattr(answer, name)) for name in ("default", "lock")]
    yield from ((name, value) for name, value in single if value is not MISSING)
    for name in ("restrict", "recommend", "testing"):
        yield from ((name, value) for value in getattr(answer, name))
    yield from (("force", force.value) for force in answer.force)


def _is(value: Any, kinds: tuple[type, ...]) -> bool:
    if isinstance(value, str) and "{" in value:  # it stands for another answer, whose value nobody knows here
        return True
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def patterns(look: Look) -> Found:
    """Yield the values that do not match the pattern of this house or of one below it."""
    for key, answer in look.source.house.answers.items():
        below = [rule for rule in look.bank.asked[key].rules if rule["kind"] == "pattern"] if _has(look, key) else []
        wanted = [(f"{rule['house']} asks for", rule["pattern"]) for rule in below]
        wanted += [("its pattern is", answer.pattern)] if answer.pattern else []
        for name, value in _values(answer):
            plain = isinstance(value, str) and value and "{" not in value
            for says, pattern in wanted if plain else []:
                if not re.search(pattern, value):
                    what = f"{name} is {value!r}, and {says} {pattern}"
                    yield look.error(("answers", key, name), what, "Correct one of the two.")


def _has(look: Look, key: str) -> bool:
    return key in look.bank.asked


RULES = (types, patterns)
