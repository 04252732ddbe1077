"""The globs of REUSE.toml and of .reuse/dep5, matched in a time that grows with path and glob alone.

A glob with many stars would make a regular expression try every way of sharing out the path, so those are followed
place by place: a number whose bits are the places in the glob that the path so far may have reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Matches = Callable[[str], bool]
_SEGMENT, _ALL, _ONE = "*", "**", "?"
_FEW = 2  # stars that a regular expression may take
_LONGEST = 1000  # characters of a glob


def of_reuse_toml(glob: str) -> Matches:
    r"""Return what tells whether a path matches: `*` is anything but /, `**` anything, and \ takes a star as it is."""
    return _matches(list(_toml_pieces(glob)))


def of_dep5(glob: str) -> Matches:
    r"""Return what tells whether a path matches: `*` is anything, / too, and `?` any one character."""
    return _matches(list(_dep5_pieces(glob)))


def _toml_pieces(glob: str) -> Iterator[tuple[str, bool]]:
    """Yield characters, and what stands for others, each with whether it is the latter."""
    at = 0
    while at < min(len(glob), _LONGEST):
        if glob[at] == "\\" and at + 1 < len(glob):
            yield glob[at + 1], False
            at += 2
        elif glob.startswith(_ALL, at):
            yield _ALL, True
            while at < len(glob) and glob[at] in "*/":  # **/ is any folders, none as well
                at += 1
        else:
            yield glob[at], glob[at] == _SEGMENT
            at += 1


def _dep5_pieces(glob: str) -> Iterator[tuple[str, bool]]:
    taken = False
    for char in glob[:_LONGEST].removeprefix("./"):
        if char == "\\" and not taken:
            taken = True
            continue
        yield _ALL if char == "*" and not taken else char, char in "*?" and not taken
        taken = False


def _matches(pieces: list[tuple[str, bool]]) -> Matches:
    words = {_SEGMENT: "[^/]*", _ALL: ".*", _ONE: "."}
    if sum(special for _, special in pieces) <= _FEW:
        regex = "".join(words[piece] if special else re.escape(piece) for piece, special in pieces)
        compiled = re.compile(regex, re.DOTALL)
        return lambda path: compiled.fullmatch(path) is not None
    return _followed(pieces)


def _followed(pieces: list[tuple[str, bool]]) -> Matches:
    literal = dict[str, int]()
    stays, stays_in_folder, any_one = 0, 0, 0
    for place, (piece, special) in enumerate(pieces):
        bit = 1 << place
        if not special:
            literal[piece] = literal.get(piece, 0) | bit
        elif piece == _ONE:
            any_one |= bit
        else:
            stays |= bit
            stays_in_folder |= bit if piece == _SEGMENT else 0
    end = 1 << len(pieces)

    def free(reached: int) -> int:
        while (more := reached | (reached & stays) << 1) != reached:  # a star may stand for nothing
            reached = more
        return reached

    def matches(path: str) -> bool:
        reached = free(1)
        for char in path:
            staying = reached & (stays & ~stays_in_folder if char == "/" else stays)
            reached = free(staying | (reached & (literal.get(char, 0) | any_one)) << 1)
            if not reached:
                return False
        return bool(reached & end)

    return matches
