"""From checks to verdicts: every item that applies, with sign-offs and waivers, and what the gate waits for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ospo_init.core import days, record
from ospo_init.core.checking.house_rules import begins_with_code, exemptions
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.report import Result
from ospo_init.core.checking.vocabulary import Check, Vocabulary
from ospo_init.core.checklist import STAGES, Item, applies
from ospo_init.core.record import SignOff, Waiver

# What a gate waits for: the blocking items of these phases, or the items that are about the move itself.
_BEFORE_LAUNCH = (
    *("planning", "legal-review", "technical-review", "marketing-review", "governance", "infrastructure"),
    *("final-code-review", "pre-launch"),
)
_PHASES = {"publish": _BEFORE_LAUNCH, "active": (*_BEFORE_LAUNCH, "launch")}
_WAITED_FOR = {"maintenance": ("EVAL-05", "MATURE-01", "MATURE-02"), "end-of-life": ("EOL-01", "EOL-03", "EOL-04")}
GATES = (*_PHASES, *_WAITED_FOR)
# What a move to a stage brings about: not in question before it.
_BY_MOVE = ("MATURE-01", "MATURE-02", "EOL-03", "EOL-04")
LOOKED_AT = "was looked at: "
_PROOFS = 20  # of one item: nobody reads more
_WORDS = 300  # characters of evidence or note that are held against a house's form
_YEAR = 365  # days after which what is periodic is looked at again


@dataclass(frozen=True)
class Row:
    """An item with its check, parsed; `sums` are the items that it sums up ("blocking": all that block)."""

    item: Item
    check: Check | None
    sums: tuple[str, ...] = ()


def parse(items: Iterable[Item], vocabulary: Vocabulary) -> tuple[Row, ...]:
    """Return the items with their checks; raise TemplateError naming the item whose check is not right."""
    rows = []
    for item in items:
        where = f"The checklist's item {item.id}"
        if set(item.check) == {"items"}:
            named = item.check["items"]
            rows.append(Row(item, None, tuple([named] if isinstance(named, str) else named)))
        else:
            rows.append(Row(item, vocabulary.parse(item.check, where)))
    return tuple(rows)


def blocks(item: Item, gate: str) -> bool:
    """Whether the gate does not open while this item is open."""
    if gate in _WAITED_FOR:
        return item.id in _WAITED_FOR[gate]
    return item.severity == "blocking" and item.phase in _PHASES[gate]


def in_question(item: Item, gate: str, stage: str) -> bool:
    """Whether an item is looked at: those up to the stage active always, later ones when their time has come."""
    latest = max(STAGES.index("active"), STAGES.index(stage))
    return STAGES.index(item.stage) <= latest or blocks(item, gate) or item.stage == gate


def evaluate(rows: Sequence[Row], seen: Seen, vocabulary: Vocabulary, gate: str) -> tuple[Result, ...]:
    """Return the verdict on every row; those that sum up others come last in the making, not in the order."""
    made = {row.item.id: _result(row, seen, vocabulary, gate) for row in rows if row.check}
    for row in rows:
        if not row.check:
            made[row.item.id] = _settled(row, seen, gate, _summed(row, made))
    return tuple(made[row.item.id] for row in rows)


def _result(row: Row, seen: Seen, vocabulary: Vocabulary, gate: str) -> Result:
    item = row.item
    assert row.check is not None  # noqa: S101 - the caller's condition
    if not applies(item, seen.facts):
        return _told(item, gate, Found("not-applicable", (Proof("not for a project of this kind"),)))
    if lost := _lost(item, seen, ("mandated", "managed")):
        return _settled(row, seen, gate, lost)
    if item.severity == "periodic" and seen.stage == "concept" and gate not in ("maintenance", "end-of-life"):
        return _told(item, gate, Found("not-applicable", (Proof("begins when the project is active"),)))
    if item.id in _BY_MOVE and STAGES.index(seen.stage) < STAGES.index(item.stage):
        return _told(item, gate, Found("not-applicable", (Proof("comes with the move to that stage"),)))
    found = vocabulary.find(row.check, seen)
    if found.verdict != "pass" and (lost := _lost(item, seen, ("seeded",))):
        found = lost  # a file that is the project's own may go, as long as something else answers the item
    return _settled(row, seen, gate, found)


def _lost(item: Item, seen: Seen, ownerships: Collection[str]) -> Found | None:
    """Return a failure where a file that the template made as evidence for the item is gone, or empty."""
    proofs = []
    for path, row in sorted(seen.generated.items()):
        if item.id not in owners(path, seen.evidence) or row.ownership not in ownerships or row.absent:
            continue
        place = row.at or path
        if place not in seen.repository.paths:
            proofs.append(Proof("was generated, and is not here any more", place))
        elif seen.sizes.get(place, 1) == 0 or not seen.repository.texts.get(place, "x").strip():
            proofs.append(Proof("was generated, and is empty now", place))
    if not proofs:
        return None
    step = f"Bring it back (git log --oneline -- {proofs[0].path}), or keep your own: ospo-init update --keep PATH."
    return Found("fail", tuple(proofs), next_step=step)


def owners(path: str, evidence: Mapping[str, Collection[str]]) -> Collection[str]:
    """Return the items that a file is evidence for: those that name it, or the nearest folder above it."""
    place = path
    while place:
        if place in evidence:
            return evidence[place]
        place = place.rstrip("/").rpartition("/")[0]
        place = f"{place}/" if place else ""
    return ()


def _summed(row: Row, made: Mapping[str, Result]) -> Found:
    names = [result.id for result in made.values() if result.blocks] if row.sums == ("blocking",) else row.sums
    waiting = [made[name] for name in names if name in made and made[name].is_open]
    if not waiting:
        word = any(made[name].is_declared for name in names if name in made)
        return Found("pass", (Proof(f"{len(names)} items are settled", declared=word),))
    first = ", ".join(result.id for result in waiting[:5]) + (" …" if len(waiting) > 5 else "")
    return Found("person", (Proof(f"{len(waiting)} are open: {first}"),), "person", f"Settle {first} first.")


def _settled(row: Row, seen: Seen, gate: str, found: Found) -> Result:
    """Return the result after what people signed, and what they waived."""
    item = row.item
    signed = [one for one in seen.record.sign_offs if one.item == item.id]
    if signed and row.check:
        found = _signed(item, seen, found, signed)
    waivers = [one for one in seen.record.waivers if one.item == item.id and record.valid(one, seen.today)]
    waiver = next((one for one in waivers if _is_coded(one, seen)), None)
    result = _told(item, gate, found)
    if waivers and waiver is None and result.is_open:
        codes = ", ".join(exemptions(seen))
        proof = Proof(f"its waiver begins with no code of the house's ({codes})", seen.record.path, waivers[0].line)
        return replace(result, proofs=_bounded((*result.proofs, proof)))
    if waiver and item.waivable and result.is_open:
        return replace(result, verdict="waived", waiver=waiver, next_step="")
    return replace(result, waiver=waiver)


def _is_coded(waiver: Waiver, seen: Seen) -> bool:
    """Whether a waiver begins with a code of the house's, where there are codes."""
    codes = exemptions(seen)
    return not codes or begins_with_code(waiver.reason, codes)


