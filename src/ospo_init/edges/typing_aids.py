"""What helps while typing at a prompt: suggestions from a long list, and characters that would not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput

from ospo_init.core.choices import Option
from ospo_init.core.columns import printable


class Suggestions(Completer):
    """Offers the options whose id or name holds what was typed."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = options

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield them, those that start with it first."""
        typed = document.text.strip().casefold()
        found = [option for option in self.options if typed in f"{option.label} {option.detail}".casefold()]
        for option in sorted(found, key=lambda option: not option.label.casefold().startswith(typed)):
            yield Completion(
                str(option.value), -len(document.text), display=option.label, display_meta=option.detail
            )


class Visible(Processor):
    """Shows a mark in place of each character that is invisible or turns the direction of the line."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the line with as many characters as it has."""
        return Transformation([(piece[0], _marked(piece[1])) for piece in transformation_input.fragments])


def _marked(text: str) -> str:
    return "".join(character if printable(character) == character else "\N{REPLACEMENT CHARACTER}" for character in text)
