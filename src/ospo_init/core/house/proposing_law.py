"""Licences, copyright, contacts and rules of a template repository, as house.yml has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ospo_init.core.house.proposing_marks import Mark, words
from ospo_init.core.house.proposing_model import Decided, Fate, Material, Said, Tables, Undecided, place
from ospo_init.core.inferring import Inferred, Repository
from ospo_init.core.inferring.contacts import infer_contacts
from ospo_init.core.inferring.inbound import infer_inbound
from ospo_init.core.inferring.licensing import infer_license
from ospo_init.core.inferring.notices import Notice, notices
from ospo_init.core.inferring.texts import emails, sections, simple
from ospo_init.core.licensing.identity import Identified, license_files

_CONDUCT = "CODE_OF_CONDUCT.md"
_OFFICE = re.compile(r"open-?source|ospo|\boss\b", re.IGNORECASE)
_SPAN = r"\((?:19|20)xx-\)(?:19|20)xx|(?:19|20)xx ?[-\u2013] ?(?:19|20)xx"
_RANGE = re.compile(rf"{_SPAN}|years", re.IGNORECASE)
_LEFT_OPEN = re.compile(rf"{_SPAN}|(?:19|20)xx", re.IGNORECASE)
_ENDS = re.compile(r"(?<=\w{3})\.\s+(?=[A-Z])")
_RIGHTS = re.compile(r"[.,;]?\s{1,3}all rights reserved\b.*", re.IGNORECASE)
_HELD = re.compile(r"copyright|©|\(c\)|SPDX-FileCopyrightText", re.IGNORECASE)
_REUSE = re.compile(r'SPDX-FileCopyrightText"?\s*=\s*(?:\[\s*)?"([^"\n]{1,300})"')
_BRACKETS = re.compile(
    r"<[^<>\n]{1,60}>|\[[^\]\[\n]{1,60}\](?!\()|\{[^{}\n]{1,60}\}|(?<!\w)_{1,2}[A-Za-z]+_{1,2}(?!\w)"
)
_OPEN = "\0"  # stands for a holder of which a part was left open
_YEAR = "2000"  # stands for one that was left open
_SHORT = 3  # letters of a name that may be another word
_PLACES = re.compile(r"(?:licen[cs]e|copying|notice|copyright|reuse\.toml|readme|\.reuse/dep5)[^/]*", re.IGNORECASE)


def licenses(material: Material, name: str) -> Iterator[Said]:
    """Yield which licences the repository has, and what becomes of their texts."""
    repository = material.repository
    found = license_files(repository)
    main = infer_license(repository)
    chosen = str(main.value) if main and main.value else ""
    top = [row for row in found if "/" not in row.path]
    first = next((row for row in top if chosen in row.ids and row.how == "whole"), None)
    if chosen and first and main:
        yield Decided(("licenses", "allow"), [chosen], main.evidence)
        yield Decided(("licenses", "default"), chosen, main.evidence)
        if first.path != "LICENSE":
            yield Decided(("licenses", "file"), first.path, f"the licence lies in {first.path}")
    elif main and main.value is None and any(row.how == "whole" for row in top):
        then = "Write those that are meant under licenses.allow, and one as the default."
        yield Undecided("licenses", main.evidence, tuple(row.path for row in top), then)
    for row in found:
        yield from _text(row, chosen, name, first)


def _text(row: Identified, chosen: str, name: str, first: Identified | None) -> Iterator[Said]:
    """Yield what becomes of one licence file."""
    if row.how == "whole":
        yield Fate(row.path, "base", f"it is the text of {row.name}, word for word; the base writes it")
        if chosen and chosen not in row.ids:
            then = "Name it under licenses.allow, or under licenses.materials with the files that are under it."
            yield Undecided("licenses", f"the text of {row.name}", (row.path,), then)
    elif row.how == "unread":
        yield Fate(row.path, "aside", "it is named like a licence and could not be read as one")
        yield Undecided("licenses", "a licence file that could not be read", (row.path,), "Look at it.")
    else:
        yield from _own(row, row.ids[0] if row.how == "own" else own_id(row.path, name), first)


def _own(row: Identified, spdx_id: str, first: Identified | None) -> Iterator[Said]:
    """Yield that a text is one of the house's own, for a lawyer to look at."""
    bare, reason = spdx_id.removeprefix("LicenseRef-"), f"{row.path}: {_reason(row)}"
    where = f"licenses/{bare}.txt"
    yield Fate(row.path, "licence", _reason(row), where)
    yield Decided(("licenses", "own", spdx_id), {"text": where, "name": bare.replace("-", " ")}, reason)
    if first is None and "/" not in row.path:
        yield Decided(("licenses", "default"), spdx_id, f"{row.path} is the repository's own text")
        if row.path != "LICENSE":
            yield Decided(("licenses", "file"), row.path, f"the licence lies in {row.path}")
    at = f"{row.path}:{row.line}" if row.line else row.path
    then = f"A lawyer must read it. Where the plain one would do, name that instead of {spdx_id}."
    yield Undecided("licenses", reason, (at,), then)


