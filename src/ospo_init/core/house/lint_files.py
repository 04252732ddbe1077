"""Rules of `house lint` about files: places that cannot be, and files that are wanted and not wanted at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ospo_init.core.house import PATH
from ospo_init.core.house.headers import COMMENTS
from ospo_init.core.house.kinds import is_path
from ospo_init.core.house.lint_answers import contact
from ospo_init.core.house.lint_items import facts
from ospo_init.core.house.looking import Look
from ospo_init.core.house.model import FileRule
from ospo_init.core.house.placing import SUFFIX, Sources
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.rules import says
from ospo_init.core.house.saying import MISSING
from ospo_init.core.trees import check_path
from ospo_init.errors import TemplateError

Found = Iterator[Problem]
# What ospo-init and Copier write themselves, in every project.
_RESERVED = (".copier-answers.yml", ".ospo/lock.yml", ".ospo/house.yml", ".ospo/record.yml")
_FORM = re.compile(r"(^|/)(ISSUE_TEMPLATE|issue_template|issue_templates)/[^/]+$")
_INCLUDE = re.compile(r"\{% include '([^']+)' %\}")
_NAME = re.compile(r"^name:\s*(.+?)\s*$", re.MULTILINE)


def overlay(look: Look) -> Found:
    """Yield what is wrong with the overlay's names: what may not be written, and two files of one name."""
    seen: dict[str, str] = {}
    for name in look.source.overlay:
        path, place = name.removesuffix(SUFFIX), f"overlay/{name}"
        try:
            check_path(path)
        except TemplateError as error:
            yield Problem(place, error.what.rstrip("."), "Rename it.")
        if any(mark in path for mark in '|":<>?*\\{}'):
            yield Problem(
                place, "it holds a character that some file systems refuse, or that Copier reads", "Rename it."
            )
        if path in _RESERVED:
            yield Problem(place, f"{path} is written by ospo-init itself", "Take it out.")
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            yield Problem(place, f"overlay/{seen[folded]} makes the same file", "Take one of them out.")
        seen.setdefault(folded, name)
    yield from _same_name(look)


def _same_name(look: Look) -> Found:
    """Yield issue templates of one name in one folder: a forge shows two that nobody can tell apart."""
    names: dict[tuple[str, str], str] = {}
    for path, text in _forms_below(look):
        if found := _NAME.search(text):
            names[(path.rpartition("/")[0], found[1].strip("'\"").casefold())] = f"{path} of the template below"
    for path, file in look.source.overlay.items():
        found = _NAME.search(file.data.decode("utf-8", "replace")) if _FORM.search(path) else None
        if found:
            name = found[1].strip("'\"")
            key = (path.rpartition("/")[0], name.casefold())
            if key in names:
                yield Problem(f"overlay/{path}", f"it is named {name!r}, as {names[key]} is", "Name one otherwise.")
            names.setdefault(key, path)


def _forms_below(look: Look) -> Iterator[tuple[str, str]]:
    """Yield the issue templates of the template below that this house neither replaces nor leaves out."""
    own = {name.removesuffix(SUFFIX) for name in look.source.overlay}
    rules_ = look.source.house.files
    for path, makes in Sources.of(look.parent.files).by_path.items():
        rule = rules_.get(path, FileRule())
        if _FORM.search(path) and path not in own and not (rule.exclude or rule.forbid):
            text = look.parent.files[makes[0]].data.decode("utf-8", "replace")
            included = _INCLUDE.match(text)  # the base keeps the texts of forms apart
            file = look.parent.files.get(included[1]) if included else None
            yield path, file.data.decode("utf-8", "replace") if file else text


