"""What the houses of a project want everybody to be told: that one is given up, and where reports go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

House = Mapping[str, Any]


def given_up(houses: Iterable[House]) -> list[str]:
    """Return a sentence for each house that is given up, with the template that follows it."""
    found = []
    for house in houses:
        told = house.get("deprecated") or {}
        if told.get("message"):
            after = f" It is followed by {told['by']}: ospo-init update --house {told['by']}" if told.get("by") else ""
            found.append(f"{house['title']} has given this template up: {told['message']}{after}")
    return found


def report_to(houses: Iterable[House], form: str) -> list[str]:
    """Return where a report in this format goes."""
    rows = [(house["title"], (house.get("reports") or {}).get(form)) for house in houses]
    return [f"{title} asks for this report: {address}" for title, address in rows if address]
