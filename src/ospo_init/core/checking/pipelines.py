"""Pipelines as data: what a workflow file says, read and never run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.checking.model import Found, Proof, Seen

GITHUB = re.compile(r"\.(?:github|forgejo|gitea)/workflows/[^/]+\.ya?ml", re.IGNORECASE)
GITLAB = re.compile(r"\.gitlab-ci\.yml|\.gitlab/ci/[^/]+\.ya?ml")


@dataclass(frozen=True)
class Workflow:
    """One pipeline: its path, text and parsed content (empty where it cannot be parsed)."""

    path: str
    text: str
    data: Mapping[Any, Any]

    @property
    def triggers(self) -> frozenset[str]:
        """The events that start it; YAML 1.1 reads the key `on` as true."""
        on = self.data.get("on", self.data.get(True))
        if isinstance(on, str):
            return frozenset([on])
        return frozenset(str(name) for name in on) if isinstance(on, (list, Mapping)) else frozenset()

    @property
    def jobs(self) -> Iterator[Mapping[Any, Any]]:
        """The jobs that are mappings."""
        jobs = self.data.get("jobs")
        yield from (job for job in (jobs.values() if isinstance(jobs, Mapping) else ()) if isinstance(job, Mapping))

    @property
    def steps(self) -> Iterator[Mapping[Any, Any]]:
        """The steps of every job."""
        for job in self.jobs:
            steps = job.get("steps")
            yield from (step for step in (steps if isinstance(steps, list) else ()) if isinstance(step, Mapping))

    def proof(self, what: str, rule: str, at: int = 0) -> Proof:
        """Return what was seen at a place of the text."""
        return Proof(what, self.path, self.text.count("\n", 0, at) + 1 if at else 0, rule=f"workflows/{rule}")

    def find(self, text: str) -> int:
        """Return where a text stands in the file, 0 where it cannot be told."""
        first = text.strip().split("\n", 1)[0]
        return max(0, self.text.find(first)) if first else 0


def github(seen: Seen) -> list[Workflow]:
    """Return the workflows of GitHub's form (Forgejo reads it too)."""
    rows = sorted(seen.repository.texts.items())
    return [
        Workflow(path, text, _mapping(seen.repository.data.get(path)))
        for path, text in rows
        if GITHUB.fullmatch(path) and text.strip()
    ]


def no_pipeline(seen: Seen) -> Found | None:
    """Return that there is nothing to judge, where there is no pipeline."""
    if any(GITHUB.fullmatch(path) or GITLAB.fullmatch(path) for path in seen.repository.texts):
        return None
    return Found("not-applicable", (Proof("there is no pipeline"),))


def unreadable(flows: Sequence[Workflow]) -> Found | None:
    """Return that nothing can be said of the workflows, where one of them is no YAML."""
    broken = [flow for flow in flows if not flow.data]
    if not broken:
        return None
    proofs = tuple(flow.proof("cannot be read as YAML", "unreadable") for flow in broken[:20])
    return Found("unknown", proofs, next_step=f"Mend {broken[0].path}.")


def _mapping(data: Any) -> Mapping[Any, Any]:
    return data if isinstance(data, Mapping) else {}
