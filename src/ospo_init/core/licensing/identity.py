"""Which licence a file is the text of, and whether it is that text word for word."""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ospo_init.core.inferring.licensing import is_license_file
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.inferring.similarity import LOOSE, compare, contained, forms, most_alike, pairs
from ospo_init.core.licensing import spdx

NEAR = 0.85  # so alike, a text is a licence's with changes
# Words that turn a licence's sense round, or narrow it: without them, or with one more, it is another licence.
_WEIGHTY = (
    *("not", "no", "nor", "never", "neither", "none", "without", "except", "unless", "only", "must", "shall", "free"),
    *("commercial", "noncommercial", "fee", "pay", "payment", "royalty", "evil", "military", "personal", "internal"),
    *("academic", "educational", "research", "evaluation", "government", "consent", "approval", "anyone", "nobody"),
)
_HELD = 20  # licences in one file that are looked at for which comes first
_NAMES = 3 * LOOSE  # pairs of words that other names in a text may change, on either side
_WORD = re.compile(r"[a-z0-9]+")
_SAME_TEXT = re.compile(r"-(only|or-later|no-invariants|no-RFN|RFN)\b")


@dataclass(frozen=True)
class Identified:
    """One licence file. `how` it is the text of `ids` (several have one text):

    whole      word for word, but for names and years in its blanks
    changed    nearly; words were taken out, added or swapped
    inside     the text is there, with more around it
    own        somebody's own text, which carries an id of its own: LicenseRef-...
    other      no text that is known here; `ids` are the nearest
    unread     it is empty, too large or no text
    """

    path: str
    how: str
    ids: tuple[str, ...] = ()
    line: int = 0

    @property
    def name(self) -> str:
        """What the ids have in common: GPL-3.0 of GPL-3.0-only and GPL-3.0-or-later."""
        return min((_SAME_TEXT.sub("", spdx_id) for spdx_id in self.ids), key=len, default="")


def license_files(repository: Repository) -> list[Identified]:
    """Return the licence files at the top and in LICENSES/, each with what it is the text of."""
    paths = [path for path in repository.paths if is_license_file(path)]
    own = {path: pairs(repository.texts.get(path, "")) for path in paths if _own_id(path)}
    return [_identified(repository, path, own) for path in sorted(paths, key=lambda path: ("/" in path, path))]


def named_id(path: str) -> str:
    """Return the id that a file in LICENSES/ is named after, '' for a file elsewhere."""
    folder, _, name = path.rpartition("/")
    return name.rpartition(".")[0] if folder == "LICENSES" else ""


def _own_id(path: str) -> str:
    spdx_id = named_id(path)
    return spdx_id if spdx.OWN.fullmatch(spdx_id) and spdx.without_prefix(spdx_id) == spdx_id else ""


def _identified(repository: Repository, path: str, own: Mapping[str, Counter[tuple[str, str]]]) -> Identified:
    text = repository.texts.get(path, "")
    if not text.strip():
        return Identified(path, "unread")
    same = _own_id(path) or next((_own_id(other) for other, words in own.items() if words and words == pairs(text)), "")
    return Identified(path, "own", (same,)) if same else _compared(path, text, repository.licenses)


def _compared(path: str, text: str, licenses: Mapping[str, str]) -> Identified:
    near, likeness = most_alike(text, licenses)
    if near and any(_is_whole(text, form) for form in forms(licenses[near[0]])):
        return Identified(path, "whole", near)
    inside = contained(text, licenses)
    if likeness.alike > NEAR and (not inside or inside[0] in near):
        return Identified(path, "changed", near, _line(text, licenses[near[0]]))
    return Identified(path, "inside", _first(text, inside, licenses)) if inside else Identified(path, "other", near)


def _first(text: str, inside: tuple[str, ...], licenses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the licence that ends first in a text that holds several: a project's own comes before those of its parts.

    One that is part of another (MIT-0 of MIT) does not count.
    """
    inside = inside[:_HELD]
    parts = set[str]()
    for number, larger in enumerate(inside):
        parts.update(contained(licenses[larger], {one: licenses[one] for one in inside[number + 1 :]}))
    lines = text.split("\n")

    def ends(spdx_id: str) -> int:
        known = {spdx_id: licenses[spdx_id]}
        return bisect.bisect_left(range(len(lines)), 1, key=lambda n: len(contained("\n".join(lines[: n + 1]), known)))

    return tuple(sorted((one for one in inside if one not in parts), key=ends)[:1])


def _is_whole(text: str, form: str) -> bool:
    """Whether a text is this form of a licence, but for names in it.

    Other names change as much as they take out, so what is only added or left out must be little; and no weighty word
    may be there more or less often.
    """
    likeness = compare(pairs(text), pairs(form))
    if max(likeness.added, likeness.missing) > _NAMES or abs(likeness.added - likeness.missing) > LOOSE:
        return False
    here, there = _words(text), _words(form)
    return all(here[word] == there[word] for word in _WEIGHTY)


def _words(text: str) -> Counter[str]:
    counted = Counter[str]()
    for (_, word), times in pairs(text).items():
        counted[word] += times
    return counted


def _line(text: str, entry: str) -> int:
    """Return the first line that holds two neighbouring words which no form of the licence has; 0 where none does."""
    there = frozenset(pair for form in forms(entry) for pair in pairs(form))
    for number, line in enumerate(text.lower().split("\n"), 1):
        words = _WORD.findall(line)
        if "copyright" not in words and any(pair not in there for pair in itertools.pairwise(words)):
            return number
    return 0
