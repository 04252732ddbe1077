"""Names that should stay inside: of hosts, of an organisation, of people at private domains; and marks of secrecy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ospo_init.core.scanning.model import Lines, Row, digest

# Ends of names that no public DNS has: .internal is reserved by ICANN for private use, .corp was withheld for good,
# .local is multicast DNS (RFC 6762), .lan and .intranet are used by convention (RFC 6762, appendix G).
_HOST = re.compile(
    r"(?:://(?:[^\s/@\"'<>]{1,100}@)?|\bgit@)([A-Za-z0-9][A-Za-z0-9.-]{0,120}\.(?:corp|intranet|internal|lan|local))"
    r"(?![\w.-])"
)
_ENDS = (".corp", ".intranet", ".internal", ".lan", ".local")
# What every developer's machine or cloud calls so, and what stands for no host.
_KNOWN = re.compile(
    r"(?:^|\.)(?:docker|containers|podman|google|compute|ec2|minikube|orb|lima|k3d|rancher-desktop)\.internal$"
    r"|(?:^|\.)(?:cluster|svc)\.local$|^[^.]*\.(?:local|lan)$|^host\.internal$"
    r"|(?:^|[.-])(?:example|foo|bar|baz|acme|contoso|your|my|some|test|dummy|fake|demo|company|domain|org|corp|mycompany"
    r"|yourcompany|mycorp|site|server|host)\d*[.-]",
    re.IGNORECASE,
)


class Internal:
    """Finds internal host names in addresses, and an organisation's own patterns: (id, regular expression)."""

    def __init__(self, patterns: Sequence[tuple[str, str]] = ()) -> None:
        self._patterns = [(number, re.compile(regex)) for number, (_, regex) in enumerate(patterns)]
        self.digest = digest("internal/1", *(regex for _, regex in patterns))

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place; `what` of a pattern of the organisation is its number, for its words may be secret."""
        lines = Lines(text)
        if any(end in text for end in _ENDS):
            for match in _HOST.finditer(text):
                if not _KNOWN.search(match[1]):
                    yield Row(lines.at(match.start(1)), "internal/host", "names a host of an internal network")
        for number, pattern in self._patterns:
            for match in pattern.finditer(text):
                yield Row(lines.at(match.start()), "internal/pattern", str(number))


class Addresses:
    """Finds e-mail addresses at private domains, and at those below them."""

    def __init__(self, domains: Iterable[str]) -> None:
        names = sorted({domain.strip().lstrip("@").lower() for domain in domains} - {""})
        below = r"@(?:[a-z0-9-]{1,63}\.){0,6}"
        ends = "|".join(re.escape(name) for name in names) or "(?!)"
        self._pattern = re.compile(rf"{below}(?:{ends})(?![\w-]|\.\w)", re.IGNORECASE)
        self.digest = digest("emails/1", *names)

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place; the address is not repeated."""
        lines = Lines(text)
        for match in self._pattern.finditer(text) if "@" in text else ():
            if re.match(r"[\w.+%-]", text[match.start() - 1 : match.start()]):
                yield Row(lines.at(match.start()), "emails/private-domain", "is an address at a private domain")


# "For internal use only" in small letters is said of functions, too, so that marks of that kind count as headings do.
_MARKS = re.compile(
    r"(?i:\bproprietary (?:and|&|/) confidential\b|\bconfidential (?:and|&|/) proprietary\b)"
    r"|(?i:\b(?:strictly|company|highly|corporate) confidential\b|\bcommercial[ -]in[ -]confidence\b)"
    r"|(?i:\bconfidential information of\b|\bnot for (?:public|external) (?:release|distribution|publication)\b)"
    r"|\bI(?:nternal|NTERNAL) U(?:se|SE) O(?:nly|NLY)\b|\bD(?:o|O) (?:not|Not|NOT) (?:[Pp]ublish|PUBLISH)\b"
    r"|\bD(?:o|O) (?:not|Not|NOT) (?:[Dd]istribute|DISTRIBUTE)\b|^[\W_]{0,20}C(?:onfidential|ONFIDENTIAL)[\W_]{0,20}$",
    re.MULTILINE,
)
_NEEDED = ("confiden", "not for", "internal use", "do not")  # of these one is in every mark
_HEADER = 30  # lines of a file that is no document


class Words:
    """Finds marks such as "confidential": anywhere in a document or message, and in the first lines of other files."""

    def __init__(self, document: bool) -> None:
        self._document = document
        self.digest = digest("words/1", str(document))

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place."""
        if not self._document:
            text = "\n".join(text[: _HEADER * 200].split("\n", _HEADER)[:_HEADER])
        lowered = text.lower()
        if not any(word in lowered for word in _NEEDED):
            return
        lines = Lines(text)
        for match in _MARKS.finditer(text):
            yield Row(lines.at(match.start()), "words/confidential", f'says "{" ".join(match[0].split())[:60]}"')
