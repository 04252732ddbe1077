"""A snapshot: the newest tree of the bundle as a zip file, from which single files are read when they are needed.

It is derived from the bundle and adds nothing to it: unpacking some 700 files of licences with git takes longer than
all the rest of `new`. A test holds the two equal.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from ospo_init.core.trees import File, Tree

_EPOCH = (2026, 1, 1, 0, 0, 0)  # the same tree gives the same bytes


class Snapshot(Mapping[str, File]):
    """The files of a snapshot; a file is read when it is asked for. `facts` are the tag, commit and tree."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = zipfile.ZipFile(path)
        self.facts: dict[str, str] = json.loads(self.archive.comment)
        self.entries = {entry.filename: entry for entry in self.archive.infolist()}

    def __getitem__(self, path: str) -> File:
        entry = self.entries[path]
        return File(self.archive.read(entry), f"{entry.external_attr >> 16:o}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def write_snapshot(
    target: Path | IO[bytes], tree: Tree, facts: Mapping[str, str], compression: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write `tree` and its `facts` (tag, commit, tree) to `target`."""
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, file in sorted(tree.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = int(file.mode, 8) << 16
            entry.compress_type = compression
            archive.writestr(entry, file.data)
        archive.comment = json.dumps(dict(facts), sort_keys=True).encode()
