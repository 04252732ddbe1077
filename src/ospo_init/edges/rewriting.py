"""Rewriting small files that several runs share: one at a time, and readers see the old file or the new one."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_TRIES, _PAUSE = 100, 0.01  # seconds; whoever holds the lock writes one small file


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock at `path`, which ends with the process; raises OSError when another holds on to it."""
    with path.open("wb") as stream:
        for left in reversed(range(_TRIES)):
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise
                time.sleep(_PAUSE)
        yield


@contextlib.contextmanager
def appearing(folder: Path) -> Iterator[IO[bytes]]:
    """Open a new file of our own (0600) in `folder`, to be renamed in the block; what is not renamed is removed."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as stream:
        try:
            yield stream
        finally:
            Path(stream.name).unlink(missing_ok=True)
