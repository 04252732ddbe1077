"""What the checklist asks of the licence of a repository, as pure functions of what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ospo_init.core.checking.house_rules import approved
from ospo_init.core.checking.model import VERDICTS, Found, Proof, Seen
from ospo_init.core.licensing import spdx
from ospo_init.core.licensing.identity import Identified, license_files, named_id
from ospo_init.core.licensing.materials import materials
from ospo_init.core.licensing.vendored import own_notices, vendored_folders

_NONE = "no licence file"
_CHOOSE = "Put the text of a licence that OSI or FSF has approved into LICENSE, word for word."
_RESTORE = "Restore the text word for word, and keep notes of your own in other files."
Rows = Iterator[tuple[str, Proof]]  # a verdict each, and what shows it


def license_text(seen: Seen) -> Found:
    """LEGAL-06: LICENSE is at the top, word for word; where REUSE is followed, LICENSES/ has it under its SPDX name."""
    found = _files(seen)
    if not any("/" not in row.path for row in found):
        step = "Put the text of your licence at the top of the repository as LICENSE." if found else _CHOOSE
        return Found("fail", (Proof(f"{_NONE} at the top"),), next_step=step)
    rows = [*_top_texts(found, seen), *(row for file in found if "/" in file.path for row in _kept_text(file, seen))]
    return _worst(rows, {"fail": _RESTORE, "unknown": "Compare the text with the one of its author."})


def _files(seen: Seen) -> list[Identified]:
    """Return the licence files; in a house's project, a text that its template made is what the template says."""
    found = license_files(seen.repository)
    return [_as_made(row, seen) for row in found] if seen.houses else found


def _as_made(row: Identified, seen: Seen) -> Identified:
    """Return a file whose text is on no list here, but is the template's, as a text of the house's own."""
    made = seen.generated.get(row.path)
    if row.how in ("whole", "own", "unread") or made is None or made.blob != seen.blobs.get(row.path):
        return row
    spdx_id = spdx.without_prefix(named_id(row.path)) or str(seen.facts.answer("license") or "")
    return Identified(row.path, "own", (spdx_id,)) if spdx_id else row


def _top_texts(found: list[Identified], seen: Seen) -> Rows:
    # Who does not follow REUSE needs no second copy; who does and forgets it is told by the item about REUSE too.
    by_reuse = any(path == "REUSE.toml" or path.startswith(("LICENSES/", ".reuse/")) for path in seen.repository.paths)
    by_reuse = by_reuse or seen.recorded
    kept = {spdx.without_prefix(named_id(row.path)) for row in found}
    for row in found:
        if "/" in row.path:
            continue
        yield _text_verdict(row)
        if row.how == "whole" and by_reuse and not kept.intersection(row.ids):
            answer = seen.facts.answer("license")
            spdx_id = answer if answer in row.ids else row.ids[0]
            yield "fail", Proof(f"is under {spdx_id}, and LICENSES/{spdx_id}.txt is not there", row.path)


def _text_verdict(row: Identified) -> tuple[str, Proof]:
    verdict, what = {
        "whole": ("pass", f"is the whole text of {row.name}"),
        "own": ("pass", f"is the text of {row.name}, as LICENSES/ has it"),
        "changed": ("fail", f"is near to {row.name} and not its text"),
        "inside": ("fail", f"holds the text of {row.name} and more"),
        "other": ("unknown", f"is no licence text that is known here{_nearest(row)}"),
        "unread": ("fail", "is empty, too large, or no text"),
    }[row.how]
    return verdict, Proof(what, row.path, row.line)


def _kept_text(row: Identified, seen: Seen) -> Rows:
    """Yield how a file in LICENSES/ stands: it has to be the text of the id that it is named after."""
    spdx_id = spdx.without_prefix(named_id(row.path))
    if row.how in ("unread", "own"):
        yield _text_verdict(row)
    elif spdx_id not in seen.repository.licenses:
        yield "unknown", Proof(f"there is no text of {spdx_id[:60]} here to compare with", row.path)
    elif spdx_id in row.ids:
        yield _text_verdict(row)
    else:
        yield "fail", Proof(f"is not the text of {spdx_id}{_nearest(row)}", row.path)


def license_approved(seen: Seen) -> Found:
    """LEGAL-04: OSI or FSF has approved the licence. What is known of no text is unknown, and never approved."""
    found = _main(_files(seen))
    if not found:
        return Found("fail", (Proof(_NONE),), next_step=_CHOOSE)
    return _worst(
        [_approval(row, approved(seen)) for row in found],
        {
            "unknown": "Restore the text of your licence word for word, so that it can be told which it is.",
            "person": "Let legal confirm that the licence is open for this kind of work, and sign for it.",
        },
    )


