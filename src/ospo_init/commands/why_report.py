"""What `why` says of a file: what made it, who owns it, what it is there for, and what an update may do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ospo_init.core.drift import OWNERS
from ospo_init.core.lock import Lock, Row
from ospo_init.core.origin import called, is_base
from ospo_init.edges import house_rules
from ospo_init.edges.checklist_items import Named, named
from ospo_init.edges.package_data import items_of_files
from ospo_init.edges.project import Project
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.why import Asked

Lines = list[tuple[str, str]]
_RECORD = "ospo-init's record of the project: an update writes it anew, and merges nothing into it"
_LISTED = 10


def generated(asked: Asked, row: Row) -> Outcome:
    """Return why a file is there that the template makes, or that the project keeps."""
    items = named(row.items or _items_of_old(asked.lock, asked.name))
    data = _data(asked) | {
        "generated": True,
        "at": row.at or asked.name,
        "layer": row.layer,
        "rule": row.rule,
        "house": row.house,
        "contact": row.contact,
        "ownership": row.ownership,
        "update": OWNERS[row.ownership],
        "block": row.block,
        "absent": row.absent,
        "items": [item._asdict() for item in items],
    }
    layer = f", layer {row.layer}" if row.layer else ""
    lines: Lines = [("title", asked.name), ("", f"  made by   {_template(asked.lock)}{layer}")]
    says = house_lines(asked)
    own = {
        "house": row.house,
        "rule": row.rule and f"“{row.rule}”",
        "ask": row.contact and f"{row.contact}, for an exception",
    }
    lines += says or [("", f"  {name:<9} {words}") for name, words in own.items() if words]
    lines += [("", f"  owned     {row.ownership}: an update {OWNERS[row.ownership]}")]
    lines += [("", f"  here      {said}") for said in _here(row)]
    lines += [("", f"  for       {said}") for said in _for(items)]
    return Outcome(data, (*lines, *_of_base(asked.lock)))


def house_lines(asked: Asked) -> Lines:
    """Return what each house says of a file that it has a rule for, the lowest first."""
    lines: Lines = []
    for house in house_rules.read(asked.place.folder):
        row = house.get("files", {}).get(asked.name)
        if row is None:
            continue
        words = [word for word in ("forbid", "frozen", "required", "recommended", "sections", "block") if row.get(word)]
        lines.append(("", f"  house     {': '.join(filter(None, [house['title'], ', '.join(words)]))}"))
        lines += [("", f"  rule      “{row['rule']}”")] if row.get("rule") else []
        lines += [("", f"  ask       {row['contact']}, for an exception")] if row.get("contact") else []
    return lines


def answer(place: Project, key: str, value: Any, houses: Sequence[Mapping[str, Any]]) -> Outcome:
    """Return why an answer is what it is: which houses say something of it, by what rule, and who grants exceptions."""
    rules = [rule for house in houses for rule in house.get("answers", {}).get(key, ())]
    lines: Lines = [("title", f"{key}: {value!r}"), ("", f"  recorded in {place.answers_file}")]
    for rule in rules:
        lines += [("", f"  {rule['house']}: {_says(rule)}")]
        lines += [("", f"      “{rule['rule']}”")] if rule.get("rule") else []
        lines += [("", f"      ask {rule['contact']}, for an exception")] if rule.get("contact") else []
    if not rules:
        lines.append(("", "  no house says anything of it: it is the project's own choice"))
    data = {"schema_version": 1, "answer": key, "value": value, "project": str(place.folder)}
    return Outcome({**data, "rules": [dict(rule) for rule in rules]}, tuple(lines))


def _says(rule: Mapping[str, Any]) -> str:
    kinds = {
        "default": lambda: f"{rule['value']!r}, unless somebody says otherwise",
        "lock": lambda: f"fixed to {rule['value']!r}",
        "force": lambda: f"{rule['value']!r}, where other answers ask for it",
        "restrict": lambda: f"one of {', '.join(map(str, rule['values']))}",
        "pattern": lambda: f"of the form {rule['pattern']}",
        "licenses": lambda: _of_licenses(rule),
    }
    return kinds[rule["kind"]]()


def _of_licenses(rule: Mapping[str, Any]) -> str:
    kinds = [f"for {kind} {_one_of(row)}" for kind, row in rule["kinds"].items()]
    others = [f"for others {_one_of(rule)}" if kinds else _one_of(rule)] if rule["allow"] or rule["forbid"] else []
    return ", ".join([*kinds, *others])


def _one_of(row: Mapping[str, Any]) -> str:
    return f"one of {', '.join(row['allow'])}" if row.get("allow") else f"none of {', '.join(row.get('forbid', ()))}"


def record(asked: Asked) -> Outcome:
    """Return why the answers file or the lock is there."""
    data = _data(asked) | {"generated": True, "at": asked.name, "ownership": "", "update": _RECORD, "items": []}
    lines: Lines = [("title", asked.name), ("", f"  made by   {_template(asked.lock)}"), ("", f"  owned     {_RECORD}")]
    return Outcome(data, (*lines, *_of_base(asked.lock)))


def own(asked: Asked) -> Outcome:
    """Return what is said of something that no template made; of a folder also what in it one did."""
    folder = "" if asked.name == "." else f"{asked.name}/"
    below = sorted(path for name, row in asked.lock.files.items() if (path := row.at or name).startswith(folder))
    below = below if (asked.place.folder / asked.name).is_dir() else []
    data = _data(asked) | {"generated": False, "at": asked.name, "below": below}
    lines: Lines = [("title", asked.name), *house_lines(asked)]
    if below:
        more = f" and {len(below) - _LISTED} more" if len(below) > _LISTED else ""
        lines.append(("", f"  A folder with {len(below)} generated files: {', '.join(below[:_LISTED])}{more}"))
    else:
        lines.append(("", "  The project's own: no template made it, and no update touches it."))
    if others := asked.place.others:
        lines.append(("dim", f"  Other templates here: {', '.join(others)}; ask each with --answers-file."))
    return Outcome(data, tuple(lines))


def _data(asked: Asked) -> dict[str, Any]:
    lock = asked.lock
    template = {"url": lock.url, "tag": lock.tag, "commit": lock.commit, "only_by_ospo_init": is_base(lock.url)}
    return {"schema_version": 1, "path": asked.name, "project": str(asked.place.folder), "template": template}


def _here(row: Row) -> list[str]:
    said = [f"moved to {row.at}"] if row.at else []
    said += ["deleted by the project"] if row.absent else []
    return said + (["only the lines between ospo-init's marks are the template's"] if row.block else [])


def _items_of_old(lock: Lock, name: str) -> tuple[str, ...]:
    """Return the items of a file whose lock was written when locks held none."""
    return () if any(row.items for row in lock.files.values()) else items_of_files().get(name, ())


def _for(items: Sequence[Named]) -> list[str]:
    said = [f"{item.id:<9} {item.title}" + (f"  ({item.owner})" if item.owner else "") for item in items]
    return said or ["no item of the checklist names it"]


def _template(lock: Lock) -> str:
    return f"{called(lock.url)} {lock.tag}"


def _of_base(lock: Lock) -> Lines:
    said = "  Only ospo-init can update it: the address that it records is a reserved one."
    return [("dim", said)] if is_base(lock.url) else []
