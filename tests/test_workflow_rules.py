"""What pipelines show: a table of workflows, each with the rules that it breaks."""

from __future__ import annotations

import pytest

from ospo_init.core.checking.model import Seen
from ospo_init.core.checking.scores import SCORES
from ospo_init.core.checking.workflows import RULES
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring.repository import Repository
from ospo_init.edges.manifest_files import parse

SHA = "0123456789" * 4
DIGEST = "0123456789abcdef" * 4
HEAD = "on: pull_request\npermissions: {contents: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
HAND = HEAD.replace(
    "on: pull_request",
    "on: {workflow_dispatch: {inputs: {name: {}, dry: {type: boolean}, to: {type: choice, options: [a]}, "
    "un: {type: choice}}}}",
)
TARGET = HEAD.replace("pull_request", "pull_request_target")
PUSH = HEAD.replace("pull_request", "push")
TYPED = ("inputs.name", "github.event.inputs.name", "inputs.un", "format('{0}', inputs.name)", "toJSON(inputs)")
OFFERED = ("inputs.dry", "inputs.to", "inputs.name2", "steps.x.outputs.inputs")
# What senders of an event choose, and what only sounds like it.
FREE = (
    "github.event.pull_request.body",
    "github.event.discussion.title",
    "github.event.review.body",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.head_commit.author.email",
    "github.event.commits[0].author.name",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.message",
    "github.event.pages[1].page_name",
    "format('{0}', github.head_ref)",
    "toJSON(github.event)",
    "tojson( github )",
)
GIVEN = (
    "github.event.repository.name",
    "github.event.repository.default_branch",
    "github.event.pull_request.base.ref",
    "github.event.release.tag_name",
    "github.ref_name",
    "toJSON(github.event.number)",
    "toJSON(matrix)",
)
FETCHED = (
    "gh pr checkout 1",
    "git fetch origin pull/${{ github.event.number }}/head",
    "git checkout ${{ github.event.pull_request.merge_commit_sha }}",
)
JUDGED = (
    *("pinned-actions", "token-permissions", "dangerous-workflow", "isolated-code", "untrusted-input"),
    "dispatch-input",
)


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
        *((steps(f"run: echo ${{{{ {text} }}}}", head=HAND), "dispatch-input") for text in TYPED),
        *((steps(f"run: echo ${{{{ {text} }}}}", head=HAND), "") for text in OFFERED),
        *((steps(f"run: echo ${{{{ {text} }}}}"), "dangerous-workflow untrusted-input") for text in FREE),
        *((steps(f"run: echo ${{{{ {text} }}}}", head=PUSH), "") for text in GIVEN),
        (steps("run: echo ${{ github.ref_name }}"), "untrusted-input"),
        (steps("run: echo ${{ inputs.name }}"), ""),
        (steps(f"uses: actions/checkout@{SHA}", head=TARGET), ""),
        (
            steps(
                f"uses: actions/checkout@{SHA}\n      with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}",
                head=TARGET,
            ),
            "dangerous-workflow isolated-code",
        ),
        (
            steps(
                f"uses: actions/checkout@{SHA}\n      with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}"
            ),
            "",
        ),
        *((steps(f"run: {text}", head=TARGET), "dangerous-workflow isolated-code") for text in FETCHED),
        *((steps(f"run: {text}", head=TARGET), "") for text in ("git checkout main", "git fetch origin")),
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


def test_what_strangers_can_start_is_left_to_a_person() -> None:
    for event in ("pull_request_target", "workflow_run", "issue_comment"):
        found = RULES["isolated-code"](
            seen({".github/workflows/x.yml": steps("run: x", head=HEAD.replace("pull_request", event))})
        )
        assert found.verdict == "person" and found.needs == "person" and found.proofs[0].line == 1


def test_what_asks_for_nothing_cannot_be_typed_into() -> None:
    assert RULES["dispatch-input"](seen({".github/workflows/x.yml": steps("run: x")})).verdict == "not-applicable"
    assert RULES["dispatch-input"](seen({".github/workflows/x.yml": steps("run: x", head=HAND)})).verdict == "pass"


