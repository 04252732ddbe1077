"""Bring this repository's own files to what the newest base makes of its answers: `python tools/self_apply.py`.

What the project has written itself stays (OWN); everything else is the template's, and a test compares.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Written by hand, or seeded by the template and the project's own since.
OWN = {
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "REUSE.toml",
    "LICENSES/Apache-2.0.txt",
    ".gitignore",
    "pyproject.toml",
    "src/ospo_init/__init__.py",
    "tests/test_about.py",
}
ANSWERS = """\
project_name: ospo-init
description: From an empty folder to a governed, licensed repository that is ready to be reviewed and published.
problem: |-
  Whoever releases an open source project writes the same documents again, copies them from somewhere, or leaves
  placeholders in them that go public. Tools that update templates know no policy, and tools that know a policy cannot
  update a file that a person has edited.
audience: Developers who release a project, and open source program offices that want every release made the same way.
alternatives: |-
  Copier and cruft update projects from templates and know nothing of licences, reviews or owners.
  Repolinter and its like report what is missing and cannot put it there.
  Template repositories go stale once they are copied.
maintainer_name: ""
maintainer_email: ""
default_branch: main
stage: active
copyright_holder: The ospo-init contributors
created_on: "2026-11-21"
inbound: inbound-outbound
governance_model: single-maintainer
language: python
"""


def rendered() -> dict[str, str]:
    """Return the files that the newest base makes of ANSWERS, by path; nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.yml")
        answers.write_text(ANSWERS, encoding="utf-8")
        words = ["new", f"{folder}/x", "--defaults", "--dry-run", "--json", "--answers", str(answers)]
        done = subprocess.run([sys.executable, "-m", "ospo_init", *words], capture_output=True, text=True, check=True)
    contents: dict[str, str] = json.loads(done.stdout)["contents"]
    return contents


def main() -> None:
    """Write what is the template's."""
    for path, text in rendered().items():
        if path not in OWN:
            target = ROOT / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
