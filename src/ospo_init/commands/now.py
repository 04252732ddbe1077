"""What a project records as it lies in the work tree, beside what is known of its template's versions."""

from __future__ import annotations

from dataclasses import dataclass

from ospo_init.core.lock import Lock
from ospo_init.core.origin import is_newer
from ospo_init.edges import project
from ospo_init.edges.git_folder import git_folder
from ospo_init.edges.project import Project, Recorded
from ospo_init.edges.templates import Versions


@dataclass(frozen=True)
class Now:
    """The project, its answers and lock, and the versions that are known."""

    place: Project
    recorded: Recorded
    lock: Lock
    known: Versions

    @property
    def is_locked(self) -> bool:
        """Whether the lock is there, and is that of the version that the answers name."""
        return bool(self.lock.tag) and self.lock.tag == self.recorded.commit

    @property
    def ahead(self) -> str:
        """The newest version that is known, where an update would go there; else ''."""
        newest, recorded = self.known.newest, self.recorded.commit
        return newest if newest and newest != recorded and not is_newer(recorded, newest) else ""

    @property
    def is_pinned(self) -> bool:
        """Whether the version is the commit that it was, as far as is known."""
        return self.known.tags.get(self.lock.tag, self.lock.commit) == self.lock.commit


def find(repo: str, answers_file: str) -> Project:
    """Return the project that `repo` is, or is in. What a killed update left there is finished or undone first."""
    place = project.find(repo, answers_file)
    folder = git_folder(place.top)
    if folder is not None and (folder / "ospo-init").is_dir():
        from ospo_init.edges import journal

        journal.recover(folder)
    return place


def read(place: Project) -> tuple[bytes, Recorded, Lock]:
    """Return the answers file, what it says, and the lock; raise UserError where one of them is of no use."""
    answers = project.on_disk(place, place.answers_file) or b""
    recorded = project.read_recorded(answers, place.answers_file)
    return answers, recorded, project.read_lock(project.on_disk(place, place.lock_file), place.lock_file)
