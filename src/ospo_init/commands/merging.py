"""From two renders to what becomes of every file of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ospo_init.commands.before import Before
from ospo_init.commands.planned import Planned, Rendered
from ospo_init.core import lines, updating
from ospo_init.core.blobs import blob_id
from ospo_init.core.kept import matcher
from ospo_init.core.lock import Lock, Row, lock
from ospo_init.core.merging import FOLDER, NO_FILES, Moves, Own, Write, collisions, writes
from ospo_init.core.trees import File, Tree
from ospo_init.core.updating import Keeping, Renders, comparable
from ospo_init.edges import git_files, head, history, merge, scratch
from ospo_init.edges.package_data import items_of_files
from ospo_init.edges.project import lock_text
from ospo_init.errors import TemplateError, UserError


def merged(before: Before, rendered: Rendered) -> Planned:
    """Return the whole plan of an update. Raises UserError where something of the project's is in the way."""
    place, repository, prefix = before.place, before.repository, before.place.prefix
    renders, answers_file = rendered.renders, rendered.reply["answers_file"]
    if answers_file not in renders.new:
        what = "The template writes no answers file, so its projects cannot be updated."
        raise TemplateError(what, "Tell its owner.")
    apart = {place.answers_file, answers_file, place.lock_file}
    at = {row.at for row in before.lock.files.values() if row.at}
    have = head.entries(repository, [prefix + path for path in {*renders.old, *renders.new, *apart, *at}])
    ours = {path.removeprefix(prefix) for path, own in have.items() if own.mode != FOLDER}
    sides = _with_blocks(before, _as_stored(before, comparable(renders, rendered.keeping, ours, apart)), have)
    moves = _moves(before, sides, rendered.keeping, have)
    have |= head.entries(repository, moves.project.values())
    labels = ("yours", f"template {before.recorded.commit}", f"template {rendered.template.tag}")
    fates = merge.merge(repository, updating.pieces(sides, prefix, have, moves), labels)
    fresh = _with_marks(lock(rendered.template, renders.new, rendered.reply, items_of_files()), before.lock, sides)
    earlier = updating.owned(before.lock, renders.owners)
    last = updating.next_lock(fresh, earlier, fates, rendered.keeping, prefix)
    rows = writes(fates)
    rows += _changed(before, {answers_file: renders.new[answers_file].data, place.lock_file: lock_text(last)})
    if place.answers_file != answers_file:
        rows.append(Write(prefix + place.answers_file))
    have |= head.below(repository, [row.path for row in rows if not row.removes and _is_folder(have.get(row.path))])
    if blocked := collisions(rows, have):
        raise UserError(
            f"A folder or a file of yours stands where the template writes: {', '.join(blocked[:5])}.",
            "Move it, or keep it as the project's own with --keep PATH.",
        )
    have = {path: own for path, own in have.items() if own.mode not in NO_FILES}
    return Planned(before, rendered, tuple(fates), tuple(rows), have, moves)


def _is_folder(own: Own | None) -> bool:
    return own is not None and own.mode == FOLDER


def _as_stored(before: Before, renders: Renders) -> Renders:
    """Return the renders as git would store them here: with the line ends and filters of the project's attributes."""
    git, prefix = before.repository.git, before.place.prefix
    old, new = (scratch.as_stored(git, prefix, tree) for tree in (renders.old, renders.new))
    return replace(renders, old=old, new=new)


def _moves(before: Before, renders: Renders, keeping: Keeping, have: Mapping[str, Own]) -> Moves:
    """Return what the template has renamed, and what the project has: as its lock says, or its history.

    A seeded file stays where it is; what the project keeps is its own, whatever it was made of.
    """
    prefix, rows = before.place.prefix, before.lock.files
    old, new = (updating.prefixed(tree, prefix) for tree in (renders.old, renders.new))
    declared = {prefix + one: prefix + other for one, other in renders.renamed.items()}
    ours = {path for path, own in have.items() if own.mode not in NO_FILES}
    gone = [path for path in old if path not in ours]
    known = {path: prefix + row.at for path in gone if (row := rows.get(path.removeprefix(prefix))) and row.at}
    known = {path: at for path, at in known.items() if at in ours}
    unknown = [path for path in gone if path not in known and not rows.get(path.removeprefix(prefix), Row()).absent]
    found = known | (history.moved(before.repository, unknown) if unknown else {})
    left = {path: file for path, file in old.items() if renders.owners.get(path.removeprefix(prefix)) != "seeded"}
    had = matcher(keeping.before)  # what was kept until now is there again, and not new
    come = {path: file for path, file in new.items() if path in old or not had.match(path.removeprefix(prefix))}
    template = merge.renames(before.repository.top, left, come, declared)
    taken = Counter(found.values())
    project = {
        path: at
        for path, at in found.items()
        if at.startswith(prefix) and taken[at] == 1 and not keeping.now_has(at.removeprefix(prefix))
        if at not in {*old, *new} or at == template.get(path)
    }
    return Moves(template, project)


def _with_blocks(before: Before, renders: Renders, have: Mapping[str, Own]) -> Renders:
    """Return the renders with the project's text around every marked block, so that only the block is merged."""
    prefix = before.place.prefix
    paths = [path for path, row in before.lock.files.items() if row.block and prefix + path in have]
    data = git_files.contents(before.repository.git, [have[prefix + path].id for path in paths])

    def around(tree: Tree) -> dict[str, File]:
        found = dict(tree)
        for path in paths:
            own = have[prefix + path]
            file = found.pop(path, None)
            if file is not None and lines.block_in(data[own.id]) is not None:
                found[path] = File(lines.with_block(data[own.id], file.data), own.mode)
            elif file is not None and renders.owners.get(path) == "mandated":  # the block comes back
                text = lines.with_block(data[own.id], file.data) if tree is renders.new else data[own.id]
                found[path] = File(text, own.mode)
        return found

    return replace(renders, old=around(renders.old), new=around(renders.new))


def _with_marks(fresh: Lock, last: Lock, renders: Renders) -> Lock:
    """Return the lock with the rows of marked blocks: their ids are those of the blocks alone."""
    marked = {path for path, row in last.files.items() if row.block and path in renders.new and path in fresh.files}
    blocks = {path: lines.block_in(renders.new[path].data) or b"" for path in marked}
    rows = {path: replace(fresh.files[path], block=True, blob=blob_id(block)) for path, block in blocks.items()}
    return replace(fresh, files={**fresh.files, **rows})


def _changed(before: Before, texts: Mapping[str, bytes]) -> list[Write]:
    """Return the writes of the answers file and the lock, where they differ from what is committed."""
    changed = {path: text for path, text in texts.items() if before.texts.get(path) != text}
    return [Write(before.place.prefix + path, File(text)) for path, text in changed.items()]
