"""What `status` says to people, from what it says to machines: template, stage, counts, and files, findings first."""

from __future__ import annotations

from ospo_init.core.drift import STATES, counted

TYPE_CHECKING = False  # as typing has it; loading that takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Row = Mapping[str, Any]
    Line = tuple[str, str]

_LISTED = 6  # files of one state that are named, where nobody has to do anything
_SAID = {
    "merged": "an update changes it, and keeps your changes",
    "conflict": "an update ends in a conflict there",
    "moved": "an update moves it: the template has renamed it",
}


def whole(place: tuple[str, str], template: Row, stage: str, files: Sequence[Row]) -> dict[str, Any]:
    """Return what --json says where there is nothing to be told but the files; `place` is folder and answers file."""
    return {
        "schema_version": 1,
        "path": place[0],
        "answers_file": place[1],
        "template": template,
        "stage": stage,
        "up_to_date": not any(row["finding"] for row in files),
        "counts": counted(files),
        "files": sorted(files, key=lambda row: str(row["path"])),
        "notes": [],
        "unknown": "",
        "next": [],
    }


def exit_code(data: Row) -> int:
    """Return 1 where somebody has to do something, or to find out why it is not known what an update would do."""
    return 1 if data["unknown"] or any(row["finding"] for row in data["files"]) else 0


def lines(data: Row, age: str = "") -> list[Line]:
    """Return what people read; `age` says how long ago the template was asked for its versions."""
    only = "Only ospo-init can update it: the address that it records is a reserved one."
    told = [("title", _headline(data["template"], age))]
    told += [("dim", only)] if data["template"]["only_by_ospo_init"] else []
    told += [("", f"Stage: {data['stage']}.")] if data["stage"] else []
    told += [_verdict(data), *(("mark", note) for note in data["notes"])]
    told += [("", ""), *_files(data["files"])] if data["files"] else []
    told += [("", ""), ("title", "Next (nothing of this was run):")] if data["next"] else []
    return told + [("", f"  {step}") for step in data["next"]]


def _headline(template: Row, age: str) -> str:
    base, tag, newest = template["only_by_ospo_init"], template["tag"], template["newest"]
    name = "The base template" if base else f"The template {template['url']}"
    if not newest:
        return f"{name} {tag}; newer versions are not known."
    where = "in this ospo-init" if base else f"known (looked up {age})"
    return f"{name} {tag}, the newest {where}." if newest == tag else f"{name} {tag}; the newest {where} is {newest}."


def _verdict(data: Row) -> Line:
    template, count = data["template"], sum(row["finding"] for row in data["files"])
    if data["unknown"]:
        return ("bad", f"What an update would do is not known: {data['unknown']}")
    if count:
        return ("bad", f"Not up to date: {count} file{'s need' if count > 1 else ' needs'} attention.")
    if template["planned"] not in ("", template["tag"]):
        return ("good", f"Up to date: {template['planned']} exists, and changes no file here.")
    if not data["up_to_date"]:
        return ("good", f"The files are right for {template['tag']}.")
    return ("good", "Up to date: the files are right.")


def _files(files: Sequence[Row]) -> list[Line]:
    """Return the counts, each with the files that it counts: all that are findings, some of the others."""
    told: list[Line] = []
    for word, count in counted(files).items():
        says, finding = STATES[word]
        named = [_named(row) for row in files if row["state"] == word]
        told.append(("bad" if finding else "", f"  {count:>4} {word:<10} {says}"))
        if finding:
            told += [("", f"         {name}") for name in named]
        elif word != "generated":
            more = f" and {count - _LISTED} more" if count > _LISTED else ""
            told.append(("dim", f"         {', '.join(named[:_LISTED])}{more}"))
    return told


def _named(row: Row) -> str:
    at = f"{row['at']} (the template: {row['path']})" if "at" in row else row["path"]
    return at + (f"  ({_SAID[row['update']]})" if row.get("update") in _SAID else "")
