"""The merge itself: git's rename detection, git's text merge, and the checks on what came out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ospo_init.core.lines import has_conflict, relabel, whole_conflict, with_ends_of
from ospo_init.core.merging import Fate, Piece, Stages, decide, merged_mode
from ospo_init.core.trees import File, Tree
from ospo_init.edges.git_files import contents
from ospo_init.edges.head import Repository
from ospo_init.edges.parsing import parses
from ospo_init.edges.scratch import Scratch
from ospo_init.errors import UserError

Labels = tuple[str, str, str]  # of the sides of a conflict: yours, before, after


def renames(worktree: Path, old: Tree, new: Tree, declared: Mapping[str, str]) -> dict[str, str]:
    """Return which files the template has renamed: what it declares, and what git takes for a rename."""
    gone = {path: file for path, file in old.items() if path not in new}
    come = {path: file for path, file in new.items() if path not in old}
    named = {before: after for before, after in declared.items() if before in gone and after in come}
    gone = {path: file for path, file in gone.items() if path not in named}
    come = {path: file for path, file in come.items() if path not in named.values()}
    if not gone or not come:
        return named
    with Scratch(worktree) as scratch:
        return named | scratch.renames(gone, come)


def merge(repository: Repository, pieces: Sequence[Piece], labels: Labels) -> list[Fate]:
    """Return what becomes of every piece. Raises UserError where a file holds unresolved conflicts already."""
    decided = [(piece, decide(piece)) for piece in pieces]
    edited = [piece for piece, fate in decided if _edited(piece, fate)]
    ours = contents(repository.git, {piece.ours.id for piece in edited if piece.ours})
    marked = [piece.source for piece in edited if piece.ours and _marked(ours.get(piece.ours.id, b""), piece.base)]
    if marked:
        raise UserError(
            f"Marks of an earlier conflict are committed in {', '.join(marked[:5])}.", "Resolve them and commit first."
        )
    fates = [fate for _, fate in decided if fate]
    open_ = [piece for piece, fate in decided if fate is None]
    return sorted([*fates, *_texts(repository, open_, ours, labels)], key=lambda fate: fate.path)


def _marked(text: bytes, base: File | None) -> bool:
    """Whether `text` holds marks of a conflict that the template did not put there, to explain them."""
    return has_conflict(text) and not (base and has_conflict(base.data))


def _edited(piece: Piece, fate: Fate | None) -> bool:
    """Whether both sides may have changed the file, so that its bytes are needed."""
    if piece.ours is None or piece.ours.mode == "160000" or piece.theirs is None:
        return False
    return fate is None or (fate.what == "left" and piece.ownership != "seeded" and piece.base is not None)


def _texts(
    repository: Repository, pieces: Sequence[Piece], ours: Mapping[str, bytes], labels: Labels
) -> Iterable[Fate]:
    sides = {piece.path: _sides(piece, ours) for piece in pieces}
    with Scratch(repository.top) as scratch:
        merged = scratch.merge(sides)
    for piece in pieces:
        base, own, theirs = sides[piece.path]
        result = merged[piece.path]
        mode = merged_mode(piece)
        leaves = piece.source if piece.source != piece.path else ""
        fate = Fate(piece.path, "merged", leaves=leaves, name=piece.name)
        if result.conflict:
            data = relabel(result.data, labels)
        elif parses(piece.path, own.data) and not parses(piece.path, result.data):
            data = whole_conflict(own.data, base.data if base else b"", theirs.data, labels)
        else:
            same = result.data == own.data and mode == own.mode and not leaves
            yield replace(fate, what="left") if same else replace(fate, file=File(result.data, mode))
            continue
        stages = Stages(base, piece.ours, theirs)
        yield replace(fate, what="conflict", file=File(data, mode), stages=stages)


def _sides(piece: Piece, ours: Mapping[str, bytes]) -> tuple[File | None, File, File]:
    assert piece.ours and piece.theirs  # noqa: S101 - only such pieces are left to git
    own = File(ours[piece.ours.id], piece.ours.mode)
    base = File(with_ends_of(own.data, piece.base.data), piece.base.mode) if piece.base else None
    return base, own, File(with_ends_of(own.data, piece.theirs.data), piece.theirs.mode)
