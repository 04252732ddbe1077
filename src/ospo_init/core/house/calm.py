"""Regular expressions of others: which of them end in a reasonable time, whatever text they are held against."""

from __future__ import annotations

import re

LONGEST = 500  # characters of an expression
REPEATS = 4  # repetitions whose number is open: with more of them an answer of a few hundred characters takes minutes
IN_FILES = 2  # the same where whole lines of files are looked at
_OPTIONS = 8  # parts that may be there or not: each doubles the ways
_SPECIAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape or a class, in which nothing is special
_OPEN = re.compile(r"[*+]|\{\d*,\d*\}")
_OPTION = re.compile(r"(?<![*+?}(])\?")


def is_calm(pattern: str, repeats: int = REPEATS) -> bool:
    """Whether it is a regular expression, short, and without what makes matching take for ever.

    That is a group which repeats and holds repetitions, options or alternatives itself, and more than `repeats` parts
    whose number is open.
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    plain = _SPECIAL.sub("x", pattern)
    if len(pattern) > LONGEST or re.search(r"\(\?P?[=<(]", plain):
        return False
    if len(_OPEN.findall(plain)) > repeats or len(_OPTION.findall(plain)) > _OPTIONS:
        return False
    opened: list[int] = []
    for place, sign in enumerate(plain):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            inside = plain[opened.pop() + 1 : place]
            if plain[place + 1 : place + 2] in ("*", "+", "{") and re.search(r"[*+?|{]", inside.removeprefix("?:")):
                return False
    return True
