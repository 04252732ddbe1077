"""Every knob of a house can be said: each row of tests/data/knobs.yml is composed, rendered, and seen to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import copier
import pytest

import knobs
from conftest import answers_of, git, read_tree
from foreign import commit
from knobs import Knob, Sight
from ospo_init.commands import house_trying
from ospo_init.core.house.model import RECORDS
from ospo_init.core.house.sets import FACTS
from ospo_init.core.trees import Tree
from ospo_init.edges.box import Box
from scenes import publish

ROWS = knobs.rows()
FOLDERS = ("overlay/", "fragments/", "blocks/", "licenses/", "questions.yml")
COMMANDS = ("house publish",)
# What writes templates when it is composed; the rest is shipped as it is, or is a rule that a project carries.
WRITES = {"licenses", "copyright", "languages", "placeholders"}
SETTINGS = copier.Settings()  # none of the machine's


def _name(row: Knob) -> str:
    return str(row.knob)


def test_every_knob_is_there_once() -> None:
    assert [row.knob for row in ROWS] == list(range(1, 67))


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_knob_has_its_keys_and_something_to_see(row: Knob) -> None:
    known = set(_ways("house"))
    for key in row.keys:
        if key in COMMANDS:
            continue
        if key in FOLDERS:
            given = {**row.files, **(row.below.get("files") or {}), **row.see[-1].files}
            assert any(path.startswith(key) for path in given), f"no file of {key} is tried"
        else:
            assert key in known, f"{key} is no key of house.yml"
            houses = [{**knobs.HEAD, **row.house}, *(sight.house for sight in row.see)]
            assert any(_said(house, key.split(".")) for house in houses), f"{key} is not tried"
    assert row.keys and row.see
    for number, sight in enumerate(row.see, 1):
        assert knobs.expectations(sight), f"nothing is to be seen of project {number}"


def _ways(record: str) -> Iterator[str]:
    """Yield the keys of a record as paths, as docs/house.md has them: a * stands for any name."""
    for name, row in RECORDS[record].__dataclass_fields__.items():
        yield name
        of = row.metadata["of"]
        if of in RECORDS:
            more = f"{name}.*" if row.metadata["kind"] == "map" else name
            yield from (f"{more}.{below}" for below in _ways(of))


def _said(value: Any, way: list[str]) -> bool:
    """Whether a house says something under a key."""
    if isinstance(value, list):
        return any(_said(one, way) for one in value)
    if not way:
        return value is not None
    if not isinstance(value, Mapping):
        return False
    return any(_said(below, way[1:]) for name, below in value.items() if way[0] in ("*", name))


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_knob_is_seen_to_work(row: Knob, tmp_path: Path) -> None:
    for number, sight in enumerate(row.see):
        folder = tmp_path / str(number)
        assert list(knobs.unseen(row, sight, folder)) == [], f"project {number + 1}"
        problems = [problem.what for problem in knobs.composed(row, sight, folder).problems]
        assert all(any(words in what for what in problems) for words in row.lint), problems


@pytest.mark.parametrize("key", ["holds", "lacks", "refused", "recorded", "asked", "check", "proof", "published"])
def test_what_is_not_so_is_told(key: str, tmp_path: Path) -> None:
    """Each kind of expectation must be able to fail."""
    wrong: dict[str, Any] = {
        "holds": {"README.md": "No such words."},
        "lacks": {"README.md": "Tide Gauge"},
        "refused": {"inbound": {"value": "dco", "says": "is refused"}},
        "recorded": {"inbound": "cla"},
        "asked": ["project_colour"],
        "check": {"fail": ["LEGAL-06"]},
        "proof": {"LEGAL-06": "No such words."},
        "published": ["No such words."],
    }
    row = Knob(0, "", ["contacts"], [Sight(**{key: wrong[key]})], house={"contacts": {"ospo": "ospo@example.org"}})
    assert len(list(knobs.unseen(row, row.see[0], tmp_path))) == 1


def _writes(row: Knob) -> bool:
    rules = row.house.get("files", {}).values()
    answers = row.house.get("answers", {}).values()
    return bool(
        {*row.house} & WRITES
        or row.below
        or any(path.startswith(("fragments/", "questions.yml")) for path in row.files)
        or any({*rule} & {"block", "at"} for rule in rules)
        or any({*answer} & {"restrict", "force", "testing"} for answer in answers)
    )


COMPARED = [row for row in ROWS if _writes(row)]


@pytest.mark.parametrize("row", COMPARED, ids=_name)
def test_plain_copier_makes_the_same(row: Knob, tmp_path: Path) -> None:
    sight = next(sight for sight in row.see if not sight.trying)
    house = knobs.composed(row, sight, tmp_path / "house").ready
    answers = {**FACTS, **sight.answers}
    template = house_trying.template_of(house)
    with Box() as box:
        box.load(house.tree)
        reply, ours = box.render(answers, {}, template.origin)
    place = publish(tmp_path / "template", "v1.0.0", _data(house.tree))
    copier.run_copy(str(place), tmp_path / "p", data=answers, defaults=True, quiet=True, settings=SETTINGS)
    theirs = read_tree(tmp_path / "p")
    asked = answers_of(tmp_path / "p")
    assert asked.pop("_src_path") == str(place) and asked.pop("_commit") == "v1.0.0"
    made = {path: file.data for path, file in ours.items() if path != ".copier-answers.yml"}
    del theirs[".copier-answers.yml"]
    assert theirs == made
    assert asked == reply["recorded"]


def test_most_rows_are_compared_with_copier() -> None:
    assert len(COMPARED) >= 25


def _data(tree: Tree) -> dict[str, bytes]:
    return {path: file.data for path, file in tree.items()}


# What a project has recorded, and what a later version of its house says of that: each way to narrow once.
NARROWED: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "restrict, forbid, lock": (
        {
            "support_level": "best-effort",
            "license": "GPL-3.0-only",
            "inbound": "cla",
            "copyright_holder": "Ada Example",
        },
        {
            "answers": {"support_level": {"restrict": ["sustained", "none"]}, "inbound": {"lock": "dco"}},
            "licenses": {"forbid": ["GPL-3.0-only"]},
            "copyright": {"holder": "ACME SE"},
        },
    ),
    "allow, kinds, force": (
        {"license": "GPL-3.0-only", "inbound": "cla"},
        {
            "answers": {"inbound": {"force": [{"when": "project_name", "value": "dco"}]}},
            "licenses": {"allow": ["MIT", "0BSD"], "kinds": {"software": {"allow": ["MIT"], "default": "MIT"}}},
        },
    ),
}


@pytest.mark.parametrize("how", NARROWED)
def test_copier_update_keeps_what_was_narrowed_away(how: str, tmp_path: Path) -> None:
    """A house changes no project by itself: Copier and Renovate keep what is recorded, and `check` tells it."""
    given, narrower = NARROWED[how]
    sights = [Sight(), Sight(house=narrower)]
    row = Knob(1000 + list(NARROWED).index(how), how, [], sights, files={"overlay/ABOUT.md": "About ACME.\n"})
    wide, narrow = (knobs.composed(row, sight, tmp_path / str(number)) for number, sight in enumerate(sights))
    place, target = tmp_path / "template", tmp_path / "p"
    publish(place, "v1.0.0", _data(wide.ready.tree))
    copier.run_copy(str(place), target, data={**FACTS, **given}, defaults=True, quiet=True, settings=SETTINGS)
    git(target, "init", "--quiet", "--initial-branch=main")
    commit(target)
    before = read_tree(target)
    publish(place, "v2.0.0", _data(narrow.ready.tree))
    copier.run_update(target, defaults=True, quiet=True, overwrite=True, settings=SETTINGS)
    after = answers_of(target)
    assert {key: after[key] for key in given} == given and after["_commit"] == "v2.0.0"
    changed = {path for path, data in read_tree(target).items() if before.get(path) != data}
    assert changed == {".copier-answers.yml", ".ospo/house.yml"}
    commit(target)
    said = Sight(check={"fail": ["HOUSE-02"]}, proof={"HOUSE-02": [f" {key} " for key in given]})
    assert list(knobs.unseen_in(said, target)) == []


@pytest.mark.parametrize("section, told", [("plan", False), ("legal", True)])
def test_a_holder_may_name_only_what_is_asked_before(section: str, told: bool, tmp_path: Path) -> None:
    question = (
        f"division: {{section: {section}, role: fact, type: str, help: Which?, why: The line names it., default: x}}\n"
    )
    house = {"copyright": {"holder": "ACME SE, {division}"}}
    row = Knob(1100 + told, "", [], [Sight()], house=house, files={"questions.yml": question})
    if told:
        with pytest.raises(AssertionError, match="division is asked after copyright_holder"):
            knobs.composed(row, row.see[0], tmp_path)
    else:
        assert knobs.composed(row, row.see[0], tmp_path).problems == []


@pytest.mark.parametrize(
    "path, to",
    [
        ("SECURITY.md", ".github/SECURITY.md"),
        ("CONTRIBUTING.md", "docs/CONTRIBUTING.md"),
        ("GOVERNANCE.md", "docs/GOVERNANCE.md"),
        ("SUPPORT.md", "docs/SUPPORT.md"),
        ("CODE_OF_CONDUCT.md", ".github/CODE_OF_CONDUCT.md"),
    ],
)
def test_links_follow_a_file_that_is_moved(path: str, to: str, tmp_path: Path) -> None:
    """Those to it and those in it, also where another moved file is at the other end; `check` finds no dead one."""
    files = {path: {"at": to}, "MAINTAINERS.md": {"at": ".github/MAINTAINERS.md"}}
    row = Knob(0, path, [], [Sight(present=[to, ".github/MAINTAINERS.md"], absent=[path])], house={"files": files})
    assert list(knobs.unseen(row, row.see[0], tmp_path)) == []
