"""What may stand in a configuration. What is wrong is told with file, line and column, and the nearest right name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ospo_init.core import origin
from ospo_init.core.bank import nearest
from ospo_init.core.configuration import BASE_NAME, Configuration, House, is_house_name
from ospo_init.core.marked import Marked
from ospo_init.edges.signatures import name_of_key
from ospo_init.errors import UserError

KEYS = ("house", "houses")
ROW = ("url", "title", "kinds", "tag", "signed", "keys")
_ADDRESS = "Write an https:// or ssh address, or the whole path of a folder"


@dataclass(frozen=True)
class Reader:
    """Reads one file of configuration; `where` is its path as it is told."""

    where: str

    def configuration(self, root: Marked | None) -> Configuration:
        """Return what the file says, nothing where it is empty; raise UserError for the first thing that is wrong."""
        if root is None or root.value is None:
            return Configuration(files=(self.where,))
        keys = self._mapping(root, "the configuration", KEYS)
        rows = {} if "houses" not in keys else self._mapping(keys["houses"], "houses", None)
        houses = {name: self._house(name, node) for name, node in rows.items()}
        default = keys.get("house")
        return Configuration(
            houses,
            self._default(default) if default else "",
            self._at(default) if default else "",
            (self.where,),
        )

    def _default(self, node: Marked) -> str:
        text = self._text("house", node)
        name, tag = origin.split_tag(text)
        if is_house_name(name):
            self._told(node, lambda: origin.check_tag(tag))
        else:
            self._address("house", node, name)
            self._told(node, lambda: origin.check_tag(tag))
        return text

    def _house(self, name: str, node: Marked) -> House:
        if not is_house_name(name) or name == BASE_NAME:
            what = "is the template that ships" if name == BASE_NAME else "is not a name for a house"
            raise self._wrong(node, f"{name[:70]!r} {what}", "Name it with letters, digits, dots and dashes")
        keys = self._mapping(node, f"the house {name}", ROW)
        if "url" not in keys:
            raise self._wrong(node, f"the house {name} has no url", _ADDRESS)
        url = self._text("url", keys["url"])
        self._address("url", keys["url"], url)
        if origin.split_tag(url)[1] and origin.is_remote(url):
            raise self._wrong(keys["url"], f"the url {url[:70]!r} names a tag", "Write it as  tag: …  beside it")
        given = {key: self._text(key, keys[key]) for key in ("title", "tag") if key in keys}
        if "tag" in keys:
            self._told(keys["tag"], lambda: origin.check_tag(given["tag"]))
        signed = keys["signed"].value if "signed" in keys else False
        if not isinstance(signed, bool):
            raise self._wrong(keys["signed"], f"signed is {signed!r}", "Write true or false")
        names = tuple(self._key(item) for item in self._list("keys", keys))
        kinds = tuple(self._text("kinds", item) for item in self._list("kinds", keys))
        return House(name, url, **given, kinds=kinds, signed=signed, keys=names, where=f"{self.where}:{node.line}")

    def _address(self, key: str, node: Marked, url: str) -> None:
        """Raise UserError for what no template is taken from; a folder need not be there yet."""
        if not url.startswith(("/", "~")) and not self._told(node, lambda: origin.is_remote(url)):
            raise self._wrong(node, f"{key} is {url[:70]!r}, which is no address", _ADDRESS)

    def _key(self, node: Marked) -> str:
        try:
            return name_of_key(self._text("a key", node))
        except ValueError as problem:
            then = "Write an SSH public key (ssh-ed25519 AAAA…), or a GPG fingerprint in 40 or 64 hexadecimal digits"
            raise self._wrong(node, f"this is no key: {problem}", then) from None

    def _list(self, key: str, keys: dict[str, Marked]) -> tuple[Marked, ...]:
        node = keys.get(key)
        if node is None:
            return ()
        if node.kind != "list" or not node.value:
            raise self._wrong(node, f"{key} is not a list", f"Write  {key}: […]  or entries that begin with a dash")
        found: tuple[Marked, ...] = node.value
        return found

    def _text(self, key: str, node: Marked) -> str:
        value = node.value
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            shown = {"list": "a list", "mapping": "a mapping"}.get(node.kind) or repr(value)[:70]
            raise self._wrong(node, f"{key} is {shown}, not one line of text", "Put a text there, in quotes")
        return value.strip()

    def _mapping(self, node: Marked, what: str, known: Collection[str] | None) -> dict[str, Marked]:
        if node.kind != "mapping":
            raise self._wrong(node, f"{what} is not keys with values", "Write it as  key: value")
        for key, _ in node.value:
            if not isinstance(key.value, str):
                raise self._wrong(key, f"the key {key.value!r} is not a text", "Put it in quotes")
            if known is not None and key.value not in known:
                close = nearest(key.value, known)
                then = f"Did you mean {close}?" if close else f"Known are {', '.join(known)}"
                raise self._wrong(key, f"{key.value[:70]!r} is no key of {what}", then)
        return {key.value: value for key, value in node.value}

    def _told(self, node: Marked, check: Any) -> Any:
        """Return what a check of somebody else's says; its UserError is told with the place."""
        try:
            return check()
        except UserError as error:
            raise UserError(f"{self._at(node)}: {error.what}", error.next) from None

    def _wrong(self, node: Marked, what: str, then: str) -> UserError:
        return UserError(f"{self._at(node)}: {what}.", then if then.endswith("?") else f"{then}.")

    def _at(self, node: Marked) -> str:
        return f"{self.where}:{node.line}:{node.column}"
