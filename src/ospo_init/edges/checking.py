"""Seeing a repository as it lies in its work tree, for `check`: nothing is written, and nothing of it is run."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.blobs import blob_id
from ospo_init.core.checking import house_items
from ospo_init.core.checking.model import Metric, Scan, Seen, Tag
from ospo_init.core.checking.tables import Tables
from ospo_init.core.checklist import STAGES
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring import Repository, infer, wanted
from ospo_init.core.inferring.licensing import is_license_file
from ospo_init.core.inferring.texts import LONGEST, clean
from ospo_init.core.licensing.globs import of_reuse_toml
from ospo_init.core.lock import Lock
from ospo_init.core.record import Record, is_address
from ospo_init.edges import (
    check_data,
    evidence,
    health,
    license_scans,
    lying,
    project,
    records,
    repository_facts,
    scanning,
)
from ospo_init.edges.git import stored
from ospo_init.edges.house_patterns import Patterns
from ospo_init.edges.house_rules import Ruled
from ospo_init.edges.lying import Listing
from ospo_init.edges.manifest_files import parse
from ospo_init.edges.project import Project
from ospo_init.errors import OspoInitError

Progress = Callable[[str, int, int], None]
_MOST = 600  # files whose text is read; a hostile repository may have any number of READMEs
_OURS = ("openness", "governance_model", "license")  # questions that only our base, and houses on it, ask


@dataclass(frozen=True)
class Wanted:
    """What is to be seen: scans by name, the files that `tables` name, and what only the organisation knows (`own`).

    `history` says whether the history is scanned too, `rules` what the project's houses hold it to.
    """

    scans: frozenset[str]
    tables: Tables
    own: Patterns = field(default_factory=Patterns)
    health: bool = True
    history: bool = True
    rules: Ruled = field(default_factory=Ruled)


def see(place: Project, wanted_: Wanted, progress: Progress) -> Seen:
    """Return what is seen of the project; raise UserError where its record, answers or lock cannot be read."""
    listing = lying.listing(place.top)
    paths = tuple(path.removeprefix(place.prefix) for path in listing.paths if path.startswith(place.prefix))
    sizes = {path: listing.sizes[place.prefix + path] for path in paths}
    table = wanted_.tables.any_file
    candidates = tuple(path for path in paths if table.fullmatch(path))
    houses = wanted_.rules.houses
    repository, head = _repository(place, paths, (*candidates, *_of_houses(houses, paths)))
    lock = project.read_lock(project.on_disk(place, place.lock_file), place.lock_file)
    facts, recorded = _facts(place, repository, lock)
    known = {row.item.id for row in check_data.rows_of(houses)}
    record = records.read(place.folder, known=known, roles=house_items.roles(houses))
    today = repository.today
    tags, measures = _health(place, wanted_, today, head)
    return Seen(
        repository=repository,
        facts=facts,
        candidates=candidates,
        digests=_digests(place, (one.evidence for one in record.sign_offs)),
        blobs=_blobs(place, lock),
        evidence=check_data.evidence(),
        patterns=len(wanted_.own.patterns),
        stage=stage if (stage := facts.answer("stage")) in STAGES else "active",
        recorded=recorded,
        today=today,
        head=head,
        sizes=sizes,
        generated=lock.files if recorded else {},
        record=record,
        tags=tags,
        scans=_scans(place, listing, wanted_, progress),
        health=measures,
        houses=houses,
        rules_amiss=wanted_.rules.amiss,
        signed_at=_signed_at(place, record) if houses else {},
    )


def _of_houses(houses: tuple[Mapping[str, Any], ...], paths: tuple[str, ...]) -> list[str]:
    """Return the paths of which houses say what they must hold: sections, lines of theirs, a header."""
    globs = [of_reuse_toml(str(glob)) for house in houses for glob in house.get("header", {}).get("files", ())]
    rows = [row for house in houses for row in house.get("files", {}).items()]
    named = {path for path, row in rows if {"sections", "block"} & set(row)}
    return [path for path in paths if path in named or any(matches(path) for matches in globs)]


def _signed_at(place: Project, record: Record) -> dict[str, Mapping[str, Any]]:
    """Return the answers that were recorded at the commits of the sign-offs, as far as they can be read."""
    found: dict[str, Mapping[str, Any]] = {}
    git, path = stored(place.top), f"{place.prefix}{place.answers_file}"
    for commit in sorted({one.commit for one in record.sign_offs if one.commit})[:_MOST]:
        text = git.ask("show", f"{commit}:{path}") if place.answers_file else None
        with contextlib.suppress(OspoInitError):
            if text is not None:
                found[commit] = project.read_recorded(text.encode(), place.answers_file).answers
    return found


def _repository(place: Project, paths: tuple[str, ...], candidates: Collection[str]) -> tuple[Repository, str]:
    """Return the work tree as what inference and rules read, and the commit that it stands on ('' for none)."""
    read = dict.fromkeys([*wanted(paths), *candidates])
    texts = {}
    for path in list(read)[:_MOST]:
        data = lying.read(place.top, place.prefix + path, LONGEST)
        if data is not None and b"\0" not in data[:8000]:
            texts[path] = clean(data.decode("utf-8", "replace"))
    log = repository_facts.read_log(place.top, place.prefix)
    parsed = {path: found for path, text in texts.items() if (found := parse(path, text)) is not None}
    repository = Repository(
        paths=paths,
        texts=texts,
        data=parsed,
        remote=log.remote,
        branch=log.branch,
        branch_known=log.branch_known,
        history=log.history,
        today=datetime.date.today().isoformat(),
        licenses=license_scans.known_texts(),
    )
    return repository, log.head


def _facts(place: Project, repository: Repository, lock: Lock) -> tuple[Facts, bool]:
    """Return the recorded answers with the layers of the lock, or what the repository answers itself."""
    text = project.on_disk(place, place.answers_file) if place.answers_file else None
    if text is not None:
        answers = dict(project.read_recorded(text, place.answers_file).answers)
        if all(key in answers for key in _OURS):
            layers = frozenset(row.layer for row in lock.files.values() if row.layer)
            return Facts(answers | {"roster": _roster(answers)}, layers), True
    inferred: dict[str, Any] = {row.key: row.value for row in infer(repository) if row.value is not None}
    return Facts({"openness": "public", "kind": "software", "stage": "active"} | inferred, frozenset()), False


def _roster(answers: Mapping[str, Any]) -> str:
    """Return everybody who maintains it, one a line, as the template's `roster` has it."""
    own = [answers.get(key) or "" for key in ("maintainer_name", "maintainer_email", "maintainer_handle")]
    first = f"{own[0]} <{own[1]}> @{own[2]}" if own[0] else ""
    return "\n".join([first, *str(answers.get("maintainers") or "").splitlines()]).strip()