def _signed(item: Item, seen: Seen, found: Found, signed: Sequence[SignOff]) -> Found:
    """Return what becomes of a finding by the sign-offs of its item.

    They answer what only people can (person, unknown), never what fails. A sign-off whose evidence has changed since
    is a failure of its own.
    """
    roles = item.roles or (item.owner,)
    stands = {one: _standing(one, roles, seen) for one in signed}
    found = _looked_at(found, {one.evidence: one for one in signed if not stands[one].text})
    changed = [one for one in signed if stands[one].changed and not _again(one, signed, stands)]
    if changed and found.verdict != "fail":
        proofs = tuple(_proof(one, seen, stands[one].text) for one in changed)
        return Found("fail", proofs, next_step="Look at what has changed, and sign again.")
    good = [one for one in signed if not (stands[one].changed or stands[one].wrong_role or one.on > seen.today)]
    old = [one for one in good if _lapsed(item, one, seen)]
    missing = [role for role in roles if role not in {one.role for one in good if one not in old}]
    said = {one: stands[one].text or f"{_says(one)}{_moved_on(one, seen)}{_lapsed(item, one, seen)}" for one in signed}
    proofs = tuple(_proof(one, seen, said[one]) for one in signed)
    if found.verdict not in ("person", "unknown"):
        return replace(found, proofs=(*found.proofs, *proofs))
    if not missing:
        return Found("pass", proofs)
    step = f"Still needed: the sign-off of {', '.join(missing)}." if good else found.next_step
    return replace(found, proofs=(*found.proofs, *proofs), next_step=step)


