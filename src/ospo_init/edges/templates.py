"""Opening a published template at a version: the base in the package, a folder, or any git repository by the cache."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ospo_init.core import origin
from ospo_init.core.configuration import House
from ospo_init.core.origin import Template, parse_version
from ospo_init.edges import fetching, trust
from ospo_init.edges.base import base_tags, bundle_tags, data_file, open_base
from ospo_init.edges.cache import Kept
from ospo_init.edges.pins import CACHE, LOCK_AND_CACHE, LOCK_AND_NAME, LOCK_AND_PACKAGE, MEANWHILE, Moved, hold
from ospo_init.edges.places import Place, at, named, recorded
from ospo_init.errors import UserError

__all__ = [
    "Moved",
    "Pin",
    "Versions",
    "bundle_tags",
    "data_file",
    "is_here",
    "must_be_signed",
    "open_base",
    "open_recorded",
    "open_template",
    "open_version",
    "versions",
    "versions_of",
]
_RECORD = "Bring the project's answers file and lock back from its history."
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# What `git describe --tags --always` says of a commit without a tag of its own; Copier records it.
_DESCRIBED = re.compile(r"(?:.+-[0-9]+-g)?([0-9a-f]{4,64})")


@dataclass(frozen=True)
class Versions:
    """A template's tags with the ids of their commits, as of `looked`; `stale` says why they were not asked for now.

    `looked` is None for what is part of this package, and, with `stale`, where nobody ever looked. `current` is the
    base's own newest, which may be a development version.
    """

    tags: Mapping[str, str]
    looked: datetime.datetime | None
    stale: str = ""
    current: str = ""

    @property
    def newest(self) -> str:
        """The newest version, or '' when there is none."""
        return self.current or origin.newest(self.tags)


class Pin(NamedTuple):
    """What a project pins of its template: the address that it records, and the key of its lock, or ''."""

    url: str = ""
    signer: str = ""


_NO_PIN = Pin()


def open_template(house: str = "", pin: Pin = _NO_PIN) -> Template:
    """Return the template that `house` (ADDRESS[@TAG], or a NAME of the configuration) names; the base if it is empty.

    Without a tag the repository is asked for its newest version; a version that is named and cached is not asked for.
    `pin` counts where the template is the one that a project has already. Raises UserError when there is no such
    repository, tag or version, or it is not signed as it must be, and Moved.
    """
    places, tag = named(house)
    if pin.signer:
        own = recorded(pin.url).identity
        places = [replace(place, signer=pin.signer if place.identity == own else "") for place in places]
    return _open(places, tag)


def open_version(url: str, tag: str, signer: str = "") -> Template:
    """Return version `tag` (the newest when it is empty) of the template that a project records as `url`.

    `signer` is the key that the project's lock pins, or ''. Raises as `open_template` does.
    """
    return _open([replace(recorded(url), signer=signer)], origin.check_tag(tag))


def must_be_signed(url: str, signer: str = "") -> bool:
    """Whether a version of the template that a project records as `url` is taken only if its tag is signed."""
    return trust.of(replace(recorded(url), signer=signer)).required


def is_here(pin: Pin, tag: str, commit: str = "") -> bool:
    """Whether a version is on this machine, or never needs the network; `commit` is that of the lock, or ''.

    The version that a project was made from need not have been verified, any other one must.
    """
    place = replace(recorded(pin.url), signer=pin.signer)
    if place.is_base or place.local:
        return True
    row = place.shelf.find(tag, commit)
    return bool(place.shelf.read(row, place.url, tag) if commit else _kept(place, row, tag))


def open_recorded(url: str, tag: str, commit: str = "", signer: str = "") -> Template:
    """Return the version that a project was made from, as it records it: address, tag, and the lock's commit or ''.

    `tag` may also be what Copier records of a commit without a tag: v1.0.0-3-gabc1234, or abc1234. What is cached is
    not asked for. It need not be signed: nothing of it comes into the project that is not there; `signer` is what the
    lock says. Raises UserError when the version is unknown or cannot be reached; Moved when it is another commit.
    """
    template = _recorded(url, tag, commit)
    return replace(template, signer=signer or template.signer)


def _recorded(url: str, tag: str, commit: str) -> Template:
    if not tag:
        raise UserError("The project does not record which version of its template it was made from.", _RECORD)
    if commit and not _COMMIT.fullmatch(commit):
        raise UserError(f"The project's lock pins its template to {commit!r}, which is no commit.", _RECORD)
    place = recorded(url)
    if place.is_base:
        template = open_base(tag)
        hold(place, tag, commit, template.commit, LOCK_AND_PACKAGE)
        return template
    kept = place.shelf.find(origin.check_tag(tag), commit)
    if kept:
        hold(place, tag, commit, kept.commit, LOCK_AND_CACHE)
    if template_kept := place.shelf.read(kept, place.url, tag):
        return template_kept
    try:
        tags = _look(place).tags
    except UserError as error:
        missing = "" if place.local else f"Version {tag} is not in the cache. "
        raise UserError(error.what, f"{missing}{error.next}") from None
    if tag in tags:
        _held(place, tag, tags[tag], commit)
        template, _ = _fetched(place, tag, tags[tag])
        place.shelf.keep(template)
        return template
    return _untagged(place, tag, tags, commit or (kept.commit if kept else ""))


def versions(url: str, look: bool) -> Versions:
    """Return what is known of the tags of the template that a project records as `url`.

    With `look` the repository is asked, and the answer remembered; folders are always asked. Where it does not answer,
    what is remembered is returned as stale. Raises UserError where that is nothing; Moved where a cached version moved.
    """
    return _versions(recorded(url), look)


def versions_of(house: House, look: bool) -> Versions:
    """Return what is known of the tags of a house of the configuration; as `versions` does otherwise."""
    places = at(house)
    for place in places[:-1]:
        try:
            if look or place.shelf.memory().looked:
                return _versions(place, look)
        except Moved:
            raise
        except UserError:
            continue
    return _versions(places[-1], look)


def _versions(place: Place, look: bool) -> Versions:
    if place.is_base:
        tags, current = base_tags()
        return Versions(tags, None, current=current)
    memory = place.shelf.memory()
    if not look and not place.local:
        never = "" if memory.looked else f"The versions of {place.url} were never looked up on this machine."
        return Versions(memory.tags, memory.looked, never)
    try:
        found = _look(place)
    except UserError as error:
        if not memory.looked:
            raise
        return Versions(memory.tags, memory.looked, error.what)
    for tag, kept in memory.kept.items():
        if parse_version(tag):  # other names, such as latest, may be meant to move: that is told when they are opened
            hold(place, tag, kept.commit, found.tags.get(tag, kept.commit), CACHE)
    return found


def _open(places: Sequence[Place], tag: str) -> Template:
    """Return a version from the first of `places` that has it; what another name than a version's means is asked."""
    if places[0].is_base:
        return open_base(tag)
    if parse_version(tag) and (template := _cached(places, tag)):
        return template
    try:
        place, found = _answering(places)
    except UserError as error:
        if tag and (template := _cached(places, tag)):
            return template
        aside = "".join(trust.kept_aside(place, tag) for place in places) if tag else ""
        raise UserError(error.what, f"{aside}{error.next}") from None
    tag = _choose(place.url, tag, found.tags)
    return _take(place, tag, found.tags[tag])


