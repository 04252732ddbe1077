"""What was left to be filled in: the marks that templates of all kinds put where a project should say something.

Only words that stand for a project's own facts count (its name, people, addresses, dates), or an order to put some in.
Anything else in brackets may be meant as it is: links, generics, tags of HTML, boxes to tick, options of a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ospo_init.core.scanning import documents, markdown
from ospo_init.core.scanning.model import Lines, Row, digest

_ORDERING = "insert your enter replace specify provide describe choose"
_ORDERS = frozenset(_ORDERING.split())
_OWN_FACTS = (
    "project projectname project-name project-title project-url project-description project-repo project-slug "
    "name year years yyyy 20xx date dates email e-mail email-address mail contact contact-method contact-email "
    "contact-name security-email author authors author-name author-email owner owner-name copyright-holder "
    "copyright-owner copyright-holders name-of-copyright-owner copyright-year holder fullname full-name "
    "first-name last-name company company-name organization organisation organization-name organisation-name "
    "org org-name institution team-name repo repository repo-name repository-name repo-url repository-url "
    "github-repo url link username user-name github-username github-user github-org handle phone phone-number "
    "title description short-description one-line-description version license-name licence-name product "
    "product-name package-name app-name maintainer maintainer-name maintainers tbd to-be-determined "
    "placeholder xx xxx month day reserved-font-name name-of-author program-name link-to-docs "
    "documentation-url support-email support-url website website-url domain"
)
_FACTS = frozenset(_OWN_FACTS.split())
# What stands in single brackets for other reasons too: notes, kinds of change, optional words.
_NOT_ALWAYS = "name link url version date title description day month owner author authors org xx domain"
_COMMON = frozenset(_NOT_ALWAYS.split())
_OF_PYTHON = "name version author email title license description url copyright date doc"
_DUNDERS = frozenset(_OF_PYTHON.split())
_INNER = r"[A-Za-z][\w .,'/&-]{0,59}"
_ANGLE = re.compile(rf"(?<![\w<\\`&./])<({_INNER})>(?!>|[./][\w*])")
_SQUARE = re.compile(rf"(?<![\w\]!\\\[])\[({_INNER})\](?![(\[:\]])")
_CURLY = re.compile(rf"(?<![\w$#{{\\])\{{({_INNER})\}}(?!\}})")
_DOUBLE = re.compile(r"(?<![$\\{])\{\{[-~]? ?([A-Za-z_][\w.| -]{0,59}?) ?[-~]?\}\}")
_DUNDER = re.compile(r"(?<![\w`])__([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)__(?!\w)")
_EMPHASIS = re.compile(
    r"(?<![\w*_])(?:_(project[_-]?name)_|\*(project[_-]?name)\*|[*_](Insert [^*_\n]{2,80})[*_])(?![\w*_])", re.I
)
_ORDER = re.compile(r"\bINSERT_[A-Z][A-Z0-9_]*\b")
_TODO = re.compile(
    r"(?<![\w#/.-])(?<!^## )(?<!^# )(?<!^### )(?:TODO|FIXME|XXX|TBD)"
    r"(?:(?=[:(\]!])(?!\][(\[])(?!:?[*_]{0,2}[ \t]*$)|(?=[ \t]*[.)\]|]?[ \t]*$)|(?=[ \t]+[-\u2013\u2014][ \t]))",
    re.MULTILINE,
)
_DATES = (
    re.compile(r"(?<![\w-])(?:19|20)xx(?![\w])", re.IGNORECASE),
    re.compile(r"\bx\.y\.z\]?\s{0,3}[-\u2013\u2014]?\s{0,3}\(?yyyy-mm-dd", re.IGNORECASE),
    re.compile(r"^(?:#{1,6}|=+) .{0,60}\byyyy-mm-dd\b", re.IGNORECASE | re.MULTILINE),
    re.compile(r"(?:copyright|©|\(c\))\s{0,3}(?:\(c\)|©)?\s{0,3}\[?<?yyyy\b", re.IGNORECASE),
)
_PHRASES = re.compile(
    r"populated by an initial template|as the maintainer of this project, please make a few updates"
    r"|the maintainer of this repo has not yet edited this file|\blorem ipsum dolor\b",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"\badd your description here\b|\byour (?:full )?name\b|\byour (?:name|email|e-mail)?@\w|\byour[-_.]?e?mail@"
    r"|\byou@example\.(?:com|org)\b"
    r"|\bproject description\b(?=\s*[\"']?\s*,?$)|(?-i:\b(?:TODO|FIXME|TBD)\b)|\ba short description of the project\b",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\]\(\s*<?https?://[^\s)>]{0,200}?[/=](?:your[-_]?(?:user(?:name)?|org|name|company)?|username|user|owner|org|github_username|my[-_]?org)"
    r"/(?:your[-_]?\w*|repo(?:sitory)?(?:[-_]?name)?|project(?:[-_]?name)?|my[-_]?\w+)\b",
    re.IGNORECASE,
)
_OWNERS = re.compile(
    r"(?<![\w.])@(?:your[-_]?\w*|my[-_]?org|org(?:ani[sz]ation)?(?:[-_]name)?|owner|user(?:name)?\d?|global-owner\d|octocat"
    r"|octo-org|github[-_]?user\w*|doctocat)(?![\w.-])",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^\s*[\"']?(?:description|authors?|maintainers?|email|summary|author_email)[\"']?\s*[:=]\s*(.{1,500})"
    r"|[{\[,]\s*[\"']?(?:name|email)[\"']?\s*[:=]\s*(.{1,200})|^\s*[\"'](?:name|email)[\"']\s*:\s*(.{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
# Where the text of a licence ends and says how it is to be applied.
_APPENDIX = re.compile(
    r"appendix[: ]|how to apply (?:these|the) terms|end of terms and conditions|^\s*exhibit [ab]\b", re.I | re.M
)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)


def placeholders(path: str, text: str) -> list[tuple[int, str]]:
    """Return the line and words of every placeholder in a document; none in files that do not speak for the project."""
    return [(row.line, row.what) for row in Placeholders(documents.form(path)).find(text)]


class Placeholders:
    """Finds what was not filled in, in a document of one form (core/scanning/documents.py)."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.digest = digest("placeholders/1", form)

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place once, in order."""
        lines = Lines(text)
        found = {(lines.at(place), " ".join(what.split())[:60]) for place, what in _in(self._form, text)}
        for line, what in sorted(found):
            yield Row(line, "placeholders/unfilled", f'was not filled in: "{what}"')


def _in(form: str, text: str) -> Iterator[tuple[int, str]]:
    if form == documents.LICENSE:
        end = _APPENDIX.search(text)
        yield from _bracketed(markdown.without_tags(text[: end.start()] if end else text), square=True)
    elif form == documents.OWNERS:
        yield from _all(_OWNERS, _uncommented(text))
    elif form == documents.MANIFEST:
        for match in _FIELD.finditer(text):
            group = next(number for number in (1, 2, 3) if match[number] is not None)
            yield from ((match.start(group) + place, what) for place, what in _value(match[group]))
    elif form == documents.DATA:
        yield from _value(_uncommented(text))
    elif form == documents.ASCIIDOC:
        yield from (*_all(_PHRASES, text), *_all(_TODO, text))
    elif form:
        yield from _prose(form, text)


def _uncommented(text: str) -> str:
    """Return settings without their comments, as spaces."""
    return _COMMENT.sub(lambda match: " " * len(match[0]), text)


def _value(text: str) -> Iterator[tuple[int, str]]:
    yield from _bracketed(markdown.without_tags(text), square=False)
    for pattern in (_STOCK, _ORDER, _PHRASES):
        yield from _all(pattern, text)


def _prose(form: str, text: str) -> Iterator[tuple[int, str]]:
    yield from _all(_PHRASES, text)
    if form == documents.MARKDOWN:
        text = markdown.without_code(text)
    elif form == documents.RST:
        text = markdown.without_literals(text)
    yield from _all(_TARGET, text)
    plain = markdown.without_tags(text)
    yield from _bracketed(plain, square=form != documents.RST)
    for pattern in (_TODO, _ORDER, *_DATES):
        yield from _all(pattern, plain)
    for match in _EMPHASIS.finditer(plain):
        yield match.start(), match[0]


def _bracketed(text: str, square: bool) -> Iterator[tuple[int, str]]:
    """Yield what stands in brackets of some kind and is a fact or an order by its words."""
    defined = {match[1].lower() for match in re.finditer(r"^ {0,3}\[([^\]\n]{1,100})\]:", text, re.MULTILINE)}
    for match in _ANGLE.finditer(text):
        if _is_fact(match[1]) or re.fullmatch(r"[A-Z][A-Z0-9]*(?:[ _-][A-Z0-9]+)+", match[1]):
            yield match.start(), match[0]
    for match in _CURLY.finditer(text):
        if _is_fact(match[1]) or re.fullmatch(r"[A-Z]+(?:[ _-][A-Z]+)+", match[1]):
            yield match.start(), match[0]
    for match in _DOUBLE.finditer(text):
        yield match.start(), match[0]
    for match in _SQUARE.finditer(text) if square else ():
        if match[1].lower() not in defined and _is_fact(match[1]) and not _is_common(match[1]):
            yield match.start(), match[0]
    for match in _DUNDER.finditer(text):
        if _is_fact(match[1]) and match[1] not in _DUNDERS and (match[1].isupper() or "_" in match[1]):
            yield match.start(), match[0]


def _is_fact(words: str) -> bool:
    parts = [part for part in re.split(r"[\s_.,'/&-]+", words.lower()) if part]
    ordered = len(parts) > 1 and parts[0] in _ORDERS
    return bool(parts) and (ordered or "-".join(parts) in _FACTS or _is_yours(parts[0]))


def _is_yours(word: str) -> bool:
    return word.startswith("your") and word != "yours"


def _is_common(words: str) -> bool:
    """Whether a word in square brackets is written there for other reasons as well; in capitals it is a form's."""
    return words.lower() in _COMMON and not words.isupper()


def _all(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for match in pattern.finditer(text):
        yield match.start(), match[0]
