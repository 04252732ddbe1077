"""Holding proposed placeholders to what filling can do: an answer never becomes code, and in data it is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ospo_init.core.house.filling import form_of, found_in, unquoted
from ospo_init.core.house.proposing_model import Fate, Material, Undecided

_ORDINARY = re.compile(r"[a-z]+(?:_[a-z]+)*")  # a word that code may use as a name


class Fitted(NamedTuple):
    """The placeholders that can be filled, what becomes of the files, and what is told of the others."""

    placeholders: Mapping[str, str]
    fates: list[Fate]
    told: list[Undecided]


def fit(placeholders: Mapping[str, str], material: Material, fates: Sequence[Fate]) -> Fitted:
    """Return what is left of `placeholders` and files once those are out that no answer can be put into."""
    texts = dict(material.texts())
    plain = {fate.path: texts[fate.path] for fate in fates if fate.what == "overlay" and fate.path in texts}
    told = list(_ordinary(placeholders, plain))
    kept = {mark: key for mark, key in placeholders.items() if mark not in {row.what for row in told}}
    wrong = {path: found for path, text in plain.items() if (found := _wrong(path, text, kept))}
    for path, (places, why) in wrong.items():
        told.append(Undecided("files", path, places, f"It was left aside: {why}."))
    changed = [_aside(fate, wrong[fate.path][1]) if fate.path in wrong else fate for fate in fates]
    used = {mark for path, text in plain.items() if path not in wrong for _, mark in found_in(text, kept)}
    used |= {mark for fate in fates if fate.what == "licence" for _, mark in found_in(texts.get(fate.path, ""), kept)}
    return Fitted({mark: key for mark, key in kept.items() if mark in used}, changed, told)


def _aside(fate: Fate, why: str) -> Fate:
    return Fate(fate.path, "aside", why)


def _ordinary(placeholders: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[Undecided]:
    """Yield the placeholders that are ordinary words and stand in code too."""
    for mark in placeholders:
        if _ORDINARY.fullmatch(mark):
            places = [
                f"{path}:{line}" for path, text in texts.items() if form_of(path) is None for line in _lines(text, mark)
            ]
            if places:
                then = "In code it is a name. Write another placeholder, as <project name>, where an answer is meant."
                yield Undecided("placeholders", mark, tuple(places), then)


def _lines(text: str, mark: str) -> list[int]:
    return [line for line, _ in found_in(text, {mark: ""})]


def _wrong(path: str, text: str, placeholders: Mapping[str, str]) -> tuple[tuple[str, ...], str] | None:
    """Return where and why the placeholders of a file cannot be filled."""
    form = form_of(path)
    rows = found_in(text, placeholders) if form is None else unquoted(text, placeholders) if form.quoted else []
    if not rows:
        return None
    places = tuple(dict.fromkeys(f"{path}:{line}" for line, _ in rows))
    if form is None:
        return places, f"no answer is put into a file that may be run ({rows[0][1]}); write it as overlay/{path}.jinja"
    return (
        places,
        f'an answer must stand in double quotes there: "{rows[0][1]}"; put it right, and write it to overlay/',
    )
