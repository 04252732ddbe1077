"""A repository to check: 5,000 files in 200 folders, and 5,000 commits that change them, written by git fast-import."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

FILES, COMMITS, FOLDERS = 5_000, 5_000, 200
_DAY, _BEGINNING = 86_400, 1_500_000_000  # seconds; the first commit's time
_WORDS = (
    *("tide", "gauge", "level", "sensor", "reading", "harbour", "water", "buoy"),
    *("record", "station", "series", "datum", "mean", "offset", "clock"),
)


def repository(folder: Path) -> Path:
    """Make the repository at `folder`, with its work tree, and return `folder`; the same bytes each time."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", "--date-format=raw"], cwd=folder, stdin=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        for piece in _stream():
            child.stdin.write(piece)
    if child.returncode:
        raise SystemExit(f"git fast-import failed: exit code {child.returncode}")
    _git(folder, "reset", "--hard", "--quiet", "main")
    return folder


def _stream() -> Iterator[bytes]:
    """Yield the commands: one commit with every file, then each with one changed."""
    yield _commit(1, "Add the project")
    for path, text in _documents().items():
        yield _file(path, text)
    for number in range(FILES - len(_documents())):
        yield _file(_path(number), _text(number, 0))
    for number in range(1, COMMITS):
        yield _commit(number + 1, f"Correct part {number}\n\nThe readings of one station were wrong.")
        yield _file(_path(number * 7 % (FILES - len(_documents()))), _text(number * 7, number))


def _commit(number: int, message: str) -> bytes:
    """Return the head of a commit; by five people in turn."""
    who = f"Person {number % 5} <person{number % 5}@example.org> {_BEGINNING + number * _DAY // 4} +0000"
    data = message.encode()
    head = f"commit refs/heads/main\ncommitter {who}\ndata {len(data)}\n".encode()
    return head + data + b"\n"


def _file(path: str, text: str) -> bytes:
    data = text.encode()
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _path(number: int) -> str:
    kind = ("py", "py", "py", "js", "md", "txt", "json", "yml")[number % 8]
    return f"src/part{number % FOLDERS:03}/file{number:05}.{kind}"


def _text(number: int, version: int) -> str:
    """Return some three kilobytes of text, of which one line in ten changes with the version."""
    lines = []
    for line in range(60):
        changes = version if line % 10 == 0 else 0
        words = " ".join(_WORDS[(number + line * 3 + changes + at * 5) % len(_WORDS)] for at in range(8))
        lines.append(f"{number} {line} {changes} {words}")
    return "\n".join(lines) + "\n"


def _documents() -> dict[str, str]:
    return {
        "README.md": "# Tide Gauge\n\n## Purpose\n\nIt records the tide. See [the guide](docs/guide.md).\n",
        "LICENSE": "Copyright 2017 The Tide Gauge contributors\n",
        "CONTRIBUTING.md": "# Contributing\n\nOpen an issue first.\n",
        "SECURITY.md": "# Security\n\nWrite to security@example.org; we answer vulnerability reports in 14 days.\n",
        "docs/guide.md": "# Guide\n\nBack to [the README](../README.md).\n",
    }


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)
