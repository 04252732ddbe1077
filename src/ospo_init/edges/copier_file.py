"""Reading a copier.yml as Copier does: several documents, `!include`, settings merged."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any

import yaml

from ospo_init.core.trees import Tree
from ospo_init.edges.yamls import UniqueLoader
from ospo_init.errors import TemplateError

NAMES = ("copier.yml", "copier.yaml")
# Settings whose lists Copier joins over the documents; of all others the last one counts.
_JOINED = ("_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists")


def read_copier_file(files: Tree) -> dict[str, Any]:
    """Return the one mapping that the documents of the template's copier.yml make.

    Raises TemplateError naming file, line and column when one is not YAML, not a mapping, or includes nothing.
    """
    found = [name for name in NAMES if name in files]
    if len(found) != 1:
        raise TemplateError(f"The template has {len(found)} copier.yml files; it needs one.", "Check the address.")
    merged: dict[str, Any] = {}
    for document in _documents(found[0], files, ()):
        for key, value in document.items():
            joined = key in _JOINED and isinstance(value, list) and isinstance(merged.get(key), list)
            merged[key] = [*merged[key], *value] if joined else value
    return merged


def _documents(path: str, files: Tree, above: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if path in above:
        raise TemplateError(f"{path}: the file includes itself.", "Take the !include out.")

    class Loader(UniqueLoader):
        """A loader that knows which files an include may name."""

    def include(loader: Any, node: yaml.Node) -> dict[str, Any]:
        wanted = str(loader.construct_scalar(node))
        names = sorted(name for name in files if name == wanted or fnmatch.fnmatchcase(name, wanted))
        if not names:
            raise yaml.constructor.ConstructorError(None, None, f"no file {wanted!r} to include", node.start_mark)
        joined: dict[str, Any] = {}
        for name in names:
            for document in _documents(name, files, (*above, path)):
                joined |= document
        return joined

    Loader.add_constructor("!include", include)
    try:
        for document in yaml.load_all(files[path].data, Loader=Loader):
            if document is None:
                continue
            if not isinstance(document, dict):
                raise TemplateError(f"{path}: a document is not a mapping of keys to values.", "Correct the file.")
            yield document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise TemplateError(f"{place}: {error.problem}.", "Correct the file.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path}: this is not YAML in UTF-8: {error}.", "Correct the file.") from None
