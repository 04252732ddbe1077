"""What becomes of each generated file in a repository that has files of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ospo_init.core.inferring import Repository
from ospo_init.core.trees import File
from ospo_init.core.verdicts import Verdict, load, verdicts
from ospo_init.edges.manifest_files import parse
from ospo_init.edges.repository_facts import adoption_rows, read_repository
from ospo_init.errors import TemplateError
from test_inference import make

ROWS = adoption_rows()
CODE = ("src/a.py",)
SKELETON = (
    "pyproject.toml",
    "package.json",
    "src/x/__init__.py",
    "src/index.js",
    "tests/test_about.py",
    "test/x.test.js",
)


def judge(path: str, *have: str, answers: Mapping[str, Any] | None = None, **more: Any) -> Verdict:
    """Return the verdict on one generated file in a repository with these tracked paths."""
    [verdict] = verdicts(ROWS, {path: File(b"")}, Repository(have, **more), answers)
    return verdict


@pytest.mark.parametrize(
    "new, own",
    [
        ("LICENSE", "COPYING"),
        ("LICENSE", "LICENCE"),
        ("LICENSE", "licence.txt"),
        ("LICENSE", "UNLICENSE"),
        ("LICENSE", "LICENSE.md"),
        ("LICENSE", "LICENSE-MIT"),
        ("LICENSE", "COPYING.LESSER"),
        ("LICENSE", "MIT-LICENSE.txt"),
        ("LICENSE", "LICENSES/MIT.txt"),
        ("README.md", "Readme.rst"),
        ("README.md", "README"),
        ("README.md", ".github/README.md"),
        ("CONTRIBUTING.md", "docs/CONTRIBUTING.rst"),
        ("CONTRIBUTING.md", "CONTRIBUTING.adoc"),
        ("CONTRIBUTING.md", ".github/contributing.markdown"),
        ("SECURITY.md", ".github/SECURITY.md"),
        ("CODE_OF_CONDUCT.md", "code-of-conduct.md"),
        ("CODE_OF_CONDUCT.md", "docs/CODE_OF_CONDUCT.rst"),
        ("CHANGELOG.md", "HISTORY.rst"),
        ("CHANGELOG.md", "NEWS"),
        ("CHANGELOG.md", "CHANGES.txt"),
        ("CHANGELOG.md", "ChangeLog"),
        ("CHANGELOG.md", "RELEASE-NOTES.txt"),
        ("CHANGELOG.md", "docs/changelog.md"),
        ("MAINTAINERS.md", "AUTHORS"),
        ("MAINTAINERS.md", "OWNERS"),
        ("MAINTAINERS.md", "MAINTAINERS"),
        ("SUPPORT.md", ".github/SUPPORT.markdown"),
        ("CITATION.cff", "inst/CITATION"),
        ("REUSE.toml", ".reuse/dep5"),
        ("GOVERNANCE.md", "docs/governance.rst"),
        ("NOTICE", "NOTICE.txt"),
        ("security-insights.yml", "SECURITY-INSIGHTS.yml"),
        (".github/CODEOWNERS", "CODEOWNERS"),
        (".github/CODEOWNERS", "docs/CODEOWNERS"),
        (".gitlab/CODEOWNERS", "CODEOWNERS"),
        (".github/PULL_REQUEST_TEMPLATE.md", ".github/pull_request_template.md"),
        (".github/PULL_REQUEST_TEMPLATE.md", "docs/PULL_REQUEST_TEMPLATE.md"),
        (".github/PULL_REQUEST_TEMPLATE.md", ".github/PULL_REQUEST_TEMPLATE/feature.md"),
        (".github/ISSUE_TEMPLATE/bug_report.yml", ".github/ISSUE_TEMPLATE.md"),
        (".github/ISSUE_TEMPLATE/config.yml", ".github/ISSUE_TEMPLATE/question.md"),
        (".forgejo/issue_template/bug_report.yml", ".gitea/ISSUE_TEMPLATE/bug.md"),
        (".gitlab/issue_templates/Bug.md", ".gitlab/issue_templates/Default.md"),
        (".github/dependabot.yml", "renovate.json"),
        (".github/dependabot.yml", ".renovaterc.json"),
        ("renovate.json", ".github/dependabot.yaml"),
        ("pyproject.toml", "setup.py"),
    ],
)
def test_what_serves_the_same_purpose_is_kept(new: str, own: str) -> None:
    assert (judge(new).verdict, judge(new).instead) != ("keep", own)
    found = judge(new, own)
    assert (found.verdict, found.instead) == ("keep", "" if own == new else own)
    assert own in found.reason


@pytest.mark.parametrize(
    "new, other",
    [
        ("LICENSE", "docs/licensing.md"),
        ("CONTRIBUTING.md", "src/contributing.py"),
        ("CHANGELOG.md", "docs/old/HISTORY.md"),
        ("CITATION.cff", "codemeta.json"),
        ("README.md", "sub/README.md"),
        (".gitlab/issue_templates/Bug.md", ".github/ISSUE_TEMPLATE/bug.md"),
        (".github/ISSUE_TEMPLATE/bug_report.yml", ".gitlab/issue_templates/Bug.md"),
        (".github/CODEOWNERS", ".gitlab/CODEOWNERS"),
        ("SECURITY.md", "src/security.py"),
    ],
)
def test_what_serves_another_purpose_does_not_count(new: str, other: str) -> None:
    assert judge(new, other) == judge(new)


@pytest.mark.parametrize("have", [(), CODE, (*CODE, ".travis.yml")], ids=["empty", "code", "pipelines"])
@pytest.mark.parametrize(
    "path",
    ["REUSE.toml", "LICENSE", "LICENSES/MIT.txt", "NOTICE", "GOVERNANCE.md", "CHARTER.md", "STEERING-COMMITTEE.md",
     "CODE_OF_CONDUCT.md", "CITATION.cff", "CHANGELOG.md", "security-insights.yml", ".github/CODEOWNERS",
     ".github/dependabot.yml", ".github/workflows/checks.yml", ".gitlab-ci.yml", ".forgejo/workflows/test.yml",
     ".gitlab/ci/dco.yml", ".ospo/checks.py", ".ospo/requirements.txt"],
)  # fmt: skip
def test_what_binds_people_or_claims_something_is_asked(path: str, have: tuple[str, ...]) -> None:
    found = judge(path, *have, answers={"conduct_address": "a@b.eu", "security_address": "a@b.eu", "roster": "Ada"})
    assert found.verdict == "ask"
    assert found.reason and "{" not in found.reason


@pytest.mark.parametrize(
    "path", ["README.md", "CONTRIBUTING.md", "SUPPORT.md", ".ospo/record.yml", ".copier-answers.yml", ".gitignore",
             ".gitattributes", "ROADMAP.md", "TRADEMARKS.md", ".github/ISSUE_TEMPLATE/config.yml",
             ".github/PULL_REQUEST_TEMPLATE.md", "docs/anything-of-a-house.md"]
)  # fmt: skip
def test_what_is_absent_and_harmless_is_added(path: str) -> None:
    assert judge(path, *CODE) == Verdict(path, "add", "There is none yet")


@pytest.mark.parametrize(
    "path, answer",
    [("SECURITY.md", "security_address"), ("MAINTAINERS.md", "roster")],
)
def test_what_sends_people_somewhere_needs_somebody_there(path: str, answer: str) -> None:
    assert judge(path, *CODE).verdict == "ask"
    assert judge(path, *CODE, answers={answer: "Ada <a@b.eu>"}).verdict == "add"


def test_a_code_of_conduct_says_first_that_nobody_would_answer() -> None:
    assert "Nobody" in judge("CODE_OF_CONDUCT.md").reason
    assert "Nobody" not in judge("CODE_OF_CONDUCT.md", answers={"conduct_address": "a@b.eu"}).reason


def test_pipelines_in_use_are_named_and_stay() -> None:
    found = judge(".github/workflows/checks.yml", ".travis.yml", ".github/workflows/test.yml")
    assert found.verdict == "ask"
    assert "GitHub Actions, Travis CI" in found.reason
    assert judge(".github/workflows/test.yml", ".github/workflows/test.yml").verdict == "keep"


@pytest.mark.parametrize("path", SKELETON)
def test_first_files_are_for_an_empty_project(path: str) -> None:
    assert judge(path, "lib/tides.rb").verdict == "keep"
    assert judge(path, "README.md", "vendor/x/a.py").verdict == "add"


def test_git_s_own_files_get_a_block() -> None:
    assert judge(".gitignore", ".gitignore").verdict == "block"
    assert judge(".gitattributes", ".gitattributes").verdict == "block"
    assert judge(".gitignore", "sub/.gitignore").verdict == "add"


@pytest.mark.parametrize("have", [(), (".gitattributes",)], ids=["absent", "present"])
def test_carriage_returns_keep_the_attributes_out(have: tuple[str, ...]) -> None:
    found = judge(".gitattributes", *have, carriage_returns=("a.bat",))
    assert found.verdict == "keep"
    assert "a.bat" in found.reason


def test_the_reason_for_that_is_true(tmp_path: Path) -> None:
    """The template's own attributes turn a new file with CRLF into LF; git must be seen to do so."""
    from conftest import git

    folder = make(tmp_path / "x", {"a.bat": "x\r\n"})
    assert read_repository(folder, "", {}).carriage_returns == ("a.bat",)
    make(folder, {".gitattributes": "* text=auto eol=lf\n", "b.bat": "x\r\n"})
    assert "i/lf" in git(folder, "ls-files", "--eol", "b.bat")


