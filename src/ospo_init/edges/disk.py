"""The door to the disk: reading folders of sources, and saying what a disk refuses."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ospo_init.core.trees import EXECUTABLE, REGULAR, File
from ospo_init.errors import TemplateError, UserError


def read_folder(root: Path) -> dict[str, File]:
    """Return every file below `root`, by relative path with `/`; raise TemplateError when there is none."""
    files = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            mode = EXECUTABLE if path.stat().st_mode & 0o100 else REGULAR
            files[path.relative_to(root).as_posix()] = File(path.read_bytes(), mode)
    if not files:
        raise TemplateError(f"There are no template sources in {root}.", "Run this from a checkout of ospo-init.")
    return files


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what a disk refuses at `path` into a UserError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError("The disk is full; nothing was left behind.", "Make room and run it again.") from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise UserError(f"You may not write in {path.parent}.", "Choose a folder of your own.") from None
        raise UserError(f"{path} cannot be written: {error.strerror or error}.", "Choose another place.") from None
