"""The base through its versions, offline: from every released one to the newest, and through what later ones may do.

Three further versions are composed from changed sources and published on top of the released ones: one renames a file
and adds a question, one narrows a choice and retires a file, one changes a text.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ADA, ROOT, git
from ospo_init.edges.bundles import compose_base, publish
from ospo_init.edges.releases import read_releases

RELEASED = [row["tag"] for row in read_releases(ROOT)]
DRIVER = (
    "import sys; from pathlib import Path; from ospo_init.edges import base;"
    "base.data_file = lambda kind: Path(sys.argv[1]).with_suffix('.' + kind);"
    "from ospo_init.cli.app import run; sys.exit(run(sys.argv[2:]))"
)
QUESTION = """\
chat_url:
  section: community
  role: fact
  type: str
  help: Where do people talk?
  default: ""
"""
Cli = Callable[..., subprocess.CompletedProcess[str]]


def _rename_and_ask(root: Path) -> None:
    layer = root / "templates" / "project" / "{{ layer.base }}"
    text = (layer / "SUPPORT.md.jinja").read_text()
    (layer / "SUPPORT.md.jinja").unlink()
    (layer / "HELP.md.jinja").write_text(text + "{% if chat_url %}\nTalk: {{ chat_url }}\n{% endif %}\n")
    (root / "templates" / "renames.yml").write_text("SUPPORT.md: HELP.md\n")
    community = root / "templates" / "questions" / "community.yml"
    community.write_text(community.read_text() + QUESTION)


def _narrow_and_retire(root: Path) -> None:
    """Take a code of conduct off the list for everybody who has not chosen it; drop a file."""
    community = root / "templates" / "questions" / "community.yml"
    only_who_has_it = (
        "{value: contributor-covenant-2.1, validator: \"{% if code_of_conduct | default('') !="
        " 'contributor-covenant-2.1' %}is no longer offered{% endif %}\"}"
    )
    text = community.read_text().replace(
        "Contributor Covenant 2.1: contributor-covenant-2.1", f"Contributor Covenant 2.1: {only_who_has_it}"
    )
    community.write_text(text)
    (root / "templates" / "project" / "{{ layer.base }}" / ".editorconfig").unlink()


def _reword(root: Path) -> None:
    path = root / "templates" / "project" / "{{ layer.base }}" / "HELP.md.jinja"
    path.write_text("Read the documentation first.\n\n" + path.read_text())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released versions and three more; returned is the path without its ending."""
    root = tmp_path_factory.mktemp("sources")
    for folder in ("templates", "governance_templates"):
        shutil.copytree(ROOT / folder, root / folder)
    old, target = ROOT / "src" / "ospo_init" / "data" / "base.bundle", root / "base"
    for tag, change in (("v90.0.0", _rename_and_ask), ("v91.0.0", _narrow_and_retire), ("v92.0.0", _reword)):
        change(root)
        publish(old, target, tag, compose_base(root))
        old = target.with_suffix(".bundle")
    return target


@pytest.fixture
def cli(bundle: Path) -> Cli:
    """Run the command line with these versions, and no way to a network."""

    def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", DRIVER, str(bundle), *map(str, words)]
        env = os.environ | {"https_proxy": "http://127.0.0.1:9", "GIT_SSH_COMMAND": "false"}
        return subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def project(cli: Cli, tmp_path: Path) -> Callable[..., Path]:
    """Make a project of a version of the base."""

    def make(tag: str, **answers: str) -> Path:
        folder = tmp_path / "tide"
        given = [word for key, value in (ADA | answers).items() for word in ("-d", f"{key}={value}")]
        url = "https://templates.ospo-init.invalid/base.git"
        done = cli("new", folder, "--defaults", f"--house={url}@{tag}", *given)
        assert done.returncode == 0, done.stderr
        git(folder, "config", "user.name", "Ada Example")
        git(folder, "config", "user.email", "ada@example.org")
        return folder

    return make


