"""The project as it is committed: what it records of its template, and what that template made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core.lock import Lock
from ospo_init.edges import git_files, head
from ospo_init.edges.head import Repository
from ospo_init.edges.project import Project, Recorded, read_lock, read_recorded
from ospo_init.errors import UserError


@dataclass(frozen=True)
class Before:
    """What HEAD records: the answers file as it stands, the answers that made the files, the lock, and their texts."""

    place: Project
    repository: Repository
    recorded: Recorded
    earlier: Mapping[str, Any]
    lock: Lock
    texts: Mapping[str, bytes]

    @property
    def pin(self) -> str:
        """The commit that the recorded version must have, or ''."""
        return self.lock.commit if self.lock.tag == self.recorded.commit else ""


def read_before(place: Project, repository: Repository) -> Before:
    """Return what HEAD records; raise UserError where the answers are not committed, or of no use."""
    names = {place.prefix + path: path for path in (place.answers_file, place.lock_file)}
    there = {path: own for path, own in head.entries(repository, names).items() if path in names}
    data = git_files.contents(repository.git, [own.id for own in there.values()])
    texts = {names[path]: data[own.id] for path, own in there.items()}
    if place.answers_file not in texts:
        raise UserError(f"{place.answers_file} is not committed.", "Commit the project as it was made first.")
    recorded = read_recorded(texts[place.answers_file], place.answers_file)
    lock = read_lock(texts.get(place.lock_file), place.lock_file)
    earlier = _earlier(place, repository, recorded, lock, texts[place.answers_file])
    return Before(place, repository, recorded, earlier, lock, texts)


def _earlier(place: Project, repository: Repository, recorded: Recorded, lock: Lock, text: bytes) -> Mapping[str, Any]:
    """Return the answers that made the files: those that the lock knows, where somebody has edited the file since."""
    row = lock.files.get(place.answers_file)
    if row is None or lock.tag != recorded.commit:
        return recorded.answers
    data = git_files.contents(repository.git, [row.blob]).get(row.blob, text)
    return recorded.answers if data == text else read_recorded(data, place.answers_file).answers
