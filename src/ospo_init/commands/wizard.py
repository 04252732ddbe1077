"""The wizard of `ospo-init new`: asks what is not known, lets the person go back, and shows all before the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ospo_init.core import pages, wizard
from ospo_init.core.choices import LONG, Option, lookup, options, short_list
from ospo_init.core.columns import Line
from ospo_init.core.pages import Back, Page
from ospo_init.core.terms import Terms, terms_lines
from ospo_init.core.wizard import REVIEW, Dialogue, Resolve, Row
from ospo_init.edges import plain_prompts
from ospo_init.errors import Interrupted, TemplateError

Notes = Callable[[Row], Sequence[str | Terms]]
_WRITE, _CORRECT, _STOP = 0, 1, 2


class Prompts(Protocol):
    """What asks the person; `ask` returns a text, the place of an option, places, or Back."""

    @property
    def columns(self) -> int:
        """How wide the terminal is."""

    def show(self, lines: Sequence[Line]) -> None:
        """Write lines that stay."""

    def ask(self, page: Page) -> Any:
        """Ask one question."""


def run_wizard(
    resolve: Resolve,
    given: Mapping[str, Any],
    known: Mapping[str, str],
    notes: Notes | None = None,
    prompts: Prompts | None = None,
) -> dict[str, Any]:
    """Return the answers to render with: `given`, and one for every other question that is shown.

    `resolve` works out all answers from the given ones, `known` says where the machine's values were found, and
    `notes` has what is to be read before a question: lines, or the terms of the licences that it recommends.
    Raises Interrupted when the person stops.
    """
    session = _Session(resolve, known, notes or (lambda row: ()), prompts or _open())
    try:
        return session.run(wizard.start(given, resolve))
    except KeyboardInterrupt:
        raise Interrupted from None


def _open() -> Prompts:
    if plain_prompts.is_needed():
        return plain_prompts.PlainPrompts()
    from ospo_init.edges.prompts import ScreenPrompts

    return ScreenPrompts()


@dataclass
class _Session:
    """What stays the same while the dialogue moves on, and the section whose heading was written last."""

    resolve: Resolve
    known: Mapping[str, str]
    notes: Notes
    prompts: Prompts
    section: str | None = None
    noted: set[str] = field(default_factory=set)

    def run(self, dialogue: Dialogue) -> dict[str, Any]:
        """Return the answers, once the person has said that they may be written."""
        while True:
            if dialogue.at == REVIEW:
                rows = self.resolve(dialogue.known)["rows"]
                after = self._review(dialogue, rows)
                if after is None:
                    return wizard.result(dialogue, rows)
                dialogue = after
            else:
                dialogue = self._question(dialogue)

    def _question(self, dialogue: Dialogue, problem: str = "") -> Dialogue:
        """Return the dialogue after one question: answered, or gone back from."""
        key = dialogue.at
        while True:
            rows = self.resolve(dialogue.known)["rows"]
            row = wizard.find(rows, key)
            got, text = self._ask(dialogue, rows, row, problem)
            if isinstance(got, Back):
                drafts = {**dialogue.drafts, key: got.text} if got.text else dialogue.drafts
                return wizard.back(replace(dialogue, drafts=drafts), rows)
            after, problem = wizard.answer(dialogue, got, self.resolve)
            if not problem:
                self._record(after, key)
                return after
            dialogue, problem = replace(dialogue, drafts={**dialogue.drafts, key: text}), pages.told(problem)

    def _ask(self, dialogue: Dialogue, rows: Sequence[Row], row: Row, problem: str) -> tuple[Any, str]:
        """Return the answer, or Back, and the text that was typed for it."""
        reply = self.resolve(wizard.without(dialogue, row["key"]))
        default = wizard.find(reply["rows"], row["key"])
        page = Page(
            pages.heading(dialogue, rows, row),
            str(row["help"] or row["key"]),
            pages.notes(row, default, self.known, reply.get("values", {})),
            problem=problem,
            secret=bool(row["secret"]),
        )
        current = dialogue.known.get(row["key"], default["value"])
        if options(row):
            return self._choose(row, page, current), ""
        text = dialogue.drafts.get(row["key"], pages.as_text(current, row["type"]))
        got = self.prompts.ask(replace(page, kind="lines" if row["multiline"] else "line", text=text))
        return got if isinstance(got, Back) else got.strip(), "" if isinstance(got, Back) else got

    def _choose(self, row: Row, page: Page, current: Any) -> Any:
        offered = options(row)
        if all(option.disabled for option in offered):
            raise TemplateError(f"The question {row['key']} offers nothing that can be chosen.", "Tell its owner.")
        noted = [*self.notes(row)]
        self._show_notes(row, noted)
        if row["multiselect"]:
            places = self._many(replace(page, kind="many", options=offered), current)
            return places if isinstance(places, Back) else [offered[place].value for place in places]
        if len(offered) <= LONG:
            return self._one(replace(page, kind="one", options=offered), current)
        fits = {note.id: f"when {note.fits}" if note.fits else "" for note in noted if isinstance(note, Terms)}
        other = Option(None, "another licence (type its SPDX id)" if fits else "another one (type its name)")
        return self._one_of_long(replace(page, kind="one"), offered, (*short_list(offered, fits, [current]), other), current)

    def _one_of_long(self, page: Page, offered: Sequence[Option], listed: tuple[Option, ...], current: Any) -> Any:
        while True:
            place = self.prompts.ask(replace(page, options=listed, marked=_places(listed, [current])))
            if isinstance(place, Back) or place < len(listed) - 1:
                return place if isinstance(place, Back) else listed[place].value
            value = self._typed(page, offered)
            if not isinstance(value, Back):
                return value

    def _typed(self, page: Page, offered: Sequence[Option]) -> Any:
        search = replace(page, kind="line", notes=("Type its id or a part of its name.",), suggestions=tuple(offered))
        while True:
            typed = self.prompts.ask(search)
            if isinstance(typed, Back):
                return typed
            value, problem = lookup(typed, offered)
            if not problem:
                return value
            search = replace(search, text=typed, problem=problem)

    def _one(self, page: Page, current: Any) -> Any:
        place = self.prompts.ask(replace(page, marked=_places(page.options, [current])))
        return place if isinstance(place, Back) else page.options[place].value

    def _many(self, page: Page, current: Any) -> Any:
        return self.prompts.ask(replace(page, marked=_places(page.options, current if isinstance(current, list) else [])))

    def _review(self, dialogue: Dialogue, rows: Sequence[Row]) -> Dialogue | None:
        """Return where to go on, or None when everything may be written."""
        self.section = None
        self.prompts.show([*pages.review(dialogue, rows, self.prompts.columns), ("", "")])
        choices = (Option(_WRITE, "Write the repository"), Option(_CORRECT, "Correct an answer"), Option(_STOP, "Stop without writing"))
        picked = self.prompts.ask(Page("Review", "Is everything right?", ("Nothing has been written yet.",), "one", options=choices, marked=(0,)))
        if isinstance(picked, Back):
            return wizard.back(dialogue, rows)
        if picked == _STOP:
            raise Interrupted
        if picked == _CORRECT:
            return self._correct(dialogue, rows)
        after = wizard.forward(dialogue, rows)
        return None if after.at == REVIEW else after

    def _correct(self, dialogue: Dialogue, rows: Sequence[Row]) -> Dialogue:
        shown = [row for row in rows if row["shown"]]
        listed = tuple(Option(row["key"], pages.name(row), pages.shown_value(row)) for row in shown)
        place = self.prompts.ask(Page("Review", "Which answer?", kind="one", options=listed))
        return dialogue if isinstance(place, Back) else wizard.correct(dialogue, shown[place]["key"])
