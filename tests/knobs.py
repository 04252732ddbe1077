"""The rows of tests/data/knobs.yml: reading them, composing the houses in them, and trying what they say is seen."""

from __future__ import annotations

import datetime
import functools
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import ROOT
from foreign import put
from ospo_init.commands import check, house_opening, house_trying
from ospo_init.commands.house_opening import Ready
from ospo_init.core.checking.report import Result
from ospo_init.core.compose import NOTES
from ospo_init.core.house.cases import Case, judged
from ospo_init.core.house.lint import lint
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.sets import FACTS
from ospo_init.core.house.source import Parent
from ospo_init.core.origin import Template
from ospo_init.core.trees import File, Tree
from ospo_init.edges import houses, project, trial, yamls
from ospo_init.edges.box import Box
from ospo_init.edges.bundles import compose_base
from ospo_init.edges.house_folder import Folder
from scenes import made, ospo, publish, save

HEAD = {"name": "acme", "title": "ACME Corporation", "extends": "base@v9.9.9"}
WANTED = (
    *("present", "absent", "holds", "lacks", "ends", "recorded", "asked", "not_asked", "offered", "refused"),
    *("published", "check", "proof", "severity", "run"),
)
_ALL = frozenset(("pass", "fail", "person", "unknown", "not-applicable", "waived", "not there"))


