"""The checklist as houses have it: items added, dropped, tightened and re-worded, and who must sign them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.checking.evaluate import Row
from ospo_init.core.checklist import Item
from ospo_init.core.conditions import Facts

House = Mapping[str, Any]
_LEAD = "project-lead"  # who certifies a project that may do so itself
_WORDS = ("severity", "title", "reason", "next_step", "owner")


def roles(houses: Iterable[House]) -> dict[str, str]:
    """Return the roles that houses have beside those of the checklist, with who that is."""
    return {str(name): str(who) for house in houses for name, who in _part(house, "approvals", "roles", {}).items()}


def added(houses: Iterable[House]) -> list[dict[str, Any]]:
    """Return the houses' own items, as rows of the checklist."""
    return [_full(row, str(house["title"])) for house in houses for row in _part(house, "checklist", "add", [])]


def _full(row: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Return a house's short row with what the checklist's have besides."""
    stage, severity = row.get("stage", "concept"), row.get("severity", "blocking")
    later = severity == "periodic" or stage not in ("concept", "active")
    found = {
        "phase": "pre-launch",
        "stage": stage,
        "severity": severity,
        "question": f"Is it so: {row['title']}?",
        "reason": f"{title} asks it of its projects.",
        "next_step": f"See to it, or ask {title}.",
        "evidence": {"kind": "approval", "where": [".ospo/record.yml"]},
        "sources": [title],
        "at_birth": "later" if later else "person",
    }
    return found | dict(row)


def changed(rows: Sequence[Row], houses: Iterable[House]) -> tuple[Row, ...]:
    """Return the rows without those that a house drops, and with the others as the houses have them.

    What may never be waived, a secret or a missing licence, no house does without.
    """
    found = list(rows)
    for house in houses:
        dropped, changes = _part(house, "checklist", "drop", {}), _part(house, "checklist", "change", {})
        left = [row for row in found if row.item.id not in dropped or not row.item.waivable]
        found = [replace(row, item=_item(row.item, changes)) for row in left]
        found = [replace(row, item=_signed(row.item, house)) for row in found]
    return tuple(found)


def _item(item: Item, changes: Mapping[str, Mapping[str, Any]]) -> Item:
    change = changes.get(item.id)
    if not change:
        return item
    words: dict[str, Any] = {name: str(change[name]) for name in _WORDS if change.get(name)}
    if change.get("rule"):
        words["reason"] = f"{words.get('reason', item.reason)} The rule: “{change['rule']}”"
    if not item.waivable:
        words.pop("severity", None)
    words |= {"roles": tuple(change["roles"])} if change.get("roles") else {}
    return replace(item, **words, waivable=item.waivable and change.get("waivable", True) is not False)


def _signed(item: Item, house: House) -> Item:
    """Return the item with what the house says of its signatures: how long they hold, and what they name."""
    for row in _part(house, "approvals", "expires", []):
        if item.id in row["items"]:
            days = [one for one in (item.valid_days, int(row.get("days", 0))) if one]
            same = (*item.valid_while, *row.get("when_changed", ()))
            item = replace(item, valid_days=min(days, default=0), valid_while=tuple(dict.fromkeys(same)))
    proof = _part(house, "approvals", "record", {})
    return replace(item, proof=(str(proof["pattern"]), str(proof["says"]))) if proof else item


def unloosened(houses: Iterable[House]) -> tuple[House, ...]:
    """Return the rules without what would make anything easier: for a copy of them that somebody has changed."""
    return tuple(
        {
            **{key: value for key, value in house.items() if key not in ("exemptions", "licenses")},
            "checklist": {"add": _part(house, "checklist", "add", [])},
            "approvals": {"roles": _part(house, "approvals", "roles", {})},
        }
        for house in houses
    )


def routed(rows: Sequence[Row], houses: Sequence[House], facts: Facts) -> tuple[Row, ...]:
    """Return the rows with who must sign in this project: by the routes that hold, or the lead where that is enough."""
    return tuple(replace(row, item=_routed(row.item, houses, facts)) for row in rows)


def _routed(item: Item, houses: Sequence[House], facts: Facts) -> Item:
    wanted: dict[str, None] = {}
    alone = False
    for house in houses:
        for row in _part(house, "approvals", "routes", []):
            if item.id in row["items"] and _holds(row.get("when"), facts):
                wanted |= dict.fromkeys(map(str, row["roles"]))
        for row in _part(house, "approvals", "self_certify", []):
            alone = alone or (item.id in row["items"] and _holds(row.get("when"), facts))
    if wanted:  # who routes it to somebody means it, whatever else holds
        return replace(item, roles=tuple(wanted))
    return replace(item, roles=(_LEAD,)) if alone else item


def _holds(raw: Any, facts: Facts) -> bool:
    return raw is None or conditions.parse(raw, "a rule of the house").holds(facts)


def _part(house: House, record: str, key: str, empty: Any) -> Any:
    found = house.get(record)
    value = found.get(key) if isinstance(found, Mapping) else None
    return value if isinstance(value, type(empty)) else empty
