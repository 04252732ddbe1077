"""The merge of a template's change into a project: which file stands where on three sides, and what becomes of it.

Base is what the old version made, theirs what the new version makes, ours what the project has. Everything that git's
object ids decide is decided here; only texts that both sides changed are left for git to merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ospo_init.core.blobs import blob_id
from ospo_init.core.lines import with_ends_of
from ospo_init.core.trees import EXECUTABLE, LINK, REGULAR, File, Tree

PLAIN = (REGULAR, EXECUTABLE)
NO_FILES = FOLDER, SUBMODULE = "040000", "160000"


class Own(NamedTuple):
    """A file of the project, as its commit has it: git mode and object id."""

    mode: str
    id: str


@dataclass(frozen=True)
class Moves:
    """Files that went elsewhere, old path to new: by the template's doing, and by the project's."""

    template: Mapping[str, str] = field(default_factory=dict)
    project: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One file of the template on the three sides. `path` is where the result lies, `name` what the template calls it.

    `source` is where the project has it now; where that is not `path`, the file moves.
    """

    path: str
    name: str
    source: str
    ownership: str
    base: File | None = None
    theirs: File | None = None
    ours: Own | None = None

    @property
    def moved_by_project(self) -> bool:
        """Whether the project has renamed this file."""
        return self.path != self.name and self.path == self.source


@dataclass(frozen=True)
class Stages:
    """The three sides of a conflict; a side that does not exist is None."""

    base: File | None
    ours: Own | None
    theirs: File | None


@dataclass(frozen=True)
class Fate:
    """What becomes of one file. `what` is a word of FATES; `file` is the new contents, None where nothing is written.

    `leaves` is the path that the file moves away from, and `own` the project's file where it moves as it is; `stages`
    are those of a conflict, `name` is what the template calls the file.
    """

    path: str
    what: str
    file: File | None = None
    leaves: str = ""
    stages: Stages | None = None
    name: str = ""
    own: Own | None = None


# What an update does with a file, in the order in which it is told.
FATES = {
    "conflict": "conflict: resolve it",
    "added": "added",
    "back": "back: it is mandated",
    "updated": "updated",
    "merged": "updated, your changes kept",
    "moved": "moved by the template",
    "removed": "removed: it is not generated any more",
    "deleted": "stays deleted, as you left it",
    "released": "yours from now on: it is not generated any more",
    "left": "untouched",
}
WRITING = ("conflict", "added", "back", "updated", "merged", "moved", "removed")


def align(old: Tree, new: Tree, have: Mapping[str, Own], moves: Moves, owners: Mapping[str, str]) -> list[Piece]:
    """Return the pieces of an update; a file that moved is one piece.

    A move of the template's is followed unless the project has a file of its own at the new place; one of the
    project's wins over it, and both may go to one place. Where the project has put a folder or a submodule, it has
    deleted the file.
    """
    ours = {path: own for path, own in have.items() if own.mode not in NO_FILES}
    followed = {
        before: after
        for before, after in moves.template.items()
        if before in old and after in new and after not in old and before not in new
        if after not in have or moves.project.get(before) == after
    }
    pieces = []
    for before, after in followed.items():
        source = moves.project.get(before, before)
        path = source if source != before else after
        pieces.append(
            Piece(path, after, source, owners.get(after, "managed"), old[before], new[after], ours.get(source))
        )
    for name in sorted({*old, *new} - {*followed.keys(), *followed.values()}):
        path = moves.project.get(name, name) if name in old else name
        ownership = owners.get(name, "managed")
        pieces.append(Piece(path, name, path, ownership, old.get(name), new.get(name), ours.get(path)))
    return pieces


def decide(piece: Piece) -> Fate | None:
    """Return what becomes of a piece, or None where git has to merge the texts."""
    fate = _decide(piece)
    if fate is None:
        return None
    leaves = piece.source if piece.source != piece.path and piece.ours and fate.what != "deleted" else ""
    if leaves and fate.what == "left":
        fate = replace(fate, what="moved", own=piece.ours)
    return replace(fate, leaves=leaves, name=piece.name)


def _decide(piece: Piece) -> Fate | None:
    if piece.ownership == "seeded" and (piece.ours or piece.base):
        return Fate(piece.path, "left" if piece.ours else "deleted")
    if piece.theirs is None:
        return _retired(piece)
    if piece.ours is None:
        return _absent(piece, piece.theirs)
    if piece.base == piece.theirs or _is(piece.ours, piece.theirs):
        return Fate(piece.path, "left")
    if piece.base is not None and _same(piece.ours, piece.base):  # also where only the template's line ends changed
        return Fate(piece.path, "updated", _as_in(piece.ours, piece.base, piece.theirs))
    return _both_changed(piece, piece.ours, piece.theirs)


