"""The parent's side of the box: starts the child, sends it a template, and believes nothing that comes back."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import ospo_init
from ospo_init.box import pipe
from ospo_init.box.fence import Limits
from ospo_init.core.links import check_links
from ospo_init.core.lock import OWNERSHIPS, PATH
from ospo_init.core.origin import COPY, Run
from ospo_init.core.trees import File, Tree, check_path, check_tree
from ospo_init.edges.snapshot import Snapshot
from ospo_init.edges.stops import held
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import OspoInitError, TemplateError, UserError

_BOOT = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from ospo_init.box.child import main;main()"
_WORDS = 500  # characters of a message of the child's that are shown
_OWN = Path(ospo_init.__file__).parents[1]


class Box:
    """A running child; use it as a context manager. Starting it early hides its imports behind other work."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 - an immutable value
        self.limits, self.late = limits, False
        self.apart = False  # whether the system gave the child a network of its own; known once it has its template
        self.composed = False  # whether the template is one that we composed; known once it is loaded
        self.renamed: dict[str, str] = {}
        self.scratch = TemporaryFolder("ospo-init-box-")
        with held():
            self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self.child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, json.dumps(_import_paths())],
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
        with held():
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
        message = {"op": "load", "scratch": self.scratch.name, "snapshot": stored, "limits": self.limits}
        reply = self._ask(message, {} if stored else files, engine=str, renamed=dict)[0]
        self.composed = reply["engine"] == "ComposedEngine"
        self.apart = reply.get("apart") is True
        self.renamed = {str(old): str(new) for old, new in reply["renamed"].items()}

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers that follow from what was given; see `box.engine.as_data`."""
        return self._ask({"op": "resolve", "given": given, "machine": machine}, rows=list, values=dict)[0]

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, str], run: Run = COPY
    ) -> tuple[dict[str, Any], Tree]:
        """Return the answers and the project; every path in it has been checked."""
        message = {"op": "render", "given": given, "machine": machine, "origin": origin, "run": run}
        wanted = {"values": dict, "recorded": dict, "sources": dict, "ownership": dict, "answers_file": str}
        reply, files = self._ask(message, **wanted)
        check_path(reply["answers_file"])
        if not all(_is_owned(row) for row in reply["ownership"].values()):
            raise TemplateError(
                "The template says of a file that it is nobody's whom ospo-init knows.", "Tell its owner."
            )
        return reply, check_links(_without_lock(check_tree(files)))

    def excluded(self, given: Mapping[str, Any], machine: Mapping[str, Any], paths: Sequence[str]) -> list[str]:
        """Return which of the project's `paths` the template leaves out, with these answers, when it updates."""
        message = {"op": "excluded", "given": given, "machine": machine, "paths": list(paths)}
        left_out = self._ask(message, paths=list)[0]["paths"]
        return [path for path in paths if path in left_out]

    def _ask(
        self, message: Mapping[str, Any], files: Tree | None = None, /, **wanted: type
    ) -> tuple[dict[str, Any], dict[str, File]]:
        """Return what the child replies: a message with what is `wanted` in it, and files."""
        requests, replies = self.child.stdin, self.child.stdout
        assert requests and replies  # noqa: S101 - both are pipes of ours
        clock = threading.Timer(self.limits.seconds, self._end)
        clock.daemon = True
        try:
            clock.start()
            pipe.send(requests, message, files)
            received = pipe.receive(replies)
        except (BrokenPipeError, pipe.BrokenMessage):
            received = None
        except (TypeError, ValueError, RecursionError) as error:
            raise UserError(f"An answer cannot be used: {error}.", "Give text, numbers, lists or mappings.") from None
        finally:
            clock.cancel()
        if received is None:
            raise TemplateError(f"The template could not be used: {self._why()}.", "Tell the template's owner.")
        reply, made = received
        if "error" in reply:
            raise _told(reply)
        if not all(isinstance(reply.get(name), kind) for name, kind in wanted.items()):
            raise TemplateError("The template could not be used: its answer makes no sense.", "Tell its owner.")
        return reply, made

    def _end(self) -> None:
        self.late = True
        self.child.kill()

    def _why(self) -> str:
        """Return why no whole reply came."""
        if self.late:
            return f"it took longer than {self.limits.seconds:g} seconds"
        try:
            code = self.child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "its answer makes no sense"
        if code == -signal.SIGXCPU:
            return f"it took more than {self.limits.seconds:g} seconds of processor time"
        words = self._last_words() if code > 0 else ""  # one that a signal ended has said nothing of that
        return words or f"the process that renders it ended unexpectedly (code {code})"

    def _last_words(self) -> str:
        size = self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, size - _WORDS))
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1].rstrip(".") if lines else ""


def _import_paths() -> list[str]:
    """Return where the child may import from, and read: not the working folder, which `python -m` puts there."""
    try:
        working = Path.cwd()
    except OSError:  # it was removed
        working = Path()
    return [path for path in sys.path if (path and Path(path) != working) or Path(path) == _OWN]


def _is_owned(row: object) -> bool:
    """Whether `row` says who owns a file."""
    return isinstance(row, dict) and row.get("ownership", "managed") in OWNERSHIPS


def _without_lock(tree: Tree) -> Tree:
    """Return `tree` if it leaves the place of the lock free; raise TemplateError where not."""
    for path in tree:
        if f"{path}/".casefold().startswith(f"{PATH}/") or path.casefold() == PATH.partition("/")[0]:
            raise TemplateError(f"The template may not write {path!r}: {PATH} is ospo-init's own.", "Tell its owner.")
    return tree


def _told(reply: Mapping[str, Any]) -> OspoInitError:
    what, then = (" ".join(str(reply.get(name, "")).split())[:_WORDS] for name in ("error", "next"))
    if reply.get("kind") == "UserError":
        return UserError(what, then)
    return TemplateError(what, then or "Tell the template's owner.")
