"""A report as JUnit XML, for pipelines that show test results: a suite for each phase, a case for each item.

A failure is an item that fails, whether it blocks or not (`type` says which); an error is one that could not be looked
at; skipped is what waits for somebody, is waived, or does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ospo_init.core.checking.report import Report, Result
from ospo_init.core.reporting import words
from ospo_init.core.reporting.words import label, one_line

_ELEMENT = {
    "fail": "failure",
    "unknown": "error",
    "person": "skipped",
    "waived": "skipped",
    "not-applicable": "skipped",
}
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def render(report: Report) -> str:
    """Return the report as an XML document; names of suites and cases stay the same from run to run."""
    rows = report.results
    told = ['<?xml version="1.0" encoding="UTF-8"?>']
    told.append(f"<testsuites {_attributes(name=_suite(report), **_counts(rows))}>")
    for group, own in words.grouped(rows, lambda row: row.group).items():
        told += _testsuite(report, group, own)
    return "\n".join([*told, "</testsuites>", ""])


def _suite(report: Report) -> str:
    return f"ospo-init check: {report.standard or report.gate}"


def _testsuite(report: Report, group: str, rows: Sequence[Result]) -> Iterator[str]:
    day = {"timestamp": f"{label(report.today)}T00:00:00"} if report.today else {}
    yield f"  <testsuite {_attributes(name=group or 'items', **_counts(rows), **day)}>"
    yield "    <properties>"
    about = {"project": report.name, "stage": report.stage, "commit": report.head, "tool": report.tool}
    for name, value in about.items():
        yield f"      <property {_attributes(name=name, value=value)}/>"
    yield "    </properties>"
    for row in rows:
        yield from _case(row)
    yield "  </testsuite>"


def _counts(rows: Sequence[Result]) -> dict[str, str]:
    """Return the numbers that readers of the format expect; nothing here takes a time worth telling."""
    elements = [_ELEMENT.get(row.verdict, "") for row in rows]
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    numbers = {name: str(elements.count(element)) for name, element in counted.items()}
    return {"tests": str(len(rows)), **numbers, "time": "0"}


def _case(row: Result) -> Iterator[str]:
    where = next((proof for proof in row.proofs if proof.path and not proof.commit), None)
    file = {"file": words.file_of(where)} if where else {}
    line = {"line": str(where.line)} if where and where.line else {}
    about = _attributes(classname=row.group or "items", name=f"{row.id} {row.title}", **file, **line, time="0")
    yield f"    <testcase {about}>"
    if element := _ELEMENT.get(row.verdict):
        yield f"      <{element} {_attributes(**_reason(row))}/>"
    told = [words.evidence(proof) for proof in row.proofs]
    told += [words.said_of_waiver(row)] if row.waiver else []
    if told:
        yield f"      <system-out>{_escaped(chr(10).join(told))}</system-out>"
    yield "    </testcase>"


def _reason(row: Result) -> dict[str, str]:
    """Return the message, and for what is no skip, the type: how much it matters."""
    owner = label(row.owner)
    if row.verdict in ("fail", "unknown"):
        text = f"{row.next_step or words.why(row) or words.verdict(row)} ({owner})"
        return {"message": text, "type": "blocking" if row.blocks else row.severity}
    if row.verdict == "person":
        return {"message": f"{owner}: {words.verdict(row)}. {row.next_step}".strip()}
    return {"message": words.said_of_waiver(row) or words.why(row) or words.verdict(row)}


def _attributes(**given: str) -> str:
    return " ".join(f'{name}="{_escaped(one_line(value))}"' for name, value in given.items())


def _escaped(text: str) -> str:
    return "".join(_MARKUP.get(character, character) for character in text)
