"""`ospo-init stage`: where a project is in its life, what the next stage needs, and the move there and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.commands import check, now, recording, stage_report, update
from ospo_init.commands.asked import Asked
from ospo_init.commands.check import Request as CheckRequest
from ospo_init.core import stages
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.conditions import Facts
from ospo_init.core.record import PATH
from ospo_init.core.stages import Move
from ospo_init.edges import project, records
from ospo_init.edges.checking import Progress
from ospo_init.edges.package_data import read
from ospo_init.edges.project import Project
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

AFTER = ("LAUNCH-03",)  # can only be done after the move, so it does not hold it up


@dataclass(frozen=True)
class Request:
    """What the caller asked for. `asked` are answers that the documents of the new stage state."""

    repo: str = "."
    target: str = ""
    force: bool = False
    reason: str = ""
    dry_run: bool = False
    branch: str = ""
    answers_file: str = ""
    asked: Asked = field(default_factory=Asked)
    columns: int = 80


def run(request: Request, progress: Progress) -> Outcome:
    """Say where the project is, or move it."""
    moves = stages.load(read("stage-moves.yml"))
    if request.target:
        return _move(request, moves, progress)
    place = project.find(request.repo, request.answers_file)
    seen_stage = _stage(place) or "active"
    following = [name for name in stages.targets(moves, seen_stage) if name != "end-of-life"] or ["end-of-life"]
    target = following[0] if seen_stage != "end-of-life" else "active"
    report = _report(request, place, target, progress)
    move = stages.find(moves, report.stage, target) if report.stage == seen_stage else None
    record = records.read(place.folder, roles=None)
    others = stages.targets(moves, report.stage)
    return stage_report.standing(report, stage_report.Next(target, others, _open(report), move), record.stages)


def _stage(place: Project) -> str:
    """Return the recorded stage, or '' where no template made the project."""
    text = project.on_disk(place, place.answers_file) if place.answers_file else None
    return str(project.read_recorded(text, place.answers_file).answers.get("stage") or "") if text else ""


def _report(request: Request, place: Project, gate: str, progress: Progress) -> Report:
    asked = CheckRequest(str(place.folder), gate=gate, answers_file=request.answers_file, columns=request.columns)
    return check.checked(asked, place, progress)


def _open(report: Report) -> tuple[Result, ...]:
    """Return what holds the move up: what blocks the stage's gate, without what comes after it."""
    return tuple(row for row in report.blocking if row.id not in AFTER)


def _move(request: Request, moves: Sequence[Move], progress: Progress) -> Outcome:
    place = now.find(request.repo, request.answers_file)
    here = _stage(place)
    if not here:
        raise UserError(
            f"No template made what is in {place.folder}, so a stage is not recorded and cannot be changed.",
            "`ospo-init update --adopt` brings it under one.",
        )
    move = stages.find(moves, here, request.target)
    _, recorded, _ = now.read(place)
    facts = Facts({**recorded.answers, **request.asked.changes}, frozenset())
    if missing := [row for row in move.unanswered(facts) if row.required and not request.asked.wizard]:
        raise UserError(
            f"A move to {move.target} needs an answer: {', '.join(row.key for row in missing)}. {missing[0].why}",
            f"Give it: ospo-init stage {move.target} {' '.join(f'-d {row.key}=…' for row in missing)}",
        )
    report = _report(request, place, move.target, progress)
    held = _open(report)
    if held and not request.force:
        return stage_report.refused(report, move, held)
    if held and not request.reason.strip():
        raise UserError(
            f"{len(held)} items are open; --force records why the project moves all the same.",
            "Give the reason: --force --reason TEXT",
        )
    return _moved(request, place, (move, held), facts)


def _moved(request: Request, place: Project, whereto: tuple[Move, Sequence[Result]], facts: Facts) -> Outcome:
    """Update the project to the new stage, with the record's history in the same change."""
    move, held = whereto
    entry: dict[str, Any] = {"stage": move.target, "since": recording.today().isoformat()}
    entry["by"] = recording.identity(place.folder)
    reason = " ".join(request.reason.split())
    if held:
        reason = f"{reason} (forced, with {', '.join(row.id for row in held)} open)"
    if reason:
        entry["reason"] = reason
    asked = replace(request.asked, data=(f"stage={move.target}", *request.asked.data))
    change = records.planned(place.folder, "stage_history", entry)
    outcome = update.run(
        update.Request(
            repo=request.repo,
            dry_run=request.dry_run,
            branch=request.branch,
            answers_file=request.answers_file,
            asked=asked,
            also={PATH: change.after.encode()},
        )
    )
    return stage_report.moved(outcome, move, facts)