def _lapsed(item: Item, one: SignOff, seen: Seen) -> str:
    """Return why a sign-off does not count any more, or not at all, as the end of a sentence; '' where it does."""
    age = days.between(one.on, seen.today) if one.on else 0
    if item.severity == "periodic" and one.on and age > _YEAR:
        return ", more than a year ago"
    if item.valid_days and one.on and age > item.valid_days:
        return f", which held for {item.valid_days} days"
    then = seen.signed_at.get(one.commit, {})
    for key in item.valid_while:
        if key in then and then[key] != seen.facts.answer(key):
            return f", when {key} was another answer"
    pattern, says = item.proof
    if pattern and not (re.search(pattern, one.evidence[:_WORDS]) or re.search(pattern, one.note[:_WORDS])):
        return f", without {says}"
    return ""


def _looked_at(found: Found, files: Mapping[str, SignOff]) -> Found:
    """Return what is left of a failure when somebody with the right role has signed for the very files it is about.

    Only as long as they are the same to the byte, and never silently: the signature is what is shown instead.
    """
    if found.verdict != "fail":
        return found
    # Only what a scan has found: that a licence is none, no signature changes.
    left = tuple(proof for proof in found.proofs if proof.commit or not proof.rule or proof.path not in files)
    if len(left) == len(found.proofs):
        return found
    if left:
        return replace(found, proofs=left)
    answered = dict.fromkeys(proof.path for proof in found.proofs)
    said = (Proof(f"{LOOKED_AT}{_says(files[path])}", path, declared=True) for path in answered)
    return Found("pass", tuple(said))


def _standing(one: SignOff, roles: Sequence[str], seen: Seen) -> record.Standing:
    role = one.role if one.role in roles else roles[0]
    return record.standing(one, role, seen.today, seen.digests.get(one.evidence))


def _again(one: SignOff, signed: Sequence[SignOff], stands: Mapping[SignOff, record.Standing]) -> bool:
    """Whether the same role has signed after this, and that still holds."""
    later = signed[signed.index(one) + 1 :]
    return any(other.role == one.role and not stands[other].changed for other in later)


def _says(one: SignOff) -> str:
    return f"signed by {one.by}{f' as {one.role}' if one.role else ''}{f' on {one.on}' if one.on else ''}"


def _moved_on(one: SignOff, seen: Seen) -> str:
    """Return a remark where something was signed for a commit, without a file, and there are newer ones."""
    newer = one.commit and not one.evidence and seen.head and not seen.head.startswith(one.commit)
    return f", for the commit {one.commit[:12]}; there are newer ones" if newer else ""


def _proof(one: SignOff, seen: Seen, text: str) -> Proof:
    what = text if not one.evidence or one.private else f"{text} ({one.evidence})"
    return Proof(what, "" if one.private else seen.record.path, 0 if one.private else one.line, declared=True)


def _bounded(proofs: tuple[Proof, ...]) -> tuple[Proof, ...]:
    more = len(proofs) - _PROOFS
    return (*proofs[:_PROOFS], Proof(f"and {more} more")) if more > 0 else proofs


def _told(item: Item, gate: str, found: Found) -> Result:
    is_open = found.verdict in ("fail", "unknown", "person")
    return Result(
        id=item.id,
        title=item.title,
        verdict=found.verdict,
        severity=item.severity,
        owner=item.owner,
        stage=item.stage,
        group=item.phase,
        proofs=_bounded(found.proofs),
        needs=found.needs,
        next_step=(found.next_step or item.next_step) if is_open else "",
        reason=item.reason,
        blocks=blocks(item, gate),
    )
