"""What a repository answers itself: tables of files and of the answer that they give, in real git repositories."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from ospo_init.core.expressions import environment
from ospo_init.core.inferring import History, Inferred, Repository, infer, wanted
from ospo_init.core.inferring.acceptable import CHECKS, acceptable
from ospo_init.core.inferring.formats import control, gemspec, go_mod, setup_py
from ospo_init.core.inferring.license_names import spdx_ids
from ospo_init.core.inferring.material import infer_stage
from ospo_init.core.inferring.notices import notices
from ospo_init.core.inferring.people import people_of
from ospo_init.core.inferring.texts import LONGEST
from ospo_init.core.trees import File
from ospo_init.edges import yamls
from ospo_init.edges.license_texts import read_license_texts
from ospo_init.edges.manifest_files import parse, xml
from ospo_init.edges.repository_facts import known_texts, read_repository

TEXTS = read_license_texts()
MIT = TEXTS.forge["MIT"].text.replace("[year]", "2019").replace("[fullname]", "Ada Example")
APACHE = TEXTS.forge["Apache-2.0"].text
BSD = TEXTS.forge["BSD-3-Clause"].text.replace("[year], [fullname]", "2014, Harbour Office")
GPL = TEXTS.forge["GPL-3.0"].text
CC0 = "CC0 1.0 Universal\n\n" + TEXTS.forge["CC0-1.0"].text.partition("PROVIDED\n    HEREUNDER.\n\n")[2]
LGPL = TEXTS.forge["LGPL-3.0"].text
ADA = ("Ada Example", "ada@example.org")
LATER = "You can use it under the GNU General Public License, version 3, or (at your option) any later version."


@pytest.fixture(scope="session")
def licenses(composed: Mapping[str, File]) -> Mapping[str, str]:
    """The licence texts that the base template carries."""
    return known_texts(composed)


def make(folder: Path, files: Mapping[str, str | bytes], day: str = "2019-03-02", message: str = "Begin") -> Path:
    """Commit the files in a repository in `folder`, which is made if it is not there."""
    if not (folder / ".git").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--initial-branch=main")
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(folder, "add", "--all", "--force")
    commit(folder, message, day)
    return folder


def commit(folder: Path, message: str, day: str, author: tuple[str, str] = ADA) -> None:
    name, email = author
    who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    done = ["git", "commit", "--quiet", "--allow-empty", "-m", message]
    subprocess.run(done, cwd=folder, env={**os.environ, **who, **when}, check=True)


def answers(folder: Path, licenses: Mapping[str, str], prefix: str = "") -> dict[str, Inferred]:
    return {row.key: row for row in infer(read_repository(folder, prefix, licenses))}


def of(files: Mapping[str, str], licenses: Mapping[str, str] | None = None, **more: Any) -> dict[str, Inferred]:
    """Infer from files in memory."""
    data = {path: value for path, text in files.items() if (value := parse(path, text)) is not None}
    seen = Repository(tuple(files), dict(files), data, licenses=licenses or {}, **more)
    return {row.key: row for row in infer(seen)}


# ---- licences


CASES = {
    "MIT by its text": ({"LICENSE": MIT}, "MIT"),
    "wrapped, without its title, another name": (
        {"licence.txt": "Copyright (c) 2020 Harbour Office\n" + " ".join(MIT.split()[7:])},
        "MIT",
    ),
    "in Markdown": ({"LICENSE.md": "# The MIT License (MIT)\n\n" + MIT.partition("\n")[2].replace('"', "“")}, "MIT"),
    "a holder in each clause": (
        {
            "COPYING": BSD.replace("the copyright holder nor", "Harbour Office nor"),
            "pyproject.toml": '[project]\nname = "x"\nlicense = "BSD-3-Clause"\n',
        },
        "BSD-3-Clause",
    ),
    "without the advice at its end": ({"LICENSE": APACHE.partition("APPENDIX:")[0]}, "Apache-2.0"),
    "a file's name says nothing": ({"LICENSE-MIT": APACHE}, "Apache-2.0"),
    "LGPL and the GPL that it needs": (
        {
            "COPYING": GPL,
            "COPYING.LESSER": LGPL,
            "README": LATER,
            "Cargo.toml": '[package]\nlicense="LGPL-3.0-or-later"',
        },
        "LGPL-3.0-or-later",
    ),
    "GPL, later by the README": ({"COPYING": GPL, "README.md": LATER}, "GPL-3.0-or-later"),
    "GPL, only by a header": (
        {"COPYING": GPL, "src/a.c": "// SPDX-License-Identifier: GPL-3.0-only\n"},
        "GPL-3.0-only",
    ),
    "GPL, later by a classifier": (
        {
            "COPYING": GPL,
            "setup.py": '    "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",\n',
        },
        "GPL-3.0-or-later",
    ),
    "GPL, and nothing says which": ({"COPYING": GPL}, None),
    "a manifest contradicts": ({"LICENSE": MIT, "package.json": '{"license": "ISC"}'}, None),
    "two licences": ({"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE}, None),
    "one word more forbids a use": ({"LICENSE": MIT + "\nThe Software shall be used for Good, not Evil.\n"}, None),
    "one condition more in a long text": (
        {"LICENSE": APACHE.replace("6. Trademarks.", "6. You shall not use the Work to compete with us. Trademarks.")},
        None,
    ),
    "the notice alone below the terms": (
        {"LICENSE": APACHE.partition("   APPENDIX:")[0] + "   Copyright" + APACHE.partition("   Copyright")[2]},
        "Apache-2.0",
    ),
    "wrapped so that lines begin with copyright": (
        {"LICENSE": CC0.replace("Copyright and", "\nCopyright and")},
        "CC0-1.0",
    ),
    "a clause of a long text is gone": (
        {"LICENSE": APACHE.partition("6. Trademarks.")[0] + "7. Disclaimer" + APACHE.partition("7. Disclaimer")[2]},
        None,
    ),
    "an old address in the GPL": (
        {"COPYING": GPL.replace("Everyone is", "59 Temple Place, Suite 330, Boston\n Everyone is"), "README": LATER},
        "GPL-3.0-or-later",
    ),
    "a condition on top": (
        {"LICENSE": "The licence does not grant to you the right to sell the software, " * 6 + APACHE},
        None,
    ),
    "a text of their own": ({"LICENSE": "You may use this on Tuesdays. " * 30}, None),
    "too large to be one": ({"LICENSE": MIT + "x" * LONGEST}, None),
    "a clause less": (
        {"LICENSE": BSD.partition("3. Neither")[0] + "THIS" + BSD.partition("\n\nTHIS")[2]},
        "BSD-2-Clause",
    ),
    "R's form beside the text": (
        {
            "LICENSE": "YEAR: 2019\nCOPYRIGHT HOLDER: x authors\n",
            "LICENSE.md": MIT,
            "DESCRIPTION": "License: MIT + file LICENSE",
        },
        "MIT",
    ),
}


@pytest.mark.parametrize("files, expected", CASES.values(), ids=CASES)
def test_license(tmp_path: Path, licenses: Mapping[str, str], files: Mapping[str, str], expected: str | None) -> None:
    found = answers(make(tmp_path / "x", files), licenses)["license"]
    assert (found.value, found.sure) == (expected, True), found.evidence
    assert found.evidence


def test_every_text_of_the_list_is_known_as_itself(licenses: Mapping[str, str]) -> None:
    wrong = {}
    for spdx_id, text in licenses.items():
        found = of({"LICENSE": text.split("\f")[0]}, licenses)["license"]
        if found.value != spdx_id and (found.value or spdx_id not in found.evidence):
            wrong[spdx_id] = found
    # The same words under another id: the plain id is taken.
    same = {"MPL-2.0-no-copyleft-exception": "MPL-2.0", "CAL-1.0-Combined-Work-Exception": "CAL-1.0"}
    same |= {f"OFL-{number}-{kind}": f"OFL-{number}" for number in ("1.0", "1.1") for kind in ("RFN", "no-RFN")}
    assert {spdx_id: row.value for spdx_id, row in wrong.items()} == {
        spdx_id: plain for spdx_id, plain in same.items() if spdx_id in licenses
    }


def test_the_forges_texts_are_known_too(licenses: Mapping[str, str]) -> None:
    for spdx_id, row in TEXTS.forge.items():
        if spdx_id in licenses and spdx_id not in ("CECILL-2.1", "NCSA", "PostgreSQL", "Vim"):  # French; blanks within
            found = of({"LICENSE": row.text}, licenses)["license"]
            assert found.value == spdx_id, (spdx_id, found)


def test_a_license_without_a_text_is_only_likely(licenses: Mapping[str, str]) -> None:
    assert of({"composer.json": '{"license": "MIT"}'}, licenses)["license"].sure is False
    assert of({"composer.json": '{"license": ["MIT", "Apache-2.0"]}'}, licenses)["license"].value is None
    assert "license" not in of({"composer.json": '{"license": "proprietary"}'}, licenses)


def test_what_does_not_fit_is_shown(licenses: Mapping[str, str]) -> None:
    shown = of({"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE}, licenses)["license"].evidence
    assert "LICENSE-MIT: the text of MIT" in shown and "LICENSE-APACHE: the text of Apache-2.0" in shown
    assert "GPL-3.0-only and of GPL-3.0-or-later" in of({"COPYING": GPL}, licenses)["license"].evidence


@pytest.mark.parametrize(
    "words, expected",
    [
        ("MIT", ("MIT",)),
        ("The MIT License", ("MIT",)),
        ("License :: OSI Approved :: MIT License", ("MIT",)),
        ("Apache License, Version 2.0", ("Apache-2.0",)),
        ("https://spdx.org/licenses/MIT", ("MIT",)),
        ("MIT OR Apache-2.0", ("MIT", "Apache-2.0")),
        ("MIT/Apache-2.0", ("MIT", "Apache-2.0")),
        ("GPL (>= 2)", ("GPL-2.0-or-later",)),
        ("GPL-3", ("GPL-3.0-only", "GPL-3.0-or-later")),
        ("GPL-2.0+", ("GPL-2.0-or-later",)),
        ("LGPL-2.1-only", ("LGPL-2.1-only",)),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", ("LGPL-3.0-or-later",)),
        ("MIT + file LICENSE", ("MIT",)),
        ("SEE LICENSE IN license.txt", ()),
        ("BSD", ()),
        ("ODC-PDDL-1.0", ("PDDL-1.0",)),
        ("", ()),
    ],
)
def test_names_of_licenses(licenses: Mapping[str, str], words: str, expected: tuple[str, ...]) -> None:
    assert spdx_ids(words, licenses) == expected


# ---- people


@pytest.mark.parametrize(
    "line, holder, year",
    [
        ("Copyright (c) 2019 Ada Example", "Ada Example", 2019),
        ("Copyright 2014-2026 Harbour Office, Inc. All rights reserved.", "Harbour Office, Inc.", 2014),
        (" * (C) 2011, 2013 by Ada Example <ada@example.org>", "Ada Example", 2011),
        ("SPDX-FileCopyrightText: © 2020 Ada Example (https://example.org)", "Ada Example", 2020),
        ("Copyright (c) Ada Example <ada@example.org>", "Ada Example", 0),
        ("Copyright (c) 2009–present Ada Example", "Ada Example", 2009),  # noqa: RUF001
        ("Copyright The Harbour Authors", "The Harbour Authors", 0),
    ],
)
def test_notices(line: str, holder: str, year: int) -> None:
    assert [tuple(row) for row in notices(line)] == [(holder, year)]


@pytest.mark.parametrize(
    "line",
    [
        "The above copyright notice and this permission notice shall be included",
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (C) <year>  <name of author>",
        "copyright holders be liable",
        "Copyright notices must be kept",
        "See the copyright file",
    ],
)
def test_what_is_no_notice(line: str) -> None:
    assert notices(line) == []


@pytest.mark.parametrize(
    "line, expected",
    [
        ("* Ada Example <ada@example.org> (@ada)", ["Ada Example <ada@example.org> @ada"]),
        ("| Ada Example | [@ada](https://github.com/ada) | Harbour |", ["Ada Example @ada"]),
        ("- [ada](https://github.com/ada) - **Ada Example** (she/her)", ["Ada Example @ada"]),
        ("- Ada Example `@ada <https://github.com/ada>`_.", ["Ada Example @ada"]),
        (
            "* `tsdb`: Ada Example (<ada@example.org> / @ada), Bo van Dyk (<bo@example.org> / @bo)",
            ["Ada Example <ada@example.org> @ada", "Bo van Dyk <bo@example.org> @bo"],
        ),
        ("- Ada Example, Bo Dyk <ada@harbour.example.com> <bo@harbour.example.com>", []),
        ("- @ada", []),
        ("- Ada Example", []),
        ("Contact security@harbour.example.com", []),
    ],
)
def test_people(line: str, expected: list[str]) -> None:
    line = line.replace("example.org", "harbour.eu").replace("example.com", "eu")
    assert [person.row for person in people_of(line)] == [row.replace("example.org", "harbour.eu") for row in expected]


def test_maintainers_are_those_who_are_listed() -> None:
    text = "# Maintainers\n\n- Ada Example <ada@harbour.eu>\n- Bo Dyk <bo@harbour.eu> @bo\n"
    text += "\n## Emeritus\n\n- Cy Old <cy@harbour.eu>\n"
    found = of({"MAINTAINERS.md": text, "CODEOWNERS": "* @ada\n"})
    assert found["maintainer_name"].value == "Ada Example"
    assert found["maintainer_email"].value == "ada@harbour.eu"
    assert found["maintainers"].value == "Bo Dyk <bo@harbour.eu> @bo"
    assert "maintainer_handle" not in found  # there are two; @ada may be either


def test_a_row_that_was_not_understood_makes_the_list_unsure() -> None:
    found = of({"MAINTAINERS": "- Ada Example <ada@harbour.eu>\n- nick <n@harbour.eu>\n"})
    assert (found["maintainer_name"].value, found["maintainer_name"].sure) == ("Ada Example", False)


def test_authors_are_maintainers_only_where_a_section_says_so() -> None:
    assert "maintainer_name" not in of({"AUTHORS": "Ada Example <ada@harbour.eu>\n"})
    found = of({"AUTHORS": "Created by:\nCy Old <cy@harbour.eu>\n\nMaintained by:\nAda Example <ada@harbour.eu>\n"})
    assert found["maintainer_name"].value == "Ada Example"
    assert "maintainers" not in found


def test_an_author_who_does_not_commit_any_more_is_no_maintainer(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"Cargo.toml": '[package]\nname = "tides"\nauthors = ["Cy Old <cy@harbour.eu>"]\n'})
    assert "maintainer_name" not in answers(folder, {})
    commit(folder, "More", "2019-03-03", ("Cy Old", "other@harbour.eu"))
    found = answers(folder, {})["maintainer_name"]
    assert (found.value, found.sure) == ("Cy Old", False)
    assert "1 of the last 2 commits" in found.evidence


def test_the_most_frequent_committer_is_nobody(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"a.py": "x"})
    assert not [key for key in answers(folder, {}) if key.startswith(("maintainer", "copyright", "security"))]


# ---- names, places, material


POM = """<project xmlns="u"><name>Harbour Tides</name><artifactId>tides</artifactId>
<description>Reads
 water.</description><parent><name>Other</name></parent></project>"""
PUBLICCODE = """name: Tides
url: https://gitlab.com/harbour/sea/tides.git
description: {en: {shortDescription: Reads water levels}}
"""
DESCRIPTION = """Package: tides
Title: Read Water Levels
Authors@R: c(
    person("Cy", "Old", role = "aut"),
    person("Ada", "Example", , "ada@harbour.eu", role = c("aut", "cre"))
  )
