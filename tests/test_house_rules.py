"""What a project is held to: what its house published, whatever becomes of the copy in the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from foreign import WHO
from houses import ACME, house, template
from ospo_init.core.house.calm import is_calm
from ospo_init.edges import yamls
from scenes import made, ospo, refuses, save, untouched

RULES = ".ospo/house.yml"
HOUSE: Mapping[str, Any] = {
    **ACME,
    "licenses": {"allow": ["MIT"], "default": "MIT"},
    "files": {
        "NOTES.md": {"frozen": True, "rule": "Notes are ours.", "contact": "ospo@example.org"},
        "SECURITY.md": {"block": {"text": "blocks/s.md", "place": "top"}},
    },
    "placeholders": {"<project>": "project_name"},
    "checklist": {
        "add": [{"id": "ACME-01", "title": "The board agrees", "owner": "ospo", "check": {"ask": "person"}}],
        "drop": {"MKT-01": "we never do"},
    },
    "approvals": {
        "roles": {"board": "The board"},
        "routes": [{"items": ["ACME-01"], "roles": ["board"]}],
        "self_certify": [{"items": ["LEGAL-02"], "when": {"is": {"kind": "software"}}}],
        "record": {"pattern": "^[0-9]{4}/[0-9]+$", "says": "a diary number"},
    },
    "exemptions": {"E1": "Small"},
}


FILES = {
    "overlay/NOTES.md": "# Notes\n",
    "blocks/s.md": "Write to <cert@example.org> about <project>, in English.\n\nWe answer.\n",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    with pytest.MonkeyPatch.context() as patch:  # a test's own cache is made later
        patch.setenv("OSPO_INIT_CACHE", str(folder / "cache"))
        return template(folder / "house", HOUSE, FILES)


@pytest.fixture
def project(tmp_path: Path, published: Path) -> Path:
    return made(tmp_path / "p", published, "-d", "maintainer_name=Ada", "-d", "maintainer_email=ada@example.org")


@pytest.fixture(params=["the template is here", "it is not"])
def place(request: pytest.FixtureRequest, project: Path, published: Path) -> Iterator[Path]:
    """The project on a machine that has its template, and on one that has not: as in a pipeline."""
    if request.param == "it is not":
        away = published.with_name("away")
        published.rename(away)
        yield project
        away.rename(published)
    else:
        yield project


def verdicts(project: Path) -> dict[str, Any]:
    done = ospo("check", project, "--json", "--no-history")
    return {row["id"]: row for row in done.data["items"]}


def proofs(row: Mapping[str, Any]) -> str:
    return "\n".join(f"{proof.get('path', '')}: {proof['what']}" for proof in row["evidence"])


def loosened(project: Path) -> None:
    rules = yamls.load((project / RULES).read_bytes())
    rules["houses"][0]["checklist"]["drop"] |= {"LEGAL-06": "no", "TECH-01": "no", "GOV-02": "no"}
    rules["houses"][0]["files"] = {}
    (project / RULES).write_text(yamls.dump(rules))


def linked(project: Path) -> None:
    (project / RULES).rename(project / "rules.yml")
    (project / RULES).symlink_to("../rules.yml")


CHANGES: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda project: (project / RULES).unlink(), "is not here any more"),
    "emptied": (
        lambda project: (project / RULES).write_text("schema_version: 1\nhouses: []\n"),
        "is not as the house published it",
    ),
    "loosened": (loosened, "is not as the house published it"),
    "a link": (linked, "is not here any more"),
}


@pytest.mark.parametrize("change, words", CHANGES.values(), ids=CHANGES)
def test_a_copy_of_the_rules_that_was_changed(place: Path, change: Callable[[Path], object], words: str) -> None:
    before = verdicts(place)
    assert before["HOUSE-01"]["verdict"] == "pass" and "GOV-02" in before and "MKT-01" not in before
    change(place)
    (place / "LICENSE").unlink()
    after = verdicts(place)
    assert after["HOUSE-01"]["verdict"] == "fail" and f"{RULES}: {words}" in proofs(after["HOUSE-01"])
    assert {after[item]["verdict"] for item in ("LEGAL-06",)} == {"fail"}
    assert {"GOV-02", "TECH-01"} <= set(after)
    assert ospo("check", place, "--no-history").code == 1


BLOCKS: Mapping[str, Callable[[str], str]] = {
    "another address": lambda text: text.replace("cert@example.org", "evil@example.com"),
    "a line more": lambda text: text.replace("We answer.\n", "We answer.\nOr not.\n"),
    "a line less": lambda text: text.replace("\nWe answer.\n", "\n"),
    "nothing left in it": lambda text: f"{text[: text.index('Write to')]}{text[text.index('<!-- house acme: end') :]}",
    "no marks": lambda text: text.replace("<!-- house acme: begin -->\n", ""),
}


@pytest.mark.parametrize("change", BLOCKS.values(), ids=BLOCKS)
def test_the_lines_of_a_house_stay_as_they_are(project: Path, change: Callable[[str], str]) -> None:
    path = project / "SECURITY.md"
    text = path.read_text()
    assert "Write to <cert@example.org> about p, in English.\n\nWe answer.\n<!-- house acme: end -->\n" in text
    path.write_text(f"{text}\nMore of ours.\n")
    assert verdicts(project)["HOUSE-01"]["verdict"] == "pass"
    path.write_text(change(text))
    found = verdicts(project)["HOUSE-01"]
    assert found["verdict"] == "fail" and "SECURITY.md: does not hold the lines of ACME as they were" in proofs(found)
    path.unlink()
    assert "SECURITY.md: is not there any more, with the lines of ACME" in proofs(verdicts(project)["HOUSE-01"])


@pytest.mark.parametrize("path", ["NOTES.md", RULES, ".ospo"])
def test_what_a_house_mandates_is_not_kept_as_ones_own(project: Path, path: str) -> None:
    with untouched(project):
        done = ospo("update", project, "--defaults", "--keep", project / path)
        refuses(done, "is mandated by ACME", "for an exception, and record it")


@pytest.mark.parametrize("path", ["NOTES.md", RULES])
def test_what_is_kept_by_hand_is_a_finding(place: Path, path: str) -> None:
    lock = yamls.load((place / ".ospo/lock.yml").read_bytes())
    lock["files"][path] = {"ownership": "kept"}
    (place / ".ospo/lock.yml").write_text(yamls.dump(lock))
    (place / path).write_text("schema_version: 1\nhouses: []\n" if path == RULES else "# Mine\n")
    assert verdicts(place)["HOUSE-01"]["verdict"] == "fail"


def test_where_the_template_is_here_nothing_in_the_project_loosens_it(project: Path) -> None:
    """Not even with a lock that was changed to match."""
    loosened(project)
    (project / "NOTES.md").write_text("# Mine\n")
    lock = yamls.load((project / ".ospo/lock.yml").read_bytes())
    for path in (RULES, "NOTES.md"):
        lock["files"][path]["blob"] = git(project, "hash-object", path)
    (project / ".ospo/lock.yml").write_text(yamls.dump(lock))
    found = verdicts(project)["HOUSE-01"]
    assert found["verdict"] == "fail"
    assert "NOTES.md: is frozen, and was changed here, says ACME: “Notes are ours.”" in proofs(found)
    assert "for an exception ask ospo@example.org" in proofs(found)


def test_a_clone_with_other_line_ends_is_as_published(project: Path) -> None:
    text = (project / RULES).read_bytes()
    (project / RULES).write_bytes(text.replace(b"\n", b"\r\n"))
    assert verdicts(project)["HOUSE-01"]["verdict"] == "pass"


@pytest.mark.parametrize(
    "text, words",
    [
        (b"schema_version: 2\nhouses: []\n", "schema 2"),
        (b"houses: 7\n", "not as ospo-init wrote it"),
        (
            b"schema_version: 1\nhouses: [{name: x, title: X, answers: {license: [{kind: magic, house: X}]}}]\n",
            "not as",
        ),
        (
            b"schema_version: 1\nhouses: [{name: x, title: X, answers: {a: [{kind: pattern, house: X, "
            b"pattern: '(a+)+$', message: ''}]}}]\n",
            "not as",
        ),
        (b"schema_version: 1\nhouses: [{name: x, title: X, checklist: {add: [{id: X-01}]}}]\n", "not as"),
        (b"a: &a [1]\nb: [*a, *a\n", "not YAML"),
        (b"\xff\xfe\n", "not YAML"),
    ],
)
def test_rules_that_nobody_published(project: Path, published: Path, text: bytes, words: str) -> None:
    """A stranger's file ends no command otherwise than in words, and keeps no expression busy."""
    away = published.with_name("gone")
    published.rename(away)
    try:
        (project / RULES).write_bytes(text)
        for command in (["check"], ["sign", "LEGAL-02"], ["why", "license"]):
            done = ospo(*command, cwd=project)
            refuses(done, RULES, words)
    finally:
        away.rename(published)


