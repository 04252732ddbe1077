"""What the project is called, what it says of itself in a sentence, and where it lives."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ospo_init.core.inferring.forges import forge_of, host_of, repository_of
from ospo_init.core.inferring.manifests import Manifest
from ospo_init.core.inferring.repository import Inferred, Repository
from ospo_init.core.inferring.texts import plain, sections, sentence, simple, without_comments

_SHORT = 160  # so long may a description be, of one sentence or two
_SAYS = re.compile(r"\s(is|are|provides|contains|helps|lets|makes|allows|implements|offers|collects)\s")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}", re.I)  # not the alias of a host in somebody's settings of ssh
_MARKS = {".gitlab-ci.yml": "gitlab", ".gitlab/": "gitlab", ".forgejo/": "forgejo"}


def infer_place(repository: Repository, found: Sequence[Manifest]) -> Iterator[Inferred]:
    """Yield the repository's address, its forge and its main branch."""
    named = [(row.path, address) for row in found if (address := _address(row))]
    remote = repository.remote if _HOST.fullmatch(host_of(repository.remote).split(":")[0]) else ""
    others = [f"{path} names {address}" for path, address in named if simple(address) != simple(remote)]
    if remote:
        yield Inferred("repository_url", remote, "; ".join(["the remote origin", *others[:1]]), not others)
    elif named:
        yield Inferred("repository_url", named[0][1], f"{named[0][0]}: its address", sure=False)
    if address := remote or (named[0][1] if named else ""):
        host = host_of(address)
        if forge := forge_of(host):
            yield Inferred("forge", forge, f"the address is at {host}", not (remote and others))
        elif mark := next((mark for mark in _MARKS if any(path.startswith(mark) for path in repository.paths)), ""):
            yield Inferred("forge", _MARKS[mark], f"{mark} is there, and the address is at {host}", sure=False)
    if repository.branch:
        known = repository.branch_known
        how = "the remote's main branch" if known and repository.remote else "the branch that is checked out here"
        yield Inferred("default_branch", repository.branch, how, known)


def _address(manifest: Manifest) -> str:
    short = manifest.language == "node"
    rows = [
        row.split(",")[-1] if manifest.path == "setup.cfg" else row for row in manifest.fields.get("repository", ())
    ]
    texts = [part for row in rows for part in re.split(r"[\s,]+", row) if part]
    return next((address for text in texts if (address := repository_of(text, short))), "")


def infer_name(repository: Repository, found: Sequence[Manifest]) -> Iterator[Inferred]:
    """Yield the project's name, its short name and its description."""
    last = _last(repository, found)
    named = [(row.path, _bare(row.first("name"))) for row in found if row.first("name")]
    known = {simple(name) for _, name in named} | {simple(last)}
    title = next(((path, title) for path, title in _titles(repository) if simple(title) in known), None)
    spoken = next(
        ((path, name) for path, name in named if " " in name), None
    )  # pom.xml and the like name it for people
    if best := title or spoken or next(iter(named), None):
        told = "title" if best == title else "name"
        sure = best in (title, spoken)  # what a package is called may be only its short name
        yield Inferred("project_name", best[1], f"{best[0]}: its {told}", sure)
    elif last:
        yield Inferred("project_name", last, "the name of the repository", sure=False)
    short = next((_slug(name) for _, name in named if " " not in name), "") or _slug(last)
    if short:
        where = next((path for path, name in named if _slug(name) == short), "the name of the repository")
        yield Inferred("project_slug", short, f"{where}: its name" if where in dict(named) else where)
    yield from _description(repository, found)


def _last(repository: Repository, found: Sequence[Manifest]) -> str:
    """Return the last part of the repository's address."""
    addresses = [repository.remote, *map(_address, found)]
    return next(filter(None, addresses), "").rstrip("/").rpartition("/")[2]


def _description(repository: Repository, found: Sequence[Manifest]) -> Iterator[Inferred]:
    for row in found:
        text = plain(row.first("description", 4000))
        if len(text.split()) > 1:
            yield Inferred(
                "description", sentence(text) if len(text) > _SHORT else text, f"{row.path}: its description"
            )
            return
    names = {simple(name) for row in found if (name := _bare(row.first("name")))} | {simple(_last(repository, found))}
    for path, text in repository.read("readme", places=("", ".github/", "docs/")):
        if said := _introduction(text, names | {simple(title) for _, title in _titles(repository)}):
            yield Inferred("description", said, f"{path}: the sentence that says what it is", sure=False)
            return


def _introduction(text: str, names: Collection[str]) -> str:
    """Return the first sentence of a README that says "NAME is …" or "This … is …"; other first sentences are news."""
    for section in sections(without_comments(text))[:4]:
        for block in "\n".join(section.lines).split("\n\n"):
            said = sentence(plain(" ".join(block.split())))
            subject, verb, _ = (*_SAYS.split(said, maxsplit=1), "", "")[:3]
            what = re.sub(r"^(?:the|this)\s|\s?\([^()]{0,60}\)$", "", subject.strip(), flags=re.I)
            if (
                verb
                and len(said) <= 250
                and said[-1] != ":"
                and (
                    simple(what) in names
                    or re.match(r"this (?!readme|document|page|file|section|guide)(?:\w+ ?){0,3}$", subject, re.I)
                )
            ):
                return said
    return ""


def _titles(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the first headings of the README, each also without what stands in brackets or after a colon or dash."""
    for path, text in repository.read("readme"):
        for heading in [row.heading for row in sections(text) if row.heading][:2]:
            yield path, heading
            yield path, re.split(r"\s*[(:]|\s[-\u2013\u2014]", heading)[0].strip()


def _bare(name: str) -> str:
    """Return a package's name without its scope or vendor, as @ada/tides and ada/tides have one."""
    return name.rpartition("/")[2] if "/" in name and " " not in name else name


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:64].strip("-")
