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
    """One question as it is shown. `kind` is line, lines, one or many; `marked` are the places of options.

    `offered` says that `text` is a suggestion of ours: typing replaces it, where it would add to the person's own.
    """

    title: str
    question: str
    notes: tuple[Line, ...] = ()
    kind: str = "line"
    text: str = ""
    offered: bool = False
    options: tuple[Option, ...] = ()
    marked: tuple[int, ...] = ()
    suggestions: tuple[Option, ...] = ()
    problem: str = ""
    secret: bool = False

    def lines(self, columns: int) -> list[Line]:
        """Return everything above the answer."""
        told = [("section", self.title), ("", ""), ("title", self.question), *self.notes]
        told += [("bad", self.problem)] if self.problem else []
        measure = min(columns - 1, _MEASURE)
        return [("", ""), *((style, line) for style, text in told for line in wrap(printable(text), measure))]


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


def notes(row: Row, default: Row, known: Mapping[str, str], values: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return why it is asked, where the answer will appear, and the default with its origin."""
    told = (("", str(row["why"])), ("dim", _where(row["appears"])), ("", _default(default, known, values)))
    return tuple(line for line in told if line[1].strip())


def _where(files: Sequence[str]) -> str:
    if not files:
        return ""
    more = len(files) - 3
    named = ", ".join(files[:3])
    return f"Appears in {named}" + (f" and {more} more {'file' if more == 1 else 'files'}." if more > 0 else ".")


def _default(row: Row, known: Mapping[str, str], values: Mapping[str, Any]) -> str:
    if row["value"] in (None, "", []):
        example = "" if row["multiline"] else str(row["placeholder"]).rstrip(".")
        told = (example and f"For example: {example}.", "You may leave it empty." if row["role"] == "fact" else "")
        return " ".join(text for text in told if text)
    if row["secret"]:
        return ""
    shown = cut(shown_value(row), 60)
    if row["source"] == "machine":
        return f"Found: {shown} ({known.get(row['key'], 'this machine')})."
    preset = values.get("preset")
    if isinstance(preset, Mapping) and row["key"] in preset:
        return f"Default: {shown} (the profile: {values.get('profile', '')})."
    return f"Suggested: {shown}." if row["role"] == "fact" and row["type"] == "str" else f"Default: {shown}."


def told(problem: str) -> str:
    """Return a validator's words as a sentence about the answer."""
    said = problem.strip()
    if said.split(" ", 1)[0] in ("is", "holds", "has", "must", "does", "needs"):
        said = f"This {said}"
    return said if said.endswith((".", "!", "?")) else f"{said}."


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


def listed(row: Row, columns: int) -> Option:
    """Return an answer as one that can be picked to be corrected."""
    return Option(row["key"], name(row), cut(_told(row), max(10, columns - _NAMES - 8)))


def _told(row: Row) -> str:
    if row["value"] in (None, "", []):
        return "(empty)"
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
    value = _told(row)
    if isinstance(row["value"], str) and not row["choices"] and not row["secret"]:
        value = printable(row["value"].strip()) or value
    narrow = columns < 2 * _NAMES + 20
    lines = wrap(value, columns - (4 if narrow else _NAMES + 4))
    lines = lines if len(lines) <= _LINES else [*lines[:_LINES], f"… and {len(lines) - _LINES} more lines"]
    if row["key"] in dialogue.given and row["key"] not in dialogue.typed:
        lines.append("(given in advance)")
    if narrow:
        return [f"  {name(row)}", *(f"    {line}" for line in lines)]
    return [f"  {line}" for line in side_by_side((name(row), "\n".join(lines)), (_NAMES, columns - _NAMES - 4))]
