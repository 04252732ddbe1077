"""Where a new repository shall stand: what is there already, and what the surroundings tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ospo_init.edges.moves import undo
from ospo_init.edges.staging import is_staging, recover
from ospo_init.errors import UserError


@dataclass(frozen=True)
class Target:
    """A place for a new repository, and how the caller named it.

    `clone` says that it is a repository already, cloned empty from a forge. `remote` is the web address of its origin,
    or empty; `branch` the branch that its first commit will be on.
    """

    path: Path
    typed: str
    exists: bool = False
    clone: bool = False
    remote: str = ""
    branch: str = ""

    @property
    def known_name(self) -> str:
        """The project's name as far as the place tells it: the remote's last part, else the folder's."""
        return self.remote.rstrip("/").rsplit("/", 1)[-1] or self.path.name


def inspect(folder: str, nested: bool) -> Target:
    """Return the target that `folder` names; raise UserError where no new repository may be made.

    What a killed run has left there is undone and removed before anything is judged.
    """
    if not folder.strip():
        raise UserError("The folder's name is empty.", "Name a new folder, or . for this one.")
    path = Path(folder).expanduser()
    try:
        path = path.resolve()
        if path.exists() and not path.is_dir():
            raise UserError(f"{folder} is a file.", "Name a folder that does not exist yet, or an empty one.")
        for place in (path, path.parent):  # a new folder is staged beside its place, and others in it
            recover(place, undo)
        held = sorted(item.name for item in path.iterdir()) if path.is_dir() else []
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"{folder!r} cannot be used as a folder: {_reason(error)}.", "Name another one.") from None
    if at_work := [name for name in held if is_staging(path / name)]:
        raise UserError(
            f"Another ospo-init is at work in {folder}.",
            f"Let it finish. If there is none, remove {path / at_work[0]}.",
        )
    if held and held != [".git"]:
        shown = ", ".join(held[:3]) + (f" and {len(held) - 3} more" if len(held) > 3 else "")
        raise UserError(f"{folder} is not empty: it holds {shown}.", "Name a new folder, or an empty one.")
    if path.parent.exists() and not path.parent.is_dir():
        raise UserError(f"{path.parent} is not a folder.", "Name another place.")
    if not path.exists() and not path.parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist.", f"Make it first: mkdir -p {path.parent}")
    outer = next((parent for parent in path.parents if (parent / ".git").exists()), None)
    if outer and not nested and held != [".git"]:
        raise UserError(
            f"{folder} would lie inside another git repository, {outer}.",
            "Choose another place, or add --nested if that is what you want.",
        )
    return _clone(path, folder) if held == [".git"] else Target(path, folder, exists=path.exists())


def _clone(path: Path, typed: str) -> Target:
    """Return the target for a repository that was just cloned, empty, from a forge."""
    import git  # GitPython: its objects read a repository's configuration without starting a process

    try:
        with git.Repo(path) as repository:
            if repository.refs or repository.bare:
                raise UserError(f"{path} is a repository with a history.", "A new one needs an empty repository.")
            branch = repository.head.ref.path.removeprefix("refs/heads/")
            urls = [remote.url for remote in repository.remotes if remote.name == "origin"]
    except (git.GitError, ValueError, OSError) as error:
        raise UserError(f"The repository in {path} cannot be read: {error}.", "Clone it again.") from None
    return Target(path, typed, exists=True, clone=True, remote=web_address(urls[0]) if urls else "", branch=branch)


def web_address(remote: str) -> str:
    """Return the https address of a git remote, without account, port of ssh and `.git`; '' where it has none."""
    found = re.fullmatch(r"(?:ssh://)?(?:[^@/]+@)([A-Za-z0-9.-]+)(?::\d+)?[:/](?!/)(.+?)(?:\.git)?/?", remote)
    if not found:
        found = re.fullmatch(r"https?://(?:[^@/]+@)?([A-Za-z0-9.-]+(?::\d+)?)/(.+?)(?:\.git)?/?", remote)
    return f"https://{found[1]}/{found[2].lstrip('/')}" if found else ""


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
