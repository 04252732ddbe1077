"""A project of the base in its usual place, read while other commands would still be loading.

Nothing is decided here that is decided otherwise elsewhere: where anything is not as it usually is, the answer is None,
and the long way is taken (edges.project, edges.templates).
"""

from __future__ import annotations

import os

import ospo_init
from ospo_init.core import plain
from ospo_init.core.drift import OWNERS, is_same
from ospo_init.edges.worktree import last_update, read, under_way

TYPE_CHECKING = False  # as typing has it; loading that takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# These are as core.origin, core.lock and edges.project have them, whose loading takes time; a test compares.
BASE_URL, LOCK, ANSWERS = "https://templates.ospo-init.invalid/base.git", ".ospo/lock.yml", ".copier-answers.yml"
STAGES = ("concept", "active", "maintenance", "end-of-life")
FIELDS: dict[str, type] = {"blob": str, "ownership": str, "layer": str, "rule": str, "at": str, "items": list}
FIELDS |= {"absent": bool, "block": bool, "house": str, "contact": str}
_STATE = {"running", "abort.json", "old", "aborted"}  # what a finished update leaves in git's folder


def project(repo: str) -> tuple[str, str, Mapping[str, Any]] | None:
    """Return the project's folder, its stage and its lock, where nothing but its files can have changed.

    So it is where it is at the newest version of this package's base, its answers are those that made it, and neither
    an update nor a merge is under way.
    """
    folder = _folder(repo)
    text, answers = (read(f"{folder}/{name}") for name in (LOCK, ANSWERS)) if folder else (None, None)
    if folder is None or text is None or answers is None:
        return None
    lock = plain.read(text.replace(b"\r\n", b"\n"))
    stage = _stage(answers.replace(b"\r\n", b"\n"))
    if lock is None or not _is_lock(lock) or stage is None or not _is_newest(lock["template"]):
        return None
    return (folder, stage, lock) if is_same(answers, lock["files"][ANSWERS].get("blob", "")) else None


def _folder(repo: str) -> str | None:
    """Return the folder that holds the answers file, in a repository in which nothing is under way."""
    here = os.path.realpath(repo)
    if repo.startswith("~") or not os.path.isdir(here):  # noqa: PTH112 - loading pathlib takes time
        return None
    while not os.path.lexists(f"{here}/{ANSWERS}"):
        if os.path.lexists(f"{here}/.git") or here == "/":
            return None
        here = os.path.dirname(here)  # noqa: PTH120
    if not _is_alone(here):
        return None
    top = here
    while not os.path.lexists(f"{top}/.git"):
        if top == "/":
            return None
        top = os.path.dirname(top)  # noqa: PTH120
    return here if _is_at_rest(f"{top}/.git") else None


def _is_alone(folder: str) -> bool:
    """Whether the folder has one answers file and one lock."""
    named = [name for name in os.listdir(folder) if name.startswith(".copier-answers")]  # noqa: PTH208
    locks = [name for name in os.listdir(f"{folder}/.ospo") if name.startswith("lock")]  # noqa: PTH208
    return named == [ANSWERS] and locks == ["lock.yml"]


def _is_at_rest(git_dir: str) -> bool:
    """Whether git's own folder is one, and tells of no update or merge that is not over."""
    if not os.path.isdir(git_dir) or under_way(git_dir):  # noqa: PTH112
        return False
    state = f"{git_dir}/ospo-init"
    left = os.listdir(state) if os.path.isdir(state) else []  # noqa: PTH112, PTH208
    return _STATE.issuperset(left) and not last_update(git_dir)


def _is_lock(lock: Mapping[str, Any]) -> bool:
    """Whether it is a lock such as we write; whatever else it is, the long way tells."""
    template, files = lock.get("template"), lock.get("files")
    if lock.get("schema_version") != 1 or lock.get("answers_file") != ANSWERS or not isinstance(files, dict):
        return False
    texts = isinstance(template, dict) and all(isinstance(template.get(key), str) for key in ("url", "tag", "commit"))
    return texts and ANSWERS in files and all(isinstance(row, dict) and _is_row(row) for row in files.values())


def _is_row(row: Mapping[str, Any]) -> bool:
    known = all(name in FIELDS and isinstance(value, FIELDS[name]) for name, value in row.items())
    return known and row.get("ownership") in OWNERS


def _stage(answers: bytes) -> str | None:
    """Return the stage that the answers name, where that is plain."""
    found = [line[7:].decode("ascii", "replace") for line in answers.split(b"\n") if line.startswith(b"stage: ")]
    return found[0] if len(found) == 1 and found[0] in STAGES else None


def _is_newest(template: Mapping[str, str]) -> bool:
    """Whether a version of a lock is the newest of the base in this package: its snapshot ends in just these facts."""
    data = os.path.join(os.path.dirname(ospo_init.__file__), "data")  # noqa: PTH118, PTH120
    unreleased = os.path.join(data, "dev.zip")  # noqa: PTH118
    path = unreleased if os.path.lexists(unreleased) else os.path.join(data, "base.zip")  # noqa: PTH118
    commit, tag, tree = template["commit"], template["tag"], template.get("tree")
    facts = f'{{"commit": "{commit}", "tag": "{tag}", "tree": "{tree}"}}'.encode()
    with open(path, "rb") as stream:  # noqa: PTH123
        stream.seek(-len(facts), os.SEEK_END)
        return template["url"] == BASE_URL and stream.read() == facts
