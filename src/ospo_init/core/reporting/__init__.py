"""The formats of a report: each a pure function from a report to a text."""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Mapping

from ospo_init.core.checking.report import Report, as_data
from ospo_init.core.reporting import html, junit, markdown, sarif, text


def render_json(report: Report) -> str:
    """Return the report as --json prints it; docs/check-json.md says what each field means."""
    return _json.dumps(as_data(report), indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": render_json,
    "sarif": sarif.render,
    "markdown": markdown.render,
    "html": html.render,
    "junit": junit.render,
}
