"""Writing an update into work tree and index: all of it, or nothing, whatever happens by the way.

git makes the new files beside the work tree (with the project's line ends and filters), so that a full disk is met
before anything is changed; from there on everything is a rename, and the last one puts the new index in its place.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ospo_init.core.merging import Own, Write
from ospo_init.edges import journal, objects
from ospo_init.edges.disk import told
from ospo_init.edges.git import Git
from ospo_init.edges.head import Repository
from ospo_init.edges.journal import Journal, Step
from ospo_init.edges.stops import Stop, held
from ospo_init.errors import UserError


def apply(repository: Repository, rows: Sequence[Write], have: Mapping[str, Own]) -> None:
    """Write `rows` to the work tree and the index; on any failure, a signal included, everything is as it was.

    `have` is what HEAD has at these paths. The caller holds journal.exclusive. Raises UserError for what the disk or
    git refuse, KeyboardInterrupt where a signal came in time.
    """
    state = repository.state
    with _whole(repository) as stop:
        _forget_last(state)
        git = _new_index(repository, rows, stop)
        _new_files(state, git, rows)
        stop.check()
        touched = _begin(repository, rows, journal.UPDATE)
        before = {row.path: have.get(row.path) for row in rows}
        journal.write_synced(state / "abort.json", {"head": repository.head, "before": before})
        _switch(repository, rows, touched, git, stop)


def abort(repository: Repository) -> tuple[list[str], Path]:
    """Bring back what was there before the last update, which is not committed yet; return the paths, and what is kept.

    What lies at these paths now is kept in the state folder, below `aborted`, `aborted-2` and so on. Raises UserError
    where there is nothing to undo, and what `apply` raises.
    """
    state = repository.state
    last = journal.read_json(state / "abort.json")
    if last is None:
        raise UserError("There is no update to undo.", "Only the last one can be undone, until it is committed.")
    if last["head"] != repository.head:
        raise UserError("There are commits since the last update.", "Undo it with git: git revert, or git reset.")
    rows = [Write(path, own=Own(*own) if own else None) for path, own in last["before"].items()]
    if repository.git.ask("diff-index", "--cached", "--quiet", repository.head) is not None:
        _forget_last(state)
        raise UserError("Nothing of the last update is left: the index is as HEAD.", "There is nothing to undo.")
    aborted = next(name for name in _names("aborted") if not (state / name).exists())
    with _whole(repository) as stop:
        git = _new_index(repository, rows, stop)
        _new_files(state, git, [row for row in rows if not os.path.lexists(state / journal.UPDATE / row.path)])
        _link_all(state / journal.UPDATE, state / "new")
        stop.check()
        _switch(repository, rows, _begin(repository, rows, aborted), git, stop)
    return [row.path for row in rows], state / aborted


@contextmanager
def _whole(repository: Repository) -> Iterator[Stop]:
    """Hold git's index and the signals while something is written: at the end all of it is there, or nothing."""
    with told(repository.top / "x"), held() as stop:
        try:
            journal.take_lock(repository.state, repository.index)
            yield stop
        finally:
            journal.settle(repository.state)


def _names(name: str) -> Iterator[str]:
    """Yield names for folders that are not to be written over."""
    yield name
    yield from (f"{name}-{number}" for number in itertools.count(2))


def _forget_last(state: Path) -> None:
    """Drop what the last update left for --abort: it has been committed, or there would be something staged."""
    (state / "abort.json").unlink(missing_ok=True)
    for name in (journal.UPDATE, "new", "blobs"):
        shutil.rmtree(state / name, ignore_errors=True)


def _new_index(repository: Repository, rows: Sequence[Write], stop: Stop) -> Git:
    """Make the new index in the state folder, without conflicts yet; return git with that index."""
    state, size = repository.state, len(repository.head)
    shutil.copy2(repository.index, state / "index")  # with its time: git judges by it which entries may be stale
    stop.check()
    objects.store(repository.git, rows, state / "blobs")
    stop.check()
    git = Git(repository.top, (*repository.git.extra, ("GIT_INDEX_FILE", str(state / "index"))))
    git.run("update-index", "-z", "--index-info", data=objects.merged_rows(rows, size))
    stop.check()
    return git


