"""The package's own data: the checklist and the forges' switches."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ospo_init.core import checklist, opened
from ospo_init.core.conditions import Facts
from ospo_init.core.house import PATH
from ospo_init.core.trees import Tree
from ospo_init.edges import yamls


def open_items(values: Mapping[str, Any], tree: Tree | None = None) -> tuple[opened.OpenItem, ...]:
    """Return what is open in a repository fresh from `new` with these answers, blocking first.

    `tree` are its files: the rules of the houses that they hold count.
    """
    layers = _layers(values)
    if not tree or PATH not in tree:
        return opened.open_items(checklist.load(read("checklist.yml")["items"]), values, layers)
    from ospo_init.core.checking import house_items  # what houses need is not loaded where there is none
    from ospo_init.edges import check_data, house_rules

    houses = house_rules.of_bytes(tree[PATH].data)
    rows = house_items.routed(check_data.rows_of(houses), houses, Facts(values, layers))
    return opened.open_items([row.item for row in rows], values, layers)


def items_of_files() -> dict[str, tuple[str, ...]]:
    """Return by path which items of the checklist a file is evidence for."""
    found: dict[str, tuple[str, ...]] = {}
    for item in read("checklist.yml")["items"]:
        if item["evidence"]["kind"] == "file":
            for path in item["evidence"]["where"]:
                found[path] = (*found.get(path, ()), item["id"])
    return found


def forge_switches(forge: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the settings that a person turns on at the forge after the first push."""
    rows = read("forge-switches.yml").get(forge, [])
    return [dict(row) for row in opened.switches(rows, values, _layers(values))]


def _layers(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name, on in values.get("layer", {}).items() if on)


@functools.cache
def read(name: str) -> Any:
    """Return a file of the package's data, parsed; never changed by anybody."""
    return yamls.load(files("ospo_init").joinpath("data", name).read_bytes())
