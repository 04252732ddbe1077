"""Adoption, first half: what an existing repository answers itself.

Everything here is a function of a `Repository`, plain data that edges/repository_facts.py reads from the newest commit.
What is in a repository was written by strangers: sizes are bounded, patterns are linear, and a value that no question
would take is dropped. Nothing is guessed about people.
"""

from __future__ import annotations

from collections.abc import Iterator

from ospo_init.core.inferring.acceptable import acceptable
from ospo_init.core.inferring.contacts import infer_contacts
from ospo_init.core.inferring.formats import read_plain
from ospo_init.core.inferring.inbound import infer_inbound
from ospo_init.core.inferring.languages import OFFERED, languages
from ospo_init.core.inferring.licensing import infer_license
from ospo_init.core.inferring.manifests import Manifest, manifests
from ospo_init.core.inferring.material import infer_material, infer_stage
from ospo_init.core.inferring.naming import infer_name, infer_place
from ospo_init.core.inferring.notices import infer_holder
from ospo_init.core.inferring.people import infer_maintainers
from ospo_init.core.inferring.pipelines import infer_ci
from ospo_init.core.inferring.repository import History, Inferred, Repository
from ospo_init.core.inferring.texts import one_line
from ospo_init.core.inferring.wanted import wanted

__all__ = ["History", "Inferred", "Repository", "infer", "read_plain", "wanted"]


def infer(repository: Repository) -> tuple[Inferred, ...]:
    """Return what the repository tells, at most one row for each question, in the order of the question bank."""
    rows: dict[str, Inferred] = {}
    for row in _all(repository, _by_language(repository)):
        if acceptable(row.key, row.value):
            rows.setdefault(row.key, Inferred(row.key, row.value, one_line(row.evidence, 2000)[:300], row.sure))
    return tuple(rows.values())


def _all(repository: Repository, found: list[Manifest]) -> Iterator[Inferred]:
    yield from infer_name(repository, found)
    yield from infer_maintainers(repository, found)
    yield from infer_material(repository, found)
    if stage := infer_stage(repository, found):
        yield stage
    if license_ := infer_license(repository):
        yield license_
    yield from infer_holder(repository)
    if first := repository.history.first:
        yield Inferred("created_on", first, f"first commit, {first}")
    yield from infer_inbound(repository)
    yield from infer_contacts(repository)
    place = list(infer_place(repository, found))
    yield from place
    if ci := infer_ci(repository, next((row.value for row in place if row.key == "forge"), "")):
        yield ci


def _by_language(repository: Repository) -> list[Manifest]:
    """Return the manifests, those of the most frequent language before those of tools that only help to build it."""
    counted = languages(repository.paths).most_common(1)
    main = OFFERED.get(counted[0][0], counted[0][0].lower()) if counted else ""
    return sorted(manifests(repository), key=lambda row: row.language not in ("", main))
