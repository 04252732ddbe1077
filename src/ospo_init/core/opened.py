"""What a repository fresh from `new` leaves open of the checklist, and the switches of its forge.

A fresh repository needs no looking into: its files follow from the answers, so the rows say what they can show, and
everything else waits for somebody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.checklist import SEVERITIES, Item, applies
from ospo_init.core.conditions import Facts


@dataclass(frozen=True)
class OpenItem:
    """An item that a fresh repository leaves open.

    `answers` are the questions, not answered yet, that would settle it, and `settled_by` says the same for people:
    "problem and audience", "security_contact or maintainer_email". Both are empty where no answer can.
    """

    id: str
    title: str
    owner: str
    severity: str
    needs: str
    next_step: str
    answers: tuple[str, ...] = ()
    settled_by: str = ""


def open_items(items: Iterable[Item], answers: Mapping[str, Any], layers: Collection[str]) -> tuple[OpenItem, ...]:
    """Return what a repository fresh from these answers leaves open, blocking items first, else in their order.

    `answers` are the values that templates see, computed ones included; `layers` are the names of those that are on.
    What needs a release is not open before there is one; what is periodic or belongs to a later stage comes later.
    """
    facts = Facts(answers, layers)
    found = [row for item in items if applies(item, facts) for row in _opened(item, facts)]
    return tuple(sorted(found, key=lambda row: SEVERITIES.index(row.severity)))


def by_owner(rows: Iterable[OpenItem]) -> dict[str, tuple[OpenItem, ...]]:
    """Return the open items by the role that has to act, roles in the order in which they first occur."""
    grouped: dict[str, tuple[OpenItem, ...]] = {}
    for row in rows:
        grouped[row.owner] = (*grouped.get(row.owner, ()), row)
    return grouped


def switches(
    rows: Iterable[Mapping[str, Any]], answers: Mapping[str, Any], layers: Collection[str]
) -> tuple[dict[str, Any], ...]:
    """Return the rows of one forge (data/forge-switches.yml) that are about this project, without `applies`."""
    facts = Facts(answers, layers)
    return tuple(
        {key: value for key, value in row.items() if key != "applies"}
        for row in rows
        if "applies" not in row or conditions.parse(row["applies"], f"The switch {row['id']}").holds(facts)
    )


def _opened(item: Item, facts: Facts) -> list[OpenItem]:
    needs = item.at_birth.open_needs(facts)
    if item.later or needs in ("", "release"):
        return []
    groups = item.at_birth.unanswered(facts)
    keys = tuple(key for group in groups for key in group)
    either = [" or ".join(group) for group in groups]
    said = " and ".join(f"({text})" if len(either) > 1 and " or " in text else text for text in either)
    return [OpenItem(item.id, item.title, item.owner, item.severity, needs, item.next_step, keys, said)]
