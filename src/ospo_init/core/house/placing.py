"""Where files of a template stand, and how a house replaces, moves, leaves out or adds to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ospo_init.core.house.filling import filled, found_in
from ospo_init.core.house.linking import Move, linked
from ospo_init.core.house.source import PROJECT
from ospo_init.core.trees import File, Tree

_LAYER = re.compile(r"\{\{ layer\.(\w+) \}\}/")
_DOT = re.compile(r"\{\{ '(\.[^']*)' \}\}")
_GIT_READS = (
    ".gitattributes",
    ".gitignore",
    ".gitmodules",
    ".mailmap",
)  # in the template's own tree git would obey them
SUFFIX = ".jinja"


@dataclass(frozen=True)
class Sources:
    """The project files of a template: its whole tree, and the source paths that make each path of a project."""

    tree: Tree
    by_path: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree) -> Sources:
        """Return the files of a published template."""
        found: dict[str, tuple[str, ...]] = {}
        for source in tree:
            if source.startswith(PROJECT):
                path = project_path(source)
                found[path] = (*found.get(path, ()), source)
        return cls(tree, found)

    def without(self, path: str) -> Sources:
        """Return the files without those that make `path`."""
        gone = self.by_path.get(path, ())
        return Sources.of({source: file for source, file in self.tree.items() if source not in gone})

    def moved(self, path: str, to: str) -> Sources:
        """Return the files with those that make `path` making `to`, and the links in documents following."""
        gone = self.by_path.get(path, ())
        places = {source: made for made, sources in self.by_path.items() for source in sources}
        tree = linked(places, self.tree, Move(path, to))
        return Sources.of({self._new(source, to) if source in gone else source: file for source, file in tree.items()})

    def with_files(self, files: Tree) -> Sources:
        """Return the files with others; those that are there already are replaced."""
        return Sources.of({**self.tree, **files})

    def layers(self, path: str) -> tuple[str, ...]:
        """Return the layers that make `path`."""
        return tuple(layer_of(source) for source in self.by_path.get(path, ()))

    @staticmethod
    def _new(source: str, to: str) -> str:
        return source_path(to, layer_of(source), source.endswith(SUFFIX))


def project_path(source: str) -> str:
    """Return the path in a project that a source path makes; what is variable in it stays as it is."""
    path = _LAYER.sub("", source.removeprefix(PROJECT), count=1)
    return _DOT.sub(r"\1", path).removesuffix(SUFFIX)


def layer_of(source: str) -> str:
    """Return the layer that a source path belongs to, or ''."""
    found = _LAYER.match(source.removeprefix(PROJECT))
    return found[1] if found else ""


def source_path(path: str, layer: str, template: bool) -> str:
    """Return the source path that makes `path` in a project."""
    folder, slash, name = path.rpartition("/")
    name = f"{{{{ '{name}' }}}}" if name in _GIT_READS else name
    return f"{PROJECT}{{{{ layer.{layer} }}}}/{folder}{slash}{name}{SUFFIX if template else ''}"


def shipped(path: str, file: File, placeholders: Mapping[str, str]) -> tuple[File, bool]:
    """Return what an overlay file is published as, and whether that is a template: only where it has placeholders."""
    if path.endswith(SUFFIX):
        return file, True
    text = decoded(file.data)
    if text is None or not found_in(text, placeholders):
        return file, False
    return File(filled(path, text, placeholders).encode(), file.mode), True


def decoded(data: bytes) -> str | None:
    """Return the text of a file, with its byte order mark; None for what is not UTF-8 text."""
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def is_exact(data: bytes) -> bool:
    """Whether git or an editor would change its bytes: a carriage return, a byte order mark, no last line end."""
    text = decoded(data)
    return text is None or "\r" in text or text.startswith("\ufeff") or (bool(text) and not text.endswith("\n"))


def attributes(paths: Iterable[str]) -> str:
    """Return the lines of .gitattributes that keep files byte for byte."""
    rows = "".join(f"{_pattern(path)} -text\n" for path in sorted(paths))
    return (
        f"\n# Kept byte for byte: their line ends, and the mark at their beginning, belong to them.\n{rows}"
        if rows
        else ""
    )


def _pattern(path: str) -> str:
    """Return a path as a pattern of .gitattributes, from the top; with a space in it, it stands in quotes."""
    escaped = "/" + re.sub(r"([\[\]*?!#\\])", r"\\\1", path)
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"' if " " in path or '"' in path else escaped
