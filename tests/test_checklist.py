"""The checklist: its rows, its conditions, and what a fresh repository leaves open of it."""

from __future__ import annotations

import copy
import difflib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ospo_init.box.engine import ComposedEngine
from ospo_init.core import checklist, conditions, opened
from ospo_init.core.conditions import Facts
from ospo_init.core.trees import File
from ospo_init.errors import TemplateError

DATA = Path(checklist.__file__).parent.parent / "data"
DOCUMENT = yaml.safe_load((DATA / "checklist.yml").read_text("utf-8"))
ITEMS = checklist.load(DOCUMENT["items"])
BY_ID = {item.id: item for item in ITEMS}
SWITCHES = yaml.safe_load((DATA / "forge-switches.yml").read_text("utf-8"))
REFERENCE = os.environ.get("OSPO_INIT_REFERENCE", "")  # read here: the tests themselves run in a plain environment
BOB = "Bob Example <bob@example.org> @bob"
GITHUB = {"repository_url": "https://github.com/example/tide-gauge"}

Answered = Callable[..., Mapping[str, Any]]


@pytest.fixture(scope="module")
def engine(composed: Mapping[str, File]) -> ComposedEngine:
    return ComposedEngine(composed)


@pytest.fixture(scope="module")
def answered(engine: ComposedEngine) -> Answered:
    """All values that follow from some answers, as templates see them."""

    def values(given: Mapping[str, Any]) -> Mapping[str, Any]:
        reply = engine.resolve(given, {})
        assert not [row for row in reply["rows"] if row["problem"]], given
        return reply["values"]  # type: ignore[no-any-return]

    return values


def rows_open(values: Mapping[str, Any]) -> tuple[opened.OpenItem, ...]:
    return opened.open_items(ITEMS, values, {name for name, on in values["layer"].items() if on})


def ids(values: Mapping[str, Any]) -> set[str]:
    return {row.id for row in rows_open(values)}


# ---- the rows


def test_the_reference_is_covered() -> None:
    """Every item of the list that we started from is there, with its place in the life cycle, in other words."""
    if not REFERENCE:
        pytest.skip("OSPO_INIT_REFERENCE does not name a folder with release-lifecycle-checklist.yml")
    reference = yaml.safe_load((Path(REFERENCE) / "release-lifecycle-checklist.yml").read_text("utf-8"))["items"]
    fields = ("id", "phase", "stage", "severity", "owner")
    assert [[row[key] for key in fields] for row in reference] == [[getattr(i, key) for key in fields] for i in ITEMS]
    assert {row["id"]: row["evidence"]["kind"] for row in reference} == {i.id: i.evidence.kind for i in ITEMS}
    for row, item in zip(reference, ITEMS, strict=True):
        for text in (item.title, item.question):
            alike = difflib.SequenceMatcher(None, text.lower().split(), row["question"].lower().split()).ratio()
            assert alike < 0.7, f"{item.id} is a copy: {text}"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_texts_read_well(item: checklist.Item) -> None:
    assert len(item.title) <= 70
    assert item.title[-1] not in ".?!", "a title is a line in a list"
    assert item.question.endswith("?")
    assert item.reason.endswith(".") and item.next_step.endswith(".")
    for text in (item.question, item.reason, item.next_step):
        assert not re.search(r"[.?!] [A-Z]", text.replace("Art. ", "")), "one sentence each"
    assert len({item.title, item.question, item.reason, item.next_step}) == 4


def test_every_source_is_in_the_table_and_used() -> None:
    assert {source.split()[0] for item in ITEMS for source in item.sources} == set(DOCUMENT["sources"])


