"""A standard's controls with the verdicts that its own checker would give for what files can show.

The same facts as the checklist's, judged as others judge them; what only a forge or a person can say is said to be so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.report import Result
from ospo_init.core.checking.scores import SCORES
from ospo_init.core.checking.standard_data import Control, Standard, extended, level_name, load
from ospo_init.core.checking.vocabulary import Vocabulary

__all__ = ["Control", "Standard", "evaluate", "load"]
_BEST = 10.0  # the score of a check that passes
_PROOFS = 20  # of one control
Row = tuple[Result, Control, float | None]  # the score where there is one


def evaluate(
    standard: Standard, seen: Seen, vocabulary: Vocabulary
) -> tuple[tuple[Result, ...], tuple[tuple[str, str], ...]]:
    """Return each control's verdict in the standard's order, and what is to be said of each level, or of the score."""
    words = extended(vocabulary, standard.tables)
    more = standard.tables.any_file
    there = frozenset(seen.candidates)
    seen = replace(
        seen,
        candidates=tuple(path for path in seen.repository.paths if path in there or more.fullmatch(path)),
    )
    rows = [_row(standard, control, seen, words) for control in standard.controls]
    return tuple(result for result, _, _ in rows), tuple(_levels(standard, rows))


def _row(standard: Standard, control: Control, seen: Seen, vocabulary: Vocabulary) -> Row:
    found = _found(control, seen, vocabulary)
    score = _score(control, found, seen, vocabulary) if control.weight else None
    word = standard.verdicts[found.verdict] if score is None else f"{score:g} of {_BEST:g}"
    is_open = found.verdict in ("fail", "unknown", "person")
    result = Result(
        id=control.id,
        title=control.title,
        verdict=found.verdict,
        severity=control.severity,
        owner="",
        stage="",
        group=control.group,
        proofs=found.proofs[:_PROOFS],
        needs=found.needs or ("person" if found.verdict == "person" else ""),
        next_step=(found.next_step or control.needs) if is_open else "",
        reason=f"its checker says: {word}",
    )
    return result, control, score


def _found(control: Control, seen: Seen, vocabulary: Vocabulary) -> Found:
    if control.first is not None:
        first = vocabulary.find(control.first, seen)
        if first.verdict != "pass":
            return first
    if control.check is None:
        return _scanned(control.scan_rules, seen)
    found = vocabulary.find(control.check, seen)
    if control.review is not None and found.verdict in ("fail", "person"):
        shown = vocabulary.find(control.review, seen)
        if shown.verdict == "pass":
            needs = found.needs or "person"
            return replace(found, verdict="person", proofs=(*shown.proofs, *found.proofs), needs=needs)
    return found


def _scanned(rules: Sequence[str], seen: Seen) -> Found:
    """Return what a scan says of some of its rules.

    A scan with findings that has looked at no file stopped at the first of them, and knows nothing of the rest.
    """
    scan = seen.scans.get(rules[0].partition("/")[0])
    if scan is None:
        return Found("unknown", (Proof("It was not looked for."),))
    if wrong := [proof for proof in scan.findings if proof.rule in rules]:
        more = (Proof(f"and {len(wrong) - _PROOFS + 1} more"),) if len(wrong) > _PROOFS else ()
        return Found("fail", (*wrong[: _PROOFS - len(more)], *more))
    if scan.findings and not scan.looked_at:
        first = scan.findings[0]
        return Found("unknown", (first,), next_step=f"Mend {first.path or 'what is told'} first.")
    if scan.unknown:
        return Found("unknown", (Proof(scan.unknown),), next_step=scan.unknown)
    return Found("pass", (Proof(f"nothing found in {scan.looked_at} files" + (f" by {scan.by}" if scan.by else "")),))


def _score(control: Control, found: Found, seen: Seen, vocabulary: Vocabulary) -> float | None:
    """Return 0 to 10, or None where the checker comes to no conclusion."""
    if control.score:
        return SCORES[control.score](seen)
    if found.verdict == "pass":
        return _BEST
    if found.verdict == "not-applicable":
        return None
    for check, score in control.partial:
        if vocabulary.find(check, seen).verdict == "pass":
            return score
    return 0.0 if found.verdict == "fail" else None


def _levels(standard: Standard, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    scored = [(control.weight, score) for _, control, score in rows if score is not None and control.counts]
    if any(control.weight for control in standard.controls):
        weights = sum(weight for weight, _ in scored)
        mean = sum(weight * score for weight, score in scored) / weights if weights else 0.0
        yield "Score", f"{mean:.1f} of {_BEST:g} over {len(scored)} conclusive checks" if scored else "none yet"
        if left := [result for result, control, score in rows if score is None and control.counts]:
            yield "Left out", _left(left)
        return
    names = dict.fromkeys(level for control in standard.controls for level in control.levels)
    for level in names:
        yield level_name(level), _counted([result for result, control, _ in rows if level in control.levels])
    if not names:
        yield "All", _counted([result for result, _, _ in rows])


def _left(results: Sequence[Result]) -> str:
    """Return which checks have no score, by what they wait for ("need a setting: A, B; does not apply yet: C")."""
    waiting = [(one if len(names) == 1 else many, names) for kind, one, many in _KINDS if (names := _of(kind, results))]
    return "; ".join(f"{said}: {', '.join(names)}" for said, names in waiting)


def _of(kind: str, results: Sequence[Result]) -> list[str]:
    return [result.id for result in results if _kind(result) == kind]


def _kind(result: Result) -> str:
    return result.needs if result.verdict == "person" or result.needs == "release" else result.verdict


def _counted(results: Sequence[Result]) -> str:
    """Return how many are shown by files, and what the others wait for ("17 of 24 are shown by files; …")."""
    kinds = Counter(_kind(result) for result in results)
    text = f"{kinds['pass']} of {len(results)} {'is' if kinds['pass'] == 1 else 'are'} shown by files"
    rest = [(kinds[kind], one if kinds[kind] == 1 else many) for kind, one, many in _KINDS if kinds[kind]]
    return "; ".join([text, ", ".join(f"{count} {said}" for count, said in rest)]) if rest else text


_KINDS = (
    ("fail", "fails", "fail"),
    ("unknown", "could not be looked at", "could not be looked at"),
    ("setting", "needs a setting", "need a setting"),
    ("person", "needs a person", "need a person"),
    ("release", "waits for a release", "wait for a release"),
    ("not-applicable", "does not apply yet", "do not apply yet"),
)
