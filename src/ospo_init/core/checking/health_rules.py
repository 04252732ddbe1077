"""What the health measures mean for items of the checklist. A number is shown; whether it is enough, people say.

Only one thing fails here: changes that have waited for a release for more than a year. Not knowing is never a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ospo_init.core.checking.model import Found, Metric, Proof, Tag
from ospo_init.core.checking.vocabulary import Rule
from ospo_init.core.health import OUTSIDE, OUTSIDE_BEFORE, WAITING, WAITS

_YEAR = 365  # days that a change may wait for a release
_FOUR = ("contributor-absence-factor", "release-frequency")  # of CHAOSS's first four; the forge knows the others
Measures = Mapping[str, Metric]


def concentration(measures: Measures) -> Found:
    """EVAL-02: it is known how many people, and organisations, make half of the changes."""
    people = measures.get("contributor-absence-factor")
    if people is None or people.value is None:
        return _unknown(people)
    makes = "makes" if people.value == 1 else "make"
    proofs = [Proof(f"{_counted(people)} {makes} half of the changes ({people.window})", rule=people.id)]
    behind = measures.get("elephant-factor")
    if behind is not None and behind.value is not None:
        makes = "makes" if behind.value == 1 else "make"
        what = f"{_counted(behind)} {makes} half of the changes that have an organisation"
        proofs.append(Proof(what, rule=behind.id))
    elif behind is not None:
        proofs.append(Proof(f"organisations are not known: {_first_sentence(behind.limits)}", rule=behind.id))
    return Found("pass", tuple(proofs))


def participation(measures: Measures) -> Found:
    """EVAL-03: as many people as in the year before take part beyond those who make half of the changes."""
    metric = measures.get("new-contributors")
    if metric is None or metric.value is None:
        return _unknown(metric)
    detail = dict(metric.detail)
    if OUTSIDE not in detail:
        return Found("not-applicable", (Proof("the history is too young to compare two years", rule=metric.id),))
    now, before = int(detail[OUTSIDE]), int(detail[OUTSIDE_BEFORE])
    what = f"{_people(now)} took part beyond those who make half of the changes, {before} in the year before"
    proofs = (Proof(what, rule=metric.id), Proof(f"{_people(int(metric.value))} made their first change"))
    if now >= before and now > 0:
        return Found("pass", proofs)
    fewer = "Fewer people than before take part" if now else "Nobody else takes part"
    return Found("person", proofs, "person", f"{fewer}: look at why, and ask two of them what was hard.")


def releases_regular(tags: Sequence[Tag], measures: Measures) -> Found:
    """MAINT-05: no change has waited for a release for more than a year. `tags` are the versions, newest first."""
    if not tags:
        return Found("not-applicable", (Proof("no version is tagged yet"),), "release")
    metric = measures.get("time-since-last-release")
    if metric is None or metric.value is None:
        return _unknown(metric)
    detail = dict(metric.detail)
    count, waits = int(detail.get(WAITING, 0)), int(detail.get(WAITS, 0))
    last = tags[0]
    name = last.name[:80]
    proofs = [Proof(f"the newest version is {name} of {last.day}", rule=metric.id)]
    changes = "1 change has" if count == 1 else f"{count} changes have"
    since = f", the oldest for {waits} days" if waits else ""
    proofs.append(Proof(f"{changes} been waiting since{since}" if count else "nothing has changed since"))
    if waits > _YEAR:
        return Found("fail", tuple(proofs))
    if not last.signed:
        proofs.append(Proof(f"the tag {name} carries no signature"))
    return Found("pass", tuple(proofs))


def first_measures(measures: Measures) -> Found:
    """EVAL-01: the measures that git knows, for people to look at beside those that only the forge knows."""
    known = [measures[name] for name in _FOUR if name in measures and measures[name].value is not None]
    proofs = tuple(Proof(f"{metric.name}: {_counted(metric)} ({metric.window})", rule=metric.id) for metric in known)
    return Found("person", (*proofs, Proof("first response and closed changes are known to the forge only")), "person")


def _unknown(metric: Metric | None) -> Found:
    why = _first_sentence(metric.limits) if metric else "The history was not measured."
    return Found("unknown", (Proof(why, rule=metric.id if metric else ""),), next_step=_step(why))


def _step(why: str) -> str:
    if "shallow" in why:
        return "Fetch the whole history (git fetch --unshallow --tags), and check again."
    return ""


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") + "."


def _counted(metric: Metric) -> str:
    value = metric.value or 0
    if metric.unit == "people":
        return _people(int(value))
    unit = metric.unit.replace("releases", "release").replace("organisations", "organisation") if value == 1 else ""
    return f"{value:g} {unit or metric.unit}"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


RULES: Mapping[str, Rule] = {
    "concentration": lambda seen: concentration(seen.health),
    "health-measures": lambda seen: first_measures(seen.health),
    "participation": lambda seen: participation(seen.health),
    "releases-regular": lambda seen: releases_regular(seen.tags, seen.health),
}
