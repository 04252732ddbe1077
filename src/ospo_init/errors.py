"""What can go wrong, as the person who meets it reads it.

    OspoInitError          what was wrong, where, and what to do next; has an exit code
    ├── UserError          2: the caller's mistake
    ├── TemplateError      4: a broken house or template
    └── Interrupted        130: Ctrl-C or SIGTERM; nothing is left behind

Anything else that is raised is a bug: exit code 3, and a log file to attach to the report.
"""

from __future__ import annotations


class OspoInitError(Exception):
    """A failure that is told in one message: `what` happened, and what to do `next`."""

    exit_code = 3

    def __init__(self, what: str, next: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next = next


class UserError(OspoInitError):
    """The caller asked for something that cannot be done as asked."""

    exit_code = 2


class TemplateError(OspoInitError):
    """A template, a house or the package's own data is broken."""

    exit_code = 4


class Interrupted(OspoInitError):
    """The person stopped the command."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("Stopped; nothing was written.")
