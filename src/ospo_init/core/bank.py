"""The question bank: Copier's questions, and what we know of each besides."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.errors import TemplateError

TYPES = ("str", "int", "float", "bool", "yaml", "json", "path")
_COPIER = {"type", "help", "choices", "default", "validator", "when", "ask", "multiline", "multiselect", "placeholder"}
_COPIER |= {"secret", "qmark"}
_OURS = {"section", "role", "why", "appears", "rules"}
MISSING = object()
TESTING = "_testing"  # among what the machine knows: a house is being tried, and offers what it keeps for that
RECORDED = "_recorded"  # among what the machine knows: the answers that the project has recorded


@dataclass(frozen=True)
class Question:
    """One question. Texts and conditions may be Jinja; `appears` lists files in which the answer shows.

    `rules` are what houses say of the answer (core/house/rules.py).
    """

    key: str
    type: str = "str"
    help: str = ""
    choices: Any = ()
    default: Any = MISSING
    validator: str = ""
    when: str | bool = True
    ask: str | bool = True
    multiline: str | bool = False
    multiselect: bool = False
    placeholder: str = ""
    secret: bool = False
    section: str = ""
    role: str = ""
    why: str = ""
    appears: tuple[str, ...] = field(default=())
    rules: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def computed(self) -> bool:
        """Whether the value always follows from other answers: never asked, never recorded."""
        return self.when is False


Bank = Mapping[str, Question]


def parse_bank(rows: Mapping[str, Any], notes: Mapping[str, Mapping[str, Any]]) -> dict[str, Question]:
    """Return the questions of a Copier file (`rows`, settings left out), with our `notes` on them."""
    return {key: _question(key, row, notes.get(key, {})) for key, row in rows.items() if not key.startswith("_")}


def _question(key: str, row: Any, notes: Mapping[str, Any]) -> Question:
    if not isinstance(row, Mapping):  # Copier's short form: only the default
        row = {"default": row}
    unknown = set(row) - _COPIER
    if unknown:
        raise TemplateError(f"The question {key!r} has a setting that Copier does not know: {sorted(unknown)[0]!r}.")
    fields = {name: value for name, value in row.items() if name != "qmark"}
    fields["type"] = _type(key, row)
    fields.update({name: notes[name] for name in _OURS if name in notes})
    fields |= {name: tuple(fields.get(name, ())) for name in ("appears", "rules")}
    return Question(key, **fields)


def _type(key: str, row: Mapping[str, Any]) -> str:
    """Return the type that Copier takes: the one named, else the default's, else YAML."""
    named = row.get("type") or type(row.get("default")).__name__
    if named in TYPES:
        return str(named)
    if row.get("type"):
        raise TemplateError(f"The question {key!r} has the type {named!r}; Copier knows {', '.join(TYPES)}.")
    return "yaml"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like `word`, or ''."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), "")
