"""The command that has to be done while the others would still be loading: `status`, without options."""

from __future__ import annotations

from ospo_init.cli import output
from ospo_init.commands import status
from ospo_init.core.drift_report import lines

TYPE_CHECKING = False  # as typing has it; loading that takes time
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int | None:
    """Run `status [REPO] [--json]` and return the exit code; None for anything else, and where it takes more."""
    repos = [word for word in arguments[1:] if word != "--json"]
    if arguments[:1] != ["status"] or len(repos) > 1 or any(not word or word.startswith("-") for word in repos):
        return None
    data = status.short(*repos or ["."])
    return None if data is None else output.write(data, lines(data), "--json" in arguments)
