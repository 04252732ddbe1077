"""The journal of a write: what it has begun, so that whoever comes next can undo or finish it.

It lies in the repository's own folder, `.git/ospo-init/`:

    running       held with flock by the process that writes; the kernel lets go when that process dies
    index         the index as it will be; renaming it over git's own is the last step of a write
    new/ old/     the files as they will be, and the files as they were, by path
    journal.json  the steps; while it is there, the write has begun and is not over
    abort.json    how the last update is undone, as long as it is not committed; written after the journal of an update
    aborted/      what lay in the work tree when an update was undone; aborted-2/ and so on

While a write lasts, `index.lock` keeps git from using the index; ours starts with MARK, so that we know it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import filecmp
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ospo_init.errors import UserError

MARK = b"ospo-init "
# What only a killed process leaves.
_FILES = ("index", "index.lock", "journal.fresh", "abort.fresh", "mark.fresh", "mark.lock")
_LEFT = ("journal.json", "mark", "new", "blobs", *_FILES)
UPDATE = "old"  # where an update keeps the old files; an --abort has a folder of its own each time


@dataclass(frozen=True)
class Step:
    """One path of the work tree: whether there will be a file, and whether there was one."""

    path: str
    new: bool
    old: bool


@dataclass(frozen=True)
class Journal:
    """A write: the work tree, the steps, the folders there are (with their modes), and where old files are kept."""

    top: str
    steps: tuple[Step, ...]
    folders: tuple[tuple[str, int], ...] = field(default=())
    kept: str = UPDATE

    def save(self, state: Path) -> None:
        """Write the journal, and see to it that the disk has it."""
        write_synced(state / "journal.json", asdict(self))

    @staticmethod
    def load(state: Path) -> Journal | None:
        """Return the journal in `state`, or None where no write has begun."""
        data = read_json(state / "journal.json")
        if data is None:
            return None
        steps = tuple(Step(**row) for row in data["steps"])
        return Journal(data["top"], steps, tuple((path, mode) for path, mode in data["folders"]), data["kept"])


def write_synced(path: Path, data: Any) -> None:
    """Write `data` as JSON by one rename, and flush it and its folder to the disk."""
    fresh = path.with_suffix(".fresh")
    with fresh.open("w", encoding="utf-8") as stream:
        json.dump(data, stream)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_json(path: Path) -> Any:
    """Return what is in a file of ours, or None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def exclusive(state: Path) -> Iterator[None]:
    """Be the only ospo-init that writes in this repository; finish or undo first what another one left.

    Raises UserError while another one is running.
    """
    state.mkdir(exist_ok=True)
    with (state / "running").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError("Another ospo-init is updating this repository.", "Wait until it has finished.") from None
        if any((state / name).exists() for name in _LEFT):
            settle(state)
        yield


def recover(git_dir: Path) -> None:
    """Finish or undo what a killed ospo-init left in this repository; nothing is done while it still runs."""
    state = git_dir / "ospo-init"
    if any((state / name).exists() for name in _LEFT):
        with contextlib.suppress(UserError), exclusive(state):
            pass


def settle(state: Path) -> None:
    """Finish the write that has begun here if its index is in place, undo it if not, and clean up.

    An update that is undone leaves nothing for --abort; an --abort that is undone can be called again.
    """
    journal = Journal.load(state)
    if journal is not None and (state / "index").exists():
        undo(journal, state)
    elif journal is not None:
        _finish(journal, state)
    clean(state)


def _finish(journal: Journal, state: Path) -> None:
    """Do what is left once the index is in place. Folders go only now, for an undoing would need room to make them."""
    for step in journal.steps:
        if not step.new:
            drop_empty(Path(journal.top, step.path).parent, {Path(journal.top)})
    if journal.kept != UPDATE:
        (state / "abort.json").unlink(missing_ok=True)


def undo(journal: Journal, state: Path) -> None:
    """Bring every path back to what it was; it may have been changed or not. Needs no room on the disk."""
    top, there = Path(journal.top), {Path(journal.top, path) for path, _ in journal.folders}
    added = [
        step.path for step in journal.steps if not step.old and not _unlike(state / "new" / step.path, top / step.path)
    ]
    for path in added:
        if not (top / path).is_dir() or (top / path).is_symlink():
            (top / path).unlink(missing_ok=True)
    for step in journal.steps:
        old = state / journal.kept / step.path
        if step.old and os.path.lexists(old):
            _bring_back(journal, (top / step.path).parent)
            _drop_tree(top / step.path)
            old.replace(top / step.path)
    for path in added:
        drop_empty((top / path).parent, {top, *there})
    if journal.kept == UPDATE:
        (state / "abort.json").unlink(missing_ok=True)
    else:
        shutil.rmtree(state / journal.kept, ignore_errors=True)


def _drop_tree(place: Path) -> None:
    """Remove empty folders that stand where a file was."""
    if place.is_dir() and not place.is_symlink():
        for folder in sorted(place.rglob("*"), reverse=True):
            folder.rmdir()
        place.rmdir()


def _unlike(new: Path, place: Path) -> bool:
    """Whether `new` has not been put in its place, and something else is there: then it is somebody else's."""
    if not os.path.lexists(new) or not os.path.lexists(place):
        return False
    if new.is_symlink() or place.is_symlink():
        return not (new.is_symlink() and place.is_symlink() and new.readlink() == place.readlink())
    return place.is_dir() or not filecmp.cmp(new, place, shallow=False)


def _bring_back(journal: Journal, folder: Path) -> None:
    """Make the folders above a path again, as they were."""
    modes = {Path(journal.top, path): mode for path, mode in journal.folders}
    for above in [*reversed(folder.parents), folder]:
        if above in modes and not above.is_dir():
            above.unlink(missing_ok=True)
            above.mkdir()
            above.chmod(modes[above])


def clean(state: Path) -> None:
    """Remove what a write needed, the lock on git's index last; what --abort needs stays."""
    (state / "journal.json").unlink(missing_ok=True)
    for name in _FILES:
        (state / name).unlink(missing_ok=True)
    for name in ("new", "blobs"):
        shutil.rmtree(state / name, ignore_errors=True)
    if not (state / "abort.json").exists():
        shutil.rmtree(state / UPDATE, ignore_errors=True)
    mark = read_json(state / "mark")
    if mark is not None:
        lock = Path(mark["lock"])
        if _is_ours(lock):
            lock.unlink(missing_ok=True)
        (state / "mark").unlink(missing_ok=True)


def take_lock(state: Path, index: Path) -> None:
    """Create git's index.lock, with our mark in it from its first moment; raise UserError where git has it."""
    lock = index.with_name(index.name + ".lock")
    write_synced(state / "mark", {"lock": str(lock)})
    fresh = state / "mark.lock"
    fresh.write_bytes(MARK + str(os.getpid()).encode() + b"\n")
    try:
        os.link(fresh, lock)
    except FileExistsError:
        (state / "mark").unlink()
        raise UserError(
            f"git is at work in this repository: {lock} exists.",
            "Wait for it; if no git is running, remove that file.",
        ) from None
    finally:
        fresh.unlink(missing_ok=True)


def _is_ours(lock: Path) -> bool:
    try:
        with lock.open("rb") as stream:
            return stream.read(len(MARK)) == MARK
    except OSError:
        return False


def drop_empty(folder: Path, but: Collection[Path]) -> None:
    """Remove a folder that is empty, and those above it that are empty then, up to one of those that stay."""
    with contextlib.suppress(OSError):
        while folder not in but:
            folder.rmdir()
            folder = folder.parent
