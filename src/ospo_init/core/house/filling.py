"""The house's own placeholders in its texts: filled by answers, each quoted as the file's format needs, bytes kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ospo_init.core.licenses import jinja_safe


class Form(NamedTuple):
    """How an answer is written in a format: the template for it, and whether it has to stand in double quotes."""

    template: str
    quoted: bool = False


_MARKDOWN = Form("{{ md(KEY) }}")
_TEXT = Form("{{ line(KEY) }}")
_DATA = Form("{{ q(KEY)[1:-1] }}", quoted=True)  # what stands between the quotes is valid in YAML, JSON and TOML alike
_MARKUP = Form("{{ line(KEY) | e }}")
_FORMS: Mapping[str, Form] = {
    "md": _MARKDOWN,
    "markdown": _MARKDOWN,
    "txt": _TEXT,
    "rst": _TEXT,
    "adoc": _TEXT,
    "": _TEXT,
    "yml": _DATA,
    "yaml": _DATA,
    "json": _DATA,
    "toml": _DATA,
    "cff": _DATA,
    "html": _MARKUP,
    "xml": _MARKUP,
    "svg": _MARKUP,
}
_IMPORT = "{% from 'macros.jinja' import line, md, q +%}"  # the plus keeps a line end that follows


def form_of(path: str) -> Form | None:
    """Return how answers are written in the file at `path`; None where they are not: an answer never becomes code."""
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name[1:] else ""
    return _FORMS.get(suffix)


def found_in(text: str, placeholders: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return the placeholders in a text, each with its line, counted from 1."""
    if not placeholders:
        return []
    return [(text.count("\n", 0, one.start()) + 1, one[0]) for one in _pattern(placeholders).finditer(text)]


def unquoted(text: str, placeholders: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return the placeholders of a data file that do not stand in double quotes within their line, nor in a comment."""
    return [
        (number, mark)
        for number, line in enumerate(text.splitlines(), 1)
        if not line.lstrip().startswith(("#", "//"))
        for one in (_pattern(placeholders).finditer(line) if placeholders else ())
        for mark in [one[0]]
        if len(re.findall(r'(?<!\\)"', line[: one.start()])) % 2 == 0
    ]


def filled(path: str, text: str, placeholders: Mapping[str, str]) -> str:
    """Return `text` as a template that fills the placeholders; a text without any is the template of itself.

    Jinja makes every line end LF, so a carriage return is written as its value.
    """
    form = form_of(path)
    if form is None or not found_in(text, placeholders):
        return _kept(text)
    parts = _pattern(placeholders).split(text)
    return _IMPORT + "".join(
        form.template.replace("KEY", placeholders[part]) if place % 2 else _kept(part)
        for place, part in enumerate(parts)
    )


def pieces(text: str, placeholders: Mapping[str, str]) -> list[str]:
    """Return what of a text is always the same: what stands before, between and after the placeholders."""
    return _pattern(placeholders).split(text.replace("\r\n", "\n"))[::2] if placeholders else [text]


def _pattern(placeholders: Mapping[str, str]) -> re.Pattern[str]:
    """Return what finds the placeholders, the longer one first where one begins as another does."""
    return re.compile("(" + "|".join(map(re.escape, sorted(placeholders, key=len, reverse=True))) + ")")


def _kept(part: str) -> str:
    return jinja_safe(part).replace("\r", "{{ '\\r' }}")
