"""The example houses: small, right by the tool's own judgement, and what they promise is in their projects."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from conftest import ROOT, git, read_tree
from ospo_init.commands.house_opening import ready
from ospo_init.core.references import dead
from ospo_init.edges import yamls
from scenes import made, ospo, publish, refuses

HOUSES = ROOT / "examples" / "houses"
NAMES = sorted(path.parent.name for path in HOUSES.glob("*/house.yml"))
REFERENCE = os.environ.get("OSPO_INIT_REFERENCE", "")  # a folder with upstream/codejson
LONGEST = 120  # of a line of house.yml, so that 60 lines are 60 lines

_COMPANY = {
    "project_name": "Tide Gauge",
    "description": "Reads water levels.",
    "maintainer_name": "Ada Example",
    "maintainer_email": "ada@example.com",
    "problem": "Harbours without a gauge cannot warn in time.",
    "audience": "Harbour masters.",
}
_GOVERNMENT = {
    "project_name": "Permit “Register”",
    "description": 'Keeps permits, and says "no" to none.',
    "stage": "active",
    "repository_url": "https://github.com/example/permit-register",
    "maintainer_name": "Ada Example",
    "maintainer_email": "ada@agency.example.org",
}
_LAB = {
    "project_name": "Droplet Sorter",
    "copyright_holder": "Example University",
    "materials": "[hardware, documentation]",
}
ANSWERS: Mapping[str, Mapping[str, str]] = {"company": _COMPANY, "government": _GOVERNMENT, "research-lab": _LAB}


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The three houses as templates: composed and committed, without the trial that publishing is."""
    folder = tmp_path_factory.mktemp("houses")
    os.environ["OSPO_INIT_CACHE"] = str(folder / "cache")
    trees = {name: ready(str(HOUSES / name)).tree for name in NAMES}
    return {
        name: publish(folder / f"{name}-template", "v1.0.0", {path: file.data for path, file in tree.items()})
        for name, tree in trees.items()
    }


