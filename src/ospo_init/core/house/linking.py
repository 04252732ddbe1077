"""Links in documents when a file of a template gets another place: those to it, and those in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ospo_init.core.trees import File

# A link of Markdown to a file of the same repository, without what is variable in it.
_LINK = re.compile(r"\]\((?![a-z+]+:|[#/<])([^\s(){}#]+)")
_NAMES = ("[%s](", "`%s`")  # how documents at the top name a file beside linking to it
_NAMED = {
    **dict.fromkeys(("REUSE.toml", "pyproject.toml", "package.json"), ('"%s"',)),
    ".gitattributes": ("/%s -text",),
    "security-insights.yml": ("blob_url ~ '%s'",),
}
# Which texts a document includes by an answer: a folder of fragments, or a document of each form of governance.
_PARTS = re.compile(r"fragments/([\w-]+)/|governance_templates/[^%\n]*?/([\w-]+\.md)")


Part = tuple[str | None, ...]  # as _PARTS tells them


class Move(NamedTuple):
    """A file of a project that gets another place."""

    path: str
    to: str


def linked(places: Mapping[str, str], tree: Mapping[str, File], move: Move) -> dict[str, File]:
    """Return the tree with links that follow a move; `places` are the paths in a project by source path, as they were.

    The texts that documents include by an answer stand where the document does that alone includes them.
    """
    owners = _owners(places, tree)
    found = dict(tree)
    for source, file in tree.items():
        part = _PARTS.match(source)
        path = places.get(source) or (owners.get(part.groups(), "") if part else "")
        if source.endswith((".md", ".md.jinja")) or path in _NAMED:
            found[source] = File(_rewritten(file.data, path, move), file.mode)
    return found


def _rewritten(data: bytes, path: str, move: Move) -> bytes:
    """Return the document at `path`, every other byte as it was; '' for one that documents at the top include."""
    text = data.decode("utf-8", "surrogateescape")
    new = move.to if path == move.path else path
    for form in _NAMED.get(path, _NAMES) if "/" not in path else ():
        text = text.replace(form % move.path, form % move.to)

    def other(link: re.Match[str]) -> str:
        target = _resolved(path, link[1])
        goal = move.to if target == move.path else target
        return link[0] if goal == target and new == path else f"]({_relative(goal, new)}"

    text = text if path in _NAMED else _LINK.sub(other, text)
    return text.encode("utf-8", "surrogateescape")


def _owners(places: Mapping[str, str], tree: Mapping[str, File]) -> dict[Part, str]:
    """Return by what is included the document that alone does so; '' where several do."""
    documents: dict[str, list[str]] = {}
    for source, path in places.items():
        if path.endswith(".md"):
            documents.setdefault(path, []).append(source)
    owners: dict[Part, str] = {}
    for path, sources in documents.items():
        for part in _reached(sources, tree):
            owners[part] = "" if part in owners else path
    return owners


def _reached(sources: list[str], tree: Mapping[str, File]) -> set[Part]:
    """Return the parts that the documents at `sources` include, and those that these include."""
    found: set[Part] = set()
    while sources:
        new = {part for source in sources for part in _parts(tree[source])} - found
        found |= new
        sources = [source for source in tree if (part := _PARTS.match(source)) and part.groups() in new]
    return found


def _parts(file: File) -> set[Part]:
    return {part.groups() for part in _PARTS.finditer(file.data.decode("utf-8", "replace"))}


def _resolved(path: str, link: str) -> str:
    """Return the path in the project that a link in the document at `path` leads to."""
    parts = path.split("/")[:-1]
    for part in link.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _relative(goal: str, path: str) -> str:
    """Return a link from the document at `path` to `goal`."""
    here, there = path.split("/")[:-1], goal.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "/".join([*[".."] * (len(here) - same), *there[same:]])
