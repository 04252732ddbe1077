"""The box: a child process in which a template's expressions are evaluated and its files filled.

It is started with an emptied environment and gets everything over standard input; before it touches a template it
gives up sockets, processes and writing outside its own folder (see `fence`). One message is a line of JSON, then the
bytes that the line announces. Requests: load, resolve, render. The parent believes nothing of what comes back.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ospo_init.box import fence
from ospo_init.box.engine import Engine, open_engine
from ospo_init.box.pipe import receive, send
from ospo_init.core.trees import File
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import OspoInitError, TemplateError


def main() -> None:
    """Serve requests until standard input ends."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a template's engine prints must not be taken for a reply
    engine: Engine | None = None
    while (received := receive(requests)) is not None:
        request, files = received
        try:
            if request["op"] == "load":
                snapshot = request["snapshot"]
                engine = open_engine(Snapshot(Path(snapshot)) if snapshot else files, request["scratch"])
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
        except Exception as error:
            reply, made = {"error": f"The template cannot be used: {error}.", "kind": "TemplateError"}, {}
        send(replies, reply, made)


def answer(engine: Engine, request: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, File]]:
    """Return the reply to one request, and the files that go with it."""
    if request["op"] == "resolve":
        return engine.resolve(request["given"], request["machine"]), {}
    return engine.render(request["given"], request["machine"], request["origin"])
