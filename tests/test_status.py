"""`ospo-init status`: how each file stands, whether an update would change it, and that looking changes nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import ADA, git
from foreign import WHO, Link
from ospo_init.commands import looking
from ospo_init.commands.status import short
from ospo_init.core import checklist, lock, origin
from ospo_init.core.blobs import blob_id
from ospo_init.core.drift import STATES
from ospo_init.core.drift_report import lines
from ospo_init.core.lines import with_block
from ospo_init.edges import at_once, worktree, yamls
from ospo_init.edges import project as project_edge
from scenes import KEPT, NAME, Done, composed, made, ospo, ospo_apart, publish, refuses, save, text, untouched, updated

FILES: Mapping[str, Any] = {
    "README.md.jinja": "# {{ name }}\n" + text(),
    "SECURITY.md": text(),
    "CHANGELOG.md": "# Changes\n",
    "docs/guide.md": text(),
    "docs/link": Link("guide.md"),
}
OWNED = {"SECURITY.md": "mandated", "CHANGELOG.md": "seeded"}
MARKED = "<<<<<<< yours\na\n=======\nb\n>>>>>>> theirs\n"
Act = Callable[[Path], object]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a house at v1.0.0, and a project of it."""
    folder = tmp_path_factory.mktemp("scene")
    publish(folder / "house", "v1.0.0", composed(FILES, owned=OWNED))
    made(folder / "project", folder / "house")
    return folder


@pytest.fixture
def house(scene: Path, tmp_path: Path) -> Path:
    """A house of the test's own, at the address that the project knows: it is put back afterwards."""
    kept = tmp_path / "kept"
    shutil.copytree(scene / "house", kept, symlinks=True)
    yield scene / "house"
    shutil.rmtree(scene / "house", ignore_errors=True)
    shutil.copytree(kept, scene / "house", symlinks=True)


@pytest.fixture
def project(scene: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scene / "project", tmp_path / "project", symlinks=True))


def status(place: Path, *arguments: str, code: int = 0, **env: str) -> dict[str, Any]:
    """Return what --json says; the exit code must be `code`."""
    done = ospo("status", place, "--json", *arguments, **env)
    assert done.code == code, done.out + done.err
    return dict(done.data)


def states(said: Mapping[str, Any]) -> dict[str, str]:
    """Return the files that are not simply as generated."""
    return {row["path"]: row["state"] for row in said["files"] if row["state"] != "generated"}


def write(path: str, content: str | bytes) -> Act:
    data = content.encode() if isinstance(content, str) else content
    return lambda project: (project / path).write_bytes(data)


def remove(path: str) -> Act:
    return lambda project: (project / path).unlink()


def committed(*acts: Act) -> Act:
    def act(project: Path) -> None:
        for one in acts:
            one(project)
        save(project)

    return act


def renamed(old: str, new: str) -> Act:
    def act(project: Path) -> None:
        (project / new).parent.mkdir(exist_ok=True)
        git(project, "mv", old, new)

    return act


def with_crlf(project: Path) -> None:
    for path in ("README.md", "SECURITY.md", ".copier-answers.yml"):
        (project / path).write_bytes((project / path).read_bytes().replace(b"\n", b"\r\n"))


def replaced_by_pipe(project: Path) -> None:
    (project / "docs/guide.md").unlink()
    os.mkfifo(project / "docs/guide.md")


class Case(NamedTuple):
    """What is done to a fresh project, how its files stand then (besides the seeded one), and the exit code."""

    act: Act
    expected: Mapping[str, str]
    code: int = 0


