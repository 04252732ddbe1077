"""The badge's criteria and Scorecard's checks as data, and the answers that go into .bestpractices.json."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ospo_init.core.checking import all_rules, badge, tables
from ospo_init.core.checking.badge import answers
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.report import Result
from ospo_init.core.checking.tables import Tables
from ospo_init.core.checking.vocabulary import Check, Vocabulary
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring.repository import Repository
from ospo_init.edges import check_data

DATA = Path(badge.__file__).parent.parent.parent / "data"
PATTERNS = yaml.safe_load((DATA / "patterns.yml").read_text("utf-8"))
SCORECARD = yaml.safe_load((DATA / "standards" / "scorecard.yml").read_text("utf-8"))
BADGE = yaml.safe_load((DATA / "standards" / "best-practices.yml").read_text("utf-8"))
BOTH = pytest.mark.parametrize("document", [SCORECARD, BADGE], ids=lambda document: document["name"])
REFERENCE = os.environ.get("OSPO_INIT_REFERENCE", "")  # read here: the tests themselves run in a plain environment
GITHUB = "https://github.com/example/tide-gauge"
BLOB = f"{GITHUB}/blob/main"


def extended(document: Mapping[str, Any]) -> Tables:
    """The tables of patterns.yml with the rows that a standard adds."""
    ours = tables.load(document)
    base = tables.load(PATTERNS)
    assert not set(ours.files) & set(base.files), "a standard adds names, and changes none"
    assert not set(ours.phrases) & set(base.phrases)
    return Tables({**base.files, **ours.files}, {**base.phrases, **ours.phrases})


def vocabulary(document: Mapping[str, Any]) -> Vocabulary:
    """A vocabulary in which no rule looks at anything."""
    stubs = {name: lambda seen: Found("unknown") for name in all_rules.RULES}
    return Vocabulary(extended(document), check_data.SCANS, stubs)


def parsed(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Check]]:
    words = vocabulary(document)
    for row in document["controls"]:
        for raw in (row["check"], *(part["check"] for part in row.get("partial", []))):
            yield row, words.parse(raw, row["id"])


# ---- the rows


@BOTH
def test_every_check_can_be_parsed_and_uses_each_row_of_the_tables(document: Mapping[str, Any]) -> None:
    inside = [part for _, check in parsed(document) for part in check.walk()]
    named = {name for part in inside for name in (*part.names, *part.places)}
    assert {*document["files"], *document["phrases"]} <= named


@BOTH
def test_no_expression_repeats_a_repetition(document: Mapping[str, Any]) -> None:
    for name, row in document["phrases"].items():
        assert not re.search(r"[*+}]\)[*+{]", row["regex"]), name


@BOTH
def test_texts_read_well(document: Mapping[str, Any]) -> None:
    titles = [row["title"] for row in document["controls"]]
    assert len(set(titles)) == len(titles)
    for row in document["controls"]:
        assert len(row["title"]) <= 90, row["id"]
        assert row["title"][-1] not in ".?!", row["id"]
        assert row.get("needs", "x.")[-1] == ".", row["id"]


@BOTH
def test_what_is_asked_of_people_says_what_is_needed(document: Mapping[str, Any]) -> None:
    for row, check in parsed(document):
        if any(part.word == "ask" for part in check.walk()):
            assert row.get("needs"), row["id"]


def test_the_criteria_of_the_badge() -> None:
    ids = [row["id"] for row in BADGE["controls"]]
    assert len(ids) == len(set(ids)) == 129
    levels = {name: sum(name in row["levels"] for row in BADGE["controls"]) for name in ("passing", "silver", "gold")}
    assert levels == {"passing": 67, "silver": 55, "gold": 23}
    assert {row["id"] for row in BADGE["controls"] if row.get("url_required")} == badge.NEEDS_URL
    assert {row["id"] for row in BADGE["controls"] if row.get("na")} == badge.MAY_BE_NA


def test_only_criteria_that_allow_it_depend_on_the_kind_of_project() -> None:
    for row, check in parsed(BADGE):
        if any(part.word == "when" for part in check.walk()):
            assert row["id"] in badge.MAY_BE_NA, row["id"]


def test_the_checks_of_scorecard() -> None:
    rows = SCORECARD["controls"]
    assert len({row["id"] for row in rows}) == len(rows) == 20
    assert [row["id"] for row in rows if row.get("experimental")] == ["SBOM", "Webhooks"]
    for row in rows:
        scores = [part["score"] for part in row.get("partial", [])]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score < 10 for score in scores)


def test_the_badge_is_complete() -> None:
    """Every criterion of the badge is there, at its levels, and says where an address or N/A is asked for."""
    if not REFERENCE:
        pytest.skip("OSPO_INIT_REFERENCE does not name a folder with upstream/bestpractices/criteria.yml")
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for level, criterion, row in upstream():
        found.setdefault(criterion, {})[level] = row
    rows = {row["id"]: row for row in BADGE["controls"]}
    assert {name: list(levels) for name, levels in found.items()} == {name: row["levels"] for name, row in rows.items()}
    for name, levels in found.items():
        assert rows[name].get("url_required", False) == any(row.get("met_url_required") for row in levels.values())
        assert rows[name].get("na", False) == all(row.get("na_allowed") for row in levels.values())


def upstream() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The badge's own file: levels, groups and smaller groups are ordered maps, so lists of pairs."""
    text = (Path(REFERENCE) / "upstream" / "bestpractices" / "criteria.yml").read_text("utf-8")
    names = {"0": "passing", "1": "silver", "2": "gold"}
    for level, groups in yaml.safe_load(text):
        for _, parts in groups:
            for _, criteria in parts:
                yield from ((names[level], name, row) for name, row in criteria)


