"""What a house's `copyright` makes of the questions: holder, legal entities and years. No clock: years are answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ospo_init.core.house import jinja
from ospo_init.core.house.model import Answer, Copyright

HOLDER, SHOWN, NOTICE, LAST = "copyright_holder", "holder", "copyright_notice", "last_year"
NOBODY = "none"
_LAST_YEAR = {
    "section": "legal",
    "role": "fact",
    "type": "str",
    "help": "In which year was it last changed and published?",
    "why": "The copyright notice ends with it. Changing this answer is an update; no clock does it.",
    "ask": False,
    "default": "{{ first_year }}",
    "validator": "{% from 'valid.jinja' import year %}{{ year(last_year) }}",
}
# What stands in the notice for the years, by the house's rule.
_YEARS: Mapping[str, str] = {
    "first": "first_year",
    "range": "(first_year if last_year in ['', first_year] else first_year ~ '-' ~ last_year)",
    "latest": "(last_year or first_year)",
    "none": "''",
}


def answers(row: Copyright) -> dict[str, Answer]:
    """Return what the holder's rule says as an answer of house.yml."""
    if row.entities:
        return {HOLDER: Answer(rule=row.rule, contact=row.contact)} if row.rule else {}
    if not row.holder or row.holder == NOBODY:
        return {HOLDER: Answer(hide=True)} if row.holder else {}
    return {HOLDER: Answer(lock=row.holder, rule=row.rule, contact=row.contact)}


def questions(row: Copyright, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the questions that change or are added: the entities to choose from, the years, and the notice."""
    found: dict[str, Mapping[str, Any]] = {}
    if row.entities:
        plain = {key: value for key, value in known[HOLDER].items() if key != "validator"}
        found[HOLDER] = plain | {"choices": list(row.entities), "default": row.entities[0]}
        if row.holder not in ("", NOBODY):  # what is recorded is the entity, the notice is worked out from it
            pattern = row.holder.replace("{entity}", f"{{{HOLDER}}}")
            found[SHOWN] = {**known[SHOWN], "default": jinja.text(pattern)}
    if row.years in ("range", "latest"):
        found[LAST] = _LAST_YEAR
    if row.holder == NOBODY:
        found[NOTICE] = {**known[NOTICE], "default": "NONE"}
    elif row.years:
        found[NOTICE] = {**known[NOTICE], "default": f"{{{{ [{_YEARS[row.years]}, holder] | select | join(' ') }}}}"}
    return found
