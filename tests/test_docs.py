"""The documents: what is derived equals its source, and links lead somewhere."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import docs

DOCUMENTS = sorted(path for path in ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))
DOCUMENTS += [ROOT / "governance_templates" / "README.md", ROOT / "examples" / "houses" / "README.md"]


@pytest.fixture(scope="module")
def derived() -> dict[str, str]:
    return docs.derived()


DERIVED = ["README.md", *(f"docs/{name}.md" for name in ("cli", "questions", "update", "attacks", "house"))]


@pytest.mark.parametrize("path", DERIVED)
def test_derived_documents_are_up_to_date(path: str, derived: dict[str, str]) -> None:
    assert (ROOT / path).read_text() == derived[path], "run python tools/docs.py"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_readme_names_the_commands_that_ci_runs() -> None:
    commands = re.findall(r"^\$ (python3 -m venv .venv && .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(commands) == 2
    assert [command for command in commands if "pytest" in command]
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


def test_every_document_speaks_of_the_project_alone() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org"]
    for path in [*DOCUMENTS, *sorted((ROOT / "templates").rglob("*")), *sorted((ROOT / "src").rglob("*.py"))]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [host for host in hosts if host in text], path


def test_versions_agree() -> None:
    from ospo_init import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["version"]["path"] == "src/ospo_init/__init__.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
