"""--keep and --take: which generated files are the project's own from now on, and which the template's again."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ospo_init.commands.answering import Settled
from ospo_init.commands.before import Before
from ospo_init.core.kept import following, matcher, path_of, pattern
from ospo_init.core.updating import Keeping
from ospo_init.edges.project import Project
from ospo_init.errors import UserError

if TYPE_CHECKING:
    from ospo_init.commands.update import Request

KEY = "kept"  # the question that holds the list, where the template has it


@dataclass(frozen=True)
class Kept:
    """What is kept, whether the template records it (if not, only the lock does), and what of it is not there."""

    keeping: Keeping
    recorded: bool
    unknown: tuple[str, ...] = ()

    @property
    def now(self) -> tuple[str, ...]:
        """The patterns that are recorded from now on."""
        return self.keeping.now


def keeping_of(request: Request, before: Before, settled: Settled, renamed: Mapping[str, str]) -> Kept:
    """Return what the project keeps, before and from now on; `renamed` is what the template calls otherwise now.

    Where the template has no question for it, or had none, the lock knows.
    """
    recorded = settled.types.get(KEY) == "yaml"
    keep, take = ({path_in(before.place, typed) for typed in typed_ones} for typed_ones in (request.keep, request.take))
    _refuse_demanded(before, keep)
    asked = [str(row) for row in settled.answers.get(KEY) or ()] if recorded else []
    earlier = [str(row) for row in before.earlier.get(KEY) or ()]
    if not recorded or KEY not in before.recorded.answers:
        listed = [pattern(path) for path, row in sorted(before.lock.files.items()) if row.ownership == "kept"]
        asked, earlier = [*asked, *listed], [*earlier, *listed]
    gone = matcher(pattern(path) for path in take)
    now = [row for row in asked if not gone.match(path_of(row))]
    _refuse_not_kept(take, asked, now)
    now = following([*now, *(pattern(path) for path in sorted(keep))], renamed)
    return Kept(Keeping(tuple(earlier), tuple(now)), recorded, _unknown(before, keep))


def _refuse_demanded(before: Before, keep: Collection[str]) -> None:
    """Raise UserError where a file shall be the project's own that its house mandates."""
    wanted = matcher(pattern(path) for path in keep)
    for path, row in before.lock.files.items():
        if row.ownership == "mandated" and row.house and keep and wanted.match(path):
            rule = f": “{row.rule}”" if row.rule else ""
            ask = f"Ask {row.contact}" if row.contact else f"Ask {row.house}"
            raise UserError(
                f"{path} is mandated by {row.house}{rule}, so it cannot be the project's own.",
                f"{ask} for an exception, and record it: ospo-init waive HOUSE-01",
            )


def _unknown(before: Before, keep: Collection[str]) -> tuple[str, ...]:
    """Return what is neither there nor generated yet: to be kept in advance, or a slip."""
    generated = [f"{name}/" for name in before.lock.files]
    there = (path for path in sorted(keep) if os.path.lexists(before.place.folder / path))
    known = {path for path in keep if any(name.startswith(f"{path}/") for name in generated)} | set(there)
    return tuple(path for path in sorted(keep) if path not in known)


def _refuse_not_kept(take: Collection[str], had: Sequence[str], left: Sequence[str]) -> None:
    """Raise UserError where a file to take back is not kept, or is still kept by the patterns that are `left`."""
    for path in sorted(take):
        wider = [row for row in left if matcher([row]).match(path)]
        if wider:
            raise UserError(f"{path} is kept as a part of {wider[0]}.", f"Take that: --take {path_of(wider[0])}")
        if not any(matcher([pattern(path)]).match(path_of(row)) for row in had):
            raise UserError(f"{path} is not kept.", "Name a file or folder that --keep made the project's own.")


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
