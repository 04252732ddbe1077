"""The long way of an update: render twice, merge, then show it, write it, or commit it on a branch."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ospo_init.commands import update_report
from ospo_init.commands.answering import settle
from ospo_init.commands.before import Before, read_before
from ospo_init.commands.keeping import KEY, keeping_of
from ospo_init.commands.merging import merged
from ospo_init.commands.planned import Planned, Rendered
from ospo_init.core.bank import RECORDED
from ospo_init.core.lock import Owners
from ospo_init.core.merging import Fate, Write, writes
from ospo_init.core.origin import Run, Template, is_newer
from ospo_init.core.trees import REGULAR, File, Tree
from ospo_init.core.updating import Renders
from ospo_init.edges import applying, branches, head, scratch, templates
from ospo_init.edges.box import Box
from ospo_init.edges.disk import told
from ospo_init.edges.head import open_repository
from ospo_init.edges.journal import exclusive
from ospo_init.edges.project import Project
from ospo_init.edges.recovered import recorded_tree
from ospo_init.edges.templates import Pin, Versions
from ospo_init.edges.temporary import temporary
from ospo_init.errors import TemplateError, UserError
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.update import Request

Made = tuple[dict[str, Any], Tree]
_DESCRIBED = re.compile(r"(.+)-[0-9]+-g[0-9a-f]+")  # how git calls a commit after a tag


def run(request: Request, place: Project, known: Versions) -> Outcome:
    """Update `place`, or show what would be done."""
    repository = open_repository(place)
    with told(repository.state), nullcontext() if request.dry_run else exclusive(repository.state):
        here = not request.branch and not request.dry_run  # whether the work tree will be written
        if request.branch:
            branches.check_name(repository, request.branch)
        if here:
            head.refuse_unfinished(repository)
        before = read_before(place, repository)
        if here:
            _refuse_unsaved(before)
        planned = _with_more(request, plan(request, before, known))
        if request.dry_run:
            return update_report.shown(planned, scratch.patch(repository, planned.writes, planned.have))
        lost = _lost(planned) if here else []
        planned = replace(planned, fates=(*planned.fates, *lost), writes=(*planned.writes, *writes(lost)))
        if not planned.writes:
            return update_report.nothing(planned, known)
        if request.branch:
            return _on_branch(request, planned)
        away = {fate.path for fate in lost}
        written = {row.path: not row.removes for row in planned.writes if row.path not in away}
        head.refuse_in_the_way(repository, written, planned.have)
        applying.apply(repository, planned.writes, planned.have)
        return update_report.written(planned)


def _with_more(request: Request, planned: Planned) -> Planned:
    """Return the plan with the other files that the same change writes."""
    if not request.also:
        return planned
    before = planned.before
    files = {before.place.prefix + path: data for path, data in request.also.items()}
    have = {path: own for path, own in head.entries(before.repository, files).items() if path in files}
    more = [Write(path, File(data, have[path].mode if path in have else REGULAR)) for path, data in files.items()]
    return replace(planned, writes=(*planned.writes, *more), have={**planned.have, **have})


def _lost(planned: Planned) -> list[Fate]:
    """Return the mandated files that HEAD has and the work tree has lost: they come back too."""
    top, prefix, owners = planned.before.repository.top, planned.before.place.prefix, planned.rendered.renders.owners
    return [
        replace(fate, what="back", own=planned.have[fate.path])
        for fate in planned.fates
        if fate.what == "left" and owners.get(fate.name.removeprefix(prefix)) == "mandated"
        if fate.path in planned.have and not os.path.lexists(top / fate.path)
    ]


def _refuse_unsaved(before: Before) -> None:
    """Raise UserError where answers or lock are changed and not committed: what is committed counts."""
    names = [before.place.prefix + path for path in before.texts]
    have = head.entries(before.repository, names)
    head.refuse_in_the_way(before.repository, dict.fromkeys(names, True), have)


def plan(request: Request, before: Before, known: Versions) -> Planned:
    """Return what the update does; raise UserError where it cannot be done as asked, and nothing was touched."""
    machine = {"_folder_name": before.place.folder.name, RECORDED: before.recorded.answers}
    with told(temporary()), ThreadPoolExecutor(1) as pool, Box() as old_box, Box() as new_box:
        old, found = _old_template(before)
        earlier = {**before.earlier, KEY: []} if KEY in before.earlier else before.earlier
        old_render = pool.submit(_render_old, old_box, old, before, earlier, machine) if old else None
        template = _new_template(request, before, known, old)
        new_box.load(template.files)
        settled = settle(request.asked, new_box, before.recorded.answers, machine)
        kept = keeping_of(request, before, settled, new_box.renamed)
        answers = {**settled.answers, KEY: list(kept.now)} if kept.recorded else settled.answers
        reply, new_tree = new_box.render(answers, machine, _origin(request, before, template), _run(before))
        renders = _renders(before, new_box, old_render.result() if old_render else found, (reply, new_tree), machine)
    return merged(before, Rendered(template, settled, kept.keeping, renders, reply, old is None, kept.unknown))


def _run(before: Before) -> Run:
    return Run("update", before.place.answers_file)


def _origin(request: Request, before: Before, template: Template) -> dict[str, str]:
    """Return what the new version is told of itself: the address stays as it was written, unless it is another one."""
    return template.origin | ({} if request.asked.house else {"_src_path": before.recorded.src})


def _old_template(before: Before) -> tuple[Template | None, Tree]:
    """Return the version that made the project; where it cannot be had, None and what the project holds of it."""
    try:
        recorded = before.recorded
        return templates.open_recorded(recorded.src, recorded.commit, before.pin, before.lock.signer), {}
    except templates.Moved:
        raise
    except UserError:
        found = recorded_tree(before.repository, before.place, before.lock) if before.pin else {}
        if found:
            return None, found
        raise


def _new_template(request: Request, before: Before, known: Versions, old: Template | None) -> Template:
    """Return the version to update to: the one named, else the newest, never an older one by itself."""
    src, signer = before.recorded.src, before.lock.signer
    if request.asked.house:
        return templates.open_template(request.asked.house, Pin(src, signer))
    recorded = before.recorded.commit
    tag = request.to or known.newest or recorded
    described = _DESCRIBED.fullmatch(recorded)
    if not request.to and (is_newer(recorded, tag) or (described and not is_newer(tag, described[1]))):
        tag = recorded  # made by a newer ospo-init, or by Copier of a commit after the newest version
    if old is not None and tag == old.tag and (before.pin or not templates.must_be_signed(src, signer)):
        return old
    return templates.open_version(src, tag, signer)


def _render_old(
    box: Box, template: Template, before: Before, answers: Mapping[str, Any], machine: Mapping[str, Any]
) -> Tree:
    """Return what the old version made of the answers, kept files too."""
    box.load(template.files)
    origin = {**template.origin, "_src_path": before.recorded.src, "_commit": before.recorded.commit}
    try:
        return box.render(answers, machine, origin, _run(before))[1]
    except (UserError, TemplateError) as error:
        what = f"Version {template.tag} does not make the project of the recorded answers: {error.what}"
        raise UserError(what, error.next or "Mend the answers file.") from None


def _renders(before: Before, box: Box, old_tree: Tree, new: Made, machine: Mapping[str, Any]) -> Renders:
    """Return both renders, with who owns each file.

    What a template of others leaves out today, with the answers of then, is no longer its own: as Copier has it.
    """
    reply, new_tree = new
    if not box.composed:
        left_out = set(box.excluded(before.earlier, machine, sorted(old_tree)))
        old_tree = {path: file for path, file in old_tree.items() if path not in left_out}
    rows = Owners(reply["ownership"])  # what the new version says: a file that it has made a seeded one is left alone
    return Renders(old_tree, new_tree, {path: rows.of(path) for path in {*old_tree, *new_tree}}, box.renamed)


def _on_branch(request: Request, planned: Planned) -> Outcome:
    if planned.conflicts:
        return update_report.refused(planned, request.branch)
    message = update_report.message(planned)
    where, writes_ = planned.before.repository, planned.writes
    commit, _ = branches.commit(where, writes_, request.branch, message, planned.signed_off)
    return update_report.committed(planned, request.branch, commit)
