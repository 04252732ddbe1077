"""The matrix of answers that the tests of the template share: every value of every choice, and sets of facts.

A row names a value for each choice and one set of facts; `ROWS` holds every pair of values. `make` renders a row with
our own engine, in this process.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ospo_init.box.engine import ComposedEngine
from ospo_init.core.house.pairwise import pairwise
from ospo_init.edges.bundles import compose_base

ROOT = Path(__file__).parent.parent
ORIGIN = {"_commit": "v9.9.9", "_src_path": "https://templates.example.org/base.git"}

# One licence for each class: what it is made for decides which texts a repository needs.
LICENSES = {
    "Apache-2.0": "software",
    "MIT": "software",
    "GPL-3.0-or-later": "software",
    "CC0-1.0": "software",  # and everything else
    "CC-BY-4.0": "content",
    "ODbL-1.0": "data",
    "CERN-OHL-S-2.0": "hardware",
    "OFL-1.1": "font",
}

CHOICES: dict[str, Sequence[str]] = {
    "kind": ("software", "documentation"),
    "profile": ("community", "company"),
    "openness": ("public", "community", "closed", "one-off", "private"),
    "stage": ("concept", "active", "maintenance", "end-of-life"),
    "license": tuple(LICENSES),
    "inbound": ("dco", "cla", "inbound-outbound"),
    "governance_model": (
        "single-maintainer",
        "maintainer-council",
        "steering-committee",
        "company-led",
        "foundation-ready",
    ),
    "code_of_conduct": ("contributor-covenant-3.0", "contributor-covenant-2.1", "none"),
    "support_level": ("best-effort", "sustained", "none"),
    "forge": ("github", "gitlab", "forgejo", "none"),
    "ci": ("github", "gitlab", "forgejo", "none"),
    "language": ("python", "node", "go", "rust", "java", "none"),
}

EVERYTHING: dict[str, Any] = {
    "project_name": "Tide Gauge v1.0 (beta) – C++ & C#",  # noqa: RUF001 - people write dashes
    "project_slug": "tide-gauge",
    "description": "Reads water levels from low-cost sensors, and publishes them as open data.",
    "problem": "Nobody knows how high the water stands.\nEach harbour measures in its way.\n\nNothing is published.",
    "audience": "Harbour masters\n\nCoastal scientists",
    "alternatives": "A pole with marks: nobody reads it at night.",
    "sponsor": "Example Harbour Office",
    "maintenance_since": "2026-03-01",
    "maintenance_reason": "It does all that it was *meant* to do.",
    "supported_versions": "2.x\n\n1.x | old_one until 2027-06-30",
    "support_until": "2028-02-29",
    "ended_on": "2028-02-29",
    "end_reason": "The sensors that it reads are not made any more.",
    "successor": "Tide Gauge 2 <the new_one>",
    "takeover_contact": "https://example.org/take-over?a=b",
    "roadmap": "- Read the second sensor\n\n* Publish hourly means\nA map",
    "maintainer_name": "Ada Example",
    "maintainer_email": "ada_x@example.org",
    "maintainer_handle": "@ada",
    "maintainers": "Bo Example <bo@example.org> @bo-x\nÇ. Ö. Example @celik\n\nDee Example <d+e@example.org>\nEve",
    "copyright_holder": "Example Harbour Office",
    "created_on": "2026-03-01",
    "first_year": "2025",
    "cla_url": "https://example.org/cla",
    "trademark_owner": "Example Harbour Office",
    "security_contact": "security@example.org",
    "conduct_contact": "https://example.org/conduct?to=a&b=*_x",
    "response_days": 5,
    "disclosure_days": 90,
    "safe_harbour": True,
    "support_channel": "https://forum.example.org/tide-gauge",
    "repository_url": "https://code.example.org/harbour/tide-gauge.git",
    "default_branch": "trunk",
}

FACTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "mail": {"project_name": "Tide Gauge", "maintainer_name": "Ada Example", "maintainer_email": "ada@example.org"},
    "nameless": {
        "description": "Reads water levels.",
        "maintainer_email": "ada@example.org",
        "repository_url": "https://code.example.org/tide-gauge/",
        "response_days": 1,
        "disclosure_days": 1,
    },
    "handle": {
        "project_name": "Tide Gauge",
        "problem": "Nobody knows how high the water stands.",
        "maintainer_name": "Ada Example",
        "maintainer_handle": "harbour/gauges",
        "created_on": "2024-02-29",
        "repository_url": "https://code.example.org/harbour/tide-gauge",
        "security_contact": "https://example.org/security",
        "safe_harbour": True,
    },
    "others": {
        "project_name": "2. Tide_Gauge",
        "maintainers": "Bea Example\nCy Example <cy@example.org>",
        "created_on": "2026-03-01",
        "support_channel": "help@example.org",
        "conduct_contact": "conduct@example.org",
    },
    "everything": EVERYTHING,
}

ROWS = pairwise({**CHOICES, "facts": tuple(FACTS)})
# Fewer rows, for judges that take long: of the choices, what decides which files of a kind there are.
FEW = pairwise(
    {key: CHOICES[key] for key in ("kind", "inbound", "code_of_conduct", "forge", "ci")} | {"facts": tuple(FACTS)}
)


def answers(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers that a row stands for."""
    return {**{key: value for key, value in row.items() if key != "facts"}, **FACTS[row.get("facts", "nothing")]}


def name(row: Mapping[str, str]) -> str:
    """Return how a test of a row is called."""
    return "-".join(row.values())


@dataclass(frozen=True)
class Project:
    """A rendered project: its answers (`values` with the computed ones), its files and where each came from."""

    values: Mapping[str, Any]
    recorded: Mapping[str, Any]
    files: Mapping[str, bytes]
    modes: Mapping[str, str]
    sources: Mapping[str, str]

    def text(self, path: str) -> str:
        """Return a file's text."""
        return self.files[path].decode()


@functools.cache
def engine() -> ComposedEngine:
    """Return our engine, with the base template composed from the sources."""
    return ComposedEngine(compose_base(ROOT))


def make(given: Mapping[str, Any], renderer: ComposedEngine | None = None) -> Project:
    """Return the project that our engine makes of the answers."""
    reply, tree = (renderer or engine()).render(given, {}, ORIGIN)
    return Project(
        reply["values"],
        reply["recorded"],
        {path: file.data for path, file in tree.items()},
        {path: file.mode for path, file in tree.items()},
        reply["sources"],
    )


def write(project: Project, folder: Path) -> Path:
    """Write a project's files into `folder`, and return it."""
    for path, data in project.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


@functools.cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def markdown(text: str) -> list[Token]:
    """Return the blocks of a Markdown text, as forges read it: CommonMark with tables and strike-through."""
    return _markdown().parse(text)


def shown(block: Token) -> str:
    """Return the text of an inline block as a reader sees it."""
    return "".join(" " if child.type in ("softbreak", "hardbreak") else child.content for child in block.children or [])
