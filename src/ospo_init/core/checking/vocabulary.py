"""Checks as data: a closed vocabulary over what was seen of a repository.

    {file: NAME}                  one of the files is there, and not empty; `bytes: N` asks for more
    {says: PHRASE, in: NAME}      one of the files says it
    {never: PHRASE, in: NAME}     none of the files says it
    {scan: NAME}                  the scan found nothing; `clean: person` where that is not enough
    {rule: NAME}                  a rule of the program decides (core/checking/rules.py, or a plug-in's)
    {decided: KEY}                the record or the answers say it; of a list, all of them
    {ask: person|setting}         nothing here can show it: somebody has to say it
    {released: CHECK}             not applicable before the first version tag
    {when: CONDITION, then: CHECK}  not applicable where the condition does not hold
    {any: [CHECK, …]}             the first that passes decides; else the first of the list
    {all: [CHECK, …]}             the worst decides

NAME and PHRASE are rows of data/patterns.yml, and may be lists: any one of them will do. Two keys may stand beside
every word: `else`, the verdict where it is not so (fail, unknown, person, setting, answer, not-applicable), and
`next`, what to do then. Without `else`, what is not there fails, and what nobody decided waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core import conditions
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.tables import Tables, known
from ospo_init.core.conditions import Condition
from ospo_init.errors import TemplateError

Rule = Callable[[Seen], Found]
_ELSE = ("fail", "unknown", "person", "setting", "answer", "not-applicable")
_BESIDE = {"file": ("bytes",), "says": ("in",), "never": ("in",), "scan": ("clean",), "when": ("then",)}
_PROOFS = 20  # of one check: nobody reads more
_MANY = 10_000  # findings of a scan, for people may have signed for some of them


@dataclass(frozen=True)
class Check:
    """One check; which fields are used depends on the word. `names` are files, phrases, scans, rules or keys."""

    word: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    parts: tuple[Check, ...] = ()
    condition: Condition | None = None
    least: int = 1
    clean: str = "pass"
    otherwise: str = ""
    next_step: str = ""

    def walk(self) -> Iterator[Check]:
        """Yield this check and every one inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Vocabulary:
    """What names in checks stand for: the tables, the scans that there are, and the rules by name."""

    tables: Tables
    scans: frozenset[str] = frozenset()
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def parse(self, raw: Any, where: str) -> Check:
        """Return the check that `raw` says; raise TemplateError naming `where` when it says none."""
        words = [word for word in _WORDS if isinstance(raw, Mapping) and word in raw]
        if len(words) != 1:
            raise TemplateError(f"{where}: a check is one of {', '.join(_WORDS)}.", "Correct the row.")
        word = words[0]
        for key in raw:
            known(key, (word, "else", "next", *_BESIDE.get(word, ())), where, "key of a check")
        check = self._parsed(word, raw, where)
        otherwise = known(raw["else"], _ELSE, where, "verdict") if "else" in raw else ""
        return replace(check, otherwise=otherwise, next_step=raw.get("next", ""))

    def _parsed(self, word: str, raw: Mapping[str, Any], where: str) -> Check:
        value = raw[word]
        if word in ("any", "all"):
            return Check(word, parts=tuple(self.parse(part, where) for part in value))
        if word == "released":
            return Check(word, parts=(self.parse(value, where),))
        if word == "when":
            then = self.parse(raw["then"], where)
            return Check(word, parts=(then,), condition=conditions.parse(value, where))
        names = _listed(value)
        for name in names:
            self._known(word, name, where)
        places = _listed(raw.get("in", []))
        for name in places:
            self._known("file", name, where)
        return Check(word, names, places, least=raw.get("bytes", 1), clean=raw.get("clean", "pass"))

    def _known(self, word: str, name: str, where: str) -> None:
        names: Mapping[str, Iterable[str]] = {
            "file": self.tables.files,
            "says": self.tables.phrases,
            "never": self.tables.phrases,
            "scan": self.scans,
            "rule": self.rules,
            "ask": ("person", "setting"),
        }
        if word in names:
            known(name, names[word], where, "phrase" if word in ("says", "never") else word)

    def find(self, check: Check, seen: Seen) -> Found:
        """Return what the check finds in a repository."""
        found = _FINDS[check.word](self, check, seen)
        if found.verdict == "pass":
            return found
        if check.otherwise and found.verdict in ("fail", "person"):
            found = replace(found, verdict=_verdict(check.otherwise), needs=_needs(check.otherwise))
        return replace(found, next_step=check.next_step or found.next_step)


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (str(value),)


def _verdict(otherwise: str) -> str:
    return "person" if otherwise in ("setting", "answer") else otherwise


