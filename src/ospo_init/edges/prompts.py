"""The door to questionary: one question at a time, erased when it is answered.

A question is a page of text with a prompt of questionary's below it. Esc goes back at every prompt; Ctrl-C, Ctrl-D and
a terminal that is gone raise Interrupted. For terminals that cannot move the cursor there is `plain_prompts`.
"""

from __future__ import annotations

import errno
import sys
import termios
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import questionary
from prompt_toolkit import print_formatted_text
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Always, Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from ospo_init.core.choices import Option, titles
from ospo_init.core.columns import Line, printable, wrap
from ospo_init.core.pages import Back, Page
from ospo_init.errors import Interrupted

STYLE = Style.from_dict(
    {
        "section": "ansicyan",
        "title": "bold",
        "head": "bold",
        "good": "ansigreen bold",
        "bad": "ansired bold",
        "dim": "dim",
        "qmark": "",
        "question": "noinherit ansicyan bold",
        "answer": "noinherit",
        "pointer": "ansicyan bold",
        "selected": "noreverse",
        "highlighted": "bold",
        "disabled": "dim",
    }
)
_GONE = (errno.EIO, errno.EBADF, errno.ENXIO, errno.ENOTTY)
_LEFT = 3  # the columns that questionary's pointer takes
_HINTS = {
    "line": "Enter takes the line · Ctrl-U empties it · Esc goes back · Ctrl-C stops",
    "offer": "Enter takes the line · typing replaces it · Esc goes back · Ctrl-C stops",
    "lines": "An empty line ends the answer · Esc goes back · Ctrl-C stops",
    "one": "Up and Down choose · Enter takes it · Esc goes back · Ctrl-C stops",
    "many": "Up and Down move · Space marks · Enter takes what is marked · Esc goes back · Ctrl-C stops",
}


class ScreenPrompts:
    """Asks on a terminal that can move its cursor."""

    def __init__(self) -> None:
        self.output: Output = create_output()
        if isinstance(self.output, Vt100_Output):
            self.output.enable_cpr = False  # nothing here needs to know where the cursor is

    @property
    def columns(self) -> int:
        """How wide the terminal is now."""
        return max(20, self.output.get_size().columns)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep the terminal from showing keys that are pressed between two questions; they count for the next."""
        with _stopping():
            before = termios.tcgetattr(sys.stdin.fileno())
        silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
        try:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, silent)
            yield
        finally:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines that stay."""
        with _stopping():
            for line in lines:
                print_formatted_text(_styled([line]), style=STYLE, output=self.output)

    def ask(self, page: Page) -> Any:
        """Return the text, the place of the option or the places of those marked; or Back."""
        question = _BUILDERS[page.kind](page, self)
        application = question.application
        self._frame(application, page)
        application.erase_when_done = True
        application.ttimeoutlen, application.timeoutlen = 0.2, 0.3  # seconds until Esc is no other key's beginning
        with _stopping():
            return question.unsafe_ask()

    def _frame(self, application: Application[Any], page: Page) -> None:
        """Put the page above the prompt and the keys below it; in a low window the page is written once, above."""
        inner = application.layout
        for window in inner.find_all_windows():
            window.wrap_lines = Always()  # for windows that become narrower meanwhile
        above, below = self._above(page), self._below(page)
        if len(above) + len(below) + self._room(page) > self.output.get_size().rows:
            self.show(above)
            parts = [inner.container, _window(lambda: self._below(page))]
        else:
            parts = [_window(lambda: self._above(page)), inner.container, _window(lambda: self._below(page))]
        application.layout = Layout(HSplit(parts), focused_element=inner.current_window)

    def _above(self, page: Page) -> list[Line]:
        gap: list[Line] = [] if page.options else [("", "")]  # questionary leaves a line above a list
        return page.lines(self.columns) + gap

    def _below(self, page: Page) -> list[Line]:
        scrolls = len(page.options) > 1 and self._room(page) + 4 > self.output.get_size().rows
        keys = _HINTS["offer" if page.kind == "line" and page.offered and page.text else page.kind]
        hint = f"The list of {len(page.options)} goes on; {keys}" if scrolls else keys
        return [("", ""), *(("dim", line) for line in wrap(hint, self.columns - 1))]

    def _room(self, page: Page) -> int:
        """Return how many rows the prompt itself wants."""
        if not page.options:
            return 9 if page.suggestions else 1 + len(wrap(page.text, self.columns - _LEFT - 1))
        return 1 + sum(title.count("\n") + 1 for title in titles(page.options, self.columns - _LEFT - 1))


@contextmanager
def _stopping() -> Iterator[None]:
    """Tell Ctrl-C, Ctrl-D and a terminal that is gone as one thing: the person stopped."""
    try:
        yield
    except (KeyboardInterrupt, EOFError):
        raise Interrupted from None
    except (OSError, termios.error) as error:
        if error.args[0] not in _GONE:
            raise
        raise Interrupted from None