def _new_files(state: Path, git: Git, rows: Iterable[Write]) -> None:
    """Let git write the new files into the state folder."""
    wanted = [row.path for row in rows if not row.removes and not (row.stages and row.file is None)]
    (state / "new").mkdir()
    listed = b"".join(os.fsencode(path) + b"\0" for path in wanted)
    git.run("checkout-index", "-z", "--stdin", "--force", f"--prefix={state / 'new'}/", data=listed)


def _keep_old(repository: Repository, rows: Iterable[Write], name: str) -> None:
    """Keep every file that is about to be replaced or removed, under a second name where the disk can do that."""
    for row in rows:
        place, kept = repository.top / row.path, repository.state / name / row.path
        if _is_file(place):
            stays = row.stages is not None and row.file is None  # the person goes on with this very file
            _link(place, kept, copy=stays)


def _is_file(place: Path) -> bool:
    """Whether a file or a link lies at `place`."""
    return os.path.lexists(place) and (place.is_symlink() or not place.is_dir())


def _link_all(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_symlink() or not path.is_dir():
            _link(path, target / path.relative_to(source))


def _link(source: Path, target: Path, copy: bool = False) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not copy:
        with contextlib.suppress(OSError):  # another disk, or one without hard links
            os.link(source, target, follow_symlinks=False)
            return
    shutil.copy2(source, target, follow_symlinks=False)


def _begin(repository: Repository, rows: Sequence[Write], kept: str) -> list[Write]:
    """Write down what is begun, keep the old files in the folder `kept`, and return the rows of which files change."""
    state, top = repository.state, repository.top
    new = {row.path for row in rows if os.path.lexists(state / "new" / row.path)}
    touched = [row for row in rows if row.path in new or row.removes]
    steps = tuple(Step(row.path, row.path in new, _is_file(top / row.path)) for row in touched)
    Journal(str(top), steps, _folders(top, touched), kept).save(state)
    _keep_old(repository, rows, kept)
    return touched


def _switch(repository: Repository, rows: Sequence[Write], touched: Sequence[Write], git: Git, stop: Stop) -> None:
    """Put the new files and the new index in place; the renaming of the index is the point of no return."""
    state, top, size = repository.state, repository.top, len(repository.head)
    stop.check()
    gone = [row.path for row in touched if row.removes]
    # What makes room for a folder, or a file, goes first; the rest last, so that an undoing needs no room on the disk.
    first = [path for path in gone if any(_in_the_way(path, row.path) for row in touched if not row.removes)]
    for path in first:
        (top / path).unlink(missing_ok=True)
    for row in touched:
        if not row.removes:
            _put(state / "new" / row.path, top / row.path)
            stop.check()
    known = [row.path for row in touched if not row.removes and not row.stages]
    git.run("update-index", "-z", "--stdin", data=b"".join(os.fsencode(path) + b"\0" for path in known))
    if any(row.stages for row in rows):
        git.run("update-index", "-z", "--index-info", data=objects.conflict_rows(rows, size))
    for path in [path for path in gone if path not in first]:
        (top / path).unlink(missing_ok=True)
    stop.check()
    (state / "index").replace(repository.index)
    stop.settle()


def _in_the_way(path: str, new: str) -> bool:
    return new.startswith(f"{path}/") or path.startswith(f"{new}/")


def _put(source: Path, target: Path) -> None:
    """Rename `source` to `target`, over an empty folder too; from another disk it is copied beside its place first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        for folder in sorted(target.rglob("*"), reverse=True):
            folder.rmdir()
        target.rmdir()
    if source.lstat().st_dev == target.parent.stat().st_dev:
        source.replace(target)
        return
    beside = target.with_name(target.name + ".ospo-init")
    try:
        shutil.copy2(source, beside, follow_symlinks=False)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _folders(top: Path, rows: Iterable[Write]) -> tuple[tuple[str, int], ...]:
    """Return the folders above the paths that are there, with their modes, outermost first."""
    places = {above for row in rows for above in (top / row.path).parents if above.is_relative_to(top) and above != top}
    there = sorted(place for place in places if place.is_dir() and not place.is_symlink())
    return tuple((place.relative_to(top).as_posix(), place.stat().st_mode & 0o7777) for place in there)
