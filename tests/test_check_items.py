"""Every item of the checklist: a repository in which it passes, and one in which one change makes it fail.

What an item that does not fail becomes instead stands in the table, with the reason.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import good
from good import BY_ID, SIGNED, TODAY, Change, put
from ospo_init.cli.progress import silent
from ospo_init.commands.check import Request, checked
from ospo_init.core.checking.report import Result
from ospo_init.edges import project

LATER = {"MATURE-01": "maintenance", "MATURE-02": "maintenance"} | {f"EOL-0{n}": "end-of-life" for n in range(1, 6)}
OLD = TODAY - datetime.timedelta(days=900)


def edit(path: str, old: str, new: str = "") -> Change:
    def change(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text, f"{path} has no {old!r}"
        put(folder, path, text.replace(old, new))

    return change


def gone(path: str) -> Change:
    def change(folder: Path) -> None:
        place = folder / path
        shutil.rmtree(place) if place.is_dir() else place.unlink()

    return change


def add(path: str, text: str | bytes, executable: bool = False) -> Change:
    def change(folder: Path) -> None:
        put(folder, path, text)
        if executable:
            (folder / path).chmod(0o755)

    return change


def undecided(key: str) -> Change:
    return edit(".ospo/record.yml", f"  {key}: {good.DECISIONS[key]}\n")


def begun_anew(folder: Path) -> None:
    shutil.rmtree(folder / ".git")
    good.git(folder, "init", "--quiet", "--initial-branch=main")


def old_release(folder: Path) -> None:
    """A change has waited for a release for years, and work goes on."""
    begun_anew(folder)
    good.commit(folder, day=OLD)
    good.git(folder, "tag", "v1.0.0")
    good.commit(folder, "More", OLD + datetime.timedelta(days=30))
    good.commit(folder, "Yet more", TODAY)


def guests(folder: Path, then: int, now: int) -> None:
    """Besides Ada, so many people took part the year before the last, and so many in the last year."""
    begun_anew(folder)
    for days, others in ((700, then), (300, now)):
        for number in range(12):
            day = TODAY - datetime.timedelta(days=days + 60 - number)
            who = f"Guest{number}" if number < others else "Ada"
            good.commit(folder, f"{days} {number}", day, f"{who} Example")
    good.commit(folder, "First", OLD)


def nobody_else(folder: Path) -> None:
    guests(folder, then=4, now=0)


def nowhere_to_ask(folder: Path) -> None:
    gone("SUPPORT.md")(folder)
    edit("README.md", "Ask in https://forge.example.org/tide/issues")(folder)


def nobody_owns(folder: Path) -> None:
    undecided("home")(folder)
    edit("GOVERNANCE.md", "Harbour Example owns and runs it.")(folder)


def no_license(folder: Path) -> None:
    gone("LICENSE")(folder)
    gone("LICENSES")(folder)


def copied_in(folder: Path) -> None:
    """Somebody else's code, of which nothing says whose it is."""
    put(folder, "vendor/lib/code.c", "int x;\n")
    edit("REUSE.toml", '"**"', '["*", "src/**", "docs/**", ".*/**"]')(folder)


def alone(folder: Path) -> None:
    edit("MAINTAINERS.md", "- Bob, bob@harbour.example.org\n")(folder)
    edit(".github/CODEOWNERS", " @bob")(folder)


def shallow(folder: Path) -> None:
    good.commit(folder, "Second")
    head = good.git(folder, "rev-parse", "HEAD").strip()
    (folder / ".git" / "shallow").write_text(f"{head}\n")


