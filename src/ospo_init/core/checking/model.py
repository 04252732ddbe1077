"""What is seen of a repository, and what a check finds in it: small frozen values, the same for every check.

A verdict is one of

    pass            something shows it, or somebody with the right role has signed for it
    fail            something that is there is wrong, or something that is required is not there
    unknown         it could not be looked at; never a pass
    waived          it fails, and a waiver that is still valid accepts that
    person          somebody has to answer, decide, look or set something
    not-applicable  there is nothing yet that it could be about (no release, no workflow)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.conditions import Facts
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.lock import Row
from ospo_init.core.record import Record

VERDICTS = ("fail", "unknown", "person", "waived", "not-applicable", "pass")  # what needs somebody first
NEEDS = ("person", "setting", "release")


@dataclass(frozen=True)
class Proof:
    """One thing that was seen: what, and where.

    `what` is one line, never a secret itself. `path` is from the repository's folder, `line` counts from 1 (0: the
    whole file), `commit` is a full id where it stands in the history and not in the work tree, `rule` the id of the
    rule that saw it ("secrets/private-key"). `declared`: somebody says so, and nothing here shows it.
    """

    what: str
    path: str = ""
    line: int = 0
    commit: str = ""
    rule: str = ""
    declared: bool = False


@dataclass(frozen=True)
class Found:
    """What one check found. `needs` goes with the verdicts person and not-applicable; `next_step` is one sentence."""

    verdict: str
    proofs: tuple[Proof, ...] = ()
    needs: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class Scan:
    """The result of reading every file for one thing: what was found, and by which tool (with its version).

    `unknown` says why it could not be looked at, wholly or in part; it is empty where everything was read. `looked_at`
    counts files (blobs, where the history was read too).
    """

    findings: tuple[Proof, ...] = ()
    by: str = ""
    unknown: str = ""
    looked_at: int = 0


@dataclass(frozen=True)
class Tag:
    """A git tag: its name, the day (YYYY-MM-DD) of its commit, and whether it is annotated or signed."""

    name: str
    day: str
    annotated: bool = False
    signed: bool = False


@dataclass(frozen=True)
class Metric:
    """A health measure of CHAOSS taken from git alone: its value, or None where it cannot be told, window and limits.

    `window` says which commits it is about ("2025-11-28 to 2026-11-28"), `unit` what is counted ("people"), `limits`
    what the number does not show.
    """

    id: str
    name: str
    value: float | None
    unit: str
    window: str
    limits: str
    detail: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Seen:
    """A repository as it lies in its work tree, and what is known of it besides.

    `repository.paths` are all files that are tracked or could be (not ignored); `repository.texts` those that rules
    read. `sizes` are in bytes. `facts` are the recorded answers and layers, or inferred ones where no template made
    it (`recorded` False). `generated` are the lock's rows. `scans` and `health` hold what was asked for, by name.
    `candidates` are those of the paths that some row of data/patterns.yml names. `digests` are the SHA-256 of files
    that are evidence of a sign-off, in hexadecimal. `houses` are the rules of the organisations whose template it
    follows, the lowest first, and `rules_amiss` says what is wrong with the project's copy of them. `signed_at` are the
    answers that were recorded at the commits of sign-offs, by commit.
    """

    repository: Repository
    facts: Facts
    candidates: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict, repr=False)
    blobs: Mapping[str, str] = field(default_factory=dict, repr=False)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    patterns: int = 0
    stage: str = "concept"
    recorded: bool = False
    today: str = ""
    head: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict, repr=False)
    generated: Mapping[str, Row] = field(default_factory=dict, repr=False)
    record: Record = field(default_factory=Record)
    tags: tuple[Tag, ...] = ()
    scans: Mapping[str, Scan] = field(default_factory=dict, repr=False)
    health: Mapping[str, Metric] = field(default_factory=dict, repr=False)
    houses: tuple[Mapping[str, Any], ...] = ()
    rules_amiss: str = ""
    signed_at: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
