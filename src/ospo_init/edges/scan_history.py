"""Scanning what every ref leads to: each blob once, whichever commits hold it, and the messages of the commits.

git lists and prints objects only; nothing is checked out, so no filter, attribute or hook of the repository is obeyed,
and a partial clone is not completed over the network.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from ospo_init.core.scanning import keys
from ospo_init.core.scanning.model import Row, digest
from ospo_init.core.scanning.report import Past, Said
from ospo_init.edges import lying
from ospo_init.edges.git import Git
from ospo_init.edges.scan_cache import Rows
from ospo_init.edges.scan_messages import messages
from ospo_init.edges.scan_reading import Reader
from ospo_init.edges.scan_tree import Progress

_EVERY = 64  # blobs between two words about the progress
_AT_ONCE, _MOST = 200, 2000  # blobs whose commits are looked up in one go, and in all
WHAT = "History"
_READ = {"secrets", "internal", "emails", "deleted", "words"}  # the scans for which it is more than listed


@dataclass(frozen=True)
class History:
    """What was found in it; `blobs` counts all that there are, `unknown` says why some could not be read."""

    past: tuple[Past, ...] = ()
    said: tuple[Said, ...] = ()
    blobs: int = 0
    unknown: str = ""


class _Listed(NamedTuple):
    size: int
    path: str


@dataclass(frozen=True)
class Walk:
    """One pass over a history. `largest` is the size in bytes above which a blob is worth a word."""

    top: Path
    reader: Reader
    largest: int
    git: Git = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "git", Git(self.top, lying.OFFLINE))

    def history(self, progress: Progress) -> History:
        """Return what is found, from the cache where no ref has changed. Raises GitFailed where objects are damaged."""
        name = self._name()
        if (kept := _parsed(self.reader.cache.history(name))) is not None:
            return kept
        blobs, missing = self._blobs(progress)
        past = self._commits(self._past(blobs, progress))
        said = tuple(messages(self.git, self.reader.detectors))
        found = History(tuple(past), said, len(blobs), self._unknown(missing))
        if not self.reader.unknown:
            self.reader.cache.put_history(name, _plain(found))
        return found

    def _name(self) -> str:
        """Return a name for this history and what is looked for in it."""
        refs = self.git.run("for-each-ref", "--format=%(objectname)").decode().split()
        head = self.git.ask("rev-parse", "--verify", "--quiet", "HEAD") or ""
        own = self.reader.detectors
        told = [*own.digests(own.everywhere(".env")).values(), *(one.digest for one in own.messages().values())]
        shape = [self._shallow(), os.fspath(self.top), str(self.largest), *sorted(own.names & _READ)]
        return digest("history/1", *sorted({*refs, head}), "", *told, *shape)

    def _shallow(self) -> str:
        return self.git.text("rev-parse", "--is-shallow-repository")

    def _unknown(self, missing: int) -> str:
        if missing:
            return f"{missing} objects are not in this partial clone; clone it without --filter to have them read."
        if self._shallow() == "true":
            return "This is a shallow clone: older commits were not read (git fetch --unshallow)."
        return ""

    def _blobs(self, progress: Progress) -> tuple[dict[str, _Listed], int]:
        """Return every blob with its size and one of its paths, and how many objects are missing."""
        found: dict[str, _Listed] = {}
        missing = 0
        only = ("--filter=object:type=blob", "--filter-provided-objects", "--missing=print")
        form = "--batch-check=%(objectname) %(objecttype) %(objectsize) %(rest)"
        progress(WHAT, 0, 0)
        with (
            self.git.stream("rev-list", "--objects", "--all", *only) as listed,
            self.git.stream("cat-file", form, "--buffer", data=listed) as rows,
        ):
            for row in rows:
                parts = row.rstrip(b"\n").split(b" ", 3)
                if len(parts) == 4 and parts[1] == b"blob":
                    found[parts[0].decode()] = _Listed(int(parts[2]), os.fsdecode(parts[3]))
                missing += len(parts) < 3 or parts[1] == b"missing"
        return found, missing

    def _past(self, blobs: Mapping[str, _Listed], progress: Progress) -> list[Past]:
        """Return the blobs of which there is something to say."""
        own, cache = self.reader.detectors, self.reader.cache
        if not own.names & _READ - {"words"}:
            return [Past(blob, it.path, it.size, "", "", {}) for blob, it in blobs.items() if it.size > self.largest]
        wanted = {blob: own.everywhere(it.path) for blob, it in blobs.items()}
        digests = {blob: own.digests(wanted[blob]) for blob in blobs}
        cache.write()  # what the work tree has is known by now
        known = cache.known(blobs, {key for its in digests.values() for key in its.values()})
        new = [blob for blob in blobs if any(key not in known.get(blob, {}) for key in digests[blob].values())]
        late: dict[str, Rows] = {}
        for number, (blob, pieces) in enumerate(_read(self.git, new)):
            if number % _EVERY == 0:
                progress(WHAT, number, len(new))
            known.setdefault(blob, {}).update(self.reader.read(blob, blobs[blob].path, wanted[blob], pieces))
            if self.reader.full():
                late |= self.reader.finish()
        late |= self.reader.finish()
        progress(WHAT, len(new), len(new))
        found = []
        for blob, it in blobs.items():
            rows = {name: known[blob][key] for name, key in digests[blob].items() if key in known.get(blob, {})}
            rows |= {"secrets": late[blob]} if blob in late else {}
            kind = rows.pop("kind", (Row(0, "", ""),))[0].what
            if any(rows.values()) or it.size > self.largest or keys.named_as_key(it.path, kind):
                found.append(Past(blob, it.path, it.size, kind, "", rows))
        return found

    def _commits(self, past: Iterable[Past]) -> Iterator[Past]:
        """Yield each with the oldest commit that brought its blob, and the path that it had there."""
        rows = list(past)
        asked = [row.blob for row in rows[:_MOST]]
        places: dict[str, tuple[str, str]] = {}
        for at in range(0, len(asked), _AT_ONCE):
            places |= _oldest(self.git, set(asked[at : at + _AT_ONCE]))
        for row in rows:
            commit, path = places.get(row.blob, ("", row.path))
            yield row._replace(commit=commit, path=path)


def _read(git: Git, blobs: list[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each blob with its bytes, piece by piece; they are gone once the next is asked for."""
    if not blobs:
        return
    with git.stream("cat-file", "--batch", "--buffer", data="".join(f"{key}\n" for key in blobs).encode()) as stream:
        for key in blobs:
            row = stream.readline().split()
            if len(row) < 3:  # gone since it was listed
                continue
            pieces = _pieces(stream, int(row[2]))
            yield key, pieces
            for _ in pieces:  # what was not wanted
                pass
            stream.read(1)


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(min(size, lying.PIECE))):
        size -= len(piece)
        yield piece


