"""The layers that a house adds: one for what is always there, one for each condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ospo_init.core.house import jinja
from ospo_init.core.trees import File, Tree
from ospo_init.errors import TemplateError

LAYERS = "layers.yml"


class Layers:
    """Names layers while files are placed; a condition that was seen gets the layer that it has."""

    def __init__(self, house: str, taken: str) -> None:
        self.always = re.sub(r"[^a-z0-9]", "_", house)
        self.taken = set(re.findall(r"^(\w+):", taken, re.MULTILINE))
        self.rows: dict[str, str] = {}

    def of(self, condition: Any, path: str) -> str:
        """Return the layer for files that are there when `condition` holds; `path` is the first of them."""
        return self.of_test(jinja.expression(True if condition is None else condition), path)

    def of_test(self, test: str, path: str) -> str:
        """Return the layer for files that are there when an expression holds."""
        for name, known in self.rows.items():
            if known == test:
                return name
        stem = self.always if test == "true" else f"{self.always}_{re.sub(r'[^a-z0-9]+', '_', path.lower()).strip('_')}"
        name, number = stem, 2
        while name in self.rows or name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.rows[name] = test
        return name


def with_layers(tree: Tree, rows: Mapping[str, str]) -> dict[str, File]:
    """Return the tree with further layers in layers.yml; raise TemplateError where the template has none."""
    if not rows:
        return dict(tree)
    if LAYERS not in tree:
        raise TemplateError("The template that the house extends has no layers.", "Extend the base, or another house.")
    text = tree[LAYERS].data.decode("utf-8").rstrip("\n") + "\n"
    text += "".join(f"{name}: {{{{ on({test}) }}}}\n" for name, test in rows.items())
    return {**tree, LAYERS: File(text.encode(), tree[LAYERS].mode)}
