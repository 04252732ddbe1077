"""Adding an entry to a record's text, so that every other character of it stays: comments, order, quotes, line ends.

Where things stand is told by the marks of the parsed text; the result is to be parsed again and compared by the caller.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from ospo_init.core.marked import Marked
from ospo_init.errors import UserError

HEAD = """\
# The project's record: what people decided about it, and when. Commit it with the project.
schema_version: 1
"""
_END = re.compile(r"\r\n|\n|\r")
Entry = Mapping[str, str | bool | None]


def with_entry(text: str, root: Marked | None, name: str, entry: Entry) -> str:
    """Return `text` with `entry` at the end of its list `name`, which is made where it is not there.

    `root` are the marks of `text`; an empty text becomes a record. Raises UserError where the list is written in a way
    that cannot be added to.
    """
    if root is None:
        text = HEAD if not text.strip() else text
        return _appended(text, f"\n{name}:\n" + _block(entry, 2, 2))
    if root.kind != "mapping" or not root.value:
        raise UserError("it does not hold keys with values.", "Bring it back with git.")
    pair = root.pair(name)
    if pair is None:
        return _with_key(text, root, name, entry)
    key, node = pair
    if node.kind == "list" and node.value:
        return _longer(text, node, entry)
    if node.kind != "list" and node.value is not None:
        raise UserError(f"{name} is not a list.", f"Write  {name}: []")
    if node.kind == "list" and "#" in text[node.start : node.end]:
        raise UserError(f"There is a comment inside the brackets of {name}.", "Write the list below its key instead.")
    if root.flow:
        return text[: node.start] + f"[{_flow(entry)}]" + text[node.end :]
    before = text[: node.start].rstrip(" ") if node.end > node.start else text[: node.start]
    text = before + text[node.end :]
    return _after_line(text, _past_comments(text, len(before), key.column), _block(entry, key.column + 1, 2))


def _longer(text: str, node: Marked, entry: Entry) -> str:
    """Return the text with an entry after the last one of a list."""
    last = node.value[-1]
    if node.flow:
        return text[: last.tail] + f", {_flow(entry)}" + text[last.tail :]
    dash = node.column - 1
    after_dash = last.column - node.column if last.line >= node.line and last.kind == "mapping" and not last.flow else 2
    return _after_line(text, _past_comments(text, last.tail, dash), _block(entry, dash, max(2, after_dash)))


def _with_key(text: str, root: Marked, name: str, entry: Entry) -> str:
    """Return the text with the list as a new key at its end."""
    if root.flow:
        return text[: root.value[-1][1].tail] + f", {name}: [{_flow(entry)}]" + text[root.value[-1][1].tail :]
    indent = " " * (root.column - 1)
    return _appended(text, f"\n{indent}{name}:\n" + _block(entry, root.column + 1, 2))


def _past_comments(text: str, at: int, dash: int) -> int:
    """Return the place `at`, moved past the comments on the next lines that are indented as the list's entries are."""
    while (end := _END.search(text, at)) and text[at - 1 : at] not in ("\n", "\r"):
        found = re.compile(rf" {{{max(1, dash)},}}#[^\r\n]*").match(text, end.end())
        if not found:
            break
        at = found.end()
    return at


def _after_line(text: str, at: int, block: str) -> str:
    """Return the text with whole lines after the line in which `at` is, with the line end that is used there.

    A block text ends where its last line has ended: then the place is right as it is.
    """
    if at and text[at - 1] in "\r\n":
        return text[:at] + _ended(block, text) + text[at:]
    end = _END.search(text, at)
    if end is None:
        return _appended(text, block)
    return text[: end.end()] + block.replace("\n", end[0]) + text[end.end() :]


def _appended(text: str, block: str) -> str:
    """Return the text with lines at its end, which ends in a line end or not, as it did."""
    block = _ended(block, text)
    if not text or text[-1] in "\r\n":
        return text + block
    return text + _ended("\n", text) + block.removesuffix(_ended("\n", text))


def _ended(block: str, text: str) -> str:
    end = _END.search(text)
    return block.replace("\n", end[0]) if end else block


def _block(entry: Entry, dash: int, after: int) -> str:
    """Return an entry as lines; `dash` and `after` are the columns before its dash, and from there to its keys."""
    rows = [f"{name}: {scalar(value)}" for name, value in entry.items()]
    first = " " * dash + "-" + " " * (after - 1)
    return first + ("\n" + " " * (dash + after)).join(rows) + "\n"


def _flow(entry: Entry) -> str:
    return "{" + ", ".join(f"{name}: {scalar(value)}" for name, value in entry.items()) + "}"


def scalar(value: str | bool | None) -> str:
    """Return a value as it is written: texts in double quotes, as the template writes them."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return '"' + "".join(_SPELT.get(letter) or _spelt(letter) for letter in value) + '"'


_SPELT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _spelt(letter: str) -> str:
    """Return a character as itself, or, where it cannot be seen or would end the line, by its number."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def patch(before: str | None, after: str, path: str) -> str:
    """Return the change as a patch that git can apply; `before` is None for a new file."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text or "") for text in (before, after))
    names = ("/dev/null" if before is None else f"a/{path}", f"b/{path}")
    rows = difflib.unified_diff(old, new, *names)
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
