"""Asking a template's repository, and fetching one version of it into a folder that goes away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ospo_init.core import origin
from ospo_init.core.origin import Template
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.git_files import read_files
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import UserError

_LARGEST_TAG = 1024 * 1024  # bytes: a message and a signature
# A folder may be a stranger's too: that it promises objects of somewhere else sends no git there.
_TRANSPORTS = (("GIT_ALLOW_PROTOCOL", "https:ssh:file"), ("GIT_NO_LAZY_FETCH", "1"))
# A pack of a stranger's is kept packed and its large files are not taken into memory: they are refused by their size.
_FETCHING = ("fetch.unpackLimit=1", "core.bigFileThreshold=32m", "submodule.recurse=false")


class Fetched(NamedTuple):
    """A version as it was fetched, and the object of its tag; that is empty where the tag is lightweight."""

    template: Template
    tag_object: bytes


def tags_of(address: str) -> dict[str, str]:
    """Return the tags of a repository, with the ids of the commits that they name (annotated ones too).

    Raises UserError where it cannot be read.
    """
    return dict(_rows(address, "--tags", "refs/tags/"))


def _rows(address: str, what: str, prefix: str) -> list[tuple[str, str]]:
    """Return names and ids of a repository's refs; what an annotated tag names stands after the tag itself."""
    with TemporaryFolder("ospo-init-") as scratch:
        try:
            printed = Git(Path(scratch), _TRANSPORTS).text("ls-remote", what, "--", address)
        except GitFailed as error:
            raise UserError(
                f"The template at {origin.public(address)} cannot be read: {_said(error, address)}",
                "Check the address and your access to it.",
            ) from None
    rows = (line.partition(f"\t{prefix}") for line in printed.splitlines())
    return [(name.removesuffix("^{}"), key) for key, found, name in rows if found]


def fetch(address: str, url: str, tag: str, commit: str) -> Fetched:
    """Return version `tag` of the repository at `address`, known as `url`; `commit` is what it is expected to be.

    Raises UserError where there is no such tag; whether the tag still names that commit is the caller's to see.
    """
    depth = () if address.endswith(".bundle") else ("--depth=1",)
    with _scratch(commit) as git:
        try:
            template = _take(git, url, tag, (*depth, "--", address, f"+refs/tags/{tag}:refs/tags/{tag}"))
            return Fetched(template, _tag_object(git, tag, template.commit))
        except GitFailed as error:
            raise UserError(
                f"Version {tag} of the template at {url} cannot be read: {_said(error, address)}",
                "Check the address and the tag.",
            ) from None


def fetch_commit(address: str, url: str, tag: str, short: str, commit: str = "") -> Template | None:
    """Return the commit that `short` begins (or `commit`, where it is known) as version `tag`, or None.

    A commit whose id is known is asked for by its id, which most servers allow. Else the whole history is fetched.
    """
    if commit:
        with _scratch(commit) as git:
            wanted = ("--depth=1", "--", address, f"+{commit}:refs/tags/{tag}")
            try:
                return _take(git, url, tag, wanted)
            except GitFailed:
                pass
    heads = _rows(address, "--heads", "refs/heads/")
    with _scratch(heads[0][1] if heads else "") as git:
        everything = ("--", address, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        try:
            git.run("fetch", "--quiet", "--no-tags", *everything, config=_FETCHING)
            return _template(git, url, tag, commit or short)
        except GitFailed:
            return None


@contextmanager
def _scratch(commit: str) -> Iterator[Git]:
    """Make an empty repository for commits with ids like `commit`'s; naming it suits `safe.bareRepository` too."""
    with TemporaryFolder("ospo-init-") as folder:
        git = Git(Path(folder), (*_TRANSPORTS, ("GIT_DIR", ".")))
        algorithm = "sha256" if len(commit) == 64 else "sha1"
        git.run("init", "--quiet", "--bare", "--template=", f"--object-format={algorithm}")
        yield git


def _take(git: Git, url: str, tag: str, wanted: tuple[str, ...]) -> Template:
    git.run("fetch", "--quiet", "--no-tags", *wanted, config=_FETCHING)
    return _template(git, url, tag, f"refs/tags/{tag}")


def _template(git: Git, url: str, tag: str, revision: str) -> Template:
    commit, tree = git.text("rev-parse", f"{revision}^{{commit}}", f"{revision}^{{tree}}").split("\n")
    return Template(url, tag, commit, tree, read_files(git, tree))


def _tag_object(git: Git, tag: str, commit: str) -> bytes:
    """Return the object of an annotated tag, or nothing; one that is too large is cut, and so is no signature's."""
    key = git.text("rev-parse", f"refs/tags/{tag}")
    if key == commit:
        return b""
    with git.stream("cat-file", "tag", key) as stream:
        return stream.read(_LARGEST_TAG)


def _said(error: GitFailed, address: str) -> str:
    return error.what.replace(address, origin.public(address))
