"""What an old version made, found in the project's own history: for versions that are not to be had any more."""

from __future__ import annotations

from ospo_init.core.lock import Lock
from ospo_init.core.trees import EXECUTABLE, File
from ospo_init.edges.git_files import contents
from ospo_init.edges.head import Repository, entries
from ospo_init.edges.project import Project


def recorded_tree(repository: Repository, place: Project, lock: Lock) -> dict[str, File]:
    """Return the files that the lock lists, by the ids of what the template made; nothing where one is missing.

    Modes are those of the project's files.
    """
    rows = {path: row for path, row in lock.files.items() if row.blob and row.ownership != "kept" and not row.block}
    rows = {path: row for path, row in rows.items() if path != place.answers_file}
    data = contents(repository.git, {row.blob for row in rows.values()})
    if not rows or any(row.blob not in data for row in rows.values()):
        return {}
    there = entries(repository, [place.prefix + path for path in rows])
    executable = {path for path, own in there.items() if own.mode == EXECUTABLE}
    return {
        path: File(data[row.blob], EXECUTABLE if place.prefix + path in executable else "100644")
        for path, row in rows.items()
        if row.ownership != "seeded"
    }
