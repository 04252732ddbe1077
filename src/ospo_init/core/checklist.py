"""The release life cycle as rows: data/checklist.yml, whose head says what each field means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.bank import nearest
from ospo_init.core.conditions import Condition, Facts
from ospo_init.errors import TemplateError

STAGES = ("concept", "active", "maintenance", "end-of-life")
SEVERITIES = ("blocking", "advisory", "periodic")
NEEDS = ("answer", "person", "setting", "release")
VERDICTS = ("met", "person", "setting", "release", "later")
EVIDENCE = ("file", "setting", "scan", "approval", "metric")
PHASES = (
    "planning",
    "legal-review",
    "technical-review",
    "marketing-review",
    "governance",
    "infrastructure",
    "final-code-review",
    "pre-launch",
    "launch",
    "active-maintenance",
    "evaluate",
    "mature",
    "end-of-life",
)
OWNERS = (
    "project-lead",
    "maintainer",
    "ospo",
    "legal",
    "security",
    "marketing",
    "executive-sponsor",
    "community-manager",
    "privacy-officer",
    "tech-transfer",
)
TITLE = 70  # characters: one line of a terminal, with the id before it


@dataclass(frozen=True)
class Evidence:
    """What answers an item, and where it is found."""

    kind: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class AtBirth:
    """How a fresh repository answers an item.

    Where `met` depends on a condition, `needs` says what is missing when it does not hold, and `answers` which
    questions would settle it: one of each group.
    """

    verdict: str
    met_when: Condition | None = None
    needs: str = ""
    answers: tuple[tuple[str, ...], ...] = ()

    def open_needs(self, facts: Facts) -> str:
        """Return what is needed to close the item now, or '' when nothing is."""
        if self.verdict == "met":
            return "" if self.met_when is None or self.met_when.holds(facts) else self.needs
        return self.verdict

    def unanswered(self, facts: Facts) -> tuple[tuple[str, ...], ...]:
        """Return the groups of which no question has been answered; a choice of `none` settles nothing."""
        return tuple(
            group
            for group in self.answers
            if not any(facts.given(key) and facts.answer(key) != "none" for key in group)
        )


@dataclass(frozen=True)
class Item:
    """One row of the checklist. `check` is as core/checking/vocabulary.py reads it; `roles` are who must sign it.

    Houses alone say the last three: after how many days a signature lapses (0: never), the answers with whose change
    it does, and what its evidence or note must match, with the words for that.
    """

    id: str
    phase: str
    stage: str
    severity: str
    owner: str
    title: str
    question: str
    reason: str
    next_step: str
    evidence: Evidence
    sources: tuple[str, ...]
    at_birth: AtBirth
    check: Mapping[str, Any]
    applies: Condition | None = None
    waivable: bool = True
    roles: tuple[str, ...] = ()
    valid_days: int = 0
    valid_while: tuple[str, ...] = ()
    proof: tuple[str, str] = ("", "")

    @property
    def later(self) -> bool:
        """Whether the item is looked at only in the life of the project, never before it is published."""
        return self.severity == "periodic" or self.stage not in STAGES[:2]


def load(rows: Iterable[Any], roles: Collection[str] = ()) -> tuple[Item, ...]:
    """Return the rows as items, in their order; `roles` are there beside the checklist's own.

    Raises TemplateError naming the item that is not right.
    """
    items: dict[str, Item] = {}
    for number, row in enumerate(rows, 1):
        item = _Row(f"The checklist's row {number}", row, (*OWNERS, *roles)).item()
        if item.id in items:
            raise TemplateError(f"The checklist has two items {item.id}.", "Give one of them a number of its own.")
        items[item.id] = item
    return tuple(items.values())


def applies(item: Item, facts: Facts) -> bool:
    """Whether the item is about this kind of project at all."""
    return item.applies is None or item.applies.holds(facts)


_FIX = "Write it as {word: value}."
_FIELDS = tuple(name for name in Item.__dataclass_fields__ if name not in ("valid_days", "valid_while", "proof"))
_OPTIONAL = ("applies", "waivable", "roles")


class _Row:
    """Reads the fields of one row, and says which item is wrong and how."""

    def __init__(self, name: str, row: Any, owners: tuple[str, ...]) -> None:
        if not isinstance(row, Mapping):
            raise TemplateError(f"{name} is not a mapping of keys to values.", "Correct the row.")
        self.name, self.row, self.owners = name, row, owners

    def item(self) -> Item:
        """Return the whole row."""
        self.name = f"The checklist's item {self.text('id')}"
        self.keys(self.row, _FIELDS, _OPTIONAL)
        if not re.fullmatch(r"[A-Z]+-[0-9]{2}", self.text("id")):
            raise self.wrong(f"the id {self.text('id')!r} is not a word and two digits", "Write it as PLAN-01.")
        if len(self.text("title")) > TITLE:
            raise self.wrong(f"the title is longer than {TITLE} characters", "Shorten it.")
        item = Item(
            id=self.text("id"),
            phase=self.choice("phase", self.row["phase"], PHASES),
            stage=self.choice("stage", self.row["stage"], STAGES),
            severity=self.choice("severity", self.row["severity"], SEVERITIES),
            owner=self.choice("owner", self.row["owner"], self.owners),
            title=self.text("title"),
            question=self.text("question"),
            reason=self.text("reason"),
            next_step=self.text("next_step"),
            evidence=self.evidence(),
            sources=self.texts("sources", self.row["sources"]),
            at_birth=self.at_birth(),
            check=self.mapping("check"),
            waivable=self.row.get("waivable", True) is True,
            roles=tuple(self.choice("role", role, self.owners) for role in self.row.get("roles", [self.row["owner"]])),
            applies=self.condition(self.row["applies"]) if "applies" in self.row else None,
        )
        if item.later != (item.at_birth.verdict == "later"):
            raise self.wrong("only what is periodic or of a later stage is 'later' at birth", "Correct at_birth.")
        return item

    def evidence(self) -> Evidence:
        """Return the field `evidence`."""
        row = self.mapping("evidence", ("kind", "where"))
        return Evidence(self.choice("evidence", row["kind"], EVIDENCE), self.texts("where", row["where"]))

    def at_birth(self) -> AtBirth:
        """Return the field `at_birth`: a word, or a condition with what is needed where it does not hold."""
        if isinstance(self.row["at_birth"], str):
            return AtBirth(self.choice("at_birth", self.row["at_birth"], VERDICTS))
        row = self.mapping("at_birth", ("met_when", "unmet_needs", "answers"))
        needs = self.choice("unmet_needs", row["unmet_needs"], NEEDS)
        groups = row["answers"] if isinstance(row["answers"], list) else [None]
        if needs == "answer" and not groups:
            raise self.wrong("no answer is named that would settle it", "Name one, or say what else it needs.")
        answers = tuple(self.texts("answers", [group] if isinstance(group, str) else group) for group in groups)
        return AtBirth("met", self.condition(row["met_when"]), needs, answers)

    def condition(self, raw: Any) -> Condition:
        """Return a condition."""
        return conditions.parse(raw, self.name)

    def mapping(self, key: str, wanted: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """Return a field that is a mapping, with exactly these keys if any are named."""
        row = self.row[key]
        if not isinstance(row, Mapping):
            raise self.wrong(f"{key} is not a mapping", f"Give it the keys {', '.join(wanted)}." if wanted else _FIX)
        self.keys(row, wanted or tuple(row))
        return row

    def keys(self, row: Mapping[Any, Any], wanted: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Check that `row` has each wanted key and no other."""
        for key in row:
            self.choice("key", key, wanted)
        for key in wanted:
            if key not in row and key not in optional:
                raise self.wrong(f"the key {key!r} is missing", "Add it.")

    def text(self, key: str) -> str:
        """Return a field that is one line of text."""
        value = self.row.get(key)
        if not isinstance(value, str) or not value.strip() or "\n" in value:
            raise self.wrong(f"{key} is not a line of text", "Write one.")
        return value

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        """Return a list of texts."""
        if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
            raise self.wrong(f"{key} is not a list of texts", "Write it as [one, two].")
        return tuple(value)

    def choice(self, key: str, value: Any, known: tuple[str, ...]) -> str:
        """Return a value that must be one of the known ones."""
        if value in known:
            return str(value)
        close = nearest(str(value), known)
        raise self.wrong(
            f"{value!r} is not a known {key}",
            f"Did you mean {close!r}?" if close else f"Known are {', '.join(known)}.",
        )

    def wrong(self, what: str, then: str) -> TemplateError:
        """Return the error that says what is wrong with this row."""
        return TemplateError(f"{self.name}: {what}.", then)
