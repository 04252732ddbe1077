"""What became of a file that the project has not any more: the commit that removed it may have renamed it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

from ospo_init.core.merging import NO_FILES
from ospo_init.edges.head import Repository, entries
from ospo_init.edges.scratch import DETECT

# Of a commit that adds many files git compares contents only up to 100 x 100 pairs (else what is the same to the byte):
# it would read every one of them into memory.
_PAIRS = "-l100"
_STEPS = 10  # renames of one file, one after another


def moved(repository: Repository, gone: Collection[str]) -> dict[str, str]:
    """Return where each file of `gone` is now, for those that the project's own history shows as renamed."""
    now = {path: path for path in gone}
    for _ in range(_STEPS):
        lost = {path: place for path, place in now.items() if place}
        if lost:
            there = {path for path, own in entries(repository, lost.values()).items() if own.mode not in NO_FILES}
            lost = {path: place for path, place in lost.items() if place not in there}
        if not lost:
            break
        steps = _renamed(repository, set(lost.values()))
        now |= {path: steps.get(place, "") for path, place in lost.items()}
    return {path: place for path, place in now.items() if place and place != path}


def _renamed(repository: Repository, paths: set[str]) -> dict[str, str]:
    """Return the new name of each path whose last removal was a rename."""
    found: dict[str, str] = {}
    for commit, removed in _removals(repository, paths).items():
        printed = repository.git.run(
            *("diff-tree", "-r", "-z", "--root", *DETECT, _PAIRS),
            *("--diff-filter=R", "--name-status", "--no-commit-id", commit),
        )
        names = [os.fsdecode(name) for name in printed.split(b"\0")[:-1]]
        found |= {old: new for old, new in zip(names[1::3], names[2::3], strict=True) if old in removed}
    return found


def _removals(repository: Repository, paths: Iterable[str]) -> dict[str, set[str]]:
    """Return the commits that removed the paths, each path with the newest one."""
    wanted = sorted(paths)
    printed = repository.git.run(
        "log", "--format=%x00%H", "--diff-filter=D", "--no-renames", "--name-only", "-z", repository.head, "--", *wanted
    )
    found: dict[str, set[str]] = {}
    seen: set[str] = set()
    for part in printed.split(b"\0\0"):
        commit, *names = [piece.strip(b"\n") for piece in part.strip(b"\0").split(b"\0")]
        new = {os.fsdecode(name) for name in names if name} - seen
        if new:
            found[commit.decode()] = new
            seen |= new
    return found
