"""The commands check and stage as people call them: formats, gates, files, ratchet, plug-ins, hostile repositories."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

import good
import scenes
from good import put
from ospo_init.cli.repo_review import checks, families
from ospo_init.core.checking import ratchet
from ospo_init.core.checklist import STAGES
from ospo_init.edges import check_data
from ospo_init.edges.package_data import read

SCHEMA = json.loads((Path(check_data.__file__).parent.parent / "data" / "check.schema.json").read_text())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good.make(tmp_path_factory.mktemp("good"))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(whole, tmp_path / "repository", symlinks=True))


def test_a_healthy_repository_fits_a_screen(whole: Path) -> None:
    done = scenes.ospo("check", whole, COLUMNS="80", LINES="24")
    assert done.code == 0, done.out
    assert "Ready to be published" in done.out
    assert done.out.count("\n") <= 24 and max(map(len, done.out.splitlines())) <= 80


def test_a_failure_is_told_with_its_place_and_the_next_step(folder: Path) -> None:
    put(folder, "SECURITY.md", "# Security\n\nNothing yet: <YOUR-EMAIL>\n")
    done = scenes.ospo("check", folder, "--no-history")
    assert done.code == 1
    assert "SECURITY.md:3" in done.out and "FINAL-03" in done.out


def test_only_blocking_failures_of_the_gate_count(folder: Path) -> None:
    (folder / "CHANGELOG.md").write_text("# Changelog\n")
    done = scenes.ospo("check", folder, "--no-history", "--json")
    failing = {row["id"] for row in done.data["items"] if row["verdict"] == "fail"}
    assert failing == {"LAUNCH-04"} and done.code == 0  # advisory


def test_json_keeps_its_schema(folder: Path) -> None:
    (folder / "LICENSE").unlink()
    done = scenes.ospo("check", folder, "--no-history", "--json")
    Draft202012Validator(SCHEMA).validate(done.data)
    assert done.code == 1 and done.data["open_gate"] is False


@pytest.mark.parametrize("form", ["json", "sarif", "markdown", "html", "junit"])
def test_formats_go_to_files(folder: Path, form: str, tmp_path: Path) -> None:
    target = tmp_path / "report"
    done = scenes.ospo("check", folder, "--no-history", "--format", form, "--output", target)
    text = target.read_text()
    assert done.code == 0 and "Wrote" in done.out
    if form in ("json", "sarif"):
        assert json.loads(text)
    elif form == "junit":
        ElementTree.fromstring(text)
    else:
        assert "Tide Gauge" in text


def test_statements_of_another_licence_are_noticed(folder: Path) -> None:
    text = (folder / "pyproject.toml").read_text()
    put(folder, "pyproject.toml", text.replace('license = "Apache-2.0"', 'license = "LicenseRef-Proprietary"'))
    done = scenes.ospo("check", folder, "--no-history", "--json", "--only", "MKT-05")
    assert done.data["items"][0]["verdict"] == "fail" and done.code == 1


def test_slips_are_told(folder: Path) -> None:
    scenes.refuses(scenes.ospo("check", folder, "--ratchet", ""), "--ratchet is given and empty")
    for place in (folder / ".git" / "objects").glob("??"):
        shutil.rmtree(place)
    scenes.refuses(scenes.ospo("check", folder), "damaged")


def test_output_names_what_cannot_be(folder: Path, tmp_path: Path) -> None:
    scenes.refuses(scenes.ospo("check", folder, "--no-history", "--output", tmp_path / "no" / "x"), "does not exist")
    scenes.refuses(scenes.ospo("check", folder, "--no-history", "--output", tmp_path), "is a folder")
    scenes.refuses(scenes.ospo("check", folder, "--only", "LEGAL-99"), "no item 'LEGAL-99'")
    scenes.refuses(scenes.ospo("check", tmp_path), "not in a git repository")


def test_nothing_is_written(folder: Path) -> None:
    before = scenes.everything(folder)
    scenes.ospo("check", folder)
    assert scenes.everything(folder) == before


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    good.git(tmp_path, "init", "--quiet")
    put(tmp_path, "README.md", "# Nothing\n")
    done = scenes.ospo("check", tmp_path)
    assert done.code == 1 and "Nothing is committed yet" in done.out


# ---- gates and what people say


def test_the_gates_wait_for_their_own_items(whole: Path) -> None:
    rows = {}
    for gate in ("publish", "active", "maintenance", "end-of-life"):
        done = scenes.ospo("check", whole, "--no-history", "--json", "--gate", gate)
        rows[gate] = {row["id"] for row in done.data["items"] if row["blocks"]}
    assert rows["active"] - rows["publish"] == {"LAUNCH-03"}
    assert rows["maintenance"] == {"EVAL-05", "MATURE-01", "MATURE-02"}
    assert rows["end-of-life"] == {"EOL-01", "EOL-03", "EOL-04"}


def test_a_waiver_is_shown_and_ends(folder: Path) -> None:
    (folder / "GOVERNANCE.md").unlink()
    waiver = {"item": "GOV-01", "reason": "small", "approver": "Ada Example", "on": "2026-01-01", "until": "2999-01-01"}
    files = good.texts()
    put(folder, ".ospo/record.yml", good.record(files, waivers=[waiver]))
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "GOV-01").data["items"][0]
    assert found["verdict"] == "waived" and found["waiver"]["approver"] == "Ada Example"
    put(folder, ".ospo/record.yml", good.record(files, waivers=[waiver | {"until": "2026-02-01"}]))
    assert (
        scenes.ospo("check", folder, "--no-history", "--json", "--only", "GOV-01").data["items"][0]["verdict"] == "fail"
    )


def test_no_waiver_hides_a_missing_licence(folder: Path) -> None:
    (folder / "LICENSE").unlink()
    waiver = {"item": "LEGAL-06", "reason": "later", "approver": "Ada", "on": "2026-01-01", "until": "2999-01-01"}
    put(folder, ".ospo/record.yml", good.record(good.texts(), waivers=[waiver]))
    done = scenes.ospo("check", folder, "--no-history", "--json")
    found = next(row for row in done.data["items"] if row["id"] == "LEGAL-06")
    assert found["verdict"] == "fail" and done.code == 1
    scenes.refuses(
        scenes.ospo("waive", "LEGAL-06", folder, "--reason", "x", "--approver", "y", "--until", "2027-01-01"),
        "LEGAL-06",
    )


def test_the_wrong_role_is_no_signature(folder: Path) -> None:
    files = good.texts()
    text = good.record(files).replace("role: legal", "role: marketing")
    put(folder, ".ospo/record.yml", text)
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "LEGAL-11").data["items"][0]
    assert found["verdict"] == "person" and "asks for legal" in found["evidence"][0]["what"]


def test_what_is_private_must_not_be_public(folder: Path) -> None:
    files = good.texts()
    waiver = {"item": "MKT-01", "reason": "secret", "approver": "Ada", "on": "2026-01-01", "until": "2999-01-01"}
    put(folder, ".ospo/record.yml", good.record(files, waivers=[waiver | {"private": True}]))
    done = scenes.ospo("check", folder, "--no-history", "--json")
    found = next(row for row in done.data["items"] if row["id"] == "LEGAL-13")
    assert found["verdict"] == "fail" and done.code == 1


def test_signing_and_checking_again(folder: Path) -> None:
    put(folder, ".ospo/record.yml", good.record(good.texts(), names=[]))
    good.commit(folder, "None signed")
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "LEGAL-12").data["items"][0]
    assert found["verdict"] == "person"
    done = scenes.ospo("sign", "legal-12", folder, "--as", "legal", "--evidence", "docs/guide.md")
    assert done.code == 0, done.err
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "LEGAL-12").data["items"][0]
    assert found["verdict"] == "pass" and found["declared"] is True


# ---- the ratchet


def test_the_ratchet_takes_todays_failures_and_no_new_ones(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    (folder / "GOVERNANCE.md").unlink()
    assert scenes.ospo("check", folder, "--no-history").code == 1
    assert scenes.ospo("check", folder, "--no-history", "--ratchet", file).code == 0  # written
    assert scenes.ospo("check", folder, "--no-history", "--ratchet", file).code == 0
    (folder / "CONTRIBUTING.md").unlink()
    done = scenes.ospo("check", folder, "--no-history", "--ratchet", file)
    assert done.code == 1 and "New: GOV-05" in done.out
    put(folder, "CONTRIBUTING.md", good.CONTRIBUTING)
    put(folder, "GOVERNANCE.md", good.GOVERNANCE)
    before = file.read_text()
    assert scenes.ospo("check", folder, "--no-history", "--ratchet", file).code == 0
    assert len(file.read_text()) < len(before)  # what is mended is not accepted again
    (folder / "LICENSE").unlink()
    assert scenes.ospo("check", folder, "--no-history", "--ratchet", file).code == 1
    put(tmp_path, "accepted.json", "[1")
    scenes.refuses(scenes.ospo("check", folder, "--no-history", "--ratchet", file), "not a list of accepted failures")


def test_a_sum_says_the_same_alone(folder: Path) -> None:
    (folder / "REUSE.toml").unlink()
    alone = scenes.ospo("check", folder, "--no-history", "--json", "--only", "FINAL-01")
    assert alone.data["items"][0]["verdict"] == "person" and alone.data["open_gate"] is False
    assert len(alone.data["items"]) == 1
    assert "Ready to be published" not in scenes.ospo("check", folder, "--no-history", "--only", "GOV-01").out


def test_a_signature_of_tomorrow_is_none(folder: Path) -> None:
    text = good.record(good.texts(), names=["LEGAL-12"]).replace(good.TODAY.isoformat(), "2999-01-01")
    put(folder, ".ospo/record.yml", text)
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "LEGAL-12").data["items"][0]
    assert found["verdict"] == "person"


def test_no_signature_makes_a_licence(folder: Path) -> None:
    put(folder, "LICENSE", "All rights reserved. Nobody may use this.\n" * 3)
    scenes.ospo("sign", "LEGAL-06", folder, "--as", "maintainer", "--evidence", "LICENSE")
    (folder / "LICENSE").unlink()
    found = scenes.ospo("check", folder, "--no-history", "--json", "--only", "LEGAL-06").data["items"][0]
    assert found["verdict"] == "fail"


def test_links_and_pipes_are_not_written_or_waited_for(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (folder / "report.html").symlink_to(victim)
    os.mkfifo(tmp_path / "pipe")
    base = ("check", folder, "--no-history", "--only", "GOV-01")
    scenes.refuses(scenes.ospo(*base, "--output", folder / "report.html"), "is a link")
    scenes.refuses(scenes.ospo(*base, "--ratchet", folder / "report.html"), "is not a list")
    scenes.refuses(scenes.ospo(*base, "--ratchet", tmp_path / "pipe"), "is no file")
    scenes.refuses(scenes.ospo(*base, "--patterns", tmp_path / "pipe"), "is no file")
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    "body, words",
    [
        ("def rows():\n    raise SystemExit(0)\n", "cannot be used: SystemExit"),
        ("def rows():\n    return None\n", "gives no list of rows"),
        ("def rows():\n    return [1]\n", "is not a mapping"),
    ],
)
def test_a_broken_plug_in_is_named(folder: Path, tmp_path: Path, body: str, words: str) -> None:
    put(tmp_path, "house_items.py", body)
    put(tmp_path, "house_items-1.0.dist-info/entry_points.txt", "[ospo_init.items]\nhouse = house_items:rows\n")
    put(tmp_path, "house_items-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: house-items\nVersion: 1.0\n")
    done = scenes.ospo_apart("check", folder, "--no-history", PYTHONPATH=str(tmp_path))
    assert done.code == 4 and "house_items:rows" in done.err and words in done.err


def test_what_is_never_accepted_is_what_is_never_waived() -> None:
    assert set(ratchet.NEVER) == {row.item.id for row in check_data.rows() if not row.item.waivable}


# ---- hostile repositories


def test_nothing_of_the_repository_is_run(folder: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trapped"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
    ):
        good.git(folder, "config", name, str(script))
    for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman", "reference-transaction"):
        put(folder, f".git/hooks/{name}", script.read_bytes())
        (folder / ".git" / "hooks" / name).chmod(0o755)
    put(folder, ".gitattributes", "* filter=x diff=x\n")
    scenes.ospo("check", folder)
    assert not trap.exists()


def test_links_and_pipes_are_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Security\n\nWrite to somebody@secret.example.org\n")
    (folder / "SECURITY.md").unlink()
    (folder / "SECURITY.md").symlink_to(secret)
    os.mkfifo(folder / "SUPPORT.txt")
    done = scenes.ospo("check", folder, "--no-history", "--json", "--only", "INFRA-06")
    assert "secret.example.org" not in done.out
    assert done.data["items"][0]["verdict"] != "pass"


# ---- plug-ins


def test_repo_review_sees_the_items(folder: Path) -> None:
    (folder / "GOVERNANCE.md").unlink()
    found = checks(folder, list_all=False)
    assert found["LEGAL06"].check() is True
    assert "GOVERNANCE" in str(found["GOV01"].check()) or "governance" in str(found["GOV01"].check())
    assert {check.family for check in found.values()} <= set(families())
    assert set(checks(None, list_all=True)) == {row.item.id.replace("-", "") for row in check_data.rows()}
    assert checks(object(), list_all=False) == {}


def test_other_packages_bring_items_and_rules(folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "packages"
    row = dict(read("checklist.yml")["items"][0]) | {
        "id": "HOUSE-01",
        "check": {"rule": "house-rule"},
        "at_birth": "person",
    }
    put(
        package,
        "house_items.py",
        f"from ospo_init.core.checking.model import Found, Proof\nROW = {row!r}\ndef rows():\n    return [ROW]\n"
        "def rule(seen):\n    proof = Proof('the house says no', 'README.md', 1)\n"
        "    return Found('fail', (proof,), next_step='Ask the house.')\n",
    )
    entry = "[ospo_init.items]\nhouse = house_items:rows\n[ospo_init.rules]\nhouse-rule = house_items:rule\n"
    put(package, "house_items-1.0.dist-info/entry_points.txt", entry)
    put(package, "house_items-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: house-items\nVersion: 1.0\n")
    done = scenes.ospo_apart("check", folder, "--no-history", "--json", PYTHONPATH=str(package))
    found = next(row for row in done.data["items"] if row["id"] == "HOUSE-01")
    assert found["verdict"] == "fail" and found["evidence"][0]["what"] == "the house says no"


# ---- stages


def test_a_project_moves_to_its_end_and_back(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert scenes.ospo("new", project, "--defaults", "-d", "project_name=Tide Gauge", "-d", "stage=active").code == 0
    readme = (project / "README.md").read_text()
    said = scenes.ospo("stage", cwd=project)
    assert said.code == 0 and "EVAL-05" in said.out and "active" in said.out
    ended = (
        "stage",
        "end-of-life",
        project,
        "--defaults",
        "-d",
        "ended_on=2026-11-28",
        "-d",
        "end_reason=Nobody needs it.",
    )
    held = scenes.ospo(*ended)
    assert held.code == 1 and "EOL-01" in held.out and (project / "README.md").read_text() == readme
    scenes.refuses(scenes.ospo(*ended, "--force"), "--force records why")
    scenes.refuses(scenes.ospo("stage", "end-of-life", project, "--defaults"), "ended_on")
    scenes.refuses(scenes.ospo("stage", "active", project, "--defaults"), "already")
    scenes.refuses(scenes.ospo("stage", "mantenance", project), "Did you mean maintenance?")
    shown = scenes.ospo(*ended, "--force", "--reason", "It was lost", "--dry-run")
    assert shown.code == 0 and "Nothing was written" in shown.out and (project / "README.md").read_text() == readme
    done = scenes.ospo(*ended, "--force", "--reason", "It was lost")
    assert done.code == 0, done.err
    record = (project / ".ospo" / "record.yml").read_text()
    assert "It was lost (forced, with EOL-01 open)" in record and 'stage: "end-of-life"' in record
    assert "no longer maintained" in (project / "README.md").read_text()
    good.commit(project, "The end")
    back = scenes.ospo("stage", "active", project, "--defaults", "--force", "--reason", "Somebody came")
    assert back.code == 0, back.err
    assert (project / "README.md").read_text() == readme
    assert (project / ".ospo" / "record.yml").read_text().count("stage:") == 4 - 1


def test_a_stage_needs_a_template(whole: Path, tmp_path: Path) -> None:
    good.git(tmp_path, "init", "--quiet")
    put(tmp_path, "README.md", "# Nothing\n")
    good.commit(tmp_path)
    assert scenes.ospo("stage", cwd=tmp_path).code == 0
    scenes.refuses(scenes.ospo("stage", "maintenance", tmp_path), "--adopt")
    assert STAGES[0] == "concept"


def test_a_finding_is_answered_by_signing_for_the_very_file(folder: Path) -> None:
    put(folder, "docs/film.txt", b"x" * 2_000_000)
    put(folder, "docs/other.txt", b"x" * 2_000_000)
    good.commit(folder, "Large")

    def found() -> dict[str, object]:
        return dict(scenes.ospo("check", folder, "--json", "--only", "TECH-09").data["items"][0])

    assert found()["verdict"] == "fail"
    for path in ("docs/film.txt", "docs/other.txt"):
        assert scenes.ospo("sign", "TECH-09", folder, "--as", "maintainer", "--evidence", path).code == 0
    now = found()
    assert now["verdict"] == "pass" and now["declared"] is True
    put(folder, "docs/film.txt", b"y" * 2_000_000)
    assert found()["verdict"] == "fail"


def test_a_stage_that_is_none_is_no_bug(folder: Path) -> None:
    text = (folder / ".copier-answers.yml").read_text()
    put(folder, ".copier-answers.yml", text.replace("stage: active", "stage: retired"))
    done = scenes.ospo("check", folder, "--no-history", "--json")
    assert done.data["stage"] == "active"
