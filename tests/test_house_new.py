"""Beginning a house: explained and without errors; and proposed from template repositories, with what is open told."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import git, read_tree
from foreign import Link, Script, commit, put
from ospo_init.commands import house_new
from ospo_init.core.house import reading
from ospo_init.core.house.model import House
from ospo_init.core.house.proposing_marks import words
from ospo_init.core.pages import Back, Page
from ospo_init.edges import house_starting, repository, yamls
from ospo_init.edges.check_data import vocabulary
from scenes import ospo, refuses

KEYS = house_starting.explained()
MIT = """\
MIT License

Copyright (c) [year] ACME SE or an affiliate and <your-project> contributors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
README = """\
# ACME Project Template

Remove all content above this line.

# <your-project>

<short-description>

[INSERT SUPPORT HOURS]

Report problems at <https://github.com/acme/<your-project>/issues>. See https://github.com/acme/template/actions too.
"""
COVENANT = """\
# Contributor Covenant Code of Conduct

## Our Pledge

Be kind.

## Enforcement

Report to conduct@acme.example.org.

## Attribution

Contributor Covenant, version 2.1, https://www.contributor-covenant.org/version/2/1/code_of_conduct.html
"""


def template(folder: Path, files: dict[str, Any]) -> Path:
    """Make a template repository of `files`."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    put(folder, files)
    commit(folder)
    return folder


def begun(house: Path, *arguments: str | Path) -> dict[str, Any]:
    """Begin a house, and return what --json says of it; `house lint` finds no error in it."""
    done = ospo("house", "new", house, "--json", *arguments)
    assert done.code == 0, done.out + done.err
    errors = [row for row in linted(house) if row["severity"] == "error"]
    assert errors == []
    return dict(done.data)


def proposed(tmp_path: Path, files: dict[str, Any], *arguments: str) -> dict[str, Any]:
    """Propose a house, in tmp_path/acme, from a template repository of `files`."""
    source = template(tmp_path / "repository", files)
    return begun(tmp_path / "acme", f"--from={source}", *arguments)


def linted(house: Path) -> list[dict[str, Any]]:
    """Return what `house lint` says."""
    return list(ospo("house", "lint", house, "--json").data["problems"])


def rules(tmp_path: Path) -> dict[str, Any]:
    """Return what the house.yml in tmp_path/acme says."""
    return dict(yamls.load((tmp_path / "acme" / "house.yml").read_bytes()))


def fates(said: dict[str, Any]) -> dict[str, str]:
    """Return what became of each file."""
    return {row["path"]: row["what"] for row in said["sources"]}


def told(said: dict[str, Any], what: str) -> dict[str, Any]:
    """Return the open thing of which `what` is a part of the words; there must be just one."""
    found = [
        row for row in said["undecided"] if what in row["what"] or (" files" in row["what"] and what in row["places"])
    ]
    assert len(found) == 1, [row["what"] for row in said["undecided"]]
    return dict(found[0])


# ---- a house to begin with


def test_it_is_without_a_finding_and_its_own_test_passes(tmp_path: Path) -> None:
    said = begun(tmp_path / "acme")
    assert said["files"] == ["README.md", "house.yml", "overlay/docs/releasing.md", "tests/first.yml"]
    assert sorted(read_tree(tmp_path / "acme")) == said["files"]
    assert linted(tmp_path / "acme") == []
    done = ospo("house", "test", tmp_path / "acme", "--sets", "2")
    assert done.code == 0, done.out
    assert rules(tmp_path)["name"] == "acme" and re.fullmatch(r"base@v\d+\.\d+\.\d+", rules(tmp_path)["extends"])


def test_its_document_reaches_a_project_with_the_project_s_name(tmp_path: Path) -> None:
    begun(tmp_path / "acme")
    done = ospo("house", "preview", tmp_path / "acme", "-d", "project_name=Tide *Gauge*", "--only", "docs/releasing.md")
    assert done.code == 0 and "# Releasing Tide \\*Gauge\\*" in done.out and "<your-project>" not in done.out


def test_every_key_of_a_house_is_explained_in_its_order(tmp_path: Path) -> None:
    begun(tmp_path / "acme")
    text = (tmp_path / "acme" / "house.yml").read_text()
    found = re.findall(r"^(?:# )?([a-z]+):(?: .*)?$", text, re.MULTILINE)
    assert set(found) == {field.name for field in dataclasses.fields(House)}
    assert found == [row["key"] for row in KEYS]


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row["key"])
def test_an_example_is_what_it_says(row: dict[str, str]) -> None:
    start = "" if row["key"] in ("name", "title", "extends") else "name: x\ntitle: X\nextends: base@v0.4.0\n"
    rest = {"name": "title: X\nextends: base@v0.4.0\n", "title": "name: x\nextends: base@v0.3.0\n"}
    rest["extends"] = "name: x\ntitle: X\n"
    found = reading.read(yamls.marks(start + rest.get(row["key"], "") + row["example"], "house.yml"))
    assert [problem.line for problem in found.problems] == []
    for item in found.house.checklist.add if found.house else ():
        vocabulary().parse(item.check, "the example")


def test_nothing_is_invented(tmp_path: Path) -> None:
    begun(tmp_path / "acme")
    assert set(rules(tmp_path)) == {"name", "title", "extends", "placeholders"}
    assert "write your organisation's" in ospo("house", "new", tmp_path / "other").out


@pytest.mark.parametrize(
    "folder, arguments, words_",
    [
        ("acme", ["--name", "ACME Corp"], ["'ACME Corp'", "--name"]),
        ("123", [], ["gives the house no name", "--name"]),
        ("acme", ["--name", ""], ["--name", "empty"]),
        ("acme", ["--from", ""], ["--from", "empty"]),
        ("acme", ["--from", "nowhere"], ["nowhere is not there"]),
        ("acme", ["--from", "http://example.org/x.git"], ["is not an address"]),
        ("acme", ["--from", "https://me:secret@example.org/x.git"], ["password"]),
        ("none/acme", [], ["does not exist"]),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, folder: str, arguments: list[str], words_: list[str]) -> None:
    done = ospo("house", "new", tmp_path / folder, *arguments, cwd=tmp_path)
    refuses(done, *words_)
    assert "secret" not in done.err and list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "acme", {"mine.txt": "mine\n"})
    refuses(ospo("house", "new", tmp_path / "acme"), "is not empty: it holds mine.txt")
    assert read_tree(tmp_path / "acme") == {"mine.txt": b"mine\n"}


@pytest.mark.parametrize("clone", [False, True])
def test_an_empty_folder_and_an_empty_clone_are_filled(tmp_path: Path, clone: bool) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    if clone:
        git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    done = ospo("house", "new", ".", cwd=folder)
    assert done.code == 0, done.err
    assert "cd " not in done.out.partition("Next")[2]
    expected = ["README.md", "house.yml", "overlay", "tests"] + ([".git"] if clone else [])
    assert sorted(item.name for item in folder.iterdir()) == sorted(expected)


@pytest.mark.parametrize("there", [False, True])
def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    folder = tmp_path / "acme"
    if there:
        folder.mkdir()
    before = repository.write

    def write(*given: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        before(*given)

    monkeypatch.setattr("ospo_init.edges.house_starting.write", write)
    done = ospo("house", "new", folder)
    assert done.code == 130, done.out + done.err
    assert [item.name for item in tmp_path.rglob("*")] == (["acme"] if there else [])


_DYING = """
import os, sys
from pathlib import Path
from ospo_init.cli.app import run

