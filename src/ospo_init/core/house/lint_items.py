"""Rules of `house lint` about the checklist and approvals: items, roles and conditions that there are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ospo_init.core.conditions import parse
from ospo_init.core.house.looking import Look
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.saying import MISSING
from ospo_init.errors import TemplateError

Found = Iterator[Problem]


def added(look: Look) -> Found:
    """Yield what is wrong with the house's own items."""
    seen: set[str] = set()
    for number, row in enumerate(look.source.house.checklist.add):
        way = ("checklist", "add", str(number))
        if not re.fullmatch(r"[A-Z]+-[0-9]{2}", row.id):
            yield look.error((*way, "id"), f"{row.id!r} is not a word and two digits", "Write it as ACME-01.")
        if row.id in look.items or row.id in seen:
            yield look.error((*way, "id"), f"there is an item {row.id} already", "Give it a number of its own.")
        seen.add(row.id)
        if len(row.title) > 70:
            yield look.error(
                (*way, "title"), "it is longer than 70 characters", "One line of a terminal holds it then."
            )
        yield from _roles(look, (*way, "roles"), (row.owner, *row.roles))
        try:
            look.world.read_check(row.check, f"the item {row.id}")
        except TemplateError as error:
            yield look.error((*way, "check"), error.what.rstrip("."), error.next)
        if row.applies is not MISSING:
            yield from facts(look, (*way, "applies"), row.applies)


def changed(look: Look) -> Found:
    """Yield what is wrong with the items that are changed or dropped, and what of a house below would be loosened."""
    house = look.source.house
    for name, ids in (("change", house.checklist.change), ("drop", house.checklist.drop)):
        for item in ids:
            if item not in look.items:
                yield look.unknown(("checklist", name, item), item, "item of the checklist", list(look.items))
    for item in house.checklist.drop:
        if item in look.world.never:
            what = f"{item} is never waived, and this house drops it"
            yield look.error(("checklist", "drop", item), what, "No house does without it.")
        if item in house.checklist.change:
            yield look.error(
                ("checklist", "drop", item), f"{item} is dropped, and changed too", "Take one of them out."
            )
    for item, row in house.checklist.change.items():
        if item in look.world.never and row.severity not in ("", look.world.items[item]):
            what = f"{item} is never waived, and this house makes it {row.severity}"
            yield look.error(("checklist", "change", item, "severity"), what, "No house does without it.")
        owners = [row.owner] if row.owner else []
        yield from _roles(look, ("checklist", "change", item), (*owners, *row.roles))
    for title, rows in look.below("checklist"):
        own = {row["id"]: row.get("severity", "blocking") for row in rows.get("add", ())}
        own |= {item: row["severity"] for item, row in rows.get("change", {}).items() if "severity" in row}
        for item, severity in own.items():
            if item in house.checklist.drop:
                what = f"{title} demands {item}, and this house drops it"
                yield look.error(("checklist", "drop", item), what, "A house cannot loosen what one below it demands.")
            change = house.checklist.change.get(item)
            if change and change.severity and severity == "blocking" != change.severity:
                what = f"{title} says {item} is blocking, and this house says {change.severity}"
                way = ("checklist", "change", item, "severity")
                yield look.error(way, what, "A house cannot loosen what one below it demands.")


def approvals(look: Look) -> Found:
    """Yield what is wrong with `approvals`."""
    rows = look.source.house.approvals
    known = [*look.items, *(row.id for row in look.source.house.checklist.add)]
    for name in ("routes", "self_certify", "expires"):
        for number, row in enumerate(getattr(rows, name)):
            way = ("approvals", name, str(number))
            for item in row.items:
                if item not in known:
                    yield look.unknown((*way, "items"), item, "item of the checklist", known)
            when = getattr(row, "when", MISSING)
            if when is not MISSING:
                yield from facts(look, (*way, "when"), when)
    for number, route in enumerate(rows.routes):
        yield from _roles(look, ("approvals", "routes", str(number), "roles"), route.roles)
    for number, expiry in enumerate(rows.expires):
        way = ("approvals", "expires", str(number))
        if not expiry.days and not expiry.when_changed:
            yield look.error(way, "it names neither days nor answers", "Give days, when_changed, or both.")
        for key in expiry.when_changed:
            if key not in look.bank.asked:
                yield look.unknown((*way, "when_changed"), key, "question", look.bank.asked)


def _roles(look: Look, way: tuple[str, ...], roles: tuple[str, ...]) -> Found:
    for role in roles:
        if role not in look.roles:
            yield look.unknown(way, role, "role, nor one of approvals.roles", look.roles)


def facts(look: Look, way: tuple[str, ...], raw: object) -> Found:
    """Yield the names in a condition that are no questions; true, false and what is not said have none."""
    if raw == MISSING or isinstance(raw, bool):
        return
    condition = parse(raw, "a condition")
    yield from look.chosen(way, condition)
    for part in condition.walk():
        name = part.name.partition(".")[0]
        if name and part.word != "layer" and name not in look.bank.asked:
            yield look.unknown(way, name, "question", look.bank.asked)


def warn_of_patterns(look: Look) -> Found:
    """Yield a reminder where internal names are published with the template: who can read it can read them."""
    patterns = look.source.house.patterns
    if patterns.names or patterns.domains:
        what = "internal names are published with the template (never with a project)"
        yield look.warning(("patterns",), what, "Keep the template's repository as private as they are.")


RULES = (added, changed, approvals, warn_of_patterns)
