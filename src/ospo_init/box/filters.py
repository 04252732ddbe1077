"""Which of the filters that Copier takes from Ansible a template may use: each was read, and what it reaches is known.

A filter that stands in no table here is removed too: one that a new version brings is nobody's until it was read.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping
from typing import Any

from ospo_init.errors import TemplateError

Filter = Callable[..., Any]

# They reach the machine: what they say would depend on it, and would be in the project for everybody to read.
REMOVED = {
    "expandvars": "reads the environment",
    "expanduser": "reads where homes are, from the environment and the system's list of users",
    "fileglob": "lists folders",
    "realpath": "follows the machine's links, and knows the working folder",
}
# They say what follows from what they are given, and nothing else.
PURE = frozenset(
    {
        *("ans_groupby", "combine", "extract", "flatten", "subelements", "mandatory", "ternary", "type_debug"),
        *("b64decode", "b64encode", "to_uuid", "md5", "sha1", "checksum", "hash", "quote", "comment", "bool"),
        *("to_json", "to_nice_json", "from_json", "to_yaml", "to_nice_yaml", "from_yaml", "from_yaml_all"),
        *("basename", "dirname", "splitext", "win_basename", "win_dirname", "win_splitdrive"),
        *("regex_replace", "regex_escape", "regex_search", "regex_findall", "to_datetime"),
    }
)
# They know the clock, its zone, or chance: another result each time, but nothing of the machine or of who uses it.
CHANGING = frozenset({"strftime", "ans_random", "shuffle", "random_mac"})

_SOMEWHERE = "/project"


def relpath(path: str, start: str = ".") -> str:
    """Return `path` as seen from `start`, as if both were in a folder that is the same on every machine."""
    return os.path.relpath(os.path.join(_SOMEWHERE, path), os.path.join(_SOMEWHERE, start))  # noqa: PTH118


# They asked the machine for the working folder, and need not.
REPLACED: Mapping[str, Filter] = {"relpath": relpath}


def allowed(filters: Mapping[str, Filter]) -> dict[str, Filter]:
    """Return `filters` with a refusal in the place of each that a template may not use."""
    kept = PURE | CHANGING
    return {name: found if name in kept else REPLACED.get(name, _refusal(name)) for name, found in filters.items()}


def _refusal(name: str) -> Filter:
    def refused(*args: Any, **kwargs: Any) -> None:
        why = REMOVED.get(name, "is none that ospo-init knows")
        raise TemplateError(f"The template uses the filter {name!r}, which {why}.", "Tell its owner.")

    return refused
