"""Which files a repository has to license one by one, and where it keeps the texts, by the REUSE Specification 3.3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ospo_init.core.licensing import spdx

_FOLDERS = re.compile(r"(?:^|/)(?:\.git|\.hg|\.sl|LICENSES|\.reuse)/|(?:^|/)subprojects/[^/]+/")
_NAMES = re.compile(
    r"(?:LICEN[CS]E|COPYING)(?:[-.].*)?|REUSE\.toml|\.git|\.hgtags|.*\.license|.*\.spdx(?:\.(?:rdf|json|xml|ya?ml))?"
)
_TEXTS = "LICENSES/"


class Reader(Protocol):
    """Reads a file: its bytes, as many of the first ones as the reader cares to give; None where it cannot be read."""

    def __call__(self, path: str) -> bytes | None:
        """Return the bytes."""


@dataclass(frozen=True)
class Files:
    """The regular files of a repository: paths, sizes in bytes, and how to read one. Links are not among them."""

    paths: tuple[str, ...]
    sizes: Mapping[str, int]
    read: Reader


@dataclass(frozen=True)
class Text:
    """One file in LICENSES/: the id that its name says, and what is wrong with the name: bad, deprecated, bare."""

    path: str
    id: str
    wrong: str = ""


def covered(files: Files) -> list[str]:
    """Return the files that need a copyright notice and a licence."""
    return [path for path in files.paths if files.sizes.get(path) and not _is_left_out(path)]


def is_read_for_all(path: str) -> bool:
    """Whether a path is that of a REUSE.toml that counts."""
    return path.rpartition("/")[2] == "REUSE.toml" and not _FOLDERS.search(path)


def license_texts(paths: Iterable[str]) -> list[Text]:
    """Return the files in LICENSES/ at the top, hidden ones left out, each with the id that it is the text of."""
    inside = (path.removeprefix(_TEXTS) for path in paths if path.startswith(_TEXTS))
    named = (name for name in inside if not name.endswith(".license") and not re.search(r"(?:^|/)\.", name))
    return [_text(name) for name in named]


def _is_left_out(path: str) -> bool:
    return bool(_NAMES.fullmatch(path.rpartition("/")[2]) or _FOLDERS.search(path))


def _text(inside: str) -> Text:
    path, name = _TEXTS + inside, inside.rpartition("/")[2]
    stem, dot, _ = name.rpartition(".")
    if dot and stem and (spdx.is_listed(stem) or spdx.OWN.fullmatch(stem)):
        known = spdx.licenses().get(stem) or spdx.exceptions().get(stem)
        if known and known.deprecated:
            return Text(path, stem, "deprecated")
        return Text(path, stem, "bad" if "Unknown" in stem else "")
    if spdx.is_listed(name):
        return Text(path, name, "bare")
    return Text(path, stem or name, "bad")
