"""An update, worked out and not written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.commands.answering import Settled
from ospo_init.commands.before import Before
from ospo_init.core.merging import Fate, Moves, Own, Write
from ospo_init.core.origin import Template
from ospo_init.core.updating import Keeping, Renders


@dataclass(frozen=True)
class Rendered:
    """Both versions, rendered: the new template, the settled answers, what is kept, the files, and the box's reply.

    `from_history` says that the old version is not to be had any more, and its files come from the project's history;
    `unknown` are the paths to keep that are not there.
    """

    template: Template
    settled: Settled
    keeping: Keeping
    renders: Renders
    reply: Mapping[str, Any]
    from_history: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """What becomes of every file, what is written, what HEAD has at the paths, and what was renamed on either side."""

    before: Before
    rendered: Rendered
    fates: tuple[Fate, ...]
    writes: tuple[Write, ...]
    have: Mapping[str, Own]
    moves: Moves

    @property
    def template(self) -> Template:
        """The new version."""
        return self.rendered.template

    @property
    def settled(self) -> Settled:
        """The answers, and how they differ from the recorded ones."""
        return self.rendered.settled

    @property
    def signed_off(self) -> bool:
        """Whether the project's inbound rule asks for a sign-off."""
        return bool(self.rendered.reply["values"].get("inbound") == "dco")

    @property
    def conflicts(self) -> list[str]:
        """The paths in conflict."""
        return [fate.path for fate in self.fates if fate.what == "conflict"]
