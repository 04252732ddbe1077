"""Our renderer against Copier, the reference: the same answers must give the same bytes, modes and recorded answers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import copier
import pytest

import matrix
from conftest import answers_of, read_tree

VERSION = "v9.9.9"
NO_SETTINGS = copier.Settings()  # none of the machine's
# Set it to a seed that a failed test printed, to see the same random answers again.
SEED = int(os.environ.get("OSPO_INIT_SEED") or random.SystemRandom().randrange(2**32))
# Words for answers made at random: what YAML, Jinja, Markdown, the shell and file systems each read in their own way.
# fmt: off
WORDS = (
    *("{{ 7 * 7 }}", "{% raw %}", "{# x #}", "${{ secrets.TOKEN }}", "$(id)", "`id`"),
    *("%s", "\\", "\\n", "'", '"', "''"),
    *("- a", "a: b", "# c", "*d*", "_e_", "| f |", "[g](h)", "<i>"),
    *("&amp;", "~", "null", "yes", "0x1f", "1e3", "12:30"),
    *("!tag", "&anchor", "*alias", "%YAML", "---", "...", "? q", "@at"),
    *("{}", "[]", "=", "<<", ">-", "|+", "2026-01-01"),
    *("Ünï", "漢字", "😀", "עברית", "\u202e", "\u200f"),
    *("\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\U0010ffff"),
    *("\n", "\n\n", " ", "  ", "x" * 90, "word", "two words", "END.", "\u00a0", "e\u0301"),
)
# fmt: on


def render_with_copier(template: Path, folder: Path, given: dict[str, Any]) -> matrix.Project:
    """Return what `copier copy` makes of the answers."""
    files = read_copy(template, folder, given)
    modes = {path: "100755" if (folder / path).stat().st_mode & 0o100 else "100644" for path in files}
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    recorded = {key: value for key, value in answers_of(folder).items() if not key.startswith("_")}
    return matrix.Project({}, recorded, files, modes, {})


def render_ourselves(template: Path, given: dict[str, Any]) -> matrix.Project:
    """Return what our renderer makes of the answers, for a template at the same address."""
    reply, tree = matrix.engine().render(given, {}, {"_commit": VERSION, "_src_path": str(template)})
    return matrix.Project(
        reply["values"],
        reply["recorded"],
        {path: file.data for path, file in tree.items()},
        {path: file.mode for path, file in tree.items()},
        reply["sources"],
    )


def difference(ours: matrix.Project, copiers: matrix.Project) -> list[str]:
    """Return the paths that differ, in any way."""
    paths = {*ours.files, *copiers.files}
    return sorted(
        path
        for path in paths
        if ours.files.get(path) != copiers.files.get(path) or ours.modes.get(path) != copiers.modes.get(path)
    )


@pytest.mark.parametrize("row", matrix.ROWS, ids=matrix.name)
def test_the_renderer_equals_copier(copier_template: Path, tmp_path: Path, row: dict[str, str]) -> None:
    given = matrix.answers(row)
    ours, copiers = render_ourselves(copier_template, given), render_with_copier(copier_template, tmp_path / "p", given)
    assert difference(ours, copiers) == []
    assert ours.recorded == copiers.recorded
    assert ".copier-answers.yml" in ours.files
    assert len(ours.files) > 15


@pytest.mark.parametrize("number", range(10))
def test_the_renderer_equals_copier_for_answers_made_at_random(
    copier_template: Path, tmp_path: Path, number: int
) -> None:
    """Hostile words in every text, and choices in combinations that no row has."""
    print(f"replay with OSPO_INIT_SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails
    given = random_answers(random.Random(f"{SEED}/{number}"))
    ours, copiers = render_ourselves(copier_template, given), render_with_copier(copier_template, tmp_path / "p", given)
    assert difference(ours, copiers) == []
    assert ours.recorded == copiers.recorded


def random_answers(dice: random.Random) -> dict[str, Any]:
    """Return answers to most questions: choices at random, and texts made of words that something reads as a mark."""
    given: dict[str, Any] = {}
    for row in matrix.engine().resolve({}, {})["rows"]:
        key = row["key"]
        if dice.random() < 0.2:
            continue
        if row["choices"]:
            given[key] = dice.choice(row["choices"])[0]
        elif key in matrix.EVERYTHING and key not in TEXTS:
            given[key] = matrix.EVERYTHING[key]
        elif key in TEXTS:
            words = [dice.choice(WORDS) for _ in range(dice.randrange(1, 12))]
            given[key] = dice.choice(["", " "]).join(words)
    problems = matrix.engine().resolve(given, {})["rows"]
    return {key: value for key, value in given.items() if not any(r["problem"] for r in problems if r["key"] == key)}


TEXTS = ("project_name", "description", "problem", "audience", "alternatives", "sponsor", "roadmap", "maintainer_name")
TEXTS += ("copyright_holder", "trademark_owner")


def test_a_seed_gives_the_same_answers_again() -> None:
    first, again = (random_answers(random.Random("4711/0")) for _ in range(2))
    assert first == again
    assert len(first) > 15


def test_plain_copier_with_no_answer_at_all(copier_template: Path, tmp_path: Path) -> None:
    """The command line of Copier, as people type it."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--quiet", str(copier_template), "made"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    ours = render_ourselves(copier_template, {})
    assert read_tree(tmp_path / "made") == ours.files
    recorded = answers_of(tmp_path / "made")
    assert recorded == {"_commit": VERSION, "_src_path": str(copier_template), **ours.recorded}
    assert recorded["project_name"] == recorded["maintainer_email"] == ""


