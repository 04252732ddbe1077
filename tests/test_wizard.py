"""The wizard without a terminal: its course, its pages, its texts, and the plain dialogue of poor terminals."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st

import wizard_driver
from ospo_init.box.replies import as_data
from ospo_init.commands import choosing
from ospo_init.commands.license_notes import license_notes
from ospo_init.commands.wizard import run_wizard
from ospo_init.core import pages, wizard
from ospo_init.core.answers import Resolver
from ospo_init.core.bank import parse_bank
from ospo_init.core.choices import Option, lookup, titles
from ospo_init.core.columns import Line, cut, folded, printable, side_by_side, width, wrap
from ospo_init.core.expressions import environment
from ospo_init.core.pages import Back, Page
from ospo_init.core.terms import Terms, terms_lines
from ospo_init.core.trees import File
from ospo_init.core.wizard import Dialogue
from ospo_init.edges import yamls
from ospo_init.edges.plain_prompts import PlainPrompts
from ospo_init.errors import Interrupted, TemplateError

KNOWN = {"project_name": "the folder's name", "maintainer_name": "git config user.name"}
Resolve = Callable[[Mapping[str, Any]], dict[str, Any]]
WRITE, CORRECT, STOP = 0, 1, 2


class Scripted:
    """Prompts that answer from a table of questions; what is not in it takes what is offered.

    A list of replies is used up one by one. Functions get the page.
    """

    columns = 80

    def __init__(self, replies: Mapping[str, Any]) -> None:
        self.replies = {key: list(value) if isinstance(value, list) else [value] for key, value in replies.items()}
        self.pages: list[Page] = []
        self.shown: list[str] = []

    def quiet(self) -> AbstractContextManager[None]:
        return nullcontext()

    def show(self, lines: Iterable[Line]) -> None:
        self.shown += [text for _, text in lines]

    def ask(self, page: Page) -> Any:
        self.pages.append(page)
        left = self.replies.get(page.question)
        if left:
            reply = left.pop(0)
            return reply(page) if callable(reply) else reply
        if page.options:
            return list(page.marked) if page.kind == "many" else page.marked[0]
        return page.text

    @property
    def asked(self) -> list[str]:
        return [page.question for page in self.pages]


def choose(value: Any) -> Callable[[Page], int]:
    return lambda page: [option.value for option in page.options].index(value)


NAME = "What is the project called?"
SLUG = "Its short name, for folders, packages and addresses?"
EMAIL = "At which e-mail address can the maintainer be reached?"
PROFILE = "Who stands behind it?"
LICENSE = "Under which licence?"
INBOUND = "Under which rule do contributions come in?"
CLA_URL = "Where is the contributor agreement?"
END = "Is everything right?"
WHICH = "Which answer?"


@pytest.fixture(scope="module")
def resolve() -> Resolve:
    return wizard_driver.resolver({key: value for key, (value, _) in wizard_driver.MACHINE.items()})


@pytest.fixture(scope="module")
def knows_nothing() -> Resolve:
    return wizard_driver.resolver({})


def run(resolve: Resolve, replies: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Any:
    prompts = Scripted(replies)
    answers = run_wizard(resolve, given or {}, KNOWN, None, prompts)
    return answers, prompts


def page_of(prompts: Scripted, question: str) -> Page:
    return next(page for page in prompts.pages if page.question == question)


def test_taking_every_default_records_what_the_defaults_are(resolve: Resolve, knows_nothing: Resolve) -> None:
    for bank in (resolve, knows_nothing):
        answers, prompts = run(bank, {})
        assert bank(answers)["recorded"] == bank({})["recorded"]
        assert set(answers) == {row["key"] for row in bank({})["rows"] if row["shown"]}
        assert len(prompts.pages) == len(answers) + 1


def test_sections_come_in_the_order_of_the_life_cycle(resolve: Resolve) -> None:
    _, prompts = run(resolve, {})
    named = list(dict.fromkeys(page.title.split(" · ")[0] for page in prompts.pages))
    assert named == ["Project", "Why", "Plan", "Legal", "Governance", "Community", "Infrastructure", "Review"]
    total = len(prompts.pages) - 1
    assert prompts.pages[0].title == f"Project · question 1 of about {total}"
    assert prompts.pages[total - 1].title == f"Infrastructure · question {total} of about {total}"


def test_a_question_says_why_where_and_what_happens_otherwise(resolve: Resolve) -> None:
    _, prompts = run(resolve, {})
    told = [text for _, text in page_of(prompts, NAME).notes]
    assert told[0].startswith("The name is the title")
    assert told[1] == "Appears in README.md, GOVERNANCE.md, SECURITY.md and 2 more files."
    assert told[2] == "Found: Tide Gauge (the folder's name)."
    assert page_of(prompts, NAME).text == "Tide Gauge"
    assert page_of(prompts, LICENSE).notes[-1][1] == "Default: Apache-2.0 (the profile: community)."
    assert page_of(prompts, EMAIL).notes[-1][1] == "For example: ada@example.org. You may leave it empty."


def test_what_was_given_is_not_asked_but_shown(resolve: Resolve) -> None:
    answers, prompts = run(resolve, {}, {"license": "MIT", "inbound": "cla"})
    assert LICENSE not in prompts.asked and INBOUND not in prompts.asked and CLA_URL in prompts.asked
    assert answers["license"] == "MIT"
    reviewed = "\n".join(prompts.shown)
    assert "license               MIT\n                        (given in advance)" in reviewed


def test_a_given_answer_can_be_corrected(resolve: Resolve) -> None:
    replies = {END: [CORRECT, WRITE], WHICH: choose("license"), LICENSE: choose("Apache-2.0")}
    answers, prompts = run(resolve, replies, {"license": "MIT"})
    assert answers["license"] == "Apache-2.0"
    assert page_of(prompts, LICENSE).title == "Legal"


def test_back_keeps_what_was_typed_even_across_a_section(resolve: Resolve) -> None:
    replies = {"Which problem does it solve?": [Back("half a thought"), lambda page: page.text]}
    answers, prompts = run(resolve, replies)
    place = prompts.asked.index("Which problem does it solve?")
    handle = "What is the maintainer's account name on the forge?"
    assert prompts.asked[place + 1 : place + 3] == [handle, "Which problem does it solve?"]
    assert answers["problem"] == "half a thought"


def test_back_from_the_first_question_stays_there(resolve: Resolve) -> None:
    _, prompts = run(resolve, {NAME: [Back(), "Other"]})
    assert prompts.asked[:3] == [NAME, NAME, SLUG]


def test_a_change_re_asks_only_what_it_changed(resolve: Resolve) -> None:
    replies = {
        END: [Back(), WRITE],
        "In which language is it written?": [lambda page: 0, Back()],
        "Which continuous integration shall check every change?": [lambda page: page.marked[0], Back()],
        "On which forge does it live?": [lambda page: page.marked[0], choose("gitlab")],
    }
    answers, prompts = run(resolve, replies)
    after = prompts.asked[prompts.asked.index(END) :]
    ci = "Which continuous integration shall check every change?"
    assert after == [END, "In which language is it written?", ci, "On which forge does it live?", ci, END]
    assert (answers["forge"], answers["ci"], answers["language"]) == ("gitlab", "gitlab", "python")


def test_another_profile_brings_its_defaults_and_keeps_what_was_chosen(resolve: Resolve) -> None:
    replies = {
        "Which support do you offer?": [choose("sustained")],
        END: [CORRECT, WRITE],
        WHICH: choose("profile"),
        PROFILE: [choose("community"), choose("company")],
    }
    answers, prompts = run(resolve, replies)
    again = prompts.asked[prompts.asked.index(END) :]
    assert answers["support_level"] == "sustained" and "Which support do you offer?" not in again
    changed = {row["key"]: row["value"] for row in resolve({"profile": "company"})["rows"]}
    asked_again = len(again) - 4  # but for review, list, profile and review
    before = {row["key"]: row["value"] for row in resolve({})["rows"]}
    differs = [key for key in changed if changed[key] != before[key] and key not in ("profile", "support_level")]
    assert asked_again == len(differs) > 0
    assert all(answers[key] == changed[key] for key in differs)


def test_a_correction_brings_its_consequences_and_takes_them_back(resolve: Resolve) -> None:
    replies = {
        END: [CORRECT, CORRECT, CORRECT, WRITE],
        WHICH: [choose("inbound"), choose("inbound"), choose("inbound")],
        INBOUND: [choose("dco"), choose("cla"), choose("dco"), choose("cla")],
        CLA_URL: ["https://example.org/cla", lambda page: page.text],
    }
    answers, prompts = run(resolve, replies)
    after = prompts.asked[prompts.asked.index(END) :]
    assert after == [END, WHICH, INBOUND, CLA_URL, END, WHICH, INBOUND, END, WHICH, INBOUND, CLA_URL, END]
    assert answers["cla_url"] == "https://example.org/cla"
    without, _ = run(resolve, {**replies, END: [CORRECT, CORRECT, WRITE], INBOUND: replies[INBOUND][:3]})
    assert "cla_url" not in without


def test_writing_asks_first_what_a_correction_left_open(resolve: Resolve) -> None:
    replies = {
        END: [CORRECT, WRITE, WRITE],
        WHICH: choose("inbound"),
        INBOUND: [choose("dco"), choose("cla"), Back()],
        CLA_URL: [Back(), "https://example.org/cla"],
    }
    answers, prompts = run(resolve, replies)
    after = prompts.asked[prompts.asked.index(END) :]
    assert after == [END, WHICH, INBOUND, CLA_URL, INBOUND, END, CLA_URL, END]
    assert answers["cla_url"] == "https://example.org/cla"


def test_back_from_a_correction_is_back_in_the_review(resolve: Resolve) -> None:
    replies = {END: [CORRECT, CORRECT, WRITE], WHICH: [choose("license"), Back()], LICENSE: [choose("MIT"), Back()]}
    answers, prompts = run(resolve, replies)
    assert prompts.asked[-5:] == [WHICH, LICENSE, END, WHICH, END]
    assert answers["license"] == "MIT"


def test_a_wrong_answer_is_told_in_place_with_what_was_typed(resolve: Resolve) -> None:
    answers, prompts = run(resolve, {EMAIL: ["ada at example", "ada@example.org"]})
    first, second = [page for page in prompts.pages if page.question == EMAIL]
    assert not first.problem
    assert second.problem == "This is not an e-mail address; write it as name@example.org."
    assert second.text == "ada at example"
    assert answers["maintainer_email"] == "ada@example.org"


def test_a_number_is_a_number(resolve: Resolve) -> None:
    days = "Within how many days will a report be answered (0 for no promise)?"
    answers, prompts = run(resolve, {days: ["soon", " 14 "]})
    assert "'soon' is not a whole number." in [page.problem for page in prompts.pages]
    assert answers["response_days"] == 14


def test_stopping_in_the_review_is_an_interruption(resolve: Resolve) -> None:
    with pytest.raises(Interrupted):
        run(resolve, {END: STOP})


def test_a_key_pressed_between_questions_is_an_interruption(resolve: Resolve) -> None:
    def interrupted(given: Mapping[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run(interrupted, {})


def test_licences_are_recommended_searched_and_explained(resolve: Resolve) -> None:
    prompts = Scripted(
        {LICENSE: [lambda page: len(page.options) - 1, "Apache3", Back(), len(wizard_driver.TERMS), "zlib"]}
    )
    notes = lambda row: wizard_driver.TERMS if row["key"] == "license" else ()  # noqa: E731
    answers = run_wizard(resolve, {}, KNOWN, notes, prompts)
    assert answers["license"] == "Zlib"
    first, search, again = [page for page in prompts.pages if page.question == LICENSE][:3]
    assert [option.label for option in first.options][:2] == ["Apache-2.0", "MIT"]
    assert first.options[1].detail == "a short text that lets everybody do nearly everything"
    assert first.options[-1].label == "another licence (type its SPDX id)"
    assert len(search.suggestions) == len(wizard_driver.LICENSES)
    assert again.problem == "'Apache3' is not on the list; the nearest is Apache-2.0."
    assert "In general" in prompts.shown


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_person_does_ends_with_every_shown_question_answered(resolve: Resolve, seed: int) -> None:
    dice = random.Random(seed)

    class Restless(Scripted):
        def ask(self, page: Page) -> Any:
            self.pages.append(page)
            if page.question == END and len(self.pages) > 120:
                return WRITE
            if dice.random() < 0.2:
                return Back(dice.choice(["", "x"]))
            if page.options:
                places = [place for place in range(len(page.options)) if not (page.question == END and place == STOP)]
                return dice.choice(places)
            return dice.choice([page.text, "", "x", "https://example.org/a", "ada@example.org", "2026", "7"])

    prompts = Restless({})
    answers = run_wizard(resolve, {"sponsor": "An office"}, KNOWN, None, prompts)
    rows = resolve(answers)["rows"]
    assert not [row["key"] for row in rows if row["problem"]]
    assert {row["key"] for row in rows if row["shown"]} == set(answers)


def test_every_kind_of_question_of_a_foreign_template_can_be_asked() -> None:
    rows = {
        "tests": {"type": "bool", "default": True},
        "parts": {"type": "str", "multiselect": True, "choices": ["a", "b", "c"], "default": ["a"]},
        "limits": {"type": "yaml", "default": {"cpu": 2}},
        "token": {"type": "str", "secret": True, "default": ""},
        "ratio": {"type": "float", "default": 1.5},
        "required": {"type": "str"},
    }
    empty = environment({}, {}, yamls.to_nice_yaml)
    resolver = Resolver(parse_bank(rows, {}), empty, yamls.load)
    replies = {"tests": 1, "parts": [[1, 2]], "limits": "[1, 2]", "required": "yes", "token": "hush"}
    answers, prompts = run(lambda given: as_data(resolver.resolve(given)), replies)
    shown = "\n".join(prompts.shown)
    assert resolver.resolve(answers).values["limits"] == [1, 2]
    assert (answers["tests"], answers["parts"], answers["ratio"]) == (False, ["b", "c"], 1.5)
    assert page_of(prompts, "limits").text == '{"cpu": 2}'
    assert "hush" not in shown and "(hidden)" in shown
    assert prompts.pages[0].title == "Questions · question 1 of about 6"


def test_a_question_without_an_open_choice_is_the_templates_fault() -> None:
    rows = {"x": {"type": "str", "choices": {"A": {"value": "a", "validator": "gone"}}, "default": "a"}}
    resolver = Resolver(parse_bank(rows, {}), environment({}, {}, yamls.to_nice_yaml), yamls.load)
    with pytest.raises(TemplateError, match="x offers nothing"):
        run(lambda given: as_data(resolver.resolve(given)), {})


def test_of_many_refused_choices_one_line_tells_and_terms_are_shown_of_the_others() -> None:
    """A house that allows two of two hundred licences does not fill the screen with the others."""
    refused = "is outside what Example allows (MIT): “Ours.”; for an exception ask ospo@example.org"
    options = (Option("MIT", "MIT"), *(Option(f"L-{n}", f"L-{n}", "", refused) for n in range(5)))
    shown: list[Any] = []

    class Prompts:
        columns = 100

        def show(self, lines: Any) -> None:
            shown.extend(lines)

        def ask(self, page: Page) -> int:
            self.page = page
            return 0

    prompts = Prompts()
    terms = [Terms(name, ("use it",), (), ("a warranty",), "it fits") for name in ("MIT", "L-1")]
    row = {"key": "license", "multiselect": False}
    page = Page("Legal", "Under which licence?", options=options)
    assert choosing.choose(prompts, page, row, "MIT", terms) == "MIT"  # type: ignore[arg-type]
    assert [option.label for option in prompts.page.options] == ["MIT"]
    told = "5 others are not offered here: each is outside what Example allows (MIT)."
    assert prompts.page.notes == (("dim", told),)
    told = " ".join(text for _, text in shown)
    assert "MIT" in told and "L-1" not in told
    few = replace(page, options=options[:3])
    choosing.choose(prompts, few, row, "MIT", [])  # type: ignore[arg-type]
    assert len(prompts.page.options) == 3 and prompts.page.notes == ()


def test_terms_come_from_the_template_and_those_that_fit_come_first() -> None:
    files = {
        "licenses/choices.yml": File(b"- {id: A, label: a, fits: it fits}\n- {id: B, label: b, fits: so}\n- {id: C}\n"),
        "licenses/facts/A.yml": File(b"materials: [software]\npermits: [run it]\nfits: it fits\n"),
        "licenses/facts/B.yml": File(b"materials: [documentation]\nfits: so\n"),
    }
    notes = license_notes(files)
    assert [terms.id for terms in notes({"key": "license", "value": "B"})] == ["B", "A"]
    assert notes({"key": "license", "value": "A"})[0] == Terms("A", ("run it",), (), (), "it fits")
    assert notes({"key": "kind", "value": "A"}) == ()
    assert license_notes({})({"key": "license", "value": "A"}) == []


@pytest.mark.parametrize("columns", [40, 60, 89, 90, 120, 200])
def test_the_table_of_terms_fits(columns: int) -> None:
    lines = [text for _, text in terms_lines(wizard_driver.TERMS, columns)]
    assert max(map(width, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    for terms in wizard_driver.TERMS:
        assert terms.id in text
    assert text.count("commercial") == 1, "what all permit is said once"
    assert ("Permits: everybody may" in text) == (columns >= 90)


def test_a_licence_that_demands_nothing_says_so() -> None:
    rows = [*wizard_driver.TERMS[:3], Terms("CC0-1.0", wizard_driver.ALL, (), ("a warranty",))]
    lines = [text.split() for _, text in terms_lines(rows, 60)]
    assert lines[-2:] == [["CC0-1.0"], ["demands", "nothing"]]
    assert terms_lines([], 60) == []
    assert ["permits", "x"] in [text.split() for _, text in terms_lines([Terms("A", ("x",))], 60)]


@pytest.mark.parametrize(
    "typed, value, problem",
    [
        ("mit", "MIT", ""),
        (" MIT License ", "MIT", ""),
        ("mulan", "MulanPSL-2.0", ""),
        ("Apach-2.0", None, "'Apach-2.0' is not on the list; the nearest is Apache-2.0."),
        ("eupl", None, "'eupl' fits 2 of the list: EUPL-1.1, EUPL-1.2"),
        ("", None, "'' is not on the list; type a part of the name to search."),
        ("\x1b[31m", None, r"'\\x1b[31m' is not on the list; type a part of the name to search."),
        ("Old-1.0", "Old-1.0", "Old-1.0 cannot be chosen: your house says no"),
    ],
)
def test_what_is_typed_is_found(typed: str, value: str | None, problem: str) -> None:
    offered = [Option(spdx, spdx, name) for spdx, name in wizard_driver.LICENSES.items()]
    offered.append(Option("Old-1.0", "Old-1.0", "", "your house says no"))
    assert lookup(typed, offered) == (value, problem)


@pytest.mark.parametrize("columns", [20, 36, 80, 200])
def test_options_fit(columns: int) -> None:
    offered = [Option(1, "Short", "what it means, at some length, so that it has to be broken"), Option(2, "x" * 70)]
    assert all(width(line) <= columns for title in titles(offered, columns) for line in title.split("\n"))


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_pages_and_review_fit(resolve: Resolve, columns: int) -> None:
    class Narrow(Scripted):
        pass

    hostile = "漢字" * 200 + " \N{RIGHT-TO-LEFT OVERRIDE}" + "y" * 300
    prompts = Narrow({"What is it, in one sentence?": hostile})
    prompts.columns = columns
    run_wizard(resolve, {"audience": "People\nof the sea"}, KNOWN, None, prompts)
    shown = [*prompts.shown, *(text for page in prompts.pages for _, text in page.lines(columns))]
    assert max(map(width, shown)) < columns
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in "".join(shown)


@property_of(st.text(), st.integers(1, 30))
def test_no_text_drives_the_terminal_or_leaves_its_column(text: str, columns: int) -> None:
    plain = printable(text)
    columns = max(columns, 2)
    assert all(letter.isprintable() or letter in "\n\u200c\u200d" or letter.isspace() for letter in plain)
    assert "\x1b" not in plain and "\r" not in plain and "\n" not in folded(text)
    assert max(map(width, [*wrap(plain, columns), cut(folded(text), columns)])) <= columns
    assert max(map(width, side_by_side((folded(text), "x"), (columns, 1)))) <= columns + 3
    assert "".join("".join(wrap(plain, columns)).split()) == "".join(plain.split())


def test_names_of_answers_and_sections() -> None:
    assert pages.section_title("legal") == "Legal"
    assert pages.section_title("export control") == "Export control"
    assert pages.told("holds a tab") == "This holds a tab."
    assert pages.told("'x' is not offered; choose a, b") == "'x' is not offered; choose a, b."


def test_a_default_that_is_wrong_is_asked() -> None:
    row = {"key": "x", "shown": True, "problem": "is wrong", "value": "", "section": "", "type": "str"}
    assert wizard.start({"x": ""}, lambda given: {"rows": [row]}).at == "x"
    assert wizard.to_ask(Dialogue({"x": ""}), [row]) == ["x"]


def plain(typed: str, page: Page) -> tuple[Any, str]:
    shown = io.StringIO()
    return PlainPrompts(io.StringIO(typed), shown).ask(page), shown.getvalue()


OPTIONS = (Option("a", "Alpha", "the first"), Option("b", "Beta", "", "not yours"), Option("c", "Gamma"))


@pytest.mark.parametrize(
    "kind, typed, answer",
    [
        ("line", "\n", "as it was"),
        ("line", "new\n", "new"),
        ("line", "-\n", ""),
        ("line", "<\n", Back()),
        ("lines", "\n", "as it was"),
        ("lines", "one\ntwo\n\n", "one\ntwo"),
        ("lines", "-\n", ""),
        ("lines", "<\n", Back()),
        ("one", "\n", 2),
        ("one", "1\n", 0),
        ("one", "2\n9\nx\n\N{SUPERSCRIPT TWO}\nC\n", 2),
        ("one", "<\n", Back()),
        ("many", "\n", [2]),
        ("many", "1 2\n1, 3\n", [0, 2]),
        ("many", "-\n", []),
    ],
)
def test_the_plain_dialogue(kind: str, typed: str, answer: Any) -> None:
    options = OPTIONS if kind in ("one", "many") else ()
    page = Page("Plan", "What now?", kind=kind, text="as it was", options=options, marked=(2,))
    got, shown = plain(typed, page)
    assert got == answer
    assert "What now?" in shown and "\x1b" not in shown
    assert ("   2  Beta (not yours)" in shown) == bool(options)


@pytest.mark.parametrize("kind", ["line", "lines", "one", "many"])
def test_the_plain_dialogue_ends_with_its_input(kind: str) -> None:
    with pytest.raises(Interrupted):
        plain("", Page("", "", kind=kind, options=OPTIONS, marked=(0,)))


def test_the_wizard_loads_questionary_only_when_it_asks() -> None:
    code = "import sys, ospo_init.commands.wizard; sys.exit('questionary' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
