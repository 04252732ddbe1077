"""From what detectors found to what a report says: paths and commits joined to it, each place once, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ospo_init.core.checking.model import Proof
from ospo_init.core.scanning import keys, kinds, links
from ospo_init.core.scanning.model import Row
from ospo_init.core.trees import EXECUTABLE, LINK

_MEGABYTE = 1024 * 1024
Found = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes above which a file is large: in the work tree, and in the history."""

    present: int = _MEGABYTE
    past: int = 5 * _MEGABYTE


class Past(NamedTuple):
    """A blob of the history of which there is something to say: a path, and the oldest commit that has it there."""

    blob: str
    path: str
    size: int
    kind: str
    commit: str
    rows: Found


class Said(NamedTuple):
    """Something found in commits and not in files: by which scan, in how many of them; `commit` is the oldest."""

    scan: str
    commit: str
    rule: str
    what: str
    commits: int


@dataclass(frozen=True)
class Material:
    """All that was found: by path in the work tree, and in the history. `patterns` are the names of the own patterns.

    `blobs` are those of the work tree; what the history has of them is not told twice.
    """

    paths: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Found] = field(default_factory=dict)
    blobs: frozenset[str] = frozenset()
    past: tuple[Past, ...] = ()
    said: tuple[Said, ...] = ()
    patterns: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def gone(self) -> Iterator[Past]:
        """What the history has and the work tree has not."""
        return (past for past in self.past if past.blob not in self.blobs)


def proofs(scan: str, material: Material) -> Iterator[Proof]:
    """Yield what a scan found."""
    yield from SCANS[scan](material)


def _secrets(material: Material) -> Iterator[Proof]:
    for path, rows in material.rows.items():
        found = tuple(_both(rows))
        yield from (Proof(row.what, path, row.line, rule=row.rule) for row in found)
        name = keys.named_as_key(path, material.kinds[path])
        if name and not found:
            yield Proof(name, path, rule="secrets/file-name")
    yield from _earlier(material, lambda past: tuple(_both(past.rows)) or _by_name(past))


def _by_name(past: Past) -> tuple[Row, ...]:
    name = keys.named_as_key(past.path, past.kind)
    return (Row(0, "secrets/file-name", name),) if name else ()


def _earlier(material: Material, rows: Callable[[Past], tuple[Row, ...]]) -> Iterator[Proof]:
    """Yield what versions of files that are no more have: of each path and rule the oldest, and in how many it is."""
    versions: dict[tuple[str, str], list[Proof]] = {}
    for past in material.gone:  # the newest first
        for row in {row.rule: row for row in reversed(rows(past))}.values():
            proof = Proof(row.what, past.path, row.line, past.commit, row.rule)
            versions.setdefault((past.path, f"{row.rule} {row.what}"), []).append(proof)
    for proofs_ in versions.values():
        many = len(proofs_)
        oldest = proofs_[-1]
        yield replace(oldest, what=f"{oldest.what} (in {many} earlier versions)") if many > 1 else oldest


def _both(rows: Found) -> Iterator[Row]:
    """Yield the rows of both detectors of secrets; of two on one line the one that knows more."""
    first = rows.get("secrets", ())
    lines = {row.line for row in first}
    yield from first
    yield from (row for row in rows.get("settings", ()) if row.line not in lines)


def _internal(material: Material) -> Iterator[Proof]:
    for proof in _rows("internal", material):
        if proof.rule == "internal/host" and keys.is_trial(proof.path):
            continue  # tests and documentation make up hosts; an organisation's own patterns are looked for there too
        yield _named(proof, material)


def _named(proof: Proof, material: Material) -> Proof:
    if proof.rule != "internal/pattern":
        return proof
    number, _, rest = proof.what.partition(" ")
    name = material.patterns[int(number)]
    return Proof(f"matches the pattern {name!r}{' ' if rest else ''}{rest}", *_where(proof))


def _where(proof: Proof) -> tuple[str, int, str, str]:
    return proof.path, proof.line, proof.commit, proof.rule


def _rows(scan: str, material: Material) -> Iterator[Proof]:
    """Yield what one detector found, in files, in the history and in messages."""
    for path, rows in material.rows.items():
        yield from (Proof(row.what, path, row.line, rule=row.rule) for row in rows.get(scan, ()))
    yield from _earlier(material, lambda past: past.rows.get(scan, ()))
    for told in material.said:
        if told.scan == scan:
            more = f" and {told.commits - 1} more" if told.commits > 1 else ""
            yield Proof(f"{told.what} (in this commit{more})", commit=told.commit, rule=told.rule)


def _plain(scan: str) -> Callable[[Material], Iterator[Proof]]:
    return lambda material: _rows(scan, material)


def _large(material: Material) -> Iterator[Proof]:
    for path in material.paths:
        if material.modes[path] != LINK and material.sizes[path] > material.limits.present:
            yield Proof(f"has {_size(material.sizes[path])}", path, rule="large/file")
    there = set(material.paths)
    for past in material.gone:
        if past.size > material.limits.past and past.path in there:
            what = f"had {_size(past.size)} in an earlier version, which remains in the history"
            yield Proof(what, past.path, 0, past.commit, "large/history")


def _binaries(material: Material) -> Iterator[Proof]:
    for path, kind in material.kinds.items():
        if what := kinds.program(path, kind, material.modes[path] == EXECUTABLE):
            yield Proof(f"is {what}", path, rule="binaries/program")


def _deleted(material: Material) -> Iterator[Proof]:
    there = set(material.paths)
    for past in material.gone:
        if past.path not in there:
            if past.size > material.limits.past:
                what = f"was deleted, and its {_size(past.size)} remain in the history"
                yield Proof(what, past.path, 0, past.commit, "deleted/large")
            elif name := keys.named_as_key(past.path, past.kind):
                yield Proof(
                    f"was deleted, {name}, and remains in the history", past.path, 0, past.commit, "deleted/key"
                )


def _links(material: Material) -> Iterator[Proof]:
    there = {*material.paths, *(path[:at] for path in material.paths for at, c in enumerate(path) if c == "/")}
    for path, rows in material.rows.items():
        for row in rows.get("links", ()):
            if links.is_dead(path, row.what, there):
                yield Proof(f"links to {row.what[:200]}, which is not there", path, row.line, rule=row.rule)


def _size(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MiB"


SCANS: Mapping[str, Callable[[Material], Iterator[Proof]]] = {
    "secrets": _secrets,
    "internal": _internal,
    "emails": _plain("emails"),
    "words": _plain("words"),
    "placeholders": _plain("placeholders"),
    "links": _links,
    "large": _large,
    "binaries": _binaries,
    "deleted": _deleted,
}
