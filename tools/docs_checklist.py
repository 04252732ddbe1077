"""docs/checklist.md: the checklist as people read it, from its rows. tools/docs.py writes it, and a test compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.checking.evaluate import GATES, Row, blocks
from ospo_init.core.checking.vocabulary import Check
from ospo_init.core.checklist import PHASES
from ospo_init.edges import check_data
from ospo_init.edges.package_data import read

_HEAD = """# Checklist

The release life cycle as {count} items. `ospo-init check` evaluates those that apply, and a gate waits for those that
block it. Written by `python tools/docs.py` from `src/ospo_init/data/checklist.yml`, where every row can be corrected.

"Decided by" says what answers an item: a file or what it says, a scan of all files, the [record](record.md), a rule of
the program, or a person. What a check leaves to people is answered by `ospo-init sign ITEM --as ROLE`.

"""


def document() -> str:
    """Return the whole document."""
    rows = check_data.rows()
    sources = read("checklist.yml")["sources"]
    text = _HEAD.format(count=len(rows)) + "| gate | items that hold it up |\n|---|---|\n"
    text += "".join(f"| {gate} | {', '.join(_blocking(rows, gate))} |\n" for gate in GATES)
    for phase in PHASES:
        text += f"\n## {phase.replace('-', ' ').capitalize()}\n"
        text += "".join(_item(row) for row in rows if row.item.phase == phase)
    text += "\n## Sources\n\n| key | source |\n|---|---|\n"
    return text + "".join(f"| {key} | {_cell(name)} |\n" for key, name in sources.items())


def _blocking(rows: tuple[Row, ...], gate: str) -> list[str]:
    return [row.item.id for row in rows if blocks(row.item, gate)]


def _item(row: Row) -> str:
    item = row.item
    about = [item.stage, item.severity, f"owner: {item.owner}"]
    about += [f"signed by: {', '.join(item.roles)}"] if item.roles != (item.owner,) else []
    about += ["never waived"] if not item.waivable else []
    decided = "; ".join(dict.fromkeys(_words(row)))
    return (
        f"\n### {item.id} {item.title}\n\n{item.question}\n\n{item.reason}\n\n"
        f"- {', '.join(about)}\n- Decided by: {decided}\n- Next step: {item.next_step}\n"
        f"- Sources: {', '.join(item.sources)}\n"
    )


def _words(row: Row) -> Iterator[str]:
    if row.check is None:
        yield "the other items that block" if row.sums == ("blocking",) else f"the items {', '.join(row.sums)}"
        return
    for check in row.check.walk():
        if check.word in _SAID:
            yield _said(check)


_SAID: Mapping[str, str] = {
    "file": "a file: {names}",
    "says": "what {places} says: {means}",
    "never": "what {places} must not say: {means}",
    "scan": "the scans {names}",
    "rule": "the rule {names}",
    "decided": "the record's {names}",
    "ask": "a {names}",
}


def _said(check: Check) -> str:
    phrases: Any = check_data.vocabulary().tables.phrases
    means = " or ".join(phrases[name].means for name in check.names if check.word in ("says", "never"))
    names = ", ".join(check.names)
    text = _SAID[check.word].format(names=names, places=" or ".join(check.places), means=means)
    return text.replace("a setting", "a setting of the forge").replace("scans secrets", "scan secrets")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
