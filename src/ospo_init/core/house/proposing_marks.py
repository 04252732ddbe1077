"""Placeholders in the texts of a template repository: where they stand, and which question each most likely means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ospo_init.core.house.proposing_model import Decided, Material, Tables, Undecided, place
from ospo_init.core.inferring.forges import forge_of
from ospo_init.core.scanning import documents
from ospo_init.core.scanning.model import Lines
from ospo_init.core.scanning.placeholders import Placeholders

_WORDS = re.compile(r'was not filled in: "(.*)"', re.DOTALL)
_FORM = re.compile(r"^\.(?:github|gitlab|forgejo|gitea)/.*template", re.IGNORECASE)  # filled in by others, later
# What the scan of a project does not take for a placeholder, and what is one in a template.
_COOKIE = re.compile(r"\{\{[-~]?\s*cookiecutter\.(\w+)\s*[-~]?\}\}")
_YOURS = re.compile(r"(?<![\w<\[{-])(?:YOUR|MY)[-_][A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*(?![\w-])")
_STARRED = re.compile(r"\*\*(\{[A-Za-z][\w .,'/&-]{1,59}\})\*\*")
_BARE = re.compile(r"(?<![\w.{<\[$-])[a-z]+(?:_[a-z]+)+(?![\w(=-]|\.\w)")
_ELEMENT = re.compile(r"<[a-z]+(?:-[a-z]+)*>", re.IGNORECASE)  # may be one of HTML's, if it is closed somewhere
_UNDERSCORED = re.compile(r"(?<![\w_])_([a-z]+)_(?![\w_(])")
_YEARS = re.compile(r"\((?:19|20)xx-\)(?:19|20)xx|(?:19|20)xx ?[-\u2013] ?(?:19|20)xx|(?:19|20)xx", re.IGNORECASE)
_HEADING = re.compile(
    r"^#[ \t]+((?:your |our )?(?:new )?(?:open source )?(?:project|repository|repo)(?: ?(?:title|name))?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FILLING = "insert enter add replace provide specify choose put describe your my our the a an here with"
_FILLERS = frozenset(_FILLING.split())
_BEFORE = r"https?://([\w.-]+)/[\w.~%-]+/"  # an address up to the name of a repository, if the host is a forge
_ORDERING = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b|^[\W_]*insert\b|^[a-z]+(?: [a-z,]+){2}", re.IGNORECASE)
_VERSION = re.compile(r"\bx\.y\.z\b|yyyy-mm-dd", re.IGNORECASE)
_LONGEST = 100  # characters of an address that is one placeholder
_CUT = 60  # characters, after which the scan cuts what it shows
_MOST = 100  # characters of a line that is shown
_SURELY = re.compile(r"[<\[{_A-Z]")  # what no ordinary text holds by chance


@dataclass(frozen=True)
class Mark:
    """One place that was to be filled in: the file, the line from 1, the literal text, and the line it stands in."""

    path: str
    line: int
    text: str
    within: str

    @property
    def place(self) -> str:
        """PATH:LINE."""
        return f"{self.path}:{self.line}"


def words(literal: str) -> str:
    """Return what a placeholder says, for the table: its words in lower case, with hyphens between."""
    bare = _COOKIE.sub(lambda found: found[1], literal)
    parts = [part for part in re.split(r"[^a-z0-9]+", bare.lower()) if part]
    while len(parts) > 1 and parts[0] in _FILLERS:
        parts = parts[1:]
    return "-".join(parts[:-1] if len(parts) > 1 and parts[-1] == "here" else parts)


def marks(material: Material, paths: Iterable[str], tables: Tables) -> list[Mark]:
    """Return the placeholders in the files that are carried over, in order."""
    wanted = set(paths)
    found = (mark for path, text in material.texts() if path in wanted for mark in _in(path, text, tables))
    rows = sorted(set(found), key=lambda mark: (mark.path, mark.line, mark.text))
    by_place: dict[str, list[str]] = {}
    for mark in rows:
        by_place.setdefault(mark.place, []).append(mark.text)
    return [mark for mark in rows if _is_one(mark.text, by_place[mark.place], tables)]


def _is_one(literal: str, others: Sequence[str], tables: Tables) -> bool:
    """Whether a placeholder is told by itself, not by a longer one around it or by those in it."""
    if _answer(literal, tables):
        return True
    return not (_within(literal, others) or _is_told(literal, others, tables))


def _within(literal: str, others: Iterable[str]) -> bool:
    return any(literal in other and literal != other for other in others)


def _is_told(literal: str, others: Iterable[str], tables: Tables) -> bool:
    """Whether the target of a link is told by a placeholder in it."""
    return literal.startswith("](") and any(other in literal and _answer(other, tables) for other in others)


def _in(path: str, text: str, tables: Tables) -> Iterator[Mark]:
    lines = text.split("\n")
    for literal, line in {*_scanned(path, text), *_more(path, text, tables)}:
        yield Mark(path, line, literal, " ".join(lines[line - 1].split())[:_MOST])


def _scanned(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Yield what the scan of a project finds, wherever the document lies."""
    form = documents.form(path) or ("" if _FORM.match(path) else documents.language(path))
    for row in Placeholders(form).find(text):
        if found := _WORDS.fullmatch(row.what):
            yield found[1], row.line


