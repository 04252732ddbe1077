"""Names for files and for phrases, as rows of data that checks and standards share (data/patterns.yml)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.errors import TemplateError


@dataclass(frozen=True)
class Phrase:
    """A regular expression (without regard to letter case, line by line), and what it stands for, in words."""

    regex: str
    means: str

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled once."""
        return re.compile(self.regex, re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Tables:
    """`files`: globs by name. `phrases`: by name."""

    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, Phrase] = field(default_factory=dict)

    def of(self, name: str) -> re.Pattern[str]:
        """Return what matches the paths that a name of the table stands for; a name with / or . is a glob itself."""
        return union(self.files.get(name, (name,)))

    @functools.cached_property
    def any_file(self) -> re.Pattern[str]:
        """What matches every path that any name stands for."""
        return union(glob for globs in self.files.values() for glob in globs)


def load(raw: Mapping[str, Any]) -> Tables:
    """Return the tables; raise TemplateError naming the row that is not right."""
    files = {name: tuple([row] if isinstance(row, str) else row) for name, row in raw["files"].items()}
    phrases = {}
    for name, row in raw["phrases"].items():
        phrases[name] = Phrase(row["regex"], row["means"])
        try:
            _ = phrases[name].compiled
        except re.error as error:
            raise TemplateError(f"The phrase {name} is no regular expression: {error}.", "Correct the row.") from None
    return Tables(files, phrases)


def known(name: str, names: Iterable[str], where: str, what: str) -> str:
    """Return `name`; raise TemplateError where it is none of `names`."""
    names = tuple(names)
    if name in names:
        return name
    close = nearest(name, names)
    raise TemplateError(
        f"{where}: {name!r} is not a known {what}.", f"Did you mean {close!r}?" if close else "Correct the row."
    )


def union(globs: Iterable[str]) -> re.Pattern[str]:
    """Return what matches a whole path that any of the globs names, in any letter case.

    `*` stands for anything in one folder's name, `**/` for any folders, `{a,b}` for a or b; either may be empty.
    """
    return re.compile("|".join(f"(?:{_regex(glob)})" for glob in globs) or r"(?!)", re.IGNORECASE)


def _regex(glob: str) -> str:
    return "".join(_pieces(glob))


def _pieces(glob: str) -> Iterator[str]:
    for piece in re.split(r"(\*\*/|\*\*|\*|[{},])", glob):
        yield _WORDS.get(piece, re.escape(piece))


_WORDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|"}