def _cached(places: Iterable[Place], tag: str) -> Template | None:
    found = (_kept(place, place.shelf.find(tag), tag) for place in places)
    return next((template for template in found if template), None)


def _kept(place: Place, row: Kept | None, tag: str) -> Template | None:
    """Return a version that is kept, where it is there as it was stored, and signed as it must be."""
    return place.shelf.read(row, place.url, tag) if row and trust.of(place).takes(row.signer) else None


def _answering(places: Sequence[Place]) -> tuple[Place, Versions]:
    """Return the first place that answers, and its tags; raise the last one's UserError when none does."""
    for place in places[:-1]:
        try:
            return place, _look(place)
        except UserError:
            continue
    return places[-1], _look(places[-1])


def _look(place: Place) -> Versions:
    tags, now = fetching.tags_of(place.address), datetime.datetime.now(datetime.UTC)
    place.shelf.remember(tags, now)
    return Versions(tags, now)


def _choose(url: str, tag: str, tags: Iterable[str]) -> str:
    """Return the tag to take; raise UserError when it is not there, or when none is a version."""
    tags = list(tags)
    latest = origin.newest(tags)
    if tag and tag not in tags:
        hint = f"Its newest version is {latest}." if latest else "Ask its owner for the name of a version."
        raise UserError(f"The template at {url} has no tag {tag}.", hint)
    if not tag and not latest:
        others = f", only {', '.join(tags[:5])}. Name one of them with @." if tags else "."
        raise UserError(
            f"The template at {url} has no version tag{others}", "Ask its owner to publish one, such as v1.0.0."
        )
    return tag or latest


def _take(place: Place, tag: str, commit: str) -> Template:
    """Return the version that the repository has as `commit`, fetched unless it is kept; raise Moved.

    Raises UserError where it is not signed as it must be.
    """
    kept = _held(place, tag, commit)
    if template := _kept(place, kept, tag):
        return template
    template, tag_object = _fetched(place, tag, commit)
    template = trust.signed(place, template, tag_object)
    place.shelf.keep(template)
    return template


def _held(place: Place, tag: str, commit: str, pinned: str = "") -> Kept | None:
    """Return what is kept of a version that the repository has as `commit`; raise Moved where it was another one."""
    kept = place.shelf.find(tag)
    hold(place, tag, pinned, commit)
    hold(place, tag, kept.commit if kept else "", commit, CACHE)
    return kept


def _fetched(place: Place, tag: str, commit: str) -> fetching.Fetched:
    """Return the version that the repository has as `commit`, with its tag; raise Moved where it has just moved."""
    found = fetching.fetch(place.address, place.url, tag, commit)
    hold(place, tag, commit, found.template.commit, MEANWHILE)
    return found


def _untagged(place: Place, tag: str, tags: Mapping[str, str], pinned: str) -> Template:
    """Return a version that no tag names: one that Copier described, or one whose tag is gone while it is pinned."""
    described = _DESCRIBED.fullmatch(tag)
    short = described[1] if described else ""
    if not pinned.startswith(short):
        hold(place, tag, pinned, short, LOCK_AND_NAME)
    template = None
    if short or pinned:
        template = fetching.fetch_commit(place.address, place.url, tag, short, pinned)
    if template is None:
        _choose(place.url, tag, tags)
        raise UserError(f"The template at {place.url} has no version {tag}.", "Ask its owner for the name of one.")
    place.shelf.keep(template)
    return template