def test_roles_routes_and_codes_of_a_house(project: Path) -> None:
    with untouched(project):
        refuses(ospo("sign", "ACME-01", project, "--as", "bord"), "'bord' is no role", "Did you mean board?")
        refuses(waived(project, "E11: no"), "gives exemptions by code", "E1  Small")
        refuses(waived(project, "it is small"), "gives exemptions by code", '--reason "E1: it is small"')
    assert "does not close it" in ospo("sign", "ACME-01", project, "--as", "ospo", "--note", "2026/17").out
    done = ospo("sign", "ACME-01", project, "--as", "board", "--note", "2026/17")
    assert done.code == 0 and "does not close it" not in done.out
    assert "does not close it" not in ospo("sign", "LEGAL-02", project, "--as", "project-lead").out
    assert waived(project, "E1: it is small").code == 0
    save(project)
    found = verdicts(project)
    assert found["ACME-01"]["verdict"] == "pass"
    assert found["LEGAL-02"]["verdict"] == "person" and "without a diary number" in proofs(found["LEGAL-02"])
    assert found["GOV-02"]["verdict"] == "waived"


def waived(project: Path, reason: str) -> Any:
    until = "2027-01-01"
    return ospo("waive", "GOV-02", project, "--reason", reason, "--approver", "Ada Example", "--until", until)


