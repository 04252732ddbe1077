"""The YAML that we write ourselves, read without a YAML library, whose loading takes longer than a whole `status`.

It knows block mappings of texts, whole numbers, true and false, lists of these, and texts without a line break; what
it returns is what YAML says. For anything else it returns None: then YAML itself must be asked.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it; loading that takes time, too
if TYPE_CHECKING:
    from typing import Any

_WORDS = {"true": True, "false": False, "[]": []}
_OTHER = ("y", "n", "yes", "no", "on", "off", "true", "false", "null", ".inf", ".nan")  # in any letters
_HEX = frozenset("0123456789abcdef")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def read(text: bytes) -> dict[str, Any] | None:
    """Return the mapping in `text`, or None where only YAML can tell."""
    try:
        lines = [line for line in text.decode().split("\n") if line and not line.startswith("#")]
        found, end = _mapping(lines, 0, 0)
        return found if found and end == len(lines) else None
    except (ValueError, RecursionError):
        return None


def _mapping(lines: list[str], at: int, indent: int) -> tuple[dict[str, Any], int]:
    """Return the mapping whose keys stand at `indent`, and the number of the line after it."""
    found: dict[str, Any] = {}
    while at < len(lines) and _indent(lines[at]) == indent and not lines[at].startswith("- ", indent):
        name, colon, rest = (lines[at][indent:] + " ").partition(": ")
        key = _value(name)
        if not colon or not isinstance(key, str) or key in found:
            raise ValueError
        at += 1
        found[key], at = (_value(rest[:-1]), at) if rest else _below(lines, at, indent)
    return found, at


def _below(lines: list[str], at: int, indent: int) -> tuple[Any, int]:
    """Return what belongs to a key at `indent` that has nothing beside it: a list, or a mapping further in."""
    if at == len(lines):
        raise ValueError
    inner = _indent(lines[at])
    if lines[at].startswith("- ", inner) and inner >= indent:
        rows = []
        while at < len(lines) and _indent(lines[at]) == inner and lines[at].startswith("- ", inner):
            rows.append(_value(lines[at][inner + 2 :]))
            at += 1
        return rows, at
    if inner <= indent:
        raise ValueError
    return _mapping(lines, at, inner)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _value(text: str) -> Any:
    """Return the value of a scalar that stands alone; raise ValueError where it is not plain what that is."""
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] == "'" and text[-1:] == "'" and len(text) > 1 and "'" not in text[1:-1] and text.isprintable():
        return text[1:-1]
    if text.isascii() and text.isdigit() and (text[0] != "0" or text == "0"):
        return int(text)
    if not _is_text(text) or not text.isprintable() or text != text.strip(" "):
        raise ValueError
    return text


def _is_text(text: str) -> bool:
    """Whether YAML takes an unquoted scalar for a text: it starts like one, or is a git id unlike any number."""
    if ": " in text or " #" in text or text[-1:] == ":" or text.lower() in _OTHER:
        return False
    if text[:1] in _LETTERS or (text[:1] == "." and text[1:2] in _LETTERS):
        return True
    return len(text) >= 40 and _HEX.issuperset(text) and not set("acdf").isdisjoint(text)