def test_names_in_the_rows_exist(answered: Answered, engine: ComposedEngine) -> None:
    """Every answer, layer and value that a row or a switch names is one of the base template's."""
    values = answered({})
    bank = engine.resolver.bank
    rows = [row["applies"] for forge in SWITCHES.values() for row in forge if "applies" in row]
    found = [conditions.parse(row, "a switch") for row in rows]
    found += [part for item in ITEMS for part in (item.applies, item.at_birth.met_when) if part]
    for condition in (part for top in found for part in top.walk()):
        if condition.word == "layer":
            assert condition.name in values["layer"]
        elif condition.word in ("given", "is"):
            assert condition.name.split(".")[0] in bank
        if condition.word == "is" and bank.get(condition.name) and bank[condition.name].choices:
            offered = bank[condition.name].choices
            assert set(condition.values) <= set(offered.values() if isinstance(offered, Mapping) else offered)
    for item in ITEMS:
        for key in (key for group in item.at_birth.answers for key in group):
            assert key in bank and not bank[key].computed, f"{item.id}: {key} is not a question"


def changed(**cells: Any) -> list[dict[str, Any]]:
    row = copy.deepcopy(DOCUMENT["items"][0])
    row.update(cells)
    return [{key: value for key, value in row.items() if value is not ...}]


@pytest.mark.parametrize(
    ("rows", "what", "then"),
    [
        pytest.param(["text"], "row 1 is not a mapping", "Correct", id="not a row"),
        pytest.param(changed(id=...), "row 1: id is not a line", "Write", id="no id"),
        pytest.param(changed(id="plan 1"), "item plan 1: the id", "PLAN-01", id="id"),
        pytest.param(changed(titel="x"), "PLAN-01: 'titel' is not a known key", "'title'", id="unknown key"),
        pytest.param(changed(reason=...), "PLAN-01: the key 'reason' is missing", "Add", id="missing key"),
        pytest.param(changed(title="x" * 71), "PLAN-01: the title is longer", "Shorten", id="long title"),
        pytest.param(changed(title="a\nb"), "PLAN-01: title is not a line", "Write", id="two lines"),
        pytest.param(changed(phase="plan"), "PLAN-01: 'plan' is not a known phase", "'planning'", id="phase"),
        pytest.param(changed(stage="actve"), "'actve' is not a known stage", "'active'", id="stage"),
        pytest.param(changed(severity="block"), "'block' is not a known severity", "'blocking'", id="severity"),
        pytest.param(changed(owner="lawyer"), "'lawyer' is not a known owner", "", id="owner"),
        pytest.param(changed(owner=["legal"]), "['legal'] is not a known owner", "", id="owner is a list"),
        pytest.param(changed(sources="OUT"), "PLAN-01: sources is not a list", "[one, two]", id="sources"),
        pytest.param(changed(evidence={"kind": "files", "where": ["x"]}), "'files' is not", "'file'", id="evidence"),
        pytest.param(changed(evidence={"kind": "file"}), "the key 'where' is missing", "Add", id="where"),
        pytest.param(changed(evidence="file"), "evidence is not a mapping", "kind, where", id="evidence is text"),
        pytest.param(changed(at_birth="meet"), "'meet' is not a known at_birth", "'met'", id="at_birth"),
        pytest.param(changed(at_birth="later"), "only what is periodic", "at_birth", id="later too early"),
        pytest.param(changed(severity="periodic"), "only what is periodic", "at_birth", id="periodic at birth"),
        pytest.param(changed(at_birth={"met_when": "a"}), "'unmet_needs' is missing", "Add", id="no needs"),
        pytest.param(
            changed(at_birth={"met_when": "a", "unmet_needs": "money", "answers": ["a"]}),
            "'money' is not a known unmet_needs",
            "answer, person",
            id="needs",
        ),
        pytest.param(
            changed(at_birth={"met_when": "a", "unmet_needs": "answer", "answers": []}),
            "no answer is named",
            "Name one",
            id="no answer",
        ),
        pytest.param(
            changed(at_birth={"met_when": "a", "unmet_needs": "answer", "answers": "a"}),
            "answers is not a list",
            "[one, two]",
            id="answers",
        ),
        pytest.param(changed(applies={"al": ["a"]}), "PLAN-01: 'al' is not a word", "'all'", id="condition"),
        pytest.param(changed() + changed(), "two items PLAN-01", "number of its own", id="twice"),
    ],
)
def test_a_wrong_row_is_refused(rows: list[Any], what: str, then: str) -> None:
    with pytest.raises(TemplateError) as error:
        checklist.load(rows)
    assert what in error.value.what
    assert then in error.value.next and error.value.next


