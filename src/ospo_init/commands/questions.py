"""`ospo-init questions`: the bank, for people, pipelines and agents."""

from __future__ import annotations

from typing import Any

from ospo_init.edges import config
from ospo_init.edges.box import Box
from ospo_init.edges.disk import told
from ospo_init.edges.templates import open_template
from ospo_init.edges.temporary import temporary
from ospo_init.outcome import Outcome

_SHOWN = ("key", "type", "section", "role", "help", "why", "when", "multiline", "multiselect", "placeholder", "appears")


def run(house: str) -> Outcome:
    """Return every question, in order, with the default that holds when nothing is answered."""
    with told(temporary()), Box() as box:
        template = open_template(config.chosen(house).house)
        box.load(template.files)
        rows = box.resolve({}, {})["rows"]
    listed = [_question(row) for row in rows]
    data = {"schema_version": 1, "template": {"url": template.url, "tag": template.tag}, "questions": listed}
    lines: list[tuple[str, str]] = []
    section = ""
    for row in listed:
        if row["section"] != section:
            section = row["section"]
            lines += [("", ""), ("title", section.capitalize())]
        lines += _lines(row)
    return Outcome(data, tuple(lines[1:] if lines[:1] == [("", "")] else lines))


def _question(row: dict[str, Any]) -> dict[str, Any]:
    question = {name: row[name] for name in _SHOWN}
    question["choices"] = [
        {"value": value, "label": label} for value, label, disabled in row["choices"] if not disabled
    ]
    return question | {"default": row["value"], "asked": row["shown"]}


def _lines(row: dict[str, Any]) -> list[tuple[str, str]]:
    values = [str(choice["value"]) for choice in row["choices"]]
    shown = ", ".join(values[:11]) + (f" … ({len(values)} in all)" if len(values) > 11 else "")
    lines = [("good", f"  {row['key']}"), ("", f"    {row['help']}"), ("dim", f"    {row['why']}")]
    lines += [("", f"    one of: {shown}")] if values else []
    lines += [("", f"    default: {row['default']}")] if row["default"] not in ("", None, [], 0) else []
    lines += [("dim", f"    asked when: {row['when']}")] if row["when"] else []
    return lines
