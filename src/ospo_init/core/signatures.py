"""Signatures of tags: where one stands in a tag's object, what it is over, and what a verifier said of it.

A key is called by its fingerprint: ssh:SHA256:… as ssh-keygen prints it, or gpg:… with 40 or 64 hexadecimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = {
    b"-----BEGIN SSH SIGNATURE-----": "ssh",
    b"-----BEGIN PGP SIGNATURE-----": "gpg",
    b"-----BEGIN PGP MESSAGE-----": "gpg",
    b"-----BEGIN SIGNED MESSAGE-----": "x509",
}
_NAME = re.compile(r"ssh:SHA256:[A-Za-z0-9+/]{43}|gpg:(?:[0-9A-F]{40}|[0-9A-F]{64})")
# The kinds of SSH keys that are taken; a certificate says nothing without whoever issued it.
SSH_KINDS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_NOT_GOOD = {
    "EXPSIG": "the signature has expired",
    "EXPKEYSIG": "its key has expired",
    "REVKEYSIG": "its key was revoked",
    "BADSIG": "it is not a signature of this tag",
    "ERRSIG": "gpg cannot check it",
}
_NO_KEY = "9"  # gpg's reason for ERRSIG where it does not have the key


@dataclass(frozen=True)
class Signature:
    """The signature in a tag's object: its `kind` (ssh, gpg), the bytes that it is over, and itself, in its armour.

    `kind` is '' where there is none that counts, and `why` says why that is so.
    """

    kind: str = ""
    payload: bytes = b""
    text: bytes = b""
    why: str = ""


@dataclass(frozen=True)
class Checked:
    """What a verifier found: the names of the key, and `why` the signature does not hold, '' where it does.

    A GPG key that signs for another one has two names: that of the other, primary one, and its own.
    """

    names: tuple[str, ...] = ()
    why: str = ""


def is_name(name: str) -> bool:
    """Whether `name` is the name of a key."""
    return _NAME.fullmatch(name) is not None


def find(data: bytes, tag: str, commit: str) -> Signature:
    """Return the signature in the object of a tag; `data` is empty where the tag is none but a name for a commit.

    It counts where it is over the tag's own name and the commit: else one version could be passed off as another.
    """
    if not data:
        return Signature(why="it is a lightweight tag, which holds no signature")
    head = data.partition(b"\n\n")[0]
    at, kind = _mark(data, len(head))
    if not kind:
        return Signature(why="it is not signed")
    if kind == "x509":
        return Signature(why="its signature is one of X.509, which is not verified here")
    lines = head.split(b"\n")
    named = lines[2].removeprefix(b"tag ") if len(lines) > 2 and lines[2].startswith(b"tag ") else b""
    if lines[:2] != [b"object " + commit.encode(), b"type commit"]:
        return Signature(why="its signature is not over the commit itself")
    if named != tag.encode("utf-8", "surrogateescape"):
        return Signature(why=f"its signature is over a tag of another name, {named.decode('utf-8', 'replace')!r}")
    return Signature(kind, data[:at], data[at:])


def _mark(data: bytes, start: int) -> tuple[int, str]:
    """Return where the signature begins and its kind: as git has it, the last line that begins one."""
    found = (0, "")
    for line in re.finditer(rb"^-----BEGIN [^\n]*", data[start:], re.MULTILINE):
        for mark, kind in _MARKS.items():
            if line[0].startswith(mark):
                found = (start + line.start(), kind)
    return found


def key_in(blob: bytes) -> tuple[str, bytes]:
    """Return the kind and the public key in the bytes of an SSH signature (PROTOCOL.sshsig); raise ValueError."""
    if blob[:10] != b"SSHSIG\0\0\0\1":
        raise ValueError("it is no SSH signature")
    key = next(_strings(blob[10:]), b"")
    return kind_of(key), key


def kind_of(key: bytes) -> str:
    """Return the kind of an SSH public key; raise ValueError where it is none that is taken."""
    parts = [part.decode("ascii", "replace") for part in _strings(key)]
    kind = parts[0] if len(parts) > 1 else ""
    if kind not in SSH_KINDS:
        raise ValueError(f"its key is of the kind {kind[:50]!r}, which is not taken")
    return kind


def _strings(data: bytes) -> Iterator[bytes]:
    """Give the strings of SSH's format, each after its length in four bytes."""
    while data:
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            raise ValueError("it is cut off")
        yield data[4 : 4 + size]
        data = data[4 + size :]


def said_by_gpg(printed: str) -> Checked:
    """Return what the status lines of `gpg --verify` say; one good signature, and nothing else, holds."""
    rows = [line.split(" ")[1:] for line in printed.splitlines() if line.startswith("[GNUPG:] ")]
    told = [row for row in rows if row[0] == "GOODSIG" or row[0] in _NOT_GOOD]
    valid = [row for row in rows if row[0] == "VALIDSIG" and len(row) > 10]
    if len(told) != 1:
        return Checked(why="gpg found more than one signature" if told else "gpg found no signature")
    what, *about = told[0]
    if what == "GOODSIG" and len(valid) == 1 and valid[0][9] in ("00", "01"):  # signatures of a text
        return Checked(_names(valid[0]))
    if what == "ERRSIG" and len(about) > 5 and about[5] == _NO_KEY:
        name = f"gpg:{about[6]}" if len(about) > 6 else ""
        return Checked((name,) if is_name(name) else (), "its key is not in your keyring")
    return Checked(_names(valid[0]) if valid else (), _NOT_GOOD.get(what, "it is not a signature of a text"))


def _names(row: list[str]) -> tuple[str, ...]:
    """Return the names in a row of VALIDSIG: the primary key's, and the signing key's."""
    return tuple(name for name in dict.fromkeys((f"gpg:{row[10]}", f"gpg:{row[1]}")) if is_name(name))
