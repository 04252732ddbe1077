"""The files of a work tree as they lie: what is tracked, or would be added. No link is followed on the way to one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ospo_init.core.trees import EXECUTABLE, LINK, REGULAR
from ospo_init.edges import git
from ospo_init.edges.git import Git

PIECE = 1024 * 1024  # bytes that are read at once
OFFLINE = (*git.OFFLINE, ("GIT_NO_REPLACE_OBJECTS", "1"))
# A pipe that lies where a file was must not keep us waiting.
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


class Stamp(NamedTuple):
    """What changes when a file does: device, inode, size in bytes, and the times of contents and entry in ns."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


@dataclass(frozen=True)
class Listing:
    """The files of a work tree: `paths` in order, and by path `sizes` in bytes, git's `modes`, and `stamps`.

    Links are among them (mode 120000, the size that of their target's name); folders, submodules, pipes and devices
    are not. A path that is no UTF-8 holds surrogates, as os.fsdecode makes them.
    """

    paths: tuple[str, ...]
    sizes: Mapping[str, int] = field(repr=False)
    modes: Mapping[str, str] = field(repr=False)
    stamps: Mapping[str, Stamp] = field(repr=False)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that are no links."""
        return tuple(path for path in self.paths if self.modes[path] != LINK)


def listing(top: Path) -> Listing:
    """Return what lies in the work tree `top` and is tracked, or neither tracked nor ignored.

    Raises GitFailed where `top` is in no work tree.
    """
    printed = Git(top, OFFLINE).run("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    paths = sorted({os.fsdecode(row) for row in printed.split(b"\0") if row})
    found = dict(_looked_at(top, paths))
    return Listing(
        paths=tuple(found),
        sizes={path: about.st_size for path, about in found.items()},
        modes={path: _mode(about.st_mode) for path, about in found.items()},
        stamps={path: stamp(about) for path, about in found.items()},
    )


def _looked_at(top: Path, paths: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each path that is a file or a link, below folders that are none; opened once a folder."""
    real: dict[str, bool] = {"": True}
    root = os.fspath(top)
    for path in paths:
        if not _is_real(root, path.rpartition("/")[0], real):
            continue
        try:
            about = os.lstat(f"{root}/{path}")
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(about.st_mode) or stat.S_ISLNK(about.st_mode):
            yield path, about


def _is_real(root: str, folder: str, known: dict[str, bool]) -> bool:
    """Whether a folder, and each above it, is a folder and no link."""
    waiting = []
    while folder not in known:
        waiting.append(folder)
        folder = folder.rpartition("/")[0]
    for below in reversed(waiting):
        above = below.rpartition("/")[0]
        try:
            known[below] = known[above] and stat.S_ISDIR(os.lstat(f"{root}/{below}").st_mode)
        except OSError:
            known[below] = False
    return known[waiting[0]] if waiting else known[folder]


def _mode(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return LINK
    return EXECUTABLE if mode & 0o100 else REGULAR


def stamp(about: os.stat_result) -> Stamp:
    """Return what of a file's entry changes when the file does."""
    return Stamp(about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


@contextmanager
def opened(top: Path, path: str) -> Iterator[int]:
    """Open the file at `path` below `top` to read it, no link being followed at any step of the way.

    Raises OSError where there is no such file, or it is not a regular one.
    """
    handle = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        parts = path.split("/")
        if not path or any(part in ("", ".", "..") for part in parts):
            raise FileNotFoundError(path)
        for number, part in enumerate(parts, 1):
            above = handle
            handle = os.open(part, _OPEN if number == len(parts) else _FOLDER, dir_fd=above)
            os.close(above)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileNotFoundError(path)
        yield handle
    finally:
        os.close(handle)


def pieces(handle: int) -> Iterator[bytes]:
    """Yield what is read from an open file, a piece at a time."""
    while piece := os.read(handle, PIECE):
        yield piece


def read(top: Path, path: str, most: int) -> bytes | None:
    """Return the bytes of the file at `path` below `top`.

    None where there is none, where it is a link or lies behind one, cannot be read, or has more than `most` bytes.
    """
    try:
        with opened(top, path) as handle:
            if os.fstat(handle).st_size > most:
                return None
            data = b"".join(_up_to(handle, most + 1))
            return data if len(data) <= most else None
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


def _up_to(handle: int, most: int) -> Iterator[bytes]:
    while most > 0 and (piece := os.read(handle, min(PIECE, most))):
        most -= len(piece)
        yield piece
