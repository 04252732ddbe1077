"""The lock, `.ospo/lock.yml`: what the machine knows of a project's generated files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ospo_init.core.blobs import blob_id
from ospo_init.core.origin import Template
from ospo_init.core.signatures import is_name
from ospo_init.core.trees import Tree
from ospo_init.errors import UserError

PATH = ".ospo/lock.yml"
HEAD = "# What ospo-init knows of the generated files. A machine writes it; to change an answer, update the project.\n"
_LAYER = re.compile(r"\{\{ layer\.(\w+) \}\}")
_TEXTS = ("blob", "ownership", "layer", "rule", "at", "house", "contact")
OWNERSHIPS = ("mandated", "managed", "seeded", "kept")


@dataclass(frozen=True)
class Row:
    """What is known of one generated file. `blob` is git's id of what the template made, in hexadecimal.

    `at` is where the project has moved the file, `absent` says that the project has deleted it, and `block` that only
    a marked block of it is the template's (`blob` is the block's then). `house` is whose file or rule it is, `rule` the
    rule's own text, and `contact` who grants exceptions; they are empty for what is the base's.
    """

    blob: str = ""
    ownership: str = "managed"
    layer: str = ""
    rule: str = ""
    items: tuple[str, ...] = ()
    at: str = ""
    absent: bool = False
    block: bool = False
    house: str = ""
    contact: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the row as the lock holds it: without what is empty."""
        named = {"blob": self.blob, "ownership": self.ownership, "layer": self.layer, "rule": self.rule, "at": self.at}
        named |= {"house": self.house, "contact": self.contact}
        marks = {"absent": self.absent, "block": self.block, "items": list(self.items)}
        return {key: value for key, value in (named | marks).items() if value}


@dataclass(frozen=True)
class Lock:
    """A project's lock: the template at its pinned version, and the rows of the files by path.

    `signer` is the key that signed the version, and that the next one must be signed by; '' where nobody is known.
    """

    url: str = ""
    tag: str = ""
    commit: str = ""
    tree: str = ""
    answers_file: str = ""
    files: Mapping[str, Row] = field(default_factory=dict)
    signer: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return what is written, files in the order of their paths."""
        template = {"url": self.url, "tag": self.tag, "commit": self.commit, "tree": self.tree}
        return {
            "schema_version": 1,
            "template": template | ({"signer": self.signer} if self.signer else {}),
            "answers_file": self.answers_file,
            "files": {path: row.as_data() for path, row in sorted(self.files.items())},
        }


def lock(template: Template, project: Tree, made: Mapping[str, Any], items: Mapping[str, Sequence[str]]) -> Lock:
    """Return the lock of a `project` that `template` made.

    `made` is the box's reply: the source path of each file, the rows of ownership, and the answers file's path.
    `items` are the ids of the checklist's items that a file is evidence for. Blob ids are git's, of SHA-1.
    """
    owners = Owners(made["ownership"])
    files = {
        path: Row(
            blob_id(file.data),
            owners.of(path),
            _layer(made["sources"].get(path, "")),
            owners.says(path, "rule"),
            tuple(dict.fromkeys([*items.get(path, ()), *owners.items(path)])),
            house=owners.says(path, "house"),
            contact=owners.says(path, "contact"),
        )
        for path, file in project.items()
    }
    pinned = (template.url, template.tag, template.commit, template.tree)
    return Lock(*pinned, made["answers_file"], files, template.signer)


def _layer(source: str) -> str:
    found = _LAYER.search(source)
    return found[1] if found else ""


@dataclass(frozen=True)
class Owners:
    """The rows that say who owns a file; a row is for a path, or for a folder followed by /**. The last one counts."""

    rows: Mapping[str, Mapping[str, Any]]

    def of(self, path: str) -> str:
        """Return who owns `path`."""
        return str(self._row(path).get("ownership", "managed"))

    def says(self, path: str, what: str) -> str:
        """Return what a house says of `path` (rule, house or contact), or ''."""
        return str(self._row(path).get(what, ""))

    def items(self, path: str) -> tuple[str, ...]:
        """Return the items of the checklist that a house says `path` is evidence for."""
        named = self._row(path).get("items", ())
        return tuple(map(str, named)) if isinstance(named, (list, tuple)) else ()

    def _row(self, path: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = {}
        for pattern, row in self.rows.items():
            folder = pattern.removesuffix("**")
            if path == pattern or (folder != pattern and path.startswith(folder)):
                found = row
        return found


def path_for(answers_file: str, taken: Mapping[str, str]) -> str:
    """Return the path of the lock that goes with an answers file.

    A repository may hold several answers files in one folder: the first has `.ospo/lock.yml`, others a lock named
    after them. `taken` says which answers file each lock that is there belongs to.
    """
    for path, owner in taken.items():
        if owner == answers_file:
            return path
    if not taken.get(PATH):  # there is none; or one that does not say, which is to be looked at
        return PATH
    return f".ospo/lock{re.sub(r'[^A-Za-z0-9.-]', '-', '-' + answers_file.lstrip('.'))}"


def read(data: Any, where: str) -> Lock:
    """Return the lock in `data`; raise UserError naming `where` when it is none that this version can read."""
    try:
        version = data["schema_version"]
        if version != 1:
            raise UserError(
                f"{where} is of schema {version}, which this ospo-init does not know.", "Upgrade ospo-init."
            )
        template = {key: str(data["template"][key]) for key in ("url", "tag", "commit", "tree")}
        files = {str(path): _row(row) for path, row in data["files"].items()}
        signer = str(data["template"].get("signer", ""))
        if signer and not is_name(signer):
            raise ValueError
        return Lock(**template, answers_file=str(data["answers_file"]), files=files, signer=signer)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(
            f"{where} is not a lock that ospo-init wrote.",
            f"Bring it back with git (git log -- {where}), or remove it: the next update writes it anew.",
        ) from None


def _row(data: Mapping[str, Any]) -> Row:
    texts = {key: str(data[key]) for key in _TEXTS if key in data}
    row = Row(
        **texts,
        items=tuple(str(item) for item in data.get("items", ())),
        absent=data.get("absent") is True,
        block=data.get("block") is True,
    )
    if row.ownership not in OWNERSHIPS:
        raise ValueError
    return row