def _both_changed(piece: Piece, ours: Own, theirs: File) -> Fate | None:
    if _same(ours, theirs):
        return Fate(piece.path, "left")
    return None if _mergeable(piece) else _conflict(piece)


def _retired(piece: Piece) -> Fate:
    if piece.ours is None or piece.base is None:
        return Fate(piece.path, "left")
    if piece.moved_by_project:
        return Fate(piece.path, "released")
    if _same(piece.ours, piece.base):
        return Fate(piece.path, "removed")
    return _conflict(piece)


def _conflict(piece: Piece) -> Fate:
    return Fate(piece.path, "conflict", stages=Stages(piece.base, piece.ours, piece.theirs))


def _absent(piece: Piece, theirs: File) -> Fate:
    if piece.base is None:
        return Fate(piece.path, "added", theirs)
    if piece.ownership == "mandated":
        return Fate(piece.path, "back", theirs)
    return Fate(piece.path, "deleted")


def _mergeable(piece: Piece) -> bool:
    sides = [side.mode for side in (piece.base, piece.ours, piece.theirs) if side is not None]
    return all(mode in PLAIN for mode in sides)


def merged_mode(piece: Piece) -> str:
    """Return the mode of the merged file: the side that changed it wins."""
    base, ours, theirs = (side.mode if side else REGULAR for side in (piece.base, piece.ours, piece.theirs))
    return theirs if ours == base else ours


def _is(ours: Own, file: File) -> bool:
    """Whether the project's file is `file`, byte for byte."""
    return ours.mode == file.mode and ours.id == ids(file, len(ours.id))[0]


def _same(ours: Own, file: File) -> bool:
    """Whether the project's file is `file`: the bytes, apart from line ends, and link, script or plain file."""
    return ours.mode == file.mode and ours.id in ids(file, len(ours.id))


def ids(file: File, size: int = 40) -> tuple[str, ...]:
    """Return git's ids of `file`: as it is, and with CRLF line ends; `size` is the length of an id (40 or 64)."""
    algorithm = "sha1" if size == 40 else "sha256"
    whole = blob_id(file.data, algorithm)
    other = with_ends_of(b"\r\n", file.data)
    return (whole,) if file.mode == LINK or other == file.data else (whole, blob_id(other, algorithm))


def _as_in(ours: Own, base: File, theirs: File) -> File:
    """Return `theirs` with the line ends that the project's copy of `base` has."""
    if ours.mode == LINK or _is(ours, base):
        return theirs
    return File(with_ends_of(b"\r\n", theirs.data), theirs.mode)


@dataclass(frozen=True)
class Write:
    """What is done at one path: new contents, or a file of the project's that moves here; neither: it is removed.

    Where there are `stages`, the path is in conflict, and the contents are what the person finds in the work tree.
    """

    path: str
    file: File | None = None
    own: Own | None = None
    stages: Stages | None = None

    @property
    def removes(self) -> bool:
        """Whether nothing is left at the path."""
        return self.file is None and self.own is None


def writes(fates: Iterable[Fate]) -> list[Write]:
    """Return what the fates do to the project's files, each path once."""
    done: dict[str, Write] = {}
    for fate in fates:
        if fate.leaves:
            done.setdefault(fate.leaves, Write(fate.leaves))
        if fate.what in WRITING:
            own = fate.own or (fate.stages.ours if fate.stages and fate.file is None else None)
            done[fate.path] = Write(fate.path, fate.file, own, fate.stages)
    return list(done.values())


def collisions(rows: Iterable[Write], have: Mapping[str, Own]) -> list[str]:
    """Return the paths that cannot be written: a folder of the project is there, or a file where a folder has to be.

    `have` says what is at the paths, above them, and below those that are folders; what is removed makes room.
    """
    listed = {row.path: row for row in rows}
    found = []
    for path, row in listed.items():
        if row.removes:
            continue
        parts = path.split("/")
        near = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        near += [place for place in have if place.startswith(f"{path}/")]
        blocked = [place for place in near if place in have and have[place].mode != FOLDER]
        blocked = [place for place in blocked if not (place in listed and listed[place].removes)]
        if blocked or (path in have and have[path].mode == SUBMODULE):
            found.append(path)
    return sorted(found)
