"""Where templates come from: addresses, versions and the base's own name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from ospo_init.core.trees import Tree
from ospo_init.errors import UserError

# The base ships with ospo-init; until it has a public home its address is in a domain that can never exist.
BASE_URL = "https://templates.ospo-init.invalid/base.git"
FORMERLY: tuple[str, ...] = ()  # addresses that the base had before: they work for ever

_HOST = r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])"
_URL = re.compile(rf"(https|ssh)://(?:([^/@\s]+)@)?({_HOST}(?::[0-9]+)?)/([^\s?#\\]+)")
_SCP = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.-]*@{_HOST}:[^\s?#\\:-][^\s?#\\]*")
_TAG = re.compile(r"(?!.*(\.\.|@\{|//))[^\s~^:?*\[\\/.-][^\s~^:?*\[\\]*")


class Run(NamedTuple):
    """What templates are told of the run: Copier's operation (copy or update), and the path of the answers file.

    An empty path is the template's own.
    """

    operation: str = "copy"
    answers_file: str = ""


COPY = Run()


@dataclass(frozen=True)
class Template:
    """A published template at one version: its address, tag, commit and tree ids, and files.

    `signer` is the name of the key that signed the tag (see core.signatures), where that was verified, or ''.
    """

    url: str
    tag: str
    commit: str
    tree: str
    files: Tree
    signer: str = ""

    @property
    def origin(self) -> dict[str, str]:
        """What templates are told of it; `_commit` and `_src_path` are what the answers file records."""
        return {"_commit": self.tag, "_src_path": self.url, "_hash": self.commit}

    @property
    def name(self) -> str:
        """How people call it."""
        return called(self.url)

    @property
    def unreleased(self) -> bool:
        """Whether the tag is a development version, made of sources that are not released."""
        version = parse_version(self.tag)
        return version is not None and version.is_devrelease


def is_base(url: str) -> bool:
    """Whether `url` is the base's address, or one that it had before."""
    return url in (BASE_URL, *FORMERLY)


def called(url: str) -> str:
    """Return how people call the template at `url`."""
    return "the base template" if is_base(url) else url


def split_tag(house: str) -> tuple[str, str]:
    """Return address and tag of ADDRESS[@TAG]; the @ of an account (git@host:…, https://me@host/…) is no tag."""
    address, at, tag = house.rpartition("@")
    if not at or not address or "/" in tag or ":" in tag:
        return house, ""
    return address, tag


def is_remote(address: str) -> bool:
    """Whether `address` names another machine; raise UserError for one that templates are not taken from.

    Taken are https and ssh.
    """
    refuse_password(address)
    if (_URL.fullmatch(address) or _SCP.fullmatch(address)) and address.isprintable():
        return True
    if "://" in address or "::" in address or address.startswith("-") or re.match(r"[^/.~]+@[^/]+:", address):
        raise UserError(
            f"{masked(address)!r} is not an address that templates are taken from.",
            "Give a folder, an https:// address, or an ssh address (git@host:path).",
        )
    return False


def refuse_password(address: str) -> None:
    """Raise UserError where an address holds a password: it would be seen in the list of processes, and recorded."""
    if re.match(r"(\w+://)?[^/@]*:[^/]*@", address):
        raise UserError(
            f"The address {masked(address)} holds a password, which does not belong there.",
            "Leave it out; git asks your credential helper for it (git help credentials).",
        )


def check_tag(tag: str) -> str:
    """Return `tag` if git may have a tag of that name; raise UserError where it may not."""
    if (tag and not (_TAG.fullmatch(tag) and tag.isprintable())) or tag.endswith((".", ".lock")):
        raise UserError(f"{tag!r} is not the name of a tag.", "Write it as in  --house ADDRESS@v1.0.0")
    return tag


def public(address: str) -> str:
    """Return a remote address as it is recorded: without the account of an https address, which may be a token."""
    url = _URL.fullmatch(address)
    return f"https://{url[3]}/{url[4]}" if url and url[1] == "https" else address


def identity(address: str) -> str:
    """Return what tells remote repositories apart: the public address, its host in small letters, without `.git`."""
    plain = public(address).rstrip("/").removesuffix(".git").rstrip("/")
    url = _URL.fullmatch(plain)
    account = f"{url[2]}@" if url and url[2] else ""
    return f"{url[1]}://{account}{url[3].lower()}/{url[4]}" if url else plain


def spellings(address: str) -> list[str]:
    """Return a remote address with `.git` and as it was given: Copier and Renovate know a repository by that ending."""
    plain = address.rstrip("/")
    return [plain] if plain.endswith(".git") else [f"{plain}.git", plain]


def masked(address: str) -> str:
    """Return an address for a message, without what stands before its last @."""
    return re.sub(r"^(\w+://)?.*@", r"\1…@", address)


def newest(tags: Iterable[str]) -> str:
    """Return the newest PEP 440 tag; pre-releases count only where there is nothing else. '' when there is none."""
    versions = [(version, tag) for tag in tags if (version := parse_version(tag))]
    final = [row for row in versions if not row[0].is_prerelease]
    return max(final or versions, key=lambda row: row[0], default=(None, ""))[1]


def is_newer(tag: str, than: str) -> bool:
    """Whether `tag` is a newer version than the other one; False where either is none."""
    one, other = parse_version(tag), parse_version(than)
    return one is not None and other is not None and one > other


def parse_version(tag: str) -> Version | None:
    """Return the PEP 440 version that a tag names, or None."""
    try:
        return Version(tag)
    except InvalidVersion:
        return None