STANDING = {
    "nothing was touched": Case(lambda project: None, {}),
    "a managed file is edited": Case(write("README.md", "mine\n"), {"README.md": "adapted"}),
    "a managed file is edited and committed": Case(committed(write("README.md", "mine\n")), {"README.md": "adapted"}),
    "a mandated file is edited": Case(write("SECURITY.md", "mine\n"), {"SECURITY.md": "edited"}, 1),
    "a mandated file is deleted": Case(remove("SECURITY.md"), {"SECURITY.md": "missing"}, 1),
    "a mandated file is deleted and committed": Case(committed(remove("SECURITY.md")), {"SECURITY.md": "missing"}, 1),
    "a mandated file is moved": Case(committed(renamed("SECURITY.md", "docs/SECURITY.md")), {"SECURITY.md": "moved"}),
    "a mandated file is moved and edited": Case(
        committed(renamed("SECURITY.md", "docs/S.md"), write("docs/S.md", text({3: "mine"}))),
        {"SECURITY.md": "edited"},
        1,
    ),
    "a managed file is deleted": Case(remove("docs/guide.md"), {"docs/guide.md": "deleted"}),
    "a folder of managed files is deleted": Case(
        lambda project: shutil.rmtree(project / "docs"), {"docs/guide.md": "deleted", "docs/link": "deleted"}
    ),
    "the seeded file is edited": Case(write("CHANGELOG.md", "mine\n"), {}),
    "the seeded file is deleted": Case(remove("CHANGELOG.md"), {"CHANGELOG.md": "deleted"}),
    "files of the project's own": Case(write("main.py", MARKED), {}),
    "all line ends are CRLF": Case(with_crlf, {}),
    "a conflict is unresolved": Case(write("README.md", f"a\n{MARKED}"), {"README.md": "conflict"}, 1),
    "half a conflict is no conflict": Case(write("README.md", "=======\n>>>>>>> x\n"), {"README.md": "adapted"}),
    "a link points elsewhere": Case(
        lambda project: (remove("docs/link")(project), (project / "docs/link").symlink_to("/dev/zero")),
        {"docs/link": "adapted"},
    ),
    "a link stands where a file was": Case(
        lambda project: (remove("README.md")(project), (project / "README.md").symlink_to("docs/guide.md")),
        {"README.md": "adapted"},
    ),
    "a folder stands where a file was": Case(
        lambda project: (remove("README.md")(project), (project / "README.md").mkdir()), {"README.md": "deleted"}
    ),
    "a pipe stands where a file was": Case(replaced_by_pipe, {"docs/guide.md": "deleted"}),
}


@pytest.mark.parametrize("case", STANDING.values(), ids=STANDING.keys())
def test_how_files_stand(project: Path, case: Case) -> None:
    case.act(project)
    said = status(project, code=case.code)
    assert states(said) == {"CHANGELOG.md": "seeded", **case.expected}
    assert said["up_to_date"] is (case.code == 0)
    assert [row["path"] for row in said["files"] if row["finding"]] == (list(case.expected) if case.code else [])
    assert sum(said["counts"].values()) == len(said["files"]) == 6
    assert said["unknown"] == ""


def next_house(house: Path, files: Mapping[str, Any], gone: tuple[str, ...] = (), **more: Any) -> None:
    kept = {path: content for path, content in FILES.items() if path not in gone}
    publish(house, "v1.1.0", composed({**kept, **files}, owned=OWNED, **more))


NEWER = {
    "the template changed a file": ({"docs/guide.md": text({2: "new"})}, (), {"docs/guide.md": "outdated"}),
    "the template changed a mandated file": ({"SECURITY.md": text({2: "new"})}, (), {"SECURITY.md": "outdated"}),
    "the template has a new file": ({"docs/more.md": "more\n"}, (), {"docs/more.md": "new"}),
    "the template dropped a file": ({}, ("docs/guide.md",), {"docs/guide.md": "retired"}),
    "the template renamed a file": (
        {"docs/manual.md": text()},
        ("docs/guide.md",),
        {"docs/guide.md": "outdated"},
    ),
    "the template changed the seeded file": ({"CHANGELOG.md": "other\n"}, (), {}),
    "nothing changed": ({}, (), {}),
}


