"""The process behind tests/interrupts.py: it runs command lines of ospo-init, and acts at a point of them.

It imports what a command needs once, and forks for every run, so that a run costs little more than its git and its
box. Requests and replies are lines of JSON on standard input and output.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import importlib
import json
import os
import pkgutil
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import ospo_init

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What changes a disk, and whether it takes room: shutil and tempfile come down to these.
_CHANGES = {
    "open": True,
    "os.mkdir": True,
    "os.rename": True,
    "os.link": True,
    "os.symlink": True,
    "os.remove": False,
    "os.rmdir": False,
    "os.chmod": False,
    "os.chown": False,
    "os.truncate": False,
    "os.utime": False,
}
# Once a disk is full, these fail too; those that only read do not.
_WRITERS = {
    *("init", "add", "commit", "fetch", "update-ref", "pack-objects", "hash-object", "fast-import", "read-tree"),
    *("update-index", "write-tree", "commit-tree", "merge-tree", "checkout-index", "unpack-objects"),
}
_FULL = ["sh", "-c", "echo 'fatal: cannot write: No space left on device' >&2; exit 128"]
_RANDOM = re.compile(r"(?<=ospo-init-)(box-)?[a-z0-9_]{8}\b|[0-9a-f]{38,64}|^[0-9a-f]{2}$|(?<=\$TMPDIR/)[a-z0-9_]{8}$")


class Points:
    """Counts the points of a run; acts at one of them."""

    def __init__(self, at: int, act: str, notes: int) -> None:
        self.at, self.act, self.notes = at, act, notes
        self.rows: list[tuple[str, bool]] = []
        self.counting, self.full, self.pending, self.written = False, False, "", False
        self.shown = {os.environ.get("TMPDIR", "/tmp"): "$TMPDIR", str(Path.cwd()): "."}

    def install(self) -> None:
        """Watch the calls of this process and its children."""
        sys.addaudithook(self._audit)
        started, waited = subprocess.Popen.__init__, subprocess.Popen.wait

        def start(child: Any, args: Any, *rest: Any, **named: Any) -> None:
            child.shown = self._shown(args)
            if self._point(f"before {child.shown}", True, set(args) & _WRITERS):
                if not child.shown.startswith("git"):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                args = _FULL
            started(child, args, *rest, **named)

        def wait(child: Any, timeout: Any = None) -> int:
            ended = waited(child, timeout)
            shown, child.shown = child.shown, ""
            if shown:
                self._point(f"after {shown}", False)
            return ended

        subprocess.Popen.__init__, subprocess.Popen.wait = start, wait  # type: ignore[method-assign, assignment]
        self.counting = True

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.counting or event not in _CHANGES:
            return
        if event == "open" and (isinstance(args[0], int) or args[0] == os.devnull or not args[2] & _WRITING):
            return
        place = os.fsdecode(args[0])
        for known, shown in self.shown.items():
            place = place.replace(known, shown)
        what = f"{event} {_RANDOM.sub('*', place)}"
        grows = _CHANGES[event] and event != "os.rename"  # which mostly finds the room that it needs in its folder
        if self._point(f"before {what}", _CHANGES[event], grows):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if _CHANGES[event]:  # after a removal is before what comes next
            # A disk that has room for the file and none for its bytes is full once it was opened.
            self.pending, self.written = what, event == "open" and args[1] is not None
            sys.setprofile(self._profile)  # only for the next thing that happens: it slows everything

    def _profile(self, frame: object, event: str, arg: object) -> None:
        """Tell when the call that was announced is over: something else happens."""
        sys.setprofile(None)
        if self.pending:
            what, self.pending = self.pending, ""
            if self._point(f"after {what}", self.written):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _point(self, what: str, room: bool, grows: object = False) -> bool:
        """Count a point, and act if it is the one; return whether the disk is too full for what comes."""
        if not self.counting:
            return False
        self.rows.append((what, room))
        if len(self.rows) - 1 != self.at:
            return self.full and bool(grows)
        os.write(self.notes, what.encode())
        if self.act == "FULL":
            self.full = True
            return True
        os.kill(os.getpid(), getattr(signal, self.act))
        return False

    def _shown(self, args: Any) -> str:
        words = [str(word) for word in args]
        if Path(words[0]).name != "git":
            return f"the child {Path(words[0]).name}"
        rest = iter(words[1:])
        return "git " + next((word for word in rest if word != "-c" or not next(rest)), "")


def _run(request: dict[str, Any], streams: list[int]) -> None:
    """Run one command line in this process, and end it."""
    signal.alarm(120)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    for number, stream in zip((0, 1, 2), (os.open(os.devnull, os.O_RDONLY), *streams[:2]), strict=True):
        os.dup2(stream, number)
    from ospo_init.cli.app import run

    points = Points(request["at"], request["act"], streams[2])
    tempfile.tempdir = None  # to look for one is part of the run
    points.install()
    code = run(request["command"])
    points.counting = False
    sys.setprofile(None)
    if request["act"] == "":
        os.write(streams[2], json.dumps(points.rows).encode())
    sys.stdout.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def _serve(request: dict[str, Any]) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        child = os.fork()
        if child == 0:
            try:
                _run(request, [file.fileno() for file in files])
            finally:
                os._exit(70)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for file in files:
            file.seek(0)
            said.append(file.read().decode("utf-8", "replace"))
    return {"code": code, "stdout": said[0], "stderr": said[1], "notes": said[2]}


def main() -> None:
    """Serve requests until standard input ends."""
    for module in pkgutil.walk_packages(ospo_init.__path__, "ospo_init."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # a command that needs it will tell
                importlib.import_module(module.name)
    importlib.import_module("git")  # which starts a git when it is imported
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_serve(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
