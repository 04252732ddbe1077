"""What every format says of a report, in the same words: the gate's answer, tallies, evidence, and who owes what.

Whatever comes from a repository passes through `one_line`, `path_of` or the functions here before it is shown: one
line, nothing in it that drives a terminal or turns a line round, and no longer than somebody reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ospo_init.core.checking.model import VERDICTS, Metric, Proof
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.checklist import STAGES
from ospo_init.core.columns import cut, folded, printable
from ospo_init.core.record import Waiver

LONGEST = 300  # characters of one text
READY = {
    "publish": "ready to be published",
    "active": "ready to be called active",
    "maintenance": "ready for maintenance mode",
    "end-of-life": "ready for the end of its life",
}
SAID = {  # one, several
    "fail": ("fails", "fail"),
    "unknown": ("could not be looked at", "could not be looked at"),
    "person": ("waits for somebody", "wait for somebody"),
    "waived": ("is waived", "are waived"),
    "not-applicable": ("does not apply", "do not apply"),
    "pass": ("passes", "pass"),
}


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return `text` as one printable line of at most `longest` characters."""
    return cut(folded(text[: longest * 4]), longest)


def label(text: str) -> str:
    """Return a short text (an id, a role, a day) as one printable line."""
    return one_line(text, 40)


def file_of(proof: Proof) -> str:
    """Return the path of a proof as people can read it: a line break in a name is shown as an escape."""
    return cut(printable(proof.path[: LONGEST * 4].replace("\n", "\\n").replace("\t", "\\t")), LONGEST)


def path_of(proof: Proof) -> str:
    """Return where a proof stands, for people: `path:line`, or the path alone, or nothing."""
    path = file_of(proof)
    return f"{path}:{proof.line}" if path and proof.line else path


def beside(proof: Proof) -> str:
    """Return what is known of a proof besides: its commit, the rule that saw it, that it is only somebody's word."""
    told = [f"commit {label(proof.commit)[:12]}"] if proof.commit else []
    told += [label(proof.rule)] if proof.rule else []
    told += ["declared"] if proof.declared else []
    return f"({', '.join(told)})" if told else ""


def evidence(proof: Proof) -> str:
    """Return a proof as one line: where, what, and what is known of it besides."""
    return " ".join(filter(None, (path_of(proof), one_line(proof.what), beside(proof))))


def why(row: Result) -> str:
    """Return in one line what a verdict rests on, or '' where there is nothing to show."""
    return one_line("; ".join(evidence(proof) for proof in row.proofs[:3]))


def verdict(row: Result) -> str:
    """Return the verdict in words: of what waits for somebody, for what."""
    if row.verdict == "person":
        return "a setting at the forge" if row.needs == "setting" else "a person's decision"
    word = {"fail": "fails", "pass": "passes", "not-applicable": "does not apply"}.get(row.verdict, row.verdict)
    return f"{word} (declared)" if row.verdict == "pass" and row.is_declared else word


def waiver(given: Waiver) -> str:
    """Return a waiver in words; the reason of a private one stays where it is."""
    reason = "the reason is in the private record" if given.private else one_line(given.reason)
    return f"until {label(given.until) or 'no day'}, approved by {one_line(given.approver, 80) or 'nobody'}: {reason}"


def said_of_waiver(row: Result) -> str:
    """Return what to say of the waiver of an item, '' where there is none; one that does not count is told as such."""
    if row.waiver is None:
        return ""
    if row.verdict in ("waived", "pass", "not-applicable"):
        return f"Waived {waiver(row.waiver)}"
    return f"A waiver does not count here ({waiver(row.waiver)})"


def tally(rows: Iterable[Result], noun: bool = False) -> str:
    """Return how many rows have each verdict: "3 fail, 5 wait for somebody"; with `noun`, "3 items fail, …"."""
    rows = tuple(rows)
    told: list[str] = []
    for name in VERDICTS:
        if count := sum(row.verdict == name for row in rows):
            items = "" if told or not noun else " item" if count == 1 else " items"
            told.append(f"{count}{items} {SAID[name][count > 1]}")
    return ", ".join(told)


def answer(report: Report) -> str:
    """Return the gate's answer in one sentence; for a standard, how many of its controls have which verdict."""
    if not report.results:
        return "Nothing was checked: no item applies."
    if report.standard:
        return f"{label(report.standard)}: {tally(report.results)}."
    ready = READY.get(report.gate, f"ready for the gate {label(report.gate)}")
    if report.partial and not report.blocking:
        return f"Of this part: {tally(report.results)}."
    if report.blocking:
        return f"Not {ready}: {tally(report.blocking, noun=True)}."
    waived = sum(row.verdict == "waived" and row.blocks for row in report.results)
    by = f", with {waived} item{'s' if waived > 1 else ''} waived" if waived else ""
    rest = tally((row for row in report.results if row.is_open), noun=True)
    more = f" Not in its way: {rest}." if rest else ""
    return f"{ready[0].upper()}{ready[1:]}{by}: nothing that blocks is open.{more}"


def tone(report: Report) -> str:
    """Return whether the answer is good news, or bad, or that people are waited for: good, bad or mark."""
    held = [row for row in report.results if row.is_open] if report.standard else report.blocking
    if not held and report.results:
        return "good"
    return "bad" if any(row.verdict == "fail" for row in held) else "mark"


def sorted_rows(rows: Iterable[Result]) -> tuple[Result, ...]:
    """Return the rows in the order in which people should read them: blocking first, by verdict, then by stage."""
    return tuple(sorted(rows, key=lambda row: (not row.blocks, VERDICTS.index(row.verdict), stage_rank(row.stage))))


def stage_rank(stage: str) -> int:
    """Return the place of a stage in the life cycle; what is no stage comes last."""
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def grouped(rows: Iterable[Result], key: Callable[[Result], str]) -> dict[str, tuple[Result, ...]]:
    """Return the rows by what `key` says of each, in the order in which that first occurs."""
    found: dict[str, list[Result]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(own) for name, own in found.items()}


def owners(rows: Sequence[Result]) -> dict[str, tuple[Result, ...]]:
    """Return what is open, by the role that owes it; whose items fail, or block, comes first."""
    found = grouped(sorted_rows(row for row in rows if row.is_open), lambda row: label(row.owner) or "the project")
    fails = {owner: sum(row.verdict == "fail" for row in own) for owner, own in found.items()}
    blocks = {owner: sum(row.blocks for row in own) for owner, own in found.items()}
    return {owner: found[owner] for owner in sorted(found, key=lambda owner: (-fails[owner], -blocks[owner]))}


def measured(metric: Metric) -> str:
    """Return a measure's value with its unit; what cannot be told is said to be so."""
    if metric.value is None:
        return "not known"
    unit = one_line(metric.unit, 60)
    if metric.value == 1:
        unit = "person" if unit == "people" else re.sub(r"^([a-z]+)s\b", r"\1", unit)
    return f"{metric.value:.10g} {unit}".strip()
