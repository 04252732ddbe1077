"""Checking the signature of a tag with ssh-keygen or gpg. Whose it is comes out; whether that is enough does not."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from pathlib import Path

from ospo_init.core.signatures import Checked, Signature, is_name, key_in, kind_of, said_by_gpg
from ospo_init.edges import programs
from ospo_init.edges.temporary import TemporaryFolder

PROGRAMS = {"ssh": ("ssh-keygen", "OpenSSH"), "gpg": ("gpg", "GnuPG")}
_WHO = "signer"  # whom the key stands for in the file of allowed signers that we write
_ARMOUR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\r?\n(.*?)-----END SSH SIGNATURE-----", re.DOTALL)
_SECONDS = 60
# Nothing is fetched, asked or written, and who trusts whom does not matter: the key is compared with a known one.
_GPG = ["--no-options", "--batch", "--no-tty", "--no-auto-key-retrieve", "--no-auto-key-locate"]
_GPG += ["--trust-model", "always", "--status-fd", "1", "--verify"]


class Missing(Exception):
    """The program that checks such signatures is not there; holds its name, and that of what it comes with."""


def check(signature: Signature) -> Checked:
    """Return whose the signature is, and whether it holds; raise Missing where there is nothing to check it with."""
    program, package = PROGRAMS[signature.kind]
    found = programs.find(program)
    if not found:
        raise Missing(program, package)
    with TemporaryFolder("ospo-init-") as folder:
        place = Path(folder)
        (place / "signature").write_bytes(signature.text)
        verify = _by_ssh if signature.kind == "ssh" else _by_gpg
        return verify(found, place, signature)


def name_of_key(text: str) -> str:
    """Return the name of a key: of an SSH public key as its file has it, or of a fingerprint. Raises ValueError."""
    words = text.split()
    if len(words) > 1 and not re.fullmatch(r"[0-9A-Fa-f]+", words[0]):
        key = _decoded(words[1].encode())
        if kind_of(key) != words[0]:
            raise ValueError(f"it does not hold a key of the kind {words[0][:50]!r}")
        return _ssh_name(key)
    plain = "".join(words)
    digits = plain.removeprefix("gpg:").removeprefix("0x").upper()
    for name in (plain, f"ssh:{plain}", f"gpg:{digits}"):
        if is_name(name):
            return name
    raise ValueError(f"{plain[:50]!r} is neither a public key nor a whole fingerprint")


def _by_ssh(program: str, folder: Path, signature: Signature) -> Checked:
    """Check with the key that the signature names, as the only one allowed; who it belongs to is for others to say."""
    armour = _ARMOUR.match(signature.text)
    if not armour:
        return Checked(why="it is cut off")
    try:
        kind, key = key_in(_decoded(b"".join(armour[1].split())))
    except ValueError as problem:
        return Checked(why=str(problem))
    allowed = folder / "allowed"
    allowed.write_text(f'{_WHO} namespaces="git" {kind} {base64.b64encode(key).decode()}\n')
    words = [program, "-Y", "verify", "-f", str(allowed), "-I", _WHO, "-n", "git", "-s", str(folder / "signature")]
    ran = programs.run(words, folder, seconds=_SECONDS, data=signature.payload)
    return Checked((_ssh_name(key),), "" if ran.code == 0 else _last(ran) or "ssh-keygen refuses it")


def _by_gpg(program: str, folder: Path, signature: Signature) -> Checked:
    words = [program, *_GPG, str(folder / "signature"), "-"]
    ran = programs.run(words, folder, seconds=_SECONDS, data=signature.payload)
    checked = said_by_gpg(ran.out)
    if ran.code == 0 or checked.why:
        return checked
    return Checked(checked.names, _last(ran) or "gpg refuses it")


def _last(ran: programs.Ran) -> str:
    """Return the last line of what a program said."""
    lines = ran.said.strip().splitlines()
    return lines[-1].strip().rstrip(".")[:200] if lines else ""


def _ssh_name(key: bytes) -> str:
    return f"ssh:SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("it is not whole") from None
