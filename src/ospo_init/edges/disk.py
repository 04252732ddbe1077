"""The door to the disk: reading folders, and writing a project so that nothing half done is ever left."""

from __future__ import annotations

from pathlib import Path

from ospo_init.core.trees import EXECUTABLE, REGULAR, File
from ospo_init.errors import TemplateError


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
