"""`ospo-init why`: for what reason a file is there, from the lock alone, by whatever name it is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ADA, git
from ospo_init.core.drift import OWNERS
from ospo_init.core.lock import OWNERSHIPS
from ospo_init.edges import yamls
from scenes import composed, made, ospo, ospo_apart, publish, refuses, save, text, untouched

FILES: dict[str, Any] = {
    "README.md": text(),
    "SECURITY.md": text(),
    "CHANGELOG.md": "# Changes\n",
    "docs/guide.md": text(),
    ".gitignore": "x\n",
}
OWNED = {"SECURITY.md": "mandated", "CHANGELOG.md": "seeded"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a house, whose lock knows every kind of row."""
    folder = tmp_path_factory.mktemp("scene")
    house = publish(folder / "house", "v1.0.0", composed(FILES, owned=OWNED))
    project = made(folder / "project", house)
    with_lock(
        project,
        {
            "SECURITY.md": {"rule": "security-1", "layer": "law"},
            "docs/guide.md": {"at": "guide.md"},
            ".gitignore": {"block": True},
            "GONE.md": {"blob": "0" * 40, "ownership": "managed", "absent": True},
            "KEPT.md": {"ownership": "kept"},
        },
    )
    git(project, "mv", "docs/guide.md", "guide.md")
    save(project, {"main.py": "", "docs/own.md": "", "KEPT.md": "mine\n"})
    return project


@pytest.fixture
def project(scene: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scene, tmp_path / "project"))


def with_lock(project: Path, rows: dict[str, dict[str, Any]]) -> None:
    path = project / ".ospo/lock.yml"
    lock = yamls.load(path.read_bytes())
    for name, row in rows.items():
        lock["files"].setdefault(name, {}).update(row)
    path.write_text(yamls.dump(lock))


def why(path: str | Path, cwd: Path, *arguments: str) -> dict[str, Any]:
    done = ospo("why", path, "--json", *arguments, cwd=cwd)
    assert done.code == 0, done.out + done.err
    return dict(done.data)


KNOWN = {
    "README.md": {"ownership": "managed", "at": "README.md", "rule": "", "block": False, "absent": False},
    "SECURITY.md": {"ownership": "mandated", "rule": "security-1", "layer": "law"},
    "CHANGELOG.md": {"ownership": "seeded"},
    "docs/guide.md": {"ownership": "managed", "at": "guide.md"},
    ".gitignore": {"block": True},
    "GONE.md": {"absent": True},
    "KEPT.md": {"ownership": "kept"},
}


@pytest.mark.parametrize("path, expected", KNOWN.items(), ids=KNOWN.keys())
def test_what_the_lock_knows_is_said(scene: Path, path: str, expected: dict[str, Any]) -> None:
    with untouched(scene):
        said, told = why(path, scene), ospo("why", path, cwd=scene).out
    assert said["generated"] and said["path"] == path
    assert {key: said[key] for key in expected} == expected
    assert said["template"]["url"].endswith("/house") and said["template"]["tag"] == "v1.0.0"
    assert said["update"] == OWNERS[said["ownership"]] and said["update"] in told
    for word in (said["rule"], said["layer"], said["at"], *(item["title"] for item in said["items"])):
        assert word in told


def test_every_owner_has_a_sentence() -> None:
    assert set(OWNERS) == set(OWNERSHIPS)


SPELLINGS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "from the project's folder": (".", lambda project: "guide.md"),
    "by the template's name": (".", lambda project: "docs/guide.md"),
    "from a folder below": ("docs", lambda project: "../guide.md"),
    "from the project's folder, standing below": ("docs", lambda project: "guide.md"),
    "with dots": (".", lambda project: "./docs/../guide.md"),
    "with its whole path": ("..", lambda project: f"{project}/guide.md"),
    "from above": ("..", lambda project: "project/guide.md"),
    "the template's name, from above": ("..", lambda project: "project/docs/guide.md"),
}


