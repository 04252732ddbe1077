"""What a detector is, and what it says of a text. It never says what a secret is, only where one lies."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """One thing found in a text: its line (from 1; 0: the whole file), the id of the rule, and what, in words."""

    line: int
    rule: str
    what: str


class Detector(Protocol):
    """Looks for one kind of thing. `digest` is another one whenever it would find something else."""

    digest: str

    def find(self, text: str) -> Iterable[Row]:
        """Yield what is found in a text, which may be a part of a file: whole lines, as far as they are not giant."""


class Lines:
    """Turns a place in a text into the number of its line, from 1."""

    def __init__(self, text: str) -> None:
        self._text = text

    @functools.cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    def at(self, place: int) -> int:
        """Return the line of the character at `place`."""
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._ends[middle] < place else (low, middle)
        return low + 1

    def line(self, place: int, longest: int = 4096) -> str:
        """Return the line that the character at `place` is in; of a giant one what is near the place."""
        start = self._text.rfind("\n", max(0, place - longest), place) + 1 or max(0, place - longest)
        end = self._text.find("\n", place, place + longest)
        return self._text[start : end if end >= 0 else place + longest]


def digest(*parts: str) -> str:
    """Return a short name for what these parts are, together."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
