"""What a house's `licenses` make of the template: the list, own texts, further material, and the place of the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ospo_init.core.house import jinja
from ospo_init.core.house.answering import Asked, Narrowing, Who, listed, narrowed, pairs, values
from ospo_init.core.house.filling import filled
from ospo_init.core.house.model import House, KindLicenses, Licenses, Material
from ospo_init.core.house.source import HouseSource
from ospo_init.core.licenses import jinja_safe
from ospo_init.core.trees import File

LICENSE, MATERIALS = "license", "materials"
NAMED = "fragments/license/materials.md"  # the base's README includes it where it is there
_TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
ALL_MATERIALS = ("software", "documentation", "data", "hardware")


def license_question(source: HouseSource, asked: Asked) -> Asked:
    """Return the question about the licence as the house has it: its own texts added, others refused."""
    house = source.house
    rows = house.licenses
    who = Who.of(house, rows.rule, rows.contact, rows.record)
    known = values(asked.row["choices"])
    own = {f"{spdx_id} — {row.name}": spdx_id for spdx_id, row in rows.own.items()}
    added = {f"{spdx_id} — {source.spdx[spdx_id].name}": spdx_id for spdx_id in extra_ids(source, known)}
    offered = dict(pairs(asked.row["choices"]))
    asked = replace(asked, row={**asked.row, "choices": {**own, **added, **offered}})
    everything = values(asked.row["choices"])
    refused = {value: found for value in everything if (found := list(_refusals(value, rows, who)))}
    asked = narrowed(asked, Narrowing(refused))
    why = f"{asked.why} {who.title}: “{who.rule}”".strip() if who.rule else asked.why
    row = {**asked.row, "default": _default(rows, asked.row["default"], everything)}
    return replace(asked, row=row, why=why, rules=(*asked.rules, *_rules(rows, who)))


def allowed(rows: Licenses, kind: str) -> tuple[str, ...]:
    """Return the licences that are allowed for a kind of project; empty: all that are not forbidden."""
    own = rows.kinds.get(kind, KindLicenses()).allow
    return own or rows.allow


def named(rows: Licenses) -> list[str]:
    """Return every licence that the house names, once."""
    lists = [rows.allow, rows.forbid, rows.approved, [rows.default], [row.license for row in rows.materials.values()]]
    lists += [ids for row in rows.kinds.values() for ids in (row.allow, row.forbid, [row.default])]
    return [spdx_id for spdx_id in dict.fromkeys(one for ids in lists for one in ids) if spdx_id]


def extra_ids(source: HouseSource, known: Iterable[Any]) -> list[str]:
    """Return the ids that the house names and the template below does not offer, as far as the SPDX list has a text."""
    rows = source.house.licenses
    there = {*known, *rows.own}
    return [one for one in named(rows) if one not in there and one in source.spdx and one not in rows.forbid]


def _refusals(value: str, rows: Licenses, who: Who) -> Iterable[tuple[str, str]]:
    """Yield why a licence is refused: with the expression for when, '' always."""
    if value in rows.forbid:
        yield "", f"is not used by {who.title}{who.words}"
        return
    kinds = {kind: row for kind, row in rows.kinds.items() if row.allow or row.forbid}
    for kind, row in kinds.items():
        if value in row.forbid or (row.allow and value not in row.allow):
            names = f"allows for {kind} ({listed(row.allow)})" if row.allow else f"allows for {kind}"
            yield f"kind == {jinja.literal(kind)}", f"is outside what {who.title} {names}{who.words}"
    if rows.allow and value not in rows.allow:
        others = [kind for kind, row in kinds.items() if row.allow]
        test = f"kind not in {jinja.literal(others)}" if others else ""
        yield test, f"is outside what {who.title} allows ({listed(rows.allow)}){who.words}"


def _default(rows: Licenses, old: Any, everything: Iterable[Any]) -> Any:
    """Return the default: the kind's, else the house's, else the template's as far as it is allowed."""
    top = rows.default or (jinja.one_of(old, rows.allow, rows.allow[0]) if rows.allow else old)
    if not rows.default and not rows.allow and rows.forbid:
        left = [value for value in everything if value not in rows.forbid]
        top = jinja.one_of(old, left, left[0]) if left else old
    found = {
        kind: row.default or jinja.one_of(old, row.allow, row.allow[0])
        for kind, row in rows.kinds.items()
        if row.default or row.allow
    }
    return jinja.first_of([(f"kind == {jinja.literal(kind)}", value) for kind, value in found.items()], top)


