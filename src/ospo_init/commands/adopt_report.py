"""What an adoption says: what the repository told, what becomes of every file, and where the result is."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Sequence
from typing import Any

from ospo_init.commands.adopted import Adopted, Facts
from ospo_init.commands.update_report import of_patch
from ospo_init.core.inferring import Inferred
from ospo_init.outcome import Outcome

Lines = list[tuple[str, str]]

OFFER: Lines = [
    ("title", "No template made this repository. It can be adopted: what it lacks is added, nothing is replaced."),
    (
        "",
        "You answer what it does not tell itself. The result is a commit on a branch; Ctrl-C stops before it.",
    ),
    ("", ""),
]


def inferred_lines(facts: Facts) -> Lines:
    """Return the inferred answers with their evidence, those without a value last."""
    rows: Sequence[Inferred] = sorted(facts.inferred, key=lambda row: row.value is None)
    lines: Lines = [("title", f"The repository answers {sum(row.value is not None for row in rows)} questions itself:")]
    for row in rows:
        value = " ".join(str(row.value).split()) if row.value is not None else "(open)"
        shown = value[:57] + "…" if len(value) > 58 else value
        doubt = "" if row.sure or row.value is None else "  (not sure: please look)"
        lines.append(("", f"  {row.key:<18} {shown}{doubt}"))
        lines.append(("dim", f"  {'':<18} {row.evidence}"))
    for row in facts.against:
        lines.append(("mark", f"  {row.key}: you say otherwise than {row.evidence}; that holds for new files only."))
    return lines


def shown(adopted: Adopted, patch: bytes) -> Outcome:
    """Return the plan, and the exact change."""
    text = patch.decode("utf-8", "replace")
    data = _data(adopted) | {"written": False, "diff": text}
    lines = [*inferred_lines(adopted.facts), ("", ""), *_file_lines(adopted), ("", "")]
    lines += [(of_patch(line), line) for line in text.splitlines()]
    return Outcome(data, (*lines, ("good", "Nothing was written.")))


def committed(adopted: Adopted, branch: str, commit: str, fresh: bool) -> Outcome:
    """Return what is said of an adoption that is a commit on a branch."""
    steps = [f"git diff HEAD...{shlex.quote(branch)}", f"git merge {shlex.quote(branch)}"]
    data = _data(adopted) | {"written": fresh, "branch": branch, "commit": commit, "next": steps}
    lines = [*inferred_lines(adopted.facts), ("", ""), *_file_lines(adopted), ("", "")]
    if fresh:
        lines.append(("good", f"The branch {branch} holds one commit ({commit[:12]}); nothing else was touched."))
    else:
        lines.append(("good", f"Nothing has changed: the branch {branch} holds just that already ({commit[:12]})."))
    lines += [("title", "Next (nothing of this was run):"), *(("", f"  {step}") for step in steps)]
    return Outcome(data, tuple(lines))


def message(adopted: Adopted) -> str:
    """Return the commit message."""
    name = adopted.template.name
    return f"Follow {name} {adopted.template.tag}\n\nOnly files that were missing are added; nothing is replaced.\n"


def _file_lines(adopted: Adopted) -> Lines:
    chosen = adopted.chosen
    told = chosen.verdicts
    added = [row for row in told if row.path in chosen.added]
    blocks = [row for row in told if row.path in chosen.blocks]
    rest = [row for row in told if row.path not in chosen.added | chosen.blocks]
    asked = [row for row in rest if row.verdict == "ask"]
    kept = [row for row in rest if row.verdict != "ask"]
    lines: Lines = [("title", f"From {adopted.template.name} {adopted.template.tag}"), ("", "")]
    lines += [("title", f"Files: {len(added)} added, {len(blocks)} with a marked block, {len(kept)} kept")]
    lines += [("good", f"  add    {row.path}") for row in added]
    lines += [("good", f"  block  {row.path}  ({row.reason})") for row in blocks]
    lines += [("dim", f"  keep   {row.path}  ({row.reason})") for row in kept]
    if asked:
        lines += [("mark", f"Not added without a yes ({len(asked)}); add one with --take PATH:")]
        lines += [("", f"  ask    {row.path}  ({row.reason})") for row in asked]
    return lines


def _data(adopted: Adopted) -> dict[str, Any]:
    chosen = adopted.chosen
    template = adopted.template
    return {
        "schema_version": 1,
        "path": str(adopted.place.folder),
        "template": {"url": template.url, "tag": template.tag, "commit": template.commit},
        "inferred": [dataclasses.asdict(row) for row in adopted.facts.inferred],
        "contradicted": [row.key for row in adopted.facts.against],
        "files": [
            dataclasses.asdict(row) | {"added": row.path in chosen.added, "block": row.path in chosen.blocks}
            for row in chosen.verdicts
        ],
        "kept": list(chosen.kept),
    }
