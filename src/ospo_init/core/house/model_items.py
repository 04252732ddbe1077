"""What house.yml may say of the checklist and of approvals; see core/house/model.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core.house.saying import MISSING
from ospo_init.core.house.saying import says as _says


@dataclass(frozen=True)
class Change:
    """What the house changes of an item of the checklist."""

    severity: str = _says("word", "blocking, advisory or periodic", of="severity")
    title: str = _says("line", "the item in the house's words")
    reason: str = _says("line", "why it is there")
    next_step: str = _says("line", "what to do")
    owner: str = _says("line", "the role that owes it")
    roles: tuple[str, ...] = _says("lines", "who must sign it")
    waivable: bool = _says("yes", "whether a waiver may hide it", unset=True)
    rule: str = _says("line", "the rule's own text")


@dataclass(frozen=True)
class Added:
    """An item of the house's own."""

    id: str = _says("line", "a word and two digits: ACME-01", required=True)
    title: str = _says("line", "what must be true", required=True)
    owner: str = _says("line", "the role that owes it", required=True)
    check: Any = _says("check", "what decides it, in the words of docs/checklist.md", required=True, unset=MISSING)
    severity: str = _says("word", "blocking, advisory or periodic", of="severity", unset="blocking")
    phase: str = _says("word", "the phase of the life cycle", of="phase", unset="pre-launch")
    stage: str = _says("word", "the stage from which on it is looked at", of="stage", unset="concept")
    reason: str = _says("line", "why it is there")
    next_step: str = _says("line", "what to do")
    applies: Any = _says("facts", "to which projects it belongs", unset=MISSING)
    roles: tuple[str, ...] = _says("lines", "who must sign it")
    waivable: bool = _says("yes", "whether a waiver may hide it", unset=True)


@dataclass(frozen=True)
class Checklist:
    """The house's items, and what it makes of the others."""

    add: tuple[Added, ...] = _says("list", "items of its own", of="added")
    change: Mapping[str, Change] = _says("map", "items tightened or re-worded, by id", of="change")
    drop: Mapping[str, str] = _says("map", "items that it does without, by id, with the reason", of="line")


@dataclass(frozen=True)
class Route:
    """Who must sign, where a condition holds."""

    items: tuple[str, ...] = _says("items", "the items", required=True)
    roles: tuple[str, ...] = _says("lines", "who must sign them", required=True)
    when: Any = _says("facts", "for which projects (all, if left out)", unset=MISSING)
    rule: str = _says("line", "the rule's own text")


@dataclass(frozen=True)
class SelfCertify:
    """When a project may certify itself."""

    items: tuple[str, ...] = _says("items", "the items", required=True)
    when: Any = _says("facts", "for which projects", required=True, unset=MISSING)
    rule: str = _says("line", "the rule's own text")


@dataclass(frozen=True)
class Expiry:
    """When a signature has to be given again."""

    items: tuple[str, ...] = _says("items", "the items", required=True)
    days: int = _says("whole", "after so many days", unset=0)
    when_changed: tuple[str, ...] = _says("lines", "when one of these answers has changed")


@dataclass(frozen=True)
class Proofs:
    """What a signature must name."""

    pattern: str = _says("regex", "what its evidence or note must match", required=True)
    says: str = _says("line", "what that is, in words: a diary number", required=True)


@dataclass(frozen=True)
class Approvals:
    """Who approves, when nobody needs to, and for how long it holds."""

    roles: Mapping[str, str] = _says("map", "roles of the house's own, by name, with who that is", of="line")
    routes: tuple[Route, ...] = _says("list", "who must sign what", of="route")
    self_certify: tuple[SelfCertify, ...] = _says(
        "list", "when the project lead's signature is enough", of="self-certify"
    )
    expires: tuple[Expiry, ...] = _says("list", "when a signature has to be given again", of="expiry")
    record: Proofs | None = _says("record", "what a signature must name", of="proofs")
