"""Trees of files in memory, and what of a tree may be written to a disk.

Paths are relative, with `/`, in Unicode; contents are bytes; modes are git's.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ospo_init.core.blobs import blob_id
from ospo_init.errors import TemplateError

REGULAR, EXECUTABLE, LINK = "100644", "100755", "120000"
MAX_FILES = 20_000
MAX_BYTES = 256 * 1024 * 1024
MAX_PATH = 400  # bytes, below what every common file system takes once a project folder stands before it

MAX_NAME = 255  # bytes of one name in a path: what common file systems take

_DEVICES = re.compile(r"(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.IGNORECASE)
_IGNORABLE = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")  # HFS+ drops these when it compares names


class File(NamedTuple):
    """One file: its bytes (a link's target, for LINK) and git mode."""

    data: bytes
    mode: str = REGULAR


Tree = Mapping[str, File]


def check_path(path: str) -> str:
    """Return `path` if it may be written inside a project; raise TemplateError where it may not.

    Refused are paths that are absolute, escape, are too long, name `.git` in a form that some file system takes for
    it (any case, NTFS short names and streams, HFS+ ignorable characters), a device of Windows, or a colon, which
    it reads as the end of a drive's or a file's name.
    """
    parts = path.split("/")
    if not path or "\\" in path or "\0" in path or len(path.encode("utf-8", "surrogatepass")) > MAX_PATH:
        raise _refused(path, "is empty, too long or holds a backslash or NUL")
    for part in parts:
        if not part.rstrip(". "):  # to Windows, `.. ` is the folder above
            raise _refused(path, "is absolute or leaves the project")
        plain = unicodedata.normalize("NFKC", _IGNORABLE.sub("", part)).lower().split(":")[0].rstrip(". ")
        if plain == ".git" or re.fullmatch(r"git~[0-9]+", plain):
            raise _refused(path, "would write into git's own folder")
        if _DEVICES.match(part) or any(unicodedata.category(c) in ("Cc", "Cs") for c in part):
            raise _refused(path, "is a device name or holds control characters")
        if ":" in part:
            raise _refused(path, "holds a colon, after which Windows sees a drive's file or a stream of another one")
        if len(part.encode()) > MAX_NAME:
            raise _refused(path, f"has a name of more than {MAX_NAME} bytes")
    return path


def folded(path: str) -> str:
    """Return what two paths share that are one file where a disk knows neither case, nor Unicode's several forms, nor
    dots and spaces at the end of a name."""
    plain = unicodedata.normalize("NFD", _IGNORABLE.sub("", path))
    return "/".join(part.rstrip(". ") for part in unicodedata.normalize("NFD", plain.casefold()).split("/"))


def _refused(path: str, why: str) -> TemplateError:
    shown = path.encode("unicode_escape").decode()[:120]
    return TemplateError(f"The template may not write {shown!r}: it {why}.", "Tell the template's owner.")


def check_tree(tree: Tree) -> Tree:
    """Return `tree` if every path, link and size in it may be written; raise TemplateError where not."""
    if len(tree) > MAX_FILES or sum(len(file.data) for file in tree.values()) > MAX_BYTES:
        raise TemplateError(f"The template makes more than {MAX_FILES} files or {MAX_BYTES} bytes.", "Tell its owner.")
    known: dict[str, str] = {}
    for path, file in tree.items():
        check_path(path)
        twin = known.setdefault(folded(path), path)
        if twin != path:
            raise _refused(path, f"is the same file as {twin!r} on many disks")
        if file.mode == LINK and not _link_stays_inside(path, file.data):
            raise _refused(path, "is a link that leaves the project")
    return tree


def _link_stays_inside(path: str, target: bytes) -> bool:
    """Whether the relative link at `path` ends inside the project and not in git's own folder."""
    parts = path.split("/")[:-1]
    text = target.decode("utf-8", "replace")
    if not text or text.startswith("/") or "\\" in text or ":" in text:
        return False
    for step in text.split("/"):
        if step == "..":
            if not parts:
                return False
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return not any(part.lower() == ".git" for part in parts)


def tree_id(tree: Tree, algorithm: str = "sha1") -> str:
    """Return git's object id of the whole tree, in hexadecimal (algorithm: sha1 or sha256)."""
    top: dict[str, object] = {}
    for path, file in tree.items():
        *folders, name = path.split("/")
        here = top
        for folder in folders:
            here = here.setdefault(folder, {})  # type: ignore[assignment]
        here[name] = file
    return _folder_id(top, algorithm)


def _folder_id(folder: Mapping[str, object], algorithm: str) -> str:
    rows: list[tuple[bytes, bytes]] = []
    for name, item in folder.items():
        raw = name.encode()
        if isinstance(item, File):
            rows.append((raw, item.mode.encode() + b" " + raw + b"\0" + bytes.fromhex(blob_id(item.data, algorithm))))
        else:  # git sorts a folder as if its name ended in a slash
            child = bytes.fromhex(_folder_id(item, algorithm))  # type: ignore[arg-type]
            rows.append((raw + b"/", b"40000 " + raw + b"\0" + child))
    body = b"".join(row for _, row in sorted(rows))
    return hashlib.new(algorithm, b"tree %d\0" % len(body) + body, usedforsecurity=False).hexdigest()


def outline(paths: Iterable[str]) -> list[str]:
    """Return the lines of an indented listing of `paths`, folders first named, in order."""
    lines: list[str] = []
    seen: set[str] = set()
    for path in sorted(paths):
        parts = path.split("/")
        for depth in range(len(parts) - 1):
            folder = "/".join(parts[: depth + 1])
            if folder not in seen:
                seen.add(folder)
                lines.append("  " * depth + parts[depth] + "/")
        lines.append("  " * (len(parts) - 1) + parts[-1])
    return lines
