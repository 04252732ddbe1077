"""Reading house.yml strictly: every wrong key, type or value is told with its line, the reason and the nearest name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.house.calm import IN_FILES, is_calm
from ospo_init.core.house.kinds import KINDS, WORDS
from ospo_init.core.house.model import RECORDS, House
from ospo_init.core.house.problems import Problem, unknown
from ospo_init.core.marked import Marked, plain
from ospo_init.errors import TemplateError

FILE = "house.yml"
Way = tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What was read: the house (None where that cannot be), what is wrong, and where each key stands.

    `places` are "house.yml:12:3" by the way to the key: ("answers", "license", "lock").
    """

    house: House | None
    problems: tuple[Problem, ...] = ()
    places: Mapping[Way, str] = field(default_factory=dict)

    def place(self, *way: str) -> str:
        """Return where a key stands, or the nearest thing above it."""
        for end in range(len(way), 0, -1):
            if way[:end] in self.places:
                return self.places[way[:end]]
        return FILE


def read(root: Marked | None, where: str = FILE) -> Read:
    """Return what `root`, the document of a house.yml, says."""
    if root is None:
        return Read(None, (Problem(where, "it is empty", "Begin with name, title and extends."),))
    reader = _Reader(where)
    house = reader.record("house", root, ())
    return Read(house, tuple(reader.problems), reader.places)


class _Reader:
    """Reads one file; what is wrong is kept, and what is right around it is read all the same."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self.places: dict[Way, str] = {}

    def record(self, name: str, node: Marked, way: Way) -> Any:
        """Return a record of the model, or None where it is none or lacks what it needs."""
        kind = RECORDS[name]
        known = {one.name: one for one in fields(kind)}
        pairs = self._pairs(node, way, tuple(known))
        if pairs is None:
            return None
        missing = [key for key, one in known.items() if one.metadata["required"] and key not in pairs]
        for key in missing:
            self._tell(node, f"{_shown(way)} lacks the key {key!r}", f"Add it: {known[key].metadata['meaning']}.")
        values = {key: self._value(known[key], below, (*way, key)) for key, below in pairs.items()}
        right = {key: value for key, value in values.items() if value is not _WRONG}
        lacks = any(one.metadata["required"] and key not in right for key, one in known.items())
        return None if lacks else kind(**right)

    def _pairs(self, node: Marked, way: Way, known: Sequence[str] | None) -> dict[str, Marked] | None:
        if node.kind != "mapping":
            self._tell(node, f"{_shown(way)} is {_what(node)}, not keys with values", "Write it as  key: value")
            return None
        found = {}
        for key, below in node.value:
            name = key.value if isinstance(key.value, str) else str(key.value)
            self.places[(*way, name)] = self._at(key)
            if known is not None and name not in known:
                self.problems.append(unknown(self._at(key), name, f"key of {_shown(way)}", known))
            else:
                found[name] = below
        return found

    def _value(self, one: Field[Any], node: Marked, way: Way) -> Any:
        """Return what a field takes; `_WRONG`, which is told, where it is something else."""
        kind, of = one.metadata["kind"], one.metadata["of"]
        if node.kind == "scalar" and node.value is None:
            self._tell(node, f"{_shown(way)} is empty", "Give it a value, or take the key out.")
            return _WRONG
        if kind == "record":
            found = self.record(of, node, way)
            return _WRONG if found is None else found
        if kind in ("map", "list"):
            return self._map(of, node, way) if kind == "map" else self._list(of, node, way)
        if kind in _SEVERAL:
            return self._several(kind, node, way)
        return self._one(kind, of, node, way)

    def _map(self, of: str, node: Marked, way: Way) -> Any:
        pairs = self._pairs(node, way, None)
        if pairs is None:
            return _WRONG
        found = {key: self._entry(of, below, (*way, key)) for key, below in pairs.items()}
        return {key: value for key, value in found.items() if value is not _WRONG}

    def _list(self, of: str, node: Marked, way: Way) -> Any:
        if node.kind != "list":
            self._tell(node, f"{_shown(way)} is {_what(node)}, not a list", "Begin each entry with a dash.")
            return _WRONG
        found = []
        for number, below in enumerate(node.value):
            self.places[(*way, str(number))] = self._at(below)
            found.append(self._entry(of, below, (*way, str(number))))
        return tuple(value for value in found if value is not _WRONG)

    def _entry(self, of: str, node: Marked, way: Way) -> Any:
        if of in RECORDS:
            found = self.record(of, node, way)
            return _WRONG if found is None else found
        return self._one(of, "", node, way)

    def _several(self, kind: str, node: Marked, way: Way) -> Any:
        """Return a list of texts or values; one alone stands for a list of one."""
        items = node.value if node.kind == "list" else (node,)
        for item in items:
            keys = {key.value for key, _ in item.value} if item.kind == "mapping" else set()
            if kind == "patterns" and keys == {"id", "regex"}:
                if not is_calm(str(plain(item)["regex"]), IN_FILES):
                    what = f"{_shown(way)} holds {plain(item)['regex']!r}, which may take for ever on a long line"
                    self._tell(item, what, f"Write it with at most {IN_FILES} open repetitions, none inside another.")
                    return _WRONG
                continue
            fits = item.kind == "scalar" and item.value is not None
            if not fits or (kind != "values" and not KINDS["line"].fits(item.value)):
                self._tell(item, f"{_shown(way)} holds {_what(item)}, not a text", "Write a list of texts: [one, two]")
                return _WRONG
        return tuple(plain(item) for item in items)

    def _one(self, kind: str, of: str, node: Marked, way: Way) -> Any:
        value = plain(node)
        if kind == "word" and value not in WORDS[of]:
            self.problems.append(unknown(self._at(node), value, f"word for {_shown(way)}", WORDS[of]))
            return _WRONG
        if kind in ("condition", "when", "facts", "yes-or-condition"):
            return self._condition(kind, node, way)
        if kind in KINDS and not (KINDS[kind].fits(value) and (kind == "value" or node.kind == "scalar")):
            self._tell(node, f"{_shown(way)} is {_what(node)}", f"Write {KINDS[kind].expects}.")
            return _WRONG
        return value

    def _condition(self, kind: str, node: Marked, way: Way) -> Any:
        value = plain(node)
        if isinstance(value, bool) and kind in ("when", "yes-or-condition"):
            return value
        try:
            parsed = conditions.parse(value, _shown(way))
        except TemplateError as error:
            self._tell(node, error.what.rstrip("."), error.next)
            return _WRONG
        alone = [part.word for part in parsed.walk() if part.word in ("layer", "people")]
        if kind in ("condition", "when") and alone:
            what = f"{_shown(way)} uses {alone[0]!r}, which is known only once the files are there"
            self._tell(node, what, "Name an answer.")
            return _WRONG
        return value

    def _tell(self, node: Marked, what: str, then: str) -> None:
        self.problems.append(Problem(self._at(node), what, then))

    def _at(self, node: Marked) -> str:
        return f"{self.where}:{node.line}:{node.column}"


_WRONG: Any = object()
_SEVERAL = ("lines", "values", "items", "patterns")


def _shown(way: Way) -> str:
    return ".".join(way) or "the house"


def _what(node: Marked) -> str:
    return {"list": "a list", "mapping": "a mapping"}.get(node.kind) or repr(node.value)[:70]