def own_id(path: str, name: str) -> str:
    """Return an id for a text that is on no list: of the house's name, and of the file's unless that says nothing."""
    last = path.rpartition("/")[2]
    bare = re.sub(r"\.(?:txt|md|rst|html)$", "", last, flags=re.IGNORECASE)
    bare = re.sub(r"^(?:un)?(?:licen[cs]e|copying)[-_.]?", "", bare, flags=re.IGNORECASE)
    parts = [re.sub(r"[^A-Za-z0-9.]+", "-", part).strip("-") for part in (name, bare) if part]
    return "LicenseRef-" + "-".join(part for part in parts if part)


def _reason(row: Identified) -> str:
    near = f"{row.name}" if row.ids else ""
    return {
        "changed": f"nearly the text of {near}, with changes",
        "inside": f"the text of {near} with more around it",
        "own": "a text of your own",
    }.get(row.how, "no text that is on the list of SPDX")


def holder(material: Material, found: Sequence[Mark], tables: Tables) -> Iterator[Said]:
    """Yield who holds the copyright, with answers in the place of what differs from project to project."""
    rows = list(_notices(material, found, tables))
    for where, row in rows:
        if row.holder == _OPEN:
            then = "Write the holder as it is in every project; {project_name} stands for an answer."
            yield Undecided("copyright", "a copyright notice with a blank in it", (where,), then)
    named = [(where, row) for where, row in rows if row.holder not in ("", _OPEN)]
    if not named:
        return
    where, row = named[0]
    yield Decided(("copyright", "holder"), row.holder, f"{where}: its copyright notice")
    others = {other.holder: at for at, other in named if simple(other.holder) != simple(row.holder)}
    for other, at in others.items():
        yield Undecided(
            "copyright",
            f"another holder: {other}",
            (at,),
            "Say which one holds for all projects, or list them as `entities`.",
        )
    yield from _years(material, where, row)


def _years(material: Material, where: str, row: Notice) -> Iterator[Decided]:
    path = where.rpartition(":")[0]
    text = dict(material.texts()).get(path, "")
    line = text.split("\n")[int(where.rpartition(":")[2]) - 1] if text else ""
    if _RANGE.search(line):
        yield Decided(("copyright", "years"), "range", f"{where}: its notice has a first and a last year")
    elif not row.year and _HELD.search(line):
        yield Decided(("copyright", "years"), "none", f"{where}: its notice has no year")


def _notices(material: Material, found: Sequence[Mark], tables: Tables) -> Iterator[tuple[str, Notice]]:
    """Yield the notices of licence files, of REUSE.toml, NOTICE and README, with where they stand."""
    by_line: dict[tuple[str, int], list[str]] = {}
    for mark in found:
        by_line.setdefault((mark.path, mark.line), []).append(mark.text)
    for path, text in material.texts():
        if not _PLACES.fullmatch(path.rpartition("/")[2]) or path.count("/") > 1:
            continue
        theirs = {simple(row.holder) for entry in _known(path, material.repository) for row in notices(entry)}
        for number, line in enumerate(text.split("\n"), 1):
            if _HELD.search(line) and len(line) < 600:
                for row in _read(line, by_line.get((path, number), []), material, tables):
                    if simple(row.holder) not in theirs and "Free Software Foundation" not in row.holder:
                        yield f"{path}:{number}", row


def _known(path: str, repository: Repository) -> list[str]:
    """Return the text of the licence that a licence file holds, whose own notices are not the project's."""
    rows = (
        {row.path: row for row in license_files(repository)}
        if "licen" in path.lower() or "copying" in path.lower()
        else {}
    )
    row = rows.get(path)
    return [repository.licenses[spdx_id] for spdx_id in row.ids[:1]] if row and row.how == "whole" else []


def _read(line: str, literals: Sequence[str], material: Material, tables: Tables) -> list[Notice]:
    """Return the notice of one line, its placeholders replaced by years and by {key}.

    A notice of which a part is left open has the holder `_OPEN`; one whose whole holder is a placeholder is none.
    """
    if reuse := _REUSE.search(line):
        line = f"SPDX-FileCopyrightText: {reuse[1]}"
    line = _LEFT_OPEN.sub(_YEAR, line)
    unclear = False
    brackets = [found[0] for found in _BRACKETS.finditer(line) if not re.search("://|@", found[0])]
    for literal in sorted({*literals, *brackets}, key=len, reverse=True):
        word = words(literal)
        answer = tables.marks.get(word, "")
        if answer == "first_year" or {"year", "years"} & set(word.split("-")):
            line = line.replace(literal, _YEAR)
        elif answer in ("project_name", "project_slug"):
            line = line.replace(literal, f"{{{answer}}}")
        elif literal in line and (answer == "holder" or word in ("fullname", "full-name", "name")):
            return []
        elif literal in line and literal in brackets:
            unclear = True
    line = _ENDS.split(_RIGHTS.sub("", line).strip())[0]
    if len(material.name) > _SHORT:
        own = rf"(?<![\w/.-]){re.escape(material.name)}(?![\w/.-])"
        line = re.sub(own, "{project_name}", line, flags=re.IGNORECASE)
    return [Notice(_OPEN if unclear else row.holder, row.year) for row in notices(line)]