# ---- conditions


FACTS = Facts(
    {
        "a": "x",
        "blank": " \n",
        "zero": 0,
        "no": False,
        "some": ["x", "y"],
        "b": {"yes": True, "in": ["z"]},
        "roster": "",
    },
    {"base"},
)
TWO = "Ada Example <ada@example.org> @ada\n" + BOB
TWICE = "Ada Example <ada@example.org>\n ada  EXAMPLE @ada\n\n<only@example.org> @handle"


@pytest.mark.parametrize(
    ("raw", "facts", "holds"),
    [
        ("a", FACTS, True),
        ("blank", FACTS, False),
        ("zero", FACTS, False),
        ("no", FACTS, False),
        ("missing", FACTS, False),
        ("b.yes", FACTS, True),
        ("b.no", FACTS, False),
        ("a.b", FACTS, False),
        ({"all": ["a", "some"]}, FACTS, True),
        ({"all": ["a", "blank"]}, FACTS, False),
        ({"any": ["blank", {"not": "missing"}]}, FACTS, True),
        ({"any": ["blank", "zero"]}, FACTS, False),
        ({"not": {"layer": "base"}}, FACTS, False),
        ({"layer": "ci"}, FACTS, False),
        ({"is": {"a": "x"}}, FACTS, True),
        ({"is": {"a": ["y", "x"]}}, FACTS, True),
        ({"is": {"a": "X"}}, FACTS, False),
        ({"is": {"some": "y"}}, FACTS, True),
        ({"is": {"b.in": "z"}}, FACTS, True),
        ({"is": {"missing": "x"}}, FACTS, False),
        ({"people": 1}, FACTS, False),
        ({"people": 2}, Facts({"roster": TWO}, ()), True),
        ({"people": 3}, Facts({"roster": TWO}, ()), False),
        ({"people": 2}, Facts({"roster": TWICE}, ()), False),
    ],
)
def test_conditions(raw: Any, facts: Facts, holds: bool) -> None:
    assert conditions.parse(raw, "here").holds(facts) is holds


@pytest.mark.parametrize(
    "raw",
    [
        "",
        None,
        7,
        ["a"],
        {},
        {"all": ["a"], "any": ["b"]},
        {"equal": {"a": "b"}},
        {"all": "a"},
        {"all": []},
        {"any": [{"no": "a"}]},
        {"not": ["a"]},
        {"is": "a"},
        {"is": {}},
        {"is": {"a": "b", "c": "d"}},
        {"is": {"a": []}},
        {"is": {"a": {"b": "c"}}},
        {"is": {"a": None}},
        {"layer": ["ci"]},
        {"people": 0},
        {"people": True},
        {"people": "2"},
    ],
)
def test_a_wrong_condition_is_refused(raw: Any) -> None:
    with pytest.raises(TemplateError) as error:
        conditions.parse(raw, "PLAN-01")
    assert error.value.what.startswith("PLAN-01: ") and error.value.next


# ---- a fresh repository


def test_what_is_open_at_birth(answered: Answered) -> None:
    """Blocking items stand first; nothing periodic, of a later stage or about a release is open."""
    rows = rows_open(answered({}))
    assert [row.severity for row in rows] == sorted((row.severity for row in rows), key=checklist.SEVERITIES.index)
    assert {row.severity for row in rows} == {"blocking", "advisory"}
    assert {row.needs for row in rows} == {"answer", "person", "setting"}
    assert {BY_ID[row.id].stage for row in rows} == {"concept", "active"}
    assert all(BY_ID[row.id].severity != "periodic" for row in rows)
    for severity in ("blocking", "advisory"):
        found = [row.id for row in rows if row.severity == severity]
        assert found == [item.id for item in ITEMS if item.id in found], "else in the order of the checklist"


