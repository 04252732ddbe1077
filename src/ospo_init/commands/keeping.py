"""--keep and --take: which generated files are the project's own from now on, and which the template's again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ospo_init.commands.answering import Settled
from ospo_init.commands.before import Before
from ospo_init.core.kept import following, matcher, pattern
from ospo_init.core.updating import Keeping
from ospo_init.edges.box import Box
from ospo_init.edges.project import Project
from ospo_init.errors import UserError

if TYPE_CHECKING:
    from ospo_init.commands.update import Request

KEY = "kept"  # the question that holds the list, where the template has it


@dataclass(frozen=True)
class Kept:
    """What is kept, and whether the template records it; if not, only the lock does."""

    keeping: Keeping
    recorded: bool

    @property
    def now(self) -> tuple[str, ...]:
        """The patterns that are recorded from now on."""
        return self.keeping.now


def keeping_of(request: Request, before: Before, settled: Settled, box: Box, machine: Mapping[str, Any]) -> Kept:
    """Return what the project keeps, before and from now on."""
    rows = box.resolve(settled.answers, machine)["rows"]
    keep, take = ({path_in(before.place, typed) for typed in typed_ones} for typed_ones in (request.keep, request.take))
    if not any(row["key"] == KEY and row["type"] == "yaml" for row in rows):
        gone = matcher(pattern(path) for path in take)
        listed = {path for path, row in before.lock.files.items() if row.ownership == "kept" and not gone.match(path)}
        return Kept(Keeping(listed=frozenset(listed | keep)), False)
    taken = {pattern(path) for path in take}
    asked = [str(row) for row in settled.answers.get(KEY) or ()]
    now = [row for row in asked if row.removesuffix("**").rstrip("/") not in taken]
    now = following([*now, *(pattern(path) for path in sorted(keep))], box.renamed)
    return Kept(Keeping(tuple(str(row) for row in before.earlier.get(KEY) or ()), tuple(now)), True)


def path_in(place: Project, typed: str) -> str:
    """Return the path in the project that the person means: from where they stand, else from the project's folder."""
    here = Path.cwd() / typed
    for path in (here, place.folder / typed) if here.exists() else (place.folder / typed, here):
        try:
            found = (path.parent.resolve() / path.name).relative_to(place.folder).as_posix()
        except ValueError:
            continue
        if found != ".":
            return found
    raise UserError(f"{typed} is not a file of the project.", f"Name one below {place.folder}.")
