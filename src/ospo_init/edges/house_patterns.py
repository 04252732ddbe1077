"""What only an organisation knows: its internal names, its private e-mail domains, and who stands behind a domain."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.edges import yamls
from ospo_init.errors import UserError

VARIABLE = "OSPO_INIT_PATTERNS"
_KEYS = ("schema_version", "patterns", "domains", "organisations")
_LONGEST = 500  # characters of one expression


@dataclass(frozen=True)
class Patterns:
    """`patterns` are (id, regular expression), `domains` those that must not be public in addresses.

    `organisations` maps an e-mail domain to the organisation behind it.
    """

    patterns: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    organisations: Mapping[str, str] = field(default_factory=dict)

    def with_others(self, others: Patterns) -> Patterns:
        """Return these patterns and others."""
        known = {**others.organisations, **self.organisations}
        return Patterns((*self.patterns, *others.patterns), (*self.domains, *others.domains), known)


def read(path: str) -> Patterns:
    """Return the patterns in the file at `path`, else in the one that OSPO_INIT_PATTERNS names, else none.

    Raises UserError where the file cannot be read or says something else.
    """
    path = path or os.environ.get(VARIABLE, "")
    if not path:
        return Patterns()
    if Path(path).expanduser().exists() and not Path(path).expanduser().is_file():
        raise UserError(f"{path} is no file.", "Name a YAML file.")
    try:
        data = yamls.load_strict(Path(path).expanduser().read_bytes(), path)
    except OSError as error:
        raise UserError(f"The patterns in {path} cannot be read: {error.strerror}.", "Name a YAML file.") from None
    return of(data, path)


def of(data: Any, path: str) -> Patterns:
    """Return the patterns that `data` holds; raise UserError naming `path` where it says something else."""
    if not isinstance(data, Mapping) or not yamls.is_bounded(data):
        raise UserError(f"{path} holds no patterns.", f"Give it the keys {', '.join(_KEYS[1:])}.")
    for key in data:
        if key not in _KEYS:
            close = nearest(str(key), _KEYS)
            raise UserError(
                f"{path}: {key!r} is not a key of patterns.", f"Did you mean {close!r}?" if close else "Remove it."
            )
    rows = _listed(data, "patterns", path)
    found = tuple(_pattern(row, number, path) for number, row in enumerate(rows, 1))
    domains = tuple(str(row).lstrip("@").lower() for row in _listed(data, "domains", path))
    organisations = data.get("organisations") or {}
    if not isinstance(organisations, Mapping):
        raise UserError(f"{path}: organisations is not a mapping.", "Write it as example.org: Example.")
    named = {str(key).lower(): str(value) for key, value in organisations.items() if value}
    return Patterns(found, domains, named)


def _listed(data: Mapping[str, Any], key: str, path: str) -> list[Any]:
    rows = data.get(key) or []
    if not isinstance(rows, list):
        raise UserError(f"{path}: {key} is not a list.", "Write one entry a line, with - before it.")
    return rows


def _pattern(row: Any, number: int, path: str) -> tuple[str, str]:
    """Return one pattern: a word or name as it stands, or {id, regex}."""
    if isinstance(row, str) and row.strip():
        return row.strip()[:60], rf"(?i)(?<!\w){re.escape(row.strip())}(?!\w)"
    if isinstance(row, Mapping) and set(row) == {"id", "regex"}:
        regex = str(row["regex"])
        try:
            compiled = re.compile(regex)
        except re.error as error:
            raise UserError(f"{path}: pattern {number} is no regular expression: {error}.", "Correct it.") from None
        if len(regex) > _LONGEST or compiled.match(""):
            raise UserError(f"{path}: pattern {number} is too long, or matches nothing at all.", "Correct it.")
        return str(row["id"]), regex
    raise UserError(f"{path}: pattern {number} is neither a name nor {{id, regex}}.", "Correct it.")
