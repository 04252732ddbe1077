"""Our items as checks of repo-review (its entry points repo_review.checks and repo_review.families).

Names are the items' ids without the hyphen (LEGAL06), families their phases. True is pass, text the reason of a
failure, None what repo-review calls skipped: what waits for a person, or is not about this repository. The history is
not scanned: repo-review looks at files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ospo_init.cli.progress import silent
from ospo_init.core.checklist import PHASES, Item
from ospo_init.edges import check_data
from ospo_init.errors import OspoInitError


class Check:
    """One item, with its result where there is one."""

    requires: frozenset[str] = frozenset()
    url = ""

    def __init__(self, item: Item, found: Any = None) -> None:
        self.family = f"ospo-init-{item.phase}"
        self.__doc__ = item.title
        self._found = found

    def check(self) -> bool | str | None:
        """Say what was found."""
        return self._found  # type: ignore[no-any-return]


def checks(root: Any, list_all: bool) -> dict[str, Check]:
    """Return a check for each item; none for what is not a folder of this machine."""
    items = [row.item for row in check_data.rows()]
    if list_all:
        return {_name(item.id): Check(item) for item in items}
    if not isinstance(root, Path):
        return {}
    found = _results(root)
    return {_name(item.id): Check(item, found.get(item.id)) for item in items}


def families() -> dict[str, dict[str, Any]]:
    """Return the phases of the life cycle, in their order."""
    return {
        f"ospo-init-{phase}": {"name": f"Release life cycle: {phase.replace('-', ' ')}", "order": 10 + number}
        for number, phase in enumerate(PHASES)
    }


def _results(root: Path) -> dict[str, bool | str | None]:
    from ospo_init.commands.check import Request, checked
    from ospo_init.edges import project

    try:
        report = checked(Request(str(root), history=False), project.find(str(root)), silent)
    except OspoInitError as error:
        return {row.item.id: f"{error.what} {error.next}" for row in check_data.rows()[:1]}
    return {row.id: _result(row) for row in report.results}


def _result(row: Any) -> bool | str | None:
    if row.verdict in ("pass", "fail"):
        shown = "; ".join(f"{proof.path}: {proof.what}" if proof.path else proof.what for proof in row.proofs[:5])
        return True if row.verdict == "pass" else f"{shown}. {row.next_step}".replace("`", "'")
    return None


def _name(item: str) -> str:
    return item.replace("-", "")
