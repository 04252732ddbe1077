"""`ospo-init house preview`: the project that the house would make of some answers, shown and not written."""

from __future__ import annotations

from collections.abc import Sequence

from ospo_init.commands import house_trying
from ospo_init.commands.house_opening import ready
from ospo_init.commands.house_trying import MACHINE
from ospo_init.commands.refusals import refuse_unknown, refuse_wrong
from ospo_init.core.house.sets import facts_of
from ospo_init.core.trees import outline
from ospo_init.edges import given
from ospo_init.edges.box import Box
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome


def run(typed: str, data: Sequence[str], answers_file: str, only: Sequence[str]) -> Outcome:
    """Show the tree and the files; `only` names files of which alone the text is shown.

    Facts that nobody gave are those of the house's tests, so that there is something to look at.
    """
    house = ready(typed)
    template = house_trying.template_of(house)
    with Box() as box:
        box.load(house.tree)
        rows = box.resolve({}, MACHINE)["rows"]
        from_file = given.read_answers(answers_file) if answers_file else {}
        wanted = given.fit({**from_file, **given.read_data(data)}, rows)
        refuse_unknown(wanted, [row["key"] for row in rows])
        own = [case.answers for case in house_trying.cases(house)]
        answers = {**facts_of(own, rows), **wanted} if not answers_file else wanted
        refuse_wrong(box.resolve(answers, MACHINE)["rows"])
        tree = house_trying.made(box, template, answers).tree
        asked = [row["key"] for row in box.resolve(answers, MACHINE)["rows"] if row["shown"]]
    for path in only:
        if path not in tree:
            raise UserError(f"{path} is not made with these answers.", "The list of files comes without --only.")
    lines: list[tuple[str, str]] = [("title", f"{house.source.house.title}: {len(tree)} files, {len(asked)} questions")]
    lines += [("dim", f"asked: {', '.join(asked)}"), *(("", line) for line in outline(tree))] if not only else []
    for path in only or sorted(tree):
        try:
            text = tree[path].data.decode()
        except UnicodeDecodeError:
            text = f"({len(tree[path].data)} bytes, not text)"
        lines += [("", ""), ("title", f"── {path}"), *(("", line) for line in text.splitlines())]
    contents = {path: tree[path].data.decode("utf-8", "replace") for path in only or sorted(tree)}
    data_ = {"schema_version": 1, "files": sorted(tree), "asked": asked, "contents": contents}
    return Outcome(data_, (*lines, ("", ""), ("good", "Nothing was written.")))
