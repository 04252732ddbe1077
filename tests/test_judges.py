"""What the tools say that other people judge a repository with: over the matrix, for real, without a network.

Files that are the same in many projects are judged once, and each tool is called once for all of its files.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import askalono
import pytest
import yaml

import matrix
from conftest import git

REFERENCE = os.environ.get("OSPO_INIT_REFERENCE", "")  # a folder of standards as published; see test_the_rules_are…


@pytest.fixture(scope="module")
def collect(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """Return a function that writes the files of the matrix whose paths match, each content once."""

    def collected(pattern: str) -> list[str]:
        folder = tmp_path_factory.mktemp("files")
        seen: dict[tuple[str, bytes], str] = {}
        for row in matrix.ROWS:
            for path, data in matrix.make(matrix.answers(row)).files.items():
                if re.fullmatch(pattern, path) and (path, data) not in seen:
                    target = folder / str(len(seen)) / path
                    target.parent.mkdir(parents=True)
                    target.write_bytes(data)
                    seen[path, data] = str(target)
        assert seen, f"no file of the matrix is called {pattern}"
        return list(seen.values())

    return collected


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment that the tests run in."""
    program = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program, f"{name} is not installed; it is part of the extra `test`"
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


# The licensing information

REUSED = matrix.pairwise(
    {
        "license": tuple(matrix.LICENSES),
        "forge": matrix.CHOICES["forge"],
        "ci": matrix.CHOICES["ci"],
        "language": ("python", "node", "none"),
        "facts": ("nothing", "everything"),
        "governance_model": ("single-maintainer", "steering-committee"),
        "inbound": ("dco", "inbound-outbound"),
    }
)


@pytest.mark.parametrize("row", REUSED, ids=matrix.name)
def test_reuse(tmp_path: Path, row: dict[str, str]) -> None:
    project = matrix.make(matrix.answers(row))
    matrix.write(project, tmp_path)
    git(tmp_path, "init", "--quiet")
    run = reuse(tmp_path)
    report = json.loads(run.stdout)
    assert run.returncode == 0, report["non_compliant"]
    legal = [path for path in project.files if path.startswith("LICENSE") or path == "REUSE.toml"]
    assert {file["path"] for file in report["files"]} >= set(project.files) - set(legal)
    for file in report["files"]:
        (expression,) = {found["value"] for found in file["spdx_expressions"]}
        assert expression == (project.values["tooling_license"] if is_tooling(file["path"]) else row["license"])
        assert {found["value"] for found in file["copyrights"]} == {f"SPDX-FileCopyrightText: {notice(row)}"}


def notice(row: Mapping[str, str]) -> str:
    return {"nothing": "The project contributors", "everything": "2025 Example Harbour Office"}[row["facts"]]


def is_tooling(path: str) -> bool:
    return path.startswith((".edit", ".git", ".forgejo", ".ospo/checks.py", ".ospo/req", "renovate"))


def reuse(folder: Path) -> subprocess.CompletedProcess[str]:
    return tool("reuse", "--root", str(folder), "lint", "--json")


def test_reuse_can_fail(tmp_path: Path) -> None:
    matrix.write(matrix.make({}), tmp_path)
    (tmp_path / "REUSE.toml").unlink()
    assert reuse(tmp_path).returncode == 1


@pytest.mark.parametrize("spdx_id", matrix.LICENSES)
@pytest.mark.parametrize("facts", ["nothing", "mail", "everything"])
def test_a_detector_recognises_the_licence(spdx_id: str, facts: str) -> None:
    found = askalono.identify(matrix.make({"license": spdx_id, **matrix.FACTS[facts]}).text("LICENSE"))
    assert found.name == spdx_id.replace("-or-later", "-only")  # one text; the detector names one of the two
    assert found.score > 0.9


# Schemas

