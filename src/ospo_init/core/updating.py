"""What an update knows before it touches anything: the two renders made comparable, and the lock that follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ospo_init.core.kept import file_of, matcher
from ospo_init.core.lock import Lock, Row
from ospo_init.core.merging import Fate, Moves, Own, Piece, align
from ospo_init.core.trees import File, Tree


@dataclass(frozen=True)
class Keeping:
    """Which files the project keeps as its own: patterns of before, and of from now on."""

    before: tuple[str, ...] = ()
    now: tuple[str, ...] = ()

    def now_has(self, path: str) -> bool:
        """Whether `path` is kept from now on."""
        return matcher(self.now).match(path) is not None


@dataclass(frozen=True)
class Renders:
    """What the old version makes of the old answers, and the new version of the new ones; paths from the project.

    `owners` says by path who owns a file, `renamed` what the template declares it has renamed.
    """

    old: Tree
    new: Tree
    owners: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


def comparable(renders: Renders, keeping: Keeping, ours: Collection[str], apart: Collection[str]) -> Renders:
    """Return the renders without what the merge has no say in: kept files, and those in `apart` (answers and lock).

    A file that is not kept any more is new where the project has none: it was never deleted. `ours` are the project's.
    """
    now, before = matcher(keeping.now), matcher(keeping.before)

    def kept(path: str) -> bool:
        return path in apart or now.match(path) is not None

    old = {path: file for path, file in renders.old.items() if not kept(path)}
    old = {path: file for path, file in old.items() if path in ours or not before.match(path)}
    return replace(renders, old=old, new={path: file for path, file in renders.new.items() if not kept(path)})


def pieces(renders: Renders, prefix: str, have: Mapping[str, Own], moves: Moves) -> list[Piece]:
    """Return the pieces of the merge, with paths from the repository's folder."""
    old, new = prefixed(renders.old, prefix), prefixed(renders.new, prefix)
    owners = {f"{prefix}{path}": owner for path, owner in renders.owners.items()}
    return align(old, new, have, moves, owners)


def prefixed(tree: Tree, prefix: str) -> dict[str, File]:
    """Return `tree` with `prefix` before every path."""
    return {f"{prefix}{path}": file for path, file in tree.items()}


def owned(lock: Lock, owners: Mapping[str, str]) -> Lock:
    """Return `lock` with who owns the files from now on."""
    rows = {path: replace(row, ownership=owners.get(path, row.ownership)) for path, row in lock.files.items()}
    return replace(lock, files=rows)


def next_lock(fresh: Lock, last: Lock, fates: Iterable[Fate], keeping: Keeping, prefix: str) -> Lock:
    """Return the lock of the updated project: `fresh` is that of the new render, `last` the one before.

    Added are where the project has moved files, which it has deleted, which it keeps; seeded files are not rendered
    again, so their rows stay.
    """
    by_name = {fate.name.removeprefix(prefix): fate for fate in fates}
    files = {path: _with(row, by_name.get(path), prefix, path) for path, row in fresh.files.items()}
    for path, row in last.files.items():
        if path not in files and row.ownership == "seeded":
            files[path] = row
    kept = {path for path in (*last.files, *fresh.files) if keeping.now_has(path)}
    kept |= {path for pattern in keeping.now if (path := file_of(pattern))}
    files |= {path: Row(ownership="kept") for path in kept}
    return replace(fresh, files=files)


def _with(row: Row, fate: Fate | None, prefix: str, path: str) -> Row:
    if fate is None:
        return row
    at, absent = fate.path.removeprefix(prefix), fate.what == "deleted"
    # YAML holds no name that is not Unicode: the project's history knows it.
    named = at != path and not absent and at == at.encode("utf-8", "replace").decode()
    return replace(row, at=at if named else "", absent=absent)
