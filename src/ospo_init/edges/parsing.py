"""Whether a file that programs read is still readable: YAML, TOML and JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping

from ospo_init.edges import yamls

_LARGE = 1_000_000  # bytes; what is larger was not written by people, and is not parsed


def parses(path: str, data: bytes) -> bool | None:
    """Whether `data` can be read as what the ending of `path` says; None where it says nothing of the kind."""
    check = _READERS.get(path.rpartition(".")[2].lower())
    if check is None or len(data) > _LARGE:
        return None
    try:
        check(data.decode("utf-8"))
    except (ValueError, RecursionError):  # every one of them raises a kind of ValueError, UnicodeDecodeError too
        return False
    return True


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


_READERS: Mapping[str, Callable[[str], object]] = {
    "json": lambda text: json.loads(text, object_pairs_hook=_no_twins),
    "toml": tomllib.loads,
    "yml": yamls.check,
    "yaml": yamls.check,
    "cff": yamls.check,
}
