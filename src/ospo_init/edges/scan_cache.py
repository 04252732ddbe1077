"""What scans found in which blob, kept in the user's cache, so that a second run reads only what is new.

It holds lines, rules and words about finds, never the finds themselves. Nothing depends on it: where it cannot be read
or written, it is as if it were empty.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ospo_init.core.scanning.model import Row
from ospo_init.edges.cache import root
from ospo_init.edges.lying import Stamp

Rows = tuple[Row, ...]
_NAME, _SCHEMA = "scans.sqlite", 1
_LARGEST = 256 * 1024 * 1024  # bytes; then it is begun anew
_AT_ONCE = 500  # names in one question
_TABLES = """
CREATE TABLE IF NOT EXISTS found (blob TEXT, detector TEXT, rows TEXT, PRIMARY KEY (blob, detector)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stamps (stamp TEXT PRIMARY KEY, blob TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS histories (name TEXT PRIMARY KEY, found TEXT) WITHOUT ROWID;
"""


class Cache:
    """The cache while a scan runs; to be used as a context, which writes what was put into it, also when stopped."""

    def __init__(self) -> None:
        self._base = _connected()
        self._rows: list[tuple[str, str, str]] = []
        self._stamps: list[tuple[str, str]] = []

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()
        if self._base is not None:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()

    def known(self, blobs: Iterable[str], digests: Iterable[str]) -> dict[str, dict[str, Rows]]:
        """Return by blob and digest what is known, of these."""
        asked = set(digests)
        found: dict[str, dict[str, Rows]] = {}
        for blob, detector, rows in self._chosen("SELECT blob, detector, rows FROM found WHERE blob IN", blobs):
            if detector in asked:
                with contextlib.suppress(ValueError, TypeError):
                    found.setdefault(blob, {})[detector] = tuple(_row(*row) for row in json.loads(rows or "[]"))
        return found

    def put(self, blob: str, found: Mapping[str, Rows]) -> None:
        """Keep what was found in a blob, by digest."""
        self._rows += [(blob, key, json.dumps(rows) if rows else "") for key, rows in found.items()]
        if len(self._rows) >= 20 * _AT_ONCE:
            self.write()

    def blobs(self, stamps: Mapping[str, Stamp], algorithm: str) -> dict[str, str]:
        """Return by path the blob that a file of this stamp is known to be."""
        paths = {_stamp(stamp, algorithm): path for path, stamp in stamps.items()}
        rows = self._chosen("SELECT stamp, blob FROM stamps WHERE stamp IN", paths)
        return {paths[stamp]: blob for stamp, blob in rows}

    def put_blob(self, stamp: Stamp, algorithm: str, blob: str) -> None:
        """Keep which blob a file of this stamp is."""
        self._stamps.append((_stamp(stamp, algorithm), blob))

    def history(self, name: str) -> Any:
        """Return what was kept of a history under this name, or None."""
        rows = list(self._chosen("SELECT name, found FROM histories WHERE name IN", [name]))
        with contextlib.suppress(ValueError):
            return json.loads(rows[0][1]) if rows else None
        return None

    def put_history(self, name: str, found: Any) -> None:
        """Keep what was found in a history."""
        self._do("INSERT OR REPLACE INTO histories VALUES (?, ?)", [(name, json.dumps(found))])

    def write(self) -> None:
        """Write what waits to be written."""
        self._do("INSERT OR REPLACE INTO found VALUES (?, ?, ?)", self._rows)
        self._do("INSERT OR REPLACE INTO stamps VALUES (?, ?)", self._stamps)
        self._rows, self._stamps = [], []

    def _chosen(self, question: str, names: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        listed = list(dict.fromkeys(names))
        for at in range(0, len(listed), _AT_ONCE):
            part = listed[at : at + _AT_ONCE]
            if self._base is None:
                return
            try:
                yield from self._base.execute(f"{question} ({','.join('?' * len(part))})", part).fetchall()
            except sqlite3.Error:
                self._base = None

    def _do(self, order: str, rows: list[Any]) -> None:
        if self._base is not None and rows:
            try:
                with self._base:
                    self._base.executemany(order, rows)
            except (sqlite3.Error, UnicodeError):
                self._base = None


def _row(line: int, rule: str, what: str) -> Row:
    return Row(int(line), str(rule), str(what))


def _stamp(stamp: Stamp, algorithm: str) -> str:
    return ":".join([algorithm, *map(str, stamp)])


def _connected() -> sqlite3.Connection | None:
    """Open the cache's file, which nobody else may read; None where that cannot be."""
    top = root()
    for _ in range(2 if top else 0):
        assert top is not None  # noqa: S101 - the loop does not run without
        path = top / _NAME
        try:
            _make(path)
            base = sqlite3.connect(path, timeout=1)
            base.execute("PRAGMA synchronous = OFF")
            base.execute(f"PRAGMA user_version = {_SCHEMA}")
            base.executescript(_TABLES)
            return base
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:  # it is none, or damaged: begin anew
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError:
            return None
    return None


def _make(path: Path) -> None:
    """See to it that the file is there and its owner's alone; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LARGEST:
        path.unlink()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
