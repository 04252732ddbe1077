"""The base template, which ships in this package: its newest version as a snapshot, all of them in a git bundle."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ospo_init.core.origin import BASE_URL, Template
from ospo_init.edges import fetching
from ospo_init.edges.cache import Shelf
from ospo_init.edges.snapshot import Snapshot
from ospo_init.errors import TemplateError, UserError


def open_base(tag: str = "") -> Template:
    """Return the base template, the newest version if no tag is given; no network is used.

    An older version is unpacked from the bundle once, and kept in the cache: unpacking takes longer than an update.
    Raises UserError when the bundle has no such version.
    """
    newest_one = Snapshot(data_file("zip"))
    if tag in ("", newest_one.facts["tag"]):
        return Template(BASE_URL, **newest_one.facts, files=newest_one)
    path = data_file("bundle")
    commit = bundle_tags(path).get(tag, "")
    if not commit:
        known = bundle_tags(path)
        hint = f"Did you mean {tag_}?" if (tag_ := f"v{tag}") in known else "Upgrade ospo-init."
        raise UserError(f"This ospo-init does not know version {tag} of the base template.", hint)
    shelf = Shelf(BASE_URL)
    kept = shelf.find(tag)
    if kept and kept.commit == commit and (template := shelf.read(kept, BASE_URL, tag)):
        return template
    template = fetching.fetch(str(path), BASE_URL, tag, commit).template
    shelf.keep(template)
    return template


def base_tags() -> tuple[dict[str, str], str]:
    """Return the tags of the base with their commits, and the newest: released or made of unreleased sources."""
    return bundle_tags(data_file("bundle")), Snapshot(data_file("zip")).facts["tag"]


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
