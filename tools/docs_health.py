"""The tables of docs/health.md, from data/health.yml. tools/docs.py writes them, and a test compares."""

from __future__ import annotations

import re
from pathlib import Path

from ospo_init.edges.health import tables

PATH = "docs/health.md"
_MARKS = re.compile(r"(<!-- derived: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_OVER = {"window": "the last 365 days", "history": "the whole history", "tags": "all version tags"}


def document(root: Path) -> str:
    """Return docs/health.md as it should be: its own text, with every table written anew."""
    made = {"measures": _measures, "left_out": _left_out}
    text = (root / PATH).read_text(encoding="utf-8")
    return _MARKS.sub(lambda found: f"{found[1]}\n{made[found[2]]()}\n{found[3]}", text)


def _measures() -> str:
    lines = ["| measure | what it is | counts | limits |", "|---|---|---|---|"]
    for row in tables().measures.values():
        of = "" if row.of == row.name else f" (derived from {row.of})"
        name = f"[{row.name}]({row.source}){of}<br>`{row.id}`"
        lines.append(f"| {name} | {row.definition} | {row.unit}, {_OVER[row.over]} | {row.limits} |")
    return "\n".join(lines) + "\n"


def _left_out() -> str:
    bots, mail = tables(), tables().public
    rows = [
        ("names of bots", sorted(bots.bot_names)),
        ("ends of names of bots", list(bots.bot_endings)),
        ("addresses of bots", sorted(bots.bot_addresses)),
        ("public mail providers", sorted(mail.domains)),
        ("the same in every country", sorted(mail.in_every_country)),
    ]
    lines = ["| list | entries |", "|---|---|"]
    lines += [f"| {name} | {', '.join(f'`{entry}`' for entry in entries)} |" for name, entries in rows]
    return "\n".join(lines) + "\n"
