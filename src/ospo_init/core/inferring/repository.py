"""An existing repository as data: what its newest commit holds and what its history tells."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Inferred:
    """An answer that the repository gives itself, and what shows it.

    A `value` of None says that there is something, and that no answer fits it. `sure` is False where a person should
    look before it is used.
    """

    key: str
    value: Any
    evidence: str
    sure: bool = True


@dataclass(frozen=True)
class History:
    """What the log tells. Days are YYYY-MM-DD; `first` is empty where it cannot be known, as in a shallow clone.

    `looked_at` of the newest commits, merges and robots left out, `signed_off` carry a sign-off. `authors` are the
    people of those commits ("Name <address>", after .mailmap) with how many are theirs, the most frequent first.
    """

    first: str = ""
    last: str = ""
    looked_at: int = 0
    signed_off: int = 0
    authors: tuple[tuple[str, int], ...] = ()
    shallow: bool = False


@dataclass(frozen=True)
class Repository:
    """The newest commit of a repository: every tracked path, and the text of the files that `wanted` names.

    `data` are those texts that are TOML, YAML, JSON, INI or XML, parsed. `remote` is the web address of its origin, or
    empty; `branch_known` says that its main branch was named by the remote, not taken from what is checked out.
    `carriage_returns` are text files with CRLF in the commit; `today` is the day of the reading; `licenses` are the
    texts to compare with, by SPDX id; a form feed stands between two forms of one text.
    """

    paths: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    remote: str = ""
    branch: str = ""
    branch_known: bool = False
    history: History = History()
    today: str = ""
    carriage_returns: tuple[str, ...] = ()
    licenses: Mapping[str, str] = field(default_factory=dict, repr=False)

    def named(self, *stems: str, places: tuple[str, ...] = ("",)) -> Iterator[str]:
        """Yield the tracked files whose name without its ending is one of `stems`, in any case, in the order given."""
        for place in places:
            for stem in stems:
                yield from self._by_name.get((place, stem), ())

    @functools.cached_property
    def _by_name(self) -> Mapping[tuple[str, str], list[str]]:
        """The tracked files by folder and by name without its ending: a large repository is gone through once."""
        found: dict[tuple[str, str], list[str]] = {}
        for path in self.paths:
            folder, _, name = path.rpartition("/")
            key = (f"{folder}/".lower() if folder else "", stem_of(name))
            found.setdefault(key, []).append(path)
        return found

    def read(self, *stems: str, places: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
        """Yield path and text of those files, as far as they were read."""
        yield from ((path, self.texts[path]) for path in self.named(*stems, places=places) if path in self.texts)


COMMUNITY = ("", ".github/", ".gitlab/", ".forgejo/", ".gitea/", "docs/", "doc/")  # where forges and people look


def is_named(path: str, place: str, stem: str) -> bool:
    """Whether `path` is `stem`, with any ending, in the folder `place`; letter case and -, _ and space do not count."""
    folder, _, name = path.rpartition("/")
    if (folder + "/" if folder else "").lower() != place:
        return False
    return stem_of(name) == stem


def stem_of(name: str) -> str:
    """Return a file's name without its ending, in small letters, with _ for - and space."""
    return name.lower().translate(_SAME).partition(".")[0]


_SAME = str.maketrans("- ", "__")
