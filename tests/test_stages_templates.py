"""The stages of a project's life: what its documents say in each, the way there and back, and the rows of the moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

import matrix
from conftest import ADA, ROOT, answers_of, git, read_tree
from ospo_init.core import checklist, stages
from ospo_init.core.conditions import Facts
from ospo_init.edges import yamls
from ospo_init.errors import TemplateError, UserError
from scenes import fates, ospo, updated

DATA = ROOT / "src" / "ospo_init" / "data"
DOCUMENT = yamls.load((DATA / "stage-moves.yml").read_bytes())
MOVES = stages.load(DOCUMENT)
HOME = {"repository_url": "https://github.com/example/tide", "created_on": "2026-03-01"}
BASIC = {**ADA, **HOME, "project_name": "Tide Gauge", "forge": "github", "ci": "github", "language": "python"}
RESTING = {
    "maintenance_since": "2026-03-01",
    "maintenance_reason": "It does all that it should.",
    "supported_versions": "2.x\n1.x  until  2027-06-30",
    "support_until": "2028-02-29",
    "successor": "https://example.org/tide-2",
    "takeover_contact": "over@example.org",
}
ENDED = {
    "ended_on": "2028-02-29",
    "end_reason": "The sensors are not made any more.",
    "successor": "Tide Gauge_2",
    "takeover_contact": "https://example.org/take-over",
}
FACTS = {"maintenance": RESTING, "end-of-life": ENDED}


def project(stage: str, **given: Any) -> matrix.Project:
    return matrix.make({**BASIC, "stage": stage, **given})


# ---- what the documents say


@pytest.mark.parametrize("stage", checklist.STAGES[:2])
def test_a_living_project_says_nothing_of_an_end(stage: str) -> None:
    """Not even when the facts of another stage are given: they belong to that stage alone."""
    plain, told = project(stage), project(stage, **{**RESTING, **ENDED})
    assert told.files == plain.files and told.recorded == plain.recorded
    assert not plain.text("README.md").split("\n\n")[1].startswith(">")


@pytest.mark.parametrize("stage", FACTS)
def test_the_notice_stands_at_the_top_and_says_what_is_known(stage: str) -> None:
    lines = project(stage, **FACTS[stage]).text("README.md").split("\n\n")
    assert lines[0] == "# Tide Gauge"
    facts = {
        "maintenance": ("In maintenance since 2026-03-01", "ends on 2028-02-29", "Why: It does all that it should."),
        "end-of-life": ("no longer maintained", "ended on 2028-02-29", "Why: The sensors are not made any more."),
    }
    places = {
        "maintenance": ("next: <https://example.org/tide-2>", "here: <over@example.org>"),
        "end-of-life": ("next: Tide Gauge_2", "here: <https://example.org/take-over>"),
    }
    assert all(told in lines[1] for told in (*facts[stage], *places[stage])), lines[1]


@pytest.mark.parametrize("stage", FACTS)
def test_what_nobody_knows_is_not_said(stage: str) -> None:
    made = project(stage)
    documents = "".join(made.text(path) for path in ("README.md", "SUPPORT.md", "SECURITY.md", "CONTRIBUTING.md"))
    for gone in ("Why:", "Where to go next", "Would you like to take it over", " until 2", " since 2", " on 2"):
        assert gone not in documents
    assert "> **" in made.text("README.md").split("\n\n")[1]


@pytest.mark.parametrize("key", [*RESTING, *ENDED])
def test_each_answer_reaches_the_documents_of_its_stage_alone(key: str) -> None:
    stage = "maintenance" if key in RESTING else "end-of-life"
    given = {**RESTING, **ENDED}[key]
    shown = given.split()[-1].removeprefix("https://").rstrip(".")
    texts = project(stage, **{key: given}).files
    where = {path for path, data in texts.items() if shown.encode() in data and path.endswith(".md")}
    assert where & ({"SECURITY.md"} if key == "supported_versions" else {"README.md"})


def test_supported_versions_are_a_table_with_their_last_days() -> None:
    text = project("maintenance", **RESTING).text("SECURITY.md")
    assert "| 2.x | 2028-02-29 |\n| 1.x | 2027-06-30 |\n" in text
    assert "| 2.x | no day has been named |" in project("maintenance", supported_versions="2.x").text("SECURITY.md")
    assert "nobody has promised one" in text
    assert "nobody has promised" not in project(
        "maintenance", supported_versions="2.x", support_level="sustained"
    ).text("SECURITY.md")


def test_an_ended_project_invites_nobody_and_updates_nothing() -> None:
    given = {"roadmap": "A map", **ENDED}
    for forge in matrix.CHOICES["forge"]:
        alive, ended = (set(project(stage, forge=forge, **given).files) for stage in ("active", "end-of-life"))
        gone = {path.rpartition("/")[2] for path in alive - ended}
        assert ended <= alive and (forge == "none") == (gone == set())
        assert {"dependabot.yml", "renovate.json"} & gone or forge == "none"
    assert "SUPPORT.md" in ended and "Open an issue" not in project("end-of-life", **ENDED).text("SUPPORT.md")


def test_maintenance_retires_only_the_form_for_proposals() -> None:
    for forge, form in (
        ("github", ".github/ISSUE_TEMPLATE/proposal.yml"),
        ("gitlab", ".gitlab/issue_templates/Proposal.md"),
        ("forgejo", ".forgejo/issue_template/proposal.yml"),
    ):
        alive, resting = (set(project(stage, forge=forge).files) for stage in ("active", "maintenance"))
        assert alive - resting == {form} and resting < alive


@pytest.mark.parametrize(
    "stage, status, fixes",
    [
        ("concept", "concept", None),
        ("active", "WIP", None),
        ("maintenance", "active", True),
        ("end-of-life", "unsupported", None),
    ],
)
def test_security_insights_has_the_status_of_the_stage(stage: str, status: str, fixes: bool | None) -> None:
    said = yaml.safe_load(project(stage, **FACTS.get(stage, {})).text("security-insights.yml"))["repository"]
    assert (said["status"], said.get("bug-fixes-only")) == (status, fixes)
    assert said["accepts-change-request"] is (stage != "end-of-life")


WRONG = {
    "maintenance_since": ("2026-02-30", "a day that its month does not have"),
    "support_until": ("soon", "is not a date"),
    "supported_versions": ("2.x\n1.x until summer", "names no day after until: 1.x until summer"),
    "ended_on": ("28.2.2028", "is not a date"),
    "end_reason": (" ", "only white space"),
    "maintenance_reason": ("a\x00b", "control character"),
    "successor": ("http://example.org", "is not a web address"),
    "takeover_contact": ("ask me", "is not an e-mail address"),
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_answer_is_refused_where_it_is_asked(key: str) -> None:
    value, told = WRONG[key]
    stage = "maintenance" if key in RESTING else "end-of-life"
    rows = matrix.engine().resolve({"stage": stage, key: value}, {})["rows"]
    row = next(row for row in rows if row["key"] == key)
    assert row["shown"] and told in row["problem"]


VERSIONS = {
    "until 2027-06-30": True,
    "1.x until": True,
    "1.x until 2027-06-30 or so": True,
    "not until then": True,
    "1.x": False,
    "  2.x   until 2027-06-30  ": False,
    "untilled": False,
    "": False,
}


@pytest.mark.parametrize("text, told", VERSIONS.items())
def test_a_version_is_a_name_and_perhaps_a_day(text: str, told: bool) -> None:
    rows = matrix.engine().resolve({"stage": "maintenance", "supported_versions": text}, {})["rows"]
    assert bool(next(row for row in rows if row["key"] == "supported_versions")["problem"]) is told


def test_the_questions_are_asked_in_their_stage_alone() -> None:
    for stage in checklist.STAGES:
        rows = {row["key"]: row for row in matrix.engine().resolve({"stage": stage}, {})["rows"]}
        assert {key for key in {**RESTING, **ENDED} if rows[key]["shown"]} == set(FACTS.get(stage, ()))


# ---- there and back


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project in the stage active, with a paragraph of its own in the README."""
    folder = tmp_path / "tide"
    given = [f"-d{key}={value}" for key, value in {**BASIC, "stage": "active", "roadmap": "A map"}.items()]
    assert ospo("new", folder, "--defaults", *given).code == 0
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.org")
    readme = folder / "README.md"
    readme.write_text(readme.read_text() + "\n## Ours\n\nWritten here.\n")
    git(folder, "commit", "--quiet", "--all", "-m", "ours")
    return folder


