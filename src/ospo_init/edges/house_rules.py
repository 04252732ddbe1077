"""The rules of the houses that a project follows, and the internal names that only its template holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ospo_init.core.compose import NOTES
from ospo_init.core.house import PATH
from ospo_init.core.house.carried import carried
from ospo_init.core.lock import Lock
from ospo_init.core.origin import Template, is_base
from ospo_init.edges import house_patterns, yamls
from ospo_init.edges.house_patterns import Patterns
from ospo_init.edges.places import recorded
from ospo_init.errors import OspoInitError, TemplateError, UserError

_LARGEST = 1024 * 1024  # bytes
NOT_LOOKED_AT = (
    "The house's internal names were not looked for: its template is not on this machine (ospo-init update fetches it)."
)


def read(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the rules that the project in `folder` carries, the lowest house's first; none where it has no house.

    Raises UserError where the file is not as ospo-init writes it.
    """
    path = folder / PATH
    try:
        if path.is_symlink() or not path.is_file():
            return ()
        data = path.read_bytes()[: _LARGEST + 1]
    except OSError as error:
        raise UserError(f"{PATH} cannot be read: {error.strerror}.", "Check its permissions.") from None
    return of_bytes(data)


def of_bytes(data: bytes) -> tuple[Mapping[str, Any], ...]:
    """Return the rules that the bytes of the file hold."""
    if len(data) > _LARGEST:
        raise UserError(f"{PATH} is larger than 1 MiB.", "Bring it back with ospo-init update.")
    found = yamls.load_strict(data, PATH)
    if not yamls.is_bounded(found):
        raise UserError(f"{PATH} holds more than a hundred thousand values.", "Bring it back with ospo-init update.")
    return carried(found)


def patterns(lock: Lock) -> Patterns | None:
    """Return the internal names that the project's template holds; None where it cannot be had without the network."""
    if not lock.url or is_base(lock.url):
        return Patterns()
    try:
        template = _kept(lock)
        return _patterns(template) if template else None
    except OspoInitError:
        return None


def _kept(lock: Lock) -> Template | None:
    """Return the version that made the project from the cache, or from a folder of this machine."""
    place = recorded(lock.url)
    if place.local:
        from ospo_init.edges.templates import open_recorded

        return open_recorded(lock.url, lock.tag, lock.commit)
    return place.shelf.read(place.shelf.find(lock.tag, lock.commit), place.url, lock.tag)


def _patterns(template: Template) -> Patterns:
    if NOTES not in template.files:
        return Patterns()
    notes = yamls.load_strict(template.files[NOTES].data, NOTES, TemplateError)
    found = (notes.get("house") or {}).get("patterns") or {}
    return house_patterns.of({"patterns": found.get("names", []), "domains": found.get("domains", [])}, template.url)
