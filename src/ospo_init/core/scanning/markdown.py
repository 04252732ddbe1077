"""Markdown and reStructuredText without what is code: blanked out, so that every character keeps its line."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(?:(?:[-*+]|\d{1,9}[.)]) +|> ?){0,3}[ \t]{0,12}(`{3,}|~{3,})")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_CODE = re.compile(r"(?<!`)(`{1,8})(?!`)")
_HTML = (
    "a abbr address area article aside audio b base bdi bdo big blockquote body br button canvas caption "
    "center cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset "
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label "
    "legend li link main map mark menu meta meter nav object ol optgroup option output p param picture pre "
    "progress q rp rt ruby s samp script section select small source span strike strong style sub summary sup "
    "svg table tbody td template text textarea tfoot th thead time title tr track tt u ul var video wbr path g "
    "rect circle slot"
)
_TAGS = frozenset(_HTML.split())
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})((?:\s[^<>]{0,2000})?)/?>|</[^<>]{1,100}>|<[!?][^<>]{0,500}>")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,30}:[^<>\s]{0,2000}|[^<>\s@]{1,100}@[^<>\s@]{1,200})>")


def without_code(text: str) -> str:
    """Return Markdown with its code blocks, code in lines and comments as spaces."""
    return without_spans(without_comments(without_blocks(text)))


def without_blocks(text: str) -> str:
    """Return Markdown with its fenced and indented code blocks as spaces."""
    rows, fence, above, in_list, indented = [], "", True, False, False
    for row in text.split("\n"):
        mark = _FENCE.match(row)
        if fence:
            rows.append(_blank(row))
            if mark and mark[1].startswith(fence) and not row[mark.end() :].strip("`~ \t\r"):
                fence = ""
            continue
        if mark and not (mark[1][0] == "`" and "`" in row[mark.end() :]):
            fence = mark[1]
            rows.append(_blank(row))
            continue
        empty = not row.strip()
        if not empty:
            in_list = bool(_ITEM.match(row)) or (in_list and row[0] in " \t")
        indented = row.startswith(("    ", "\t")) and not in_list and (above or indented) and not empty
        rows.append(_blank(row) if indented else row)
        above = empty
    return "\n".join(rows)


def without_comments(text: str) -> str:
    """Return the text with what stands in HTML comments as spaces."""
    parts = text.split("<!--")
    found = [parts[0]]
    for part in parts[1:]:
        inside, mark, after = part.partition("-->")
        found.append("    " + _blank(inside) + ("   " if mark else "") + after)
    return "".join(found)


def without_spans(text: str) -> str:
    """Return the text with what stands between equal numbers of backticks, in one paragraph, as spaces."""
    return "\n\n".join(_without_spans(part) for part in text.split("\n\n"))


def _without_spans(text: str) -> str:
    marks = [(match.start(), len(match[1])) for match in _CODE.finditer(text) if not _is_more(text, match)]
    if not marks:
        return text
    nexts: dict[int, int] = {}
    closing = [-1] * len(marks)
    for number in range(len(marks) - 1, -1, -1):
        closing[number] = nexts.get(marks[number][1], -1)
        nexts[marks[number][1]] = number
    found, at, number = [], 0, 0
    while number < len(marks):
        end = closing[number]
        if end < 0:
            number += 1
            continue
        start, stop = marks[number][0], marks[end][0] + marks[end][1]
        found += [text[at:start], _blank(text[start:stop])]
        at, number = stop, end + 1
    return "".join(found) + text[at:]


def _is_more(text: str, match: re.Match[str]) -> bool:
    return text[match.end() : match.end() + 1] == "`"


def without_tags(text: str) -> str:
    """Return the text with HTML tags and autolinks as spaces; what no HTML knows, such as <name>, stays."""
    return _TAG.sub(_tag, _AUTOLINK.sub(lambda found: _blank(found[0]), text))


def _tag(found: re.Match[str]) -> str:
    name, rest = found[1] or "", found[2] or ""
    custom = "-" in name and name.islower() and not rest
    is_tag = not name or name.lower() in _TAGS or "=" in rest or custom
    return _blank(found[0]) if is_tag and not _yours(name) else found[0]


def _yours(name: str) -> bool:
    return name.lower().startswith(("your", "project", "insert", "name", "email", "repo", "company", "author", "my-"))


def without_literals(text: str) -> str:
    """Return reStructuredText with its literal blocks, comments, directives and everything in backticks as spaces."""
    rows, depth = [], -1
    for row in text.split("\n"):
        indent = len(row) - len(row.lstrip())
        if depth >= 0 and (not row.strip() or indent > depth):
            rows.append(_blank(row))
            continue
        depth = indent if row.rstrip().endswith("::") or row.lstrip().startswith(".. ") else -1
        rows.append(_blank(row) if row.lstrip().startswith(".. ") else row)
    return without_spans("\n".join(rows))


def _blank(text: str) -> str:
    """Return spaces in place of everything but line ends."""
    return re.sub(r"[^\n]", " ", text)
