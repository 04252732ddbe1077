"""What a work is built on, and under which licences, as lock files and installed packages say it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ospo_init.core.inferring.license_names import spdx_ids
from ospo_init.core.licensing import expressions, spdx
from ospo_init.core.licensing.expressions import Expression

MOST = 20_000  # packages of one lock file
_ENTRY = re.compile(r'\s*"((?:[^"\\]|\\.){0,400})": \{')
_CLASSIFIER = "License ::"
_BETWEEN = re.compile(r"[/;|]|,(?! ?v(?:ersion)? ?\d)|\b(?:and|or|with)\b", re.I)
_LATER = re.compile(r"\bor[ -](?:any )?(?:later|newer)(?: version)?", re.I)
_LONGEST = 200  # characters in which somebody names licences


@dataclass(frozen=True)
class Dependency:
    """One package that the work needs: `license` as it says it itself, '' where it does not; where that was read."""

    name: str
    version: str
    license: str
    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()[:80]


@dataclass(frozen=True)
class Installed:
    """What a Python package says of itself once it is installed; `needs` are the names of what it needs always."""

    dependency: Dependency
    needs: tuple[str, ...] = ()


def of_lock(path: str, text: str) -> list[Dependency]:
    """Return what a package-lock.json installs for use; what only development needs is not passed on, and left out.

    Raises ValueError, in words about the file, where it does not tell licences.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    packages = data.get("packages") if isinstance(data, Mapping) else None
    if not isinstance(packages, Mapping):
        raise ValueError("is of the first format, which has no licences; npm 7 or newer writes one that has")
    if len(packages) > MOST:
        raise ValueError(f"lists more than {MOST} packages")
    lines = {match[1]: n for n, line in enumerate(text.split("\n"), 1) if (match := _ENTRY.fullmatch(line.rstrip()))}
    return [_package(path, key, row, lines.get(key, 0)) for key, row in packages.items() if _is_used(key, row)]


def _is_used(key: str, row: Any) -> bool:
    if not isinstance(row, Mapping):
        return False
    return "node_modules/" in key and not any(row.get(flag) for flag in ("dev", "link", "inBundle"))


def _package(path: str, key: str, row: Mapping[str, Any], line: int) -> Dependency:
    name = row.get("name") or key.rpartition("node_modules/")[2]
    return Dependency(str(name), str(row.get("version") or ""), node_license(row), path, line)


def node_license(row: Mapping[str, Any]) -> str:
    """Return what a package.json, or its row in a lock file, says of its licence, '' where it says nothing."""
    value = row.get("license", row.get("licenses"))
    if isinstance(value, list):  # as it was written once; which of them is meant nobody knows
        return " AND ".join(filter(None, (node_license({"license": item}) for item in value)))
    if isinstance(value, Mapping):
        value = value.get("type")
    return str(value).strip() if isinstance(value, str) else ""


def of_metadata(path: str, text: str) -> Installed:
    """Return what the METADATA of an installed package says."""
    fields: dict[str, list[str]] = {}
    for line in text.split("\n\n", 1)[0].split("\n"):
        key, colon, value = line.partition(": ")
        if colon and not line.startswith((" ", "\t")):
            fields.setdefault(key.lower(), []).append(value.strip())
    name, version = (fields.get(key, [""])[0] for key in ("name", "version"))
    rows = (requirement(row) for row in fields.get("requires-dist", ()))
    needs = tuple(row.name for row in rows if row is not None and "extra" not in str(row.marker or ""))
    return Installed(Dependency(name, version, _python_license(fields), path), needs)


def _python_license(fields: Mapping[str, list[str]]) -> str:
    classifiers = [row for row in fields.get("classifier", []) if row.startswith(_CLASSIFIER)]
    for words in [*fields.get("license-expression", []), *fields.get("license", [])]:
        if words and licence(words) is not None:
            return words
    return classifiers[0] if len(classifiers) == 1 and licence(classifiers[0]) is not None else ""


def requirement(written: str) -> Requirement | None:
    """Return a requirement of Python packages, None where it is none."""
    try:
        return Requirement(written)
    except InvalidRequirement:
        return None


def closure(named: Iterable[str], installed: Mapping[str, Installed]) -> Iterator[Dependency]:
    """Yield everything that is needed, directly or by what is needed; a Dependency without path is not installed."""
    waiting, seen = list(named), set[str]()
    while waiting:
        name = canonicalize_name(waiting.pop(0))
        if name in seen:
            continue
        seen.add(name)
        found = installed.get(name)
        yield found.dependency if found else Dependency(name, "", "", "")
        waiting += found.needs if found else ()


def licence(written: str) -> Expression | None:
    """Return the licences that a package's words mean, all of them of the SPDX list; None where that is not clear.

    Where the words may mean several licences, all of them are returned as if all applied.
    """
    found = expressions.parse(written)
    if found and all(spdx.is_listed(name.removesuffix("+")) for name in found.names):
        return found
    pieces = [piece for piece in _BETWEEN.split(_LATER.sub("", written[:_LONGEST])) if piece.strip(" ()")]
    if len(written) > _LONGEST or not all(spdx_ids(piece, spdx.licenses()) for piece in pieces):
        return None  # a licence among them is not known, and must not be forgotten
    parts = tuple(Expression(name=spdx_id) for spdx_id in spdx_ids(written, spdx.licenses()))
    return None if not parts else parts[0] if len(parts) == 1 else Expression("AND", parts=parts)


def asked(dependencies: Iterable[Dependency]) -> list[str]:
    """Return each licence that has to be asked about, once."""
    found = (licence(row.license) for row in dependencies if row.license)
    return list(dict.fromkeys(name for row in found if row for name in row.licenses))


def fits(expression: Expression, answers: Mapping[str, str]) -> str:
    """Return whether a work may be built on what is under `expression`: yes, no, or unknown.

    `answers` say it for single licences. Of licences joined by AND all have to fit, of those joined by OR one.
    """
    if expression.word in ("", "WITH"):
        said = answers.get(str(expression), "unknown")
        return said if said in ("yes", "no") else "unknown"
    said_of = {fits(part, answers) for part in expression.parts}
    first, last = ("no", "yes") if expression.word == "AND" else ("yes", "no")
    return first if first in said_of else last if said_of == {last} else "unknown"


def with_license(row: Dependency, words: str) -> Dependency:
    """Return the dependency under the licence that another place says."""
    return replace(row, license=words)
