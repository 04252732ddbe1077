"""A scratch repository in which git merges texts, finds renames and writes diffs; the project's own is not touched.

It gets every side as bytes, so that shallow and partial clones and any object format serve. Its work tree is the
project's, for there git looks for the attributes that say how a file is merged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ospo_init.core.kept import pattern
from ospo_init.core.merging import Own, Write
from ospo_init.core.trees import LINK, File
from ospo_init.edges.git import Git
from ospo_init.edges.git_files import contents
from ospo_init.edges.head import Repository
from ospo_init.edges.temporary import TemporaryFolder

_WHO = b"ospo-init <ospo-init@ospo-init.invalid> 0 +0000"
_MERGING = ("merge.renormalize=true", "merge.conflictStyle=zdiff3", "merge.renameLimit=1", "core.bigFileThreshold=512m")
DETECT = ("-M", "--no-rename-empty")  # one empty file is as good as another, and tells nothing
Sides = tuple[File | None, File, File]  # base, ours, theirs
_UNSEEN = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")  # no output shows these


@dataclass(frozen=True)
class Merged:
    """What git made of a text: its bytes, with the marks of conflicts in them where there are some."""

    data: bytes
    conflict: bool


class Scratch:
    """An empty repository; use it as a context manager."""

    def __init__(self, worktree: Path) -> None:
        self.folder = TemporaryFolder("ospo-init-")
        place = Path(self.folder.name, ".git")
        Git(Path(self.folder.name)).run("init", "--quiet", "--template=", "--initial-branch=base", ".")
        self.git = Git(worktree, (("GIT_DIR", str(place)), ("GIT_WORK_TREE", str(worktree))))

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.folder.cleanup()

    def merge(self, files: Mapping[str, Sides]) -> dict[str, Merged]:
        """Return what git makes of each path of which all sides are plain files; none of them can be a rename."""
        if not files:
            return {}
        sides = [{path: row[side] for path, row in files.items()} for side in range(3)]
        self._commits(zip(("base", "yours", "theirs"), sides, strict=True))
        printed = self.git.run("merge-tree", "--write-tree", "-z", "yours", "theirs", config=_MERGING, fine=(0, 1))
        tree, *rows = printed.split(b"\0")
        conflicted = set()
        for row in rows:
            if not row:  # what follows are messages
                break
            conflicted.add(os.fsdecode(row.partition(b"\t")[2]))
        listed = self.git.run("ls-tree", "-r", "-z", "--full-tree", tree.decode())
        ids = {os.fsdecode(name): about.split()[2].decode() for about, _, name in _rows(listed)}
        data = contents(self.git, ids.values())
        return {path: Merged(data[ids[path]], path in conflicted) for path in files}

    def renames(self, gone: Mapping[str, File], come: Mapping[str, File]) -> dict[str, str]:
        """Return which of the files that went are the ones that came, by git's measure of likeness."""
        if not gone or not come:
            return {}
        self._commits((("before", gone), ("after", come)))
        printed = self.git.run(
            "diff-tree", "-r", "-z", *DETECT, "-l0", "--diff-filter=R", "--name-status", "before", "after"
        )
        names = [os.fsdecode(name) for name in printed.split(b"\0")[:-1]]
        return dict(zip(names[1::3], names[2::3], strict=True))

    def diff(self, before: Mapping[str, File], after: Mapping[str, File]) -> bytes:
        """Return the patch from one set of files to the other, as `git diff` prints it and `git apply` takes it.

        It is UTF-8 that can be shown: what holds other bytes, or characters that drive a terminal, is a binary patch.
        """
        self._commits((("before", before), ("after", after)))
        hidden = {path for files in (before, after) for path, file in files.items() if not _can_be_shown(file.data)}
        folder = Path(self.folder.name, ".git", "info")
        folder.mkdir(exist_ok=True)
        (folder / "attributes").write_bytes(b"".join(_quoted(pattern(path)) + b" -diff\n" for path in hidden))
        plain = all(_can_be_shown(os.fsencode(path)) for path in {*before, *after})
        return self.git.run(
            "diff-tree",
            "-r",
            "-p",
            "-M",
            "--binary",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "before",
            "after",
            config=("diff.noprefix=false", "diff.mnemonicPrefix=false", f"core.quotePath={str(not plain).lower()}"),
        )

    def _commits(self, branches: Iterable[tuple[str, Mapping[str, File | None]]]) -> None:
        self.git.run("fast-import", "--quiet", "--force", data=b"".join(_stream(branches)))


