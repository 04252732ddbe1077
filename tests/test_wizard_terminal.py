"""The wizard in a real pseudo-terminal: what a person types, and what they then see on the screen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

import wizard_driver

DRIVER = Path(wizard_driver.__file__)
ENTER, ESC, UP, DOWN, CTRL_C, CTRL_D, CTRL_U = "\r", "\x1b", "\x1b[A", "\x1b[B", "\x03", "\x04", "\x15"
SECONDS = 20
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\x1b]")
_HEADING = re.compile(r"question (\d+) of about|^(?=Review$)", re.MULTILINE)
_LAST = ("Ctrl-C stops", ">", "goes back")


class Person:
    """Somebody at a terminal: types, waits until they see what they expect, and knows what came before."""

    def __init__(
        self, folder: Path, columns: int, rows: int, given: dict[str, Any], environment: dict[str, str]
    ) -> None:
        self.result = folder / "result.json"
        (folder / "given.json").write_text(json.dumps(given))
        self.screen = pyte.HistoryScreen(columns, rows, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        self.raw, self.answered = b"", "nothing"
        self.process = pexpect.spawn(
            sys.executable,
            [str(DRIVER), str(self.result), str(folder / "given.json")],
            env={**os.environ, "TERM": "xterm-256color", **environment},
            dimensions=(rows, columns),
            timeout=SECONDS,
        )

    def _read(self) -> bool:
        try:
            data = self.process.read_nonblocking(65536, 0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    @property
    def display(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def sees(self, *texts: str) -> None:
        """Wait until all of the texts, line breaks aside, are on the screen."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            shown = " ".join(self.display.split())
            if all(text in shown for text in texts):
                return
            if not self._read():
                break
        raise AssertionError(f"{texts} is not on the screen:\n{self.display}")

    def types(self, *keys: str) -> None:
        if ENTER in keys or ESC in keys:
            self.answered = self._pages()[-1][0]
        for key in keys:
            self.process.send(key)

    def takes(self, question: str, *keys: str) -> None:
        """Wait for a question; type `keys`, then Enter."""
        self.sees(question)
        self.types(*keys, ENTER)

    def goes_on(self, until: str) -> None:
        """Take every default until a text is in the page that came last."""
        while True:
            page = self._next_page()
            if until in page:
                return
            assert "Is everything right?" not in page, f"{until!r} did not come:\n{self.display}"
            self.types(ENTER)

    def _next_page(self) -> str:
        """Wait until another page than the one answered last has come, and the whole of it; return its text."""
        end = time.monotonic() + SECONDS
        while True:
            heading, page = self._pages()[-1]
            if heading != self.answered and page.endswith(_LAST):
                return page
            assert self._read() and time.monotonic() < end, f"nothing more came:\n{self.display}"

    def _pages(self) -> list[tuple[str, str]]:
        """The pages that have come, each by its number and as text on one line."""
        parts = _HEADING.split(_ESCAPE.sub("", self.raw.decode("utf-8", "replace")))
        numbers = ["nothing", *(number or "review" for number in parts[1::2])]
        return [(number, " ".join(text.split())) for number, text in zip(numbers, parts[::2], strict=True)]

    def ends(self) -> int:
        """Wait for the end, and return the exit code."""
        end = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < end, f"it goes on:\n{self.display}"
        self.process.wait()
        assert self.process.exitstatus is not None, f"killed by signal {self.process.signalstatus}"
        return int(self.process.exitstatus)

    @property
    def answers(self) -> dict[str, Any]:
        return dict(json.loads(self.result.read_text()))


Start = Callable[..., Person]
REVIEW = "Is everything right?"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    people = []

    def begin(columns: int = 80, rows: int = 40, given: dict[str, Any] | None = None, **environment: str) -> Person:
        people.append(Person(tmp_path, columns, rows, given or {}, environment))
        people[-1].sees("question 1 of")
        return people[-1]

    yield begin
    for person in people:
        person.process.close(force=True)