@pytest.fixture(scope="module")
def projects(houses: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A project of each house."""
    folder = tmp_path_factory.mktemp("projects")
    os.environ["OSPO_INIT_CACHE"] = str(folder / "cache")
    return {name: made(folder / name, houses[name], *_given(ANSWERS[name])) for name in NAMES}


def _given(answers: Mapping[str, str]) -> list[str]:
    return [word for key, value in answers.items() for word in ("-d", f"{key}={value}")]


def _new(folder: Path, house: Path, answers: Mapping[str, str]) -> Any:
    return ospo("new", folder, "--defaults", f"--house={house}", *_given(answers))


def test_there_are_three() -> None:
    assert NAMES == ["company", "government", "research-lab"]
    listed = (HOUSES / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"]({name}/house.yml)" in listed] == NAMES
    assert dead("README.md", listed, {f"{name}/house.yml" for name in NAMES}) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small(name: str) -> None:
    lines = (HOUSES / name / "house.yml").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert [line for line in lines if len(line) > LONGEST] == []
    assert len(list((HOUSES / name / "tests").glob("*.yml"))) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_the_linter_warns_of_what_is_published_with_it_and_of_nothing_else(name: str) -> None:
    done = ospo("house", "lint", HOUSES / name, "--json")
    assert done.code == 0, done.out + done.err
    assert [row for row in done.data["problems"] if "internal names are published" not in row["what"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_published_and_makes_projects(name: str, tmp_path: Path) -> None:
    """Publishing tries the house's own tests and the pairwise answer sets, and is refused where one fails.

    A project is committed as it is, licensed file by file, and has what is shipped plain byte for byte.
    """
    to = tmp_path / "template"
    done = ospo("house", "publish", HOUSES / name, "--to", to, "--tag", "v1.0.0")
    assert done.code == 0, done.err
    project = made(tmp_path / "project", to, *_given(ANSWERS[name]))
    assert git(project, "status", "--porcelain", "--ignored") == ""
    command = [sys.executable, "-m", "reuse", "--root", str(project), "lint"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    for path, data in _exact(name).items():
        assert (project / path).read_bytes() == data, path
        command = ["git", "cat-file", "blob", f"HEAD:{path}"]
        assert subprocess.run(command, cwd=project, capture_output=True, check=True).stdout == data, path


def _exact(name: str) -> dict[str, bytes]:
    """Return the files of an overlay that hold no answer, by their path in a project."""
    overlay = {path: data for path, data in read_tree(HOUSES / name / "overlay").items() if not path.endswith(".jinja")}
    return {path: data for path, data in overlay.items() if b"<your-" not in data}


def test_the_laboratory_ships_what_others_would_mend(projects: Mapping[str, Path]) -> None:
    """A byte order mark, other line ends, no last line end: they are there, and git is told to leave them alone."""
    notices = HOUSES / "research-lab" / "overlay" / "notices"
    files = {path.name: path.read_bytes() for path in notices.iterdir()}
    assert files["laser-safety.txt"].startswith(b"\xef\xbb\xbf")
    assert files["high-voltage.txt"].count(b"\r\n") == files["high-voltage.txt"].count(b"\n") == 3
    assert not files["not-medical.txt"].endswith(b"\n")
    rows = (projects["research-lab"] / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert {f"/notices/{name} -text" for name in files} <= set(rows)
    asked = git(projects["research-lab"], "check-attr", "text", "--", *(f"notices/{name}" for name in files))
    assert asked.count("text: unset") == 3
    tracked = git(ROOT, "check-attr", "text", "--", *(str(path.relative_to(ROOT)) for path in notices.iterdir()))
    assert tracked.count("text: unset") == 3  # in this repository too


def test_the_company_leaves_six_questions(houses: Mapping[str, Path]) -> None:
    done = ospo("questions", f"--house={houses['company']}", "--json")
    assert done.code == 0, done.err
    assert [row["key"] for row in done.data["questions"] if row["asked"]] == list(_COMPANY)
    answers = yamls.load((HOUSES / "company" / "house.yml").read_bytes())["answers"]
    assert len([row for row in answers.values() if "lock" in row]) == 20


def test_the_company_has_one_holder_line_and_says_what_stands_beside_the_licence(projects: Mapping[str, Path]) -> None:
    project = projects["company"]
    holder = "Example Company SE or an affiliate of it, and Tide Gauge contributors"
    rows = tomllib.loads((project / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    assert all(row["SPDX-FileCopyrightText"].endswith(holder) for row in rows)
    assert _licenses(project)["docs/**"] == "CC-BY-4.0"
    assert not (project / "LICENSE").exists()
    for path in ("NOTICE", "README.md"):
        assert "The code of Tide Gauge may call interfaces" in (project / path).read_text(encoding="utf-8")
    text = (project / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Apache License" in text and "call interfaces" not in text
    legal = (project / "docs" / "LICENSE.txt").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0 International" in legal


def test_the_company_refuses_with_the_rule_and_whom_to_ask(houses: Mapping[str, Path], tmp_path: Path) -> None:
    done = _new(tmp_path / "p", houses["company"], {**_COMPANY, "license": "GPL-3.0-only"})
    refuses(done, "license", "MIT is for exceptional cases", "https://opensource.example.com/legal")
    done = _new(tmp_path / "p", houses["company"], {**_COMPANY, "maintainer_email": "ada@example.net"})
    refuses(done, "maintainer_email", "not an address of ours")
    done = _new(tmp_path / "p", houses["company"], {**_COMPANY, "inbound": "cla"})
    refuses(done, "inbound", "Developer Certificate of Origin")
    assert list(tmp_path.iterdir()) == []


def test_what_must_not_go_public_does_not_go_into_a_project(projects: Mapping[str, Path]) -> None:
    for path, data in read_tree(projects["company"]).items():
        assert b"EXCO-" not in data and b"corp.example.com" not in data, path


@pytest.mark.parametrize("tier", range(5))
def test_a_tier_decides_which_files_there_are(tier: int, houses: Mapping[str, Path], tmp_path: Path) -> None:
    answers = {**_GOVERNMENT, "tier": f"tier-{tier}"}
    project = made(tmp_path / "p", houses["government"], *_given(answers))
    for path in ("LICENSE", "README.md", "COMMUNITY.md", "code.json"):
        assert (project / path).is_file(), path
    assert (project / "CODE_OF_CONDUCT.md").is_file() == (tier >= 2)
    assert json.loads((project / "code.json").read_bytes())["maturityModelTier"] == tier
    openness = ("private", "one-off", "closed", "public", "community")[tier]
    recorded = yamls.load((project / ".copier-answers.yml").read_bytes())
    assert recorded["openness"] == openness


@pytest.mark.parametrize("tier, failing", [("tier-0", "HOUSE-03"), ("tier-1", "HOUSE-01")])
def test_a_tier_decides_what_check_asks_for(
    tier: str, failing: str, houses: Mapping[str, Path], tmp_path: Path
) -> None:
    """SECURITY.md is demanded from tier 1 on, and only recommended below."""
    project = made(tmp_path / tier, houses["government"], *_given({**_GOVERNMENT, "tier": tier}))
    assert _failing(project) == {}
    (project / "SECURITY.md").unlink()
    failed = _failing(project)
    assert "SECURITY.md" in failed.pop(failing)
    assert not [item for item in failed if item.startswith("HOUSE")]


def test_a_notice_of_the_laboratory_cannot_be_mended(projects: Mapping[str, Path], tmp_path: Path) -> None:
    """Not even by an editor that means well: a last line end more is found."""
    project = shutil.copytree(projects["research-lab"], tmp_path / "p")
    notice = project / "notices" / "not-medical.txt"
    notice.write_bytes(notice.read_bytes() + b"\n")
    assert "notices/not-medical.txt" in _failing(project)["HOUSE-01"]


def _failing(project: Path) -> dict[str, str]:
    """Return the items that fail, each with what shows it."""
    items = ospo("check", project, "--json", "--no-history").data["items"]
    return {row["id"]: json.dumps(row) for row in items if row["verdict"] == "fail"}


_INVENTORY: Mapping[str, Mapping[str, str]] = {
    "plain": {},
    "exempt": {"tier": "tier-1", "usage_type": "exemptByPrivacyRisk", "exemption_text": 'It names "people" \\ places.'},
    "contract": {"maintenance": "contract", "contract_number": "EX-2026-014", "labor_hours": "1200", "language": "go"},
    "ended": {"stage": "end-of-life", "description": "", "created_on": "2026-01-02"},
}


def _inventory(folder: Path, house: Path, name: str) -> Any:
    """Return the code.json of a project of one of the rows above."""
    project = made(folder, house, *_given({**_GOVERNMENT, **_INVENTORY[name]}))
    return json.loads((project / "code.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", _INVENTORY)
def test_code_json_says_what_was_answered(name: str, houses: Mapping[str, Path], tmp_path: Path) -> None:
    data, answers = _inventory(tmp_path / "p", houses["government"], name), _INVENTORY[name]
    assert data["permissions"]["usageType"] == [answers.get("usage_type", "openSource")]
    assert data["permissions"]["exemptionText"] == answers.get("exemption_text")
    assert data["laborHours"] == int(answers.get("labor_hours", "0"))
    assert data["contractNumber"] == [one for one in [answers.get("contract_number")] if one]
    assert data["languages"] == [one for one in [answers.get("language")] if one]
    assert data["repositoryURL"] == _GOVERNMENT["repository_url"]


@pytest.mark.parametrize("name", _INVENTORY)
def test_code_json_is_of_its_schema(name: str, houses: Mapping[str, Path], tmp_path: Path) -> None:
    schema = Path(REFERENCE, "upstream", "codejson", "schema-2.0.0.json")
    if not REFERENCE or not schema.is_file():
        pytest.skip("OSPO_INIT_REFERENCE does not name a folder with upstream/codejson/schema-2.0.0.json")
    checker = Draft202012Validator(json.loads(schema.read_bytes()), format_checker=FormatChecker())
    data = _inventory(tmp_path / "p", houses["government"], name)
    assert [error.message for error in checker.iter_errors(data)] == []


def test_the_public_domain_has_no_holder(projects: Mapping[str, Path]) -> None:
    readme = (projects["government"] / "README.md").read_text(encoding="utf-8")
    assert "## Public domain" in readme and "contributors" not in readme.partition("## License")[2]
    assert "CC0 1.0 Universal" in (projects["government"] / "LICENSE").read_text(encoding="utf-8")
    assert set(_licenses(projects["government"]).values()) == {"CC0-1.0"}


def test_hardware_documents_and_software_each_have_their_licence(projects: Mapping[str, Path]) -> None:
    project = projects["research-lab"]
    licences = _licenses(project)
    wanted = {"**": "GPL-3.0-or-later", "hardware/**": "CERN-OHL-W-2.0", "docs/**": "CC-BY-4.0"}
    assert {path: licences[path] for path in wanted} == wanted
    assert "data/**" not in licences and not (project / "data").exists()
    for copy, spdx in {"LICENSE-HARDWARE": "CERN-OHL-W-2.0", "LICENSE-DOCS": "CC-BY-4.0"}.items():
        text = (project / copy).read_text(encoding="utf-8").split()
        assert text == (project / "LICENSES" / f"{spdx}.txt").read_text(encoding="utf-8").split()
    command = [sys.executable, "-m", "reuse", "--root", str(project), "spdx"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    about = said.partition("FileName: ./hardware/README.md")[2].partition("FileName:")[0]
    assert "LicenseInfoInFile: CERN-OHL-W-2.0" in about


def test_who_paid_is_named(houses: Mapping[str, Path], tmp_path: Path) -> None:
    grant = {"funder": "Example Science Foundation", "grant": "EX-2026-0042"}
    project = made(tmp_path / "p", houses["research-lab"], *_given({**_LAB, **grant}))
    said = (project / "ACKNOWLEDGMENTS.md").read_text(encoding="utf-8")
    assert "funded by Example Science Foundation, grant EX-2026-0042." in said
    project = made(tmp_path / "q", houses["research-lab"], *_given({**_LAB, "materials": "[]"}))
    assert not (project / "ACKNOWLEDGMENTS.md").exists()
    assert not (project / "hardware").exists()


def _licenses(project: Path) -> dict[str, str]:
    """Return the licence by pattern of REUSE.toml."""
    rows = tomllib.loads((project / "REUSE.toml").read_text(encoding="utf-8"))["annotations"]
    paths = [(path, row) for row in rows for path in ([row["path"]] if isinstance(row["path"], str) else row["path"])]
    return {path: row["SPDX-License-Identifier"] for path, row in paths}
