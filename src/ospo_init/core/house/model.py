"""What house.yml may say, as frozen values. The fields are the schema: what each takes and means stands beside it.

The reader (core/house/reading.py), the reference in the docs and the hints in errors are all derived from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.core.house.model_items import (
    Added,
    Approvals,
    Change,
    Checklist,
    Expiry,
    Proofs,
    Route,
    SelfCertify,
)
from ospo_init.core.house.saying import MISSING
from ospo_init.core.house.saying import says as _says


@dataclass(frozen=True)
class Force:
    """One answer that follows from others."""

    when: Any = _says("condition", "when it holds", required=True, unset=MISSING)
    value: Any = _says("value", "this is the answer", required=True, unset=MISSING)


@dataclass(frozen=True)
class Answer:
    """What the house says of one question."""

    default: Any = _says("value", "the answer until somebody gives another", unset=MISSING)
    lock: Any = _says("value", "the only answer: it is not asked, and another is refused", unset=MISSING)
    restrict: tuple[Any, ...] = _says("values", "of a choice: only these")
    recommend: tuple[Any, ...] = _says("values", "of a choice: these first, and marked")
    testing: tuple[Any, ...] = _says("values", "of a choice: offered in `house test` and `house preview` alone")
    add: Mapping[str, str] = _says("map", "of a choice: further values, each with its label", of="line")
    hide: bool = _says("yes", "it is not asked, and takes its default")
    force: tuple[Force, ...] = _says("list", "when other answers decide it", of="force")
    pattern: str = _says("regex", "of a text: what it must match")
    message: str = _says("line", "what is said of an answer that does not match")
    help: str = _says("line", "the question in the house's words")
    why: str = _says("line", "why it is asked, in the house's words")
    rule: str = _says("line", "the rule's own text, quoted in refusals and by `why`")
    contact: str = _says("contact", "who grants exceptions: a role of `contacts`, or an address")


@dataclass(frozen=True)
class KindLicenses:
    """The licences for one kind of project."""

    allow: tuple[str, ...] = _says("lines", "only these")
    forbid: tuple[str, ...] = _says("lines", "not these")
    default: str = _says("line", "the one that is proposed")


@dataclass(frozen=True)
class OwnLicense:
    """A licence text of the house's own."""

    text: str = _says("path", "its text, a file of the house's folder", required=True)
    name: str = _says("line", "its name", required=True)
    approved: bool = _says("yes", "the house stands for it, though neither OSI nor FSF may")
    materials: tuple[str, ...] = _says("lines", "what it is made for: software, documentation, data, hardware")


@dataclass(frozen=True)
class Material:
    """What lies in a project beside what it is for the most part, under a licence of its own."""

    license: str = _says("line", "its licence", required=True)
    files: tuple[str, ...] = _says("lines", "where it lies, as patterns of REUSE.toml", required=True)
    title: str = _says("line", "what people call it")
    copy: str = _says("path", "a second place for the licence text, such as LICENSE-DOCS")


@dataclass(frozen=True)
class Licenses:
    """The house's licences, by SPDX id or LicenseRef-."""

    allow: tuple[str, ...] = _says("lines", "only these")
    forbid: tuple[str, ...] = _says("lines", "not these")
    default: str = _says("line", "the one that is proposed")
    kinds: Mapping[str, KindLicenses] = _says("map", "by what is released (the answer `kind`)", of="kind-licenses")
    own: Mapping[str, OwnLicense] = _says("map", "texts that are on no list, by their LicenseRef-", of="own-license")
    approved: tuple[str, ...] = _says("lines", "licences that the house stands for although OSI does not")
    materials: Mapping[str, Material] = _says("map", "other material: documentation, data, hardware …", of="material")
    file: str = _says("path", "name and place of the licence text, instead of LICENSE")
    rule: str = _says("line", "the rule's own text")
    contact: str = _says("contact", "who grants exceptions")
    record: str = _says("line", "where an exception is recorded: an address, or a place")


@dataclass(frozen=True)
class Header:
    """Lines at the top of source files."""

    text: tuple[str, ...] = _says("lines", "the lines without comment marks; {key}: an answer", required=True)
    files: tuple[str, ...] = _says("lines", "which files carry it, as patterns (src/**)", required=True)


@dataclass(frozen=True)
class Copyright:
    """Whose work it is, and how that is written."""

    holder: str = _says("line", "the holder; {key} stands for an answer; `none`: public domain, without one")
    entities: tuple[str, ...] = _says("lines", "the legal entities to choose from")
    years: str = _says("word", "first, range, latest or none", of="years")
    header: Header | None = _says("record", "lines at the top of source files", of="header")
    rule: str = _says("line", "the rule's own text")
    contact: str = _says("contact", "who grants exceptions")


