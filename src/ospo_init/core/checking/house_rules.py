"""What houses ask of a project, as rules of `check`: pure functions of what was seen.

`seen.houses` are the rows of `.ospo/house.yml`, the lowest house first; core/house/policy.py writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.house import PATH
from ospo_init.core.house.rules import broken, license_broken, whose
from ospo_init.core.licensing.globs import of_reuse_toml

Row = Mapping[str, Any]
_HEADERS = 40  # files that lack a header are named


def files(seen: Seen) -> Found:
    """HOUSE-01: what houses demand, freeze and forbid is so."""
    wrong = [Proof(seen.rules_amiss, PATH)] if seen.rules_amiss else []
    wrong += [proof for house, path, row in _files(seen) for proof in _wrong(seen, house, path, row)]
    if wrong:
        return Found("fail", tuple(wrong))
    return _fine(seen, "the files are as the house demands")


def _wrong(seen: Seen, house: Row, path: str, row: Row) -> Iterator[Proof]:
    says = _words(house, row)
    at = _place(seen, path)
    there = at in seen.repository.paths
    if row.get("forbid") and there:
        yield Proof(f"must not be there{says}", at)
    if _holds(row.get("required"), seen) and not there:
        yield Proof(f"is not there, and is demanded{says}", path)
    if row.get("frozen"):
        yield from _frozen(seen, path, at, row, says)
    text = seen.repository.texts.get(at)
    if row.get("block") and not there and path in seen.generated:
        yield Proof(f"is not there any more, with the lines of {house.get('title')} in it{says}", path)
    if not there or text is None:
        return
    for name in row.get("sections", ()):
        if not _has_section(text, str(name)):
            yield Proof(f"has no section {name}{says}", at)
    if row.get("block") and not _has_block(text, str(house.get("name")), row["block"]):
        yield Proof(f"does not hold the lines of {house.get('title')} as they were{says}", at)


def _frozen(seen: Seen, path: str, at: str, row: Row, says: str) -> Iterator[Proof]:
    generated = seen.generated.get(path)
    wanted = row.get("blob") or (generated.blob if generated else "")
    if generated is None and at not in seen.repository.paths:
        return  # it was not made with these answers
    if at not in seen.repository.paths:
        yield Proof(f"is frozen, and is not there{says}", path)
    elif generated and generated.ownership == "kept":
        yield Proof(f"is frozen, and is kept as the project's own{says}", at)
    elif wanted and seen.blobs.get(at) != wanted:
        yield Proof(f"is frozen, and was changed here{says}", at)


def recommended(seen: Seen) -> Found:
    """HOUSE-03: what houses recommend is there."""
    missing = [
        Proof(f"is not there, and is recommended{_words(house, row)}", path)
        for house, path, row in _files(seen)
        if _holds(row.get("recommended"), seen) and _place(seen, path) not in seen.repository.paths
    ]
    return Found("fail", tuple(missing)) if missing else _fine(seen, "what the house recommends is there")


def answers(seen: Seen) -> Found:
    """HOUSE-02: what is recorded is what the houses allow; they change no project by themselves."""
    if not seen.recorded:
        return Found("not-applicable", (Proof("no answers are recorded"),))
    wrong = []
    for house in seen.houses:
        for key, rules in _mapping(house, "answers").items():
            value = seen.facts.answer(key)
            if value is None:
                continue
            known = dict(seen.facts.answers)
            words = broken(rules, value, known) or license_broken(rules, value, known)
            wrong += [Proof(f"{key} {words}")] if words else []
    return Found("fail", tuple(wrong)) if wrong else _fine(seen, "each answer is one that the house allows")


def headers(seen: Seen) -> Found:
    """HOUSE-04: the source files that a house names begin with its header."""
    lacking = []
    for house in seen.houses:
        header = house.get("header") or {}
        patterns = [of_reuse_toml(str(glob)) for glob in header.get("files", ())]
        pieces = [
            piece for line in header.get("text", ()) for piece in re.split(r"\{\w+\}", str(line)) if piece.strip()
        ]
        for path in seen.repository.paths:
            text = seen.repository.texts.get(path)
            if text is None or not any(matches(path) for matches in patterns):
                continue
            top = "\n".join(text.split("\n")[:40])
            if text.strip() and not all(piece.strip() in top for piece in pieces):
                lacking.append(Proof(f"lacks the header of {house.get('title')}", path))
    return Found("fail", tuple(lacking[:_HEADERS])) if lacking else _fine(seen, "no source file lacks its header")


def approved(seen: Seen) -> dict[str, str]:
    """Return the licences that houses stand for although no list does, each with the house's title."""
    return {
        str(name): str(house.get("title"))
        for house in seen.houses
        for name in _mapping(house, "licenses").get("approved", ())
    }


def exemptions(seen: Seen) -> dict[str, str]:
    """Return the codes with which the reason of a waiver must begin, with their meaning; none: any reason will do."""
    return codes_of(seen.houses)


def codes_of(houses: Iterable[Row]) -> dict[str, str]:
    """Return the codes of the lowest house that has some: those above it may not add exemptions of their own."""
    rows = next((rows for house in houses if (rows := _mapping(house, "exemptions"))), {})
    return {str(code): str(words) for code, words in rows.items()}


def begins_with_code(reason: str, codes: Iterable[str]) -> bool:
    """Whether the reason of a waiver begins with one of the codes, whole."""
    return any(re.match(rf"\s*{re.escape(code)}(?!\w)", reason) for code in codes)


def _files(seen: Seen) -> Iterator[tuple[Row, str, Row]]:
    for house in seen.houses:
        for path, row in _mapping(house, "files").items():
            yield house, str(path), row


def _mapping(house: Row, key: str) -> Mapping[str, Any]:
    value = house.get(key)
    return value if isinstance(value, Mapping) else {}


def _place(seen: Seen, path: str) -> str:
    row = seen.generated.get(path)
    return row.at if row and row.at else path


def _holds(raw: Any, seen: Seen) -> bool:
    if raw is None or isinstance(raw, bool):
        return raw is True
    return conditions.parse(raw, "a rule of the house").holds(seen.facts)


def _words(house: Row, row: Row) -> str:
    return f", says {house.get('title')}{whose(row)}"


def _has_section(text: str, name: str) -> bool:
    return re.search(rf"^#+\s*{re.escape(name)}\s*#*\s*$", text, re.MULTILINE | re.IGNORECASE) is not None


def _has_block(text: str, name: str, pieces: Any) -> bool:
    """Whether the lines between a house's marks are its own: its pieces in order, with an answer between two."""
    found = re.search(
        rf"house {re.escape(name)}: begin[^\n]*\n(.*?)\n[^\n]*house {re.escape(name)}: end", text, re.DOTALL
    )
    if not found or not isinstance(pieces, list):
        return bool(found)
    rest = found[1]
    for number, piece in enumerate(map(str, pieces)):
        at = rest.rfind(piece) if number == len(pieces) - 1 and number else rest.find(piece)
        if at < 0 or "\n" in rest[:at] or (number == 0 and at):
            return False
        rest = rest[at + len(piece) :]
    return not rest


def _fine(seen: Seen, words: str) -> Found:
    return (
        Found("pass", (Proof(words),))
        if seen.houses
        else Found("not-applicable", (Proof("no house has rules for it"),))
    )


RULES: Mapping[str, Callable[[Seen], Found]] = {
    "house-files": files,
    "house-answers": answers,
    "house-recommended": recommended,
    "house-headers": headers,
}
