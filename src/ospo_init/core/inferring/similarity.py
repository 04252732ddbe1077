"""Comparing a text with known licence texts: by its words, so that wrapping, marks and the holder's name do not count.

What is left out follows the matching guidelines of SPDX: white space, letter case, punctuation, comment marks, the
licence's title and copyright notices. Two texts are as alike as the pairs of neighbouring words they share
(Sørensen-Dice), so that a missing clause or a swapped "not" counts, which a bag of words would not see.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

LOOSE = 6  # pairs of words that may be added to a licence, and as many that may be missing: a title, a name
PART = 0.95  # so much of a licence inside a longer text says that it is in there
FORMS = "\f"  # stands between two forms of one licence's text, as SPDX and as the forges have it
_LENGTHS = 0.7  # texts of which one is this much shorter are not compared

_END = re.compile(r"end of (?:the )?terms and conditions", re.I)  # what follows is advice, which may be left out
_ADDRESS = r"\d{2,3} (?:franklin st|temple place|mass ave)"  # of the Free Software Foundation, which moved twice
_YEAR = r"[<\[{(]?(?:19|20)\d\d|[<\[{]"  # or a blank for it
_HOLDS = rf"copyright\b[\s:]{{0,4}}(?:\(c\)|©|{_YEAR}|by\b|contributors to|the \w+ authors)"  # more than the mere word
_LINE = rf"{_HOLDS}|\(c\) ?(?:{_YEAR})|©|spdx-|all rights reserved|portions? {_HOLDS}"
_NOTICE = re.compile(rf"^[^\w\n(]{{0,20}}(?:{_LINE}|.{{0,80}}{_ADDRESS}).{{0,200}}$", re.I | re.M)
_ASIDE = re.compile(  # paragraphs beside the terms, which may be left out
    r"is\s+not\s+a\s+law\s+firm|commons\s+is\s+not\s+a\s+party\s+to\s+its\s+public"
    r"|\A\s*for\s+more\s+information,\s+please\s+(?:see|refer\s+to)\s+<?https?://\S+\s*\Z",
    re.I,
)
_LONG = 1500  # a paragraph that is longer is more than an aside
_BLANKS = re.compile(r"\{\{[^{}]{0,200}\}\}|\{%[^{}]{0,200}%\}")
_WORD = re.compile(r"[a-z0-9]+")
_SPELLINGS = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "sublicence": "sublicense",
    "noninfringement": "infringement", "https": "http", "centre": "center", "favour": "favor",
}  # fmt: skip


class Likeness(NamedTuple):
    """How alike a text and a licence are, from 0 to 1, and how many pairs of words are added to it and missing."""

    alike: float = 0.0
    added: int = 0
    missing: int = 0


@functools.lru_cache(maxsize=1000)
def pairs(text: str) -> Counter[tuple[str, str]]:
    """Return the pairs of neighbouring words of a text, with how often each occurs."""
    blocks = _BLANKS.sub("", text).split("\n\n")
    kept = "\n".join(block for block in blocks if len(block) > _LONG or not _ASIDE.search(block))
    words = [_SPELLINGS.get(word, word) for word in _WORD.findall(_NOTICE.sub("", kept).lower())]
    return Counter(itertools.pairwise(words))


def compare(text: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> Likeness:
    """Return how alike a text is to another one, a licence's."""
    small, large = sorted((text, other), key=len)
    shared = sum(min(count, large.get(pair, 0)) for pair, count in small.items())
    size, whole = text.total(), other.total()
    return Likeness(2 * shared / (size + whole), size - shared, whole - shared) if size + whole else Likeness()


def most_alike(text: str, licenses: Mapping[str, str]) -> tuple[tuple[str, ...], Likeness]:
    """Return the licences whose text is nearest, and how near; several ids where their texts are the same words.

    Texts of the same length come first, so that for most others it is clear without a look that they are no nearer.
    """
    here = pairs(text)
    size = here.total()
    best, ids = Likeness(), list[str]()
    near = [
        (spdx_id, form) for spdx_id, entry in licenses.items() for form in forms(entry) if _near(len(form), len(text))
    ]
    for spdx_id, form in sorted(near, key=lambda row: abs(len(row[1]) - len(text))):
        whole = pairs(form).total()
        if 2 * min(size, whole) < best.alike * (size + whole):
            continue
        found = compare(here, pairs(form))
        if found.alike > best.alike:
            best, ids = found, [spdx_id]
        elif found.alike == best.alike:
            ids.append(spdx_id)
    return tuple(sorted(set(ids))), best


def _near(one: int, other: int) -> bool:
    return _LENGTHS * one <= other <= one / _LENGTHS


def known(text: str, licenses: Mapping[str, str], slack: int = 1) -> tuple[str, ...]:
    """Return the ids whose text this is, nothing of weight added or left out; `slack` times the usual may differ.

    Nothing may be added to the whole text, advice included, and nothing may be missing of the terms.
    """
    ids, _ = most_alike(text, licenses)
    found = [compare(pairs(text), pairs(form)) for spdx_id in ids[:1] for form in forms(licenses[spdx_id])]
    added, missing = (min((getattr(row, name) for row in found), default=0) for name in ("added", "missing"))
    return ids if max(added, missing) <= slack * LOOSE else ()


@functools.lru_cache(maxsize=1000)
def forms(known_text: str) -> tuple[str, ...]:
    """Return the forms of a licence's text: those that its entry holds, each also without what follows its terms."""
    written = known_text.split(FORMS)
    ends = (_END.search(form) for form in written)
    return (*written, *(form[: end.end()] for form, end in zip(written, ends, strict=True) if end))


def contained(text: str, licenses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the licences that a longer text holds nearly whole."""
    here = pairs(text)
    size = here.total()
    found = list[tuple[str, int]]()
    for spdx_id, known in licenses.items():
        there = pairs(known.split(FORMS)[0]) if len(known.split(FORMS)[0]) <= len(text) * 1.1 else Counter()
        if 20 <= there.total() <= size and compare(here, there).missing <= (1 - PART) * there.total():
            found.append((spdx_id, there.total()))
    return tuple(spdx_id for spdx_id, _ in sorted(found, key=lambda row: -row[1]))