@dataclass(frozen=True)
class Block:
    """Lines of the house's in a file that is otherwise not its own."""

    text: str = _says("path", "the lines, a file of the house's folder", required=True)
    place: str = _says("word", "top (below the first heading) or bottom", of="place", unset="bottom")


@dataclass(frozen=True)
class FileRule:
    """What the house says of one file of the project."""

    ownership: str = _says("word", "mandated, managed (merged on update) or seeded (written once)", of="ownership")
    frozen: bool = _says("yes", "mandated, and a change or removal holds up the gate")
    when: Any = _says("when", "when it is there; true: always", unset=MISSING)
    exclude: bool = _says("yes", "it is not made, although the template below makes it")
    forbid: bool = _says("yes", "the project must not have it")
    required: Any = _says("yes-or-condition", "the project must have it", unset=MISSING)
    recommended: Any = _says("yes-or-condition", "the project should have it", unset=MISSING)
    sections: tuple[str, ...] = _says("lines", "headings that it must have")
    block: Block | None = _says("record", "lines of the house's in it", of="block")
    at: str = _says("path", "another place for a file of the template below")
    formerly: str = _says("path", "its name in earlier versions of the house")
    rule: str = _says("line", "the rule's own text")
    contact: str = _says("contact", "who grants exceptions")
    items: tuple[str, ...] = _says("items", "items of the checklist that it is evidence for")


@dataclass(frozen=True)
class Authority:
    """What stands above the template."""

    url: str = _says("address", "the page that counts where the two differ", required=True)
    reviewed: str = _says("day", "when the house was last compared with it")
    review_by: str = _says("day", "when that is due again; `house lint` warns from that day on")


@dataclass(frozen=True)
class Patterns:
    """What must not become public. It is published with the template, never written into a project."""

    names: tuple[Any, ...] = _says("patterns", "internal names and hosts: a text, or {id, regex}", unset=())
    domains: tuple[str, ...] = _says("lines", "e-mail domains that must not stand in public")


@dataclass(frozen=True)
class Deprecated:
    """The house goes on elsewhere, or not at all."""

    message: str = _says("line", "what its users are told", required=True)
    by: str = _says("line", "the template that follows it")


@dataclass(frozen=True)
class House:
    """The whole of house.yml."""

    name: str = _says("slug", "lower-case letters, digits and hyphens; layers are named after it", required=True)
    title: str = _says("line", "how people are told of it", required=True)
    extends: str = _says("line", "base@TAG, or ADDRESS@TAG of another published house", required=True)
    authority: Authority | None = _says("record", "what stands above this template", of="authority")
    contacts: Mapping[str, str] = _says("map", "whom to ask, by role", of="line")
    languages: tuple[str, ...] = _says("lines", "of the documents, the main one first: en, de")
    deprecated: Deprecated | None = _says("record", "where the house is given up", of="deprecated")
    reports: Mapping[str, str] = _says("map", "where reports go, by their format", of="address")
    exemptions: Mapping[str, str] = _says("map", "codes with which the reason of a waiver begins", of="line")
    answers: Mapping[str, Answer] = _says("map", "by question", of="answer")
    licenses: Licenses = _says("record", "licences", of="licenses", unset=Licenses())
    copyright: Copyright = _says("record", "whose work it is", of="copyright", unset=Copyright())
    files: Mapping[str, FileRule] = _says("map", "by path in the project", of="file")
    placeholders: Mapping[str, str] = _says("map", "the texts' own placeholders, and the answers for them", of="line")
    checklist: Checklist = _says("record", "items of the life cycle", of="checklist", unset=Checklist())
    approvals: Approvals = _says("record", "who approves", of="approvals", unset=Approvals())
    patterns: Patterns = _says("record", "what must not become public", of="patterns", unset=Patterns())


RECORDS: Mapping[str, type[Any]] = {
    "house": House,
    "authority": Authority,
    "deprecated": Deprecated,
    "answer": Answer,
    "force": Force,
    "licenses": Licenses,
    "kind-licenses": KindLicenses,
    "own-license": OwnLicense,
    "material": Material,
    "copyright": Copyright,
    "header": Header,
    "file": FileRule,
    "block": Block,
    "checklist": Checklist,
    "added": Added,
    "change": Change,
    "approvals": Approvals,
    "route": Route,
    "self-certify": SelfCertify,
    "expiry": Expiry,
    "proofs": Proofs,
    "patterns": Patterns,
}