def test_scorecard_is_complete() -> None:
    if not REFERENCE:
        pytest.skip("OSPO_INIT_REFERENCE does not name a folder with scorecard-firstcommit.yml")
    reference = yaml.safe_load((Path(REFERENCE) / "scorecard-firstcommit.yml").read_text("utf-8"))
    ours = {row["id"]: (row["risk"], row["weight"], row.get("experimental", False)) for row in SCORECARD["controls"]}
    assert ours == {
        row["name"]: (row["risk"], reference["weights"][row["risk"]], row.get("experimental", False))
        for row in reference["checks"]
    }


# ---- what the checks find


def seen(texts: Mapping[str, str], tables_: Tables, **answered: str) -> Seen:
    paths = tuple(sorted(texts))
    candidates = tuple(path for path in paths if tables_.any_file.fullmatch(path))
    return Seen(Repository(paths, texts), Facts(answered, ()), candidates)


POLICY = "Report a weakness in private to security@example.org. " + "We answer and look into it with care. " * 5
FOUND = [
    (BADGE, "documentation_basics", {"README.md": "# Tide\n\n## Usage\n\n    tide read\n"}, "pass"),
    (BADGE, "documentation_basics", {"README.md": "# Tide\n"}, "person"),
    (BADGE, "vulnerability_report_process", {"SECURITY.md": POLICY}, "pass"),
    (BADGE, "vulnerability_report_process", {"SECURITY.md": "No address has been named. " * 8}, "person"),
    (BADGE, "report_process", {"CONTRIBUTING.md": "Open an issue in this repository."}, "pass"),
    (BADGE, "report_process", {"CONTRIBUTING.md": "No place for reports has been named yet."}, "person"),
    (BADGE, "test_policy_mandated", {"CONTRIBUTING.md": "A major change must come with tests."}, "pass"),
    (BADGE, "test_policy_mandated", {"CONTRIBUTING.md": "Tests are nice."}, "person"),
    (BADGE, "dco", {"CONTRIBUTING.md": "Each commit needs a Signed-off-by line."}, "pass"),
    (BADGE, "dco", {"CONTRIBUTING.md": "It comes in under the project's licence."}, "person"),
    (BADGE, "code_review_standards", {"CONTRIBUTING.md": "## Review\n\nTwo people look at it.\n"}, "pass"),
    (BADGE, "vulnerability_response_process", {"SECURITY.md": "A confirmed vulnerability is published."}, "person"),
    (BADGE, "vulnerability_response_process", {"SECURITY.md": "We answer your report within 14 days."}, "pass"),
    (BADGE, "signed_releases", {"SECURITY.md": "gpg --verify: check it with the signing key"}, "not-applicable"),
    (BADGE, "crypto_call", {}, "person"),
    (SCORECARD, "Dependency-Update-Tool", {"renovate.json": "{}"}, "pass"),
    (SCORECARD, "Dependency-Update-Tool", {".forgejo/renovate.json": "{}"}, "fail"),
    (SCORECARD, "SAST", {".github/workflows/a.yml": "    - uses: github/codeql-action/analyze@v3\n"}, "pass"),
    (SCORECARD, "SAST", {".github/workflows/a.yml": "    - run: semgrep\n"}, "fail"),
    (SCORECARD, "Fuzzing", {"read_test.go": "func FuzzRead(f *testing.F) {\n"}, "pass"),
    (SCORECARD, "Security-Policy", {"SECURITY.md": POLICY + "A vulnerability is disclosed after 90 days."}, "pass"),
    (SCORECARD, "Security-Policy", {"SECURITY.md": POLICY}, "fail"),
    (SCORECARD, "Signed-Releases", {}, "not-applicable"),
]


@pytest.mark.parametrize(("document", "control", "texts", "verdict"), FOUND)
def test_what_files_show(document: Mapping[str, Any], control: str, texts: Mapping[str, str], verdict: str) -> None:
    words = vocabulary(document)
    row = next(row for row in document["controls"] if row["id"] == control)
    assert words.find(words.parse(row["check"], control), seen(texts, words.tables)).verdict == verdict


def test_a_collection_of_texts_has_no_build() -> None:
    words = vocabulary(BADGE)
    row = next(row for row in BADGE["controls"] if row["id"] == "build")
    check = words.parse(row["check"], "build")
    assert words.find(check, seen({}, words.tables, kind="documentation")).verdict == "not-applicable"
    assert words.find(check, seen({}, words.tables)).verdict == "person"


