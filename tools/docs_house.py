"""The tables of docs/house.md: each knob with its keys, and each key of house.yml with what it takes and means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field
from pathlib import Path
from typing import Any

from ospo_init.core.checking import vocabulary
from ospo_init.core.house.kinds import KINDS, WORDS
from ospo_init.core.house.model import RECORDS
from ospo_init.core.house.saying import MISSING
from ospo_init.edges import check_data, yamls

ROOT = Path(__file__).parent.parent
KNOBS = "tests/data/knobs.yml"
# What a kind takes that is no scalar; scalars say it themselves (core/house/kinds.py).
_TAKES: Mapping[str, str] = {
    "word": "one of {words}",
    "condition": "a condition over answers",
    "when": "a condition over answers, or true",
    "facts": "a condition over answers, layers and people",
    "yes-or-condition": "true, or a condition over answers, layers and people",
    "check": "[a check](#what-a-check-may-say)",
    "lines": "a list of texts",
    "values": "a list of values",
    "items": "a list of ids of items",
    "patterns": "a list of texts, or of {id, regex}",
}
_ELSEWHERE: Mapping[str, str] = {
    "overlay/": "`overlay/`",
    "fragments/": "`fragments/`",
    "blocks/": "`blocks/`",
    "licenses/": "`licenses/`",
    "questions.yml": "`questions.yml`",
    "house publish": "`ospo-init house publish`",
}


def tables() -> dict[str, str]:
    """Return the tables by the name that stands in their marks."""
    return {"knobs": knob_map(), "house": reference(), "checks": checks()}


def checks() -> str:
    """Return what a check may say: the words, and the names that they know."""
    known = check_data.vocabulary()
    words = re.findall(r"^ {4}(\{.+?\}) {2,}(\S.*)$", vocabulary.__doc__ or "", re.MULTILINE)
    names = {
        "files": known.tables.files,
        "phrases": known.tables.phrases,
        "scans": sorted(known.scans),
        "rules": [name for name in known.rules if not name.startswith("house-")],
    }
    listed = "".join(f"\n- {kind}: {', '.join(f'`{name}`' for name in found)}" for kind, found in names.items())
    return (
        _table(("check", "it holds when"), ((_cell(f"`{word}`"), _cell(means)) for word, means in words))
        + f"\nNames:\n{listed}\n"
    )


def knob_map() -> str:
    """Return the table that says for each knob where a house says it."""
    rows = yamls.load((ROOT / KNOBS).read_bytes())
    return _table(
        ("", "what a house can say", "where"),
        ((str(row["knob"]), _cell(row["says"]), ", ".join(_key(key) for key in row["keys"])) for row in rows),
    )


def _key(key: str) -> str:
    return _ELSEWHERE.get(key, f"`{key.replace('*', 'NAME')}`")


def reference() -> str:
    """Return a table for each record of house.yml, the house itself first, each below a heading that links lead to."""
    ways = _ways()
    parts = []
    for record, kind in RECORDS.items():
        rows = (
            (f"`{name}`{' *' if row.metadata['required'] else ''}", _takes(row), _cell(row.metadata["meaning"]))
            for name, row in kind.__dataclass_fields__.items()
        )
        lead = f"### {_heading(record, ways)}\n\n" if record != "house" else ""
        parts.append(lead + _table(("key", "takes", "meaning"), rows))
    return "\n".join(parts) + "\nA key with * has to be there.\n"


def _ways() -> dict[str, list[str]]:
    """Return where each record stands in house.yml, as headings name it."""
    found: dict[str, list[str]] = {"house": [""]}
    for record, kind in RECORDS.items():  # a record stands below those that hold it
        for name, row in kind.__dataclass_fields__.items():
            if row.metadata["of"] in RECORDS:
                more = f"{name}.{_named(name)}" if row.metadata["kind"] == "map" else name
                found.setdefault(row.metadata["of"], []).extend(
                    f"{above}.{more}".lstrip(".") for above in found.get(record, [""])
                )
    return found


def _named(name: str) -> str:
    return {"answers": "QUESTION", "files": "PATH", "own": "ID", "change": "ITEM", "kinds": "KIND"}.get(name, "NAME")


def _heading(record: str, ways: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(ways[record])


def _takes(row: Field[Any]) -> str:
    """Return what a key takes, in words."""
    kind, of = row.metadata["kind"], row.metadata["of"]
    if kind == "map":
        return f"a mapping; [each]({_anchor(of)})" if of in RECORDS else f"a mapping; each {KINDS[of].expects}"
    if kind in ("record", "list"):
        return f"[keys]({_anchor(of)})" if kind == "record" else f"a list; [each]({_anchor(of)})"
    words = _TAKES.get(kind, "") or KINDS[kind].expects
    words = words.replace("{words}", ", ".join(WORDS.get(of, ())))
    default = row.default
    shown = isinstance(default, str) and default not in ("", MISSING)
    return _cell(words + (f"; {default} if left out" if shown else ""))


def _anchor(record: str) -> str:
    """Return the link to a record's table: the heading as forges make an anchor of it."""
    heading = _heading(record, _ways()).lower()
    return "#" + "".join(letter if letter.isalnum() or letter in "-_" else "-" * (letter == " ") for letter in heading)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"