@pytest.mark.parametrize("tag", [*RELEASED, "v90.0.0", "v91.0.0"])
def test_from_every_version_to_the_newest(cli: Cli, project: Callable[..., Path], tmp_path: Path, tag: str) -> None:
    folder = project(tag, language="python", repository_url="https://github.com/example/tide")
    done = cli("update", "--defaults", "--json", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["template"]["to"] == "v92.0.0"
    git(folder, "commit", "--quiet", "-m", "update")
    fresh = tmp_path / "fresh"
    answers = folder / ".copier-answers.yml"
    assert cli("new", fresh, "--defaults", "--answers", answers).returncode == 0
    ours, theirs = (git(place, "ls-tree", "-r", "HEAD") for place in (folder, fresh))
    # The record was seeded, and is the project's own since.
    own = ("lock.yml", "record.yml")
    without = [line for line in ours.splitlines() if not line.endswith(own)]
    assert without == [line for line in theirs.splitlines() if not line.endswith(own)]
    again = cli("update", "--json", cwd=folder)
    assert again.returncode == 0 and json.loads(again.stdout)["current"] is True


def test_a_renamed_file_carries_what_was_written_here(cli: Cli, project: Callable[..., Path]) -> None:
    folder = project(RELEASED[0])
    text = (folder / "SUPPORT.md").read_text()
    (folder / "SUPPORT.md").write_text(text + "\nWe meet on Fridays.\n")
    git(folder, "commit", "--quiet", "--all", "-m", "ours")
    done = cli("update", "--defaults", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (folder / "SUPPORT.md").exists()
    assert "We meet on Fridays." in (folder / "HELP.md").read_text()
    assert (folder / "HELP.md").read_text().startswith("Read the documentation first.")
    assert "SUPPORT.md → HELP.md" in done.stdout


def test_a_kept_file_stays_kept_under_its_new_name(cli: Cli, project: Callable[..., Path]) -> None:
    folder = project(RELEASED[0])
    assert cli("update", "--keep", "SUPPORT.md", "--to", RELEASED[0], cwd=folder).returncode == 0
    (folder / "SUPPORT.md").write_text("Ours alone.\n")
    git(folder, "commit", "--quiet", "--all", "-m", "ours")
    done = cli("update", "--defaults", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "SUPPORT.md").read_text() == "Ours alone.\n"
    assert not (folder / "HELP.md").exists()
    assert "/HELP.md" in (folder / ".copier-answers.yml").read_text()


def test_a_new_question_is_asked_for(cli: Cli, project: Callable[..., Path]) -> None:
    folder = project(RELEASED[0])
    done = cli("update", cwd=folder)
    assert done.returncode == 2 and "chat_url" in done.stderr
    assert git(folder, "status", "--porcelain") == ""
    done = cli("update", "-d", "chat_url=https://chat.example.org", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Talk: https://chat.example.org" in (folder / "HELP.md").read_text()


def test_a_narrowed_choice_stays_for_who_has_it(cli: Cli, project: Callable[..., Path]) -> None:
    folder = project(RELEASED[0], code_of_conduct="contributor-covenant-2.1")
    before = (folder / "CODE_OF_CONDUCT.md").read_bytes()
    done = cli("update", "--defaults", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "CODE_OF_CONDUCT.md").read_bytes() == before
    git(folder, "commit", "--quiet", "-m", "update")
    done = cli("update", "-d", "code_of_conduct=none", cwd=folder)
    assert done.returncode == 0, done.stderr
    git(folder, "commit", "--quiet", "-m", "none")
    done = cli("update", "--defaults", "-d", "code_of_conduct=contributor-covenant-2.1", cwd=folder)
    assert done.returncode == 2 and "no longer offered" in done.stderr


def test_a_version_that_this_ospo_init_does_not_know(cli: Cli, project: Callable[..., Path]) -> None:
    folder = project("v92.0.0")
    done = subprocess.run(
        [sys.executable, "-m", "ospo_init", "update", "-d", "roadmap=A map"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or "Upgrade ospo-init" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
