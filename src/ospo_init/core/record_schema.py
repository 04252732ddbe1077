"""What may stand in a record: its keys, and what each of them takes. What is wrong is told with line and column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.core.checklist import OWNERS, STAGES
from ospo_init.core.days import is_day
from ospo_init.core.marked import Marked, plain
from ospo_init.core.record import Record, SignOff, StageChange, Waiver, wrong_evidence
from ospo_init.errors import UserError

SCHEMA_VERSION = 1
# The lists of a record, and the keys of their entries: those that must be there, and those that may. `approvals` is an
# older name for sign-offs, and the `by` of a waiver for its approver.
LISTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "approvals": (("item", "by"), ("role", "on", "commit", "evidence", "sha256", "note", "key", "private")),
    "sign_offs": (("item", "by"), ("role", "on", "commit", "evidence", "sha256", "note", "key", "private")),
    "waivers": (("item", "reason", "approver", "until"), ("by", "on", "private")),
    "stage_history": (("stage",), ("since", "by", "reason")),
}
KEYS = ("schema_version", "decisions", *LISTS)
_LINES = ("item", "by", "role", "approver", "key", "evidence", "commit", "sha256", "stage")  # one line of text each
_HEX = {"commit": "[0-9a-f]{7,64}", "sha256": "[0-9a-f]{64}"}


@dataclass(frozen=True)
class _Entry:
    """One entry of a list as it stands: its fields, where null is as good as left out, and its line."""

    fields: dict[str, Any]
    line: int


@dataclass(frozen=True)
class Reader:
    """Reads one record. `where` is its path as it is told, `known` the ids of items (None: any), `private` its kind.

    `roles` are those that may sign (None: any).
    """

    where: str
    known: Collection[str] | None = None
    private: bool = False
    roles: Collection[str] | None = OWNERS

    def record(self, root: Marked | None) -> Record:
        """Return what the record says; raise UserError for the first thing in it that is wrong."""
        if root is None:
            raise UserError(f"{self.where}:1:1: the record is empty.", "Bring it back with git, or remove the file.")
        keys = self._mapping(root, "the record", KEYS)
        self._version(root, keys.get("schema_version"))
        entries = {name: self._entries(name, keys.get(name)) for name in LISTS}
        signed = [*entries["approvals"], *entries["sign_offs"]]
        marked = [row.line for row in (*signed, *entries["waivers"]) if row.fields.pop("private", False)]
        return Record(
            decisions=self._decisions(keys.get("decisions")),
            sign_offs=tuple(SignOff(**row.fields, line=row.line, private=self.private) for row in signed),
            waivers=tuple(Waiver(**row.fields, line=row.line, private=self.private) for row in entries["waivers"]),
            stages=tuple(StageChange(**row.fields, line=row.line) for row in entries["stage_history"]),
            path=self.where,
            leaks=() if self.private else tuple(sorted(marked)),
            lines=dict(_lines(root)),
        )

    def _version(self, root: Marked, node: Marked | None) -> None:
        if node is None:
            raise self._wrong(root, "schema_version is missing", f"Write  schema_version: {SCHEMA_VERSION}  at the top")
        if isinstance(node.value, bool) or not isinstance(node.value, int) or node.value < 1:
            raise self._wrong(node, "schema_version is no number", f"Write  schema_version: {SCHEMA_VERSION}")
        if node.value > SCHEMA_VERSION:
            what = f"this is a record of schema version {node.value}, and this ospo-init knows {SCHEMA_VERSION}"
            raise self._wrong(node, what, "Install a newer ospo-init")

    def _decisions(self, node: Marked | None) -> dict[str, Any]:
        if node is None or node.value is None:
            return {}
        decisions = self._mapping(node, "decisions", None)
        for name, value in decisions.items():
            items = value.value if value.kind == "list" else (value,)
            if any(item.kind != "scalar" for item in items):
                raise self._wrong(value, f"the decision {name!r} is neither a text nor a list of texts", "Write one")
        return {name: plain(value) for name, value in decisions.items()}

    def _entries(self, name: str, node: Marked | None) -> list[_Entry]:
        if node is None or node.value is None:
            return []
        if node.kind != "list":
            then = f"Write  {name}: []  or entries that each begin with a dash"
            raise self._wrong(node, f"{name} is {_shown(node)}, not a list", then)
        return [self._entry(name, item) for item in node.value]

    def _entry(self, name: str, node: Marked) -> _Entry:
        needed, optional = LISTS[name]
        given = self._mapping(node, f"an entry of {name}", (*needed, *optional))
        if name == "waivers" and "by" in given:
            given.setdefault("approver", given.pop("by"))
        fields = {key: self._field(key, value) for key, value in given.items() if value.value is not None}
        for key in needed:
            if not str(fields.get(key, "")).strip():
                raise self._wrong(given.get(key, node), f"an entry of {name} needs {key}", f"Write  {key}: …  there")
        return _Entry(fields, node.line)

    def _field(self, key: str, node: Marked) -> Any:
        value = node.value
        if key == "private":
            if not isinstance(value, bool):
                raise self._wrong(node, f"private is {_shown(node)}", "Write true or false")
            return value
        if not isinstance(value, str):
            raise self._wrong(node, f"{key} is {_shown(node)}, not a text", "Put a text there, in quotes")
        if key in ("on", "until", "since") and not is_day(value):
            raise self._wrong(node, f"{value!r} is no day", "Write it as YYYY-MM-DD, as in 2026-01-31")
        if key in _LINES and not value.isprintable():
            raise self._wrong(node, f"{key} is not one line of plain text", "Write it on one line")
        if key in _HEX and not re.fullmatch(_HEX[key], value):
            raise self._wrong(node, f"{value[:70]!r} is no {key}", "Write it in lower-case hexadecimal digits, whole")
        if key == "evidence" and (what := wrong_evidence(value)):
            raise self._wrong(node, f"the evidence {value!r} {what}", "Name a file below this folder, or an address")
        self._choice(key, node)
        return value

    def _choice(self, key: str, node: Marked) -> None:
        known = {"item": self.known, "role": self.roles, "stage": STAGES}.get(key)
        if known is not None and node.value not in known:
            raise self._unknown(node, {"item": "item of the checklist"}.get(key, key), known)

    def _mapping(self, node: Marked, what: str, known: Collection[str] | None) -> dict[str, Marked]:
        if node.kind != "mapping":
            raise self._wrong(node, f"{what} is {_shown(node)}, not keys with values", "Write it as  key: value")
        for key, _ in node.value:
            if not isinstance(key.value, str):
                raise self._wrong(key, f"the key {key.value!r} is not a text", "Put it in quotes")
            if known is not None and key.value not in known:
                raise self._unknown(key, f"key of {what}", known)
        return {key.value: value for key, value in node.value}

    def _unknown(self, node: Marked, what: str, known: Collection[str]) -> UserError:
        close = closest(str(node.value), known)
        then = f"Did you mean {close}?" if close else _several(known)
        return UserError(f"{self._at(node)}: {str(node.value)[:70]!r} is no {what}.", then)

    def _wrong(self, node: Marked, what: str, then: str) -> UserError:
        return UserError(f"{self._at(node)}: {what}.", f"{then}.")

    def _at(self, node: Marked) -> str:
        return f"{self.where}:{node.line}:{node.column}"


def closest(word: str, known: Collection[str]) -> str:
    """Return the known word that was most likely meant, in whatever letters it was written, or ''."""
    by_letters = {name.casefold(): name for name in known}
    return by_letters.get(word.casefold()) or by_letters.get(nearest(word.casefold()[:100], by_letters), "")


def _several(known: Collection[str]) -> str:
    return f"Known are {', '.join(known)}." if len(known) <= 12 else "`ospo-init check --verbose` lists them."


def _shown(node: Marked) -> str:
    return {"list": "a list", "mapping": "a mapping"}.get(node.kind) or repr(node.value)[:70]


def _lines(root: Marked) -> Iterable[tuple[str, int]]:
    for key, value in root.value:
        yield key.value, key.line
        if key.value == "decisions" and value.kind == "mapping":
            yield from ((f"decisions.{name.value}", name.line) for name, _ in value.value)
