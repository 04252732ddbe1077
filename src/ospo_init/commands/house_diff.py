"""`ospo-init house diff`: what changes for projects that follow, as a diff over those of the house's tests."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ospo_init.commands import house_trying
from ospo_init.commands.house_opening import Ready, ready
from ospo_init.commands.house_trying import MACHINE
from ospo_init.core.bank import RECORDED
from ospo_init.core.house import sets
from ospo_init.core.lock import PATH
from ospo_init.core.origin import Template
from ospo_init.core.trees import Tree
from ospo_init.edges import config, houses, publishing
from ospo_init.edges.box import Box
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

_PASSED_OVER = (PATH, ".copier-answers.yml")


@dataclass(frozen=True)
class Change:
    """What the new version does to the project of one test: a patch, and the answers that it no longer takes."""

    name: str
    patch: str
    refused: tuple[str, ...] = ()


def run(typed: str, tag: str, to: str) -> Outcome:
    """Show what changes from the published version `tag` (the newest) to the house in the folder."""
    if tag and typed == "." and houses.is_house(tag):  # only one of the two was given, and it is the folder
        typed, tag = tag, ""
    house = ready(typed)
    place = publishing.find(to or _known(house))
    wanted = tag or place.newest
    if wanted not in place.tags:
        have = f"Its newest is {place.newest}." if place.newest else "Nothing is published there yet."
        raise UserError(f"{place.url} has no version {wanted or 'at all'}.", have)
    old, _ = place.version(wanted)
    changes = _changes(house, old)
    return _told(house, wanted, changes)


def _known(house: Ready) -> str:
    """Return where the house is published: the address that the configuration has for its name."""
    found = config.load().houses.get(house.source.house.name)
    if not found:
        raise UserError(
            f"It is not known where {house.source.house.name} is published.",
            "Say it with --to ADDRESS, or configure it.",
        )
    return str(found.url)


def _changes(house: Ready, old: Template) -> list[Change]:
    template = house_trying.template_of(house)
    with Box() as before, Box() as after:
        before.load(old.files)
        after.load(house.tree)
        found = []
        for name, answers in _projects(house, before):
            reply, was = before.render(answers, MACHINE, old.origin)
            recorded = reply["recorded"]
            machine = {**MACHINE, RECORDED: recorded}
            rows = after.resolve(recorded, machine)["rows"]
            refused = [f"{row['key']}: {row['problem']}" for row in rows if row["problem"]]
            wrong = {row["key"] for row in rows if row["problem"]}
            kept = {key: value for key, value in recorded.items() if key in {row["key"] for row in rows} - wrong}
            _, now = after.render(kept, machine, template.origin)
            found.append(Change(name, patch(was, now), tuple(refused)))
        found.append(Change("", "", tuple(_narrowed(before, after))))
    return found


def _projects(house: Ready, box: Box) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the answers of the house's tests, as far as the old version takes them; ours where it has none."""
    rows = box.resolve({}, MACHINE)["rows"]
    known = {row["key"] for row in rows}
    own = [(case.name, case.answers) for case in house_trying.cases(house)]
    for name, answers in own or [("defaults", sets.facts_of([], rows))]:
        asked = {key: value for key, value in answers.items() if key in known}
        yield name, sets.usable(asked, lambda given: box.resolve(given, MACHINE))


def _narrowed(before: Box, after: Box) -> Iterable[str]:
    """Yield the values that could be chosen before and cannot now."""
    rows = [box.resolve({}, {})["rows"] for box in (before, after)]
    offered = [{row["key"]: {str(v): off for v, _, off in row["choices"]} for row in one} for one in rows]
    shown = [{row["key"] for row in one if row["shown"]} for one in rows]
    for key in sorted(shown[0] - shown[1]):
        if key in offered[1]:
            yield f"{key} is decided by the house now; who has another answer keeps it"
    for key, old in offered[0].items():
        new = offered[1].get(key)
        if new is None:
            yield f"{key} is not asked any more"
            continue
        gone = [value for value, off in old.items() if not off and new and (value not in new or new[value])]
        if gone:
            yield f"{key} cannot be {', '.join(gone[:6])}{' …' if len(gone) > 6 else ''} any more; who has it keeps it"


def patch(old: Tree, new: Tree) -> str:
    """Return what changes from one project to the other as a unified diff; answers file and lock are passed over."""
    found = []
    for path in sorted({*old, *new} - set(_PASSED_OVER)):
        was, now = (tree[path].data if path in tree else b"" for tree in (old, new))
        if was == now and (path in old) == (path in new):
            continue
        names = (f"a/{path}" if path in old else "/dev/null", f"b/{path}" if path in new else "/dev/null")
        before, after = (data.decode("utf-8", "replace").splitlines() for data in (was, now))
        text = list(difflib.unified_diff(before, after, names[0], names[1], lineterm=""))
        found += text or [f"--- {names[0]}", f"+++ {names[1]}", "(the bytes differ, not the lines)"]
    return "\n".join(found)


def _told(house: Ready, tag: str, changes: list[Change]) -> Outcome:
    lines: list[tuple[str, str]] = []
    shown: dict[str, list[str]] = {}
    for change in changes:
        shown.setdefault(change.patch, []).extend([change.name] if change.name else [])
    for text, names in shown.items():
        if text:
            lines += [("title", ", ".join(names)), *((_style(line), line) for line in text.split("\n")), ("", "")]
    refused = list(dict.fromkeys(row for change in changes for row in change.refused))
    lines += [("mark", f"warning: {row}") for row in refused]
    changed = sum(bool(change.patch) for change in changes)
    total = sum(bool(change.name) for change in changes)
    lines.append(("title", f"{house.source.house.title} since {tag}: {changed} of {total} projects change."))
    rows = [
        {"name": change.name, "patch": change.patch, "refused": list(change.refused)}
        for change in changes
        if change.name
    ]
    return Outcome({"schema_version": 1, "since": tag, "projects": rows, "warnings": refused}, tuple(lines))


def _style(line: str) -> str:
    return {"+": "good", "-": "bad", "@": "dim"}.get(line[:1], "")