def patch(repository: Repository, rows: Iterable[Write], have: Mapping[str, Own]) -> bytes:
    """Return the exact change that `rows` are, as a patch; `have` is what HEAD has at these paths."""
    rows = list(rows)
    tracked = {row.path: have[row.path] for row in rows if row.path in have}
    moved = {row.path: row.own for row in rows if row.own}
    data = contents(repository.git, {own.id for own in (*tracked.values(), *moved.values())})
    before = {path: File(data[own.id], own.mode) for path, own in tracked.items()}
    after = {path: File(data[own.id], own.mode) for path, own in moved.items()}
    after |= {row.path: row.file for row in rows if row.file is not None}
    with Scratch(repository.top) as scratch:
        return scratch.diff(before, after)


def _stream(branches: Iterable[tuple[str, Mapping[str, File | None]]]) -> Iterable[bytes]:
    """Yield commits, each a child of the first one, that hold exactly these files."""
    first = b""
    for number, (name, files) in enumerate(branches, 1):
        yield b"commit refs/heads/" + name.encode() + b"\nmark :%d\ncommitter " % number + _WHO + b"\ndata 0\n"
        yield first + b"deleteall\n"
        first = first or b"from :1\n"
        for path, file in files.items():
            if file is not None:
                yield b"M %b inline %b\n" % (file.mode.encode(), _quoted(path))
                yield b"data %d\n" % len(file.data) + file.data + b"\n"


def _quoted(path: str) -> bytes:
    """Return a path between quotes, as git reads it in a stream, and in a file of attributes."""
    return b'"' + os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def _can_be_shown(data: bytes) -> bool:
    try:
        return not _UNSEEN.search(data.decode())
    except UnicodeDecodeError:
        return False


def _rows(listed: bytes) -> Iterable[tuple[bytes, bytes, bytes]]:
    return (row.partition(b"\t") for row in listed.split(b"\0")[:-1])


def as_stored(repository_git: Git, prefix: str, files: Mapping[str, File]) -> dict[str, File]:
    """Return `files` as git would store them in this project: its attributes may ask for other line ends or a filter.

    Only what can be concerned goes through git: files with a CR, and those with an attribute that changes bytes.
    """
    plain = {path: file for path, file in files.items() if file.mode != LINK}
    special = _with_filters(repository_git, prefix, plain) | {
        path for path, file in plain.items() if b"\r" in file.data
    }
    if not special:
        return dict(files)
    with TemporaryFolder("ospo-init-") as folder:
        objects = Git(repository_git.folder, (*repository_git.extra, *_own_objects(repository_git, Path(folder))))
        stored = {}
        for path in sorted(special):
            named = f"--path={prefix}{path}"
            key = objects.run("hash-object", "-w", "--stdin", named, data=files[path].data).decode().strip()
            stored[path] = key
        data = contents(objects, stored.values())
        return {path: File(data[stored[path]], file.mode) if path in stored else file for path, file in files.items()}


def _with_filters(git: Git, prefix: str, paths: Iterable[str]) -> set[str]:
    names = {f"{prefix}{path}": path for path in paths}
    asked = b"".join(os.fsencode(name) + b"\0" for name in names)
    printed = git.run("check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding", data=asked)
    fields = printed.split(b"\0")[:-1]
    rows: Sequence[tuple[bytes, bytes, bytes]] = list(zip(fields[::3], fields[1::3], fields[2::3], strict=True))
    return {names[os.fsdecode(name)] for name, _, value in rows if value not in (b"unspecified", b"unset")}


def _own_objects(git: Git, folder: Path) -> tuple[tuple[str, str], ...]:
    """Return what lets git read the project's objects and write new ones into `folder`."""
    own = git.text("rev-parse", "--path-format=absolute", "--git-path", "objects")
    return (("GIT_OBJECT_DIRECTORY", str(folder)), ("GIT_ALTERNATE_OBJECT_DIRECTORIES", own))
