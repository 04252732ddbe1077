"""The rules of the houses that a project follows, and the internal names that only its template holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ospo_init.core.blobs import blob_id
from ospo_init.core.checking import house_items
from ospo_init.core.compose import NOTES
from ospo_init.core.house import PATH
from ospo_init.core.house.calm import IN_FILES, is_calm
from ospo_init.core.house.carried import carried
from ospo_init.core.house.source import PROJECT
from ospo_init.core.lock import Lock
from ospo_init.core.origin import Template, is_base
from ospo_init.edges import house_patterns, project, yamls
from ospo_init.edges.house_patterns import Patterns
from ospo_init.edges.places import recorded
from ospo_init.edges.project import Project
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


@dataclass(frozen=True)
class Ruled:
    """What a project is held to: its houses' rules, and their internal names (None: they cannot be read here).

    `amiss` says what is wrong with the file in which the project carries its rules; '' where nothing is.
    """

    houses: tuple[Mapping[str, Any], ...] = ()
    patterns: Patterns | None = field(default_factory=Patterns)
    amiss: str = ""


def ruled(place: Project) -> Ruled:
    """Return what the project is held to: as its template says where that is on this machine, else as it carries it.

    Nobody loosens a rule by changing the project's copy of it. No network is used. Raises UserError as `read` does.
    """
    lock = project.read_lock(project.on_disk(place, place.lock_file), place.lock_file)
    is_link = (place.folder / PATH).is_symlink()
    data, row = None if is_link else project.on_disk(place, PATH), lock.files.get(PATH)
    template = _template(place, lock)
    wanted = _carried_by(template) if template else None
    if wanted is None:
        demanded = row.blob if row and row.ownership == "mandated" else ""
        demanded = "kept" if row and row.ownership == "kept" else demanded  # a project does not keep the rules
        amiss = _amiss(data, demanded == blob_id(_plain(data or b""))) if demanded else ""
        looked = None if (data or row) and not template else Patterns()
        houses = read(place.folder)
        return Ruled(house_items.unloosened(houses) if amiss else houses, looked, amiss)
    return Ruled(of_bytes(wanted), _patterns(template), _amiss(data, _plain(data or b"") == wanted))


def _amiss(data: bytes | None, same: bool) -> str:
    return "is not here any more" if data is None else "" if same else "is not as the house published it"


def _plain(data: bytes) -> bytes:
    """Return the bytes as git stores them: a work tree may have other line ends."""
    return data.replace(b"\r\n", b"\n")


def _carried_by(template: Template) -> bytes | None:
    """Return the rules that a template puts into its projects."""
    found = [path for path in template.files if path.startswith(PROJECT) and path.endswith(f"/{PATH}")]
    return template.files[found[0]].data if len(found) == 1 else None


def _template(place: Project, lock: Lock) -> Template | None:
    """Return the version that made the project, where it is in the cache or in a folder of this machine."""
    if not lock.url or is_base(lock.url):
        return None
    try:
        text = project.on_disk(place, place.answers_file) if place.answers_file else None
        if text is None or project.read_recorded(text, place.answers_file).commit != lock.tag:
            return None  # plain Copier has updated it since
        return _kept(lock)
    except OspoInitError:
        return None


def _kept(lock: Lock) -> Template | None:
    """Return the version that made the project from the cache, or from a folder of this machine."""
    place = recorded(lock.url)
    if place.local:
        from ospo_init.edges.templates import open_recorded

        return open_recorded(lock.url, lock.tag, lock.commit)
    return place.shelf.read(place.shelf.find(lock.tag, lock.commit), place.url, lock.tag)


def _patterns(template: Template | None) -> Patterns:
    if template is None or NOTES not in template.files:
        return Patterns()
    notes = yamls.load_strict(template.files[NOTES].data, NOTES, TemplateError)
    found = (notes.get("house") or {}).get("patterns") or {}
    for row in found.get("names", []):
        if isinstance(row, Mapping) and not is_calm(str(row.get("regex", "")), IN_FILES):
            what = f"The house's internal names hold an expression that may take for ever: {str(row['regex'])[:60]!r}."
            raise TemplateError(what, "Tell the house's owner.")
    return house_patterns.of({"patterns": found.get("names", []), "domains": found.get("domains", [])}, template.url)
