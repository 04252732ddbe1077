"""Where vulnerabilities and bad behaviour are reported, and which code of conduct holds: as the documents say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ospo_init.core.inferring.repository import COMMUNITY, Inferred, Repository
from ospo_init.core.inferring.texts import emails, links, sections, urls, without_comments

_PRIVATE = re.compile(
    r"/security/advisories(?:/new)?/?$|hackerone\.com/|bugcrowd\.com/|intigriti\.com/|tidelift\.com/security|huntr\.",
    re.I,
)
_SECURITY = re.compile(r"secur|vuln|cve|psirt|cert@|abuse", re.I)
_REPORT = re.compile(r"\breport|\bcontact|\be-?mail|\benforce|\bwrite to|\bsend", re.I)
_VERSION = re.compile(
    r"contributor-covenant\.org/version/(\d)[/.](\d)|contributor covenant[^\n]{0,60}?\bversion (\d)\.(\d)"
    r"|covenant v?(\d)\.(\d)",
    re.I,
)
_TELL = re.compile(_REPORT.pattern + r"|disclos|vulnerab", re.I)
_OFFERED = {"2.1": "contributor-covenant-2.1", "3.0": "contributor-covenant-3.0"}
_OWN_FILE = re.compile(r"code[-_ ]?of[-_ ]?conduct", re.I)


def infer_contacts(repository: Repository) -> Iterator[Inferred]:
    """Yield the addresses for reports, and the code of conduct."""
    if found := _security(repository):
        yield found
    for path, text in repository.read("code_of_conduct", "codeofconduct", "conduct", places=COMMUNITY):
        yield from _conduct(path, text)
        return
    for path, text in repository.read("readme", "contributing", places=COMMUNITY):
        for words, target in links(text):
            if _OWN_FILE.search(words) and target.startswith("https://"):
                yield Inferred("code_of_conduct", None, f"{path} names one that stands elsewhere, {target[:120]}")
                return


def _security(repository: Repository) -> Inferred | None:
    for path in (".well-known/security.txt", "security.txt"):
        for contact in re.findall(
            r"^Contact:\s{0,4}(?:mailto:)?(\S{1,200})", repository.texts.get(path, ""), re.M | re.I
        ):
            return Inferred("security_contact", contact, f"{path}: Contact")
    for path, text in repository.read("security", places=COMMUNITY):
        blocks = [block for section in sections(text) for block in _asking(section.lines, _TELL)]
        named = [rows for block in blocks if (rows := list(_ways(block)))]
        if named:
            where = "form" if "://" in named[0][0] else "address"
            return Inferred("security_contact", named[0][0], f"{path}: the {where} for reports", len(named[0]) == 1)
    return None


def _ways(block: str) -> Iterator[str]:
    """Yield the private ways to report that a paragraph names, the likeliest first."""
    yield from sorted(emails(block), key=lambda address: not _SECURITY.search(address))
    targets = dict.fromkeys([*(target for _, target in links(block)), *urls(block)])
    yield from (target for target in targets if target.startswith("https://") and _PRIVATE.search(target))


def _conduct(path: str, text: str) -> Iterator[Inferred]:
    """Yield what a code of conduct says of itself. Another text than those offered stays, and is not called none."""
    versions = {".".join(filter(None, found.groups())) for found in _VERSION.finditer(text)}
    if len(versions) == 1 and (offered := _OFFERED.get(next(iter(versions)))):
        yield Inferred("code_of_conduct", offered, f"{path}: Contributor Covenant {next(iter(versions))}")
    else:
        yield Inferred(
            "code_of_conduct", None, f"{path}: {_conduct_name(text, versions)}; the template does not offer it"
        )
    addresses = emails(text)
    near = [
        address for section in sections(text) for block in _asking(section.lines, _REPORT) for address in emails(block)
    ]
    if found := near or addresses:
        yield Inferred("conduct_contact", found[0], f"{path}: the address for reports", len(set(addresses)) == 1)


def _conduct_name(text: str, versions: Collection[str]) -> str:
    text = without_comments(text)
    if versions:
        return f"Contributor Covenant {max(versions)}"
    targets = [target for target in [*(target for _, target in links(text)), *urls(text)] if target.startswith("http")]
    if len(text.split()) < 80 and targets:
        return f"names one that stands elsewhere, {targets[0][:120]}"
    return "a text of its own"


def _asking(lines: Sequence[str], words: re.Pattern[str]) -> Iterator[str]:
    """Yield the paragraphs that ask to report, each with the one below it: an address often stands there."""
    blocks = "\n".join(lines).split("\n\n")
    for block, below in zip(blocks, [*blocks[1:], ""], strict=True):
        if words.search(block):
            yield block if emails(block) or not block.rstrip().endswith(":") else f"{block}\n{below}"