def _window(lines: Any) -> Window:
    return Window(FormattedTextControl(lambda: _styled(lines())), dont_extend_height=True, wrap_lines=True)


def _styled(lines: Sequence[Line]) -> FormattedText:
    pieces = [(f"class:{style}" if style else "", text) for style, text in lines]
    return FormattedText([piece for line in pieces for piece in (("", "\n"), line)][1:])


def _line(page: Page, screen: ScreenPrompts) -> questionary.Question:
    kind = questionary.password if page.secret else questionary.text
    keys = merge_key_bindings([_keys(typing=True), *([_typing_over(page.text)] if page.offered and page.text else [])])
    aids: dict[str, Any] = {"input_processors": [_Visible()], "key_bindings": keys}
    if page.suggestions:
        aids |= {"completer": _Suggestions(page.suggestions), "complete_while_typing": True}
    return kind(">", default=page.text, qmark="", style=STYLE, output=screen.output, **aids)


def _lines(page: Page, screen: ScreenPrompts) -> questionary.Question:
    text = f"{page.text}\n" if page.text else ""  # the cursor waits on an empty line: Enter takes what is there
    aids: dict[str, Any] = {"input_processors": [_Visible()], "key_bindings": _keys(typing=True, several=True)}
    return questionary.text(
        ">", default=text, qmark="", instruction="", multiline=True, style=STYLE, output=screen.output, **aids
    )


def _one(page: Page, screen: ScreenPrompts) -> questionary.Question:
    choices = _choices(page, screen.columns)
    first = next((choices[place] for place in page.marked if not choices[place].disabled), None)
    return _with_keys(
        questionary.select("", choices, default=first, qmark="", instruction=" ", style=STYLE, output=screen.output)
    )


def _many(page: Page, screen: ScreenPrompts) -> questionary.Question:
    choices = _choices(page, screen.columns - 2)
    for place in page.marked:
        choices[place].checked = True
    return _with_keys(questionary.checkbox("", choices, qmark="", instruction=" ", style=STYLE, output=screen.output))


_BUILDERS = {"line": _line, "lines": _lines, "one": _one, "many": _many}


def _choices(page: Page, columns: int) -> list[questionary.Choice]:
    indent = "\n" + " " * _LEFT
    labels = [title.replace("\n", indent) for title in titles(page.options, columns - _LEFT - 1)]
    return [
        questionary.Choice(label, value=place, disabled=option.disabled or None)
        for place, (label, option) in enumerate(zip(labels, page.options, strict=True))
    ]


def _with_keys(question: questionary.Question) -> questionary.Question:
    own = question.application.key_bindings or KeyBindings()
    question.application.key_bindings = merge_key_bindings([own, _keys()])
    return question


class _Suggestions(Completer):
    """Offers the options whose id or name holds what was typed."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = options

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield them, those that start with it first."""
        typed = document.text.strip().casefold()
        found = [option for option in self.options if typed in f"{option.label} {option.detail}".casefold()]
        for option in sorted(found, key=lambda option: not option.label.casefold().startswith(typed)):
            yield Completion(str(option.value), -len(document.text), display=option.label, display_meta=option.detail)


class _Visible(Processor):
    """Shows a mark in place of each character that is invisible or turns the direction of the line."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return the line with as many characters as it has."""
        return Transformation([(piece[0], _marked(piece[1])) for piece in transformation_input.fragments])


def _marked(text: str) -> str:
    return "".join(letter if printable(letter) == letter else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _typing_over(offered: str) -> KeyBindings:
    """Return the keys that replace a suggestion when the first thing that is typed or pasted is another one."""
    bound = KeyBindings()
    untouched = True

    @Condition
    def as_offered() -> bool:
        document = get_app().current_buffer.document
        return untouched and document.text == offered and document.is_cursor_at_the_end

    @bound.add("<any>", filter=as_offered)
    @bound.add("<bracketed-paste>", filter=as_offered)
    def _type(event: KeyPressEvent) -> None:
        nonlocal untouched
        untouched = False
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > 1 or (text and text.isprintable()):
            event.current_buffer.reset()
        event.current_buffer.insert_text(text)

    for key in ("left", "right", "home", "end", "backspace", "delete", "c-a", "c-e", "c-u", "c-w", "tab", "up", "down"):

        @bound.add(key, filter=Condition(lambda: untouched), eager=True)
        def _touch(event: KeyPressEvent) -> None:
            nonlocal untouched
            untouched = False
            event.app.key_processor.feed(event.key_sequence[0], first=True)  # once more, for what it means in a line

    return bound


def _keys(typing: bool = False, several: bool = False) -> KeyBindings:
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
