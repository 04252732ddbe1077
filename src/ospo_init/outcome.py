"""What a command hands back: data for machines, lines for people, and an exit code. It prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """The result of a command. `lines` are what people read; `data` is what --json prints.

    A line is text with an optional style in front: `("title", "…")`, `("good", "…")`, `("dim", "…")` or `("", "…")`.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()
    exit_code: int = 0
