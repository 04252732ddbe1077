"""The door to YAML: safe loading with errors that say where, and one way of writing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from ospo_init.core.marked import Marked
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


def marks(text: str, where: str) -> Marked | None:
    """Return the document in `text` with the place of every value in it, or None where it is empty.

    Raises UserError naming `where`, line and column for what is not YAML, a key that stands twice, a tag of no plain
    value, and for what is nested too deep or grows too large once its aliases are written out.
    """
    loader, problem = _Loader(text), None
    try:
        node = loader.get_single_node()
        return None if node is None else _Marking(loader).of(node)
    except yaml.MarkedYAMLError as error:
        problem = error
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UserError(f"{where}:1:1: this is not YAML that can be read.", "Bring it back with git.") from None
    finally:
        loader.dispose()
    mark = problem.problem_mark or problem.context_mark
    place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else f"{where}:1:1"
    raise UserError(f"{place}: this is not YAML: {problem.problem or problem.context}.", "Correct that line.")


class _Marking:
    """Turns YAML's nodes into values with marks, and counts them: an alias is written out wherever it stands."""

    def __init__(self, loader: Any, most: int = 100_000, deepest: int = 50) -> None:
        self.loader, self.left, self.deepest = loader, most, deepest

    def of(self, node: yaml.Node, depth: int = 0) -> Marked:
        self.left -= 1
        if self.left < 0 or depth > self.deepest:
            raise self.wrong("too many values, or nested too deep: take the aliases (*name) out", node)
        value: Any = None
        kind = "scalar"
        if isinstance(node, yaml.MappingNode) and node.tag == yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG:
            value, kind = self.pairs(node, depth + 1), "mapping"
        elif isinstance(node, yaml.SequenceNode) and node.tag == yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG:
            value, kind = tuple(self.of(item, depth + 1) for item in node.value), "list"
        elif isinstance(node, yaml.ScalarNode):
            value = self.scalar(node)
        else:
            raise self.wrong(f"the tag {node.tag[:70]} is not used here", node)
        start, flow = node.start_mark, bool(getattr(node, "flow_style", False))
        return Marked(value, kind, start.line + 1, start.column + 1, start.index, node.end_mark.index, flow)

    def pairs(self, node: yaml.MappingNode, depth: int) -> tuple[tuple[Marked, Marked], ...]:
        found: dict[Any, tuple[Marked, Marked]] = {}
        for key, below in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.wrong("a key is one word", key)
            pair = self.of(key, depth), self.of(below, depth)
            if isinstance(pair[0].value, bool):  # the key `on` is a word, whatever YAML 1.1 says of it
                pair = replace(pair[0], value=key.value), pair[1]
            if pair[0].value in found:
                raise self.wrong(f"the key {key.value[:70]!r} stands twice", key)
            found[pair[0].value] = pair
        return tuple(found.values())

    def scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag.endswith((":timestamp", ":merge", ":value")):
            return node.value
        try:
            value = self.loader.construct_object(node)
        except (ValueError, TypeError):
            raise self.wrong("this value cannot be read", node) from None
        if not isinstance(value, (str, int, float, type(None))):
            raise self.wrong(f"the tag {node.tag[:70]} is not used here", node)
        return value

    @staticmethod
    def wrong(what: str, node: yaml.Node) -> yaml.MarkedYAMLError:
        return yaml.MarkedYAMLError(problem=what, problem_mark=node.start_mark)


def dump(value: Any) -> str:
    """Return `value` as block YAML, keys in their order, long texts on one line."""
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False))


def to_nice_yaml(value: Any, indent: int = 4) -> str:
    """Return `value` as Copier's filter of this name writes it: sorted keys, lines folded at 80."""
    return str(yaml.dump(value, indent=indent, allow_unicode=True, default_flow_style=False))
