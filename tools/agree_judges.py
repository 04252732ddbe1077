"""What we say of a repository and what an outside judge says of it, in the same terms, so that both can be compared."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ospo_init.core.checking import workflows
from ospo_init.core.checking.model import Seen
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring.licensing import is_license_file
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.inferring.texts import LONGEST, clean
from ospo_init.core.licensing.identity import Identified, license_files
from ospo_init.edges import license_scans, lying, scanning
from ospo_init.errors import OspoInitError

Said = Mapping[str, str]  # what is said, by where ("path", "path:line", "rule path")
SURE = 0.9  # askalono's own threshold: a text that is less alike is no text that it knows
NOTHING = ""
_BIN = Path(sys.executable).parent
_SAME_TEXT = re.compile(r"-(?:only|or-later|no-invariants|no-RFN|RFN)\b.*")
_COUNT = re.compile(r"under (\S+), and LICENSES/")
_BESIDES = re.compile(r"\.gitleaks(?:ignore|\.toml)")
_DEFAULTS = "[extend]\nuseDefault = true\n"


@dataclass(frozen=True)
class Judge:
    """One matter: its name, a title, what both sides are, and how to hear them about a work tree.

    `hear` returns ours and theirs. Places at which both say the same hold equal words in both.
    """

    name: str
    title: str
    ours: str
    theirs: str
    hear: Callable[[Path], tuple[Said, Said]]


def judges(gitleaks: str) -> list[Judge]:
    """Return the judges that can be had here; `gitleaks` is the path of that program, '' for none."""
    askalono = f"askalono (pyaskalono {version('pyaskalono')})"
    zizmor = f"zizmor {version('zizmor')}, unpinned-uses"
    found = [
        Judge("licence", "licence identity", "the text of each licence file", askalono, _licence),
        Judge("reuse", "REUSE", "REUSE 3.3, read by ourselves", f"reuse {version('reuse')}", _reuse),
        Judge("pins", "workflow pins", "rule pinned-actions", zizmor, _pins),
    ]
    if gitleaks:
        number = _run([gitleaks, "version"], Path("/")).strip()
        ours = f"detect-secrets {version('detect-secrets')}, forms only"
        found.append(Judge("secrets", "secrets", ours, f"gitleaks {number}", functools.partial(_secrets, gitleaks)))
    return found


def _licence(top: Path) -> tuple[Said, Said]:
    """Name the text of each licence file: the id, without what one text has in common (-only, -or-later)."""
    import askalono  # type: ignore[import-not-found, unused-ignore]

    paths = lying.listing(top).files
    texts = {path: _text(top, path) for path in paths if is_license_file(path)}
    ours, theirs = {}, {}
    for file in license_files(Repository(paths, texts, licenses=license_scans.known_texts())):
        found = askalono.identify(texts[file.path]) if file.how != "unread" else None
        theirs[file.path] = _SAME_TEXT.sub("", found.name) if found and found.score >= SURE else NOTHING
        ids = {_SAME_TEXT.sub("", spdx_id) for spdx_id in file.ids}
        ours[file.path] = theirs[file.path] if _names(file) and theirs[file.path] in ids else _shown(file)
    return ours, theirs


def _text(top: Path, path: str) -> str:
    return clean((lying.read(top, path, LONGEST) or b"").decode("utf-8", "replace"))


def _names(file: Identified) -> bool:
    return file.how in ("whole", "changed", "inside")


def _shown(file: Identified) -> str:
    """Say what we found: the id, and how, where it is not the whole text."""
    if not _names(file):
        return NOTHING
    return _SAME_TEXT.sub("", file.name) + ("" if file.how == "whole" else f" ({file.how})")


def _reuse(top: Path) -> tuple[Said, Said]:
    listing = lying.listing(top)
    read = functools.partial(license_scans.head, top, listing.sizes)
    scan = license_scans.reuse_scan(listing.files, listing.sizes, read)
    ours = {}
    for row in scan.findings:
        rule = row.rule.removeprefix("reuse/")
        named = _COUNT.search(row.what)
        subject = named[1] if named and rule == "missing-license-text" else row.path
        ours[f"{rule} {subject}"] = rule
    printed = _run([_program("reuse"), "lint", "--json"], top)
    try:
        told = json.loads(printed)
    except ValueError:
        return ours, {"bad-configuration": "the tool stopped"}
    return ours, {f"{rule} {subject}": rule for rule, subject in _reuse_rows(told["non_compliant"], told["files"])}


def _reuse_rows(told: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    said = (row for file in files for row in file["spdx_expressions"])
    lists = {
        "no-license": told["missing_licensing_info"],
        "no-copyright": told["missing_copyright_info"],
        "missing-license-text": told["missing_licenses"],
        "invalid-expression": {row["source"] for row in said if not row["is_valid"]},
    }
    for rule, subjects in lists.items():
        yield from ((rule, subject) for subject in subjects)
    for spdx_id in told["unused_licenses"]:
        yield "unused-license", f"LICENSES/{spdx_id}.txt"
    texts = {"bad-license": told["bad_licenses"], "deprecated-license": told["deprecated_licenses"]}
    texts["no-extension"] = told["licenses_without_extension"]
    for rule, ids in texts.items():
        for spdx_id in ids:
            yield rule, f"LICENSES/{spdx_id}" + ("" if rule == "no-extension" else ".txt")


def _pins(top: Path) -> tuple[Said, Said]:
    listing = lying.listing(top)
    texts = {path: _text(top, path) for path in listing.files if path.startswith((".github/", ".forgejo/", ".gitea/"))}
    seen = Seen(Repository(listing.files, texts), Facts({}, ()))
    rows = (row for flow in workflows.github(seen) for row in workflows.unpinned(flow))  # all, not the first twenty
    ours = {f"{row.path}:{row.line}": "unpinned" for row in rows}
    words = ["--offline", "--no-config", "--no-ignores", "--no-exit-codes", "--no-progress", "--format", "json"]
    elsewhere = [str(top / flow.path) for flow in workflows.github(seen) if not flow.path.startswith(".github/")]
    printed = _run([_program("zizmor"), *words, str(top), *elsewhere], top)
    theirs = {}
    for found in json.loads(printed or "[]"):
        if found["ident"] == "unpinned-uses":
            theirs.update(dict.fromkeys(_places(found, top), "unpinned"))
    return ours, theirs


def _places(found: Mapping[str, Any], top: Path) -> Iterable[str]:
    for row in found["locations"]:
        if row["symbolic"]["kind"] == "Primary":
            key = row["symbolic"]["key"]["Local"]
            path = _relative(key["verbatim_path"], top)
            yield f"{path}:{row['concrete']['location']['start_point']['row'] + 1}"


def _secrets(program: str, top: Path) -> tuple[Said, Said]:
    """Compare by line. Ours is detect-secrets, and neither side obeys what the repository says it should pass over."""
    names = frozenset(["secrets"])
    scan = scanning.scan(scanning.Request(top, names, history=False), lambda *_: None)["secrets"]
    if not scan.by.startswith("detect-secrets"):
        raise OspoInitError("gitleaks is on the PATH, so that both sides would be gitleaks; take it off.")
    ours = {f"{row.path}:{row.line}": row.rule.removeprefix("secrets/") for row in scan.findings}
    for item in top.iterdir():
        if _BESIDES.fullmatch(item.name):
            item.unlink()
    theirs = {}
    with tempfile.TemporaryDirectory() as folder:
        report, config = Path(folder, "report.json"), Path(folder, "config.toml")
        config.write_text(_DEFAULTS)
        words = ["--no-banner", "--redact", "--exit-code", "0", "--log-level", "error", "--config", str(config)]
        _run([program, "dir", str(top), *words, "--report-format", "json", "--report-path", str(report)], Path(folder))
        for row in json.loads(report.read_bytes() or b"[]"):
            theirs[f"{_relative(row['File'], top)}:{row['StartLine']}"] = row["RuleID"]
    both = ours.keys() & theirs.keys()
    return ours | {place: theirs[place] for place in both}, theirs


def _relative(name: str, top: Path) -> str:
    path = Path(name)
    return (path.relative_to(top) if path.is_absolute() else path).as_posix()


def _program(name: str) -> str:
    beside = _BIN / name
    return str(beside) if beside.exists() else name


def _run(words: list[str], folder: Path) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(words, cwd=folder, env=kept | plain, capture_output=True, timeout=900, check=False)
    return ran.stdout.decode("utf-8", "surrogateescape")
