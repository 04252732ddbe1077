"""What `stage` says: where the project is, what holds a move up and who owes it, and what only people can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ospo_init.core.checking.report import Report, Result
from ospo_init.core.conditions import Facts
from ospo_init.core.record import StageChange
from ospo_init.core.reporting.words import one_line, why
from ospo_init.core.stages import Move, Step
from ospo_init.outcome import Outcome

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class Next:
    """The stage that comes next, every stage that can be moved to, what is open before it, and the move itself."""

    target: str
    others: tuple[str, ...]
    held: tuple[Result, ...]
    move: Move | None


def standing(report: Report, following: Next, history: Sequence[StageChange]) -> Outcome:
    """Return where the project is and what the next stage needs."""
    since = next((row.since for row in reversed(history) if row.stage == report.stage and row.since), "")
    lines: Lines = [("title", f"{one_line(report.name, 60)}: {report.stage}{f' since {since}' if since else ''}")]
    lines += [("dim", f"  {row.since or 'no day'}  {row.stage}{_because(row)}") for row in history]
    lines += [("mark", note) for note in report.notes]
    if following.held:
        lines += [("", ""), ("title", f"{following.target} needs {_count(following.held)}:")]
        lines += _by_owner(following.held)
    else:
        lines += [("", ""), ("good", f"Nothing holds up a move to {following.target}.")]
    if following.move:
        lines += _wanted(following.move)
    lines += [("", ""), ("title", "Next (nothing of this was run):")]
    lines += [("", f"  ospo-init stage {name} --dry-run") for name in following.others]
    data = {
        "schema_version": 1,
        "stage": report.stage,
        "since": since,
        "history": [asdict(row) for row in history],
        "next": following.target,
        "moves": list(following.others),
        "open": [_row(row) for row in following.held],
    }
    return Outcome(data, tuple(lines))


def refused(report: Report, move: Move, held: Sequence[Result]) -> Outcome:
    """Return why the project does not move: exit code 1."""
    lines: Lines = [("bad", f"Not moved to {move.target}: {_count(held)} open."), *_by_owner(held), ("", "")]
    lines += [("", "Settle them, waive or sign for them; ospo-init check says more.")]
    lines += [("", f"Or move all the same: ospo-init stage {move.target} --force --reason TEXT (the record keeps it).")]
    data = {"schema_version": 1, "stage": report.stage, "target": move.target, "moved": False}
    return Outcome(data | {"open": [_row(row) for row in held]}, tuple(lines), 1)


def moved(outcome: Outcome, move: Move, facts: Facts) -> Outcome:
    """Return what an update to the new stage says, with what is left for people."""
    steps = move.todo(facts)
    lines: Lines = [("title", f"{move.target}: {move.summary}"), ("", ""), *outcome.lines]
    for time, head in (("before", "Before it is pushed, somebody has to:"), ("after", "After it is pushed:")):
        found = [step for step in steps if step.time == time]
        if found:
            lines += [("", ""), ("title", head)]
            lines += [line for step in found for line in _step(step, facts)]
    data = dict(outcome.data) | {
        "stage": move.target,
        "steps": [
            {"id": step.id, "time": step.time, "title": step.title, "where": step.place(facts), "owner": step.owner}
            | {"items": list(step.items), "why": step.why}
            for step in steps
        ],
    }
    return Outcome(data, tuple(lines), outcome.exit_code)


def _step(step: Step, facts: Facts) -> Lines:
    return [("", f"  {step.title}  ({step.owner}; {', '.join(step.items)})"), ("dim", f"    {step.place(facts)}")]


def _because(row: StageChange) -> str:
    return f": {one_line(row.reason, 100)}" if row.reason else ""


def _count(held: Sequence[Result]) -> str:
    return "one thing" if len(held) == 1 else f"{len(held)} things"


def _by_owner(held: Sequence[Result]) -> Lines:
    lines: Lines = []
    for owner in dict.fromkeys(row.owner for row in held):
        rows = [row for row in held if row.owner == owner]
        lines.append(("section", f"  {owner}"))
        for row in rows:
            style = "bad" if row.verdict == "fail" else ""
            lines.append((style, f"    {row.id:<9} {row.title}"))
            if row.verdict in ("fail", "unknown") and why(row):
                lines.append(("dim", f"              {row.verdict}: {why(row)}"))
            if row.next_step:
                lines.append(("dim", f"              {one_line(row.next_step)}"))
    return lines


def _wanted(move: Move) -> Lines:
    if not move.answers:
        return []
    lines: Lines = [("", ""), ("title", f"What {move.target} can say (-d KEY=VALUE):")]
    return lines + [("", f"  {row.key}{' (needed)' if row.required else ''}: {row.why}") for row in move.answers]


def _row(row: Result) -> dict[str, Any]:
    return {"id": row.id, "title": row.title, "owner": row.owner, "verdict": row.verdict, "next_step": row.next_step}
