"""The kinds of value in house.yml: whether a value is one of a kind, and how it should be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ospo_init.core.checklist import PHASES, SEVERITIES, STAGES
from ospo_init.core.days import is_day
from ospo_init.core.house.calm import is_calm

# The words that a field of the kind `word` takes, by what it is of.
WORDS: Mapping[str, tuple[str, ...]] = {
    "years": ("first", "range", "latest", "none"),
    "place": ("top", "bottom"),
    "ownership": ("mandated", "managed", "seeded"),
    "severity": SEVERITIES,
    "phase": PHASES,
    "stage": STAGES,
}
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https://[^\s/?#@]+(/[^\s]*)?")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+[.][^\s@<>.]+")


class Kind(NamedTuple):
    """A kind of scalar: what is expected, in words, and whether a value is it."""

    expects: str
    fits: Callable[[Any], bool]


def is_line(value: Any) -> bool:
    """Whether it is one line of text."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def is_address(value: Any) -> bool:
    """Whether it is a web or e-mail address."""
    return isinstance(value, str) and bool(_ADDRESS.fullmatch(value) or _MAIL.fullmatch(value))


def is_path(value: Any) -> bool:
    """Whether it is a path below a folder, in the form that the documents use."""
    if not is_line(value) or "\\" in value or "{{" in value or "{%" in value:
        return False
    return all(part not in ("", ".", "..") and part.lower() != ".git" for part in value.split("/"))


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_regex(value: Any) -> bool:
    return is_line(value) and is_calm(value)


KINDS: Mapping[str, Kind] = {
    "line": Kind("one line of text", is_line),
    "slug": Kind("a name of lower-case letters, digits and hyphens", lambda value: _fits(SLUG, value)),
    "day": Kind("a day, as in 2026-05-01", lambda value: isinstance(value, str) and is_day(value)),
    "yes": Kind("true or false", lambda value: isinstance(value, bool)),
    "whole": Kind("a whole number from 1", lambda value: isinstance(value, int) and value is not True and value > 0),
    "value": Kind("a text, a number, true or false, or a list of them", lambda value: value is not None),
    "path": Kind("a path below the folder, as in docs/NOTICE.md", is_path),
    "regex": Kind("a regular expression in which no repeated group holds repetitions or alternatives", _is_regex),
    "address": Kind("a web address (https://…) or an e-mail address", is_address),
    "contact": Kind("a role of `contacts`, or an address", is_line),
}
