"""`ospo-init status`: how a project stands by its template. It writes nothing, and renders where that may matter."""

from __future__ import annotations

from ospo_init.core.drift_report import exit_code, lines, whole
from ospo_init.edges import at_once, worktree
from ospo_init.errors import UserError

TYPE_CHECKING = False  # as typing has it; loading that takes time
if TYPE_CHECKING:
    from typing import Any

    from ospo_init.outcome import Outcome


def run(repo: str = ".", answers_file: str = "", fetch: bool = False) -> Outcome:
    """Say how the project in `repo` stands; with `fetch` its template is asked for newer versions."""
    from ospo_init.outcome import Outcome

    data = None if answers_file or fetch else short(repo)
    if data is not None:
        return Outcome(data, tuple(lines(data)), exit_code(data))
    from ospo_init.commands import looking

    return looking.run(repo, answers_file, fetch)


def short(repo: str) -> dict[str, Any] | None:
    """Return what --json says of a project in which nobody has to do anything; None where it takes more to tell."""
    try:
        found = at_once.project(repo)
        files = worktree.standings(found[0], found[2]["files"]) if found else []
    except (OSError, UserError):  # the long way says what is wrong
        return None
    if found is None or any(row["finding"] for row in files):
        return None
    folder, stage, lock = found
    template = {"url": lock["template"]["url"], "tag": lock["template"]["tag"], "newest": lock["template"]["tag"]}
    more = {"looked_up": None, "only_by_ospo_init": True, "planned": ""}
    return whole((folder, at_once.ANSWERS), template | more, stage, files)
