"""`ospo-init new`: from an empty folder to a governed repository."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ospo_init.commands import closing
from ospo_init.commands.refusals import refuse_unknown, refuse_wrong
from ospo_init.core.lock import PATH, lock
from ospo_init.core.made import Made
from ospo_init.core.origin import Template
from ospo_init.core.trees import File
from ospo_init.edges import config, git, given, repository
from ospo_init.edges.box import Box
from ospo_init.edges.disk import told
from ospo_init.edges.facts import Facts, gather
from ospo_init.edges.package_data import items_of_files
from ospo_init.edges.project import lock_text
from ospo_init.edges.target import Target, inspect
from ospo_init.edges.templates import open_template
from ospo_init.edges.temporary import temporary
from ospo_init.errors import TemplateError, UserError
from ospo_init.outcome import Outcome

Wizard = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """What the caller asked for. `wizard` asks the person at the terminal; None where there is nobody to ask."""

    folder: str
    data: Sequence[str] = ()
    answers: str = ""
    house: str = ""
    defaults: bool = False
    dry_run: bool = False
    nested: bool = False
    wizard: Wizard | None = None


def run(request: Request) -> Outcome:
    """Make the repository, or show it where the request is a dry run."""
    git.require_git()
    target = inspect(request.folder, request.nested)
    advance = _advance(request)
    facts = gather(target)
    with told(temporary()), Box() as box:
        chosen = config.chosen(request.house)
        template = open_template(chosen.house)
        box.load(template.files)
        answers = _settle(replace(request, wizard=_informed(request.wizard, template)), box, advance, facts)
        try:
            reply, tree = box.render(answers, facts.values, template.origin)
            return _finish(request, target, facts, _with_lock(Made(template, tree, reply, chosen.by)))
        except (UserError, TemplateError) as error:
            if request.wizard:  # nobody wants to answer thirty questions again
                error.next = f"{error.next} Your answers are kept: --answers {given.keep_answers(answers)}".strip()
            raise


def _finish(request: Request, target: Target, facts: Facts, made: Made) -> Outcome:
    """Write what was made, or show it; what there is to say is known before anything is written."""
    if request.dry_run:
        return closing.shown(target, made)
    author = _author(made.values, facts)
    outcome = closing.made(target, made)
    commit = repository.make(target, made.tree, _first_commit(made, target, facts, author))
    return replace(outcome, data={**outcome.data, "commit": commit})


def _advance(request: Request) -> dict[str, Any]:
    from_file = given.read_answers(request.answers) if request.answers else {}
    return {**from_file, **given.read_data(request.data)}


def _informed(wizard: Wizard | None, template: Template) -> Wizard | None:
    """Return the wizard, with what the template knows of its licences."""
    if wizard is None:
        return None
    from ospo_init.commands.license_notes import license_notes

    return functools.partial(wizard, notes=license_notes(template.files))


def _settle(request: Request, box: Box, advance: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the answers to render with: given, asked or left to their defaults; raise UserError where one is wrong."""
    rows = box.resolve({}, facts.values)["rows"]
    answers = given.fit(advance, rows)
    refuse_unknown(answers, [row["key"] for row in rows], f" --house {request.house}" if request.house else "")
    reply = box.resolve(answers, facts.values)
    refuse_wrong(reply["rows"], set(answers))
    if request.defaults:
        refuse_wrong(reply["rows"])
        return answers
    if request.wizard:
        answers = request.wizard(lambda now: box.resolve(now, facts.values), answers, facts.found)
        refuse_wrong(box.resolve(answers, facts.values)["rows"])
        return answers
    missing = [row["key"] for row in reply["rows"] if row["shown"] and row["key"] not in answers]
    if missing:
        raise UserError(
            f"There is no terminal to ask on, and {len(missing)} answers are missing: {', '.join(missing)}.",
            "Give them with -d key=value or --answers FILE, or take the defaults with --defaults.",
        )
    return answers


def _with_lock(made: Made) -> Made:
    row = lock(made.template, made.tree, made.reply, items_of_files())
    return replace(made, tree={**made.tree, PATH: File(lock_text(row))})


def _author(values: Mapping[str, Any], facts: Facts) -> tuple[str, str] | None:
    """Return who commits where git does not know: the maintainer. Raise UserError where nobody is known."""
    if facts.git_name and facts.git_email:
        return None
    name = facts.git_name or " ".join(str(values.get("maintainer_name", "")).split())
    email = facts.git_email or str(values.get("maintainer_email", ""))
    if name and email:
        return name, email
    missing = " and ".join(["a name"] * (not name) + ["an e-mail address"] * (not email))
    wanted = " ".join(["-d maintainer_name=…"] * (not name) + ["-d maintainer_email=…"] * (not email))
    give = f"Give {wanted}, or set" if "maintainer_name" in values else "Set"
    raise UserError(
        f"A commit needs an author, who lacks {missing}: git has no identity, and the maintainer's is not given.",
        f"{give} git config --global user.name and user.email.",
    )


def _first_commit(made: Made, target: Target, facts: Facts, author: tuple[str, str] | None) -> repository.FirstCommit:
    title = " ".join(str(made.values.get("project_name") or target.known_name).split())[:50]
    source = "the base template" if made.template.name.startswith("the ") else "its template"
    message = f"Create {title}\n\nFrom {source}, version {made.template.tag}.\n"
    branch = target.branch or str(made.values.get("default_branch") or facts.values.get("default_branch") or "main")
    return repository.FirstCommit(branch, message, made.values.get("inbound") == "dco", author)
