"""Text for a terminal of any width: nothing in it drives the terminal, lines fit, columns align."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

Line = tuple[str, str]  # a style (title, section, head, good, bad, dim or nothing) and a text
_JOINERS = "\u200c\u200d"  # part of words in several scripts, and of joined symbols; they move nothing


def printable(text: str) -> str:
    """Return `text` with what is no visible character written as an escape, and line breaks as such."""
    return "".join(character if _visible(character) else _escaped(character) for character in text)


def folded(text: str) -> str:
    """Return `text` as one printable line."""
    return " / ".join(printable(line.strip()) for line in text.splitlines() if line.strip())


def _visible(character: str) -> bool:
    return character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    if character in "\n\t":
        return {"\n": "\n", "\t": "    "}[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Return how many cells of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Return `text` in at most `columns` cells, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept = next(_pieces(text, max(1, columns - 1)), "").rstrip()
    return f"{kept}…" if width(kept) < columns else "…"


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Return the lines of `text` broken at words; all but the first start with `indent`. Never empty."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = indent if lines else ""
        started = False
        for word in _words(paragraph, max(1, columns - width(indent))):
            if started and width(line) + 1 + width(word) > columns:
                lines.append(line)
                line, started = indent, False
            line += f" {word}" if started else word
            started = True
        lines.append(line)
    return lines


def _words(paragraph: str, columns: int) -> Iterator[str]:
    """Yield the words, those that are longer than a line in pieces."""
    for word in paragraph.split():
        yield from _pieces(word, columns)


def _pieces(word: str, columns: int) -> Iterator[str]:
    piece, taken = "", 0
    for character in word:
        cells = _cells(character)
        if taken + cells > columns and piece:
            yield piece
            piece, taken = "", 0
        piece, taken = piece + character, taken + cells
    if piece:
        yield piece


def side_by_side(cells: Sequence[str], widths: Sequence[int], gap: int = 2) -> list[str]:
    """Return the lines of one row of a table: each cell wrapped in its column, `gap` spaces between columns."""
    columns = [wrap(cell, columns) for cell, columns in zip(cells, widths, strict=True)]
    height = max(len(column) for column in columns)
    rows = ([*column, *[""] * (height - len(column))] for column in columns)
    return [
        (" " * gap).join(piece + " " * (size - width(piece)) for piece, size in zip(row, widths, strict=True)).rstrip()
        for row in zip(*rows, strict=True)
    ]
