"""The commands for those who make, test and publish a house."""

from __future__ import annotations

from typing import Any

import click

from ospo_init.cli.options import ANSWERS, DATA, JSON, given, wizard
from ospo_init.outcome import Outcome


@click.group(short_help="Make, test and publish a house.")
def house() -> None:
    """Make, test and publish an organisation's house template."""


@house.command(short_help="List the houses of the configuration.")
@click.option("--fetch", is_flag=True, help="Ask the houses for their versions; without it no network is used.")
@JSON
def catalogue(as_json: bool, fetch: bool) -> Outcome:
    """List the houses that are configured: their versions as last looked up, who must sign them, and the default."""
    from ospo_init.commands import house_catalogue as command

    return command.run(fetch)


@house.command(short_help="Begin a house.")
@click.argument("folder", metavar="DIR")
@click.option(
    "--name", default=None, callback=given, metavar="NAME", help="The house's name; without it, the folder's."
)
@click.option("--from", default=None, callback=given, metavar="REPO", help="Propose it from this template repository.")
@JSON
def new(as_json: bool, folder: str, name: str, **asked: str) -> Outcome:
    """Begin a house in DIR, a new or an empty folder: house.yml with every key explained, a document and a test.

    REPO is a folder, or the https or ssh address of a repository. Its files are carried over as they are; licences,
    rules and placeholders are recognised, and what it does not settle is listed, here and in house.yml.
    """
    from ospo_init.commands import house_new as command

    ask = command.person() if wizard(False, as_json) else None
    return command.run(command.Request(folder, name, asked["from"], ask))


_FOLDER = click.argument("folder", metavar="[FOLDER]", default=".")


@house.command(short_help="Say what is wrong with a house, and where.")
@_FOLDER
@JSON
def lint(as_json: bool, folder: str) -> Outcome:
    """Read the house in FOLDER (this folder) strictly: each fault with file, line, reason and the nearest right name.

    Exit code 1: something must be mended. Warnings do not count.
    """
    from ospo_init.commands import house_lint as command

    return command.run(folder)


@house.command(short_help="Render and check projects of a house.")
@_FOLDER
@click.option("--sets", type=click.IntRange(min=1), default=None, help="Try so many answer sets at most.")
@JSON
def test(as_json: bool, folder: str, sets: int | None) -> Outcome:
    """Render a project of each test of the house in FOLDER, and of a set in which every two choices meet; check each.

    Says what is wrong in which file. Exit code 1: something is. Nothing is written.
    """
    from ospo_init.cli import progress
    from ospo_init.commands import house_test as command

    with progress.shown(not as_json) as told:
        return command.run(folder, told, sets or 0)


@house.command(short_help="Show the project that a house makes.")
@_FOLDER
@DATA
@ANSWERS
@click.option("--only", multiple=True, metavar="PATH", help="Only this file; may be given several times.")
@JSON
def preview(as_json: bool, folder: str, data: tuple[str, ...], answers: str, only: tuple[str, ...]) -> Outcome:
    """Show the tree and the files that the house in FOLDER (this folder) makes of some answers; nothing is written."""
    from ospo_init.commands import house_preview as command

    return command.run(folder, data, answers, only)


@house.command(short_help="Show what changes for projects that follow a house.")
@click.argument("tag", metavar="[TAG]", default="")
@_FOLDER
@click.option("--to", callback=given, metavar="URL|PATH", help="Where it is published, if that is not configured.")
@JSON
def diff(as_json: bool, folder: str, tag: str, to: str) -> Outcome:
    """Show what changes from version TAG (the newest) to the house in FOLDER (this folder), for its tests' projects.

    Warns where an answer that could be given before is no longer taken.
    """
    from ospo_init.commands import house_diff as command

    return command.run(folder, tag, to)


@house.command(short_help="Publish a house as a Copier template.")
@_FOLDER
@click.option("--to", required=True, callback=given, metavar="URL|PATH", help="A git repository; a folder may be new.")
@click.option("--tag", default="", metavar="TAG", help="The version; without it, the next minor one.")
@click.option("-m", "--message", default="", metavar="TEXT", help="What has changed, for the commit and the tag.")
@click.option("--sign", is_flag=True, help="Sign the tag with your key (git's user.signingKey).")
@click.option("--dry-run", is_flag=True, help="Lint, test and compose; publish nothing.")
@JSON
def publish(as_json: bool, **asked: Any) -> Outcome:
    """Compose the house in FOLDER (this folder), and publish it as one commit and one tag more.

    Refused when lint or test fail, or when a question lost a value that an earlier version offered. A tag is never
    moved; where nothing has changed nothing is published. The folder need not be in git.
    """
    from ospo_init.cli import progress
    from ospo_init.commands import house_publish as command

    with progress.shown(not as_json) as told:
        return command.run(command.Request(**asked), told)
