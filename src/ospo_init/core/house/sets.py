"""Which answers a house is tried with besides its own tests: every two values of two choices meet at least once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ospo_init.core.house.pairwise import pairwise

Row = Mapping[str, Any]
Resolve = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_MOST = 6  # values of one choice: of the long list of licences the first ones stand for all
# Facts that nobody can choose: without them a project has no author, and much is left out of it.
FACTS: Mapping[str, Any] = {
    "project_name": "Tide Gauge",
    "description": "Reads water levels and publishes them.",
    "problem": "Water levels are known too late.",
    "audience": "Harbour masters",
    "maintainer_name": "Ada Example",
    "maintainer_email": "ada@example.org",
    "maintainer_handle": "@ada",
    "created_on": "2026-03-01",
    "repository_url": "https://github.com/example/tide-gauge",
}


def facts_of(cases: Iterable[Mapping[str, Any]], rows: Sequence[Row]) -> dict[str, Any]:
    """Return the facts that the sets share: those of the house's own tests, else ours, as far as it asks for them."""
    facts = {row["key"] for row in rows if row["role"] != "choice"}
    given: dict[str, Any] = {key: value for key, value in FACTS.items() if key in facts}
    for answers in cases:
        given |= {key: value for key, value in answers.items() if key in facts and value not in ("", None)}
    return given


def answer_sets(facts: Mapping[str, Any], rows: Sequence[Row], resolve: Resolve) -> list[dict[str, Any]]:
    """Return sets of answers in which every pair of choices occurs that the house allows."""
    known = usable(dict(facts), resolve)
    offered = {row["key"]: _values(row) for row in rows if row["role"] == "choice" and len(_values(row)) > 1}
    by_word = {key: {_word(value): value for value in values} for key, values in offered.items()}
    words = {key: list(values) for key, values in by_word.items()}
    rows_ = pairwise(words) if len(words) > 1 else [{key: word} for key in words for word in words[key]]
    found = [usable({**known, **{key: by_word[key][word] for key, word in row.items()}}, resolve) for row in rows_]
    return [answers for number, answers in enumerate(found) if answers not in found[:number]] or [known]


def usable(answers: dict[str, Any], resolve: Resolve) -> dict[str, Any]:
    """Return the answers without those that cannot stand beside the others."""
    while True:
        wrong = [row["key"] for row in resolve(answers)["rows"] if row["problem"] and row["key"] in answers]
        if not wrong:
            return answers
        answers = {key: value for key, value in answers.items() if key != wrong[0]}


def _values(row: Row) -> list[Any]:
    if row["type"] == "bool" and not row["choices"]:
        return [True, False]
    offered = [value for value, _, disabled in row["choices"] if not disabled][:_MOST]
    return [[], *([value] for value in offered)] if row["multiselect"] else offered


def _word(value: Any) -> str:
    return repr(value)
