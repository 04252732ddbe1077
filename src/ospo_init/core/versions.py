"""Which tags are versions: by their names, as SemVer, CalVer and PEP 440 write them, and what projects put before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from ospo_init.core.checking.model import Tag

_LONGEST = 200  # characters of a name that is looked at
_SEMVER = re.compile(  # and ".Final", as Java's projects write it
    r"\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,100}|\.[A-Za-z][0-9A-Za-z.]{0,30})?(?:\+[0-9A-Za-z.-]{1,100})?"
)
_CALVER = re.compile(r"(?:19|20)\d\d[.-][01]?\d(?:[.-][0-3]?\d(?:[.-]\d{1,6})?)?")
_BEGINS = re.compile(r"(?:^|(?<=[-_/@]))[vVr]?(?=\d)")  # "1.2", "v1.2", "tool-1.2", "tool@1.2", "cmd/v1.2", "r1.2"
# What marks a state of work and no release, wherever it stands before the number.
_NO_RELEASE = {
    *("after", "archive", "backup", "base", "before", "branch", "build", "ci", "demo", "deploy", "deployed", "docs"),
    *("draft", "end", "import", "merge", "nightly", "old", "pre", "snapshot", "start", "sync", "test", "tmp", "wip"),
}


def is_version(name: str) -> bool:
    """Whether a tag of this name is a version: "1.2.3", "v2.0rc1", "2026.04", "tool@1.0.0", "curl-8_0_0", "cmd/v1.4.0".

    Where a word stands before the number, the number has a dot: "step-2" is none.
    """
    if not 0 < len(name) <= _LONGEST or not name.isascii():
        return False
    for found in _BEGINS.finditer(name):
        before, number = name[: found.start()], name[found.end() :]
        if not before and _is_number(number):
            return True
        number = number if "." in number else number.replace("_", ".")
        if "." in number and _is_number(number):
            return not _NO_RELEASE & set(re.split(r"[^a-z]+", before.lower()))
    return False


def _is_number(text: str) -> bool:
    if _SEMVER.fullmatch(text) or _CALVER.fullmatch(text):
        return True
    try:
        Version(text)
    except (InvalidVersion, ValueError):
        return False
    return True


def versions(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """Return the tags that are versions, newest first; of one day the later number first.

    A name that moves along with the newest version ("v1" beside "v1.4.2" of the same day) is left out.
    """
    rows = [tag for tag in tags if is_version(tag.name)]
    longer = {(tag.day, head) for tag in rows for head in _heads(tag.name)}
    kept = [tag for tag in rows if (tag.day, tag.name) not in longer]
    return tuple(sorted(kept, key=lambda tag: (tag.day, _numbers(tag.name), tag.name), reverse=True))


def _heads(name: str) -> list[str]:
    """Return what stands before each dot."""
    return [name[: dot.start()] for dot in re.finditer(r"\.", name)]


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d{1,18}", name))
