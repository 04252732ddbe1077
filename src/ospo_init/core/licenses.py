"""The licences of the list: their texts as template files, what we say about each, and their order.

Everything is a function of our rows (templates/licenses/*.yml) and of the texts that two packages carry (see
edges/license_texts.py). The rows say what they mean at their top. The files that come out:

    licenses/choices.yml        the list, recommended ones first: rows of id, label and, for those, fits
    licenses/facts/<ID>.yml     what the other templates and the wizard read about a licence
    licenses/root/<ID>.txt      LICENSE: the text that forges recognise, with your notice in its blanks
    licenses/texts/<ID>.txt     LICENSES/<ID>.txt: the SPDX text, word for word

All are UTF-8 with LF and one newline at the end. Texts are Jinja templates, to be included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.errors import TemplateError

Rows = Mapping[str, Mapping[str, Any]]  # by the name of their file in templates/licenses/, without .yml
ROWS = ("blanks", "cff", "families", "materials", "new-to-tools", "recommended", "selectable", "terms", "written-for")
TERMS = {"permits": "permissions", "demands": "conditions", "excludes": "limitations"}  # ours: choosealicense's

_SAME_TEXT = re.compile(r"(-no-invariants)?(-only|-or-later|-no-RFN|-RFN)$")  # one text, several ids
_OPENS = re.compile(r"\{(?=[{%#]|\Z)")  # what Jinja would read as the start of a tag


@dataclass(frozen=True)
class SpdxLicense:
    """One current licence of the SPDX list. `fsf` is None where the Free Software Foundation says nothing."""

    name: str
    text: str
    reference: str
    osi: bool
    fsf: bool | None = None


@dataclass(frozen=True)
class ForgeLicense:
    """One licence of choosealicense.com: its text in the layout of forges, and its tags by their heading."""

    text: str
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class LicenseTexts:
    """What the packages carry, by SPDX id; a `forge` id has no -only or -or-later."""

    spdx: Mapping[str, SpdxLicense]
    forge: Mapping[str, ForgeLicense]


def compose_licenses(rows: Rows, texts: LicenseTexts) -> dict[str, bytes]:
    """Return the composed files by path.

    Raises TemplateError when a row is missing or does not fit: an id without text, a blank that is not there.
    """
    for name in ROWS:
        if name not in rows:
            raise TemplateError(f"There is no templates/licenses/{name}.yml.", "Bring the file back.")
    ids = selectable_ids(rows, texts)
    _check(rows, ids)
    lines = [json.dumps(row, ensure_ascii=False) for row in choices(ids, rows, texts)]
    files = {"licenses/choices.yml": "".join(f"- {line}\n" for line in lines)}
    for spdx_id in ids:
        files[f"licenses/facts/{spdx_id}.yml"] = jinja_safe(_yaml(facts(spdx_id, rows, texts)))
        text, root = jinja_safe(_tidy(texts.spdx[spdx_id].text)), root_text(spdx_id, rows, texts)
        same = f"{{% include 'licenses/texts/{spdx_id}.txt' %}}\n"  # no text is carried twice
        files[f"licenses/texts/{spdx_id}.txt"] = text
        files[f"licenses/root/{spdx_id}.txt"] = same if root == text else root
    return {path: text.encode() for path, text in files.items()}


def selectable_ids(rows: Rows, texts: LicenseTexts) -> tuple[str, ...]:
    """Return the ids of the list, by alphabet: every OSI-approved one, and those of our rows."""
    ids = {spdx_id for spdx_id, row in texts.spdx.items() if row.osi}
    ids |= {spdx_id for group in rows["selectable"].values() for spdx_id in group}
    for spdx_id in sorted(ids):
        if spdx_id not in texts.spdx or not texts.spdx[spdx_id].text.strip():
            raise TemplateError(f"There is no text for the licence {spdx_id!r}.", "Correct selectable.yml.")
    return tuple(sorted(ids, key=str.casefold))


def choices(ids: Iterable[str], rows: Rows, texts: LicenseTexts) -> list[dict[str, str]]:
    """Return the list in its order: the recommended licences, each with when it fits, then all the others."""
    fits = _fits(rows)
    rest = [spdx_id for spdx_id in ids if spdx_id not in fits]
    labels = {spdx_id: f"{spdx_id} — {_name(spdx_id, texts)}" for spdx_id in (*fits, *rest)}
    return [
        {"id": spdx_id, "label": label} | ({"fits": fits[spdx_id]} if spdx_id in fits else {})
        for spdx_id, label in labels.items()
    ]


def facts(spdx_id: str, rows: Rows, texts: LicenseTexts) -> dict[str, Any]:
    """Return what is known of a licence. `fsf`, `fits` and `written_for` are there only where they apply."""
    spdx = texts.spdx[spdx_id]
    tags = _tags(spdx_id, rows, texts)
    known = {
        "name": _name(spdx_id, texts),
        "reference": spdx.reference,
        "osi": spdx.osi,
        "fsf": spdx.fsf,
        "tag": f"LicenseRef-{spdx_id}" if spdx_id in rows["new-to-tools"]["unknown"] else spdx_id,
        "cff": spdx_id not in rows["cff"]["unknown"],
        "materials": _materials(spdx_id, rows),
        **{heading: _phrases(spdx_id, tags.get(heading, ()), rows["terms"][heading]) for heading in TERMS},
        "fits": _fits(rows).get(spdx_id),
        "written_for": rows["written-for"].get(spdx_id),
    }
    return {key: value for key, value in known.items() if value is not None}


def root_text(spdx_id: str, rows: Rows, texts: LicenseTexts) -> str:
    """Return LICENSE for a licence, as a Jinja template: blanks filled, all else literal."""
    family = _SAME_TEXT.sub("", spdx_id)
    row = rows["blanks"].get(family, {})
    forge = family in texts.forge and row.get("source") != "spdx"
    if row.get("source") == "choosealicense" and not forge:
        raise TemplateError(f"choosealicense has no text for {spdx_id!r}.", "Correct its source in blanks.yml.")
    text = _tidy(texts.forge[family].text if forge else texts.spdx[spdx_id].text).lstrip("\n")
    above = f"{row['above']}\n\n" if "above" in row else ""
    return above + _fill(text, row.get("fill", {}), spdx_id)


def jinja_safe(text: str) -> str:
    """Return a Jinja template that renders as `text`, whose lines end in LF."""
    return _OPENS.sub("{{ '{' }}", text)


def _fill(text: str, blanks: Mapping[str, str], spdx_id: str) -> str:
    """Return `text` with its blanks replaced, the longest first where one holds another, and all else literal."""
    for blank in blanks:
        if blank not in text:
            raise TemplateError(f"The text of {spdx_id!r} has no blank {blank!r}.", "Correct it in blanks.yml.")
    if not blanks:
        return jinja_safe(text)
    longest = sorted(blanks, key=len, reverse=True)
    parts = re.split("(" + "|".join(map(re.escape, longest)) + ")", text)
    return "".join(blanks[part] if part in blanks else jinja_safe(part) for part in parts)


def _tidy(text: str) -> str:
    """Return the text with LF line ends and exactly one newline at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def _fits(rows: Rows) -> dict[str, str]:
    return {row["id"]: row["fits"] for group in rows["recommended"].values() for row in group}


