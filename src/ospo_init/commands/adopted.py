"""The plan of an adoption: what is added, what stays the project's own, and what is recorded for the next update."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core import lines
from ospo_init.core.blobs import blob_id
from ospo_init.core.inferring import Inferred, Repository
from ospo_init.core.kept import file_of, pattern
from ospo_init.core.lock import Row, lock
from ospo_init.core.merging import Own, Write
from ospo_init.core.origin import Template
from ospo_init.core.references import dead
from ospo_init.core.trees import File, Tree
from ospo_init.core.verdicts import Verdict
from ospo_init.edges import git_files, head, scratch
from ospo_init.edges.package_data import items_of_files
from ospo_init.edges.project import Project, lock_text
from ospo_init.errors import UserError


@dataclass(frozen=True)
class Start:
    """What an adoption starts from: repository, template, what HEAD has at its paths, and which files are the same."""

    repository: head.Repository
    place: Project
    template: Template
    have: Mapping[str, Own]
    same: frozenset[str] = frozenset()


Asker = Callable[[Sequence[Verdict]], Sequence[str]]


@dataclass(frozen=True)
class Facts:
    """What the repository tells of itself, and what of it a given answer contradicts."""

    inferred: tuple[Inferred, ...] = ()
    against: tuple[Inferred, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The verdicts, each with what came of it: the paths added, those with a block, and the patterns that are kept."""

    verdicts: tuple[Verdict, ...]
    added: frozenset[str]
    blocks: frozenset[str]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Adopted:
    """An adoption, worked out and not written."""

    repository: head.Repository
    place: Project
    template: Template
    values: Mapping[str, Any]
    facts: Facts
    chosen: Chosen
    writes: tuple[Write, ...]
    have: Mapping[str, Own] = field(default_factory=dict)


@dataclass(frozen=True)
class Wishes:
    """Which files were asked for by name, which were refused, and who asks about the others (None: nobody)."""

    take: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    ask: Asker | None = None


def choose(wishes: Wishes, tree: Tree, looked: Repository, rows: Sequence[Verdict], same: frozenset[str]) -> Chosen:
    """Return which files are added: those that claim nothing, those asked for, and those a person says yes to.

    A document that would link to what is not there is left out, unless it was asked for by name. `same` are files of
    the project that are, byte for byte, what the template makes: they follow it from now on.
    """
    open_ = [row for row in rows if row.verdict == "ask" and row.path not in wishes.take | wishes.keep]
    agreed = set(wishes.ask(open_)) if wishes.ask and open_ else set()
    there = set(looked.paths)
    agreed |= {row.path for row in rows if row.verdict == "add"} | wishes.take
    added = {row.path for row in rows if row.verdict in ("add", "ask")} & agreed - wishes.keep - there
    told = {row.path: row for row in rows}
    _refuse(wishes.take - added, told)
    while gone := {path: lost for path in sorted(added - wishes.take) if (lost := _dead(path, tree, added | there))}:
        for path, lost in gone.items():
            reason = f"It would link to what is not there: {', '.join(lost)}"
            told[path] = replace(told[path], verdict="ask", reason=reason)
            added.discard(path)
    blocks = frozenset(row.path for row in rows if row.verdict == "block" and row.path not in wishes.keep)
    kept = tuple(pattern(path) for path in sorted(set(told) - added - blocks - same))
    return Chosen(tuple(told.values()), frozenset(added), blocks, kept)


def _refuse(paths: frozenset[str], told: Mapping[str, Verdict]) -> None:
    """Raise UserError for what cannot be taken: nothing is replaced."""
    for path in sorted(paths):
        why = told[path].reason if path in told else "the template makes no such file"
        raise UserError(f"{path} cannot be added: {why[:1].lower()}{why[1:]}.", "Leave that --take out.")


def _dead(path: str, tree: Tree, there: set[str]) -> list[str]:
    text = tree[path].data.decode("utf-8", "replace") if path.endswith(".md") else ""
    return [target for target in dead(path, text, there) if not any(name.startswith(target + "/") for name in there)]


def planned(before: Start, reply: Mapping[str, Any], tree: Tree, chosen: Chosen, facts: Facts) -> Adopted:
    """Return the whole plan; `tree` is the render whose answers file records what is kept."""
    answers_file = str(reply["answers_file"])
    wanted = {path: tree[path] for path in sorted({*chosen.added, answers_file}) if path in tree}
    wanted |= {path: _with_block(before, path, tree[path]) for path in sorted(chosen.blocks) if path in tree}
    stored = scratch.as_stored(before.repository.git, "", wanted)
    fresh = lock(before.template, tree, reply, items_of_files())
    followed = {*chosen.added, *chosen.blocks, *before.same, answers_file}
    rows = {path: row for path, row in fresh.files.items() if path in followed}
    rows |= {path: _of_block(rows[path], tree[path]) for path in chosen.blocks if path in rows}
    rows |= {path: Row(ownership="kept") for path in (file_of(line) for line in chosen.kept) if path}
    stored[before.place.lock_file] = File(lock_text(replace(fresh, files=rows)))
    writes = [Write(path, file) for path, file in stored.items()]
    have = {row.path: before.have[row.path] for row in writes if row.path in before.have}
    return Adopted(
        before.repository, before.place, before.template, reply["values"], facts, chosen, tuple(writes), have
    )


def _with_block(before: Start, path: str, file: File) -> File:
    own = before.have[path]
    text = git_files.contents(before.repository.git, [own.id])[own.id]
    return File(lines.with_block(text, file.data), own.mode)


def _of_block(row: Row, file: File) -> Row:
    return replace(row, block=True, blob=blob_id(lines.block_text(file.data)))
