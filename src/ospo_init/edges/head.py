"""The project's last commit: what stands in it, and whether the work tree may be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.merging import Own
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.project import Project
from ospo_init.edges.worktree import UNDER_WAY
from ospo_init.errors import UserError

_CHUNK = 400  # paths for one command line


@dataclass(frozen=True)
class Repository:
    """A git repository with a commit: its work tree, its own folder (of this work tree), its index, and HEAD."""

    top: Path
    git_dir: Path
    index: Path
    head: str

    @property
    def git(self) -> Git:
        """git in the work tree; paths are taken as they are, without wildcards."""
        return Git(self.top, (("GIT_LITERAL_PATHSPECS", "1"),))

    @property
    def state(self) -> Path:
        """Where we keep what an update needs to be undone."""
        return self.git_dir / "ospo-init"


def open_repository(project: Project) -> Repository:
    """Return the repository of a project; raise UserError where git will not read it, or nothing is committed yet."""
    try:
        printed = Git(project.top).text(
            "rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-path", "index"
        )
    except GitFailed as error:
        if "dubious ownership" in error.what:
            hint = f"If you trust it: git config --global --add safe.directory {project.top}"
            raise UserError(f"git does not read {project.top}: it belongs to another user.", hint) from None
        raise UserError(f"{project.top} cannot be read: {error.what}", "Check it with git status.") from None
    git_dir, index = printed.split("\n")
    head = Git(project.top).ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if not head:
        raise UserError(f"{project.top} has no commit yet.", "Commit what is there first.")
    return Repository(project.top, Path(git_dir), Path(index), head)


def entries(repository: Repository, paths: Iterable[str]) -> dict[str, Own]:
    """Return what HEAD has at `paths` and at the folders above them: files, links, submodules, and folders (040000)."""
    return _entries(repository, sorted({part for path in paths for part in _and_above(path)}), "-t")


def below(repository: Repository, folders: Iterable[str]) -> dict[str, Own]:
    """Return what HEAD has below `folders`, at any depth."""
    return _entries(repository, list(folders), "-r")


def _entries(repository: Repository, wanted: list[str], how: str) -> dict[str, Own]:
    found = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        listed = repository.git.run("ls-tree", "-z", how, "--full-tree", repository.head, "--", *chunk)
        for row in listed.split(b"\0")[:-1]:
            about, _, name = row.partition(b"\t")
            mode, _, key = about.decode().split()
            found[os.fsdecode(name)] = Own(mode, key)
    return found


def _and_above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def refuse_unfinished(repository: Repository) -> None:
    """Raise UserError where something of git's is under way, or where something is staged: it would be mixed in."""
    for name, what in UNDER_WAY.items():
        if (repository.git_dir / name).exists():
            raise UserError(f"{what.capitalize()} is under way in this repository.", "Finish or abort it first.")
    staged = repository.git.run(
        "diff-index", "--cached", "--name-status", "-z", "--no-renames", "--ignore-submodules=all", repository.head
    )
    if not staged:
        return
    rows = [os.fsdecode(row) for row in staged.split(b"\0")[:-1]]
    unmerged = sorted({path for what, path in zip(rows[::2], rows[1::2], strict=True) if what == "U"})
    again = "" if not (repository.state / "abort.json").exists() else " `ospo-init update --abort` undoes the last one."
    if unmerged:
        raise UserError(
            f"There are unresolved conflicts in {_listed(unmerged)}.", f"Resolve and commit them first.{again}"
        )
    raise UserError(
        f"Changes are staged: {_listed(rows[1::2])}.", f"Commit or unstage (git restore --staged) them.{again}"
    )


def refuse_in_the_way(repository: Repository, written: Mapping[str, bool], have: Mapping[str, Own]) -> None:
    """Raise UserError where a file that will be written (True) or removed (False) has uncommitted changes.

    So it does where a file that git does not have, ignored ones too, stands in the way of a new one; `have` is what
    HEAD has at these paths.
    """
    tracked = [path for path in written if path in have]
    dirty = sorted({*_changed(repository, tracked), *_changed_unseen(repository, tracked, have)})
    if dirty:
        raise UserError(
            f"Uncommitted changes are in the way: {_listed(dirty)}.", "Commit or stash them, then run it again."
        )
    blocked = sorted(
        path for path, new in written.items() if new and path not in have and _blocked(repository, path, written)
    )
    if blocked:
        raise UserError(
            f"Files that git does not have are in the way: {_listed(blocked)}.",
            "Move them, or keep them as the project's own with --keep PATH.",
        )


def _changed(repository: Repository, paths: list[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(paths), _CHUNK):
        chunk = paths[start : start + _CHUNK]
        said = repository.git.run(
            "status",
            "--porcelain=v1",
            "-z",
            "--no-renames",
            "--untracked-files=no",
            "--ignore-submodules=none",
            "--",
            *chunk,
        )
        found += [os.fsdecode(row[3:]) for row in said.split(b"\0")[:-1]]
    return found


def _changed_unseen(repository: Repository, paths: list[str], have: Mapping[str, Own]) -> list[str]:
    """Return the changed files that git was told not to look at (assume-unchanged, skip-worktree)."""
    flagged: list[str] = []
    for start in range(0, len(paths), _CHUNK):
        listed = repository.git.run("ls-files", "-v", "-z", "--", *paths[start : start + _CHUNK])
        rows = [os.fsdecode(row) for row in listed.split(b"\0")[:-1]]
        flagged += [row[2:] for row in rows if row[0] == "S" or row[0].islower()]
    there = [path for path in flagged if (repository.top / path).is_file()]
    return [path for path in there if repository.git.text("hash-object", "--", path) != have[path].id]


def _blocked(repository: Repository, path: str, written: Mapping[str, bool]) -> bool:
    """Whether something that git does not know lies at `path`, or is a file where a folder is needed."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        place = repository.top / above
        if (place.is_symlink() or (os.path.lexists(place) and not place.is_dir())) and written.get(above) is not False:
            return True
    place = repository.top / path
    if place.is_dir() and not place.is_symlink():
        there = [item for item in place.rglob("*") if item.is_symlink() or not item.is_dir()]
        return any(written.get(item.relative_to(repository.top).as_posix()) is not False for item in there)
    return os.path.lexists(place)


def _listed(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
