"""Scanning a repository: its work tree as it lies, and its whole history; nothing is written but the user's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.checking.model import Scan
from ospo_init.core.scanning.report import SCANS, Limits, Material, proofs
from ospo_init.edges import lying
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.lying import Listing
from ospo_init.edges.scan_cache import Cache
from ospo_init.edges.scan_history import History
from ospo_init.edges.scan_history import Walk as HistoryWalk
from ospo_init.edges.scan_reading import Detectors, Reader
from ospo_init.edges.scan_tree import Tree
from ospo_init.edges.scan_tree import Walk as TreeWalk
from ospo_init.edges.secrets import installed_gitleaks

Progress = Callable[[str, int, int], None]
NAMES = frozenset(SCANS)
_LIMITS = Limits()
_PAST = NAMES - {"binaries", "placeholders", "links"}  # what is looked for in the history too
_READ = frozenset({"secrets", "internal", "emails", "binaries", "placeholders", "links", "words", "deleted"})


@dataclass(frozen=True)
class Request:
    """What is to be scanned: the work tree `top`, for what (of NAMES), and whether its history is too.

    `patterns` are the organisation's own (id, regular expression), `domains` the mail domains that must not be public
    (none: addresses are not judged). Files of the work tree are large above `large` bytes, those of the history above
    `large_past`. `listing` saves looking again.
    """

    top: Path
    names: frozenset[str]
    history: bool = True
    patterns: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    listing: Listing | None = None
    limits: Limits = _LIMITS


def scan(request: Request, progress: Progress) -> dict[str, Scan]:
    """Return what each scan found. Raises GitFailed where `top` is in no work tree."""
    names = request.names & NAMES
    if not names:
        return {}
    listing = request.listing or lying.listing(request.top)
    gitleaks = installed_gitleaks(request.top) if "secrets" in names else None
    detectors = Detectors(names, request.patterns, request.domains, gitleaks)
    unknown = ""
    with Cache() as cache, Reader(detectors, cache) as reader:
        tree = _tree(request, listing, reader, progress) if names & _READ else Tree()
        history = History()
        if request.history and names & _PAST:
            try:
                history = HistoryWalk(request.top, reader, request.limits.past).history(progress)
                unknown = history.unknown
            except GitFailed as error:
                unknown = f"The history could not be read: {error}"
    material = _material(request, listing, tree, history)
    by = {"secrets": gitleaks.by if gitleaks else _detect_secrets()} if "secrets" in names else {}
    found = {}
    for name in sorted(names):
        why = unknown if name in _PAST else ""
        why = why or (reader.unknown if name == "secrets" else "")
        why = why or _unread(tree.unread) or _unasked(request, name)
        looked = len(listing.files) + (history.blobs if name in _PAST else 0)
        found[name] = Scan(tuple(proofs(name, material)), by.get(name, ""), why, looked)
    return found


def _tree(request: Request, listing: Listing, reader: Reader, progress: Progress) -> Tree:
    algorithm = Git(request.top, lying.OFFLINE).text("rev-parse", "--show-object-format")
    return TreeWalk(request.top, listing, reader, algorithm).tree(progress)


def _material(request: Request, listing: Listing, tree: Tree, history: History) -> Material:
    return Material(
        paths=listing.paths,
        sizes=listing.sizes,
        modes=listing.modes,
        kinds={path: file.kind for path, file in tree.files.items()},
        rows={path: file.rows for path, file in tree.files.items()},
        blobs=frozenset(file.blob for file in tree.files.values()),
        past=history.past,
        said=history.said,
        patterns=tuple(name for name, _ in request.patterns),
        limits=request.limits,
    )


def _detect_secrets() -> str:
    from importlib.metadata import version

    return f"detect-secrets {version('detect-secrets')}"


def _unread(paths: Iterable[str]) -> str:
    listed = list(paths)
    if not listed:
        return ""
    first = listed[0].encode("unicode_escape", "backslashreplace").decode()[:80]
    more = f" and {len(listed) - 1} more" if len(listed) > 1 else ""
    return f"{first}{more} could not be read; check the permissions."


def _unasked(request: Request, name: str) -> str:
    return "The history was not read (--no-history)." if name == "secrets" and not request.history else ""
