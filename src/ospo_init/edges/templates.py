"""Fetching a published template at a tag, from the bundle in the package or from any git repository."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path

from ospo_init.core.origin import BASE_URL, FORMERLY, Template, is_remote, newest, split_tag
from ospo_init.core.trees import File
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import TemplateError, UserError

_TRANSPORTS = {"GIT_ALLOW_PROTOCOL": "https:ssh:file"}


def open_template(house: str = "") -> Template:
    """Return the template that `house` (ADDRESS[@TAG]) names, or the base when it is empty.

    Without a tag the newest version is taken. Raises UserError when there is no such repository, tag or version.
    """
    if not house:
        return open_base()
    address, tag = (house, "") if Path(house).exists() else split_tag(house)
    if address in (BASE_URL, *FORMERLY):
        return open_base(tag)
    if not is_remote(address):
        folder = Path(address).expanduser()
        if not folder.is_dir():
            raise UserError(f"There is no template at {address}.", "Check the path, or give an https:// address.")
        address = str(folder.resolve())
    return _fetch(address, address, tag or _newest(address))


def open_base(tag: str = "") -> Template:
    """Return the base template that ships with ospo-init; no network is used."""
    newest_one = Snapshot(data_file("zip"))
    if tag in ("", newest_one.facts["tag"]):
        return Template(BASE_URL, **newest_one.facts, files=newest_one)
    path = data_file("bundle")
    if tag not in bundle_tags(path):
        raise UserError(f"This ospo-init does not know version {tag} of the base template.", "Upgrade ospo-init.")
    return _fetch(str(path), BASE_URL, tag)


def data_file(kind: str) -> Path:
    """Return the path of the base's bundle (or zip): made of unreleased sources where there are some, else released."""
    data = Path(str(files("ospo_init") / "data"))
    unreleased = data / f"dev.{kind}"
    return unreleased if unreleased.is_file() else data / f"base.{kind}"


def bundle_tags(path: Path) -> dict[str, str]:
    """Return the tags in a git bundle (version 2), with the ids of what they name, from its header."""
    tags = {}
    with path.open("rb") as stream:
        if stream.readline() != b"# v2 git bundle\n":
            raise TemplateError(f"{path.name} is not a git bundle.", "Install ospo-init again.")
        while (line := stream.readline().decode().strip()) != "":
            object_id, _, name = line.partition(" ")
            tags[name.removeprefix("refs/tags/")] = object_id
    return tags


def _newest(address: str) -> str:
    with tempfile.TemporaryDirectory(prefix="ospo-init-") as scratch:
        git = Git(Path(scratch), tuple(_TRANSPORTS.items()))
        try:
            printed = git.text("ls-remote", "--tags", "--refs", "--", address)
        except GitFailed as error:
            raise UserError(
                f"The template at {address} cannot be read: {error.what}", "Check the address and your access to it."
            ) from None
    tag = newest(line.split("refs/tags/", 1)[1] for line in printed.splitlines())
    if not tag:
        raise UserError(
            f"The template at {address} has no version tag.", "Ask its owner to publish one, such as v1.0.0."
        )
    return tag


def _fetch(place: str, url: str, tag: str) -> Template:
    with tempfile.TemporaryDirectory(prefix="ospo-init-") as scratch:
        git = Git(Path(scratch), tuple(_TRANSPORTS.items()))
        git.run("init", "--quiet", "--bare", "--template=")
        depth = () if place.endswith(".bundle") else ("--depth=1",)
        try:
            git.run("fetch", "--quiet", "--no-tags", *depth, "--", place, f"+refs/tags/{tag}:refs/tags/{tag}")
        except GitFailed as error:
            raise UserError(
                f"Version {tag} of the template at {url} cannot be read: {error.what}", "Check the address and the tag."
            ) from None
        commit, tree = git.text("rev-parse", f"refs/tags/{tag}^{{commit}}", f"refs/tags/{tag}^{{tree}}").split("\n")
        return Template(url, tag, commit, tree, _read(git, tree))


def _read(git: Git, tree: str) -> dict[str, File]:
    """Return every file of `tree`; submodules are left out."""
    rows = []
    for row in git.run("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
        if row:
            facts, _, name = row.partition(b"\t")
            mode, kind, blob = facts.split()
            if kind == b"blob":
                rows.append((name.decode("utf-8", "surrogateescape"), mode.decode(), blob))
    stream = git.run("cat-file", "--batch", "--buffer", data=b"".join(blob + b"\n" for _, _, blob in rows))
    found: dict[str, File] = {}
    at = 0
    for path, bits, _ in rows:
        end = stream.index(b"\n", at)
        size = int(stream[at:end].split()[2])
        found[path] = File(stream[end + 1 : end + 1 + size], bits)
        at = end + size + 2
    return found
