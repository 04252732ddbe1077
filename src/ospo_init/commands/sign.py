"""`ospo-init sign`: somebody vouches for an item of the checklist, and the record keeps it. Nothing is committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ospo_init.commands import recording
from ospo_init.commands.recording import Job, Lines
from ospo_init.core.checking import house_items
from ospo_init.core.checklist import OWNERS
from ospo_init.core.record import is_address, wrong_evidence
from ospo_init.core.record_schema import closest
from ospo_init.edges import evidence
from ospo_init.edges.git import Git, settings
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

_SAME = ("item", "by", "role", "commit", "evidence", "sha256")


@dataclass(frozen=True)
class Request:
    """What the caller asked for; `evidence` is an https address, or a file as it was typed."""

    item: str
    repo: str = "."
    role: str = ""
    evidence: str = ""
    note: str = ""
    private: bool = False
    dry_run: bool = False


def run(request: Request) -> Outcome:
    """Record a sign-off, or show the change where the request is a dry run."""
    job = recording.begin(request.item, request.repo, request.private, request.dry_run)
    role = _role(request.role, (*OWNERS, *house_items.roles(job.houses)))
    shown = _evidence(job, request.evidence)
    entry = {
        "item": job.item.id,
        "by": recording.identity(job.folder),
        "role": role,
        "on": recording.today().isoformat(),
        "commit": job.commit,
        "evidence": shown,
        "sha256": "" if is_address(shown) or not shown else _sha256(job, shown),
        "note": recording.one_line(request.note, "--note"),
        "key": _key(job.folder),
    }
    for old in job.record.sign_offs:
        if old.private == request.private and all(getattr(old, name) == entry[name] for name in _SAME):
            what = f"{entry['by']} has signed {job.item.id}{_as(role)} for this commit already."
            return recording.unchanged(job, entry, old.line, what)
    return recording.written(job, "sign_offs", entry, _said(job, entry))


def _said(job: Job, entry: dict[str, str]) -> Lines:
    verb = "Would sign" if job.dry_run else "Signed"
    lines: Lines = [("good", f"{verb} {job.item.id}{_as(entry['role'])}: {job.item.title}.")]
    lines += [("", f"By {entry['by']}, for the commit {entry['commit'][:12]}.")]
    if entry["evidence"]:
        lines += [("", f"Evidence: {entry['evidence']}")]
    if entry["sha256"] and Git(job.folder).ask("check-ignore", "--quiet", "--", entry["evidence"]) is not None:
        lines += [("mark", f"git ignores {entry['evidence']}, so nobody else can look at it.")]
    asked = recording.listed(job.item.roles or (job.item.owner,))
    if not entry["role"]:
        return [*lines, ("mark", f"No role was given; the item asks for {asked}: sign it with --as to count for that.")]
    if entry["role"] not in (job.item.roles or (job.item.owner,)):
        return [*lines, ("mark", f"The item asks for {asked}, so this does not close it.")]
    return lines


def _as(role: str) -> str:
    return f" as {role}" if role else ""


def _role(typed: str, known: Sequence[str]) -> str:
    role = typed.strip().lower().replace(" ", "-").replace("_", "-")
    if role and role not in known:
        close = closest(role, known)
        then = f"Did you mean {close}?" if close else f"Known are {', '.join(known)}."
        raise UserError(f"{typed!r} is no role of the checklist.", then)
    return role


def _evidence(job: Job, typed: str) -> str:
    """Return the evidence as it is recorded: an address as it is, a file by its path from the project's folder."""
    typed = recording.one_line(typed, "--evidence")
    if not typed:
        return ""
    if not is_address(typed):
        return evidence.named(job.folder, typed)
    if what := wrong_evidence(typed):
        then = "Give the address without them." if "password" in what else "Give one that begins with https://"
        raise UserError(f"The evidence {_without_login(typed)!r} {what}.", then)
    return typed


def _without_login(address: str) -> str:
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _sha256(job: Job, path: str) -> str:
    found = evidence.sha256(job.folder, path)
    if found is None:
        raise UserError(f"The evidence {path} cannot be read.", "Check its permissions.")
    return found


def _key(folder: Path) -> str:
    """Return the key that this person signs commits with, as git's settings name it; '' where they sign none.

    Of a path only its last part is kept: where a key lies on this machine is nobody's business.
    """
    if Git(folder).ask("config", "--type=bool", "--get", "commit.gpgSign") != "true":
        return ""
    key = settings(folder, r"^user\.signingkey$").get("user.signingkey", "").removeprefix("key::").strip()
    if key.startswith(("/", "~", ".")):
        key = key.rpartition("/")[2]
    return key if key.isprintable() else ""