def _name(spdx_id: str, texts: LicenseTexts) -> str:
    return " ".join(texts.spdx[spdx_id].name.split())


def _materials(spdx_id: str, rows: Rows) -> list[str]:
    groups = [material for material, ids in rows["selectable"].items() if spdx_id in ids]
    return list(rows["materials"].get(spdx_id, groups or ["software"]))


def _tags(spdx_id: str, rows: Rows, texts: LicenseTexts) -> Mapping[str, Collection[str]]:
    """Return the tags of a licence by our headings: our own row first, else choosealicense's, else none."""
    row = rows["families"].get(spdx_id, {})
    if "like" in row:
        return _tags(row["like"], rows, texts)
    forge = texts.forge.get(_SAME_TEXT.sub("", spdx_id), ForgeLicense(""))
    return row or {ours: forge.tags.get(theirs, ()) for ours, theirs in TERMS.items()}


def _phrases(spdx_id: str, tags: Collection[str], words: Mapping[str, str]) -> list[str]:
    """Return our words for the tags, in the order of terms.yml."""
    for tag in tags:
        if tag not in words:
            raise TemplateError(f"There are no words for {tag!r}, which {spdx_id!r} has.", "Add them to terms.yml.")
    return [words[tag] for tag in words if tag in tags]


def _check(rows: Rows, ids: Iterable[str]) -> None:
    """Raise TemplateError when a row speaks of a licence that is not on the list."""
    known = {_SAME_TEXT.sub("", spdx_id) for spdx_id in ids} | set(ids)
    named = {name: list(rows[name]) for name in ("blanks", "materials", "families", "written-for")}
    named["families"] += [row["like"] for row in rows["families"].values() if "like" in row]
    named |= {"recommended": list(_fits(rows)), "cff": rows["cff"]["unknown"]}
    for name, group in named.items():
        for spdx_id in group:
            if spdx_id not in known:
                raise TemplateError(f"{name}.yml names {spdx_id!r}, which is not on the list.", "Correct the row.")


def _yaml(mapping: Mapping[str, Any]) -> str:
    """Return YAML, one line for each key. JSON values are YAML; the texts hold nothing that the two quote apart."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in mapping.items())
