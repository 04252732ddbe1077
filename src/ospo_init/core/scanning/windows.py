"""Cutting the bytes of a file into texts that fit in memory, whatever its size and however long its lines are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOST = 1024 * 1024  # bytes of one window, give or take the rest of a line
OVERLAP = 4096  # bytes that the next window repeats: a key's first line and its body are seen together


class Window(NamedTuple):
    """A part of a file as text, and the number of its first line."""

    text: str
    line: int


def windows(pieces: Iterable[bytes], most: int = MOST, overlap: int = OVERLAP) -> Iterator[Window]:
    """Yield the whole of a file in windows that begin and end at line ends; only giant lines are cut inside.

    A byte that is no UTF-8 becomes one replacement character.
    """
    waiting, line, fresh = b"", 1, 0
    for piece in pieces:
        waiting += piece
        fresh += len(piece)
        while fresh >= most:
            cut = _cut(waiting, len(waiting) - fresh, most)
            yield Window(_text(waiting[:cut]), line)
            fresh = len(waiting) - cut
            keep = _line_start(waiting, max(0, cut - overlap), cut)
            line += waiting.count(b"\n", 0, keep)
            waiting = waiting[keep:]
    if fresh:
        yield Window(_text(waiting), line)


def _cut(data: bytes, old: int, most: int) -> int:
    """Return where the window ends: at the last line end of the first `most` new bytes, or inside a giant line."""
    return data.rfind(b"\n", old, old + most) + 1 or old + most


def _line_start(data: bytes, start: int, end: int) -> int:
    """Return the first start of a line in a range, or where the range begins if there is none."""
    found = data.find(b"\n", start, end - 1)
    return found + 1 if found >= 0 else start


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
