"""Adoption: `ospo-init update` on a repository that no template made. Its files stay; what it lacks is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ospo_init.commands import adopt_asking, adopt_report
from ospo_init.commands.adopted import Adopted, Asker, Facts, Start, Wishes, choose, planned
from ospo_init.commands.keeping import KEY, path_in
from ospo_init.commands.refusals import refuse_unknown, refuse_wrong
from ospo_init.core.configuration import BASE_NAME
from ospo_init.core.inferring import Inferred, infer
from ospo_init.core.inferring import Repository as Facts_
from ospo_init.core.merging import ids
from ospo_init.core.origin import Template
from ospo_init.core.trees import Tree
from ospo_init.core.verdicts import Verdict, verdicts
from ospo_init.edges import branches, config, git, given, head, journal, repository_facts, scratch, templates
from ospo_init.edges.box import Box
from ospo_init.edges.disk import told
from ospo_init.edges.head import Repository, open_repository
from ospo_init.edges.project import Project
from ospo_init.edges.temporary import temporary
from ospo_init.errors import UserError
from ospo_init.outcome import Outcome

if TYPE_CHECKING:
    from ospo_init.commands.update import Request

BRANCH = "ospo-init-adoption"
# What is refused rather than guessed where nobody can be asked, and what to do about it.
_NEVER_GUESSED = {
    "license": (
        "The licence of this repository is not known",
        "Say under which licence it is: -d license=SPDX-ID. No file that is here will be changed for it.",
    ),
    "kind": ("It is not known what is released here", "Say it with -d kind=…; `ospo-init questions` lists the kinds."),
}
# What is answered where the project has something of its own that the template does not offer: new files keep silent.
_UNSAID = {"code_of_conduct": "none"}


@dataclass(frozen=True)
class Known:
    """What is known before anybody is asked: what the repository tells, what was given, and both as answers."""

    facts: Facts
    given: Mapping[str, Any]
    answers: Mapping[str, Any]


def run(request: Request, place: Project) -> Outcome:
    """Adopt the repository, or show what that would do."""
    if place.answers_file:
        raise UserError(f"A template made this project ({place.answers_file}).", "Update it: leave --adopt out.")
    if not (request.adopt or request.asked.wizard):
        raise UserError(
            f"No template made the repository {place.top}: it has no answers file.",
            "ospo-init update --adopt adds what it lacks, on a branch; with --dry-run it shows that first.",
        )
    git.require_git()
    place = Project(place.top, place.top, lock_file=place.lock_file)
    repository = open_repository(place)
    with told(repository.state), journal.exclusive(repository.state):
        adopted = _plan(request, place, repository)
        if request.dry_run:
            return adopt_report.shown(adopted, scratch.patch(repository, adopted.writes, adopted.have))
        branch = request.branch or BRANCH
        signed_off = adopted.values.get("inbound") == "dco"
        message = adopt_report.message(adopted)
        commit, fresh = branches.commit(repository, adopted.writes, branch, message, signed_off)
        return adopt_report.committed(adopted, branch, commit, fresh)


def _plan(request: Request, place: Project, repository: Repository) -> Adopted:
    """Return what adoption does; raise UserError where a fact is missing that nobody may guess."""
    machine = {"_folder_name": place.folder.name}
    with told(temporary()), Box() as box:
        template = _template(request)
        box.load(template.files)
        looked = repository_facts.read_repository(place.top, "", repository_facts.known_texts(template.files))
        known = _known(request, box, infer(looked), machine)
        answers = _settle(request, box, known, machine)
        reply, tree = box.render({**answers, KEY: []}, machine, template.origin)
        start = _start(place, repository, template, reply, tree)
        rows = [row for row in _verdicts(tree, looked, reply) if row.path != reply["answers_file"]]
        chosen = choose(_wishes(request, place), tree, looked, rows, start.same)
        if any(row["key"] == KEY for row in reply["rows"]):
            reply, _ = box.render({**answers, KEY: list(chosen.kept)}, machine, template.origin)
            tree = {**tree, reply["answers_file"]: _[reply["answers_file"]]}
    return planned(start, reply, tree, chosen, known.facts)


def _start(place: Project, repository: Repository, template: Template, reply: Mapping[str, Any], tree: Tree) -> Start:
    have = head.entries(repository, [*tree, place.lock_file])
    same = frozenset(path for path, file in tree.items() if path in have and have[path].id in ids(file))
    place = replace(place, answers_file=reply["answers_file"])
    return Start(repository, place, template, have, same)


def _verdicts(tree: Tree, looked: Facts_, reply: Mapping[str, Any]) -> tuple[Verdict, ...]:
    return verdicts(repository_facts.adoption_rows(), tree, looked, reply["values"])


def _wishes(request: Request, place: Project) -> Wishes:
    take, keep = (frozenset(path_in(place, typed) for typed in paths) for paths in (request.take, request.keep))
    return Wishes(take, keep, _asker(request))


def _template(request: Request) -> Template:
    """Return the template to adopt with; `--to` names a version of the one that is taken where none is named."""
    house = config.chosen(request.asked.house).house or BASE_NAME
    return templates.open_template(f"{config.without_tag(house)}@{request.to}" if request.to else house)


def _known(request: Request, box: Box, inferred: Sequence[Inferred], machine: Mapping[str, Any]) -> Known:
    """Return what is known: given answers win over what was inferred, and only what the template can take counts."""
    rows = box.resolve({}, machine)["rows"]
    keys = [row["key"] for row in rows]
    changes = given.fit(request.asked.changes, rows)
    refuse_unknown(changes, keys, f" --house {request.asked.house}" if request.asked.house else "")
    usable = {row.key: row.value for row in inferred if row.value is not None and row.key in keys}
    resolved = box.resolve({**usable, **changes}, machine)["rows"]
    refuse_wrong(resolved, set(changes))
    wrong = {row["key"] for row in resolved if row["problem"]} - set(changes)
    usable = {key: value for key, value in usable.items() if key not in wrong}
    told = tuple(row for row in inferred if row.key in keys)
    against = tuple(
        row for row in told if row.key in changes and row.value is not None and str(row.value) != str(changes[row.key])
    )
    return Known(Facts(told, against), changes, {**usable, **changes})


def _settle(request: Request, box: Box, known: Known, machine: Mapping[str, Any]) -> dict[str, Any]:
    """Return all answers; what nobody has answered stays empty, but a licence is never chosen for anybody."""
    asked = request.asked
    answers = dict(known.answers)
    if asked.wizard and not asked.defaults:
        ending = "Put it on a branch" if not request.dry_run else "Show the plan"
        evidence = {row.key: row.evidence for row in known.facts.inferred}
        adopt_asking.show([*adopt_report.OFFER, *adopt_report.inferred_lines(known.facts)])
        return asked.wizard(lambda now: box.resolve(now, machine), answers, evidence, ending=ending)
    found = {row.key: row for row in known.facts.inferred if row.value is None}
    answers |= {key: value for key, value in _UNSAID.items() if key in found and key not in answers}
    rows = box.resolve(answers, machine)["rows"]
    for key, (what, hint) in _NEVER_GUESSED.items():
        asked_for = any(row["key"] == key and row["shown"] for row in rows) and key not in answers
        if asked_for and (key in found or key == "license"):
            why = f": {found[key].evidence.rstrip('.')}" if key in found else ""
            raise UserError(f"{what}{why}.", hint)
    refuse_wrong(rows)
    return answers


def _asker(request: Request) -> Asker | None:
    """Return what asks the person about single files, or None where nobody is to be asked."""
    return None if request.asked.wizard is None or request.asked.defaults else adopt_asking.ask
