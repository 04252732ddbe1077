"""What is about to be moved into a folder, written down first, so that this process or the next can take it back."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ospo_init.core.blobs import blob_id
from ospo_init.core.trees import Tree, check_path
from ospo_init.edges.git import Git
from ospo_init.edges.staging import INDEX, JOURNAL
from ospo_init.errors import TemplateError

_OWN_NAMES = re.compile(r"index|logs/(HEAD|refs/heads/.+)|objects/pack/pack-[0-9a-f]+\.[a-z]+")


@dataclass(frozen=True)
class Journal:
    """What will be added to a folder: the project's files, with the ids of their blobs.

    In a clone also `own`: what is added to its own repository, by git's names, with an id unless the name tells enough.
    """

    files: Mapping[str, str]
    clone: bool = False
    own: Mapping[str, str] = field(default_factory=dict)


def write(staged: Path, journal: Journal) -> None:
    """Write the journal into a staging folder: all of it, or none."""
    spare = staged / f"{JOURNAL}.new"
    spare.write_text(json.dumps(asdict(journal)), encoding="utf-8")
    spare.rename(staged / JOURNAL)


def undo(base: Path, staged: Path) -> None:
    """Take back what was moved from `staged` into `base`, unless there is a repository with a history now.

    What is not as it was made is somebody's, and stays. Interrupted half way, this can be done again.
    """
    journal = _read(staged)
    if journal is None or _is_finished(base, journal):
        return
    for path, blob in journal.files.items():
        place = base / path
        if place.parent.resolve() == place.parent and file_id(place) == blob:
            place.unlink()
    _prune(base / folder for folder in {parent for path in journal.files for parent in Path(path).parents[:-1]})
    if journal.clone:
        _undo_own(Git(base), staged, journal.own)
    (staged / JOURNAL).unlink()


def _undo_own(git: Git, staged: Path, own: Mapping[str, str]) -> None:
    """Take back what was added to a clone's own repository, whose branch was never made."""
    for name, place in places(git, own).items():
        if own[name] and file_id(place) != own[name]:
            continue
        if name == "index" and (staged / INDEX).exists():
            (staged / INDEX).replace(place)
        else:
            place.unlink(missing_ok=True)
        if name.startswith("logs/"):
            _prune(place.parents[: name.count("/")])


def places(git: Git, names: Iterable[str]) -> dict[str, Path]:
    """Return where files of a repository lie: `.git` may be a file that points elsewhere."""
    names = list(names)
    asked = [piece for name in names for piece in ("--git-path", name)]
    printed = git.text("rev-parse", *asked).split("\n")
    return {name: git.folder / place for name, place in zip(names, printed, strict=True)}


def tree_ids(tree: Tree) -> dict[str, str]:
    """Return the ids of a tree's files."""
    return {path: blob_id(file.data) for path, file in tree.items()}


def file_id(path: Path) -> str:
    """Return the blob id of a file or link; nothing where there is none, or something else."""
    with suppress(OSError):
        if path.is_symlink():
            return blob_id(os.fsencode(path.readlink()))
        if path.is_file():
            return blob_id(path.read_bytes())
    return ""


def _prune(folders: Iterable[Path]) -> None:
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):  # it is not there, or holds something of somebody's
            folder.rmdir()


def _is_finished(base: Path, journal: Journal) -> bool:
    """Whether the repository is there: ours, or one that somebody made of what they found."""
    if journal.clone:
        return Git(base).ask("rev-parse", "--verify", "--quiet", "HEAD") is not None
    return os.path.lexists(base / ".git")


def _read(staged: Path) -> Journal | None:
    """Return the journal of a staging folder; None where nothing was moved, or it names what is never moved."""
    try:
        journal = Journal(**json.loads((staged / JOURNAL).read_bytes()))
        for path in (*journal.files, *journal.own):
            check_path(path)
        return journal if all(_OWN_NAMES.fullmatch(name) for name in journal.own) else None
    except (OSError, ValueError, TypeError, AttributeError, TemplateError):
        return None
