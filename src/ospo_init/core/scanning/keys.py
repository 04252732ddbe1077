"""Files that hold keys and passwords by their name, and what makes a find of a key a key and not a word about one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ospo_init.core.scanning.kinds import EMPTY, TEXT
from ospo_init.core.scanning.model import Lines, Row, digest

_KEY = re.compile(r"(?:id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:ppk|kdbx|agilekeychain|keychain))", re.IGNORECASE)
_STORE = re.compile(r".*\.(?:p12|pfx|keystore|jks|bks|key|pem|der|p8)|\.(?:netrc|htpasswd|pgpass)", re.IGNORECASE)
_SETTINGS = re.compile(
    r"\.env(?!\.(?:example|sample|template|dist|defaults?|test|schema|md)$)(?:\..+)?|\.netrc|_netrc|\.npmrc|\.pypirc|\.pgpass"
    r"|\.git-credentials|\.yarnrc\.yml",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+)?[\"']?([\w./:@-]{0,100}?(?:secret|token|passwd|password|api_?key|private_?key|_auth))"
    r"[\"']?[ \t]{0,8}[=:][ \t]{0,8}[\"']?([^\s\"'#]{8,200})",
    re.IGNORECASE | re.MULTILINE,
)
_NETRC = re.compile(r"\bpassword[ \t]+([^\s#]{4,200})")
_NO_VALUE = re.compile(
    r"^[$<{%\[(]|^(?:true|false|null|none|secret|password|passwd|token|localhost|undefined)\w?$|change|example|your|placeholder"
    r"|dummy|fake|sample|default|insecure|x{4}|\*{3}|\.{3}|^(.)\1+$|^https?:|^[./~]|test|dev|local|123",
    re.IGNORECASE,
)
_BODY = re.compile(r"(?:[A-Za-z0-9+/]{38,}={0,2}|(?:[A-Za-z0-9+/]{4}){8,}={0,2})")
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|testdata|test-data|fixtures?|__tests__|specs?|examples?|samples?|docs?|documentation|e2e"
    r"|demos?|mocks?)/|(?:^|/)(?:test_[^/]*|[^/]*[._-](?:test|spec|example|sample)s?(?:\.[^/]*)?)$",
    re.IGNORECASE,
)


def named_as_key(path: str, kind: str) -> str:
    """Return what a file is by its name (and its being no text), or '' where the name says nothing of keys."""
    name = path.rpartition("/")[2]
    if kind == EMPTY:
        return ""
    if _KEY.fullmatch(name):
        return "is named like a private key"
    return "is named like a store of keys" if kind != TEXT and _STORE.fullmatch(name) else ""


def is_settings(path: str) -> bool:
    """Whether a file of this name holds settings of one machine, in which passwords lie."""
    return bool(_SETTINGS.fullmatch(path.rpartition("/")[2]))


def is_trial(path: str) -> bool:
    """Whether a file is a test, an example or documentation, by its path."""
    return bool(_TESTS.search(path))


class Settings:
    """Finds passwords and tokens that are assigned in a file of settings (.env, .netrc, .npmrc and the like)."""

    digest = digest("settings/1")

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place."""
        lines = Lines(text)
        for match in _ASSIGNED.finditer(text):
            if not _NO_VALUE.search(match[2]):
                yield Row(lines.at(match.start(1)), "secrets/settings", "a password or token in a file of settings")
        for match in _NETRC.finditer(text):
            if not _NO_VALUE.search(match[1]):
                yield Row(lines.at(match.start()), "secrets/settings", "a password or token in a file of settings")


def has_body(text: str, place: int) -> bool:
    """Whether what follows a key's first line at `place` looks like a key, and not like words or code about one."""
    after = text[place : place + 1200].replace("\\n", "\n").replace("\\r", "")
    rows = re.split(r"[\n\"']+", after)[1:8]
    return any(_BODY.search(row) for row in rows)
