"""Whether a workflow runs a stranger's code, or a stranger's words as a script. Read as data, never run.

OpenSSF Scorecard and the scanner of the OSPS Baseline look for the same; `dangerous_workflow` is stricter than both in
that it reads the scripts of actions/github-script too, and looks at workflows that a comment starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.pipelines import Workflow, github, no_pipeline, unreadable
from ospo_init.core.checking.vocabulary import Rule

_EXPRESSION = re.compile(r"\$\{\{(.{0,2000}?)\}\}", re.DOTALL)
# What whoever sends an event can choose freely. Names of branches that are there already, and numbers, are not.
_FREE = re.compile(
    r"\bgithub\.(?:head_ref\b"
    r"|event\.(?:issue|pull_request|discussion)\.(?:title|body)\b"
    r"|event\.(?:comment|review|review_comment)\.body\b"
    r"|event\.pull_request\.head\.(?:ref|label|repo\.default_branch)\b"
    r"|event\.workflow_run\.(?:head_branch|display_title)\b"
    r"|event\.(?:workflow_run\.)?(?:commits[\w.*\[\]-]{0,40}|head_commit)\.(?:message|author\.(?:name|email))\b"
    r"|event\.pages[\w.*\[\]-]{0,40}\.page_name\b"
    r"|event\.blocked_user\.(?:name|email)\b)"
    r"|\btojson\s{0,9}\(\s{0,9}github(?:\.event)?\s{0,9}\)",
    re.IGNORECASE,
)
_FREE_IN_REQUESTS = re.compile(r"\bgithub\.ref(?:_name)?\b", re.IGNORECASE)
_ALL_INPUTS = re.compile(r"\btojson\s{0,9}\(\s{0,9}(?:github\.event\.)?inputs\s{0,9}\)", re.IGNORECASE)
_HEAD = re.compile(
    r"github\.(?:event\.(?:pull_request\.(?:head\.(?:sha|ref)|merge_commit_sha)|workflow_run\.head_(?:sha|branch))"
    r"|head_ref)|\bpull/[^/\n]{1,200}/(?:head|merge)\b"
)
_FETCHES = re.compile(r"\bgit\s{1,9}(?:fetch|checkout|switch|pull)\b", re.IGNORECASE)
_FETCHES_HEAD = re.compile(r"\bgh\s{1,9}pr\s{1,9}checkout\b", re.IGNORECASE)
_PRIVILEGED = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
_REQUESTS = frozenset({"pull_request", "pull_request_target"})
_MOST = 20  # proofs
_THROUGH_ENV = "Pass the value through env:, where it is data and no code."


def dangerous_workflow(seen: Seen) -> Found:
    """No workflow runs a stranger's code, or a stranger's text as a script, with the project's rights."""
    wrong = [proof for flow in github(seen) for proof in (*_strangers_code(flow), *_strangers_words(flow))]
    step = "Pass the value through env:, and never check out a stranger's change where secrets are at hand."
    return _told(seen, wrong, step, "no workflow runs what a stranger sends")


def isolated_code(seen: Seen) -> Found:
    """No workflow that has the project's rights checks out a stranger's change; a person looks at those that could."""
    wrong = [proof for flow in github(seen) for proof in _strangers_code(flow)]
    step = "Never check out a stranger's change where secrets or rights to write are at hand."
    found = _told(seen, wrong, step, "no workflow that strangers can start has the project's rights")
    could = [flow for flow in github(seen) if flow.triggers & _PRIVILEGED]
    if found.verdict != "pass" or not could:
        return found
    proofs = tuple(
        flow.proof("has the project's rights when strangers start it", "privileged", flow.find(_first(flow)))
        for flow in could
    )
    step = "A maintainer makes sure that it runs nothing which strangers bring along: artifacts, caches, build steps."
    return Found("person", proofs[:_MOST], "person", step)


def untrusted_input(seen: Seen) -> Found:
    """No value that a stranger can choose is written into a script."""
    wrong = [proof for flow in github(seen) for proof in (*_strangers_words(flow), *_request_names(flow))]
    return _told(seen, wrong, _THROUGH_ENV, "nothing that strangers choose is written into a script")


