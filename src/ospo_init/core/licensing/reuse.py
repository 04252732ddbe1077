"""Our own reading of the REUSE Specification 3.3: every file says whose it is and under which licence.

A file says it in itself, in a file of its name with .license added, or through a REUSE.toml; LICENSES/ holds the text
of each licence that is named, and of no other. docs/license-checks.md says where this reads otherwise than the tool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.checking.model import Proof, Scan
from ospo_init.core.licensing import expressions
from ospo_init.core.licensing.annotations import Annotations, from_dep5, from_toml, noted
from ospo_init.core.licensing.covered import Files, Text, covered, is_read_for_all, license_texts
from ospo_init.core.licensing.headers import Said, said

BY = "ospo-init, after REUSE 3.3"
ParseToml = Callable[[str], Any]
_DEP5 = ".reuse/dep5"
_WRONG = {
    "bad": ("bad-license", "{id} is no id of the SPDX list and does not begin with LicenseRef-"),
    "deprecated": ("deprecated-license", "the id {id} is deprecated by SPDX"),
    "bare": ("no-extension", "its name has no ending; call it {id}.txt"),
}


@dataclass(frozen=True)
class Licensing:
    """What is known of one file: whether somebody's copyright is on it, its licences as (path, line, expression)."""

    copyright: bool = False
    tags: tuple[tuple[str, int, str], ...] = ()
    unread: str = ""


@dataclass
class _Names:
    """Which ids are named, and where first; how many files name each."""

    first: dict[str, tuple[str, int]] = field(default_factory=dict)
    count: dict[str, int] = field(default_factory=dict)

    def add(self, ids: Iterable[str], path: str, line: int) -> None:
        for spdx_id in ids:
            self.first.setdefault(spdx_id, (path, line))
            self.count[spdx_id] = self.count.get(spdx_id, 0) + 1


def general(files: Files, parse_toml: ParseToml) -> tuple[Annotations, ...]:
    """Return what REUSE.toml files (or .reuse/dep5) say, from the top down.

    Raises ValueError, the message beginning with a path and a tab, where one cannot be used; then none can.
    """
    paths = sorted((path for path in files.paths if is_read_for_all(path)), key=lambda path: path.split("/")[:-1])
    if _DEP5 in files.paths:
        if paths:
            raise ValueError(f"{_DEP5}\tstands beside {paths[0]}; keep one of the two")
        return (_read(files, _DEP5, from_dep5),)
    return tuple(_read(files, path, lambda name, text: from_toml(name, parse_toml(text))) for path in paths)


def _read(files: Files, path: str, parse: Callable[[str, str], Annotations]) -> Annotations:
    data = files.read(path)
    try:
        if data is None or len(data) < files.sizes.get(path, 0):
            raise ValueError("cannot be read, or is too large")
        return parse(path, data.decode())
    except UnicodeDecodeError:
        raise ValueError(f"{path}\tis not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}\t{str(error) or 'cannot be read'}") from None


def licensing(files: Files, path: str, rows: tuple[Annotations, ...], beside: bool) -> Licensing:
    """Return what is known of one file; `beside` says that there is a file of its name with .license added."""
    told = noted(path, rows)
    tags = tuple((place, 0, expression) for place, expression in told.expressions)
    own, unread = Said(), ""
    source = f"{path}.license" if beside else path
    if not told.override:
        data = files.read(source)
        own = said(data) if data is not None else own
        if data is None:
            unread = "cannot be read"
        elif own.is_text and len(data) < files.sizes.get(source, 0) and not own.complete:
            unread = "was read only in part"
    tags += tuple((source, line, expression) for line, expression in own.expressions)
    if not own.expressions:
        tags += tuple((place, 0, expression) for place, expression in told.closest_expressions)
    noticed = told.copyright or own.copyright or told.closest_copyright
    return Licensing(noticed, tags, "" if noticed and tags else unread)


def scan(files: Files, parse_toml: ParseToml) -> Scan:
    """Return what does not hold; `unknown` names a file that could not be read where that leaves it open."""
    try:
        rows = general(files, parse_toml)
    except ValueError as error:
        path, _, what = str(error).partition("\t")
        return Scan((Proof(what, path, rule="reuse/bad-configuration"),), BY)
    texts = license_texts(files.paths)
    names, missing, unread = _Names(), list[Proof](), list[str]()
    there = frozenset(files.paths)
    paths = covered(files)
    for path in paths:
        found = licensing(files, path, rows, f"{path}.license" in there)
        if found.unread:
            unread.append(f"{path} {found.unread}")
            continue
        missing += _missing(path, found, names)
    findings = (*_texts(texts, names), *missing)
    more = f", and {len(unread) - 1} more" if len(unread) > 1 else ""
    return Scan(findings, BY, f"{unread[0]}{more}" if unread else "", len(paths))


def _missing(path: str, found: Licensing, names: _Names) -> Iterator[Proof]:
    """Yield what a file does not say, and note what it names."""
    valid = False
    for source, line, text in found.tags:
        expression = expressions.parse(text)
        if expression is None:
            what = f"{text[:60]!r} is no SPDX licence expression"
            yield Proof(what, source, line, rule="reuse/invalid-expression")
        else:
            valid = True
            names.add(expression.names, source, line)
    if not valid:
        yield Proof("does not say under which licence it is", path, rule="reuse/no-license")
    if not found.copyright:
        yield Proof("does not say whose copyright it is", path, rule="reuse/no-copyright")


def _texts(texts: list[Text], names: _Names) -> Iterator[Proof]:
    """Yield what is wrong between the licences that are named and the texts in LICENSES/."""
    kept: dict[str, str] = {}
    for text in texts:
        if text.id in kept:
            yield Proof(f"is the text of {text.id}, and so is {kept[text.id]}", text.path, rule="reuse/same-license")
        kept.setdefault(text.id, text.path)
        if text.wrong:
            rule, what = _WRONG[text.wrong]
            yield Proof(what.format(id=text.id), text.path, rule=f"reuse/{rule}")
        if text.id not in names.first and f"{text.id}+" not in names.first:
            yield Proof(f"no file is under {text.id}", text.path, rule="reuse/unused-license")
    for spdx_id, (path, line) in names.first.items():
        if spdx_id not in kept and spdx_id.removesuffix("+") not in kept:
            count = names.count[spdx_id]
            files = "1 file is" if count == 1 else f"{count} files are"
            what = f"{files} under {spdx_id[:60]}, and LICENSES/{spdx_id[:60]}.txt is not there"
            yield Proof(what, path, line, rule="reuse/missing-license-text")