@pytest.mark.parametrize(
    ("before", "answer", "closes"),
    [
        ({}, {"problem": "Tides are guessed"}, set()),
        ({}, {"problem": "Tides are guessed", "audience": "Harbour masters"}, {"PLAN-01"}),
        ({"audience": "Harbour masters"}, {"problem": "Tides are guessed"}, {"PLAN-01"}),
        ({}, {"description": "Reads water levels"}, set()),
        ({}, {"alternatives": "None measures salt water"}, {"PLAN-02"}),
        ({}, {"sponsor": "The harbour office"}, {"PLAN-05"}),
        ({}, {"roadmap": "A second sensor"}, {"PLAN-11"}),
        ({}, {"project_name": "Tide Gauge"}, {"FINAL-03"}),
        ({}, {"maintainer_name": "Ada Example"}, set()),
        ({}, {"maintainer_email": "ada@example.org"}, {"GOV-04", "INFRA-06"}),
        ({"maintainer_email": "ada@example.org"}, {"security_contact": "security@example.org"}, set()),
        ({}, {"security_contact": "https://example.org/report"}, {"INFRA-06"}),
        ({}, {"conduct_contact": "conduct@example.org"}, {"GOV-04"}),
        ({}, {"response_days": 14}, set()),
        ({"maintainer_name": "Ada Example"}, {"maintainers": BOB}, {"GOV-02"}),
        ({"maintainer_name": "Ada Example"}, {"maintainers": "ada example <a@example.org>"}, set()),
        ({}, {"maintainers": BOB}, set()),
        ({}, {"support_channel": "https://forum.example.org"}, {"INFRA-09"}),
        ({}, GITHUB, {"INFRA-07", "INFRA-09", "LEGAL-10"}),
        ({**GITHUB, "inbound": "inbound-outbound"}, {"inbound": "cla"}, set()),
        (GITHUB, {"maintainer_name": "Ada Example", "maintainer_handle": "@ada"}, {"INFRA-08"}),
        ({}, {"inbound": "inbound-outbound"}, {"LEGAL-10"}),
        ({}, {"ci": "forgejo"}, {"LEGAL-10"}),
        ({}, {"language": "python"}, {"TECH-04", "TECH-10"}),
        ({"ci": "gitlab"}, {"language": "node"}, {"TECH-04", "TECH-05", "TECH-10"}),
        ({}, {"language": "go"}, set()),
        ({}, {"governance_model": "company-led"}, {"PLAN-10"}),
        ({}, {"governance_model": "steering-committee"}, set()),
        ({"license": "CC-BY-4.0"}, {"license": "MIT"}, {"LEGAL-07"}),
        ({"kind": "documentation", "license": "OGL-UK-3.0"}, {"license": "CC-BY-4.0"}, {"LEGAL-04"}),
    ],
)
def test_an_answer_closes_exactly_its_items(
    answered: Answered, before: dict[str, Any], answer: dict[str, Any], closes: set[str]
) -> None:
    assert ids(answered(before)) - ids(answered({**before, **answer})) == closes


@pytest.mark.parametrize(
    ("before", "answer", "opens"),
    [
        ({}, {"trademark_owner": "Example Harbour Ltd"}, {"MKT-02"}),
        ({}, {"license": "CC-BY-4.0"}, {"LEGAL-07"}),
        ({"inbound": "inbound-outbound"}, {"inbound": "cla", "cla_url": "https://example.org/cla"}, {"LEGAL-10"}),
        ({"maintainer_email": "ada@example.org"}, {"code_of_conduct": "none"}, {"GOV-04"}),
        ({"openness": "closed", "maintainer_email": "ada@example.org"}, {"code_of_conduct": "none"}, set()),
    ],
)
def test_an_answer_opens_exactly_its_items(
    answered: Answered, before: dict[str, Any], answer: dict[str, Any], opens: set[str]
) -> None:
    assert ids(answered({**before, **answer})) - ids(answered(before)) == opens


FULL = {
    "problem": "Tides are guessed",
    "audience": "Harbour masters",
    "alternatives": "None measures salt water",
    "sponsor": "The harbour office",
    "roadmap": "A second sensor",
    "project_name": "Tide Gauge",
    "maintainer_name": "Ada Example",
    "maintainer_email": "ada@example.org",
    "maintainer_handle": "@ada",
    "maintainers": BOB,
    "conduct_contact": "conduct@example.org",
    "security_contact": "security@example.org",
    "support_channel": "https://forum.example.org",
    "forge": "github",
    **GITHUB,
}