def test_from_the_first_question_to_the_end(start: Start) -> None:
    person = start()
    person.sees("Project · question 1 of about 34", "Found: Tide Gauge (the folder's name).", "> Tide Gauge")
    person.takes("What is the project called?", CTRL_U, "Sea Level")
    person.sees("project name Sea Level", "> sea-level")
    person.takes("Its short name")
    person.takes("in one sentence", "Reads water levels.")
    person.goes_on("Which problem does it solve?")
    person.types("Tides are late.", ENTER, "Nobody knows.", ENTER, ENTER)
    person.sees("problem Tides are late. / Nobody knows.")
    person.goes_on("Under which licence?")
    person.sees("In general", "» Apache-2.0 many use it", "another licence (type its SPDX id)")
    person.types(DOWN, ENTER)
    person.sees("license MIT")
    person.goes_on(REVIEW)
    person.sees("Nothing has been written yet.", "» Write the repository")
    person.types(ENTER)
    assert person.ends() == 0
    answers = person.answers
    assert (answers["project_name"], answers["project_slug"], answers["license"]) == ("Sea Level", "sea-level", "MIT")
    assert answers["problem"] == "Tides are late.\nNobody knows."
    assert answers["maintainer_name"] == "Ada Example" and answers["maintainer_email"] == ""
    assert len(answers) == 34


def test_back_from_text_and_from_a_choice_and_across_a_section(start: Start) -> None:
    person = start()
    person.goes_on("Which problem does it solve?")
    person.types("unfinished", ESC)
    person.sees("Project · question 6 of", "What is the maintainer's account name on the forge?")
    person.takes("account name", "@ada")
    person.sees("> unfinished")
    person.goes_on("What is released?")
    person.types(DOWN, ENTER)
    person.sees("Who stands behind it?")
    person.types(ESC)
    person.sees("What is released?", "» Documentation, text or a specification")
    person.types(UP, ENTER)
    person.sees("Who stands behind it?")
    person.types(ESC)
    person.sees("» Software")
    person.types(ESC)
    person.sees("Which existing projects did you look at")
    person.goes_on(REVIEW)
    person.types(ESC)
    person.sees("In which language is it written?")
    person.takes("In which language is it written?")
    person.takes(REVIEW)
    assert person.ends() == 0
    assert (person.answers["maintainer_handle"], person.answers["kind"]) == ("@ada", "software")
    assert person.answers["problem"] == "unfinished"


def test_a_correction_in_the_review_asks_its_consequences(start: Start) -> None:
    person = start()
    person.goes_on(REVIEW)
    person.types(DOWN, ENTER)
    person.sees("Which answer?", "» project name")
    place = [row["key"] for row in wizard_driver.resolver({})({})["rows"] if row["shown"]].index("inbound")
    person.types(*[DOWN] * place, ENTER)
    person.sees("Under which rule do contributions come in?", "» DCO")
    person.types(DOWN, ENTER)
    person.sees("inbound CLA", "Where is the contributor agreement?", "question 20 of about 35")
    person.takes("Where is the contributor agreement?", "https://example.org/cla")
    person.sees("cla url https://example.org/cla", REVIEW)
    person.types(ENTER)
    assert person.ends() == 0
    assert (person.answers["inbound"], person.answers["cla_url"]) == ("cla", "https://example.org/cla")


def test_what_was_given_is_in_the_review_only(start: Start) -> None:
    person = start(rows=50, given={"license": "GPL-3.0-or-later", "sponsor": "An office"})
    person.goes_on(REVIEW)
    assert b"Under which licence?" not in person.raw
    person.sees("license GPL-3.0-or-later (given in advance)", "sponsor An office (given in advance)")
    person.types(DOWN, DOWN, ENTER)
    assert person.ends() == 130
    assert not person.result.exists()


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize(
    "place", ["What is the project called?", "Which problem does it solve?", "What is released?", REVIEW]
)
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_stopping_leaves_one_line_and_the_terminal_as_it_was(start: Start, key: str, place: str, term: str) -> None:
    person = start(TERM=term)
    before = termios.tcgetattr(person.process.child_fd) if term == "dumb" else None
    person.goes_on(place)
    time.sleep(0.2)  # until the prompt is being read: in a plain dialogue the terminal itself handles the key
    person.types(key)
    assert person.ends() == 130
    after = person.raw.split(b"stops")[-1].decode()
    left = [line.strip() for line in after.splitlines() if line.strip()]
    assert left[-1].endswith("Stopped; nothing was written.")
    assert person.display.rstrip().endswith("Stopped; nothing was written.")
    assert not person.result.exists()
    if before is None:
        assert "\x1b[?2004l" in after and "\x1b[?25l" not in after, "pasting is as it was, and the cursor is there"


