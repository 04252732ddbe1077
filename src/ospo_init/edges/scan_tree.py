"""Scanning the files of a work tree: each is named by git's id of its bytes, and read only where that is new."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ospo_init.core.scanning.model import Detector
from ospo_init.edges import lying
from ospo_init.edges.lying import Listing, Stamp
from ospo_init.edges.scan_cache import Rows
from ospo_init.edges.scan_reading import Reader

Progress = Callable[[str, int, int], None]
WHAT = "Files"
_EVERY = 64  # files between two words about the progress
# A file that changed so recently may change again without its stamp telling: clocks of file systems are coarse.
_SETTLED = 2_000_000_000  # nanoseconds


@dataclass(frozen=True)
class Present:
    """A file of the work tree: its blob, what kind of file it is, and what was found in it, by scan."""

    blob: str
    kind: str
    rows: Mapping[str, Rows]


@dataclass
class Tree:
    """What was found in a work tree, by path, and which files could not be read."""

    files: dict[str, Present] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Walk:
    """One pass over a work tree."""

    top: Path
    listing: Listing
    reader: Reader
    algorithm: str

    def tree(self, progress: Progress) -> Tree:
        """Return what is found; gitleaks' finds are in it too."""
        found, late = Tree(), dict[str, Rows]()
        cache, detectors = self.reader.cache, self.reader.detectors
        files = self.listing.files
        blobs = cache.blobs({path: self.listing.stamps[path] for path in files}, self.algorithm)
        wanted = {path: detectors.here(path) for path in files}
        digests = {path: detectors.digests(wanted[path]) for path in files}
        known = cache.known(blobs.values(), {key for its in digests.values() for key in its.values()})
        for number, path in enumerate(files):
            if number % _EVERY == 0:
                progress(WHAT, number, len(files))
            try:
                blob = blobs.get(path, "")
                if not blob or any(key not in known.get(blob, {}) for key in digests[path].values()):
                    blob = self._read(path, wanted[path], known)
            except OSError:
                found.unread.append(path)
                continue
            its = known[blob]
            rows = {name: its[key] for name, key in digests[path].items() if key in its}
            found.files[path] = Present(blob, rows["kind"][0].what, rows)
            if self.reader.full():
                late |= self.reader.finish()
        late |= self.reader.finish()
        progress(WHAT, len(files), len(files))
        for path, file in found.files.items():
            if file.blob in late:
                found.files[path] = Present(file.blob, file.kind, {**file.rows, "secrets": late[file.blob]})
        return found

    def _read(self, path: str, wanted: Mapping[str, Detector], known: dict[str, dict[str, Rows]]) -> str:
        """Return the blob that a file is, once `known` has what is found in it; raises OSError."""
        with lying.opened(self.top, path) as handle:
            before = os.fstat(handle)
            # A small file is held, so as to be read once; a large one is read again from its beginning.
            small = [os.read(handle, lying.PIECE)] if before.st_size < lying.PIECE else []
            blob = _blob(self.algorithm, before.st_size, small or lying.pieces(handle))
            cache = self.reader.cache
            asked = self.reader.detectors.digests(wanted).values()
            have = known.setdefault(blob, {})
            have |= cache.known([blob], asked).get(blob, {})
            if any(key not in have for key in asked):
                os.lseek(handle, 0, os.SEEK_SET)
                have |= self.reader.read(blob, path, wanted, small or lying.pieces(handle))
            self._remember(blob, before, os.fstat(handle))
        return blob

    def _remember(self, blob: str, before: os.stat_result, after: os.stat_result) -> None:
        stamp = lying.stamp(after)
        if stamp == lying.stamp(before) and _is_settled(stamp):
            self.reader.cache.put_blob(stamp, self.algorithm, blob)


def _is_settled(stamp: Stamp) -> bool:
    return max(stamp.changed, stamp.modified) < time.time_ns() - _SETTLED


def _blob(algorithm: str, size: int, pieces: Iterable[bytes]) -> str:
    name = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    for piece in _counted(pieces, size):
        name.update(piece)
    return name.hexdigest()


def _counted(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the pieces; raise OSError where they are not as long as the file was: it changes while it is read."""
    for piece in pieces:
        size -= len(piece)
        yield piece
    if size:
        raise OSError("The file changes while it is read.")
