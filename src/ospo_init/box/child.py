"""The box: a child process in which a template's expressions are evaluated and its files filled.

It is started with an emptied environment and gets everything over standard input; before it touches a template it
gives up sockets, processes and writing outside its own folder (see `fence`). One message is a line of JSON, then the
bytes that the line announces. Requests: load, resolve, render. The parent believes nothing of what comes back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import IO, Any

from ospo_init.box import fence
from ospo_init.box.engine import Engine, open_engine
from ospo_init.core.trees import File
from ospo_init.errors import OspoInitError, TemplateError

FilesHeader = list[tuple[str, str, int]]


def send(pipe: IO[bytes], message: Mapping[str, Any], files: Mapping[str, File] | None = None) -> None:
    """Write one message and the files that belong to it."""
    header = [(path, file.mode, len(file.data)) for path, file in (files or {}).items()]
    line = json.dumps({**message, "files": header}, default=str).encode()
    pipe.write(b"".join([line, b"\n", *(file.data for file in (files or {}).values())]))
    pipe.flush()


def receive(pipe: IO[bytes], limit: int) -> tuple[dict[str, Any], dict[str, File]] | None:
    """Return the next message and its files, or None at the end; raise TemplateError beyond `limit` bytes."""
    line = pipe.readline(limit)
    if not line.endswith(b"\n"):
        return None
    message = json.loads(line)
    header: FilesHeader = message.pop("files")
    if sum(size for _, _, size in header) > limit:
        raise TemplateError("The template makes more than the box may hand out.", "Tell the template's owner.")
    return message, {path: File(pipe.read(size), mode) for path, mode, size in header}


def main() -> None:
    """Serve requests until standard input ends."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a template's engine prints must not be taken for a reply
    engine: Engine | None = None
    while (received := receive(requests, fence.MAX_BYTES)) is not None:
        request, files = received
        try:
            if request["op"] == "load":
                engine = open_engine(files, request["scratch"])
                reply: dict[str, Any] = {"engine": type(engine).__name__}
                made: Mapping[str, File] = {}
                fence.close(request["scratch"])
            elif engine is None:
                raise TemplateError("The box was asked before it had a template.")
            else:
                reply, made = answer(engine, request)
        except OspoInitError as error:
            reply, made = {"error": error.what, "next": error.next, "kind": type(error).__name__}, {}
        except MemoryError:
            reply, made = {"error": "The template needs more memory than it may use.", "kind": "TemplateError"}, {}
        except Exception as error:  # noqa: BLE001 - whatever a template makes an engine raise is the template's fault
            reply, made = {"error": f"The template cannot be used: {error}.", "kind": "TemplateError"}, {}
        send(replies, reply, made)


def answer(engine: Engine, request: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, File]]:
    """Return the reply to one request, and the files that go with it."""
    if request["op"] == "resolve":
        return engine.resolve(request["given"], request["machine"]), {}
    return engine.render(request["given"], request["machine"], request["origin"])
