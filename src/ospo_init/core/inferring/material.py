"""What kind of work it is, in which language, and where in its life: counted from the tracked files and the log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ospo_init.core.inferring.languages import OFFERED, is_own, languages
from ospo_init.core.inferring.manifests import Manifest
from ospo_init.core.inferring.repository import Inferred, Repository
from ospo_init.core.inferring.texts import plain, sections

_PROSE = frozenset(["md", "markdown", "rst", "adoc", "tex", "typ", "org", "html", "txt", "odt", "pdf", "svg", "png"])
_DATA = frozenset(["csv", "tsv", "parquet", "geojson", "nc", "h5", "hdf5", "rdf", "ttl", "jsonl", "xlsx", "shp"])

_BADGE = r"repostatus\.org/badges/[^/]{1,20}/"
_STATUS = {  # what badges and metadata say: repostatus.org, classifiers, Cargo, publiccode.yml, R's life cycle
    _BADGE + r"active|^actively-developed$": "active",
    _BADGE + r"inactive|^passively-maintained$|^as-is$|lifecycle-superseded": "maintenance",
    _BADGE + r"(unsupported|abandoned|moved)|:: 7 - inactive|^(deprecated|obsolete)$|lifecycle-archived": "end-of-life",
    _BADGE + r"concept|:: 1 - planning|^concept$": "concept",
}
_WORK = r"\b(?:project|repository|package|library|module|tool)\b"
_OVER = r"(?:no longer (?:being )?(?:maintained|developed|supported)|unmaintained|abandoned|archived|deprecated)\b"
_ENDED = re.compile(rf"{_WORK}.{{0,40}}\b(?:is|has been|are)\b.{{0,20}}\b{_OVER}", re.I)
_FIXES = re.compile(r"\bmaintenance[ -](?:only )?mode\b|\bonly (?:critical )?(?:bug|security)[ -]?fixes\b", re.I)
_RECENT, _YOUNG = 365, 90  # days


def infer_material(repository: Repository, found: Sequence[Manifest]) -> Iterator[Inferred]:
    """Yield what is released, and the language it is written in."""
    counted = languages(repository.paths)
    endings = Counter(path.rpartition(".")[2].lower() for path in repository.paths if is_own(path))
    prose, data = (sum(endings[ending] for ending in kinds) for kinds in (_PROSE, _DATA))
    code = counted.total()
    described = next((row.path for row in found if row.language == "data"), "")
    if described:
        yield Inferred("kind", None, f"{described} describes data, which has no kind of its own here")
        return
    packaged = any(row.language for row in found)
    if not packaged and data > max(prose, code):
        yield Inferred(
            "kind", None, f"most files are data: {data} against {code} of code; data has no kind of its own here"
        )
        return
    if not packaged and code * 10 <= prose:
        yield Inferred(
            "kind",
            "documentation",
            f"{prose} files of text and pictures against {code} of code",
            prose * 2 > len(repository.paths),
        )
        return
    if not code and not packaged:
        yield Inferred("kind", "documentation", f"no source code among {len(repository.paths)} files", sure=False)
        return
    what = next((row.path for row in found if row.language), "")
    yield Inferred("kind", "software", f"{what} is there" if what else f"{code} files of source code", code > 0)
    if code:
        yield _language(counted, found)


def _language(counted: Counter[str], found: Sequence[Manifest]) -> Inferred:
    [(name, files)] = counted.most_common(1)
    code = counted.total()
    value = OFFERED.get(name, "none")
    manifest = next((row.path for row in found if row.language == value), "")
    evidence = f"{files} of {code} source files are {name}" + (f", and {manifest} is there" if manifest else "")
    if value == "none":
        return Inferred("language", value, f"{evidence}, which the template has nothing for", files * 2 > code)
    return Inferred("language", value, evidence, bool(manifest))


def infer_stage(repository: Repository, found: Sequence[Manifest]) -> Inferred | None:
    """Return the stage that metadata, badges or the README name, else what the log shows."""
    for place, text in _statements(repository, found):
        for words, stage in _STATUS.items():
            if re.search(words, text.lower()):
                return Inferred("stage", stage, f"{place}: its status")
    for path, text in repository.read("readme"):
        opening = plain(" ".join(line for row in sections(text)[:3] for line in (row.heading, *row.lines))[:4000])
        for pattern, stage in ((_ENDED, "end-of-life"), (_FIXES, "maintenance")):
            if said := pattern.search(opening):
                return Inferred("stage", stage, f'{path}: "{said[0][:80]}"', sure=False)
    first, last = repository.history.first, repository.history.last
    if not last or not repository.today:
        return None
    if days(repository.today) - days(last) > _RECENT:
        return Inferred("stage", "maintenance", f"the newest commit is of {last}", sure=False)
    if first and days(last) - days(first) < _YOUNG:
        return None
    return Inferred("stage", "active", f"commits from {first or 'before this clone begins'} to {last}")


def _statements(repository: Repository, found: Sequence[Manifest]) -> Iterator[tuple[str, str]]:
    for row in found:
        yield from ((row.path, text) for text in row.fields.get("status", ()))
    for path, text in repository.read("readme"):
        yield from ((path, line) for line in text.split("\n")[:80] if "repostatus" in line or "lifecycle-" in line)


def days(day: str) -> int:
    """Return a day (YYYY-MM-DD) as a number whose differences are days, months taken as 30.4 of them."""
    year, month, date = (int(part) for part in day.split("-"))
    return year * 365 + round(month * 30.4) + date
