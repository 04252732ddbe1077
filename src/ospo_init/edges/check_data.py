"""The data of `check` as the package carries it: the checklist with its checks, tables, and what plug-ins add.

A plug-in is a package with entry points: `ospo_init.items` names a function that returns rows as data/checklist.yml has
them, `ospo_init.rules` a function from what was seen (core/checking/model.py's Seen) to what was found.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from typing import Any

from ospo_init.core.checking import evaluate, tables
from ospo_init.core.checking.all_rules import RULES
from ospo_init.core.checking.vocabulary import Rule, Vocabulary
from ospo_init.core.checklist import load
from ospo_init.edges.package_data import read
from ospo_init.errors import TemplateError

SCANS = frozenset(
    [
        *("secrets", "internal", "emails", "large", "binaries", "deleted", "placeholders", "links", "words"),
        *("reuse", "vendored", "dependency-licenses"),
    ]
)


@functools.cache
def vocabulary() -> Vocabulary:
    """Return what names in checks stand for."""
    return Vocabulary(tables.load(read("patterns.yml")), SCANS, {**_plugged_rules(), **RULES})


@functools.cache
def rows() -> tuple[evaluate.Row, ...]:
    """Return every item with its check, the package's own first."""
    return evaluate.parse(load([*read("checklist.yml")["items"], *_plugged_items()]), vocabulary())


def evidence() -> dict[str, tuple[str, ...]]:
    """Return by file or folder which items it is evidence for."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows():
        for path in row.item.evidence.where:
            found[path] = (*found.get(path, ()), row.item.id)
    return found


def _plugged_items() -> Iterator[Mapping[str, Any]]:
    for point in entry_points(group="ospo_init.items"):
        yield from _loaded(point)()


def _plugged_rules() -> dict[str, Rule]:
    return {point.name: _loaded(point) for point in entry_points(group="ospo_init.rules")}


def _loaded(point: Any) -> Any:
    try:
        return point.load()
    except Exception as error:
        what = f"The plug-in {point.value} cannot be loaded: {type(error).__name__}: {error}."
        raise TemplateError(what, "Update or remove the package that brings it.") from error
