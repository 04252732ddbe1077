"""Ctrl-C, SIGTERM, a full disk and SIGKILL at every point of `update` and `update --abort`.

The first three: the command itself brings back what was there, the index byte for byte. SIGKILL: what comes next finds
the old state or the new one, whole; until then git can commit nothing.
"""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import git
from foreign import AUTHOR, Link, Script, template
from interrupts import Act, Point, differences, points, run, run_at, snapshot, sweep

NUMBERS = itertools.count()
# Of the kind that composing makes; between the versions every kind of change takes place.
COPIER = (
    "_subdirectory: project\n_templates_suffix: .jinja\n_exclude: []\n_answers_file: .copier-answers.yml\n"
    "maintainer_name: {type: str, default: Ada}\nmaintainer_email: {type: str, default: ada@example.org}\n"
)
FIRST = {
    "copier.yml": COPIER,
    ".ospo-template.yml": "questions: {}\nfiles: {}\n",
    "project/README.md": "".join(f"{line}\n" for line in range(9)),
    "project/changed.txt": "one\n",
    "project/old/gone.txt": "gone\n",
    "project/docs/before.md": "".join(f"line {line}\n" for line in range(20)),
    "project/run.sh": "#!/bin/sh\n",
    "project/link": Link("README.md"),
    "project/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}",
}
SECOND = {
    "project/README.md": "".join(f"{line}{' new' if line == 4 else ''}\n" for line in range(9)),
    "project/changed.txt": "two\n",
    "project/docs/after.md": "".join(f"line {line}\n" for line in range(21)),
    "project/run.sh": Script("#!/bin/sh\n"),
    "project/fresh/new.txt": "new\n",
}


@dataclass(frozen=True)
class State:
    """What a person has: the files, the index as git lists it, the commit, and git's settings."""

    files: object
    index: str
    head: str

    @staticmethod
    def of(project: Path) -> State:
        files = {path: row for path, row in snapshot(project).items() if not path.startswith(".git/")}
        return State(files, git(project, "ls-files", "--stage"), git(project, "rev-parse", "HEAD"))


@dataclass(frozen=True)
class Case:
    """A command, the project that it starts from, and how it ends when nothing happens."""

    command: list[str]
    start: Path
    code: int
    old: State
    new: State

    @property
    def partly(self) -> bool:
        """Whether only the writing is tried here: planning is the same as in the clean update."""
        return self.code != 0 or "--abort" in self.command

    def fresh(self) -> tuple[Path, dict[str, str]]:
        """Return a copy of the project, and the environment for a run there."""
        work = self.start.parent / str(next(NUMBERS))
        (work / "temporary").mkdir(parents=True)
        shutil.copytree(self.start, work / "x", symlinks=True)
        git(work / "x", "update-index", "--refresh", "-q")
        return work / "x", {"TMPDIR": str(work / "temporary"), **AUTHOR}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = template(tmp_path_factory.mktemp("house") / "house", FIRST)
    for name in ("project/old/gone.txt", "project/docs/before.md", "project/run.sh"):
        (folder / name).unlink()
    return template(folder, SECOND, "v1.1.0")


