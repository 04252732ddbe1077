"""What a new version of a house takes away from projects that follow it: values that a question offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ospo_init.core.house.answering import values
from ospo_init.core.origin import newest, parse_version

Rows = Mapping[str, Mapping[str, Any]]


def lost(old: Rows, new: Rows) -> Iterator[tuple[str, Any]]:
    """Yield the questions with a value that `old` offers and `new` does not: plain Copier would replace that answer.

    A question that is gone takes its answer with it, which Copier tells; one that has become a fact keeps any answer.
    """
    for key, row in old.items():
        if key not in new or "choices" not in row or isinstance(row["choices"], str):
            continue
        if "choices" in new[key]:
            yield from ((key, value) for value in values(row["choices"]) if value not in values(new[key]["choices"]))


def next_tag(tags: Mapping[str, str]) -> str:
    """Return the tag that follows: the newest one's next minor version, or v1.0.0."""
    last = parse_version(newest(tags))
    return f"v{last.major}.{last.minor + 1}.0" if last else "v1.0.0"
