"""Who holds the copyright and since when, as the project's own notices say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ospo_init.core.inferring.licensing import license_files
from ospo_init.core.inferring.repository import Inferred, Repository
from ospo_init.core.inferring.similarity import known, most_alike
from ospo_init.core.inferring.texts import one_line, plain, simple

_SIGN = r"(?:copyright(?:ed)?\b|\(c\)|©|&copy;|\\copyright)"
_OPENS = re.compile(rf"(?:SPDX-FileCopyrightText:|{_SIGN})(?:[\s:,]|{_SIGN}){{0,12}}", re.I)
_YEAR = r"(?:19|20)\d\d"
_YEARS = re.compile(
    rf"{_YEAR}(?:\s{{0,2}}(?:[-\u2013\u2014,]|/|\bto\b|\band\b|&|\+)\s{{0,2}}(?:{_YEAR}|\d\d\b|present|now|today|current))*\+?",
    re.I,
)
_MARKS = " \t#*/;!>|.\"'“”-="
_EDGES = " \t#*/;!>|\"'“”-=,:&"
_ASIDE = re.compile(
    r"<[^<>]{0,200}>|\([^()]{0,200}\)|\[[^][]{0,200}\]|https?://\S{1,300}|\ball rights reserved\b\.?", re.I
)
_BLANK = re.compile(
    r"yyyy|[\[<{](?:year|name|fullname|owner)|name of (?:the )?(?:author|copyright)|\{\{|\byour name", re.I
)
_SIGNED = re.compile(
    r"(?:[Cc]opyright\s{0,3})?(?:\([cC]\)|©)|[Cc]opyright (?:The |Contributors )|SPDX"
)  # no year needed
_SENTENCE = re.compile(
    r"^(?:notices?|holders?|owners?|laws?|licen[cs]e|is|in|on|and|statements?|interests?|protection|infringement)\b",
    re.I,
)
_MOST = 4  # holders that fit a line
_TOP = 8  # lines


class Notice(NamedTuple):
    """One copyright notice: the holder (may be empty) and the first year (0 where there is none)."""

    holder: str
    year: int


def notices(text: str) -> list[Notice]:
    """Return the copyright notices that stand on a line of their own."""
    found = (_notice(line) for line in text.split("\n") if len(line) < 300)
    return list(dict.fromkeys(notice for notice in found if notice))


def _notice(line: str) -> Notice | None:
    bare = line.lstrip(_MARKS).rstrip()
    opens = _OPENS.match(bare)
    if not opens or _BLANK.search(bare):
        return None
    rest = bare[opens.end() :]
    years = _YEARS.search(rest)
    year = min((int(found) for found in re.findall(_YEAR, years[0])), default=0) if years else 0
    holder = plain(_ASIDE.sub(" ", _YEARS.sub(" ", rest)))
    holder = re.sub(r"^by\s|-?\s{0,2}\bpresent\b", "", holder.strip(_EDGES), flags=re.I)
    holder = one_line(holder.strip(_EDGES), 80)
    holder = re.sub(r"(?<=\w{4})\.$", "", holder)  # the end of a sentence; shorter words are abbreviations, as Inc.
    if _SENTENCE.match(holder) or len(holder.split()) > 10 or not (holder or year):
        return None
    if not year and not _SIGNED.match(bare):
        return None
    return Notice(holder if re.search(r"[^\W\d_]{2}", holder) else "", year)


def infer_holder(repository: Repository) -> Iterator[Inferred]:
    """Yield the copyright holder and the first year, each from the first place that names one."""
    rows = list(_places(repository))
    holders = next(((path, found) for path, found in rows if any(notice.holder for notice in found)), None)
    if holders:
        yield _holder(*holders)
    year, where = _first_year(holders or next(((path, found) for path, found in rows if found), ("", [])))
    first = repository.history.first
    if year and (not first or year <= int(first[:4])):
        yield Inferred("first_year", str(year), f"{where}: its copyright notice")
    elif first:  # notices are often brought up to date
        also = f", while {where} says {year}" if year else ""
        yield Inferred("first_year", first[:4], f"first commit, {first}{also}", not year)


def _first_year(place: tuple[str, list[Notice]]) -> tuple[int, str]:
    """Return the first year that the first holder's notices name, 0 for none, and where they stand."""
    path, found = place
    names = [notice.holder for notice in found if notice.holder]
    years = [row.year for row in found if row.year and (not names or row.holder == names[0])]
    return min(years, default=0), path


def _holder(path: str, found: list[Notice]) -> Inferred:
    names = {simple(notice.holder): notice.holder for notice in reversed(found) if notice.holder}
    holders = list(reversed(names.values()))
    if len(holders) > _MOST:
        return Inferred("copyright_holder", None, f"{path}: {len(holders)} holders, among them {holders[0]}")
    return Inferred("copyright_holder", ", ".join(holders), f"{path}: its copyright notice", len(holders) == 1)


def _places(repository: Repository) -> Iterator[tuple[str, list[Notice]]]:
    """Yield where a project's own notice stands, and what stands there; notices of the licence's authors left out."""
    for path in license_files(repository):
        text = repository.texts.get(path, "")
        if not known(text, repository.licenses):  # further down stand the notices of others
            text = "\n".join([line for line in text.split("\n") if line.strip()][:_TOP])
        yield path, [row for row in _form(text) or notices(text) if not _is_the_license_s(row, text, repository)]
    for path, text in repository.read("notice", "copyright", "copyrights"):
        yield path, notices(text)[:1] if "notice" in path.lower() else notices(text)  # below it, those of others
    for path in ("REUSE.toml", ".reuse/dep5"):
        yield path, list(_reuse(repository.data.get(path)))
    for path, text in repository.read("readme", "authors"):
        yield path, notices(text)


def _is_the_license_s(notice: Notice, text: str, repository: Repository) -> bool:
    """Whether the notice is that of those who wrote the licence."""
    if "Free Software Foundation" in notice.holder and "GNU" in text:
        return True
    ids, _ = most_alike(text, repository.licenses)
    theirs = notices(repository.licenses[ids[0]]) if ids else []
    return simple(notice.holder) in {simple(row.holder) for row in theirs} and bool(notice.holder)


def _form(text: str) -> list[Notice]:
    """Return what CRAN's form of a licence file says: YEAR and COPYRIGHT HOLDER."""
    rows = dict(re.findall(r"^(YEAR|COPYRIGHT HOLDER):[ \t]{0,8}(.{1,200})$", text, re.M | re.I))
    rows = {key.upper(): value for key, value in rows.items()}
    years = re.findall(_YEAR, rows.get("YEAR", ""))
    if "COPYRIGHT HOLDER" not in rows:
        return []
    return [Notice(one_line(rows["COPYRIGHT HOLDER"], 80), min(map(int, years), default=0))]


def _reuse(data: Any) -> Iterator[Notice]:
    """Yield the notices that REUSE.toml gives to every file."""
    for row in data.get("annotations", []) if isinstance(data, dict) else []:
        paths = row.get("path") if isinstance(row, dict) else None
        if paths in ("**", "*") or (isinstance(paths, list) and ("**" in paths or "*" in paths)):
            written = row.get("SPDX-FileCopyrightText", [])
            for line in [written] if isinstance(written, str) else written:
                if notice := _notice(f"© {str(line).removeprefix('©')}"):
                    yield notice
