"""Writing a report to a file that somebody named: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from ospo_init.edges.stops import held
from ospo_init.errors import UserError


def write(path: str, content: str) -> None:
    """Write the file, UTF-8. Raises UserError where that cannot be, and for a link: the repository may have laid it."""
    target = Path(path).expanduser()
    if target.is_symlink() and not str(target).startswith("/dev/"):
        raise UserError(f"{path} is a link.", "Name the file itself: a link of the repository may lead anywhere.")
    if not target.parent.is_dir():
        raise UserError(f"The folder {target.parent} does not exist.", f"Make it first: mkdir -p {target.parent}")
    if os.path.lexists(target) and not target.is_file():
        if not target.is_dir():  # a device or a pipe, such as /dev/stdout: what is written there is gone anyhow
            _straight(target, content)
            return
        raise UserError(f"{path} is a folder.", "Name a file.")
    try:
        _replace(target, content.encode("utf-8", "replace"))
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from None


def _straight(target: Path, content: str) -> None:
    try:
        target.write_text(content, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.", "Name another file.") from None


def _replace(target: Path, data: bytes) -> None:
    with held():
        handle, made = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        spare = Path(made)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
            spare.chmod(mode)
            spare.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                spare.unlink()
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
