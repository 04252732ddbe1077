"""The titles of the checklist's items, for those that name them."""

from __future__ import annotations

from typing import NamedTuple

from ospo_init.edges.package_data import read


class Named(NamedTuple):
    """An item as people know it: its id, title, and the role that owns it; both are empty for an unknown one."""

    id: str
    title: str = ""
    owner: str = ""


def named(ids: tuple[str, ...]) -> list[Named]:
    """Return the items of these ids, in their order; those that this ospo-init does not know have no title."""
    rows = read("checklist.yml")["items"] if ids else []
    known = {row["id"]: Named(row["id"], row["title"], row["owner"]) for row in rows}
    return [known.get(key, Named(key)) for key in ids]
