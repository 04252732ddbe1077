"""Temporary folders that are gone at the end, also when a signal comes while they are made or removed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ospo_init.edges.stops import held
from ospo_init.errors import UserError


class TemporaryFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder; to be used as the one of the standard library, which an ill-timed signal makes forget it."""

    def __init__(self, prefix: str) -> None:
        with held():
            super().__init__(prefix=prefix, ignore_cleanup_errors=True)

    def cleanup(self) -> None:
        """Remove the folder."""
        with held():
            super().cleanup()


def temporary() -> Path:
    """Return a path in the folder for temporary files, to name it when it cannot be written.

    Raises UserError where no such folder can be written: a full disk looks so.
    """
    try:
        with held():  # Python tries one with a file of its own
            return Path(tempfile.gettempdir(), "ospo-init")
    except FileNotFoundError:
        raise UserError(
            "There is no folder for temporary files that can be written, or its disk is full.",
            "Make room there, or name another one in TMPDIR.",
        ) from None