def rules(material: Material, name: str, tables: Tables) -> Iterator[Said]:
    """Yield the code of conduct, the rule for contributions and the addresses for reports."""
    for row in (*infer_contacts(material.repository), *infer_inbound(material.repository)):
        if row.key == "code_of_conduct":
            yield from _conduct(row, material, name, tables)
        elif row.value is None or not row.sure:
            what = f"{row.key} {row.value}" if row.value else row.key
            then = f"Give `{row.key}` a default if it holds for all projects."
            yield Undecided("answers", f"{what}: {row.evidence}", (row.evidence.partition(":")[0],), then)
        else:
            yield Decided(("answers", row.key), {"default": row.value}, row.evidence)


def _conduct(row: Inferred, material: Material, name: str, tables: Tables) -> Iterator[Said]:
    """Yield which code of conduct it is: one that the base offers, one of the house's own, or one that is elsewhere."""
    path = row.evidence.partition(":")[0]
    text = material.repository.texts.get(path, "")
    whose = row.evidence.partition(": ")[2].partition(";")[0]
    if row.value and _headings(text) <= tables.conducts.get(str(row.value), frozenset()):
        yield Decided(("answers", "code_of_conduct"), {"default": row.value}, row.evidence)
        yield Fate(path, "base", f"it has the sections of {whose} and no others; the base adopts that by its address")
        then = f"The base adopts {whose}, and says who receives reports. If yours says more, put it into overlay/."
        yield Undecided("answers", f"the wording of {path} was not compared", (path,), then)
        if path != _CONDUCT:
            yield Decided(("files", _CONDUCT), {"at": path}, f"it lies in {path}")
    elif path in material.files:
        own = {"add": {name: "The house's own code of conduct"}, "lock": name}
        yield Decided(("answers", "code_of_conduct"), own, f"{path}: a text that the base does not offer ({whose})")
    else:
        path = row.evidence.partition(" names")[0]
        then = "The base makes one of its own. Give `code_of_conduct` the default none, or another one."
        yield Undecided("answers", f"code_of_conduct: {row.evidence}", (path,), then)


def _headings(text: str) -> frozenset[str]:
    """Return the headings below the title, in lower case and without numbers."""
    found = [re.sub(r"^[\W\d_]+", "", row.heading.lower()) for row in sections(text) if row.heading]
    return frozenset(found[1:])


def contacts(material: Material, paths: Sequence[str]) -> Iterator[Decided]:
    """Yield the address of the office that the texts name."""
    found: dict[str, str] = {}
    for path, text in material.texts():
        if path in paths:
            for address in emails(text):
                if _OFFICE.search(address.partition("@")[0]):
                    found.setdefault(address, place(path, text, text.find(address)))
    if len(found) == 1:
        [(address, where)] = found.items()
        yield Decided(("contacts", "ospo"), address, where)


def reuse(data: Mapping[str, object] | None, path: str) -> Iterator[Said]:
    """Yield what becomes of REUSE.toml: the base writes it of the answers; what else it says is told."""
    yield Fate(path, "base", "the base writes it of the licence and the holder")
    if not isinstance(data, Mapping):
        yield Undecided("files", f"{path} could not be read", (path,), "Look at what it says.")
        return
    usual = {"version", "annotations", "SPDX-PackageName", "SPDX-PackageSupplier", "SPDX-PackageDownloadLocation"}
    for key in data:
        if key not in usual:
            yield Undecided(
                "files",
                f"{path}: {key}: {str(data[key])[:60]!r}",
                (path,),
                f"The base's {path} does not say it. Put it into overlay/{path}.jinja, or leave it out.",
            )
    annotations = data.get("annotations")
    for row in annotations if isinstance(annotations, list) else []:
        paths = row.get("path") if isinstance(row, Mapping) else None
        listed = [paths] if isinstance(paths, str) else list(paths or [])
        odd = [one for one in listed if one not in ("**", "*", ".") and "<" not in str(one)]
        if odd:
            yield Undecided(
                "licenses",
                f"{path}: {', '.join(map(str, odd))[:80]} under {row.get('SPDX-License-Identifier')}",
                (path,),
                "If each project holds such files, name them under licenses.materials.",
            )