def _more(path: str, text: str, tables: Tables) -> Iterator[tuple[str, int]]:
    lines = Lines(text)
    patterns = [(_COOKIE, 0), (_YOURS, 0), (_YEARS, 0)]
    if documents.language(path) or path.rpartition("/")[2].upper() == "CODEOWNERS":
        patterns += [(_STARRED, 1), (_HEADING, 1)]
        for match in (*_UNDERSCORED.finditer(text), *_BARE.finditer(text), *_ELEMENT.finditer(text)):
            if words(match[0]) in tables.marks and f"</{match[0][1:]}" not in text:
                yield match[0], lines.at(match.start())
    for pattern, group in patterns:
        for match in pattern.finditer(text):
            yield match[group], lines.at(match.start())


def decide(
    found: Sequence[Mark], material: Material, paths: Sequence[str], tables: Tables
) -> Iterator[Decided | Undecided]:
    """Yield what each placeholder stands for, the longer ones first, and those of which it is not clear."""
    wanted = set(paths)
    everything = [(path, text) for path, text in material.texts() if path in wanted]
    grouped: dict[str, list[Mark]] = {}
    for mark in found:
        grouped.setdefault(mark.text, []).append(mark)
    for literal, where in sorted(grouped.items(), key=lambda row: (-len(row[0]), row[0])):
        answer = _answer(literal, tables)
        texts = [(path, text) for path, text in everything if literal in text] if answer else []
        if texts:  # white space may have been folded
            yield from _decided(literal, answer, where, texts)
        else:
            yield from _open(literal, where, tables)


def _answer(literal: str, tables: Tables) -> str:
    """Return the question that a placeholder means, '' where no row says so or its text is cut short or ordinary."""
    if (
        len(literal) >= _CUT
        or _HEADING.fullmatch(f"# {literal}")
        or not (_SURELY.search(literal) or _YEARS.fullmatch(literal))
    ):
        return ""
    return "first_year" if _YEARS.fullmatch(literal) else tables.marks.get(words(literal), "")


def _decided(
    literal: str, answer: str, where: Sequence[Mark], texts: Sequence[tuple[str, str]]
) -> Iterator[Decided | Undecided]:
    """Yield the placeholder with its answer; in addresses of a repository, the address with the repository's."""
    whole = re.compile(_BEFORE + re.escape(literal))
    inside = re.compile(r"[\w.-]+/" + re.escape(literal))
    addresses: dict[str, list[str]] = {}
    loose: dict[str, list[str]] = {}
    stands = list[str]()
    if answer in ("project_name", "project_slug"):
        for path, text in texts:
            known = set[int]()
            for match in (found for found in whole.finditer(text) if forge_of(found[1]) and len(found[0]) <= _LONGEST):
                addresses.setdefault(match[0], []).append(place(path, text, match.start()))
                known.add(match.end())
            for match in inside.finditer(text):
                if match.end() not in known:
                    loose.setdefault(match[0], []).append(place(path, text, match.start()))
            stands += [path for match in re.finditer(re.escape(literal), text) if not _in_path(text, match.start())]
    for address, places in addresses.items():
        yield Decided(("placeholders", address), "repo", f"the repository's address, {_shown(places)}")
    if loose and not stands and answer == "project_name":
        answer = "project_slug"
    if answer not in ("project_name", "project_slug") or stands or loose:
        yield Decided(("placeholders", literal), answer, _shown([mark.place for mark in where]))
    for words_, places in loose.items():
        if answer == "project_name":
            then = "The project's name is put there; in an address its short name (project_slug) may be meant."
            yield Undecided("placeholders", words_, tuple(places), then)


def _in_path(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] == "/"


def _open(literal: str, where: Sequence[Mark], tables: Tables) -> Iterator[Undecided]:
    """Yield it with all its places; an order is shown with its line, for it says what is to be done there."""
    hint = tables.hints.get(words(literal), "")
    if _HEADING.fullmatch(f"# {literal}"):
        hint = "If the project's name is meant, write a placeholder there."
    if _VERSION.search(literal):
        hint = "A new project has no version. Take it out, or leave the file to the base."
    if not hint and _ORDERING.search(literal):
        lines: dict[str, list[str]] = {}
        for mark in where:
            lines.setdefault(mark.within, []).append(mark.place)
        for line, places in lines.items():
            then = "Write what is true of every project, or take it out."
            yield Undecided("placeholders", line, tuple(places), then)
        return
    then = hint or "Name its question in `placeholders`, or write what is meant."
    yield Undecided("placeholders", literal, tuple(mark.place for mark in where), then)


def elsewhere(
    decided: Mapping[str, str], found: Sequence[Mark], material: Material, paths: Sequence[str]
) -> Iterator[Undecided]:
    """Yield where a placeholder's text stands in other files than documents: it is replaced there all the same."""
    known = {(mark.path, mark.line) for mark in found}
    wanted = {path for path in paths if not (documents.form(path) or documents.language(path))}
    for literal in decided:
        if "://" in literal or literal.isupper() or re.search("your|cookiecutter", literal, re.IGNORECASE):
            continue
        places = [
            f"{path}:{number}"
            for path, text in material.texts()
            if path in wanted and literal in text
            for number, line in enumerate(text.split("\n"), 1)
            if literal in line and (path, number) not in known
        ]
        if places:
            yield Undecided(
                "placeholders",
                literal,
                tuple(places),
                "It is replaced there too; if that is wrong, change one of them.",
            )


def _shown(places: Sequence[str]) -> str:
    shown = list(dict.fromkeys(places))
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
