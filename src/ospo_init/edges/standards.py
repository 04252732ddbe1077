"""The standards that the package carries, each a file of data."""

from __future__ import annotations

import functools

from ospo_init.core.checking import standards
from ospo_init.core.checking.model import Seen
from ospo_init.core.checking.report import Result
from ospo_init.core.checking.standard_data import extended
from ospo_init.core.checking.standards import Standard
from ospo_init.core.checking.tables import Tables
from ospo_init.edges import check_data
from ospo_init.edges.package_data import read

NAMES = ("osps-baseline", "scorecard", "best-practices", "reuse", "community-profile")


@functools.cache
def standard(name: str) -> Standard:
    """Return a standard by its name."""
    return standards.load(read(f"standards/{name}.yml"), check_data.vocabulary())


def tables(standard_: Standard) -> Tables:
    """Return the files that its checks look at: its own, and those of the checklist."""
    return extended(check_data.vocabulary(), standard_.tables).tables


def evaluate(standard_: Standard, seen: Seen) -> tuple[tuple[Result, ...], tuple[tuple[str, str], ...]]:
    """Return its controls with their verdicts, and what its own checker would say in the end."""
    return standards.evaluate(standard_, seen, check_data.vocabulary())
