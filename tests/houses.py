"""Houses for tests: folders made of mappings, composed and committed as templates without the trial of publishing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from foreign import Content, put
from ospo_init.commands.house_opening import ready
from ospo_init.core.house import lint
from ospo_init.edges import yamls
from scenes import Done, clear, ospo, publish

BASE = "base@v0.3.0"
TOP = f"name: acme\ntitle: ACME\nextends: {BASE}\n"  # what the lines of a test begin after
ACME: Mapping[str, Any] = {"name": "acme", "title": "ACME", "extends": BASE}
# A house of which few projects have to be tried: every choice has one value left.
NARROW: Mapping[str, Any] = {
    **ACME,
    "answers": {
        "license": {"lock": "MIT"},
        "kind": {"restrict": ["software"]},
        "profile": {"restrict": ["community"]},
        "openness": {"restrict": ["public"]},
        "stage": {"restrict": ["concept"]},
        "inbound": {"restrict": ["dco"]},
        "governance_model": {"restrict": ["single-maintainer"]},
        "code_of_conduct": {"restrict": ["contributor-covenant-3.0"]},
        "support_level": {"restrict": ["best-effort"]},
        "forge": {"restrict": ["github"]},
        "ci": {"restrict": ["github"]},
        "language": {"restrict": ["none"]},
        "safe_harbour": {"lock": False},
    },
}


def house(folder: Path, rows: Mapping[str, Any], files: Mapping[str, Content] = {}) -> Path:
    """Write a house, and nothing else, into a folder; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)
    put(folder, {"house.yml": yamls.dump(dict(rows)), **files})
    return folder


def composed(source: Path, to: Path, tag: str = "v1.0.0") -> Path:
    """Make what a house composes to the version `tag` of the template in `to`; return that folder."""
    tree = ready(str(source)).tree
    return publish(to, tag, {path: file.data for path, file in tree.items()})


def template(to: Path, rows: Mapping[str, Any], files: Mapping[str, Content] = {}, tag: str = "v1.0.0") -> Path:
    """Compose a house that is written beside `to`; return the template's folder."""
    return composed(house(to.with_name(f"{to.name}-source"), rows, files), to, tag)


def linted(source: Path) -> list[tuple[str, str]]:
    """Return what `house lint` says of a house: where, and what is wrong there, after `warning: ` if it is none."""
    done: Done = ospo("house", "lint", source, "--json")
    rows = done.data["problems"]
    assert done.code == (1 if any(row["severity"] == "error" for row in rows) else 0)
    return [(row["place"], f"{'warning: ' * (row['severity'] == 'warning')}{row['what']}") for row in rows]


def pointed(places: Mapping[str, Path]) -> dict[str, str]:
    """Return the variables by which git finds folders of this disk at addresses, so that no network is needed."""
    rows = {f"url.{folder}.insteadOf": address for address, folder in places.items()}
    found = {"GIT_CONFIG_COUNT": str(len(rows))}
    for number, (key, address) in enumerate(rows.items()):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": address}
    return found


def rule_name(rule: Any) -> str:
    """Return the name of a rule of the linter, without what all modules of them begin with."""
    return f"{rule.__module__.rpartition('.')[2].removeprefix('lint_')}.{rule.__name__}"


@pytest.fixture
def found_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules of the linter that found something, by name, in a list that grows."""
    names: list[str] = []

    def noted(rule: Any) -> Any:
        def run(look: Any) -> list[Any]:
            found = list(rule(look))
            names.extend([rule_name(rule)] if found else [])
            return found

        return run

    monkeypatch.setattr(lint, "RULES", tuple(noted(rule) for rule in lint.RULES))
    return names


def own_cache(folder: Path) -> None:
    """Let what a fixture of a module runs have a cache of its own."""
    os.environ["OSPO_INIT_CACHE"] = str(folder / "cache")
