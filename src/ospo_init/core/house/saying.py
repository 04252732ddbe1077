"""How a field of house.yml says what it takes and means, beside its name: the model's classes are the schema."""

from __future__ import annotations

from dataclasses import field
from typing import Any

MISSING = "\0missing"  # no value that YAML can hold


def says(
    kind: str, meaning: str, *, of: str = "", required: bool = False, unset: Any = None
) -> Any:  # Any: as dataclasses.field has it
    """Return a field: the kind of what it takes (core/house/kinds.py), what it is `of`, and its meaning in the docs."""
    empty: dict[str, Any] = {"map": {}, "lines": (), "values": (), "list": (), "yes": False}
    default = unset if unset is not None else empty.get(kind, "")
    data = {"kind": kind, "of": of, "required": required, "meaning": meaning}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=data)
    return field(default=default, metadata=data)
