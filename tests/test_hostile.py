"""Answers are text, whatever they hold: they end as that text, in files that parse as they would with any other answer.

Most tests compare two projects: one made of hostile answers, and one of plain words in their places. All that may
differ is the words.
"""

# ruff: noqa: RUF001 - the answers are meant to be odd

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

import matrix
from conftest import git
from test_matrix import leftovers, reader

settings.register_profile(
    "here", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# What each language that an answer may meet reads as something other than text.
# fmt: off
MARKS = (
    *("{{ 7 * 7 }}", "{% raw %}", "{#", "{{", "}}", "{%", "%}", "${{ secrets.X }}", "{{ ''.__class__ }}"),
    *("- a", ": b", "a: b", "# c", " #", "? q", "!t", "&a"),
    *("*a", "|", ">", ">-", "%YAML 1.1", "---", "...", "<<: *x"),
    *("null", "yes", "~", "0o7", "1_000", "12:30:45", "2026-01-01", "["),
    *("]", "{}", "'", '"', "''", '"""', "\\"),
    *("\\\\", "\\n", "\\u0041", "\\x41", "$(id)", "`id`", "$HOME"),
    *("; rm -rf /", "&& id", "%s", "%(x)s", "{0}", "$1$"),
    *("*", "**", "***", "_", "__", "_a_", "a_b", "`", "``"),
    *("```", "~~", "~~~", "=", "===", "-", "+", "+ a", "* * *"),
    *("1.", "1) a", "123456789. a", "[a](b)", "![a](b)", "[a]", "[a]: b"),
    *("[^1]", "[ ]", "<i>", "</i>", "<!-- ", "-->"),
    *("<https://x.example>", "<a@x.example>", "<", "<<<<<<< x", ">>>>>>> x"),
    *("|||||||", "&amp;", "&#42;", "&lt", ":-"),
    *(":-:", "|-|", "| a | b |", "|---|---|", "--", "!"),
    *("(", ")", "<script>alert(1)</script>", "</textarea>", "<?php"),
    *("<![CDATA[", "SPDX-License-Identifier: X", "REUSE-IgnoreStart"),
    *("TODO: x", "[INSERT CONTACT METHOD]", "<your name>"),
    *("\ud7ff", "\u0301", "\u200b", "\u200f", "\u202e", "\u2066"),
    *("\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe"),
    *("\uffff", "\u3000", "\u00a0", "\u00ad", "\u1680", "\U0001f600"),
    *("👩‍🚀", "🇪🇺", "\U0001fffe", "\U0010ffff", "\u05d0"),
    *("\u0627", "漢", "ß", "İ", "\n", "\n\n", " ", "  ", "\n    ", "a", "B7", "END.", "x" * 70),
)
# fmt: on
CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"])
PIECES = st.lists(st.one_of(st.sampled_from(MARKS), st.text(CHARACTERS, max_size=8)), min_size=1, max_size=12)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a text that is accepted as an answer: any characters but control ones, now and then 10,000 of them."""
    text = draw(st.sampled_from(["", " ", "\n"])).join(draw(PIECES))
    if draw(st.integers(0, 19)) == 0:
        text = (text * 10_000)[:10_000]
    assume(text.strip())
    return text


@st.composite
def names(draw: st.DrawFn) -> str:
    """Return a name as one writes it into a list of people: one line, without < > and @."""
    name = " ".join(re.sub("[<>@]", "", draw(texts())).split())
    assume(name)
    return name


def fold(text: str) -> str:
    return " ".join(text.split())


def from_macros(template: str) -> Callable[..., str]:
    """Return a function that renders a template which may use the macros."""
    compiled = matrix.engine().env.from_string(
        f"{{% from 'macros.jinja' import q, line, md, prose, person_name, person_email, person_handle %}}{template}"
    )
    return lambda **values: compiled.render(values)


# Quoting


@given(texts())
@example("".join(MARKS))
def test_a_quoted_text_is_the_same_in_yaml_json_and_toml(text: str) -> None:
    quoted = from_macros("{{ q(x) }}")(x=text)
    assert "\n" not in quoted
    assert json.loads(quoted) == text
    assert yaml.safe_load(f"a:\n  - b: {quoted} # c\n") == {"a": [{"b": text}]}
    assert yaml.load(f"a: {quoted}\n", Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == {"a": text}
    assert tomllib.loads(f"a = [{{ b = {quoted} }}]\n") == {"a": [{"b": text}]}


def test_what_one_of_the_formats_refuses_is_written_as_an_escape() -> None:
    """By their specifications: the parsers here let some of it through, others do not."""
    refused = "\x7f\x85\u2028\u2029\ufeff\ufffe\uffff"
    quoted = from_macros("{{ q(x) }}")(x=f'a{refused}\n\r\t"\\ 😀')
    assert quoted == '"a\\u007f\\u0085\\u2028\\u2029\\ufeff\\ufffe\\uffff\\n\\r\\t\\"\\\\ 😀"'


@given(texts())
def test_a_line_is_the_text_without_its_line_breaks(text: str) -> None:
    line = from_macros("{{ line(x) }}")(x=text)
    assert line == fold(text)
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("row", "parts"),
    {
        "Ada Example": ("Ada Example", "", ""),
        "Ada Example <ada@example.org>": ("Ada Example", "ada@example.org", ""),
        "Ada Example @ada": ("Ada Example", "", "@ada"),
        "Ada Example <ada@example.org> @ada-x.y_z": ("Ada Example", "ada@example.org", "@ada-x.y_z"),
        "Ada Example @harbour/gauges": ("Ada Example", "", "@harbour/gauges"),
        "Ç. O'Neill, (Dr.) & Co <a'b@example.org>": ("Ç. O'Neill, (Dr.) & Co", "a'b@example.org", ""),
    }.items(),
)
def test_a_row_of_people_is_taken_apart(row: str, parts: tuple[str, str, str]) -> None:
    render = from_macros("{{ [person_name(x), person_email(x), person_handle(x)] | join('|') }}")
    assert render(x=row) == "|".join(parts)


PLACES = {
    "heading": "# {{ md(x) }}\n",
    "paragraph": "Before.\n\n{{ md(x) }}\n\nAfter.\n",
    "below a line": "Before\n{{ md(x) }}\nand after.\n",
    "before an underline": "{{ md(x) }}\nafter\n",
    "start": "{{ md(x) }} is its name.\n",
    "middle": "It is called ({{ md(x) }}), that is all.\n",
    "between letters": "It is {{ md(x) }}'s.\n",
    "list": "- {{ md(x) }}\n- b\n",
    "numbered list": "1. a\n2. {{ md(x) }}\n",
    "quote": "> {{ md(x) }}\n",
    "cell": "| a | b |\n|---|---|\n| {{ md(x) }} | c |\n| d | {{ md(x) }} (e) |\n",
    "table heading": "| {{ md(x) }} | b |\n|---|---|\n| c | d |\n",
    "link": "See [{{ md(x) }}](README.md) first.\n",
    "before a link": "{{ md(x) }} [b](README.md)\n",
    "twice": "{{ md(x) }} and {{ md(x) }}\n",
    "after a definition": "[a]: README.md\n\n{{ md(x) }} a.\n",
}


@pytest.mark.parametrize("place", PLACES)
@given(text=texts())
@example(text="\\")
@example(text="a\n---")
@example(text="# a #")
@example(text="1.")
@example(text="_a_ __b__ ___c___ d_e f__g")
@example(text="*a* **b** ***")
@example(text="\\| \\\\| \\\\\\|")
@settings(max_examples=60)
def test_markdown_shows_the_text_itself(place: str, text: str) -> None:
    render = from_macros(PLACES[place])
    plain = read(render(x="Word"))
    assert read(render(x=text)) == replaced(plain, {"Word": fold(text)})


@pytest.mark.parametrize("place", PLACES)
def test_no_mark_is_read_as_a_mark(place: str) -> None:
    render = from_macros(PLACES[place])
    plain = read(render(x="Word"))
    for mark in filter(str.strip, MARKS):
        for text in (mark, f"{mark} a", f"a {mark}{mark}"):
            assert read(render(x=text)) == replaced(plain, {"Word": fold(text)})


@given(text=texts())
def test_paragraphs_show_the_text_itself(text: str) -> None:
    """Line breaks and blank lines stay what they were; nothing else becomes structure."""
    render = from_macros("# Heading\n\n{{ prose(x.strip()) }}\n## Next\n")
    plain, words = words_for("Word", text.strip())
    assert read(render(x=text)) == replaced(read(render(x=plain)), words)


READABLE = (
    "Tide Gauge v1.0 (beta) – C++ & C#",
    'snake_case_name, R&D, 50% off, 3 < 4, it\'s "fine"; a/b: c!',
    "The 2.0 release – 24/7 @ $5 {so} ~",
    "-5 °C to +5 °C = enough?",
    "AT&T; Ünïcode 漢字 😀 #hash C# F#",
    "1.5 million. No. 7) end",
)


@pytest.mark.parametrize("name", READABLE)
def test_ordinary_names_stay_readable_in_the_source(name: str) -> None:
    source = from_macros("{{ md(x) }}")(x=name)
    assert source.replace("\\", "") == name
    assert source.count("\\") <= 1


def test_what_is_escaped_and_what_is_not() -> None:
    render = from_macros("{{ md(x) }}")
    for text, source in {
        "Tide Gauge v1.0 (beta) – C++ & C#": "Tide Gauge v1.0 (beta) – C++ & C#",
        "snake_case": "snake_case",
        "_a_": "\\_a\\_",
        "a*b": "a\\*b",
        "1. a": "1\\. a",
        "2026 a": "2026 a",
        "1.0 a": "1.0 a",
        "- a": "\\- a",
        "-a": "-a",
        "a - b": "a - b",
        "# a #": "\\# a \\#",
        "C#": "C#",
        "a & b": "a & b",
        "a &amp; b": "a \\&amp; b",
        "3 < 4": "3 < 4",
        "<i>": "\\<i>",
        "> a": "\\> a",
        "a -> b": "a -> b",
        "$5": "$5",
        "$a$": "\\$a$",
        "${{ a }}": "${\\{ a }}",
        "{a}": "{a}",
        "{% a %}": "{\\% a %}",
        "[a](b)": "\\[a\\](b)",
        "a | b": "a \\| b",
        "~~a~~": "\\~\\~a\\~\\~",
        "a\\b": "a\\\\b",
        "=": "\\=",
        " a \n b ": "a b",
    }.items():
        assert render(x=text) == source


# Reading Markdown


def read(text: str) -> list[tuple[Any, ...]]:
    """Return the structure of a Markdown text: its nodes, each with the text that it shows."""
    return list(_nodes(matrix.markdown(text)))


def _nodes(tokens: list[Token]) -> Iterator[tuple[Any, ...]]:
    text = ""
    for token in tokens:
        if token.type in ("text", "text_special"):
            text += token.content
            continue
        if text:
            yield "text", text
            text = ""
        if token.type == "inline":
            yield from _nodes(token.children or [])
        else:
            yield token.type, token.tag, tuple(sorted(token.attrs.items())), token.content, token.info
    if text:
        yield "text", text


def replaced(value: Any, words: Mapping[str, str]) -> Any:
    """Return a value of lists, mappings and texts with every plain word replaced by what stands for it."""
    if isinstance(value, str):
        return re.sub("|".join(words), lambda found: words[found.group()], value) if words else value
    if isinstance(value, Mapping):
        return {replaced(key, words): replaced(item, words) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(replaced(item, words) for item in value)
    return value


def words_for(word: str, text: str) -> tuple[str, dict[str, str]]:
    """Return `text` with a word of its own for each of its lines, and the line that each word stands for."""
    rows = text.splitlines()
    plain = [f"{word}{number}z" if row.strip() else "" for number, row in enumerate(rows)]
    return "\n".join(plain), {mark: fold(row) for mark, row in zip(plain, rows, strict=True) if mark}


# Whole projects

BASES: dict[str, dict[str, Any]] = {
    "github": {"forge": "github", "language": "python", "governance_model": "steering-committee", "license": "MIT"},
    "gitlab": {"forge": "gitlab", "language": "node", "governance_model": "company-led", "license": "Apache-2.0"},
    "forgejo": {
        "forge": "forgejo",
        "kind": "documentation",
        "governance_model": "foundation-ready",
        "license": "CC-BY-4.0",
        "inbound": "cla",
        "security_contact": "",
        "conduct_contact": "",
    },
}
ONE_LINE = ("project_name", "description", "maintainer_name", "sponsor", "copyright_holder", "trademark_owner")
LINES = ("problem", "audience", "alternatives", "roadmap")


@st.composite
def all_answers(draw: st.DrawFn) -> dict[str, Any]:
    """Return hostile answers to every question that takes free text."""
    hostile: dict[str, Any] = {key: draw(texts()) for key in (*ONE_LINE, *LINES)}
    hostile["maintainer_name"] = re.sub("[<>@]", "", hostile["maintainer_name"])
    assume(hostile["maintainer_name"].strip())
    rows = [
        f"{name} <p{number}@example.org> @p{number}" for number, name in enumerate(draw(st.lists(names(), max_size=3)))
    ]
    return hostile | {"maintainers": "\n".join(rows)}


def plain_twin(hostile: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return plain answers of the same shape, and the folded text that each of their words stands for."""
    plain: dict[str, Any] = {}
    words: dict[str, str] = {}
    for key in ONE_LINE:
        plain[key] = f"Zz{key.replace('_', '')}z"
        words[plain[key]] = fold(hostile[key])
    for key in LINES:
        rows = hostile[key].strip()
        if key == "roadmap":  # each line becomes an item of a list; a bullet that was typed is not doubled
            rows = "\n".join(re.sub("^[-*+] +", "", row.strip()) for row in rows.splitlines())
        plain[key], more = words_for(f"Zz{key}", rows)
        words |= more
    people = []
    for number, row in enumerate(hostile["maintainers"].splitlines()):
        name, _, rest = row.rpartition(" <")
        people.append(f"Zzperson{number}z <{rest}")
        words[f"Zzperson{number}z"] = fold(name)
    return plain | {"maintainers": "\n".join(people)}, words


@pytest.mark.parametrize("base", BASES)
@given(hostile=all_answers())
@settings(max_examples=25)
def test_only_the_words_differ_in_a_whole_project(base: str, hostile: dict[str, Any]) -> None:
    plain, words = plain_twin(hostile)
    assume(not any(word in text for word in words for text in hostile.values()))
    fixed = {**matrix.EVERYTHING, **BASES[base]}
    bad, good = matrix.make({**fixed, **hostile}), matrix.make({**fixed, **plain})
    assert [*bad.files] == [*good.files]
    for path in bad.files:
        if path == ".copier-answers.yml":
            recorded = yaml.safe_load(bad.text(path))
            assert {key: recorded[key] for key in hostile} == hostile
        elif path.endswith(".md"):
            assert read(bad.text(path)) == replaced(read(good.text(path)), words), path
        elif read_format := reader(path):
            assert same(read_format(bad.text(path)), read_format(good.text(path)), plain, hostile, words), path
        else:
            assert bad.text(path) == replaced(good.text(path), words), path


def same(bad: Any, good: Any, plain: Mapping[str, Any], hostile: Mapping[str, Any], words: Mapping[str, str]) -> bool:
    """Whether two parsed values are the same but for the answers, each whole, stripped or folded."""
    if isinstance(good, str) and isinstance(bad, str):
        whole = {value: hostile[key] for key, value in plain.items() if value}
        stripped = {key: value.strip() for key, value in whole.items()}
        return bad in (replaced(good, words), whole.get(good), stripped.get(good))
    if isinstance(good, Mapping) and isinstance(bad, Mapping):
        return [*good] == [*bad] and all(same(bad[key], good[key], plain, hostile, words) for key in good)
    if isinstance(good, list) and isinstance(bad, list):
        pairs = zip(bad, good, strict=False)
        return len(bad) == len(good) and all(same(one, other, plain, hostile, words) for one, other in pairs)
    if hasattr(good, "co_code"):
        return ast_of(bad) == ast_of(good)
    return bool(good == bad)


def ast_of(code: Any) -> Any:
    return code.co_code, [ast_of(item) if hasattr(item, "co_code") else item for item in code.co_consts]


def test_words_that_become_structure_are_seen() -> None:
    """The comparison can fail: this is what an answer does that reaches a file unquoted."""
    for source, word in {"# {{ x }}\n": "a\n\nb", "{{ x }}\n": "*a*", "| {{ x }} |\n|---|\n": "a | b"}.items():
        render = from_macros(source)
        assert read(render(x=word)) != replaced(read(render(x="Word")), {"Word": fold(word)})
    assert not same({"a": 49}, {"a": "Word"}, {"k": "Word"}, {"k": "{{ 7 * 7 }}"}, {"Word": "{{ 7 * 7 }}"})
    assert not same({"a": "b", "c": 1}, {"a": "Word"}, {"k": "Word"}, {"k": "b\nc: 1"}, {"Word": "b c: 1"})


# Judges of hostile projects

TAGS = {
    "project_name": "SPDX-License-Identifier: X",
    "description": "SPDX-License-Identifier: GPL-1.0-only\nSPDX-FileCopyrightText: 1999 Somebody Else",
    "problem": "REUSE-IgnoreStart\nSPDX-License-Identifier: Y\n\nSPDX-SnippetBegin\nSPDX-FileContributor: Z",
    "audience": "Copyright (c) 1999 Somebody Else\n© 1998 Somebody Else",
    "alternatives": "SPDX-License-Identifier: (MIT",
    "sponsor": "REUSE-IgnoreEnd SPDX-License-Identifier: W",
    "roadmap": "SPDX-License-Identifier: V\nREUSE-IgnoreStart",
    "maintainer_name": "SPDX-License-Identifier: U",
    "maintainers": "SPDX-License-Identifier: T <t@example.org>",
    "copyright_holder": "SPDX-License-Identifier: S REUSE-IgnoreEnd",
    "trademark_owner": "SPDX-FileCopyrightText: 1999 Somebody Else",
}


@pytest.mark.parametrize("base", BASES)
def test_reuse_takes_no_answer_for_a_licence(tmp_path: Path, base: str) -> None:
    project = matrix.make({**matrix.EVERYTHING, **BASES[base], **TAGS})
    matrix.write(project, tmp_path)
    git(tmp_path, "init", "--quiet")
    command = [sys.executable, "-m", "reuse", "--root", str(tmp_path), "lint", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    for file in json.loads(run.stdout)["files"]:
        found = {row["value"] for row in file["spdx_expressions"]}
        assert found and found <= {project.values["license"], "CC0-1.0"}, file
        assert {row["value"].partition(" ")[2] for row in file["copyrights"]} == {f"2025 {TAGS['copyright_holder']}"}, (
            file
        )


LEFT = {
    "project_name": "{{ cookiecutter.name }} [INSERT CONTACT METHOD]",
    "description": "<your name> {your-email} YOUR_NAME __PROJECT_NAME__ @your-org 20XX",
    "problem": "TODO: x\n\nTODO\n<<<<<<< a\n=======\n>>>>>>> b\n\n{% x %}",
    "audience": "*insert your name* _project_name_ [yyyy]",
    "roadmap": "FIXME\n- TBD\n1.0.0 - YYYY-MM-DD",
    "maintainer_name": "[fullname] {project name}",
    "copyright_holder": "[name of copyright owner] INSERT_NAME",
    "trademark_owner": "<<<<<<< a\n=======\n>>>>>>> b",
}


@pytest.mark.parametrize("base", BASES)
def test_the_mandated_script_takes_no_answer_for_a_placeholder(tmp_path: Path, base: str) -> None:
    matrix.write(matrix.make({**matrix.EVERYTHING, **BASES[base], **LEFT}), tmp_path)
    run = leftovers(tmp_path)
    assert (run.returncode, run.stdout) == (0, "")


WORST = {
    "project_name": "\u202e{{ 7 }} \"'\\ <b> \ufeff\u2028😀 " + "x" * 300,
    "description": "- \"a\" 'b' \\ {% x %}\n# c\u2028\ufffe\uffff ${{ secrets.X }} `id` $(id) %s \U0010ffff"
    + " y" * 5_000,
    "maintainer_name": "A, \"B\"; (C) 'D' \\ Ünï\u2028ö 😀",
    "copyright_holder": 'E " \\ F\n\nG',
}


def test_a_hostile_python_package_builds_and_imports(tmp_path: Path) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    given = {**matrix.EVERYTHING, **WORST, "language": "python", "forge": "github", "project_slug": "3d-tide-gauge"}
    matrix.write(matrix.make(given), source)
    declared = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    assert declared["description"] == fold(given["description"])
    assert declared["authors"] == [{"name": fold(given["maintainer_name"]), "email": given["maintainer_email"]}]
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(source)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = made.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("3d_tide_gauge-0.0.0.dist-info/METADATA").decode()
    assert f"Summary: {fold(given['description'])}\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
    code = "import pkg_3d_tide_gauge; print(pkg_3d_tide_gauge.about())"
    run = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(wheel)}, capture_output=True, check=False)
    assert run.stdout == b"pkg_3d_tide_gauge 0.0.0\n", run.stderr
    assert_tests_pass([sys.executable, "-m", "unittest", "discover", "-s", "tests"], source, {"PYTHONPATH": "src"})


