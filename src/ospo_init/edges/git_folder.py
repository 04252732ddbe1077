"""Finding git's own folder without starting git: it costs next to nothing, and every command can afford it."""

from __future__ import annotations

from pathlib import Path


def top_of(start: Path) -> Path | None:
    """Return the work tree that `start` lies in, or None."""
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), None)


def git_folder(top: Path) -> Path | None:
    """Return git's own folder of the work tree `top` (of a linked work tree or a submodule too), or None."""
    place = top / ".git"
    if place.is_dir():
        return place
    try:
        named = place.read_text(encoding="utf-8").partition("gitdir:")[2].strip()
    except (OSError, UnicodeDecodeError):
        return None
    return (top / named).resolve() if named else None
