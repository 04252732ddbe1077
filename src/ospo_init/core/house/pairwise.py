"""All pairs: a small set of answers in which every two values of two questions meet at least once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

_Value = tuple[str, str]


def pairwise(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return rows that together hold every pair of values; greedy, and the same for the same input."""
    keys = list(values)
    open_pairs = {((a, x), (b, y)) for a, b in itertools.combinations(keys, 2) for x in values[a] for y in values[b]}
    rows = []
    while open_pairs:
        first, second = min(open_pairs)
        row = dict([first, second])
        for key in keys:
            if key not in row:
                row[key] = max(values[key], key=lambda value: (_gain(row, key, value, open_pairs), value))
        open_pairs -= set(itertools.combinations([(key, row[key]) for key in keys], 2))
        rows.append(row)
    return rows


def _gain(row: Mapping[str, str], key: str, value: str, open_pairs: set[tuple[_Value, _Value]]) -> int:
    here = (key, value)
    return sum(((other, here) in open_pairs) or ((here, other) in open_pairs) for other in row.items())
