"""`ospo-init new`, as a process: what it makes, what it says, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import git, read_tree

ADA = ("-d", "maintainer_name=Ada Example", "-d", "maintainer_email=ada@example.org")


def run(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "ospo_init", *arguments],
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def made(folder: Path, *arguments: str, **env: str) -> dict[str, object]:
    """Make a repository in `folder` and return what --json says of it."""
    done = run("new", str(folder), "--defaults", "--json", *ADA, *arguments, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def refused(done: subprocess.CompletedProcess[str], *words: str, code: int = 2) -> str:
    """Assert that a run was refused in a message of a few lines that holds `words`, and return it."""
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr
    return done.stderr


def test_makes_a_clean_repository_with_one_signed_off_commit(tmp_path: Path) -> None:
    folder = tmp_path / "tide-gauge"
    said = made(folder, "-d", "project_name=Tide Gauge")
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "rev-list", "--count", "HEAD") == "1"
    assert git(folder, "log", "-1", "--format=%an <%ae>") == "Ada Example <ada@example.org>"
    assert "Signed-off-by: Ada Example <ada@example.org>" in git(folder, "log", "-1", "--format=%B").splitlines()
    assert git(folder, "branch", "--show-current") == "main"
    assert git(folder, "remote") == ""
    assert said["commit"] == git(folder, "rev-parse", "HEAD")
    assert said["files"] == sorted(read_tree(folder))
    assert sorted(item.name for item in tmp_path.iterdir()) == ["tide-gauge"]


@pytest.mark.parametrize("inbound, signed", [("dco", True), ("cla", False), ("inbound-outbound", False)])
def test_the_commit_is_signed_off_only_where_the_rule_is_dco(tmp_path: Path, inbound: str, signed: bool) -> None:
    made(tmp_path / "x", "-d", f"inbound={inbound}")
    assert ("Signed-off-by" in git(tmp_path / "x", "log", "-1", "--format=%B")) is signed


def test_committed_bytes_are_the_work_tree_under_any_line_end_setting(tmp_path: Path) -> None:
    plain, windows = tmp_path / "plain", tmp_path / "windows"
    fixed = ("-d", "project_name=Tide", "-d", "license=MIT")
    made(plain, *fixed)
    made(windows, *fixed, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.autocrlf", GIT_CONFIG_VALUE_0="true")
    assert read_tree(plain) == read_tree(windows)
    for path, data in read_tree(windows).items():
        shown = subprocess.run(
            ["git", "cat-file", "blob", f"HEAD:{path}"], cwd=windows, capture_output=True, check=True
        )
        assert shown.stdout == data, path


def test_gits_identity_wins_over_the_maintainer(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[user]\n\tname = Grace Example\n\temail = grace@example.org\n[init]\n\tdefaultBranch = trunk\n")
    folder = tmp_path / "x"
    made(folder, GIT_CONFIG_GLOBAL=str(config))
    assert git(folder, "log", "-1", "--format=%an %ae %s") == "Grace Example grace@example.org Create x"
    assert git(folder, "branch", "--show-current") == "trunk"


def test_the_users_hooks_and_ignores_do_not_reach_the_first_commit(tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    (tmp_path / "ignore").write_text("*.md\n.editorconfig\n")
    config = tmp_path / "config"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n\texcludesFile = {tmp_path / 'ignore'}\n")
    made(tmp_path / "x", GIT_CONFIG_GLOBAL=str(config))
    assert "README.md" in git(tmp_path / "x", "ls-files")


def test_started_from_a_hook_of_another_repository(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    made(
        tmp_path / "x",
        GIT_DIR=str(other / ".git"),
        GIT_INDEX_FILE=str(other / ".git" / "index"),
        GIT_WORK_TREE=str(other),
    )
    assert git(tmp_path / "x", "status", "--porcelain") == ""
    assert not (other / ".git" / "index").exists()


def test_an_empty_clone_keeps_its_remote_and_tells_forge_and_name(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    git(folder, "remote", "add", "origin", "git@gitlab.example.org:group/deep-gauge.git")
    done = run("new", ".", "--defaults", "--json", *ADA, cwd=folder)
    assert done.returncode == 0, done.stdout
    answers = json.loads(done.stdout)["answers"]
    assert answers["repository_url"] == "https://gitlab.example.org/group/deep-gauge"
    assert (answers["project_name"], answers["forge"], answers["ci"]) == ("deep-gauge", "gitlab", "gitlab")
    assert git(folder, "remote", "get-url", "origin") == "git@gitlab.example.org:group/deep-gauge.git"
    assert git(folder, "branch", "--show-current") == "trunk"
    assert git(folder, "status", "--porcelain") == ""
    assert json.loads(done.stdout)["next"] == ["git push -u origin trunk"]


def test_an_empty_folder_is_filled_where_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    before = folder.stat().st_ino
    assert run("new", ".", "--defaults", *ADA, cwd=folder).returncode == 0
    assert folder.stat().st_ino == before
    assert git(folder, "status", "--porcelain") == ""
    assert not [item for item in folder.iterdir() if item.name.startswith(".ospo-init-")]


def test_answers_file_and_data_and_the_last_wins(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yml"
    answers.write_text(
        "_commit: v0\nlicense: MIT\nresponse_days: 7\nproject_slug: from-file\nsponsor:\n"
        "maintainers:\n- Grace Example <grace@example.org> @grace\n- Lin Example\n"
    )
    said = made(tmp_path / "x", "--answers", str(answers), "-d", "project_slug=one", "-d", "project_slug=two")
    got = said["answers"]
    assert isinstance(got, dict)
    assert (got["license"], got["response_days"], got["project_slug"], got["sponsor"]) == ("MIT", 7, "two", "")
    assert got["maintainers"] == "Grace Example <grace@example.org> @grace\nLin Example"


def test_the_next_commands_are_exact_and_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "it's here"
    said = made(folder, "-d", "repository_url=https://codeberg.example.org/ada/tide.git")
    assert said["next"] == [
        f"cd '{tmp_path}/it'\"'\"'s here'",
        "git remote add origin https://codeberg.example.org/ada/tide.git",
        "git push -u origin main",
    ]
    assert said["answers"]["forge"] == "forgejo"  # type: ignore[index]
    assert git(folder, "remote") == ""


def test_what_is_open_is_told_by_owner_and_closes_with_an_answer(tmp_path: Path) -> None:
    few = made(tmp_path / "few")
    more = made(tmp_path / "more", "-d", "alternatives=None does it.", "-d", "sponsor=The Example Foundation")
    opened = [{row["id"] for row in said["open"]} for said in (few, more)]  # type: ignore[attr-defined]
    assert opened[0] - opened[1] == {"PLAN-02", "PLAN-05"}
    assert opened[1] <= opened[0]
    assert all(row["owner"] and row["next_step"] for row in few["open"])  # type: ignore[attr-defined]


def test_a_dry_run_shows_the_contents_and_writes_nothing(tmp_path: Path) -> None:
    done = run("new", str(tmp_path / "x"), "--defaults", "--dry-run", *ADA, "-d", "project_name=Tide Gauge")
    assert done.returncode == 0
    assert "# Tide Gauge" in done.stdout and "Nothing was written." in done.stdout
    assert list(tmp_path.iterdir()) == []
    shown = json.loads(run("new", str(tmp_path / "x"), "--defaults", "--dry-run", "--json", *ADA).stdout)
    real = made(tmp_path / "x")
    assert shown["contents"] == {path: data.decode() for path, data in read_tree(tmp_path / "x").items()}
    assert shown["files"] == real["files"]


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    fixed = ("-d", "project_name=Tide", "-d", "created_on=2026-03-01")
    made(tmp_path / "a", *fixed)
    made(tmp_path / "b", *fixed)
    assert read_tree(tmp_path / "a") == read_tree(tmp_path / "b")


def test_without_a_terminal_every_missing_key_is_listed(tmp_path: Path) -> None:
    message = refused(run("new", str(tmp_path / "x"), *ADA), "--defaults")
    asked = [row for row in json.loads(run("questions", "--json").stdout)["questions"] if row["asked"]]
    assert len(asked) > 25
    for row in asked:
        assert (row["key"] in message) is (
            not row["key"].startswith("maintainer_name") and row["key"] != "maintainer_email"
        )


@pytest.mark.parametrize(
    "data, words",
    [
        (["licence=MIT"], ["'licence'", "did you mean license?"]),
        (["holder=x", "emial=y"], ["'holder'", "copyright_holder", "'emial'"]),
        (["license=Apache2"], ["Apache2", "did you mean Apache-2.0?"]),
        (["kind=sofware"], ["choose software, documentation", "did you mean software?"]),
        (["maintainer_email=ada(at)example.org"], ["maintainer_email", "name@example.org"]),
        (["repository_url=github.com/x/y"], ["repository_url", "https://example.org/path"]),
        (["repository_url=http://example.org/x"], ["repository_url"]),
        (["project_slug=Tide Gauge"], ["project_slug", "lower-case"]),
        (["created_on=2026-02-29"], ["created_on", "month"]),
        (["first_year=26"], ["first_year", "four digits"]),
        (["response_days=soon"], ["response_days", "whole number"]),
        (["response_days=-1"], ["response_days", "between 0 and 365"]),
        (["project_name=a\x1bb"], ["project_name", "control character"]),
        (["description=a\tb"], ["description", "control character"]),
        (["maintainers=<x>"], ["maintainers", "one person a line"]),
        (["default_branch=-x"], ["default_branch"]),
        (["license=MITT", "kind=x", "first_year=1"], ["3 answers", "license", "kind", "first_year"]),
        (["nonsense"], ["key=value"]),
        (["title=x"], ["'title'"]),
    ],
)
def test_wrong_answers_are_refused_with_what_to_do(tmp_path: Path, data: list[str], words: list[str]) -> None:
    refused(
        run("new", str(tmp_path / "x"), "--defaults", *ADA, *(piece for row in data for piece in ("-d", row))), *words
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text, words",
    [
        (b"- a\n- b\n", ["not a mapping"]),
        (b"a: [1\nb: 2\n", ["answers.yml:2", "not YAML"]),
        (b"license: MIT\nlicense: ISC\n", ["answers.yml:2", "twice"]),
        (b"<<<<<<< yours\nlicense: MIT\n=======\n>>>>>>> theirs\n", ["answers.yml:1", "merge conflict"]),
        (b"license: \xff\n", ["not YAML"]),
        (b"license: !!python/object/apply:os.system ['true']\n", ["not YAML"]),
        (b"license: [MIT]\n", ["license", "one"]),
        (b"project_name: {a: b}\n", ["project_name"]),
    ],
)
def test_broken_answers_files_are_refused(tmp_path: Path, text: bytes, words: list[str]) -> None:
    answers = tmp_path / "answers.yml"
    answers.write_bytes(text)
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA, "--answers", str(answers)), *words)
    assert not (tmp_path / "x").exists()


def test_an_answers_file_that_is_not_there(tmp_path: Path) -> None:
    refused(
        run("new", str(tmp_path / "x"), "--defaults", "--answers", str(tmp_path / "no.yml")), "no.yml", "cannot be read"
    )


def test_targets_that_are_refused(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    refused(run("new", str(full), "--defaults", *ADA), "not empty", "mine.txt")
    refused(run("new", str(full / "mine.txt"), "--defaults", *ADA), "is a file")
    refused(run("new", str(tmp_path / "a" / "b"), "--defaults", *ADA), "does not exist", "mkdir -p")
    refused(run("new", str(tmp_path / ("x" * 300)), "--defaults", *ADA))
    assert read_tree(tmp_path) == {"full/mine.txt": b"mine"}


def test_inside_another_repository_only_when_asked_for(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA), "inside another git repository", "--nested")
    made(tmp_path / "x", "--nested")
    assert git(tmp_path / "x", "rev-parse", "--show-toplevel") == str((tmp_path / "x").resolve())


def test_a_repository_with_a_history_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "x")
    for path in read_tree(tmp_path / "x"):
        (tmp_path / "x" / path).unlink()
    for folder in sorted(
        (
            p
            for p in (tmp_path / "x").rglob("*")
            if p.is_dir() and ".git" not in p.relative_to(tmp_path / "x").parts[:1]
        ),
        reverse=True,
    ):
        folder.rmdir()
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA), "history")


def test_without_any_author_nothing_is_made(tmp_path: Path) -> None:
    refused(run("new", str(tmp_path / "x"), "--defaults"), "author", "maintainer_name")
    assert list(tmp_path.iterdir()) == []


def test_without_git_and_with_an_old_git(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA, PATH=str(tools)), "git is not installed", "2.38")
    (tools / "git").write_text("#!/bin/sh\necho git version 2.37.9\n")
    (tools / "git").chmod(0o755)
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA, PATH=str(tools)), "2.37.9 is too old", "2.38")
    assert not (tmp_path / "x").exists()


def test_a_commit_that_git_refuses_leaves_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = /bin/false\n")
    refused(run("new", str(tmp_path / "x"), "--defaults", *ADA, GIT_CONFIG_GLOBAL=str(config)), "first commit")
    assert [item.name for item in tmp_path.iterdir()] == ["config"]


def test_a_clone_is_as_before_when_the_commit_fails(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=trunk")
    config = tmp_path / "config"
    config.write_text("[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = /bin/false\n")
    head = (folder / ".git" / "HEAD").read_bytes()
    refused(run("new", ".", "--defaults", *ADA, cwd=folder, GIT_CONFIG_GLOBAL=str(config)), "first commit")
    assert [item.name for item in folder.iterdir()] == [".git"]
    assert (folder / ".git" / "HEAD").read_bytes() == head
    assert not (folder / ".git" / "index").exists()
    assert run("new", ".", "--defaults", *ADA, cwd=folder).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in a read-only folder")
def test_a_read_only_parent(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        refused(run("new", str(tmp_path / "x"), "--defaults", *ADA), "may not write")
    finally:
        tmp_path.chmod(0o755)


def test_errors_as_json(tmp_path: Path) -> None:
    done = run("new", str(tmp_path / "x"), "--defaults", "--json", "-d", "licence=MIT")
    assert done.returncode == 2
    said = json.loads(done.stdout)
    assert said["exit_code"] == 2 and "licence" in said["error"] and said["next"]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["frob"], ["frob"]),
        (["new"], ["FOLDER"]),
        (["new", "x", "--defualts"], ["--defualts", "--defaults"]),
        (["questions", "--house", "http://example.org/x"], ["http://example.org/x"]),
    ],
)
def test_mistyped_commands(arguments: list[str], words: list[str]) -> None:
    refused(run(*arguments), *words)


def test_hostile_answers_stay_text(tmp_path: Path) -> None:
    name = "Tide {{ 7*7 }} $(touch pwned) `x` <script> [a](b) \"q\" 'q' \\ ${{ secrets.T }} \u202eRTL 🦀"
    made(tmp_path / "x", "-d", f"project_name={name}", "-d", "description=a\n- b: c\n---\n...\n")
    text = (tmp_path / "x" / "README.md").read_text()
    assert "49" not in text.splitlines()[0] and "{{ 7" not in text.splitlines()[0].replace("\\{", "")
    assert not (tmp_path / "x" / "pwned").exists()
    assert git(tmp_path / "x", "status", "--porcelain") == ""


def test_an_answer_cannot_drive_the_terminal(tmp_path: Path) -> None:
    done = run("new", str(tmp_path / "x"), "--defaults", *ADA, "-d", "project_name=\u202eevil")
    assert done.returncode == 0 and "\u202e" not in done.stdout


def test_the_shell_completes_commands_and_options() -> None:
    script = run("completion", "bash")
    assert script.returncode == 0 and "_OSPO_INIT_COMPLETE=bash_complete" in script.stdout
    done = run(COMP_WORDS="ospo-init new --de", COMP_CWORD="2", _OSPO_INIT_COMPLETE="bash_complete")
    assert (done.returncode, done.stdout.strip()) == (0, "plain,--defaults")
