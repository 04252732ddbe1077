"""`ospo-init check`: may this go public now, and if not, who has to do what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ospo_init import __version__
from ospo_init.commands import check_output
from ospo_init.core.bank import nearest
from ospo_init.core.checking import evaluate, house_items
from ospo_init.core.checking.all_rules import is_measured, scans_of
from ospo_init.core.checking.evaluate import LOOKED_AT, Row
from ospo_init.core.checking.model import Seen
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.checking.vocabulary import Check
from ospo_init.core.house.telling import given_up, report_to
from ospo_init.edges import check_data, checking, house_patterns, house_rules, project
from ospo_init.edges.checking import Progress, Wanted
from ospo_init.edges.house_patterns import Patterns
from ospo_init.edges.project import Project
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Request:
    """What was asked on the command line; `columns` is the width of the terminal."""

    repo: str
    gate: str = "publish"
    standard: str = ""
    only: Sequence[str] = ()
    form: str = "text"
    output: str = ""
    ratchet: str = ""
    patterns: str = ""
    answers_file: str = ""
    verbose: bool = False
    history: bool = True
    columns: int = 80


def run(request: Request, progress: Progress) -> Outcome:
    """Check the repository and say what was found, in the form that was asked for."""
    place = project.find(request.repo, request.answers_file)
    report = _standard(request, place, progress) if request.standard else checked(request, place, progress)
    return check_output.told(request, place, report)


def checked(request: Request, place: Project, progress: Progress) -> Report:
    """Return the report on the checklist's items."""
    rules = house_rules.ruled(place)
    every = check_data.rows_of(rules.houses, bool(rules.amiss))
    chosen = _chosen(request.only, every)
    rows = _with_summed(chosen, every)
    wanted = Wanted(scans_of(_checks(rows)), check_data.vocabulary().tables, health=is_measured(_checks(chosen)))
    seen = see(request, place, replace(wanted, rules=rules), progress)
    rows = house_items.routed(rows, rules.houses, seen.facts)
    names = {row.item.id for row in chosen}
    asked = [
        row
        for row in rows
        if evaluate.in_question(row.item, request.gate, seen.stage) or (request.only and row.item.id in names)
    ]
    results = evaluate.evaluate(asked, seen, check_data.vocabulary(), request.gate)
    report = _report(request, place, seen, tuple(result for result in results if result.id in names))
    unseen = (house_rules.NOT_LOOKED_AT,) if rules.patterns is None else ()
    return replace(report, notes=(*report.notes, *unseen))


def _standard(request: Request, place: Project, progress: Progress) -> Report:
    from ospo_init.edges import standards

    standard = standards.standard(request.standard)
    rules = house_rules.ruled(place)
    wanted = Wanted(standard.scans, standards.tables(standard), health=False, rules=rules)
    seen = see(request, place, wanted, progress)
    results, levels = standards.evaluate(standard, seen)
    if request.only:
        known = {result.id.casefold(): result for result in results}
        results = tuple(known[_known(name, known).casefold()] for name in request.only)
    return replace(_report(request, place, seen, results), standard=request.standard, levels=levels)


def see(request: Request, place: Project, wanted: Wanted, progress: Progress) -> Seen:
    """Return what is seen of the project, with the organisation's patterns and the history as the caller asked."""
    own = house_patterns.read(request.patterns).with_others(wanted.rules.patterns or Patterns())
    return checking.see(place, replace(wanted, own=own, history=request.history), progress)


def _checks(rows: Collection[Row]) -> list[Check]:
    return [row.check for row in rows if row.check]


def _chosen(only: Sequence[str], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows that were named; all where none was."""
    if not only:
        return rows
    ids = {row.item.id: row for row in rows}
    names = [_known(name, ids) for name in only]
    return tuple(row for row in rows if row.item.id in names)


def _with_summed(chosen: tuple[Row, ...], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows with those that they sum up: what only some items say is never said of all."""
    names = {name for row in chosen for name in row.sums}
    if "blocking" in names:
        return rows
    return tuple(row for row in rows if row in chosen or row.item.id in names)


def _known(name: str, known: Collection[str]) -> str:
    found = next((one for one in known if one.casefold() == name.casefold()), "")
    if found:
        return found
    close = nearest(name.upper(), sorted(known))
    hint = f"Did you mean {close}?" if close else "docs/checklist.md lists them; so does check --verbose."
    raise UserError(f"There is no item {name!r}.", hint)


def _report(request: Request, place: Project, seen: Seen, results: tuple[Result, ...]) -> Report:
    name = str(seen.facts.answer("project_name") or "").strip() or place.folder.name
    return Report(
        name=" ".join(name.split()),
        gate=request.gate,
        stage=seen.stage,
        today=seen.today,
        head=seen.head,
        tool=f"ospo-init {__version__}",
        results=results,
        health=tuple(seen.health.values()),
        notes=(*_notes(request, seen), *_said_of(results)),
        partial=bool(request.only),
        remote=_recorded(seen, "repository_url") or seen.repository.remote,
        branch=_recorded(seen, "default_branch") or seen.repository.branch,
        scanners=tuple((scan, found.by) for scan, found in sorted(seen.scans.items()) if found.by),
    )


def _said_of(results: tuple[Result, ...]) -> list[str]:
    """Return what no report may leave out: files that somebody has answered for, and waivers that hide nothing."""
    notes = []
    for row in results:
        notes += [f"{row.id}: {proof.path} {proof.what}." for proof in row.proofs if proof.what.startswith(LOOKED_AT)]
        if row.waiver and row.verdict != "waived":
            notes.append(
                f"{row.id} is waived until {row.waiver.until}, by {row.waiver.approver}; that changes nothing."
            )
    return notes


def _recorded(seen: Seen, key: str) -> str:
    return str(seen.facts.answer(key) or "") if seen.recorded else ""


def _notes(request: Request, seen: Seen) -> list[str]:
    notes = [*given_up(seen.houses), *report_to(seen.houses, request.form)]
    if request.only:
        notes.append("Only a part was looked at (--only); nothing is said of the rest.")
    if not seen.head:
        notes.append("Nothing is committed yet: history and health could not be looked at.")
    elif seen.repository.history.shallow:
        notes.append("This is a shallow clone: only a part of the history could be looked at (git fetch --unshallow).")
    if not request.history:
        notes.append("The history was not scanned (--no-history): what was deleted may still be in it.")
    if not seen.recorded:
        notes.append("No template made this repository; what it is was inferred. ospo-init update --adopt adds files.")
    return notes