@pytest.mark.parametrize("way", [["maintenance"], ["end-of-life"], ["maintenance", "end-of-life"]], ids=" ".join)
def test_there_and_back_is_clean_and_leaves_every_byte(home: Path, way: list[str]) -> None:
    start = read_tree(home)
    for stage in way:
        given = FACTS[stage]
        said = updated(home, f"-dstage={stage}", *(f"-d{key}={value}" for key, value in given.items()))
        assert "conflict" not in fates(said).values() and fates(said)["README.md"] == "merged"
        git(home, "commit", "--quiet", "-m", stage)
        readme, recorded = (home / "README.md").read_text(), answers_of(home)
        assert "Written here." in readme and readme.count("> **") == 1
        assert recorded["stage"] == stage and {key: recorded[key] for key in given} == given
        assert {*RESTING, *ENDED} & {*recorded} == {*given}
    updated(home, "-dstage=active")
    git(home, "commit", "--quiet", "-m", "active")
    assert read_tree(home) == start


def test_what_was_edited_here_is_not_lost_at_the_end(home: Path) -> None:
    roadmap = home / "ROADMAP.md"
    roadmap.write_text(roadmap.read_text().replace("- A map", "- Ours\n- A map"))
    git(home, "commit", "--quiet", "--all", "-m", "ours")
    said = fates(updated(home, "-dstage=end-of-life", *(f"-d{key}={value}" for key, value in ENDED.items())))
    assert said["ROADMAP.md"] == "merged" and said[".github/dependabot.yml"] == "removed"
    assert "Nothing of it will be done" in roadmap.read_text() and "- Ours" in roadmap.read_text()


