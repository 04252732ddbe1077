"""From what was given to a full set of answers, exactly as Copier would arrive at it.

Values that were given win over facts of the machine, and those over the question's own default. A question that is
hidden or computed still has a value, which is not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from ospo_init.core.bank import MISSING, RECORDED, TESTING, Bank, Question
from ospo_init.core.house.jinja import literal
from ospo_init.core.house.rules import broken

_VALUE = "_value"
YamlReader = Callable[[str], Any]


@dataclass(frozen=True)
class Choice:
    """One value that a question offers; `disabled` says why it cannot be chosen, or is empty."""

    value: Any
    label: str
    disabled: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one question: its value and where that came from (given, machine, default or computed)."""

    question: Question
    value: Any
    source: str
    shown: bool
    choices: tuple[Choice, ...] = ()
    problem: str = ""
    help: str = ""
    why: str = ""


@dataclass(frozen=True)
class Answers:
    """All answers, in the order of the bank; `values` is what templates see, `recorded` what is remembered."""

    rows: tuple[Answer, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def recorded(self) -> dict[str, Any]:
        """The answers that the project's answers file keeps."""
        return {
            row.question.key: row.value
            for row in self.rows
            if row.source != "computed" and not row.question.secret and row.value is not MISSING
        }

    @property
    def problems(self) -> tuple[Answer, ...]:
        """The answers that cannot stand."""
        return tuple(row for row in self.rows if row.problem)


@dataclass(frozen=True)
class Resolver:
    """Walks a bank with its environment; `read_yaml` parses the questions of type yaml."""

    bank: Bank
    env: SandboxedEnvironment
    read_yaml: YamlReader

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any] | None = None) -> Answers:
        """Return the answers that follow from what was `given` and what the `machine` knows."""
        values = self._at_first(given)
        if machine and machine.get(TESTING):
            values[TESTING] = True
        rows = []
        for question in self.bank.values():
            row = self._answer(question, values, given, machine or {})
            if row.value is not MISSING:
                values[question.key] = row.value
            rows.append(_held(row, values, machine or {}))
        return Answers(tuple(rows), values)

    def _at_first(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that the first question can see: none, for each one is cast before the next sees it."""
        return {}

    def _answer(
        self, question: Question, values: Mapping[str, Any], given: Mapping[str, Any], machine: Mapping[str, Any]
    ) -> Answer:
        key = question.key
        try:
            when = to_bool(self._text(question.when, values))
            recorded = (machine.get(RECORDED) or {}).get(key, MISSING)
            known = values if recorded is MISSING else {**values, key: recorded}  # a choice may stay for who has it
            choices = self._choices(question, known)
            asks = when and to_bool(self._text(question.ask, values)) and not _decided(question, choices)
            shown = Answer(question, MISSING, "computed", asks, choices)
            if shown.shown:
                help_text, why = (str(self._text(text, values)) for text in (question.help, question.why))
                shown = replace(shown, help=help_text, why=why)
        except (JinjaError, ValueError, TypeError, KeyError) as error:
            return Answer(question, MISSING, "default", False, problem=f"cannot be worked out: {error}")
        if key in given:
            return self._settle(replace(shown, source="given" if when else "computed"), given[key], values)
        if key in machine and when:
            row = self._settle(replace(shown, source="machine"), machine[key], values)
            if not row.problem:
                return row
        try:
            default = self._text(question.default, values)
        except JinjaError as error:
            return replace(shown, problem=f"has a default that cannot be worked out: {error}")
        if default is MISSING:
            return replace(shown, source="default" if when else "computed")
        return self._settle(replace(shown, source="default" if when else "computed"), default, values)

    def _settle(self, row: Answer, raw: Any, values: Mapping[str, Any]) -> Answer:
        """Return `row` with the value cast, checked against the choices and validated."""
        question = row.question
        try:
            value = self._cast_all(question, raw, row.choices)
        except (ValueError, TypeError) as error:
            return replace(row, value=MISSING, problem=str(error))
        if row.source == "computed":
            return replace(row, value=value)
        try:
            problem = str(self._text(question.validator, {**values, question.key: value})).strip()
        except (JinjaError, ValueError, TypeError) as error:
            problem = str(error)
        return replace(row, value=value, problem=problem)

    def _cast_all(self, question: Question, raw: Any, choices: tuple[Choice, ...]) -> Any:
        if not question.multiselect:
            return self._one(question, raw, choices)
        if isinstance(raw, str):
            raw = self.read_yaml(raw)
        if not isinstance(raw, list):
            raise ValueError("is not a list")
        wanted = [self._one(question, item, choices) for item in raw]
        return [choice.value for choice in choices if choice.value in wanted]

    def _one(self, question: Question, raw: Any, choices: tuple[Choice, ...]) -> Any:
        value = self.cast(question.type, raw)
        if not choices:
            return value
        found = [choice for choice in choices if choice.value == value]
        if any(not choice.disabled for choice in found):
            return value
        if found:
            raise ValueError(found[0].disabled)
        raise NotAChoice(value, choices)

    def _choices(self, question: Question, values: Mapping[str, Any]) -> tuple[Choice, ...]:
        raw = question.choices
        if isinstance(raw, str):
            raw = self.read_yaml(self._text(raw, values))
        pairs = raw.items() if isinstance(raw, Mapping) else [c if isinstance(c, list) else (c, c) for c in raw or ()]
        return tuple(self._choice(question, label, value, values) for label, value in pairs)

    def _choice(self, question: Question, label: Any, value: Any, values: Mapping[str, Any]) -> Choice:
        disabled = ""
        if isinstance(value, Mapping):
            disabled = self._disabled(value.get("validator", ""), value["value"], values)
            value = value["value"]
        return Choice(self.cast(question.type, self._text(value, values)), str(self._text(label, values)), disabled)

    def _disabled(self, validator: str, value: Any, values: Mapping[str, Any]) -> str:
        """Return why a choice cannot be made. The refusals of a list differ in their value alone: one is compiled."""
        shared = validator.replace(f"{literal(value)} not in ", f"{_VALUE} not in ")
        return str(self._text(shared, values if shared == validator else {**values, _VALUE: value}))

    def _text(self, raw: Any, values: Mapping[str, Any]) -> Any:
        """Return `raw` rendered if it is a text, else as it is. Texts without Jinja are returned untouched."""
        if isinstance(raw, list):
            return [self._text(item, values) for item in raw]
        if not isinstance(raw, str) or "{" not in raw:
            return raw
        return self.env.from_string(raw).render(values)

    def cast(self, type_name: str, raw: Any) -> Any:
        """Return `raw` in the question's type, as Copier casts; raise ValueError with what is wrong."""
        if type_name in ("yaml", "json"):
            return self.read_yaml(raw) if isinstance(raw, str) else raw
        if type_name == "bool":
            return to_bool(raw)
        if isinstance(raw, (Mapping, list)) or raw is None:
            raise ValueError(f"must be one {_NAMES[type_name]}, not {_kind(raw)}")
        if type_name in ("str", "path"):
            return raw if isinstance(raw, str) else str(raw)
        try:
            return int(raw) if type_name == "int" else float(raw)
        except ValueError:
            raise ValueError(f"{str(raw)[:40]!r} is not a {_NAMES[type_name]}") from None


class NotAChoice(ValueError):
    """A value that the question does not offer; holds the value and the choices, to find the nearest."""

    def __init__(self, value: Any, choices: tuple[Choice, ...]) -> None:
        open_values = [str(choice.value) for choice in choices if not choice.disabled]
        shown = ", ".join(open_values) if len(open_values) <= 12 else f"one of {len(open_values)} values"
        super().__init__(f"{str(value)[:60]!r} is not offered; choose {shown}")
        self.value, self.values = value, open_values


def _decided(question: Question, choices: tuple[Choice, ...]) -> bool:
    """Whether the rules of houses leave one choice only, so that there is nothing to ask."""
    left = sum(not choice.disabled for choice in choices)
    return bool(question.rules) and not question.multiselect and left == 1 < len(choices)


def _held(row: Answer, values: Mapping[str, Any], machine: Mapping[str, Any]) -> Answer:
    """Return the answer held to the rules of the houses; one that is recorded stays, whatever they say now."""
    question = row.question
    if not question.rules or row.problem or row.source == "computed" or row.value is MISSING:
        return row
    if row.value == (machine.get(RECORDED) or {}).get(question.key, MISSING):
        return row
    return replace(row, problem=broken(question.rules, row.value, values))


_NAMES = {"str": "text", "path": "path", "int": "whole number", "float": "number"}


def _kind(raw: Any) -> str:
    return "nothing" if raw is None else "a list" if isinstance(raw, list) else "a mapping"


def to_bool(value: Any) -> bool:
    """Return `value` as Copier reads a condition: numbers, YAML's words, else whether it is empty."""
    try:
        return bool(float(value))
    except (TypeError, ValueError):
        pass
    if isinstance(value, str):
        word = value.strip().lower()
        return bool(word) and word not in {"n", "no", "f", "false", "off", "~", "null", "none"}
    return bool(value)