@pytest.fixture(scope="module", params=["clean", "conflict", "abort"])
def case(request: pytest.FixtureRequest, house: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    start = folder / "start"
    done = run(["new", str(start), "--defaults", f"--house={house}@v1.0.0"], folder, AUTHOR)
    assert done.code == 0, done.stderr
    if request.param == "conflict":
        (start / "README.md").write_text((start / "README.md").read_text().replace("4\n", "4 mine\n"))
        git(start, *("-c", "user.name=A", "-c", "user.email=a@example.org"), "commit", "-qam", "mine")
    command = ["update", "--defaults"]
    if request.param == "abort":
        assert run(command, start, AUTHOR).code == 0
        command = ["update", "--abort"]
    old = State.of(start)
    case = Case(command, start, 1 if request.param == "conflict" else 0, old, old)
    project, env = case.fresh()
    assert run(command, project, env).code == case.code
    return Case(command, start, case.code, old, State.of(project))


def _points(case: Case) -> list[Point]:
    """Return the points; only of the clean update those of the planning too, which is the same in all of them."""
    project, env = case.fresh()
    found = points(case.command, project, env)
    first = next(point.number for point in found if "mark" in point.what)
    return found[first:] if case.partly else found


def _again(case: Case, project: Path, env: dict[str, str]) -> str:
    """Return what is wrong when the command is given once more: as if nothing had happened, it does what it does."""
    if not case.partly:  # the writing is what may spoil it, and it is the same in the update with conflicts
        return ""
    result = run(case.command, project, env)
    return "" if result.code == case.code and State.of(project) == case.new else f"and again: {result.stderr}"


def _left(project: Path, env: dict[str, str]) -> str:
    """Return what a run has left behind that it should not have."""
    state = project / ".git" / "ospo-init"
    names = {path.name for path in state.iterdir()} if state.is_dir() else set()
    left = sorted(names - {"running", "abort.json", "old", "aborted"})
    left += [path.name for path in Path(env["TMPDIR"]).iterdir()]
    return f"left behind: {left}" if left or (project / ".git" / "index.lock").exists() else ""


def test_there_are_points_enough_and_the_states_differ(case: Case) -> None:
    assert len(_points(case)) > 100
    assert case.old != case.new


@pytest.mark.parametrize("act", ["SIGINT", "SIGTERM", "FULL"])
def test_the_command_itself_restores_what_was_there(case: Case, act: Act) -> None:
    if act == "SIGTERM" and case.partly:
        pytest.skip("SIGTERM is taken as SIGINT is: the clean update shows it at every point")
    found = _points(case)

    def judge(point: Point) -> str:
        project, env = case.fresh()
        before = snapshot(project)
        result = run_at(case.command, project, point, act, env)
        if result.at == "":
            return "the run did not come to this point"
        said = _left(project, env)
        if result.code == case.code and State.of(project) == case.new:
            return said  # it came after the point of no return
        told = result.stderr.strip().splitlines()
        if result.code != (2 if act == "FULL" else 130) or not 1 <= len(told) <= 2 or "bug" in result.stderr:
            return f"{result.code}: {told}"
        ours = (".git/objects", ".git/ospo-init")
        one, other = (
            {path: row for path, row in seen.items() if not path.startswith(ours)}
            for seen in (before, snapshot(project))
        )
        return differences(one, other) or said or _again(case, project, env)

    # After a call is before the next one, but for a disk that fills up while a file is written.
    wanted = [point for point in found if act == "FULL" or point.what.startswith("before") or point == found[-1]]
    assert sweep(wanted, act, judge) > 20


NEXT: list[list[str]] = [["questions"], ["status"], ["update", "--dry-run", "--defaults"], ["why", "README.md"]]


def test_after_a_kill_whatever_comes_next_finds_its_way(case: Case) -> None:
    following = itertools.cycle(NEXT)

    def judge(point: Point) -> str:
        project, env = case.fresh()
        result = run_at(case.command, project, point, "SIGKILL", env)
        if result.code != -signal.SIGKILL:
            return f"ended with {result.code}: {result.stderr}"
        now = State.of(project)
        if now not in (case.old, case.new) and _can_commit(project):
            return "half done, and git may commit it"
        command = next(following)
        result = run(command, project, {**env, "TMPDIR": str(project.parent)})
        if result.code not in (0, 1) or "bug" in result.stderr:
            return f"{command} ended with {result.code}: {result.stderr}"
        now = State.of(project)
        if now not in (case.old, case.new):
            return "half done"
        if case.command == ["update", "--defaults"] and now == case.new:
            undone = run(["update", "--abort"], project, env)
            if undone.code or State.of(project) != case.old:
                return f"cannot be undone: {undone.stderr}"
        said = _again(case, project, env) if now == case.old else ""
        return said or _left(project, {"TMPDIR": str(_empty(project))})

    found = _points(case)
    wanted = [point for point in found if point.what.startswith("before") or point == found[-1]]
    assert sweep(wanted, "SIGKILL", judge) > 50


def _can_commit(project: Path) -> bool:
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", "half"],
        cwd=project,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _empty(project: Path) -> Path:
    folder = project.parent / "empty"
    folder.mkdir(exist_ok=True)
    return folder
