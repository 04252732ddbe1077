"""What a house asks of a project, as the data that stands in the published template and in `.ospo/house.yml`.

Each house that stands on another adds to what is there; nothing of a house below is taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ospo_init.core.house.answering import contact_of
from ospo_init.core.house.model import FileRule, House
from ospo_init.core.house.saying import MISSING

HEAD = (
    "# The rules of the organisation that publishes this project's template. A machine writes it, and\n"
    "# `ospo-init check` reads it; to change a rule, ask its owner.\n"
)
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Contents:
    """What files must hold: git's ids of those without an answer in them, and the pieces of blocks between answers."""

    blobs: Mapping[str, str]
    blocks: Mapping[str, list[str]]


def policy(below: Mapping[str, Any], house: House, rules: Mapping[str, Any], contents: Contents) -> dict[str, Any]:
    """Return what `below` says already, and what this house adds.

    `rules` are those of its answers, by question; `contents` are files that are frozen, with git's ids of them where
    no answer is in them.
    """
    mine = _plain(
        {
            "name": house.name,
            "title": house.title,
            "authority": data_of(house.authority) if house.authority else {},
            "contacts": dict(house.contacts),
            "deprecated": data_of(house.deprecated) if house.deprecated else {},
            "reports": dict(house.reports),
            "exemptions": dict(house.exemptions),
            "answers": data_of(rules),
            "licenses": _licenses(house),
            "files": {path: row for path, rule in house.files.items() if (row := _file(house, path, rule, contents))},
            "header": data_of(house.copyright.header) if house.copyright.header else {},
            "checklist": data_of(house.checklist),
            "approvals": data_of(house.approvals),
        }
    )
    return {"schema_version": SCHEMA_VERSION, "houses": [*below.get("houses", ()), mine]}


def patterns(below: Mapping[str, Any], house: House) -> dict[str, Any]:
    """Return what must not become public: published with the template, never part of a project."""
    old = below.get("patterns") or {}
    rows = [row if isinstance(row, str) else dict(row) for row in house.patterns.names]
    domains = [*old.get("domains", ()), *house.patterns.domains]
    return {"names": [*old.get("names", ()), *rows], "domains": list(dict.fromkeys(domains))}


def data_of(record: Any) -> Any:
    """Return a record of house.yml as plain data, without what is not said."""
    if is_dataclass(record) and not isinstance(record, type):
        found = {one.name: data_of(getattr(record, one.name)) for one in fields(record) if _is_said(record, one.name)}
        return found
    if isinstance(record, (list, tuple)):
        return [data_of(item) for item in record]
    if isinstance(record, Mapping):
        return {key: data_of(value) for key, value in record.items()}
    return record


def _is_said(record: Any, name: str) -> bool:
    value = getattr(record, name)
    if name == "waivable":
        return value is False
    return value is not MISSING and value != MISSING and value not in ("", (), {}, None, False, 0)


def _licenses(house: House) -> dict[str, Any]:
    """Return which licences the house stands for although no list does, and where exceptions are recorded."""
    approved = [*house.licenses.approved, *(name for name, row in house.licenses.own.items() if row.approved)]
    return _plain({"approved": approved, "file": house.licenses.file, "record": house.licenses.record})


def _file(house: House, path: str, rule: FileRule, contents: Contents) -> dict[str, Any]:
    found = _plain(
        {
            "forbid": rule.forbid,
            "frozen": rule.frozen,
            "required": None if rule.required is MISSING else rule.required,
            "recommended": None if rule.recommended is MISSING else rule.recommended,
            "sections": list(rule.sections),
            "block": contents.blocks.get(path, []),
        }
    )
    if not found:
        return {}
    return found | _plain(
        {"rule": rule.rule, "contact": contact_of(house, rule.contact), "blob": contents.blobs.get(path, "")}
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in ("", (), [], {}, None, False)}
