"""Reading a foreign template's copier.yml: as leniently as Copier does, so that what it takes is not refused here."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.trees import LINK, Tree
from ospo_init.edges.yamls import UniqueLoader, YAMLError, is_bounded
from ospo_init.errors import TemplateError

_NAME = re.compile(r"copier\.ya?ml", re.IGNORECASE)
# Settings whose lists Copier joins over the documents; of all others the last one counts.
_JOINED = ("_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists")


def read_settings(files: Tree) -> dict[str, Any]:
    """Return the one mapping of settings and questions that the documents of the template's copier.yml make.

    Raises TemplateError that says where when one is not YAML, not a mapping, or includes itself.
    """
    found = [path for path in files if _NAME.fullmatch(path)]
    if len(found) != 1:
        raise TemplateError(f"The template has {len(found)} copier.yml files; it needs one.", "Check the address.")
    merged: dict[str, Any] = {}
    for document in _flat(_documents(found[0], files, ())):
        if not isinstance(document, Mapping):
            raise TemplateError(f"{found[0]}: a document is not a mapping of keys to values.", "Tell its owner.")
        for key, value in document.items():
            joined = key in _JOINED and isinstance(value, list) and isinstance(merged.get(key), list)
            merged[str(key)] = [*merged[key], *value] if joined else value
    if not is_bounded(merged):
        raise TemplateError(f"{found[0]} holds more than a hundred thousand values.", "Tell the template's owner.")
    return merged


def included(pattern: str, files: Tree) -> list[str]:
    """Return the paths that the pattern of an `!include` names: `*` stays within one folder, `**` does not."""
    parts = pattern.split("/")
    return sorted(path for path in files if _matches(path.split("/"), parts))


def _matches(names: list[str], parts: list[str]) -> bool:
    if not parts or not names:
        return not parts and not names
    if parts[0] == "**":
        return _matches(names, parts[1:]) or _matches(names[1:], parts)
    return fnmatch.fnmatchcase(names[0], parts[0]) and _matches(names[1:], parts[1:])


def _flat(documents: Any) -> Iterator[Any]:
    for document in documents:
        if isinstance(document, list):
            yield from _flat(document)
        elif document:
            yield document


def _documents(path: str, files: Tree, above: tuple[str, ...]) -> list[Any]:
    """Return the documents in one file; an `!include` in it stands for the list of all documents that it names."""
    if path in above:
        raise TemplateError(f"{path}: the file includes itself.", "Tell the template's owner.")
    if files[path].mode == LINK:
        raise TemplateError(f"{path} is a link; ospo-init reads questions from files alone.", "Tell its owner.")

    class Loader(UniqueLoader):
        """A loader that knows which files an include may name."""

    def include(loader: Any, node: Any) -> list[Any]:
        pattern = str(loader.construct_scalar(node))
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise TemplateError(f"{path}: an !include may not leave the template: {pattern!r}.", "Tell its owner.")
        names = included(pattern, files)
        return [item for name in names for item in _flat(_documents(name, files, (*above, path)))]

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        return dict(loader.construct_mapping(node, deep=True))

    Loader.add_constructor("!include", include)
    Loader.add_constructor("tag:yaml.org,2002:map", mapping)  # a key given twice is no error to Copier
    try:
        loader = Loader(files[path].data)
        documents = []
        while loader.check_data():
            documents.append(loader.get_data())
        return documents
    except (YAMLError, UnicodeDecodeError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        why = getattr(error, "problem", None) or error
        raise TemplateError(f"{place}: this is not YAML in UTF-8: {why}.", "Tell the template's owner.") from None
