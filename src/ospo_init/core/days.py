"""Days of the calendar (YYYY-MM-DD) as numbers, without a clock."""

from __future__ import annotations

import re

_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)  # days of the year before each month


def number(day: str) -> int:
    """Return the day as a count of days; the difference of two is what lies between them. 0 for what is no day."""
    try:
        year, month, date = (int(part) for part in day.split("-"))
        return (
            365 * year
            + (year - 1) // 4
            - (year - 1) // 100
            + (year - 1) // 400
            + _BEFORE[month - 1]
            + (_is_leap(year) and month > 2)
            + date
        )
    except (ValueError, IndexError):
        return 0


def between(earlier: str, later: str) -> int:
    """Return how many days `later` is after `earlier`; a very large number where `earlier` is no day."""
    return number(later) - number(earlier)


def is_day(text: str) -> bool:
    """Whether `text` is a day of the calendar, written YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    days = (31, 29 if _is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return year > 0 and 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
