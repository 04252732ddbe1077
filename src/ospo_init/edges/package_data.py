"""The package's own data: the checklist and the forges' switches."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ospo_init.edges import yamls


def open_items(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is open in a repository fresh from `new` with these answers, blocking first."""
    from ospo_init.core import checklist

    items = checklist.load(_read("checklist.yml")["items"])
    layers = frozenset(name for name, on in values.get("layer", {}).items() if on)
    return [dataclasses.asdict(row) for row in checklist.open_items(items, values, layers)]


def forge_switches(forge: str) -> list[dict[str, Any]]:
    """Return the settings that a person turns on at the forge after the first push."""
    return list(_read("forge-switches.yml").get(forge, []))


def _read(name: str) -> Any:
    return yamls.load(files("ospo_init").joinpath("data", name).read_bytes())
