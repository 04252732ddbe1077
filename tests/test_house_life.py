"""A house is followed for life: three versions of it, and more than twenty projects that people have worked on."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import git
from foreign import WHO, Content
from houses import ACME, composed, house, own_cache
from scenes import answers, fates, made, ospo, save, text, updated

FIRST: Mapping[str, Any] = {
    **ACME,
    "contacts": {"ospo": "ospo@example.org"},
    "files": {
        "SEED.md": {"ownership": "seeded"},
        "docs/HANDBOOK.md": {"ownership": "mandated", "rule": "One handbook."},
        "LEGAL.txt": {"frozen": True, "rule": "Lawyers write it."},
        "CONTRIBUTING.md": {"block": {"text": "blocks/c.md"}},
    },
    "checklist": {
        "add": [{"id": "ACME-01", "title": "The register has it", "owner": "ospo", "check": {"ask": "person"}}]
    },
}
SECOND: Mapping[str, Any] = {
    **FIRST,
    "answers": {"inbound": {"restrict": ["dco"], "rule": "Everybody signs off."}},
    "files": {**FIRST["files"], "docs/GUIDE.md": {"formerly": "GUIDE.md"}},
}
THIRD: Mapping[str, Any] = {
    **SECOND,
    "exemptions": {"E1": "It is old"},
    "files": {
        **SECOND["files"],
        "SPONSORS.md": {"forbid": True, "rule": "No sponsors."},
        "SUPPORT.md": {"required": True, "rule": "Support is named."},
    },
}


def _files(version: int) -> dict[str, Content]:
    changes: dict[int, str] = {1: {}, 2: {2: "two"}, 3: {2: "two", 11: "eleven"}}[version]
    guide = "overlay/GUIDE.md" if version == 1 else "overlay/docs/GUIDE.md"
    found: dict[str, Content] = {
        "overlay/TEMPLATE.md": text(changes),
        "overlay/SEED.md": f"Version {version}\n",
        "overlay/docs/HANDBOOK.md": text({1: f"version {version}"}),
        "overlay/LEGAL.txt": text({1: "clause three"} if version == 3 else {}),
        guide: text({1: f"guide {version}"}),
        "blocks/c.md": "Ask first.\n" if version == 1 else "Ask us first.\n",
    }
    return found | ({"overlay/OLD.md": text()} if version == 1 else {"overlay/NEW.md": "New\n"})


ANSWERS: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "cla": ("-d", "inbound=cla", "-d", "cla_url=https://example.org/cla"),
    "documents": ("-d", "kind=documentation", "-d", "license=CC-BY-4.0", "-d", "profile=company"),
    "gitlab": ("-d", "forge=gitlab", "-d", "ci=gitlab", "-d", "language=python", "-d", "license=MIT"),
}
OURS = ("-d", "project_name=Tide", "-d", "maintainer_name=Ada Example", "-d", "maintainer_email=ada@example.org")


NOW = text({2: "two", 11: "eleven"})
# What the update from the first version to the third does where nobody has touched anything.
ALL = {
    "CONTRIBUTING.md": "updated",
    "LEGAL.txt": "updated",
    "NEW.md": "added",
    "OLD.md": "removed",
    "TEMPLATE.md": "updated",
    "docs/GUIDE.md": "updated",
    "docs/HANDBOOK.md": "updated",
}


class Life(NamedTuple):
    """What people did with a project of the first version, and how it is after the update to the third.

    `block` is what they made of the house's lines in CONTRIBUTING.md ("-": taken out), `settled` how they then settled
    what the update left to them.

    `said` is what the update says of files, `stands` how they stand then (all others as the template made them), and
    `check` what that says of items. `stops` are the versions at which it was updated in between.
    """

    answers: str = "plain"
    work: Mapping[str, Content] = {}
    gone: tuple[str, ...] = ()
    moved: tuple[str, str] = ("", "")
    keep: str = ""
    block: str = ""
    waive: str = ""
    settled: Mapping[str, Content] = {}
    stops: tuple[str, ...] = ()
    code: int = 0
    said: Mapping[str, str] = {}
    stands: Mapping[str, str] = {}
    check: Mapping[str, str] = {}
    holds: Mapping[str, str] = {}


MERGED, MINE = text({2: "two", 6: "mine", 11: "eleven"}), text({2: "mine", 11: "eleven"})
SAYS = "; for an exception ask ospo@example.org"
LIVES: Mapping[str, Life] = {
    "untouched": Life(said=ALL, holds={"TEMPLATE.md": NOW, "SEED.md": "Version 1\n", "docs/GUIDE.md": "guide 3"}),
    "untouched, with an answer that is narrowed away": Life(
        "cla",
        said=ALL,
        check={"HOUSE-02": "inbound is outside what ACME allows (dco): “Everybody signs off.”" + SAYS},
        holds={".copier-answers.yml": "inbound: cla"},
    ),
    "documents, with a changelog and a seed of its own": Life(
        "documents", work={"SEED.md": "mine\n", "CHANGELOG.md": "mine\n"}, said=ALL, holds={"SEED.md": "mine\n"}
    ),
    "another forge, frozen deleted": Life(
        "gitlab", gone=("LEGAL.txt",), said={**ALL, "LEGAL.txt": "back"}, holds={"LEGAL.txt": "clause three"}
    ),
    "by the second version": Life(stops=("v2.0.0",), said={"TEMPLATE.md": "updated", "LEGAL.txt": "updated"}),
    "edited elsewhere, by the second version": Life(
        work={"TEMPLATE.md": text({6: "mine"})},
        stops=("v2.0.0",),
        said={"TEMPLATE.md": "merged"},
        stands={"TEMPLATE.md": "adapted"},
        holds={"TEMPLATE.md": MERGED},
    ),
    "edited where it changes, and settled": Life(
        work={"TEMPLATE.md": text({2: "mine"})},
        code=1,
        said={**ALL, "TEMPLATE.md": "conflict"},
        settled={"TEMPLATE.md": MINE},
        stands={"TEMPLATE.md": "adapted"},
        holds={"TEMPLATE.md": MINE},
    ),
    "managed deleted": Life(gone=("TEMPLATE.md",), said={"TEMPLATE.md": "deleted"}, stands={"TEMPLATE.md": "deleted"}),
    "mandated deleted": Life(
        gone=("docs/HANDBOOK.md",), said={**ALL, "docs/HANDBOOK.md": "back"}, holds={"docs/HANDBOOK.md": "version 3"}
    ),
    "mandated edited": Life(
        work={"docs/HANDBOOK.md": text({1: "version 1", 9: "mine"})},
        said={**ALL, "docs/HANDBOOK.md": "merged"},
        stands={"docs/HANDBOOK.md": "edited"},
        holds={"docs/HANDBOOK.md": text({1: "version 3", 9: "mine"})},
    ),
    "frozen edited": Life(
        work={"LEGAL.txt": text({9: "mine"})},
        said={**ALL, "LEGAL.txt": "merged"},
        stands={"LEGAL.txt": "edited"},
        check={"HOUSE-01": f"LEGAL.txt: is frozen, and was changed here, says ACME: “Lawyers write it.”{SAYS}"},
    ),
    "moved and edited": Life(
        moved=("TEMPLATE.md", "notes/PAGE.md"),
        work={"notes/PAGE.md": text({6: "mine"})},
        said={"notes/PAGE.md": "merged"},
        stands={"TEMPLATE.md": "adapted"},
        holds={"notes/PAGE.md": MERGED},
    ),
    "frozen moved": Life(
        moved=("LEGAL.txt", "notes/LEGAL.txt"),
        said={"notes/LEGAL.txt": "updated"},
        stands={"LEGAL.txt": "moved"},
        holds={"notes/LEGAL.txt": "clause three"},
    ),
    "kept": Life(
        keep="TEMPLATE.md",
        work={"TEMPLATE.md": "all mine\n"},
        stands={"TEMPLATE.md": "kept"},
        holds={"TEMPLATE.md": "all mine\n"},
    ),
    "retired edited": Life(
        work={"OLD.md": text({6: "mine"})}, code=1, said={**ALL, "OLD.md": "conflict"}, holds={"OLD.md": "mine"}
    ),
    "renamed edited": Life(
        work={"GUIDE.md": text({1: "guide 1", 6: "mine"})},
        said={**ALL, "docs/GUIDE.md": "merged"},
        stands={"docs/GUIDE.md": "adapted"},
        holds={"docs/GUIDE.md": text({1: "guide 3", 6: "mine"})},
    ),
    "block edited": Life(
        block="Ask me.",
        code=1,
        said={**ALL, "CONTRIBUTING.md": "conflict"},
        stands={"CONTRIBUTING.md": "conflict"},
        holds={"CONTRIBUTING.md": "Ask us first."},
        check={"HOUSE-01": f"CONTRIBUTING.md: does not hold the lines of ACME as they were, says ACME{SAYS}"},
    ),
    "block taken out": Life(
        block="-",
        code=1,
        said={**ALL, "CONTRIBUTING.md": "conflict"},
        settled={"CONTRIBUTING.md": "# Contributing\n"},
        stands={"CONTRIBUTING.md": "adapted"},
        check={"HOUSE-01": f"CONTRIBUTING.md: does not hold the lines of ACME as they were, says ACME{SAYS}"},
    ),
    "a file that is forbidden later": Life(
        work={"SPONSORS.md": "us\n"},
        said=ALL,
        check={"HOUSE-01": f"SPONSORS.md: must not be there, says ACME: “No sponsors.”{SAYS}"},
        holds={"SPONSORS.md": "us\n"},
    ),
    "a file deleted that is demanded later": Life(
        gone=("SUPPORT.md",),
        said={**ALL, "SUPPORT.md": "deleted"},
        stands={"SUPPORT.md": "deleted"},
        check={"HOUSE-01": f"SUPPORT.md: is not there, and is demanded, says ACME: “Support is named.”{SAYS}"},
    ),
    "a file of its own where a new one comes": Life(
        work={"NEW.md": "other\n"}, code=1, said={**ALL, "NEW.md": "conflict"}, stands={"NEW.md": "conflict"}
    ),
    "waived with a code": Life(waive="E1: nobody else is there", said=ALL, check={"GOV-02": "waived"}),
    "waived without one": Life(waive="nobody else is there", said=ALL, check={"GOV-02": "no code of the house's (E1)"}),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house's three versions."""
    folder = tmp_path_factory.mktemp("life")
    own_cache(folder)
    for number, rows in enumerate((FIRST, SECOND, THIRD), 1):
        composed(house(folder / "source", rows, _files(number)), folder / "template", f"v{number}.0.0")
    return folder / "template"


