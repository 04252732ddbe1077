"""What the caller of a command gave of answers; light to import, for most updates have nothing to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Wizard = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """What the caller gave, in which house, whether defaults serve for the rest, and who asks the person, if any."""

    data: Sequence[str] = ()
    answers: str = ""
    defaults: bool = False
    wizard: Wizard | None = None
    house: str = ""

    @property
    def changes(self) -> dict[str, Any]:
        """The answers that were given; -d wins over the file."""
        from ospo_init.edges import given

        from_file = given.read_answers(self.answers) if self.answers else {}
        return {**from_file, **given.read_data(self.data)}