@pytest.mark.parametrize(
    ("text", "score"),
    [(POLICY, 9), ("security@example.org", 6), ("We disclose a vulnerability.", 4), ("Be kind.", 3), ("", 0)],
)
def test_a_security_policy_counts_in_part(text: str, score: int) -> None:
    words = vocabulary(SCORECARD)
    row = next(row for row in SCORECARD["controls"] if row["id"] == "Security-Policy")
    there = seen({"SECURITY.md": text}, words.tables)
    assert words.find(words.parse(row["check"], "x"), there).verdict == "fail"
    parts = [(part["score"], words.parse(part["check"], "x")) for part in row["partial"]]
    assert next((worth for worth, check in parts if words.find(check, there).verdict == "pass"), 0) == score


# ---- the answers


def result(name: str, verdict: str, *proofs: Proof) -> Result:
    return Result(name, "Title", verdict, "passing", "", "", "basics", proofs)


THERE = Proof("is there", "CONTRIBUTING.md")
GIVEN = [
    # what is seen is answered, with its address
    (result("contribution", "pass", THERE), ("Met", f"CONTRIBUTING.md: is there. {BLOB}/CONTRIBUTING.md")),
    (
        result("test_policy", "pass", Proof("says so", "docs/a b#c.md", 7)),
        ("Met", f"docs/a b#c.md: says so. {BLOB}/docs/a%20b%23c.md#L7"),
    ),
    (result("no_leaked_credentials", "pass", Proof("found nothing")), ("Met", "Found nothing.")),
    (result("OSPS-AC-03.01", "pass", Proof("says so", "a.yml", 2)), ("Met", f"a.yml: says so. {BLOB}/a.yml#L2")),
    # what needs an address and has none is not
    (result("contribution", "pass", Proof("is so")), None),
    (result("OSPS-AC-03.01", "pass", Proof("is so")), None),
    (result("contribution", "pass", Proof("was so", "gone.md", commit="a" * 40)), None),
    # nor what somebody only says, or what nothing shows
    (result("test_policy", "pass", replace(THERE, declared=True)), None),
    (result("test_policy", "pass"), None),
    # of two proofs the one that was seen counts
    (
        result("test_policy", "pass", Proof("Ada says so", "r.yml", declared=True), THERE),
        ("Met", f"CONTRIBUTING.md: is there. {BLOB}/CONTRIBUTING.md"),
    ),
    # nothing is ever unmet, and nothing open is answered
    *((result("test_policy", verdict, THERE), None) for verdict in ("fail", "unknown", "person", "waived")),
    # not applicable only where the badge has that answer
    (result("test_policy", "not-applicable"), None),
    (result("build", "not-applicable"), ("N/A", "Does not apply to what this project publishes.")),
    (result("release_notes_vulns", "not-applicable", Proof("no version yet")), ("N/A", "No version yet.")),
    (result("OSPS-BR-02.01", "not-applicable", Proof("no version yet")), ("N/A", "No version yet.")),
]


@pytest.mark.parametrize(("given", "expected"), GIVEN)
def test_an_answer(given: Result, expected: tuple[str, str] | None) -> None:
    key = given.id.lower().replace("-", "_").replace(".", "_")
    found = answers([given], GITHUB)
    assert found == ({f"{key}_status": expected[0], f"{key}_justification": expected[1]} if expected else {})


@pytest.mark.parametrize(
    ("remote", "branch", "address"),
    [
        ("https://github.com/example/x", "main", "https://github.com/example/x/blob/main/CONTRIBUTING.md"),
        ("https://github.com/example/x.git/", "a#b", "https://github.com/example/x/blob/a%23b/CONTRIBUTING.md"),
        ("https://gitlab.com/group/sub/x", "main", "https://gitlab.com/group/sub/x/-/blob/main/CONTRIBUTING.md"),
        ("https://codeberg.org/example/x", "main", "https://codeberg.org/example/x/src/branch/main/CONTRIBUTING.md"),
        ("", "main", ""),
        ("https://forge.example.org/a/x", "main", ""),
        ("http://github.com/example/x", "main", ""),
        ("https://ada:secret@github.com/example/x", "main", ""),
        ("git@github.com:example/x.git", "main", ""),
        ("https://github.com/example/x", "", ""),
    ],
)
def test_the_address_of_a_file(remote: str, branch: str, address: str) -> None:
    needs, plain = result("contribution", "pass", THERE), result("test_policy", "pass", THERE)
    found = answers([needs, plain], remote, branch)
    text = f"CONTRIBUTING.md: is there. {address}".strip()
    assert found["test_policy_justification"] == text
    assert found.get("contribution_justification", "") == (text if address else "")


def test_a_hostile_path_stays_one_line_of_text() -> None:
    given = result("test_policy", "pass", Proof("says\x1b[31m so\n", "a\nb\udcff.md"))
    text = answers([given], GITHUB)["test_policy_justification"]
    assert text == f"a b .md: says [31m so. {BLOB}/a%0Ab%FF.md"
    assert json.dumps(text).encode("utf-8")


def test_letters_of_a_criterion_are_kept() -> None:
    assert list(answers([result("require_2FA", "pass", THERE)])) == ["require_2FA_status", "require_2FA_justification"]