@pytest.mark.parametrize("slug", ["class", "import", "json", "typing", "string", "2026", "a-b-c", "test", "project"])
def test_a_python_package_runs_its_test_under_any_name(tmp_path: Path, slug: str) -> None:
    project = matrix.make({"project_slug": slug, "language": "python"})
    matrix.write(project, tmp_path)
    assert_tests_pass([sys.executable, "-m", "unittest", "discover", "-s", "tests"], tmp_path, {"PYTHONPATH": "src"})


def test_a_hostile_node_package_runs_its_test(tmp_path: Path) -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed here, so the Node.js package cannot be run")
    given = {**matrix.EVERYTHING, **WORST, "language": "node", "forge": "gitlab"}
    matrix.write(matrix.make(given), tmp_path)
    assert json.loads((tmp_path / "package.json").read_text())["description"] == fold(given["description"])
    code = "import('tide-gauge').then((x) => console.log(x.about()))"
    run = subprocess.run([node, "-e", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout == "tide-gauge 0.0.0\n", run.stderr
    assert_tests_pass([node, "--test"], tmp_path, {})


def assert_tests_pass(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run the one test of a package, as its documents say."""
    run = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"Ran 1 test|# pass 1|pass 1", run.stdout + run.stderr)


# What an answer must look like

NAME = "Ada Example"
# fmt: off
ACCEPTED: dict[str, tuple[Any, ...]] = {
    "maintainer_email": (
        *("", "a@b.co", "ada.x+y@mail.example.org", "a_b~c@x-y.example"),
        *("o'neill@example.org", "1@2.3", "a/b=c?d@e.f"),
        *("A@EXAMPLE.ORG", "x@xn--bcher-kva.example", "#&*!$%^@example.org"),
        *("a" * 64 + "@example.org", "-a-@e--x.example"),
    ),
    "repository_url": ("", "https://example.org/tide-gauge", "https://example.org/a/b.git/", "https://a.example:8/~b"),
    "cla_url": (
        *("", "https://example.org", "https://example.org/"),
        *("https://example.org:8443/a/b.git", "https://1.2.3.4/x"),
        *("https://x.example/a?b=c&d=(e)*f_g~h!$,;:@+#i", "https://xn--bcher-kva.example/%20"),
        "https://a--b.example/",
    ),
    "security_contact": ("", "a@example.org", "https://example.org/security?x=1#y"),
    "project_slug": ("a", "7", "tide-gauge", "3d-x-4", "a" * 64, "-".join("abc")),
    "created_on": ("", "2026-03-01", "2024-02-29", "2000-02-29", "1950-01-01", "2199-12-31", "2026-04-30"),
    "first_year": ("", "1950", "1999", "2026", "2199"),
    "maintainer_handle": ("", "ada", "@ada", "@ada-x", "a.b_c", "@org/team", "org/sub-team", "7"),
    "maintainers": (
        *("", NAME, f"{NAME} <a@example.org>"),
        *(f"{NAME} @ada", f"{NAME} <a@example.org> @ada", f"  {NAME}  \n\n{NAME}"),
        *("Çelik Ö. Şen", "李 小龍 <li@example.org>", "אבא דוגמה @abba"),
        *("O'Neill, (Dr.) \"Ö\" Jr. & Co", "x" * 10_000),
        *("Ngô\u00a0Bảo <a@example.org>", "e\u0301milie <e@example.org>\nBo", "😀 @smile", "A\u2028B"),
    ),
    "maintainer_name": (NAME, "Çelik Ö. Şen", "李小龍", "Ada (she/her), Dr.", "A\nB", "x" * 10_000),
    "project_name": ("x", "\u202ex", "😀", "x\ny", "\ufeffx", "{{ x }}", "x" * 10_000, "\U0010ffff"),
    "default_branch": ("main", "release/1.x", "v2", "a_b-c.d"),
    "response_days": (0, 1, 365, "14"),
    "kept": ([], "[]", ["/README.md", "/docs/", "/a/b/**", r"/a\ b", r"/\[x\]\*\?\!\#\\"], ["/.github/é.md"]),
}
REFUSED: dict[str, tuple[Any, ...]] = {
    "maintainer_email": (
        *("ada", "@example.org", "ada@", "ada@example"),
        *("a b@example.org", "ada@example..org", "ada@.example.org"),
        *("ada@example.org.", "a@b@example.org", "Ada <ada@example.org>"),
        *("ada@example.org\n", "\nada@example.org"),
        *(".a@example.org", "a..b@example.org", "ü@example.org"),
        *("a@bücher.example", "a@-x.example", "a@x-.example"),
        *("mailto:ada@example.org", "a" * 250 + "@b.co", "ada@exa_mple.org"),
        *("ada@example.org, b@example.org", " "),
        *("ada@example.org\u2028", "a`b@example.org", "a|b@example.org"),
        *("a{{x}}@example.org", "a\\b@example.org"),
    ),
    "repository_url": ("https://example.org", "https://example.org/", "https://example.org///", "a/b", "git@a.x:b"),
    "cla_url": (
        *("example.org", "http://example.org", "ftp://example.org"),
        *("https://", "https://example", "https:// a.example"),
        *("https://example.org/a b", "https://example.org/<x>", 'https://example.org/"x"'),
        *("https://example.org\n", " "),
        *("https://-x.example", "https://x-.example", "https://me@example.org/"),
        *("https://bücher.example/", "x https://a.b"),
        *("https://example.org/`x`", "https://example.org/{x}", "https://example.org/\\x"),
        *("https://a.example/|", "git@x.y:z"),
        *("https://example.org/x\n", "https://example.org/[x]"),
        *("https://example.org/'x'", "https://example.org:port/"),
        *("javascript://x.example/%0aalert(1)", "https://x..example", "https://example.org/\u202e"),
    ),
    "security_contact": ("ada", "http://example.org", "mailto://a@b.co", "a@example.org\n", "https://example.org/ x"),
    "project_slug": ("", "A", "a_b", "-a", "a-", "a--b", "a b", "a" * 65, "a\n", "ä", "../x", ".", "a/b", "{{ x }}"),
    "created_on": (
        *("2026", "2026-3-1", "01.03.2026", "2026-13-01", "2026-00-10"),
        *("2026-02-29", "1900-02-29", "2100-02-29", "today"),
        *("2026-04-31", "2026-01-00", "2026-01-32", "2026-01-01\n"),
        *("2026-01-01T00:00", "1949-12-31", "2200-01-01", " "),
        *("٢٠٢٦-٠١-٠١", "-2026-01-01"),
    ),
    "first_year": ("26", "1949", "2200", "20266", "2026 ", "2026\n", "MMXXVI", "2025-2026", "٢٠٢٦"),
    "maintainer_handle": ("@", "@@a", "@-a", "a example", "a@example.org", "a/b/c", "@a\n", "/a", "a/", "ü", "@a|b"),
    "maintainers": (
        *("<ada@example.org>", "@ada", f"{NAME} <ada>"),
        *(f"{NAME} <ada@example>", f"{NAME} <a@b.co", f"{NAME} a@b.co>"),
        *(f"{NAME} <a@b.co> <c@d.co>", f"{NAME} @ada <a@b.co>", f"{NAME} <a@b.co> ada"),
        *(f"{NAME}@ada", f"{NAME} <>"),
        *(f"{NAME}\n<a@b.co>", f"{NAME} <a`b@c.co>", f"{NAME} <a@b.co>@ada", f"{NAME} @a/b", "\t", "A\x00"),
    ),
    "maintainer_name": ("Ada <ada@example.org>", "@ada", "a>b", "A\x07", "A\tB", " \n "),
    "project_name": ("x\x00", "x\x1b[0m", "x\ty", "x\r\ny", "x\x7f", "x\x85", "x\ud800", "x\x9f", " ", "\n", "\u3000"),
    "default_branch": ("", " ", "-x", "a b", "a..b", "a//b", "a/", "a.lock", "main\n", "a/.b", "x.lock/y", ".a", "/a"),
    "response_days": (-1, 366, "soon", "1.5", ""),
    "kept": (
        *("x", {"/a": 1}, 7, None, [1], [None], ["README.md"]),
        *(["*"], ["/*"], ["/"], ["//a"], ["/a b"], ["/a\n"], ["!/a"]),
        *(["/a", "b"], [""], ["/a\\"], ["/a**"], ["/**"], ["/a/**/b"]),
        *(["# a"], ["/[a]"], [["/a"]], ["/a//b"], ["/a\n/b"]),
    ),
}
# fmt: on


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in ACCEPTED.items() for value in values], ids=repr
)
def test_an_answer_that_is_accepted(key: str, value: Any) -> None:
    assert problem(key, value) == ""


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in REFUSED.items() for value in values], ids=repr
)
def test_an_answer_that_is_refused(key: str, value: Any) -> None:
    told = problem(key, value)
    assert told
    assert told == told.strip()
    assert "\n" not in told


def problem(key: str, value: Any) -> str:
    """Return what is wrong with an answer, as the question bank says it."""
    rows = {row["key"]: row for row in matrix.engine().resolve({"inbound": "cla", key: value}, {})["rows"]}
    return str(rows[key]["problem"])


@pytest.mark.parametrize("key", [*ONE_LINE, *LINES])
def test_every_question_of_free_text_takes_everything_but_control_characters(key: str) -> None:
    marks = "".join(mark for mark in MARKS if key != "maintainer_name" or set(mark).isdisjoint("<>@"))
    assert problem(key, marks) == ""
    assert problem(key, "x\ny") == ""
    for control in "\x00\x07\t\x0b\r\x1b\x7f\x85\x9f":
        assert "control character" in problem(key, f"x{control}y")


def test_the_control_characters() -> None:
    controls = [chr(code) for code in range(0x100) if "control" in problem("project_name", f"x{chr(code)}y")]
    assert controls == [chr(code) for code in range(0x100) if unicodedata.category(chr(code)) == "Cc" and code != 10]


@pytest.mark.parametrize("key", sorted({*ACCEPTED} - {"response_days", "kept"}))
@pytest.mark.parametrize(
    "text",
    [
        *(unit * 10_000 for unit in "a1 -._@/<>:%\n"),
        *(
            unit * 5_000
            for unit in ("a ", "a.", "a-", "-a", ".a", "<a", "@a", " @", " <", "--", "a@", "/a", "a/", "1-")
        ),
        *(
            start + "a" * 10_000 + "!"
            for start in ("", "a@b.", "https://", "https://a.b/", "a <", "a <b@", "a @", "2026-")
        ),
        *(start + "-a" * 5_000 + "_" for start in ("a@a", "https://a", "a", "A <a@a")),
        *(start + "a." * 5_000 + "|" for start in ("a@", "https://", "A <b@")),
        "Ada" + " " * 10_000 + "<",
        "Ada <a@b.co>" + " " * 10_000 + "!",
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_no_answer_keeps_a_pattern_busy(key: str, text: str) -> None:
    """A pattern that goes back again and again would not end in hours on one of these."""
    assert isinstance(problem(key, text), str)


LOOKS = "ab1Z.-_@/:+*&~$#%?=()[]{}<>'\"|\\`!^,; ü"


@given(
    st.one_of(
        st.text(LOOKS, max_size=12),
        st.from_regex(r"[a-z.*_&'{|}~-]{1,6}@[a-z1-]{1,4}(\.[a-z1-]{1,4}){1,2}", fullmatch=True),
        st.from_regex(r"https://[a-z1-]{1,4}(\.[a-z1-]{1,4}){1,2}(/[^\x00-\x1f]{0,6})?", fullmatch=True),
    )
)
def test_an_accepted_address_is_one_link_in_markdown_and_nothing_else(text: str) -> None:
    assume(text and problem("support_channel", text) == "")
    target = urllib.parse.unquote(text if "://" in text else f"mailto:{text}")
    before, opened, link, closed, after = read(f"At <{text}>.\n")[1:-1]
    assert (before, link, after) == (("text", "At "), ("text", text), ("text", "."))
    assert (opened[0], urllib.parse.unquote(opened[2][0][1]), closed[0]) == ("link_open", target, "link_close")
    row = read(from_macros("| {{ x | replace('|', '\\\\|') }} | b |\n|---|---|\n| c | d |\n")(x=f"<{text}>"))
    assert ("text", text) in row