WAITING = {"PLAN-01", "PLAN-02", "PLAN-05", "PLAN-11", "GOV-04", "INFRA-06", "INFRA-08", "INFRA-09", "FINAL-03"}


def test_the_named_answers_settle_an_item(answered: Answered) -> None:
    """Giving one answer of each group that an item names closes it, whichever one."""
    rows = {row.id: row for row in rows_open(answered({}))}
    waiting = [row for row in rows.values() if row.needs == "answer"]
    assert {row.id for row in waiting} == WAITING
    for row in waiting:
        groups = BY_ID[row.id].at_birth.unanswered(Facts(answered({}), ()))
        for number in range(max(len(group) for group in groups)):
            keys = [group[number % len(group)] for group in groups]
            given = {key: FULL[key] for key in keys}
            assert row.id not in ids(answered(given)), keys
    assert not [row for row in rows_open(answered(FULL)) if row.needs == "answer"]


@pytest.mark.parametrize(
    ("given", "item", "answers", "said"),
    [
        ({}, "PLAN-01", ("problem", "audience"), "problem and audience"),
        ({"problem": "x"}, "PLAN-01", ("audience",), "audience"),
        ({}, "INFRA-06", ("security_contact", "maintainer_email"), "security_contact or maintainer_email"),
        ({}, "GOV-04", ("conduct_contact", "maintainer_email"), "conduct_contact or maintainer_email"),
        (
            {"code_of_conduct": "none"},
            "GOV-04",
            ("code_of_conduct", "conduct_contact", "maintainer_email"),
            "code_of_conduct and (conduct_contact or maintainer_email)",
        ),
        ({"maintainer_name": "Ada Example"}, "GOV-02", ("maintainers",), "maintainers"),
        ({}, "LEGAL-10", ("ci",), "ci"),
        ({"ci": "github", "inbound": "cla"}, "LEGAL-10", (), ""),
        ({}, "LEGAL-01", (), ""),
    ],
)
def test_what_would_settle_it_is_said(
    answered: Answered, given: dict[str, Any], item: str, answers: tuple[str, ...], said: str
) -> None:
    [row] = [row for row in rows_open(answered(given)) if row.id == item]
    assert (row.answers, row.settled_by) == (answers, said)
    assert (row.title, row.next_step, row.owner) == (BY_ID[item].title, BY_ID[item].next_step, BY_ID[item].owner)


def test_a_fact_never_opens_anything_else(answered: Answered) -> None:
    """Who tells more has no more to do, except where the fact itself asks for it (a trade mark)."""
    nothing = ids(answered({}))
    for key, value in FULL.items():
        assert ids(answered({key: value})) <= nothing, key


def applicable(values: Mapping[str, Any]) -> set[str]:
    facts = Facts(values, {name for name, on in values["layer"].items() if on})
    return {item.id for item in ITEMS if checklist.applies(item, facts)}


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        (
            {"kind": "documentation"},
            {"LEGAL-14", "TECH-04", "TECH-05", "TECH-07", "TECH-10", "TECH-11", "TECH-12"},
        ),
        (
            {"openness": "private"},
            {"MKT-04", "MKT-05", "INFRA-09", "LAUNCH-01", "LAUNCH-02", "LAUNCH-03", "LAUNCH-05", "LAUNCH-06"}
            | {"MAINT-01", "MAINT-02", "MAINT-03", "MAINT-06", "EVAL-03"},
        ),
        (
            {"openness": "one-off"},
            {"PLAN-06", "PLAN-11", "GOV-06", "INFRA-07", "INFRA-09", "MAINT-05"}
            | {"MAINT-01", "MAINT-02", "MAINT-03", "MAINT-06", "EVAL-03"},
        ),
        ({"openness": "community"}, set()),
        ({"stage": "maintenance"}, set()),
    ],
)
def test_what_does_not_apply_is_not_asked(answered: Answered, given: dict[str, Any], gone: set[str]) -> None:
    assert applicable(answered({})) - applicable(answered(given)) == gone
    assert not gone & ids(answered(given))


