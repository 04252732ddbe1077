"""What a check says in the end: a verdict on every item, ready to be shown in any format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from ospo_init.core.checking.model import VERDICTS, Metric, Proof
from ospo_init.core.record import Waiver

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Result:
    """The verdict on one item of the checklist, or on one control of a standard.

    `severity` is blocking, advisory or periodic (of a standard's control: its level). `blocks` says that the gate that
    was asked for does not open while this item is open. `group` is the item's phase, or the standard's own grouping.
    `next_step` is empty where nothing is to be done. `waiver` is there where one is valid, also beside another verdict
    (what may not be waived).
    """

    id: str
    title: str
    verdict: str
    severity: str
    owner: str
    stage: str
    group: str
    proofs: tuple[Proof, ...] = ()
    needs: str = ""
    next_step: str = ""
    reason: str = ""
    blocks: bool = False
    waiver: Waiver | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.verdict in ("fail", "unknown", "person")

    @property
    def is_declared(self) -> bool:
        """Whether only somebody's word stands for it."""
        return bool(self.proofs) and all(proof.declared for proof in self.proofs)


@dataclass(frozen=True)
class Report:
    """A whole check. `standard` is the name of the standard that `results` are controls of, or empty for our items.

    `levels` are, for a standard with levels or a score, what its own checker would say: name and text. `notes` are
    sentences that everybody should read first. `remote` is the forge's web address, `branch` the main branch there.
    `partial`: only some items were looked at, so that nothing is said of the gate.
    """

    name: str
    gate: str
    stage: str
    today: str
    head: str
    tool: str
    results: tuple[Result, ...]
    health: tuple[Metric, ...] = ()
    standard: str = ""
    levels: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    scanners: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    remote: str = ""
    branch: str = ""
    partial: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each verdict."""
        counted = Counter(row.verdict for row in self.results)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def blocking(self) -> tuple[Result, ...]:
        """The results that keep the gate shut: those that fail first, then what nobody could look at or has done."""
        rows = [row for row in self.results if row.blocks and row.is_open]
        return tuple(sorted(rows, key=lambda row: VERDICTS.index(row.verdict)))

    @property
    def fails(self) -> bool:
        """Whether a blocking item of the gate fails: exit code 1."""
        return any(row.blocks and row.verdict == "fail" for row in self.results)


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as --json prints it; the schema is stable: fields are added, never changed or removed."""
    return {
        "schema_version": SCHEMA_VERSION,
        "name": report.name,
        "tool": report.tool,
        "date": report.today,
        "commit": report.head,
        "stage": report.stage,
        "gate": report.gate,
        "open_gate": bool(report.results) and not (report.blocking or report.standard or report.partial),
        "standard": report.standard,
        "levels": [{"name": name, "verdict": said} for name, said in report.levels],
        "counts": report.counts,
        "items": list(_rows(report.results)),
        "health": [asdict(metric) | {"detail": dict(metric.detail)} for metric in report.health],
        "scanners": [{"scan": scan, "by": by} for scan, by in report.scanners],
        "notes": list(report.notes),
    }


def _rows(results: Iterable[Result]) -> Iterable[dict[str, Any]]:
    for row in results:
        yield {
            "id": row.id,
            "verdict": row.verdict,
            "needs": row.needs,
            "severity": row.severity,
            "owner": row.owner,
            "stage": row.stage,
            "group": row.group,
            "blocks": row.blocks,
            "title": row.title,
            "evidence": [asdict(proof) for proof in row.proofs],
            "declared": row.is_declared,
            "reason": row.reason,
            "next_step": row.next_step,
            "waiver": _waiver(row.waiver) if row.waiver else None,
        }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    """Return a waiver as data; the reason of a private one stays private."""
    return asdict(waiver) | ({"reason": ""} if waiver.private else {})
