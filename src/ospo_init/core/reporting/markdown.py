"""A report as Markdown, for a comment on a change or for an issue: what is open, by owner, as a list to tick off.

Texts of a repository become plain words: no markup, no link, no mention of a person, no reference to an issue or a
command of a forge ("/close" at the start of a line). A backslash does not stop a forge from finding mentions, which
it looks for in the finished page; an invisible space inside does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ospo_init.core.checking.model import Proof
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.reporting import words
from ospo_init.core.reporting.words import one_line

LIMIT = 60_000  # characters: a forge takes 65,536 in one comment
_PROOFS = 5  # of one item
_SPACE = "\u200b"  # zero width
_MARKUP = {**{mark: f"\\{mark}" for mark in "\\`*_[]|~{}()#"}, "&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
# Inside of what makes a mention, a reference or a link: @name #1 !1 %name ^name scheme:// www. GH-1 mailto:
_LINKS = re.compile(
    r"(?<=[@#!%^])(?=\S)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bgh)(?=-\d)|(?<=\bmailto)(?=:)", re.IGNORECASE
)


def render(report: Report) -> str:
    """Return the report; where it would be longer than a forge takes, it ends early and says so."""
    told, length = [], 0
    for block in _blocks(report):
        if length + len(block) > LIMIT:
            told.append(
                "**The rest was left out, for it is too long for a comment.** Ask for HTML or JSON to have it all.\n"
            )
            break
        told.append(block)
        length += len(block) + 1
    return "\n".join(told)


def plain(text: str) -> str:
    """Return a text of the repository as words that no forge reads anything into."""
    broken = _LINKS.sub(_SPACE, one_line(text))
    return "".join(_MARKUP.get(character, character) for character in broken)


def _label(text: str) -> str:
    return plain(words.label(text))


def _blocks(report: Report) -> Iterator[str]:
    yield f"## {_label(report.name) or 'This repository'}: {'checked' if report.standard else 'release check'}\n"
    yield f"**{plain(words.answer(report))}**\n"
    yield from (f"- {plain(name)}: {plain(said)}" for name, said in report.levels)
    yield from (f"\n> **Note:** {plain(note)}\n" for note in report.notes)
    owed = words.owners(report.results)
    if owed:
        yield _table(owed)
        yield from _owed(owed)
    yield from _waivers(report.results)
    yield from _details(report)
    yield _foot(report)


def _table(owed: dict[str, tuple[Result, ...]]) -> str:
    rows = ["", "| Owner | Open | Blocking | Fails | Not looked at | Items |", "|---|--:|--:|--:|--:|---|"]
    for owner, own in owed.items():
        fails = sum(row.verdict == "fail" for row in own)
        unknown = sum(row.verdict == "unknown" for row in own)
        ids = ", ".join(_label(row.id) for row in own)
        blocking = sum(row.blocks for row in own)
        rows.append(f"| {plain(owner)} | {len(own)} | {blocking} | {fails} | {unknown} | {ids} |")
    return "\n".join([*rows, ""])


def _owed(owed: dict[str, tuple[Result, ...]]) -> Iterator[str]:
    for owner, own in owed.items():
        yield f"### {plain(owner)}\n"
        yield from (_task(row) for row in own)
        yield ""


def _task(row: Result) -> str:
    mark = ", blocking" if row.blocks else ""
    told = f"- [ ] **{_label(row.id)}** {plain(row.title)} ({plain(words.verdict(row))}{mark})"
    if row.verdict in ("fail", "unknown") and row.proofs:
        told += f". {_shown(row.proofs[0])}"
    return told + (f". Next: {plain(row.next_step)}" if row.next_step else "")


def _waivers(rows: Iterable[Result]) -> Iterator[str]:
    waived = [row for row in rows if row.waiver is not None]
    if waived:
        yield "### Waivers\n"
        yield from (f"- **{_label(row.id)}** {plain(row.title)}. {plain(words.said_of_waiver(row))}" for row in waived)
        yield ""


def _details(report: Report) -> Iterator[str]:
    """Return the folded parts: evidence of every verdict, and the measures. GitHub wants an empty line inside."""
    rows = words.sorted_rows(report.results)
    for name in ("fail", "unknown", "person", "waived", "pass", "not-applicable"):
        some = [row for row in rows if row.verdict == name]
        if some:
            yield _folded(
                f"{len(some)} {words.SAID[name][len(some) > 1]}", [line for row in some for line in _item(row)]
            )
    if report.health:
        told = ["| Measure | Value | Window | Limits |", "|---|--:|---|---|"]
        for metric in report.health:
            cells = (metric.name, words.measured(metric), metric.window, metric.limits)
            told.append(f"| {' | '.join(plain(cell) for cell in cells)} |")
        yield _folded("Health, from git alone", told)


def _folded(summary: str, told: Sequence[str]) -> str:
    return "\n".join([f"<details><summary>{summary}</summary>", "", *told, "", "</details>", ""])


def _item(row: Result) -> Iterator[str]:
    yield f"- **{_label(row.id)}** {plain(row.title)} ({_label(row.owner)}): {plain(words.verdict(row))}"
    yield from (f"  - {_shown(proof)}" for proof in row.proofs[:_PROOFS])
    if len(row.proofs) > _PROOFS:
        yield f"  - and {len(row.proofs) - _PROOFS} more"


def _shown(proof: Proof) -> str:
    return " ".join(plain(part) for part in (words.path_of(proof), proof.what, words.beside(proof)) if part)


def _foot(report: Report) -> str:
    about = [f"stage {report.stage}"] if report.stage else []
    about += [f"gate {report.gate}"] if report.gate else []
    about += [f"commit {report.head[:12]}"] if report.head else []
    about += [report.today] if report.today else []
    about += [report.tool, *(f"{scan}: {by}" for scan, by in report.scanners)]
    return f"Checked: {' · '.join(_label(part) for part in about if part)}\n"
