"""The only module that prints. Colour is for terminals, and JSON for machines."""

from __future__ import annotations

import os
import sys

from ospo_init.errors import OspoInitError, UserError

TYPE_CHECKING = False  # as typing has it; loading that takes time, and `status` has none to lose
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TextIO

    from ospo_init.outcome import Outcome

# Control characters and the marks that turn the direction of a line: an answer must not drive the terminal. And what
# stands for bytes of a name that is not UTF-8: no terminal could write it.
_UNSEEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_STYLES = {"title": "bold", "good": "bold green", "dim": "dim", "bad": "bold red", "mark": "yellow"}


def show(outcome: Outcome, as_json: bool) -> int:
    """Print an outcome and return its exit code."""
    return write(outcome.data, outcome.lines, as_json) or outcome.exit_code


def write(data: Mapping[str, Any], lines: Sequence[tuple[str, str]], as_json: bool) -> int:
    """Print the data, or the lines, and return 0; that nobody reads to the end is no failure."""
    try:
        if as_json:
            import json

            sys.stdout.write(json.dumps(data, indent=2) + "\n")
        else:
            _lines(lines, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        try:  # noqa: SIM105 - contextlib takes time to load; what is left over must not be written at the end again
            sys.stdout.close()
        except OSError:
            pass
        raise UserError(f"The output cannot be written: {error.strerror}.", "Make room, or write elsewhere.") from None
    return 0


def fail(error: OspoInitError, as_json: bool) -> int:
    """Print what went wrong and what to do next, on standard error; return the exit code."""
    if as_json and not sys.stdout.closed:
        import json

        data = {"schema_version": 1, "error": error.what, "next": error.next, "exit_code": error.exit_code}
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return error.exit_code
    lines = [("bad", error.what), *([("", error.next)] if error.next else [])]
    try:  # noqa: SIM105 - contextlib takes time to load
        _lines(tuple(lines), sys.stderr)
    except OSError:  # a terminal that is gone hears nothing
        pass
    return error.exit_code


def _lines(lines: Sequence[tuple[str, str]], stream: TextIO) -> None:
    if not in_colour(stream):
        text = "".join(f"{_clean(text)}\n" for _, text in lines)
        try:
            stream.write(text)
        except UnicodeEncodeError:  # a stream that cannot hold every character gets what stands for it
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "replace").decode(encoding))
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
    if text.lstrip().startswith("::"):  # a pipeline would take it for a command
        text = text.replace("::", ": :", 1)
    if text.isprintable():
        return text
    import re

    return re.sub(_UNSEEN, "\N{REPLACEMENT CHARACTER}", text)
