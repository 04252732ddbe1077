"""How the files of a project stand: by what its template made, what lies there, and what an update would do.

Files are rows as --json has them. Little is imported here, and more only where a file differs: `status` is to be done
while other commands are still loading.
"""

from __future__ import annotations

from ospo_init.core.blobs import blob_id

TYPE_CHECKING = False  # as typing has it
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ospo_init.core.merging import Fate

    Row = Mapping[str, Any]  # of a lock, without what is empty

# The states of a file, in the order in which they are told: what each means, and whether somebody has to do something.
# The words are those of the text, of --json and of the help.
STATES = {
    "conflict": ("an unresolved conflict stands in it", True),
    "missing": ("mandated, and not there", True),
    "edited": ("mandated, and changed here", True),
    "outdated": ("an update changes it", True),
    "new": ("an update adds it", True),
    "retired": ("not generated any more: an update removes it", True),
    "adapted": ("changed here, which is fine: an update keeps your changes", False),
    "moved": ("at another place here, which is fine: an update follows it", False),
    "deleted": ("not here, which is fine: an update leaves it so", False),
    "kept": ("the project's own: no update touches it", False),
    "seeded": ("written once, and the project's since: no update touches it", False),
    "generated": ("as the template made it", False),
}
# What an update may do with a file, by who owns it.
OWNERS = {
    "mandated": "brings it back when it is deleted, and merges the template's changes; an edit of it is a finding",
    "managed": "merges the template's changes with yours; when you delete it, it stays deleted",
    "seeded": "leaves it alone, for it was written once and is the project's since",
    "kept": "leaves it alone, for it is the project's own",
}
_AHEAD = {"added": "new", "back": "missing", "removed": "retired"}  # of what an update does, the state it means
_AHEAD |= dict.fromkeys(("updated", "merged", "moved", "conflict"), "outdated")
_STAYS = ("conflict", "missing", "edited")  # what lies in the work tree counts more


def standing(path: str, row: Row, at: str, data: bytes | None) -> dict[str, Any]:
    """Return how a file of the lock stands: `at` is where it lies, `data` what it is, None where there is nothing."""
    made = _block(data) if data is not None and row.get("block") else data
    moved = at if at != path and made is not None else ""
    owner = row["ownership"]
    return _row(path, _state(row, moved, made, data), owner, row.get("layer", ""), moved)


def _row(path: str, state: str, owner: str = "managed", layer: str = "", at: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {"path": path, "state": state, "finding": STATES[state][1], "ownership": owner}
    more = {"layer": layer, "at": at}
    return row | {key: value for key, value in more.items() if value}


def _block(data: bytes) -> bytes | None:
    """Return the text of the marked block as locks know it; None where the block is gone."""
    from ospo_init.core.lines import block_in, block_text

    block = block_in(data)
    return None if block is None else block_text(block)


def _state(row: Row, moved: str, made: bytes | None, whole: bytes | None) -> str:
    owner = row["ownership"]
    if owner == "kept":
        return "kept"
    if made is None or whole is None:
        return "missing" if owner == "mandated" else "deleted"
    if owner == "seeded":
        return "seeded"
    if is_same(made, row.get("blob", "")):
        return "moved" if moved else "generated"
    return "conflict" if _marked(whole) else "edited" if owner == "mandated" else "adapted"


def is_same(data: bytes, blob: str) -> bool:
    """Whether `data` is the object `blob`, whatever the line ends are in either."""
    if blob_id(data) == blob:
        return True
    plain = data.replace(b"\r\n", b"\n")
    return (plain != data and blob_id(plain) == blob) or blob_id(plain.replace(b"\n", b"\r\n")) == blob


def _marked(data: bytes) -> bool:
    if b"<<<<<<< " not in data:
        return False
    from ospo_init.core.lines import has_conflict

    return has_conflict(data)


def ahead(rows: Iterable[Any], fates: Iterable[Fate], prefix: str, moved: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the files with what an update would do with them, and those that it would add.

    `moved` says what the template itself has renamed; its paths and those of the fates begin with `prefix`.
    """
    by_name = {fate.name.removeprefix(prefix): fate for fate in fates}
    told = []
    for row in rows:
        fate = by_name.pop(moved.get(prefix + row["path"], prefix + row["path"]).removeprefix(prefix), None)
        told.append(_ahead(row, fate.what) if fate else row)
    fresh = {name: fate.what for name, fate in by_name.items() if fate.what in _AHEAD}
    return told + [_ahead(_row(name, "new"), what) for name, what in fresh.items()]


def _ahead(row: dict[str, Any], what: str) -> dict[str, Any]:
    if what not in _AHEAD or row["state"] == "deleted":
        return row
    state = row["state"] if row["state"] in _STAYS else _AHEAD[what]
    return row | {"state": state, "finding": True, "update": what}


def place(row: Row) -> str:
    """Return where a file lies here."""
    return str(row.get("at") or row["path"])


def in_order(rows: Iterable[Any], unmerged: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the files by path; those that the index holds as in conflict are so, whatever lies in the work tree."""
    open_ = dict.fromkeys(unmerged)
    found = []
    for row in rows:
        found.append(row | {"state": "conflict", "finding": True} if place(row) in open_ else row)
        open_.pop(place(row), None)
    return sorted([*found, *(_row(path, "conflict") for path in open_)], key=lambda row: row["path"])


def counted(rows: Iterable[Any]) -> dict[str, int]:
    """Return how many files stand in each way, in the order of STATES, without those that nothing stands in."""
    states = [row["state"] for row in rows]
    return {word: states.count(word) for word in STATES if word in states}
