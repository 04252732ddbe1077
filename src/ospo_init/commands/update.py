"""`ospo-init update`: bring a project to another version of its template, by a merge that loses nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ospo_init.commands import now, update_report
from ospo_init.commands.asked import Asked
from ospo_init.commands.now import Now
from ospo_init.core.drift import is_same
from ospo_init.core.lines import block_in
from ospo_init.edges import git, journal, project, templates, worktree
from ospo_init.edges.disk import told
from ospo_init.edges.git_folder import git_folder
from ospo_init.edges.project import Project
from ospo_init.edges.temporary import temporary
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Request:
    """What the caller asked for; `keep` and `take` are paths as they were typed.

    `also` are other files that the same change writes, by path of the project: all of it lands, or nothing.
    """

    repo: str = "."
    to: str = ""
    keep: Sequence[str] = ()
    take: Sequence[str] = ()
    dry_run: bool = False
    branch: str = ""
    answers_file: str = ""
    abort: bool = False
    adopt: bool = False
    asked: Asked = field(default_factory=Asked)
    also: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether nothing is asked for but the newest version."""
        wanted = (self.to, self.keep, self.take, self.branch, self.asked.house, self.asked.data, self.asked.answers)
        return not any(wanted)


def run(request: Request) -> Outcome:
    """Update the project, show what an update would do, or undo the last one."""
    if request.to and request.asked.house:
        raise UserError("--to and --house both name a version.", "Write it as  --house ADDRESS@TAG")
    place = now.find(request.repo, request.answers_file)
    if request.abort and request.dry_run:
        raise UserError("--abort and --dry-run do not go together.", "git diff --cached shows what --abort undoes.")
    if request.abort:
        return _abort(place)
    if not place.answers_file or request.adopt:
        from ospo_init.commands import adopt

        return adopt.run(request, place)
    answers, recorded, lock = now.read(place)
    with told(temporary()):
        known = templates.versions(recorded.src, look=True)
    if request.plain and not _is_pending(place) and _is_current(Now(place, recorded, lock, known), answers):
        return update_report.current(place, recorded, known)
    from ospo_init.commands import updating

    git.require_git()
    return updating.run(request, place, known)


def _is_pending(place: Project) -> bool:
    """Whether the last update is not committed yet: it may hold conflicts, and then nothing is up to date."""
    folder = git_folder(place.top)
    return folder is not None and bool(worktree.last_update(str(folder)))


def _is_current(found: Now, answers: bytes) -> bool:
    """Whether there is nothing to do: no newer version, the answers as they were written, nothing mandated missing."""
    place, lock = found.place, found.lock
    row = lock.files.get(place.answers_file)
    if not found.is_locked or not found.is_pinned or found.ahead or row is None or not is_same(answers, row.blob):
        return False
    mandated = {file.at or path: file for path, file in lock.files.items() if file.ownership == "mandated"}
    return all(_is_there(place, path, file.block) for path, file in mandated.items())


def _is_there(place: Project, path: str, block: bool) -> bool:
    """Whether a mandated file, or its block, is there; what the block holds is for the merge to judge."""
    if not block:
        return os.path.lexists(place.folder / path)
    return block_in(project.on_disk(place, path) or b"") is not None


def _abort(place: Project) -> Outcome:
    from ospo_init.edges import applying
    from ospo_init.edges.head import open_repository

    repository = open_repository(place)
    if not repository.state.is_dir():
        raise UserError("There is no update to undo.", "Only the last one can be undone, until it is committed.")
    with journal.exclusive(repository.state):
        paths, kept = applying.abort(repository)
    return update_report.aborted(place, paths, kept)