before, folder, last = Path.rename, Path(sys.argv[1]), int(sys.argv[2])
moved = []

def rename(self, target):
    if Path(target).parent == folder:
        moved.append(target)
        if len(moved) == last:
            {death}
    return before(self, target)

Path.rename = rename
sys.exit(run(["house", "new", str(folder)]))
"""


@pytest.mark.parametrize("last", [1, 2, 4])
@pytest.mark.parametrize("death", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)", "raise OSError(28, 'full')"])
def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path, last: int, death: str) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    script = _DYING.format(death=death)
    done = subprocess.run([sys.executable, "-c", script, str(folder), str(last)], capture_output=True, check=False)
    assert done.returncode != 0
    if "9" not in death:
        assert list(folder.iterdir()) == []
    assert ospo("house", "new", folder).code == 0
    assert sorted(item.name for item in folder.iterdir()) == ["README.md", "house.yml", "overlay", "tests"]


def _person(answers: list[Any]) -> Callable[[Page], Any]:
    asked: list[Page] = []

    def ask(page: Page) -> Any:
        asked.append(page)
        answer = answers[len(asked) - 1]
        return answer(page) if callable(answer) else answer

    return ask


def test_a_person_is_asked_little_and_corrected(tmp_path: Path) -> None:
    problems: list[str] = []

    def right(page: Page) -> str:
        problems.append(page.problem)
        return "acme-house"

    ask = _person(["ACME", right, "ACME Corporation", "ospo@example.org"])
    house_new.run(house_new.Request(str(tmp_path / "acme"), ask=ask))
    found = rules(tmp_path)
    assert (found["name"], found["title"], found["contacts"]) == (
        "acme-house",
        "ACME Corporation",
        {"ospo": "ospo@example.org"},
    )
    assert problems == ["That is no name of lower-case letters, digits and hyphens."]


def test_who_goes_back_or_says_nothing_gets_what_is_known(tmp_path: Path) -> None:
    house_new.run(house_new.Request(str(tmp_path / "acme"), ask=_person([Back(), "", ""])))
    assert rules(tmp_path)["title"] == "acme" and "contacts" not in rules(tmp_path)


# ---- proposed from a template repository


def test_what_the_files_settle_is_decided_and_the_rest_is_told(tmp_path: Path) -> None:
    files = {"LICENSE": MIT, "README.md": README, "CONTRIBUTING.md": "# Contributing\n\nSign off with git commit -s.\n"}
    said = proposed(tmp_path, files)
    found = rules(tmp_path)
    assert found["title"] == "ACME"
    assert found["licenses"] == {"allow": ["MIT"], "default": "MIT"}
    assert found["copyright"]["holder"] == "ACME SE or an affiliate and {project_name} contributors"
    assert found["answers"]["inbound"] == {"default": "dco"}
    assert found["answers"]["repository_url"] == {"default": "https://github.com/acme/{project_slug}"}
    assert found["placeholders"] == {
        "https://github.com/acme/<your-project>": "repo",
        "<your-project>": "project_name",
        "<short-description>": "description",
    }
    assert fates(said) == {"LICENSE": "base", "README.md": "overlay", "CONTRIBUTING.md": "overlay"}
    assert told(said, "[INSERT SUPPORT HOURS]")["places"] == ["README.md:9"]
    assert told(said, "Remove all content")["places"] == ["README.md:3"]
    assert all(row["evidence"] for row in said["decided"])


def test_what_is_open_stands_in_house_yml_and_is_printed(tmp_path: Path) -> None:
    source = template(tmp_path / "repository", {"README.md": "# Gauge\n\n[INSERT SUPPORT HOURS]\n\nTODO: say why\n"})
    done = ospo("house", "new", tmp_path / "acme", f"--from={source}")
    text = (tmp_path / "acme" / "house.yml").read_text()
    for open_ in ("[INSERT SUPPORT HOURS]", "TODO: say why", "README.md:3", "README.md:5"):
        assert open_ in done.out and f"# {open_}" in text.replace("# open: ", "# ").replace("#   ", "# ")


def test_bytes_are_carried_over_as_they_are(tmp_path: Path) -> None:
    files = {
        "bom.md": b"\xef\xbb\xbf# Notes\r\n\r\nNo last line end",
        "logo.png": bytes(range(256)),
        ".github/workflows/ci.yml": "on: push\njobs: {a: {steps: [{run: 'echo ${{ github.sha }} {% x %}'}]}}\n",
        "run.sh": Script("#!/bin/sh\n"),
        "latin.txt": "Übersicht\n".encode("latin-1"),
        ".gitignore": "*.log\n",
    }
    said = proposed(tmp_path, dict(files))
    overlay = read_tree(tmp_path / "acme" / "overlay")
    assert set(overlay) == set(files)
    for path, content in files.items():
        wanted = content.text if isinstance(content, Script) else content
        assert overlay[path] == (wanted.encode() if isinstance(wanted, str) else wanted), path
    assert os.access(tmp_path / "acme" / "overlay" / "run.sh", os.X_OK)
    assert "not in UTF-8" in told(said, "latin.txt")["then"]


@pytest.mark.parametrize(
    "path, content, why",
    [
        ("link.md", Link("README.md"), "it is a link"),
        ("huge.bin", b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
        ("a:b.md", "x\n", "some file systems refuse"),
        ("page.html.jinja", "{{ secret_sauce }}\n", "secret_sauce"),
        ("broken.md.jinja", "{% if %}\n", "cannot be read"),
        ("run.py", "NAME = '<your-project>'\n", "no answer is put into a file that may be run"),
        ("data.yml", "name: <your-project>\n", "must stand in double quotes"),
    ],
)
def test_what_is_left_aside_is_told(tmp_path: Path, path: str, content: Any, why: str) -> None:
    said = proposed(tmp_path, {"README.md": "# <your-project>\n", path: content})
    assert fates(said) == {"README.md": "overlay", path: "aside"}
    assert why in told(said, path)["then"]
    assert f"# open: {path}" in (tmp_path / "acme" / "house.yml").read_text()


def test_a_submodule_and_a_second_file_of_one_name_are_told(tmp_path: Path) -> None:
    source = template(tmp_path / "repository", {"Readme.md": "# One\n", "README.md": "# Two\n"})
    git(source, "update-index", "--add", "--cacheinfo", f"160000,{git(source, 'rev-parse', 'HEAD')},part")
    git(source, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "part")
    (source / "part").mkdir()
    said = begun(tmp_path / "acme", f"--from={source}")
    assert "submodule" in told(said, "part")["then"]
    assert sorted(fates(said).values()) == ["aside", "aside", "overlay"]


def test_what_is_ignored_or_belongs_to_one_person_is_no_part(tmp_path: Path) -> None:
    source = template(tmp_path / "repository", {".gitignore": "build/\n", ".idea/x.xml": "<x/>\n", "a.md": "# A\n"})
    put(source, {"build/out.txt": "x\n", "new.md": "# Not committed yet\n"})
    said = begun(tmp_path / "acme", f"--from={source}")
    assert fates(said) == {".gitignore": "overlay", ".idea/x.xml": "aside", "a.md": "overlay", "new.md": "overlay"}


@pytest.mark.parametrize("name", ["LICENSE.txt", "COPYING"])
def test_the_licence_keeps_its_place(tmp_path: Path, name: str) -> None:
    proposed(tmp_path, {name: MIT})
    assert rules(tmp_path)["licenses"] == {"allow": ["MIT"], "default": "MIT", "file": name}
    assert not (tmp_path / "acme" / "overlay").exists()


def test_a_text_of_their_own_is_one_of_the_house(tmp_path: Path) -> None:
    text = "ACME Sharing Terms\n\nYou may share this with <your-project>, and with nobody else on Mondays.\n"
    said = proposed(tmp_path, {"LICENSE.md": text})
    found = rules(tmp_path)["licenses"]
    assert found == {
        "own": {"LicenseRef-acme": {"text": "licenses/acme.txt", "name": "acme"}},
        "default": "LicenseRef-acme",
        "file": "LICENSE.md",
    }
    assert (tmp_path / "acme" / "licenses" / "acme.txt").read_text() == text
    assert "lawyer" in told(said, "LICENSE.md: ")["then"]


def test_a_changed_licence_is_not_called_the_plain_one(tmp_path: Path) -> None:
    said = proposed(tmp_path, {"LICENSE": MIT.replace("free of charge", "for a fee")})
    assert "allow" not in rules(tmp_path)["licenses"] and fates(said) == {"LICENSE": "licence"}
    assert "nearly the text of MIT" in told(said, "LICENSE: ")["what"]


@pytest.mark.parametrize(
    "line, holder, years",
    [
        (
            "Copyright (20xx-)20xx ACME SE and <your-project> contributors.",
            "ACME SE and {project_name} contributors",
            "range",
        ),
        ("Copyright (c) [year] ACME SE", "ACME SE", None),
        ("Copyright 2019 ACME SE. All rights reserved.", "ACME SE", None),
        ("Copyright (c) ACME SE", "ACME SE", "none"),
        ("Copyright (c) [year] [fullname]", None, None),
        ("Copyright (c) 2020 ACME {department}", None, None),
        (
            "Copyright <YEARS-OF-YOUR-PROJECT> ACME SE and <YOUR-PROJECT-NAME> authors",
            "ACME SE and {project_name} authors",
            "range",
        ),
        ("Copyright 2020 ACME and tide-template authors", "ACME and {project_name} authors", None),
    ],
)
def test_the_holder_is_as_the_notice_has_it(tmp_path: Path, line: str, holder: str | None, years: str | None) -> None:
    source = template(tmp_path / "tide-template", {"README.md": f"# <your-project>\n\n{line}\n"})
    begun(tmp_path / "acme", f"--from={source}")
    found = rules(tmp_path).get("copyright", {})
    assert (found.get("holder"), found.get("years")) == (holder, years)


def test_reuse_toml_is_left_to_the_base_and_what_else_it_says_is_told(tmp_path: Path) -> None:
    text = (
        'version = 1\nSPDX-PackageName = "<YOUR-REPO-NAME>"\nSPDX-PackageComment = "Calls are not licensed."\n\n'
        '[[annotations]]\npath = "**"\nSPDX-FileCopyrightText = "<YEARS> ACME SE and <YOUR-PROJECT> contributors"\n'
        'SPDX-License-Identifier = "MIT"\n\n'
        '[[annotations]]\npath = "logo.svg"\nSPDX-FileCopyrightText = "2020 ACME SE"\n'
        'SPDX-License-Identifier = "CC-BY-4.0"\n'
    )
    said = proposed(tmp_path, {"LICENSE": MIT.replace("[year]", "2019"), "REUSE.toml": text})
    assert fates(said) == {"LICENSE": "base", "REUSE.toml": "base"}
    assert "Calls are not licensed." in told(said, "SPDX-PackageComment")["what"]
    assert "CC-BY-4.0" in told(said, "logo.svg")["what"]


def test_a_code_of_conduct_that_is_offered_is_an_answer(tmp_path: Path) -> None:
    said = proposed(tmp_path, {".github/CODE_OF_CONDUCT.md": COVENANT})
    found = rules(tmp_path)
    assert found["answers"]["code_of_conduct"] == {"default": "contributor-covenant-2.1"}
    assert found["files"] == {"CODE_OF_CONDUCT.md": {"at": ".github/CODE_OF_CONDUCT.md"}}
    assert fates(said) == {".github/CODE_OF_CONDUCT.md": "base"}
    assert "was not compared" in told(said, "wording")["what"]


@pytest.mark.parametrize("more", ["## Beer on Fridays\n\nIs free.\n", "version 1.4"])
def test_another_code_of_conduct_is_the_house_s_own(tmp_path: Path, more: str) -> None:
    text = COVENANT.replace("version 2.1", more).replace("/2/1/", "/1/4/") if "1.4" in more else f"{COVENANT}\n{more}"
    said = proposed(tmp_path, {"CODE_OF_CONDUCT.md": text})
    assert rules(tmp_path)["answers"]["code_of_conduct"]["lock"] == "acme"
    assert fates(said) == {"CODE_OF_CONDUCT.md": "overlay"}
    done = ospo("house", "preview", tmp_path / "acme", "--only", "CODE_OF_CONDUCT.md")
    assert done.code == 0 and "Our Pledge" in done.out


def test_a_file_in_another_place_takes_that_of_the_base(tmp_path: Path) -> None:
    proposed(tmp_path, {".github/SECURITY.md": "# Security\n\nWrite to us.\n", ".github/ISSUE_TEMPLATE.md": "What?\n"})
    files = rules(tmp_path)["files"]
    assert files["SECURITY.md"] == {"exclude": True} and files[".github/ISSUE_TEMPLATE/config.yml"] == {"exclude": True}
    assert not [path for path in files if path.startswith((".gitlab", ".forgejo"))]


def test_what_points_at_the_template_or_its_people_is_told(tmp_path: Path) -> None:
    source = template(
        tmp_path / "repository",
        {
            "README.md": "# <your-project>\n\n![ci](https://github.com/acme/starter/actions/badge.svg)\n",
            "MAINTAINERS.md": "- Ada <ada@acme.example.net> @ada\n",
            ".github/CODEOWNERS": "# * @global-owner1\n* @your-team\n",
            "CODEOWNERS": "* @acme/ospo\n",
        },
    )
    git(source, "remote", "add", "origin", "https://github.com/acme/starter.git")
    said = begun(tmp_path / "acme", f"--from={source}")
    assert told(said, "own address")["places"] == ["README.md:3"]
    assert "@acme/ospo" in told(said, "CODEOWNERS names")["what"]
    assert "ada@acme.example.net" in told(said, "MAINTAINERS.md names")["what"]
    assert fates(said)[".github/CODEOWNERS"] == "base"


def test_several_templates_in_one_repository_are_told(tmp_path: Path) -> None:
    files = {f"{name}/{file}": MIT for name in ("small", "large") for file in ("README.md", "LICENSE")}
    said = proposed(tmp_path, files)
    assert told(said, "2 folders")["places"] == ["large", "small"]
    again = begun(tmp_path / "small", f"--from={tmp_path / 'repository' / 'small'}")
    assert set(fates(again)) == {"README.md", "LICENSE"}


def test_a_cookiecutter_becomes_plain_files_with_placeholders(tmp_path: Path) -> None:
    root = "{{cookiecutter.slug}}"
    files = {
        "cookiecutter.json": json.dumps({"project_name": "X", "slug": "x", "flavour": ["a", "b"], "_private": 1}),
        "hooks/post_gen_project.py": "print()\n",
        "README.md": "# About the template\n",
        f"{root}/README.md": "# {{ cookiecutter.project_name }}\n\nIn {{cookiecutter.flavour}}.\n",
        f"{root}/ci.txt": "{% raw %}a {{ b }}{% endraw %} {{ '{' }} {{ cookiecutter.project_name }}\n",
        f"{root}/if.md": "{% if cookiecutter.flavour == 'a' %}a{% endif %}\n",
        f"{root}/src/{{{{cookiecutter.slug}}}}.py": "\n",
    }
    said = proposed(tmp_path, dict(files))
    overlay = read_tree(tmp_path / "acme" / "overlay")
    assert set(overlay) == {"README.md", "ci.txt"}
    assert overlay["README.md"] == files[f"{root}/README.md"].encode()
    assert overlay["ci.txt"] == b"a {{ b }} { {{ cookiecutter.project_name }}\n"
    assert rules(tmp_path)["placeholders"] == {"{{ cookiecutter.project_name }}": "project_name"}
    assert "more than a name" in told(said, "if.md")["then"]
    assert told(said, "{{cookiecutter.flavour}}")["places"] == ["README.md:3"]
    told(said, "the question flavour")
    assert "runs code" in next(row["why"] for row in said["sources"] if row["path"].startswith("hooks/"))
    done = ospo("house", "preview", tmp_path / "acme", "-d", "project_name=Tide", "--only", "ci.txt")
    assert "a {{ b }} { Tide" in done.out


def test_templates_of_copier_are_taken_where_every_name_is_known(tmp_path: Path) -> None:
    files = {
        "copier.yml": "_subdirectory: project\n_tasks: [make]\nproject_name: {type: str}\nmood: {type: str}\n",
        "project/about.md.jinja": "# {{ project_name | upper }}\n",
        "project/mood.md.jinja": "{{ mood }}\n",
        "project/plain.md": "{{ not_jinja }}\n",
        "docs/index.md": "# The template\n",
    }
    said = proposed(tmp_path, dict(files))
    assert set(read_tree(tmp_path / "acme" / "overlay")) == {"about.md.jinja", "plain.md"}
    assert "mood" in told(said, "mood.md.jinja")["then"]
    assert {row["what"] for row in said["undecided"]} >= {"the question mood", "the question _tasks"}


def test_an_ordinary_word_is_not_replaced_where_code_has_it(tmp_path: Path) -> None:
    files = {"README.md": "# About\n\nThis is repo_name.\n", "tool.py": "repo_name = 1\n"}
    said = proposed(tmp_path, dict(files))
    assert "placeholders" not in rules(tmp_path)
    assert told(said, "repo_name")["places"] == ["tool.py:1"]


@pytest.mark.parametrize("bare", [False, True])
def test_a_repository_that_is_committed_or_bare_is_read_alike(tmp_path: Path, bare: bool) -> None:
    source = template(tmp_path / "repository", {"README.md": "# <your-project>\n", "LICENSE": MIT})
    if bare:
        git(tmp_path, "clone", "--quiet", "--bare", str(source), "bare.git")
        source = tmp_path / "bare.git"
    else:
        (source / ".git").rename(tmp_path / "gone")
    said = begun(tmp_path / "acme", f"--from={source}")
    assert fates(said) == {"README.md": "overlay", "LICENSE": "base"}


def test_an_address_is_fetched_at_a_tag_or_its_newest_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = template(tmp_path / "starter", {"README.md": "# One\n"})
    git(source, "tag", "v1")
    put(source, {"README.md": "# Two\n"})
    commit(source)
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[url "file://{tmp_path}/"]\n\tinsteadOf = https://example.org/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    for tag, heading in (("", b"# Two\n"), ("@v1", b"# One\n")):
        begun(tmp_path / f"acme{tag}", f"--from=https://example.org/starter{tag}", "--name=acme")
        assert (tmp_path / f"acme{tag}" / "overlay" / "README.md").read_bytes() == heading
    refuses(ospo("house", "new", tmp_path / "x", "--from=https://example.org/starter@v2"), "has no v2")
    refuses(ospo("house", "new", tmp_path / "x", "--from=https://example.org/none"), "cannot be read")


@pytest.mark.parametrize(
    "literal, said",
    [
        ("<your-project>", "project"),
        ("[INSERT PROJECT NAME]", "project-name"),
        ("{{ cookiecutter.project_name }}", "project-name"),
        ("__project_name__", "project-name"),
        ("INSERT_CONTACT_METHOD", "contact-method"),
        ("<YOUR-REPO-NAME>", "repo-name"),
        ("*Insert a short description of your project here...*", "short-description-of-your-project"),
        ("your", "your"),
    ],
)
def test_a_placeholder_is_known_by_its_words(literal: str, said: str) -> None:
    assert words(literal) == said


def test_every_row_of_placeholders_names_a_question(tmp_path: Path) -> None:
    base, tables = house_starting.newest_base(), house_starting.tables()
    assert set(tables.marks.values()) <= base.keys
    assert not set(tables.marks) & set(tables.hints)
    assert {words(word) for word in tables.marks} <= set(tables.marks)


def test_a_notice_with_a_blank_is_told_and_not_guessed(tmp_path: Path) -> None:
    said = proposed(tmp_path, {"NOTICE": "Copyright 2020 ACME SE and [business unit]\n"})
    assert told(said, "blank in it")["places"] == ["NOTICE:1"] and "copyright" not in rules(tmp_path)


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    source = template(tmp_path / "repository", {"a.md": "# A\n"})
    Path(os.fsdecode(os.fsencode(source) + b"/\xff.md")).write_text("x\n")
    said = begun(tmp_path / "acme", f"--from={source}")
    assert sorted(fates(said).values()) == ["aside", "overlay"]
    assert ospo("house", "new", tmp_path / "again", f"--from={source}").code == 0


def test_of_many_places_none_is_lost(tmp_path: Path) -> None:
    files = {f"docs/{number:02}.md": "# A\n\n<INSERT A-REASON>\n" for number in range(30)}
    said = proposed(tmp_path, {**files, **{f"{number}.md.jinja": "{{ x }}\n" for number in range(12)}})
    assert len(told(said, "<INSERT A-REASON>")["places"]) == 30
    assert told(said, "12 files")["places"] == sorted(f"{number}.md.jinja" for number in range(12))
    text = (tmp_path / "acme" / "house.yml").read_text()
    assert all(f"{path}:3" in text for path in files) and all(f"{number}.md.jinja" in text for number in range(12))
    assert max(map(len, text.splitlines())) <= 120


def test_what_the_base_makes_besides_is_told(tmp_path: Path) -> None:
    said = proposed(tmp_path, {"GOVERNANCE.md": "# Governance\n"})
    places = told(said, "of which your repository has none")["places"]
    assert "SUPPORT.md" in places and "GOVERNANCE.md" not in places


def test_nothing_is_written_into_the_template_repository(tmp_path: Path) -> None:
    source = template(tmp_path / "repository", {"README.md": README, "LICENSE": MIT})
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    assert ospo("house", "new", tmp_path / "acme", f"--from={source}").code == 0
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    assert "# Proposed from repository. " in (tmp_path / "acme" / "house.yml").read_text()  # and not where that lies
