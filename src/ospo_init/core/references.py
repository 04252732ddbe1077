"""Relative links in Markdown: which of them lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection

from ospo_init.core.scanning.links import leads_to

_LINK = re.compile(r"\]\(\s*<?([^)<>\s#?]+)")
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/")


def dead(path: str, text: str, there: Collection[str]) -> list[str]:
    """Return the paths that the Markdown file at `path` links to and that are not among those that are `there`."""
    found = []
    for target in _LINK.findall(text):
        if not _OUTSIDE.match(target):
            place = leads_to(path, target)
            if place and place not in there and place not in found:
                found.append(place)
    return found
