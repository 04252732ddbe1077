"""What the child gives up before it sees a template: the machine's files, programs, the network, time and space."""

from __future__ import annotations

import os
import sys
from typing import Any, NamedTuple

from ospo_init.core.trees import MAX_BYTES, MAX_FILES
from ospo_init.errors import TemplateError

_DEPTH = 200  # folders below our own
_OPEN_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.kill",
    "os.putenv",
    "pty.",
    "ctypes.",
    "pickle.",
    "resource.",
    "sqlite3.",
    "syslog.",
    "webbrowser.",
    "winreg.",
    "_winapi.",
)
_CHANGING = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.utime",
    "os.setxattr",
    "os.removexattr",
    "shutil.",
)


class Limits(NamedTuple):
    """What a template may use: seconds for a request, and of processor time in all; bytes of memory; what it writes."""

    seconds: float = 60.0
    memory: int = 2 * 1024**3
    files: int = MAX_FILES
    bytes: int = MAX_BYTES


def close(scratch: str, limits: Limits) -> None:
    """Close the box: from here on only `scratch` and the Python installation may be read, only `scratch` written."""
    _limit(limits)
    sys.addaudithook(Fence(scratch, limits))


class Fence:
    """An audit hook, which Python asks before it does any of these things; it cannot be taken off again."""

    def __init__(self, scratch: str, limits: Limits) -> None:
        self.limits = limits
        self.own = os.path.realpath(scratch) + os.sep
        installed = [*sys.path, sys.prefix, sys.base_prefix]
        self.readable = (self.own, *{os.path.realpath(path) + os.sep for path in installed if path})
        self.writes = self.stored = 0
        self.last = ""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Raise PermissionError, or TemplateError beyond the limits, where a template may not do what `event` says."""
        if event == "open":
            self._open(*args)
        elif event == "os.symlink":
            self._change(args[1:2])  # where the link stands; where it leads is checked when it is followed
        elif event.startswith(_CHANGING):
            self._change(args)
        elif event in ("os.listdir", "os.scandir", "os.chdir"):
            self._read(args[0] or ".", "list folders of the machine")
        elif event.startswith(_REFUSED):
            raise PermissionError("a template may not start programs or use the network")

    def _open(self, path: Any, mode: str | None, flags: int) -> None:
        if flags & _OPEN_TO_WRITE or any(letter in (mode or "") for letter in "wax+"):
            self._change((path,))
        else:
            self._read(path, "open files of the machine")

    def _read(self, path: Any, what: str) -> None:
        if not isinstance(path, int) and not _real(path).startswith(self.readable):
            raise PermissionError(f"a template may not {what}")

    def _change(self, paths: tuple[Any, ...]) -> None:
        named = [path for path in paths if isinstance(path, (str, bytes, os.PathLike)) and path]
        if not all(_real(path).startswith(self.own) for path in named):
            raise PermissionError("a template may not write outside its folder")
        if named:
            self._check_depth(os.fsdecode(named[0]))
            self._count(os.fsdecode(named[0]))

    def _check_depth(self, path: str) -> None:
        """Refuse what would be too deep to be read, or taken away, again."""
        if path.count(os.sep) > self.own.count(os.sep) + _DEPTH:
            raise TemplateError(f"The template makes folders more than {_DEPTH} deep.", "Tell the template's owner.")

    def _count(self, path: str) -> None:
        """Count what is written: this file once the next one is begun, its size being known by then."""
        if path == self.last:
            return
        self.writes += 1
        self.stored += os.stat(self.last).st_size if os.path.isfile(self.last) else 0  # noqa: PTH113, PTH116
        self.last = path
        if self.writes > 3 * self.limits.files or self.stored > 2 * self.limits.bytes:
            raise TemplateError(
                f"The template makes more than {self.limits.files} files or {self.limits.bytes} bytes.",
                "Tell the template's owner.",
            )


def _real(path: Any) -> str:
    return os.path.realpath(os.fsdecode(path)) + os.sep


def _limit(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock still ends the child
        return
    seconds = max(1, round(limits.seconds))
    wanted = {
        resource.RLIMIT_AS: (limits.memory, limits.memory),
        resource.RLIMIT_CPU: (seconds, seconds + 1),  # the first ends it with a signal that tells why
        resource.RLIMIT_FSIZE: (limits.bytes, limits.bytes),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NPROC: (0, 0),  # no child and no thread, whoever asks; root alone is asked by the hook only
    }
    for what, values in wanted.items():
        _, hard = resource.getrlimit(what)
        soft, top = (value if hard == resource.RLIM_INFINITY else min(value, hard) for value in values)
        resource.setrlimit(what, (soft, top))
