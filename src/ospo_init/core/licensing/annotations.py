"""What REUSE.toml files, and the older .reuse/dep5, say of the files around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.licensing import globs
from ospo_init.core.licensing.globs import Matches

PRECEDENCES = ("closest", "aggregate", "override")
_MOST = 2000  # rows of one file, and globs of a row


@dataclass(frozen=True)
class Annotation:
    """One row: for paths that one of `globs` matches it says whether there is a copyright, and the licences."""

    globs: tuple[Matches, ...]
    precedence: str
    copyright: bool
    expressions: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Whether the row is about the path, which is from the folder of the file that the row stands in."""
        return any(glob(path) for glob in self.globs)


@dataclass(frozen=True)
class Annotations:
    """The rows of one file, the last that matches counting; `folder` is where it stands: "" or "docs/"."""

    path: str
    folder: str
    rows: tuple[Annotation, ...]

    def about(self, path: str) -> Annotation | None:
        """Return the row that is about a path from the repository's folder, or None."""
        if not path.startswith(self.folder):
            return None
        rest = path[len(self.folder) :]
        return next((row for row in reversed(self.rows) if row.matches(rest)), None)


@dataclass(frozen=True)
class Noted:
    """What all annotations together say of one path; expressions with the path of the file that they stand in.

    `override` says that the file itself is not read. What is `closest` holds only where the file says nothing.
    """

    override: bool = False
    copyright: bool = False
    expressions: tuple[tuple[str, str], ...] = ()
    closest_copyright: bool = False
    closest_expressions: tuple[tuple[str, str], ...] = ()


def from_toml(path: str, data: Any) -> Annotations:
    """Return what a REUSE.toml says. Raises ValueError, in words about the file, where it does not say it rightly."""
    if not isinstance(data, Mapping):
        raise ValueError("is not TOML")
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValueError("does not say version = 1")
    rows = data.get("annotations", [])
    if not isinstance(rows, list) or len(rows) > _MOST:
        raise ValueError("has annotations that are no list of tables, or too many")
    folder = path.rpartition("/")[0]
    return Annotations(path, folder + "/" if folder else "", tuple(_row(row, n) for n, row in enumerate(rows, 1)))


def _row(row: Any, number: int) -> Annotation:
    if not isinstance(row, Mapping):
        raise ValueError(f"has an annotation {number} that is no table")
    paths = _texts(row, "path", number)
    if not paths or len(paths) > _MOST:
        raise ValueError(f"names no path in annotation {number}")
    precedence = row.get("precedence", "closest")
    if precedence not in PRECEDENCES:
        raise ValueError(f"has an unknown precedence in annotation {number}; known are {', '.join(PRECEDENCES)}")
    noticed = _texts(row, "SPDX-FileCopyrightText", number)
    return Annotation(
        tuple(globs.of_reuse_toml(path) for path in paths),
        precedence,
        bool(noticed),
        _texts(row, "SPDX-License" + "-Identifier", number),
    )


def _texts(row: Mapping[str, Any], key: str, number: int) -> tuple[str, ...]:
    value = row.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
        raise ValueError(f"has a {key} that is neither a text nor a list of texts in annotation {number}")
    return tuple(values)


def from_dep5(path: str, text: str) -> Annotations:
    """Return what a .reuse/dep5 says. Raises ValueError where its first paragraph does not name the format."""
    paragraphs = [
        dict(_fields(block)) for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if block.strip()
    ]
    if not paragraphs or "format" not in paragraphs[0]:
        raise ValueError("does not name its Format in the first paragraph")
    rows = [
        Annotation(
            tuple(globs.of_dep5(glob) for glob in fields["files"].split()),
            "aggregate",
            bool(fields.get("copyright", "").strip()),
            tuple(fields.get("license", "").strip().split("\n")[:1]),
        )
        for fields in paragraphs
        if fields.get("files", "").strip()
    ]
    return Annotations(path, "", tuple(rows))


def _fields(block: str) -> Iterator[tuple[str, str]]:
    key, lines = "", list[str]()
    for line in block.split("\n"):
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            lines.append(line.strip())
            continue
        if key:
            yield key, "\n".join(lines)
        name, _, value = line.partition(":")
        key, lines = name.strip().lower(), [value.strip()]
    if key:
        yield key, "\n".join(lines)


def noted(path: str, files: Sequence[Annotations]) -> Noted:
    """Return what the files say of a path; `files` are ordered from the top of the repository downwards.

    The first that overrides ends the reading. Of those that only help where the file says nothing, the closest to the
    file counts, for copyright and for licence separately.
    """
    rows = list(_until_override(path, files))
    always = [pair for pair in rows if pair[1].precedence != "closest"]
    closest = [pair for pair in reversed(rows) if pair[1].precedence == "closest"]
    licensed = next((pair for pair in closest if pair[1].expressions), None)
    return Noted(
        override=any(row.precedence == "override" for _, row in rows),
        copyright=any(row.copyright for _, row in always),
        expressions=tuple((place, expression) for place, row in always for expression in row.expressions),
        closest_copyright=any(row.copyright for _, row in closest),
        closest_expressions=tuple((licensed[0], words) for words in licensed[1].expressions) if licensed else (),
    )


def _until_override(path: str, files: Iterable[Annotations]) -> Iterator[tuple[str, Annotation]]:
    for file in files:
        row = file.about(path)
        if row is not None:
            yield file.path, row
            if row.precedence == "override":
                return
