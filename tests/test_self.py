"""This repository carries the files that ospo-init would generate for it."""

from __future__ import annotations

import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import self_apply


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    return self_apply.rendered()


def test_every_generated_file_is_here_and_only_our_own_differ(rendered: dict[str, str]) -> None:
    missing = [path for path in rendered if not (ROOT / path).is_file() and path != "tests/test_about.py"]
    assert missing == []
    theirs = {path: text for path, text in rendered.items() if path not in self_apply.OWN}
    different = [path for path, text in theirs.items() if (ROOT / path).read_text() != text]
    assert different == [], "run python tools/self_apply.py"


def test_what_is_our_own_is_really_different(rendered: dict[str, str]) -> None:
    here = {path: (ROOT / path).read_text() for path in self_apply.OWN if (ROOT / path).is_file()}
    same = [path for path, text in here.items() if rendered.get(path) == text]
    assert same in ([], ["LICENSES/Apache-2.0.txt"])