def test_ctrl_c_gives_back_a_terminal_that_echoes(tmp_path: Path) -> None:
    shell = pexpect.spawn("/bin/sh", ["-i"], env={**os.environ, "PS1": "$ ", "TERM": "xterm"}, timeout=SECONDS)
    shell.sendline(f"stty -a > {tmp_path}/before; {sys.executable} {DRIVER} {tmp_path}/result")
    shell.expect("question 1 of")
    shell.expect("stops")
    shell.send(CTRL_C)
    shell.expect("Stopped; nothing was written.")
    shell.sendline(f"stty -a > {tmp_path}/after; exit")
    shell.expect(pexpect.EOF)
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()


def test_a_terminal_that_goes_away_is_the_end(start: Start) -> None:
    person = start()
    person.process.close(force=False)
    end = time.monotonic() + SECONDS
    while person.process.isalive() and time.monotonic() < end:
        time.sleep(0.05)
    assert not person.process.isalive() and not person.result.exists()


@pytest.mark.parametrize("columns, rows", [(40, 24), (40, 12), (60, 16), (200, 50)])
def test_narrow_low_and_wide_windows(start: Start, columns: int, rows: int) -> None:
    person = start(columns, rows)
    person.goes_on("Under which licence?" if rows > 12 else "» Apache-2.0")
    person.types(DOWN, DOWN)
    person.sees("» MPL-2.0")
    person.types(ENTER)
    person.goes_on(REVIEW if rows > 12 else "» Write the repository")
    person.types(ENTER)
    assert person.ends() == 0
    assert person.answers["license"] == "MPL-2.0"
    assert "Window too small" not in person.raw.decode()


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_without_colour(start: Start, environment: dict[str, str]) -> None:
    person = start(**environment)
    person.goes_on("What is released?")
    person.types(CTRL_C)
    assert person.ends() == 130
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", person.raw.decode()) for code in found.split(";")}
    assert codes <= {"", "0", "1", "2"}, "nothing but bold and dim"
    if environment.get("TERM") == "dumb":
        assert b"\x1b" not in person.raw


def test_the_plain_dialogue_goes_back_and_chooses_by_number(start: Start) -> None:
    person = start(rows=200, TERM="dumb")
    person.takes("[Tide Gauge] >", "Sea Level")
    person.takes("[sea-level] >", "<")
    person.sees("[Sea Level] >")
    person.types(ENTER)
    person.goes_on("What is released?")
    person.takes("2 Documentation", "2")
    person.sees("kind Documentation, text or a specification")
    person.goes_on("Under which licence?")
    person.sees("[5] >")
    person.types("6", ENTER)
    person.takes("Type its id", "cc0-1.0")
    person.sees("license CC0-1.0")
    person.goes_on(REVIEW)
    person.types(ENTER)
    assert person.ends() == 0
    assert (person.answers["project_name"], person.answers["license"]) == ("Sea Level", "CC0-1.0")


def test_a_licence_is_typed_searched_and_refused_with_the_nearest(start: Start) -> None:
    person = start()
    person.goes_on("Under which licence?")
    person.types(UP)
    person.sees("» another licence")
    person.types(ENTER)
    person.sees("Type its id, or a part of its name.")
    person.types("Apache3", ENTER)
    person.sees("'Apache3' is not on the list; the nearest is Apache-2.0.", "> Apache3")
    person.types(CTRL_U, "european")
    person.sees("EUPL-1.1 European Union Public License 1.1", "EUPL-1.2")
    person.types(DOWN, DOWN)
    person.sees("> EUPL-1.2")
    person.types(ESC)
    person.sees("» Apache-2.0 many use it")
    person.types(UP, ENTER)
    person.sees("Type its id, or a part of its name.")
    person.types("mulan", ENTER)
    person.sees("license MulanPSL-2.0")


def test_an_invalid_address_is_corrected_in_place(start: Start) -> None:
    person = start()
    person.goes_on("At which e-mail address")
    person.types("ada at example.org", ENTER)
    person.sees("This is not an e-mail address; write it as name@example.org.", "> ada at example.org")
    person.types(CTRL_U, "ada@example.org", ENTER)
    person.sees("maintainer email ada@example.org", "What is the maintainer's account name")


HOSTILE = "{{ 7*7 }} ${{ github.token }} $(reboot) `id` '\" # : - [x](y) <b> %s \\n \N{ARABIC LETTER ALEF}\N{OCTOPUS}"


