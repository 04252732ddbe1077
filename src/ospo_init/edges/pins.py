"""Holding a version to the commit that it was: published versions never change."""

from __future__ import annotations

from typing import NamedTuple

from ospo_init.edges.places import Place
from ospo_init.errors import UserError

_OWNER = "Ask its owner to put the tag back and to publish the change as a new version."


class Sides(NamedTuple):
    """Who knows a version's commit, who has another, and what to do then."""

    known: str
    other: str
    next: str


LOCK = Sides("the project pins", "the repository has", _OWNER)
LOCK_AND_CACHE = Sides(
    "the project pins", "the cache has", "Remove {folder} and run it again: then the repository is asked."
)
LOCK_AND_PACKAGE = Sides(
    "the project pins",
    "this ospo-init has",
    "Released versions never change: bring back the project's .ospo/lock.yml, or install ospo-init again.",
)
LOCK_AND_NAME = Sides(
    "the project pins", "its own name says", "Bring the project's answers file and lock back from its history."
)
CACHE = Sides(
    "the cache has", "the repository has", f"{_OWNER} If it was meant to move, remove {{folder}} and run it again."
)
MEANWHILE = Sides("the repository had", "it now has", "Run it again.")


class Moved(UserError):
    """A tag names another commit than it did: `pinned` is what it was, `found` what it is."""

    def __init__(self, what: str, next: str, pinned: str, found: str) -> None:
        super().__init__(what, next)
        self.pinned = pinned
        self.found = found


def hold(place: Place, tag: str, pinned: str, found: str, sides: Sides = LOCK) -> None:
    """Raise Moved where a version is pinned (not '') to another commit than was found."""
    if pinned in ("", found):
        return
    name = "the base template" if place.is_base else f"the template at {place.url}"
    what = f"Version {tag} of {name} moved: {sides.known} {pinned}, {sides.other} {found}."
    raise Moved(what, sides.next.replace("{folder}", str(place.shelf.folder)), pinned, found)
