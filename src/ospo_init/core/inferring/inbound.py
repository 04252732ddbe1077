"""Under which rule contributions come in: what is asked today stays, and no new rule is made by adopting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ospo_init.core.inferring.repository import COMMUNITY, Inferred, Repository
from ospo_init.core.inferring.texts import links, sections, urls

ENOUGH, SHARE = 10, 90  # commits that must be there to judge by, and how many of a hundred must be signed off
_DCO = re.compile(
    r"developer(?:'s|s)? certificate of origin|\bDCO\b|signed-off-by|commit (?:-s\b|--signoff)|sign(?:ed)?[- ]off", re.I
)
_CLA = re.compile(r"(?i:contribut(?:or|ion|ors'?)\W{1,3}(?:licen[cs]e\W{1,3})?agreement)|\bI?CLAs?\b")
_NO = re.compile(r"\b(?:no|not|without|never|neither|don't|doesn't|isn't)\b", re.I)
_FILES = {
    "dco": r"DCO(?:\.\w+)?|\.github/dco\.ya?ml|\.github/workflows/dco[^/]*\.ya?ml",
    "cla": r"\.clabot|\.github/workflows/cla[-_.][^/]*|(?:I|C)?CLA(?:\.\w+)?|contributor.license.agreement[^/]*",
}


def infer_inbound(repository: Repository) -> Iterator[Inferred]:
    """Yield the rule, and for an agreement its address where the text gives one."""
    for path, text in repository.read("contributing", "contribute", places=COMMUNITY):
        rows = {"cla": _asked(_CLA, text), "dco": _asked(_DCO, text)}
        asked = [(rule, block) for rule, block in rows.items() if block]
        if asked:
            rule, block = asked[0]
            also = " and a sign-off" if len(asked) > 1 else ""
            what = {"cla": "a contributor agreement", "dco": "a sign-off (DCO)"}[rule]
            yield Inferred("inbound", rule, f"{path}: asks for {what}{also}", len(asked) == 1)
            if rule == "cla":
                yield from _address(path, block)
            return
    for rule, names in _FILES.items():
        if path := next((path for path in repository.paths if re.fullmatch(names, path, re.I)), ""):
            yield Inferred("inbound", rule, f"{path} is there")
            return
    seen, signed = repository.history.looked_at, repository.history.signed_off
    evidence = f"{signed} of the last {seen} commits are signed off"
    if seen >= ENOUGH and signed * 100 >= SHARE * seen:
        yield Inferred("inbound", "dco", evidence)
    elif seen:
        also = ", and no document asks for a sign-off or an agreement"
        yield Inferred("inbound", "inbound-outbound", evidence + also, signed * 2 <= seen)


def _asked(words: re.Pattern[str], text: str) -> str:
    """Return the paragraph below a heading that asks for it; one that says it is not needed does not."""
    for block in (block for section in sections(text) for block in "\n".join(section.lines).split("\n\n")):
        for sentence in re.split(r"(?<=[.!?])\s", block):
            if words.search(sentence) and not _NO.search(sentence):
                return block
    return ""


def _address(path: str, block: str) -> Iterator[Inferred]:
    for target in [*(target for words, target in links(block) if _CLA.search(words + " " + target)), *urls(block)]:
        if target.startswith("https://") and re.search(r"cla|agreement|licen[cs]e", target, re.I):
            yield Inferred("cla_url", target, f"{path}: the agreement")
            return