def test_hostile_text_is_kept_to_the_letter(start: Start) -> None:
    person = start(200, 40)
    person.goes_on("in one sentence")
    person.types(HOSTILE, ENTER)
    person.sees("{{ 7*7 }} ${{ github.token }} $(reboot) `id`")
    person.goes_on("Which problem does it solve?")
    person.types(f"\x1b[200~{HOSTILE}\n\n{'long ' * 2000}\x1b[201~", ENTER, ENTER)
    person.goes_on(REVIEW)
    person.types(ENTER)
    assert person.ends() == 0
    assert person.answers["description"] == HOSTILE
    assert person.answers["problem"] == f"{HOSTILE}\n\n{'long ' * 2000}".strip()


def test_control_characters_never_reach_the_terminal(start: Start) -> None:
    person = start(given={"sponsor": "calm\x1b]0;owned\x07\x9b31m\N{RIGHT-TO-LEFT OVERRIDE}", "audience": "a\x9bb"})
    person.goes_on("in one sentence")
    person.types("\x1b[200~red\x1b[31mder\N{RIGHT-TO-LEFT OVERRIDE}\x1b[201~", ENTER)
    person.sees("This holds a control character; remove it (line breaks are fine).")
    person.types(CTRL_U, "back\N{RIGHT-TO-LEFT OVERRIDE}wards", ENTER)
    person.sees(r"description back\u202ewards")
    person.goes_on("Who is it for?")
    person.sees("This holds a control character", "> a")
    raw = person.raw.decode()
    assert "\x1b]0;" not in raw and "\x9b" not in raw and "\N{RIGHT-TO-LEFT OVERRIDE}" not in raw


def test_a_person_is_added_below_those_that_are_there(start: Start) -> None:
    person = start(given={})
    person.goes_on("Who else maintains it?")
    person.types("Ben Example <ben@example.org>", ENTER, ENTER)
    person.sees("Where are vulnerabilities reported")
    person.types(ESC)
    person.sees("Who else maintains it?", "> Ben Example")
    person.types("Cleo Example", ENTER, ENTER)
    person.goes_on(REVIEW)
    person.types(ENTER)
    assert person.ends() == 0
    assert person.answers["maintainers"] == "Ben Example <ben@example.org>\nCleo Example"


def test_the_arrow_keys_are_not_taken_for_going_back(start: Start) -> None:
    person = start()
    person.goes_on("in one sentence")
    person.types("abc", "\x1b[D", "\x1b[D", "X", "\x1b[C", "Y", ENTER)
    person.sees("description aXbYc")


def test_an_input_that_is_at_its_end_is_an_interruption(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, DRIVER, tmp_path / "result"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "TERM": "dumb"},
    )
    assert done.returncode == 130 and not (tmp_path / "result").exists()


def test_typing_replaces_a_suggestion_and_adds_to_what_was_typed(start: Start) -> None:
    person = start()
    person.takes("What is the project called?", "Tide Gauge")
    person.sees("Its short name", "> tide-gauge", "typing replaces it")
    person.types("other")
    person.sees("> other")
    person.types(ENTER)
    person.sees("What is it, in one sentence?")
    person.types(ESC)
    person.sees("> other", "Ctrl-U empties it")
    person.types("-name")
    person.sees("> other-name")


@pytest.mark.parametrize(
    "keys, line",
    [
        (["\x1b[200~Sea Level\x1b[201~"], "> Sea Level"),
        (["\x02", "\x02", "x"], "> Tide Gauxge"),
        (["\x1b[C", "s"], "> Tide Gauges"),
        (["N", "ew"], "> New"),
    ],
    ids=["pasted", "moved", "at the end", "typed"],
)
def test_a_suggestion_is_replaced_whole_or_edited(start: Start, keys: list[str], line: str) -> None:
    person = start()
    person.types(*keys)
    person.sees(f"{line} Enter takes the line")


def test_an_emptied_line_brings_the_suggestion_back(start: Start) -> None:
    person = start()
    person.takes("What is the project called?", "Tide Gauge")
    person.takes("Its short name", "Bad Slug!")
    person.sees("is not a short name", "> Bad Slug!")
    person.types(CTRL_U, ENTER)
    person.sees("Suggested: tide-gauge", "> tide-gauge")
    assert "Bad Slug!" not in "\n".join(person.screen.display)
