"""Messages between the box and its parent: a line of JSON, then the bytes of the files that it announces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from ospo_init.core.trees import File
from ospo_init.errors import TemplateError

MAX_BYTES = 300 * 1024 * 1024  # of files in one message


def send(pipe: IO[bytes], message: Mapping[str, Any], files: Mapping[str, File] | None = None) -> None:
    """Write one message and the files that belong to it."""
    header = [(path, file.mode, len(file.data)) for path, file in (files or {}).items()]
    line = json.dumps({**message, "files": header}, default=str).encode()
    pipe.write(b"".join([line, b"\n", *(file.data for file in (files or {}).values())]))
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], dict[str, File]] | None:
    """Return the next message and its files, or None at the end; raise TemplateError beyond MAX_BYTES."""
    line = pipe.readline(MAX_BYTES)
    if not line.endswith(b"\n"):
        return None
    message = json.loads(line)
    header: list[tuple[str, str, int]] = message.pop("files")
    if sum(size for _, _, size in header) > MAX_BYTES:
        raise TemplateError("The template makes more than the box may hand out.", "Tell the template's owner.")
    return message, {path: File(pipe.read(size), mode) for path, mode, size in header}
