"""What this machine knows about a project to be: git's configuration, the folder, the remote, the day."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from ospo_init.edges import git
from ospo_init.edges.target import Target

_WANTED = r"^(user\.(name|email)|init\.defaultbranch)$"


@dataclass(frozen=True)
class Facts:
    """Defaults by question key, where each was found, and who git says is committing (both may be empty)."""

    values: dict[str, str]
    found: dict[str, str]
    git_name: str = ""
    git_email: str = ""


def gather(target: Target) -> Facts:
    """Return what is known before anything is asked. Nothing is guessed: what is not known is not in it."""
    where = target.path if target.clone else _nearest_folder(target.path)
    settings = git.settings(where, _WANTED)
    name = os.environ.get("GIT_AUTHOR_NAME") or settings.get("user.name", "")
    email = os.environ.get("GIT_AUTHOR_EMAIL") or settings.get("user.email", "")
    branch = target.branch or settings.get("init.defaultbranch", "")
    rows = {
        "project_name": (target.known_name, "the remote's name" if target.remote else "the folder's name"),
        "maintainer_name": (name, "git config user.name"),
        "maintainer_email": (email, "git config user.email"),
        "created_on": (datetime.date.today().isoformat(), "today's date"),
        "default_branch": (branch, "the clone's branch" if target.branch else "git config init.defaultBranch"),
        "repository_url": (target.remote, "the remote origin"),
    }
    known = {key: row for key, row in rows.items() if row[0]}
    values = {key: value for key, (value, _) in known.items()}
    return Facts(values, {key: found for key, (_, found) in known.items()}, name, email)


def _nearest_folder(path: Path) -> Path:
    return next(parent for parent in [path, *path.parents] if parent.is_dir())
