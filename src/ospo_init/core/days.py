"""Days of the calendar (YYYY-MM-DD) as numbers, without a clock."""

from __future__ import annotations

_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)  # days of the year before each month


def number(day: str) -> int:
    """Return the day as a count of days; the difference of two is what lies between them. 0 for what is no day."""
    try:
        year, month, date = (int(part) for part in day.split("-"))
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return (
            365 * year
            + (year - 1) // 4
            - (year - 1) // 100
            + (year - 1) // 400
            + _BEFORE[month - 1]
            + (leap and month > 2)
            + date
        )
    except (ValueError, IndexError):
        return 0


def between(earlier: str, later: str) -> int:
    """Return how many days `later` is after `earlier`; a very large number where `earlier` is no day."""
    return number(later) - number(earlier)
