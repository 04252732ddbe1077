"""What is kept of remote templates, so that a version that was read once is there when the network is not.

One folder an address holds `memory.json` (the tags and when they were last looked up, and the versions that are kept)
and each version as a snapshot, named by its own SHA-256. A snapshot never changes and is used only where its bytes have
its name, so that a half-written or damaged one is as good as none. Files appear by rename, and whoever rewrites the
memory holds a lock. Nothing depends on the cache: where it cannot be read or written, it is as if it were empty.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ospo_init.core.origin import Template
from ospo_init.core.signatures import is_name
from ospo_init.core.trees import Tree
from ospo_init.edges.rewriting import alone, appearing
from ospo_init.edges.snapshot import Snapshot, write_snapshot

_MEMORY, _SCHEMA = "memory.json", 1
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Kept(NamedTuple):
    """A version that is kept: its commit and tree ids, the SHA-256 of its snapshot, and who was seen to sign it."""

    commit: str
    tree: str
    digest: str
    signer: str = ""

    def as_data(self) -> dict[str, str]:
        """Return the row as the memory holds it: without what is empty."""
        return {key: value for key, value in self._asdict().items() if value}


@dataclass(frozen=True)
class Memory:
    """What is remembered of an address: its tags' commits as of `looked` (None: never), and what is kept, by tag."""

    tags: Mapping[str, str] = field(default_factory=dict)
    looked: datetime.datetime | None = None
    kept: Mapping[str, Kept] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """The cache's place for one address, which holds no credentials; '' is a shelf on which nothing stays."""

    address: str

    @property
    def folder(self) -> Path | None:
        """Where it is on the disk, whether or not it is there."""
        top = root() if self.address else None
        return top / hashlib.sha256(self.address.encode()).hexdigest() if top else None

    def memory(self) -> Memory:
        """Return what is remembered; an empty memory where there is none that can be understood."""
        if self.folder is None:
            return Memory()
        try:
            return _parsed(json.loads((self.folder / _MEMORY).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Memory()

    def remember(self, tags: Mapping[str, str], looked: datetime.datetime) -> None:
        """Remember the tags that the repository had at the time `looked`, if the disk lets us."""
        with contextlib.suppress(OSError):
            self._rewrite(lambda old: replace(old, tags=tags, looked=looked))

    def find(self, tag: str, commit: str = "") -> Kept | None:
        """Return the row of `tag`, or where there is none that of `commit` under another name."""
        kept = self.memory().kept
        return kept.get(tag) or next((row for row in kept.values() if row.commit == commit), None)

    def read(self, row: Kept | None, url: str, tag: str) -> Template | None:
        """Return a version that is kept, as version `tag` of `url`, or None where it is not there as it was stored."""
        if row is None or self.folder is None:
            return None
        path = self.folder / f"{row.digest}.zip"
        try:
            if _digest(path) != row.digest:
                return None
            return Template(url, tag, row.commit, row.tree, Snapshot(path), row.signer)
        except (OSError, ValueError, zipfile.BadZipFile):
            return None

    def keep(self, template: Template) -> None:
        """Keep a version, if the disk lets us."""
        # A name that is no Unicode cannot be stored: such a template is fetched each time.
        with contextlib.suppress(OSError, UnicodeEncodeError):
            digest = _store(self._made(), template.files, {"commit": template.commit, "tree": template.tree})
            row = {template.tag: Kept(template.commit, template.tree, digest, template.signer)}
            self._rewrite(lambda old: replace(old, kept={**old.kept, **row}))

    def _rewrite(self, change: Callable[[Memory], Memory]) -> None:
        """Change the memory while no other process does; raises OSError where that cannot be."""
        folder = self._made()
        with alone(folder / "lock"):
            text = json.dumps(_plain(self.address, change(self.memory())), indent=1, sort_keys=True)
            with appearing(folder) as stream:
                stream.write(text.encode())
                stream.flush()
                Path(stream.name).replace(folder / _MEMORY)

    def _made(self) -> Path:
        if self.folder is None:
            raise FileNotFoundError
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder


def root() -> Path | None:
    """Return the cache's folder: $OSPO_INIT_CACHE, else ospo-init in $XDG_CACHE_HOME, else in ~/.cache."""
    try:
        if own := os.environ.get("OSPO_INIT_CACHE"):
            return Path(own).expanduser().absolute()
        shared = Path(os.environ.get("XDG_CACHE_HOME", ""))  # one that is not absolute is to be ignored, says its norm
        return (shared if shared.is_absolute() else Path.home() / ".cache") / "ospo-init"
    except (OSError, RuntimeError):  # there is no home, or no working folder
        return None


def _store(folder: Path, tree: Tree, facts: Mapping[str, str]) -> str:
    """Write a snapshot of `tree` and return its SHA-256.

    It is not compressed: that takes six times as long as writing it, and what is kept can always be fetched again.
    """
    with appearing(folder) as stream:
        write_snapshot(stream, tree, facts, zipfile.ZIP_STORED)
        stream.flush()
        digest = _digest(Path(stream.name))
        Path(stream.name).replace(folder / f"{digest}.zip")
    return digest


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _plain(address: str, memory: Memory) -> dict[str, Any]:
    return {
        "schema_version": _SCHEMA,
        "address": address,
        "looked": memory.looked.isoformat() if memory.looked else None,
        "tags": dict(memory.tags),
        "kept": {tag: row.as_data() for tag, row in memory.kept.items()},
    }


def _parsed(data: Mapping[str, Any]) -> Memory:
    """Return the memory that was written as `data`; raises ValueError, KeyError, TypeError, AttributeError."""
    looked = data["looked"] and datetime.datetime.fromisoformat(data["looked"])
    kept = {tag: Kept(**row) for tag, row in data["kept"].items()}
    ids = [*data["tags"].values(), *(name for row in kept.values() for name in (row.commit, row.tree))]
    digests = [row.digest for row in kept.values()]
    if data["schema_version"] != _SCHEMA or (looked and looked.tzinfo is None):
        raise ValueError
    if not all(is_name(row.signer) for row in kept.values() if row.signer):
        raise ValueError
    if not all(_ID.fullmatch(key) for key in ids) or not all(re.fullmatch(r"[0-9a-f]{64}", key) for key in digests):
        raise ValueError
    return Memory(data["tags"], looked, kept)
