"""Stopping a command at every point of it: before and after each call that changes a disk, and each child process.

    for point in points(command, cwd): run_at(command, cwd, point, "SIGKILL")

A failing point is printed with its number; INTERRUPT_AT=<number> makes a sweep run that point alone.
"""

from __future__ import annotations

import atexit
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Act = Literal["SIGINT", "SIGTERM", "SIGKILL", "FULL"]
Snapshot = Mapping[str, tuple[str, int, bytes]]
Command = Sequence[str]


@dataclass(frozen=True)
class Point:
    """A moment of a command; `room` says whether a full disk can refuse what comes there."""

    number: int
    what: str
    room: bool


@dataclass(frozen=True)
class Result:
    """How a command ended; `at` is what the act met, or empty where the command never came to that point."""

    code: int
    stdout: str
    stderr: str
    at: str = ""


def points(command: Command, cwd: Path, env: Mapping[str, str] = {}) -> list[Point]:
    """Run `command` undisturbed and return its points."""
    reply = _ask(command, cwd, env)
    assert reply["code"] in (0, 1), reply["stderr"]
    return [Point(number, what, room) for number, (what, room) in enumerate(json.loads(reply["notes"]))]


def run(command: Command, cwd: Path, env: Mapping[str, str] = {}) -> Result:
    """Run `command` undisturbed."""
    reply = _ask(command, cwd, env)
    return Result(reply["code"], reply["stdout"], reply["stderr"])


def run_at(command: Command, cwd: Path, point: Point, act: Act, env: Mapping[str, str] = {}) -> Result:
    """Run `command` and send the signal, or let the disk be full, at `point` (full it stays)."""
    reply = _ask(command, cwd, env, point.number, act)
    return Result(reply["code"], reply["stdout"], reply["stderr"], reply["notes"])


def snapshot(folder: Path) -> Snapshot:
    """Return everything below `folder`, git's own too: kind, mode, and bytes (of a link, where it points)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        data = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes() if stat.S_ISREG(mode) else b""
        found[path.relative_to(folder).as_posix()] = (stat.filemode(mode)[0], stat.S_IMODE(mode), data)
    return found


def differences(before: Snapshot, after: Snapshot) -> str:
    """Return which paths differ, for people; nothing where none does."""
    paths = sorted(path for path in {**before, **after} if before.get(path) != after.get(path))
    told = [
        f"{path} {'changed' if path in before and path in after else 'is gone' if path in before else 'is new'}"
        for path in paths
    ]
    return ", ".join(told[:8]) + (f" and {len(told) - 8} more" if len(told) > 8 else "")


def sweep(found: Sequence[Point], act: Act, judge: Callable[[Point], str]) -> int:
    """Let `judge` try every point and say what is wrong there, if anything; fail with all it said."""
    chosen = os.environ.get("INTERRUPT_AT")
    tried = [point for point in found if (act != "FULL" or point.room) and chosen in (None, str(point.number))]
    wrong = [f"{act} at point {point.number}, {point.what}: {said}" for point in tried if (said := judge(point))]
    assert not wrong, "\n".join(
        [f"{len(wrong)} of {len(tried)} points (try one alone with INTERRUPT_AT):", *wrong[:40]]
    )
    return len(tried)


def _ask(command: Command, cwd: Path, env: Mapping[str, str], at: int = -1, act: str = "") -> dict[str, Any]:
    """Let the other process run a command."""
    requests, replies = _server().stdin, _server().stdout
    assert requests and replies
    request = {"command": list(command), "cwd": str(cwd), "env": {**os.environ, **env}, "at": at, "act": act}
    requests.write(json.dumps(request) + "\n")
    requests.flush()
    return dict(json.loads(replies.readline()))


@cache
def _server() -> subprocess.Popen[str]:
    """Start the process that runs the commands; it ends with this one."""
    command = [sys.executable, "-B", str(Path(__file__).with_name("interrupted.py"))]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server
