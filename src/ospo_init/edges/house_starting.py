"""Starting a house: what it is started from, and writing its folder, all of it or nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from ospo_init.core import origin
from ospo_init.core.house.proposing_engines import COOKIECUTTER, engine, split, unwrapped
from ospo_init.core.house.proposing_model import Base, Fate, Material, Tables
from ospo_init.core.inferring import Repository, wanted
from ospo_init.core.inferring.texts import LONGEST, clean
from ospo_init.core.trees import File, Tree
from ospo_init.core.verdicts import verdicts
from ospo_init.edges import yamls
from ospo_init.edges.base import base_tags, open_base
from ospo_init.edges.disk import told
from ospo_init.edges.house_sources import Gathered
from ospo_init.edges.manifest_files import parse
from ospo_init.edges.moves import Journal, tree_ids
from ospo_init.edges.moves import write as write_journal
from ospo_init.edges.package_data import read
from ospo_init.edges.repository import write
from ospo_init.edges.repository_facts import adoption_rows, known_texts
from ospo_init.edges.staging import JOURNAL, TREE, staging
from ospo_init.edges.stops import Stop, held
from ospo_init.edges.target import Target
from ospo_init.errors import UserError

_FOLDER = "house-start"
_SETTINGS = ("copier.yml", "copier.yaml", "cookiecutter.json")
_LAYERED = re.compile(r"project/\{\{ layer\.\w+ \}\}/(.+)")
_DOTTED = re.compile(r"\{\{ '([^']+)' \}\}")


def newest_base() -> Base:
    """Return the newest released version of the base, as far as a proposal looks at it."""
    template = _base()
    questions = yamls.load(template.files["copier.yml"].data)
    keys = frozenset(str(key) for key in questions if not str(key).startswith("_"))
    return Base(f"base@{template.tag}", tuple(_paths(template.files)), keys)


@functools.cache
def _base() -> origin.Template:
    tags, current = base_tags()
    return open_base(origin.newest(tags) or current)


def _paths(tree: Tree) -> Iterator[str]:
    for path in sorted(tree):
        if found := _LAYERED.fullmatch(path):
            plain = _DOTTED.sub(r"\1", found[1].removesuffix(".jinja"))
            if "{" not in plain:
                yield plain


def material(gathered: Gathered) -> tuple[Material, list[Fate]]:
    """Return a repository as it is judged, and what becomes of files that its tool puts into no project."""
    texts = {path: gathered.files[path].data.decode("utf-8", "replace") for path in _SETTINGS if path in gathered.files}
    found = engine(gathered.files.keys(), {path: parse(path, text) for path, text in texts.items()})
    inside, aside = split(gathered.files, found)
    literal, rests = unwrapped(inside) if found.name == COOKIECUTTER else ({}, {})
    inside |= literal
    made = Material(
        name=gathered.name,
        address=gathered.address,
        files=inside,
        unread={path.removeprefix(found.root): why for path, why in gathered.unread.items()},
        repository=_repository(inside, gathered.address),
        engine=found.name,
        asks=(*found.asks, *found.runs),
        suffix=found.suffix,
        rests=rests,
    )
    return made, aside


def _repository(inside: Tree, address: str) -> Repository:
    paths = tuple(inside)
    texts = {
        path: clean(inside[path].data.decode("utf-8", "replace"))
        for path in wanted(paths)
        if len(inside[path].data) <= LONGEST and b"\0" not in inside[path].data[:8000]
    }
    data = {path: value for path, text in texts.items() if (value := parse(path, text)) is not None}
    return Repository(paths, texts, data, remote=address, licenses=known_texts(_base().files))


def instead(base: Base, repository: Repository) -> Base:
    """Return the base with the repository's own files that serve the purpose of one of its, by the rows of adoption."""
    rows = verdicts(adoption_rows(), {path: File(b"") for path in base.paths}, repository)
    own = {row.path: row.instead for row in rows if row.instead and not row.instead.endswith("/")}
    return replace(base, instead=own)


def tables() -> Tables:
    """Return the rows by which placeholders and files are judged."""
    marks: dict[str, str] = {}
    hints: dict[str, str] = {}
    for row in read(f"{_FOLDER}/marks.yml"):
        into = marks if "answer" in row else hints
        into |= dict.fromkeys(map(str, row["words"]), row.get("answer") or row.get("hint"))
    leave = tuple((tuple(row["files"]), str(row["why"])) for row in read(f"{_FOLDER}/leave.yml"))
    conducts = {key: frozenset(rows) for key, rows in read(f"{_FOLDER}/conducts.yml").items()}
    return Tables(marks, hints, leave, conducts)


def explained() -> Sequence[Mapping[str, Any]]:
    """Return what house.yml is explained with, key by key."""
    return list(read(f"{_FOLDER}/keys.yml"))


def starter(name: str) -> str:
    """Return the text of one of the files that a new house begins with."""
    return files("ospo_init").joinpath("data", _FOLDER, name).read_text(encoding="utf-8")


def start(target: Target, tree: Tree) -> None:
    """Write a house at `target`; on any failure, a signal included, everything is as it was.

    Raises UserError for what the disk refuses.
    """
    base = target.path if target.exists else target.path.parent
    with told(target.path), held() as stop, staging(base) as staged:
        place = staged / TREE
        place.mkdir()
        write(tree, place, stop.check)
        stop.check()
        if target.exists:
            _fill(target.path, staged, tree, stop)
        else:
            place.rename(target.path)
            stop.settle()


def _fill(base: Path, staged: Path, tree: Tree, stop: Stop) -> None:
    """Move the house into a folder that is there and empty; a journal lets the next run take a killed one's back."""
    if others := sorted({item.name for item in base.iterdir()} - {staged.name, ".git"}):
        raise UserError(f"{others[0]} has come into {base} meanwhile; nothing was written.", "Name an empty folder.")
    write_journal(staged, Journal(tree_ids(tree)))
    moved = list[Path]()
    try:
        for item in sorted((staged / TREE).iterdir()):
            item.rename(base / item.name)
            moved.append(item)
            stop.check()
        (staged / JOURNAL).unlink()
        stop.settle()
    except BaseException:
        for item in moved:
            (base / item.name).rename(item)
        (staged / JOURNAL).unlink(missing_ok=True)
        raise
