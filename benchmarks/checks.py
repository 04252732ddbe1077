"""`check` beside repolinter, its second run beside its first, and its memory beside blobs of any size."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.checking import repository

# The items that look at what repolinter's default rules look at: licence, readme, contributing, code of conduct,
# changelog, security, support, tests, pipelines, templates, manifests, binaries.
SAME = (
    *("LEGAL-06", "PLAN-01", "TECH-06", "GOV-04", "GOV-05", "LAUNCH-04", "INFRA-06", "INFRA-09", "TECH-05"),
    *("INFRA-08", "TECH-10", "TECH-09", "LEGAL-09"),
)


Timed = Callable[[Path], None]


def pairs(folder: Path) -> Iterator[tuple[str, list[Timed], list[Timed]]]:
    """Yield what is timed in turn; without repolinter on the PATH its row is left out, and said to be."""
    place, cache = repository(folder / "repository"), folder / "cache"
    files = [_check(place, cache, "--no-history", *(word for item in SAME for word in ("--only", item)))]
    if linter := shutil.which("repolinter"):
        name = f"check, {len(SAME)} items of files / repolinter, its default rules"
        yield name, files, [lambda _: _run(cache, linter, "lint", str(place))]
    else:
        print("repolinter is not on the PATH: its row is left out.")
    again = _check(place, cache)
    first = [lambda _: shutil.rmtree(cache, ignore_errors=True), again]
    yield "check, second run / first run, 5,000 files and commits", [again], first


def memory(folder: Path) -> dict[str, object]:
    """Return the memory of a check with and without a text of 200 MB; the columns are MB."""
    place, cache = repository(folder / "repository"), folder / "cache"
    words = (sys.executable, "-m", "ospo_init", "check", str(place))
    small = _run(cache, *words)
    with (place / "blob.txt").open("wb") as file:  # in pieces: a child begins with the memory of its parent
        for _ in range(200):
            file.write(b"0123456789 no secret here\n" * (1024 * 1024 // 26))
    shutil.rmtree(cache, ignore_errors=True)
    large = _run(cache, *words)
    name = "memory of check, with a text of 200 MB / without"
    return {"name": name, "a": large / 1024, "b": small / 1024, "ratio": large / small}


def _check(place: Path, cache: Path, *options: str) -> Timed:
    words = (sys.executable, "-m", "ospo_init", "check", str(place), *options)

    def work(_: Path) -> None:
        _run(cache, *words)

    return work


def _run(cache: Path, *words: str) -> int:
    """Run a command to its end and return the memory of its largest process in kB; findings are no failure."""
    env = {**os.environ, "OSPO_INIT_CACHE": str(cache)}
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(words, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"{words} failed: exit code {child.returncode}")
    return usage.ru_maxrss
