"""One good repository, by hand: every item of the checklist passes in it, and each fails after one change."""

from __future__ import annotations

import datetime
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files as package
from pathlib import Path

import yaml

from ospo_init.core.checking.report import Result
from ospo_init.core.checklist import Item, load
from ospo_init.edges.license_scans import known_texts

ITEMS = load(yaml.safe_load(package("ospo_init").joinpath("data", "checklist.yml").read_text())["items"])
BY_ID = {item.id: item for item in ITEMS}
TODAY = datetime.date.today()
# The items that only people can answer: each is signed, with a file of its own as evidence.
SIGNED = tuple(
    item.id
    for item in ITEMS
    if ("'ask'" in str(item.check) and item.id != "INFRA-07") or item.id in ("EVAL-01", "TECH-02", "FINAL-02")
)
SHA = "a" * 40

README = """# Tide Gauge

Tide Gauge reads gauges. Contributions are welcome: everybody may take part.

## Purpose

Harbours need to know the water level.

## Usage

    tide-gauge read

## Support

Ask in https://forge.example.org/tide/issues

## Status

Maintenance: only fixes are to be expected. The old line is no longer maintained.

## License

Apache-2.0, see LICENSE.
"""
GOVERNANCE = """# Governance

The maintainers decide by consensus. Harbour Example owns and runs it.

## Becoming a maintainer

The maintainers vote on it.

## Releases

We follow semantic versioning.

## Life cycle

At its end of life the project is archived.
"""
CONTRIBUTING = """# Contributing

Build it with make. Every change must come with tests.
Sign off your commits (Developer Certificate of Origin): git commit -s. Everybody is welcome.
"""
WORKFLOW = f"""name: test
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@{SHA} # v1
    - run: python -m pytest
"""
DCO = WORKFLOW.replace("name: test", "name: dco").replace("python -m pytest", "check signed-off-by")
CITATION = """cff-version: 1.2.0
message: Cite it.
title: Tide Gauge
license: Apache-2.0
authors:
- name: Harbour Example
"""
MAINTAINERS = """# Maintainers

- Ada, community, ada@harbour.example.org
- Bob, bob@harbour.example.org
"""
SECURITY = """# Security

Write to security@harbour.example.org.

## Supported versions

The latest. Releases are signed with cosign.
"""
REUSE = """version = 1
[[annotations]]
path = "**"
SPDX-FileCopyrightText = "2026 Harbour Example"
SPDX-License-Identifier = "Apache-2.0"
"""
ANSWERS = {
    "_src_path": "https://templates.example.org/none.git",
    "_commit": "v1.0.0",
    "project_name": "Tide Gauge",
    "openness": "public",
    "kind": "software",
    "profile": "company",
    "stage": "active",
    "license": "Apache-2.0",
    "governance_model": "steering-committee",
    "trademark_owner": "Harbour Example",
    "inbound": "dco",
}
DECISIONS = {
    **{"problem": "x", "audience": "y", "alternatives": "none fits", "scope": "all", "motivation": "reuse"},
    **{"openness": "public", "sponsor": "Harbour Example", "resources": "1 day a week", "metrics": "two goals"},
    **{
        "external_interest": "ports",
        "home": "own",
        "rights_holders": "Harbour Example",
        "regulatory_role": "none needed",
    },
    **{"history": "keep", "assets": "two holders", "inventories": "the catalogue"},
}


