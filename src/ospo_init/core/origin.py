"""Where templates come from: addresses, versions and the base's own name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from ospo_init.core.trees import Tree
from ospo_init.errors import UserError

# The base ships with ospo-init; until it has a public home its address is in a domain that can never exist.
BASE_URL = "https://templates.ospo-init.invalid/base.git"
FORMERLY: tuple[str, ...] = ()  # addresses that the base had before: they work for ever

_HTTPS = re.compile(r"^https://[^\s]+$")
_SSH = re.compile(r"^(ssh://[^\s-][^\s]*|[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s-][^\s]*)$")


@dataclass(frozen=True)
class Template:
    """A published template at one version: its address, tag, commit and tree ids, and files."""

    url: str
    tag: str
    commit: str
    tree: str
    files: Tree

    @property
    def origin(self) -> dict[str, str]:
        """What the answers file records of it."""
        return {"_commit": self.tag, "_src_path": self.url}

    @property
    def name(self) -> str:
        """How people call it."""
        return "the base template" if self.url == BASE_URL else self.url

    @property
    def unreleased(self) -> bool:
        """Whether the tag is a development version, made of sources that are not released."""
        return Version(self.tag).is_devrelease


def split_tag(house: str) -> tuple[str, str]:
    """Return address and tag of ADDRESS[@TAG]; the @ of an account (git@host:…, https://me@host/…) is no tag."""
    address, at, tag = house.rpartition("@")
    if not at or not address or "/" in tag or ":" in tag:
        return house, ""
    return address, tag


def is_remote(address: str) -> bool:
    """Whether `address` names another machine; raise UserError for a scheme that is not accepted."""
    if _HTTPS.match(address) or _SSH.match(address):
        return True
    if "://" in address or "::" in address or address.startswith("-") or re.match(r"^[^/.~]+@[^/]+:", address):
        raise UserError(
            f"{address!r} is not an address that templates are taken from.",
            "Give a folder, an https:// address, or an ssh address (git@host:path).",
        )
    return False


def newest(tags: Iterable[str]) -> str:
    """Return the newest PEP 440 tag; pre-releases count only where there is nothing else. '' when there is none."""
    versions = []
    for tag in tags:
        try:
            versions.append((Version(tag), tag))
        except InvalidVersion:
            continue
    final = [row for row in versions if not row[0].is_prerelease]
    return max(final or versions, default=(None, ""))[1]
