"""Where a template is: from what a person typed, or a project recorded, to what git is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ospo_init.core import origin
from ospo_init.core.configuration import BASE_NAME, House, is_house_name
from ospo_init.core.origin import BASE_URL
from ospo_init.edges import config
from ospo_init.edges.cache import Shelf
from ospo_init.errors import UserError

# Copier's own short forms, which it records as they were typed.
_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}


@dataclass(frozen=True)
class Place:
    """A template's place: `address` is for git (a remote one, or an absolute path), `url` is what projects record.

    `signer` is the key that a project's lock pins for it, or ''.
    """

    address: str
    url: str
    local: bool = False
    signer: str = ""

    @property
    def is_base(self) -> bool:
        """Whether it is the template that ships with ospo-init."""
        return self.url == BASE_URL

    @property
    def identity(self) -> str:
        """What tells it from other places, however its address is spelled."""
        return self.address if self.local else origin.identity(self.address)

    @property
    def shelf(self) -> Shelf:
        """Its place in the cache; what is on this disk already is not kept."""
        return Shelf("" if self.local else origin.public(self.address))


BASE = Place(BASE_URL, BASE_URL)


def named(house: str) -> tuple[list[Place], str]:
    """Return the places that ADDRESS[@TAG] or NAME[@TAG] may mean, the likeliest first, and the tag.

    An empty one is the base, and so is `base`. A word without a slash is first a name of the configuration; else, a
    folder that is there is an address, whatever its name holds. Raises UserError where it can be no template.
    """
    if not house:
        return [BASE], ""
    if found := _configured(house):
        return found
    address, tag = _split(house)
    if origin.is_base(address):
        return [BASE], tag
    if folder := _folder(address):
        return [Place(folder, folder, local=True)], tag
    if not origin.is_remote(address):
        if is_house_name(address):
            raise UserError(f"{address!r} is neither a house of the configuration nor a folder.", config.hint(address))
        raise UserError(f"There is no template at {address}.", "Check the path, or give an https:// address.")
    return _remote(address), tag


def _remote(address: str) -> list[Place]:
    return [Place(spelling, origin.public(spelling)) for spelling in origin.spellings(address)]


def _configured(house: str) -> tuple[list[Place], str] | None:
    """Return the places of NAME[@TAG], and the tag to take, where the configuration has that name."""
    name, tag = origin.split_tag(house)
    if not is_house_name(name) or house.endswith("@"):
        return None
    if name == BASE_NAME:
        return [BASE], origin.check_tag(tag)
    row = config.row_of(name)
    return (at(row), origin.check_tag(tag or row.tag)) if row else None


def at(house: House) -> list[Place]:
    """Return the places that a house of the configuration may be at; raise UserError for a folder that is not there."""
    if origin.is_base(house.url):
        return [BASE]
    if not house.url.startswith(("/", "~")):
        return _remote(house.url)
    if folder := _folder(house.url):
        return [Place(folder, folder, local=True)]
    raise UserError(
        f"The house {house.name} is at {house.url}, where there is no folder.",
        f"Bring it back, or correct {house.where}.",
    )


def _split(house: str) -> tuple[str, str]:
    if _folder(house):
        return house, ""
    address, tag = origin.split_tag(house)
    if not _folder(address):
        origin.refuse_password(house)
    if house.endswith("@"):
        raise UserError(f"{house} names no tag after its @.", "Leave the @ out to take the newest version.")
    return address, origin.check_tag(tag)


def recorded(url: str) -> Place:
    """Return the place that a project records as `url`, by ospo-init's rules or Copier's; the record is kept as it is.

    Raises UserError where it can be no template, or is a folder that is not there.
    """
    if origin.is_base(url):
        return BASE
    plain = url.removeprefix("git+")
    for short, whole in _SHORT.items():
        if plain.startswith(short):
            plain = f"{whole}{plain.removeprefix(short).lstrip('/').removesuffix('.git')}.git"
    path = unquote(plain.removeprefix("file://")) if plain.startswith("file://") else plain
    if path.startswith(("/", "~")):
        return Place(_present(path, url), url, local=True)
    if not origin.is_remote(plain):
        raise UserError(
            f"The project records its template as {url!r}, which is another place in each folder.",
            "Write the template's whole address there, as _src_path in the answers file.",
        )
    return Place(plain, url.replace(plain, origin.public(plain)))


def _present(path: str, url: str) -> str:
    """Return the absolute path of a recorded folder or bundle; raise UserError where it is not there."""
    if folder := _folder(path, bundles=True):
        return folder
    raise UserError(
        f"There is no template at {url}, where the project was made from.",
        "Bring the folder back, or correct _src_path in the answers file.",
    )


def _folder(address: str, bundles: bool = False) -> str | None:
    """Return the absolute path of the folder (or git bundle) that `address` names, or None."""
    try:
        path = Path(address).expanduser()
        there = path.is_dir() or (bundles and path.suffix == ".bundle" and path.is_file())
        return str(path.resolve()) if there else None
    except (OSError, ValueError, RuntimeError):  # too long, or it holds what no path may hold
        return None
