"""A project of a house that is only tried: a repository in a temporary folder, as `new` would make it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ospo_init.core.trees import Tree, tree_id
from ospo_init.edges.git import Git
from ospo_init.edges.repository import write
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import TemplateError

# Whoever tries a house: no name or key of the user's is needed, or used.
_WHO = tuple(
    (f"GIT_{who}_{what}", value)
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "House"), ("EMAIL", "house@example.org"))
)


@contextmanager
def repository(tree: Tree) -> Iterator[Path]:
    """Give the folder of a repository that holds `tree` as its first commit.

    Raises TemplateError where git would store other bytes than the template makes.
    """
    with TemporaryFolder("ospo-init-") as name:
        folder = Path(name)
        write(tree, folder)
        git = Git(folder, _WHO)
        git.run("init", "--quiet", "--template=", "--initial-branch=main", "--object-format=sha1")
        git.run("add", "--all", "--force", config=("core.autocrlf=false",))
        stored = git.text("write-tree")
        if stored != tree_id(tree):
            raise TemplateError(
                "git would store other bytes than the template makes.", "Its .gitattributes and its files do not agree."
            )
        commit = git.run("commit-tree", "--no-gpg-sign", stored, data=b"Try the house\n").decode().strip()
        git.run("update-ref", "refs/heads/main", commit)
        yield folder
