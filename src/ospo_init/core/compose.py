"""Composing: from a template's source to the plain Copier template that is published.

The result is data: no tasks, no migrations, no extensions. It is a function of the source and the licence texts
alone, so that the same source gives the same tree, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.appearance import appearances
from ospo_init.core.kept import pattern
from ospo_init.core.trees import File, Tree
from ospo_init.errors import TemplateError

NOTES = ".ospo-template.yml"  # beside copier.yml: never reaches a project
_OURS = ("section", "role", "why")
_GITATTRIBUTES = b"# The bytes of a template are what they are.\n* -text -filter -ident -working-tree-encoding\n"
_DOT = "dot.git"  # dot.gitignore here is .gitignore in the project; git must not obey it in the template
# Copier takes the characters of patterns apart (NFD) and those of names not: what is not ASCII gets a wildcard.
_PATTERN = "{{ pattern | regex_replace('[^ -~]', '[! -~]') }}"
_KEPT = "{% for pattern in kept | default([], true) if pattern %}" + _PATTERN + "\n{% endfor %}"

YamlWriter = Callable[[Any], str]


@dataclass(frozen=True)
class Source:
    """A template's source, read: settings and questions in order, the files by path, and the rows of data."""

    settings: Mapping[str, Any]
    questions: Mapping[str, Mapping[str, Any]]
    files: Tree
    licenses: Tree
    license_choices: Mapping[str, str]
    models: Mapping[str, Mapping[str, Any]]
    ownership: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)  # files of the project: their old names, and their new


def compose(source: Source, write_yaml: YamlWriter) -> dict[str, File]:
    """Return the published tree of `source`.

    Raises TemplateError for a source that could not be rendered by Copier.
    """
    files = {_published(path): file for path, file in source.files.items()}
    files |= dict(source.licenses)
    notes = {
        "schema_version": 1,
        "questions": _notes(source, files),
        "files": {path: dict(row) for path, row in source.ownership.items()},
    } | ({"renamed": dict(source.renamed)} if source.renamed else {})
    questions = {key: _plain(key, row, source) for key, row in source.questions.items()}
    return published(source.settings, questions, notes, files, write_yaml)


def published(
    settings: Mapping[str, Any],
    questions: Mapping[str, Mapping[str, Any]],
    notes: Mapping[str, Any],
    files: Tree,
    write_yaml: YamlWriter,
) -> dict[str, File]:
    """Return the tree that is published: `files`, and what is written of the questions and of the notes on them."""
    settings = {**settings, "_exclude": [*_excludes(notes["files"]), *_moved(notes.get("renamed", {}))]}
    _check(files)
    text = "# Written by composing; change the template's source instead.\n"
    composed = {
        "copier.yml": File((text + write_yaml(settings) + write_yaml(questions)).encode()),
        NOTES: File((text + write_yaml(notes)).encode()),
        ".gitattributes": File(_GITATTRIBUTES),
    }
    return dict(sorted({**files, **composed}.items()))


def _published(path: str) -> str:
    """Return the path under which a source file is published: git's own dotfiles are hidden from git."""
    folder, slash, name = path.rpartition("/")
    if not name.startswith(_DOT):
        return path
    name, jinja = (name.removesuffix(".jinja"), ".jinja") if name.endswith(".jinja") else (name, "")
    return f"{folder}{slash}{{{{ '.{name.removeprefix('dot.')}' }}}}{jinja}"


def _plain(key: str, row: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Return the question as Copier knows it, with its list of choices written out."""
    plain = {name: value for name, value in row.items() if name not in _OURS}
    choices = plain.get("choices")
    if choices == "@licenses":
        plain["choices"] = dict(source.license_choices)
    elif isinstance(choices, Mapping) and "@governance" in choices:
        plain["choices"] = {_model_label(source.models, model): model for model in choices["@governance"]}
    elif isinstance(choices, str) and choices.startswith("@"):
        raise TemplateError(f"The question {key!r} names the unknown list {choices!r}.")
    return plain


def _model_label(models: Mapping[str, Mapping[str, Any]], model: str) -> str:
    if model not in models:
        raise TemplateError(f"There is no governance model {model!r}.", "Add its folder, or take it off the list.")
    return f"{models[model]['title']}: {models[model]['summary']}"


def _excludes(ownership: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return Copier's exclusions: what the project keeps as its own, and on updates what is written only once."""
    seeded = "\n".join(f"/{path}" for path, row in ownership.items() if row.get("ownership") == "seeded")
    return [_KEPT, "{% if _copier_operation | default('copy') == 'update' %}" + seeded + "\n{% endif %}"]


def _moved(renamed: Mapping[str, str]) -> list[str]:
    """Return exclusions for files that have another name now: who keeps one under its old name keeps it."""
    rows = []
    for old, new in renamed.items():
        above = ["/".join(old.split("/")[:depth]) for depth in range(1, old.count("/") + 1)]
        known = [pattern(old), *(pattern(folder) + end for folder in above for end in ("", "/", "/**"))]
        test = f"kept | default([], true) | select('in', {json.dumps(known)}) | list"
        rows.append(f"{{% if {test} %}}{pattern(new)}{{% endif %}}")
    return rows


def _notes(source: Source, files: Tree) -> dict[str, dict[str, Any]]:
    where = appearances(source.questions, files)
    notes: dict[str, dict[str, Any]] = {}
    for key, row in source.questions.items():
        if "section" in row:
            notes[key] = {name: row[name] for name in _OURS if name in row} | {"appears": where.get(key, [])}
    return notes


def _check(files: Tree) -> None:
    for path in files:
        if any(mark in path for mark in '|":<>?*\\'):
            raise TemplateError(f"{path!r} holds a character that some file systems refuse.", "Rename it.")
        if path.startswith("project/") and not path.startswith(("project/{{ layer.", "project/{{ _copier_conf")):
            raise TemplateError(f"{path!r} stands outside a layer.", "Move it below project/{{ layer.… }}/.")
