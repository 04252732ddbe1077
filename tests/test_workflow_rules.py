"""What pipelines show: a table of workflows, each with the rules that it breaks."""

from __future__ import annotations

import pytest

from ospo_init.core.checking.model import Seen
from ospo_init.core.checking.workflows import RULES
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring.repository import Repository
from ospo_init.edges.manifest_files import parse

SHA = "0123456789" * 4
DIGEST = "0123456789abcdef" * 4
HEAD = "on: pull_request\npermissions: {contents: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
TARGET = HEAD.replace("pull_request", "pull_request_target")
JUDGED = ("pinned-actions", "token-permissions", "dangerous-workflow", "untrusted-input", "dispatch-input")


def seen(texts: dict[str, str]) -> Seen:
    data = {path: found for path, text in texts.items() if (found := parse(path, text)) is not None}
    return Seen(Repository(paths=tuple(texts), texts=texts, data=data), Facts({}, frozenset()))


def steps(*rows: str, head: str = HEAD) -> str:
    return head + "".join(f"    - {row}\n" for row in rows)


@pytest.mark.parametrize(
    "text, wrong",
    [
        (steps(f"uses: actions/checkout@{SHA}"), ""),
        (steps(f"uses: actions/checkout@{SHA} # v4"), ""),
        (steps(f'uses: "actions/checkout@{SHA}"'), ""),
        (steps("uses: ./.github/actions/own"), ""),
        (steps(f"uses: docker://alpine@sha256:{DIGEST}"), ""),
        (steps("uses: actions/checkout@v4"), "pinned-actions"),
        (steps("uses: actions/checkout@main"), "pinned-actions"),
        (steps("uses: actions/checkout"), "pinned-actions"),
        (steps(f"uses: actions/checkout@{SHA[:7]}"), "pinned-actions"),
        (steps("uses: docker://alpine:3"), "pinned-actions"),
        ("on: push\npermissions: {}\njobs:\n  a:\n    uses: example/x/.github/workflows/y.yml@v1\n", "pinned-actions"),
        (steps("run: make test"), ""),
        (steps("run: make test").replace("permissions: {contents: read}\n", ""), "token-permissions"),
        (steps("run: make").replace("{contents: read}", "read-all"), ""),
        (steps("run: make").replace("{contents: read}", "{}"), ""),
        (steps("run: make").replace("{contents: read}", "write-all"), "token-permissions"),
        (steps("run: make").replace("{contents: read}", "{contents: write}"), "token-permissions"),
        (
            steps("run: make")
            .replace("permissions: {contents: read}\n", "")
            .replace("  a:\n", "  a:\n    permissions: {}\n"),
            "",
        ),
        (steps("run: make").replace("  a:\n", "  a:\n    permissions: {contents: write}\n"), ""),
        (steps("run: make").replace("  a:\n", "  a:\n    permissions: write-all\n"), "token-permissions"),
        (steps("run: echo ${{ github.event.issue.title }}"), "dangerous-workflow untrusted-input"),
        (steps("run: echo ${{ github.head_ref }}"), "dangerous-workflow untrusted-input"),
        (steps("run: echo ${{ github.event.commits[0].message }}"), "dangerous-workflow untrusted-input"),
        (steps("run: echo ${{ github.sha }}"), ""),
        (steps("run: echo ${{ github.event.pull_request.number }}"), ""),
        (steps("env: {T: '${{ github.event.issue.title }}'}\n      run: echo $T"), ""),
        (
            steps(
                f"uses: actions/github-script@{SHA}\n"
                "      with: {script: 'a(`${{ github.event.comment.body }}`)'}"
            ),
            "dangerous-workflow untrusted-input",
        ),
        (steps("run: echo ${{ inputs.name }}"), "dispatch-input"),
        (steps("run: echo ${{ github.event.inputs.name }}"), "dispatch-input"),
        (steps(f"uses: actions/checkout@{SHA}", head=TARGET), ""),
        (
            steps(
                f"uses: actions/checkout@{SHA}\n      with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}",
                head=TARGET,
            ),
            "dangerous-workflow",
        ),
        (
            steps(
                f"uses: actions/checkout@{SHA}\n      with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}"
            ),
            "",
        ),
        ("on: [push\n", "token-permissions"),
    ],
)
def test_github(text: str, wrong: str) -> None:
    found = {name: RULES[name](seen({".github/workflows/x.yml": text})) for name in JUDGED}
    assert {name for name, one in found.items() if one.verdict == "fail"} == set(wrong.split())
    assert all(proof.path == ".github/workflows/x.yml" for one in found.values() for proof in one.proofs if proof.path)


def test_places_are_told() -> None:
    text = steps(f"uses: actions/checkout@{SHA}", "uses: actions/setup-node@v4")
    [proof] = RULES["pinned-actions"](seen({".github/workflows/x.yml": text})).proofs
    assert text.splitlines()[proof.line - 1].strip() == "- uses: actions/setup-node@v4"


@pytest.mark.parametrize(
    "text, verdict",
    [("image: alpine:3\n", "fail"), (f"image: alpine@sha256:{DIGEST}\n", "pass"), ("test:\n  script: x\n", "pass")],
)
def test_gitlab(text: str, verdict: str) -> None:
    assert RULES["pinned-actions"](seen({".gitlab-ci.yml": text})).verdict == verdict


@pytest.mark.parametrize(
    "text, verdict",
    [
        ("FROM alpine:3\n", "fail"),
        (f"FROM alpine@sha256:{DIGEST}\n", "pass"),
        (f"FROM alpine@sha256:{DIGEST} AS build\nFROM build\n", "pass"),
        ("FROM scratch\n", "pass"),
    ],
)
def test_dockerfiles(text: str, verdict: str) -> None:
    assert RULES["pinned-images"](seen({"Dockerfile": text})).verdict == verdict


def test_without_pipelines_nothing_is_said() -> None:
    assert {RULES[name](seen({})).verdict for name in JUDGED} == {"not-applicable"}
    assert RULES["ci-on-changes"](seen({})).verdict == "person"
    assert RULES["ci-on-changes"](seen({".github/workflows/x.yml": steps("run: pytest")})).verdict == "pass"
    assert RULES["ci-on-changes"](seen({".gitlab-ci.yml": "test:\n  script: pytest\n"})).verdict == "pass"