URL: https://tides.eu, https://github.com/harbour/tides
"""
README = """# Tides

[![x](y)](z)

News: it is out!

Tides is a reader of water levels. It is small.
"""
NAMES = {
    "README spells the package's name": (
        {"README.md": "# Tide Gauge\n", "pyproject.toml": '[project]\nname = "tide-gauge"'},
        {"project_name": "Tide Gauge", "project_slug": "tide-gauge"},
    ),
    "a README with another title": (
        {
            "README.md": "# Welcome!\n",
            "package.json": '{"name": "@harbour/tides", "description": "Reads water levels"}',
        },
        {"project_name": "tides", "project_slug": "tides", "description": "Reads water levels"},
    ),
    "a pom": (
        {"pom.xml": POM},
        {"project_name": "Harbour Tides", "description": "Reads water.", "kind": "software"},
    ),
    "setup.cfg": (
        {
            "setup.cfg": "[metadata]\nname = tides\ndescription = Reads water levels\nurl = https://github.com/harbour/tides\n"
        },
        {
            "project_name": "tides",
            "description": "Reads water levels",
            "repository_url": "https://github.com/harbour/tides",
        },
    ),
    "go.mod": (
        {"go.mod": "module github.com/harbour/tides/v2\n\ngo 1.22\n", "main.go": "package main"},
        {
            "project_name": "tides",
            "repository_url": "https://github.com/harbour/tides",
            "forge": "github",
            "language": "go",
        },
    ),
    "publiccode.yml before the package": (
        {"publiccode.yml": PUBLICCODE, "package.json": '{"name": "other"}'},
        {
            "project_name": "Tides",
            "description": "Reads water levels",
            "repository_url": "https://gitlab.com/harbour/sea/tides",
            "forge": "gitlab",
        },
    ),
    "an R package": (
        {"DESCRIPTION": DESCRIPTION, "R/a.R": "x"},
        {
            "project_name": "tides",
            "description": "Read Water Levels",
            "maintainer_name": "Ada Example",
            "maintainer_email": "ada@harbour.eu",
            "repository_url": "https://github.com/harbour/tides",
            "language": "none",
        },
    ),
    "a sentence of the README": (
        {"README.md": README, "package.json": '{"name": "tides"}'},
        {"description": "Tides is a reader of water levels."},
    ),
    "a license header is no description": (
        {
            "README.md": "<!-- This file is licensed to you -->\n# Tides\n\nSponsored by:\n",
            "package.json": '{"name": "tides"}',
        },
        {"description": "MISSING"},
    ),
    "mostly PHP, with a manifest for its assets": (
        {
            "composer.json": '{"name": "harbour/tides"}',
            "package.json": '{"private": true}',
            "a.php": "",
            "b.php": "",
            "c.js": "",
        },
        {"language": "none", "project_name": "tides", "kind": "software"},
    ),
    "only documents": (
        {"README.md": "# Rules\n", "a.md": "", "b.rst": ""},
        {"kind": "documentation", "language": "MISSING"},
    ),
    "data": ({"datapackage.json": '{"name": "tides"}', "a.csv": "", "x.py": ""}, {"kind": None, "language": "MISSING"}),
}


@pytest.mark.parametrize("files, expected", NAMES.values(), ids=NAMES)
def test_names_and_material(files: Mapping[str, str], expected: Mapping[str, Any]) -> None:
    found = of(files)
    assert {key: found[key].value if key in found else "MISSING" for key in expected} == expected


def test_a_name_that_nobody_wrote_for_people_is_unsure() -> None:
    package = {"package.json": '{"name": "tides"}'}
    assert of({"README.md": "# Tides\n", **package})["project_name"].sure is True
    assert of({"README.md": "# Welcome\n", **package})["project_name"].sure is False


@pytest.mark.parametrize(
    "url, expected, forge",
    [
        ("git@github.com:harbour/tides.git", "https://github.com/harbour/tides", "github"),
        ("https://ada:secret@gitlab.com/harbour/sea/tides.git", "https://gitlab.com/harbour/sea/tides", "gitlab"),
        ("ssh://git@codeberg.org:22/harbour/tides.git", "https://codeberg.org/harbour/tides", "forgejo"),
        ("https://salsa.debian.org/harbour/tides", "https://salsa.debian.org/harbour/tides", "gitlab"),
        ("https://git.harbour.eu/sea/tides", "https://git.harbour.eu/sea/tides", None),
        ("work:harbour/tides", None, None),
        ("git@github.com-work:harbour/tides.git", None, None),
        ("/srv/git/tides.git", None, None),
    ],
)
def test_remotes(tmp_path: Path, url: str, expected: str | None, forge: str | None) -> None:
    folder = make(tmp_path / "x", {"a.py": "x"})
    git(folder, "remote", "add", "origin", url)
    found = answers(folder, {})
    assert found["repository_url"].value if expected else "repository_url" not in found
    assert (found["repository_url"].value if expected else None) == expected
    assert (found["forge"].value if forge else found.get("forge")) == forge
    assert "secret" not in str(found)


def test_a_remote_that_the_manifest_does_not_name_is_unsure(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"package.json": '{"name": "tides", "repository": "harbour/tides"}'})
    git(folder, "remote", "add", "origin", "https://github.com/ada/tides")
    found = answers(folder, {})["repository_url"]
    assert (found.value, found.sure) == ("https://github.com/ada/tides", False)
    assert "harbour/tides" in found.evidence


@pytest.mark.parametrize(
    "files, expected, named",
    [
        ({".github/workflows/test.yml": ""}, "github", "GitHub Actions"),
        ({".gitlab-ci.yml": "", ".github/workflows/x.yaml": ""}, "github", "GitLab CI/CD"),
        ({".forgejo/workflows/x.yml": ""}, "forgejo", "Forgejo"),
        ({".travis.yml": ""}, "none", "Travis CI"),
        ({"ci/Jenkinsfile": ""}, "none", "Jenkins"),
        ({".circleci/config.yml": ""}, "none", "CircleCI"),
        ({"azure-pipelines.yml": ""}, "none", "Azure Pipelines"),
        ({".github/dependabot.yml": ""}, None, ""),
    ],
)
def test_pipelines(files: Mapping[str, str], expected: str | None, named: str) -> None:
    found = of(files).get("ci")
    assert (found.value if found else None) == expected
    assert named in (found.evidence if found else "")


# ---- contacts and rules


COVENANT = "Be kind. This is adapted from the Contributor Covenant, version {}.\n\nReport to conduct@harbour.eu.\n"
FORM = "https://github.com/a/b/security/advisories/new"
CONTACTS = {
    "an address": ({"SECURITY.md": "Report it to security@harbour.eu."}, {"security_contact": "security@harbour.eu"}),
    "a form before those who are told": (
        {".github/SECURITY.rst": f"Please report in {FORM}.\n\nWe tell dist@harbour.eu.\n"},
        {"security_contact": FORM},
    ),
    "no real address": ({"SECURITY.md": "Report it to security@example.com."}, {"security_contact": "MISSING"}),
    "no guess at a disguise": (
        {"SECURITY.md": "Report to security at harbour dot eu."},
        {"security_contact": "MISSING"},
    ),
    "security.txt": (
        {".well-known/security.txt": "Contact: mailto:cert@harbour.eu\n", "SECURITY.md": "Report to x@harbour.eu"},
        {"security_contact": "cert@harbour.eu"},
    ),
    "Covenant 2.1": (
        {"docs/code-of-conduct.rst": COVENANT.format("2.1")},
        {"code_of_conduct": "contributor-covenant-2.1", "conduct_contact": "conduct@harbour.eu"},
    ),
    "Covenant 3.0": ({"CODE_OF_CONDUCT.md": COVENANT.format("3.0")}, {"code_of_conduct": "contributor-covenant-3.0"}),
    "Covenant 1.4 is not none": ({"CODE_OF_CONDUCT.md": COVENANT.format("1.4")}, {"code_of_conduct": None}),
    "their own is not none": ({"CODE_OF_CONDUCT": "Be kind."}, {"code_of_conduct": None}),
    "one elsewhere is not none": (
        {"README.md": "Our [Code of Conduct](https://harbour.eu/coc)."},
        {"code_of_conduct": None},
    ),
    "none says nothing": ({"README.md": "# X"}, {"code_of_conduct": "MISSING"}),
    "an unfilled blank": ({"CODE_OF_CONDUCT.md": "Report at [INSERT CONTACT METHOD]."}, {"conduct_contact": "MISSING"}),
}


@pytest.mark.parametrize("files, expected", CONTACTS.values(), ids=CONTACTS)
def test_contacts(files: Mapping[str, str], expected: Mapping[str, Any]) -> None:
    found = of(files)
    assert {key: found[key].value if key in found else "MISSING" for key in expected} == expected


@pytest.mark.parametrize(
    "files, history, expected",
    [
        ({}, History(looked_at=100, signed_off=90), "dco"),
        ({}, History(looked_at=100, signed_off=89), "inbound-outbound"),
        ({}, History(looked_at=9, signed_off=9), "inbound-outbound"),
        ({}, History(), None),
        ({"CONTRIBUTING.md": "Sign your commits: `git commit -s`."}, History(looked_at=50), "dco"),
        (
            {".github/CONTRIBUTING.rst": "You must sign the Contributor License Agreement."},
            History(looked_at=50),
            "cla",
        ),
        (
            {"CONTRIBUTING.md": "We do not ask for a CLA. No sign-off is needed."},
            History(looked_at=50),
            "inbound-outbound",
        ),
        ({".github/dco.yml": ""}, History(looked_at=50), "dco"),
        (
            {"CONTRIBUTING.md": "## Contributor Agreement\n\nThe LICENSE holds."},
            History(looked_at=50),
            "inbound-outbound",
        ),
    ],
)
def test_inbound(files: Mapping[str, str], history: History, expected: str | None) -> None:
    found = of(files, history=history).get("inbound")
    assert (found.value if found else None) == expected


def test_the_agreement_s_address() -> None:
    text = "Sign the [CLA](https://harbour.eu/cla) first. See [the guide](https://harbour.eu/guide)."
    assert of({"CONTRIBUTING.md": text})["cla_url"].value == "https://harbour.eu/cla"


LIVELY = History("2019-01-01", "2026-06-01")
INACTIVE = '[project]\nclassifiers = ["Development Status :: 7 - Inactive"]'


@pytest.mark.parametrize(
    "files, history, expected",
    [
        ({}, LIVELY, "active"),
        ({}, History("2019-01-01", "2024-06-01"), "maintenance"),
        ({}, History("2026-05-01", "2026-06-01"), None),
        ({"README.md": "# X\n\nThis project is no longer maintained."}, LIVELY, "end-of-life"),
        ({"README.md": "[![x](https://www.repostatus.org/badges/latest/concept.svg)](y)"}, LIVELY, "concept"),
        ({"pyproject.toml": INACTIVE}, LIVELY, "end-of-life"),
    ],
)
def test_stage(files: Mapping[str, str], history: History, expected: str | None) -> None:
    found = of(files, history=history, today="2026-07-01").get("stage")
    assert (found.value if found else None) == expected
    assert infer_stage(Repository(), []) is None


# ---- the history, and reading


def test_history(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"LICENSE": MIT, ".mailmap": "Ada Example <ada@example.org> <old@example.org>\n"})
    commit(folder, "Two\n\nSigned-off-by: Ada Example <ada@example.org>", "2019-03-04", ("ada", "old@example.org"))
    commit(folder, "Three", "2019-03-05", ("robot[bot]", "r@example.org"))
    history = read_repository(folder, "", {}).history
    assert (history.first, history.last, history.looked_at, history.signed_off) == ("2019-03-02", "2019-03-05", 2, 1)
    assert history.authors == (("Ada Example <ada@example.org>", 2),)


def test_a_shallow_clone_does_not_know_when_it_began(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"a.py": "x"})
    commit(folder, "Two", "2020-01-01")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{folder}", "shallow")
    found = answers(tmp_path / "shallow", {})
    assert "created_on" not in found and "first_year" not in found
    assert answers(folder, {})["created_on"].value == "2019-03-02"


def test_a_notice_of_today_does_not_hide_when_it_began() -> None:
    found = of({"NOTICE": "Copyright 2024 Ada Example"}, history=History("2019-03-02", "2026-01-01"))["first_year"]
    assert (found.value, found.sure) == ("2019", False)
    assert "2024" in found.evidence


def test_the_commit_is_read_and_not_the_work_tree(tmp_path: Path, licenses: Mapping[str, str]) -> None:
    folder = make(tmp_path / "x", {"LICENSE": MIT, "README.md": "# X"})
    (folder / "LICENSE").write_text(APACHE)
    (folder / "SECURITY.md").write_text("Report to evil@harbour.eu")
    (folder / ".mailmap").write_text("Evil <evil@harbour.eu> <ada@example.org>\n")
    (folder / "README.md").unlink()
    git(folder, "config", "filter.evil.smudge", "touch evil")
    (folder / ".gitattributes").write_text("* filter=evil\n")
    seen = read_repository(folder, "", licenses)
    found = {row.key: row.value for row in infer(seen)}
    assert found["license"] == "MIT" and "security_contact" not in found
    assert seen.history.authors == (("Ada Example <ada@example.org>", 1),)
    assert not (folder / "evil").exists() and not (folder / ".git" / "evil").exists()


def test_links_are_followed_inside_the_commit_only(tmp_path: Path, licenses: Mapping[str, str]) -> None:
    (tmp_path / "secret").write_text("Report to secret@harbour.eu")
    folder = make(tmp_path / "x", {"legal/mit": MIT})
    (folder / "LICENSE").symlink_to("legal/mit")
    (folder / "SECURITY.md").symlink_to("../secret")
    (folder / "README.md").symlink_to("nowhere")
    (folder / "NOTICE").symlink_to("NOTICE")
    make(folder, {})
    found = answers(folder, licenses)
    assert found["license"].value == "MIT"
    assert "security_contact" not in found


def test_a_part_of_a_repository(tmp_path: Path, licenses: Mapping[str, str]) -> None:
    folder = make(tmp_path / "x", {"LICENSE": APACHE, "a.c": "x"}, day="2018-01-01")
    make(folder, {"part/LICENSE": MIT, "part/go.mod": "module tides\n", "part/a.go": ""}, day="2019-01-01")
    seen = read_repository(folder, "part", licenses)
    assert set(seen.paths) == {"LICENSE", "go.mod", "a.go"}
    found = {row.key: row.value for row in infer(seen)}
    assert (found["license"], found["language"], found["created_on"]) == ("MIT", "go", "2019-01-01")


def test_carriage_returns_are_those_of_the_commit(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"sub dir/a.bat": "x\r\ny\r\n", "b.txt": "x\n", "c.bin": b"\0\r\n", "d.txt": "x\n"})
    (folder / "d.txt").write_bytes(b"x\r\n")
    assert read_repository(folder, "", {}).carriage_returns == ("sub dir/a.bat",)
    assert read_repository(folder, "sub dir", {}).carriage_returns == ("a.bat",)


def test_the_main_branch(tmp_path: Path) -> None:
    folder = make(tmp_path / "x", {"a": "x"})
    git(tmp_path, "clone", "--quiet", str(folder), "clone")
    git(tmp_path / "clone", "checkout", "--quiet", "-b", "feature")
    found = answers(tmp_path / "clone", {})["default_branch"]
    assert (found.value, found.sure) == ("main", True)
    git(folder, "branch", "--move", "wild")
    assert answers(folder, {})["default_branch"].sure is False


# ---- hostile input


HOSTILE: dict[str, str | bytes] = {
    "undecodable": b"# \xff\xfe Tides\n\nSecurity: \x1b[2J",
    "brackets": "[" * 200_000,
    "comments": "<!--" * 60_000,
    "spaces": "Copyright " + " " * 200_000 + "x",
    "newlines": "\n" * 250_000,
    "addresses": "a@" * 120_000,
    "words": "Ada " * 60_000 + "<ada@harbour.eu>",
    "links": "[a](b" * 50_000,
    "headings": "# a\n" * 60_000,
    "rules": "=====\n" * 40_000,
    "years": "Copyright " + "2019, " * 40_000,
    "parentheses": "person(" * 30_000,
    "deep": '{"a":' * 40_000,
    "aliases": "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnopqrstuvw")),
    "entities": '<!DOCTYPE x [<!ENTITY a "aaaa">]><project><name>&a;</name></project>',
}  # fmt: skip
EVERYWHERE = (
    "LICENSE", "NOTICE", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "MAINTAINERS", "AUTHORS",
    "CODEOWNERS", "pyproject.toml", "setup.py", "setup.cfg", "package.json", "Cargo.toml", "go.mod", "pom.xml",
    "DESCRIPTION", "x.gemspec", "settings.gradle", "CITATION.cff", "publiccode.yml", "REUSE.toml",
    ".well-known/security.txt", "a.py",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_end_and_break_nothing(tmp_path: Path, licenses: Mapping[str, str], text: str | bytes) -> None:
    folder = make(tmp_path / "x", dict.fromkeys(EVERYWHERE, text))
    began = time.process_time()
    found = answers(folder, licenses)
    assert time.process_time() - began < 30  # what is quadratic takes hours
    for row in found.values():
        assert acceptable(row.key, row.value)
        assert "\x1b" not in str(row.value) + row.evidence and "\n" not in row.evidence


def test_a_path_s_name_is_shown_without_control_characters(tmp_path: Path, licenses: Mapping[str, str]) -> None:
    found = answers(make(tmp_path / "x", {"LICENSE-\x1b[2J": MIT, "LICENSE-2": APACHE}), licenses)
    assert "\x1b" not in found["license"].evidence if "license" in found else True


def test_few_files_are_wanted_of_many() -> None:
    paths = [f"src/{i}/{j}.py" for i in range(200) for j in range(50)] + ["README.md", "docs/README.md", "LICENSE"]
    paths += [f"LICENSE-{i}" for i in range(500)]
    names = wanted(paths)
    assert len(names) <= 120 and "LICENSE" in names


def test_a_document_type_is_refused() -> None:
    with pytest.raises(ValueError, match="document type"):
        xml('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    assert parse("pom.xml", "<project><name>x") is None


def test_programs_are_read_and_not_run() -> None:
    assert setup_py('setup(\n    name="tides",\n    version=run(),\n    license = NAME,\n)')["name"] == "tides"
    assert gemspec('  s.license = "MIT"\n  s.name = NAME\n')["license"] == ["MIT"]
    assert go_mod("module tides\n") == {"name": "tides"}
    assert control("A: 1\n 2\nB: 3\n")["A"] == "1 2"


# ---- the question bank


SAMPLES = (
    "", " ", "x", "a b", "a\nb", "A-b", "a-b", "@a", "a/b", "a@b.eu", "a..b@c.eu", "a@b", "https://a.eu", "http://a.eu",
    "https://a.eu/b", "https://a.eu/b c", "https://a_b.eu/x", "2019", "1949", "2019-02-28", "main", "a..b", "/a",
    "x.lock", "Ada <a@b.eu> @ada", "Ada <a@b>", "Ada Example", "<x>", "a\x07b", "é" * 600, "software", "dco",
    "none", "github",
)  # fmt: skip


def test_every_value_that_may_be_inferred_stands_before_the_questions(composed: Mapping[str, File]) -> None:
    """Our patterns must not be wider than the template's own: the template judges samples of both kinds."""
    env = environment(composed, {"undefined": "jinja2.StrictUndefined"}, None)
    for key, check in CHECKS.items():
        text = _validator(composed, key)
        for sample in SAMPLES:
            if check(sample) and text:
                assert not env.from_string(text).render({key: sample, "project_name": ""}).strip(), (key, sample)


def _validator(composed: Mapping[str, File], key: str) -> str:
    questions = yamls.load(composed["copier.yml"].data)
    assert key in questions, f"there is no question {key}"
    choices = questions[key].get("choices")
    if isinstance(choices, dict) and key != "license":
        offered = set(choices.values())
        assert {value for value in offered if CHECKS[key](value)} == offered
    return str(questions[key].get("validator", ""))
