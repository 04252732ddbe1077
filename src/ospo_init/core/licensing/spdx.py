"""What is known of every licence on the SPDX list: whether it is approved, current, and what it is made for."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ospo_init.core.licensing import spdx_ids

VERSION = spdx_ids.VERSION
OWN = re.compile(r"LicenseRef-[a-zA-Z0-9.-]+")  # an id of somebody's own, by the grammar of SPDX
_PREFIX = "LicenseRef-"


@dataclass(frozen=True)
class Flags:
    """Whether OSI has approved a licence, the FSF calls it free, and whether SPDX has retired its id."""

    osi: bool = False
    fsf: bool = False
    deprecated: bool = False

    @property
    def approved(self) -> bool:
        """Whether OSI or FSF stands for it."""
        return self.osi or self.fsf


@functools.cache
def licenses() -> Mapping[str, Flags]:
    """Return the licences of the list by id."""
    return _flags(spdx_ids.LICENSES)


@functools.cache
def exceptions() -> Mapping[str, Flags]:
    """Return the exceptions of the list, which stand after WITH, by id."""
    return _flags(spdx_ids.EXCEPTIONS)


def is_listed(spdx_id: str) -> bool:
    """Whether SPDX knows the id, as that of a licence or an exception."""
    return spdx_id in licenses() or spdx_id in exceptions()


def without_prefix(spdx_id: str) -> str:
    """Return the id of the list that LicenseRef-<ID> stands for, where tools do not know a new id yet; else itself."""
    bare = spdx_id.removeprefix(_PREFIX)
    return bare if is_listed(bare) else spdx_id


def made_for(spdx_id: str) -> tuple[str, ...]:
    """Return the materials that a licence is made for: software, documentation, data, model, hardware, font."""
    known = _made_for().get(spdx_id)
    if known:
        return known
    return ("documentation",) if spdx_id.startswith(("CC-", "GFDL-")) else ("software",)


@functools.cache
def _made_for() -> Mapping[str, tuple[str, ...]]:
    rows = (row.partition(":") for row in spdx_ids.MADE_FOR.split())
    return {spdx_id: tuple(materials.split(",")) for spdx_id, _, materials in rows}


def _flags(words: str) -> dict[str, Flags]:
    rows = (word.partition(":") for word in words.split())
    return {spdx_id: Flags("o" in letters, "f" in letters, "d" in letters) for spdx_id, _, letters in rows}
