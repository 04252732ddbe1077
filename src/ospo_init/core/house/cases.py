"""The tests of a house: answers, and what the project that they make must hold. Read strictly, judged purely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.house.kinds import is_path
from ospo_init.core.house.problems import Problem, unknown
from ospo_init.core.marked import Marked, plain
from ospo_init.core.trees import Tree

KEYS = ("answers", "present", "absent", "holds", "lacks", "check", "refused")
VERDICTS = ("pass", "fail", "person", "unknown", "not-applicable")


@dataclass(frozen=True)
class Case:
    """One test: its name, the answers, and what is expected of files, of `check` and of refused answers."""

    name: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[str, tuple[Any, str]] = field(default_factory=dict)  # key: the value, and words of the refusal


def read(name: str, root: Marked | None) -> tuple[Case, list[Problem]]:
    """Return the test in a file of tests/, and what is wrong with it."""
    where = f"tests/{name}"
    if root is None:
        return Case(name), []
    if root.kind != "mapping":
        return Case(name), [Problem(f"{where}:1", "it is not keys with values", f"Known are {', '.join(KEYS)}.")]
    problems, found = [], {}
    for key, below in root.value:
        place = f"{where}:{key.line}:{key.column}"
        if key.value not in KEYS:
            problems.append(unknown(place, key.value, "key of a test", KEYS))
            continue
        try:
            found[key.value] = _READ[key.value](plain(below))
        except (ValueError, TypeError, AttributeError):
            problems.append(Problem(place, f"{key.value} is not what it should be", f"Write {_FORMS[key.value]}"))
    return Case(name, **found), problems


def _paths(raw: Any) -> tuple[str, ...]:
    rows = [raw] if isinstance(raw, str) else list(raw)
    if not all(is_path(row) for row in rows):
        raise ValueError
    return tuple(rows)


def _texts(raw: Any) -> dict[str, tuple[str, ...]]:
    return {str(key): tuple(map(str, [row] if isinstance(row, str) else row)) for key, row in raw.items()}


def _verdicts(raw: Any) -> dict[str, tuple[str, ...]]:
    found = _texts(raw)
    if not set(found) <= set(VERDICTS):
        raise ValueError
    return found


def _refused(raw: Any) -> dict[str, tuple[Any, str]]:
    found = {}
    for key, row in raw.items():
        given = row if isinstance(row, Mapping) else {"value": row}
        found[str(key)] = (given["value"], str(given.get("says", "")))
    return found


_READ: Mapping[str, Any] = {
    "answers": dict,
    "present": _paths,
    "absent": _paths,
    "holds": _texts,
    "lacks": _texts,
    "check": _verdicts,
    "refused": _refused,
}
_FORMS = {
    "answers": "answers: {project_name: Tide Gauge}",
    "present": "present: [NOTICE]",
    "absent": "absent: [TRADEMARKS.md]",
    "holds": "holds: {LICENSE: [a text]}",
    "lacks": "lacks: {LICENSE: [a text]}",
    "check": f"check: {{pass: [LEGAL-06]}}; verdicts are {', '.join(VERDICTS)}",
    "refused": "refused: {license: GPL-3.0-only}, or {license: {value: GPL-3.0-only, says: words of the refusal}}",
}


def judged(case: Case, tree: Tree, verdicts: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Yield what is not as the test expects; `verdicts` are those of `check` by item, each with what shows it."""
    for path in case.present:
        if path not in tree:
            yield f"{path} is not made"
    for path in case.absent:
        if path in tree:
            yield f"{path} is made"
    for path, texts in case.holds.items():
        if path not in tree:
            yield f"{path} is not made"
            continue
        text = tree[path].data.decode("utf-8", "replace")
        yield from (f"{path} does not hold {wanted!r}" for wanted in texts if wanted not in text)
    for path, texts in case.lacks.items():
        text = tree[path].data.decode("utf-8", "replace") if path in tree else ""
        yield from (f"{path} holds {wanted!r}" for wanted in texts if wanted in text)
    for verdict, items in case.check.items():
        for item in items:
            found, proof = verdicts.get(item, ("not there", ""))
            if found != verdict:
                yield f"check says {found} of {item}, not {verdict}{': ' + proof if proof else ''}"
