"""`ospo-init update`: bring a project to another version of its template, by a merge that loses nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ospo_init.commands import update_report
from ospo_init.commands.asked import Asked
from ospo_init.core.lines import block_in
from ospo_init.core.lock import Lock
from ospo_init.core.merging import ids
from ospo_init.core.origin import is_newer
from ospo_init.core.trees import File
from ospo_init.edges import git, journal, project, templates
from ospo_init.edges.disk import told
from ospo_init.edges.git_folder import git_folder
from ospo_init.edges.project import Project, Recorded
from ospo_init.edges.templates import Versions
from ospo_init.edges.temporary import temporary
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Request:
    """What the caller asked for; `keep` and `take` are paths as they were typed."""

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

    @property
    def plain(self) -> bool:
        """Whether nothing is asked for but the newest version."""
        wanted = (self.to, self.keep, self.take, self.branch, self.asked.house, self.asked.data, self.asked.answers)
        return not any(wanted)


def run(request: Request) -> Outcome:
    """Update the project, show what an update would do, or undo the last one."""
    if request.to and request.asked.house:
        raise UserError("--to and --house both name a version.", "Write it as  --house ADDRESS@TAG")
    place = project.find(request.repo, request.answers_file)
    folder = git_folder(place.top)
    if folder is not None:
        journal.recover(folder)
    if request.abort and request.dry_run:
        raise UserError("--abort and --dry-run do not go together.", "git diff --cached shows what --abort undoes.")
    if request.abort:
        return _abort(place)
    if not place.answers_file or request.adopt:
        from ospo_init.commands import adopt

        return adopt.run(request, place)
    answers = project.on_disk(place, place.answers_file) or b""
    recorded = project.read_recorded(answers, place.answers_file)
    lock = project.read_lock(project.on_disk(place, place.lock_file), place.lock_file)
    with told(temporary()):
        known = templates.versions(recorded.src, look=True)
    if request.plain and not _pending(place, folder) and _is_current(place, recorded, lock, known, answers):
        return update_report.current(place, recorded, known)
    from ospo_init.commands import updating

    git.require_git()
    return updating.run(request, place, known)


def _pending(place: Project, folder: Path | None) -> bool:
    """Whether the last update is not committed yet: it may hold conflicts, and then nothing is up to date."""
    last = journal.read_json(folder / "ospo-init" / "abort.json") if folder else None
    return last is not None and last["head"] == git.Git(place.top).ask("rev-parse", "HEAD")


def _is_current(place: Project, recorded: Recorded, lock: Lock, known: Versions, answers: bytes) -> bool:
    """Whether there is nothing to do: no newer version, the answers as they were written, nothing mandated missing."""
    if recorded.commit != lock.tag or known.tags.get(lock.tag, lock.commit) != lock.commit:
        return False
    newest = known.newest
    if newest and newest != lock.tag and not is_newer(lock.tag, newest):
        return False
    row = lock.files.get(place.answers_file)
    if row is None or row.blob not in ids(File(answers.replace(b"\r\n", b"\n"))):
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
