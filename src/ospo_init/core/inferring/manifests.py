"""Package manifests and metadata files: where each keeps the name, the licence, the people. Rows, and one reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.inferring.repository import Repository
from ospo_init.core.inferring.texts import one_line

Row = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Manifest:
    """What one manifest says; people are written "Name <address>", licences as they stand there."""

    path: str
    language: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def first(self, name: str, longest: int = 300) -> str:
        """Return the first value of a field on one line, or nothing."""
        return next(filter(None, (one_line(value, longest) for value in self.fields.get(name, ()))), "")


def _row(name: str, description: str, **more: str) -> Row:
    return {key: tuple(value.split()) for key, value in {"name": name, "description": description, **more}.items()}


# By file name, in the order in which they are believed: language, and where each field is (dotted paths, first wins).
ROWS: Mapping[str, tuple[str, Row]] = {
    "publiccode.yml": ("", _row(
        "name", "description.en.shortDescription", repository="url",
        licenses="legal.license", status="developmentStatus", maintainers="maintenance.contacts")),
    "codemeta.json": ("", _row(
        "name", "description", repository="codeRepository", licenses="license", maintainers="maintainer",
        status="developmentStatus")),
    "datapackage.json": ("data", _row(
        "name title", "description", repository="homepage repository", licenses="licenses")),
    "datapackage.yml": ("data", _row(
        "name title", "description", repository="homepage repository", licenses="licenses")),
    "pyproject.toml": ("python", _row(
        "project.name tool.poetry.name tool.flit.metadata.module", "project.description tool.poetry.description",
        repository="project.urls tool.poetry.repository tool.poetry.urls tool.poetry.homepage",
        licenses="project.license project.classifiers tool.poetry.license tool.poetry.classifiers",
        maintainers="project.maintainers tool.poetry.maintainers", authors="project.authors tool.poetry.authors",
        status="project.classifiers tool.poetry.classifiers")),
    "setup.cfg": ("python", _row(
        "metadata.name", "metadata.description",
        repository="metadata.project_urls metadata.url metadata.home_page metadata.home-page",
        licenses="metadata.license metadata.classifiers metadata.classifier", maintainers="metadata.maintainer",
        authors="metadata.author", status="metadata.classifiers metadata.classifier")),
    "setup.py": ("python", _row(
        "name", "description", repository="url", licenses="license classifiers", maintainers="maintainer",
        authors="author", status="classifiers")),
    "cargo.toml": ("rust", _row(
        "package.name workspace.package.name", "package.description workspace.package.description",
        repository="package.repository workspace.package.repository",
        licenses="package.license workspace.package.license", authors="package.authors workspace.package.authors",
        status="badges.maintenance.status")),
    "go.mod": ("go", _row("name", "description", repository="module")),
    "pom.xml": ("java", _row(
        "project.name project.artifactId", "project.description", repository="project.scm.url project.url",
        licenses="project.licenses.license.name", authors="project.developers.developer")),
    "settings.gradle": ("java", _row("name", "description")),
    "settings.gradle.kts": ("java", _row("name", "description")),
    "composer.json": ("php", _row(
        "name", "description", repository="support.source homepage", licenses="license", authors="authors")),
    ".gemspec": ("ruby", _row(
        "name", "summary description", repository="source_code_uri homepage", licenses="license licenses",
        authors="authors author")),
    "description": ("r", _row(
        "Package", "Title", repository="URL BugReports", licenses="License", maintainers="Maintainer")),
    "package.json": ("node", _row(
        "name", "description", repository="repository.url repository homepage", licenses="license licenses",
        maintainers="maintainers", authors="author")),
    "citation.cff": ("", _row("title", "abstract", repository="repository-code", licenses="license")),
}  # fmt: skip


def manifests(repository: Repository) -> Iterator[Manifest]:
    """Yield what the manifests at the top say, the most believable first."""
    tops = {path: _key(path) for path in repository.paths if "/" not in path}
    for name, (language, row) in ROWS.items():
        for path in (path for path, key in tops.items() if key == name and path in repository.data):
            data = repository.data[path]
            values = {key: tuple(_texts(data, places, key)) for key, places in row.items()}
            yield Manifest(path, language, values)


def is_manifest(path: str) -> bool:
    """Whether `path` is a manifest at the top of the project."""
    return "/" not in path and _key(path) in ROWS


def _key(path: str) -> str:
    name = path.lower()
    if path == "DESCRIPTION":  # R's; other projects have a description.txt, or a folder of that name
        return "description"
    if name == "description":
        return ""
    name = name.removesuffix(".yaml") + ".yml" if name.endswith(".yaml") else name
    return ".gemspec" if name.endswith(".gemspec") else name


def _texts(data: Any, places: tuple[str, ...], key: str) -> Iterator[str]:
    for place in places:
        for value in _dig(data, place.split(".")):
            yield from _flat(value, key)


def _dig(value: Any, steps: list[str]) -> Iterator[Any]:
    """Yield what stands at the dotted path; `*` is any key, and a list is looked into."""
    if not steps:
        yield value
    elif isinstance(value, list):
        for item in value[:100]:
            yield from _dig(item, steps)
    elif isinstance(value, Mapping):
        for name in list(value)[:100] if steps[0] == "*" else [steps[0]]:
            if name in value:
                yield from _dig(value[name], steps[1:])


def _flat(value: Any, key: str) -> Iterator[str]:
    """Yield the texts in a value: itself, the items of a list, a table's person or its one telling entry."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list):
        for item in value[:100]:
            yield from _flat(item, key)
    elif isinstance(value, Mapping) and key in ("maintainers", "authors"):
        yield _person(value)
    elif isinstance(value, Mapping):
        wanted = ("text", "type", "name", "@id") if key == "licenses" else list(value)[:20]
        for name in sorted(wanted, key=_telling) if key == "repository" else wanted:
            yield from _flat(value[name], "") if name in value and not isinstance(value[name], Mapping) else ()


def _telling(label: str) -> int:
    """Sort the labels of addresses: those that say source or repository first, home pages last."""
    order = [r"repo|source|code", r"git|forge|development", r"bug|issue|tracker", r"."]
    return next(at for at, words in enumerate(order) if re.search(words, str(label).lower()) or words == r".")


def _person(row: Mapping[Any, Any]) -> str:
    names = [str(row.get(part) or "") for part in ("givenName", "familyName")]
    name, email = str(row.get("name") or " ".join(filter(None, names))), str(row.get("email") or "")
    return f"{name} <{email}>" if email else name
