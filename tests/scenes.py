"""Small houses, projects of them, and `ospo-init update` run on them: what the tests of the update stand on."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple

from conftest import git
from foreign import AUTHOR, WHO, Files, commit, put
from interrupts import differences, snapshot
from ospo_init.cli.app import run as run_command
from ospo_init.core import compose
from ospo_init.edges import yamls

KEPT = "kept: {type: yaml, ask: false, default: []}\n"
NAME = "name: {type: str, default: Tide}\n"
_SETTINGS = """\
_subdirectory: project
_templates_suffix: .jinja
_answers_file: .copier-answers.yml
_envops: {keep_trailing_newline: true, trim_blocks: true, lstrip_blocks: true, undefined: jinja2.StrictUndefined}
"""


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What --json printed."""
        return json.loads(self.out)


def composed(
    files: Files,
    questions: str = NAME + KEPT,
    owned: Mapping[str, str] = {},
    renamed: Mapping[str, str] = {},
) -> dict[str, Any]:
    """Return a template of the kind that composing makes: `files` by project path, with or without .jinja."""
    files_of = {path: {"ownership": owner} for path, owner in owned.items()}
    exclude = yamls.dump({"_exclude": [*compose._excludes(files_of), *compose._moved(renamed)]})
    notes = {"questions": {}, "files": files_of, "renamed": dict(renamed)}
    return {
        "copier.yml": _SETTINGS + exclude + questions,
        ".ospo-template.yml": yamls.dump(notes),
        ".gitattributes": "* -text -filter -ident -working-tree-encoding\n",
        "project/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}",
        **{f"project/{path}": content for path, content in files.items()},
    }


def publish(house: Path, tag: str, files: Files) -> Path:
    """Make `files`, and nothing else, the version `tag` of the template in `house`; return the folder."""
    if not house.exists():
        house.mkdir(parents=True)
        git(house, "init", "--quiet", "--initial-branch=main", "--template=")
    clear(house)
    put(house, files)
    commit(house, tag)
    return house


def clear(folder: Path) -> None:
    """Remove everything in `folder` but git's own."""
    for item in folder.iterdir():
        if item.is_dir() and not item.is_symlink() and item.name != ".git":
            shutil.rmtree(item)
        elif item.name != ".git":
            item.unlink()


def text(changes: Mapping[int, str] = {}, size: int = 12, end: str = "\n") -> str:
    """Return numbered lines, some of them changed: by number, '' for a line that is gone."""
    rows = [changes.get(number, f"line {number}") for number in range(1, size + 1)]
    return "".join(f"{row}{end}" for row in rows if row)


def save(project: Path, files: Mapping[str, Any] = {}, gone: tuple[str, ...] = (), message: str = "mine") -> None:
    """Write files, or remove them, and commit all that is there: the person's work."""
    for path in gone:
        (project / path).unlink()
        with suppress(OSError):
            (project / path).parent.rmdir()
    for path in files:
        (project / path).unlink(missing_ok=True)
    put(project, files)
    git(project, "add", "--all", "--force")
    git(project, *WHO, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)


@contextmanager
def _surroundings(cwd: Path | None, env: Mapping[str, str]) -> Iterator[None]:
    before, here = dict(os.environ), Path.cwd()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    os.environ.update(env)
    try:
        os.chdir(cwd or here)
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def ospo(*arguments: str | Path, cwd: Path | None = None, **env: str) -> Done:
    """Run a command line of ospo-init in this process: all of it but the start of Python."""
    out, err = io.StringIO(), io.StringIO()
    with _surroundings(cwd, {**AUTHOR, **env}), redirect_stdout(out), redirect_stderr(err):
        code = run_command([str(argument) for argument in arguments])
    return _sane(Done(code, out.getvalue(), err.getvalue()))


def ospo_apart(*arguments: str | Path, cwd: Path | None = None, wrap: tuple[str, ...] = (), **env: str) -> Done:
    """Run a command line of ospo-init in a process of its own, started by `wrap` if that is given."""
    command = [*wrap, sys.executable, "-m", "ospo_init", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **AUTHOR, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return _sane(Done(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode()))


def _sane(done: Done) -> Done:
    """Return `done`, which is no bug: no traceback ever reaches anybody."""
    assert "Traceback" not in done.out + done.err, done.out + done.err
    assert done.code != 3, done.out + done.err
    return done


def made(project: Path, house: Path | str, *arguments: str) -> Path:
    """Make a project of `house` (with @TAG for another version than the newest), and return its folder."""
    done = ospo("new", project, "--defaults", f"--house={house}", *arguments)
    assert done.code == 0, done.err
    return project


def update(project: Path, *arguments: str | Path, **env: str) -> Done:
    """Run `ospo-init update --defaults` on a project."""
    return ospo("update", project, "--defaults", *arguments, **env)


def updated(project: Path, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """Update, and return what --json says; the exit code must be `code`."""
    done = update(project, "--json", *arguments)
    assert done.code == code, done.out + done.err
    return dict(done.data)


def fates(said: Mapping[str, Any]) -> dict[str, str]:
    """Return what --json says became of each file."""
    return {row["path"]: row["what"] for row in said["files"]}


def refuses(done: Done, *words: str, code: int = 2) -> None:
    """Assert that a command refused: one message that says what, where and what next, and nothing else."""
    assert done.code == code, done.out + done.err
    assert done.out == "", done.out
    said = done.err.splitlines()
    assert len(said) >= 2 and all(said), done.err  # what was wrong, and what to do
    for word in words:
        assert word in done.err, done.err


@contextmanager
def untouched(*folders: Path) -> Iterator[None]:
    """Assert that what is done inside changes no byte of the folders, git's own included; what we keep there aside."""
    before = [everything(folder) for folder in folders]
    yield
    for folder, then in zip(folders, before, strict=True):
        told = differences(then, everything(folder))
        assert told == "", told


def everything(folder: Path) -> dict[str, tuple[str, int, bytes]]:
    """Return all that is in a folder, git's own included, but not the folder in git's own that ospo-init has."""
    rows = snapshot(folder).items()
    return {path: row for path, row in rows if "/ospo-init" not in path and path != ".git"}


def stages(project: Path) -> dict[str, dict[int, bytes]]:
    """Return the sides of every conflict in the index: 1 base, 2 ours, 3 theirs."""
    found: dict[str, dict[int, bytes]] = {}
    for row in git(project, "ls-files", "--unmerged", "-z").split("\0")[:-1]:
        about, _, path = row.partition("\t")
        _, key, stage = about.split()
        done = subprocess.run(["git", "cat-file", "blob", key], cwd=project, capture_output=True, check=True)
        found.setdefault(path, {})[int(stage)] = done.stdout
    return found


def tree_of(project: Path, name: str = "HEAD") -> str:
    """Return the id of a tree: of a commit, or of the index where the name is empty."""
    return git(project, "write-tree") if not name else git(project, "rev-parse", f"{name}^{{tree}}")


def lock_of(project: Path, path: str = ".ospo/lock.yml") -> dict[str, Any]:
    """Return a project's lock."""
    return dict(yamls.load((project / path).read_bytes()))


def answers(project: Path, path: str = ".copier-answers.yml") -> dict[str, Any]:
    """Return what an answers file says."""
    return dict(yamls.load((project / path).read_bytes()))