@pytest.mark.parametrize("files, gone, expected", NEWER.values(), ids=NEWER.keys())
def test_a_newer_version_is_judged_by_what_it_would_change(
    project: Path, house: Path, files: Mapping[str, Any], gone: tuple[str, ...], expected: Mapping[str, str]
) -> None:
    next_house(house, files, gone)
    with untouched(project, house):
        said = status(project, code=1 if expected else 0)
    assert states(said) == {"CHANGELOG.md": "seeded", **expected}
    assert said["up_to_date"] is (not expected)
    assert (said["template"]["tag"], said["template"]["newest"]) == ("v1.0.0", "v1.1.0")
    assert any(step == "ospo-init update" for step in said["next"]) is bool(expected)
    # and it is so: what was told is what an update does, and then nothing is left
    done = updated(project)
    assert {row.get("from", row["path"]) for row in done["files"] if row["what"] != "deleted"} == set(expected)
    save(project)
    assert set(states(status(project))) == {"CHANGELOG.md"}


def test_a_version_that_changes_nothing_here_is_told_as_that(project: Path, house: Path) -> None:
    next_house(house, {})
    assert "Up to date: v1.1.0 exists, and changes no file here." in ospo("status", project).out


def test_edits_on_both_sides(project: Path, house: Path) -> None:
    save(project, {"docs/guide.md": text({9: "mine"}), "README.md": "# Tide\n" + text({3: "mine"})})
    next_house(house, {"docs/guide.md": text({2: "new"}), "README.md.jinja": "# {{ name }}\n" + text({3: "theirs"})})
    said = status(project, code=1)
    found = {row["path"]: (row["state"], row["update"]) for row in said["files"] if row["finding"]}
    assert found == {"docs/guide.md": ("outdated", "merged"), "README.md": ("outdated", "conflict")}
    assert "ends in a conflict" in ospo("status", project).out


def test_an_edited_mandated_file_stays_a_finding_when_an_update_comes(project: Path, house: Path) -> None:
    save(project, {"SECURITY.md": text({9: "mine"})})
    next_house(house, {"SECURITY.md": text({2: "new"})})
    (row,) = (row for row in status(project, code=1)["files"] if row["finding"])
    assert (row["state"], row["update"]) == ("edited", "merged")


def test_the_next_commands_lead_out(project: Path) -> None:
    """Every finding names the command that ends it; carried out, nothing is left to do."""
    write("SECURITY.md", "mine\n")(project)
    assert run_next(project, status(project, code=1)) == 1
    remove("SECURITY.md")(project)
    assert run_next(project, status(project, code=1)) == 1
    assert set(states(status(project))) == {"CHANGELOG.md"}
    save(project, gone=("SECURITY.md",))
    assert status(project, code=1)["next"][1:] == ["ospo-init update"]
    updated(project)
    save(project)
    assert set(states(status(project))) == {"CHANGELOG.md"}


def run_next(project: Path, said: Mapping[str, Any]) -> int:
    """Run the commands that were told, and return how many there were besides going there."""
    assert said["next"][0] == f"cd {project}"
    subprocess.run(["sh", "-ec", "\n".join(said["next"])], check=True, capture_output=True)
    return len(said["next"]) - 1


def test_kept_and_moved_files_and_what_the_lock_knows(project: Path, house: Path) -> None:
    git(project, "mv", "docs/guide.md", "guide.md")
    save(project, gone=("docs/link",))
    next_house(house, {"docs/guide.md": text({2: "new"})})
    updated(project, "--keep", "README.md")
    save(project, {"README.md": "all mine\n"})
    said = status(project)
    found = {row["path"]: row["state"] for row in said["files"]}
    assert found["README.md"] == "kept"
    assert (found["docs/guide.md"], found["docs/link"]) == ("moved", "deleted")
    assert [row["at"] for row in said["files"] if row["state"] == "moved"] == ["guide.md"]
    assert "guide.md (the template: docs/guide.md)" in ospo("status", project).out


