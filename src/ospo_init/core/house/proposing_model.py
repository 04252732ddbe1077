"""What proposing a house starts from, an existing template repository and the base, and the kinds of thing it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ospo_init.core.inferring import Repository
from ospo_init.core.trees import File, Tree


class Decided(NamedTuple):
    """A key of house.yml that the repository decides: the way to it, its value, and what shows it."""

    way: tuple[str, ...]
    value: Any
    evidence: str


class Undecided(NamedTuple):
    """What a person must decide: the key of house.yml it belongs to, the words or path, the places, and what to do."""

    key: str
    what: str
    places: tuple[str, ...]
    then: str


class Fate(NamedTuple):
    """What becomes of a file of the repository, and why.

    overlay    carried over as it is, to `to` in the house's folder
    template   carried over as a template (.jinja)
    licence    a licence text of the house's own
    base       not carried over: what the house extends makes it of the answers
    aside      not carried over
    """

    path: str
    what: str
    why: str
    to: str = ""


Said = Decided | Undecided | Fate


@dataclass(frozen=True)
class Base:
    """The template that the new house extends, as far as a proposal looks at it.

    `paths` are the files of a project that it can make, `keys` the answers, computed ones too, and `instead` its paths
    for which the repository has a file of its own in another place.
    """

    extends: str
    paths: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Material:
    """A template repository, read.

    `name` is its folder's or its address's last part, `address` its web address or empty. `files` are what is to be
    judged, by path; `unread` are those that were not read, with the reason. `repository` is the same as data, with the
    texts that inferring looks at. `engine` is the tool that fills it in, `asks` that tool's questions, and `suffix` how
    its templates end. Marks for literal text were taken out of some files; `rests` are these without that text.
    """

    name: str
    address: str
    files: Tree
    unread: Mapping[str, str]
    repository: Repository
    engine: str = ""
    asks: tuple[str, ...] = ()
    suffix: str = ""
    rests: Mapping[str, str] = field(default_factory=dict, repr=False)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of each file that is text in UTF-8."""
        for path, file in self.files.items():
            if (text := text_of(file)) is not None:
                yield path, text


@dataclass(frozen=True)
class Tables:
    """The rows of data/house-start.

    `marks` are questions, and `hints` advice, by the words of a placeholder; `leave` are patterns of files that no
    project needs, with the reason; `conducts` are the headings of codes of conduct, by answer.
    """

    marks: Mapping[str, str]
    hints: Mapping[str, str]
    leave: tuple[tuple[tuple[str, ...], str], ...] = ()
    conducts: Mapping[str, frozenset[str]] = field(default_factory=dict)


def text_of(file: File) -> str | None:
    """Return a file's text; None where it is no UTF-8, or no text."""
    if b"\0" in file.data:
        return None
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def place(path: str, text: str, offset: int) -> str:
    """Return where a place in a text is: PATH:LINE."""
    return f"{path}:{text.count(chr(10), 0, offset) + 1}"
