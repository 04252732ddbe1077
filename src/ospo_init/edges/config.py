"""The configuration: the person's own file, and the machine's; and the house that is meant when none is named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from ospo_init.core import origin
from ospo_init.core.bank import nearest
from ospo_init.core.configuration import BASE_NAME, Configuration, House, is_house_name
from ospo_init.errors import UserError

FILE, HOUSE = "OSPO_INIT_CONFIG", "OSPO_INIT_HOUSE"


class Choice(NamedTuple):
    """A house, as `--house` takes it ('' for the base), and who chose it where it was not named: '' or in words."""

    house: str
    by: str = ""


def load() -> Configuration:
    """Return what the person and the machine have configured; the person's rows win, by the name of the house.

    Raises UserError naming file, line and column for what is wrong in one of the files, and where the file that
    OSPO_INIT_CONFIG names is not there.
    """
    found = Configuration()
    for path in reversed(_machines()):
        found = found.under(_read(path, str(path)))
    own = user_file()
    if own is not None:
        if os.environ.get(FILE) and not os.path.lexists(own):
            raise UserError(f"There is no configuration at {own}, which {FILE} names.", "Write it, or unset that.")
        found = found.under(_read(own, str(own)))
    _check_default(found)
    return found


def user_file() -> Path | None:
    """Return where the person's own configuration is, whether or not it is there; None where there is no home."""
    try:
        if named := os.environ.get(FILE):
            return Path(named).expanduser().absolute()
        shared = Path(os.environ.get("XDG_CONFIG_HOME", ""))  # one that is not absolute is to be ignored, says its norm
        return (shared if shared.is_absolute() else Path.home() / ".config") / "ospo-init" / "config.yml"
    except (OSError, RuntimeError):
        return None


def _machines() -> list[Path]:
    """Return where the machine's configuration may be, the most important place first."""
    named = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [Path(word) / "ospo-init" / "config.yml" for word in named.split(":") if word.startswith("/")]


def _read(path: Path, shown: str) -> Configuration:
    if not os.path.lexists(path):
        return Configuration()
    if path.exists() and not path.is_file():
        raise UserError(f"The configuration {shown} is no file.", "Put a YAML file there.")
    from ospo_init.edges import record_file
    from ospo_init.edges.config_reader import Reader

    found = record_file.load(path, shown, links=True)
    return Reader(shown).configuration(found[1] if found else None)


def _check_default(found: Configuration) -> None:
    """Raise UserError where the default is neither an address, which its reader has seen, nor a name that is known."""
    name, _ = origin.split_tag(found.house)
    if is_house_name(name) and name not in (BASE_NAME, *found.houses):
        raise UserError(f"{found.where}: there is no house {name!r}.", _hint(found, name))


def row_of(name: str) -> House | None:
    """Return the house of that name, or None; a folder in the working folder is no reason to look elsewhere."""
    return load().houses.get(name)


def hint(word: str) -> str:
    """Return what to do about a name that no house has."""
    return _hint(load(), word)


def _hint(found: Configuration, word: str) -> str:
    names = [*found.houses, BASE_NAME]
    close = nearest(word, names)
    if close:
        return f"Did you mean {close}? `ospo-init house catalogue` lists the houses."
    return "`ospo-init house catalogue` lists the houses."


def without_tag(house: str) -> str:
    """Return a house that was chosen, without the tag that it may name."""
    return origin.split_tag(house)[0]


def chosen(house: str) -> Choice:
    """Return the house to take where `house` was named or not ('').

    Without a name it is that of OSPO_INIT_HOUSE, else the configuration's default, else the base.
    """
    if house:
        return Choice(house)
    if named := os.environ.get(HOUSE, "").strip():
        return Choice(named, HOUSE)
    found = load()
    return Choice(found.house, found.where)
