"""The wizard of `ospo-init new`: asks what is not known, lets the person go back, and shows all before the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.commands.choosing import Notes, Prompts, choose
from ospo_init.core import pages, wizard
from ospo_init.core.choices import Option, options
from ospo_init.core.columns import Line
from ospo_init.core.pages import Back, Page
from ospo_init.core.wizard import REVIEW, Dialogue, Resolve, Row
from ospo_init.edges import plain_prompts
from ospo_init.errors import Interrupted

_WRITE, _CORRECT, _STOP = range(3)
_END = Page(
    "Review",
    "Is everything right?",
    (("", "Nothing has been written yet."),),
    kind="one",
    options=(
        Option(_WRITE, "Write the repository"),
        Option(_CORRECT, "Correct an answer"),
        Option(_STOP, "Stop without writing"),
    ),
    marked=(_WRITE,),
)


def run_wizard(  # noqa: PLR0913, PLR0917 - what it is led with, each of another kind
    resolve: Resolve,
    given: Mapping[str, Any],
    known: Mapping[str, str],
    notes: Callable[[Row], Notes] | None = None,
    prompts: Prompts | None = None,
    ending: str = "",
) -> dict[str, Any]:
    """Return the answers to render with: `given`, and one to every other question that is shown.

    `resolve` works out all answers from the given ones, `known` says where the machine's values were found, and
    `notes` has what is to be read before a choice: lines, or the terms of the licences that come first. `ending` is
    what the person agrees to at last, where it is not writing the repository.
    Raises Interrupted when the person stops.
    """
    session = _Session(resolve, known, notes or (lambda row: ()), prompts or open_prompts(), _end(ending))
    try:
        with session.prompts.quiet():
            return session.run(wizard.start(given, resolve))
    except KeyboardInterrupt:
        raise Interrupted from None


def _end(ending: str) -> Page:
    """Return the last page, with what the person agrees to in other words if they are given."""
    return replace(_END, options=(Option(_WRITE, ending), *_END.options[1:])) if ending else _END


def open_prompts() -> Prompts:
    """Return what asks at this terminal."""
    if plain_prompts.is_needed():
        return plain_prompts.PlainPrompts()
    from ospo_init.edges.prompts import ScreenPrompts

    return ScreenPrompts()


@dataclass
class _Session:
    """What the dialogue is led with, and what stands on the screen: the last section, and the answers."""

    resolve: Resolve
    known: Mapping[str, str]
    notes: Callable[[Row], Notes]
    prompts: Prompts
    end: Page
    section: str | None = None
    recorded: dict[str, Line] = field(default_factory=dict)

    def run(self, dialogue: Dialogue) -> dict[str, Any]:
        """Return the answers, once the person has said that they may be written."""
        while True:
            if dialogue.at != REVIEW:
                dialogue = self._question(dialogue)
                continue
            rows = self.resolve(dialogue.known)["rows"]
            picked = self._review(dialogue, rows)
            if picked == _WRITE:
                dialogue = wizard.forward(dialogue, rows)
                if dialogue.at == REVIEW:
                    self.prompts.show([("", "")])
                    return wizard.result(dialogue, rows)
            else:
                dialogue = wizard.back(dialogue, rows) if isinstance(picked, Back) else wizard.correct(dialogue, picked)

    def _question(self, dialogue: Dialogue) -> Dialogue:
        """Return the dialogue after one question: answered, or gone back from."""
        key = dialogue.at
        rows = self.resolve(dialogue.known)["rows"]
        row = wizard.find(rows, key)
        problem = pages.told(row["problem"]) if row["problem"] and key in dialogue.known else ""
        while True:
            got = self._ask(dialogue, rows, row, problem)
            if isinstance(got, Back):
                return wizard.back(_with_draft(dialogue, key, got.text), rows)
            after, problem = wizard.answer(dialogue, got, self.resolve)
            if not problem:
                self._record(after, key)
                return after
            dialogue, problem = _with_draft(dialogue, key, got), pages.told(problem)

    def _ask(self, dialogue: Dialogue, rows: Sequence[Row], row: Row, problem: str) -> Any:
        """Return what the person answers, or Back."""
        key = row["key"]
        reply = self.resolve(wizard.without(dialogue, key))
        default = wizard.find(reply["rows"], key)
        page = Page(
            pages.heading(dialogue, rows, row),
            str(row["help"] or key),
            pages.notes(row, default, self.known, reply.get("values", {})),
            problem=problem,
            secret=bool(row["secret"]),
            options=options(row),
        )
        current = dialogue.known.get(key, default["value"])
        if page.options:
            return choose(self.prompts, page, row, current, self.notes(row))
        text = dialogue.drafts.get(key, pages.as_text(current, row["type"]))
        offered = key not in dialogue.known and key not in dialogue.drafts
        kind = "lines" if row["multiline"] else "line"
        got = self.prompts.ask(replace(page, kind=kind, text=text, offered=offered))
        return got if isinstance(got, Back) else got.strip()

    def _record(self, dialogue: Dialogue, key: str) -> None:
        """Write the answer as a line that stays, below the heading of its section; not twice the same."""
        row = wizard.find(self.resolve(dialogue.known)["rows"], key)
        line = pages.record(row, self.prompts.columns)
        if self.recorded.get(key) == line:
            return
        if row["section"] != self.section:
            self.section = row["section"]
            self.prompts.show([("", ""), ("section", pages.section_title(row["section"]))])
        self.recorded[key] = line
        self.prompts.show([line])

    def _review(self, dialogue: Dialogue, rows: Sequence[Row]) -> Any:
        """Return _WRITE, the key of the answer to correct, or Back."""
        self.section = None
        self.prompts.show(pages.review(dialogue, rows, self.prompts.columns))
        while True:
            picked = self.prompts.ask(self.end)
            if picked == _STOP:
                raise Interrupted
            if picked != _CORRECT:
                return picked
            key = self._pick(rows)
            if key:
                return key

    def _pick(self, rows: Sequence[Row]) -> str:
        """Return the key of the answer to correct, or ''."""
        shown = [row for row in rows if row["shown"]]
        listed = tuple(pages.listed(row, self.prompts.columns) for row in shown)
        place = self.prompts.ask(Page("Review", "Which answer?", kind="one", options=listed))
        return "" if isinstance(place, Back) else str(shown[place]["key"])


def _with_draft(dialogue: Dialogue, key: str, text: Any) -> Dialogue:
    """Keep what was typed, so that nobody has to type it twice; an emptied line brings the suggestion back."""
    others = {name: draft for name, draft in dialogue.drafts.items() if name != key}
    return replace(dialogue, drafts=others | ({key: text} if text and isinstance(text, str) else {}))
