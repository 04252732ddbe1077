"""Proposing a house from an existing template repository: what it decides, what becomes of its files, what is open.

All of it is a function of the repository's files. Nothing is guessed: what the files do not settle is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.house.proposing_engines import asked
from ospo_init.core.house.proposing_files import besides, excluded, files
from ospo_init.core.house.proposing_fit import fit
from ospo_init.core.house.proposing_law import contacts, holder, licenses, reuse, rules
from ospo_init.core.house.proposing_marks import decide, elsewhere, marks, words
from ospo_init.core.house.proposing_model import Base, Decided, Fate, Material, Said, Tables, Undecided
from ospo_init.core.house.proposing_traces import several, title, traces
from ospo_init.core.trees import File

_DEEP = 4  # slashes in https://HOST/ACCOUNT/NAME


@dataclass(frozen=True)
class Proposal:
    """A house as far as a repository settles it: house.yml's live part, its other files, and how that came about."""

    house: Mapping[str, Any]
    files: Mapping[str, File]
    decided: tuple[Decided, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    fates: tuple[Fate, ...] = ()


def propose(name: str, material: Material, aside: Sequence[Fate], base: Base, tables: Tables) -> Proposal:
    """Return the proposal; `aside` are files that the old tool did not put into projects."""
    law = [*licenses(material, name), *rules(material, name, tables), *_reuse(material)]
    told = {said.path: said for said in law if isinstance(said, Fate)}
    rows: list[Said] = [*several(material), *law, *files(material, told, base, tables)]
    before = _fates(rows)
    kept = [fate.path for fate in before if fate.to]
    found = marks(material, kept, tables)
    meant = {row.way[1]: row.value for row in decide(found, material, kept, tables) if isinstance(row, Decided)}
    fitted = fit({mark: key for mark, key in meant.items() if key in base.keys}, material, before)
    fates, filled = fitted.fates, fitted.placeholders
    kept = [fate.path for fate in fates if fate.to]
    found = [mark for mark in found if mark.path in kept]
    read = [*kept, *(fate.path for fate in fates if fate.what == "base")]
    rows += [*excluded(material, fates, base), *fitted.told, *decide(found, material, kept, tables)]
    rows += [*elsewhere(filled, found, material, kept)]
    rows += [*holder(material, marks(material, read, tables), tables), *contacts(material, kept)]
    rows += [
        *traces(material, kept),
        *title(material, kept),
        *_forge(material),
        *_address(filled, tables),
        *asked(material, base.keys, tables),
    ]
    decided = _first(row for row in rows if isinstance(row, Decided) and _holds(row, filled))
    house: dict[str, Any] = {"name": name, "title": name, "extends": base.extends}
    for row in decided:
        _put(house, row.way, row.value)
    rows += besides(base, fates, house.get("files", {}))
    undecided = tuple(_joined(row for row in rows if isinstance(row, Undecided)))
    made = {fate.to: material.files[fate.path] for fate in fates if fate.to}
    return Proposal(house, made, tuple(decided), undecided, (*fates, *aside))


def _holds(row: Decided, filled: Mapping[str, str]) -> bool:
    return row.way[0] != "placeholders" or row.way[1] in filled


def _reuse(material: Material) -> Iterator[Said]:
    if "REUSE.toml" in material.files:
        yield from reuse(material.repository.data.get("REUSE.toml"), "REUSE.toml")


def _forge(material: Material) -> Iterator[Decided]:
    """Yield the forge, where the repository has files for one alone."""
    folders = {"github": ".github/", "gitlab": ".gitlab", "forgejo": ".forgejo/"}
    found = [(forge, mark) for forge, mark in folders.items() if any(path.startswith(mark) for path in material.files)]
    if len(found) == 1:
        yield Decided(
            ("answers", "forge"), {"default": found[0][0]}, f"{found[0][1]} is there, and no other forge's files"
        )


def _address(filled: Mapping[str, str], tables: Tables) -> Iterator[Decided]:
    """Yield where projects are published, where the texts' own addresses name one account for all of them."""
    found = {mark.rpartition("/")[0] for mark, key in filled.items() if key == "repo" and mark.count("/") == _DEEP}
    if len(found) == 1:
        [account] = found
        word = words(account.rpartition("/")[2])
        if word not in tables.marks and word not in tables.hints and not re.search(r"your|user", word):
            address = account + "/{project_slug}"
            yield Decided(
                ("answers", "repository_url"), {"default": address}, f"the texts' addresses begin with {account}/"
            )


def _fates(rows: Iterable[Said]) -> list[Fate]:
    found: dict[str, Fate] = {}
    for row in rows:
        if isinstance(row, Fate):
            found.setdefault(row.path, row)
    return sorted(found.values(), key=lambda fate: fate.path)


def _first(rows: Iterable[Decided]) -> list[Decided]:
    """Return each key once, as the first row that speaks of it says."""
    found: dict[tuple[str, ...], Decided] = {}
    for row in rows:
        found.setdefault(row.way, row)
    return list(found.values())


def _joined(rows: Iterable[Undecided]) -> list[Undecided]:
    """Return each once, and files of which the same is told together."""
    found: dict[tuple[str, ...], Undecided] = {}
    for row in rows:
        of_file = row.places == (row.what,)
        way = (row.key, row.then) if of_file else (row.key, row.what, row.then, *row.places)
        before = found.get(way)
        if not before or not of_file:
            found.setdefault(way, row)
        elif row.what not in before.places:
            paths = (*before.places, row.what)
            found[way] = Undecided(row.key, f"{len(paths)} files", paths, row.then)
    return list(found.values())


def _put(house: dict[str, Any], way: tuple[str, ...], value: Any) -> None:
    here = house
    for key in way[:-1]:
        here = here.setdefault(key, {})
    here[way[-1]] = value


def slug(words: str) -> str:
    """Return a house's name of any words: lower-case letters, digits and hyphens, beginning with a letter."""
    return re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9]+", "-", words.lower())).strip("-")[:40].strip("-")
