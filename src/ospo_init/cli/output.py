"""The only module that prints. Colour is for terminals, and JSON for machines."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from typing import TextIO

from ospo_init.errors import OspoInitError
from ospo_init.outcome import Outcome

# Control characters and the marks that turn the direction of a line: an answer must not drive the terminal.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STYLES = {"title": "bold", "good": "bold green", "dim": "dim", "bad": "bold red", "mark": "yellow"}


def show(outcome: Outcome, as_json: bool) -> int:
    """Print an outcome and return its exit code."""
    if as_json:
        sys.stdout.write(json.dumps(outcome.data, indent=2) + "\n")
    else:
        _lines(outcome.lines, sys.stdout)
    sys.stdout.flush()
    return outcome.exit_code


def fail(error: OspoInitError, as_json: bool) -> int:
    """Print what went wrong and what to do next, on standard error; return the exit code."""
    if as_json:
        data = {"schema_version": 1, "error": error.what, "next": error.next, "exit_code": error.exit_code}
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return error.exit_code
    lines = [("bad", error.what), *([("", error.next)] if error.next else [])]
    with suppress(OSError):  # a terminal that is gone hears nothing
        _lines(tuple(lines), sys.stderr)
    return error.exit_code


def _lines(lines: tuple[tuple[str, str], ...], stream: TextIO) -> None:
    if not in_colour(stream):
        stream.write("".join(f"{_clean(text)}\n" for _, text in lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for style, text in lines:
        console.print(Text(_clean(text), style=_STYLES.get(style, "")))


def in_colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that wants colour (https://no-color.org, TERM=dumb)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _clean(text: str) -> str:
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
