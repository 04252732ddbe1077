"""docs/standards.md: what check --standard looks at, from the data. tools/docs.py writes it, and a test compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ospo_init.core.checking.standard_data import extended, level_name
from ospo_init.core.checking.standards import Control, Standard
from ospo_init.core.checking.tables import Tables
from ospo_init.core.checking.vocabulary import Check
from ospo_init.edges import check_data, standards

_HEAD = """# Standards

`ospo-init check --standard NAME` shows what the files of a repository answer of a standard, each control with the
verdict that the standard's own checker would give, and what needs a setting of the forge or a person. Nothing is asked
of a network. Written by `python tools/docs.py` from `src/ospo_init/data/standards/`, where every row can be corrected.

"Decided by" says what answers a control: a file or what it says, a scan of all files, a rule of the program, a setting
or a person. The titles are ours; the wording that counts is the standard's own.

| name | standard | version | controls |
|---|---|---|---|
"""


def document() -> str:
    """Return the whole document."""
    found = [standards.standard(name) for name in standards.NAMES]
    text = _HEAD + "".join(_row(one.name, one.title, one.version, str(len(one.controls))) for one in found)
    return text + "".join(_standard(one) for one in found)


def _standard(standard: Standard) -> str:
    tables = extended(check_data.vocabulary(), standard.tables).tables
    words = ", ".join(f"{ours}: {theirs}" for ours, theirs in standard.verdicts.items())
    text = f"\n## {standard.title}\n\nIts own checker: {standard.checker}. Its words for our verdicts: {words}.\n"
    if levels := _levels(standard):
        text += f"\n{levels}\n"
    second = "weight" if any(control.weight for control in standard.controls) else "level"
    columns = ("id", second, "title", "decided by", "needs")
    text += "\n" + _row(*columns) + "|---" * len(columns) + "|\n"
    return text + "".join(_control(control, tables) for control in standard.controls)


def _levels(standard: Standard) -> str:
    names = dict.fromkeys(level for control in standard.controls for level in control.levels)
    counts = {name: sum(name in control.levels for control in standard.controls) for name in names}
    return "; ".join(f"{level_name(name)}: {count} controls" for name, count in counts.items()) + "." if counts else ""


def _control(control: Control, tables: Tables) -> str:
    level = f"{control.weight:g}" if control.weight else ", ".join(control.levels)
    level += "" if control.counts else " (not in the score)"
    return _row(control.id, level, control.title, "; ".join(dict.fromkeys(_decided(control, tables))), control.needs)


def _decided(control: Control, tables: Tables) -> Iterator[str]:
    if control.scan_rules:
        yield f"the findings {', '.join(control.scan_rules)}"
    for check in control.checks:
        if check.word in _SAID:
            yield _said(check, tables)


_SAID: Mapping[str, str] = {
    "file": "a file: {names}",
    "says": "what {places} says: {means}",
    "never": "what {places} must not say: {means}",
    "scan": "the scan {names}",
    "rule": "the rule {names}",
    "decided": "the record's {names}",
    "ask": "a {names}",
}


def _said(check: Check, tables: Tables) -> str:
    means = " or ".join(tables.phrases[name].means for name in check.names if check.word in ("says", "never"))
    names, places = ", ".join(check.names), " or ".join(check.places)
    return _SAID[check.word].format(names=names, places=places, means=means)


def _row(*cells: str) -> str:
    return "".join(f"| {cell.replace('|', chr(92) + '|')} " if cell else "| " for cell in cells) + "|\n"
