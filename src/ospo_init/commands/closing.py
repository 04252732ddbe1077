"""What `new` says at the end: what was made, what is open and by whom, and what to do next."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ospo_init.core.house import PATH
from ospo_init.core.made import Made
from ospo_init.core.opened import OpenItem, by_owner
from ospo_init.core.trees import Tree, outline
from ospo_init.edges.package_data import forge_switches, open_items
from ospo_init.edges.target import Target
from ospo_init.outcome import Outcome

Lines = list[tuple[str, str]]


def made(target: Target, made: Made) -> Outcome:
    """Return what to say of a repository once it is made; all but its commit is known before."""
    items = open_items(made.values, made.tree) if made.reply["sources"] else ()
    data = _data(target, made, items) | {"written": True}
    title = " ".join(str(made.values.get("title") or target.known_name).split())
    lines: Lines = [("good", f"Made {title} in {target.typed}"), ("dim", _from(made, data))]
    lines += [("mark", note) for note in data["notes"]]
    lines += _open_lines(items)
    lines += _switch_lines(data["switches"])
    lines += _next_lines(data["next"])
    return Outcome(data, tuple(lines))


def shown(target: Target, made: Made) -> Outcome:
    """Return the tree and the contents of a repository that was not made."""
    items = open_items(made.values, made.tree) if made.reply["sources"] else ()
    data = _data(target, made, items) | {"written": False}
    lines: Lines = [("title", f"{target.typed} would hold {len(made.tree)} files:")]
    lines += [("", line) for line in outline(made.tree)]
    for path, file in sorted(made.tree.items()):
        lines += [("", ""), ("title", f"── {path}")]
        try:
            text = file.data.decode()
        except UnicodeDecodeError:
            text = f"({len(file.data)} bytes, not text)"
        lines += [("", line) for line in text.splitlines()]
    lines += [("", ""), ("good", "Nothing was written.")]
    data["contents"] = {path: file.data.decode("utf-8", "replace") for path, file in sorted(made.tree.items())}
    return Outcome(data, tuple(lines))


def _data(target: Target, made: Made, items: Sequence[OpenItem]) -> dict[str, Any]:
    values = made.values
    forge = str(values.get("forge", "none"))
    return {
        "schema_version": 1,
        "path": str(target.path),
        "template": _template(made),
        "answers": dict(made.reply["recorded"]),
        "files": sorted(made.tree),
        "notes": [*_of_houses(made.tree), *_notes(values)] if made.reply["sources"] else [],
        "open": [dataclasses.asdict(item) for item in items],
        "next": _commands(target, values),
        "switches": forge_switches(forge, values) if made.reply["sources"] else [],
    }


def _template(made: Made) -> dict[str, str]:
    template = made.template
    row = {"url": template.url, "tag": template.tag, "commit": template.commit, "tree": template.tree}
    more = {"signer": template.signer, "chosen_by": made.chosen_by}
    return row | {key: value for key, value in more.items() if value}


def _of_houses(tree: Tree) -> list[str]:
    if PATH not in tree:
        return []
    from ospo_init.core.house.telling import given_up
    from ospo_init.edges.house_rules import of_bytes

    return given_up(of_bytes(tree[PATH].data))


def _notes(values: Mapping[str, Any]) -> list[str]:
    """Return what somebody should know of these answers before going on."""
    told = []
    facts = values.get("license_facts")
    if isinstance(facts, Mapping) and facts.get("written_for"):
        publisher = facts["written_for"]
        told.append(
            f"The text of {values['license']} speaks for {publisher}. Unless that is you, choose another licence."
        )
    forge, pipeline, repo = (str(values.get(key) or "") for key in ("forge", "ci", "repo"))
    if pipeline not in ("none", forge):
        told.append(f"The pipelines are for {pipeline} and the forge is {forge}: they run only where both are in use.")
    host = repo.partition("://")[2].partition("/")[0]
    if any(name in host and forge != name for name in ("github", "gitlab")):
        told.append(f"The repository is at {host} and the forge is {forge}: one of the two may be a slip.")
    if values.get("governance_model") == "company-led" and not str(values.get("copyright_holder") or "").strip():
        told.append("The governance is company-led and no company is named: answer copyright_holder.")
    return told


def _from(made: Made, data: Mapping[str, Any]) -> str:
    unreleased = " (unreleased)" if made.template.unreleased else ""
    signed = f", signed by {made.template.signer}" if made.template.signer else ""
    chosen = f" ({made.chosen_by} says so)" if made.chosen_by else ""
    whence = f"{made.template.name} {made.template.tag}{unreleased}{signed}{chosen}"
    return f"{len(data['files'])} files, one commit, from {whence}."


def _commands(target: Target, values: Mapping[str, Any]) -> list[str]:
    """Return the exact commands that bring the repository to its forge; none of them is run."""
    branch = str(values.get("default_branch") or "main")
    if target.clone:
        return [f"git push -u origin {shlex.quote(target.branch or branch)}"]
    repo = str(values.get("repo") or "")
    remote = shlex.quote(f"{repo}.git") if repo else "ADDRESS   # of an empty repository on your forge"
    enter = [] if target.typed == "." else [f"cd {shlex.quote(target.typed)}"]
    return [
        *enter,
        f"git remote add origin {remote}",
        f"git push -u origin {shlex.quote(branch)}",
    ]


def _open_lines(items: Sequence[OpenItem]) -> Lines:
    """Return what holds up publication, by owner: the items that an answer settles first."""
    blocking = [item for item in items if item.severity == "blocking"]
    if not blocking:
        return []
    advisory = len(items) - len(blocking)
    head = f"Open: what must hold before it is published ({len(blocking)} blocking, {advisory} advisory)"
    lines: Lines = [("", ""), ("title", head)]
    for owner, own in by_owner(blocking).items():
        lines.append(("mark", f"  {owner} ({len(own)})"))
        lines += [("", f"    {item.id:<9} {item.title}{_how(item)}") for item in own]
    return lines


def _how(item: OpenItem) -> str:
    """Return which answers would settle an item."""
    return f"  (answer {item.settled_by})" if item.settled_by else ""


def _next_lines(commands: list[str]) -> Lines:
    head: Lines = [("", ""), ("title", "Next (nothing of this was run):")]
    return head + [("", f"  {command}") for command in commands]


def _switch_lines(switches: list[dict[str, Any]]) -> Lines:
    if not switches:
        return []
    head: Lines = [("", ""), ("title", "To turn on at the forge after the first push:")]
    return head + [line for row in switches for line in (("", f"  {row['title']}"), ("dim", f"    {row['where']}"))]
