"""In which files of a project an answer shows: read off the templates, so that nobody has to keep a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import meta, nodes

from ospo_init.core.expressions import environment
from ospo_init.core.trees import Tree

_LAYER = re.compile(r"\{\{ layer\.(\w+) \}\}")
_LAYER_ROW = re.compile(r"^(\w+): \{\{ on\((.*)\) \}\}$", re.MULTILINE)
_YIELD = re.compile(r"\{% yield (\w+) from (\w+) %\}.*?\{% endyield %\}")


def appearances(questions: Mapping[str, Mapping[str, Any]], files: Tree) -> dict[str, list[str]]:
    """Return, for each question, the project files whose content or presence depends on its answer."""
    reader = _Reader(questions, files)
    found: dict[str, list[str]] = {}
    for path in files:
        if not path.startswith("project/{{ layer."):
            continue
        for key in sorted(reader.of_file(path)):
            found.setdefault(key, []).append(_shown(path))
    return {key: sorted(set(paths), key=_reading_order) for key, paths in found.items()}


def _reading_order(path: str) -> tuple[bool, bool, bool, str]:
    """Documents that people open come first, then other files, then what lies in hidden folders."""
    return path.startswith("."), "/" in path, not path.endswith(".md"), path


def _shown(path: str) -> str:
    """Return the project path of a template path, with what is variable in it as an ellipsis."""
    plain = path.split("/", 2)[2].removesuffix(".jinja")
    plain = re.sub(r"\{\{ '([^']*)' \}\}", r"\1", _YIELD.sub("…", plain))
    return re.sub(r"\{\{.*?\}\}", "…", plain)


class _Reader:
    """Follows variables through includes and computed values, remembering what it has read."""

    def __init__(self, questions: Mapping[str, Mapping[str, Any]], files: Tree) -> None:
        self.env = environment(files, {"trim_blocks": True, "lstrip_blocks": True}, str)
        self.questions, self.files = questions, files
        self.computed = {key for key, row in questions.items() if row.get("when") is False}
        layers = files["layers.yml"].data.decode() if "layers.yml" in files else ""
        self.layers = {name: self._names(f"{{{{ {test} }}}}") for name, test in _LAYER_ROW.findall(layers)}
        self.memory: dict[str, set[str]] = {}

    def of_file(self, path: str) -> set[str]:
        """Return the questions on which one file of the project depends."""
        names = set()
        for layer in _LAYER.findall(path):
            names |= self.layers.get(layer, set())
        names |= self._names(_LAYER.sub("", _YIELD.sub(r"{{ \2 }}", path)))
        if path.endswith(".jinja"):
            names |= self._of_template(path)
        return self._expanded(names) - self.computed

    def _of_template(self, path: str) -> set[str]:
        if path not in self.memory:
            self.memory[path] = set()  # a template may include itself
            self.memory[path] = self._names(self.files[path].data.decode())
        return self.memory[path]

    def _names(self, text: str) -> set[str]:
        tree = self.env.parse(text)
        names = meta.find_undeclared_variables(tree)
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "layer":
                names |= self.layers.get(node.attr, set()) if hasattr(self, "layers") else set()
        for include in tree.find_all(nodes.Include):
            for path in self._included(include.template):
                names |= self._of_template(path)
        return names - {"layer"}

    def _included(self, expression: nodes.Expr) -> list[str]:
        """Return the files that an include may name: constants must match, the rest may be anything."""
        if isinstance(expression, nodes.List):  # the first of them that is there
            return [path for one in expression.items for path in self._included(one)]
        pieces = expression.nodes if isinstance(expression, nodes.Concat) else [expression]
        texts = [re.escape(str(piece.value)) if isinstance(piece, nodes.Const) else "[^/]+" for piece in pieces]
        wanted = re.compile("".join(texts))
        return [path for path in self.files if wanted.fullmatch(path) and not path.startswith("licenses/")]

    def _expanded(self, names: set[str]) -> set[str]:
        """Return `names` with computed values replaced by the answers that they follow from."""
        done: set[str] = set()
        todo = set(names)
        while todo:
            name = todo.pop()
            done.add(name)
            if name in self.computed and name not in ("layer", "preset"):
                todo |= self._names(str(self.questions[name].get("default", ""))) - done
        return done & set(self.questions)