@pytest.mark.parametrize("stage", checklist.STAGES[:3])
def test_the_stage_changes_nothing_at_birth(answered: Answered, stage: str) -> None:
    assert ids(answered({"stage": stage})) == ids(answered({}))


def test_at_the_end_of_life_nothing_is_asked_of_contributors(answered: Answered) -> None:
    left_out = ids(answered({})) - ids(answered({"stage": "end-of-life"}))
    assert left_out <= {"LEGAL-10", "TECH-05", "INFRA-07", "INFRA-08", "INFRA-09"}
    assert left_out


def test_open_items_by_owner(answered: Answered) -> None:
    rows = rows_open(answered({}))
    grouped = opened.by_owner(rows)
    assert set(grouped) <= set(checklist.OWNERS)
    assert sorted(row.id for group in grouped.values() for row in group) == sorted(row.id for row in rows)
    assert all(row.owner == owner for owner, group in grouped.items() for row in group)
    assert next(iter(grouped)) == rows[0].owner
    assert opened.by_owner(()) == {}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {**FULL, "language": "python"},
        {**FULL, "repository_url": "https://gitlab.com/example/tide", "forge": "gitlab", "language": "node"},
        {**FULL, "repository_url": "https://codeberg.org/example/tide", "forge": "forgejo", "inbound": "cla"},
        {"kind": "documentation", "profile": "company", "governance_model": "foundation-ready", "ci": "gitlab"},
        {"governance_model": "steering-committee", "openness": "private", "code_of_conduct": "none"},
    ],
)
def test_what_is_met_by_files_is_in_the_files(
    engine: ComposedEngine, answered: Answered, given: dict[str, Any]
) -> None:
    """An item that is met and whose evidence is a file has at least one of the files that it names."""
    reply, tree = engine.render(given, {}, {"_commit": "v9.9.9", "_src_path": "x"})
    values = answered(given)
    facts = Facts(values, {name for name, on in values["layer"].items() if on})
    for item in ITEMS:
        met = item.at_birth.open_needs(facts) == "" and checklist.applies(item, facts)
        if met and item.evidence.kind == "file" and item.id not in NO_FILE_NEEDED:
            assert any(path.startswith(where) for where in item.evidence.where for path in tree), item.id
    assert reply["values"] == values


NO_FILE_NEEDED = {"INFRA-04"}  # where there is no pipeline, nothing runs with too many rights


# ---- the forges' switches


def test_switches_are_well_formed() -> None:
    assert set(SWITCHES) == {"github", "gitlab", "forgejo"}
    rows = [row for forge in SWITCHES.values() for row in forge]
    assert len({row["id"] for row in rows}) == len(rows)
    for forge, own in SWITCHES.items():
        assert all(row["id"].startswith(f"{forge}-") for row in own)
    for row in rows:
        assert set(row) - {"applies"} == {"id", "title", "where", "why", "items"}
        assert set(row["items"]) <= set(BY_ID) and row["items"]
        assert row["why"].endswith(".") and not row["title"].endswith(".")


def test_every_setting_has_a_switch_somewhere() -> None:
    settings = {item.id for item in ITEMS if item.at_birth.verdict == "setting"}
    assert settings <= {item for forge in SWITCHES.values() for row in forge for item in row["items"]}


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        (GITHUB, set()),
        ({**GITHUB, "inbound": "cla"}, {"github-sign-off"}),
        ({**GITHUB, "ci": "none"}, {"github-token"}),
        ({**GITHUB, "openness": "private"}, {"github-about", "github-private-reports", "github-discussions"}),
    ],
)
def test_switches_fit_the_project(answered: Answered, given: dict[str, Any], gone: set[str]) -> None:
    rows = opened.switches(SWITCHES["github"], answered(given), ())
    assert [row["id"] for row in rows] == [row["id"] for row in SWITCHES["github"] if row["id"] not in gone]
    assert all("applies" not in row for row in rows)
