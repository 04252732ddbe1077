"""Compare our findings with those of outside judges: `python tools/agree.py [--gitleaks PROGRAM] FOLDER...`

Each FOLDER is a git repository, bare or not, called OWNER+NAME or lying in a folder that is. Its newest commit is
checked out beside, and neither its hooks nor its settings are used. The result goes to tests/data/agreement.json. What
somebody wrote there about a difference is kept as long as the difference is the same; one without a reason is listed.
`python tools/docs.py` makes docs/checks.md of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import agree_judges
from agree_judges import Judge, Said

RECORD = Path(__file__).parent.parent / "tests" / "data" / "agreement.json"
SHOWN = 10  # places of one kind of difference that are recorded; all are counted
Row = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Record the comparison, and return 1 if a difference has no reason yet."""
    parser = argparse.ArgumentParser(prog="python tools/agree.py", description="Compare with outside judges.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--gitleaks", default="", metavar="PROGRAM", help="gitleaks; without it secrets are left out")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE")
    given = parser.parse_args(arguments)
    before = json.loads(given.record.read_text(encoding="utf-8")) if given.record.exists() else {}
    with tempfile.TemporaryDirectory(prefix="agree-") as cache:
        os.environ["OSPO_INIT_CACHE"] = cache
        found = compare(given.folders, agree_judges.judges(given.gitleaks), before)
    given.record.parent.mkdir(parents=True, exist_ok=True)
    given.record.write_text(json.dumps(found, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    unexplained = [(row["name"], *one) for row in found["repositories"] for one in _differences(row)]
    unexplained = [row for row in unexplained if not row[2]["why"]]
    for name, judge, one in unexplained:
        sys.stdout.write(f"{name} {judge}: {one['count']} x {one['ours'] or '-'} | {one['theirs'] or '-'}\n")
        sys.stdout.writelines(f"    {place}\n" for place in one["places"])
    return 1 if unexplained else 0


def compare(folders: Iterable[Path], judges: Sequence[Judge], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record: the judges, the reasons that were given before, and each repository with its differences."""
    known = {row["name"]: row for row in before.get("repositories", ())}
    rows = []
    for folder in sorted(folders, key=lambda folder: _name(folder).lower()):
        sys.stderr.write(f"{_name(folder)}\n")
        rows.append(repository(folder, judges, known.get(_name(folder), {})))
    said = {judge.name: {"title": judge.title, "ours": judge.ours, "theirs": judge.theirs} for judge in judges}
    return {"judges": said, "reasons": before.get("reasons", {}), "repositories": rows}


def repository(folder: Path, judges: Sequence[Judge], before: Mapping[str, Any]) -> Row:
    """Return what the judges said of one repository's newest commit."""
    git = next(place for place in (folder / "repo" / ".git", folder / "repo", folder) if place.is_dir())
    told = before.get("judges", {})
    with tempfile.TemporaryDirectory(prefix="agree-") as scratch:
        top = Path(os.path.realpath(scratch)) / "tree"
        commit = check_out(git, top)
        files = len(agree_judges.lying.listing(top).files)
        found = {judge.name: compared(*judge.hear(top), told.get(judge.name, {})) for judge in judges}
    return {"name": _name(folder), "commit": commit, "files": files, "judges": found}


def check_out(git: Path, top: Path) -> str:
    """Check out the newest commit into a clone of our own, which has no hooks and no settings; return its id.

    A stored copy may lack its largest files; they are absent for both sides.
    """
    _git("clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", str(git.resolve()), str(top))
    _git(
        "-C",
        str(top),
        "-c",
        "core.hooksPath=/dev/null",
        "checkout",
        "--quiet",
        "--force",
        "--detach",
        "HEAD",
        check=False,
    )
    return _git("-C", str(top), "rev-parse", "HEAD").strip()


def compared(ours: Said, theirs: Said, before: Mapping[str, Any]) -> Row:
    """Return how many places both name alike, and the differences, those of one kind together.

    A difference has the reason that was written down for the same words and number before.
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    same = 0
    for place in sorted(ours.keys() | theirs.keys()):
        pair = (ours.get(place, ""), theirs.get(place, ""))
        if pair[0] == pair[1]:
            same += 1
        else:
            kinds.setdefault(pair, []).append(place)
    old = {(row["ours"], row["theirs"], row["count"]): row for row in before.get("differences", ())}
    differences = []
    for pair, places in kinds.items():
        kept = old.get((*pair, len(places)), {})
        row = {"ours": pair[0], "theirs": pair[1], "count": len(places), "places": places[:SHOWN]}
        differences.append({**row, "reason": kept.get("reason", ""), "why": kept.get("why", "")})
    return {"same": same, "differences": differences}


def _differences(row: Row) -> Iterable[tuple[str, Row]]:
    return ((name, one) for name, found in row["judges"].items() for one in found["differences"])


def _name(folder: Path) -> str:
    return folder.resolve().name.replace("+", "/", 1)


def _git(*words: str, check: bool = True) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    own = ["-c", "safe.directory=*", "-c", "protocol.allow=never", "-c", "protocol.file.allow=always"]
    ran = subprocess.run(["git", *own, *words], env=kept | plain, capture_output=True, text=True, check=check)
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
