"""Making the repository: all of it is staged beside its place, and one last step, or its undoing, ends it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.trees import EXECUTABLE, LINK, Tree, tree_id
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git, GitFailed, settings
from ospo_init.edges.moves import places
from ospo_init.edges.moving import Branch, fill_clone, fill_folder
from ospo_init.edges.staging import TREE, staging
from ospo_init.edges.stops import held
from ospo_init.edges.target import Target
from ospo_init.errors import TemplateError, UserError

Environment = tuple[tuple[str, str], ...]
_NO_ROOM = os.strerror(errno.ENOSPC)  # as git says it, where it speaks English


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
    base = target.path if target.exists else target.path.parent
    with told(target.path), _told_by_git(), held() as stop, staging(base) as staged:
        place = staged / TREE
        place.mkdir()
        write(tree, place, stop.check)
        git = _repository(target, place, commit)
        stop.check()
        made = _commit(git, tree, commit)
        stop.check()
        if target.clone:
            branch = Branch(f"refs/heads/{commit.branch}", made, f"commit (initial): {commit.message.splitlines()[0]}")
            fill_clone(Git(target.path, _identity(commit.author)), git, tree, branch, stop)
        elif target.exists:
            fill_folder(target.path, staged, tree, stop)
        else:
            place.rename(target.path)
            stop.settle()
        return made


def write(tree: Tree, folder: Path, pause: Callable[[], None] = lambda: None) -> None:
    """Write the files of `tree` below `folder`; `pause` is called before each."""
    made = {folder}
    for path, file in tree.items():
        pause()
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


def _repository(target: Target, place: Path, commit: FirstCommit) -> Git:
    """Make a repository in `place`: for a clone one of its kind and with its configuration."""
    extra = _identity(commit.author)
    start = ("init", "--quiet", f"--initial-branch={commit.branch}")
    if not target.clone:
        git = Git(place, extra)
        try:
            git.run(*start)
        except GitFailed as error:
            error.next = error.next or "Mend git's configuration, or answer default_branch, first."
            raise
        return git
    kind = settings(target.path, r"^extensions\.(objectformat|refstorage)$")
    formats = {"extensions.objectformat": "GIT_DEFAULT_HASH", "extensions.refstorage": "GIT_DEFAULT_REF_FORMAT"}
    Git(place, tuple((formats[name], value) for name, value in kind.items())).run(*start, "--template=")
    for name, path in places(Git(target.path), ("config", "config.worktree")).items():
        if path.exists():
            (place / ".git" / name).write_bytes(path.read_bytes())
    # Said outright, since a configuration may name the clone's own work tree.
    return Git(place, (*extra, ("GIT_DIR", str(place / ".git")), ("GIT_WORK_TREE", str(place))))


def _commit(git: Git, tree: Tree, commit: FirstCommit) -> str:
    """Commit what is in the work tree; refuse when git did not store the bytes that were made."""
    git.run("add", "--all", "--force", config=("core.autocrlf=false",))
    sign_off = ("--signoff",) if commit.signed_off else ()
    try:
        git.run("commit", "--quiet", "--no-verify", "--cleanup=verbatim", *sign_off, "-m", commit.message)
    except GitFailed as error:
        if _NO_ROOM in error.what:
            raise
        raise UserError(
            f"The first commit could not be made: {error.what}", "Mend git's configuration first."
        ) from None
    made, stored = git.text("rev-parse", "HEAD", "HEAD^{tree}").split("\n")
    if stored != tree_id(tree, "sha1" if len(stored) == 40 else "sha256"):
        raise TemplateError(
            "git would store other bytes than the template makes.", "Its .gitattributes and its files do not agree."
        )
    return made


@contextmanager
def _told_by_git() -> Iterator[None]:
    """Turn a full disk that git met into the error that it is."""
    try:
        yield
    except GitFailed as error:
        if _NO_ROOM not in error.what:
            raise
        raise OSError(errno.ENOSPC, _NO_ROOM) from None


def _identity(author: tuple[str, str] | None) -> Environment:
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
