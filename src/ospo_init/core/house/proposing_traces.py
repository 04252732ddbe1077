"""What in a template repository speaks of the template itself: instructions, its own address, its own people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ospo_init.core.house.proposing_files import owners
from ospo_init.core.house.proposing_model import Decided, Material, Undecided
from ospo_init.core.inferring.texts import clean, emails, sections
from ospo_init.core.scanning import documents

# Orders to whoever copies the template by hand.
_WHAT = r"above|below|instructions?|this (?:section|file|template|line|comment)|placeholders?"
_ORDERS = re.compile(
    rf"\b(?:remove|delete|replace)\b[^.\n]{{0,40}}\b(?:{_WHAT})\b"
    r"|\b(?:use|using|copy|clone) (?:this|these) (?:templates?|files)\b|\bcopy (?:the|all) (?:template )?files\b"
    r"|\btemplate below\b|\bfrom this template\b|\bthis (?:repo(?:sitory)?|project) (?:is|contains) a template\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"(?:.*/)?(?:CODEOWNERS|MAINTAINERS|AUTHORS|CONTRIBUTORS)(?:\.(?:md|txt|rst))?", re.IGNORECASE)
_KIND = frozenset(["template", "templates", "boilerplate", "blueprint"])
_GENERAL = _KIND | frozenset(
    ["a", "an", "the", "open", "source", "project", "projects", "repository", "repo", "default"]
)
_GENERAL |= frozenset(["new", "starter", "readme", "standard", "instructions", "github"])
_FORM = re.compile(r"\.(?:github|gitlab|forgejo|gitea)/.*template", re.IGNORECASE)  # it orders those who fill it in
_GIANT = 2000  # characters of a line that nobody wrote by hand
_MOST = 100  # characters of a line that is shown


def traces(material: Material, paths: Sequence[str]) -> Iterator[Undecided]:
    """Yield each of these in the files that are carried over."""
    wanted, itself = set(paths), _itself(material)
    pointing = list[str]()
    for path, text in material.texts():
        if path not in wanted:
            continue
        is_prose = bool(documents.language(path)) and not _FORM.match(path)
        for number, line in enumerate(text.split("\n"), 1):
            if is_prose and len(line) < _GIANT and _ORDERS.search(line):
                then = "It speaks to who copies the template, which nobody does now. Take it out."
                yield Undecided("files", _shown(line), (f"{path}:{number}",), then)
            if itself and itself.search(line):
                pointing.append(f"{path}:{number}")
        if _PEOPLE.fullmatch(path) and (named := [*dict.fromkeys([*owners(text), *emails(text)])]):
            then = "These would stand in every project. Leave the file to the base, or name a team of the house."
            yield Undecided("files", f"{path} names {', '.join(named[:5])}", (path,), then)
    if pointing:
        then = "Badges and links there show the template, not the project."
        yield Undecided("files", "the template's own address", tuple(pointing), then)


def _itself(material: Material) -> re.Pattern[str] | None:
    """Return what an address of the template itself looks like: OWNER/NAME, or of an unknown owner in an address."""
    if material.address:
        owner = "/".join(material.address.split("/")[3:])
        return re.compile(rf"(?<![\w-]){re.escape(owner)}(?![\w-])", re.IGNORECASE) if owner else None
    if len(material.name) < 4:
        return None
    return re.compile(rf"(?:https?://|git@)[\w.-]+[/:][^\s()<>]*/{re.escape(material.name)}(?![\w-])", re.IGNORECASE)


def several(material: Material) -> Iterator[Undecided]:
    """Yield that the repository holds several templates, each in a folder of its own, where it looks so."""
    folders: dict[str, set[str]] = {}
    for path in material.files:
        folder, _, name = path.rpartition("/")
        stem = name.lower().partition(".")[0]
        if folder and stem in ("readme", "license", "cookiecutter", "copier"):
            folders.setdefault(folder, set()).add(stem)
    found = sorted(folder for folder, stems in folders.items() if len(stems) > 1)
    if len(found) > 1:
        then = "It may hold several templates. For a house of one of them: --from with that folder."
        yield Undecided(
            "files", f"{len(found)} folders with a README and a licence of their own", tuple(found[:8]), then
        )


def title(material: Material, paths: Sequence[str]) -> Iterator[Decided]:
    """Yield the house's title where the README's first heading says whose template it is: "ACME Project Template"."""
    texts = dict(material.texts())
    for path in paths:
        if path.lower().partition(".")[0] == "readme" and path in texts:
            heading = next((row.heading for row in sections(clean(texts[path])) if row.heading), "")
            said = heading.split()
            while said and said[-1].lower().strip(":-") in _GENERAL:
                said.pop()
            whose = " ".join(said)
            if whose != heading and set(heading.lower().split()) & _KIND and re.fullmatch(r"[\w .,&'-]{2,40}", whose):
                yield Decided(("title",), whose, f"{path}: its first heading is {heading!r}")
            return


def _shown(line: str) -> str:
    shown = " ".join(line.split())
    return shown if len(shown) <= _MOST else shown[: _MOST - 1] + "…"
