"""`ospo-init house new`: a house to begin with, explained, or proposed from an existing template repository."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ospo_init.commands.house_new_report import report
from ospo_init.core import origin
from ospo_init.core.house.kinds import SLUG, is_address, is_line
from ospo_init.core.house.proposing import Proposal, propose, slug
from ospo_init.core.house.proposing_model import Decided
from ospo_init.core.house.proposing_text import first_test, house_text
from ospo_init.core.pages import Back, Page
from ospo_init.core.trees import File
from ospo_init.edges import house_sources, house_starting, yamls
from ospo_init.edges.git import require_git
from ospo_init.edges.target import inspect
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

_FIRST = "overlay/docs/releasing.md"
_MARK = "<your-project>"


@dataclass(frozen=True)
class Request:
    """What the caller asked for. `ask` asks the person at the terminal; None where there is nobody to ask."""

    folder: str
    name: str = ""
    source: str = ""
    ask: Callable[[Page], Any] | None = None


def run(request: Request) -> Outcome:
    """Write the house, and say what it holds, what it was decided by and what is open."""
    require_git()
    target = inspect(request.folder, nested=True)
    name = request.name or slug(target.known_name)
    name = _asked(request, "name", name) if not request.name else name
    if not SLUG.fullmatch(name):
        what = f"{name!r} is no name for a house" if request.name else f"{request.folder} gives the house no name"
        raise UserError(f"{what}.", "Give one with --name: lower-case letters, digits and hyphens, as in --name acme")
    house = _with_answers(request, _proposed(request.source, name) if request.source else _plain(name))
    tree = _tree(house, _source(request.source))
    outcome = report(request, house, sorted(tree), _next(request.folder))
    house_starting.start(target, tree)
    return replace(outcome, data={**outcome.data, "path": str(target.path)})


def person() -> Callable[[Page], Any]:
    """Return what asks the person at the terminal."""
    from ospo_init.commands.wizard import open_prompts

    prompts = open_prompts()

    def ask(page: Page) -> Any:
        with prompts.quiet():
            return prompts.ask(page)

    return ask


def _plain(name: str) -> Proposal:
    base = house_starting.newest_base()
    house = {"name": name, "title": name, "extends": base.extends, "placeholders": {_MARK: "project_name"}}
    return Proposal(house, {_FIRST: File(house_starting.starter("releasing.md").encode())})


def _proposed(source: str, name: str) -> Proposal:
    gathered = house_sources.gather(source)
    material, aside = house_starting.material(gathered)
    base = house_starting.instead(house_starting.newest_base(), material.repository)
    return propose(name, material, aside, base, house_starting.tables())


def _with_answers(request: Request, proposal: Proposal) -> Proposal:
    """Return the house with the title and the office that the person names, where there is somebody to ask."""
    before = {"title": str(proposal.house["title"]), "ospo": str(proposal.house.get("contacts", {}).get("ospo", ""))}
    named = {key: _asked(request, key, offered) for key, offered in before.items()}
    house = {**proposal.house, "title": named["title"] or before["title"]}
    if named["ospo"]:
        house["contacts"] = {**house.get("contacts", {}), "ospo": named["ospo"]}
    ways = {"title": ("title",), "ospo": ("contacts", "ospo")}
    said = [Decided(ways[key], named[key], "your answer") for key in ways if named[key] and named[key] != before[key]]
    kept = [row for row in proposal.decided if row.way not in [one.way for one in said]]
    return replace(proposal, house=house, decided=(*said, *kept))


def _source(typed: str) -> str:
    """Return where a house was proposed from, for all to read: an address as it is public, or a folder's name."""
    address, _ = origin.split_tag(typed)
    return (
        origin.public(address) if typed and origin.is_remote(address) else Path(typed).absolute().name if typed else ""
    )


def _tree(proposal: Proposal, source: str) -> dict[str, File]:
    """Return the files of the house."""
    title = str(proposal.house["title"])
    texts = {
        "house.yml": house_text(proposal, house_starting.explained(), source, yamls.dump),
        "README.md": house_starting.starter("README.md").replace("{title}", title),
        "tests/first.yml": first_test(proposal, house_starting.starter("first.yml"), yamls.dump),
    }
    return {**proposal.files, **{path: File(text.encode()) for path, text in texts.items()}}


def _next(folder: str) -> list[str]:
    enter = [] if folder == "." else [f"cd {shlex.quote(folder)}"]
    return [*enter, "ospo-init house lint", "ospo-init house test", "ospo-init house preview"]


def _asked(request: Request, key: str, offered: str) -> str:
    """Return what the person answers; `offered` where nobody is asked, or one goes back."""
    if request.ask is None:
        return offered
    question = _QUESTIONS[key]
    page = Page("House", question.asks, (("", question.about),), text=offered, offered=bool(offered))
    answer = request.ask(page)
    while not isinstance(answer, Back) and answer.strip() and not question.fits(answer.strip()):
        answer = request.ask(replace(page, text=answer, offered=False, problem=question.otherwise))
    return offered if isinstance(answer, Back) else str(answer).strip()


class _Question(NamedTuple):
    """What is asked at the terminal: the question, more about it, what fits, and what is said of anything else."""

    asks: str
    about: str
    fits: Callable[[str], bool]
    otherwise: str


_QUESTIONS = {
    "name": _Question(
        "What is the house called?",
        "Lower-case letters, digits and hyphens. Layers and rules are named after it.",
        lambda typed: bool(SLUG.fullmatch(typed)),
        "That is no name of lower-case letters, digits and hyphens.",
    ),
    "title": _Question(
        "How are people told of it?",
        "Your organisation's name, as it stands in refusals.",
        is_line,
        "That is not one line of text.",
    ),
    "ospo": _Question(
        "At which e-mail or web address is the OSPO asked?",
        "It stands in refusals, for exceptions. It may stay empty.",
        is_address,
        "That is no web address (https://…) and no e-mail address.",
    ),
}