def _needs(otherwise: str) -> str:
    return {"setting": "setting", "answer": "person", "person": "person"}.get(otherwise, "")


def _paths(vocabulary: Vocabulary, names: Iterable[str], seen: Seen) -> list[str]:
    patterns = [vocabulary.tables.of(name) for name in names]
    return [path for pattern in patterns for path in seen.candidates if pattern.fullmatch(path)]


def _file(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    there = _paths(vocabulary, check.names, seen)
    for path in there:
        if len(seen.repository.texts.get(path, "").strip()) >= check.least or path not in seen.repository.texts:
            return Found("pass", (Proof("is there", path),))
    if there:
        what = "is empty" if not seen.repository.texts[there[0]].strip() else f"has less than {check.least} characters"
        return Found("fail", (Proof(what, there[0]),))
    return Found("fail", (Proof(f"no file for: {', '.join(check.names)}"),))


def _matches(vocabulary: Vocabulary, check: Check, seen: Seen) -> Iterator[Proof]:
    for path in _paths(vocabulary, check.places, seen):
        text = seen.repository.texts.get(path, "")
        for name in check.names:
            phrase = vocabulary.tables.phrases[name]
            if match := phrase.compiled.search(text):
                yield Proof(phrase.means, path, text.count("\n", 0, match.start()) + 1)


def _says(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    if first := next(_matches(vocabulary, check, seen), None):
        return Found("pass", (first,))
    means = " or ".join(vocabulary.tables.phrases[name].means for name in check.names)
    there = _paths(vocabulary, check.places, seen)[:3]
    proofs = tuple(Proof(f"does not have: {means}", path) for path in there)
    return Found("fail", proofs or (Proof(f"no file for: {', '.join(check.places)}"),))


def _never(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    found = tuple(_matches(vocabulary, check, seen))[:_PROOFS]
    return Found("fail", found) if found else Found("pass")


def _scan(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    proofs: list[Proof] = []
    unknown = ""
    for name in check.names:
        scan = seen.scans.get(name)
        proofs += scan.findings if scan else ()
        unknown = unknown or (scan.unknown if scan else "It was not looked for.")
    if proofs:
        return Found("fail", tuple(proofs[:_MANY]))
    if unknown:
        return Found("unknown", (Proof(unknown),), next_step=unknown)
    read = sum(seen.scans[name].looked_at for name in check.names)
    by = ", ".join(dict.fromkeys(seen.scans[name].by for name in check.names if seen.scans[name].by))
    proof = Proof(f"nothing found in {read} files" + (f" by {by}" if by else ""))
    return Found(_verdict(check.clean), (proof,), _needs(check.clean))


def _rule(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    return vocabulary.rules[check.names[0]](seen)


def _decided(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    proofs = []
    for key in check.names:
        where = seen.record
        if where.decisions.get(key) not in (None, "", [], "none"):
            line = where.lines.get(f"decisions.{key}", 0)
            proofs.append(Proof(f"{key} is recorded", where.path, line, declared=True))
        elif seen.recorded and seen.facts.given(key):
            proofs.append(Proof(f"{key} was answered", declared=True))
        else:
            return Found("person", (Proof(f"{key} is not recorded"),), "person")
    return Found("pass", tuple(proofs))


def _ask(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    return Found("person", needs=check.names[0])


def _released(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    if not seen.tags:
        return Found("not-applicable", (Proof("no version is tagged yet"),), "release")
    return vocabulary.find(check.parts[0], seen)


def _when(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    if check.condition is not None and not check.condition.holds(seen.facts):
        return Found("not-applicable")
    return vocabulary.find(check.parts[0], seen)


def _any(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    found = [vocabulary.find(part, seen) for part in check.parts]
    return next((one for one in found if one.verdict == "pass"), found[0])


_WORST = ("fail", "unknown", "person", "pass", "not-applicable")  # of several that must all be so


def _all(vocabulary: Vocabulary, check: Check, seen: Seen) -> Found:
    found = [vocabulary.find(part, seen) for part in check.parts]
    worst = min(found, key=lambda one: _WORST.index(one.verdict))
    same = [one for one in found if one.verdict == worst.verdict]
    proofs = tuple(dict.fromkeys(proof for one in same for proof in one.proofs))
    return replace(worst, proofs=proofs)


_FINDS: Mapping[str, Callable[[Vocabulary, Check, Seen], Found]] = {
    "file": _file,
    "says": _says,
    "never": _never,
    "scan": _scan,
    "rule": _rule,
    "decided": _decided,
    "ask": _ask,
    "released": _released,
    "when": _when,
    "any": _any,
    "all": _all,
}
_WORDS = tuple(_FINDS)
