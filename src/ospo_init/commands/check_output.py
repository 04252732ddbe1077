"""A report in the form that was asked for: on the terminal, in a file, and against yesterday's failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ospo_init.core.checking import ratchet
from ospo_init.core.checking.report import Report, as_data
from ospo_init.core.reporting import FORMATS, text
from ospo_init.edges.report_file import write
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.check import Request
    from ospo_init.edges.project import Project

BADGE = ".bestpractices.json"


def told(request: Request, place: Project, report: Report) -> Outcome:
    """Return what to print. Exit code 1 where the gate is held up by a failure that no ratchet accepts."""
    code, notes = (_ratcheted(request.ratchet, report)) if request.ratchet else (int(report.fails), [])
    data = as_data(report)
    if request.output:
        write(request.output, _text(request, report))
        what = "answers for the badge" if _is_badge(request) else request.form
        lines: list[tuple[str, str]] = [("good", f"Wrote {request.output} ({what}).")]
        return Outcome(data | {"output": request.output}, (*lines, *notes), code)
    if request.form == "text":
        lines = list(text.lines(report, request.columns, request.verbose))
        return Outcome(data, (*lines, *notes), code)
    return Outcome(data, (*(("", line) for line in _text(request, report).splitlines()),), code)


def _text(request: Request, report: Report) -> str:
    if _is_badge(request):
        from ospo_init.core.checking.badge import answers

        return json.dumps(answers(report.results, report.remote, report.branch or "main"), indent=2) + "\n"
    return FORMATS[request.form](report)


def _is_badge(request: Request) -> bool:
    return request.standard in ("best-practices", "osps-baseline") and Path(request.output).name == BADGE


def _ratcheted(path: str, report: Report) -> tuple[int, list[tuple[str, str]]]:
    """Compare with the accepted failures: the first time they are written down, later only ever made fewer."""
    now = ratchet.failures(report)
    before = _accepted(path)
    if before is None:
        write(path, ratchet.dump(now))
        kept = ratchet.never(report)
        notes = [("mark", f"{len(now)} failures are accepted from now on: {path}. Commit it.")]
        return int(bool(kept)), notes + [("bad", f"{name} is never accepted.") for name in kept]
    new, gone = ratchet.compare(before, now)
    notes = [("bad", f"New: {row.item} {row.what}") for row in new]
    notes += [("bad", f"{name} is never accepted.") for name in ratchet.never(report)]
    if before and not new:
        notes.append(("good", f"Of these, {len(before & now)} are accepted in {path}; none is new."))
    if gone:
        write(path, ratchet.dump(before - gone))
        notes.append(("good", f"{len(gone)} accepted failures are mended, and no longer accepted: {path}. Commit it."))
    return int(bool(new or ratchet.never(report))), notes


def _accepted(path: str) -> frozenset[ratchet.Failure] | None:
    if Path(path).exists() and not Path(path).is_file():
        raise UserError(f"{path} is no file.", "Name a file that --ratchet has written, or a new one.")
    try:
        text_ = Path(path).read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}.", "Name a file that --ratchet has written.") from None
    try:
        return ratchet.load(json.loads(text_))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UserError(
            f"{path} is not a list of accepted failures.", "Remove it, and --ratchet writes a new one."
        ) from None