def test_a_setting_in_a_manifest_serves_too() -> None:
    text = '{"renovate": {"extends": ["config:base"]}}'
    have = {"data": {"package.json": parse("package.json", text)}}
    assert judge("renovate.json", "package.json", **have).instead == "package.json"
    assert judge("renovate.json", "package.json").verdict == "ask"


@pytest.mark.parametrize(
    "path, have, blocker",
    [
        ("docs/x.md", "docs", "docs"),
        (".github/ISSUE_TEMPLATE/config.yml", ".github/issue_template", ".github/issue_template"),
        ("SUPPORT.md", "support.md/x", "support.md/"),
    ],
)
def test_a_file_in_the_way_of_a_folder_stays(path: str, have: str, blocker: str) -> None:
    found = judge(path, have)
    assert (found.verdict, found.instead) == ("keep", blocker)
    assert "in the way" in found.reason


def test_a_name_in_other_letters_is_the_same_file() -> None:
    assert judge("docs/House.md", "docs/house.md").instead == "docs/house.md"


def test_another_template_is_not_replaced_silently() -> None:
    assert judge(".copier-answers.yml", ".copier-answers.yml").verdict == "ask"


def test_every_file_has_one_verdict_in_order(composed: Mapping[str, File]) -> None:
    new = {path: File(b"") for path in ("b", "a", "LICENSE", ".gitignore")}
    found = verdicts(ROWS, new, Repository(("COPYING", ".gitignore")))
    assert [row.path for row in found] == sorted(new)
    assert all("\n" not in row.reason and len(row.reason) < 200 for row in found)


@pytest.mark.parametrize(
    "row, words",
    [
        ({"files": []}, "no files"),
        ({"files": ["a"], "sam": []}, "sam"),
        ({"files": ["a"], "same": ["<nowhere>a"]}, "nowhere"),
        ({"files": ["a"], "absent": [{"verdict": "replace", "reason": "x"}]}, "verdict"),
        ({"files": ["a"], "absent": [{"verdict": "ask"}]}, "reason"),
        ({"files": ["a"], "absent": [{"verdict": "ask", "reason": "x", "when": {"maybe": "y"}}]}, "maybe"),
    ],
)
def test_rows_that_say_nothing_we_know_are_refused(row: Mapping[str, Any], words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        load({"places": {}, "rows": [row]})
