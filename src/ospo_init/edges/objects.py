"""What an update adds to the repository's objects, and the rows that tell git's index of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ospo_init.core.blobs import blob_id
from ospo_init.core.merging import Own, Write
from ospo_init.core.trees import File
from ospo_init.edges.git import Git


def store(git: Git, rows: Iterable[Write], folder: Path) -> None:
    """Put the contents of `rows` into the repository's object store; `folder` is ours and gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        names: list[str] = []
        for file in _files(rows):
            name = folder / str(len(names))
            name.write_bytes(file.data)
            names.append(str(name))
        if names:
            git.run("hash-object", "-w", "--no-filters", "--stdin-paths", data="\n".join(names).encode() + b"\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(rows: Iterable[Write]) -> Iterable[File]:
    for row in rows:
        sides = (row.file, *((row.stages.base, row.stages.theirs) if row.stages else ()))
        yield from (side for side in sides if side is not None)


def merged_rows(rows: Iterable[Write], size: int) -> bytes:
    """Return what `git update-index --index-info` takes: removals first, so that a file may become a folder.

    `size` is the length of an object id of this repository.
    """
    listed = list(rows)
    removals = [(_none(size), row.path) for row in listed if row.removes]
    return _info([*removals, *((_about(entry(row, size), 0), row.path) for row in listed if not row.removes)])


def conflict_rows(rows: Iterable[Write], size: int) -> bytes:
    """Return the same for the stages of conflicts."""
    info: list[tuple[str, str]] = []
    for row in rows:
        if row.stages:
            sides = (row.stages.base, row.stages.ours, row.stages.theirs)
            info.append((_none(size), row.path))
            info += [(_about(_own(side, size), n), row.path) for n, side in enumerate(sides, 1) if side is not None]
    return _info(info)


def entry(row: Write, size: int) -> Own:
    """Return mode and id of what will be at a path that is not removed."""
    side = row.file if row.file is not None else row.own
    assert side is not None  # noqa: S101 - a row without either removes
    return _own(side, size)


def _own(side: File | Own, size: int) -> Own:
    if isinstance(side, Own):
        return side
    return Own(side.mode, blob_id(side.data, "sha1" if size == 40 else "sha256"))


def _about(own: Own, stage: int) -> str:
    return f"{own.mode} {own.id} {stage}"


def _none(size: int) -> str:
    return f"0 {size * '0'} 0"


def _info(rows: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(about.encode() + b"\t" + os.fsencode(path) + b"\0" for about, path in rows)