# ---- the rows of the moves


ALLOWED = {
    ("concept", "active"),
    ("active", "maintenance"),
    ("concept", "end-of-life"),
    ("active", "end-of-life"),
    ("maintenance", "end-of-life"),
    ("maintenance", "active"),
    ("end-of-life", "active"),
}


@pytest.mark.parametrize("here", checklist.STAGES)
@pytest.mark.parametrize("target", checklist.STAGES)
def test_every_move_is_allowed_or_refused_with_those_that_are(here: str, target: str) -> None:
    if (here, target) in ALLOWED:
        move = stages.find(MOVES, here, target)
        assert move.target == target and here in move.sources
        return
    with pytest.raises(UserError) as caught:
        stages.find(MOVES, here, target)
    assert all(stage in caught.value.next for stage in stages.targets(MOVES, here))
    assert {(here, stage) for stage in stages.targets(MOVES, here)} <= ALLOWED


def test_a_stage_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(UserError, match="'end-of-live' is not a stage") as caught:
        stages.find(MOVES, "active", "end-of-live")
    assert caught.value.next == "Did you mean end-of-life?"


def test_what_the_rows_name_exists() -> None:
    items = {row["id"] for row in yamls.load((DATA / "checklist.yml").read_bytes())["items"]}
    values = matrix.engine().resolve({}, {})["values"]
    for move in MOVES:
        assert {row.key for row in move.answers} == set(FACTS.get(move.target, ()))
        for step in move.steps:
            assert set(step.items) <= items, step.id
            for part in step.applies.walk() if step.applies else ():
                assert not part.name or part.name in values, step.id
    ids = {step.id for move in MOVES for step in move.steps}
    assert ids == {row["id"] for row in DOCUMENT["steps"]}


def facts(**given: Any) -> Facts:
    return Facts({"forge": "github", "kind": "software", "openness": "public", **given}, frozenset())


