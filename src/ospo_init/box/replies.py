"""What both engines share: which syntax a template may set, and answers as plain data for the pipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ospo_init.core.answers import Answer, Answers
from ospo_init.core.bank import MISSING
from ospo_init.errors import TemplateError, UserError

_WORDS = 500  # characters of a problem that are told
# What a template may say of Jinja: how its own texts are written, and nothing that names code.
_SYNTAX = {f"{what}_{end}_string" for what in ("block", "variable", "comment") for end in ("start", "end")} | {
    *("line_statement_prefix", "line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "undefined", "autoescape", "optimized"),
}


def syntax(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template's `_envops`; raise TemplateError for one that is not about how its texts are written.

    Jinja would import, from anywhere, what `extensions` or `bytecode_cache` name.
    """
    options = settings.get("_envops") or {}
    if not isinstance(options, Mapping):
        raise TemplateError("The template's _envops are not a mapping.", "Tell its owner.")
    refused = [str(name) for name in options if name not in _SYNTAX]
    if refused:
        raise TemplateError(f"The template's _envops may not set {', '.join(refused)}.", "Tell its owner.")
    return dict(options)


def refuse_problems(answers: Answers) -> None:
    """Raise UserError when an answer cannot stand; the parent tells them better, and asks before it renders."""
    for row in answers.problems:
        raise UserError(f"The answer to {row.question.key} {row.problem}.")


def as_data(answers: Answers) -> dict[str, Any]:
    """Return answers as plain data for the pipe."""
    return {
        "rows": [_row(row) for row in answers.rows if not row.question.computed],
        "recorded": answers.recorded,
        "values": dict(answers.values),
    }


def _row(row: Answer) -> dict[str, Any]:
    question = row.question
    names = ("key", "type", "section", "role", "placeholder", "secret", "multiselect", "appears")
    data = {name: getattr(question, name) for name in names}
    return data | {
        "why": row.why,
        "help": row.help or question.help,
        "multiline": question.multiline is True,
        "when": question.when if question.when is not True else "",
        "shown": row.shown,
        "source": row.source,
        "value": None if row.value is MISSING else row.value,
        "missing": row.value is MISSING,
        "problem": " ".join(row.problem.split())[:_WORDS],
        "choices": [(choice.value, choice.label, choice.disabled) for choice in row.choices],
    }
