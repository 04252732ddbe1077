"""The questions of a template while a house is composed on it: their order, their rows, and what we know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.core.house import jinja
from ospo_init.core.house.answering import Asked
from ospo_init.core.house.source import Parent

OURS = ("section", "role", "why")


@dataclass(frozen=True)
class Bank:
    """The questions in their order, and by key what stands in the notes: section and role."""

    asked: Mapping[str, Asked]
    notes: Mapping[str, Mapping[str, Any]]

    def replaced(self, asked: Asked) -> Bank:
        """Return the bank with another form of a question that it has."""
        return replace(self, asked={**self.asked, asked.key: asked})

    def changed(self, key: str, **row: Any) -> Bank:
        """Return the bank with some of a question's row changed."""
        old = self.asked[key]
        return self.replaced(replace(old, row={**old.row, **row}))

    def with_question(self, key: str, row: Mapping[str, Any], after: str = "") -> Bank:
        """Return the bank with a question more: after the one named, else at the end of its section.

        One that is there already keeps its place. `section`, `role` and `why` go to the notes.
        """
        plain = {name: value for name, value in row.items() if name not in OURS}
        if "when" in plain:
            plain["when"] = _when(plain["when"])
        known = {name: row[name] for name in OURS if name in row}
        notes = {**self.notes, key: {**self.notes.get(key, {}), **known}} if known else self.notes
        if key in self.asked:
            old = self.asked[key]
            new = replace(old, row=plain, why=str(row.get("why", old.why)))
            return Bank({**self.asked, key: new}, notes)
        asked = Asked(key, plain, why=str(row.get("why", "")))
        names = list(self.asked)
        at = names.index(after if after in self.asked else self._last_of(str(row.get("section", "")))) + 1
        names.insert(at, key)
        return Bank({name: asked if name == key else self.asked[name] for name in names}, notes)

    def _last_of(self, section: str) -> str:
        """Return the last question of a section, or of all that are asked."""
        asked = [key for key in self.asked if "section" in self.notes.get(key, {})]
        own = [key for key in asked if self.notes[key]["section"] == section]
        return (own or asked)[-1]


def bank_of(parent: Parent) -> Bank:
    """Return the questions of the template below."""
    notes = parent.notes["questions"]
    asked = {}
    for key, row in parent.questions.items():
        known = notes.get(key, {})
        asked[key] = Asked(key, dict(row), tuple(known.get("rules", ())), str(known.get("why", "")))
    return Bank(asked, notes)


def _when(raw: Any) -> Any:
    """Return the condition of a question as Copier has it; one in Jinja stays as it is."""
    if isinstance(raw, bool) or (isinstance(raw, str) and "{" in raw):
        return raw
    return f"{{{{ true if {jinja.expression(raw)} else false }}}}"
