"""Template repositories that a tool fills in: which tool, where the project's files begin, which Jinja is carried over.

A house is data: what runs code is left aside, and Jinja is taken only where it parses and every name in it is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from jinja2 import Environment, meta, nodes
from jinja2 import TemplateError as JinjaError

from ospo_init.core.expressions import FILTERS
from ospo_init.core.house.proposing_marks import words
from ospo_init.core.house.proposing_model import Fate, Material, Said, Tables, Undecided, text_of
from ospo_init.core.trees import File, Tree

COOKIECUTTER, COPIER = "cookiecutter", "copier"
_SETTINGS = ("copier.yml", "copier.yaml")
_COOKIE = re.compile(r"\{\{[-~]?\s*cookiecutter\.\w+\s*[-~]?\}\}")
_LITERAL = re.compile(r"""\{% raw %\}((?:(?!\{% raw %\}).)*?)\{% endraw %\}|\{\{ (["'])([^"'\n]*)\2 \}\}""", re.DOTALL)
_JINJA = re.compile(r"(?<!\$)\{\{|\{%|\{#(?!\d)")
_RUNS = ("_tasks", "_migrations", "_jinja_extensions")
_HOOKS = re.compile(r"hooks/")


class Engine(NamedTuple):
    """The tool that a repository was made for: its name or '', the folder of the project's files, and its suffix."""

    name: str = ""
    root: str = ""
    suffix: str = ""
    asks: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


def engine(paths: Collection[str], settings: Mapping[str, Any]) -> Engine:
    """Return the engine of a repository with these `paths`; `settings` are its settings files, parsed, by path."""
    if "cookiecutter.json" in paths:
        asked = settings.get("cookiecutter.json")
        roots = sorted({path.partition("/")[0] for path in paths if "{{" in path.partition("/")[0] and "/" in path})
        asks = tuple(key for key in asked if not key.startswith("_")) if isinstance(asked, Mapping) else ()
        return Engine(COOKIECUTTER, f"{roots[0]}/" if len(roots) == 1 else "", "", asks)
    name = next((name for name in _SETTINGS if name in paths), "")
    rows = settings.get(name)
    if not name or not isinstance(rows, Mapping):
        return Engine()
    root = str(rows.get("_subdirectory") or "").strip("/")
    suffix = rows.get("_templates_suffix")
    asks = tuple(str(key) for key in rows if not str(key).startswith("_"))
    runs = tuple(key for key in _RUNS if rows.get(key))
    return Engine(
        COPIER, f"{root}/" if root and "{" not in root else "", ".jinja" if suffix is None else str(suffix), asks, runs
    )


def split(files: Tree, found: Engine) -> tuple[dict[str, File], list[Fate]]:
    """Return the project's files by their path in the project, and what becomes of the others."""
    inside = {path.removeprefix(found.root): file for path, file in files.items() if path.startswith(found.root)}
    aside = [Fate(path, "aside", _why(path, found)) for path in files if not path.startswith(found.root)]
    if found.name and not found.root:
        own = [path for path in inside if path in ("cookiecutter.json", *_SETTINGS) or _HOOKS.match(path)]
        aside += [Fate(path, "aside", _why(path, found)) for path in own]
        inside = {path: file for path, file in inside.items() if path not in own}
    return inside, aside


def unwrapped(files: Tree) -> tuple[dict[str, File], dict[str, str]]:
    """Return those of a cookiecutter's files that mark text as literal, as it writes that, and their other text."""
    found: dict[str, File] = {}
    rests: dict[str, str] = {}
    for path, file in files.items():
        text = text_of(file)
        if text is not None and (rest := _LITERAL.sub("", text)) != text:
            found[path] = File(_LITERAL.sub(lambda part: part[1] or part[3] or "", text).encode(), file.mode)
            rests[path] = rest
    return found, rests


def _why(path: str, found: Engine) -> str:
    if _HOOKS.match(path):
        return "a hook runs code, and a house is data"
    if path in ("cookiecutter.json", *_SETTINGS):
        return f"its questions are told; {found.name} is not used any more"
    return f"it lies outside {found.root}, which {found.name} makes projects of"


def asked(material: Material, keys: Collection[str], tables: Tables) -> Iterator[Undecided]:
    """Yield the questions of the old tool that the house does not ask."""
    where = "cookiecutter.json" if material.engine == COOKIECUTTER else "copier.yml"
    for key in material.asks:
        known = key in keys or (material.engine == COOKIECUTTER and words(key) in tables.marks)
        if not known:
            then = "No question below asks it. Write it into questions.yml, or leave it out."
            yield Undecided("answers", f"the question {key}", (where,), then)


def judged(path: str, text: str, material: Material, keys: Collection[str]) -> Said | None:
    """Return what becomes of a text that the old tool filled in, or None where it is a plain file."""
    if "{{" in path or "{%" in path:
        return Fate(path, "aside", "its name is a template; write it to overlay/ under the name that it shall have")
    if material.engine == COOKIECUTTER:
        return _of_cookiecutter(path, material.rests.get(path, text))
    suffix = material.suffix or (".jinja" if material.engine != COPIER else "")
    if not path.endswith(suffix) or not (suffix or _JINJA.search(text)):
        return None
    why = wrong(text, keys)
    name = path.removesuffix(suffix)
    if why:
        return Fate(path, "aside", f"{why}; write it to overlay/ with answers of the house")
    return Fate(path, "template", "its Jinja uses known answers alone", f"overlay/{name}.jinja")


def _of_cookiecutter(path: str, text: str) -> Fate | None:
    rest = _COOKIE.sub("", text)
    if found := _JINJA.search(rest):
        line = rest.count("\n", 0, found.start()) + 1
        shown = " ".join(rest[found.start() :].split("\n")[0].split())[:50]
        return Fate(path, "aside", f"line {line} is more than a name ({shown}); write it to overlay/{path}.jinja")
    return None


def wrong(text: str, keys: Collection[str]) -> str:
    """Return why a template is not one that a house can hold, or ''."""
    env = Environment()  # noqa: S701 - it parses, and renders nothing
    try:
        tree = env.parse(text)
    except (JinjaError, RecursionError) as error:
        return f"its Jinja cannot be read: {' '.join(str(error).split())[:80]}"
    names = sorted(meta.find_undeclared_variables(tree) - set(keys))
    if names:
        return f"it uses names that no question answers: {', '.join(names[:5])}"
    filters = {node.name for node in tree.find_all(nodes.Filter)} - set(env.filters) - set(FILTERS)
    if filters:
        return f"it uses filters that a house has not: {', '.join(sorted(filters)[:5])}"
    includes = list(tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)))
    return "it takes in other files" if includes else ""
