"""The controls of somebody else's standard as data.

data/standards/NAME.yml holds one standard. Each control has `id`, `group`, `title`, and what decides it:

    check: CHECK         a check in the words of core/checking/vocabulary.py
    scan_rules: [RULE]   instead: no finding of a scan has one of these rules (reuse/no-license: of the scan reuse)
    first: CHECK         where this does not pass, it decides, and `check` is not looked at
    review: CHECK        where `check` fails and this passes, the checker leaves it to a person
    partial: [{check, score}]  the scores below 10, tried in this order where `check` does not pass
    score: NAME          instead: core/checking/scores.py computes it

and beside them `levels` (or `weight`, for a score), `needs` (what is needed, and where or from whom), and facts that
only documents need. `files` and `phrases` of a standard extend the tables of data/patterns.yml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core.checking import tables
from ospo_init.core.checking.all_rules import scans_of
from ospo_init.core.checking.model import VERDICTS, Found, Proof, Seen
from ospo_init.core.checking.scores import SCORES
from ospo_init.core.checking.tables import Tables, known
from ospo_init.core.checking.vocabulary import Check, Vocabulary
from ospo_init.errors import TemplateError

_KEYS = (
    *("schema_version", "name", "title", "version", "checker", "verdicts"),
    *("files", "phrases", "controls"),
)
_CONTROL = (
    *("id", "group", "title", "check", "scan_rules", "first", "review", "partial", "score", "levels", "weight"),
    *("needs", "risk", "experimental", "url_required", "na"),
)
_TITLE = 90  # characters


@dataclass(frozen=True)
class Control:
    """One control. `check` is None where `scan_rules` decide. `partial` are scores with what earns them,
    `score` names the function that computes it.

    `counts` is False for what the standard's checker leaves out of its score unless asked.
    """

    id: str
    group: str
    title: str
    check: Check | None
    scan_rules: tuple[str, ...] = ()
    first: Check | None = None
    review: Check | None = None
    partial: tuple[tuple[Check, float], ...] = ()
    score: str = ""
    levels: tuple[str, ...] = ()
    weight: float = 0.0
    counts: bool = True
    needs: str = ""

    @property
    def checks(self) -> Iterator[Check]:
        """Every check, with those inside it."""
        own = (self.check, self.first, self.review, *(check for check, _ in self.partial))
        return (part for check in own if check is not None for part in check.walk())

    @property
    def severity(self) -> str:
        """Its lowest level, or the weight that its score has."""
        if self.weight:
            return f"weight {self.weight:g}"
        return level_name(self.levels[0]).lower() if self.levels else ""


@dataclass(frozen=True)
class Standard:
    """A standard. `verdicts` are its checker's words for ours, `tables` the files and phrases that it adds."""

    name: str
    title: str
    version: str
    checker: str
    controls: tuple[Control, ...]
    verdicts: Mapping[str, str]
    tables: Tables = field(default_factory=Tables, repr=False)

    @property
    def scans(self) -> frozenset[str]:
        """The scans that its checks and the rules in them read."""
        found = frozenset(rule.partition("/")[0] for control in self.controls for rule in control.scan_rules)
        return found | scans_of(check for control in self.controls for check in control.checks)


def load(raw: Mapping[str, Any], vocabulary: Vocabulary) -> Standard:
    """Return the standard; raise TemplateError naming what is not right in it."""
    name = str(raw.get("name", "?"))
    where = f"The standard {name}"
    for key in raw:
        known(str(key), _KEYS, where, "key of a standard")
    missing = [key for key in _KEYS if key not in raw] + [f"verdicts: {v}" for v in _unsaid(raw.get("verdicts"))]
    if missing:
        raise TemplateError(f"{where} has no {missing[0]}.", "Add it.")
    own = tables.load({"files": raw["files"] or {}, "phrases": raw["phrases"] or {}})
    words = extended(vocabulary, own)
    controls = tuple(_control(row, words, where) for row in raw["controls"])
    ids = Counter(control.id for control in controls)
    if twice := [one for one, count in ids.items() if count > 1]:
        raise TemplateError(f"{where} has the control {twice[0]} twice.", "Remove one.")
    return Standard(
        name=name,
        title=str(raw["title"]),
        version=str(raw["version"]),
        checker=str(raw["checker"]),
        controls=controls,
        verdicts={str(key): str(word) for key, word in raw["verdicts"].items()},
        tables=own,
    )


def _unsaid(verdicts: Any) -> list[str]:
    said = verdicts if isinstance(verdicts, Mapping) else {}
    return [verdict for verdict in VERDICTS if verdict not in said and verdict != "waived"]


def _control(raw: Mapping[str, Any], vocabulary: Vocabulary, where: str) -> Control:
    where = f"{where}, control {raw.get('id', '?')}"
    for key in raw:
        known(str(key), _CONTROL, where, "key of a control")
    lacking = [key for key in ("id", "group", "title") if not raw.get(key)]
    if lacking or bool(raw.get("check")) == bool(raw.get("scan_rules")):
        what = lacking[0] if lacking else "check, or has scan_rules beside it"
        raise TemplateError(f"{where} has no {what}.", "Correct the row.")
    if len(str(raw["title"])) > _TITLE:
        raise TemplateError(f"{where}: its title is longer than {_TITLE} characters.", "Shorten it.")
    scan_rules = tuple(raw.get("scan_rules", ()))
    for rule in scan_rules:
        known(rule.partition("/")[0], vocabulary.scans, where, "scan")

    def parsed(key: str) -> Check | None:
        return vocabulary.parse(raw[key], where) if key in raw else None

    return Control(
        id=str(raw["id"]),
        group=str(raw["group"]),
        title=str(raw["title"]),
        check=parsed("check"),
        scan_rules=scan_rules,
        first=parsed("first"),
        review=parsed("review"),
        partial=tuple((vocabulary.parse(row["check"], where), float(row["score"])) for row in raw.get("partial", ())),
        score=known(str(raw["score"]), SCORES, where, "score") if "score" in raw else "",
        levels=tuple(str(level) for level in raw.get("levels", ())),
        weight=float(raw.get("weight", 0)),
        counts=not raw.get("experimental", False),
        needs=str(raw.get("needs", "")),
    )


def extended(vocabulary: Vocabulary, own: Tables) -> Vocabulary:
    """Return the vocabulary with a standard's own files and phrases, and the rule that only standards need."""
    before = vocabulary.tables
    both = Tables({**before.files, **own.files}, {**before.phrases, **own.phrases})
    return replace(vocabulary, tables=both, rules={**vocabulary.rules, "version-tags": _version_tags})


def _version_tags(seen: Seen) -> Found:
    """Git keeps names of tags apart, so every release that is a tag has a name of its own."""
    if not seen.tags:
        return Found("not-applicable", (Proof("no version is tagged yet"),), "release")
    count = len(seen.tags)
    names = "1 version is tagged" if count == 1 else f"{count} versions are tagged, each with a name of its own"
    return Found("pass", (Proof(f"{names}; the newest is {seen.tags[0].name[:60]}"),))


def level_name(name: str) -> str:
    """Return a level as people read it: "Level 1", "Passing"."""
    return f"Level {name}" if name.isdigit() else name.capitalize()
