"""What licences permit, demand and exclude, side by side: a table for wide terminals, a list for narrow ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ospo_init.core.columns import Line, printable, side_by_side, width

_HEADS = ("Permits: everybody may", "Demands: who passes it on must", "Excludes: nobody gets")
_NAMES = ("permits", "demands", "excludes")
_TABLE = 90  # columns from which on a table is easier to read than a list
_ALL, _SAME, _NONE = "In general", "as above", "nothing"
_Told = tuple[str, Sequence[str]]  # a licence, and what stands in its three columns


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
    columns = [tuple(str(phrase) for phrase in facts.get(name, ())) for name in _NAMES]
    return _terms(spdx_id, columns, str(facts.get("fits", "")))


def terms_lines(rows: Sequence[Terms], columns: int) -> list[Line]:
    """Return the table in `columns` cells. What holds for all that say anything is said once, in the first row."""
    common = [_shared([row.columns[place] for row in rows]) for place in range(len(_NAMES))]
    told = [(row.id, [_cell(*pair) for pair in zip(row.columns, common, strict=True)]) for row in rows]
    if any(common):
        told = [(_ALL, [_phrases(phrases) for phrases in common]), *told]
    if not told:
        return []
    return _table(told, columns) if columns >= _TABLE else _list(told, columns)


def _terms(name: str, columns: Sequence[tuple[str, ...]], fits: str = "") -> Terms:
    permits, demands, excludes = columns
    return Terms(name, permits, demands, excludes, fits)


def _shared(cells: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the phrases that are in every cell which holds any; none where there are too few to spare words."""
    filled = [cell for cell in cells if cell]
    return tuple(phrase for phrase in filled[0] if all(phrase in cell for cell in filled)) if len(filled) > 2 else ()


def _cell(phrases: Sequence[str], common: Sequence[str]) -> str:
    """Return what holds for one licence besides what is common to all."""
    if not phrases:
        return _NONE
    besides = [phrase for phrase in phrases if phrase not in common]
    return f"also: {_phrases(besides)}" if besides and common else _phrases(besides) or _SAME


def _phrases(phrases: Sequence[str]) -> str:
    return printable("; ".join(phrases))


def _table(rows: Sequence[_Told], columns: int) -> list[Line]:
    first = max(width(name) for name, _ in rows)
    rest = (columns - first - 6) // 3
    sizes = (first, rest, rest, rest)
    lines: list[Line] = [("head", line) for line in side_by_side(("", *_HEADS), sizes)]
    for name, cells in rows:
        lines += [("", line) for line in side_by_side((printable(name), *cells), sizes)]
    return lines


def _list(rows: Sequence[_Told], columns: int) -> list[Line]:
    lines: list[Line] = []
    for name, cells in rows:
        lines.append(("head", printable(name)))
        told = [pair for pair in zip(_NAMES, cells, strict=True) if pair[1] not in ("", _SAME)]
        for pair in told or [(_SAME, "")]:
            lines += [("", f"  {line}") for line in side_by_side(pair, (8, max(1, columns - 12)))]
    return lines