def _health(place: Project, wanted_: Wanted, today: str, head: str) -> tuple[tuple[Tag, ...], Mapping[str, Metric]]:
    if not head:
        return (), {}
    if not wanted_.health:
        return health.versions(place.top), {}
    return health.looked(place.top, today, wanted_.own.organisations)


def _scans(place: Project, listing: Listing, wanted_: Wanted, progress: Progress) -> dict[str, Scan]:
    own = frozenset(name for name in wanted_.scans if name in license_scans.NAMES)
    request = scanning.Request(
        place.top, wanted_.scans - own, wanted_.history, wanted_.own.patterns, wanted_.own.domains, listing
    )
    found = scanning.scan(request, progress) if request.names else {}
    return {**found, **(license_scans.scan(place.top, listing, own, progress) if own else {})}


def _digests(place: Project, paths: Iterable[str]) -> dict[str, str]:
    named = {path for path in paths if path and not is_address(path)}
    found = {path: evidence.sha256(place.folder, path) for path in named}
    return {path: digest for path, digest in found.items() if digest}


def _blobs(place: Project, lock: Lock) -> dict[str, str]:
    """Return git's ids of the mandated files and of licence texts as they lie."""
    found = {}
    for path, row in lock.files.items():
        if row.ownership == "mandated" or is_license_file(path):
            data = lying.read(place.top, place.prefix + (row.at or path), LONGEST)
            if data is not None:
                found[row.at or path] = blob_id(data)
    return found