@pytest.mark.parametrize("facts", ["nothing", "everything"])
@pytest.mark.parametrize(
    "hides",
    [
        {"kind": "documentation", "language": "python"},
        {"code_of_conduct": "none", "conduct_contact": "conduct@example.org"},
        {"inbound": "cla", "cla_url": "https://example.org/cla"},
        {"inbound": "dco", "cla_url": "https://example.org/cla"},
    ],
    ids="-".join,
)
def test_hidden_questions_are_recorded_by_neither(
    copier_template: Path, tmp_path: Path, facts: str, hides: dict[str, str]
) -> None:
    """An answer to a question that other answers hide is not recorded, and works in the same way."""
    given = {**matrix.FACTS[facts], **hides}
    ours, copiers = render_ourselves(copier_template, given), render_with_copier(copier_template, tmp_path / "p", given)
    assert difference(ours, copiers) == []
    assert ours.recorded == copiers.recorded
    assert (list(hides)[1] in ours.recorded) == (given.get("inbound") == "cla")


@pytest.mark.parametrize(
    ("kept", "gone"),
    [
        (["/NOTICE"], ["NOTICE"]),
        (["/LICENSE"], ["LICENSE"]),  # and not LICENSES
        (["/.github/ISSUE_TEMPLATE", "/CODE.md"], ["bug_report.yml", "config.yml", "proposal.yml"]),
        (["/LICENSES/", "/NOTICE/"], ["Apache-2.0.txt"]),
        (["/.ospo/**", "/docs/**"], ["checks.py", "record.yml", "requirements-build.txt", "requirements.txt"]),
        ([r"/\#\!\*\?\[x\]", r"/a\ b", "/.copier-answers.yml"], [".copier-answers.yml"]),
    ],
    ids=" ".join,
)
def test_what_a_project_keeps_as_its_own_is_left_out(
    copier_template: Path, tmp_path: Path, kept: list[str], gone: list[str]
) -> None:
    given = {"kept": kept, "forge": "github"}
    everything = render_ourselves(copier_template, {"forge": "github"})
    ours, copiers = render_ourselves(copier_template, given), read_copy(copier_template, tmp_path / "p", given)
    assert ours.files == copiers
    assert sorted(Path(path).name for path in {*everything.files} - {*ours.files}) == gone


def read_copy(template: Path, folder: Path, given: dict[str, Any]) -> dict[str, bytes]:
    """Return the files that Copier writes, also where the answers file is none of them."""
    copier.run_copy(str(template), folder, data=given, vcs_ref=VERSION, defaults=True, quiet=True, settings=NO_SETTINGS)
    return read_tree(folder)


def test_what_the_machine_knows_enters_as_a_default(copier_template: Path, tmp_path: Path) -> None:
    """A fact of the machine is recorded as if it had been given, and an answer wins over it."""
    machine = {"maintainer_name": "Ada Example", "repository_url": "https://github.com/example/x", "project_name": "x"}
    ours = matrix.engine().resolve({"project_name": "y"}, machine)["recorded"]
    theirs = render_with_copier(copier_template, tmp_path / "p", {**machine, "project_name": "y"}).recorded
    assert ours == theirs
    assert (ours["project_name"], ours["forge"]) == ("y", "github")


def test_a_difference_is_seen(copier_template: Path, tmp_path: Path) -> None:
    given = {"project_name": "x"}
    ours, copiers = render_ourselves(copier_template, given), render_with_copier(copier_template, tmp_path / "p", given)
    assert difference(ours, copiers) == []
    changed = {**copiers.files, "README.md": b"x"}
    assert difference(ours, matrix.Project({}, {}, changed, copiers.modes, {})) == ["README.md"]
    modes = {**copiers.modes, "LICENSE": "100755"}
    assert difference(ours, matrix.Project({}, {}, copiers.files, modes, {})) == ["LICENSE"]
    fewer = {path: data for path, data in copiers.files.items() if path != "NOTICE"}
    assert difference(ours, matrix.Project({}, {}, fewer, copiers.modes, {})) == ["NOTICE"]
