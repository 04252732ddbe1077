"""The Jinja environment in which our templates and question expressions are evaluated.

It offers the subset of Copier's environment that composed templates may use: Jinja's sandbox, loading from the
template's own tree, and five filters. Filters that reach the machine do not exist here.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Undefined
from jinja2.sandbox import SandboxedEnvironment

from ospo_init.core.trees import Tree

FILTERS = ("to_json", "to_nice_yaml", "regex_replace", "regex_search", "regex_findall")
_COMPILED = 400  # templates kept compiled: more than a project renders


def environment(tree: Tree, envops: Mapping[str, Any], to_nice_yaml: Any) -> SandboxedEnvironment:
    """Return an environment that loads from `tree`, with Copier's `_envops`.

    `to_nice_yaml` writes the answers file; it comes from the caller because the core reads and writes no YAML.
    """

    def load(name: str) -> str | None:
        file = tree.get(name)
        return None if file is None else file.data.decode("utf-8")

    options = dict(envops)
    strict = options.pop("undefined", "jinja2.Undefined") == "jinja2.StrictUndefined"
    env = SandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined if strict else Undefined,
        cache_size=_COMPILED,
        auto_reload=False,
        **options,
    )
    env.filters.update(
        to_json=json.dumps,
        to_nice_yaml=to_nice_yaml,
        regex_replace=_replace,
        regex_search=_search,
        regex_findall=_findall,
    )
    env.from_string = functools.lru_cache(maxsize=_COMPILED)(env.from_string)  # type: ignore[method-assign,assignment]
    return env


# The three filters have the parameters and results that Copier's users know from Ansible.
def _replace(value: Any, pattern: str, replacement: str, ignorecase: bool = False) -> str:
    return re.sub(pattern, replacement, str(value), flags=re.IGNORECASE if ignorecase else 0)


def _search(value: Any, pattern: str) -> str | None:
    found = re.search(pattern, str(value))
    return found.group() if found else None


def _findall(value: Any, pattern: str) -> list[Any]:
    return re.findall(pattern, str(value))
