"""A report as one HTML file that can be read, printed and forwarded: no script, nothing loaded from anywhere.

Every value passes through the environment's `finalize` and its escaping, so that a text of a repository is one line of
characters and nothing else, whoever adds to the template.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ospo_init.core.checking.model import VERDICTS
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.columns import cut
from ospo_init.core.reporting import words
from ospo_init.core.reporting.html_page import PAGE
from ospo_init.core.reporting.html_style import STYLE
from ospo_init.core.reporting.words import one_line

if TYPE_CHECKING:
    from jinja2 import Template

_LEFT, _WIDTH = 130, 180  # of the bars, in the picture's own units
_KEY = {
    "fail": "Fails",
    "unknown": "Not looked at",
    "person": "Waits for somebody",
    "waived": "Waived",
    "not-applicable": "Does not apply",
    "pass": "Passes",
}


@dataclass(frozen=True)
class Piece:
    """A part of a bar: a verdict, and from where to where."""

    verdict: str
    at: str
    size: str


@dataclass(frozen=True)
class Bar:
    """One phase in the picture; `numbers` are in the order of VERDICTS."""

    name: str
    label: str
    top: int
    end: str
    count: str
    said: str
    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]


def render(report: Report) -> str:
    """Return the whole page."""
    rows = report.results
    name = one_line(report.name, 100) or "This repository"
    about = words.label(report.standard) if report.standard else "release check"
    declared = [row for row in rows if row.verdict == "pass" and any(proof.declared for proof in row.proofs)]
    waivers = [row for row in rows if row.waiver]
    return _template().render(
        report=report,
        title=f"{name}: {about}",
        answer=words.answer(report),
        tone=words.tone(report),
        facts=list(_facts(report)),
        parts=list(_parts(report, bool(waivers), bool(declared))),
        bars=list(_bars(rows)),
        key=list(_KEY.items()),
        owed=words.owners(rows),
        waivers=waivers,
        declared=declared,
        groups=words.grouped(rows, lambda row: row.group),
        anchor=_anchors(rows),
    )


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "style": _Sheet(STYLE),
        "said": words.verdict,
        "path_of": words.path_of,
        "beside": words.beside,
        "measured": words.measured,
        "said_of_waiver": words.said_of_waiver,
        "tally": words.tally,
    }
    return environment.from_string(PAGE)


class _Sheet(str):
    """The style sheet: the one text of several lines, ours, with nothing in it that needs escaping."""

    def __html__(self) -> str:
        return str(self)


def _shown(value: Any) -> Any:
    """Return a value as it may be shown: texts as one line; what is markup already is the template's own."""
    return one_line(value, words.LONGEST * 3) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from ((name, said) for name, said in report.levels)
    about = {"Gate": report.gate, "Stage": report.stage, "Date": report.today, "Commit": report.head, "By": report.tool}
    yield from ((name, value) for name, value in about.items() if value)
    yield from ((f"Scan: {scan}", by or "not done") for scan, by in report.scanners)


def _parts(report: Report, waivers: bool, declared: bool) -> Iterator[tuple[str, str]]:
    yield "state", "The state"
    yield "owed", "Who owes what"
    if waivers:
        yield "waivers", "Waivers"
    if declared:
        yield "declared", "Declared"
    if report.health:
        yield "health", "Health"
    yield "items", "All items"


def _anchors(rows: Sequence[Result]) -> dict[Result, str]:
    """Return an id for each item that a link can lead to, whatever characters its own id has."""
    return {row: f"item-{number}" for number, row in enumerate(rows, 1)}


def _bars(rows: Sequence[Result]) -> Iterator[Bar]:
    groups = words.grouped(rows, lambda row: row.group)
    most = max((len(own) for own in groups.values()), default=1)
    for place, (name, own) in enumerate(groups.items()):
        numbers = tuple(sum(row.verdict == verdict for row in own) for verdict in VERDICTS)
        done = sum(not row.is_open for row in own)
        yield Bar(
            name=name or "Items",
            label=cut(one_line(name) or "Items", 19),
            top=place * 24 + 4,
            end=f"{_LEFT + _WIDTH * len(own) / most + 6:.1f}",
            count=f"{done}/{len(own)}",
            said=words.tally(own),
            pieces=tuple(_pieces(numbers, _WIDTH / most)),
            numbers=numbers,
        )


def _pieces(numbers: Sequence[int], unit: float) -> Iterator[Piece]:
    at = float(_LEFT)
    for verdict, number in zip(VERDICTS, numbers, strict=True):
        if number:
            yield Piece(verdict, f"{at:.1f}", f"{number * unit:.1f}")
            at += number * unit
