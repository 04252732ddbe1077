"""Adoption from end to end: what a repository that no template made looks like afterwards, and what never happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from foreign import ANSWERS_FILE, WHO, put, template
from ospo_init.edges.templates import open_base

MIT = open_base().files["licenses/texts/MIT.txt"].data.decode()
LICENSE = MIT.replace("<year> <copyright holders>", "2019 Ada Example").replace("<year>", "2019")
REMOTE = "https://github.com/example/gauge.git"
FILES: Mapping[str, str] = {
    "README": "gauge\n=====\n\nReads the tide.\n",
    "COPYING": LICENSE,
    "gauge.c": "int main(void) { return 0; }\n",
    ".gitignore": "*.o\n!keep.o\n",
    "docs/CONTRIBUTING.rst": "Send patches.\n",
    ".github/workflows/build.yml": "on: push\njobs: {}\n",
}


def repository(folder: Path, files: Mapping[str, Any] = FILES, remote: str = REMOTE) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.org")
    if remote:
        git(folder, "remote", "add", "origin", remote)
    put(folder, files)
    git(folder, "add", "--all", "--force")
    git(folder, *WHO, "commit", "--quiet", "-m", "Begin", "--date=2019-03-02T10:00:00+0000")
    return folder


def adopt(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ospo_init", "update", str(folder), *words],
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def adopted(folder: Path, *words: str) -> dict[str, Any]:
    done = adopt(folder, "--adopt", "--json", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def test_it_is_offered_and_not_taken_by_itself(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    done = adopt(folder)
    assert done.returncode == 2
    assert "No template made the repository" in done.stderr and "--adopt" in done.stderr
    assert git(folder, "for-each-ref", "--format=%(refname:short)") == "trunk"


def test_the_result_is_one_commit_that_only_adds(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    (folder / "unsaved.txt").write_text("not yet\n")
    (folder / "gauge.c").write_text("int main(void) { return 1; }\n")
    before = git(folder, "status", "--porcelain")
    data = adopted(folder)
    assert git(folder, "status", "--porcelain") == before
    assert git(folder, "rev-parse", "ospo-init-adoption^") == git(folder, "rev-parse", "trunk")
    changes = git(folder, "diff", "--name-status", "trunk", "ospo-init-adoption").splitlines()
    added = {line.split("\t")[1] for line in changes if line.startswith("A")}
    planned = {row["path"] for row in data["files"] if row["added"]}
    assert added == planned | {".copier-answers.yml", ".ospo/lock.yml"}
    assert [line for line in changes if not line.startswith("A")] == ["M\t.gitignore"]
    assert git(folder, "diff", "--numstat", "trunk", "ospo-init-adoption", "--", ".gitignore").split()[1] == "0"


def test_what_serves_the_same_purpose_counts(tmp_path: Path) -> None:
    rows = {row["path"]: row for row in adopted(repository(tmp_path / "gauge"))["files"]}
    assert (rows["LICENSE"]["verdict"], rows["LICENSE"]["instead"]) == ("keep", "COPYING")
    assert rows["README.md"]["instead"] == "README"
    assert rows["CONTRIBUTING.md"]["instead"] == "docs/CONTRIBUTING.rst"
    assert rows[".github/workflows/checks.yml"]["verdict"] == "ask"
    assert not rows[".github/workflows/checks.yml"]["added"]


def test_every_answer_is_shown_with_its_evidence(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    done = adopt(folder, "--adopt")
    for words in ("COPYING: the text of MIT", "first commit, 2019-03-02", "the remote origin", "Ada Example"):
        assert words in done.stdout, done.stdout
    found = {row["key"]: row["value"] for row in adopted(folder)["inferred"]}
    assert found["license"] == "MIT" and found["repository_url"] == "https://github.com/example/gauge"
    assert found["default_branch"] == "trunk" and found["inbound"] == "inbound-outbound"


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    first = adopted(folder)
    again = adopted(folder)
    assert first["written"] and not again["written"] and again["commit"] == first["commit"]
    git(folder, "merge", "--quiet", "ospo-init-adoption")
    tree = git(folder, "rev-parse", "HEAD^{tree}")
    done = adopt(folder, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["current"] is True
    assert git(folder, "rev-parse", "HEAD^{tree}") == tree and git(folder, "status", "--porcelain") == ""
    assert adopt(folder, "--adopt").returncode == 2


def test_a_branch_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    git(folder, "branch", "ospo-init-adoption")
    done = adopt(folder, "--adopt")
    assert done.returncode == 2 and "There is a branch ospo-init-adoption already" in done.stderr
    assert adopted(folder, "--branch", "follow")["branch"] == "follow"


def test_a_later_update_merges_and_touches_nothing_of_the_projects(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    adopted(folder)
    git(folder, "merge", "--quiet", "ospo-init-adoption")
    (folder / ".gitignore").write_text((folder / ".gitignore").read_text() + "mine/\n")
    git(folder, "commit", "--quiet", "--all", "-m", "ours")
    done = adopt(folder, "-d", "language=go")
    assert done.returncode == 0, done.stdout + done.stderr
    ignored = (folder / ".gitignore").read_text()
    assert "go.work" in ignored.split("# <<< ospo-init <<<")[0]
    assert ignored.endswith("*.o\n!keep.o\nmine/\n")
    assert git(folder, "diff", "--cached", "--name-only").split() == [
        ".copier-answers.yml",
        ".gitignore",
        ".ospo/lock.yml",
    ]


def test_a_given_licence_concerns_new_files_only(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    done = adopt(folder, "--adopt", "-d", "license=Apache-2.0", "--dry-run")
    assert "you say otherwise" in done.stdout and "for new files only" in done.stdout
    data = adopted(folder, "-d", "license=Apache-2.0")
    assert data["contradicted"] == ["license"]
    assert git(folder, "diff", "trunk", "ospo-init-adoption", "--", "COPYING") == ""


@pytest.mark.parametrize(
    "files, words",
    [
        ({"a.c": "int a;\n"}, "licence of this repository is not known"),
        ({"a.c": "int a;\n", "LICENSE": "Do what I say.\n"}, "licence of this repository is not known: LICENSE"),
        ({"a.c": "int a;\n", "LICENSE-MIT": LICENSE, "COPYING": "Other terms.\n" * 30}, "is not known"),
    ],
)
def test_a_licence_is_never_chosen_for_anybody(tmp_path: Path, files: dict[str, str], words: str) -> None:
    folder = repository(tmp_path / "gauge", files)
    done = adopt(folder, "--adopt", "--defaults")
    assert done.returncode == 2 and words in done.stderr and "-d license=" in done.stderr
    assert git(folder, "for-each-ref", "--format=%(refname:short)") == "trunk"
    changes = adopted(folder, "-d", "license=MIT")["files"]
    assert not next(row for row in changes if row["path"] == "LICENSE")["added"]


def test_files_are_taken_and_left_out_by_name(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    data = adopted(folder, "--take", "GOVERNANCE.md", "--keep", ".github/PULL_REQUEST_TEMPLATE.md")
    rows = {row["path"]: row["added"] for row in data["files"]}
    assert rows["GOVERNANCE.md"] and not rows[".github/PULL_REQUEST_TEMPLATE.md"]
    done = adopt(folder, "--adopt", "--take", "LICENSE", "--branch", "x")
    assert done.returncode == 2 and "LICENSE cannot be added" in done.stderr
    git(folder, "merge", "--quiet", "ospo-init-adoption")
    done = adopt(folder, "--take", ".github/PULL_REQUEST_TEMPLATE.md")
    assert done.returncode == 0 and (folder / ".github" / "PULL_REQUEST_TEMPLATE.md").is_file(), done.stderr


def test_a_dry_run_writes_nothing_and_its_patch_is_exact(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    before = sorted(path.relative_to(folder) for path in (folder / ".git" / "objects").rglob("*") if path.is_file())
    done = adopt(folder, "--adopt", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    after = sorted(path.relative_to(folder) for path in (folder / ".git" / "objects").rglob("*") if path.is_file())
    assert before == after and git(folder, "status", "--porcelain") == ""
    patch = json.loads(done.stdout)["diff"]
    subprocess.run(["git", "apply", "--index", "-"], cwd=folder, input=patch.encode(), check=True)
    tree = git(folder, "write-tree")
    git(folder, "reset", "--quiet", "--hard")
    adopted(folder)
    assert git(folder, "rev-parse", "ospo-init-adoption^{tree}") == tree


def test_text_with_crlf_keeps_line_endings_out_of_gitattributes(tmp_path: Path) -> None:
    files = {**FILES, "windows.txt": "one\r\ntwo\r\n"}
    rows = {row["path"]: row for row in adopted(repository(tmp_path / "gauge", files))["files"]}
    assert rows[".gitattributes"]["verdict"] == "keep" and "CRLF" in rows[".gitattributes"]["reason"]


def test_sign_offs_are_expected_only_where_they_are_the_rule(tmp_path: Path) -> None:
    folder = repository(tmp_path / "gauge")
    for number in range(12):
        (folder / "gauge.c").write_text(f"int n = {number};\n")
        git(folder, "commit", "--quiet", "--all", "--signoff", "-m", f"Change {number}")
    found = {row["key"]: row["value"] for row in adopted(folder)["inferred"]}
    assert found["inbound"] == "dco"
    assert "Signed-off-by: Ada Example <ada@example.org>" in git(
        folder, "log", "-1", "--format=%B", "ospo-init-adoption"
    )


def test_a_house_that_cannot_record_kept_files(tmp_path: Path) -> None:
    house = template(
        tmp_path / "house",
        {**ANSWERS_FILE, "copier.yml": "name: gauge\n", "README.md": "# Template\n", "EXTRA.md": "Extra\n"},
    )
    folder = repository(tmp_path / "gauge", {"README.md": "# Mine\n", "COPYING": LICENSE})
    adopted(folder, "--house", str(house))
    git(folder, "merge", "--quiet", "ospo-init-adoption")
    assert (folder / "EXTRA.md").is_file() and (folder / "README.md").read_text() == "# Mine\n"
    template(house, {"README.md": "# Template 2\n", "EXTRA.md": "Extra 2\n"}, "v1.1.0")
    done = adopt(folder, "--defaults")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "README.md").read_text() == "# Mine\n" and (folder / "EXTRA.md").read_text() == "Extra 2\n"


@pytest.mark.parametrize(
    "prepare, words",
    [
        (lambda folder: folder.mkdir(), "not in a git repository"),
        (lambda folder: (folder.mkdir(), git(folder, "init", "--quiet")), "has no commit yet"),
        (lambda folder: (folder.mkdir(), git(folder, "init", "--quiet", "--bare")), "not in a git repository"),
    ],
    ids=["no repository", "no commit", "bare"],
)
def test_where_there_is_nothing_to_adopt(tmp_path: Path, prepare: Any, words: str) -> None:
    prepare(tmp_path / "x")
    done = adopt(tmp_path / "x", "--adopt")
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