def test_why_speaks_of_what_a_house_forbids(tmp_path: Path) -> None:
    rows = {**ACME, "files": {".travis.yml": {"forbid": True, "rule": "No such pipelines."}}}
    project = made(tmp_path / "p", template(tmp_path / "house", rows), "-d", "maintainer_name=Ada", *_ADA)
    done = ospo("why", ".travis.yml", cwd=project)
    assert done.code == 0 and "ACME: forbid" in done.out and "“No such pipelines.”" in done.out


_ADA = ("-d", "maintainer_email=ada@example.org")


def test_a_demanded_document_is_always_there(tmp_path: Path) -> None:
    """Unless it belongs to a forge or a language: what is not chosen needs no file for it."""
    files = {"overlay/CODE_OF_CONDUCT.md": "# Ours\n", "overlay/.github/workflows/dco.yml": "on: push\n"}
    demanded = {path.removeprefix("overlay/"): {"ownership": "mandated"} for path in files}
    house_ = template(tmp_path / "house", {**ACME, "files": demanded}, files)
    project = made(tmp_path / "p", house_, "-d", "maintainer_name=Ada", *_ADA, "-d", "code_of_conduct=none")
    assert (project / "CODE_OF_CONDUCT.md").read_text() == "# Ours\n"
    assert not (project / ".github").exists()


@pytest.mark.parametrize("to", ["ext::sh -c id", "--upload-pack=x", "htps://example.org/x.git", "nowhere/there/x.git"])
def test_a_place_that_nothing_is_published_to(tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = house(tmp_path / "house", ACME)
    monkeypatch.chdir(tmp_path)
    with untouched(source):
        done = ospo("house", "publish", source, f"--to={to}")
    assert done.code == 2 and done.out == "" and [path.name for path in tmp_path.iterdir()] == ["house"]


def test_no_repository_of_something_else_is_published_over(tmp_path: Path) -> None:
    source, other = house(tmp_path / "house", ACME), tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=main")
    (other / "a.txt").write_text("mine\n")
    git(other, "add", "--all")
    git(other, *WHO, "commit", "--quiet", "-m", "mine")
    with untouched(other), pytest.MonkeyPatch.context() as patch:
        patch.setattr("ospo_init.commands.house_test.tried", lambda house, progress: [])
        refuses(ospo("house", "publish", source, "--to", other), "holds something else", "Nothing of it is replaced")


@pytest.mark.parametrize(
    "pattern, calm",
    [
        (r"^.+@example\.org$", True),
        (r"^[0-9]{4}/[0-9]+$", True),
        (r"^(https|ssh)://x$", True),
        (r"^(a|b){2}$", False),
        (r"(a+)+$", False),
        (r"(a|a)*$", False),
        (r"([a-z]+\.)+x", False),
        (r".*.*.*.*.*x", False),
        (r"(?=a+)+", False),
        (r"^(a?){40}a{40}$", False),
        ("a?" * 9 + "a{9}", False),
        (r"(a{0,9})+", False),
        (r"a{0,9}" * 5, False),
        (r"^(?:https?|ssh)://x\.y?$", True),
        ("[", False),
        ("a" * 501, False),
        (r"[)(+*]+", True),
    ],
)
def test_expressions_that_end(pattern: str, calm: bool) -> None:
    assert is_calm(pattern) is calm
