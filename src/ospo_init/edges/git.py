"""The door to git: one way of starting it, with the caller's repository variables and hooks kept out."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ospo_init.edges.temporary import temporary
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


# What is added to the environment where a stranger's repository is read: nothing is fetched, whatever it names.
OFFLINE = (("GIT_ALLOW_PROTOCOL", "none"), ("GIT_NO_LAZY_FETCH", "1"))


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
        try:
            done = subprocess.run(
                _words(arguments, config),
                cwd=self.folder,
                env=environment(dict(self.extra)),
                input=data,
                stdin=subprocess.DEVNULL if data is None else None,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise self._not_there() from None
        if done.returncode not in fine:
            raise self._failed(arguments[0], done.returncode, done.stderr)
        return done.stdout

    @contextlib.contextmanager
    def stream(
        self, *arguments: str, data: bytes | IO[bytes] | None = None, config: Sequence[str] = ()
    ) -> Iterator[IO[bytes]]:
        """Give what git prints while it prints it; `data` may be what another git prints.

        Leaving the block before the end of it stops git. Raises GitFailed after the end where git then fails, or
        UserError where there is no git, or no room for temporary files.
        """
        temporary()
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
            if isinstance(data, bytes):  # in a file, for git to read at its own pace while we read what it prints
                given.write(data)
                given.seek(0)
            try:
                child = subprocess.Popen(
                    _words(arguments, config),
                    cwd=self.folder,
                    env=environment(dict(self.extra)),
                    stdin=given if isinstance(data, bytes) else subprocess.DEVNULL if data is None else data,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except FileNotFoundError:
                raise self._not_there() from None
            assert child.stdout is not None  # noqa: S101 - it is a pipe
            ended = False
            try:
                yield child.stdout
                ended = not child.stdout.read(1)
            finally:
                child.stdout.close()
                if not ended:
                    child.kill()
                code = child.wait()
            if ended and code:
                said.seek(0)
                raise self._failed(arguments[0], code, said.read(_ROOM))

    def _failed(self, name: str, code: int, printed: bytes) -> GitFailed:
        said = printed.decode("utf-8", "replace").strip().splitlines()
        shown = next((line for line in said if line.startswith(("fatal:", "error:"))), said[-1] if said else "")
        what = f"git {name} failed: {shown.rstrip('.') or f'exit code {code}'}."
        return GitFailed(what, _no_room(self.folder))

    def _not_there(self) -> Exception:
        """Return what to raise where git, or the folder that it should run in, is not there."""
        if not self.folder.is_dir():
            return FileNotFoundError(self.folder)
        return UserError("git is not installed, or not on the PATH.", "Install git 2.38 or newer.")

    def text(self, *arguments: str) -> str:
        """Return what git prints, as text without the last line end."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").rstrip("\n")

    def ask(self, *arguments: str) -> str | None:
        """Return what git prints, or None where it says no."""
        try:
            return self.text(*arguments)
        except GitFailed:
            return None


def _words(arguments: Sequence[str], config: Sequence[str]) -> list[str]:
    return ["git", *(piece for setting in (*_PLAIN, *config) for piece in ("-c", setting)), *arguments]


def stored(folder: Path) -> Git:
    """Return git in the repository's own folder: there it sees no work tree, obeys no attribute and fetches nothing."""
    return Git(Path(Git(folder, OFFLINE).text("rev-parse", "--absolute-git-dir")), OFFLINE)


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
