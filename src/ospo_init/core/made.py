"""A project as it will be written: what `new` works out before it touches a disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.origin import Template
from ospo_init.core.trees import Tree


@dataclass(frozen=True)
class Made:
    """A project: the template that made it, its files, and the box's reply (see box.engine.as_data).

    `chosen_by` says who chose the template where the caller named none: a variable, or a file and line; else it is ''.
    """

    template: Template
    tree: Tree
    reply: Mapping[str, Any] = field(repr=False)
    chosen_by: str = ""

    @property
    def values(self) -> Mapping[str, Any]:
        """The answers, computed ones included."""
        return self.reply["values"]  # type: ignore[no-any-return]
