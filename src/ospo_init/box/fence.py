"""What the child gives up before a template is evaluated."""

from __future__ import annotations

import os
import sys
from typing import Any

_MEMORY = 2 * 1024**3  # bytes of address space: a template that multiplies a text must not take the machine down
_SECONDS = 60  # of processor time
_FILE = 300 * 1024 * 1024  # bytes of one file in its own folder
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.kill",
    "pty.",
    "ctypes.",
)
_WRITING = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.utime",
    "shutil.",
)


def close(scratch: str) -> None:
    """Close the box: from here on only `scratch` and the Python installation may be read, only `scratch` written."""
    _limit()
    own = os.path.realpath(scratch) + os.sep
    readable = tuple({os.path.realpath(path) + os.sep for path in [*sys.path, sys.prefix, sys.base_prefix] if path})

    def guard(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode = args[0], args[1]
            if isinstance(path, int):
                return
            real = os.path.realpath(os.fsdecode(path))
            writing = mode is not None and any(letter in mode for letter in "wax+")
            if not (real + os.sep).startswith((own,) if writing else (own, *readable)):
                raise PermissionError("a template may not open files of the machine")
        elif event.startswith(_WRITING):
            if not all((os.path.realpath(os.fsdecode(a)) + os.sep).startswith(own) for a in args if _is_path(a)):
                raise PermissionError("a template may not write outside its folder")
        elif event.startswith(_REFUSED):
            raise PermissionError("a template may not start programs or use the network")
        elif event in ("os.listdir", "os.scandir") and not isinstance(args[0], int):
            real = os.path.realpath(os.fsdecode(args[0] or ".")) + os.sep
            if not real.startswith((own, *readable)):
                raise PermissionError("a template may not list folders of the machine")

    sys.addaudithook(guard)


def _is_path(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and bool(value)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock still ends the child
        return
    limits = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_CPU: _SECONDS, resource.RLIMIT_FSIZE: _FILE}
    for what, value in limits.items():
        _, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (ceiling, ceiling))
