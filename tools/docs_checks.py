"""docs/checks.md: where we and outside judges differ, from tests/data/agreement.json. tools/docs.py writes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent.parent / "tests" / "data" / "agreement.json"
_NAMED = 4  # of the words that one side uses
_HEAD = """# Agreement with outside judges

Do our checks see what others see? Four of them were run on the newest commit of {count} public repositories, and beside
each a program that others wrote for the same matter. They hold {files:,} files.
Written by `python tools/docs.py` from `tests/data/agreement.json`.

What is compared, place by place:

- **licence identity**: which licence each file is the text of, at the top and in LICENSES/. Ids that share one text, as
  -only and -or-later do, are one.
- **REUSE**: each file, licence and text that does not hold, by rule.
- **workflow pins**: each line of a workflow that uses an action without naming its commit.
- **secrets**: each line that holds one, in the work tree. What a repository's settings pass over counts for neither
  side; a mark in the line itself does. Where gitleaks is installed, `check` uses it, and both sides are one; what is
  compared here is `check` without it.

## Result

"Agree" is a repository in which both sides say the same of every place. "To find" are those in which at least one side
says something.

| matter | we | outside judge | to find | agree | of all | places alike | only one side, or otherwise |
|---|---|---|--:|--:|--:|--:|--:|
{summary}
## Do it again

`tools/agree.py` takes any git repositories, bare or not. Neither their hooks nor their settings are used, and no
network. gitleaks is a program that you name; without it, secrets are left out.

```console
$ pip install -e '.[test]'
$ python tools/agree.py --gitleaks gitleaks FOLDER...
$ python tools/docs.py
```

Reasons that are on record stay as long as the difference is the same. A difference without a reason is printed, and the
exit code is 1.
"""


def document() -> str:
    """Return the whole document."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    repositories = record["repositories"]
    files = sum(row["files"] for row in repositories)
    text = _HEAD.format(count=len(repositories), files=files, summary=_summary(record))
    text += "\n## Why we differ\n\nEvery difference was looked at.\n"
    for judge, about in record["judges"].items():
        text += f"\n### {about['title'][:1].upper()}{about['title'][1:]}\n\n"
        rows = list(_rows(record, judge))
        if not rows:
            text += "No difference.\n"
            continue
        text += "".join(_reasons(record["reasons"][judge], rows)) + _most(rows)
        text += "\n| repository | times | we say | they say | why | the first |\n|---|--:|---|---|---|---|\n"
        text += "".join(_row(row) for row in rows)
    text += "\n## The repositories\n\n| repository | commit | files |\n|---|---|--:|\n"
    for row in repositories:
        text += f"| [{row['name']}](https://github.com/{row['name']}) | {row['commit'][:12]} | {row['files']} |\n"
    return text


def _summary(record: Mapping[str, Any]) -> str:
    lines = []
    for judge, about in record["judges"].items():
        found = [row["judges"][judge] for row in record["repositories"]]
        differing = [sum(one["count"] for one in row["differences"]) for row in found]
        some = [not wrong for row, wrong in zip(found, differing, strict=True) if row["same"] or wrong]
        alike = sum(row["same"] for row in found)
        numbers = [len(some), sum(some), f"{differing.count(0)} of {len(found)}", f"{alike:,}", sum(differing)]
        cells = [about["title"], about["ours"], about["theirs"], *map(str, numbers)]
        lines.append(f"| {' | '.join(cells)} |\n")
    return "".join(lines)


def _rows(record: Mapping[str, Any], judge: str) -> Iterator[dict[str, Any]]:
    """Yield the differences of one matter, those of one repository with one reason together."""
    for repository in record["repositories"]:
        merged: dict[tuple[str, str], dict[str, Any]] = {}
        for one in repository["judges"][judge]["differences"]:
            row = merged.setdefault(
                (one["reason"], one["why"]),
                {"name": repository["name"], "count": 0, "ours": [], "theirs": [], "place": one["places"][0]},
            )
            row["count"] += one["count"]
            row["ours"] += [one["ours"]] if one["ours"] not in row["ours"] else []
            row["theirs"] += [one["theirs"]] if one["theirs"] not in row["theirs"] else []
        yield from ({**row, "reason": key[0], "why": key[1]} for key, row in merged.items())


def _reasons(reasons: Mapping[str, str], rows: list[dict[str, Any]]) -> Iterator[str]:
    count = Counter[str]()
    for row in rows:
        count[row["reason"]] += row["count"]
    for reason, number in count.most_common():
        yield f"- **{reason}** ({number}): {_cell(reasons[reason])}\n"


def _most(rows: list[dict[str, Any]]) -> str:
    """Say where most of many differences lie."""
    count = Counter[str]()
    for row in rows:
        count[row["name"]] += row["count"]
    if count.total() < 100:
        return ""
    (one, many), (other, some) = count.most_common(2)
    return f"\nOf the {count.total()} places, {many} lie in {one} and {some} in {other}.\n"


def _row(row: Mapping[str, Any]) -> str:
    why = f"**{row['reason']}**: {_cell(row['why'])}"
    cells = [row["name"], str(row["count"]), _said(row["ours"]), _said(row["theirs"]), why, f"`{_cell(row['place'])}`"]
    return f"| {' | '.join(cells)} |\n"


def _said(words: list[str]) -> str:
    shown = [_cell(word) or "nothing" for word in words[:_NAMED]]
    more = len(words) - _NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'").replace("\n", " ")
