"""What the token of a workflow may do, as each standard's checker judges it. Forgejo and Gitea know no such rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.pipelines import Workflow, github, unreadable
from ospo_init.core.checking.vocabulary import Rule

_BEST = 10.0
_MOST = 20  # proofs
# What a right to write costs at the top of a workflow, in points of Scorecard 5.5. Others cost nothing there.
_COSTS: Mapping[str, float] = {
    **dict.fromkeys(("contents", "packages", "actions"), _BEST),
    **dict.fromkeys(("deployments", "security-events"), 1.0),
    **dict.fromkeys(("checks", "statuses"), 0.5),
}
_NARROW = "Write permissions: {contents: read} at the top, and more only where a job needs it."


def scorecard_permissions(seen: Seen) -> Found:
    """What Scorecard's check Token-Permissions finds; `score` says how much it costs."""
    flows = _flows(seen)
    if not flows:
        return _NONE
    if broken := unreadable(flows):
        return broken
    wrong = [proof for flow in flows for _, proof in _costs(flow)]
    if score(seen) == _BEST:
        return Found("pass", (Proof("no workflow gives every job a right that counts"),))
    return Found("fail", tuple(wrong[:_MOST]), next_step=_NARROW)


def score(seen: Seen) -> float | None:
    """Return Scorecard's score for the same, 0 to 10 in whole points; None where it comes to no conclusion."""
    flows = _flows(seen)
    if not flows or unreadable(flows):
        return None
    return float(int(max(0.0, _BEST - sum(points for flow in flows for points, _ in _costs(flow)))))


def _costs(flow: Workflow) -> Iterator[tuple[float, Proof]]:
    top, jobs = flow.data.get("permissions"), list(flow.jobs)
    silent = not jobs or any("permissions" not in job for job in jobs)
    if "permissions" not in flow.data:
        yield _BEST if silent else 0.5, flow.proof("does not say at the top what its token may do", "no-permissions")
    elif _is_all(top):
        writes = any(_writes(job.get("permissions")) for job in jobs)
        what = "gives its token every right in every job"
        yield _BEST if silent or writes else 0.5, flow.proof(what, "write-permissions", flow.find("permissions"))
    elif isinstance(top, Mapping):
        for right, value in top.items():
            if value == "write" and (cost := _COSTS.get(str(right), 0.0)):
                what = f"gives every job the right to write {str(right)[:40]}"
                yield cost, flow.proof(what, "write-permissions", flow.find(f"{right}: write"))


def _writes(rights: Any) -> bool:
    counted = rights.items() if isinstance(rights, Mapping) else ()
    return _is_all(rights) or any(value == "write" and str(right) in _COSTS for right, value in counted)


def explicit_permissions(seen: Seen) -> Found:
    """Each workflow says what its token may do; where one is silent, a setting of the forge decides."""
    flows = _flows(seen)
    if not flows:
        return _NONE
    if wrong := [flow for flow in flows if any(_is_all(rights) for rights in _blocks(flow))]:
        proofs = tuple(flow.proof("gives a token every right", "write-permissions", _all(flow)) for flow in wrong)
        return Found("fail", proofs[:_MOST], next_step=_NARROW)
    if silent := [flow for flow in flows if not _is_explicit(flow)]:
        proofs = tuple(flow.proof("does not say what its token may do", "no-permissions") for flow in silent)
        return Found("person", proofs[:_MOST], "setting")
    return Found("pass", (flows[0].proof("says what its token may do, as every workflow does", "permissions"),))


def job_permissions(seen: Seen) -> Found:
    """Whether jobs get only the rights that they use; a person judges each right that is given."""
    flows = _flows(seen)
    if not flows:
        return _NONE
    blocks = [(flow, rights) for flow in flows for rights in _in_force(flow)]
    if wrong := [flow for flow, rights in blocks if _is_all(rights)]:
        proofs = tuple(flow.proof("gives a token every right", "write-permissions", _all(flow)) for flow in wrong)
        return Found("fail", tuple(dict.fromkeys(proofs))[:_MOST], next_step=_NARROW)
    if broken := unreadable(flows):
        return broken
    if not blocks:
        return Found("not-applicable", (Proof("no workflow gives its jobs rights"),))
    given = dict.fromkeys(
        flow.proof(f"gives {what}", "permissions") for flow, block in blocks for what in _given(block)
    )
    if given:
        return Found("person", tuple(given)[:_MOST], "person")
    return Found("pass", (blocks[0][0].proof("gives its jobs no rights, as every workflow does", "permissions"),))


def _flows(seen: Seen) -> list[Workflow]:
    return [flow for flow in github(seen) if flow.path.lower().startswith(".github/")]


def _blocks(flow: Workflow) -> list[Any]:
    """Return every block of rights: the workflow's own, and those of its jobs."""
    return [one["permissions"] for one in (flow.data, *flow.jobs) if "permissions" in one]


def _in_force(flow: Workflow) -> list[Any]:
    """Return the blocks that apply to a job: a job's own takes the place of the workflow's."""
    jobs = list(flow.jobs)
    own = [job["permissions"] for job in jobs if "permissions" in job]
    inherits = len(own) < len(jobs)
    return [*([flow.data["permissions"]] if inherits and "permissions" in flow.data else []), *own]


def _is_explicit(flow: Workflow) -> bool:
    jobs = list(flow.jobs)
    return "permissions" in flow.data or (bool(jobs) and all("permissions" in job for job in jobs))


def _is_all(rights: Any) -> bool:
    return str(rights).lower() == "write-all"


def _all(flow: Workflow) -> int:
    return flow.find("write-all")


def _given(rights: Any) -> Iterator[str]:
    if isinstance(rights, Mapping):
        yield from (f"{str(key)[:40]}: {str(value)[:20]}" for key, value in rights.items() if value != "none")
    elif rights:
        yield str(rights)[:40]


_NONE = Found("not-applicable", (Proof("there is no workflow of GitHub"),))
RULES: Mapping[str, Rule] = {
    "scorecard-permissions": scorecard_permissions,
    "explicit-permissions": explicit_permissions,
    "job-permissions": job_permissions,
}
