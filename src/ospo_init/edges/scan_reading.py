"""Reading each blob once, piece by piece, for every detector that does not know it yet."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ospo_init.core.scanning import documents, keys, kinds
from ospo_init.core.scanning.links import Links
from ospo_init.core.scanning.model import Detector, Row, digest
from ospo_init.core.scanning.placeholders import Placeholders
from ospo_init.core.scanning.terms import Addresses, Internal, Words
from ospo_init.core.scanning.windows import windows
from ospo_init.edges.scan_cache import Cache, Rows
from ospo_init.edges.secrets import DetectSecrets, Gitleaks
from ospo_init.edges.temporary import TemporaryFolder, temporary

_MOST = 100  # rows of one rule in one blob: whoever has so many reads no more
_BATCH = 64 * 1024 * 1024  # bytes of files that gitleaks is given at once
_FILES = 2000  # and no more files than that
_KIND = digest("kind/1")


@dataclass(frozen=True)
class Detectors:
    """The detectors for the scans that were asked for, by the name under which they are found again."""

    names: frozenset[str]
    patterns: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    gitleaks: Gitleaks | None = None
    made: dict[str, Detector] = field(default_factory=dict, compare=False)

    def everywhere(self, path: str) -> dict[str, Detector]:
        """Return those for a file of this name, whether it lies in the work tree or in the history."""
        found: dict[str, Detector] = {}
        if "secrets" in self.names and self.gitleaks is None:
            found["secrets"] = self._made("secrets", DetectSecrets)
        if "secrets" in self.names and keys.is_settings(path):
            found["settings"] = self._made("settings", keys.Settings)
        if "internal" in self.names:
            found["internal"] = self._made("internal", lambda: Internal(self.patterns))
        if "emails" in self.names and self.domains:
            found["emails"] = self._made("emails", lambda: Addresses(self.domains))
        return found

    def here(self, path: str) -> dict[str, Detector]:
        """Return those for a file of the work tree."""
        found = self.everywhere(path)
        if "words" in self.names:
            document = documents.is_document(path)
            found["words"] = self._made(f"words/{document}", lambda: Words(document))
        if "placeholders" in self.names and (form := documents.form(path)):
            found["placeholders"] = self._made(f"placeholders/{form}", lambda: Placeholders(form))
        if "links" in self.names and documents.is_markdown(path):
            found["links"] = self._made("links", Links)
        return found

    def messages(self) -> dict[str, Detector]:
        """Return those for messages of commits."""
        found = {name: one for name, one in self.everywhere("").items() if name != "secrets"}
        if "words" in self.names:
            found["words"] = self._made("words/True", lambda: Words(document=True))
        return found

    def digests(self, wanted: Mapping[str, Detector]) -> dict[str, str]:
        """Return under which digest the cache has what each of these found, what kind of file it is included."""
        found = {name: one.digest for name, one in wanted.items()} | {"kind": _KIND}
        if "secrets" in self.names and self.gitleaks is not None:
            found["secrets"] = self.gitleaks.digest
        return found

    def _made(self, name: str, make: Callable[[], Detector]) -> Detector:
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]


class Reader:
    """Reads blobs and keeps what is found in the cache; to be used as a context, which takes our copies away again."""

    def __init__(self, detectors: Detectors, cache: Cache) -> None:
        self.detectors, self.cache = detectors, cache
        self.unknown = ""
        self._folder: TemporaryFolder | None = None
        self._waiting: dict[str, None] = {}  # blobs that gitleaks is still to look at
        self._bytes = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def read(self, blob: str, path: str, wanted: Mapping[str, Detector], pieces: Iterable[bytes]) -> dict[str, Rows]:
        """Return by digest what is found in a blob; what gitleaks finds comes with `finish`."""
        pieces = iter(pieces)
        first = next(pieces, b"")
        kind = kinds.kind(first)
        digests = self.detectors.digests(wanted)
        found: dict[str, Rows] = {}
        if kind == kinds.TEXT:
            whole: Iterable[bytes] = itertools.chain([first], pieces)
            if "secrets" in digests and "secrets" not in wanted:
                whole = self._copied(blob, path, whole)
            found = self._found(wanted, whole)
        else:
            found = dict.fromkeys(digests, ())
        found["kind"] = (Row(0, "kind", kind),)
        kept = {digests[name]: rows for name, rows in found.items()}
        self.cache.put(blob, kept)
        return kept

    def _found(self, wanted: Mapping[str, Detector], pieces: Iterable[bytes]) -> dict[str, Rows]:
        rows: dict[str, dict[Row, None]] = {name: {} for name in wanted}
        seen: Counter[tuple[str, str]] = Counter()
        for window in windows(pieces):
            for name, detector in wanted.items():
                for row in itertools.islice(detector.find(window.text), _MOST * 20):
                    seen[name, row.rule] += 1
                    if seen[name, row.rule] <= _MOST:
                        rows[name][row._replace(line=row.line + window.line - 1)] = None
        return {name: tuple(found) for name, found in rows.items()}

    def _copied(self, blob: str, path: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces, each copied into our folder on the way."""
        if self._folder is None:
            temporary()
            self._folder = TemporaryFolder(prefix="ospo-init-scan-")
        name = re.sub(r"[^A-Za-z0-9._-]", "_", path.rpartition("/")[2])[-100:].lstrip(".") or "file"
        place = Path(self._folder.name, "files", blob)
        place.mkdir(parents=True, exist_ok=True)
        self._waiting[blob] = None
        with (place / name).open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
                self._bytes += len(piece)
                yield piece

    def full(self) -> bool:
        """Whether it is time to let gitleaks look at what waits for it."""
        return self._bytes >= _BATCH or len(self._waiting) >= _FILES

    def finish(self) -> dict[str, Rows]:
        """Let gitleaks look at what waits for it, and return by blob what it finds."""
        leaks = self.detectors.gitleaks
        if not self._waiting or leaks is None or self._folder is None:
            return {}
        found = leaks.run(Path(self._folder.name, "files"), Path(self._folder.name, "report.json"))
        waiting = tuple(self._waiting)
        self._clear()
        if isinstance(found, str):
            self.unknown = self.unknown or found
            return {}
        rows = {blob: tuple(dict.fromkeys(found.get(blob, ())))[: _MOST * 20] for blob in waiting}
        for blob, its in rows.items():
            self.cache.put(blob, {leaks.digest: its})
        return rows

    def _clear(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
        self._folder, self._waiting, self._bytes = None, {}, 0
