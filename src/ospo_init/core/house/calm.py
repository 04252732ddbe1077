"""Regular expressions of others: which of them end in a reasonable time, whatever text they are held against."""

from __future__ import annotations

import re

LONGEST = 500  # characters of an expression
_REPEATS = 4  # that may go on without end: with more of them a text of a few hundred characters takes minutes
_SPECIAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape or a class, in which nothing is special


def is_calm(pattern: str) -> bool:
    """Whether it is a regular expression, short, and without what makes matching take for ever.

    That is a group which repeats and holds repetitions or alternatives itself, and many repetitions without end.
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    plain = _SPECIAL.sub("x", pattern)
    endless = len(re.findall(r"[*+]|\{\d*,\}", plain))
    if len(pattern) > LONGEST or endless > _REPEATS or re.search(r"\(\?P?[=<(]", plain):
        return False
    opened: list[int] = []
    for place, sign in enumerate(plain):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            inside = plain[opened.pop() + 1 : place]
            if plain[place + 1 : place + 2] in ("*", "+", "{") and re.search(r"[*+|{]", inside):
                return False
    return True
