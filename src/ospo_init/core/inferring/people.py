"""Who maintains it: only where the project says so in words. Nobody becomes a maintainer by counting commits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ospo_init.core.inferring.forges import account_of
from ospo_init.core.inferring.manifests import Manifest
from ospo_init.core.inferring.repository import COMMUNITY, Inferred, Repository
from ospo_init.core.inferring.texts import emails, links, plain, sections, simple, urls

_MAINTAIN = re.compile(r"\bmaintain(?:er|ers|ed by)\b|\bcore (?:team|developers?)\b|\bproject leads?\b", re.I)
_GONE = r"former(?:ly)?|emerit\w*|past|alumni|inactive|retired|previous|ex-|honou?rary"
_OTHERS = r"contributors?|reviewers?|coordinators?|triag\w*|thanks?|become|becoming|how|guide"
_FORMER = re.compile(rf"\b(?:{_GONE}|{_OTHERS})\b", re.I)
_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w@/.-]*[@/])")
_PARTICLES = "van|von|de|der|den|da|di|du|del|la|le|bin|al|el|ten|ter|zu|dos|y"
_WORD = rf"(?:[^\W\d_a-zß-ÿ][^\W\d_]*(?:['\u2019.-][^\W\d_]+)*\.?|(?:{_PARTICLES})\b)"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{1,4}}")
_SEPARATORS = re.compile(r"\s[-\u2013\u2014:]\s|\s[-\u2013\u2014]|[(){}|,;/]|:\s|\s{3,}")
_ADDRESSES = re.compile(r"<?[\w.+-]{1,64}@[\w.-]{1,200}>?|<?https?://[^\s<>()]{1,300}>?|(?<!\w)@[\w-]{1,40}")
_SEVERAL = re.compile(r"(?<=\)),?\s{1,4}(?:(?:and|&)\s{1,4})?(?=[^\W\d_])")
_TITLES = "project|core|lead|code|security|release|general|technical|current|active|community|team|open|the|user|github"
_ROLES = re.compile(rf"^(?:{_TITLES}|last|full|real)\b", re.I)
_ITEM = re.compile(r"\s*(?:[-*+•|]|\d{1,3}[.)])|.{0,80}<[^<>]{1,80}@")
MOST = 40


@dataclass(frozen=True)
class Person:
    """Somebody who is named: with an address and an account where the same line gives them."""

    name: str
    email: str = ""
    handle: str = ""

    @property
    def row(self) -> str:
        """The person as a line of the answer `maintainers`."""
        return self.name + (f" <{self.email}>" if self.email else "") + (f" {self.handle}" if self.handle else "")


def infer_maintainers(repository: Repository, found: Sequence[Manifest]) -> Iterator[Inferred]:
    """Yield the first maintainer, with address and account, and the others, from the first place that lists any."""
    for evidence, people, sure in _places(repository, found):
        if people:
            first, *others = list(dict.fromkeys(people))[:MOST]
            yield Inferred("maintainer_name", first.name, evidence, sure)
            if first.email:
                yield Inferred("maintainer_email", first.email, evidence, sure)
            if handle := first.handle or _only_owner(repository) * (not others):
                yield Inferred(
                    "maintainer_handle", handle, evidence if first.handle else "CODEOWNERS: the owner of *", sure
                )
            if others:
                yield Inferred("maintainers", "\n".join(person.row for person in others), evidence, sure)
            return


def _places(repository: Repository, found: Sequence[Manifest]) -> Iterator[tuple[str, list[Person], bool]]:
    for path, text in repository.read("maintainers", "maintainer", "owners", places=COMMUNITY):
        yield f"{path}: the people it lists", *_listed(text, whole=True)
    for path, text in repository.read(
        "authors", "governance", "team", "people", "readme", "contributing", places=COMMUNITY
    ):
        yield f"{path}: its section on maintainers", *_listed(text, whole=False)
    for row in found:
        yield f"{row.path}: its maintainers", _from_fields(row, "maintainers"), True
    shares = {simple(key): count for key, count in repository.history.authors}
    for row in found:
        theirs = {person: _share(person, shares) for person in _from_fields(row, "authors")}
        active = [person for person, count in theirs.items() if count]
        told = f"{sum(theirs.values())} of the last {repository.history.looked_at} commits are theirs"
        yield f"{row.path}: its authors; {told}", active, False


def _share(person: Person, shares: Mapping[str, int]) -> int:
    """Return how many of the newest commits are by this person: the same name, or the same address."""
    parts = [simple(part) for part in (person.name, person.email) if part]
    return sum(count for key, count in shares.items() if key.startswith(parts[0]) or key.endswith(parts[-1]))


def _from_fields(manifest: Manifest, key: str) -> list[Person]:
    """Return the people in a manifest's field. Whom it calls a maintainer needs no address to be one."""
    found = list[Person]()
    for text in manifest.fields.get(key, ()):
        name = " ".join(text.split())
        if len(text) < 300 and not (people := list(people_of(text))):
            people = [Person(name)] if key == "maintainers" and _NAME.fullmatch(name) else []
        found += people if len(text) < 300 else []
    return found


