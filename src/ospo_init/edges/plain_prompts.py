"""Asking where the cursor cannot be moved (TERM=dumb, an editor's shell): lines in, lines out, numbers for choices."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from getpass import getpass
from typing import Any

from ospo_init.core.choices import titles
from ospo_init.core.columns import Line, printable, wrap
from ospo_init.core.pages import Back, Page
from ospo_init.errors import Interrupted

_BACK, _EMPTY = "<", "-"
_HINTS = {
    "line": "Enter takes what stands in brackets · - leaves it empty · < goes back · Ctrl-C stops",
    "lines": "Any number of lines, an empty one ends · at once it takes what stands above · - leaves it empty"
    " · < goes back · Ctrl-C stops",
    "one": "Type a number · Enter takes what stands in brackets · < goes back · Ctrl-C stops",
    "many": "Type numbers with spaces between · Enter takes what stands in brackets · - takes none · < goes back",
}


def is_needed() -> bool:
    """Whether the terminal says of itself that it cannot move its cursor."""
    return os.environ.get("TERM", "").lower() in ("", "dumb", "unknown")


class PlainPrompts:
    """Asks line by line."""

    @property
    def columns(self) -> int:
        """How wide the terminal is now."""
        return max(20, shutil.get_terminal_size().columns)

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines."""
        for _, text in lines:
            _write(f"{text}\n")

    def ask(self, page: Page) -> Any:
        """Return the text, the place of the option or the places of those marked; or Back."""
        self.show([*page.lines(self.columns), ("", "")])
        listed = titles(page.options, self.columns - 6)
        for number, (title, option) in enumerate(zip(listed, page.options, strict=True), 1):
            refused = f" ({option.disabled})" if option.disabled else ""
            _write(f"{number:4}  {title}{refused}\n".replace("\n", "\n      ").rstrip(" "))
        self.show(("", line) for line in wrap(_HINTS[page.kind], self.columns - 1))
        return _ASK[page.kind](page)


def _line(page: Page) -> Any:
    typed = getpass("> ") if page.secret else _read(f"[{printable(page.text)}] > " if page.text else "> ")
    if typed == _BACK:
        return Back()
    return "" if typed == _EMPTY else typed or page.text


def _lines(page: Page) -> Any:
    for line in page.text.splitlines():
        _write(f"[{printable(line)}]\n")
    typed: list[str] = []
    while line := _read("> "):
        if not typed and line in (_BACK, _EMPTY):
            return Back() if line == _BACK else ""
        typed.append(line)
    return "\n".join(typed) or page.text


def _one(page: Page) -> Any:
    marked = page.marked[0] + 1 if page.marked else 1
    while True:
        typed = _read(f"[{marked}] > ").strip() or str(marked)
        if typed == _BACK:
            return Back()
        place = _place(typed, page)
        if place is not None:
            return place
        _write(f"Type a number from 1 to {len(page.options)} that can be chosen.\n")


def _many(page: Page) -> Any:
    marked = " ".join(str(place + 1) for place in page.marked)
    while True:
        typed = _read(f"[{marked}] > ").replace(",", " ").strip() or marked
        if typed == _BACK:
            return Back()
        places = [_place(word, page) for word in typed.split() if typed != _EMPTY]
        if None not in places:
            return places
        _write(f"Type numbers from 1 to {len(page.options)} that can be chosen.\n")


_ASK = {"line": _line, "lines": _lines, "one": _one, "many": _many}


def _place(word: str, page: Page) -> int | None:
    """Return the place of the option that a number names, or an option's own value."""
    values = {str(option.value).casefold(): place for place, option in enumerate(page.options)}
    place = int(word) - 1 if word.isascii() and word.isdigit() else values.get(word.casefold(), -1)
    return place if 0 <= place < len(page.options) and not page.options[place].disabled else None


def _read(prompt: str) -> str:
    _write(prompt)
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        _write("That is not text in the terminal's encoding; type it again.\n")
        return _read(prompt)
    except (KeyboardInterrupt, OSError):
        line = ""
    if not line:  # Ctrl-C, Ctrl-D, or a terminal that is gone
        _write("\n")
        raise Interrupted
    return line.rstrip("\r\n")


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except OSError:
        raise Interrupted from None
