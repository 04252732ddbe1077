"""Asking a person which files an adoption adds, besides those that claim nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ospo_init.commands.choosing import Prompts
from ospo_init.commands.wizard import open_prompts
from ospo_init.core.choices import Option
from ospo_init.core.columns import Line
from ospo_init.core.pages import Back, Page
from ospo_init.core.verdicts import Verdict


def ask(rows: Sequence[Verdict], prompts: Prompts | None = None) -> list[str]:
    """Return the paths that the person picks; none is picked beforehand, for each needs somebody's agreement."""
    shown = prompts or open_prompts()
    options = tuple(Option(row.path, f"{row.path}: {row.reason}") for row in rows)
    about = (("", "These would change the rules for everybody, or say something about what is there already."),)
    page = Page("Files", "Which of these shall be added too?", about, kind="many", options=options)
    with shown.quiet():
        picked = shown.ask(page)
    return [] if isinstance(picked, Back) else [rows[place].path for place in picked]


def show(rows: Sequence[Line]) -> None:
    """Show lines before the questions."""
    open_prompts().show(rows)
