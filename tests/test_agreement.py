"""Agreement with outside judges: the record, the page made of it, and the harness on repositories made on the spot."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, git
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.licensing.identity import license_files
from ospo_init.edges import license_scans

sys.path.insert(0, str(ROOT / "tools"))
import agree
import agree_judges
import docs_checks

RECORD = json.loads(docs_checks.RECORD.read_text(encoding="utf-8"))
ROWS = [(row["name"], judge, one) for row in RECORD["repositories"] for judge, one in agree._differences(row)]
KEY = "AKIA" + "QWERTYUIOPASDFGH"
PINNED = f"actions/checkout@{'0123456789' * 4}"
TAGS = "# SPDX-FileCopyrightText: 2026 Ada Example\n# SPDX-License-" + "Identifier: MIT\n"
FLOW = """on: push
permissions: {{}}
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: {uses}
"""
GITLEAKS = """#!/bin/sh
[ "$1" = version ] && {{ echo 8.99.0; exit; }}
top=$2
while [ "$1" != --report-path ]; do shift; done
cat > "$2" <<END
[{{"File": "$top/a.txt", "StartLine": 2, "RuleID": "their-name"}},
 {{"File": "$top/b.txt", "StartLine": 1, "RuleID": "guess"}}]
END
[ -e "$top/.gitleaksignore" ] && exit 1 || exit 0
"""


def test_the_record_is_about_many_repositories_and_all_four_matters() -> None:
    names = [row["name"] for row in RECORD["repositories"]]
    assert len(names) >= 30
    assert names == sorted(set(names), key=str.lower)
    assert list(RECORD["judges"]) == ["licence", "reuse", "pins", "secrets"]
    for row in RECORD["repositories"]:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", row["name"])
        assert re.fullmatch(r"[0-9a-f]{40}", row["commit"])
        assert row["files"] > 1
        assert row["judges"].keys() == RECORD["judges"].keys()
    for judge in RECORD["judges"]:
        assert sum(row["judges"][judge]["same"] for row in RECORD["repositories"]) >= 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{row[2]['ours']}-{row[2]['theirs']}")
def test_every_difference_has_a_reason(row: tuple[str, str, Mapping[str, Any]]) -> None:
    _, judge, one = row
    assert one["ours"] != one["theirs"]
    assert one["reason"] in RECORD["reasons"][judge]
    assert one["why"].endswith(".")
    assert 1 <= len(one["places"]) == min(one["count"], agree.SHOWN)


def test_every_reason_is_used() -> None:
    used = {(judge, one["reason"]) for _, judge, one in ROWS}
    assert used == {(judge, reason) for judge, reasons in RECORD["reasons"].items() for reason in reasons}


def test_the_page_is_the_rendering_of_the_record() -> None:
    assert (ROOT / "docs" / "checks.md").read_text() == docs_checks.document(), "run python tools/docs.py"


def test_the_record_names_no_machine() -> None:
    text = docs_checks.RECORD.read_text()
    assert not re.search(r"/(?:work|tmp|home|root|Users)/|agree-", text)


def _made(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all", "--force")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "one")
    return folder


def _mit() -> str:
    return license_scans.known_texts()["MIT"].split("\f")[0]


def test_both_sides_agree_on_a_repository_that_is_in_order(tmp_path: Path) -> None:
    flow = TAGS + FLOW.format(uses=PINNED)
    files = {"LICENSES/MIT.txt": _mit(), "LICENSE": _mit(), ".github/workflows/one.yml": flow, "a.py": TAGS}
    folder = _made(tmp_path / "o+clean", files)
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    row = agree.repository(folder, agree_judges.judges(""), {})
    assert row["name"] == "o/clean"
    assert row["commit"] == git(folder, "rev-parse", "HEAD").strip()
    assert row["files"] == 4
    assert row["judges"] == {
        "licence": {"same": 2, "differences": []},
        "reuse": {"same": 0, "differences": []},
        "pins": {"same": 0, "differences": []},
    }
    assert not (tmp_path / "ran").exists()


def test_both_sides_find_the_same_faults(tmp_path: Path) -> None:
    files = {"LICENSE": _mit(), ".github/workflows/one.yml": FLOW.format(uses="actions/checkout@v4")}
    files |= {"LICENSES/Zlib.txt": _mit(), "a.py": TAGS.replace("MIT", "MIT AND AND")}
    row = agree.repository(_made(tmp_path / "o+wrong", files), agree_judges.judges(""), {})
    assert row["judges"]["licence"] == {"same": 2, "differences": []}
    assert row["judges"]["pins"] == {"same": 1, "differences": []}
    assert row["judges"]["reuse"]["same"] >= 4
    assert row["judges"]["reuse"]["differences"] == []


def test_secrets_are_compared_by_line_whatever_the_rules_are_called(tmp_path: Path) -> None:
    files = {"a.txt": f"one\n{KEY}\n", "b.txt": "one\n", "c.txt": f"{KEY}\n", ".gitleaksignore": "a.txt:x:2\n"}
    folder = _made(tmp_path / "o+secret", files)
    program = tmp_path / "gitleaks"
    program.write_text(GITLEAKS.format())
    program.chmod(0o755)
    judges = [judge for judge in agree_judges.judges(str(program)) if judge.name == "secrets"]
    assert judges[0].theirs == "gitleaks 8.99.0"
    found = agree.repository(folder, judges, {})["judges"]["secrets"]
    assert found["same"] == 1
    assert [(one["ours"], one["theirs"], one["places"]) for one in found["differences"]] == [
        ("", "guess", ["b.txt:1"]),
        ("aws-key", "", ["c.txt:1"]),
    ]


def test_a_reason_is_kept_as_long_as_the_difference_is_the_same() -> None:
    before = {"differences": [{"ours": "A", "theirs": "", "count": 1, "places": ["x"], "reason": "r", "why": "W."}]}
    kept = agree.compared({"x": "A", "y": "B"}, {"y": "B"}, before)
    assert kept == {"same": 1, "differences": before["differences"]}
    grown = agree.compared({"x": "A", "z": "A"}, {}, before)["differences"]
    assert [(one["count"], one["reason"], one["why"]) for one in grown] == [(2, "", "")]


def test_a_difference_without_a_reason_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _made(tmp_path / "o+several", {"LICENSE": "Two licences.\n\n" * 200 + _mit()})
    record = tmp_path / "record.json"
    assert agree.main(["--record", str(record), str(folder)]) == 1
    assert "o/several licence: 1 x MIT (inside) | -" in capsys.readouterr().out
    data = json.loads(record.read_text())
    for _, one in agree._differences(data["repositories"][0]):
        one.update(reason="longer", why="It holds more.")
    record.write_text(json.dumps(data))
    assert agree.main(["--record", str(record), str(folder)]) == 0


def test_of_several_licences_in_one_file_the_first_is_named() -> None:
    """The comparison showed it: a project's own MIT stood above the BSD of its parts, and the longer one was named."""
    known = license_scans.known_texts()
    own, part = (known[spdx_id].split("\f")[0] for spdx_id in ("MIT", "BSD-2-Clause"))
    for text, first in ((f"{own}\n\nParts:\n\n{part}", "MIT"), (f"{part}\n\nParts:\n\n{own}", "BSD-2-Clause")):
        rows = license_files(Repository(("LICENSE",), {"LICENSE": text}, licenses=known))
        assert [(row.how, row.ids) for row in rows] == [("inside", (first,))]
