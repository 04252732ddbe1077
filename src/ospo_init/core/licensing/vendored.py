"""Parts by others that were copied in: whether each brings its own licence information."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ospo_init.core.checking.model import Proof, Scan
from ospo_init.core.licensing.covered import Files

BY = "ospo-init"
_FOLDER = re.compile(
    r"(?:.*?/)??(?:vendor|vendors|vendored|third[-_]?party|3rd[-_]?party|externals?|node_modules|bower_components)/",
    re.I,
)
_LICENSE = re.compile(
    r"(?:[\w.-]{0,60}[-_.])?(?:un)?(?:licen[cs]es?|copying|copyright|notice)(?:[-_.].{0,60})?|.*\.license", re.I
)
_SAYS = re.compile(rb"licen[cs]e|SPDX-|public domain", re.I)
_CODE = re.compile(
    r".*\.(?:c|h|cc|cpp|cxx|hpp|cs|css|go|java|js|jsx|mjs|cjs|ts|tsx|kt|lua|m|mm|php|pl|pm|py|rb|rs|s|asm|scala|sh|swift"
    r"|vue|wasm|so|dll|dylib|jar|a|lib|exe|tar|gz|zip|ttf|otf|woff2?)",
    re.I,
)
_HEAD = 8 * 1024  # bytes of a file in which it says its licence
_READ = 3000  # heads that are read


def vendored_folders(paths: Iterable[str]) -> list[str]:
    """Return the folders in which parts by others usually lie: "vendor/", "src/third_party/"."""
    return list(dict.fromkeys(match[0] for path in paths if (match := _FOLDER.match(path))))


def own_notices(paths: Iterable[str]) -> list[str]:
    """Return the NOTICE files of parts by others, whose words an Apache licence wants passed on."""
    return [path for path in paths if _FOLDER.match(path) and re.match(r"notice\b", path.rpartition("/")[2], re.I)]


def scan(files: Files, licensed: Callable[[str], bool]) -> Scan:
    """Return the parts that say nothing of their licence.

    A part is a folder or file in one of vendored_folders, two deep for names such as @scope/name. It says its licence
    with a licence file in a folder on the way to its code, or in each file of code. `licensed` tells that a REUSE.toml
    does so for a path.
    """
    paths = [path for path in files.paths if _FOLDER.match(path) and files.sizes.get(path)]
    holders = {path.rpartition("/")[0] + "/" for path in paths if _LICENSE.fullmatch(path.rpartition("/")[2])}
    found: dict[str, list[str]] = {}
    budget = _READ
    for path in paths:
        if not _CODE.fullmatch(path) or any(folder in holders for folder in _folders(path)) or licensed(path):
            continue
        budget -= 1
        if budget < 0:
            break
        if not _SAYS.search((files.read(path) or b"")[:_HEAD]):
            found.setdefault(_part(path), []).append(path)
    unknown = (
        "" if budget >= 0 else f"more than {_READ} files by others have no licence file near them; the rest is unread"
    )
    return Scan(tuple(_proofs(found)), BY, unknown, len(paths))


def _proofs(found: dict[str, list[str]]) -> Iterator[Proof]:
    for part, paths in found.items():
        files = "1 file" if len(paths) == 1 else f"{len(paths)} files"
        what = f"{files} of {part} and nothing that says under which licence"
        yield Proof(what, paths[0], rule="vendored/no-license")


def _folders(path: str) -> Sequence[str]:
    """Return the folders from the vendored one down to the file's."""
    top = _FOLDER.match(path)
    start = len(top[0]) if top else 0
    rest = path[start:].split("/")[:-1]
    return [path[:start], *(path[:start] + "/".join(rest[: n + 1]) + "/" for n in range(len(rest)))]


def _part(path: str) -> str:
    top = _FOLDER.match(path)
    start = len(top[0]) if top else 0
    names = path[start:].split("/")
    deep = 2 if names[0].startswith("@") else 3 if "." in names[0] and len(names) > 3 else 1  # host/owner/name
    return path[:start] + "/".join(names[:deep])
