"""Kept files: the project's own from now on, as anchored patterns of .gitignore in the answers file.

A pattern is a path from the top; special characters stand behind a backslash, and a folder may end in / or /**. A
template may put `[! -~]` for a character that is not ASCII: Copier takes patterns apart (NFD), and names as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_ESCAPED = re.compile(r"\\(.)")
_SPECIAL = re.compile(r"([\[\]*?!#\\ ])")
_ANY = "[! -~]"  # any character that is not ASCII
_PIECE = re.compile(rf"\\(.)|{re.escape(_ANY)}|(.)", re.DOTALL)


def pattern(path: str) -> str:
    """Return the pattern that keeps the file at `path`."""
    return "/" + _SPECIAL.sub(r"\\\1", path)


def path_of(pattern: str) -> str:
    """Return the path of the file or folder that a pattern names."""
    return _ESCAPED.sub(r"\1", pattern.removesuffix("**").strip("/"))


def file_of(pattern: str) -> str:
    """Return the path of the file that a pattern names, or '' where it names a folder."""
    return "" if pattern.endswith(("/", "**")) else path_of(pattern)


def matcher(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return what matches the paths that the patterns name, and everything below those that are folders."""
    lines = [line.removesuffix("**").removeprefix("/") for line in patterns if line]
    return re.compile(
        "|".join(_expression(line) + ("" if line.endswith("/") else "(?:/|$)") for line in lines) or "(?!)"
    )


def _expression(line: str) -> str:
    def piece(found: re.Match[str]) -> str:
        return "[^ -~]" if found[0] == _ANY else re.escape(found[1] or found[2])

    return _PIECE.sub(piece, line)


def following(patterns: Iterable[str], renamed: Mapping[str, str]) -> list[str]:
    """Return the patterns, with those of kept files under the names that the template has given them since."""
    kept = list(dict.fromkeys(patterns))
    kept += [pattern(new) for old, new in renamed.items() if matcher(kept).match(old) and not matcher(kept).match(new)]
    return kept
