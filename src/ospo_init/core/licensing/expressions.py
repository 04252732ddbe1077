"""SPDX licence expressions: ids joined by AND, OR and WITH, with brackets.

The words between are read in any letter case, as the tools do that people have their files checked with. The ids need
not be on the list. An expression that is longer or deeper than anybody would write counts as none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*(?:([()])|([\w.:+-]+))")
_LONGEST, _DEEPEST = 2000, 30
_WORDS = ("AND", "OR", "WITH")


@dataclass(frozen=True)
class Expression:
    """One id (`word` is empty), or parts joined by a word; WITH has two ids: a licence and an exception to it."""

    word: str = ""
    name: str = ""
    parts: tuple[Expression, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The ids in it, exceptions too, in their order."""
        return tuple(dict.fromkeys(self._walk()))

    @property
    def licenses(self) -> tuple[str, ...]:
        """The licences in it, each with the exception that goes with it."""
        return tuple(dict.fromkeys(str(row) for row in self._licenses()))

    def __str__(self) -> str:
        if not self.word:
            return self.name
        inside = (f"({part})" if part.word in ("AND", "OR") else str(part) for part in self.parts)
        return f" {self.word} ".join(inside)

    def _walk(self) -> Iterator[str]:
        if not self.word:
            yield self.name
        for part in self.parts:
            yield from part._walk()

    def _licenses(self) -> Iterator[Expression]:
        if self.word in ("", "WITH"):
            yield self
            return
        for part in self.parts:
            yield from part._licenses()


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Expression | None:
    """Return the expression, or None where the text is none."""
    tokens = _tokens(text)
    if not tokens:
        return None
    try:
        return _Parser(tokens).whole()
    except ValueError:
        return None


def _tokens(text: str) -> list[str]:
    text = text.strip()
    found, at = [], 0
    while at < len(text) <= _LONGEST:
        match = _TOKEN.match(text, at)
        if not match:
            return []
        word = match[1] or match[2]
        found.append(word.upper() if word.upper() in _WORDS else word)
        at = match.end()
    return found


class _Parser:
    """WITH binds closest, then AND, then OR."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]
        self.depth = 0

    def whole(self) -> Expression:
        found = self.joined("OR")
        if self.tokens:
            raise ValueError
        return found

    def joined(self, word: str) -> Expression:
        parts = [self.joined("AND") if word == "OR" else self.one()]
        while self.tokens and self.tokens[-1] == word:
            self.tokens.pop()
            parts.append(self.joined("AND") if word == "OR" else self.one())
        return Expression(word, parts=tuple(parts)) if len(parts) > 1 else parts[0]

    def one(self) -> Expression:
        word = self.tokens.pop() if self.tokens else ")"
        if word == "(":
            self.depth += 1
            if self.depth > _DEEPEST:
                raise ValueError
            found = self.joined("OR")
            if not self.tokens or self.tokens.pop() != ")":
                raise ValueError
            self.depth -= 1
            return found
        if word == ")" or word in _WORDS:
            raise ValueError
        if self.tokens and self.tokens[-1] == "WITH":
            self.tokens.pop()
            exception = self.tokens.pop() if self.tokens else ")"
            if exception in ("(", ")", *_WORDS):
                raise ValueError
            return Expression("WITH", parts=(Expression(name=word), Expression(name=exception)))
        return Expression(name=word)
