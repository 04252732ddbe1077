"""What `update` says: what became of every file, what is in conflict, and how to go on or back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ospo_init.core.merging import FATES, Fate
from ospo_init.core.origin import called
from ospo_init.edges.project import Project, Recorded
from ospo_init.edges.templates import Versions
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.planned import Planned

Lines = list[tuple[str, str]]
_STYLES = {"conflict": "bad", "deleted": "dim", "released": "mark", "back": "mark"}
_QUIET = ("left",)


def current(place: Project, recorded: Recorded, known: Versions) -> Outcome:
    """Return what is said where there is nothing to do."""
    data = _data(place, recorded.src, recorded.commit, recorded.commit) | {"current": True}
    notes = _of_versions(known)
    lines: Lines = [("good", f"Up to date with {called(recorded.src)} {recorded.commit}.")]
    lines += [("dim", note) for note in notes]
    return Outcome({**data, "notes": notes}, tuple(lines))


def nothing(planned: Planned, known: Versions) -> Outcome:
    """Return what is said where the merge changes nothing."""
    outcome = current(planned.before.place, planned.before.recorded, known)
    return Outcome({**outcome.data, "files": _files(planned)}, (*outcome.lines, *_told_fates(planned)))


def aborted(place: Project, paths: Sequence[str], kept: Path) -> Outcome:
    """Return what is said after --abort."""
    data = {"schema_version": 1, "path": str(place.folder), "aborted": True, "files": list(paths), "kept": str(kept)}
    lines: Lines = [("good", f"The update is undone: {len(paths)} files are as they were before it.")]
    lines += [("dim", f"What lay there is kept in {kept}")] if kept.exists() else []
    return Outcome(data, tuple(lines))


def shown(planned: Planned, patch: bytes) -> Outcome:
    """Return the exact change of an update that is not made; the patch is text that can be shown as it is."""
    text = patch.decode()
    data = _whole(planned) | {"written": False, "diff": text}
    lines: Lines = [*_head(planned, "Would update"), *_body(planned), ("", "")]
    lines += [(of_patch(line), line) for line in text.removesuffix("\n").split("\n")]
    return Outcome(data, (*lines, ("good", "Nothing was written.")), 1 if planned.conflicts else 0)


def written(planned: Planned) -> Outcome:
    """Return what is said of an update that lies in the work tree."""
    conflicts = planned.conflicts
    data = _whole(planned) | {"written": True, "next": _next(planned)}
    lines: Lines = [*_head(planned, "Updated"), *_body(planned)]
    if conflicts:
        head = f"{len(conflicts)} in conflict: settle them (git mergetool, or an editor), git add them, and commit."
        lines += [("", ""), ("bad", head)]
    lines += [("", ""), ("title", "Next (nothing of this was run):"), *(("", f"  {line}") for line in data["next"])]
    lines += [("dim", f"  {back}") for back in ["ospo-init update --abort   # to go back"]]
    return Outcome(data, tuple(lines), 1 if conflicts else 0)


def committed(planned: Planned, branch: str, commit: str) -> Outcome:
    """Return what is said of an update that is a commit on a branch."""
    data = _whole(planned) | {"written": True, "branch": branch, "commit": commit}
    steps = [f"git diff HEAD...{shlex.quote(branch)}", f"git merge {shlex.quote(branch)}"]
    lines: Lines = [*_head(planned, "Updated"), *_body(planned), ("", "")]
    lines += [("good", f"The result is the commit {commit[:12]} on the branch {branch}; the work tree is as it was.")]
    lines += [("title", "Next (nothing of this was run):"), *(("", f"  {step}") for step in steps)]
    return Outcome({**data, "next": steps}, tuple(lines))


def refused(planned: Planned, branch: str) -> Outcome:
    """Return what is said where conflicts keep a result from being a commit."""
    data = _whole(planned) | {"written": False, "branch": branch}
    lines: Lines = [*_head(planned, "Could not update"), *_body(planned), ("", "")]
    lines += [("bad", f"Nothing was written: a commit on {branch} cannot hold conflicts.")]
    return Outcome(data, (*lines, ("", "Run it without --branch, and settle them in the work tree.")), 1)


def message(planned: Planned) -> str:
    """Return the commit message for an update, signed off where the project's inbound rule is the DCO."""
    title = f"Update from {called(planned.template.url)} {planned.before.recorded.commit} to {planned.template.tag}"
    if planned.before.recorded.commit == planned.template.tag:
        title = f"Update to the answers given, from {called(planned.template.url)} {planned.template.tag}"
    return f"{title}\n"