def texts() -> dict[str, str]:
    """The files, before the record is added."""
    license_text = known_texts()["Apache-2.0"].split("\f")[0]
    return {
        ".copier-answers.yml": yaml.safe_dump(ANSWERS),
        ".editorconfig": "root = true\n",
        ".github/CODEOWNERS": "* @ada @bob\n",
        ".github/ISSUE_TEMPLATE/bug.yml": "name: Bug\ndescription: A bug\nbody: []\n",
        ".github/dependabot.yml": "version: 2\nupdates: []\n",
        ".github/pull_request_template.md": "What does it change?\n",
        ".github/workflows/dco.yml": DCO,
        ".github/workflows/test.yml": WORKFLOW,
        ".gitignore": "*.pyc\n",
        ".ospo/announcement.md": "We announce Tide Gauge.\n",
        ".pre-commit-config.yaml": "repos: []\n",
        "ARCHITECTURE.md": "# Architecture\n\nOne program.\n",
        "CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\nThe first release.\n",
        "CHARTER.md": "# Charter\n\nThe steering committee decides.\n",
        "CITATION.cff": CITATION,
        "CODE_OF_CONDUCT.md": "# Code of conduct\n\nWrite to conduct@harbour.example.org.\n",
        "CONTRIBUTING.md": CONTRIBUTING,
        "GOVERNANCE.md": GOVERNANCE,
        "LICENSE": license_text,
        "LICENSES/Apache-2.0.txt": license_text,
        "MAINTAINERS.md": MAINTAINERS,
        "NOTICE": "Tide Gauge\nCopyright 2026 Harbour Example\n",
        "README.md": README,
        "REUSE.toml": REUSE,
        "ROADMAP.md": "# Roadmap\n\n2026: more gauges.\n",
        "SECURITY.md": SECURITY,
        "SUPPORT.md": "# Support\n\nAsk in https://forge.example.org/tide/issues\n",
        "docs/decisions/0001-one-program.md": "# One program\n\nBecause it is simple.\n",
        "docs/guide.md": "# Guide\n\nInstall and use it.\n",
        "pyproject.toml": '[project]\nname = "tide-gauge"\nversion = "1.0.0"\nlicense = "Apache-2.0"\n',
        "sbom.spdx.json": "{}\n",
        "src/tide.py": "print(1)\n",
        "tests/test_tide.py": "def test() -> None:\n    assert True\n",
        **{f"docs/signed/{name}.md": f"{name} was looked at.\n" for name in SIGNED},
    }


def record(files: Mapping[str, str], names: Iterable[str] = SIGNED, **changes: object) -> str:
    """The record in which people have signed."""
    sign_offs = [_sign_off(BY_ID[name], role, files) for name in names for role in BY_ID[name].roles]
    data = {"schema_version": 1, "decisions": DECISIONS, "sign_offs": sign_offs, "waivers": [], "stage_history": []}
    return yaml.safe_dump({**data, **changes}, sort_keys=False)


def _sign_off(item: Item, role: str, files: Mapping[str, str]) -> dict[str, str]:
    path = f"docs/signed/{item.id}.md"
    digest = hashlib.sha256(files[path].encode()).hexdigest()
    row = {"item": item.id, "by": "Ada Example <ada@example.org>", "role": role, "on": TODAY.isoformat()}
    return row | {"evidence": path, "sha256": digest}


Change = Callable[[Path], None]


def make(folder: Path) -> Path:
    """Write the repository with one commit, signed off and tagged v1.0.0."""
    files = texts()
    for path, text in {**files, ".ospo/record.yml": record(files)}.items():
        put(folder, path, text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    git(folder, "tag", "-a", "v1.0.0", "-m", "1.0.0")
    return folder


def put(folder: Path, path: str, text: str | bytes) -> None:
    """Write one file."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(folder: Path, message: str = "Start", day: datetime.date = TODAY, who: str = "Ada Example") -> None:
    """Commit everything that is there, on a day, as somebody."""
    when = f"{day.isoformat()}T12:00:00Z"
    mail = f"{who.split(maxsplit=1)[0].lower()}@example.org"
    env = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    git(folder, "add", "--all", "--force")
    git(
        folder,
        *(
            "-c",
            f"user.name={who}",
            "-c",
            f"user.email={mail}",
            "commit",
            "--quiet",
            "--allow-empty",
            "-s",
            "-m",
            message,
        ),
        **env,
    )


def git(folder: Path, *arguments: str, **env: str) -> str:
    """Run git in the repository."""
    base = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *base, *arguments], cwd=folder, check=True, capture_output=True, text=True, env={**os.environ, **env}
    )
    return done.stdout


def verdicts(results: Iterable[Result]) -> dict[str, str]:
    """The verdict on each item."""
    return {result.id: result.verdict for result in results}
