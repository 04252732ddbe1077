"""The scans for licences: of every file (REUSE), of copied-in parts, and of dependencies. Nothing is written."""

from __future__ import annotations

import functools
import os
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from ospo_init.core.checking.model import Scan
from ospo_init.core.inferring import wanted
from ospo_init.core.inferring.licensing import infer_license
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.inferring.texts import LONGEST, clean
from ospo_init.core.licensing import compatibility, dependencies, headers, reuse, vendored
from ospo_init.core.licensing.covered import Files, Reader
from ospo_init.edges import installed, lying, programs, repository_facts
from ospo_init.edges.base import open_base
from ospo_init.edges.lying import Listing
from ospo_init.edges.manifest_files import parse

NAMES = frozenset(["reuse", "vendored", "dependency-licenses"])
Progress = Callable[[str, int, int], None]
Run = Callable[[str], str]  # from an inbound licence to yes, no or unknown
_WHOLE = 8 * 1024 * 1024  # bytes of a file that are searched for notices
_SMALL = 64 * 1024  # a file that is no larger is read at once
_PROGRAM = "licomp-toolkit"
_MISSING = "licomp-toolkit is not installed: pip install 'ospo-init[licenses]'"


@functools.cache
def known_texts() -> Mapping[str, str]:
    """Return the licence texts that the package carries, by SPDX id; a form feed stands between two forms of one."""
    return repository_facts.known_texts(open_base().files)


def scan(top: Path, listing: Listing, names: Collection[str], progress: Progress) -> dict[str, Scan]:
    """Return the scans of NAMES that are asked for, over the work tree `top`."""
    files = Files(listing.files, listing.sizes, functools.partial(head, top, listing.sizes))
    found = {}
    for name in sorted(names):
        progress(name, 0, len(files.paths))
        if name == "reuse":
            found[name] = reuse_scan(files.paths, files.sizes, files.read)
        elif name == "vendored":
            found[name] = vendored_scan(files)
        else:
            found[name] = dependency_scan(top, files)
        progress(name, len(files.paths), len(files.paths))
    return found


def reuse_scan(paths: tuple[str, ...], sizes: Mapping[str, int], read: Reader) -> Scan:
    """Return where the files do not say whose they are and under which licence, by the REUSE Specification 3.3.

    `paths` are regular files only, `sizes` theirs in bytes; `read` gives as much of a file as it cares to.
    """
    return reuse.scan(Files(paths, sizes, read), _toml)


def vendored_scan(files: Files) -> Scan:
    """Return the copied-in parts that say nothing of their licence, neither themselves nor through a REUSE.toml."""
    try:
        rows = reuse.general(files, _toml)
    except ValueError:
        rows = ()
    there = frozenset(files.paths)
    return vendored.scan(files, lambda path: bool(reuse.licensing(files, path, rows, f"{path}.license" in there).tags))


def dependency_scan(top: Path, files: Files, ask: Run | None = None) -> Scan:
    """Return the dependencies whose licence does not go with the repository's own, as licomp-toolkit's matrices say.

    `ask` is asked in its place, about each licence once.
    """
    needed = installed.needed(top, files)
    if not needed.dependencies:
        return Scan(by="ospo-init", unknown="; ".join(needed.unknown))
    outbound = _outbound(files)
    if not outbound:
        why = "the licence of this repository is not known, so that nothing can be compared with it"
        return Scan(unknown="; ".join([why, *needed.unknown]), looked_at=len(needed.dependencies))
    by = "ospo-init"
    if ask is None:
        program = _licomp(top)
        if not program:
            return Scan(unknown="; ".join([_MISSING, *needed.unknown]), looked_at=len(needed.dependencies))
        by = f"licomp-toolkit {programs.version(program, '--version')}".strip()
        ask = functools.partial(_asked, program, outbound)
    answers = {spdx_id: ask(spdx_id) for spdx_id in dependencies.asked(needed.dependencies)}
    found = compatibility.scan(needed.dependencies, answers, outbound, by)
    return Scan(found.findings, by, "; ".join(filter(None, [found.unknown, *needed.unknown])), found.looked_at)


def _asked(program: str, outbound: str, inbound: str) -> str:
    return compatibility.answer(
        programs.run(compatibility.words(program, inbound, outbound), Path("/"), seconds=60).out
    )


def _licomp(top: Path) -> str:
    """Return the program: on the PATH, else beside the Python that runs us, whose environment may not be active."""
    beside = Path(sys.executable).parent / _PROGRAM
    there = beside.is_file() and os.access(beside, os.X_OK) and not beside.resolve().is_relative_to(top.resolve())
    return programs.find(_PROGRAM, top) or (str(beside) if there else "")


def _outbound(files: Files) -> str:
    texts = {}
    for path in wanted(files.paths):
        data = files.read(path)
        if data is not None and len(data) == files.sizes.get(path, 0) <= LONGEST:
            texts[path] = clean(data.decode("utf-8", "replace"))
    data_of = {path: found for path, text in texts.items() if (found := parse(path, text)) is not None}
    inferred = infer_license(Repository(files.paths, texts, data_of, licenses=known_texts()))
    return str(inferred.value) if inferred and isinstance(inferred.value, str) else ""


def head(top: Path, sizes: Mapping[str, int], path: str) -> bytes | None:
    """Return a file of the work tree: the first 8 MiB of a text, of anything else only what shows that it is none."""
    try:
        with lying.opened(top, path) as handle:
            if sizes.get(path, 0) > _SMALL:
                first = os.read(handle, headers.HEAD)
                if not headers.is_text(first):
                    return first
                return first + _up_to(handle, _WHOLE - len(first))
            return _up_to(handle, _SMALL)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


def _up_to(handle: int, most: int) -> bytes:
    pieces = []
    while most > 0 and (piece := os.read(handle, min(most, lying.PIECE))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _toml(text: str) -> Any:
    """Return TOML as data; raise ValueError in one line where it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not TOML: {' '.join(str(error).split())[:120]}") from None