def _oldest(git: Git, blobs: set[str]) -> dict[str, tuple[str, str]]:
    """Return by blob the oldest commit that added it, and the path."""
    found: dict[str, tuple[str, str]] = {}
    plain = ("--no-show-signature", "--no-notes", "--no-color", "--no-ext-diff", "--no-textconv", "-O/dev/null")
    order = ("--all", "--topo-order", "--reverse", "--root", "-m", "--raw", "-z", "--no-abbrev", "--no-renames")
    wanted = [f"--find-object={blob}" for blob in sorted(blobs)]
    printed = git.run("log", *order, *plain, "--format=%x01%H", *wanted).split(b"\0")
    commit, at = "", 0
    while at < len(printed):
        part = printed[at].lstrip(b"\n")
        at += 1
        if part.startswith(b"\x01"):
            commit = part[1:].decode()
        elif part.startswith(b":") and at < len(printed):
            blob, path = part.split(b" ")[3].decode(), os.fsdecode(printed[at])
            at += 1
            if blob in blobs:
                found.setdefault(blob, (commit, path))
    return found


def _plain(found: History) -> Any:
    return [[list(row) for row in found.past], [list(row) for row in found.said], found.blobs, found.unknown]


def _parsed(data: Any) -> History | None:
    """Return the history that was written as `data`, or None where it says none."""
    try:
        past = tuple(
            Past(blob, path, size, kind, commit, {name: tuple(Row(*one) for one in rows) for name, rows in its.items()})
            for blob, path, size, kind, commit, its in data[0]
        )
        return History(past, tuple(Said(*row) for row in data[1]), int(data[2]), str(data[3]))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return None
