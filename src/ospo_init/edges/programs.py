"""The one door to programs of others that a check may use where they are installed, such as gitleaks.

They are found on the PATH, never in the repository that is looked at, and run in a folder of ours without anything of
that repository being their working folder or their settings.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_MOST = 10_000  # characters of what a program says that are kept
_NOT_OURS = ("PYTHONPATH", "PYTHONHOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


@dataclass(frozen=True)
class Ran:
    """How a program ended: its exit code (-1: it could not be started, -2: it took too long), and what it said."""

    code: int
    out: str = ""
    said: str = ""


def find(name: str, outside: Path | None = None) -> str:
    """Return the absolute path of a program on the PATH, or '' where there is none; none below `outside` counts."""
    found = shutil.which(name)
    if not found or not os.path.isabs(found):  # noqa: PTH117 - what is on a relative PATH lies with the stranger
        return ""
    if outside is not None and Path(found).resolve().is_relative_to(outside.resolve()):
        return ""
    return found


def run(
    words: Sequence[str],
    folder: Path,
    env: Mapping[str, str | None] | None = None,
    seconds: int = 600,
    data: bytes = b"",
) -> Ran:
    """Run a program in `folder` and wait for it, `seconds` at most; it reads `data`.

    `env` is added to ours, None takes out.
    """
    changed = {**dict.fromkeys(_NOT_OURS), **(env or {})}
    kept = {name: value for name, value in os.environ.items() if name not in changed}
    given = kept | {name: value for name, value in changed.items() if value is not None}
    try:
        done = subprocess.run(
            list(words),
            cwd=folder,
            env=given,
            input=data,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return Ran(-2, said=f"it took more than {seconds} seconds")
    except OSError as error:
        return Ran(-1, said=error.strerror or str(error))
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def version(program: str, *words: str) -> str:
    """Return the first line that a program says of its version, or '' where it says none."""
    with contextlib.suppress(IndexError):
        ran = run([program, *words], Path("/"), seconds=20)
        return ran.out.strip().splitlines()[0].strip()[:60] if ran.code == 0 else ""
    return ""


def _text(data: bytes) -> str:
    return data[:_MOST].decode("utf-8", "replace")
