"""What composing a house starts from: the template below it, and the house's own folder, both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core.house.model import House
from ospo_init.core.house.reading import Read
from ospo_init.core.licenses import SpdxLicense
from ospo_init.core.trees import Tree

PROJECT = "project/"


@dataclass(frozen=True)
class Parent:
    """The published template that a house extends: its address and version, and what its three parts say."""

    url: str
    tag: str
    settings: Mapping[str, Any]
    questions: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, Any]
    files: Tree

    @property
    def contacts(self) -> dict[str, str]:
        """Whom to ask by role, as the houses below say it."""
        return {role: who for house in self.policy.get("houses", ()) for role, who in house.get("contacts", {}).items()}

    @property
    def policy(self) -> Mapping[str, Any]:
        """What the houses below say already; empty where it is the base."""
        return dict(self.notes.get("house") or {})


@dataclass(frozen=True)
class HouseSource:
    """A house's folder, read: house.yml with where its keys stand, and its files by their path in the folder.

    `fragments` are texts that documents include, by their path in the template. `texts` are the files that
    house.yml names (blocks, own licences). `spdx` is the SPDX list, where it is installed.
    """

    house: House
    read: Read
    questions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    overlay: Tree = field(default_factory=dict)
    fragments: Tree = field(default_factory=dict)
    texts: Tree = field(default_factory=dict)
    spdx: Mapping[str, SpdxLicense] = field(default_factory=dict)

    def on(self, parent: Parent) -> HouseSource:
        """Return the house with the contacts of those below it, which its own rules may name."""
        return replace(self, house=replace(self.house, contacts={**parent.contacts, **self.house.contacts}))
