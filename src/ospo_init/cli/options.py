"""Options that several commands have."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from ospo_init.errors import UserError


def _house(value: str | None) -> str:
    """Return the house that was named, '' for none; an empty name is a slip (a variable that is not set)."""
    if value is not None and not value.strip():
        raise UserError("--house is given and empty.", "Name a template, or leave the option out.")
    return value or ""


def given(context: click.Context, option: click.Parameter, value: str | None) -> str:
    """Return what was given, '' for nothing; an empty value is a slip (a variable that is not set)."""
    if value is not None and not value.strip():
        raise UserError(f"--{option.name} is given and empty.", "Give it a value, or leave the option out.")
    return value or ""


DATA = click.option(
    "-d", "--data", multiple=True, metavar="KEY=VALUE", help="Answer a question; the last of a key wins."
)
ANSWERS = click.option("--answers", default="", metavar="FILE", help="Answers in a YAML file; -d wins over it.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print machine-readable JSON.")
HOUSE = click.option(
    "--house",
    metavar="NAME|URL|PATH[@TAG]",
    default=None,
    callback=lambda context, option, value: _house(value),
    help="Another template: a house of your configuration, an address, or `base`; without a tag, its newest. A NAME"
    " wins over a folder, which is ./NAME. Without it, a new project takes $OSPO_INIT_HOUSE, else the configuration's"
    " default; an update stays with its template.",
)


def wizard(defaults: bool, as_json: bool) -> Callable[..., dict[str, Any]] | None:
    """Return what asks the person, where there is one: a terminal on both sides, and no request for JSON."""
    if defaults or as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    from ospo_init.commands.wizard import run_wizard

    return run_wizard