def rules(look: Look) -> Found:
    """Yield what is wrong with `files`."""
    made = Sources.of(look.parent.files).by_path
    own = {name.removesuffix(SUFFIX) for name in look.source.overlay}
    moved: dict[str, str] = {}
    for path, rule in look.source.house.files.items():
        way = ("files", path)
        for name, value in (("", path), ("at", rule.at), ("formerly", rule.formerly)):
            if value and not is_path(value):
                yield look.error((*way, name) if name else way, f"{value!r} is no path", "Write it as docs/NOTICE.md.")
        yield from _contradictions(look, path, rule, path in own)
        needs = [name for name in ("exclude", "at", "block", "sections", "frozen", "ownership") if getattr(rule, name)]
        needs += ["when"] if rule.when is not MISSING else []
        if needs and path not in own and path not in made:
            known = sorted([*made, *own])
            problem = look.unknown(
                way, path, f"file that this house or the one below makes ({', '.join(needs)})", known
            )
            yield (
                problem if not set(needs) <= {"sections"} else Problem(problem.place, problem.what, problem.then, True)
            )
        if rule.at and (rule.at in made or rule.at in own):
            yield look.error((*way, "at"), f"{rule.at} is made already", "Choose another place.")
        if rule.at in moved:
            what = f"{path} and {moved[rule.at]} both go to {rule.at}"
            yield look.error((*way, "at"), what, "Choose another place.")
        moved |= {rule.at: path} if rule.at else {}
        if rule.block and rule.block.text not in look.source.texts:
            yield look.unknown((*way, "block"), rule.block.text, "file of this house", [*look.source.texts])
        if rule.block and not may_comment(path):
            what = f"{path} is in a format in which the marks of a block cannot stand"
            yield look.error((*way, "block"), what, "Ship the whole file in overlay/ instead.")
        for name in ("when", "required", "recommended"):
            yield from facts(look, (*way, name), getattr(rule, name))
        yield from contact(look, (*way, "contact"), rule.contact)
        for item in rule.items:
            if item not in _items(look):
                yield look.unknown((*way, "items"), item, "item of the checklist", _items(look))


def may_comment(path: str) -> bool:
    """Whether the marks of a block are comments in a file of this name."""
    suffix = path.rpartition(".")[2].lower()
    return suffix != "json" and COMMENTS.get(suffix, ("# ",))[0] in ("# ", "<!-- ")


def _contradictions(look: Look, path: str, rule: FileRule, shipped: bool) -> Found:
    way = ("files", path)
    wanted = {
        f"overlay/{path} ships it": shipped,
        "frozen": rule.frozen,
        f"ownership: {rule.ownership}": bool(rule.ownership),
        "required": rule.required not in (MISSING, False),
        "recommended": rule.recommended not in (MISSING, False),
        "block": bool(rule.block),
        "sections": bool(rule.sections),
        "at": bool(rule.at),
    }
    wants = [name for name, on in wanted.items() if on]
    for name in ("forbid", "exclude"):
        if not getattr(rule, name):
            continue
        for other in wants:
            if name == "exclude" and other in ("required", "recommended", "sections"):
                continue  # the project writes it itself
            yield look.error((*way, name), f"{path} has {name}, and is wanted too ({other})", "Take one of them out.")
    if rule.frozen and rule.ownership not in ("", "mandated"):
        what = f"{path} is frozen, and its ownership is {rule.ownership}"
        yield look.error((*way, "ownership"), what, "What is frozen is mandated.")
    if rule.at and shipped:
        what = f"{path} is moved to {rule.at}, and overlay/{path} ships it"
        yield look.error((*way, "at"), what, f"Put it into overlay/{rule.at} instead.")


def below(look: Look) -> Found:
    """Yield where the house would loosen what one below it has frozen, mandated or forbidden: both sides are quoted."""
    own = {name.removesuffix(SUFFIX) for name in look.source.overlay}
    mandated = {path: row for path, row in look.parent.notes["files"].items() if row.get("ownership") == "mandated"}
    mandated.pop(PATH, None)  # ospo-init's own, and told as such
    for title, files in look.below("files"):
        for path, row in files.items():
            if row.get("forbid") and path in own:
                yield Problem(f"overlay/{path}", f"{says(row, title)} {path} must not be there", "Take it out.")
            rule = look.source.house.files.get(path, FileRule())
            loosens = rule.exclude or rule.forbid or rule.at or rule.ownership in ("managed", "seeded")
            if row.get("frozen") and (path in own or loosens):
                place = f"overlay/{path}" if path in own else look.at("files", path)
                what = f"{says(row, title)} {path} is frozen, and this house changes it"
                yield Problem(place, what, "Leave it to the house below.")
                mandated.pop(path, None)
    for path, file in mandated.items():
        rule = look.source.house.files.get(path, FileRule())
        loosens = rule.exclude or rule.forbid or rule.ownership in ("managed", "seeded")
        if file.get("house") and (path in own or loosens):
            place = f"overlay/{path}" if path in own else look.at("files", path)
            what = f"{says(file)} {path} is mandated, and this house {'replaces' if path in own else 'loosens'} it"
            yield Problem(place, what, "A house cannot loosen what one below it demands.")


def _items(look: Look) -> list[str]:
    return [*look.items, *(row.id for row in look.source.house.checklist.add)]


RULES = (overlay, rules, below)
