"""The generated files as they lie in the work tree, and what git has under way there; git is not started for it."""

from __future__ import annotations

import os
import stat

from ospo_init.core import drift
from ospo_init.errors import UserError

TYPE_CHECKING = False  # as typing has it; loading that takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

# What git leaves in its folder while something is not over, and what that is.
UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase or am",
}
# A link is read, not followed; a pipe that a stranger's lock names must not keep us waiting.
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def standings(folder: str, rows: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return how each file of a lock stands; `rows` are the lock's, as they are written."""
    return [_standing(folder, path, row) for path, row in rows.items()]


def _standing(folder: str, path: str, row: Mapping[str, Any]) -> dict[str, Any]:
    unread = row["ownership"] in ("kept", "seeded")
    for at in dict.fromkeys((path, row.get("at", path))):
        if at.startswith("/") or ".." in at.split("/"):
            raise UserError(f"The lock names {at!r}, which is not in the project.", "Bring it back with git.")
        place = f"{folder}/{at}"
        data = (b"" if os.path.lexists(place) else None) if unread else read(place)
        if data is not None:
            return drift.standing(path, row, at, data)
    return drift.standing(path, row, path, None)


def read(path: str) -> bytes | None:
    """Return the bytes of a file, of a link where it points; None where there is neither."""
    try:
        handle = os.open(path, _OPEN)
    except OSError as error:
        if os.path.islink(path):  # noqa: PTH114 - loading pathlib takes time
            return os.fsencode(os.readlink(path))  # noqa: PTH115
        if not isinstance(error, PermissionError):
            return None
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    try:
        about = os.fstat(handle)
        return _all(handle, about.st_size) if stat.S_ISREG(about.st_mode) else None
    finally:
        os.close(handle)


def _all(handle: int, size: int) -> bytes:
    pieces = []
    while piece := os.read(handle, size + 1):
        pieces.append(piece)
    return b"".join(pieces)


def under_way(git_dir: str) -> bool:
    """Whether a merge of git's own, or a rebase, is not over: then paths may be in conflict."""
    return any(os.path.lexists(f"{git_dir}/{name}") for name in UNDER_WAY)


def last_update(git_dir: str) -> tuple[str, ...]:
    """Return the paths that the last update wrote, from the repository's folder, as long as it is not committed."""
    text = read(f"{git_dir}/ospo-init/abort.json")
    if text is None or _is_over(text, head(git_dir)):
        return ()
    import json

    try:
        last = json.loads(text)
        return tuple(last["before"]) if last["head"] == (head(git_dir) or last["head"]) else ()
    except (ValueError, KeyError, TypeError):
        return ()


def _is_over(text: bytes, now: str) -> bool:
    """Whether there have been commits since the update of which this tells; it begins with the HEAD of then."""
    start = b'{"head": "'
    return bool(now) and text.startswith(start) and not text.startswith(start + now.encode() + b'"')


def head(git_dir: str) -> str:
    """Return the id of the commit that HEAD is, or '' where that takes git to tell."""
    named = _line(f"{git_dir}/HEAD")
    if not named.startswith("ref: "):
        return named
    name, common = named.removeprefix("ref: "), _line(f"{git_dir}/commondir") or "."
    place = common if common.startswith("/") else f"{git_dir}/{common}"
    if loose := _line(f"{place}/{name}"):
        return loose
    packed = (read(f"{place}/packed-refs") or b"").decode("utf-8", "replace").split("\n")
    return next((row.partition(" ")[0] for row in packed if row.endswith(f" {name}")), "")


def _line(path: str) -> str:
    return (read(path) or b"").decode("utf-8", "replace").strip()


def unmerged(top: str, paths: Iterable[str]) -> list[str]:
    """Return which of these paths the index holds as in conflict. This asks git."""
    from pathlib import Path

    from ospo_init.edges.git import Git

    listed = Git(Path(top)).run("ls-files", "--unmerged", "-z").split(b"\0")[:-1]
    found = {os.fsdecode(row.partition(b"\t")[2]) for row in listed}
    return sorted(found.intersection(paths))
