"""`ospo-init waive`: an item need not be met until a day, for a reason that somebody approved. Nothing is committed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ospo_init.commands import recording
from ospo_init.commands.recording import Job, Lines
from ospo_init.core.checking.house_rules import begins_with_code, codes_of
from ospo_init.core.days import is_day
from ospo_init.core.record import valid
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

LONGEST = 731  # days: two years, in which nobody may forget why
_SAME = ("item", "reason", "approver", "until")


@dataclass(frozen=True)
class Request:
    """What the caller asked for; `until` is the last day of the waiver, YYYY-MM-DD."""

    item: str
    repo: str = "."
    reason: str = ""
    approver: str = ""
    until: str = ""
    private: bool = False
    dry_run: bool = False


def run(request: Request) -> Outcome:
    """Record a waiver, or show the change where the request is a dry run."""
    _complete(request)
    reason = recording.one_line(request.reason, "--reason")
    approver = recording.one_line(request.approver, "--approver")
    if "\n" in approver or "\t" in approver:
        raise UserError("--approver is more than one line.", "Give the name of who approved it.")
    today = recording.today()
    until = _until(request.until.strip(), today)
    job = recording.begin(request.item, request.repo, request.private, request.dry_run)
    item = job.item
    if not item.waivable:
        raise UserError(
            f"{item.id} cannot be waived: {item.title}. A waiver never hides a secret or a missing licence.",
            item.next_step,
        )
    _refuse_uncoded(job, reason)
    entry = {"item": item.id, "reason": reason, "approver": approver, "on": today.isoformat(), "until": until}
    for old in job.record.waivers:
        if old.private == request.private and all(getattr(old, name) == entry[name] for name in _SAME):
            return recording.unchanged(job, entry, old.line, f"{item.id} is waived until {until} already.")
    verb = "Would waive" if request.dry_run else "Waived"
    lines: Lines = [("good", f"{verb} {item.id} until {until}, that day included: {item.title}.")]
    lines += [("", f"Reason: {reason}"), ("", f"Approved by {approver}.")]
    others = [old.until for old in job.record.waivers if old.item == item.id and valid(old, today.isoformat())]
    if others and max(others) > until:
        lines += [("mark", f"An earlier waiver of it lasts longer, until {max(others)}; remove that to shorten it.")]
    return recording.written(job, "waivers", entry, lines)


def _refuse_uncoded(job: Job, reason: str) -> None:
    """Raise UserError where houses have codes for exemptions, and the reason begins with none of them."""
    codes = codes_of(job.houses)
    if codes and not begins_with_code(reason, codes):
        listed = "".join(f"\n  {code}  {words}" for code, words in codes.items())
        raise UserError(
            f"The house {job.houses[-1]['title']} gives exemptions by code, and the reason begins with none:{listed}",
            f'As in  --reason "{next(iter(codes))}: {reason[:60]}"',
        )


def _complete(request: Request) -> None:
    """Raise UserError naming everything that is missing."""
    given = {"--reason": request.reason, "--approver": request.approver, "--until": request.until}
    if missing := [option for option, value in given.items() if not value.strip()]:
        example = '--reason "Two reviewers from March on" --approver "Ada Example" --until 2027-03-31'
        verb = "is" if len(missing) == 1 else "are"
        raise UserError(
            f"A waiver says why, who approved it and until when: {recording.listed(missing)} {verb} missing.",
            f"As in  ospo-init waive {request.item} {example}",
        )


def _until(text: str, today: datetime.date) -> str:
    if not is_day(text):
        raise UserError(f"--until {text} is no day.", "Write it as YYYY-MM-DD, as in 2027-03-31.")
    left = (datetime.date.fromisoformat(text) - today).days
    if left <= 0:
        raise UserError(f"--until {text} is not in the future.", "Name a later day: a waiver is about what is to come.")
    if left > LONGEST:
        last = today + datetime.timedelta(days=LONGEST)
        raise UserError(
            f"--until {text} is more than two years away.", f"Take {last} at the latest, and renew it then."
        )
    return text
