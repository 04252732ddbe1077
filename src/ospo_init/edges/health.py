"""Reading what the health measures are made of: the history of HEAD and the tags, each with one call of git.

Only HEAD's history counts: other branches hold work that nobody has accepted yet. git reads objects and refs, not the
work tree; .mailmap is that of HEAD, and no program that the repository's settings name is run.
"""

from __future__ import annotations

import datetime
import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ospo_init.core import health
from ospo_init.core.checking.model import Metric, Tag
from ospo_init.core.health_data import Author, History, Tables, load
from ospo_init.core.organisations import cleaned
from ospo_init.core.versions import versions as only_versions
from ospo_init.edges.git import Git, stored
from ospo_init.edges.package_data import read as data

_COMMITS = 3_000_000  # that are read; a repository with more exists in no place that is known
_AUTHORS = 300_000
_TAGS = 100_000
_LINE = 2_000  # bytes of one author that are looked at
_EMAIL, _NAME = 254, 100  # characters of it that are kept
_MAILMAP = 1_000_000  # bytes
_SHALLOW = "The clone is shallow: its history is cut off. Run git fetch --unshallow --tags first."
_LARGE = "The history is longer than what is read of one."
_FIELDS = "%cs%x00%{0}E%x00%{0}N"
_TAG = "%(refname:strip=2)%00%(objecttype)%00%(*committerdate:short)%(committerdate:short)%00"
_SIGNED = "%(if)%(contents:signature)%(then)signed%(end)"


def measured(top: Path, today: str, organisations: Mapping[str, str] | None = None) -> dict[str, Metric]:
    """Return the measures of the repository in `top`, by id. Raises GitFailed where there is no commit."""
    return looked(top, today, organisations)[1]


def looked(
    top: Path, today: str, organisations: Mapping[str, str] | None = None
) -> tuple[tuple[Tag, ...], dict[str, Metric]]:
    """Return the version tags, newest first, and the measures. Raises GitFailed where there is no commit."""
    history = read(top, today, mapping=organisations)
    return only_versions(history.tags), health.measures(history, today, tables())


def versions(top: Path) -> tuple[Tag, ...]:
    """Return the version tags of the repository in `top`, newest first. Raises GitFailed where it is none."""
    return only_versions(tags(top))


@functools.cache
def tables() -> Tables:
    """Return the measures, bots and public mail providers that the package knows."""
    return load(data("health.yml"))


def tags(top: Path) -> tuple[Tag, ...]:
    """Return the tags of commits, by name, with the day of the commit.

    `signed` says that a tag object carries a signature; nobody has verified it. Raises GitFailed where a tag cannot be
    read.
    """
    found = []
    with stored(top).stream("for-each-ref", f"--count={_TAGS}", f"--format={_TAG}{_SIGNED}", "refs/tags/") as printed:
        for line in _lines(printed):
            name, kind, day, signed = (*line.split("\0"), "", "", "")[:4]
            if day:
                found.append(Tag(name, day, annotated=kind == "tag", signed=kind == "tag" and bool(signed)))
    return tuple(sorted(found, key=lambda tag: tag.name))


def read(top: Path, today: str, *, window_days: int = 365, mapping: Mapping[str, str] | None = None) -> History:
    """Return the history of HEAD up to `today` (YYYY-MM-DD), without merges and bots, and the tags.

    `mapping` names the organisation of an e-mail domain. Raises GitFailed where there is no commit.
    """
    day = datetime.date.fromisoformat(today)
    since, earlier = ((day - datetime.timedelta(days=count * window_days)).isoformat() for count in (1, 2))
    git = stored(top)
    named = cleaned(mapping or {})
    shallow = git.text("rev-parse", "--is-shallow-repository") == "true"
    history = History(since, earlier, window_days, tags=tags(top), cut=_SHALLOW if shallow else "", organisations=named)
    return _with_log(git, history)


def _with_log(git: Git, history: History) -> History:
    """Return the history with authors and days. One line for each commit is read and counted, none is kept."""
    known: dict[str, _Count | None] = {}  # None for a bot
    per_day: Counter[str] = Counter()
    cut = ""
    for day, author in _log(git):
        if author not in known:
            if len(known) >= _AUTHORS:
                cut = _LARGE
                break
            known[author] = None if _is_bot(author) else _Count(day)
        if (count := known[author]) is not None:
            per_day[day] += 1
            count.first = min(count.first, day)
            count.inside += day > history.since
            count.before += history.earlier < day <= history.since
    cut = _LARGE if per_day.total() >= _COMMITS else cut
    authors = tuple(_author(key, count) for key, count in sorted(known.items()) if count)
    return replace(history, authors=authors, per_day=dict(per_day), cut=history.cut or cut)


def _author(key: str, count: _Count) -> Author:
    email, _, name = key.partition("\0")
    return Author(name, email, count.inside, count.before, count.first)


@dataclass
class _Count:
    """What is counted of an author while the log is read."""

    first: str
    inside: int = 0
    before: int = 0


def _is_bot(author: str) -> bool:
    email, _, name = author.partition("\0")
    return tables().is_bot(name, email)


def _log(git: Git) -> Iterator[tuple[str, str]]:
    """Yield the day, and the address and name with a NUL between them, of each commit of HEAD that is no merge."""
    size = git.ask("cat-file", "-s", "HEAD:.mailmap") or "0"
    mapped = int(size) <= _MAILMAP
    arguments = ("log", "--no-merges", "--no-show-signature", "--no-color", "--encoding=UTF-8")
    form = f"--format={_FIELDS.format('a')}"
    if not mapped:
        form = form.replace("%aE", "%ae").replace("%aN", "%an")
    limit = f"--max-count={_COMMITS}"
    settings = ["mailmap.file=", f"mailmap.blob={'HEAD:.mailmap' if mapped else ''}"]
    with git.stream(*arguments, form, limit, "HEAD", "--", config=settings) as printed:
        for line in _lines(printed):
            parts = line.split("\0")
            if len(parts) == 3:
                yield parts[0], f"{parts[1][:_EMAIL]}\0{parts[2][:_NAME]}"


def _lines(printed: IO[bytes]) -> Iterator[str]:
    """Yield each line, no longer than what is looked at."""
    while line := printed.readline(_LINE):
        whole = line
        while not whole.endswith(b"\n") and (whole := printed.readline(_LINE)):
            pass
        yield line.decode("utf-8", "replace").rstrip("\n")