def _approval(row: Identified, houses: Mapping[str, str]) -> tuple[str, Proof]:
    if row.how == "whole":
        flags = [spdx.licenses().get(spdx_id, spdx.Flags()) for spdx_id in row.ids]
        who = [name for name, on in (("OSI", any(f.osi for f in flags)), ("FSF", any(f.fsf for f in flags))) if on]
        if who:
            return "pass", Proof(f"is {row.name}, which {' and '.join(who)} stand{'s' * (len(who) == 1)} for", row.path)
        title = next((houses[spdx_id] for spdx_id in row.ids if spdx_id in houses), "")
        if title:
            return "pass", Proof(f"is {row.name}: approved by {title}, not by OSI", row.path, declared=True)
        return "person", Proof(f"is {row.name}, which neither OSI nor FSF has approved", row.path)
    if row.how == "own" and row.name in houses:
        return "pass", Proof(f"is {row.name}: approved by {houses[row.name]}, not by OSI", row.path, declared=True)
    what = {
        "own": ("person", f"is {row.name}, a text of the house's own: neither OSI nor FSF has approved it"),
        "inside": ("person", f"holds the text of {row.name} and more, which a person must read"),
        "changed": ("unknown", f"is near to {row.name} and not its text"),
        "other": ("unknown", f"is no licence text that is known here{_nearest(row)}"),
        "unread": ("unknown", "is empty, too large, or no text"),
    }
    verdict, words = what[row.how]
    return verdict, Proof(words, row.path, row.line)


def license_material(seen: Seen) -> Found:
    """LEGAL-07: each kind of material has a licence made for it; whether it is the right one a person decides."""
    found = _files(seen)
    if not found:
        return Found("unknown", (Proof(_NONE),), next_step=_CHOOSE)
    return _worst(_materials(seen, [row for row in found if row.how in ("whole", "inside")]), {})


def _materials(seen: Seen, found: list[Identified]) -> Rows:
    """Yield how each material stands. A licence beside the main one counts for what it alone was made for."""
    main = _main(found)
    own = {material for row in main for material in spdx.made_for(row.ids[0])}
    beside = [spdx.made_for(row.ids[0]) for row in found if row not in main]
    made = own | {material for row in beside if "software" not in row for material in row}
    kind = str(seen.facts.answer("kind") or "software")
    under = ", ".join(dict.fromkeys(row.name for row in main)) or "no licence that is known here"
    if kind == "software" and "software" in own:
        yield "pass", Proof(f"the software is under {under}")
    else:
        yield "person", Proof(f"it is {kind}, under {under}")
    for material, path, count in materials(seen.repository.paths):
        files = "1 file" if count == 1 else f"{count} files"
        if material in made:
            yield "pass", Proof(f"{files} of {material}, and a licence made for it", path)
        else:
            yield "person", Proof(f"{files} of {material}, and no licence made for it", path)


def notice(seen: Seen) -> Found:
    """LEGAL-09: NOTICE is there where the template made one or parts by others lie here."""
    there = [path for path, text in seen.repository.texts.items() if _is_notice(path) and text.strip()]
    if there:
        return Found("pass", (Proof("names whose work it is", min(there)),))
    gone = [path for path in seen.generated if path == "NOTICE"]
    if gone:
        step = "Bring NOTICE back (git restore NOTICE, or ospo-init update)."
        return Found("fail", (Proof("was made by the template, and is empty or not there", "NOTICE"),), next_step=step)
    paths = seen.repository.paths
    folders = vendored_folders(paths)
    if not folders:
        return Found("pass", (Proof("no folder of parts by others"),))
    kept = own_notices(paths)
    step = "List the parts by others in NOTICE, with the notices that their licences demand."
    first = Proof("holds parts by others, and no NOTICE at the top lists them", folders[0])
    return Found("fail", (first, *(Proof("is a notice to pass on", path) for path in kept[:5])), next_step=step)


def _is_notice(path: str) -> bool:
    stem = path.partition(".")[0].lower().replace("-", "_")
    known = ("notice", "notices", "third_party_notices", "third_party_licenses", "thirdpartynotices", "credits")
    return "/" not in path and stem in known


def _main(found: list[Identified]) -> list[Identified]:
    return [row for row in found if "/" not in row.path] or found


def _nearest(row: Identified) -> str:
    return f"; the nearest is {row.name}" if row.ids else ""


def _worst(rows: Iterable[tuple[str, Proof]], steps: Mapping[str, str]) -> Found:
    """Return the worst of the verdicts with what shows it, then everything else."""
    ordered = sorted(rows, key=lambda row: VERDICTS.index(row[0]))
    verdict = ordered[0][0]
    needs = "person" if verdict == "person" else ""
    return Found(verdict, tuple(proof for _, proof in ordered), needs, steps.get(verdict, ""))


RULES: Mapping[str, Callable[[Seen], Found]] = {
    "license-text": license_text,
    "license-approved": license_approved,
    "license-material": license_material,
    "notice": notice,
}
