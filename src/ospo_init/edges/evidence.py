"""Files that somebody signed by: found below a project's folder, never through a link, and hashed piece by piece."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from ospo_init.core.record import wrong_evidence
from ospo_init.errors import UserError

LARGEST = 100 * 1024 * 1024  # bytes: every check reads it again
_PIECE = 1024 * 1024
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def sha256(folder: Path, path: str) -> str | None:
    """Return the SHA-256 of a file's bytes, hexadecimal; None where `path` (with `/`) leads to no file in `folder`.

    Links are not followed, at no step of the way, and what is larger than 100 MiB is no evidence either.
    """
    if wrong_evidence(path):
        return None
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in path.split("/"):
            above, handle = handle, os.open(part, _OPEN, dir_fd=handle)
            os.close(above)
        about = os.fstat(handle)
        return _hash(handle) if stat.S_ISREG(about.st_mode) and about.st_size <= LARGEST else None
    except OSError:
        return None
    finally:
        if handle >= 0:
            os.close(handle)


def named(folder: Path, typed: str) -> str:
    """Return the path below `folder` of a file that was typed, from where one stands or else from `folder`.

    Raises UserError where it is not there, no file, a link, or not in `folder`.
    """
    found = next((path for path in (Path.cwd() / typed, folder / typed) if os.path.lexists(path)), None)
    if found is None:
        raise UserError(f"The evidence {typed} is not there.", "Give a file of the repository, or an https:// address.")
    whole = Path(os.path.normpath(found.parent.resolve() / found.name))
    if not whole.is_relative_to(folder.resolve()):
        raise UserError(
            f"The evidence {typed} does not lie in {folder}.", "Put it there, or give its https:// address."
        )
    path = whole.relative_to(folder.resolve()).as_posix()
    if whole.is_symlink() or not whole.is_file():
        what = "is a link" if whole.is_symlink() else "is not a file"
        raise UserError(f"The evidence {typed} {what}.", "Name the file itself.")
    if whole.stat().st_size > LARGEST:
        raise UserError(f"The evidence {typed} is larger than 100 MiB.", "Give its https:// address instead.")
    if what := wrong_evidence(path):
        raise UserError(f"The evidence {path!r} {what}.", "Give a file of the repository, or an https:// address.")
    return path


def _hash(handle: int) -> str:
    digest = hashlib.sha256()
    while piece := os.read(handle, _PIECE):
        digest.update(piece)
    return digest.hexdigest()
