"""Publishing a template: one commit and one tag more in a git repository, by a push that does all of it or nothing.

A tag that is there is never moved, a branch never set back: nothing is forced.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.compose import NOTES
from ospo_init.core.origin import Template, is_remote, newest, public, split_tag
from ospo_init.core.trees import Tree, tree_id
from ospo_init.edges import fetching
from ospo_init.edges.bundles import stream
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.places import named
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import UserError

BRANCH = "main"
_SPARE = "ospo-init-tree"  # a name for the tree while it is stored; it goes away again
_CONFIG = ("push.followTags=false", "push.gpgSign=false", "push.recurseSubmodules=no", "submodule.recurse=false")


@dataclass(frozen=True)
class Place:
    """Where a house is published: `address` is for git, `url` what people are told, `tags` what is there, by commit.

    `fresh`: nothing is there yet, and a folder is made.
    """

    address: str
    url: str
    tags: dict[str, str]
    fresh: bool = False

    @property
    def newest(self) -> str:
        """The newest version, or ''."""
        return newest(self.tags)

    def version(self, tag: str) -> tuple[Template, bool]:
        """Return a version that is there, and whether its tag is signed."""
        found = fetching.fetch(self.address, self.url, tag, self.tags[tag])
        return found.template, b"\n-----BEGIN " in found.tag_object


@dataclass(frozen=True)
class Version:
    """What is published: a tag and its message, and whether the tag is signed with the user's own key."""

    tag: str
    message: str
    tree: Tree
    signed: bool = False


def find(to: str) -> Place:
    """Return where `to` (an https or ssh address, or a folder) is; raise UserError where it cannot be read."""
    path = Path(to).expanduser()
    remote = not path.exists() and is_remote(to)  # raises for what is neither an address nor a path
    folder, named_tag = split_tag(to)
    if not remote and named_tag and not path.exists() and Path(folder).expanduser().is_dir():
        raise UserError(f"{to} names a tag.", f"Give the folder alone, and the tag as --tag {named_tag}")
    if not remote and not path.exists() and not path.parent.is_dir():
        raise UserError(
            f"{to} cannot be made: there is no folder {path.parent}.", "Make that folder, or correct the path."
        )
    if not remote and (not path.exists() or (path.is_dir() and not any(path.iterdir()))):
        return Place(str(path.resolve()), str(path.resolve()), {}, fresh=True)
    if not remote and not path.is_dir():
        raise UserError(f"{to} is not a folder.", "Name a git repository, or a folder that is not there yet.")
    places, tag = named(to)
    if tag:
        raise UserError(f"{to} names a tag.", f"Give the address alone, and the tag as --tag {tag}")
    try:
        tags = fetching.tags_of(places[0].address)
    except UserError:
        if len(places) == 1:
            raise
        places = places[1:]
        tags = fetching.tags_of(places[0].address)
    return Place(places[0].address, places[0].url, tags)


def publish(place: Place, version: Version) -> dict[str, str]:
    """Publish a version; return the ids of its commit and tree.

    Raises UserError where the repository does not take it: then nothing in it has changed.
    """
    with _made(place), TemporaryFolder("ospo-init-") as folder:
        git = Git(Path(folder))
        git.run("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}", "--object-format=sha1")
        parent = _parent(git, place)
        row = _commit(git, version, parent)
        _tag(git, version, row["commit"])
        _push(git, place, version)
    return row


@contextmanager
def _made(place: Place) -> Iterator[None]:
    """Make the repository where nothing is there yet; take it away again where nothing was published.

    It has a work tree unless its name ends in .git: plain Copier takes a folder of another name for no repository.
    """
    if not place.fresh:
        yield
        return
    path = Path(place.address)
    there = path.is_dir()
    with told(path):
        path.mkdir(exist_ok=True)
    bare = ["--bare"] if path.name.endswith(".git") else []
    try:
        Git(path).run("init", "--quiet", *bare, "--template=", f"--initial-branch={BRANCH}", "--object-format=sha1")
        yield
    except BaseException:
        for item in path.iterdir():
            shutil.rmtree(item) if item.is_dir() else item.unlink()
        if not there:
            path.rmdir()
        raise


