"""`house test` beside plain Copier: fifty answer sets of one house, rendered and checked, or only copied."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ospo_init.edges import yamls

SETS = 50
_HOUSE = """\
name: bench
title: Bench
extends: {extends}
answers:
  inbound: {{lock: dco, rule: Contributions are signed off.}}
licenses: {{allow: [MIT, Apache-2.0, EUPL-1.2], default: MIT}}
copyright: {{holder: "Bench and {{project_name}} contributors"}}
placeholders: {{"<your-project>": project_name}}
"""
_COPY = """\
import sys
from pathlib import Path
import copier, yaml
house, sets, out = sys.argv[1:]
for number, file in enumerate(sorted(Path(sets).glob("*.yml"))):
    answers = yaml.safe_load(file.read_bytes())["answers"]
    copier.run_copy(house, Path(out, str(number)), data=answers, defaults=True, quiet=True, settings=copier.Settings())
"""
Timed = Callable[[Path], None]


def answer_sets() -> Iterator[dict[str, str]]:
    """Yield fifty sets of answers: licences, governance, forges and stages in turn."""
    rows = itertools.product(
        ("github", "gitlab", "forgejo"),
        ("MIT", "Apache-2.0", "EUPL-1.2"),
        ("python", "node", "none"),
        ("public", "closed"),
    )
    for number, (forge, license_, language, openness) in zip(range(SETS), rows, strict=False):
        yield {
            "project_name": f"Tide Gauge {number}",
            "maintainer_name": "Ada Example",
            "maintainer_email": "ada@example.org",
            "created_on": "2026-03-01",
            "first_year": "2026",
            "repository_url": f"https://{forge}.example.org/example/tide-gauge",
            "forge": forge,
            "license": license_,
            "language": language,
            "openness": openness,
        }


def prepare(folder: Path) -> tuple[Path, Path]:
    """Write the house, and publish it for Copier; return both folders."""
    from ospo_init.edges.base import base_tags

    source, published = folder / "house", folder / "published.git"
    (source / "overlay").mkdir(parents=True)
    (source / "tests").mkdir()
    released = max(
        base_tags()[0], key=lambda tag: [int(piece) for piece in tag.removeprefix("v").split(".") if piece.isdigit()]
    )
    (source / "house.yml").write_text(_HOUSE.format(extends=f"base@{released}"))
    (source / "overlay" / "RELEASING.md").write_text("# Releasing\n\n<your-project> is released by its maintainers.\n")
    for number, answers in enumerate(answer_sets()):
        (source / "tests" / f"{number:02}.yml").write_text(yamls.dump({"answers": answers}))
    _run(sys.executable, "-m", "ospo_init", "house", "publish", str(source), "--to", str(published))
    return source, published


def pairs(folder: Path) -> Iterator[tuple[str, Sequence[Timed], Sequence[Timed]]]:
    """Yield what is compared: the name, and the two jobs."""
    source, published = prepare(folder)
    test = (sys.executable, "-m", "ospo_init", "house", "test", str(source), "--sets", "1")
    copy = (sys.executable, "-c", _COPY, f"git+file://{published}", str(source / "tests"))
    lint = (sys.executable, "-m", "ospo_init", "house", "lint", str(source))
    once = (sys.executable, "-m", "copier", "--version")
    yield (
        f"house test, {SETS} answer sets, rendered and checked / copier copy, {SETS} times in one process",
        [lambda place: _run(*test)],
        [lambda place: _run(*copy, str(place))],
    )
    yield "house lint / copier --version", [lambda place: _run(*lint)], [lambda place: _run(*once)]


def _run(*words: str) -> None:
    who = {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in _WHO.items()}
    with tempfile.TemporaryDirectory() as cache:  # the first run of each is as the others
        own = {**os.environ, **who, "OSPO_INIT_CACHE": cache}
        done = subprocess.run(words, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:6])} failed: {done.stdout[-500:]}{done.stderr[-500:]}")


_WHO = {"NAME": "Ada Example", "EMAIL": "ada@example.org"}
