"""Moving a finished repository into a folder that is there already.

A folder takes many renames. A journal says beforehand what they add, and the last step makes the repository: the rename
of `.git`, or in a clone the branch. Until then everything can be taken back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.trees import Tree
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.moves import Journal, file_id, places, tree_ids, undo, write
from ospo_init.edges.staging import INDEX, PACK, TREE
from ospo_init.edges.stops import Stop
from ospo_init.errors import UserError

_OWN = ".git"


@dataclass(frozen=True)
class Branch:
    """The branch that a first commit makes, and why, for the reflog."""

    name: str
    commit: str
    reason: str


def fill_folder(base: Path, staged: Path, tree: Tree, stop: Stop) -> None:
    """Move the repository in `staged` into the empty folder `base`."""
    _refuse_others(base, {staged.name})
    write(staged, Journal(tree_ids(tree)))
    try:
        _move_files(base, staged, stop)
        (staged / TREE / _OWN).rename(base / _OWN)
        stop.settle()
    except BaseException:
        undo(base, staged)
        raise


def fill_clone(clone: Git, source: Git, tree: Tree, branch: Branch, stop: Stop) -> None:
    """Move the repository in which `source` works into an empty clone: files, objects, index, branch."""
    base, staged = clone.folder, source.folder.parent
    index = source.folder / _OWN / "index"
    moved = {**_pack(source, staged), "index": index}  # without its branch nothing reads these
    logs = [f"logs/{name}" for name in ("HEAD", branch.name)]
    goals = places(clone, [*moved, *logs])
    _refuse_others(base, {staged.name, _OWN})
    _refuse_other_disk(goals["index"].parent, base)
    if goals["index"].exists():
        shutil.copy2(goals["index"], staged / INDEX)
    own = dict.fromkeys([*moved, *(name for name in logs if not goals[name].exists())], "")
    write(staged, Journal(tree_ids(tree), True, own | {"index": file_id(index)}))
    try:
        _move_files(base, staged, stop)
        for name, item in moved.items():
            item.rename(goals[name])
            stop.check()
        _make_branch(clone, branch)
        stop.settle()
    except BaseException:
        undo(base, staged)
        raise


def _pack(source: Git, staged: Path) -> dict[str, Path]:
    """Pack all objects, so that they are moved by two or three renames; the last is the index that makes git look."""
    printed = source.run("pack-objects", "--quiet", "--all", str(staged / PACK), config=("pack.packSizeLimit=0",))
    pieces = staged.glob(f"{PACK}-{printed.decode().strip()}.*")
    return {f"objects/pack/{item.name}": item for item in sorted(pieces, key=lambda item: item.suffix == ".idx")}


def _move_files(base: Path, staged: Path, stop: Stop) -> None:
    for item in sorted((staged / TREE).iterdir()):
        if item.name != _OWN:
            item.rename(base / item.name)
            stop.check()


def _make_branch(clone: Git, branch: Branch) -> None:
    """Make the branch: the moment from which the clone has a history."""
    try:
        clone.run("update-ref", "-m", branch.reason, branch.name, branch.commit, "")
    except GitFailed:
        if clone.ask("rev-parse", "--verify", "--quiet", branch.name) != branch.commit:
            raise


def _refuse_others(base: Path, ours: Iterable[str]) -> None:
    """Raise UserError where something has come into the folder since it was looked at."""
    others = sorted({item.name for item in base.iterdir()} - set(ours))
    if others:
        raise UserError(f"{others[0]} has come into {base} meanwhile; nothing was written.", "Name an empty folder.")


def _refuse_other_disk(own: Path, base: Path) -> None:
    if own.stat().st_dev != base.stat().st_dev:
        raise UserError(f"The repository of {base} lies on another disk, in {own}.", "Clone it again, into one folder.")
