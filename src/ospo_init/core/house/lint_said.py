"""Rules of `house lint` about licences that texts name: a text that says one, beside a house that says another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ospo_init.core.house.answering import listed
from ospo_init.core.house.licensing import named
from ospo_init.core.house.lint_texts import is_license, texts_of
from ospo_init.core.house.looking import Look
from ospo_init.core.house.placing import SUFFIX, decoded
from ospo_init.core.house.problems import Problem
from ospo_init.core.inferring.license_names import spdx_ids
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.licensing import headers, spdx
from ospo_init.core.licensing.identity import license_files

Found = Iterator[Problem]
# How a sentence names a licence; what it means is worked out from the words.
_NAMED = re.compile(
    r"\b(?:MIT|ISC|Zlib|Expat|BSD [23][ -]Clause|Apache|Mozilla Public|GNU (?:Affero |Lesser )?General Public) "
    r"Licen[cs]e(?:,? [Vv]ersion \d(?:\.\d)?| v?\d(?:\.\d)?)?"
)
_MANIFESTS = re.compile(r"(^|/)(package\.json|pyproject\.toml|Cargo\.toml|CITATION\.cff|composer\.json)$")
_FIELD = re.compile(r"^[ \t]*\"?licen[cs]e\"?[ \t]*[:=][ \t]*[\"']?([\w.+ ()-]+?)[\"']?,?[ \t]*$", re.MULTILINE)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


def said(look: Look) -> Found:
    """Yield where a text names a licence that a project of the house cannot be under: both are quoted."""
    rows = look.source.house.licenses
    known = {*(one for one in named(rows) if one not in rows.forbid), *rows.own}
    allowed = [*rows.allow, *(one for row in rows.kinds.values() for one in row.allow)]
    if not allowed and not rows.forbid:
        return
    for path, file in texts_of(look).items():
        text = decoded(file.data)
        place, _, name = path.partition("/")
        if text is None or is_license(name.removesuffix(SUFFIX)) or (place == "licenses" and _is_own(look, path)):
            continue
        for line, spdx_id in dict.fromkeys(_ids(name.removesuffix(SUFFIX), text, file.data)):
            if spdx_id in rows.forbid or (allowed and spdx_id not in known):
                others = f"allows {listed(dict.fromkeys(allowed))}" if allowed else f"forbids {listed(rows.forbid)}"
                what = f"it says {spdx_id}, and house.yml {others}"
                yield Problem(f"{path}:{line}", what, "Allow that licence, or correct the text.", warning=True)


def _ids(path: str, text: str, data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the licences that a text names, each with its line."""
    offered = spdx.licenses()
    for line, expression in headers.said(data).expressions:
        yield from ((line, one) for one in _ID.findall(expression) if one in offered)
    found = list(_FIELD.finditer(text)) if _MANIFESTS.search(path) else []
    words = [(one.start(1), one[1]) for one in found] + [(one.start(), one[0]) for one in _NAMED.finditer(text)]
    for start, written in words:
        ids = spdx_ids(written, offered)
        if len(ids) == 1:
            yield text.count("\n", 0, start) + 1, ids[0]


def _is_own(look: Look, path: str) -> bool:
    """Whether a file is a licence text of the house's own, which may name any other."""
    return any(row.text == path for row in look.source.house.licenses.own.values())


def own_texts(look: Look) -> Found:
    """Yield the texts of the house's own that are those of a licence of the list."""
    own, texts = look.source.house.licenses.own, look.source.texts
    for spdx_id, row in own.items():
        text = decoded(texts[row.text].data) if row.text in texts else None
        if not text:
            continue
        found = license_files(Repository(paths=("LICENSE",), texts={"LICENSE": text}, licenses=look.world.texts()))
        if found[0].how == "whole":
            what = f"it is the text of {found[0].name}, and house.yml names it {spdx_id}"
            yield Problem(row.text, what, "Allow that licence by its own name, or ship another text.", warning=True)


RULES = (said, own_texts)
