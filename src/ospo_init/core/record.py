"""The record, `.ospo/record.yml`: what people decided about a project, as values.

Reading and writing it is edges/records.py's. Days are YYYY-MM-DD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PATH = ".ospo/record.yml"


@dataclass(frozen=True)
class SignOff:
    """Somebody vouches for an item: who (git's name and address), as which role, on which day, for which commit.

    `evidence` is an https address or a path in the repository, whose `sha256` (hexadecimal, of the file's bytes as
    they lay in the work tree) is kept; `key` is the key that this person's commits are signed with. `line` is where
    the entry stands in the record, counted from 1. `private`: it stands in the private record, not in the repository.
    """

    item: str
    by: str
    role: str = ""
    on: str = ""
    commit: str = ""
    evidence: str = ""
    sha256: str = ""
    note: str = ""
    key: str = ""
    line: int = 0
    private: bool = False


@dataclass(frozen=True)
class Waiver:
    """An item need not be met until a day, that day included: why, and who approved it."""

    item: str
    reason: str
    approver: str
    on: str = ""
    until: str = ""
    line: int = 0
    private: bool = False


@dataclass(frozen=True)
class StageChange:
    """From which day on the project was in a stage, and why, where that had to be said."""

    stage: str
    since: str = ""
    by: str = ""
    reason: str = ""
    line: int = 0


@dataclass(frozen=True)
class Record:
    """What the record (the public and the private one together) says. `decisions` are by name, None where open.

    `leaks` are lines of the tracked record that are marked private and so should not stand there; the line 0 is the
    private record itself, where it lies in the repository (at `private_path`) and git does not ignore it. `path` is
    empty where there is no tracked record. `lines` say where its keys and decisions stand: "waivers",
    "decisions.problem".
    """

    decisions: Mapping[str, Any] = field(default_factory=dict)
    sign_offs: tuple[SignOff, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    stages: tuple[StageChange, ...] = ()
    path: str = ""
    leaks: tuple[int, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    private_path: str = ""


@dataclass(frozen=True)
class Standing:
    """What is wrong with a sign-off, in words (`text`, without a full stop at its end); empty where nothing is."""

    changed: bool = False
    wrong_role: bool = False
    text: str = ""


def standing(sign_off: SignOff, owner: str, today: str, sha256: str | None) -> Standing:
    """Return what is wrong with a sign-off, for an item that the role `owner` answers for.

    `sha256` is that of the evidence as it lies there now, None where there is no such file; it is looked at only where
    the evidence is a file of the repository.
    """
    said = []
    changed, wrong_role = False, sign_off.role != owner
    if sign_off.evidence and not is_address(sign_off.evidence):
        changed = sha256 is None or sign_off.sha256 not in ("", sha256)
        if changed:
            since = f" since it was signed on {sign_off.on}" if sign_off.on else " since it was signed"
            said.append(f"{sign_off.evidence} {'is gone' if sha256 is None else 'has changed'}{since}")
    if wrong_role:
        how = f"as {sign_off.role}" if sign_off.role else "without a role"
        said.append(f"signed {how}; the item asks for {owner}")
    if sign_off.on > today:
        said.append(f"signed on {sign_off.on}, which is still to come")
    return Standing(changed, wrong_role, ", and ".join(said))


def valid(waiver: Waiver, today: str) -> bool:
    """Whether a waiver still counts: its last day is today or later."""
    return bool(waiver.until) and today <= waiver.until


def is_address(evidence: str) -> bool:
    """Whether evidence is an address of the web, and not a file of the repository."""
    return "://" in evidence


def wrong_evidence(evidence: str) -> str:
    """Return what is wrong with evidence as it is recorded, or ''."""
    if not evidence.isprintable():
        return "holds characters that cannot be seen"
    if is_address(evidence):
        host = re.match(r"https://([^/?#\s]+)", evidence)
        if host is None or " " in evidence:
            return "is not an https:// address"
        return "holds a user name or password" if "@" in host[1] else ""
    parts = evidence.split("/")
    if (
        evidence.startswith(("/", "~"))
        or "\\" in evidence
        or {"..", ".", "", ".git"} & {part.lower() for part in parts}
    ):
        return "is not a path in the repository, as docs/review.md is"
    return ""
