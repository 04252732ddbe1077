"""The staging folder: beside or in the target, gone at the end, and removed by the next run after a SIGKILL.

It is ours by its name and by what it holds, and in use for as long as the process that made it holds a lock in it,
which the kernel releases. A folder that cannot be told to be both ours and abandoned is left alone.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = ".ospo-init-"
TREE, JOURNAL, PACK, INDEX = "tree", "journal.json", "pack", "index.before"  # what lies in a staging folder
# The lock is a .gitignore that covers the folder: nobody commits what a killed run left in a repository of theirs.
_LOCK, _IGNORED = ".gitignore", b"*\n"
_OURS = re.compile(rf"{_LOCK}|{TREE}|{re.escape(JOURNAL)}(\.new)?|{PACK}-[0-9a-f]+\.[a-z]+|{re.escape(INDEX)}")


@contextmanager
def staging(base: Path) -> Iterator[Path]:
    """Give a folder in `base` that is gone at the end; to be used while signals are `held`."""
    folder, lock = _create(base)
    try:
        yield folder
    except BaseException:
        if not (folder / JOURNAL).exists():  # else what was moved could not be taken back, and the next run tries again
            remove(folder)
        raise
    else:
        remove(folder)
    finally:
        os.close(lock)


def recover(base: Path, undo: Callable[[Path, Path], None]) -> None:
    """Let `undo` take back what killed runs did in `base`, and remove their staging folders."""
    for folder in _folders(base):
        lock = _claim(folder)
        if lock is None:
            continue
        try:
            undo(base, folder)
            remove(folder)
        finally:
            os.close(lock)


def is_staging(folder: Path) -> bool:
    """Whether `folder` looks like one of ours."""
    if not folder.name.startswith(MARK) or folder.is_symlink() or not folder.is_dir():
        return False
    with suppress(OSError):
        return all(_OURS.fullmatch(item.name) for item in folder.iterdir())
    return False


def remove(folder: Path) -> None:
    """Remove a staging folder, the lock last: without it, nobody could tell later that the rest is ours."""
    for _ in range(10):
        rest = [item for item in _items(folder) if item.name != _LOCK]
        if not rest:
            break
        try:
            for item in rest:
                shutil.rmtree(item) if item.is_dir() and not item.is_symlink() else item.unlink()
        except OSError:
            time.sleep(0.05)  # a git that outlived its killed parent still writes there
    with suppress(OSError):
        (folder / _LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _create(base: Path) -> tuple[Path, int]:
    """Return a new staging folder, and the descriptor that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=MARK, dir=base))
        try:
            if lock := _lock(folder):
                return folder, lock
        except FileNotFoundError:
            continue
        except BaseException:
            remove(folder)
            raise


def _lock(folder: Path) -> int | None:
    """Return the lock of a new staging folder, or None where another run took the folder for a dead one's."""
    lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:  # a file system without locks: nobody will be able to tell that we are dead, and it will stay
        pass
    os.write(lock, _IGNORED)
    if os.fstat(lock).st_nlink:
        return lock
    os.close(lock)
    return None


def _claim(folder: Path) -> int | None:
    """Return the lock of an abandoned staging folder; None where it is in use, is not ours, or held nothing yet."""
    if not is_staging(folder):
        return None
    try:
        lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_NOFOLLOW)
    except OSError:
        with suppress(OSError):
            folder.rmdir()  # killed before there was a lock; refused where it holds anything
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _folders(base: Path) -> list[Path]:
    return sorted(item for item in _items(base) if item.name.startswith(MARK))


def _items(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(folder.iterdir())
    return []
