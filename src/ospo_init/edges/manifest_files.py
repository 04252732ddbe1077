"""Parsing of manifests that strangers wrote: TOML, JSON, YAML, INI and XML become plain data, or nothing."""

from __future__ import annotations

import configparser
import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from ospo_init.core.inferring import read_plain
from ospo_init.edges import yamls

_DEEPEST = 50  # elements of XML


def parse(path: str, text: str) -> Any:
    """Return the data in a manifest; None where it is of no known kind, or broken."""
    name = path.lower()
    ending = name.rpartition(".")[2]
    try:
        if (plain := read_plain(path, text)) is not None:
            return plain
        return _PARSERS[ending](text) if ending in _PARSERS else None
    except (ValueError, RecursionError, yamls.YAMLError, configparser.Error, expat.ExpatError):
        return None


def _ini(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return {section: dict(parser.items(section)) for section in parser.sections()}


def xml(text: str) -> dict[str, Any]:
    """Return the elements by name, without namespaces and attributes; a document type is refused, for what it can."""
    stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]

    def start(name: str, _: Any) -> None:
        if len(stack) > _DEEPEST:
            raise ValueError("the elements are too deep")
        stack.append((name.rpartition(":")[2], {}, []))

    def end(_: str) -> None:
        name, children, words = stack.pop()
        value: Any = children or " ".join("".join(words).split())
        above = stack[-1][1]
        above[name] = [*_several(above[name]), value] if name in above else value

    def collect(words: str) -> None:
        stack[-1][2].append(words)

    def refuse(*_: Any) -> None:
        raise ValueError("a document type is not read")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    parser.CharacterDataHandler = collect
    parser.Parse(text, True)
    return stack[0][1]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "toml": tomllib.loads,
    "json": json.loads,
    "yml": yamls.load,
    "yaml": yamls.load,
    "cff": yamls.load,
    "cfg": _ini,
    "xml": xml,
}
