"""What the wizard shows: a question as a page of short texts, and the review of all answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.choices import Option
from ospo_init.core.columns import Line, cut, folded, printable, side_by_side, width, wrap
from ospo_init.core.wizard import Dialogue, Row, sections, to_ask

SECTIONS = {
    "project": "Project",
    "why": "Why",
    "plan": "Plan",
    "legal": "Legal",
    "governance": "Governance",
    "community": "Community",
    "infrastructure": "Infrastructure",
    "": "Questions",
}
_MEASURE = 88  # no line of prose gets longer than this
_NAMES = 20  # the column of the answers' names
_LINES = 4  # how much of a long answer the review shows


@dataclass(frozen=True)
class Back:
    """What a prompt returns for going back: what had been typed until then."""

    text: str = ""


@dataclass(frozen=True)
class Page:
    """One question as it is shown. `kind` is line, lines, one or many; `marked` are the places of options."""

    title: str
    question: str
    notes: tuple[str, ...] = ()
    kind: str = "line"
    text: str = ""
    options: tuple[Option, ...] = ()
    marked: tuple[int, ...] = ()
    suggestions: tuple[Option, ...] = ()
    problem: str = ""
    secret: bool = False

    def lines(self, columns: int) -> list[Line]:
        """Return everything above the answer."""
        measure = min(columns - 1, _MEASURE)
        lines: list[Line] = [("section", line) for line in wrap(printable(self.title), measure)]
        lines += [("", ""), *(("title", line) for line in wrap(printable(self.question), measure))]
        for note in self.notes:
            lines += [("", line) for line in wrap(printable(note), measure)]
        if self.problem:
            lines += [("bad", line) for line in wrap(printable(self.problem), measure)]
        return [*lines, ("", "")]


def heading(dialogue: Dialogue, rows: Sequence[Row], row: Row) -> str:
    """Return the section and how far one has come."""
    keys = to_ask(dialogue, rows)
    section = section_title(row["section"])
    if row["key"] not in keys:
        return section
    return f"{section} · question {keys.index(row['key']) + 1} of about {len(keys)}"


def section_title(name: str) -> str:
    """Return a section's name as a heading."""
    return SECTIONS.get(name, name[:1].upper() + name[1:])


def notes(row: Row, default: Row, known: Mapping[str, str], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why it is asked, where the answer shows, and the default with its origin."""
    told = (str(row["why"]), _where(row["appears"]), _default(default, known, values))
    return tuple(note for note in told if note.strip())


def _where(files: Sequence[str]) -> str:
    if not files:
        return ""
    more = len(files) - 3
    named = ", ".join(files[:3])
    return f"Shows in {named} and {more} more {'file' if more == 1 else 'files'}." if more > 0 else f"Shows in {named}."


def _default(row: Row, known: Mapping[str, str], values: Mapping[str, Any]) -> str:
    if row["value"] in (None, "", []):
        example = f"For example: {row['placeholder']}. " if row["placeholder"] and not row["multiline"] else ""
        return f"{example}{'You may leave it empty.' if row['role'] == 'fact' else ''}"
    if row["secret"]:
        return ""
    shown = cut(shown_value(row), 60)
    if row["source"] == "machine":
        return f"Found: {shown} ({known.get(row['key'], 'this machine')})."
    preset = values.get("preset")
    if isinstance(preset, Mapping) and row["key"] in preset:
        return f"Default: {shown} (the profile: {values.get('profile', '')})."
    return f"Suggested: {shown}." if row["role"] == "fact" and row["type"] == "str" else f"Default: {shown}."


def shown_value(row: Row) -> str:
    """Return an answer on one line: a choice by the first words of its label."""
    value = row["value"]
    if row["choices"]:
        labels = {_hashable(choice[0]): Option.of(*choice).label for choice in row["choices"]}
        picked = value if row["multiselect"] and isinstance(value, list) else [value]
        return folded(", ".join(labels.get(_hashable(item), str(item)) for item in picked))
    return folded(as_text(value, row["type"]))


def as_text(value: Any, type_name: str) -> str:
    """Return a value as one would type it; what is no text as JSON, which is YAML too."""
    if value is None:
        return ""
    if type_name == "bool":
        return "Yes" if value else "No"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _hashable(value: Any) -> str:
    return f"{type(value).__name__}:{value}"


def name(row: Row) -> str:
    """Return the short name of an answer, from its key."""
    return printable(str(row["key"]).replace("_", " "))


def record(row: Row, columns: int) -> Line:
    """Return the one line that stays on the screen when a question has been answered."""
    first = min(_NAMES, max(8, columns // 2))
    label = cut(name(row), first)
    return "", cut(f"  {label}{' ' * (first - width(label))}  {_told(row)}", columns - 1)


def _told(row: Row) -> str:
    if row["value"] in (None, "", []):
        return "–"
    return "(hidden)" if row["secret"] else shown_value(row)


def review(dialogue: Dialogue, rows: Sequence[Row], columns: int) -> list[Line]:
    """Return all answers by section, those given in advance marked as such."""
    lines: list[Line] = []
    for section, answers in sections([row for row in rows if in_review(dialogue, row)]):
        lines += [("", ""), ("section", section_title(section))]
        for row in answers:
            lines += [("", line) for line in _reviewed(dialogue, row, min(columns - 1, _MEASURE + _NAMES))]
    return lines


def in_review(dialogue: Dialogue, row: Row) -> bool:
    """Whether a row is listed in the review."""
    return bool(row["shown"]) or (row["key"] in dialogue.given and row["source"] == "given")


def _reviewed(dialogue: Dialogue, row: Row, columns: int) -> list[str]:
    in_advance = row["key"] in dialogue.given and row["key"] not in dialogue.typed
    value = f"{_told(row)}{' (given in advance)' if in_advance else ''}"
    if columns < 2 * _NAMES + 20:
        lines = wrap(value, columns - 4)
        return [f"  {name(row)}", *(f"    {line}" for line in _short(lines))]
    lines = _short(wrap(value, columns - _NAMES - 4))
    return [f"  {line}" for line in side_by_side((name(row), "\n".join(lines)), (_NAMES, columns - _NAMES - 4))]


def _short(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _LINES else [*lines[:_LINES], f"… and {len(lines) - _LINES} more lines"]