def _rules(rows: Licenses, who: Who) -> Iterable[dict[str, Any]]:
    """Yield what `check` holds the recorded licence to."""
    listed_ = {"allow": list(rows.allow), "forbid": list(rows.forbid)}
    kinds = {kind: {"allow": list(row.allow), "forbid": list(row.forbid)} for kind, row in rows.kinds.items()}
    if rows.allow or rows.forbid or any(row["allow"] or row["forbid"] for row in kinds.values()):
        yield {"kind": "licenses", **listed_, "kinds": kinds, **who.data()}


def license_files(source: HouseSource, known: Iterable[Any]) -> dict[str, File]:
    """Return the composed files of the licences that the template below has not: facts, and the texts twice."""
    found: dict[str, File] = {}
    rows = source.house.licenses
    for spdx_id, row in rows.own.items():
        text = source.texts[row.text].data.decode("utf-8")
        template = filled(row.text, text, source.house.placeholders)
        materials = list(row.materials or ["software"])
        found |= _files(spdx_id, template, _facts(row.name, "", materials, spdx_id))
    for spdx_id in extra_ids(source, known):
        spdx = source.spdx[spdx_id]
        facts = _facts(spdx.name, spdx.reference, list(ALL_MATERIALS), spdx_id) | {"osi": spdx.osi}
        if spdx.fsf is not None:
            facts["fsf"] = spdx.fsf
        found |= _files(spdx_id, jinja_safe(spdx.text.replace("\r\n", "\n").rstrip() + "\n"), facts)
    return found


def _facts(name: str, reference: str, materials: list[str], tag: str) -> dict[str, Any]:
    """Return what the other templates read about a licence: no tool knows more of one of the house's own."""
    known: dict[str, Any] = {"name": name, "reference": reference, "osi": False, "tag": tag}
    known |= {"cff": not tag.startswith("LicenseRef-"), "materials": materials}
    return known | {"permits": [], "demands": [], "excludes": []}


def _files(spdx_id: str, text: str, facts: Mapping[str, Any]) -> dict[str, File]:
    lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())
    plain = spdx_id.removeprefix("LicenseRef-")
    return {
        f"licenses/facts/{spdx_id}.yml": File(jinja_safe(lines).encode()),
        f"licenses/texts/{plain}.txt": File(text.encode()),
        f"licenses/root/{spdx_id}.txt": File(f"{{% include 'licenses/texts/{plain}.txt' %}}".encode() + b"\n"),
    }


def material_question(house: House, below: Mapping[str, Any]) -> dict[str, Any]:
    """Return the question that asks which other material the project holds; `below` is that of the house below."""
    own = {f"{row.title or name}: under {row.license}": name for name, row in house.licenses.materials.items()}
    choices = dict(pairs(below.get("choices", {}))) | own
    return {
        "section": "legal",
        "role": "choice",
        "type": "str",
        "multiselect": True,
        "help": "Which of these does it hold besides?",
        "why": "Each kind of material gets a licence that was made for it, in its own place.",
        "choices": choices,
        "default": [],
    }


def material_annotations(materials: Mapping[str, Material]) -> str:
    """Return the lines of REUSE.toml for further material, each there when the project holds it."""
    found = ""
    for name, row in materials.items():
        paths = jinja_safe(", ".join(json.dumps(path) for path in row.files))
        found += (
            f"{{% if {jinja.literal(name)} in {MATERIALS} %}}\n\n"
            f"# {jinja_safe(row.title or name)}, under a licence made for it.\n"
            f'[[annotations]]\npath = [{paths}]\nprecedence = "closest"\n'
            "SPDX-FileCopyrightText = {{ q(copyright_notice) }}\n"
            f"{_TAG} = {json.dumps(row.license)}\n"
            "{% endif %}\n"
        )
    return found


def material_lines(materials: Mapping[str, Material], before: str) -> str:
    """Return what the README says of further material, each when the project holds it, after `before`."""
    found = before or f"{{% if {MATERIALS} %}}\n\nUnder licences of their own:\n\n{{% endif %}}\n"
    for name, row in materials.items():
        where = ", ".join(f"`{path}`" for path in row.files)
        text = f"- {row.title or name} ({where}): `{row.license}`"
        text += f", the text of which is in [{row.copy}]({row.copy})" if row.copy else ""
        found += f"{{% if {jinja.literal(name)} in {MATERIALS} %}}\n{jinja_safe(text)}\n{{% endif %}}\n"
    return found


def material_ids(materials: Mapping[str, Material], old: str) -> str:
    """Return the computed list of licence ids, with those of the material that the project holds."""
    inner = old.strip().removeprefix("{{").removesuffix("}}").strip().removesuffix("| to_json").strip()
    more = "".join(
        f" + ([{jinja.literal(row.license)}] if {jinja.literal(name)} in {MATERIALS} else [])"
        for name, row in materials.items()
    )
    return f"{{{{ (({inner}){more}) | unique | list | to_json }}}}"
