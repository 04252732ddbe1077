"""The rules that a project carries, `.ospo/house.yml`: taken only where they are as ospo-init writes them.

The file may be a stranger's. What it says is judged by closed vocabularies, and what it cannot say is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.checking import house_items
from ospo_init.core.checklist import SEVERITIES, load
from ospo_init.core.house import PATH
from ospo_init.core.house.calm import is_calm
from ospo_init.core.house.policy import SCHEMA_VERSION
from ospo_init.core.house.rules import FIELDS
from ospo_init.errors import OspoInitError, UserError

House = Mapping[str, Any]
_MAPPINGS = ("contacts", "exemptions", "reports", "answers", "licenses", "files", "header", "checklist", "approvals")
_BACK = "Bring it back with ospo-init update, or git log -- .ospo/house.yml."


def carried(data: Any) -> tuple[House, ...]:
    """Return the houses whose rules the file holds, the lowest first; raise UserError for what it cannot be."""
    try:
        if data["schema_version"] > SCHEMA_VERSION:
            what = f"{PATH} is of schema {data['schema_version']}, which this ospo-init does not know."
            raise UserError(what, "Upgrade ospo-init.")
        houses = tuple(data["houses"])
        for house in houses:
            _check(house)
        load(house_items.added(houses), house_items.roles(houses))
    except UserError:
        raise
    except OspoInitError as error:
        raise UserError(f"{PATH} is not as ospo-init wrote it: {error.what}", _BACK) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise UserError(f"{PATH} is not as ospo-init wrote it.", _BACK) from None
    return houses


def _check(house: House) -> None:
    """Raise one of the errors above where a house's rules are not of the form that is read later."""
    for key in ("name", "title"):
        if not isinstance(house[key], str) or not house[key].isprintable():
            raise ValueError
    for key in _MAPPINGS:
        if not isinstance(house.get(key, {}), Mapping):
            raise TypeError
    for rules in house.get("answers", {}).values():
        for rule in rules:
            _check_rule(rule)
    for row in house.get("files", {}).values():
        for key in ("required", "recommended"):
            if not isinstance(row.get(key, True), bool):
                conditions.parse(row[key], PATH)
        if not all(isinstance(text, str) for name in ("sections", "block") for text in row.get(name, ())):
            raise TypeError
    header = house.get("header", {})
    if not all(isinstance(text, str) for text in (*header.get("files", ()), *header.get("text", ()))):
        raise TypeError
    list(house.get("licenses", {}).get("approved", ()))
    _check_checklist(house.get("checklist", {}))
    _check_approvals(house.get("approvals", {}))


def _check_rule(rule: Mapping[str, Any]) -> None:
    for key in ("house", *FIELDS[rule["kind"]]):
        _ = rule[key]
    if rule["kind"] == "pattern" and not is_calm(rule["pattern"]):
        raise ValueError
    if rule["kind"] == "force":
        conditions.parse(rule["when"], PATH)
    for own in rule["kinds"].values() if rule["kind"] == "licenses" else ():
        _ = (list(own.get("allow", ())), list(own.get("forbid", ())))


def _check_checklist(rows: Mapping[str, Any]) -> None:
    for change in rows.get("change", {}).values():
        if change.get("severity", "blocking") not in SEVERITIES or not isinstance(change.get("roles", []), list):
            raise ValueError
    dict(rows.get("drop", {}))


def _check_approvals(rows: Mapping[str, Any]) -> None:
    for name in ("routes", "self_certify", "expires"):
        for row in rows.get(name, ()):
            _ = [str(item) for item in row["items"]]
            if "when" in row:
                conditions.parse(row["when"], PATH)
    for row in rows.get("routes", ()):
        _ = [str(role) for role in row["roles"]]
    for row in rows.get("expires", ()):
        _ = (int(row.get("days", 0)), [str(key) for key in row.get("when_changed", ())])
    proof = rows.get("record")
    if proof and not (is_calm(str(proof["pattern"])) and isinstance(proof["says"], str)):
        raise ValueError
