"""Leaving a result as a commit on a new branch: neither the work tree nor the index is touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ospo_init.core.merging import Write
from ospo_init.edges import objects
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.head import Repository
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import UserError


def check_name(repository: Repository, branch: str) -> None:
    """Raise UserError where `branch` is no name for a branch."""
    if repository.git.ask("check-ref-format", "--branch", branch) != branch:
        raise UserError(f"{branch!r} is not the name of a branch.", "Write it as in  --branch ospo-update")


def commit(
    repository: Repository, rows: Sequence[Write], branch: str, message: str, signed_off: bool
) -> tuple[str, bool]:
    """Commit HEAD plus `rows` on the new `branch`; return the commit's id, and whether it is new.

    A branch that holds just that already stays as it is. Raises UserError where there is another one of that name, or
    git refuses.
    """
    check_name(repository, branch)
    git = repository.git
    with told(repository.state), TemporaryFolder("ospo-init-") as name:
        indexed = Git(repository.top, (*git.extra, ("GIT_INDEX_FILE", str(Path(name, "index")))))
        objects.store(git, rows, Path(name, "blobs"))
        indexed.run("read-tree", repository.head)
        indexed.run("update-index", "-z", "--index-info", data=objects.merged_rows(rows, len(repository.head)))
        tree = indexed.text("write-tree")
    there = git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
    if there and git.ask("rev-parse", f"{there}^", f"{there}^{{tree}}") == f"{repository.head}\n{tree}":
        return there, False
    if there:
        raise UserError(f"There is a branch {branch} already.", f"Name another, or remove it: git branch -D {branch}")
    try:
        text = message + (f"\nSigned-off-by: {_committer(git)}\n" if signed_off else "")
        made = git.run("commit-tree", "--no-gpg-sign", tree, "-p", repository.head, "-F", "-", data=text.encode())
    except GitFailed as error:
        hint = "Tell git who you are: git config user.name and user.email."
        raise UserError(f"The commit could not be made: {error.what}", hint) from None
    key = made.decode().strip()
    git.run("update-ref", "-m", "ospo-init update", f"refs/heads/{branch}", key, "0" * len(key))
    return key, True


def _committer(git: Git) -> str:
    """Return who commits, as a sign-off names them."""
    return git.text("var", "GIT_COMMITTER_IDENT").rpartition(" ")[0].rpartition(" ")[0]