BODY = base64.b64encode(hashlib.sha512(b"no key of anybody").digest() * 6).decode()
KEY = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n" + "\n".join(re.findall(".{1,64}", BODY)) + "\n-----END RSA KEY-----\n"
ELF = b"\x7fELF" + bytes(200)
# item: the one change, and what the item is after it ("fail", where nothing is said)
TABLE: dict[str, tuple[Change, str] | Change] = {
    "PLAN-01": gone("README.md"),
    "PLAN-02": (undecided("alternatives"), "person"),  # what nobody has answered is a question, not a fault
    "PLAN-03": (undecided("scope"), "person"),
    "PLAN-04": gone("README.md"),
    "PLAN-05": (undecided("sponsor"), "person"),
    "PLAN-06": (undecided("resources"), "person"),
    "PLAN-07": (undecided("metrics"), "person"),
    "PLAN-08": (undecided("external_interest"), "person"),
    "PLAN-09": edit("GOVERNANCE.md", "## Life cycle\n\nAt its end of life the project is archived.\n"),
    "PLAN-10": (nobody_owns, "person"),
    "PLAN-11": (gone("ROADMAP.md"), "person"),
    "LEGAL-01": (undecided("rights_holders"), "person"),
    "LEGAL-04": no_license,
    "LEGAL-06": gone("LICENSE"),
    "LEGAL-08": gone("REUSE.toml"),
    "LEGAL-09": copied_in,
    "LEGAL-10": add("CONTRIBUTING.md", "# Contributing\n\nSend changes with tests, and build with make.\n"),
    "LEGAL-14": (undecided("regulatory_role"), "person"),
    "TECH-01": add("deploy/key.txt", KEY),
    "TECH-02": add("src/tide.py", 'URL = "https://build.harbour.corp/job/1"\n'),
    "TECH-03": edit(
        "pyproject.toml", 'version = "1.0.0"', 'version = "1.0.0"\ndependencies = ["x @ git+ssh://git@x.corp/y"]'
    ),
    "TECH-05": edit("CONTRIBUTING.md", "Every change must come with tests.\n"),
    "TECH-04": (edit("CONTRIBUTING.md", "Build it with make. "), "person"),
    "TECH-06": edit("README.md", "## License\n\nApache-2.0, see LICENSE.\n"),
    "TECH-07": (gone("ARCHITECTURE.md"), "person"),
    "TECH-08": (gone(".pre-commit-config.yaml"), "person"),
    "TECH-09": add("bin/tool", ELF, executable=True),
    "TECH-10": (gone("pyproject.toml"), "person"),
    "TECH-12": (gone("sbom.spdx.json"), "person"),
    "TECH-13": (undecided("history"), "person"),
    "MKT-03": (undecided("assets"), "person"),
    "MKT-05": edit("CITATION.cff", "cff-version: 1.2.0", "cff-version: [1.2.0"),
    "GOV-01": gone("GOVERNANCE.md"),
    "GOV-02": (alone, "person"),
    "GOV-03": edit("GOVERNANCE.md", "## Becoming a maintainer\n\nThe maintainers vote on it.\n"),
    "GOV-04": (edit("CODE_OF_CONDUCT.md", "Write to conduct@harbour.example.org."), "person"),
    "GOV-05": gone("CONTRIBUTING.md"),
    "GOV-06": edit("GOVERNANCE.md", "## Releases\n\nWe follow semantic versioning.\n"),
    "GOV-07": (undecided("assets"), "person"),
    "GOV-08": (gone("CHARTER.md"), "person"),
    "INFRA-04": edit(".github/workflows/test.yml", f"@{good.SHA} # v1", "@v1"),
    "INFRA-06": gone("SECURITY.md"),
    "INFRA-07": (gone(".github/dependabot.yml"), "person"),
    "INFRA-08": (gone(".github/CODEOWNERS"), "person"),
    "INFRA-09": (nowhere_to_ask, "person"),
    "INFRA-10": (edit("SECURITY.md", " Releases are signed with cosign."), "person"),
    "FINAL-01": (gone("REUSE.toml"), "person"),  # it sums up LEGAL-08, which is what fails
    "FINAL-03": edit("GOVERNANCE.md", "Harbour Example", "[INSERT COMPANY NAME]"),
    "FINAL-04": (undecided("sponsor"), "person"),  # it sums up the blocking items
    "LAUNCH-04": edit("CHANGELOG.md", "## 1.0.0"),
    "LAUNCH-05": (undecided("inventories"), "person"),
    "LAUNCH-06": (gone(".ospo/announcement.md"), "person"),
    "MAINT-05": old_release,
    "MAINT-06": (edit("MAINTAINERS.md", "community, "), "person"),
    "EVAL-02": (shallow, "unknown"),  # a number is neither right nor wrong; it can only be missing
    "EVAL-03": (nobody_else, "person"),
    "MATURE-01": edit("README.md", "Maintenance: only fixes are to be expected. The old line is no longer maintained."),
    "MATURE-02": edit("SECURITY.md", "## Supported versions\n\nThe latest. "),
    "EOL-03": edit("README.md", "The old line is no longer maintained."),
}
# Shown elsewhere: what the licences of dependencies and materials are takes more than one change of this repository
# (test_license_checks.py), and drift takes a generated one (test_check_generated.py).
ELSEWHERE = {"LEGAL-05", "LEGAL-07", "EVAL-04"}


