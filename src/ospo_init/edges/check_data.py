"""The data of `check` as the package carries it: the checklist with its checks, tables, and what plug-ins add.

A plug-in is a package with entry points: `ospo_init.items` names a function that returns rows as data/checklist.yml has
them, `ospo_init.rules` a function from what was seen (core/checking/model.py's Seen) to what was found.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any

from ospo_init.core.checking import evaluate, house_items, tables
from ospo_init.core.checking.all_rules import RULES
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.vocabulary import Rule, Vocabulary
from ospo_init.core.checklist import load
from ospo_init.core.house import PATH
from ospo_init.edges.package_data import read
from ospo_init.errors import TemplateError, UserError

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


def rows_of(houses: tuple[Mapping[str, Any], ...], of_house: bool = False) -> tuple[evaluate.Row, ...]:
    """Return every item as the houses have it, with their own and those about them; all of ours where there is none.

    `of_house`: the project follows a house, although no rules of one are there.
    """
    if not houses and not of_house:
        return rows()
    known = {row.item.id for row in rows()}
    own = [row for row in house_items.added(houses) if row["id"] not in known]
    try:
        items = load([*read("house-items.yml"), *own], house_items.roles(houses))
        more = evaluate.parse(items, vocabulary())
    except TemplateError as error:
        raise UserError(f"{PATH} is not as ospo-init wrote it: {error.what}", "Bring it back.") from None
    return house_items.changed((*rows(), *more), houses)


def evidence() -> dict[str, tuple[str, ...]]:
    """Return by file or folder which items it is evidence for."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows():
        for path in row.item.evidence.where:
            found[path] = (*found.get(path, ()), row.item.id)
    return found


def _plugged_items() -> Iterator[Mapping[str, Any]]:
    for point in entry_points(group="ospo_init.items"):
        give = _loaded(point)
        with _told(point):
            rows_ = give()
            if not isinstance(rows_, (list, tuple)):
                raise TypeError("it gives no list of rows")
            load(rows_)
        yield from rows_


def _plugged_rules() -> dict[str, Rule]:
    return {point.name: _guarded(point, _loaded(point)) for point in entry_points(group="ospo_init.rules")}


def _guarded(point: Any, rule: Rule) -> Rule:
    """Return the rule of a plug-in so that, where it fails, its item is unknown and the others are not harmed."""

    def guarded(seen: Seen) -> Found:
        try:
            found = rule(seen)
            return found if isinstance(found, Found) else Found("unknown", (Proof(f"{point.value} said nothing"),))
        except (Exception, SystemExit) as error:
            return Found("unknown", (Proof(f"{point.value} failed: {type(error).__name__}: {error}"),))

    return guarded


def _loaded(point: Any) -> Any:
    with _told(point):
        return point.load()


@contextmanager
def _told(point: Any) -> Iterator[None]:
    """Tell of a plug-in that fails by its name; one that would end the program ends nothing."""
    try:
        yield
    except (Exception, SystemExit) as error:
        reason = getattr(error, "what", f"{type(error).__name__}: {error}")
        what = f"The plug-in {point.value} cannot be used: {str(reason).rstrip('.')}."
        raise TemplateError(what, "Update or remove the package that brings it.") from error
