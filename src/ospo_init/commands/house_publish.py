"""`ospo-init house publish`: the house as a plain Copier template, one version more in a git repository."""

from __future__ import annotations

from dataclasses import dataclass

from ospo_init.commands import house_test
from ospo_init.commands.house_opening import Ready, ready
from ospo_init.core.house.readme import readme
from ospo_init.core.house.versions import lost, next_tag
from ospo_init.core.origin import Template, is_newer, parse_version
from ospo_init.core.trees import File, tree_id
from ospo_init.edges import git, houses, publishing
from ospo_init.edges.checking import Progress
from ospo_init.edges.publishing import Place, Version
from ospo_init.errors import TemplateError, UserError
from ospo_init.outcome import Outcome


@dataclass(frozen=True)
class Request:
    """What was asked for: the house's folder, where it is published, as which version, and whether that is signed."""

    folder: str
    to: str
    tag: str = ""
    message: str = ""
    sign: bool = False
    dry_run: bool = False


def run(request: Request, progress: Progress) -> Outcome:
    """Publish the house, unless something is wrong with it or nothing has changed."""
    git.require_git()
    house = ready(request.folder)
    place = publishing.find(request.to)
    tag = _tag(request, place)
    tree = {**house.tree, "README.md": File(readme(house.source.house, place.url, tag).encode())}
    last, signed = place.version(place.newest) if place.newest else (None, False)
    if last and _same(last, tree):
        return _unchanged(request, place)
    if signed and not request.sign:
        raise UserError(
            f"Version {place.newest} is signed, and this one would not be.",
            "Whoever holds the house to its signature would refuse it: publish with --sign.",
        )
    if last:
        _refuse_lost(house, last)
    for earlier in place.tags:  # a question that was away for a while comes back with all that it offered
        if parse_version(earlier) and earlier != place.newest:
            _refuse_lost(house, place.version(earlier)[0])
    _refuse_failed(house_test.tried(house, progress))
    data = {"schema_version": 1, "url": place.url, "tag": tag, "tree": tree_id(tree), "files": len(tree)}
    title = house.source.house.title
    if request.dry_run:
        would = f"{title} would be published as {tag} at {place.url}."
        return Outcome({**data, "written": False}, (("title", would), ("good", "Nothing was written.")))
    message = f"{title} {tag}\n\n{request.message or f'Extends {house.source.house.extends}.'}\n"
    row = publishing.publish(place, Version(tag, message, tree, request.sign))
    lines = (
        ("good", f"Published {title} as {tag} at {place.url}"),
        ("dim", f"commit {row['commit']}, tree {row['tree']}"),
        ("", f"Make a project of it:   ospo-init new FOLDER --house {place.url}"),
        ("", "Make it the default:    set  house: ADDRESS  in ospo-init's configuration (docs/house.md)"),
    )
    return Outcome({**data, **row, "written": True}, lines)


def _tag(request: Request, place: Place) -> str:
    """Return the tag to publish as; raise UserError where it is taken, no version, or not newer than the newest."""
    tag = request.tag or next_tag(place.tags)
    if parse_version(tag) is None:
        raise UserError(f"{tag!r} is no version.", "Copier and Renovate know versions such as v1.2.0.")
    if tag in place.tags:
        raise UserError(
            f"{place.url} has {tag} already, as {place.tags[tag]}.",
            f"A tag is never moved: --tag {next_tag(place.tags)}",
        )
    if place.newest and not is_newer(tag, place.newest):
        raise UserError(
            f"{tag} is not newer than {place.newest}, which is there.", "Projects would never be offered it."
        )
    return tag


def _same(last: Template, tree: dict[str, File]) -> bool:
    """Whether the newest version is this tree already, but for the README, which names its version."""
    old = {path: file for path, file in last.files.items() if path != "README.md"}
    return tree_id(old) == tree_id({path: file for path, file in tree.items() if path != "README.md"})


def _unchanged(request: Request, place: Place) -> Outcome:
    data = {"schema_version": 1, "url": place.url, "tag": place.newest, "written": False}
    asked = f", and {request.tag} was not made" if request.tag else ""
    return Outcome(data, (("good", f"Nothing has changed since {place.newest}: nothing was published{asked}."),))


def _refuse_lost(house: Ready, last: Template) -> None:
    """Raise TemplateError where a question lost a value that the newest version offers, narrowed or not."""
    old = houses.parent_of(last)
    new = houses.parent_of(Template("", "", "", "", house.tree))
    gone = [f"{key} has no {value!r} any more" for key, value in lost(old.questions, new.questions)]
    if gone:
        shown = "".join(f"\n  {row}" for row in gone[:12]) + (
            f"\n  and {len(gone) - 12} more" if len(gone) > 12 else ""
        )
        raise TemplateError(
            f"Version {last.tag} offers answers that this one does not know:{shown}",
            "Plain `copier update` and Renovate would replace them in projects without a word. Keep the value, and "
            "narrow it with restrict, forbid or lock: then who has it keeps it.",
        )


def _refuse_failed(results: list[house_test.Result]) -> None:
    bad = [result for result in results if result.wrong]
    if bad:
        first = "".join(f"\n  {result.name}: {result.wrong[0]}" for result in bad[:5])
        raise TemplateError(f"{len(bad)} of {len(results)} projects fail:{first}", "`ospo-init house test` says more.")