def dispatch_input(seen: Seen) -> Found:
    """What is typed freely when a workflow is started by hand is not written into a script."""
    asking = [(flow, _typed(flow)) for flow in github(seen)]
    wrong = [
        proof for flow, typed in asking for proof in (_scripted(flow, _named(typed), "dispatch-input") if typed else ())
    ]
    found = _told(seen, wrong, _THROUGH_ENV, "what is typed is not written into a script")
    if found.verdict == "pass" and not any(_inputs(flow) for flow, _ in asking):
        return Found("not-applicable", (Proof("no workflow asks for anything when it is started by hand"),))
    return found


def _told(seen: Seen, wrong: list[Proof], step: str, fine: str) -> Found:
    if none := no_pipeline(seen):
        return none
    if wrong:
        return Found("fail", tuple(wrong[:_MOST]), next_step=step)
    return unreadable(github(seen)) or Found("pass", (Proof(fine),))


def _first(flow: Workflow) -> str:
    return next(name for name in sorted(_PRIVILEGED) if name in flow.triggers)


def _strangers_code(flow: Workflow) -> Iterator[Proof]:
    if not flow.triggers & _PRIVILEGED:
        return
    for step in flow.steps:
        given = step.get("with")
        ref = str(given.get("ref", "")) if isinstance(given, Mapping) else ""
        run = str(step.get("run", ""))
        if "checkout" in str(step.get("uses", "")) and _HEAD.search(ref):
            what, at = "checks out a stranger's change with the project's rights", flow.find(ref)
        elif _FETCHES_HEAD.search(run) or (_FETCHES.search(run) and _HEAD.search(str(step))):
            what, at = "fetches a stranger's change with the project's rights", flow.find(run)
        else:
            continue
        yield flow.proof(what, "untrusted-checkout", at)


def _strangers_words(flow: Workflow) -> Iterator[Proof]:
    return _scripted(flow, _FREE, "untrusted-input")


def _request_names(flow: Workflow) -> Iterator[Proof]:
    """Yield where a name that a change request brings along is written into a script; on a push it is our own."""
    if flow.triggers & _REQUESTS:
        yield from _scripted(flow, _FREE_IN_REQUESTS, "untrusted-input")


def _scripted(flow: Workflow, pattern: re.Pattern[str], rule: str) -> Iterator[Proof]:
    for step in flow.steps:
        given = step.get("with")
        scripts = [str(step.get("run", "")), str(given.get("script", "")) if isinstance(given, Mapping) else ""]
        for script in scripts:
            wrong = (match for match in _EXPRESSION.finditer(script) if pattern.search(match[1]))
            if match := next(wrong, None):
                yield flow.proof("writes what somebody else typed into a script", rule, flow.find(match[0]))


def _inputs(flow: Workflow) -> Mapping[str, object]:
    """Return what a workflow asks for when it is started by hand."""
    on = flow.data.get("on", flow.data.get(True))
    dispatch = on.get("workflow_dispatch") if isinstance(on, Mapping) else None
    inputs = dispatch.get("inputs") if isinstance(dispatch, Mapping) else None
    return {str(name): row for name, row in inputs.items()} if isinstance(inputs, Mapping) else {}


def _typed(flow: Workflow) -> list[str]:
    """Return the names of those inputs that may hold anything: the forge itself refuses what is not on offer."""
    return [name for name, row in _inputs(flow).items() if not (isinstance(row, Mapping) and _is_offered(row))]


def _is_offered(row: Mapping[object, object]) -> bool:
    return row.get("type") == "boolean" or (row.get("type") == "choice" and bool(row.get("options")))


def _named(names: list[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(name) for name in names[:200])
    return re.compile(rf"(?<![\w.-])(?:github\.event\.)?inputs\.(?:{either})(?![\w-])|{_ALL_INPUTS.pattern}", re.I)


RULES: Mapping[str, Rule] = {
    "dangerous-workflow": dangerous_workflow,
    "isolated-code": isolated_code,
    "untrusted-input": untrusted_input,
    "dispatch-input": dispatch_input,
}
