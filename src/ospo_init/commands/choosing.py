"""Letting a person choose: among a few, several of a few, or one of a list that is too long to show."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from ospo_init.core.choices import LONG, Option, lookup, short_list
from ospo_init.core.columns import Line
from ospo_init.core.pages import Back, Page
from ospo_init.core.terms import Terms, terms_lines
from ospo_init.core.wizard import Row
from ospo_init.errors import TemplateError

_FEW = 3  # options that cannot be chosen, each with its reason
Notes = Sequence[str | Terms]


class Prompts(Protocol):
    """What asks the person; `ask` returns a text, the place of an option, places of options, or Back."""

    @property
    def columns(self) -> int:
        """How wide the terminal is."""

    def quiet(self) -> AbstractContextManager[None]:
        """While it lasts, keys pressed between two questions do not show."""

    def show(self, lines: Sequence[Line], /) -> None:
        """Write lines that stay."""

    def ask(self, page: Page, /) -> Any:
        """Ask one question."""


def choose(prompts: Prompts, page: Page, row: Row, current: Any, notes: Notes) -> Any:
    """Return the value, the values, or Back; `notes` are read before, and say which options come first."""
    page = _without_most_refused(page)
    offered = page.options
    if all(option.disabled for option in offered):
        raise TemplateError(f"The question {row['key']} offers nothing that can be chosen.", "Tell its owner.")
    left = {str(option.value) for option in offered}
    notes = [note for note in notes if not isinstance(note, Terms) or note.id in left]
    prompts.show(_lines(notes, prompts.columns))
    if row["multiselect"]:
        return _many(prompts, page, current if isinstance(current, list) else [])
    if len(offered) <= LONG:
        return _one(prompts, page, current)
    fits = {note.id: note.fits for note in notes if isinstance(note, Terms)}
    other = Option(None, "another licence (type its SPDX id)" if fits else "another one (type its name)")
    return _one_of_long(prompts, page, (*short_list(offered, fits, [current]), other), current)


def _without_most_refused(page: Page) -> Page:
    """Return the page without the options that cannot be chosen, where they are many; one line tells of them."""
    refused = [option for option in page.options if option.disabled]
    if len(refused) <= _FEW or len(refused) == len(page.options):
        return page
    told = f"{len(refused)} others are not offered here: each {refused[0].disabled.partition(': “')[0]}."
    left = tuple(option for option in page.options if not option.disabled)
    return replace(page, options=left, notes=(*page.notes, ("dim", told)))


def _lines(notes: Notes, columns: int) -> list[Line]:
    """Return the notes as lines, terms as one table."""
    texts: list[Line] = [("", note) for note in notes if isinstance(note, str)]
    table = terms_lines([note for note in notes if isinstance(note, Terms)], min(columns - 1, 140))
    lines = [*texts, *table]
    return [("", ""), *lines] if lines else []


def _one(prompts: Prompts, page: Page, current: Any) -> Any:
    place = prompts.ask(replace(page, kind="one", marked=_places(page.options, [current])))
    return place if isinstance(place, Back) else page.options[place].value


def _many(prompts: Prompts, page: Page, current: Sequence[Any]) -> Any:
    places = prompts.ask(replace(page, kind="many", marked=_places(page.options, current)))
    return places if isinstance(places, Back) else [page.options[place].value for place in places]


def _one_of_long(prompts: Prompts, page: Page, listed: tuple[Option, ...], current: Any) -> Any:
    """Ask for one of `listed`, whose last option stands for all the others, which are typed."""
    short = replace(page, kind="one", options=listed, marked=_places(listed, [current]))
    while True:
        place = prompts.ask(short)
        if isinstance(place, Back):
            return place
        if place < len(listed) - 1:
            return listed[place].value
        value = _typed(prompts, page)
        if not isinstance(value, Back):
            return value


def _typed(prompts: Prompts, page: Page) -> Any:
    about = "Type its id, or a part of its name."
    search = replace(page, kind="line", notes=(("", about),), suggestions=page.options, options=())
    while True:
        typed = prompts.ask(search)
        if isinstance(typed, Back):
            return typed
        value, problem = lookup(typed, page.options)
        if not problem:
            return value
        search = replace(search, text=typed, problem=problem)


def _places(options: Sequence[Option], values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(place for place, option in enumerate(options) if option.value in values)
