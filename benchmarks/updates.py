"""How long an update takes, and how much memory, beside `copier update` and `cruft update` of the same template."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.small_house import CHANGED, WHO, cookiecutter, git, house

Row = dict[str, object]


@dataclass(frozen=True)
class Tool:
    """A tool, a project of its own, and the words of its commands."""

    name: str
    project: Path
    words: tuple[str, ...]

    def run(self, env: dict[str, str]) -> tuple[float, int]:
        """Return the seconds that one run takes, and the memory of its largest process in kB; then set back."""
        start = time.perf_counter()
        child = subprocess.Popen(
            self.words,
            cwd=self.project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        taken = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{self.name} failed in {self.project}: exit code {child.returncode}")
        git(self.project, "reset", "--hard", "--quiet")
        git(self.project, "clean", "-fdq")
        return taken, usage.ru_maxrss


@dataclass(frozen=True)
class Scene:
    """The two templates, in a folder of their own, and the environment of every run."""

    folder: Path
    env: dict[str, str]
    house: Path
    cookiecutter: Path

    @staticmethod
    def prepare(folder: Path) -> Scene:
        """Write the templates."""
        identity = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Ada Example"), ("EMAIL", "ada@example.org"))
        }
        env = dict(os.environ, HOME=str(folder), XDG_CONFIG_HOME=str(folder), GIT_CONFIG_NOSYSTEM="1") | identity
        return Scene(folder, env, house(folder / "house"), cookiecutter(folder / "cookiecutter"))

    def tools(self, name: str, tag: str, more: int, gone: bool = False) -> dict[str, Tool]:
        """Return each tool with a project made from `tag`, with `more` files of its own; `gone`: one file deleted."""
        made = {}
        for tool, make in (("ospo-init", _ours), ("copier", _copier), ("cruft", _cruft)):
            place = self.folder / f"{name}-{tool}"
            words = make(self, place, tag)
            if words:
                _fill(place, more, gone)
                made[tool] = Tool(tool, place, words)
        return made


def rows(scene: Scene, runs: int) -> Iterator[Row]:
    """Yield the comparisons of times: nothing to do, three files, and three files in 20,000."""
    nothing = scene.tools("nothing", "v1.1.0", 0)
    three = scene.tools("three", "v1.0.0", 0)
    many = scene.tools("many", "v1.0.0", 20_000)
    for tools, what, others in (
        (nothing, "update, nothing to do", ("copier", "cruft")),
        (three, "update, three files changed", ("copier", "cruft")),
        (many, "the same, 20,000 tracked files", ("copier", "cruft")),
    ):
        for other in others:
            if other in tools:
                yield _pair(f"{what}: ospo-init / {other}", tools["ospo-init"], tools[other], runs, scene.env)
            else:
                print(f"{what}: {other} is not installed; left out")


def memory(scene: Scene) -> Iterator[Row]:
    """Yield the comparisons of memory, at 100,000 tracked files; one run each, for memory hardly varies."""
    for gone in (False, True):
        tools = scene.tools(f"huge{gone}", "v1.0.0", 100_000, gone)
        what = "a changed file deleted here" if gone else "three files changed"
        (_, ours), (_, other) = (tools[name].run(scene.env) for name in ("ospo-init", "copier"))
        yield {"name": f"memory, 100,000 files, {what}", "a": ours / 1024, "b": other / 1024, "ratio": ours / other}


def _pair(name: str, a: Tool, b: Tool, runs: int, env: dict[str, str]) -> Row:
    times: dict[str, list[float]] = {"a": [], "b": []}
    for number in range(runs + 1):
        for side, tool in (("a", a), ("b", b)):
            taken, _ = tool.run(env)
            if number:
                times[side].append(taken)
    ratios = [x / y for x, y in zip(times["a"], times["b"], strict=True)]
    medians = {side: statistics.median(values) for side, values in times.items()}
    return {"name": name, **medians, "ratio": statistics.median(ratios), "times": times}


def _ours(scene: Scene, place: Path, tag: str) -> tuple[str, ...]:
    tool = _tool("ospo-init")
    _do(scene, [tool, "new", str(place), "--defaults", f"--house={scene.house}@{tag}"])
    return (tool, "update", "--defaults")


def _copier(scene: Scene, place: Path, tag: str) -> tuple[str, ...]:
    tool = _tool("copier")
    _do(scene, [tool, "copy", "--defaults", "--quiet", "--vcs-ref", tag, str(scene.house), str(place)])
    _commit(place)
    return (tool, "update", "--defaults", "--quiet")


def _cruft(scene: Scene, place: Path, tag: str) -> tuple[str, ...]:
    tool = _tool("cruft")
    if not Path(tool).exists():
        return ()
    extra = f'{{"slug": "{place.name}"}}'
    words = ["--no-input", "--checkout", tag, "--output-dir", str(place.parent), "--extra-context", extra]
    _do(scene, [tool, "create", *words, str(scene.cookiecutter)])
    _commit(place)
    return (tool, "update", "--skip-apply-ask", "--checkout", "v1.1.0")


def _commit(place: Path) -> None:
    if not (place / ".git").exists():
        git(place, "init", "--quiet", "--initial-branch=main")
    git(place, "add", "--all", "--force")
    git(place, *WHO, "commit", "--quiet", "-m", "Create")


def _fill(place: Path, more: int, gone: bool) -> None:
    for number in range(more):
        path = place / "data" / str(number // 500) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Reading {number}\n" * 60)
    if gone:
        (place / "docs" / f"{CHANGED[0]}.md").unlink()
    if more or gone:
        _commit(place)


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _do(scene: Scene, words: Sequence[str]) -> None:
    subprocess.run(words, env=scene.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)


def statuses(scene: Scene, runs: int) -> Iterator[Row]:
    """Yield `ospo-init status` beside `git status`, at three sizes: a project of the base, and one of a house."""
    for more, house_too in ((1_000, False), (20_000, False), (100_000, False), (100_000, True)):
        place = scene.folder / f"status-{more}-{house_too}"
        what = f"status / git status, {more:,} files{', of a house' if house_too else ''}"
        if house_too:
            _ours(scene, place, "v1.1.0")
        else:
            _do(scene, [_tool("ospo-init"), "new", str(place), "--defaults"])
        _fill(place, more, False)
        git(place, "status")
        ours = Tool("ospo-init status", place, (_tool("ospo-init"), "status"))
        theirs = Tool("git status", place, ("git", "status"))
        yield _pair(what, ours, theirs, runs, scene.env)
