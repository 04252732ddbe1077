"""What counts as left to be filled in, and what does not: tables of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import read_tree
from ospo_init.cli.app import run
from ospo_init.core.scanning import documents
from ospo_init.core.scanning.placeholders import placeholders

APACHE = (
    "Terms.\n\n   END OF TERMS AND CONDITIONS\n\n   APPENDIX: How to apply\n\n   Copyright [yyyy] [name of owner]\n"
)
GPL = "Terms.\n\nHow to Apply These Terms to Your New Programs\n\n    Copyright (C) <year>  <name of author>\n"

FLAGGED = [
    ("README.md", "Welcome to <project name>."),
    ("README.md", "Write to <YOUR-EMAIL>."),
    ("README.md", "Write to <your team>."),
    ("README.md", "Made by <ACME_TEAM_NAME>."),
    ("README.md", "# [project-title]"),
    ("README.md", "# [Project Name]"),
    ("README.md", "# {{ project_name }}"),
    ("README.md", "# {{cookiecutter.project_slug}}"),
    ("README.md", "# {project_name}"),
    ("README.md", "Run by {YOUR_ORG}."),
    ("README.md", "# __PROJECT_NAME__"),
    ("README.md", "Welcome to __project_name__"),
    ("README.md", "The library _projectname_ is small."),
    ("README.md", "*Insert a description here*"),
    ("README.md", "_Insert your text_"),
    ("README.md", "TODO: say what it does"),
    ("README.md", "Usage (TODO)"),
    ("README.md", "Install: TBD"),
    ("README.md", "FIXME: wrong"),
    ("README.md", "XXX: explain"),
    ("README.md", "| Owner | TODO |"),
    ("README.md", "Lorem ipsum dolor sit amet"),
    ("README.md", "> This repo has been populated by an initial template to help get you started."),
    ("README.md", "# TODO: The maintainer of this repo has not yet edited this file"),
    ("README.md", "![build](https://github.com/your-org/your-repo/actions/workflows/ci.yml/badge.svg)"),
    ("README.md", "![build](https://img.shields.io/github/license/OWNER/REPO)"),
    ("README.md", "Call INSERT_NAME_HERE"),
    ("README.md", "Copyright 20xx Example"),
    ("README.md", "(c) yyyy Example"),
    ("README", "Welcome to <project name>."),
    ("README.rst", "Welcome to <project name>."),
    ("README.txt", "Welcome to [your project]."),
    ("README.adoc", "TODO: say what it does"),
    ("CODE_OF_CONDUCT.md", "may be reported at [INSERT CONTACT METHOD]."),
    ("CODE_OF_CONDUCT.md", "contact [INSERT EMAIL ADDRESS]."),
    (".github/SECURITY.md", "Write to [security email]."),
    ("docs/CONTRIBUTING.md", "Ask [your name]."),
    ("SECURITY.md", "Write to <security email>."),
    ("CHANGELOG.md", "## x.y.z (yyyy-mm-dd)"),
    ("CHANGELOG.md", "## [x.y.z] - YYYY-MM-DD"),
    ("LICENSE", "MIT License\n\nCopyright (c) [year] [fullname]\n"),
    ("LICENSE", "Copyright (c) <year> <copyright holders>\n"),
    ("LICENSE.txt", "Copyright {yyyy} {name of copyright owner}\n"),
    ("CODEOWNERS", "* @your-org/maintainers"),
    (".github/CODEOWNERS", "* @global-owner1"),
    ("CITATION.cff", 'title: "<project title>"'),
    ("CITATION.cff", "title: TODO"),
    ("codemeta.json", '{"name": "{{ name }}"}'),
    ("publiccode.yml", "name: <name>"),
    ("pyproject.toml", 'description = "Add your description here"'),
    ("pyproject.toml", 'authors = [{ name = "Your Name", email = "you@example.com" }]'),
    ("package.json", '{\n  "description": "TODO"\n}'),
    ("package.json", '{\n  "author": "<your name>"\n}'),
    ("Cargo.toml", 'authors = ["Your Name <your@email.example>"]'),
]

SILENT = [
    ("README.md", "- [ ] to do\n- [x] done\n- [X] done"),
    ("README.md", "[name]: https://example.org\n\nSee [name]."),
    ("README.md", "See [project](https://example.org) and [project][1] and [1]."),
    ("README.md", "[![License][license-image]][license-url]"),
    ("README.md", "[your project]: https://example.org"),
    ("README.md", "Write to <ada@example.org>, see <https://example.org/name>."),
    ("README.md", "```\n<your name>\n```"),
    ("README.md", "~~~sh\nTODO: x\n~~~"),
    ("README.md", "````\n```\n<your name>\n```\n<project name>\n````"),
    ("README.md", "- item\n\n  ```\n  {{ name }}\n  ```"),
    ("README.md", "1. item\n   ```console\n   $ x <project name>\n   ```\n"),
    ("README.md", "Text\n\n    indented <your name>\n"),
    ("README.md", "Use `<your name>` and ``a ` {{ name }}``."),
    ("README.md", "A `Map<Name, Project>` and List<Project>, Vec<Owner>."),
    ("README.md", "<details><summary>Title</summary>\n<title>x</title> <address>y</address></details>"),
    ("README.md", '<a href="https://example.org/name">x</a> <img src="x.png" alt="[your name]"/> <br/> <BR>'),
    ("README.md", "<!-- <your name> TODO: -->"),
    ("README.md", "Use <my-element> and <Transition>."),
    ("README.md", "A footnote[^1] and a note [1] and [WIP] and [BREAKING CHANGE]."),
    ("README.md", "Run x [version] or [name], see [link]."),
    ("README.md", "A TODO app; todo lists; a TodoMVC."),
    ("README.md", "## TODO\n\n## TODO:\n\n- more tests"),
    ("README.md", "See the [TODO](https://example.org/todo) and [TODO][1]."),
    ("README.md", "Values of lfs.<url>.* and https://example.org/<name> are read."),
    ("README.md", "fixes #XXX, CVE-2024-XXXX, XXXL"),
    ("README.md", "${name} and ${{ github.repository }} and \\{{ name }}"),
    ("README.md", "Dates are YYYY-MM-DD; versions are vX.Y.Z, or x.y.z."),
    ("README.md", "__init__ and __version__ and __name__ and __Note__"),
    ("README.md", "This is *your project*, and _name_ is emphasised."),
    ("README.md", "math: {x} and {n+1} and {a, b}"),
    ("README.md", "if a <b and c> d"),
    ("README.md", "HTTP 2xx and 20 x"),
    ("README.md", "Insert the card. INSERT INTO x"),
    ("README.md", "Fork https://github.com/example/name and clone it."),
    ("README.rst", "::\n\n    <your name>\n\n``{{ name }}`` and `Name <name>`_ and :ref:`x <project>`"),
    ("README.rst", ".. |name| replace:: x\n.. code-block:: sh\n\n   TODO: x\n"),
    ("README.adoc", "{project-name} and <<name>> and link:x[your project]"),
    ("LICENSE", APACHE),
    ("LICENSE", GPL),
    ("COPYING", "Copyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>"),
    ("LICENSE", "MIT License\n\nCopyright (c) 2026 Ada Example\n"),
    ("LICENSES/MIT.txt", "Copyright (c) <year> <copyright holders>\n"),
    ("src/main.py", "# TODO: <your name> {{ name }}"),
    ("docs/guide.md", "{{ name }} <your name>"),
    ("docs/api/README.md", "<your name>"),
    ("templates/README.md", "# {{ project_name }}"),
    (".github/ISSUE_TEMPLATE/bug.md", "[your name] TODO: x"),
    (".github/PULL_REQUEST_TEMPLATE.md", "Fixes [issue number] <your name>"),
    (".github/FUNDING.yml", "github: [your name]"),
    ("requirements.txt", "x<name>"),
    ("CODEOWNERS", "# @your-org/team\n* @ada @example/team user@example.org"),
    ("CITATION.cff", '# <your name>\ntitle: "Tide Gauge"'),
    ("pyproject.toml", 'description = "Measures tides"\n# TODO: more\n[tool.x]\nname = "{{ name }}"'),
    ("package.json", '{\n  "scripts": {"x": "y <name>"},\n  "description": "Keeps a todo-list"\n}'),
    ("Cargo.toml", 'authors = ["Ada Example <ada@example.org>"]'),
]


@pytest.mark.parametrize("path, text", FLAGGED)
def test_flagged(path: str, text: str) -> None:
    assert placeholders(path, f"First line.\n{text}\n")


@pytest.mark.parametrize("path, text", SILENT)
def test_silent(path: str, text: str) -> None:
    assert placeholders(path, f"First line.\n\n{text}\n") == []


def test_the_line_and_the_words_are_told() -> None:
    assert placeholders("README.md", "# X\n\n```\n<name>\n```\nAsk [your\nname].\nAsk <your name>.\n") == [
        (8, 'was not filled in: "<your name>"')
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("<" * 200_000, "[" * 200_000, "`" * 99_999 + " ``" * 50_000, "{{" * 100_000, "_*" * 100_000, "<a " * 70_000),
        *("[a](" * 50_000, "<!--" * 50_000, "TODO" * 50_000, "- " * 100_000, "```\n" * 50_000, "<your " * 30_000),
    ],
    ids=range(12),
)
def test_hostile_texts_take_no_time(text: str) -> None:
    placeholders("README.md", text)  # a pattern that is not linear would not come back


@pytest.mark.parametrize("profile", ["community", "company"])
def test_nothing_that_new_generates_is_flagged(tmp_path: Path, profile: str) -> None:
    given = {"maintainer_name": "Ada Example", "maintainer_email": "ada@example.org", "profile": profile}
    given |= {"repository_url": "https://github.com/example/tide-gauge", "language": "python"}
    words = [word for key, value in given.items() for word in ("-d", f"{key}={value}")]
    assert run(["new", str(tmp_path / "x"), "--defaults", *words]) == 0
    tree = read_tree(tmp_path / "x")
    assert sum(bool(documents.form(path)) for path in tree) > 8
    for path, data in tree.items():
        assert placeholders(path, data.decode("utf-8", "replace")) == [], path
