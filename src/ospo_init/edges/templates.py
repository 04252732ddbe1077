"""Fetching a published template at a tag, from the bundle in the package or from any git repository."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from ospo_init.core import origin
from ospo_init.core.origin import BASE_URL, FORMERLY, Template, newest
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.git_files import read_files
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import TemplateError, UserError

_TRANSPORTS = (("GIT_ALLOW_PROTOCOL", "https:ssh:file"),)
# A pack of a stranger's is kept packed and its large files are not taken into memory: they are refused by their size.
_FETCHING = ("fetch.unpackLimit=1", "core.bigFileThreshold=32m", "submodule.recurse=false")


def open_template(house: str = "") -> Template:
    """Return the template that `house` (ADDRESS[@TAG]) names, or the base when it is empty.

    Without a tag the newest version is taken. Raises UserError when there is no such repository, tag or version.
    """
    if not house:
        return open_base()
    address, tag = _locate(house)
    if address in (BASE_URL, *FORMERLY):
        return open_base(tag)
    if (folder := _folder(address)) or not origin.is_remote(address):
        if folder is None:
            raise UserError(f"There is no template at {address}.", "Check the path, or give an https:// address.")
        tags = _tags(folder)
        return _fetch(folder, folder, _choose(folder, tag, tags), _algorithm(tags))
    address, tags = _tags_of_remote(address)
    url = origin.public(address)
    return _fetch(address, url, _choose(url, tag, tags), _algorithm(tags))


def _locate(house: str) -> tuple[str, str]:
    """Return address and tag; a folder that is there is an address, whatever its name holds."""
    if _folder(house):
        return house, ""
    address, tag = origin.split_tag(house)
    if not _folder(address):
        origin.refuse_password(house)
    if house.endswith("@"):
        raise UserError(f"{house} names no tag after its @.", "Leave the @ out to take the newest version.")
    return address, origin.check_tag(tag)


def _folder(address: str) -> str | None:
    """Return the absolute path of the folder that `address` names, or None."""
    try:
        folder = Path(address).expanduser()
        return str(folder.resolve()) if folder.is_dir() else None
    except (OSError, ValueError, RuntimeError):  # too long, or it holds what no path may hold
        return None


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


def _tags_of_remote(address: str) -> tuple[str, dict[str, str]]:
    """Return the spelling of a remote address that answers, and its tags."""
    first, *others = origin.spellings(address)
    for spelling in others:
        try:
            return first, _tags(first)
        except UserError:
            first = spelling
    return first, _tags(first)


def _tags(address: str) -> dict[str, str]:
    """Return the tags of a repository, with the ids of what they name."""
    with tempfile.TemporaryDirectory(prefix="ospo-init-") as scratch:
        try:
            printed = Git(Path(scratch), _TRANSPORTS).text("ls-remote", "--tags", "--refs", "--", address)
        except GitFailed as error:
            raise UserError(
                f"The template at {origin.public(address)} cannot be read: {_said(error, address)}",
                "Check the address and your access to it.",
            ) from None
    rows = (line.partition("\trefs/tags/") for line in printed.splitlines())
    return {name: key for key, found, name in rows if found}


def _algorithm(tags: Mapping[str, str]) -> str:
    return "sha256" if any(len(key) == 64 for key in tags.values()) else "sha1"


def _choose(url: str, tag: str, tags: Iterable[str]) -> str:
    """Return the tag to take; raise UserError when it is not there, or when none is a version."""
    tags = list(tags)
    latest = newest(tags)
    if tag and tag not in tags:
        hint = f"Its newest version is {latest}." if latest else "Ask its owner for the name of a version."
        raise UserError(f"The template at {url} has no tag {tag}.", hint)
    if not tag and not latest:
        others = f", only {', '.join(tags[:5])}. Name one of them with @." if tags else "."
        raise UserError(
            f"The template at {url} has no version tag{others}", "Ask its owner to publish one, such as v1.0.0."
        )
    return tag or latest


def _said(error: GitFailed, address: str) -> str:
    return error.what.replace(address, origin.public(address))


def _fetch(place: str, url: str, tag: str, algorithm: str = "sha1") -> Template:
    with tempfile.TemporaryDirectory(prefix="ospo-init-") as scratch:
        git = Git(Path(scratch), _TRANSPORTS)
        git.run("init", "--quiet", "--bare", "--template=", f"--object-format={algorithm}")
        depth = () if place.endswith(".bundle") else ("--depth=1",)
        wanted = f"+refs/tags/{tag}:refs/tags/{tag}"
        try:
            git.run("fetch", "--quiet", "--no-tags", *depth, "--", place, wanted, config=_FETCHING)
            facts = git.text("rev-parse", f"refs/tags/{tag}^{{commit}}", f"refs/tags/{tag}^{{tree}}")
        except GitFailed as error:
            raise UserError(
                f"Version {tag} of the template at {url} cannot be read: {_said(error, place)}",
                "Check the address and the tag.",
            ) from None
        commit, tree = facts.split("\n")
        return Template(url, tag, commit, tree, read_files(git, tree))
