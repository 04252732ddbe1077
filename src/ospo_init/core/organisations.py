"""The organisation behind an e-mail address, as far as its domain tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z][a-z0-9-]{0,61}[a-z0-9]")
_COUNTRY = re.compile(r"(?:com?\.)?[a-z]{2,3}")
_INSIDE = ("local", "localdomain", "localhost", "internal", "intranet", "lan", "home", "corp", "invalid", "example")


@dataclass(frozen=True)
class Public:
    """Mail providers that anybody can use: their domains, and names that they have in every country."""

    domains: frozenset[str]
    in_every_country: frozenset[str]

    def holds(self, domain: str) -> bool:
        """Whether anybody can have an address of this domain."""
        first, _, rest = domain.partition(".")
        return domain in self.domains or (first in self.in_every_country and bool(_COUNTRY.fullmatch(rest)))

    def organisation(self, email: str, mapping: Mapping[str, str]) -> str:
        """Return the organisation of an address: what the mapping says of its domain or one above it, or the domain.

        It is "" where the domain tells nothing: of public mail providers, machines, and what is no domain.
        """
        domain = email.rpartition("@")[2].strip().strip(".").lower()
        if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            return ""
        parts = domain.split(".")
        above = (".".join(parts[start:]) for start in range(len(parts)))
        if named := next((mapping[name] for name in above if name in mapping), ""):
            return named
        return "" if self.holds(domain) or parts[-1] in _INSIDE else domain


def cleaned(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping of e-mail domains to organisations as `organisation` takes it: small letters, short names."""
    rows = ((domain.strip().strip("@.").lower(), " ".join(name.split())[:80]) for domain, name in mapping.items())
    return {domain: name for domain, name in rows if domain and name}
