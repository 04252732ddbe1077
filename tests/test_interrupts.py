"""Ctrl-C, SIGTERM, a full disk and a killed render: nothing is left, and one message says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ADA = ["-d", "maintainer_name=Ada", "-d", "maintainer_email=ada@example.org"]
# Runs the command with a hook that acts at the n-th call of one kind of our own process.
DRIVER = """
import os, signal, sys, errno
event, number, act = sys.argv[1], int(sys.argv[2]), sys.argv[3]
seen = 0
def hook(name, args):
    global seen
    if name != event or (name == "open" and not (isinstance(args[1], str) and "x" in args[1])):
        return
    seen += 1
    if seen == number:
        if act == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        os.kill(os.getpid(), getattr(signal, act))
from ospo_init.cli.app import run
sys.addaudithook(hook)
code = run(sys.argv[4:])
print("SEEN", seen, file=sys.stderr)
sys.exit(code)
"""


def drive(folder: Path, event: str, number: int, act: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DRIVER, event, str(number), act, "new", str(folder), "--defaults", *ADA]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("act", ["SIGINT", "SIGTERM", "full"])
@pytest.mark.parametrize("number", [1, 2, 9, 17])
def test_while_the_files_are_written(tmp_path: Path, number: int, act: str) -> None:
    done = drive(tmp_path / "x", "open", number, act)
    assert done.returncode == (2 if act == "full" else 130), done.stderr
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in done.stderr
    assert ("The disk is full" if act == "full" else "nothing was written") in done.stderr


@pytest.mark.parametrize("act", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("number", range(1, 9))
def test_around_every_child_process(tmp_path: Path, number: int, act: str) -> None:
    done = drive(tmp_path / "x", "subprocess.Popen", number, act)
    if f"SEEN {number - 1}" in done.stderr:
        pytest.skip(f"there is no child number {number}")
    assert done.returncode == 130, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("number", range(1, 9))
def test_an_empty_clone_is_as_it_was(tmp_path: Path, number: int, act: str) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = drive(folder, "subprocess.Popen", number, act)
    if f"SEEN {number - 1}" in done.stderr:
        pytest.skip(f"there is no child number {number}")
    assert done.returncode == 130, done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert drive(folder, "none", 0, "full").returncode == 0


def test_a_real_ctrl_c_in_the_whole_process_group(tmp_path: Path) -> None:
    for delay in (0.05, 0.15, 0.25, 0.35):
        command = [sys.executable, "-m", "ospo_init", "new", str(tmp_path / "x"), "--defaults", *ADA]
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
    command = [sys.executable, "-m", "ospo_init", "new", str(target), "--defaults", *ADA]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if where == "the target":
        assert done.returncode == 2, done.stdout
        assert "disk is full" in done.stderr or "first commit" in done.stderr or "No space left" in done.stderr
        assert not target.exists()
    assert "Traceback" not in done.stderr and "bug" not in done.stderr
    assert [item.name for item in small_disk.iterdir()] == ["ballast"]
