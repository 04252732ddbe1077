"""The jobs that are timed, and the scene that they need: one answers file, one template as git sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.origin import BASE_URL
from ospo_init.edges.templates import bundle_tags, data_file

ANSWERS = """\
project_name: Tide Gauge
description: Reads water levels from low-cost sensors and publishes them as open data.
maintainer_name: Ada Example
maintainer_email: ada@example.org
repository_url: https://github.com/example/tide-gauge
language: python
created_on: "2026-03-01"
"""
Timed = Callable[[Path], None]
Pair = tuple[str, Sequence[Timed], Sequence[Timed]]


@dataclass(frozen=True)
class Scene:
    """Where the answers lie, the environment of every job, and the files of the finished project."""

    answers: Path
    env: dict[str, str]
    files: dict[str, bytes]
    tag: str

    @staticmethod
    def prepare(folder: Path) -> Scene:
        """Write the answers, and make the project once to know its files."""
        answers = folder / "answers.yml"
        answers.write_text(ANSWERS)
        path = data_file("bundle")
        env = dict(os.environ, HOME=str(folder), XDG_CONFIG_HOME=str(folder), GIT_CONFIG_NOSYSTEM="1")
        identity = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Ada Example"), ("EMAIL", "ada@example.org"))
        }
        # Copier gets the template from the bundle, under the address that projects record.
        env |= identity | {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{path}.insteadOf",
            "GIT_CONFIG_VALUE_0": BASE_URL,
        }
        scene = Scene(answers, env, {}, next(iter(sorted(bundle_tags(path), reverse=True))))
        sample = folder / "sample"
        ours(scene)(sample)
        files = {
            p.relative_to(sample).as_posix(): p.read_bytes()
            for p in sample.rglob("*")
            if p.is_file() and ".git" not in p.relative_to(sample).parts
        }
        return Scene(answers, env, files, scene.tag)


def pairs(scene: Scene) -> Iterator[Pair]:
    """Yield the comparisons: what is timed, and beside what."""
    yield "ospo-init new / copier copy + git init, add, commit", [ours(scene)], [copier(scene), committed(scene)]
    yield "ospo-init new / the same files written and committed", [ours(scene)], [floor(scene)]
    yield (
        "ospo-init --help / python -c pass",
        [script(scene, "ospo-init", "--help")],
        [command(scene, sys.executable, "-c", "pass")],
    )


def ours(scene: Scene) -> Timed:
    """`ospo-init new --defaults`."""
    tool = Path(sys.executable).with_name("ospo-init")
    return lambda place: _run(scene, str(tool), "new", str(place), "--defaults", "--answers", str(scene.answers))


def copier(scene: Scene) -> Timed:
    """`copier copy` of the same template, from the same bundle."""
    tool = Path(sys.executable).with_name("copier")
    return lambda place: _run(
        scene,
        str(tool),
        "copy",
        "--defaults",
        "--quiet",
        "--data-file",
        str(scene.answers),
        "--vcs-ref",
        scene.tag,
        BASE_URL,
        str(place),
    )


def committed(scene: Scene) -> Timed:
    """The git commands that bring a folder to its first commit."""

    def work(place: Path) -> None:
        for words in (
            ("init", "--quiet"),
            ("add", "--all"),
            ("commit", "--quiet", "--signoff", "-m", "Create Tide Gauge"),
        ):
            _run(scene, "git", "-C", str(place), *words)

    return work


def floor(scene: Scene) -> Timed:
    """A Python process that writes the finished files, and the git commands."""
    code = (
        "import pathlib,sys;exec(sys.stdin.read())\n"
        "for p,d in files.items():\n"
        " q=pathlib.Path(sys.argv[1],p);q.parent.mkdir(parents=True,exist_ok=True);q.write_bytes(d)"
    )

    def work(place: Path) -> None:
        text = f"files={scene.files!r}"
        subprocess.run([sys.executable, "-c", code, str(place)], env=scene.env, input=text.encode(), check=True)
        committed(scene)(place)

    return work


def script(scene: Scene, name: str, *words: str) -> Timed:
    """A console script that stands beside this Python."""
    return command(scene, str(Path(sys.executable).with_name(name)), *words)


def command(scene: Scene, *words: str) -> Timed:
    """Any command; it gets no place."""
    return lambda place: _run(scene, *words)


def _run(scene: Scene, *words: str) -> None:
    subprocess.run(words, env=scene.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