SCHEMAS = {
    "github-workflows": r"\.(github|forgejo)/workflows/.*",
    "dependabot": r"\.github/dependabot\.yml",
    "github-issue-forms": r"\.(github/ISSUE_TEMPLATE|forgejo/issue_template)/(?!config\.).*",
    "github-issue-config": r"\.(github/ISSUE_TEMPLATE|forgejo/issue_template)/config\.yml",
    "gitlab-ci": r"\.gitlab-ci\.yml|\.gitlab/ci/.*",
    "renovate": r"renovate\.json",
    "citation-file-format": r"CITATION\.cff",
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_schema(collect: Callable[[str], list[str]], schema: str) -> None:
    run = check_schema(schema, *collect(SCHEMAS[schema]))
    assert run.returncode == 0, run.stdout
    assert json.loads(run.stdout)["status"] == "ok"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_each_schema_can_refuse(tmp_path: Path, schema: str) -> None:
    bad = tmp_path / ("bad.json" if schema == "renovate" else "bad.yml")
    bad.write_text('{"labels": 1, "jobs": 1, "stages": 1, "contact_links": 1}')
    assert check_schema(schema, str(bad)).returncode == 1


def check_schema(schema: str, *paths: str) -> subprocess.CompletedProcess[str]:
    kind = [] if schema == "renovate" else ["--default-filetype", "yaml"]
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    name = f"vendor.{schema}"
    return tool("check-jsonschema", "-o", "json", "--builtin-schema", name, *kind, *transform, *paths)


# Workflows


def test_zizmor_finds_nothing_of_weight(collect: Callable[[str], list[str]]) -> None:
    assert zizmor(*collect(r"\.github/workflows/.*|\.github/dependabot\.yml")) == []
    # Forgejo runs the same language, but the token whose permissions are audited is GitHub's.
    assert {*zizmor(*collect(r"\.forgejo/workflows/.*"))} <= {"excessive-permissions"}


def test_zizmor_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    job = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
    bad.write_text(f"on: pull_request_target\n{job}")
    assert {"dangerous-triggers", "unpinned-uses"} <= {*zizmor(str(bad))}


def zizmor(*paths: str) -> list[str]:
    """Return the names of the findings of medium severity or above."""
    flags = ("--offline", "--no-config", "--no-ignores", "--strict-collection", "--no-exit-codes", "--format=json")
    run = tool("zizmor", *flags, "--min-severity=medium", *paths)
    assert run.returncode == 0, run.stderr
    return [finding["ident"] for finding in json.loads(run.stdout)]


def test_actionlint(collect: Callable[[str], list[str]], tmp_path: Path) -> None:
    run = actionlint(tmp_path, *collect(r"\.(github|forgejo)/workflows/.*"))
    assert (run.returncode, run.stdout) == (0, "")


def test_actionlint_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.nope }}\n"
    )
    assert "nope" in actionlint(tmp_path, str(bad)).stdout


