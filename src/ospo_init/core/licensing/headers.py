"""What a file says of itself: that it has a copyright notice, and its licences, by the tags of REUSE and SPDX.

The whole file is searched, as the REUSE tool does it: a notice may stand anywhere, and a snippet has its own. What
stands between REUSE-IgnoreStart and REUSE-IgnoreEnd is not read, nor is a file that is not text. One line says one
thing: a line with a copyright notice is not read for a licence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = 2048  # bytes that tell whether a file is text

# In two pieces, so that no tool takes the tag for this file's own.
_TAG = b"SPDX-License-Identifier" + b":"
_MARKS = (b"SPDX-", b"Copyright", b"\xc2\xa9")
_COPYRIGHT = re.compile(rb"SPDX-(?:File|Snippet)CopyrightText:|Copyright(?:\s|\([Cc]\)|\xc2[\xa0\xa9])|\xc2\xa9")
_START, _END = b"REUSE-Ignore" + b"Start", b"REUSE-Ignore" + b"End"
_LONG = 4000  # of a line, on either side of a mark
_NOT_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_MARKED = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CLOSERS = re.compile(r"\*/|-->|--%>|--\}\}|\*\)|\*#|=#|#\}|\}|-/|:\)|'/|[\"']\s{0,9}/{0,9}>|\]\s{0,9}::")
_CLOSER = 24  # the longest of them


@dataclass(frozen=True)
class Said:
    """What one file says: whether there is a copyright notice, and (line, expression) for each licence tag."""

    copyright: bool = False
    expressions: tuple[tuple[int, str], ...] = ()
    is_text: bool = True

    @property
    def complete(self) -> bool:
        """Whether it says whose it is, and under which licence."""
        return self.copyright and bool(self.expressions)


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _NOT_TEXT.search(head[:HEAD])


def said(data: bytes) -> Said:
    """Return what a file with these contents says."""
    if not is_text(data):
        return Said(is_text=False)
    data = _readable(data)
    found = dict[str, int]()
    noticed, line, counted = False, 1, 0
    for start, text in _lines(data):
        if _COPYRIGHT.search(text):
            noticed = True
        elif _TAG in text:
            line += data.count(b"\n", counted, start)
            counted = start
            found.setdefault(_value(text), line)
    return Said(noticed, tuple((line, value) for value, line in found.items()))


def _readable(data: bytes) -> bytes:
    """Return the data in UTF-8 with LF line ends, without what is to be ignored; lines keep their numbers."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            data = data.decode(encoding, "replace").encode()
            break
    else:
        if b"\xa9" in data and not _is_utf8(data[:HEAD]):
            data = data.decode("latin-1").encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b"".join(_heeded(data)) if _START in data else data


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > HEAD - 4  # a letter that the end cut in two
    return True


def _heeded(data: bytes) -> Iterator[bytes]:
    at = 0
    while (start := data.find(_START, at)) >= 0:
        yield data[at:start]
        end = data.find(_END, start)
        if end < 0:
            return
        yield b"\n" * data.count(b"\n", start, end)
        at = end + len(_END)
    yield data[at:]


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold a mark, in their order, with where they start; of a very long one the part about it."""
    found = dict[int, int]()
    for mark in _MARKS:
        at = data.find(mark)
        while at >= 0:
            before = data.rfind(b"\n", max(0, at - _LONG), at)
            start = before + 1 if before >= 0 else max(0, at - _LONG)
            end = data.find(b"\n", at, at + _LONG)
            end = end if end >= 0 else min(len(data), at + _LONG)
            found[start] = max(end, found.get(start, 0))
            at = data.find(mark, end)
    for start in sorted(found):
        yield start, data[start : found[start]]


def _value(line: bytes) -> str:
    """Return what follows the tag, without the end of a comment, or the comment mark of its start set backwards."""
    before, _, after = line.decode("utf-8", "replace").partition(_TAG.decode())
    value = after.strip()
    if mark := before.strip()[::-1]:
        value = value.removesuffix(mark).rstrip()
    while closer := _closer(value):
        value = value[: -len(closer)].rstrip()
    return value


def _closer(value: str) -> str:
    """Return the end of a comment that the value ends with, or ''."""
    tail = value[-_CLOSER:]
    return next((found[0] for found in _CLOSERS.finditer(tail) if found.end() == len(tail)), "")
