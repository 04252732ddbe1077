"""Rules of `house lint` about houses that stand on others: nothing of what one below demands is loosened.

Each fault quotes both sides. What a choice or a list of licences allows is compared in lint_answers, files in
lint_files, and items in lint_items; here is what takes more than one of them to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.house import copyrights
from ospo_init.core.house.answering import listed, pairs
from ospo_init.core.house.licensing import LICENSE, MATERIALS
from ospo_init.core.house.looking import Look
from ospo_init.core.house.model import Answer, FileRule
from ospo_init.core.house.placing import SUFFIX
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.rules import says
from ospo_init.core.house.saying import MISSING

Found = Iterator[Problem]
# The question whose answer names a text, by the folder of the texts.
_SAYS = {"inbound": "inbound", "support": "support_level", "security": "support_level", "openness": "openness"}
_SAYS |= {"conduct": "code_of_conduct", "change-request": "inbound"}
_NO = "A house cannot loosen what one below it demands."


def holder(look: Look) -> Found:
    """Yield another holder than the house below has fixed, or other entities than it lets choose from."""
    row = look.source.house.copyright
    if copyrights.HOLDER not in look.bank.asked or not (row.holder or row.entities):
        return
    way = ("copyright", "entities" if row.entities else "holder")
    mine = listed(row.entities) if row.entities else row.holder
    for rule in look.bank.asked[copyrights.HOLDER].rules:
        if rule["kind"] == "lock" and (row.entities or row.holder != rule["value"]):
            yield look.error(way, f"{says(rule)} the holder is {rule['value']!r}, and this house says {mine!r}", _NO)
    choices = look.parent.questions[copyrights.HOLDER].get("choices")
    if choices:
        what = f"the house below lets choose the holder from {listed(choices)}, and this house says {mine!r}"
        yield look.error(way, what, "Narrow them under answers.copyright_holder: restrict, or lock.")


def forced(look: Look) -> Found:
    """Yield answers that contradict what the house below makes follow from others."""
    for key, answer in look.source.house.answers.items():
        rules = look.bank.asked[key].rules if key in look.bank.asked else ()
        for rule in (one for one in rules if one["kind"] == "force"):
            value = rule["value"]
            locked = answer.lock is not MISSING and answer.lock != value
            if locked or (answer.restrict and value not in answer.restrict):
                name = "lock" if locked else "restrict"
                mine = repr(answer.lock) if locked else listed(answer.restrict)
                what = f"{says(rule)} {key} is {value!r} where other answers ask for it, and this house says {mine}"
                yield look.error(("answers", key, name), what, _NO)


def licences(look: Look) -> Found:
    """Yield licences that are outside what the house below allows, wherever this one names them."""
    house = look.source.house
    rules = look.bank.asked[LICENSE].rules if LICENSE in look.bank.asked else ()
    answer = house.answers.get(LICENSE, Answer())
    given = [("answers", LICENSE, name) for name in ("default", "lock") if getattr(answer, name) is not MISSING]
    mine = [(way, getattr(answer, way[2])) for way in given]
    mine += [(("answers", LICENSE, name), one) for name in ("restrict", "recommend") for one in getattr(answer, name)]
    own = [(("licenses", "own", name), name) for name in house.licenses.own]
    own += [(("answers", LICENSE, "add"), name) for name in answer.add]
    materials = [(("licenses", "materials", name), row.license) for name, row in house.licenses.materials.items()]
    for rule in rules:
        if rule["kind"] == "licenses":
            yield from _outside(look, rule, [*mine, *own], materials)
            yield from _of_kinds(look, rule)
        allowed = {"lock": [rule.get("value")], "restrict": rule.get("values", [])}.get(rule["kind"], [])
        rows = house.licenses
        tops = [*rows.allow, rows.default, *(one for row in rows.kinds.values() for one in (*row.allow, row.default))]
        for one in dict.fromkeys(one for one in tops if one and one not in rows.forbid):
            if allowed and one not in allowed:
                what = f"{says(rule)} the licence is one of {listed(allowed)}, and this house names {one}"
                yield look.error(("licenses",), what, _NO)


def _outside(
    look: Look, rule: Mapping[str, Any], mine: list[tuple[tuple[str, ...], Any]], materials: list[tuple[Any, str]]
) -> Found:
    known = [one for ids in (rule["allow"], *(row["allow"] for row in rule["kinds"].values())) for one in ids]
    for way, one in mine:
        if one in rule["forbid"] or (rule["allow"] and one not in known):
            what = f"{says(rule)} the licence is one of {listed(known) or 'others'}, and this house names {one}"
            yield look.error(way, what, _NO)
    held = _materials(look)
    for way, one in materials:
        if one in rule["forbid"] or (known and one not in (*known, *held)):
            what = f"{says(rule)} the licence is one of {listed(known) or 'others'}, and this house names {one}"
            yield look.error(way, what, _NO)


def _materials(look: Look) -> list[str]:
    """Return the licences of other material that the houses below have."""
    offered = pairs(look.parent.questions.get(MATERIALS, {}).get("choices", {}))
    return [str(label).rpartition(": under ")[2] for label, _ in offered]


def kinds(look: Look) -> Found:
    """Yield kinds of project that this house adds, where the house below has licences by kind and none for others."""
    added = look.source.house.answers.get("kind", Answer()).add
    rules = look.bank.asked[LICENSE].rules if LICENSE in look.bank.asked else ()
    for rule in (one for one in rules if one["kind"] == "licenses" and one["kinds"] and not one["allow"]):
        for kind in added:
            what = f"{says(rule)} which licences there are for {listed(rule['kinds'])}, and this house adds {kind}"
            yield look.error(("answers", "kind", "add"), what, "Ask the house below for licences for that kind.")


def fragments(look: Look) -> Found:
    """Yield texts of this house for an answer that a house below decides: it means the text that it has for it."""
    for path in look.source.fragments:
        key = _SAYS.get(path.split("/")[1] if path.startswith("fragments/") else "", "")
        for rule in look.bank.asked[key].rules if key in look.bank.asked else ():
            if rule["kind"] in ("lock", "restrict", "force"):
                yield Problem(path, f"{says(rule)} what {key} may be, and this house replaces its text", _NO)
                break


def codes(look: Look) -> Found:
    """Yield codes for exemptions that the house below does not have."""
    below = look.below("exemptions")
    for code in look.source.house.exemptions if below else ():
        if code not in below[0][1]:
            what = f"{below[0][0]} gives exemptions by {listed(below[0][1])}, and this house adds {code}"
            yield look.error(("exemptions", code), what, _NO)


def _of_kinds(look: Look, rule: Mapping[str, Any]) -> Found:
    """Yield what this house allows for a kind of project for which the house below has a list of its own."""
    for kind, row in look.source.house.licenses.kinds.items():
        below = rule["kinds"].get(kind, {}).get("allow", ())
        for one in dict.fromkeys(one for one in (*row.allow, row.default) if one and below and one not in below):
            if one in rule["allow"]:  # what is on no list of the house below is told already
                what = f"{says(rule)} the licence for {kind} is one of {listed(below)}, and this house names {one}"
                yield look.error(("licenses", "kinds", kind), what, _NO)


def files(look: Look) -> Found:
    """Yield files that this house makes, wants, moves or forbids against what the house below says of them."""
    house = look.source.house
    own = {name.removesuffix(SUFFIX) for name in look.source.overlay}
    moved = {rule.at: path for path, rule in house.files.items() if rule.at}
    for title, rows in look.below("files"):
        for path, row in rows.items():
            rule = house.files.get(path, FileRule())
            wants = [name for name in ("required", "recommended") if getattr(rule, name) not in (MISSING, False)]
            if row.get("forbid"):
                for name in wants:
                    yield look.error(
                        ("files", path, name), f"{says(row, title)} {path} must not be there; here it is {name}", _NO
                    )
                if path in moved:
                    what = f"{says(row, title)} {path} must not be there, and this house moves {moved[path]} to it"
                    yield look.error(("files", moved[path], "at"), what, _NO)
            if (row.get("required") or row.get("recommended")) and rule.forbid:
                demand = "must" if row.get("required") else "should"
                what = f"{says(row, title)} {path} {demand} be there, and this house forbids it"
                yield look.error(("files", path, "forbid"), what, _NO)
            if row.get("block") and (rule.exclude or rule.forbid):
                what = f"{title} has lines of its own in {path}, and this house leaves it out"
                yield look.error(("files", path), what, _NO)
            if row.get("block") and path in own and f"house {_name(look, title)}: begin" not in _text(look, path):
                what = f"{title} has lines of its own in {path}, and this house replaces it"
                yield Problem(f"overlay/{path}", what, "Add lines with block, or leave the file to the house below.")
            if (row.get("block") or row.get("required") or row.get("sections")) and rule.when not in (MISSING, True):
                what = f"{says(row, title)} what {path} holds, and this house has it there only sometimes"
                yield look.error(("files", path, "when"), what, _NO)
            if row.get("frozen") and (rule.block or rule.when is not MISSING):
                name = "block" if rule.block else "when"
                what = f"{says(row, title)} {path} is frozen, and this house changes it"
                yield look.error(("files", path, name), what, "Leave it to the house below.")
    yield from _conditional(look)


def _conditional(look: Look) -> Found:
    """Yield files that the house below mandates and that would be there only sometimes, or elsewhere."""
    frozen = {path for _, rows in look.below("files") for path, row in rows.items() if row.get("frozen")}
    for path, file in look.parent.notes["files"].items():
        rule = look.source.house.files.get(path, FileRule())
        if file.get("ownership") != "mandated" or not file.get("house") or path in frozen:
            continue
        tried = (("when", rule.when not in (MISSING, True)), ("at", bool(rule.at)), ("block", bool(rule.block)))
        for name, on in tried:
            if on:
                what = f"{says(file)} {path} is mandated, and this house has {name} for it"
                yield look.error(("files", path, name), what, _NO)


def _name(look: Look, title: str) -> str:
    houses = look.parent.policy.get("houses", ())
    return next((str(house["name"]) for house in houses if house["title"] == title), "")


def _text(look: Look, path: str) -> str:
    names = {name.removesuffix(SUFFIX): file for name, file in look.source.overlay.items()}
    return names[path].data.decode("utf-8", "replace")


def signatures(look: Look) -> Found:
    """Yield items whose signatures this house would make easier than the house below asks for."""
    house = look.source.house
    for title, rows in look.below("checklist"):
        for item, change in rows.get("change", {}).items():
            if not change.get("roles"):
                continue
            mine = house.checklist.change.get(item)
            lost = [role for role in change["roles"] if mine and mine.roles and role not in mine.roles]
            if lost:
                what = f"{says(change, title)} {item} is signed by {listed(lost)}, and this house leaves that out"
                yield look.error(("checklist", "change", item), what, _NO)
            for number, row in enumerate(house.approvals.self_certify):
                if item in row.items:
                    what = f"{says(change, title)} {item} is signed by {listed(change['roles'])}, not by the lead alone"
                    yield look.error(("approvals", "self_certify", str(number)), what, _NO)
    for title, rows in look.below("approvals"):
        proof, mine_ = rows.get("record"), house.approvals.record
        if proof and mine_ and mine_.pattern != proof["pattern"]:
            what = f"{title} says a signature names {proof['says']}, and this house says {mine_.says}"
            yield look.error(("approvals", "record"), what, "A signature has one form: leave it to the house below.")


RULES = (holder, forced, licences, kinds, files, fragments, codes, signatures)
