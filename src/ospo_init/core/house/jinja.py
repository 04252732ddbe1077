"""From what a house says as data to the Jinja that a published template holds; nobody at the house writes any."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ospo_init.core.conditions import Condition, parse
from ospo_init.core.licenses import jinja_safe

_KEY = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def literal(value: Any) -> str:
    """Return a value as an expression of Jinja's: a text, a number, true or false, or a list of these."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def keys_in(text: str) -> list[str]:
    """Return the answers that a text of house.yml stands for with {key}."""
    return _KEY.findall(text)


def text(value: Any) -> Any:
    """Return the template text that renders as `value`, with {key} for answers; other values are as they are."""
    if isinstance(value, list):
        return [text(item) for item in value]
    if not isinstance(value, str):
        return value
    pieces = _KEY.split(value)  # text and keys in turn
    return "".join(f"{{{{ {piece} }}}}" if place % 2 else jinja_safe(piece) for place, piece in enumerate(pieces))


def expression(raw: Any) -> str:
    """Return the expression that holds where a condition of house.yml does; `true` and `false` are themselves."""
    return literal(raw) if isinstance(raw, bool) else _of(parse(raw, "a condition"))


def _of(condition: Condition) -> str:
    if condition.word == "given":
        name = condition.name
        return f"({name} | trim if {name} is string else {name})"
    if condition.word == "is":
        name, values = condition.name, literal(condition.values)
        given = f"([{name}] if {name} is string or {name} is not sequence else {name})"
        return f"({given} | select('in', {values}) | list | length > 0)"
    if condition.word == "not":
        return f"(not {_of(condition.parts[0])})"
    joiner = " and " if condition.word == "all" else " or "
    return f"({joiner.join(_of(part) for part in condition.parts)})"


def first_of(rows: Iterable[tuple[str, Any]], otherwise: Any) -> Any:
    """Return a default that is the value of the first row whose expression holds; `otherwise` may be a template."""
    found = "".join(f"{{% {'elif' if number else 'if'} {test} %}}{value}" for number, (test, value) in enumerate(rows))
    return f"{found}{{% else %}}{otherwise}{{% endif %}}" if found else otherwise


def one_of(template: Any, allowed: Iterable[Any], instead: Any) -> str:
    """Return a default that is what `template` renders as if that is allowed, else `instead`."""
    kept = f"{{% set proposed %}}{template}{{% endset %}}"
    test = f"proposed in {literal([str(value) for value in allowed])}"
    return f"{kept}{{{{ proposed if {test} else {literal(instead)} }}}}"


def first_said(first: str, second: str) -> str:
    """Return a validator that says what the first one does, and what the second does where the first says nothing."""
    if not first:
        return second
    return f"{{% set below %}}{first}{{% endset %}}{{{{ below }}}}{{% if not below | trim %}}{second}{{% endif %}}"


def refusal(key: str, value: Any, rows: Iterable[tuple[str, str]]) -> str:
    """Return the validator of one choice: it refuses it, where a row's expression holds ('' always), with its words.

    Who has the choice recorded keeps it: an update never changes an answer because a list became shorter.
    """
    given = f"({key} | default(''))"
    recorded = f"([{given}] if {given} is string or {given} is not sequence else {given})"
    return "".join(
        f"{{% if {test + ' and ' if test else ''}{literal(value)} not in {recorded} %}}"
        f"{{{{ {literal(words)} }}}}{{% endif %}}"
        for test, words in rows
    )
