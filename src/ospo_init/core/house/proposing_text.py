"""Writing a new house down: house.yml with every key explained, a first test, and what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ospo_init.core.house.proposing import Proposal
from ospo_init.core.house.proposing_model import Undecided

YamlWriter = Callable[[Any], str]
_WIDTH = 118  # of a comment
_PLACES = 6  # that are listed of one thing
_HEAD = """\
# The house template {name}. What holds for all of its projects stands here; documents lie in overlay/.
# Every key is explained; what is only an example is a comment. `ospo-init house lint` says what is wrong.
"""
_FROM = """\
# Proposed from {source}. Read it all: it was derived from files, and nobody has decided anything yet.
# "open:" marks what the files do not settle.
"""


def house_text(proposal: Proposal, rows: Sequence[Mapping[str, str]], source: str, write_yaml: YamlWriter) -> str:
    """Return the text of house.yml; `rows` explain its keys, and `source` is where a proposal comes from or ''."""
    head = _HEAD.format(name=proposal.house["name"])
    head += _FROM.format(source=_plain(source)) if source else ""
    return head + "".join(f"\n{block}" for row in rows for block in [_block(row, proposal, write_yaml)])


def _block(row: Mapping[str, str], proposal: Proposal, write_yaml: YamlWriter) -> str:
    key = row["key"]
    lines = [f"# {line}".rstrip() for line in row["says"].split("\n")]
    live = proposal.house.get(key)
    if live is None:
        lines += [f"# {line}" for line in row["example"].rstrip("\n").split("\n")]
    else:
        shown = [found for found in proposal.decided if found.way[0] == key]
        lines += [_plain(f"#   {': '.join(found.way[1:]) or key}: {found.evidence}") for found in shown]
    found = [one for one in proposal.undecided if one.key == key]
    lines += [line for one in found for line in _open(one)]
    text = "\n".join(lines) + "\n"
    return text + (write_yaml({key: live}) if live is not None else "")


def _open(one: Undecided) -> Iterator[str]:
    """Yield what is open, with every place of it: what is not listed here would be lost."""
    yield _plain(f"# open: {one.what}")
    for told in (", ".join(dict.fromkeys(one.places)), one.then):
        if told != one.what:
            shown = textwrap.wrap(_plain(told), _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
            yield from (f"#   {line}" for line in shown)


def places(all_of: Sequence[str]) -> str:
    """Return the places of one thing, as many as a line should hold."""
    shown = list(dict.fromkeys(all_of))
    return ", ".join(shown[:_PLACES]) + (f" and {len(shown) - _PLACES} more" if len(shown) > _PLACES else "")


def _plain(line: str) -> str:
    """Return a text on one line, without characters that YAML refuses or that steer a terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def first_test(proposal: Proposal, head: str, write_yaml: YamlWriter) -> str:
    """Return a test: what lies in overlay/ is made, and no placeholder is left in it."""
    texts = {path: file.data for path, file in proposal.files.items() if path.startswith("overlay/")}
    marks = proposal.house.get("placeholders", {})
    lacks = {
        path.removeprefix("overlay/"): [mark for mark in marks if mark.encode() in data]
        for path, data in texts.items()
        if not path.endswith(".jinja") and any(mark.encode() in data for mark in marks)
    }
    present = [path.removeprefix("overlay/").removesuffix(".jinja") for path in texts]
    answers = {"project_name": "Tide Gauge"}
    if "repo" in marks.values() and "repository_url" not in proposal.house.get("answers", {}):
        answers["repository_url"] = "https://github.com/example/tide-gauge"
    rows: dict[str, Any] = {"answers": answers}
    rows |= {"present": present[:10]} if present else {}
    rows |= {"lacks": lacks} if lacks else {}
    return head + write_yaml(rows)
