"""What is wrong with a house, and where: all of it at once, for an OSPO mends a file in one sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ospo_init.core.bank import nearest
from ospo_init.errors import TemplateError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `place` is file:line:column or a file, `then` what to do. A warning stops nothing."""

    place: str
    what: str
    then: str = ""
    warning: bool = False

    @property
    def line(self) -> str:
        """The problem in one line."""
        return f"{self.place}: {self.what}."


def unknown(place: str, word: object, kind: str, known: Sequence[str]) -> Problem:
    """Return the problem of a word that is not known, with the nearest one that is."""
    close = nearest(str(word)[:80], known) or next((one for one in known if one.casefold() == str(word).casefold()), "")
    few = f"Known are {', '.join(known)}." if 0 < len(known) <= 20 else "Name it there first, or take it out."
    return Problem(place, f"{str(word)[:70]!r} is no {kind}", f"Did you mean {close}?" if close else few)


def refuse(problems: Sequence[Problem], name: str) -> None:
    """Raise TemplateError that lists the errors among the problems, where there are any."""
    errors = [problem for problem in problems if not problem.warning]
    if not errors:
        return
    if len(errors) == 1:
        raise TemplateError(errors[0].line, errors[0].then)
    listed = "".join(f"\n  {problem.line} {problem.then}".rstrip() for problem in errors)
    raise TemplateError(
        f"{len(errors)} things are wrong with the house {name}:{listed}", "Mend them, and run it again."
    )