def _whole(planned: Planned) -> dict[str, Any]:
    template, before = planned.template, planned.before
    data = _data(before.place, template.url, before.recorded.commit, template.tag)
    changed = {key: {"from": old, "to": new} for key, (old, new) in planned.settled.changed.items()}
    return data | {
        "commit_of_template": template.commit,
        "answers": changed,
        "dropped_answers": list(planned.settled.dropped),
        "files": _files(planned),
        "conflicts": planned.conflicts,
        "renamed_here": dict(planned.moves.project),
        "notes": _notes(planned),
    }


def _data(place: Project, src: str, old: str, new: str) -> dict[str, Any]:
    template = {"url": src, "from": old, "to": new}
    return {"schema_version": 1, "path": str(place.folder), "answers_file": place.answers_file, "template": template}


def _files(planned: Planned) -> list[dict[str, str]]:
    return [_file(fate) for fate in _news(planned)]


def _news(planned: Planned) -> list[Fate]:
    """Return what is worth telling: that a file stays deleted is said once."""
    prefix, rows = planned.before.place.prefix, planned.before.lock.files
    absent = {prefix + path for path, row in rows.items() if row.absent}
    told = [fate for fate in planned.fates if fate.what not in _QUIET]
    return [fate for fate in told if fate.what != "deleted" or fate.name not in absent]


def _file(fate: Fate) -> dict[str, str]:
    row = {"path": fate.path, "what": fate.what, "from": fate.leaves}
    return {key: value for key, value in row.items() if value}


def _head(planned: Planned, verb: str) -> Lines:
    old, new = planned.before.recorded.commit, planned.template.tag
    way = f"{old} to {new}" if old != new else new
    unreleased = " (unreleased)" if planned.template.unreleased else ""
    src = planned.before.recorded.src
    moved = f"from {called(src)} to" if src != planned.template.url and planned.template.name != called(src) else "with"
    return [("title", f"{verb} {moved} {called(planned.template.url)}, {way}{unreleased}.")]


def _body(planned: Planned) -> Lines:
    lines = _told_fates(planned)
    for key, (old, new) in planned.settled.changed.items():
        was = f" (was {_short(old)})" if key in planned.before.recorded.answers else ""
        lines.append(("", f"  answer     {key}: {_short(new)}{was}"))
    lines += [("dim", f"  no longer asked: {key}") for key in planned.settled.dropped]
    if not lines:
        lines = [("", "  No file of the project changes but what the update records of itself.")]
    return lines + [("dim", note) for note in _notes(planned)]


def _told_fates(planned: Planned) -> Lines:
    lines: Lines = []
    news = _news(planned)
    for what, said in FATES.items():
        for fate in (fate for fate in news if fate.what == what):
            moved = f"{fate.leaves} → " if fate.leaves else ""
            here = f" (you call it so; the template: {fate.name})" if fate.path != fate.name and not moved else ""
            lines.append((_STYLES.get(what, ""), f"  {what:<10} {moved}{fate.path}{here}{_why(what, said)}"))
    return lines


def _why(what: str, said: str) -> str:
    return f"  ({said.partition(': ')[2] or said})" if said != what else ""


def _notes(planned: Planned) -> list[str]:
    before = planned.before
    notes = []
    if planned.rendered.from_history:
        what = f"Version {before.recorded.commit} of the template is not to be had any more"
        notes.append(f"{what}; what it had made was found in this repository.")
    if before.lock.tag and before.lock.tag != before.recorded.commit:
        notes.append(
            f"The answers were at {before.recorded.commit} and the lock at {before.lock.tag}: it is refreshed."
        )
    notes += [f"{path} is kept from now on, and there is no such file yet." for path in planned.rendered.unknown]
    if before.place.others:
        notes.append(f"Other templates here: {', '.join(before.place.others)}; update each with --answers-file.")
    return notes


def _of_versions(known: Versions) -> list[str]:
    return [f"The template could not be asked: {known.stale}"] if known.stale else []


def _next(planned: Planned) -> list[str]:
    sign_off = " -s" if planned.signed_off else ""
    steps = ["git diff --cached"] if not planned.conflicts else ["git status", "git mergetool"]
    return [*steps, f"git commit{sign_off} -m {shlex.quote(message(planned).strip())}"]


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text[:57] + "…" if len(text) > 58 else text or "(empty)"


def of_patch(line: str) -> str:
    """Return the style of a line of a patch."""
    kinds: Mapping[str, str] = {"+": "good", "-": "bad", "@": "mark"}
    return "title" if line.startswith(("diff ", "+++", "---")) else kinds.get(line[:1], "")