@dataclass(frozen=True)
class Sight:
    """One project of a row: what it is made of, what is done to it, and what must be seen; see tests/data/knobs.yml."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    house: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    trying: bool = False
    from_house: bool = False
    edit: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    write: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    run: Sequence[Mapping[str, Any]] = ()
    later: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    present: Sequence[str] = ()
    absent: Sequence[str] = ()
    holds: Mapping[str, Any] = field(default_factory=dict)
    lacks: Mapping[str, Any] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    recorded: Mapping[str, Any] = field(default_factory=dict)
    asked: Sequence[str] = ()
    not_asked: Sequence[str] = ()
    offered: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    published: Sequence[str] = ()
    check: Mapping[str, Sequence[str]] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Knob:
    """One row: its number, what it is, the keys that say it, a house that does, and what is seen of it."""

    knob: int
    says: str
    keys: Sequence[str]
    see: Sequence[Sight]
    house: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    below: Mapping[str, Any] = field(default_factory=dict)
    lint: Sequence[str] = ()


def rows() -> list[Knob]:
    """Return the rows; a key that a row cannot have is a TypeError."""
    data = yamls.load((ROOT / "tests" / "data" / "knobs.yml").read_bytes())
    return [Knob(**{**row, "see": [Sight(**one) for one in row["see"]]}) for row in data]


def expectations(sight: Sight) -> list[str]:
    """Return the names of what must be seen of a project."""
    return [name for name in WANTED if getattr(sight, name)]


def laid_over(low: Any, high: Any) -> Any:
    """Return `high` over `low`: mappings are joined, what is null is taken out."""
    if not (isinstance(low, Mapping) and isinstance(high, Mapping)):
        return high
    both = {**low, **{key: laid_over(low.get(key), value) for key, value in high.items()}}
    return {key: value for key, value in both.items() if value is not None}


@functools.cache
def base() -> Parent:
    """Return the base template of this checkout, opened once for all rows."""
    return houses.parent_of(Template("base", "v9.9.9", "0" * 40, "0" * 40, compose_base(ROOT)))


@functools.cache
def world() -> Any:
    """Return what `house lint` knows beside the house."""
    return house_opening.world()


@dataclass(frozen=True)
class Composed:
    """A house that was composed, and what `house lint` says of it."""

    ready: Ready
    problems: Sequence[Problem]


_COMPOSED: dict[str, Composed] = {}


def composed(row: Knob, sight: Sight, folder: Path) -> Composed:
    """Return the house of a row, with what a sight lays over it; its folder is written below `folder`."""
    key = json.dumps([row.knob, row.says, sight.house, sight.files])
    if key not in _COMPOSED:
        parent = base()
        if row.below:
            below = _composed(row.below["house"], row.below["files"], parent, folder / "below")
            parent = houses.parent_of(house_trying.template_of(below.ready))
        files = {**row.files, **sight.files}
        _COMPOSED[key] = _composed(laid_over(row.house, sight.house), files, parent, folder / "house")
    return _COMPOSED[key]


def _composed(house: Mapping[str, Any], files: Mapping[str, str], parent: Parent, folder: Path) -> Composed:
    put(folder, {"house.yml": yamls.dump({**HEAD, **house}), **files})
    read = Folder(folder)
    assert read.read.house is not None, [problem.line for problem in read.problems]
    source = read.source()
    problems = [*read.problems, *lint(source, parent, world())]
    wrong = [f"{problem.line} {problem.then}" for problem in problems if not problem.warning]
    assert wrong == [], wrong
    return Composed(Ready(read, source, parent, dict(houses.composed(source, parent).tree)), problems)


def unseen(row: Knob, sight: Sight, folder: Path) -> Iterator[str]:
    """Yield what must be seen of a project and is not."""
    house = composed(row, sight, folder).ready
    template = house_trying.template_of(house)
    answers = {**FACTS, **sight.answers}
    with Box() as box:
        box.load(house.tree)
        machine = house_trying.MACHINE if sight.trying else {}
        made_ = house_trying.made(box, template, answers) if sight.trying else _made(box, template, answers)
        resolved = box.resolve(answers, machine)["rows"]
        yield from _answers(sight, resolved, made_.reply["recorded"])
        for key, wanted in sight.refused.items():
            rows_ = box.resolve({**answers, key: wanted["value"]}, {})["rows"]
            said = next((one["problem"] for one in rows_ if one["key"] == key), "there is no such question")
            if wanted["says"] not in (said or ""):
                yield f"{key}={wanted['value']} is refused with {said!r}"
    notes = house.tree[NOTES].data.decode()
    yield from (f"the template does not say {words!r}" for words in sight.published if words not in notes)
    yield from judged(_case(sight), made_.tree, {})
    for path, end in sight.ends.items():
        if not made_.tree[path].data.decode().endswith(end):
            yield f"{path} ends otherwise"
    if sight is row.see[0] or any(getattr(sight, name) for name in ("check", "proof", "severity", "run")):
        yield from _checked(sight, made_.tree, house, folder)


def _made(box: Box, template: Template, answers: Mapping[str, Any]) -> Any:
    """Return the project as it is made for people, to whom nothing is offered for tests."""
    before, house_trying.MACHINE = house_trying.MACHINE, {}
    try:
        return house_trying.made(box, template, answers)
    finally:
        house_trying.MACHINE = before


def _case(sight: Sight) -> Case:
    holds, lacks = ({path: _listed(words) for path, words in rows_.items()} for rows_ in (sight.holds, sight.lacks))
    return Case("", present=tuple(sight.present), absent=tuple(sight.absent), holds=holds, lacks=lacks)


def _answers(sight: Sight, resolved: Sequence[Mapping[str, Any]], recorded: Mapping[str, Any]) -> Iterator[str]:
    shown = {row["key"] for row in resolved if row["shown"]}
    yield from (f"{key} is not asked" for key in sight.asked if key not in shown)
    yield from (f"{key} is asked" for key in sight.not_asked if key in shown)
    for key, value in sight.recorded.items():
        if recorded.get(key) != value:
            yield f"{key} is recorded as {recorded.get(key)!r}"
    for key, words in sight.offered.items():
        labels = [label for row in resolved if row["key"] == key for _, label, _ in row["choices"]]
        if not any(words in label for label in labels):
            yield f"no choice of {key} says {words!r}: {labels}"


def _checked(sight: Sight, tree: Tree, house: Ready, folder: Path) -> Iterator[str]:
    """Yield what `check` does not say of a project, after what is done to it, and what else fails in it."""
    files = {**tree, **{path: File(text.encode()) for path, text in sight.write.items()}}
    files = {path: file for path, file in files.items() if path not in sight.remove}
    files = _edited(files, sight.edit)
    if sight.from_house:
        published = publish(folder / "published", "v1.0.0", {path: file.data for path, file in house.tree.items()})
        given = [piece for key, value in {**FACTS, **sight.answers}.items() for piece in ("-d", f"{key}={value}")]
        place = made(folder / "project", published, *given)
        save(place, dict(sight.write))
        yield from unseen_in(sight, place)
        return
    with trial.repository(files) as place:
        for job in sight.run:
            tomorrow = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()
            done = ospo(*shlex.split(job["line"].replace("TOMORROW", tomorrow)), cwd=place)
            if done.code != job.get("code", 0) or job.get("says", "") not in done.out + done.err:
                yield f"{job['line']} ends with {done.code}: {done.out}{done.err}"
        save(place, {path: file.data for path, file in _edited(_read(place, sight.later), sight.later).items()})
        yield from unseen_in(sight, place)


def _read(place: Path, paths: Mapping[str, Any]) -> dict[str, File]:
    return {path: File((place / path).read_bytes()) for path in paths}


def _edited(files: dict[str, File], edits: Mapping[str, Mapping[str, str]]) -> dict[str, File]:
    for path, edit in edits.items():
        text = files[path].data.decode()
        for old, new in edit.items():
            assert old in text, f"{path} does not hold {old!r}"
            text = text.replace(old, new)
        files[path] = File(text.encode(), files[path].mode)
    return files


def unseen_in(sight: Sight, place: Path) -> Iterator[str]:
    """Yield what `check` does not say of a project that lies at `place`, and what else fails in it."""
    report = check.checked(check.Request(str(place)), project.find(str(place)), lambda *told: None)
    by_id: dict[str, Result] = {row.id: row for row in report.results}
    assert set(sight.check) <= _ALL
    for verdict, items in sight.check.items():
        for item in items:
            said = by_id[item].verdict if item in by_id else "not there"
            if said != verdict:
                yield f"check says {said} of {item}, not {verdict}: {_words(by_id.get(item))}"
    for item, wanted in sight.proof.items():
        said = _words(by_id.get(item))
        missing = [words for words in _listed(wanted) if words not in said]
        yield from (f"the proofs of {item} do not say {words!r}: {said}" for words in missing)
    for item, severity in sight.severity.items():
        if by_id[item].severity != severity:
            yield f"{item} is {by_id[item].severity}"
    looked_at = {item for items in sight.check.values() for item in items}
    yield from house_trying.failures([row for row in report.results if row.id not in looked_at])


def _words(result: Result | None) -> str:
    if result is None:
        return ""
    proofs = [f"{proof.path} {proof.what}" for proof in result.proofs]
    return " | ".join([*proofs, f"next: {result.next_step}"])


def _listed(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)
