"""The record's file: reading its bytes as a stranger may have left them, and writing it whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core.marked import Marked, plain
from ospo_init.core.record_edit import Entry, patch, with_entry
from ospo_init.edges import yamls
from ospo_init.edges.disk import told
from ospo_init.edges.stops import held
from ospo_init.errors import UserError

LARGEST = 1024 * 1024  # bytes: years of decisions
_BOM = "\ufeff"
_NO_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML's, without the BOM
_PATIENCE = 10  # seconds that another ospo-init has to finish in


@dataclass(frozen=True)
class Edit:
    """A record with an entry more: the file, its path as it is told, and its text before (None: a new file) and after.

    Texts are with the file's own line ends. `private`: nobody else may read it, if it is a new file.
    """

    path: Path
    shown: str
    before: str | None
    after: str
    private: bool = False

    @property
    def patch(self) -> str:
        """The change as a patch that git can apply."""
        return patch(self.before, self.after, self.shown)


def load(path: Path, shown: str, links: bool = False) -> tuple[str, Marked | None] | None:
    """Return the text of a record and its marks, or None where there is none.

    Raises UserError naming `shown`, line and column for what is no YAML text, and where the file or its folder is a
    link (`links`: links are followed, for a file of the person's own).
    """
    data = _read(path, shown, links)
    if data is None:
        return None
    text = _decoded(data, shown)
    return text, parsed(text, shown)


def parsed(text: str, shown: str) -> Marked | None:
    """Return the marks of a record's text; raise UserError naming `shown`, line and column where it is not YAML."""
    return yamls.marks(text.removeprefix(_BOM), shown)


def edit(path: Path, shown: str, name: str, entry: Entry, links: bool = False) -> Edit:
    """Return the record with `entry` at the end of its list `name`; nothing is written.

    Raises UserError where the text cannot be added to without anything else changing.
    """
    found = load(path, shown, links)
    text, root = found or ("", None)
    if found and root is None:
        raise UserError(f"{shown}:1:1: the record is empty.", "Bring it back with git, or remove the file.")
    mark = _BOM if text.startswith(_BOM) else ""
    hint = f"Add it by hand: {name}, {', '.join(f'{key}: {value}' for key, value in entry.items())}"
    try:
        after = mark + with_entry(text.removeprefix(mark), root, name, entry)
        now = plain(parsed(after, shown))
    except UserError as problem:
        raise UserError(f"{shown} cannot be added to as it is written: {problem.what}", hint) from None
    wanted = plain(root) or {"schema_version": 1}
    wanted[name] = [*(wanted.get(name) or []), dict(entry)]
    if repr(sorted(now.items(), key=repr)) != repr(sorted(wanted.items(), key=repr)):  # repr: NaN is unlike itself
        raise UserError(f"{shown} is written in a way that cannot be added to without changing the rest.", hint)
    return Edit(path, shown, text if found else None, after, links)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs of ospo-init from the records in `folder`, which is made where it is not there."""
    with told(folder / "record.yml"):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for left in range(_PATIENCE * 20, -1, -1):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise UserError(
                        f"Another ospo-init is writing in {folder}.", "Try again when it is done."
                    ) from None
                time.sleep(0.05)
            except OSError:  # a file system without locks
                break
        yield
    finally:
        os.close(handle)


def write(change: Edit) -> None:
    """Write a record: the whole of it, or nothing. Its permissions stay; a file that is a link is written behind it."""
    path = change.path.resolve()  # a private record may be one; the tracked one has been looked at
    spare = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with told(path), held() as stop:
        mode = stat.S_IMODE(path.stat().st_mode) if change.before is not None else None
        try:
            how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            handle = os.open(spare, how, 0o600 if change.private else 0o666)
            with open(handle, "wb") as stream:  # noqa: PTH123 - a handle
                if mode is not None:
                    os.fchmod(handle, mode)
                stream.write(change.after.encode())
                stream.flush()
                os.fsync(handle)
            stop.check()
            spare.replace(path)
            stop.settle()
        finally:
            spare.unlink(missing_ok=True)


def _read(path: Path, shown: str, links: bool) -> bytes | None:
    """Return the bytes of a record, or None where nothing is there; raise UserError for what is not a small file."""
    if not links and path.parent.is_symlink():
        raise UserError(f"{Path(shown).parent} is a link, which is not followed.", "Make it a folder.")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW))
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(path) or (not path.parent.is_dir() and os.path.lexists(path.parent)):
            raise UserError(f"{shown} cannot be read: it leads nowhere.", "Remove what lies there.") from None
        return None
    except OSError as error:
        if path.is_symlink() and not links:
            raise UserError(f"{shown} is a link, which is not followed.", "Put the file itself there.") from None
        raise UserError(f"{shown} cannot be read: {error.strerror}.", "Check its permissions.") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UserError(f"{shown} is not a file.", "Put the record there, or remove what lies there.")
        with open(handle, "rb", closefd=False) as stream:
            data = stream.read(LARGEST + 1)
    finally:
        os.close(handle)
    if len(data) > LARGEST:
        raise UserError(f"{shown} is larger than {LARGEST // 1024} KiB, and is not read.", "Shorten it.")
    return data


def _decoded(data: bytes, shown: str) -> str:
    """Return a record's bytes as text; raise UserError for what no text holds, and for the marks of a conflict."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        place = _place(data[: error.start].decode(), error.start)
        raise UserError(f"{shown}:{place}: this is not UTF-8 text.", "Save the file as UTF-8.") from None
    found = _NO_TEXT.search(text, 1 if text.startswith(_BOM) else 0)
    if found:
        place = _place(text, found.start())
        raise UserError(f"{shown}:{place}: a character that no text holds (U+{ord(found[0]):04X}).", "Remove it.")
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            raise UserError(f"{shown}:{number}:1: this is the mark of a merge conflict.", "Resolve the conflict first.")
    return text


def _place(text: str, at: int) -> str:
    before = text[:at].split("\n")
    return f"{len(before)}:{len(before[-1]) + 1}"
