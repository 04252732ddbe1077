"""Answers that are given in advance: `-d key=value` and `--answers FILE`."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ospo_init.edges import yamls
from ospo_init.errors import UserError


def read_answers(path: str) -> dict[str, Any]:
    """Return the answers in a YAML file; keys that Copier itself records (`_commit` …) are passed over.

    Raises UserError naming file and line when it is not YAML, not a mapping, or holds merge conflicts.
    """
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"The answers file {path} cannot be read: {error.strerror}.", "Check the path.") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith((b"<<<<<<< ", b">>>>>>> ")):
            raise UserError(f"{path}:{number}: this is the mark of a merge conflict.", "Resolve the conflict first.")
    rows = yamls.load_strict(text, path)
    if rows is None:
        return {}
    if not isinstance(rows, dict):
        raise UserError(f"{path} is not a mapping of keys to values.", "Write one answer a line, as in  license: MIT")
    return {str(key): value for key, value in rows.items() if not str(key).startswith("_")}


def read_data(pairs: Iterable[str]) -> dict[str, str]:
    """Return the answers in `key=value` arguments; the last of a key wins."""
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UserError(f"{pair!r} is not an answer.", "Write -d key=value, as in -d license=MIT")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UserError(f"The answer to {key} is not UTF-8 text.", "Give it in the terminal's encoding.") from None
        found[key.strip()] = value
    return found


def keep_answers(answers: Mapping[str, Any]) -> str:
    """Write answers to a temporary file of the person's own, as --answers reads them, and return its path."""
    with tempfile.NamedTemporaryFile("w", prefix="ospo-init-", suffix=".yml", encoding="utf-8", delete=False) as file:
        file.write(yamls.dump(dict(answers)))
    return file.name


def fit(given: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return `given` with lists and blanks made into the text that text questions take: a line each, or nothing."""
    known = {row["key"]: row for row in rows}
    return {key: _as_text(value, known[key]) if key in known else value for key, value in given.items()}


def _as_text(value: Any, row: Mapping[str, Any]) -> Any:
    offered = {str(choice).casefold(): choice for choice, _, _ in row["choices"]}
    if isinstance(value, str) and value not in offered.values():
        return offered.get(value.casefold(), value)  # a choice in other letters is that choice
    if row["type"] != "str":
        return value
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bool, float)):
        raise UserError(f"YAML reads the answer to {row['key']} as {value!r}, not as text.", "Put it in quotes.")
    if row["multiline"] and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value
