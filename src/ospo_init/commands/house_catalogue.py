"""`ospo-init house catalogue`: the houses that are configured, their versions, and which one is the default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ospo_init.core import origin
from ospo_init.core.configuration import BASE_NAME, Configuration, House
from ospo_init.core.origin import BASE_URL, is_newer, parse_version
from ospo_init.edges import config, signers, templates
from ospo_init.edges.disk import told
from ospo_init.edges.places import at
from ospo_init.edges.templates import Versions
from ospo_init.edges.temporary import temporary
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

Lines = list[tuple[str, str]]
_BASE = House(BASE_NAME, BASE_URL, "The base template, which ships with ospo-init")
_SHOWN = 8  # tags on a line


def run(fetch: bool) -> Outcome:
    """List the houses; one that cannot be reached is told in its row, and hides no other."""
    found = config.load()
    chosen = config.chosen("")
    default = {"house": chosen.house or BASE_NAME, "chosen_by": chosen.by}
    name = config.without_tag(default["house"])
    with told(temporary()):
        rows = [_row(house, fetch) | {"default": house.name == name} for house in (*found.houses.values(), _BASE)]
    data = {
        "schema_version": 1,
        "configuration": list(found.files),
        "default": default,
        "houses": rows,
    }
    return Outcome(data, tuple(_lines(found, default, rows)))


def _row(house: House, fetch: bool) -> dict[str, Any]:
    known, problem = _versions(house, fetch)
    return {
        "name": house.name,
        "title": house.title,
        "kinds": list(house.kinds),
        "url": house.url,
        "tag": house.tag,
        "newest": known.newest,
        "tags": _sorted(known),
        "looked_up": known.looked.isoformat() if known.looked else None,
        "signed": house.signed or bool(house.keys),
        "keys": list(house.keys),
        "seen_signed_by": _seen(house),
        "where": house.where,
        "problem": problem,
    }


def _versions(house: House, fetch: bool) -> tuple[Versions, str]:
    """Return what is known of a house's versions, and what is wrong with it, or ''."""
    try:
        known = templates.versions_of(house, fetch)
    except UserError as error:  # Moved too
        return Versions({}, None), f"{error.what} {error.next}".strip()
    return known, known.stale if fetch or known.looked else ""


def _seen(house: House) -> str:
    """Return the key that this machine has seen sign the house's tags, or ''."""
    try:
        found = [signers.known(place.identity) for place in at(house)]
    except UserError:  # the folder is not there, or the file cannot be read: that is told when it matters
        return ""
    return next((signer for signer in found if signer), "")


def _sorted(known: Versions) -> list[str]:
    """Return the tags, the newest version first, names that are no version last."""
    versions = {tag: version for tag in {*known.tags, known.current} if (version := parse_version(tag))}
    others = [tag for tag in known.tags if tag not in versions]
    return [*sorted(versions, key=lambda tag: (versions[tag], tag), reverse=True), *sorted(others)]


def _lines(found: Configuration, default: dict[str, str], rows: Sequence[dict[str, Any]]) -> Lines:
    why = f" ({default['chosen_by']} says so)" if default["chosen_by"] else ""
    ending = ("", f"Without --house, `ospo-init new` takes {default['house']}{why}.")
    lines = [line for row in rows for line in _of(row)] if found.houses else _nothing()
    return [*lines, ending]


def _nothing() -> Lines:
    path = config.user_file() or "config.yml"
    example = ("house: acme", "houses:", "  acme:", "    url: https://example.org/oss/house.git")
    return [
        ("title", "No house is configured."),
        ("", f"Name yours in {path}:"),
        ("", ""),
        *(("dim", f"  {line}") for line in example),
        ("", ""),
    ]


def _of(row: dict[str, Any]) -> Lines:
    mark = "  (the default)" if row["default"] else ""
    lines: Lines = [("title", f"{row['name']}  {row['newest'] or '(no version known)'}{mark}")]
    lines += [("", f"  {text}") for text in (row["title"], ", ".join(row["kinds"])) if text]
    lines.append(("dim", f"  {origin.called(row['url'])}"))
    if row["tag"]:
        newer = "" if not is_newer(row["newest"], row["tag"]) else f", though {row['newest']} is newer"
        lines.append(("", f"  held at {row['tag']}{newer}"))
    if len(row["tags"]) > 1:
        more = len(row["tags"]) - _SHOWN
        lines.append(("", f"  versions: {', '.join(row['tags'][:_SHOWN])}{f' and {more} more' if more > 0 else ''}"))
    if row["looked_up"]:
        lines.append(("dim", f"  looked up {row['looked_up'][:16].replace('T', ' ')} UTC"))
    elif row["name"] != BASE_NAME and not row["problem"]:
        lines.append(("mark", "  never looked up on this machine: --fetch asks"))
    if row["signed"]:
        lines.append(("", f"  must be signed{' by ' + ' or '.join(row['keys']) if row['keys'] else ''}"))
    if row["seen_signed_by"]:
        lines.append(("dim", f"  seen signed by {row['seen_signed_by']}"))
    return [*lines, *([("bad", f"  {row['problem']}")] if row["problem"] else []), ("", "")]
