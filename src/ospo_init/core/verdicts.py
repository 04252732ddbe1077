"""Adoption, second half: what becomes of each generated file in a repository that has files of its own.

The rules are rows (data/adoption.yml, which says what they mean); here they are read and applied. The project's own
file always stands: a verdict adds, leaves alone, asks, or puts a marked block into it, and never replaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.conditions import Condition, Facts
from ospo_init.core.inferring.languages import is_code
from ospo_init.core.inferring.licensing import license_files
from ospo_init.core.inferring.pipelines import ANSWERS, systems
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.trees import File
from ospo_init.errors import TemplateError

VERDICTS = ("add", "keep", "block", "ask")
_FIX = "Correct the row in adoption.yml."


@dataclass(frozen=True)
class Verdict:
    """What becomes of one generated file, and why; `instead` is the project's own file that serves its purpose."""

    path: str
    verdict: str
    reason: str
    instead: str = ""


@dataclass(frozen=True)
class Case:
    """One way to decide: a verdict, why, and the condition under which it holds (None: always)."""

    verdict: str
    reason: str
    when: Condition | None = None


@dataclass(frozen=True)
class Row:
    """The rules for some generated files."""

    files: re.Pattern[str]
    same: tuple[re.Pattern[str], ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    present: tuple[Case, ...] = ()
    absent: tuple[Case, ...] = ()


_KEEP = Case("keep", "The project has its own: {instead}")
_ADD = Case("add", "There is none yet")


def load(raw: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the rows of adoption.yml; raise TemplateError naming the row that says nothing we know."""
    return tuple(_row(row, raw.get("places", {})) for row in raw["rows"])


def verdicts(
    rows: Sequence[Row], new: Mapping[str, File], have: Repository, answers: Mapping[str, Any] | None = None
) -> tuple[Verdict, ...]:
    """Return the verdict on every file of `new`, by path; `answers` are those that the files were made of."""
    found = systems(have.paths)
    ci = [ANSWERS.get(name, name) for name in found]
    facts = {
        "ci": ci,
        "code": any(is_code(path) for path in have.paths),
        "carriage_returns": list(have.carriage_returns),
        "license": bool(license_files(have)),
    }
    folded = {path.lower(): path for path in have.paths}
    seen = _Seen(have, folded, Facts({**(answers or {}), "repository": facts}, ()))
    words = {"ci": ", ".join(ci), "carriage_returns": next(iter(have.carriage_returns), "")}
    return tuple(_decide(path, _row_for(path, rows), seen, words) for path in sorted(new))


@dataclass(frozen=True)
class _Seen:
    """The repository, its tracked paths by their form in lower case, and what conditions look at."""

    have: Repository
    folded: Mapping[str, str]
    facts: Facts


def _decide(path: str, row: Row, seen: _Seen, words: Mapping[str, str]) -> Verdict:
    if blocker := _in_the_way(path, seen.folded):
        return Verdict(path, "keep", f"{blocker} is in the way: a file and a folder cannot have one name", blocker)
    own = _own(path, row, seen)
    cases = (*row.present, _KEEP) if own else (*row.absent, _ADD)
    case = next(case for case in cases if case.when is None or case.when.holds(seen.facts))
    reason = case.reason
    for name, value in {**words, "instead": own}.items():
        reason = reason.replace(f"{{{name}}}", value)
    return Verdict(path, case.verdict, reason, own if own != path else "")


def _own(path: str, row: Row, seen: _Seen) -> str:
    """Return the project's file at the path, else the first that serves its purpose, or nothing."""
    if path.lower() in seen.folded:
        return seen.folded[path.lower()]
    for pattern in row.same:
        matching = [real for folded, real in seen.folded.items() if pattern.fullmatch(folded)]
        if matching:
            return min(matching, key=lambda real: (real.count("/"), real))
    for manifest, key in row.keys.items():
        data = seen.have.data.get(manifest)
        if isinstance(data, Mapping) and key in data:
            return manifest
    return ""


def _in_the_way(path: str, folded: Mapping[str, str]) -> str:
    """Return the tracked file that is where a folder is needed, or the folder that is where the file would be."""
    parts = path.lower().split("/")
    for depth in range(1, len(parts)):
        if real := folded.get("/".join(parts[:depth])):
            return real
    below = path.lower() + "/"
    inside = next((real for name, real in folded.items() if name.startswith(below)), "")
    return inside[: len(path)] + "/" if inside else ""


def _row_for(path: str, rows: Sequence[Row]) -> Row:
    return next((row for row in rows if row.files.fullmatch(path)), Row(re.compile(re.escape(path))))


def _row(raw: Mapping[str, Any], places: Mapping[str, Sequence[str]]) -> Row:
    unknown = set(raw) - {"files", "same", "keys", "present", "absent"}
    if unknown or not raw.get("files"):
        raise TemplateError(f"A row of adoption.yml has no files, or the unknown keys {sorted(unknown)}.", _FIX)
    where = str(raw["files"][0])
    same = [path for written in raw.get("same", ()) for path in _places(written, places)]
    return Row(
        re.compile("|".join(_pattern(path) for path in raw["files"])),
        tuple(re.compile(_pattern(path.lower())) for path in same),
        raw.get("keys", {}),
        tuple(_case(case, where) for case in raw.get("present", ())),
        tuple(_case(case, where) for case in raw.get("absent", ())),
    )


def _case(raw: Mapping[str, Any], where: str) -> Case:
    verdict, reason = raw.get("verdict"), raw.get("reason")
    if verdict not in VERDICTS or not isinstance(reason, str) or set(raw) - {"verdict", "reason", "when"}:
        raise TemplateError(f"{where}: a case has a verdict ({', '.join(VERDICTS)}), a reason and perhaps when.", _FIX)
    return Case(verdict, reason, conditions.parse(raw["when"], where) if "when" in raw else None)


def _places(written: str, places: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the path, or for <people>NAME one path for each place of that name."""
    found = re.fullmatch(r"<(\w+)>(.+)", written)
    if not found:
        yield written
    elif found[1] not in places:
        raise TemplateError(f"{written} names no list of places.", _FIX)
    else:
        yield from (place + found[2] for place in places[found[1]])


def _pattern(path: str) -> str:
    """Return a path as a regular expression: ** any folders, * and ? a part of a name, [..] one of these letters."""
    parts = re.split(r"(\*\*|\*|\?|\[[^]]+\])", path)
    words = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(words.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)