def actionlint(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    """Run actionlint alone, whatever other checkers are installed; Forgejo's runners go by a label of their own."""
    settings = folder / "actionlint.yaml"
    settings.write_text("self-hosted-runner:\n  labels: [docker]\n")
    return tool("actionlint", "-shellcheck=", "-pyflakes=", "-no-color", "-config-file", str(settings), *paths)


# Security Insights 2.2.0: no tool of the package index checks its schema, which is written in CUE. These are its rules:
# a name with ? may be missing, any other name is refused, [x] is a list of x and [x, ...] one that is not empty.
RULES: dict[str, Any] = {
    "SecurityInsights": {"header": "Header", "project?": "Project", "repository?": "Repository"},
    "Header": {
        "last-reviewed": "Date",
        "last-updated": "Date",
        "schema-version": "SchemaVersion",
        "url": "URL",
        "comment?": "string",
        "project-si-source?": "URL",
    },
    "Contact": {"name": "string", "primary": "bool", "affiliation?": "string", "email?": "Email", "social?": "string"},
    "ProjectRepository": {"name": "string", "comment": "string", "url": "URL"},
    "License": {"url": "URL", "expression": "string"},
    "Assessment": {"comment": "string", "name?": "string", "evidence?": "URL", "date?": "Date"},
    "ProjectDocumentation": {
        "design?": "URL",
        "detailed-guide?": "URL",
        "code-of-conduct?": "URL",
        "quickstart-guide?": "URL",
        "release-process?": "URL",
        "support-policy?": "URL",
        "signature-verification?": "URL",
    },
    "VulnerabilityReporting": {
        "reports-accepted": "bool",
        "bug-bounty-available": "bool",
        "bug-bounty-program?": "URL",
        "contact?": "Contact",
        "comment?": "string",
        "policy?": "URL",
        "pgp-key?": "string",
        "in-scope?": "[string]",
        "out-of-scope?": "[string]",
    },
    "Project": {
        "name": "string",
        "homepage?": "URL",
        "roadmap?": "URL",
        "funding?": "URL",
        "steward?": "Link",
        "administrators": "[Contact, ...]",
        "repositories": "[ProjectRepository, ...]",
        "vulnerability-reporting": "VulnerabilityReporting",
        "documentation?": "ProjectDocumentation",
    },
    "RepositoryDocumentation": {
        "contributing-guide?": "URL",
        "dependency-management-policy?": "URL",
        "governance?": "URL",
        "review-policy?": "URL",
        "security-policy?": "URL",
    },
    "SecurityPosture": {"assessments": "Assessments", "champions?": "[Contact]", "tools?": "[SecurityTool]"},
    "Assessments": {"self": "Assessment", "third-party?": "[Assessment]"},
    "Repository": {
        "status": "active | abandoned | concept | inactive | moved | suspended | unsupported | WIP",
        "url": "URL",
        "accepts-change-request": "bool",
        "accepts-automated-change-request": "bool",
        "bug-fixes-only?": "bool",
        "no-third-party-packages?": "bool",
        "core-team": "[Contact, ...]",
        "license": "License",
        "security": "SecurityPosture",
        "documentation?": "RepositoryDocumentation",
        "release?": "ReleaseDetails",
    },
}
FORMS = {
    "URL": r"https?://[^\s]+",
    "Email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "SchemaVersion": r"[1-9]+\.[0-9]+\.[0-9]+",
}


def broken_rules(value: Any, rule: str, where: str = "") -> Iterator[str]:
    """Yield what in `value` breaks a rule of Security Insights."""
    if rule in RULES:
        fields = {name.removesuffix("?"): name for name in RULES[rule]}
        keys = value if isinstance(value, dict) else {}
        yield from (f"{where}.{key}: is not in the schema" for key in keys if key not in fields)
        for key, field in fields.items():
            if key in keys:
                yield from broken_rules(keys[key], RULES[rule][field], f"{where}.{key}")
            elif not field.endswith("?"):
                yield f"{where}.{key}: is missing"
    elif rule.startswith("["):
        inner, filled = rule.strip("[]").removesuffix(", ..."), rule.endswith("...]")
        if not isinstance(value, list) or (filled and not value):
            yield f"{where}: is no list, or an empty one"
        for number, item in enumerate(value if isinstance(value, list) else []):
            yield from broken_rules(item, inner, f"{where}[{number}]")
    elif not _fits(value, rule):
        yield f"{where}: {value!r} is no {rule}"


def _fits(value: Any, rule: str) -> bool:
    if rule == "bool":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if rule == "Date":
        return datetime.date.fromisoformat(value).isoformat() == value
    if rule in FORMS:
        return re.fullmatch(FORMS[rule], value) is not None
    return rule == "string" or value in rule.split(" | ")


def test_security_insights_keeps_its_schema() -> None:
    checked = 0
    for row in matrix.ROWS:
        files = matrix.make(matrix.answers(row)).files
        if "security-insights.yml" in files:
            checked += 1
            document = yaml.safe_load(files["security-insights.yml"])
            assert list(broken_rules(document, "SecurityInsights")) == [], row
            assert document["header"]["schema-version"] == "2.2.0"
            assert {"project", "repository"} <= set(document)
            assert [person["primary"] for person in document["repository"]["core-team"]].count(True) == 1
    assert checked > 5


def test_the_rules_of_security_insights_can_be_broken() -> None:
    good = yaml.safe_load(matrix.make({**matrix.EVERYTHING, "forge": "github"}).text("security-insights.yml"))
    for path, value, told in (
        ("header.url", "nowhere", ".header.url: 'nowhere' is no URL"),
        ("header.extra", 1, ".header.extra: is not in the schema"),
        ("project.administrators", [], ".project.administrators: is no list, or an empty one"),
        ("project.vulnerability-reporting", {}, ".project.vulnerability-reporting.reports-accepted: is missing"),
        ("repository.status", "done", ".repository.status: 'done' is no active"),
        ("repository.accepts-change-request", "true", "'true' is no bool"),
    ):
        bad = json.loads(json.dumps(good))
        *folders, name = path.split(".")
        place = bad
        for folder in folders:
            place = place[folder]
        place[name] = value
        assert any(told in problem for problem in broken_rules(bad, "SecurityInsights")), path


def test_the_rules_are_those_of_the_published_schema() -> None:
    """Read the rules off the schema itself. OSPO_INIT_REFERENCE names a folder that has it, which we do not ship."""
    schema = Path(REFERENCE, "security-insights", "schema.cue")
    if not REFERENCE or not schema.is_file():
        pytest.skip("OSPO_INIT_REFERENCE names no folder with security-insights/schema.cue")
    published = read_cue(schema.read_text())
    published["Assessments"] = published.pop("SecurityPosture.assessments")
    published["SecurityPosture"]["assessments"] = "Assessments"
    assert {name: published[name] for name in RULES} == RULES
    patterns = dict(re.findall(r'^#(\w+): =~"\^(.+)\$"$', schema.read_text(), re.MULTILINE))
    assert {name: pattern.replace("\\\\", "\\") for name, pattern in patterns.items()} == FORMS


def read_cue(text: str) -> dict[str, Any]:
    """Return the definitions of a schema in CUE, as far as this one goes, in the form of RULES."""
    found: dict[str, Any] = {}
    inside: list[str] = []
    for line in text.splitlines():
        plain = re.sub(r"\s+@go\(.*\)$", "", line.strip())
        if opened := re.fullmatch(r'#?"?([\w-]+)"?: \{', plain):
            inside.append(opened[1])
            found[".".join(inside)] = {}
        elif plain == "}":
            inside.pop()
        elif inside and (field := re.fullmatch(r'"?([\w-]+)"?(\??): (.+)', plain)) and not plain.startswith("//"):
            found[".".join(inside)][field[1] + field[2]] = re.sub(r'[#"]|(?<=\[)\.\.\.', "", field[3])
    return found
