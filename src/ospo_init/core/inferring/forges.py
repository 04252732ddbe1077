"""Addresses of forges: which one an address is of, and which repository or account it names."""

from __future__ import annotations

import re

# Forges whose name is not in their address, as far as they are public and known; a new one is a row.
HOSTS = {
    "salsa.debian.org": "gitlab",
    "invent.kde.org": "gitlab",
    "framagit.org": "gitlab",
    "0xacab.org": "gitlab",
    "code.europa.eu": "gitlab",
    "opencode.de": "gitlab",
    "codeberg.org": "forgejo",
    "git.fsfe.org": "forgejo",
    "code.forgejo.org": "forgejo",
    "disroot.org": "forgejo",
}
_ADDRESS = re.compile(
    r"(?:git\+|scm:git:|scm:)?(?:git|ssh|https?)://(?:[^@/\s]{1,60}@)?([A-Za-z0-9.-]{1,100})(?::\d+)?/([^\s?#]{1,300})"
)
_SHORT = re.compile(r"(github|gitlab|codeberg):([\w.-]{1,60}/[\w.-]{1,100})|([\w.-]{1,60}/[\w.-]{1,100})")
_SCP = re.compile(r"(?:scm:)?(?:git:)?git@([A-Za-z0-9.-]{1,100}):([^\s?#]{1,300})")
_BRANCHES = re.compile(r"/(?:-/)?(?:tree|blob|src|issues|wiki|releases|discussions|archive)(?:/.*)?$")


def forge_of(host: str) -> str:
    """Return the forge at a host name, or nothing where it is not known."""
    host = host.lower()
    for name in ("github", "gitlab", "forgejo", "codeberg"):
        if name in host:
            return "forgejo" if name == "codeberg" else name
    return HOSTS.get(host, "")


def repository_of(written: str, short: bool = False) -> str:
    """Return the web address of the repository that a manifest names, or nothing where it names none.

    `short` allows `owner/name`, as package.json writes it. Pages of github.io and the like are no repositories.
    """
    written = written.strip()
    if found := _ADDRESS.match(written) or _SCP.match(written):
        host, path = found[1].lower(), _BRANCHES.sub("", "/" + found[2]).strip("/").removesuffix(".git")
    elif short and (found := _SHORT.fullmatch(written)):
        hosts = {"github": "github.com", "gitlab": "gitlab.com", "codeberg": "codeberg.org"}
        host, path = hosts[found[1] or "github"], found[2] or found[3]
    else:
        return ""
    host = host.removeprefix("www.")
    depth = path.count("/")
    if not forge_of(host) or host.endswith((".github.io", ".gitlab.io")) or host.startswith(("raw.", "gist.", "docs.")):
        return ""
    fits = depth >= 1 if forge_of(host) == "gitlab" else depth == 1
    return f"https://{host}/{path}" if fits else ""


def account_of(address: str) -> str:
    """Return the account whose page on a forge the address is, as @name, or nothing."""
    found = re.fullmatch(r"https?://(?:www\.)?([A-Za-z0-9.-]{1,100})/@?([A-Za-z0-9][A-Za-z0-9._-]{0,60})/?", address)
    return f"@{found[2]}" if found and forge_of(found[1]) else ""


def host_of(address: str) -> str:
    """Return the host name in a web address."""
    return address.split("/")[2] if address.count("/") >= 2 else ""
