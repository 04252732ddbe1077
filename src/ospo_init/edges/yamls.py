"""The door to YAML: safe loading with errors that say where, and one way of writing."""

from __future__ import annotations

from typing import Any

import yaml

from ospo_init.errors import OspoInitError, UserError

YAMLError = yaml.YAMLError  # what `load` raises
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UniqueLoader(_Loader):  # type: ignore[misc]
    """A safe loader that refuses a key given twice: PyYAML would keep the last one silently."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen and isinstance(key.value, str):
            raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
        seen.add(str(key.value))
    return dict(yaml.constructor.SafeConstructor.construct_mapping(loader, node, deep=True))


UniqueLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(text: str | bytes) -> Any:
    """Return the one document in `text` (UTF-8). Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader


def value(text: str) -> Any:
    """Return the value that an answer of type yaml holds; raise ValueError, in words about the answer, if none."""
    try:
        return load(text)
    except yaml.MarkedYAMLError as problem:
        raise ValueError(f"is not YAML: {problem.problem or problem.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ValueError("is not YAML") from None


def is_bounded(value: Any, most: int = 100_000) -> bool:
    """Whether `value` holds at most so many values once its aliases are written out: a few lines can name millions."""
    waiting, seen = [value], 0
    while waiting:
        item = waiting.pop()
        seen += 1
        if seen > most:
            return False
        waiting += [*item.keys(), *item.values()] if isinstance(item, dict) else item if isinstance(item, list) else []
    return True


def check(text: str) -> None:
    """Raise ValueError where `text` is not YAML, or a key stands twice in it; tags of any kind are fine."""
    try:
        for document in yaml.compose_all(text, Loader=_Loader):
            _check_keys(document, set())
    except (yaml.YAMLError, RecursionError):
        raise ValueError from None


def _check_keys(node: Any, seen: set[int]) -> None:
    if node is None or id(node) in seen:  # an alias leads to a node that was seen
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        if len(set(keys)) != len(keys):
            raise ValueError
        for key, below in node.value:
            _check_keys(key, seen)
            _check_keys(below, seen)
    elif isinstance(node, yaml.SequenceNode):
        for below in node.value:
            _check_keys(below, seen)


def load_strict(text: str | bytes, where: str, error: type[OspoInitError] = UserError) -> Any:
    """Return the document in `text`; raise `error` naming `where`, line and column when it is not YAML."""
    try:
        return yaml.load(text, Loader=UniqueLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
        raise error(f"{place}: this is not YAML: {problem.problem or problem.context}.", "Correct that line.") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as problem:
        raise error(f"{where}: this is not YAML: {problem}.", "Save the file as UTF-8 text.") from None


def dump(value: Any) -> str:
    """Return `value` as block YAML, keys in their order, long texts on one line."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False))


def to_nice_yaml(value: Any, indent: int = 4) -> str:
    """Return `value` as Copier's filter of this name writes it: sorted keys, lines folded at 80."""
    return str(yaml.dump(value, indent=indent, allow_unicode=True, default_flow_style=False))
