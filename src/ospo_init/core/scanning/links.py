"""Relative links of Markdown: where they point, and which of them lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from ospo_init.core.scanning import markdown
from ospo_init.core.scanning.model import Lines, Row, digest

_INLINE = re.compile(
    r"(?<!\\)\]\(\s{0,3}(?:<([^<>\n]{1,1000})>|([^()<>\s]{1,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?))"
)
_DEFINED = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*<?([^\s<>]{1,1000})", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"<(?:a|img|source|video)\b[^<>]{0,1000}?\b(?:href|src)\s?=\s?[\"']([^\"'<>\s]{1,1000})[\"']", re.I
)
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|[#?]|\{|\$|%7B", re.IGNORECASE)

_ENDS = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".html.md", "/index.md", "/README.md", "/_index.md", ".ipynb")
# Files that are made into something else elsewhere, or are there to be wrong.
_ELSEWHERE = re.compile(
    r"(?:^|/)(?:[^/]*templates?|[^/]*cookiecutter[^/]*|[^/]*\{[{%][^/]*|testdata|test-data|fixtures?|__fixtures__|tests?"
    r"|node_modules|vendor|third[_-]party)/",
    re.IGNORECASE,
)


class Links:
    """Finds where the relative links of a Markdown file point: `what` is the path as it is written, with %-codes."""

    digest = digest("links/2")

    def find(self, text: str) -> Iterator[Row]:
        """Yield each link, picture and reference definition; code is left out."""
        plain = markdown.without_code(text)
        lines = Lines(plain)
        for pattern in (_INLINE, _DEFINED, _ATTRIBUTE):
            for match in pattern.finditer(plain):
                target = next(group for group in match.groups() if group)
                if not _OUTSIDE.match(target) and (path := re.split(r"[?#]", target, maxsplit=1)[0]):
                    yield Row(lines.at(match.start()), "links/dead", path)


def leads_to(path: str, target: str) -> str:
    """Return where a relative link of the file at `path` leads in the repository; '' where that is its top or outside.

    A link that begins with a slash is taken from the top, as forges do.
    """
    parts = [] if target.startswith("/") else path.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            if not parts:
                return ""
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def is_dead(path: str, target: str, there: Container[str]) -> bool:
    """Whether a link leads to nothing in `there`: the files and folders, as it is written or without its %-codes.

    Not judged are files of templates and test data, and what generators of sites resolve: links from the top of the
    site in files that do not lie at the top, and those that leave the extension out or name what is generated.
    """
    if _ELSEWHERE.search(path) or (target.startswith("/") and "/" in path):
        return False
    places = {leads_to(path, target), leads_to(path, _plain(target))}
    if "" in places:
        return False
    if "/" in path:
        bare = {re.sub(r"\.html?$", "", place) for place in places}
        places |= {f"{place}{end}" for place in bare for end in _ENDS}
    return not any(place in there for place in places)


def _plain(target: str) -> str:
    """Return a link's target with its %-codes as the characters that they stand for, where that is UTF-8."""
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+",
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"),
        target,
    )
