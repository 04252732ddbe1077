"""What a house's `answers` make of the questions: defaults, locks, narrowed choices, and the rules behind them.

A question keeps every value that it ever offered; one that the house does not allow is refused to everybody who has not
recorded it. So plain `copier update` and Renovate never change an answer because a house narrowed a choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core.house import jinja
from ospo_init.core.house.kinds import is_address
from ospo_init.core.house.model import Answer, Force, House
from ospo_init.core.house.rules import whose
from ospo_init.core.house.saying import MISSING

Row = dict[str, Any]
Choices = list[tuple[str, Any]]  # label, and the value or {value, validator}


@dataclass(frozen=True)
class Who:
    """Whose rule it is: what refusals and `why` quote."""

    title: str
    rule: str = ""
    contact: str = ""
    record: str = ""  # where exceptions are recorded

    @classmethod
    def of(cls, house: House, rule: str = "", contact: str = "", record: str = "") -> Who:
        """Return whose rule it is, with a role of `contacts` as its address."""
        return cls(house.title, rule, contact_of(house, contact), record)

    @property
    def words(self) -> str:
        """The end of a refusal: the rule's own text, and whom to ask."""
        return whose(self.data())

    def data(self) -> Row:
        """Return it as published rows hold it, without what is empty."""
        named = {"house": self.title, "rule": self.rule, "contact": self.contact, "record": self.record}
        return {key: value for key, value in named.items() if value}


def contact_of(house: House, contact: str) -> str:
    """Return whom to ask: the address of a role, or the address itself; else the OSPO's, if one is named."""
    return house.contacts.get(contact, contact) or house.contacts.get("ospo", "")


@dataclass(frozen=True)
class Asked:
    """A question while it is being changed: its row as Copier has it, and our rules about it."""

    key: str
    row: Mapping[str, Any]
    rules: tuple[Row, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Narrowing:
    """What a house allows of a choice: refusals by value, each with an expression for when it holds ('' always)."""

    refused: Mapping[Any, Sequence[tuple[str, str]]] = field(default_factory=dict)
    allowed: tuple[Any, ...] = ()


def answered(asked: Asked, answer: Answer, who: Who) -> Asked:
    """Return the question as the house has it."""
    row = dict(asked.row)
    row |= {name: text for name, text in (("help", answer.help),) if text}
    if "choices" in row:
        row["choices"] = _chosen(asked.key, row["choices"], answer, who)
    below = tuple(Force(rule["when"], rule["value"]) for rule in asked.rules if rule["kind"] == "force")
    changed = replace(answer, force=(*below, *answer.force))  # what a house below forces comes first
    row |= _default(row, changed if answer.force or "default" in _default(row, answer) else answer)
    if answer.lock is not MISSING or answer.hide:
        row["ask"] = False
    elif answer.force:
        tests = [jinja.expression(force.when) for force in changed.force]
        row["ask"] = f"{{{{ not ({' or '.join(tests)}) }}}}"
    why = answer.why or asked.why
    if who.rule:
        why = f"{why} {who.title}: “{who.rule}”".strip()
    return replace(asked, row=row, rules=(*asked.rules, *_rules(answer, who)), why=why)


def narrowed(asked: Asked, narrowing: Narrowing) -> Asked:
    """Return the question with the choices that are refused marked so; none is taken out."""
    offered = pairs(asked.row["choices"])
    marked = []
    for label, choice in offered:
        value, validator = _parts(choice)
        rows = narrowing.refused.get(value, ())
        if rows:  # what a house below refuses comes first, in its own words; it may refuse it only sometimes
            refusal = jinja.first_said(validator, jinja.refusal(asked.key, value, rows))
            marked.append((label, {"value": value, "validator": refusal}))
        else:
            marked.append((label, choice))
    return replace(asked, row={**asked.row, "choices": dict(marked)})


def pairs(choices: Any) -> Choices:
    """Return choices as pairs of label and value, whichever of Copier's forms they have; none for a dynamic list."""
    if isinstance(choices, Mapping):
        return list(choices.items())
    if isinstance(choices, str):
        return []
    return [(str(one[0]), one[1]) if isinstance(one, list) else (str(one), one) for one in choices]


def values(choices: Any) -> list[Any]:
    """Return the values of choices, those that are refused too."""
    return [_parts(choice)[0] for _, choice in pairs(choices)]


def _parts(choice: Any) -> tuple[Any, str]:
    return (choice["value"], choice.get("validator", "")) if isinstance(choice, Mapping) else (choice, "")


def _chosen(key: str, choices: Any, answer: Answer, who: Who) -> Any:
    if isinstance(choices, str):
        return choices
    offered = [*pairs(choices), *((label, value) for value, label in answer.add.items())]
    known = {_parts(choice)[0] for _, choice in offered}
    first = [pair for value in answer.recommend for pair in offered if _parts(pair[1])[0] == value]
    named = [(f"{label} (recommended by {who.title})", choice) for label, choice in first]
    offered = [*named, *(pair for pair in offered if pair not in first)]
    refused: dict[Any, list[tuple[str, str]]] = {}
    if answer.restrict:
        words = f"is outside what {who.title} allows ({listed(answer.restrict)}){who.words}"
        refused = {value: [("", words)] for value in known if value not in answer.restrict}
    for value in answer.testing:
        words = f"is offered by {who.title} for tests alone{who.words}"
        refused.setdefault(value, [("not _testing | default(false)", words)])
    question = Asked(key, {"choices": dict(offered)})
    return narrowed(question, Narrowing(refused)).row["choices"] if refused else dict(offered)


def _default(row: Row, answer: Answer) -> Row:
    old = row.get("default", "")
    if answer.lock is not MISSING:
        return {"default": jinja.text(answer.lock)}
    given = answer.default if answer.default is not MISSING else (*answer.recommend, MISSING)[0]
    new = jinja.text(given) if given is not MISSING else old
    if answer.restrict and given is MISSING:
        plain = isinstance(old, str) and "{" not in old
        new = new if plain and old in answer.restrict else jinja.one_of(old, answer.restrict, answer.restrict[0])
    forced = [(jinja.expression(force.when), _as_text(jinja.text(force.value))) for force in answer.force]
    if forced:
        new = jinja.first_of(forced, _as_text(new))
    return {"default": new} if new != old or "default" in row else {}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else jinja.literal(value)


def _rules(answer: Answer, who: Who) -> Iterable[Row]:
    """Yield the rules that ospo-init holds answers to; what Copier itself refuses is in the choices."""
    if answer.default is not MISSING:
        yield {"kind": "default", "value": answer.default, **who.data()}
    if answer.lock is not MISSING:
        yield {"kind": "lock", "value": answer.lock, **who.data()}
    if answer.restrict:
        yield {"kind": "restrict", "values": list(answer.restrict), **who.data()}
    for force in answer.force:
        yield {"kind": "force", "when": force.when, "value": force.value, **who.data()}
    if answer.pattern:
        yield {"kind": "pattern", "pattern": answer.pattern, "message": answer.message, **who.data()}


def listed(names: Iterable[Any]) -> str:
    """Return a list for a sentence, cut short where it is long."""
    shown = [str(name) for name in names]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def is_role(house: House, contact: str) -> bool:
    """Whether a contact is a role that has one, or an address."""
    return contact in house.contacts or is_address(contact)