def test_of_a_file_with_a_block_only_the_block_counts(project: Path) -> None:
    block = b"a\nb\n"
    lock = yamls.load((project / ".ospo/lock.yml").read_bytes())
    lock["files"]["docs/guide.md"] |= {"block": True, "blob": blob_id(block)}
    save(project, {".ospo/lock.yml": yamls.dump(lock), "docs/guide.md": with_block(b"mine\n", block)})
    assert states(status(project)) == {"CHANGELOG.md": "seeded"}
    write("docs/guide.md", with_block(b"mine\r\nand more\r\n", block))(project)
    assert states(status(project)) == {"CHANGELOG.md": "seeded"}
    write("docs/guide.md", with_block(b"mine\n", b"a\nB\n"))(project)
    assert states(status(project)) == {"CHANGELOG.md": "seeded", "docs/guide.md": "adapted"}
    write("docs/guide.md", b"mine\n")(project)
    assert states(status(project)) == {"CHANGELOG.md": "seeded", "docs/guide.md": "deleted"}


def test_changed_answers(project: Path) -> None:
    answers = (project / ".copier-answers.yml").read_text()
    write(".copier-answers.yml", answers.replace("name: Tide", "name: Ebb"))(project)
    said = status(project, code=1)
    assert said["up_to_date"] is None and "not committed" in said["unknown"]
    save(project)
    said = status(project, code=1)
    assert {row["path"]: row["state"] for row in said["files"] if row["finding"]} == {"README.md": "outdated"}


@pytest.mark.parametrize("lock", ["gone", "behind"])
def test_without_a_lock_of_this_version_the_files_are_judged_by_a_render(project: Path, house: Path, lock: str) -> None:
    """As after a plain `copier update`, which knows no lock."""
    if lock == "behind":
        next_house(house, {"docs/guide.md": text({2: "new"})})
        answers = (project / ".copier-answers.yml").read_text()
        save(project, {"docs/guide.md": text({2: "new"}), ".copier-answers.yml": answers.replace("v1.0.0", "v1.1.0")})
    else:
        save(project, gone=(".ospo/lock.yml",))
    said = status(project)
    assert states(said) == ({"CHANGELOG.md": "seeded"} if lock == "behind" else {})
    assert len(said["files"]) >= 5
    assert any("lock.yml" in note for note in said["notes"])
    write("SECURITY.md", "mine\n")(project)
    assert states(status(project, code=1))["SECURITY.md"] == "edited"


UNKNOWN = {
    "an answer is no longer allowed": lambda house: publish(
        house, "v1.1.0", composed(FILES, "name: {type: str, choices: [Other]}\n" + KEPT, owned=OWNED)
    ),
    "the template is broken": lambda house: publish(
        house, "v1.1.0", composed({**FILES, "x.jinja": "{{ nobody }}"}, owned=OWNED)
    ),
    "the template is gone": shutil.rmtree,
    "a version has moved": lambda house: (git(house, "tag", "--force", "v1.0.0", _other(house)), None),
}


def _other(house: Path) -> str:
    git(house, *WHO, "commit", "--quiet", "--allow-empty", "-m", "moved")
    return git(house, "rev-parse", "HEAD")


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_cannot_be_worked_out_is_never_up_to_date(project: Path, house: Path, act: Act) -> None:
    act(house)
    said = status(project, code=1)
    assert said["up_to_date"] is None and said["unknown"]
    assert states(said) == {"CHANGELOG.md": "seeded"}  # what is known without it
    done = ospo("status", project)
    assert "p to date" not in done.out
    assert len([line for line in done.out.splitlines() if line.startswith("What an update would do")]) == 1


def test_new_questions_are_told(project: Path, house: Path) -> None:
    next_house(house, {"docs/guide.md": "{{ x }}\n"}, questions=NAME + KEPT + "colour: {type: str, default: red}\n")
    assert any("colour" in note for note in status(project, code=1)["notes"])


def test_an_unfinished_update(project: Path, house: Path) -> None:
    save(project, {"docs/guide.md": text({2: "mine"})}, gone=("docs/link",))
    next_house(house, {"docs/link": Link("other.md")}, ("docs/guide.md",))  # a conflict without marks in any file
    updated(project, code=1)
    said = status(project, code=1)
    assert states(said)["docs/guide.md"] == "conflict"
    assert any("not committed" in note for note in said["notes"])
    assert "ospo-init update --abort   # to go back" in said["next"]
    git(project, "rm", "--quiet", "docs/guide.md")
    assert any("not committed" in note for note in status(project)["notes"])
    git(project, *WHO, "commit", "--quiet", "-m", "update")
    assert status(project)["notes"] == []