@pytest.mark.parametrize("where, spelled", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_path_is_found_however_it_is_spelled(project: Path, where: str, spelled: Callable[[Path], str]) -> None:
    said = why(spelled(project), project / where)
    assert (said["path"], said["at"]) == ("docs/guide.md", "guide.md")


@pytest.mark.parametrize("name", [".copier-answers.yml", ".ospo/lock.yml"])
def test_the_records_are_ospo_inits_own(scene: Path, name: str) -> None:
    assert "writes it anew" in why(name, scene)["update"]


@pytest.mark.parametrize("where, name", [(".", "main.py"), ("docs", "own.md"), (".", "docs/own.md")])
def test_what_no_template_made_is_the_projects_own(scene: Path, where: str, name: str) -> None:
    said = why(name, scene / where)
    assert not said["generated"] and said["below"] == []
    assert "no template made it" in ospo("why", name, cwd=scene / where).out


def test_of_a_folder_what_is_generated_in_it_is_said(scene: Path) -> None:
    assert why(".ospo", scene)["below"] == []
    assert why("docs", scene)["below"] == []
    assert "guide.md" in why(".", scene)["below"]


@pytest.mark.parametrize(
    "typed, near", [("SECURTY.md", "SECURITY.md"), ("doc/guide.md", "guide.md"), ("zzz", "status")]
)
def test_what_is_not_there_is_refused_with_the_nearest_name(scene: Path, typed: str, near: str) -> None:
    refuses(ospo("why", typed, cwd=scene), typed, near)


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    refuses(ospo("why", "x", cwd=tmp_path), "not in a git repository")
    git(tmp_path, "init", "--quiet")
    refuses(ospo("why", "x", cwd=tmp_path), "no answers file", "--adopt")


def test_without_a_lock_it_is_not_known(project: Path) -> None:
    (project / ".ospo/lock.yml").unlink()
    refuses(ospo("why", "README.md", cwd=project), "lock.yml", "ospo-init update")


def test_a_project_in_a_folder_of_a_repository(project: Path, tmp_path: Path) -> None:
    top = tmp_path / "mono"
    (top / "services").mkdir(parents=True)
    shutil.rmtree(project / ".git")
    shutil.move(project, top / "services" / "api")
    git(top, "init", "--quiet")
    assert why("services/api/SECURITY.md", top)["rule"] == "security-1"
    assert why("SECURITY.md", top / "services" / "api" / "docs")["rule"] == "security-1"
    refuses(ospo("why", "SECURITY.md", cwd=top), "no answers file")


def test_another_answers_file_has_another_lock(project: Path) -> None:
    answers = (project / ".copier-answers.yml").read_text()
    lock = (project / ".ospo/lock.yml").read_text().replace(".copier-answers.yml", ".copier-answers.other.yml")
    save(project, {".copier-answers.other.yml": answers, ".ospo/lock-other.yml": lock.replace("security-1", "other-2")})
    assert why("SECURITY.md", project)["rule"] == "security-1"
    assert why("SECURITY.md", project, "--answers-file", ".copier-answers.other.yml")["rule"] == "other-2"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the base template."""
    folder = tmp_path_factory.mktemp("base") / "tide"
    done = ospo(
        "new", folder, "--defaults", *(piece for key, value in ADA.items() for piece in ("-d", f"{key}={value}"))
    )
    assert done.code == 0, done.err
    return folder


def test_items_of_the_checklist_have_titles_and_owners(base: Path) -> None:
    said = why("SECURITY.md", base)
    assert [item["id"] for item in said["items"]] == yamls.load((base / ".ospo/lock.yml").read_bytes())["files"][
        "SECURITY.md"
    ]["items"]
    assert "INFRA-06" in [item["id"] for item in said["items"]]
    assert all(item["title"] and item["owner"] for item in said["items"])
    assert said["template"]["only_by_ospo_init"]
    assert "Only ospo-init can update it" in ospo("why", "SECURITY.md", cwd=base).out


def test_a_lock_of_the_first_release_has_no_items_and_the_package_knows_them(base: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(base, tmp_path / "old"))
    lock = yamls.load((old / ".ospo/lock.yml").read_bytes())
    for row in lock["files"].values():
        row.pop("items", None)
    (old / ".ospo/lock.yml").write_text(yamls.dump(lock))
    assert why("SECURITY.md", old)["items"] == why("SECURITY.md", base)["items"] != []
    with_lock(
        old, {"README.md": {"items": ["PLAN-01", "FUTURE-99"]}}
    )  # a lock that has items, some of later checklists
    assert why("SECURITY.md", old)["items"] == []
    assert [item["title"] for item in why("README.md", old)["items"]][1] == ""


def test_it_needs_no_git_and_no_network(base: Path) -> None:
    done = ospo_apart("why", base / "SECURITY.md", PATH="/nonexistent", OSPO_INIT_CACHE=os.devnull)
    assert done.code == 0 and "SECURITY.md" in done.out