@pytest.fixture(scope="module")
def born(template: Path) -> Mapping[str, Path]:
    """A project of the first version for each set of answers."""
    own_cache(template.parent)
    at = f"{template}@v1.0.0"
    return {name: made(template.parent / name, at, *OURS, *given) for name, given in ANSWERS.items()}


@pytest.fixture(autouse=True)
def _one_cache(_own_cache: None, template: Path) -> None:
    """Let all tests here read the template from one cache."""
    own_cache(template.parent)


def _worked_on(project: Path, life: Life) -> None:
    """Do to a project what its people did."""
    if life.moved[0]:
        (project / life.moved[1]).parent.mkdir(exist_ok=True)
        git(project, "mv", *life.moved)
        git(project, *WHO, "commit", "--quiet", "-m", "moved")
    if life.keep:
        assert ospo("update", project, "--defaults", "--to", "v1.0.0", "--keep", life.keep).code == 0
    work = dict(life.work)
    if life.block:
        whole = (project / "CONTRIBUTING.md").read_text()
        begin, end = whole.index("<!-- house acme: begin -->"), whole.index("<!-- house acme: end -->\n")
        without = whole[:begin] + whole[end:].partition("\n")[2]
        work["CONTRIBUTING.md"] = without if life.block == "-" else whole.replace("Ask first.", life.block)
    if life.waive:
        given = (
            "--reason",
            life.waive,
            "--approver",
            "Ada Example",
            "--until",
            str(datetime.date.today() + datetime.timedelta(days=300)),
        )
        assert ospo("waive", "GOV-02", project, *given).code == 0
    save(project, work, life.gone)


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_a_life(life: Life, born: Mapping[str, Path], tmp_path: Path) -> None:
    project = shutil.copytree(born[life.answers], tmp_path / "p", symlinks=True)
    _worked_on(project, life)
    for tag in life.stops:
        updated(project, "--to", tag)
        save(project)
    said = fates(updated(project, code=life.code))
    wanted = {name: fate for name, fate in said.items() if name in life.said}
    assert wanted == life.said
    save(project, life.settled, message="update")
    assert answers(project)["_commit"] == "v3.0.0"
    _stands(project, life)
    for path, content in life.holds.items():
        assert content in (project / path).read_text(), path
    _checked(project, life)
    updated(project)
    assert git(project, "status", "--porcelain") == ""


