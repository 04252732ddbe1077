"""What `house new` says: what was written, what was decided by which evidence, and what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ospo_init.core.house.proposing import Proposal
from ospo_init.core.house.proposing_model import Fate
from ospo_init.core.house.proposing_text import places
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.house_new import Request

Lines = list[tuple[str, str]]
_FATES = {
    "overlay": "carried over as they are",
    "template": "carried over as templates",
    "licence": "kept as licence texts of the house's own",
    "base": "left to the base",
    "aside": "left aside",
}


def report(request: Request, proposal: Proposal, files: Sequence[str], steps: Sequence[str]) -> Outcome:
    """Return what to say of a house once it is written."""
    house = proposal.house
    data = {
        "schema_version": 1,
        "written": True,
        "name": house["name"],
        "title": house["title"],
        "extends": house["extends"],
        "from": request.source,
        "files": list(files),
        "decided": [{"key": list(row.way), "value": row.value, "evidence": row.evidence} for row in proposal.decided],
        "undecided": [{**row._asdict(), "places": list(row.places)} for row in proposal.undecided],
        "sources": [fate._asdict() for fate in proposal.fates],
        "next": list(steps),
    }
    lines: Lines = [("good", f"Began the house {house['name']} in {request.folder}")]
    lines.append(("dim", f"{len(files)} files; it extends {house['extends']}. house.yml explains every key."))
    if request.source:
        lines += [*_decided(proposal), *_files(proposal), *_undecided(proposal)]
    if house["title"] == house["name"]:
        lines += [("", ""), ("mark", "Its title is its name as yet: write your organisation's into house.yml (title).")]
    lines += [("", ""), ("title", "Next (nothing of this was run):"), *(("", f"  {step}") for step in steps)]
    return Outcome(data, tuple(lines))


def _decided(proposal: Proposal) -> Lines:
    lines: Lines = [("", ""), ("title", f"Decided by the repository ({len(proposal.decided)})")]
    for row in proposal.decided:
        lines.append(("", f"  {': '.join(row.way)}: {_value(row.value)}"))
        lines.append(("dim", f"    {row.evidence}"))
    return lines


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _files(proposal: Proposal) -> Lines:
    counted = Counter(fate.what for fate in proposal.fates)
    told = {place for row in proposal.undecided for place in (row.what, *row.places)}  # further down, with what to do
    lines: Lines = [("", ""), ("title", f"Files of the repository ({len(proposal.fates)})")]
    for what, words in _FATES.items():
        if counted[what]:
            lines.append(("", f"  {counted[what]} {words}"))
        if what in ("overlay", "template"):
            continue
        rows = [fate for fate in proposal.fates if fate.what == what and fate.path not in told]
        lines += [("dim", f"    {line}") for line in _grouped(rows)]
    return lines


def _grouped(rows: Sequence[Fate]) -> list[str]:
    """Return one line for each reason, with the paths that share it."""
    by_reason: dict[str, list[str]] = {}
    for fate in rows:
        by_reason.setdefault(fate.why, []).append(fate.path)
    return [f"{places(paths)}: {why}" for why, paths in by_reason.items()]


def _undecided(proposal: Proposal) -> Lines:
    rows = proposal.undecided
    if not rows:
        return []
    lines: Lines = [("", ""), ("title", f"Open: what the repository does not settle ({len(rows)}; in house.yml too)")]
    for row in rows:
        lines.append(("mark", f"  {row.what}"))
        where = "" if row.places == (row.what,) else f"{places(row.places)}: "
        lines.append(("dim", f"    {where}{row.then}"))
    return lines
