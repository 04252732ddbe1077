"""Which inferred values the questions of the base template take: its own patterns (valid.jinja), and its choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_LABEL = r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
_EMAIL = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_~-]+)*@{_LABEL}(?:\.{_LABEL})+")
_URL = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})+(?::[0-9]+)?(?:/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HANDLE = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]*")
_PERSON = re.compile(r"[^<>@ ]+(?: [^<>@ ]+)*(?: <[^<>]+>)?(?: @[A-Za-z0-9][A-Za-z0-9_.-]*)?")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST = 500  # of an answer on one line


def email(value: str) -> bool:
    """Whether it is an e-mail address."""
    return len(value) <= 254 and bool(_EMAIL.fullmatch(value))


def url(value: str) -> bool:
    """Whether it is an https address."""
    return len(value) <= LONGEST and bool(_URL.fullmatch(value))


def contact(value: str) -> bool:
    """Whether it is one or the other."""
    return url(value) if "://" in value else email(value)


def line(value: str) -> bool:
    """Whether it is a text on one line."""
    return len(value.strip()) > 0 and len(value) <= LONGEST and "\n" not in value and not _CONTROL.search(value)


def _name(value: str) -> bool:
    return line(value) and not re.search(r"[<>@]", value)


def _people(value: str) -> bool:
    rows = value.split("\n")
    addresses = [address for row in rows for address in re.findall(r"<([^<>]*)>", row)]
    return not _CONTROL.search(value) and all(map(_PERSON.fullmatch, rows)) and all(map(email, addresses))


def _branch(value: str) -> bool:
    bad = ("..", "//", "/.", ".lock/")
    return (
        bool(_BRANCH.fullmatch(value))
        and not any(part in value for part in bad)
        and not value.endswith(("/", ".", ".lock"))
    )


def _date(value: str) -> bool:
    return bool(re.fullmatch(r"(?:19[5-9]\d|2[01]\d\d)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", value, re.A))


def _one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "project_name": line,
    "project_slug": lambda value: len(value) <= 64 and bool(_SLUG.fullmatch(value)),
    "description": line,
    "maintainer_name": _name,
    "maintainer_email": email,
    "maintainer_handle": lambda value: bool(_HANDLE.fullmatch(value)),
    "maintainers": _people,
    "repository_url": lambda value: url(value) and value.rstrip("/").count("/") > 3,
    "default_branch": _branch,
    "forge": _one_of("github", "gitlab", "forgejo", "none"),
    "ci": _one_of("github", "gitlab", "forgejo", "none"),
    "language": _one_of("python", "node", "go", "rust", "java", "none"),
    "kind": _one_of("software", "documentation"),
    "stage": _one_of("concept", "active", "maintenance", "end-of-life"),
    "license": line,  # one of the texts that were compared, so one of the list
    "copyright_holder": line,
    "created_on": _date,
    "first_year": lambda value: _date(f"{value}-01-01"),
    "inbound": _one_of("dco", "cla", "inbound-outbound"),
    "cla_url": url,
    "security_contact": contact,
    "conduct_contact": contact,
    "code_of_conduct": _one_of("contributor-covenant-3.0", "contributor-covenant-2.1", "none"),
}


def acceptable(key: str, value: Any) -> bool:
    """Whether the question takes the value; None, which is no answer, always passes."""
    return value is None or (key in CHECKS and isinstance(value, str) and CHECKS[key](value))
