"""Leaving a result as a commit on a new branch: neither the work tree nor the index is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ospo_init.core.merging import Write
from ospo_init.edges import objects
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.head import Repository
from ospo_init.errors import UserError


def check_free(repository: Repository, branch: str) -> None:
    """Raise UserError where `branch` is no name for a branch, or there is one already."""
    if repository.git.ask("check-ref-format", "--branch", branch) != branch:
        raise UserError(f"{branch!r} is not the name of a branch.", "Write it as in  --branch ospo-update")
    if repository.git.ask("show-ref", "--verify", f"refs/heads/{branch}"):
        raise UserError(f"There is a branch {branch} already.", f"Name another, or remove it: git branch -D {branch}")


def commit(repository: Repository, rows: Sequence[Write], branch: str, message: str) -> str:
    """Commit HEAD plus `rows` on the new `branch`, and return the commit's id; raise UserError where git refuses."""
    with told(repository.state), tempfile.TemporaryDirectory(prefix="ospo-init-") as name:
        folder = Path(name)
        git = Git(repository.top, (*repository.git.extra, ("GIT_INDEX_FILE", str(folder / "index"))))
        objects.store(repository.git, rows, folder / "blobs")
        git.run("read-tree", repository.head)
        git.run("update-index", "-z", "--index-info", data=objects.merged_rows(rows, len(repository.head)))
        tree = git.text("write-tree")
        try:
            made = git.run(
                "commit-tree", "--no-gpg-sign", tree, "-p", repository.head, "-F", "-", data=message.encode()
            )
        except GitFailed as error:
            raise UserError(
                f"The commit could not be made: {error.what}", "Tell git who you are: git config user.name, user.email."
            ) from None
        key = made.decode().strip()
        none = "0" * len(repository.head)
        git.run("update-ref", "-m", "ospo-init update", f"refs/heads/{branch}", key, none)
        return key
