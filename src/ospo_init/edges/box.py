"""The parent's side of the box: starts the child, sends it a template, and believes nothing that comes back."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ospo_init.box import pipe
from ospo_init.core.trees import File, Tree, check_tree
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import OspoInitError, TemplateError, UserError

_BOOT = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from ospo_init.box.child import main;main()"
_SECONDS = 60.0


class Box:
    """A running child; use it as a context manager. Starting it early hides its imports behind other work."""

    def __init__(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="ospo-init-box-")
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        paths = [path for path in sys.path if path]
        self.child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, json.dumps(paths)],
            cwd=self.scratch.name,
            env={"TMPDIR": self.scratch.name, "HOME": self.scratch.name, "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            start_new_session=True,  # Ctrl-C reaches the parent, which ends the child
        )

    def __enter__(self) -> Box:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.kill()
        for stream in (self.child.stdin, self.child.stdout, self.errors):
            if stream:
                with contextlib.suppress(OSError):  # the child is gone, and with it the other end
                    stream.close()
        self.child.wait()
        self.scratch.cleanup()

    def load(self, files: Tree) -> None:
        """Give the child its template; from then on it can neither reach the machine nor another template."""
        stored = str(files.path) if isinstance(files, Snapshot) else ""
        message = {"op": "load", "scratch": self.scratch.name, "snapshot": stored}
        self._ask(message, {} if stored else files)

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers that follow from what was given; see `box.engine.as_data`."""
        return self._ask({"op": "resolve", "given": given, "machine": machine})[0]

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, str]
    ) -> tuple[dict[str, Any], Tree]:
        """Return the answers and the project; every path in it has been checked."""
        reply, files = self._ask({"op": "render", "given": given, "machine": machine, "origin": origin})
        return reply, check_tree(files)

    def _ask(self, message: Mapping[str, Any], files: Tree | None = None) -> tuple[dict[str, Any], dict[str, File]]:
        requests, replies = self.child.stdin, self.child.stdout
        assert requests and replies  # noqa: S101 - both are pipes of ours
        clock = threading.Timer(_SECONDS, self.child.kill)
        clock.start()
        try:
            pipe.send(requests, message, files)
            received = pipe.receive(replies)
        except (BrokenPipeError, json.JSONDecodeError, KeyError):
            received = None
        finally:
            clock.cancel()
        if received is None:
            raise TemplateError(f"The template could not be used: {self._last_words()}", "Tell the template's owner.")
        reply, made = received
        if "error" in reply:
            raise _told(reply)
        return reply, made

    def _last_words(self) -> str:
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it took longer than {_SECONDS:.0f} seconds, or more memory than it may use."


def temporary() -> Path:
    """Return a path in the folder for temporary files, to name it when it cannot be written."""
    return Path(tempfile.gettempdir(), "ospo-init")


def _told(reply: Mapping[str, Any]) -> OspoInitError:
    kind = UserError if reply.get("kind") == "UserError" else TemplateError
    return kind(str(reply["error"]), str(reply.get("next", "")))
