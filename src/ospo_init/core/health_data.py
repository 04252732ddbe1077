"""What health measures are made of: the history as it was counted, and the tables of data/health.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.checking.model import Tag
from ospo_init.core.organisations import Public


@dataclass(frozen=True)
class Author:
    """Changes under one name and address, as .mailmap has them: in the window, in the one before it, and the first."""

    name: str
    email: str
    changes: int = 0
    before: int = 0
    first: str = ""


@dataclass(frozen=True)
class History:
    """What the measures are made of: changes of people, without merges and bots, on the way to HEAD.

    Days are YYYY-MM-DD and those of the committer, on which a change entered the history. The window begins after
    `since`, the one before it after `earlier`. `per_day` counts changes. `cut` says why the history is not whole.
    `organisations` are those of e-mail domains, in small letters.
    """

    since: str
    earlier: str
    window_days: int = 365
    authors: tuple[Author, ...] = ()
    per_day: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[Tag, ...] = ()
    cut: str = ""
    organisations: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_day(self) -> str:
        """The day on which the history begins. Days before 1971 are those of a clock that was not set."""
        return min((day for day in self.per_day if day >= "1971"), default="")


@dataclass(frozen=True)
class Definition:
    """A measure as data/health.yml has it; `of` and `source` are CHAOSS's measure and the page that defines it.

    `over` says what is counted: "window", "history" (all of it) or "tags" (all versions).
    """

    id: str
    name: str
    of: str
    source: str
    definition: str
    over: str
    unit: str
    limits: str


@dataclass(frozen=True)
class Tables:
    """data/health.yml: the measures, how bots are known, and the mail providers that anybody can use."""

    measures: Mapping[str, Definition]
    bot_names: frozenset[str]
    bot_endings: tuple[str, ...]
    bot_addresses: frozenset[str]
    public: Public

    def is_bot(self, name: str, email: str) -> bool:
        """Whether an author is automation and not a person."""
        name, email = name.strip().casefold(), email.strip().casefold()
        local = email.partition("@")[0]
        return (
            name in self.bot_names
            or email in self.bot_addresses
            or name.endswith(self.bot_endings)
            or local.endswith("[bot]")
        )


def load(raw: Mapping[str, Any]) -> Tables:
    """Return the tables of data/health.yml."""
    bots, mail = raw["bots"], raw["public_mail"]
    return Tables(
        measures={key: Definition(id=key, **row) for key, row in raw["measures"].items()},
        bot_names=frozenset(bots["names"]),
        bot_endings=tuple(bots["endings"]),
        bot_addresses=frozenset(bots["addresses"]),
        public=Public(frozenset(mail["domains"]), frozenset(mail["in_every_country"])),
    )