def _parent(git: Git, place: Place) -> str:
    """Return the commit that the new one comes after: the branch's, else that of the newest version, else ''."""
    if place.fresh:
        return ""
    with _said(place):
        git.run("fetch", "--quiet", "--", place.address, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    on_branch = git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{BRANCH}")
    tagged = git.text("rev-parse", f"refs/tags/{place.newest}^{{commit}}") if place.newest else ""
    if (on_branch or tagged) and git.ask("cat-file", "-e", f"{on_branch or tagged}:{NOTES}") is None:
        raise UserError(
            f"{place.url} holds something else than a published house.",
            f"Nothing of it is replaced: name another repository, an empty one, or one whose {BRANCH} is a house's.",
        )
    if on_branch and tagged and git.ask("merge-base", "--is-ancestor", tagged, on_branch) is None:
        raise UserError(
            f"The branch {BRANCH} of {place.url} does not hold version {place.newest}.",
            f"A published version is never left behind: set {BRANCH} to a commit that comes after it.",
        )
    return on_branch or tagged


def _commit(git: Git, version: Version, parent: str) -> dict[str, str]:
    git.run("fast-import", "--quiet", data=b"".join(stream(_SPARE, version.tree, "")))
    tree = git.text("rev-parse", f"refs/tags/{_SPARE}^{{tree}}")
    git.run("update-ref", "-d", f"refs/tags/{_SPARE}")
    if tree != tree_id(version.tree):
        raise UserError(
            f"git stored the tree {tree}, not the composed {tree_id(version.tree)}.", "Nothing was published."
        )
    above = ("-p", parent) if parent else ()
    try:
        commit = git.run("commit-tree", "--no-gpg-sign", tree, *above, "-F", "-", data=version.message.encode())
    except GitFailed as error:  # it does not know whose commit it is
        hint = "Say who publishes it: git config --global user.name NAME, and user.email ADDRESS"
        raise UserError(error.what, hint) from None
    key = commit.decode().strip()
    git.run("update-ref", f"refs/heads/{BRANCH}", key)
    return {"commit": key, "tree": tree}


def _tag(git: Git, version: Version, commit: str) -> None:
    how = "--sign" if version.signed else "--no-sign"
    try:
        git.run("tag", "--annotate", how, "-F", "-", version.tag, commit, data=version.message.encode())
    except GitFailed as error:
        hint = "Set user.signingKey (and gpg.format for an SSH key), or publish without --sign."
        raise UserError(
            f"The tag {version.tag} could not be made: {error.what}", hint if version.signed else ""
        ) from None


def _push(git: Git, place: Place, version: Version) -> None:
    """Push branch and tag together. A folder with a work tree is brought up to date with it, unless it has changes."""
    updating = "--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack"
    local = [updating] if Path(place.address).is_dir() else []
    refs = (f"refs/heads/{BRANCH}", f"refs/tags/{version.tag}")
    with _said(place):
        words = ("push", "--porcelain", "--atomic", *local, "--", place.address, *refs)
        printed = git.run(*words, config=_CONFIG, fine=(0, 1)).decode("utf-8", "replace")
    refused = [row.rpartition("\t")[2] for row in printed.splitlines() if row.startswith("!\t")]
    if refused or "\nDone" not in f"\n{printed}":
        why = next((row for row in refused if "atomic" not in row), (refused or ["the push failed"])[0])
        raise UserError(f"{place.url} did not take it: {why}.", "Nothing was published; mend that, and run it again.")
    if local and Git(Path(place.address)).ask("rev-parse", "--verify", "--quiet", "HEAD") is None:
        Git(Path(place.address)).run("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")  # it named one that is not there


@contextmanager
def _said(place: Place) -> Iterator[None]:
    try:
        yield
    except GitFailed as error:
        what = error.what.replace(place.address, public(place.address))
        raise UserError(
            f"{place.url} did not take it: {what}", "Nothing was published; check your access to it."
        ) from None
