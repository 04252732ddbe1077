"""Reading prose that strangers wrote: addresses, links, sections and plain words. Every pattern runs in linear time."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 256 * 1024  # of a file that is read, in bytes

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9_][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}\.[A-Za-z]{2,24}(?![\w@])", re.A
)
_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,200}(?::\d{1,5})?(?:/[A-Za-z0-9._~:/?#@!$&*+,;=%-]{0,400})?")
_LINK = re.compile(r"!?\[([^][]{0,200})\]\(<?([^()<>\s]{0,400})>?[^()]{0,200}\)|!?\[([^][]{0,200})\]\[[^][]{0,100}\]")
_RST_LINK = re.compile(r"`([^`<>]{1,200})<([^`<>\s]{1,400})>`_{1,2}")
_TAG = re.compile(r"<[A-Za-z/!][^<>]{0,500}>")
_ATX = re.compile(r" {0,3}(#{1,6}|={1,6}(?= ))[ \t]{1,8}(.{1,200})")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|`{4,}|\"{3,}|'{3,}|\*{3,}|\+{3,})\s*")
_NOT_REAL = re.compile(
    r"(^|[@.])(example\.(org|com|net)|example|invalid|test|localhost)$|noreply|no-reply|^(name|you|your)", re.I
)


class Section(NamedTuple):
    """A heading (empty before the first) and the lines below it, up to the next one."""

    heading: str
    lines: tuple[str, ...]


def clean(text: str) -> str:
    """Return the text with LF line ends and without control, direction and invisible characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, longest: int = 300) -> str:
    """Return the text on one line; empty where it is longer than a person would write there."""
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else ""


def without_comments(text: str) -> str:
    """Return Markdown or HTML without its comments."""
    before, *parts = text.split("<!--")
    return before + "".join(part.partition("-->")[2] for part in parts)


def sentence(text: str) -> str:
    """Return the first sentence of a text on one line."""
    return re.split(r"(?<=[.!?])\s(?=[A-Z])", " ".join(text.split()), maxsplit=1)[0]


def emails(text: str) -> list[str]:
    """Return the e-mail addresses in the text, each once, those left out that stand for no real one."""
    found = (match[0] for match in _EMAIL.finditer(text))
    return list(dict.fromkeys(address for address in found if not _NOT_REAL.search(address)))


def urls(text: str) -> list[str]:
    """Return the web addresses in the text, each once, without the full stop of the sentence."""
    return list(dict.fromkeys(match[0].rstrip(".,;:!?*_") for match in _URL.finditer(text)))


def plain(line: str) -> str:
    """Return a line of Markdown, reStructuredText or HTML as words: no pictures and marks, of links their words."""
    line = _LINK.sub(lambda found: "" if found[0].startswith("!") else found[1] or found[3] or "", line)
    line = _RST_LINK.sub(lambda found: found[1], line)
    return " ".join(re.sub(r"[*`|]|(?<!\w)_{1,2}|_{1,2}(?!\w)", " ", _TAG.sub(" ", line)).split())


@functools.lru_cache(maxsize=64)
def sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a Markdown, AsciiDoc or reStructuredText document, code blocks left out."""
    return tuple(_sections(text))


def _sections(text: str) -> Iterator[Section]:
    heading, lines, fenced = "", list[str](), False
    for line in text.split("\n"):
        if not fenced and (title := _title(line, lines)):
            yield Section(heading, tuple(lines))
            heading, lines = title, []
        elif line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif fenced:
            continue
        else:
            lines.append(line)
    yield Section(heading, tuple(lines))


def _title(line: str, above: list[str]) -> str:
    """Return the heading that the line is, or that it makes of the last line above, which is then taken from there."""
    if not line:
        return ""
    if found := _ATX.fullmatch(line.rstrip()):
        return plain(found[2].strip(" #="))
    opens = line.startswith(("```", "~~~")) and bool(above) and len(line) < len(above[-1])  # a block of code
    if above and not opens and _UNDERLINE.fullmatch(line) and re.match(r"[^\s|*-]", above[-1]):
        return plain(above.pop())
    return ""


def links(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words and the target of each link."""
    for found in _LINK.finditer(text):
        if not found[0].startswith("!") and found[2]:
            yield found[1], found[2]
    for found in _RST_LINK.finditer(text):
        yield found[1], found[2]


def simple(name: str) -> str:
    """Return a name's letters and digits alone, in lower case, to compare two spellings."""
    return re.sub(r"[\W_]+", "", name.lower())
