"""What the dependencies of a work tree say of their licences: in lock files, and where they are installed in it."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from ospo_init.core.licensing import dependencies
from ospo_init.core.licensing.covered import Files
from ospo_init.core.licensing.dependencies import Dependency, Installed
from ospo_init.core.licensing.vendored import vendored_folders
from ospo_init.edges import lying

_LOCK, _LOCKS = "package-lock.json", 20
_LOCK_SIZE, _SIZE = 32 * 1024 * 1024, 1024 * 1024  # bytes
_ENVIRONMENTS = (".venv", "venv")
_PACKAGES = 5000  # that are looked at in one environment
_SILENT = {  # manifests at the top whose lock files say no licences, and what in them declares something
    "Cargo.toml": "[dependencies",
    "go.mod": "require",
    "pom.xml": "<dependency>",
    "build.gradle": "dependencies",
    "build.gradle.kts": "dependencies",
    "composer.json": '"require"',
    "Gemfile": "gem ",
    "mix.exs": "deps",
    "pubspec.yaml": "dependencies:",
    "environment.yml": "dependencies:",
    "Pipfile": "[packages]",
}


@dataclass(frozen=True)
class Needed:
    """The dependencies that could be read, and in words what could not."""

    dependencies: tuple[Dependency, ...] = ()
    unknown: tuple[str, ...] = ()


def needed(top: Path, files: Files) -> Needed:
    """Return what the work tree `top` is built on."""
    found, unknown = list[Dependency](), list[str]()
    for rows, problems in (_node(top, files), _python(top, files)):
        found += rows
        unknown += problems
    for path, words in _SILENT.items():
        if path in files.sizes and words in _text(top, path):
            unknown.append(f"{path} declares dependencies, and nothing in the work tree says their licences")
    return Needed(tuple(found), tuple(unknown))


def _node(top: Path, files: Files) -> tuple[list[Dependency], list[str]]:
    copied = tuple(vendored_folders(files.paths))
    locks = [path for path in files.paths if path.rpartition("/")[2] == _LOCK and not path.startswith(copied)]
    found, unknown = list[Dependency](), list[str]()
    for path in locks[:_LOCKS]:
        try:
            rows = dependencies.of_lock(path, _text(top, path, _LOCK_SIZE))
        except ValueError as error:
            unknown.append(f"{path} {error}")
        else:
            folder = path[: -len(_LOCK)]
            found += [row if row.license else _looked_up(top, folder, row) for row in rows]
    if len(locks) > _LOCKS:
        unknown.append(f"only {_LOCKS} of {len(locks)} lock files were read")
    if _LOCK not in locks and _declares(_json(top, "package.json") if "package.json" in files.sizes else None):
        unknown.append(f"package.json declares dependencies; {_LOCK} would say their licences (npm install writes it)")
    return found, unknown


def _declares(manifest: Any) -> bool:
    keys = ("dependencies", "optionalDependencies", "peerDependencies")
    return isinstance(manifest, Mapping) and any(manifest.get(key) for key in keys)


def _looked_up(top: Path, folder: str, row: Dependency) -> Dependency:
    manifest = _json(top, f"{folder}node_modules/{row.name}/package.json")
    same = isinstance(manifest, Mapping) and str(manifest.get("version", "")) == row.version
    return dependencies.with_license(row, dependencies.node_license(manifest)) if same else row


def _python(top: Path, files: Files) -> tuple[list[Dependency], list[str]]:
    named, unknown = list[str](), list[str]()
    for path, rows in _declared(top, files):
        if rows is None:
            unknown.append(f"{path} says what it needs in a way that was not read")
        else:
            named += rows
    if not named:
        return [], unknown
    there: dict[str, Installed] = {canonicalize_name(row.dependency.name): row for row in _environment(top)}
    if not there:
        shown = ", ".join(dict.fromkeys(named[:5]))
        unknown.append(f"the licences of {shown} are told by a virtual environment in .venv that has them installed")
        return [], unknown
    found = list(dependencies.closure(named, there))
    absent = [row.name for row in found if not row.path]
    if absent:
        unknown.append(f"not installed in .venv, so that their licences are not known: {', '.join(absent[:5])}")
    return [row for row in found if row.path], unknown


def _declared(top: Path, files: Files) -> Iterator[tuple[str, list[str] | None]]:
    """Yield manifests at the top with the names that they need; None where they need to be run to tell."""
    if "pyproject.toml" in files.sizes:
        try:
            project = tomllib.loads(_text(top, "pyproject.toml")).get("project", {})
        except (ValueError, RecursionError):
            yield "pyproject.toml", None
        else:
            told = project if isinstance(project, Mapping) else {}
            moving = told.get("dynamic")
            is_moving = isinstance(moving, list) and "dependencies" in moving
            yield "pyproject.toml", None if is_moving else _names(told.get("dependencies", []))
    if "requirements.txt" in files.sizes:
        lines = (line.partition(" #")[0].strip() for line in _text(top, "requirements.txt").split("\n"))
        yield "requirements.txt", _names([line for line in lines if line and not line.startswith(("#", "-"))])
    for path in ("setup.py", "setup.cfg"):
        if path in files.sizes and "install_requires" in _text(top, path):
            yield path, None


def _names(rows: Any) -> list[str] | None:
    """Return the names in requirements; those under a marker may not be needed here, but are counted all the same."""
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        return None
    found = [dependencies.requirement(row) for row in rows]
    return [row.name for row in found if row is not None] if None not in found else None


def _environment(top: Path) -> Iterator[Installed]:
    for environment in _ENVIRONMENTS:
        for python in _folders(top, f"{environment}/lib"):
            place = f"{environment}/lib/{python}/site-packages"
            for name in _folders(top, place)[:_PACKAGES]:
                if name.endswith(".dist-info"):
                    path = f"{place}/{name}/METADATA"
                    yield dependencies.of_metadata(path, _text(top, path))


def _folders(top: Path, inside: str) -> list[str]:
    """Return the names of the folders in a folder of the work tree, none where a link is on the way."""
    place = top
    for part in inside.split("/"):
        place = place / part
        if place.is_symlink():
            return []
    try:
        with os.scandir(place) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _json(top: Path, path: str) -> Any:
    try:
        return json.loads(_text(top, path))
    except (ValueError, RecursionError):
        return None


def _text(top: Path, path: str, most: int = _SIZE) -> str:
    return (lying.read(top, path, most) or b"").decode("utf-8", "replace")
