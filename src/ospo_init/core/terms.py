"""What licences permit, demand and exclude, side by side: a table for wide terminals, a list for narrow ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.columns import Line, printable, side_by_side, width

_HEADS = ("Permits: everybody may", "Demands: who passes it on must", "Excludes: nobody gets")
_NAMES = ("permits", "demands", "excludes")
_TABLE = 90  # columns from which on a table is easier to read than a list
_ALL, _MORE = "Each of these", "and besides:"


@dataclass(frozen=True)
class Terms:
    """One licence in phrases; `fits` says when one would choose it."""

    id: str
    permits: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    fits: str = ""

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The phrases of the table's three columns."""
        return (self.permits, self.demands, self.excludes)


def read_terms(spdx_id: str, facts: Mapping[str, Any]) -> Terms:
    """Return the terms that a template's facts about a licence (licenses/facts/<id>.yml) hold."""
    permits, demands, excludes = (tuple(map(str, facts.get(name, ()))) for name in _NAMES)
    return Terms(spdx_id, permits, demands, excludes, str(facts.get("fits", "")))


def terms_lines(rows: Sequence[Terms], columns: int) -> list[Line]:
    """Return the table in `columns` cells. What holds for every licence is said once, in its first row."""
    if not rows:
        return []
    common = _common(rows) if len(rows) > 2 else Terms("")
    told = [_less(row, common) for row in rows]
    if any(common.columns):
        told = [Terms(f"{_ALL},", *common.columns), *told]
    return _table(told, columns) if columns >= _TABLE else _list(told, columns)


def _common(rows: Sequence[Terms]) -> Terms:
    shared = (
        tuple(phrase for phrase in first if all(phrase in row.columns[place] for row in rows))
        for place, first in enumerate(rows[0].columns)
    )
    return Terms(_ALL, *shared)


def _less(row: Terms, common: Terms) -> Terms:
    left = (
        tuple(phrase for phrase in phrases if phrase not in said)
        for phrases, said in zip(row.columns, common.columns, strict=True)
    )
    return Terms(row.id, *left)


def _table(rows: Sequence[Terms], columns: int) -> list[Line]:
    first = max(width(row.id) for row in rows)
    rest = (columns - first - 6) // 3
    sizes = (first, rest, rest, rest)
    lines: list[Line] = [("head", line) for line in side_by_side(("", *_HEADS), sizes)]
    for row in rows:
        cells = (printable(row.id), *(_cell(phrases) for phrases in row.columns))
        lines += [("", line) for line in side_by_side(cells, sizes)]
        if row.id.startswith(_ALL):
            lines.append(("", _MORE))
    return lines


def _cell(phrases: Iterable[str]) -> str:
    return printable("; ".join(phrases)) or "–"


def _list(rows: Sequence[Terms], columns: int) -> list[Line]:
    lines: list[Line] = []
    for row in rows:
        lines.append(("head", printable(row.id)))
        for name, phrases in zip(_NAMES, row.columns, strict=True):
            if phrases:
                cells = (f"  {name}", _cell(phrases))
                lines += [("", line) for line in side_by_side(cells, (10, max(1, columns - 12)))]
    return lines
