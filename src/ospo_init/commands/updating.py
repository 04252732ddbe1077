"""The long way of an update: render twice, merge, then show it, write it, or commit it on a branch."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ospo_init.commands import update_report
from ospo_init.commands.answering import settle
from ospo_init.commands.before import Before, read_before
from ospo_init.commands.keeping import KEY, keeping_of
from ospo_init.commands.merging import merged
from ospo_init.commands.planned import Planned, Rendered
from ospo_init.core.bank import RECORDED
from ospo_init.core.lock import Owners
from ospo_init.core.origin import Run, Template, is_newer
from ospo_init.core.trees import File, Tree
from ospo_init.core.updating import Renders
from ospo_init.edges import applying, branches, head, scratch, templates
from ospo_init.edges.box import Box, temporary
from ospo_init.edges.disk import told
from ospo_init.edges.head import open_repository
from ospo_init.edges.journal import exclusive
from ospo_init.edges.project import Project
from ospo_init.edges.recovered import recorded_tree
from ospo_init.edges.templates import Versions
from ospo_init.errors import TemplateError, UserError
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.update import Request

Made = tuple[dict[str, Any], Tree]


def run(request: Request, place: Project, known: Versions) -> Outcome:
    """Update `place`, or show what would be done."""
    repository = open_repository(place)
    with told(repository.state), exclusive(repository.state):
        if request.branch:
            branches.check_name(repository, request.branch)
        elif not request.dry_run:
            head.refuse_unfinished(repository)
        planned = plan(request, read_before(place, repository), known)
        if request.dry_run:
            return update_report.shown(planned, _diff(planned))
        if not planned.writes:
            return update_report.nothing(planned, known)
        if request.branch:
            return _on_branch(request, planned)
        head.refuse_in_the_way(repository, {row.path: not row.removes for row in planned.writes}, planned.have)
        applying.apply(repository, planned.writes, planned.have)
        return update_report.written(planned)


def plan(request: Request, before: Before, known: Versions) -> Planned:
    """Return what the update does; raise UserError where it cannot be done as asked, and nothing was touched."""
    machine = {"_folder_name": before.place.folder.name, RECORDED: before.recorded.answers}
    with told(temporary()), ThreadPoolExecutor(1) as pool, Box() as old_box, Box() as new_box:
        old = _old_template(before)
        earlier = {**before.earlier, KEY: []} if KEY in before.earlier else before.earlier
        old_render = pool.submit(_render_old, old_box, old, before, earlier, machine)
        template = _new_template(request, before, known, old)
        new_box.load(template.files)
        settled = settle(request.asked, new_box, before.recorded.answers, machine)
        kept = keeping_of(request, before, settled, new_box, machine)
        answers = {**settled.answers, KEY: list(kept.now)} if kept.recorded else settled.answers
        reply, new_tree = new_box.render(answers, machine, _origin(request, before, template), _run(before))
        renders = _renders(before, new_box, _finished(old_render), (reply, new_tree), machine)
    return merged(before, Rendered(template, settled, kept.keeping, renders, reply, old is None))


def _run(before: Before) -> Run:
    return Run("update", before.place.answers_file)


def _origin(request: Request, before: Before, template: Template) -> dict[str, str]:
    """Return what the new version is told of itself: the address stays as it was written, unless it is another one."""
    return template.origin | ({} if request.asked.house else {"_src_path": before.recorded.src})


def _old_template(before: Before) -> Template | None:
    """Return the version that made the project; None where it cannot be had, but the project holds what it made."""
    try:
        return templates.open_recorded(before.recorded.src, before.recorded.commit, before.pin)
    except templates.Moved:
        raise
    except UserError:
        if before.pin and recorded_tree(before.repository, before.place, before.lock):
            return None
        raise


def _new_template(request: Request, before: Before, known: Versions, old: Template | None) -> Template:
    """Return the version to update to: the one named, else the newest, never an older one by itself."""
    if request.asked.house:
        return templates.open_template(request.asked.house)
    recorded = before.recorded.commit
    tag = request.to or known.newest or recorded
    if not request.to and is_newer(recorded, tag):  # made by a newer ospo-init
        tag = recorded
    if old is not None and tag == old.tag:
        return old
    return templates.open_version(before.recorded.src, tag)


def _render_old(
    box: Box, template: Template | None, before: Before, answers: Mapping[str, Any], machine: Mapping[str, Any]
) -> Made:
    """Return what the old version made of the answers, kept files too."""
    if template is None:
        return {}, recorded_tree(before.repository, before.place, before.lock)
    box.load(template.files)
    origin = {**template.origin, "_src_path": before.recorded.src, "_commit": before.recorded.commit}
    try:
        return box.render(answers, machine, origin, _run(before))
    except (UserError, TemplateError) as error:
        what = f"Version {template.tag} does not make the project of the recorded answers: {error.what}"
        raise UserError(what, error.next or "Mend the answers file.") from None


def _finished(render: Future[Made]) -> Made:
    return render.result()


def _renders(before: Before, box: Box, old: Made, new: Made, machine: Mapping[str, Any]) -> Renders:
    """Return both renders, with who owns each file.

    What a template of others leaves out today, with the answers of then, is no longer its own: as Copier has it.
    """
    (old_reply, old_tree), (reply, new_tree) = old, new
    if not box.composed:
        left_out = set(box.excluded(before.earlier, machine, sorted(old_tree)))
        old_tree = {path: file for path, file in old_tree.items() if path not in left_out}
    owners = _owners(old_reply, old_tree) | _owners(reply, new_tree)
    return Renders(old_tree, new_tree, owners, box.renamed)


def _owners(reply: Mapping[str, Any], tree: Tree) -> dict[str, str]:
    rows = Owners(reply.get("ownership", {}))
    return {path: rows.of(path) for path in tree}


def _diff(planned: Planned) -> bytes:
    """Return the exact change as a patch."""
    repository, have = planned.before.repository, planned.have
    tracked = {row.path: have[row.path] for row in planned.writes if row.path in have}
    moved = {row.path: row.own for row in planned.writes if row.own}
    data = head.contents(repository.git, {own.id for own in (*tracked.values(), *moved.values())})
    before = {path: File(data[own.id], own.mode) for path, own in tracked.items()}
    after = {path: File(data[own.id], own.mode) for path, own in moved.items()}
    after |= {row.path: row.file for row in planned.writes if row.file is not None}
    with scratch.Scratch(repository.top) as place:
        return place.diff(before, after)


def _on_branch(request: Request, planned: Planned) -> Outcome:
    if planned.conflicts:
        return update_report.refused(planned, request.branch)
    message = update_report.message(planned)
    signed_off = planned.rendered.reply["values"].get("inbound") == "dco"
    commit, _ = branches.commit(planned.before.repository, planned.writes, request.branch, message, signed_off)
    return update_report.committed(planned, request.branch, commit)
