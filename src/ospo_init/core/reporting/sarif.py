"""A report as SARIF 2.1.0 (OASIS), for code scanning: what is open or waived; what passes is in the JSON.

The kind of a result says what it is (section 3.27.9 of the standard), and only `fail` has a level beside none:

    fail     fail, at level error where it blocks, else warning, or note where it is periodic
    waived   the same, with a suppression that says who accepted it until when
    unknown  open: there was not enough to decide
    person   review: somebody has to decide

Forges refuse a result without a place. What stands nowhere is put at the record, where decisions and sign-offs go.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ospo_init.core import record
from ospo_init.core.checking.model import Proof
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.reporting import words
from ospo_init.core.reporting.words import label, one_line

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"  # by this name, code scanning knows the repository's folder
_KINDS = {"fail": "fail", "waived": "fail", "unknown": "open", "person": "review"}
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def render(report: Report) -> str:
    """Return the report as one run; the same report gives the same text."""
    rows = [row for row in words.sorted_rows(report.results) if row.verdict in _KINDS]
    ids = list(dict.fromkeys(row.id for row in rows))
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": _driver(report, {row.id: row for row in reversed(rows)}, ids)},
        "automationDetails": {"id": f"ospo-init/check/{uri(report.standard or report.gate)}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, proof, ids.index(row.id), seen) for row in rows for proof in _places(row)],
        "properties": {"date": report.today, "commit": report.head, "stage": report.stage, "gate": report.gate},
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2) + "\n"


def uri(path: str) -> str:
    """Return a path as a relative reference, percent-encoded by the bytes that the file system has."""
    told = []
    for character in path.removeprefix("./").lstrip("/"):
        code = ord(character)
        is_byte = 0xDC80 <= code <= 0xDCFF  # of a name that is not UTF-8
        data = bytes([code - 0xDC00]) if is_byte else character.encode("utf-8", "replace")
        told += [chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data]
    return "".join(told)


def message(text: str) -> str:
    """Return a text as SARIF has it: brackets make links and braces are places to fill, unless they are escaped."""
    escaped = {"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"}
    return "".join(escaped.get(character, character) for character in one_line(text))


def _driver(report: Report, rows: dict[str, Result], ids: Sequence[str]) -> dict[str, Any]:
    name, _, version = report.tool.rpartition(" ")
    driver = {"name": label(name) or "ospo-init", "rules": [_rule(rows[id_]) for id_ in ids]}
    return driver | ({"version": label(version)} if version else {})


def _rule(row: Result) -> dict[str, Any]:
    owner = label(row.owner)
    step = one_line(row.next_step) or "Look at the evidence."
    return {
        "id": label(row.id),
        "shortDescription": {"text": message(row.title)},
        "fullDescription": {"text": message(row.reason or row.title)},
        "help": {"text": message(f"{step} This is for: {owner or 'the project'}.")},
        "defaultConfiguration": {"level": _level(row)},
        "properties": {
            "owner": owner,
            "severity": label(row.severity),
            "stage": label(row.stage),
            "tags": list(dict.fromkeys(filter(None, (label(row.group), owner, label(row.severity))))),
        },
    }


def _level(row: Result) -> str:
    return "error" if row.blocks else "note" if row.severity == "periodic" else "warning"


def _places(row: Result) -> tuple[Proof, ...]:
    """Return the proofs that become results: each one that is somewhere, or one that stands for the item."""
    placed = tuple(proof for proof in row.proofs if proof.path)
    if row.verdict != "person" and placed:
        return placed
    return (Proof(words.why(row)),)


def _result(row: Result, proof: Proof, index: int, seen: Counter[str]) -> dict[str, Any]:
    kind = _KINDS[row.verdict]
    told = (f"{row.title}: {words.verdict(row)}.", proof.what, words.beside(proof), row.next_step)
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(proof.path) or record.PATH, "uriBaseId": _ROOT}}
    if proof.path and proof.line > 0 and not proof.commit:
        physical["region"] = {"startLine": proof.line}
    result: dict[str, Any] = {
        "ruleId": label(row.id),
        "ruleIndex": index,
        "kind": kind,
        "level": _level(row) if kind == "fail" else "none",
        "message": {"text": " ".join(message(part) for part in told if part)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"ospoInitCheck/v1": _fingerprint(row, proof, seen)},
        "properties": {
            "owner": label(row.owner),
            "needs": row.needs,
            "blocks": row.blocks,
            "declared": proof.declared,
        },
    }
    if proof.commit:
        result["properties"]["commit"] = label(proof.commit)
    if row.verdict == "waived" and row.waiver:
        justification = words.waiver(row.waiver)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def _fingerprint(row: Result, proof: Proof, seen: Counter[str]) -> str:
    """Return what stays the same when lines move; of several that are alike, each has a number of its own."""
    parts = (row.id, proof.path, proof.rule, proof.commit, proof.what if proof.path else "")
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
