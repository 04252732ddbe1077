"""Where a project is, and what it records: found without starting git, because most updates change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ospo_init.core import lock
from ospo_init.core.lines import has_conflict
from ospo_init.core.lock import Lock
from ospo_init.edges import yamls
from ospo_init.edges.git_folder import top_of
from ospo_init.errors import UserError

DEFAULT = ".copier-answers.yml"  # Copier's
_NAMES = re.compile(r"\.copier-answers.*\.ya?ml")


@dataclass(frozen=True)
class Project:
    """A project in a git repository. `top` is the repository's folder, `folder` the project's, in it or the same.

    `prefix` is the way from one to the other ("" or "services/api/"), `answers_file` and `lock_file` are paths below
    `folder` (`answers_file` is empty where there is none), and `others` the answers files of other templates.
    """

    top: Path
    folder: Path
    answers_file: str = ""
    lock_file: str = lock.PATH
    others: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """The way from the repository's folder to the project's, with a slash at its end, or ''."""
        return "" if self.folder == self.top else f"{self.folder.relative_to(self.top).as_posix()}/"


@dataclass(frozen=True)
class Recorded:
    """What an answers file says: the template's address and version as they stand there, and the answers."""

    src: str
    commit: str
    answers: Mapping[str, Any] = field(default_factory=dict)


def find(repo: str, answers_file: str = "") -> Project:
    """Return the project that `repo` is, or is in; raise UserError where that is no git repository.

    Of several answers files in one folder Copier's default name is taken, unless `answers_file` names another.
    """
    start = _folder(repo)
    top = top_of(start)
    if top is None:
        raise UserError(
            f"{repo} is not in a git repository.", "Name one; `ospo-init new FOLDER` makes a new one, git init another."
        )
    for place in _upwards(start, top):
        locks = _locks(place)
        found = [answers_file] if answers_file else _answers_files(place, locks)
        there = [name for name in found if (place / name).is_file()]
        if there:
            return _chosen(top, place, there, locks)
    if answers_file:
        raise UserError(f"There is no answers file {answers_file} in {start}.", "Name it by its path in the project.")
    return Project(top, top)


def _folder(repo: str) -> Path:
    try:
        start = Path(repo).expanduser().resolve()
        if start.is_dir():
            return start
    except (OSError, ValueError, RuntimeError):
        pass
    raise UserError(f"{repo!r} is not a folder.", "Name the folder of a project, or stand in it.")


def _upwards(start: Path, top: Path) -> Iterator[Path]:
    place = start
    while True:
        yield place
        if place == top:
            return
        place = place.parent


def _locks(place: Path) -> dict[str, str]:
    """Return the answers file that each lock in this folder belongs to; a lock that cannot be read belongs to none."""
    found = {}
    for path in sorted((place / ".ospo").glob("lock*.yml")):
        row = re.search(rb"^answers_file: ['\"]?([^'\"\n]+)", path.read_bytes(), re.MULTILINE)
        found[path.relative_to(place).as_posix()] = row[1].decode("utf-8", "replace").strip() if row else ""
    return found


def _answers_files(place: Path, locks: Mapping[str, str]) -> list[str]:
    named = sorted(path.name for path in place.glob(".copier-answers*") if _NAMES.fullmatch(path.name))
    return list(dict.fromkeys([*named, *(name for name in locks.values() if name and ".." not in name)]))


def _chosen(top: Path, place: Path, there: list[str], locks: Mapping[str, str]) -> Project:
    if DEFAULT not in there and len(there) > 1:
        raise UserError(
            f"{place} has several answers files: {', '.join(there)}.", "Choose one with --answers-file NAME."
        )
    name = DEFAULT if DEFAULT in there else there[0]
    others = tuple(other for other in there if other != name)
    return Project(top, place, name, lock.path_for(name, locks), others)


def read_recorded(text: bytes, where: str) -> Recorded:
    """Return what the answers file `where` says; raise UserError, with what to do, where it is of no use."""
    if has_conflict(text):
        raise UserError(f"{where} holds the marks of a merge conflict.", "Resolve it first.")
    rows = yamls.load_strict(text, where)
    if not yamls.is_bounded(rows):
        raise UserError(f"{where} holds more than a hundred thousand values.", "Take its aliases (*name) out.")
    if not isinstance(rows, dict):
        raise UserError(f"{where} holds no answers.", f"Bring it back with git: git log --oneline -- {where}")
    src, commit = rows.get("_src_path"), rows.get("_commit")
    if not src or not isinstance(src, str):
        raise UserError(f"{where} does not say which template made this project.", "Add its address as _src_path.")
    if commit is None:
        raise UserError(
            f"{where} records no version of the template {src} (_commit), so what it made is not known.",
            "A template without versions cannot be updated from; ask its owner for tags, then use --adopt.",
        )
    if not isinstance(commit, str):
        raise UserError(f"{where}: YAML reads _commit as {commit!r}, not as text.", f'Write it as _commit: "{commit}"')
    answers = {str(key): value for key, value in rows.items() if not str(key).startswith("_")}
    return Recorded(src, commit, answers)


def read_lock(text: bytes | None, where: str) -> Lock:
    """Return the lock in `text`, an empty one where there is none; raise UserError for one that cannot be read."""
    if text is None:
        return Lock()
    if has_conflict(text):
        raise UserError(
            f"{where} holds the marks of a merge conflict.", "Take one side (git checkout --ours), then update again."
        )
    return lock.read(yamls.load_strict(text, where), where)


def lock_text(row: Lock) -> bytes:
    """Return the lock as it is written."""
    return (lock.HEAD + yamls.dump(row.as_data())).encode()


def on_disk(project: Project, path: str) -> bytes | None:
    """Return the bytes of a file of the project as it lies in the work tree, or None."""
    place = project.folder / path
    try:
        if place.exists() and not place.is_file():  # a pipe would be waited for
            raise UserError(f"{path} is no file.", "Bring it back with git: git checkout -- PATH")
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
