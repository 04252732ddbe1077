"""Reading a commit's files out of git's object store, as a stranger may have filled it.

Nothing is checked out, so no attribute, filter or link of the tree is obeyed. Trees are read one by one and their
entries counted before they are unfolded: a small hostile repository can name ten thousand million files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ospo_init.core.trees import EXECUTABLE, LINK, MAX_BYTES, MAX_FILES, REGULAR, File
from ospo_init.edges.git import Git
from ospo_init.errors import TemplateError

_FOLDER, _SUBMODULE = "40000", "160000"
_MODES = {"100644": REGULAR, "100664": REGULAR, "100755": EXECUTABLE, "120000": LINK}
_DEPTH = 100  # of folders


class Entry(NamedTuple):
    """One row of a tree: its mode, name and object."""

    mode: str
    name: str
    id: str


def read_files(git: Git, tree: str) -> dict[str, File]:
    """Return every file of `tree`; raise TemplateError for more than a template may have, and for submodules."""
    entries = list(_unfold(_read_trees(git, tree), tree))
    blobs = _read_objects(git, {entry.id for entry in entries})
    return {entry.name: File(blobs[entry.id], entry.mode) for entry in entries}


def _read_trees(git: Git, top: str) -> dict[str, list[Entry]]:
    """Return every tree below `top` by its id, each read once."""
    known: dict[str, list[Entry]] = {}
    wanted = {top}
    for _ in range(_DEPTH):
        if not wanted:
            return known
        known |= {key: _parse(data, len(key) // 2) for key, data in _read_objects(git, wanted).items()}
        wanted = {row.id for key in wanted for row in known[key] if row.mode == _FOLDER} - known.keys()
    raise TemplateError(f"The template has folders more than {_DEPTH} deep.", "Tell its owner.")


def _parse(data: bytes, id_size: int) -> list[Entry]:
    """Return the rows of a tree object: mode, space, name, NUL and the id in bytes."""
    rows: dict[bytes, Entry] = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + id_size
        if name in rows or name.lower() in (b"", b".", b"..", b".git") or b"/" in name:
            raise TemplateError(f"The template holds a file that no git would write: {name!r}.", "Tell its owner.")
        text = name.decode("utf-8", "surrogateescape")
        rows[name] = Entry(mode.decode().lstrip("0"), text, data[end + 1 : at].hex())
    return list(rows.values())


def _unfold(trees: Mapping[str, list[Entry]], top: str) -> Iterator[Entry]:
    """Yield every file, named by its whole path."""
    waiting = [(top, "")]
    seen = 0
    while waiting:
        tree, folder = waiting.pop()
        for mode, name, key in trees[tree]:
            seen += 1
            if seen > 2 * MAX_FILES:
                raise TemplateError(f"The template has more than {MAX_FILES} files.", "Tell its owner.")
            if mode == _FOLDER:
                waiting.append((key, f"{folder}{name}/"))
            elif mode in _MODES:
                yield Entry(_MODES[mode], folder + name, key)
            else:
                what = "the submodule" if mode == _SUBMODULE else "something that is no file"
                raise TemplateError(
                    f"The template holds {what} {folder + name!r}, which is not read.", "Tell its owner."
                )


def _read_objects(git: Git, ids: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of each object; raise TemplateError, before they are unpacked, when they are too many."""
    ids = set(ids)
    sizes = git.run("cat-file", "--batch-check=%(objectsize)", data=_lines(ids)).split()
    if sum(int(size) for size in sizes) > MAX_BYTES:
        raise TemplateError(f"The template has more than {MAX_BYTES} bytes.", "Tell its owner.")
    return contents(git, ids)


def contents(git: Git, ids: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of each object that is there, by its id."""
    wanted = sorted(set(ids))
    stream = git.run("cat-file", "--batch", "--buffer", data=_lines(wanted)) if wanted else b""
    found: dict[str, bytes] = {}
    at = 0
    for key in wanted:
        end = stream.index(b"\n", at)
        row = stream[at:end].split()
        at = end + 1
        if row[1] != b"missing":
            size = int(row[2])
            found[key] = stream[at : at + size]
            at += size + 1
    return found


def _lines(ids: Iterable[str]) -> bytes:
    return "".join(f"{key}\n" for key in ids).encode()
