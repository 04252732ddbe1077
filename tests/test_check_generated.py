"""What `check` says of repositories fresh from `new`, and after one of their files is lost or emptied."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

import good
import scenes
from good import ITEMS
from ospo_init.cli.progress import silent
from ospo_init.commands.check import Request, checked
from ospo_init.core.checking.evaluate import owners
from ospo_init.core.checking.report import Report
from ospo_init.edges import check_data, project

KINDS = ("software", "documentation")
PROFILES = ("community", "company")
FORGES = ("github", "gitlab", "forgejo")
MUCH = {
    **{
        "project_name": "Tide Gauge",
        "description": "Reads gauges.",
        "problem": "Harbours need it.",
        "audience": "Ports.",
    },
    **{"alternatives": "none fits", "sponsor": "Harbour Example", "roadmap": "2027: more gauges."},
    **{"maintainer_name": "Ada Example", "maintainer_email": "ada@example.org", "maintainer_handle": "ada"},
    **{"maintainers": "Bob Example <bob@example.org> @bob", "trademark_owner": "Harbour Example", "language": "python"},
    **{"governance_model": "steering-committee", "inbound": "dco", "created_on": "2026-01-02"},
}
# Files that are the project's own once they are there, and what ospo-init itself records.
OWN = ("src/", "tests/", "test/", ".copier-answers.yml", ".ospo/lock.yml", ".ospo/record.yml")


def new(folder: Path, answers: Mapping[str, str]) -> Path:
    given = [word for key, value in answers.items() for word in ("-d", f"{key}={value}")]
    done = scenes.ospo("new", folder, "--defaults", *given)
    assert done.code == 0, done
    return folder


def check(folder: Path, history: bool = False) -> Report:
    return checked(Request(str(folder), history=history), project.find(str(folder)), silent)


@pytest.mark.parametrize("profile, kind", list(itertools.product(PROFILES, KINDS)))
@pytest.mark.parametrize("much", [True, False], ids=["much", "little"])
def test_a_fresh_repository_fails_nothing(profile: str, kind: str, much: bool, tmp_path: Path) -> None:
    """Nothing fails or is unknown, and what is open is what `new` itself says waits for somebody."""
    forge = FORGES[(KINDS.index(kind) + PROFILES.index(profile)) % 3]
    answers = (MUCH | {"repository_url": f"https://{forge}.example.org/a/b", "forge": forge}) if much else {}
    given = [
        word
        for key, value in (answers | {"profile": profile, "kind": kind}).items()
        for word in ("-d", f"{key}={value}")
    ]
    made = scenes.ospo("new", tmp_path / "project", "--defaults", "--json", *given)
    report = check(tmp_path / "project", history=True)
    wrong = {row.id: (row.verdict, row.proofs) for row in report.results if row.verdict in ("fail", "unknown")}
    assert wrong == {}
    opened = {row["id"] for row in made.data["open"]}
    assert {row.id for row in report.results if row.is_open} == opened


@pytest.fixture(scope="module", params=FORGES)
def rich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    forge = request.param
    answers = MUCH | {"forge": forge, "repository_url": f"https://{forge}.example.org/a/b", "profile": "company"}
    return new(tmp_path_factory.mktemp(forge) / "project", answers)


def test_the_right_item_fails_and_no_other(rich: Path, tmp_path: Path) -> None:
    """Lose or empty each generated file in turn."""
    before = {row.id for row in check(rich).results if row.verdict == "fail"}
    assert before == set()
    evidence = check_data.evidence()
    wrong = []
    for path in good.git(rich, "ls-files", "-z").split("\0")[:-1]:
        if path.startswith(OWN):
            continue
        right = set(owners(path, evidence)) & {row.id for row in ITEMS}
        for what in ("lost", "emptied"):
            place = rich / path
            kept = place.read_bytes()
            place.unlink() if what == "lost" else place.write_bytes(b"")
            failed = {row.id for row in check(rich).results if row.verdict == "fail"}
            place.write_bytes(kept)
            if not failed or not failed <= right:
                wrong.append((path, what, sorted(failed), sorted(right)))
    assert not wrong, "\n".join(map(str, wrong))
