"""Accepting today's failures and no new ones. What no waiver may hide is never accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ospo_init.core.checking.report import Report

NEVER = ("LEGAL-04", "LEGAL-06", "TECH-01", "FINAL-04")  # a licence, a secret, and their sum; a test compares


class Failure(NamedTuple):
    """One failure as it is recognised again: without line numbers, which move."""

    item: str
    path: str
    what: str


def failures(report: Report) -> frozenset[Failure]:
    """Return what fails, and may be accepted."""
    return frozenset(
        Failure(row.id, proof.path, proof.what)
        for row in report.results
        if row.verdict == "fail" and row.id not in NEVER
        for proof in row.proofs
    )


def never(report: Report) -> list[str]:
    """Return what fails, and is never accepted."""
    return [row.id for row in report.results if row.verdict == "fail" and row.id in NEVER]


def compare(before: frozenset[Failure], now: frozenset[Failure]) -> tuple[tuple[Failure, ...], frozenset[Failure]]:
    """Return the failures that are new, in order, and those that are gone."""
    return tuple(sorted(now - before)), before - now


def dump(accepted: frozenset[Failure]) -> str:
    """Return the file that holds accepted failures: one a line, so that changes of it read well."""
    rows = ",\n    ".join(json.dumps(row._asdict(), ensure_ascii=False) for row in sorted(accepted))
    inner = f"\n    {rows}\n  " if rows else ""
    return f'{{\n  "schema_version": 1,\n  "accepted": [{inner}]\n}}\n'


def load(data: Any) -> frozenset[Failure]:
    """Return accepted failures. Raises ValueError, TypeError or KeyError for data of another shape."""
    if not isinstance(data, Mapping) or data["schema_version"] != 1:
        raise ValueError
    return frozenset(Failure(*(str(row[key]) for key in Failure._fields)) for row in data["accepted"])
