"""Small templates of strangers: making them as git repositories, and using them with Copier and with ospo-init."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from conftest import git

ANSWERS = "{{ _copier_answers|to_nice_yaml }}"
ANSWERS_FILE = {"{{ _copier_conf.answers_file }}.jinja": ANSWERS}
WHO = ("-c", "user.name=T", "-c", "user.email=t@example.org")
AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada Example"), ("EMAIL", "ada@example.org"))
}


class Link(NamedTuple):
    """A symbolic link to make."""

    to: str


class Script(NamedTuple):
    """An executable file to make."""

    text: str


Content = str | bytes | Link | Script
Files = Mapping[str, Content]


def put(folder: Path, files: Files) -> None:
    """Write `files` below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content.to)
            continue
        text = content.text if isinstance(content, Script) else content
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        if isinstance(content, Script):
            path.chmod(0o755)


def template(folder: Path, files: Files, *tags: str) -> Path:
    """Make a template in `folder`, committed and tagged (v1.0.0 if no tag is named); return the folder."""
    if not folder.exists():
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", "--initial-branch=main")
    put(folder, files)
    commit(folder, *(tags or ("v1.0.0",)))
    return folder


def commit(folder: Path, *tags: str) -> None:
    """Commit all that is in `folder`, and tag it."""
    git(folder, "add", "--all", "--force")
    git(folder, *WHO, "commit", "--quiet", "--allow-empty", "-m", "template")
    for tag in tags:
        git(folder, "tag", tag)


def new(
    target: Path, house: str | Path, *arguments: str, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run `ospo-init new --defaults --house`."""
    command = [sys.executable, "-m", "ospo_init", "new", str(target), "--defaults", f"--house={house}", *arguments]
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **AUTHOR, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def made(target: Path, house: str | Path, *arguments: str, **env: str) -> dict[str, object]:
    """Make a project, and return what --json says of it."""
    done = new(target, house, "--json", *arguments, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def copier(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Copier's own command line."""
    return subprocess.run(
        [sys.executable, "-m", "copier", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> str:
    """Assert that a run ended with `code` and one message that holds `words`; return it."""
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr and "bug in ospo-init" not in done.stderr
    assert 1 <= len(done.stderr.splitlines()) <= 2, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    return done.stderr


def everything(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return kind and bytes of every file and link below `folder`, git's own and the lock left out."""
    found = {}
    for here, folders, names in os.walk(folder):
        for name in [*names, *(name for name in folders if Path(here, name).is_symlink())]:
            path = Path(here, name)
            key = path.relative_to(folder).as_posix()
            if key.startswith(".git/") or key == ".ospo/lock.yml":
                continue
            if path.is_symlink():
                found[key] = ("link", os.fsencode(path.readlink()))
            else:
                found[key] = ("script" if path.stat().st_mode & 0o100 else "file", path.read_bytes())
    return found
