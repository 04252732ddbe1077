"""Rules of `house lint` about answers, licences and questions: what cannot be, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ospo_init.core.bank import TYPES
from ospo_init.core.conditions import parse
from ospo_init.core.house import copyrights
from ospo_init.core.house.answering import is_role, listed, values
from ospo_init.core.house.licensing import ALL_MATERIALS, LICENSE, allowed, named
from ospo_init.core.house.looking import Look
from ospo_init.core.house.model import Answer, KindLicenses, Licenses
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.saying import MISSING
from ospo_init.core.licensing import spdx
from ospo_init.errors import TemplateError

Found = Iterator[Problem]
_SETTINGS = (
    *("section", "role", "why", "type", "help", "choices", "default", "validator", "when", "ask"),
    *("multiline", "multiselect", "placeholder"),
)


def questions(look: Look) -> Found:
    """Yield what is wrong with questions.yml."""
    for key, row in look.source.questions.items():
        way = ("questions", key)
        if key in look.parent.questions:
            hint = "Name it otherwise, or change the question under `answers` in house.yml."
            yield look.error(way, f"the template below asks {key!r} already", hint)
        if not key.isidentifier() or key.startswith("_") or key != key.lower():
            yield look.error(
                way, f"{key!r} is no name of a question", "Use lower-case letters, digits and underscores."
            )
        for setting in row:
            if setting not in _SETTINGS:
                yield look.unknown((*way, str(setting)), setting, f"setting of the question {key}", _SETTINGS)
        if row.get("type", "str") not in TYPES:
            yield look.unknown((*way, "type"), row.get("type"), "type", TYPES)
        if row.get("when") is not False:
            missing = [name for name in ("type", "help", "section", "why") if not row.get(name)]
            if missing:
                yield look.error(way, f"the question {key} lacks {', '.join(missing)}", "Say what is asked, and why.")
        sections = list(dict.fromkeys(str(note.get("section")) for note in look.parent.notes["questions"].values()))
        if row.get("section", sections[0]) not in sections:
            yield look.unknown((*way, "section"), row["section"], "section", sections)
        yield from _given(look, way, row)


def _given(look: Look, way: tuple[str, ...], row: Any) -> Found:
    offered = values(row.get("choices", []))
    default = row.get("default", MISSING)
    plain = default is not MISSING and not (isinstance(default, str) and "{" in default)
    for value in (default if isinstance(default, list) else [default]) if offered and plain else []:
        if value not in offered:
            what = f"its default {value!r} is not one of its choices ({listed(offered)})"
            yield look.error((*way, "default"), what, "Choose one.")
    when = row.get("when", True)
    if not isinstance(when, bool) and not (isinstance(when, str) and "{" in when):
        yield from _condition(look, (*way, "when"), when, way[1])


def _condition(look: Look, way: tuple[str, ...], raw: Any, key: str) -> Found:
    """Yield the names in a condition that are no questions, or that are asked only after `key`."""
    order = list(look.bank.asked)
    try:
        condition = parse(raw, ".".join(way))
    except TemplateError as error:
        yield look.error(way, error.what.rstrip("."), error.next)
        return
    yield from look.chosen(way, condition)
    for part in condition.walk():
        name = part.name.partition(".")[0]
        if not name or part.word == "layer":
            continue
        if name not in order:
            yield look.unknown(way, name, "question", order)
        elif key in order and order.index(name) >= order.index(key):
            yield look.error(way, f"{name} is asked after {key}, which waits for it", f"Name one asked before {key}.")


def answers(look: Look) -> Found:
    """Yield what is wrong with `answers`, by question."""
    for key, answer in look.source.house.answers.items():
        way = ("answers", key)
        if key not in look.bank.asked:
            yield look.unknown(way, key, "question", [name for name in look.bank.asked if _is_asked(look, name)])
            continue
        if not _is_asked(look, key):
            yield look.error(way, f"{key} is worked out from other answers and is no question", "Set those instead.")
            continue
        yield from _choices(look, way, answer)
        yield from _against_itself(look, way, answer)
        yield from _against_below(look, way, answer)
        for name in ("default", "lock"):
            yield from look.keys((*way, name), getattr(answer, name), key)
        for force in answer.force:
            yield from _condition(look, (*way, "force"), force.when, key)
        yield from contact(look, (*way, "contact"), answer.contact)


def contact(look: Look, way: tuple[str, ...], asked: str) -> Found:
    """Yield whom to ask that is neither a role of `contacts` nor an address."""
    if asked and not is_role(look.source.house, asked):
        yield look.unknown(way, asked, "role of `contacts`, nor an address", list(look.source.house.contacts))


def _is_asked(look: Look, key: str) -> bool:
    return look.bank.asked[key].row.get("when") is not False


def _choices(look: Look, way: tuple[str, ...], answer: Answer) -> Found:
    choices = look.bank.asked[way[1]].row.get("choices")
    lists = {name: getattr(answer, name) for name in ("restrict", "recommend", "testing", "add")}
    for name, given in lists.items():
        if given and not choices:
            yield look.error(
                (*way, name), f"{way[1]} is no choice, so there is nothing to {name}", "Use pattern, or lock."
            )
    if answer.pattern and choices:
        yield look.error((*way, "pattern"), f"{way[1]} is a choice, which no pattern fits", "Use restrict.")
    if answer.message and not answer.pattern:
        yield look.error((*way, "message"), "a message without a pattern is never shown", "Add the pattern.")
    if not choices or isinstance(choices, str):
        return
    offered = [*values(choices), *answer.add]
    single = [(name, getattr(answer, name)) for name in ("default", "lock")]
    several = [(name, one) for name in ("restrict", "recommend", "testing") for one in lists[name]]
    forced = [("force", force.value) for force in answer.force]
    for name, value in (*single, *several, *forced):
        for one in value if isinstance(value, list) else [value]:
            if one is not MISSING and one not in offered and not (isinstance(one, str) and "{" in one):
                yield look.unknown((*way, name), one, f"choice of {way[1]}", [str(value) for value in offered])


def _against_itself(look: Look, way: tuple[str, ...], answer: Answer) -> Found:
    if answer.lock is not MISSING:
        for name in ("default", "restrict", "force", "hide", "recommend", "pattern"):
            if getattr(answer, name) not in (MISSING, (), False, ""):
                what = f"{way[1]} is locked to {answer.lock!r}, and has {name} too"
                yield look.error((*way, name), what, f"Take lock or {name} out.")
    default = [answer.default] if answer.default is not MISSING else []
    for name, given in (("default", default), ("recommend", answer.recommend)):
        for value in given if answer.restrict else []:
            if value not in answer.restrict:
                what = f"{name} is {value!r}, and restrict allows {listed(answer.restrict)}"
                yield look.error((*way, name), what, "Allow it, or choose another.")
    for value in default:
        if value in answer.testing:
            what = f"default is {value!r}, and testing keeps that for tests alone"
            yield look.error((*way, "default"), what, "Propose another, or offer it to everybody.")


def _against_below(look: Look, way: tuple[str, ...], answer: Answer) -> Found:
    """Yield what would loosen a rule of a house below: both sides are quoted."""
    given = [one for one in (answer.default, answer.lock) if one is not MISSING]
    given += [*answer.restrict, *answer.recommend, *answer.add, *(force.value for force in answer.force)]
    for rule in look.bank.asked[way[1]].rules:
        says = f"{rule['house']} says" + (f" “{rule['rule']}”," if rule.get("rule") else "")
        if rule["kind"] == "lock":
            for value in given:
                if value != rule["value"]:
                    what = f"{says} {way[1]} is {rule['value']!r}, and this house says {value!r}"
                    yield look.error(way, what, "A house cannot loosen what one below it has fixed.")
        if rule["kind"] == "restrict":
            for value in given:
                if value not in rule["values"]:
                    what = f"{says} {way[1]} is one of {listed(rule['values'])}, and this house says {value!r}"
                    yield look.error(way, what, "A house cannot loosen what one below it has narrowed.")


def licenses(look: Look) -> Found:
    """Yield what is wrong with `licenses`."""
    house, rows = look.source.house, look.source.house.licenses
    if rows == type(rows)():
        return
    yield from contact(look, ("licenses", "contact"), rows.contact)
    if LICENSE not in look.bank.asked:
        yield look.error(("licenses",), "the template below asks for no licence", "Extend one that does.")
        return
    offered = values(look.bank.asked[LICENSE].row["choices"])
    yield from _named(look, offered)
    kinds_: dict[str, Licenses | KindLicenses] = {"": rows, **rows.kinds}
    for kind, own in kinds_.items():
        way = ("licenses", "kinds", kind) if kind else ("licenses",)
        both = [one for one in own.allow if one in (*own.forbid, *rows.forbid)]
        for one in both:
            yield look.error((*way, "allow"), f"{one} is both allowed and forbidden", "Take it off one of the lists.")
        only, not_ = allowed(rows, kind), (*own.forbid, *rows.forbid)
        if own.default and ((only and own.default not in only) or own.default in not_):
            others = f"forbidden are {listed(not_)}" if own.default in not_ else f"allowed are {listed(only)}"
            what = f"default is {own.default}, and {others}"
            yield look.error((*way, "default"), what, "Allow it, or propose another.")
    kinds = values(look.bank.asked["kind"].row["choices"]) if "kind" in look.bank.asked else []
    kinds += house.answers.get("kind", Answer()).add
    for kind in rows.kinds:
        if kind not in kinds:
            yield look.unknown(("licenses", "kinds", kind), kind, "kind", [str(one) for one in kinds])
    answer = house.answers.get(LICENSE, Answer())
    for name in ("default", "lock", "restrict"):
        value = getattr(answer, name)
        for one in value if isinstance(value, tuple) else [value]:
            if one is not MISSING and ((rows.allow and one not in rows.allow) or one in rows.forbid):
                what = f"answers.license has {name} {one}, and licenses allow {listed(rows.allow) or 'others'}"
                yield look.error(("answers", LICENSE, name), what, "Say it in one of the two places.")
    yield from _licenses_below(look)


def _named(look: Look, offered: list[Any]) -> Found:
    """Yield the licences that nobody has a text for, and own texts that are not there."""
    rows = look.source.house.licenses
    lists = [("allow", rows.allow), ("forbid", rows.forbid), ("approved", rows.approved), ("default", (rows.default,))]
    lists += [(f"kinds.{kind}.allow", row.allow) for kind, row in rows.kinds.items()]
    lists += [(f"kinds.{kind}.default", (row.default,)) for kind, row in rows.kinds.items()]
    lists += [(f"materials.{name}.license", (row.license,)) for name, row in rows.materials.items()]
    known = {*map(str, offered), *rows.own}
    for key, ids in lists:
        for one in ids:
            if not one or one in known or (key == "forbid" and spdx.is_listed(one)):
                continue
            way = ("licenses", *key.split("."))
            if one in look.source.spdx:
                continue
            if spdx.is_listed(one):
                hint = (
                    "Install ospo-init with its extra `compose`, which brings the list's texts, or give it under own."
                )
                yield look.error(way, f"there is no text of {one} here", hint)
            else:
                yield look.unknown(way, one, "licence of the SPDX list, nor one under own", [*known, *spdx.licenses()])
    for spdx_id, row in rows.own.items():
        if not spdx.OWN.fullmatch(spdx_id):
            way = ("licenses", "own", spdx_id)
            yield look.error(way, f"{spdx_id!r} is no name of an own text", "Begin it with LicenseRef-, as SPDX asks.")
        if row.text not in look.source.texts:
            way = ("licenses", "own", spdx_id, "text")
            yield look.unknown(way, row.text, "file of this house", [*look.source.texts])
        for material in row.materials:
            if material not in ALL_MATERIALS:
                yield look.unknown(("licenses", "own", spdx_id, "materials"), material, "material", ALL_MATERIALS)


def _licenses_below(look: Look) -> Found:
    rows = look.source.house.licenses
    for rule in look.bank.asked[LICENSE].rules:
        if rule["kind"] != "licenses":
            continue
        for one in named(rows):
            if one in rows.forbid or any(one == row.license for row in rows.materials.values()):
                continue
            lists = [rule["allow"], *(row["allow"] for row in rule["kinds"].values())]
            known = [spdx_id for ids in lists for spdx_id in ids]
            if one in rule["forbid"] or (rule["allow"] and one not in known):
                says = f"{rule['house']} allows {listed(known) or 'others'}"
                what = f"{says}{': “' + rule['rule'] + '”' if rule.get('rule') else ''}, and this house names {one}"
                yield look.error(("licenses",), what, "A house cannot loosen what one below it has narrowed.")


def holder(look: Look) -> Found:
    """Yield what is wrong with `copyright`."""
    row = look.source.house.copyright
    yield from contact(look, ("copyright", "contact"), row.contact)
    texts = [("holder", row.holder.replace("{entity}", ""))]
    texts += [("header", text) for text in (row.header.text if row.header else ())]
    asked = copyrights.SHOWN if row.entities else copyrights.HOLDER
    for key, text in texts:
        yield from look.keys(("copyright", key), text, asked if key == "holder" else "")
    if row.entities and row.holder not in ("", "none") and "{entity}" not in row.holder:
        what = f"holder is {row.holder!r}, and there are entities to choose from"
        yield look.error(("copyright", "holder"), what, "Write {entity} where the chosen one stands.")
    if "{entity}" in row.holder and not row.entities:
        yield look.error(
            ("copyright", "holder"), "{entity} stands for one of `entities`, and there are none", "List them."
        )
    if (row.holder or row.entities) and "copyright_holder" in look.source.house.answers:
        what = "copyright.holder and answers.copyright_holder both say who holds the rights"
        yield look.error(("answers", "copyright_holder"), what, "Say it in one of the two places.")
    if (row.holder or row.years) and "copyright_holder" not in look.bank.asked:
        yield look.error(("copyright",), "the template below asks for no holder", "Extend one that does.")


RULES = (questions, answers, licenses, holder)
