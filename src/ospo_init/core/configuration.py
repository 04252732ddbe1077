"""What a person or a machine has configured: the houses by name, and which one is the default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BASE_NAME = "base"  # the template that ships, said on purpose
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class House:
    """One house of the configuration. `url` is a remote address or a whole path, without a tag.

    `tag` is the version to take instead of the newest, `signed` says that its tags must be signed, `keys` are the names
    of the keys that may sign them (core.signatures), and `where` is the file and line that say all this.
    """

    name: str
    url: str
    title: str = ""
    kinds: tuple[str, ...] = ()
    tag: str = ""
    signed: bool = False
    keys: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class Configuration:
    """The houses by name, the default (a name, or ADDRESS[@TAG]; '' for none), who says it, and the files read."""

    houses: Mapping[str, House] = field(default_factory=dict)
    house: str = ""
    where: str = ""
    files: tuple[str, ...] = ()

    def under(self, other: Configuration) -> Configuration:
        """Return both as one; what `other` says wins."""
        house, where = (other.house, other.where) if other.house else (self.house, self.where)
        return Configuration({**self.houses, **other.houses}, house, where, (*self.files, *other.files))


def is_house_name(word: str) -> bool:
    """Whether `word` may be the name of a house: no folder with a slash, no address."""
    return _NAME.fullmatch(word) is not None