@pytest.mark.parametrize("forge", stages.FORGES)
def test_every_end_names_what_only_people_can_do(forge: str) -> None:
    """Each item of the end of life that no file can show has a step; archiving comes last of all."""
    todo = stages.find(MOVES, "active", "end-of-life").todo(facts(forge=forge))
    assert {"EOL-01", "EOL-02", "EOL-03", "EOL-04", "EOL-05"} <= {item for step in todo for item in step.items}
    assert todo[-1].id == "archive" and all(step.place(facts(forge=forge)) for step in todo)
    assert [step.time for step in todo] == sorted((step.time for step in todo), key=stages.TIMES.index)


def test_steps_that_are_not_about_the_project_are_left_out() -> None:
    end = stages.find(MOVES, "active", "end-of-life")
    names = {step.id for step in end.todo(facts(kind="documentation", openness="private"))}
    assert not names & {"mark-packages", "preserve", "schedules-off"}
    assert "schedules-off" in {step.id for step in end.todo(facts(forge="gitlab"))}
    assert stages.find(MOVES, "end-of-life", "active").todo(facts())[0].id == "unarchive"


def test_required_answers_are_told_first_until_they_are_given() -> None:
    end = stages.find(MOVES, "maintenance", "end-of-life")
    assert [row.key for row in end.unanswered(facts()) if row.required] == ["ended_on", "end_reason"]
    assert [row.key for row in end.unanswered(facts(**ENDED))] == []
    assert [row.key for row in end.unanswered(facts(ended_on="2028-02-29", successor=" "))][:2] == [
        "end_reason",
        "successor",
    ]


Change = Callable[[dict[str, Any]], object]
BROKEN: Mapping[str, tuple[Change, str]] = {
    "no moves": (lambda d: d.pop("moves"), "no list 'moves'"),
    "no steps": (lambda d: d.update(steps=[]), "no list 'steps'"),
    "no mapping": (lambda d: d["moves"].append("x"), "row 6 is not a mapping"),
    "an unknown key": (lambda d: d["moves"][0].update(form="x"), "row 1: 'form' is not known here"),
    "a key missing": (lambda d: d["steps"][0].pop("why"), "step 1: the key 'why' is missing"),
    "an unknown stage": (lambda d: d["moves"][0].update(to="actve"), "(begin): 'actve' is not known here"),
    "no text": (lambda d: d["moves"][0].update(summary=7), "(begin): summary is not a line of text"),
    "no list": (lambda d: d["moves"][0].update(answers={}), "(begin): answers is not a list"),
    "no stages": (lambda d: d["moves"][0].update({"from": []}), "(begin): from is not a list of texts"),
    "half required": (lambda d: d["moves"][2]["answers"][0].update(required="yes"), "(end): required is neither"),
    "an unknown move": (lambda d: d["steps"][0].update(moves=["ends"]), "(decision): 'ends' is not known here"),
    "an unknown time": (lambda d: d["steps"][0].update(time="now"), "(decision): 'now' is not known here"),
    "an unknown role": (lambda d: d["steps"][0].update(owner="boss"), "(decision): 'boss' is not known here"),
    "an unknown forge": (lambda d: d["steps"][0].update(where={"githup": "x"}), "'githup' is not known here"),
    "nowhere": (lambda d: d["steps"][0].update(where={}), "(decision): where is neither"),
    "a condition": (lambda d: d["steps"][0].update(applies={"iss": {}}), "'iss' is not a word of conditions"),
    "a move twice": (lambda d: d["moves"][1].update(id="begin"), "two moves 'begin'"),
    "a step twice": (lambda d: d["steps"][1].update(id="decision"), "two steps 'decision'"),
    "a way twice": (lambda d: d["moves"][3].update({"from": ["concept"]}), "lead from one stage to the same"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_that_is_not_right_is_named(name: str) -> None:
    change, told = BROKEN[name]
    document = deepcopy(DOCUMENT)
    change(document)
    if name == "a move twice":
        document["steps"] = [{**row, "moves": ["end"]} for row in document["steps"]]
    with pytest.raises(TemplateError, match=re.escape(told)) as caught:
        stages.load(document)
    assert caught.value.next
