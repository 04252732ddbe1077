"""Asking where the cursor cannot be moved (TERM=dumb, an editor's shell): lines in, lines out, numbers for choices."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from getpass import getpass
from typing import Any, TextIO

from ospo_init.core.choices import Option, titles
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
    """Asks line by line, on the two streams of a terminal."""

    def __init__(self, typed: TextIO | None = None, shown: TextIO | None = None) -> None:
        self.typed, self.shown = typed or sys.stdin, shown or sys.stdout

    @property
    def columns(self) -> int:
        """How wide the terminal is now."""
        return max(20, shutil.get_terminal_size().columns)

    def quiet(self) -> AbstractContextManager[None]:
        """Leave the terminal as it is: it shows what is typed."""
        return nullcontext()

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines."""
        self._write("".join(f"{text}\n" for _, text in lines))

    def ask(self, page: Page) -> Any:
        """Return the text, the place of the option or the places of those marked; or Back."""
        self.show([*page.lines(self.columns), ("", ""), *self._options(page)])
        self.show(("dim", line) for line in wrap(_HINTS[page.kind], self.columns - 1))
        answers = {"line": self._line, "lines": self._lines, "one": self._one, "many": self._many}
        return answers[page.kind](page)

    def _options(self, page: Page) -> Iterator[Line]:
        for number, title in enumerate(titles(page.options, self.columns - 6), 1):
            refused = page.options[number - 1].disabled
            lines = (title + (f" ({refused})" if refused else "")).split("\n")
            yield "", f"{number:4}  {lines[0]}"
            yield from (("", f"      {line}") for line in lines[1:])

    def _line(self, page: Page) -> Any:
        if page.secret:
            typed = getpass("> ", self.shown)
        else:
            typed = self._read(f"[{printable(page.text)}] > " if page.text else "> ")
        return Back() if typed == _BACK else "" if typed == _EMPTY else typed or page.text

    def _lines(self, page: Page) -> Any:
        self.show(("", f"[{printable(line)}]") for line in page.text.splitlines())
        typed: list[str] = []
        while line := self._read("> "):
            if not typed and line in (_BACK, _EMPTY):
                return Back() if line == _BACK else ""
            typed.append(line)
        return "\n".join(typed) or page.text

    def _one(self, page: Page) -> Any:
        marked = str(page.marked[0] + 1) if page.marked else "1"
        places = self._places(page, marked, single=True)
        return places if isinstance(places, Back) else places[0]

    def _many(self, page: Page) -> Any:
        return self._places(page, " ".join(str(place + 1) for place in page.marked))

    def _places(self, page: Page, marked: str, single: bool = False) -> Any:
        """Return the places of the options that are typed, by number or value."""
        while True:
            typed = self._read(f"[{marked}] > ").replace(",", " ").strip() or marked
            if typed == _BACK:
                return Back()
            words = [] if typed == _EMPTY and not single else typed.split()
            places = [_place(word, page.options) for word in words]
            if None not in places and (len(places) == 1 or not single):
                return places
            number = "a number" if single else "numbers"
            self.show([("", f"Type {number} from 1 to {len(page.options)}, of what can be chosen.")])

    def _read(self, prompt: str) -> str:
        self._write(prompt)
        try:
            line = self.typed.readline()
        except UnicodeDecodeError:
            self.show([("", "That is not text in the terminal's encoding; type it again.")])
            return self._read(prompt)
        except (KeyboardInterrupt, OSError):
            line = ""
        if not line:  # Ctrl-C, Ctrl-D, or a terminal that is gone
            self._write("\n")
            raise Interrupted
        return line.rstrip("\r\n")

    def _write(self, text: str) -> None:
        encoding = self.shown.encoding or "utf-8"
        try:
            self.shown.write(text.encode(encoding, "replace").decode(encoding))
            self.shown.flush()
        except OSError:
            raise Interrupted from None


def _place(word: str, options: Sequence[Option]) -> int | None:
    """Return the place of the option that a number names, or an option's own value."""
    values = {str(option.value).casefold(): place for place, option in enumerate(options)}
    place = int(word) - 1 if word.isascii() and word.isdigit() else values.get(word.casefold(), -1)
    return place if 0 <= place < len(options) and not options[place].disabled else None
