"""Messages between the box and its parent: a line of JSON, then the bytes of the files that it announces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from ospo_init.core.trees import EXECUTABLE, LINK, MAX_BYTES, MAX_FILES, REGULAR, File
from ospo_init.errors import TemplateError

MAX_LINE = 64 * 1024 * 1024  # bytes of the line of JSON: questions, answers and the names of files
Header = list[tuple[str, str, int]]


class BrokenMessage(Exception):
    """What came is not a whole message."""


def send(pipe: IO[bytes], message: Mapping[str, Any], files: Mapping[str, File] | None = None) -> None:
    """Write one message and its files; raise TemplateError, before anything is written, if it is too large."""
    files = files or {}
    header = [(path, file.mode, len(file.data)) for path, file in files.items()]
    line = json.dumps({**message, "files": header}, default=str).encode()
    if len(files) > MAX_FILES or sum(size for _, _, size in header) > MAX_BYTES:
        raise TemplateError(f"The template has more than {MAX_FILES} files or {MAX_BYTES} bytes.", "Tell its owner.")
    if len(line) >= MAX_LINE:
        raise TemplateError("The template's questions and answers are too long.", "Give shorter answers.")
    pipe.write(line + b"\n")
    for file in files.values():
        pipe.write(file.data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], dict[str, File]] | None:
    """Return the next message and its files, or None at the end; raise BrokenMessage for anything else."""
    line = pipe.readline(MAX_LINE)
    if not line:
        return None
    message, header = _parse(line)
    files = {}
    for path, mode, size in header:
        data = pipe.read(size)
        if len(data) != size:
            raise BrokenMessage
        files[path] = File(data, mode)
    return message, files


def _parse(line: bytes) -> tuple[dict[str, Any], Header]:
    try:
        message = json.loads(line)
        header: Header = [(path, mode, size) for path, mode, size in message.pop("files")]
        whole = line.endswith(b"\n") and all(_is_row(*row) for row in header) and len(header) <= MAX_FILES
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BrokenMessage from None
    if not whole or sum(size for _, _, size in header) > MAX_BYTES:
        raise BrokenMessage
    return message, header


def _is_row(path: object, mode: object, size: object) -> bool:
    return isinstance(path, str) and mode in (REGULAR, EXECUTABLE, LINK) and type(size) is int and size >= 0
