"""The health of a project from git alone, by the names and definitions of CHAOSS: pure functions of its history.

Nothing here names a person or shows an address: a report may be published, and people did not agree to stand in it.
Shares of people are told by rank ("1st"), those of organisations by name where it cannot be a single person's domain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ospo_init.core import days
from ospo_init.core.checking.model import Metric, Tag
from ospo_init.core.health_data import Author, Definition, History, Tables
from ospo_init.core.organisations import Public
from ospo_init.core.versions import versions

RANKS = ("1st", "2nd", "3rd", "4th", "5th")  # that detail tells
OUTSIDE, OUTSIDE_BEFORE = "outside", "outside in the window before"
WAITING, WAITS = "changes since", "days that the oldest of them has waited"


@dataclass(frozen=True)
class Told:
    """What a measure says: its value and detail, and why there is none."""

    value: float | None
    detail: tuple[tuple[str, float], ...] = ()
    why: str = ""


def measures(history: History, today: str, tables: Tables) -> dict[str, Metric]:
    """Return every measure by its id, in the order of data/health.yml. What cannot be told has no value, and says why.

    `today` is YYYY-MM-DD; the same history and day give the same measures.
    """
    people = group(history.authors)
    tags = versions(history.tags)
    told = {
        "contributor-absence-factor": _absence(people, history),
        "elephant-factor": _elephants(history, tables.public),
        "release-frequency": _frequency(tags, history),
        "time-since-last-commit": _last_commit(history, today),
        "time-since-last-release": _last_release(tags, history, today),
        "new-contributors": _newcomers(people, history),
    }
    begins = {
        "window": history.since,
        "history": history.first_day,
        "tags": min((tag.day for tag in tags), default=""),
    }
    return {key: _metric(row, told[key], begins[row.over], today) for key, row in tables.measures.items()}


def _metric(row: Definition, told: Told, begin: str, today: str) -> Metric:
    window = f"{begin} to {today}" if begin else f"until {today}"
    return Metric(row.id, row.name, told.value, row.unit, window, f"{told.why} {row.limits}".strip(), told.detail)


def group(authors: Iterable[Author]) -> dict[str, Author]:
    """Return people by a key of theirs: one address is one person, and so is one full name.

    A full name has two words at least: "root" and "admin" are many people.
    """
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = sorted(authors, key=lambda row: (row.email, row.name))
    for row in rows:
        name = " ".join(row.name.casefold().split())
        names[row.email.casefold()][name if " " in name else ""] += row.changes + row.before + 1
    people: dict[str, Author] = {}
    for row in rows:
        known = names[row.email.casefold()]
        key = min((name for name in known if name), key=lambda name: (-known[name], name), default=row.email.casefold())
        one = people.get(key, Author(key, ""))
        first = min(filter(None, (one.first, row.first)), default="")
        people[key] = Author(key, "", one.changes + row.changes, one.before + row.before, first)
    return people


def half(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the fewest that together have half of the sum, the largest first, ties by name; none of nothing."""
    order = sorted((key for key in counts if counts[key] > 0), key=lambda key: (-counts[key], key))
    total, reached, taken = sum(counts[key] for key in order), 0, []
    for key in order:
        if 2 * reached >= total:
            break
        reached += counts[key]
        taken.append(key)
    return tuple(taken)


def _absence(people: Mapping[str, Author], history: History) -> Told:
    counts = {key: person.changes for key, person in people.items() if person.changes}
    if history.cut or not counts:
        return Told(None, why=history.cut or "There was no change in the window.")
    total = sum(counts.values())
    shares = zip(RANKS, sorted(counts.values(), reverse=True), strict=False)
    detail = [("people", float(len(counts))), ("changes", float(total))]
    return Told(len(half(counts)), (*detail, *((rank, _share(count, total)) for rank, count in shares)))


def _elephants(history: History, public: Public) -> Told:
    counts: Counter[str] = Counter()
    behind: defaultdict[str, list[Author]] = defaultdict(list)
    for row in history.authors:
        if row.changes:
            name = public.organisation(row.email, history.organisations)
            counts[name] += row.changes
            behind[name].append(row)
    none, total = counts.pop("", 0), sum(counts.values())
    if history.cut or not none + total:
        return Told(None, why=history.cut or "There was no change in the window.")
    detail = [("organisations", float(len(counts))), ("no organisation", _share(none, none + total))]
    if total < none:
        return Told(None, tuple(detail), "More than half of the changes come from addresses that tell no organisation.")
    order = sorted(counts, key=lambda name: (-counts[name], name))
    named = set(history.organisations.values())
    for rank, name in zip(RANKS, order, strict=False):
        shown = name if name in named or len(group(behind[name])) > 1 else "one person's domain"
        detail.append((f"{rank}: {shown}", _share(counts[name], total)))
    return Told(len(half(counts)), tuple(detail))


def _frequency(tags: Sequence[Tag], history: History) -> Told:
    if history.cut:
        return Told(None, why=history.cut)
    inside = [tag for tag in tags if history.since < tag.day]
    year = round(len(inside) * 365 / history.window_days, 1)
    return Told(year, (("releases in the window", float(len(inside))), ("releases", float(len(tags)))))


def _last_commit(history: History, today: str) -> Told:
    newest = max(history.per_day, default="")
    if not newest:
        return Told(None, why=history.cut or "There is no change by a person.")
    return Told(max(0, days.between(newest, today)))


def _last_release(tags: Sequence[Tag], history: History, today: str) -> Told:
    if history.cut or not tags:
        return Told(None, why=history.cut or "No version is tagged.")
    last = tags[0].day
    since = {day: count for day, count in history.per_day.items() if day > last}
    waits = max(0, days.between(min(since), today)) if since else 0
    return Told(max(0, days.between(last, today)), ((WAITING, float(sum(since.values()))), (WAITS, float(waits))))


def _newcomers(people: Mapping[str, Author], history: History) -> Told:
    if history.cut or not people:
        return Told(None, why=history.cut or "There is no change by a person.")
    new = sum(1 for person in people.values() if person.first > history.since)
    before = sum(1 for person in people.values() if history.earlier < person.first <= history.since)
    detail = [("people", float(sum(1 for person in people.values() if person.changes)))]
    detail.append(("new in the window before", float(before)))
    if history.first_day <= history.earlier:  # else one would compare a year with a part of one
        detail += outside(people)
    return Told(new, tuple(detail))


def outside(people: Mapping[str, Author]) -> list[tuple[str, float]]:
    """Return how many took part beyond those who made half of the changes of both windows: in the one, and before."""
    core = half({key: person.changes + person.before for key, person in people.items()})
    rest = [person for key, person in people.items() if key not in core]
    now = sum(1 for person in rest if person.changes)
    before = sum(1 for person in rest if person.before)
    return [(OUTSIDE, float(now)), (OUTSIDE_BEFORE, float(before))]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3)
