"""Relative links in Markdown: which of them lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection

_LINK = re.compile(r"\]\(\s*<?([^)<>\s#?]+)")
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/")


def dead(path: str, text: str, there: Collection[str]) -> list[str]:
    """Return the paths that the Markdown file at `path` links to and that are not among those that are `there`."""
    found = []
    for target in _LINK.findall(text):
        if not _OUTSIDE.match(target):
            place = _place(path.split("/")[:-1], target)
            if place and place not in there and place not in found:
                found.append(place)
    return found


def _place(folder: list[str], target: str) -> str:
    """Return where a relative link of a file in `folder` leads, or '' where that is outside."""
    parts = list(folder)
    for step in target.split("/"):
        if step == ".." and not parts:
            return ""
        if step == "..":
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
