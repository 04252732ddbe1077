"""The door to git: one way of starting it, with the caller's repository variables and hooks kept out."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ospo_init.errors import OspoInitError, UserError

_ROOM = 64 * 1024  # bytes: with less, git fails sooner or later
OLDEST = (2, 38)  # `git merge-tree --write-tree`
# What `git rev-parse --local-env-vars` lists: set when we are started from a hook, and naming another repository; and
# what changes how paths and patches are read and written.
_LOCAL = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
    "GIT_EXTERNAL_DIFF",
    "GIT_TEMPLATE_DIR",
    *("GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS", "GIT_DIFF_OPTS"),
]
# Settings of the user that would run programs of theirs, or change what our plumbing prints.
_PLAIN = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=true",
    "core.untrackedCache=false",
    "core.safecrlf=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
]


class GitFailed(OspoInitError):
    """git ended with an error; `what` is what it said."""

    exit_code = 2


@dataclass(frozen=True)
class Git:
    """git in `folder`; `extra` are further environment variables (identities, configuration)."""

    folder: Path
    extra: tuple[tuple[str, str], ...] = field(default=())

    def run(
        self, *arguments: str, data: bytes | None = None, config: Sequence[str] = (), fine: Container[int] = (0,)
    ) -> bytes:
        """Return what git prints; `fine` are its exit codes that are no failure.

        Raises GitFailed, or UserError where there is no git.
        """
        options = [piece for setting in (*_PLAIN, *config) for piece in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", *options, *arguments],
                cwd=self.folder,
                env=environment(dict(self.extra)),
                input=data,
                stdin=subprocess.DEVNULL if data is None else None,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise
            raise UserError("git is not installed, or not on the PATH.", "Install git 2.38 or newer.") from None
        if done.returncode not in fine:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            shown = next((line for line in said if line.startswith(("fatal:", "error:"))), said[-1] if said else "")
            what = f"git {arguments[0]} failed: {shown.rstrip('.') or f'exit code {done.returncode}'}."
            raise GitFailed(what, _no_room(self.folder))
        return done.stdout

    def text(self, *arguments: str) -> str:
        """Return what git prints, as text without the last line end."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").rstrip("\n")

    def ask(self, *arguments: str) -> str | None:
        """Return what git prints, or None where it says no."""
        try:
            return self.text(*arguments)
        except GitFailed:
            return None


def _no_room(folder: Path) -> str:
    """Return what to do where a disk that git writes to is full; git does not always say that it is."""
    known = [Path(tempfile.tempdir)] if tempfile.tempdir else []  # to look for one would write a file
    with contextlib.suppress(OSError):
        for place in (folder, *known):
            if shutil.disk_usage(place).free < _ROOM:
                return f"The disk is full: make room at {place}, and run it again."
    return ""


def environment(extra: dict[str, str]) -> dict[str, str]:
    """Return the environment for git: the user's own, without variables that name another repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": kept.get("GIT_TERMINAL_PROMPT", "0"), **extra}


@functools.cache
def require_git() -> tuple[int, int]:
    """Return git's version; raise UserError when it is missing or too old."""
    printed = Git(Path("/")).text("version")
    found = re.search(r"(\d+)\.(\d+)", printed)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < OLDEST:
        raise UserError(f"{printed} is too old.", "Install git 2.38 or newer.")
    return version


def settings(folder: Path, names: str) -> dict[str, str]:
    """Return the git settings whose lower-case name matches the expression `names`; the last value of each."""
    printed = Git(folder).ask("config", "-z", "--includes", "--get-regexp", names) or ""
    rows = (row.partition("\n") for row in printed.split("\0") if row)
    return {name.lower(): value for name, _, value in rows}
