"""Ctrl-C, SIGTERM, a full disk and SIGKILL at every point of `new`: what was there is there, or the repository is."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import ADA, git, read_tree
from foreign import Link, Script, template
from interrupts import Act, Point, Result, differences, points, run, run_at, snapshot, sweep
from ospo_init.core.blobs import blob_id
from ospo_init.edges.staging import MARK, staging
from ospo_init.edges.stops import held
from ospo_init.edges.target import inspect
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import UserError

IDENTITY = [piece for key, value in ADA.items() for piece in ("-d", f"{key}={value}")]
NUMBERS = itertools.count()
# A template of the kind that composing makes, as small as it can be; its files are of every kind.
HOUSE = {
    "copier.yml": "_subdirectory: project\n_templates_suffix: .jinja\n_exclude: []\n"
    "_answers_file: .copier-answers.yml\n"
    "maintainer_name: {type: str, default: Ada}\nmaintainer_email: {type: str, default: ada@example.org}\n",
    ".ospo-template.yml": "questions: {}\nfiles: {}\n",
    "project/README.md": "# Tide\n",
    "project/docs/run.sh": Script("#!/bin/sh\n"),
    "project/docs/link": Link("run.sh"),
    "project/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}",
}


@dataclass(frozen=True)
class Ground:
    """Where one run takes place: a folder of its own, with one for temporary files beside it."""

    work: Path
    target: Path
    cwd: Path
    env: dict[str, str]

    @property
    def staged(self) -> list[Path]:
        return sorted(self.work.rglob(f"{MARK}*"))

    @property
    def temporary(self) -> list[str]:
        return sorted(item.name for item in Path(self.env["TMPDIR"]).iterdir())


@dataclass(frozen=True)
class Case:
    """A kind of target: the command that fills it, and how a fresh one is made."""

    command: list[str]
    fresh: Callable[[], Ground]
    clone: bool = False

    def points(self) -> list[Point]:
        """Return the points; where only the target differs, those from the staging folder on."""
        found = points(self.command, (ground := self.fresh()).cwd, ground.env)
        first = next(point.number for point in found if point.what.startswith("before os.mkdir") and MARK in point.what)
        return found if ground.target != ground.cwd else found[first:]

    def settled(self, found: list[Point]) -> int:
        """Return the number of the point from which the repository is there."""
        last = "before git update-ref" if self.clone else "before os.rename"
        return max(point.number for point in found if point.what.startswith(last))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("house") / "house", HOUSE)


@pytest.fixture(params=["a new folder", "an empty folder", "an empty clone"])
def case(request: pytest.FixtureRequest, tmp_path: Path, house: Path) -> Case:
    empty = tmp_path / "empty"
    empty.mkdir()
    if request.param == "an empty clone":
        git(empty, "init", "--quiet", "--initial-branch=trunk", "--template=")
        git(empty, "remote", "add", "origin", "https://example.org/ada/tide.git")
        git(empty, "config", "user.name", "The Clone's Own")
        git(empty, "config", "user.email", "own@example.org")

    def fresh() -> Ground:
        work = tmp_path / str(next(NUMBERS)) / "work"
        temporary, target = work.parent / "temporary", work / "x"
        for folder in (work, temporary):
            folder.mkdir(parents=True)
        if request.param != "a new folder":
            shutil.copytree(empty, target)
        cwd = work if request.param == "a new folder" else target
        cache = str(work.parent / "cache")
        return Ground(work, target, cwd, {"TMPDIR": str(temporary), "OSPO_INIT_CACHE": cache})

    folder = "x" if request.param == "a new folder" else "."
    command = ["new", folder, "--defaults", "--house", str(house)]
    return Case(command, fresh, request.param == "an empty clone")


def unfinished(ground: Ground) -> str:
    """Return what is missing of a finished repository, staging folders aside."""
    if not (ground.target / ".git").is_dir():
        return "there is no repository"
    whole = subprocess.run(["git", "fsck", "--strict"], cwd=ground.target, capture_output=True, text=True, check=False)
    said = git(ground.target, "status", "--porcelain") + whole.stderr * whole.returncode
    there = (ground.target / ".git/index").exists() and (ground.target / "README.md").exists()
    return "" if there and not said else f"half a repository: {said}"


def test_every_run_comes_to_the_same_points(case: Case) -> None:
    found, again = case.points(), case.points()
    # Folders are taken away in the order in which the disk lists them, which is its own affair.
    assert sorted(point.what for point in found) == sorted(point.what for point in again) and len(found) > 35
    ground = case.fresh()
    assert run(case.command, ground.cwd, ground.env).code == 0
    assert unfinished(ground) == "" and ground.staged == ground.temporary == []
    if case.clone:
        assert git(ground.target, "log", "-1", "--format=%an %ae %D") == "The Clone's Own own@example.org HEAD -> trunk"


@pytest.mark.parametrize("act", ["SIGINT", "SIGTERM", "FULL"])
def test_the_command_itself_restores_what_was_there(case: Case, act: Act) -> None:
    found = case.points()
    settled = case.settled(found)

    def judge(point: Point) -> str:
        before = snapshot((ground := case.fresh()).work)
        result = run_at(case.command, ground.cwd, point, act, ground.env)
        if result.at == "":
            return "the run did not come to this point"
        if ground.staged or ground.temporary:
            return f"left behind: {ground.staged} {ground.temporary}"
        if result.code == 0 and (act == "FULL" or point.number >= settled):
            return unfinished(ground) or result.stderr
        return _wrongly_told(result, act) or differences(before, snapshot(ground.work))

    # A handler is a handler: SIGTERM is tried at every moment, but not once more after it in the same state.
    sweep([point for point in found if act != "SIGTERM" or point.what.startswith("before")], act, judge)


def _wrongly_told(result: Result, act: Act) -> str:
    told = result.stderr.strip().splitlines()
    if act != "FULL":
        return "" if (result.code, told) == (130, ["Stopped; nothing was written."]) else f"{result.code}: {told}"
    full = any(words in result.stderr for words in ("disk is full", "No space left on device"))
    return "" if result.code == 2 and full and 1 <= len(told) <= 2 else f"{result.code}: {told}"


def test_after_a_kill_the_next_run_finds_its_way(case: Case) -> None:
    found, tried = case.points(), set()

    def judge(point: Point) -> str:
        before = snapshot((ground := case.fresh()).work)
        result = run_at(case.command, ground.cwd, point, "SIGKILL", ground.env)
        if result.code != -signal.SIGKILL or len(ground.staged) > 1:
            return f"ended with {result.code}, {ground.staged}"
        made = (ground.target / ".git").exists() and (not case.clone or git(ground.target, "for-each-ref") != "")
        if made and (said := unfinished(ground)):
            return said
        if not made and ground.target != ground.cwd and ground.target.exists():
            return "half a folder"
        if (state := _paths(ground)) in tried:
            return ""
        tried.add(state)
        return _look(ground, before, made) or _next_run(case, ground, made)

    sweep([point for point in found if point.what.startswith("before") or point == found[-1]], "SIGKILL", judge)


def _paths(ground: Ground) -> frozenset[str]:
    """Return which paths there are, apart from random names."""
    return frozenset(re.sub(rf"(?<={re.escape(MARK)})\w+|[0-9a-f]{{38,}}", "*", path) for path in snapshot(ground.work))


def _look(ground: Ground, before: object, made: bool) -> str:
    """Return what is wrong once the next run has looked at the place (at a copy of it)."""
    place = ground.work.parent / "copy"
    shutil.copytree(ground.work, place, symlinks=True)
    try:
        inspect(str(place / "x"), False)
    except UserError as error:
        return "" if made else f"refused: {error.what}"
    return "looked past a repository" if made else differences(before, snapshot(place))  # type: ignore[arg-type]


def _next_run(case: Case, ground: Ground, made: bool) -> str:
    result = run(case.command, ground.cwd, ground.env)
    if result.code != (2 if made else 0):
        return f"the next run ended with {result.code}: {result.stderr}"
    return unfinished(ground) or (f"the next run left {ground.staged}" if ground.staged else "")


@pytest.fixture
def killed(tmp_path: Path, house: Path) -> Ground:
    """An empty folder whose run was killed when README.md and more had been moved into it."""
    target, temporary = tmp_path / "work" / "x", tmp_path / "temporary"
    target.mkdir(parents=True)
    temporary.mkdir()
    ground = Ground(target.parent, target, target, {"TMPDIR": str(temporary)})
    command = ["new", ".", "--defaults", "--house", str(house)]
    spare = tmp_path / "spare"
    spare.mkdir()
    last = [point for point in points(command, spare, ground.env) if point.what.startswith("before os.rename")][-1]
    run_at(command, target, last, "SIGKILL", ground.env)
    assert (target / "README.md").exists() and ground.staged and not (target / ".git").exists()
    return ground


def test_what_somebody_changed_after_a_kill_stays(killed: Ground) -> None:
    (killed.target / "README.md").write_text("# Mine\n")
    (killed.target / "docs" / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        inspect(str(killed.target), False)
    assert read_tree(killed.target) == {"README.md": b"# Mine\n", "docs/mine.txt": b"mine"}


def test_a_repository_that_somebody_made_of_it_stays(killed: Ground) -> None:
    git(killed.target, "init", "--quiet")
    assert (
        git(killed.target, "status", "--porcelain", "--", MARK + "*") == ""
    )  # what we left is not committed by chance
    before = read_tree(killed.target)
    with pytest.raises(UserError, match="not empty"):
        inspect(str(killed.target), False)
    assert {path: data for path, data in before.items() if not path.startswith(MARK)} == read_tree(killed.target)


@pytest.mark.parametrize(
    "journal", ['"files": {"../secret": "%s"}', '"files": {}, "clone": true, "own": {"../../secret": ""}']
)
def test_a_journal_names_nothing_outside(tmp_path: Path, journal: str) -> None:
    target, secret = tmp_path / "x", tmp_path / "secret"
    staged = target / f"{MARK}12345678"
    staged.mkdir(parents=True)
    git(target, "init", "--quiet")
    secret.write_text("secret")
    (staged / ".gitignore").write_text("*\n")
    (staged / "journal.json").write_text("{" + journal.replace("%s", blob_id(b"secret")) + "}")
    assert inspect(str(target), False).clone
    assert secret.read_text() == "secret" and not staged.exists()


def test_a_living_one_is_left_alone(tmp_path: Path, house: Path) -> None:
    (tmp_path / "here").mkdir()
    command = ["new", ".", "--defaults", "--house", str(house)]
    with held(), staging(tmp_path / "here") as inside, staging(tmp_path) as beside:
        result = run(command, tmp_path / "here")
        assert result.code == 2 and "Another ospo-init is at work" in result.stderr and inside.name in result.stderr
        assert run([*command[:1], "x", *command[2:]], tmp_path).code == 0
        assert inside.exists() and beside.exists()
    assert run(command, tmp_path / "here").code == 0


def test_a_folder_that_only_has_such_a_name_is_somebodys(tmp_path: Path, house: Path) -> None:
    mine = tmp_path / f"{MARK}notes"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    (tmp_path / f"{MARK}link").symlink_to(mine, target_is_directory=True)
    assert run(["new", "x", "--defaults", "--house", str(house)], tmp_path).code == 0
    refused = run(["new", ".", "--defaults", "--house", str(house)], tmp_path)
    assert refused.code == 2 and "not empty" in refused.stderr
    assert (mine / "notes.txt").read_text() == "mine" and (tmp_path / f"{MARK}link").is_symlink()


def test_a_clone_whose_repository_lies_elsewhere_with_an_index(tmp_path: Path, house: Path) -> None:
    place, own = tmp_path / "clone", tmp_path / "own"
    git(tmp_path, "init", "--quiet", "--object-format=sha256", f"--separate-git-dir={own}", str(place))
    (place / "gone").write_text("staged, then removed")
    git(place, "add", "gone")
    (place / "gone").unlink()
    command = ["new", ".", "--defaults", *IDENTITY, "--house", str(house)]
    found = points(command, (copy := _copy(place, own)), {})
    assert git(copy, "status", "--porcelain") == "" and "gone" not in git(copy, "ls-files")
    point = next(point for point in found if point.what == "before git update-ref")
    before = snapshot(tmp_path)
    assert run_at(command, place, point, "FULL").code == 2
    assert differences(before, snapshot(tmp_path)) == ""
    run_at(command, place, point, "SIGKILL")
    inspect(str(place), False)
    assert differences(before, snapshot(tmp_path)) == ""


def _copy(place: Path, own: Path) -> Path:
    copy = place.parent.parent / f"{place.parent.name}-copy"
    shutil.copytree(place, copy)
    shutil.copytree(own, copy / "own-git")
    shutil.move(copy / "own-git", f"{copy}-own")
    (copy / ".git").write_text(f"gitdir: {copy}-own\n")
    return copy


def test_signals_are_held_until_somebody_looks() -> None:
    with pytest.raises(KeyboardInterrupt), held() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        stop.check()
    reached = []
    with pytest.raises(KeyboardInterrupt), held():
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("the end")
        raise ValueError("which is the signal's doing")
    with held() as outer, pytest.raises(KeyboardInterrupt), held():
        os.kill(os.getpid(), signal.SIGHUP)
    assert reached == ["the end"] and not outer.arrived
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_are_never_hit(tmp_path: Path) -> None:
    def work() -> bool:
        with held() as stop, TemporaryFolder("ospo-init-") as name:
            return Path(name).is_dir() and not stop.arrived

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result()


def test_a_real_ctrl_c_in_the_whole_process_group(tmp_path: Path) -> None:
    for delay in (0.05, 0.15, 0.25, 0.35):
        command = [sys.executable, "-m", "ospo_init", "new", str(tmp_path / "x"), "--defaults", *IDENTITY]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        time.sleep(delay)
        os.killpg(child.pid, signal.SIGINT)
        _, said = child.communicate()
        left = sorted(item.name for item in tmp_path.iterdir())
        if child.returncode == 0:
            assert left == ["x"]
            break
        assert left == [], said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 160 kB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("where", ["the target", "temporary files"])
def test_a_disk_that_is_really_full(small_disk: Path, tmp_path: Path, where: str) -> None:
    target = small_disk / "x" if where == "the target" else tmp_path / "x"
    (small_disk / "ballast").write_bytes(b"\0" * (60_000 if where == "the target" else 155_000))
    env = os.environ | ({"TMPDIR": str(small_disk)} if where == "temporary files" else {})
    command = [sys.executable, "-m", "ospo_init", "new", str(target), "--defaults", *IDENTITY]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if where == "the target":
        assert done.returncode == 2, done.stdout
        assert "disk is full" in done.stderr or "first commit" in done.stderr or "No space left" in done.stderr
        assert not target.exists()
    assert "Traceback" not in done.stderr and "bug" not in done.stderr
    assert [item.name for item in small_disk.iterdir()] == ["ballast"]
