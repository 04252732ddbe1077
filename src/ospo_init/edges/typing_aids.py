"""What helps at a prompt: its keys, suggestions from a long list, and a mark for characters that do not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from ospo_init.core.choices import Option
from ospo_init.core.columns import printable
from ospo_init.core.pages import Back


class Suggestions(Completer):
    """Offers the options whose id or name holds what was typed."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = options

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield them, those that start with it first."""
        typed = document.text.strip().casefold()
        found = [option for option in self.options if typed in f"{option.label} {option.detail}".casefold()]
        for option in sorted(found, key=lambda option: not option.label.casefold().startswith(typed)):
            yield Completion(str(option.value), -len(document.text), display=option.label, display_meta=option.detail)


class Visible(Processor):
    """Shows a mark in place of each character that is invisible or turns the direction of the line."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the line with as many characters as it has."""
        return Transformation([(piece[0], _marked(piece[1])) for piece in transformation_input.fragments])


def _marked(text: str) -> str:
    return "".join(letter if printable(letter) == letter else "\N{REPLACEMENT CHARACTER}" for letter in text)


def keys(typing: bool = False, several: bool = False) -> KeyBindings:
    """Return the keys of every prompt, of those that take text, and of those that take several lines of it."""
    bound = KeyBindings()

    @bound.add("escape")
    def _back(event: KeyPressEvent) -> None:
        event.app.exit(result=Back(event.current_buffer.text if typing else ""))

    @bound.add("c-d")
    def _stop(event: KeyPressEvent) -> None:
        if typing and event.current_buffer.document.text_after_cursor:
            event.current_buffer.delete()
        else:
            event.app.exit(exception=EOFError)

    if several:

        @bound.add("enter")
        def _enter(event: KeyPressEvent) -> None:
            document = event.current_buffer.document
            if document.on_last_line and not document.current_line.strip():
                event.current_buffer.validate_and_handle()
            else:
                event.current_buffer.insert_text("\n")

    return bound
