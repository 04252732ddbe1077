"""Composing a house: the published template below it, and the house's own folder, make another published template.

A pure function of the two, so that the same sources give the same tree, byte for byte; a house on a house is the same
function twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core.appearance import appearances
from ospo_init.core.blobs import blob_id
from ospo_init.core.compose import NOTES, YamlWriter, published
from ospo_init.core.house import answering, copyrights, licensing, placed, policy
from ospo_init.core.house.answering import Who
from ospo_init.core.house.bank import Bank, bank_of
from ospo_init.core.house.filling import pieces
from ospo_init.core.house.licensing import LICENSE, MATERIALS
from ospo_init.core.house.placed import Placed
from ospo_init.core.house.source import HouseSource, Parent
from ospo_init.core.trees import File

_NOTES = ("section", "role", "why", "appears", "rules")
LANGUAGES = "languages"


@dataclass(frozen=True)
class Composed:
    """What composing made: the published tree, and from which overlay file each of its project files came."""

    tree: Mapping[str, File]
    overlaid: Mapping[str, str]


def extend(parent: Parent, source: HouseSource, write_yaml: YamlWriter) -> Composed:
    """Return the published template of the house. Raises TemplateError for what could not be rendered by Copier."""
    source = source.on(parent)
    bank = _asked(parent, source)
    rules = {key: list(asked.rules) for key, asked in bank.asked.items() if asked.rules}
    placed_ = placed.placed(parent, source)
    says = policy.policy(parent.policy, source.house, _mine(parent, rules), _contents(source, placed_))
    written = (policy.HEAD + write_yaml(says)).encode()
    placed_ = placed.with_policy(placed_, File(written))
    files = {path: file for path, file in placed_.files.items() if path not in ("copier.yml", NOTES)}
    questions = {key: dict(asked.row) for key, asked in bank.asked.items()}
    notes = {
        "schema_version": 1,
        "questions": _notes(bank, appearances(questions, files)),
        "files": {path: dict(row) for path, row in placed_.owned.items()},
        **({"renamed": dict(placed_.renamed)} if placed_.renamed else {}),
        "house": {**says, "patterns": policy.patterns(parent.policy, source.house)},
    }
    settings = {key: value for key, value in parent.settings.items() if key != "_exclude"}
    return Composed(published(settings, questions, notes, files, write_yaml), placed_.overlaid)


def _asked(parent: Parent, source: HouseSource) -> Bank:
    """Return the questions as the house has them, in their order."""
    house, bank = source.house, bank_of(parent)
    for key, row in source.questions.items():
        bank = bank.with_question(key, row)
    known = {key: asked.row for key, asked in bank.asked.items()}
    for key, row in copyrights.questions(house.copyright, known).items():
        bank = bank.with_question(key, row, after="first_year")
    if house.licenses.materials:
        below = bank.asked[MATERIALS].row if MATERIALS in bank.asked else {}
        bank = bank.with_question(MATERIALS, licensing.material_question(house, below), after=LICENSE)
        ids = licensing.material_ids(house.licenses.materials, str(bank.asked["license_ids"].row["default"]))
        bank = bank.changed("license_ids", default=ids)
    if len(house.languages) > 1:
        bank = bank.with_question(LANGUAGES, language_question(house.languages))
    if LICENSE in bank.asked:
        bank = bank.replaced(licensing.license_question(source, bank.asked[LICENSE]))
    for key, answer in {**copyrights.answers(house.copyright), **house.answers}.items():
        who = Who.of(house, answer.rule, answer.contact)
        bank = bank.replaced(answering.answered(bank.asked[key], answer, who))
    return bank


def language_question(languages: tuple[str, ...]) -> dict[str, Any]:
    """Return the question that asks in which languages the documents are."""
    return {
        "section": "community",
        "role": "choice",
        "type": "str",
        "multiselect": True,
        "help": "In which languages are its documents?",
        "why": "A document that the house has in a language is there when the language is chosen.",
        "choices": list(languages),
        "default": [languages[0]],
    }


def _mine(parent: Parent, rules: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the rules that are not the houses' below: they stand with those."""
    below = {key: list(row.get("rules", ())) for key, row in parent.notes["questions"].items()}
    mine = {key: [rule for rule in rows if rule not in below.get(key, ())] for key, rows in rules.items()}
    return {key: rows for key, rows in mine.items() if rows}


def _contents(source: HouseSource, placed_: Placed) -> policy.Contents:
    """Return git's ids of the overlay files that are shipped byte for byte, and what stands in the house's blocks."""
    house = source.house
    texts = {path: source.texts[rule.block.text] for path, rule in house.files.items() if rule.block}
    blocks = {path: pieces(file.data.decode().strip("\n"), house.placeholders) for path, file in texts.items()}
    exact = {path: source.overlay[name] for path, name in placed_.overlaid.items() if path not in placed_.filled}
    return policy.Contents({path: blob_id(file.data) for path, file in exact.items()}, blocks)


def _notes(bank: Bank, where: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
    found = {}
    for key, asked in bank.asked.items():
        mine = {"why": asked.why, "appears": where.get(key, []), "rules": policy.data_of(asked.rules)}
        row = {**bank.notes.get(key, {}), **mine}
        if "section" in row:
            found[key] = {name: row[name] for name in _NOTES if name in row and (row[name] or name == "appears")}
    return found
