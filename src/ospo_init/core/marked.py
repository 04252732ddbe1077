"""YAML as values that know where they stand, so that what is wrong with one can be told with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Marked:
    """One value of a text. `value` is a scalar, a tuple of values, or a tuple of pairs for a mapping (`kind` says).

    `line` and `column` count from 1; `start` and `end` are places in the text, in characters. The end of a value in
    block style is not to be relied on: see `tail`. `flow` says that a list or mapping stands in brackets. A scalar that
    YAML reads as a point in time is the text that stands there.
    """

    value: Any
    kind: str
    line: int
    column: int
    start: int
    end: int
    flow: bool = False

    @property
    def tail(self) -> int:
        """Where the value ends: its last part, without the comments and blank lines that follow."""
        if self.flow or self.kind == "scalar" or not self.value:
            return self.end
        last = self.value[-1]
        end: int = (last[1] if self.kind == "mapping" else last).tail
        return end

    def pair(self, name: str) -> tuple[Marked, Marked] | None:
        """Return the key `name` of a mapping and what belongs to it, or None."""
        pairs = self.value if self.kind == "mapping" else ()
        return next(((key, value) for key, value in pairs if key.value == name), None)


def plain(node: Marked | None) -> Any:
    """Return the value as lists, dicts and scalars."""
    if node is None or node.kind == "scalar":
        return node.value if node else None
    if node.kind == "list":
        return [plain(item) for item in node.value]
    return {plain(key): plain(value) for key, value in node.value}
