"""`python -m benchmarks`: how long commands take beside what they are compared with, in one run.

Every row times two commands in turn (A B A B …) as whole processes and prints the medians and the median of the
ratios pair by pair, so that a machine whose speed drifts does not decide. The JSON goes to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import checks, houses, updates, work

Timed = Callable[[Path], None]


def main() -> None:
    """Run every pair and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=11, help="counted runs of each command (at least 9)")
    options.add_argument("--only", choices=list(PARTS), help="one part of it")
    asked = options.parse_args()
    runs = max(9, asked.runs)
    rows: list[dict[str, object]] = []
    for name, part in PARTS.items():
        if asked.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="ospo-init-bench-") as folder:
                rows += part(Path(folder), runs)
    table(rows, runs)
    keep(rows, runs)


def making(folder: Path, runs: int) -> list[dict[str, object]]:
    """Time `new` and `--help`."""
    scene = work.Scene.prepare(folder)
    return [pair(name, a, b, runs, folder) for name, a, b in work.pairs(scene)]


def updating(folder: Path, runs: int) -> list[dict[str, object]]:
    """Time `update`."""
    return list(updates.rows(updates.Scene.prepare(folder), runs))


def remembering(folder: Path, runs: int) -> list[dict[str, object]]:
    """Measure the memory of `update`; the columns are MB."""
    return list(updates.memory(updates.Scene.prepare(folder)))


def looking(folder: Path, runs: int) -> list[dict[str, object]]:
    """Time `status`."""
    return list(updates.statuses(updates.Scene.prepare(folder), runs))


def checking(folder: Path, runs: int) -> list[dict[str, object]]:
    """Time `check`, and measure its memory."""
    found = [pair(name, a, b, runs, folder) for name, a, b in checks.pairs(folder)]
    return [*found, checks.memory(folder / "memory")]


def trying(folder: Path, runs: int) -> list[dict[str, object]]:
    """Time `house test` and `house lint`."""
    return [pair(name, a, b, runs, folder) for name, a, b in houses.pairs(folder)]


PARTS = {
    "new": making,
    "update": updating,
    "memory": remembering,
    "status": looking,
    "check": checking,
    "house": trying,
}


def pair(name: str, a: Sequence[Timed], b: Sequence[Timed], runs: int, folder: Path) -> dict[str, object]:
    """Time two jobs in turn; one uncounted run of each comes first."""
    times: dict[str, list[float]] = {"a": [], "b": []}
    for number in range(runs + 1):
        for side, steps in (("a", a), ("b", b)):
            place = folder / f"{side}{number}"
            start = time.perf_counter()
            for step in steps:
                step(place)
            taken = time.perf_counter() - start
            if number:
                times[side].append(taken)
            shutil.rmtree(place, ignore_errors=True)
    ratios = [x / y for x, y in zip(times["a"], times["b"], strict=True)]
    medians = {side: statistics.median(values) for side, values in times.items()}
    return {"name": name, **medians, "ratio": statistics.median(ratios), "times": times}


def table(rows: Sequence[dict[str, object]], runs: int) -> None:
    """Print the rows for people."""
    print(f"{'A against B':<58} {'A, ms':>8} {'B, ms':>8} {'A/B':>6}")
    for row in rows:
        scale, unit = (1000, "") if "times" in row else (1, " MB")
        a, b = (f"{scale * row[side]:.0f}{unit}" for side in ("a", "b"))  # type: ignore[operator]
        print(f"{row['name']:<58} {a:>8} {b:>8} {row['ratio']:>6.2f}")
    print(f"Medians of {runs} runs each, in turn; A/B is the median of the ratios pair by pair. Memory: one run each.")


def keep(rows: Sequence[dict[str, object]], runs: int) -> None:
    """Keep the figures, with what they were measured on."""
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.strip()
    machine = {"python": sys.version.split()[0], "system": platform.platform(), "cores": os.cpu_count(), "git": git}
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    target = folder / f"{time.strftime('%Y%m%dT%H%M%S')}.json"
    target.write_text(json.dumps({"runs": runs, "machine": machine, "rows": rows}, indent=1) + "\n")
    print(f"Kept in {target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target}")


if __name__ == "__main__":
    main()
