"""The README of a published template: what it is, how a project is made of it, and that a machine wrote it."""

from __future__ import annotations

from ospo_init.core.house.model import House


def readme(house: House, url: str, tag: str) -> str:
    """Return the text for version `tag` of the house, published at `url`."""
    asked = house.contacts.get("ospo", "")
    above = f"What counts where the two differ: <{house.authority.url}>\n\n" if house.authority else ""
    contact = f"Questions and exceptions: {asked}\n\n" if asked else ""
    return (
        f"# {house.title}: project template {tag}\n\n"
        "A template for new repositories, and for keeping them up to date. It is data: it runs no code, and needs no\n"
        "trust.\n\n"
        "```sh\n"
        f"ospo-init new my-project --house {url}@{tag}\n"
        f"copier copy --vcs-ref {tag} {url} my-project      # plain Copier, 9.19 or newer, does as well\n"
        "```\n\n"
        "In a project, `ospo-init update`, `copier update` or Renovate's copier manager brings the next version.\n\n"
        f"{above}{contact}"
        f"Written by `ospo-init house publish` from a source that extends {house.extends}; change that instead.\n"
    )
