"""The commands of the release life cycle: check, sign, waive, stage."""

from __future__ import annotations

import shutil
from typing import Any

import click

from ospo_init.cli.options import ANSWERS, DATA, JSON, given, wizard
from ospo_init.outcome import Outcome

GATES = ("publish", "active", "maintenance", "end-of-life")
STANDARDS = ("osps-baseline", "scorecard", "best-practices", "reuse", "community-profile")
FORMS = ("text", "json", "sarif", "markdown", "html", "junit")


@click.command(short_help="Say what is still open before a repository may be published.")
@click.argument("repo", metavar="[REPO]", default=".")
@click.option("--gate", type=click.Choice(GATES), default="publish", help="What the blocking items hold up.")
@click.option("--standard", type=click.Choice(STANDARDS), help="Show the same facts as this standard's controls.")
@click.option("--only", multiple=True, metavar="ID", help="Only this item; may be given several times.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="How to write the report.")
@click.option("--output", callback=given, metavar="FILE", help="Write the report to a file.")
@click.option(
    "--ratchet", callback=given, metavar="FILE", help="Accept the failures in FILE; made when it is not there."
)
@click.option("--patterns", callback=given, metavar="FILE", help="Internal names and domains that must not be public.")
@click.option("--no-history", is_flag=True, help="Scan the files only, not what was deleted from them.")
@click.option("--answers-file", default="", metavar="PATH", help="The project's answers file, if it has several.")
@click.option("-v", "--verbose", is_flag=True, help="Show every item, with its evidence.")
@JSON
def check(as_json: bool, form: str, no_history: bool, standard: str | None, **asked: Any) -> Outcome:
    """Say what is still open before the repository in REPO (this folder) may be published, and who owes it.

    It works on any repository. The files are looked at as they lie, secrets are looked for in the whole history too,
    and nothing is written. Exit code 1: a blocking item of the gate fails.
    """
    from ospo_init.cli import progress
    from ospo_init.commands import check as command

    form = "json" if as_json else form
    columns = shutil.get_terminal_size().columns
    request = command.Request(**asked, form=form, standard=standard or "", history=not no_history, columns=columns)
    with progress.shown(not as_json) as told:
        return command.run(request, told)


@click.command(short_help="Sign for an item of the checklist.")
@click.argument("item", metavar="ITEM")
@click.argument("repo", metavar="[REPO]", default=".")
@click.option("--as", "role", default="", metavar="ROLE", help="The role that you sign in, as in legal.")
@click.option("--evidence", default="", metavar="URL|FILE", help="What it rests on; a file's hash is kept.")
@click.option("--note", default="", metavar="TEXT", help="A remark.")
@click.option("--private", is_flag=True, help="Keep it in the private record, outside the repository.")
@click.option("--dry-run", is_flag=True, help="Show the exact change; write nothing.")
@JSON
def sign(as_json: bool, **asked: Any) -> Outcome:
    """Record that you vouch for ITEM: who, as what, when, and for which commit. Nothing is committed."""
    from ospo_init.commands import sign as command

    return command.run(command.Request(**asked))


@click.command(short_help="Accept for a time that an item is not met.")
@click.argument("item", metavar="ITEM")
@click.argument("repo", metavar="[REPO]", default=".")
@click.option("--reason", default="", metavar="TEXT", help="Why it need not be met.")
@click.option("--approver", default="", metavar="NAME", help="Who allowed that.")
@click.option("--until", default="", metavar="DATE", help="The last day on which it holds, YYYY-MM-DD.")
@click.option("--private", is_flag=True, help="Keep it in the private record, outside the repository.")
@click.option("--dry-run", is_flag=True, help="Show the exact change; write nothing.")
@JSON
def waive(as_json: bool, **asked: Any) -> Outcome:
    """Record that ITEM need not be met until a day.

    Every report shows it, and it never hides a secret or a missing licence.
    """
    from ospo_init.commands import waive as command

    return command.run(command.Request(**asked))


@click.command(short_help="Say in which stage a project is, or move it to another.")
@click.argument("target", metavar="[TARGET]", default="")
@click.argument("repo", metavar="[REPO]", default=".")
@DATA
@ANSWERS
@click.option("--defaults", is_flag=True, help="Ask nothing: what was not given stays open.")
@click.option("--force", is_flag=True, help="Move although something is open; needs --reason.")
@click.option("--reason", default="", metavar="TEXT", help="Why it moves; kept in the record.")
@click.option("--dry-run", is_flag=True, help="Show the exact change and the steps for people; write nothing.")
@click.option("--branch", default="", metavar="NAME", help="Leave the result as a commit on a new branch.")
@click.option("--answers-file", default="", metavar="PATH", help="The project's answers file, if it has several.")
@JSON
def stage(as_json: bool, data: Any, answers: str, defaults: bool, **asked: Any) -> Outcome:
    """Say in which stage of its life the project in REPO is (this folder), what the next one needs, and who owes it.

    With a TARGET (concept, active, maintenance, end-of-life) move it there, as an update: notices, support, metadata
    and dependency updates change, and the record keeps the day. Exit code 1: something blocking is open.
    """
    from ospo_init.cli import progress
    from ospo_init.commands import stage as command
    from ospo_init.commands.asked import Asked

    columns = shutil.get_terminal_size().columns
    wanted = Asked(data, answers, defaults, wizard(defaults, as_json))
    with progress.shown(not as_json) as told:
        return command.run(command.Request(**asked, asked=wanted, columns=columns), told)


COMMANDS = (check, sign, waive, stage)