def check(folder: Path, *only: str) -> dict[str, Result]:
    gate = LATER.get(only[0], "publish")
    if gate != "publish" and "stage: active" in (folder / ".copier-answers.yml").read_text():
        edit(".copier-answers.yml", "stage: active", f"stage: {gate}")(folder)
    request = Request(str(folder), only=only, gate=gate)
    report = checked(request, project.find(str(folder)), silent)
    return {result.id: result for result in report.results}


@pytest.mark.parametrize("name", LATER)
def test_later_items_pass_when_their_time_has_come(name: str, folder: Path) -> None:
    assert check(folder, name)[name].verdict == "pass"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good.make(tmp_path_factory.mktemp("good"))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(whole, tmp_path / "repository", symlinks=True))


def test_all_items_pass_in_the_good_repository(whole: Path) -> None:
    found = check(whole, *BY_ID)
    left = {name: (row.verdict, row.proofs) for name, row in found.items() if row.verdict != "pass"}
    assert {name: verdict for name, (verdict, _) in left.items()} == {
        **dict.fromkeys(("MATURE-01", "MATURE-02", "EOL-03", "EOL-04"), "not-applicable"),  # the move brings them
        "EVAL-03": "not-applicable",  # it is too young to compare two years
        "EVAL-04": "not-applicable",  # no template made it
    }


def test_taking_part_can_grow(folder: Path) -> None:
    guests(folder, then=2, now=4)
    assert check(folder, "EVAL-03")["EVAL-03"].verdict == "pass"


def test_the_table_names_every_item() -> None:
    assert set(TABLE) | set(SIGNED) | ELSEWHERE == set(BY_ID)


@pytest.mark.parametrize("name", TABLE)
def test_one_change_decides(name: str, folder: Path) -> None:
    row = TABLE[name]
    change, verdict = row if isinstance(row, tuple) else (row, "fail")
    change(folder)
    only = (name, *re.findall(r"[A-Z]+-\d\d", str(BY_ID[name].check)))
    result = check(folder, *(BY_ID if name == "FINAL-04" else only))[name]
    assert result.verdict == verdict, result
    assert verdict == "pass" or (result.proofs and result.next_step.endswith("."))


@pytest.mark.parametrize("name", [name for name in SIGNED if name not in TABLE])
def test_what_was_signed_has_changed(name: str, folder: Path) -> None:
    put(folder, f"docs/signed/{name}.md", "Something else.\n")
    result = check(folder, name)[name]
    assert result.verdict == "fail" and "has changed" in result.proofs[0].what
    gone(f"docs/signed/{name}.md")(folder)
    assert "is gone" in check(folder, name)[name].proofs[0].what
