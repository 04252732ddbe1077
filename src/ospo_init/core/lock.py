"""The lock, `.ospo/lock.yml`: what the machine knows of a project's generated files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ospo_init.core.origin import Template
from ospo_init.core.trees import Tree, blob_id

PATH = ".ospo/lock.yml"
HEAD = "# What ospo-init knows of the generated files. A machine writes it; to change an answer, update the project.\n"
_LAYER = re.compile(r"\{\{ layer\.(\w+) \}\}")


def lock(template: Template, project: Tree, made: Mapping[str, Any], algorithm: str = "sha1") -> dict[str, Any]:
    """Return the lock's content for a `project` that `template` made.

    `made` is the box's reply: the source path of each file, the rows of ownership, and the answers file's path.
    Blob ids are git's, in hexadecimal.
    """
    owners = {pattern: row["ownership"] for pattern, row in made["ownership"].items()}
    files = {}
    for path, file in sorted(project.items()):
        row = {"blob": blob_id(file.data, algorithm), "ownership": _owner(path, owners)}
        layer = _LAYER.search(made["sources"].get(path, ""))
        files[path] = row | ({"layer": layer[1]} if layer else {})
    return {
        "schema_version": 1,
        "template": {"url": template.url, "tag": template.tag, "commit": template.commit, "tree": template.tree},
        "answers_file": made["answers_file"],
        "files": files,
    }


def _owner(path: str, owners: Mapping[str, str]) -> str:
    """Return who owns `path`: the last row that matches; a row is a path, or a folder followed by /**."""
    found = "managed"
    for pattern, ownership in owners.items():
        folder = pattern.removesuffix("**")
        if path == pattern or (folder != pattern and path.startswith(folder)):
            found = ownership
    return found
