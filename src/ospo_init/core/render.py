"""Rendering of composed templates: what `copier copy` writes, as a tree in memory.

It knows the subset that composing produces: layers in path names, one `{% yield %}` form, includes, the `.jinja`
suffix, and `_exclude` with anchored paths. A test holds it byte-equal to Copier over the whole matrix of answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import SandboxedEnvironment

from ospo_init.core.kept import matcher
from ospo_init.core.trees import File, Tree
from ospo_init.errors import TemplateError

_LINE_END = re.compile(r"\r\n|\r|\n")
_YIELD = re.compile(r"\{% yield (\w+) from (\w+) %\}(.*)\{% endyield %\}", re.DOTALL)


def render(
    tree: Tree, settings: Mapping[str, Any], env: SandboxedEnvironment, context: Mapping[str, Any]
) -> tuple[dict[str, File], dict[str, str]]:
    """Return the project that the template `tree` makes of the answers in `context`, and each file's source path.

    Raises TemplateError naming the file when an expression in it fails, or two sources make one file.
    """
    suffix, answers_file = settings["_templates_suffix"], settings["_answers_file"]
    context = {**context, "_copier_conf": SimpleNamespace(answers_file=answers_file)}
    folder = settings["_subdirectory"] + "/"
    excluded = _excluded(settings["_exclude"], env, context)
    project: dict[str, File] = {}
    sources: dict[str, str] = {}
    for source in sorted(path for path in tree if path.startswith(folder)):  # the rest of the tree is not read
        path = source.removeprefix(folder)
        name = path.removesuffix(suffix)
        for target, extra in _targets(name.split("/"), env, context):
            if excluded.match(target):
                continue
            if target in project:
                raise TemplateError(f"Two files of the template make {target!r}.", "One of them must go.")
            data = tree[source].data if name == path else _fill(env, source, {**context, **extra})
            project[target], sources[target] = File(data, tree[source].mode), path
    return project, sources


def _excluded(rows: Iterable[str], env: SandboxedEnvironment, context: Mapping[str, Any]) -> re.Pattern[str]:
    """Return what matches the paths that are left out; each line of a row is a pattern as core.kept has them."""
    try:
        lines = [line for row in rows for line in _LINE_END.split(env.from_string(row).render(context)) if line]
    except JinjaError as error:
        raise TemplateError(f"The template's _exclude cannot be filled: {error}.") from error
    return matcher(lines)


def _fill(env: SandboxedEnvironment, name: str, context: Mapping[str, Any]) -> bytes:
    try:
        return env.get_template(name).render(context).encode()
    except (JinjaError, TypeError, ValueError) as error:
        raise TemplateError(f"The template's file {name!r} cannot be filled: {error}.") from error


def _targets(
    parts: list[str], env: SandboxedEnvironment, context: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each path that the source path makes, with the values that its `yield` adds; none below an empty name."""
    found: list[tuple[list[str], dict[str, Any]]] = [([], {})]
    for part in parts:
        found = [
            ([*done, name], {**extra, **more})
            for done, extra in found
            for name, more in _names(part, env, {**context, **extra})
            if name
        ]
    for done, extra in found:
        yield "/".join(name for name in done if name != "."), extra


def _names(part: str, env: SandboxedEnvironment, context: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if "{" not in part:
        return [(part, {})]
    loop = _YIELD.search(part)
    try:
        if not loop:
            return [(env.from_string(part).render(context), {})]
        variable, source, body = loop.groups()
        template = env.from_string(part[: loop.start()] + body + part[loop.end() :])
        return [(template.render({**context, variable: value}), {variable: value}) for value in context[source]]
    except (JinjaError, KeyError, TypeError) as error:
        raise TemplateError(f"The template's path {part!r} cannot be filled: {error}.") from error
