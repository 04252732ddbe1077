"""The two engines in the box: our renderer for templates that we composed, Copier for all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ospo_init.core.answers import Answer, Answers, Resolver
from ospo_init.core.bank import MISSING, parse_bank
from ospo_init.core.compose import NOTES
from ospo_init.core.expressions import environment
from ospo_init.core.render import render
from ospo_init.core.trees import File, Tree
from ospo_init.edges import yamls
from ospo_init.errors import TemplateError, UserError

_WORDS = 500  # characters of a problem that are told
# What a template may say of Jinja: how its own texts are written, and nothing that names code.
_SYNTAX = {f"{what}_{end}_string" for what in ("block", "variable", "comment") for end in ("start", "end")} | {
    *("line_statement_prefix", "line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "undefined", "autoescape", "optimized"),
}


class Engine(Protocol):
    """What the box can do with a loaded template."""

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that they make; `origin` says where the template is from."""


def open_engine(files: Tree, scratch: str) -> Engine:
    """Return the engine for a template: composed ones carry their notes beside copier.yml."""
    if NOTES in files:
        return ComposedEngine(files)
    from ospo_init.box.foreign import CopierEngine

    return CopierEngine(files, scratch)


def prepare(files: Tree) -> None:
    """Import what the engine for a template needs, while the box is open and nothing of the template was looked at."""
    if NOTES not in files:
        from ospo_init.box import foreign

        foreign.prepare()


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


class ComposedEngine:
    """Our renderer, for templates that composing made."""

    def __init__(self, files: Tree) -> None:
        document = yamls.load_strict(files["copier.yml"].data, "copier.yml", TemplateError)
        self.notes = yamls.load_strict(files[NOTES].data, NOTES, TemplateError)
        self.settings = {key: value for key, value in document.items() if key.startswith("_")}
        self.files = files
        self.env = environment(files, syntax(self.settings), yamls.to_nice_yaml)
        self.resolver = Resolver(parse_bank(document, self.notes["questions"]), self.env, yamls.value)

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""
        return as_data(self.resolver.resolve(given, machine))

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that they make."""
        answers = self.resolver.resolve(given, machine)
        refuse_problems(answers)
        remembered = {name: origin[name] for name in ("_commit", "_src_path")} | answers.recorded
        context = {**answers.values, "_copier_answers": remembered}
        project, sources = render(self.files, self.settings, self.env, context)
        reply = {"sources": sources, "ownership": self.notes["files"], "answers_file": self.settings["_answers_file"]}
        return {**as_data(answers), **reply}, project


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