def _listed(text: str, whole: bool) -> tuple[list[Person], bool]:
    """Return the people in a list of maintainers, and whether each row that names an address or account was understood.

    The list is the whole file, or those of its sections that say so.
    """
    found, missed = list[Person](), 0
    for line in _list_lines(text, whole):
        people = list(people_of(line))
        found += people
        missed += not people and bool(emails(line) or _HANDLE.search(line)) and bool(_ITEM.match(line))
    return found, not missed


def _list_lines(text: str, whole: bool) -> Iterator[str]:
    """Yield the lines below headings on maintainers; a line that ends in a colon is a heading in all but form."""
    for section in sections(text):
        listing = _opens(section.heading, whole) if section.heading else whole
        for line in section.lines:
            if re.match(r"[\w*_]", line) and re.search(r":[*_ ]*$", line):
                listing = _opens(line, whole)
            elif listing and len(line) < 400 and not line.startswith("#"):
                yield line


def _opens(heading: str, whole: bool) -> bool:
    return not _FORMER.search(heading) and (whole or bool(_MAINTAIN.search(heading)))


def people_of(line: str) -> Iterator[Person]:
    """Yield whom a line names. A name alone is nobody: an address or an account must stand beside it."""
    line = re.sub(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+", "", line)
    line = re.sub(r"^(?:`[^`]{1,80}`|[\w/.*-]{1,60})\s?:\s+", "", line)  # the part that the person looks after
    for piece in _SEVERAL.split(line):
        if person := _person(piece):
            yield person


def _person(piece: str) -> Person | None:
    """Return the person, unless two addresses or accounts are named: which is whose would be a guess."""
    if "@" not in piece and "://" not in piece:
        return None
    targets = [*(target for _, target in links(piece)), *urls(piece)]
    accounts = [*filter(None, map(account_of, targets)), *(f"@{name}" for name in _HANDLE.findall(piece))]
    handles = list({handle.lower(): handle for handle in reversed(accounts)}.values())
    addresses = emails(piece)
    if len(addresses) > 1 or len(handles) > 1 or not (addresses or handles):
        return None
    words = _ADDRESSES.sub(" , ", plain(piece.replace("|", " , ")))
    parts = (" ".join(part.strip(" .,*_\"'<>").split()) for part in _SEPARATORS.split(words))
    name = next((part for part in parts if _NAME.fullmatch(part) and not _ROLES.match(part)), "")
    return Person(name, next(iter(addresses), ""), next(iter(handles), "")) if name else None


def _only_owner(repository: Repository) -> str:
    """Return the one account that owns everything by CODEOWNERS, or nothing."""
    for _, text in repository.read("codeowners", places=COMMUNITY):
        rows = [line.split("#")[0].split() for line in text.split("\n")]
        owners = next((row[1:] for row in reversed(rows) if row and row[0] == "*"), [])
        if len(owners) == 1 and re.fullmatch(r"@[A-Za-z0-9-]{1,39}", owners[0]):
            return owners[0]
    return ""