def test_what_cannot_be_read_is_not_judged() -> None:
    broken = {".github/workflows/x.yml": "on: [push\n"}
    names = ("dangerous-workflow", "isolated-code", "untrusted-input", "dispatch-input", "scorecard-permissions")
    assert {RULES[name](seen(broken)).verdict for name in (*names, "job-permissions")} == {"unknown"}
    assert SCORES["token-permissions"](seen(broken)) is None
    bad = {**broken, ".github/workflows/y.yml": steps("run: echo ${{ github.head_ref }}")}
    assert RULES["dangerous-workflow"](seen(bad)).verdict == "fail"  # nothing unreadable hides what is seen


JOB = "jobs:\n  a:\n    runs-on: x\n    permissions: {}\n    steps: []\n"


@pytest.mark.parametrize(
    ("text", "score", "explicit", "job"),
    [
        ("permissions: {}\n" + JOB, 10, "pass", "pass"),
        ("permissions: {contents: read}\n" + JOB, 10, "pass", "pass"),  # the job's own takes its place
        ("permissions: read-all\n" + JOB.replace("{}", "{contents: write}"), 10, "pass", "person"),
        ("permissions: {issues: write}\n" + JOB, 10, "pass", "pass"),
        ("permissions: {contents: write}\n" + JOB, 0, "pass", "pass"),
        ("permissions: {security-events: write}\n" + JOB, 9, "pass", "pass"),
        ("permissions: {checks: write, statuses: write}\n" + JOB, 9, "pass", "pass"),
        ("permissions: {checks: write}\n" + JOB, 9, "pass", "pass"),  # half a point more is cut off
        (JOB, 9, "pass", "pass"),
        (JOB.replace("    permissions: {}\n", ""), 0, "person", "not-applicable"),
        ("permissions: write-all\n" + JOB, 9, "fail", "pass"),
        ("permissions: write-all\n" + JOB.replace("    permissions: {}\n", ""), 0, "fail", "fail"),
        ("permissions: {contents: read}\n" + JOB.replace("{}", "write-all"), 10, "fail", "fail"),
        ("permissions: {contents: read}\n" + JOB.replace("    permissions: {}\n", ""), 10, "pass", "person"),
    ],
)
def test_permissions(text: str, score: float, explicit: str, job: str) -> None:
    """The scores are those of Scorecard's own arithmetic, the verdicts those of the Baseline's scanner."""
    what = seen({".github/workflows/x.yml": "on: push\n" + text})
    assert SCORES["token-permissions"](what) == score
    assert RULES["scorecard-permissions"](what).verdict == ("pass" if score == 10 else "fail")
    assert RULES["explicit-permissions"](what).verdict == explicit
    assert RULES["job-permissions"](what).verdict == job


def test_permissions_are_githubs_own() -> None:
    what = seen({".forgejo/workflows/x.yml": steps("run: x")})
    assert SCORES["token-permissions"](what) is None
    for name in ("scorecard-permissions", "explicit-permissions", "job-permissions"):
        assert RULES[name](what).verdict == "not-applicable"


@pytest.mark.parametrize(
    ("rows", "images", "score"),
    [
        ([f"actions/a@{SHA}"], [], 10),
        (["actions/a@v1"], [], 0),
        ([f"actions/a@{SHA}", "actions/b@v1"], [], 5),
        ([f"actions/a@{SHA}", "example/b@v1"], [], 2),  # those of others weigh four times as much
        (["actions/a@v1", f"example/b@{SHA}"], [], 8),
        ([f"actions/a@{SHA}"], ["alpine:3"], 5),
        ([], ["alpine:3", f"alpine@sha256:{DIGEST}"], 5),
        (["./own"], [], None),
        ([], [], None),
    ],
)
def test_the_score_of_pins(rows: list[str], images: list[str], score: float | None) -> None:
    texts = {".github/workflows/x.yml": steps(*(f"uses: {row}" for row in rows))} if rows else {}
    texts |= {f"{number}/Dockerfile": f"FROM {image}\n" for number, image in enumerate(images)}
    assert SCORES["pinned-dependencies"](seen(texts)) == score