def _stands(project: Path, life: Life) -> None:
    status = ospo("status", project, "--json").data
    found = {row["path"]: row for row in status["files"]}
    other = {path: row["state"] for path, row in found.items() if row["state"] not in ("generated", "seeded")}
    assert other == life.stands
    assert found["SEED.md"]["state"] == "seeded"
    amiss = [path for path, row in found.items() if row["finding"]]
    assert amiss == [path for path, state in life.stands.items() if state in ("conflict", "edited")]
    assert ospo("status", project).code == (1 if amiss else 0)


def _checked(project: Path, life: Life) -> None:
    wanted = ("HOUSE-01", "HOUSE-02", "ACME-01", "GOV-02")
    only = [word for item in wanted for word in ("--only", item)]
    items = {row["id"]: row for row in ospo("check", project, "--json", "--no-history", *only).data["items"]}
    assert items["ACME-01"]["verdict"] == "person"
    for item in ("HOUSE-01", "HOUSE-02"):
        told = [f"{row['path']}: {row['what']}".removeprefix(": ") for row in items[item]["evidence"]]
        if item in life.check:
            assert items[item]["verdict"] == "fail"
            assert life.check[item] in told
            assert len(told) == 1
        else:
            assert items[item]["verdict"] == "pass", told
    if life.waive:
        said = f"{items['GOV-02']['verdict']} {items['GOV-02']['evidence']}"
        assert life.check["GOV-02"] in said
        assert (items["GOV-02"]["verdict"] == "waived") == (life.check["GOV-02"] == "waived")


def test_what_is_due_before_the_update(born: Mapping[str, Path]) -> None:
    """The files that change, come and go; and the version that there is."""
    done = ospo("status", born["plain"], "--json", "--fetch")
    assert (done.code, done.data["template"]["newest"]) == (1, "v3.0.0")
    found = {row["path"]: row["state"] for row in done.data["files"]}
    due = {path: state for path, state in found.items() if state not in ("generated", "seeded")}
    changed = ("CONTRIBUTING.md", "LEGAL.txt", "TEMPLATE.md", "GUIDE.md", "docs/HANDBOOK.md", ".ospo/house.yml")
    assert due == {**dict.fromkeys(changed, "outdated"), "NEW.md": "new", "OLD.md": "retired"}


def test_there_are_enough_of_them() -> None:
    assert len(LIVES) >= 20
