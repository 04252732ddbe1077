"""The box: a child process in which a template's expressions are evaluated and its files filled.

It is started with an emptied environment and gets everything over standard input; before it looks at a template it
gives up sockets, processes and all files but its own folder (see `fence`). One message is a line of JSON, then the
bytes that the line announces. Requests: load, resolve, render, excluded. The parent believes nothing of the replies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from ospo_init.box import fence, namespace
from ospo_init.box.engine import Engine, open_engine, prepare
from ospo_init.box.pipe import receive, send
from ospo_init.core.origin import Run
from ospo_init.core.trees import File, Tree
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import OspoInitError, TemplateError

Reply = tuple[dict[str, Any], Mapping[str, File]]


def main() -> None:
    """Serve requests until standard input ends."""
    requests, replies = _own_pipes()
    served = Served(namespace.isolate())
    while (received := receive(requests)) is not None:
        try:
            send(replies, *served.answer(*received))
        except OspoInitError as error:
            send(replies, {"error": error.what, "next": error.next, "kind": type(error).__name__})
        except MemoryError:
            send(replies, _broken("it needs more memory than it may use"))
        except Exception as error:
            send(replies, _broken(served.told(error)))


class Served:
    """The template that this child serves; a child has one in its life. `apart`: it has a network of its own."""

    engine: Engine | None = None
    scratch = ""

    def __init__(self, apart: bool = False) -> None:
        self.apart = apart

    def answer(self, request: Mapping[str, Any], files: Tree) -> Reply:
        """Return the reply to one request, and the files that go with it."""
        if request["op"] == "load":
            return self._load(request, files)
        if self.engine is None:
            raise TemplateError("The box was asked before it had a template.")
        if request["op"] == "resolve":
            return self.engine.resolve(request["given"], request["machine"]), {}
        if request["op"] == "excluded":
            return {"paths": self.engine.excluded(request["given"], request["machine"], request["paths"])}, {}
        return self.engine.render(request["given"], request["machine"], request["origin"], Run(*request["run"]))

    def told(self, error: Exception) -> str:
        """Return what an error says, without the place of the folder that the child works in."""
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__
        return said.replace(self.scratch + os.sep, "") if self.scratch else said

    def _load(self, request: Mapping[str, Any], files: Tree) -> Reply:
        stored, self.scratch = request["snapshot"], request["scratch"]
        tree: Tree = Snapshot(Path(stored)) if stored else files
        prepare(tree)
        fence.close(self.scratch, fence.Limits(*request["limits"]))
        self.engine = open_engine(tree, self.scratch)
        return {"engine": type(self.engine).__name__, "renamed": dict(self.engine.renamed), "apart": self.apart}, {}


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes to the parent, put where nothing else finds them: what a template's engine prints or asks for
    must not be taken for a message."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, replies


def _broken(why: str) -> dict[str, Any]:
    what = f"The template cannot be used: {why.rstrip('.')}."
    return {"error": what, "next": "Tell the template's owner.", "kind": "TemplateError"}
