"""Composing a house's folder: the template that it extends is opened, and both are put together."""

from __future__ import annotations

from pathlib import Path

from ospo_init.core.compose import NOTES
from ospo_init.core.house.extend import Composed, extend
from ospo_init.core.house.reading import FILE
from ospo_init.core.house.source import HouseSource, Parent
from ospo_init.core.origin import Template
from ospo_init.edges import yamls
from ospo_init.edges.base import open_base
from ospo_init.edges.templates import open_template
from ospo_init.errors import TemplateError

BASE = "base"


def open_parent(extends: str, root: Path) -> Parent:
    """Return the template that `extends` names: base@TAG, or ADDRESS@TAG of a published house.

    A folder may be named from `root`, the house's own.

    Raises UserError where there is none, and TemplateError for a template that nothing can be put on.
    """
    name, _, tag = extends.rpartition("@") if "@" in extends else (extends, "", "")
    if name == BASE:
        return parent_of(open_base(tag))
    beside = (root / name).is_dir() and not Path(name).is_absolute()
    return parent_of(open_template(f"{(root / name).resolve()}@{tag}" if beside and tag else extends))


def parent_of(template: Template) -> Parent:
    """Return the three parts of a published template."""
    if NOTES not in template.files:
        raise TemplateError(
            f"{template.name} {template.tag} is a Copier template that no house can extend.",
            "Extend the base, or a house that `ospo-init house publish` made.",
        )
    document = yamls.load_strict(template.files["copier.yml"].data, "copier.yml", TemplateError)
    notes = yamls.load_strict(template.files[NOTES].data, NOTES, TemplateError)
    settings = {key: value for key, value in document.items() if key.startswith("_")}
    questions = {key: value for key, value in document.items() if not key.startswith("_")}
    # copier.yml and the notes are written anew; a snapshot reads each file when it is asked for.
    anew = ("copier.yml", NOTES, ".gitattributes")
    files = {path: template.files[path] for path in template.files if path not in anew}
    return Parent(template.url, template.tag, settings, questions, notes, files)


def composed(source: HouseSource, parent: Parent) -> Composed:
    """Return the published tree of a house."""
    return extend(parent, source, yamls.dump)


def is_house(typed: str) -> bool:
    """Whether a folder with a house.yml was typed."""
    return (Path(typed).expanduser() / FILE).is_file()


def folder_of(text: str) -> Path:
    """Return the folder of a house as it was typed, '' for the current one."""
    return Path(text or ".").expanduser()
