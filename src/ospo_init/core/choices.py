"""Choosing among few and among many: labels in two columns, the short list, and finding what somebody typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.core.bank import nearest
from ospo_init.core.columns import printable, side_by_side, width, wrap
from ospo_init.core.wizard import Row

LONG = 15  # lists with more choices are cut short, and the rest is typed
_SHORT = 12  # how many then stay where nothing is recommended
_LABEL = 24  # the widest column of labels


@dataclass(frozen=True)
class Option:
    """One line to choose: a short label, and what it means. `disabled` says why it cannot be chosen."""

    value: Any
    label: str
    detail: str = ""
    disabled: str = ""

    @classmethod
    def of(cls, value: Any, label: str, disabled: str = "") -> Option:
        """Return the option for a choice; its label is "short: what it means", or "id — name" for a licence."""
        for mark in (" — ", ": "):
            short, found, detail = str(label).partition(mark)
            if found:
                return cls(value, printable(short), printable(detail), printable(str(disabled)))
        return cls(value, printable(str(label)), "", printable(str(disabled)))


def options(row: Row) -> tuple[Option, ...]:
    """Return what a question offers; for yes or no as well."""
    if row["type"] == "bool" and not row["choices"]:
        return (Option(True, "Yes"), Option(False, "No"))
    return tuple(Option.of(*choice) for choice in row["choices"])


def short_list(offered: Sequence[Option], fits: Mapping[str, str], current: Collection[Any]) -> tuple[Option, ...]:
    """Return the recommended options (the keys of `fits`, with when each one fits), and the current one."""
    by_value = {str(option.value): option for option in offered}
    wanted = [by_value[value] for value in fits if value in by_value] or list(offered[:_SHORT])
    listed = [replace(option, detail=fits.get(str(option.value)) or option.detail) for option in wanted]
    extra = [option for option in offered if option.value in current and option not in wanted]
    return (*extra, *listed)


def titles(listed: Sequence[Option], columns: int) -> list[str]:
    """Return the options as texts for `columns` cells: labels and details in columns, or one below the other."""
    first = max((width(option.label) for option in listed if option.detail), default=0)
    return [_title(option, min(first, _LABEL), columns) for option in listed]


def _title(option: Option, first: int, columns: int) -> str:
    if not option.detail:
        return "\n".join(wrap(option.label, columns))
    if columns < 2 * first + 10 or width(option.label) > first:
        return "\n".join([*wrap(option.label, columns), *(f"  {line}" for line in wrap(option.detail, columns - 2))])
    return "\n".join(side_by_side((option.label, option.detail), (first, columns - first - 2)))


def lookup(text: str, offered: Sequence[Option]) -> tuple[Any, str]:
    """Return the value that `text` names, by its id, its name or a part that only one has; else why there is none."""
    wanted = " ".join(text.split()).casefold()
    exact = [option for option in offered if wanted in (str(option.value).casefold(), *_names(option))]
    found = exact or [option for option in offered if wanted and any(wanted in name for name in _names(option))]
    if len(found) == 1:
        return found[0].value, found[0].disabled and f"{found[0].label} cannot be chosen: {found[0].disabled}"
    if found:
        named = ", ".join(option.label for option in found[:5])
        return None, f"{printable(text)!r} fits {len(found)} of the list: {named}{' …' if len(found) > 5 else ''}"
    ids = {str(option.value).casefold(): str(option.value) for option in offered}
    names = {name: str(option.value) for option in offered for name in _names(option)}
    near = ids.get(nearest(wanted, ids)) or names.get(nearest(wanted, names))
    hint = f"; the nearest is {near}" if near else "; type a part of the name to search"
    return None, f"{printable(text)!r} is not on the list{hint}."


def _names(option: Option) -> tuple[str, ...]:
    return tuple(name.casefold() for name in (option.label, option.detail) if name)
