"""The two engines in the box: our renderer for templates that we composed, Copier for all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ospo_init.box.replies import as_data, refuse_problems, syntax
from ospo_init.core.answers import Resolver
from ospo_init.core.bank import parse_bank
from ospo_init.core.compose import NOTES
from ospo_init.core.expressions import environment
from ospo_init.core.origin import COPY, Run
from ospo_init.core.render import render
from ospo_init.core.trees import File, Tree
from ospo_init.edges import yamls
from ospo_init.errors import TemplateError


class Engine(Protocol):
    """What the box can do with a loaded template; `renamed` says which of its files it calls otherwise now."""

    renamed: Mapping[str, str]

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any], run: Run = COPY
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that they make; `origin` says where the template is from."""

    def excluded(self, given: Mapping[str, Any], machine: Mapping[str, Any], paths: Sequence[str]) -> list[str]:
        """Return which of the project's `paths` the template leaves out, with these answers, when it updates."""


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


class ComposedEngine:
    """Our renderer, for templates that composing made."""

    def __init__(self, files: Tree) -> None:
        document = yamls.load_strict(files["copier.yml"].data, "copier.yml", TemplateError)
        self.notes = yamls.load_strict(files[NOTES].data, NOTES, TemplateError)
        if not (yamls.is_bounded(document) and yamls.is_bounded(self.notes)):
            raise TemplateError("The template's questions hold more than a hundred thousand values.", "Tell its owner.")
        self.settings = {key: value for key, value in document.items() if key.startswith("_")}
        self.files = files
        self.renamed: Mapping[str, str] = self.notes.get("renamed", {})
        self.env = environment(files, syntax(self.settings), yamls.to_nice_yaml)
        self.resolver = Resolver(parse_bank(document, self.notes["questions"]), self.env, yamls.value)

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""
        return as_data(self.resolver.resolve(given, machine))

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any], run: Run = COPY
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that they make."""
        answers = self.resolver.resolve(given, machine)
        refuse_problems(answers)
        remembered = {name: origin[name] for name in ("_commit", "_src_path")} | answers.recorded
        context = {**answers.values, "_copier_answers": remembered, "_copier_operation": run.operation}
        settings = self.settings | ({"_answers_file": run.answers_file} if run.answers_file else {})
        project, sources = render(self.files, settings, self.env, context)
        reply = {"sources": sources, "ownership": self.notes["files"], "answers_file": settings["_answers_file"]}
        return {**as_data(answers), **reply}, project

    def excluded(self, given: Mapping[str, Any], machine: Mapping[str, Any], paths: Sequence[str]) -> list[str]:
        """Return nothing: what composing excludes is kept or seeded, and the parent knows of both."""
        return []