@pytest.mark.parametrize("packed", [False, True])
def test_whether_an_update_is_committed_is_told_without_git(project: Path, house: Path, packed: bool) -> None:
    next_house(house, {"docs/guide.md": text({2: "new"})})
    updated(project)
    git_dir = str(project / ".git")
    assert "docs/guide.md" in worktree.last_update(git_dir)
    save(project)
    if packed:
        git(project, "pack-refs", "--all")
    assert (project / ".git/ospo-init/abort.json").exists()
    assert worktree.head(git_dir) == git(project, "rev-parse", "HEAD")
    assert worktree.last_update(git_dir) == () and status(project)["notes"] == []


def test_subfolders_work_trees_and_submodules(scene: Path, tmp_path: Path, house: Path) -> None:
    top = tmp_path / "mono"
    (top / "services").mkdir(parents=True)
    made(top / "services" / "api", scene / "house")
    shutil.rmtree(top / "services" / "api" / ".git")
    git(top, "init", "--quiet", "--initial-branch=main")
    save(top)
    inside = top / "services" / "api"
    write("SECURITY.md", "mine\n")(inside)
    assert states(status(inside / "docs", code=1))["SECURITY.md"] == "edited"
    save(top, gone=("services/api/SECURITY.md",))
    assert states(status(inside, code=1))["SECURITY.md"] == "missing"
    git(top, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert states(status(tmp_path / "linked" / "services" / "api", code=1))["SECURITY.md"] == "missing"
    outer = tmp_path / "outer"
    git(tmp_path, "init", "--quiet", "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(scene / "project"), "sub")
    assert (outer / "sub" / ".git").is_file()
    assert states(status(outer / "sub")) == {"CHANGELOG.md": "seeded"}
    next_house(house, {"docs/guide.md": text({2: "new"})})
    assert states(status(outer / "sub", code=1))["docs/guide.md"] == "outdated"


def test_several_answers_files(project: Path) -> None:
    answers = (project / ".copier-answers.yml").read_text()
    save(project, {".copier-answers.other.yml": answers})
    said = status(project)
    assert said["answers_file"] == ".copier-answers.yml" and "--answers-file" in " ".join(said["notes"])
    other = ospo("status", project, "--json", "--answers-file", ".copier-answers.other.yml").data
    assert other["answers_file"] == ".copier-answers.other.yml"


def test_what_is_no_project_is_refused_with_the_way_in(tmp_path: Path) -> None:
    refuses(ospo("status", tmp_path), "not in a git repository")
    git(tmp_path, "init", "--quiet")
    refuses(ospo("status", tmp_path), "no answers file", "ospo-init update --adopt")


@pytest.mark.parametrize("path", ["../outside", "/etc/hostname", "docs/../../x"])
def test_a_lock_that_names_what_is_outside_is_refused(project: Path, path: str) -> None:
    lock = yamls.load((project / ".ospo/lock.yml").read_bytes())
    lock["files"][path] = lock["files"]["README.md"]
    write(".ospo/lock.yml", yamls.dump(lock))(project)
    refuses(ospo("status", project), path)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the base template."""
    folder = tmp_path_factory.mktemp("base") / "tide"
    given = [piece for key, value in ADA.items() for piece in ("-d", f"{key}={value}")]
    done = ospo("new", folder, "--defaults", "-d", "language=python", *given)
    assert done.code == 0, done.err
    return folder


def test_the_base_is_told_as_what_only_ospo_init_can_update(base: Path) -> None:
    with untouched(base):
        done, said = ospo("status", base), status(base)
    assert "the newest in this ospo-init" in done.out and "Only ospo-init can update it" in done.out
    assert said["template"]["only_by_ospo_init"] and said["stage"] == "concept" and said["up_to_date"]
    assert set(said["counts"]) == {"generated", "seeded"}
    assert done.out.count("\n") <= 24  # one screen


def test_a_healthy_project_fits_a_screen_however_much_is_adapted(base: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(base, tmp_path / "tide"))
    for row in status(copy)["files"]:
        if row["ownership"] == "managed" and row["path"] != ".copier-answers.yml":
            (copy / row["path"]).write_text("mine\n")
    done = ospo("status", copy)
    assert done.code == 0 and done.out.count("\n") <= 24


def watched(project: Path, *arguments: str, **env: str) -> tuple[Done, set[str]]:
    """Run status apart; return what it said and the modules that it imported."""
    code = (
        "import sys; from ospo_init.cli.app import run; code = run(['status', *sys.argv[1:]]);"
        "sys.stderr.write(' '.join(sorted(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project), *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr), {name.split(".")[0] for name in done.stderr.split()}


def test_the_usual_case_needs_neither_git_nor_heavy_imports(base: Path) -> None:
    done, modules = watched(base, PATH="/nonexistent")
    assert done.code == 0, done.err
    assert not modules & {"copier", "questionary", "prompt_toolkit", "jinja2", "git", "rich"}
    assert "ospo_init.commands.updating" not in done.err.split()


def test_it_says_the_same_each_time(base: Path, project: Path, house: Path) -> None:
    next_house(house, {"docs/guide.md": text({2: "new"}), "docs/a.md": "a\n", "b.md": "b\n"})
    write("README.md", "mine\n")(project)
    for place, code in ((base, 0), (project, 1)):
        one, other = (ospo_apart("status", place, "--json", PYTHONHASHSEED=seed) for seed in ("1", "2"))
        assert one.code == other.code == code
        without = [re.sub(r'"looked_up": "[^"]*"', "", done.out) for done in (one, other)]
        assert without[0] == without[1]
        assert [row["path"] for row in one.data["files"]] == sorted(row["path"] for row in one.data["files"])


SHORT = {
    "nothing was touched": lambda project: None,
    "files are edited": lambda project: (write("README.md", "mine\n")(project), write("CHANGELOG.md", "x")(project)),
    "files are gone": lambda project: (remove("README.md")(project), remove("CHANGELOG.md")(project)),
    "a folder is gone": lambda project: shutil.rmtree(project / "src"),
    "lines end in CRLF": lambda project: [
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        for path in (project / "README.md", project / ".copier-answers.yml", project / ".ospo/lock.yml")
    ],
    "it lies in a folder": lambda project: (project / ".git").rename(project.parent / ".git"),
    "the lock knows more": lambda project: with_rows(
        project, {"README.md": {"at": "x.md"}, "GONE.md": {"ownership": "managed", "absent": True}}
    ),
    "something is kept": lambda project: with_rows(project, {"README.md": {"ownership": "kept"}}),
}
LONG = {
    "a mandated file is gone": lambda project: with_rows(project, {"GONE.md": {"ownership": "mandated"}}),
    "a conflict": write("README.md", MARKED),
    "other answers": lambda project: (project / ".copier-answers.yml").open("a").write("x: y\n"),
    "another version": lambda project: re_record(project, "tag: v", "tag: v0.0.0"),
    "another commit": lambda project: re_record(project, "commit: ", "commit: 0"),
    "another address": lambda project: re_record(project, "url: ", "url: x"),
    "no lock": remove(".ospo/lock.yml"),
    "a lock that is none": write(".ospo/lock.yml", "a: b\n"),
    "a lock of a later schema": lambda project: re_record(project, "schema_version: 1", "schema_version: 2"),
    "two answers files": write(".copier-answers.two.yml", "a: b\n"),
    "two locks": write(".ospo/lock-two.yml", "a: b\n"),
    "a merge": write(".git/MERGE_HEAD", "0" * 40),
    "a killed update": lambda project: [
        (project / ".git/ospo-init").mkdir(),
        write(".git/ospo-init/mark", "")(project),
    ],
    "a lock that names what is outside": lambda project: with_rows(project, {"../x": {"ownership": "managed"}}),
    "no folder for the lock": lambda project: shutil.rmtree(project / ".ospo"),
    "no git": lambda project: shutil.rmtree(project / ".git"),
}


def with_rows(project: Path, rows: Mapping[str, Any]) -> None:
    path = project / ".ospo/lock.yml"
    lock = yamls.load(path.read_bytes())
    for name, row in rows.items():
        lock["files"].setdefault(name, {}).update(row)
    path.write_text(yamls.dump(lock))


def re_record(project: Path, old: str, new: str) -> None:
    path = project / ".ospo/lock.yml"
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.parametrize("act", SHORT.values(), ids=SHORT.keys())
def test_the_short_way_says_what_the_long_one_says(base: Path, tmp_path: Path, act: Act) -> None:
    copy = Path(shutil.copytree(base, tmp_path / "tide"))
    act(copy)
    data, long = short(str(copy)), looking.run(str(copy), "", False)
    assert data is not None
    assert (data, tuple(lines(data)), 0) == (long.data, long.lines, long.exit_code)


@pytest.mark.parametrize("act", LONG.values(), ids=LONG.keys())
def test_the_short_way_is_left_where_there_is_more_to_tell(base: Path, tmp_path: Path, act: Act) -> None:
    copy = Path(shutil.copytree(base, tmp_path / "tide"))
    assert short(str(copy)) is not None
    act(copy)
    assert short(str(copy)) is None


def test_the_short_way_loads_next_to_nothing(base: Path) -> None:
    code = "import sys; from ospo_init.commands import status; assert status.short(sys.argv[1]); print(*sys.modules)"
    start, done = (
        subprocess.run([sys.executable, "-c", one, str(base)], capture_output=True, text=True, check=True)
        for one in ("import sys, hashlib; print(*sys.modules)", code)
    )
    more = {name for name in set(done.stdout.split()) - set(start.stdout.split()) if not name.startswith("ospo_init")}
    assert more == {"__future__"}


def test_the_short_way_knows_the_names_of_the_long_one() -> None:
    assert (at_once.BASE_URL, at_once.LOCK, at_once.ANSWERS) == (origin.BASE_URL, lock.PATH, project_edge.DEFAULT)
    assert at_once.STAGES == checklist.STAGES
    fields = {field.name for field in dataclasses.fields(lock.Row)}
    assert set(at_once.FIELDS) == fields


URL = "https://templates.example.org/x.git"


def test_without_fetch_no_network_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, house = tmp_path / "gitconfig", publish(tmp_path / "house", "v1.0.0", composed(FILES, owned=OWNED))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    config.write_text(f'[url "{house}"]\n\tinsteadOf = {URL}\n')
    project = made(tmp_path / "project", URL)
    assert "looked up just now" in ospo("status", project).out
    publish(house, "v1.1.0", composed({**FILES, "docs/guide.md": text({2: "new"})}, owned=OWNED))
    said = status(project)
    assert said["up_to_date"] and said["template"]["newest"] == "v1.0.0"  # it has not looked
    assert status(project, "--fetch", code=1)["template"]["newest"] == "v1.1.0"
    house.rename(tmp_path / "gone")
    said = status(project, code=1)  # what was fetched is kept
    assert states(said)["docs/guide.md"] == "outdated" and said["unknown"] == ""
    memory = next(Path(os.environ["OSPO_INIT_CACHE"]).glob("*/memory.json"))
    rows = json.loads(memory.read_text())
    rows["kept"].pop("v1.1.0")
    rows["looked"] = "2020-01-01T00:00:00+00:00"
    memory.write_text(json.dumps(rows))
    done = ospo("status", project)
    assert "days ago" in done.out and "Version v1.1.0 of the template is not on this machine" in done.out
    shutil.rmtree(os.environ["OSPO_INIT_CACHE"])
    said = status(project)  # a fresh clone on another machine
    assert said["up_to_date"] is None and said["next"][-1] == "ospo-init status --fetch"
    assert status(project, "--fetch", code=1)["unknown"]


def test_the_help_says_what_every_state_means() -> None:
    told = ospo("status", "--help").out
    rows = dict(re.findall(r"^    (\w[\w-]*) +(.+)$", told, re.MULTILINE))
    assert rows == {word: says for word, (says, _) in STATES.items()}
