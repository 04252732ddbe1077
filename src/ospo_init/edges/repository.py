"""Making the repository: everything is staged beside its place, and one rename, or its undoing, ends it."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.trees import EXECUTABLE, LINK, Tree, tree_id
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.target import Target
from ospo_init.errors import TemplateError, UserError

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MARK = ".ospo-init-"  # a folder of this name is ours, and only ever left by a killed process


@dataclass(frozen=True)
class FirstCommit:
    """The first commit: on which branch, with which message, and who makes it (empty: as git is configured)."""

    branch: str
    message: str
    signed_off: bool
    author: tuple[str, str] | None = None


def make(target: Target, tree: Tree, commit: FirstCommit) -> str:
    """Write `tree` as a committed repository at `target`; return the commit's id.

    On any failure, a signal included, everything is as it was. Raises UserError for what the disk or git refuse.
    """
    with told(target.path), staging(target) as folder:
        write(tree, folder)
        extra = _identity(commit.author)
        if target.clone:
            return _commit_into_clone(target, folder, tree, commit, extra)
        git = Git(folder, extra)
        git.run("init", "--quiet", f"--initial-branch={commit.branch}")
        made = _commit(git, tree, commit)
        _move(target, folder)
        return made


@contextmanager
def staging(target: Target) -> Iterator[Path]:
    """Give a folder on the target's disk that is gone at the end, whatever happens."""
    base = target.path if target.exists else target.path.parent
    folder = Path(tempfile.mkdtemp(prefix=MARK, dir=base))
    try:
        folder.chmod(0o777 & ~_umask())
        yield folder
    finally:
        with undisturbed():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back while something is undone or finished."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write(tree: Tree, folder: Path) -> None:
    """Write the files of `tree` below `folder`."""
    made = {folder}
    for path, file in tree.items():
        place = folder / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        if file.mode == LINK:
            place.symlink_to(os.fsdecode(file.data))
            continue
        with place.open("xb") as stream:
            stream.write(file.data)
        if file.mode == EXECUTABLE:
            place.chmod(0o777 & ~_umask())


def _commit(git: Git, tree: Tree, commit: FirstCommit) -> str:
    """Commit what is in the work tree; refuse when git did not store the bytes that were made."""
    git.run("add", "--all", "--force", config=("core.autocrlf=false",))
    sign_off = ("--signoff",) if commit.signed_off else ()
    try:
        git.run("commit", "--quiet", "--no-verify", "--cleanup=verbatim", *sign_off, "-m", commit.message)
    except GitFailed as error:
        raise UserError(
            f"The first commit could not be made: {error.what}", "Mend git's configuration first."
        ) from None
    made, stored = git.text("rev-parse", "HEAD", "HEAD^{tree}").split("\n")
    if stored != tree_id(tree, "sha1" if len(stored) == 40 else "sha256"):
        raise TemplateError(
            "git would store other bytes than the template makes.", "Its .gitattributes and its files do not agree."
        )
    return made


def _commit_into_clone(
    target: Target, folder: Path, tree: Tree, commit: FirstCommit, extra: tuple[tuple[str, str], ...]
) -> str:
    """Commit into the clone's own .git and move the files in; undo both when something fails."""
    own = target.path / ".git"
    before = {path: path.read_bytes() if path.is_file() else None for path in own.rglob("*")}  # an empty clone is small
    moved: list[Path] = []
    try:
        for item in sorted(folder.iterdir()):
            place = target.path / item.name
            item.rename(place)
            moved.append(place)
        folder.rmdir()
        return _commit(Git(target.path, extra), tree, commit)
    except BaseException:
        with undisturbed():
            for place in moved:
                shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink(missing_ok=True)
            _restore(own, before)
        raise


def _restore(own: Path, before: Mapping[Path, bytes | None]) -> None:
    """Bring the clone's .git back to what it held before: files by their bytes, folders as None."""
    for path in sorted(own.rglob("*"), reverse=True):
        if path not in before:
            path.rmdir() if path.is_dir() else path.unlink()
    for path, data in before.items():
        if data is not None and (not path.exists() or path.read_bytes() != data):
            path.write_bytes(data)


def _move(target: Target, folder: Path) -> None:
    """Put the finished repository in its place."""
    with undisturbed():
        if not target.exists:
            folder.rename(target.path)
            return
        for item in sorted(folder.iterdir(), key=lambda item: item.name == ".git"):
            item.rename(target.path / item.name)


def _identity(author: tuple[str, str] | None) -> tuple[tuple[str, str], ...]:
    if author is None:
        return ()
    name, email = author
    return tuple(
        (f"GIT_{role}_{what}", value)
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", email))
    )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
