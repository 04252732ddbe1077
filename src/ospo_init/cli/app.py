"""The commands and their options; each one builds a request, runs it, and shows the outcome."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ospo_init import __version__
from ospo_init.cli import bug, output
from ospo_init.cli.house import house as house_group
from ospo_init.cli.lifecycle import COMMANDS
from ospo_init.cli.options import ANSWERS, DATA, HOUSE, JSON, wizard
from ospo_init.edges.git_folder import git_folder, top_of
from ospo_init.errors import Interrupted, OspoInitError, UserError
from ospo_init.outcome import Outcome

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def app() -> None:
    """Make governed, licensed, ready-to-publish open source repositories, from published templates."""


@app.command(short_help="Make a repository.")
@click.argument("folder", metavar="FOLDER")
@DATA
@ANSWERS
@click.option("--defaults", is_flag=True, help="Ask nothing: take the defaults for what is not answered.")
@HOUSE
@click.option("--dry-run", is_flag=True, help="Show the files and their contents; write nothing.")
@click.option("--nested", is_flag=True, help="Allow a folder inside another git repository.")
@JSON
def new(as_json: bool, **asked: Any) -> Outcome:
    """Make a repository in FOLDER: a new folder, an empty one, or a clone of an empty repository ('.')."""
    from ospo_init.commands import new as command

    return command.run(command.Request(**asked, wizard=wizard(asked["defaults"], as_json)))


@app.command(short_help="Update a repository from its template, or adopt one.")
@click.argument("repo", metavar="[REPO]", default=".")
@click.option("--to", default="", metavar="TAG", help="This version instead of the newest.")
@DATA
@ANSWERS
@click.option("--defaults", is_flag=True, help="Ask nothing: take the defaults for new questions.")
@HOUSE
@click.option("--keep", multiple=True, metavar="PATH", help="Make a generated file the project's own.")
@click.option("--take", multiple=True, metavar="PATH", help="Make a kept file the template's again.")
@click.option("--dry-run", is_flag=True, help="Show the exact change; write nothing.")
@click.option("--branch", default="", metavar="NAME", help="Leave the result as a commit on a new branch.")
@click.option("--answers-file", default="", metavar="PATH", help="The project's answers file, if it has several.")
@click.option("--adopt", is_flag=True, help="Adopt a repository that no template made, without asking first.")
@click.option("--abort", is_flag=True, help="Undo the last update, as long as it is not committed.")
@JSON
def update(as_json: bool, data: Any, answers: str, house: str, **asked: Any) -> Outcome:
    """Bring the project in REPO (this folder) to the newest version of its template, by a merge.

    The result lies in the work tree and the index, ready to be committed; conflicts are ordinary git conflicts (exit
    code 1). A repository that was never generated is adopted: only what it lacks is added, on a branch.
    """
    from ospo_init.commands import update as command
    from ospo_init.commands.asked import Asked

    defaults = asked.pop("defaults")
    wanted = Asked(data, answers, defaults, wizard(defaults, as_json), house)
    return command.run(command.Request(**asked, asked=wanted))


@app.command(short_help="Say how a repository stands by its template.")
@click.argument("repo", metavar="[REPO]", default=".")
@click.option("--fetch", is_flag=True, help="Ask the template for newer versions; without it no network is used.")
@click.option("--answers-file", default="", metavar="PATH", help="The project's answers file, if it has several.")
@JSON
def status(as_json: bool, **asked: Any) -> Outcome:
    """Say how the project in REPO (this folder) stands: its template, version and stage, and each generated file.

    \b
    These are findings (exit code 1):
      conflict   an unresolved conflict stands in it
      missing    mandated, and not there
      edited     mandated, and changed here
      outdated   an update changes it
      new        an update adds it
      retired    not generated any more: an update removes it

    \b
    These are not:
      adapted    changed here, which is fine: an update keeps your changes
      moved      at another place here, which is fine: an update follows it
      deleted    not here, which is fine: an update leaves it so
      kept       the project's own: no update touches it
      seeded     written once, and the project's since: no update touches it
      generated  as the template made it
    """
    from ospo_init.commands import status as command

    return command.run(**asked)


@app.command(short_help="Say why a file is there.")
@click.argument("path", metavar="PATH")
@click.option("--answers-file", default="", metavar="PATH", help="The project's answers file, if it has several.")
@JSON
def why(as_json: bool, path: str, answers_file: str) -> Outcome:
    """Say which template, house rule and checklist items a file is there for, and what an update may do to it.

    PATH may also be the name of a question, such as license: then it says which house decided it, and whom to ask.
    """
    from ospo_init.commands import why as command

    return command.run(path, answers_file)


@app.command(short_help="List the questions.")
@HOUSE
@JSON
def questions(as_json: bool, house: str) -> Outcome:
    """List the questions: key, type, choices, default, why it is asked, and when."""
    from ospo_init.commands import questions as command

    return command.run(house)


@app.command(short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> Outcome:
    """Print the completion script for a shell; see its help for where it goes."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    script = kind(app, {}, "ospo-init", "_OSPO_INIT_COMPLETE").source() if kind else ""
    return Outcome({"schema_version": 1, "script": script}, tuple(("", line) for line in script.splitlines()))


for _command in (*COMMANDS, house_group):
    app.add_command(_command)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; no exception leaves it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
            signal.signal(number, _interrupt)
    as_json = "--json" in arguments
    try:
        _recover()
        outcome = app.main(list(arguments), prog_name="ospo-init", standalone_mode=False)
        return output.show(outcome, as_json) if isinstance(outcome, Outcome) else int(outcome or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        return output.show(Outcome(lines=tuple(("", line) for line in error.format_message().splitlines())), False)
    except SystemExit as ended:  # click ends so after it has answered the shell's completion
        return int(ended.code or 0)
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return 0
    except BaseException as error:
        return output.fail(_told(error, arguments), as_json)


def _recover() -> None:
    """Finish or undo what a killed ospo-init left in the repository that we stand in, whatever we are asked for."""
    try:
        top = top_of(Path.cwd())
    except OSError:  # the folder is gone
        return
    folder = git_folder(top) if top else None
    if folder and (folder / "ospo-init").is_dir():
        from ospo_init.edges import journal

        journal.recover(folder)


def _told(error: BaseException, arguments: Sequence[str]) -> OspoInitError:
    """Return any failure as one that can be told: the caller's mistake, an interruption, or a bug with its log."""
    if isinstance(error, OspoInitError):
        return error
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return Interrupted()
    if not isinstance(error, click.ClickException):
        return bug.report(error, arguments)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ospo-init"
    return UserError(error.format_message(), f"`{command} --help` shows what it takes.")


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
