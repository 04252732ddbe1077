"""Reading a template repository from which a house is proposed: a folder as it lies, or the newest commit of another.

No link is followed, nothing of the repository is run, and what is not read is listed with the reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ospo_init.core import origin
from ospo_init.core.trees import EXECUTABLE, LINK, MAX_FILES, REGULAR, File
from ospo_init.edges import lying
from ospo_init.edges.git import OFFLINE, Git, GitFailed, stored
from ospo_init.edges.git_files import contents
from ospo_init.edges.target import web_address
from ospo_init.edges.temporary import TemporaryFolder
from ospo_init.errors import UserError

LARGEST = 1024 * 1024  # bytes: what is larger is no text that a project begins with
_TRANSPORTS = ("GIT_ALLOW_PROTOCOL", "https:ssh:file")
_FETCHING = ("fetch.unpackLimit=1", "core.bigFileThreshold=32m", "submodule.recurse=false")
_LARGE, _LINK, _SUBMODULE = "it is larger than 1 MB", "it is a link", "it is a repository of its own (a submodule)"


@dataclass(frozen=True)
class Gathered:
    """A repository's files by path, those that were not read with the reason, its name, and its web address or ''."""

    name: str
    address: str
    files: dict[str, File]
    unread: dict[str, str]


def gather(source: str) -> Gathered:
    """Return what lies in a folder, or in the newest commit (or the tag) of the repository at ADDRESS[@TAG].

    Raises UserError where there is no such folder or repository, or nothing in it.
    """
    address, tag = origin.split_tag(source)
    found = _fetched(address, origin.check_tag(tag)) if origin.is_remote(address) else _folder(source)
    if not found.files and not found.unread:
        raise UserError(f"There are no files in {source}.", "Name the folder or the address of a template repository.")
    if len(found.files) > MAX_FILES:
        raise UserError(f"There are more than {MAX_FILES} files in {source}.", "Name the folder of the template alone.")
    return found


def _folder(source: str) -> Gathered:
    path = Path(source).expanduser()
    try:
        path = path.resolve()
        if not path.is_dir():
            what = "is not a folder" if path.exists() else "is not there"
            raise UserError(
                f"{source} {what}.", "Name a folder, an https:// address, or an ssh address (git@host:path)."
            )
    except (OSError, ValueError, RuntimeError):
        raise UserError(f"{source!r} cannot be used as a folder.", "Name another one.") from None
    git = Git(path, OFFLINE)
    address = web_address(git.ask("config", "--get", "remote.origin.url") or "")
    if git.ask("rev-parse", "--is-bare-repository") == "true":
        return Gathered(path.name.removesuffix(".git"), address, *_committed(stored(path), "HEAD", source))
    try:
        listing = lying.listing(path)
    except GitFailed:
        return Gathered(path.name, "", *_walked(path))
    unread = dict(_submodules(git))
    files = _read(path, ((name, listing.modes[name], listing.sizes[name]) for name in listing.paths), unread)
    return Gathered(path.name, address, files, unread)


def _submodules(git: Git) -> Iterator[tuple[str, str]]:
    for row in git.run("ls-files", "--stage", "-z").split(b"\0"):
        if row.startswith(b"160000 "):
            yield os.fsdecode(row.partition(b"\t")[2]), _SUBMODULE


def _walked(top: Path) -> tuple[dict[str, File], dict[str, str]]:
    """Return what lies in a folder that is in no repository."""
    rows = list[tuple[str, str, int]]()
    for here, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != ".git")
        links = [name for name in folders if Path(here, name).is_symlink()]
        for name in sorted([*names, *links]):
            whole = Path(here, name)
            about = whole.lstat()
            mode = LINK if whole.is_symlink() else EXECUTABLE if about.st_mode & 0o100 else REGULAR
            rows.append((whole.relative_to(top).as_posix(), mode, about.st_size))
        if len(rows) > MAX_FILES:
            break
    unread: dict[str, str] = {}
    return _read(top, rows, unread), unread


def _read(
    top: Path, rows: Iterator[tuple[str, str, int]] | list[tuple[str, str, int]], unread: dict[str, str]
) -> dict[str, File]:
    """Return the files, and note in `unread` those that are not read."""
    files: dict[str, File] = {}
    for path, mode, size in rows:
        data = None if mode == LINK or size > LARGEST else lying.read(top, path, LARGEST)
        if data is None:
            unread[path] = _LINK if mode == LINK else _LARGE if size > LARGEST else "it cannot be read"
        else:
            files[path] = File(data, mode)
    return files


def _fetched(address: str, tag: str) -> Gathered:
    ref = f"refs/tags/{tag}" if tag else "HEAD"
    name = re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git")
    with TemporaryFolder("ospo-init-") as folder:
        git = Git(Path(folder), (_TRANSPORTS, ("GIT_DIR", ".")))
        try:
            known = Git(Path(folder), (_TRANSPORTS,)).text("ls-remote", "--", address, ref)
            if not known:
                raise UserError(
                    f"The repository at {origin.public(address)} has no {tag or 'commit'}.",
                    "Check the address and the tag.",
                )
            algorithm = "sha256" if len(known.partition("\t")[0]) == 64 else "sha1"
            git.run("init", "--quiet", "--bare", "--template=", f"--object-format={algorithm}")
            git.run(
                "fetch",
                "--quiet",
                "--no-tags",
                "--depth=1",
                "--",
                address,
                f"+{ref}:refs/heads/source",
                config=_FETCHING,
            )
        except GitFailed as error:
            said = error.what.replace(address, origin.public(address))
            raise UserError(
                f"The repository at {origin.public(address)} cannot be read: {said}",
                "Check the address and your access to it.",
            ) from None
        return Gathered(name, web_address(address), *_committed(git, "refs/heads/source", address))


def _committed(git: Git, revision: str, source: str) -> tuple[dict[str, File], dict[str, str]]:
    """Return the files of a commit."""
    try:
        printed = git.run("ls-tree", "-r", "-l", "-z", "--full-tree", revision)
    except GitFailed:
        raise UserError(f"There is no commit in {source}.", "Name a repository that has one.") from None
    wanted: dict[str, tuple[str, str]] = {}
    unread: dict[str, str] = {}
    for row in printed.split(b"\0"):
        about, _, raw = row.partition(b"\t")
        if not raw:
            continue
        mode, kind, key, size = about.decode().split()
        path = os.fsdecode(raw)
        if kind != "blob" or mode == LINK:
            unread[path] = _SUBMODULE if kind != "blob" else _LINK
        elif int(size) > LARGEST:
            unread[path] = _LARGE
        else:
            wanted[path] = (EXECUTABLE if mode == EXECUTABLE else REGULAR, key)
    blobs = contents(git, {key for _, key in wanted.values()})
    return {path: File(blobs[key], mode) for path, (mode, key) in wanted.items()}, unread
