"""Holding answers to the rules of houses: what each kind of rule asks of an answer, and how a refusal reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.conditions import Facts
from ospo_init.core.house import jinja

Rule = Mapping[str, Any]
_LONGEST = 300  # characters of an answer that are held against a pattern: a calm one ends soon then


def broken(rules: Iterable[Rule], value: Any, answers: Mapping[str, Any]) -> str:
    """Return why `value` cannot stand by the first rule that it breaks, or ''; `answers` are the others' values."""
    for rule in rules:
        words = _KINDS[rule["kind"]](rule, value, answers) if rule.get("kind") in _KINDS else ""
        if words:
            return f"{words}{whose(rule)}"
    return ""


def _lock(rule: Rule, value: Any, answers: Mapping[str, Any]) -> str:
    wanted = _with_answers(rule["value"], answers)
    return "" if value == wanted else f"is fixed to {_shown(wanted)} by {rule['house']}"


def _force(rule: Rule, value: Any, answers: Mapping[str, Any]) -> str:
    if not conditions.parse(rule["when"], "a rule").holds(Facts(answers, ())):
        return ""
    wanted = _with_answers(rule["value"], answers)
    return "" if value == wanted else f"must be {_shown(wanted)} here, says {rule['house']}"


def _restrict(rule: Rule, value: Any, answers: Mapping[str, Any]) -> str:
    given = value if isinstance(value, list) else [value]
    if all(one in rule["values"] for one in given):
        return ""
    return f"is outside what {rule['house']} allows ({', '.join(map(str, rule['values'][:8]))})"


def _pattern(rule: Rule, value: Any, answers: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or not value or re.search(rule["pattern"], value[:_LONGEST]):
        return ""
    return str(rule.get("message") or f"is not of the form that {rule['house']} asks for ({rule['pattern']})")


# What a rule of each kind holds, beside the house's title, its text and its contact.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "default": ("value",),
    "lock": ("value",),
    "force": ("when", "value"),
    "restrict": ("values",),
    "pattern": ("pattern",),
    "licenses": ("allow", "forbid", "kinds"),
}


def license_broken(rules: Iterable[Rule], value: Any, answers: Mapping[str, Any]) -> str:
    """Return why a recorded licence is outside what a house allows for a project of its kind, or ''."""
    for rule in (one for one in rules if one.get("kind") == "licenses"):
        own = rule["kinds"].get(answers.get("kind"), {})
        allow = own.get("allow") or rule["allow"]
        if value in rule["forbid"] or value in own.get("forbid", ()) or (allow and value not in allow):
            shown = f" ({', '.join(allow[:8])})" if allow else ""
            return f"is {value}, outside what {rule['house']} allows{shown}{whose(rule)}"
    return ""


_KINDS: Mapping[str, Callable[[Rule, Any, Mapping[str, Any]], str]] = {
    "lock": _lock,
    "force": _force,
    "restrict": _restrict,
    "pattern": _pattern,
}


def _with_answers(value: Any, answers: Mapping[str, Any]) -> Any:
    """Return a rule's value with {key} replaced by the answers."""
    if not isinstance(value, str):
        return value
    for key in jinja.keys_in(value):
        value = value.replace(f"{{{key}}}", str(answers.get(key, "")))
    return value


def whose(rule: Rule) -> str:
    """Return the end of a refusal: the rule's own text, whom to ask for an exception, and where it is recorded."""
    said = f": “{rule['rule']}”" if rule.get("rule") else ""
    said += f"; for an exception ask {rule['contact']}" if rule.get("contact") else ""
    return said + (f"; it is recorded at {rule['record']}" if rule.get("record") else "")


def says(rule: Mapping[str, Any], title: str = "") -> str:
    """Return who says it, with the rule's own text where it has one."""
    return f"{title or rule['house']} says" + (f" “{rule['rule']}”," if rule.get("rule") else "")


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else jinja.literal(value)
