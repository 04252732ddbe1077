"""Licences of a repository: REUSE beside the tool itself, texts word for word, copied-in parts, dependencies."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ospo_init.core.checking.model import Found, Seen
from ospo_init.core.conditions import Facts
from ospo_init.core.inferring import Repository
from ospo_init.core.licensing import compatibility, dependencies, expressions, globs, headers, rules, spdx
from ospo_init.core.licensing.covered import Files
from ospo_init.core.licensing.identity import license_files
from ospo_init.core.lock import Row
from ospo_init.edges import license_scans

ROOT = Path(__file__).parent.parent
ID = "SPDX-License-" + "Identifier"
WHO = "SPDX-File" + "CopyrightText: 2026 Ada Example"
HEAD = f"# {WHO}\n# {ID}: MIT\n"
MIT = {"LICENSES/MIT.txt": "The text.\n"}
IGNORE, HEED = "REUSE-Ignore" + "Start", "REUSE-Ignore" + "End"


def toml(**row: object) -> str:
    """Return a REUSE.toml with one annotation."""
    names = {"who": "SPDX-FileCopyrightText", "id": ID}
    lines = "".join(f"{names.get(key, key)} = {json.dumps(value)}\n" for key, value in row.items())
    return f"version = 1\n[[annotations]]\n{lines}"


ALL = toml(path="**", who="Ada", id="MIT")
DEP5 = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"

# By name: the files, and which rules find something. Every row is compared with the reuse tool as well.
Tree = Mapping[str, str | bytes]
REUSE: dict[str, tuple[Tree, tuple[str, ...]]] = {
    "header": ({"a.py": HEAD, **MIT}, ()),
    "no header": ({"a.py": "x = 1\n"}, ("no-copyright", "no-license")),
    "no copyright": ({"a.py": f"# {ID}: MIT\n", **MIT}, ("no-copyright",)),
    "no licence": ({"a.py": f"# {WHO}\n"}, ("no-license",)),
    "plain notice": ({"a.py": f"# Copyright (c) 2026 Ada\n# {ID}: MIT\n", **MIT}, ()),
    "sign alone": ({"a.py": f"# © 2026 Ada\n# {ID}: MIT\n", **MIT}, ()),
    "small letters": ({"a.py": f"# copyright 2026 Ada\n# {ID}: MIT\n", **MIT}, ("no-copyright",)),
    "word at the end of a line": ({"a.py": f"# Copyright\n# {ID}: MIT\n", **MIT}, ("no-copyright",)),
    "notice and licence on one line": ({"a.py": f"# {WHO} {ID}: MIT\n"}, ("no-license",)),
    "far down": ({"a.py": "x = 1\n" * 40_000 + HEAD, **MIT}, ()),
    "html comment": ({"a.html": f"<!-- {WHO}\n{ID}: MIT -->\n", **MIT}, ()),
    "c comment": ({"a.c": f"/* {WHO} */\n/* {ID}: MIT */\n", **MIT}, ()),
    "boxed comment": ({"a.sh": f"## {WHO} ##\n## {ID}: MIT ##\n", **MIT}, ()),
    "in a string": ({"a.py": f"# {WHO}\nx = '{ID}: MIT'\n"}, ("invalid-expression", "no-license")),
    "code behind": ({"a.c": f"/* {WHO} */\n/* {ID}: MIT */ int x;\n"}, ("invalid-expression", "no-license")),
    "snippet": (
        {"a.py": f"{HEAD}# SPDX-SnippetBegin\n# {ID}: ISC\n# SPDX-SnippetEnd\n", **MIT},
        ("missing-license-text",),
    ),
    "or": ({"a.py": f"# {WHO}\n# {ID}: MIT OR ISC\n", **MIT}, ("missing-license-text",)),
    "and in brackets": ({"a.py": f"# {WHO}\n# {ID}: (MIT AND MIT)\n", **MIT}, ()),
    "small operators": ({"a.py": f"# {WHO}\n# {ID}: MIT or MIT\n", **MIT}, ()),
    "with an exception": (
        {"a.py": f"# {WHO}\n# {ID}: GPL-2.0-only WITH Classpath-exception-2.0\n", "LICENSES/GPL-2.0-only.txt": "T\n"},
        ("missing-license-text",),
    ),
    "plus": ({"a.py": f"# {WHO}\n# {ID}: Apache-1.0+\n", "LICENSES/Apache-1.0.txt": "T\n"}, ()),
    "open bracket": ({"a.py": f"# {WHO}\n# {ID}: (MIT\n"}, ("invalid-expression", "no-license")),
    "blank to fill": ({"a.py": f"# {WHO}\n# {ID}: <id>\n"}, ("invalid-expression", "no-license")),
    "no id": ({"a.py": f"# {WHO}\n# {ID}:\n"}, ("invalid-expression", "no-license")),
    "right and wrong": ({"a.py": f"{HEAD}# {ID}: not this\n", **MIT}, ("invalid-expression",)),
    "ignored": ({"a.py": f"{HEAD}# {IGNORE}\n# {ID}: ISC\n# {HEED}\n", **MIT}, ()),
    "ignored to the end": ({"a.py": f"# {IGNORE}\n{HEAD}"}, ("no-copyright", "no-license")),
    "end before start": ({"a.py": f"# {HEED}\n{HEAD}# {IGNORE}\n# {ID}: ISC\n", **MIT}, ()),
    "carriage returns": ({"a.py": HEAD.replace("\n", "\r\n"), **MIT}, ()),
    "utf-16": ({"a.txt": HEAD.encode("utf-16"), **MIT}, ()),
    "latin-1": ({"a.txt": f"\xa9 2026 Zo\xeb\n{ID}: MIT\n".encode("latin-1"), **MIT}, ()),
    "binary": ({"a.bin": b"\0\1\2" + HEAD.encode()}, ("no-copyright", "no-license")),
    "licence beside": ({"a.bin": b"\0\1\2", "a.bin.license": HEAD, **MIT}, ()),
    "beside wins": ({"a.py": f"# {ID}: ISC\n", "a.py.license": HEAD, **MIT}, ()),
    "beside and empty of facts": ({"a.py": HEAD, "a.py.license": "x\n"}, ("no-copyright", "no-license")),
    "empty file": ({"a.py": ""}, ()),
    "names left out": (
        {"LICENSE": "x", "LICENSE-MIT": "x", "LICENCE.txt": "x", "COPYING": "x", "docs/COPYING.LESSER": "x"},
        (),
    ),
    "name not left out": ({"LICENSING": "x"}, ("no-copyright", "no-license")),
    "spdx documents": ({"a.spdx": "x", "b.spdx.json": "{}", "c.spdx.yml": "x", "d.spdx.rdf": "x"}, ()),
    "subprojects": ({"subprojects/x/a.c": "x", "subprojects/x.wrap": HEAD, **MIT}, ()),
    "folders left out": ({"docs/LICENSES/x.txt": "x", ".reuse/templates/x": "x"}, ()),
    "unused": ({"a.py": HEAD, **MIT, "LICENSES/ISC.txt": "T\n"}, ("unused-license",)),
    "missing": ({"a.py": HEAD, "b.py": HEAD}, ("missing-license-text",)),
    "deprecated": ({"a.py": f"# {WHO}\n# {ID}: GPL-3.0\n", "LICENSES/GPL-3.0.txt": "T\n"}, ("deprecated-license",)),
    "bad": ({"a.py": f"# {WHO}\n# {ID}: Mine\n", "LICENSES/Mine.txt": "T\n"}, ("bad-license",)),
    "own": ({"a.py": f"# {WHO}\n# {ID}: LicenseRef-Mine\n", "LICENSES/LicenseRef-Mine.txt": "T\n"}, ()),
    "no ending": ({"a.py": HEAD, "LICENSES/MIT": "T\n"}, ("no-extension",)),
    "deeper text": ({"a.py": HEAD, "LICENSES/sub/MIT.txt": "T\n"}, ()),
    "toml for all": ({"a.py": "x", "REUSE.toml": ALL, **MIT}, ()),
    "toml helps out": ({"a.py": f"# {ID}: MIT\n", "REUSE.toml": toml(path="*", who="A", id="ISC"), **MIT}, ()),
    "toml beside a whole header": ({"a.py": HEAD, "REUSE.toml": toml(path="*", who="A", id="ISC"), **MIT}, ()),
    "toml aggregates": (
        {"a.py": HEAD, "REUSE.toml": toml(path="*", precedence="aggregate", id="ISC"), **MIT},
        ("missing-license-text",),
    ),
    "toml overrides": (
        {"a.py": f"# {ID}: ISC\n", "REUSE.toml": toml(path="*", precedence="override", who="A", id="MIT"), **MIT},
        (),
    ),
    "toml for one folder only": ({"b/a.py": "x", "REUSE.toml": toml(path="*", who="A", id="MIT")}, None),
    "toml with a deep glob": ({"b/c/a.py": "x", "REUSE.toml": toml(path="b/**/*.py", who="A", id="MIT"), **MIT}, ()),
    "toml, the last row wins": (
        {"a.py": "x", "REUSE.toml": ALL + toml(path="a.py", who="A", id="ISC").removeprefix("version = 1\n"), **MIT},
        None,
    ),
    "toml, several of each": ({"a.py": "x", "REUSE.toml": toml(path=["a.*"], who=["A", "B"], id=["MIT"]), **MIT}, ()),
    "toml says half": ({"a.py": "x", "REUSE.toml": toml(path="*", id="MIT"), **MIT}, ("no-copyright",)),
    "nested toml": ({"b/a.py": "x", "b/REUSE.toml": toml(path="*", who="A", id="MIT"), **MIT}, ()),
    "nested, the nearest wins": (
        {
            "b/a.py": "x",
            "REUSE.toml": toml(path="**", who="A", id="ISC"),
            "b/REUSE.toml": toml(path="a.py", who="A", id="MIT"),
            **MIT,
        },
        (),
    ),
    "nested, the topmost overrides": (
        {
            "b/a.py": "x",
            "REUSE.toml": toml(path="**", precedence="override", who="A", id="MIT"),
            "b/REUSE.toml": toml(path="a.py", precedence="override", who="A", id="ISC"),
            **MIT,
        },
        (),
    ),
    "nested, half from each": (
        {
            "b/a.py": "x",
            "REUSE.toml": toml(path="**", who="A", id="ISC"),
            "b/REUSE.toml": toml(path="a.py", id="MIT"),
            **MIT,
        },
        (),
    ),
    "toml is none": ({"a.py": HEAD, "REUSE.toml": "version = \n", **MIT}, ("bad-configuration",)),
    "toml without version": ({"a.py": HEAD, "REUSE.toml": "x = 1\n", **MIT}, ("bad-configuration",)),
    "toml without path": ({"a.py": HEAD, "REUSE.toml": toml(id="MIT"), **MIT}, ("bad-configuration",)),
    "toml with another precedence": (
        {"a.py": HEAD, "REUSE.toml": toml(path="*", precedence="first", id="MIT"), **MIT},
        ("bad-configuration",),
    ),
    "dep5": ({"a/b.py": "x", ".reuse/dep5": f"{DEP5}\nFiles: a/*\nCopyright: Ada\nLicense: MIT\n", **MIT}, ()),
    "dep5 adds": (
        {"a.py": HEAD, ".reuse/dep5": f"{DEP5}\nFiles: *\nCopyright: Ada\nLicense: ISC\n", **MIT},
        ("missing-license-text",),
    ),
    "dep5 and toml": (
        {"a.py": HEAD, ".reuse/dep5": f"{DEP5}\nFiles: *\nCopyright: A\nLicense: MIT\n", "REUSE.toml": ALL, **MIT},
        ("bad-configuration",),
    ),
}
REUSE["toml for one folder only"] = (REUSE["toml for one folder only"][0], ("no-copyright", "no-license"))
REUSE["toml, the last row wins"] = (REUSE["toml, the last row wins"][0], ("missing-license-text", "unused-license"))
_EACH = {
    "missing_copyright_info": "no-copyright",
    "missing_licensing_info": "no-license",
    "bad_licenses": "bad-license",
    "deprecated_licenses": "deprecated-license",
    "licenses_without_extension": "no-extension",
    "missing_licenses": "missing-license-text",
    "unused_licenses": "unused-license",
}
_TOOL = """
import contextlib, io, json, os, runpy, sys, warnings
warnings.simplefilter("ignore")
for folder in sorted(os.listdir(sys.argv[1])):
    sys.argv[1:] = [sys.argv[1]]
    said, code, top = io.StringIO(), 0, sys.argv[1]
    sys.argv[1:] = ["--no-multiprocessing", "--root", os.path.join(top, folder), "lint", "--json"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        try:
            runpy.run_module("reuse", run_name="__main__", alter_sys=False)
        except SystemExit as end:
            code = end.code
    sys.argv[1:] = [top]
    print(json.dumps([folder, code, said.getvalue()]))
"""


def files_of(tree: Tree) -> Files:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in tree.items()}
    return Files(tuple(sorted(data)), {path: len(text) for path, text in data.items()}, data.get)


def reuse_rules(tree: Tree) -> tuple[str, ...]:
    files = files_of(tree)
    found = license_scans.reuse_scan(files.paths, files.sizes, files.read)
    assert not found.unknown
    return tuple(sorted({proof.rule.removeprefix("reuse/") for proof in found.findings}))


@pytest.mark.parametrize("name", REUSE)
def test_reuse_finds(name: str) -> None:
    tree, expected = REUSE[name]
    assert reuse_rules(tree) == tuple(sorted(expected))


def test_reuse_agrees_with_the_tool(tmp_path: Path) -> None:
    """The tool's own program is the judge, run over every row in one process."""
    names = {f"{number:03}": name for number, name in enumerate(REUSE)}
    for folder, name in names.items():
        for path, text in REUSE[name][0].items():
            place = tmp_path / folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode() if isinstance(text, str) else text)
    ran = subprocess.run([sys.executable, "-c", _TOOL, tmp_path], capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(rows) == len(REUSE) >= 40
    for folder, code, printed in rows:
        tree, expected = REUSE[names[folder]]
        assert (code == 0) == (not expected), names[folder]
        if not printed.strip():
            assert expected == ("bad-configuration",), names[folder]
            continue
        said = json.loads(printed)["non_compliant"]
        theirs = {rule for key, rule in _EACH.items() if said[key]}
        assert theirs == set(reuse_rules(tree)) - {"invalid-expression"}, names[folder]


def test_reuse_says_where_it_looked_and_what_it_could_not_read() -> None:
    files = files_of({"b.py": HEAD, "a.py": f"\n\n# {ID}: ISC\n# {WHO}\n", "c.py": "y\n", **MIT})
    found = license_scans.reuse_scan(files.paths, {**files.sizes, "c.py": 9_999_999}, files.read)
    assert [(row.rule, row.path, row.line) for row in found.findings] == [("reuse/missing-license-text", "a.py", 3)]
    assert found.unknown == "c.py was read only in part"
    assert found.looked_at == 3
    gone = license_scans.reuse_scan(files.paths, files.sizes, lambda path: None)
    assert gone.unknown.startswith("a.py cannot be read, and 2 more")


def test_two_texts_of_one_licence_are_told() -> None:
    assert reuse_rules({"a.py": HEAD, **MIT, "LICENSES/MIT.md": "T\n"}) == ("same-license",)


@pytest.mark.parametrize("glob", ["a*b*c*d*e", "**a**b**c**", "*/*/*/**", "**/x*y*z", "*?*?*"])
def test_globs_with_many_stars_are_as_the_simple_ones(glob: str) -> None:
    """The followed matcher says the same as a regular expression, which short paths cannot slow down."""
    import re

    pieces = list(globs._toml_pieces(glob))
    words = {"*": "[^/]*", "**": ".*"}
    regex = re.compile("".join(words[piece] if special else re.escape(piece) for piece, special in pieces))
    matches = globs.of_reuse_toml(glob)
    for letters in itertools.product("abxyz/?", repeat=4):
        path = "".join(letters)
        assert matches(path) == bool(regex.fullmatch(path)), path
    assert not globs.of_reuse_toml("**a" * 300)("a" * 299 + "/b")


def test_hostile_headers_are_read_in_a_straight_line() -> None:
    assert headers.said(b"Copyright " * 400_000).copyright
    assert len(headers.said((f"{ID}: MIT " * 200_000).encode()).expressions) >= 1
    assert headers.said((f"# {ID}: MIT\n" * 100_000).encode()).expressions == ((1, "MIT"),)
    many = "".join(f"# {ID}: A{number}\n" for number in range(20_000)).encode()
    assert headers.said(many).expressions[-1] == (20_000, "A19999")
    assert expressions.parse("(" * 1000 + "MIT" + ")" * 1000) is None


def test_the_list_of_ids_is_the_packages() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import spdx_list
    finally:
        sys.path.pop(0)
    assert spdx_list.TARGET.read_text() == spdx_list.derived(), "run python tools/spdx_list.py"
    assert spdx.licenses()["MIT"] == spdx.Flags(osi=True, fsf=True)
    assert spdx.licenses()["GPL-3.0"].deprecated
    assert spdx.made_for("CERN-OHL-P-2.0") == ("hardware",)
    assert spdx.made_for("Apache-2.0") == ("software",)
    assert spdx.without_prefix("LicenseRef-OpenMDW-1.0") == "OpenMDW-1.0"


TEXTS = license_scans.known_texts()
TEXT = TEXTS["MIT"].split("\f")[0]
APACHE = TEXTS["Apache-2.0"].split("\f")[0]
NC = "CC-BY-NC-4.0"

# What is done to the text, and what becomes of it.
WHOLE: dict[str, tuple[str, str]] = {
    "as it is": (TEXT, "whole"),
    "with a name": (TEXT.replace("<copyright holders>", "Ada Example").replace("<year>", "2026"), "whole"),
    "wrapped otherwise": (" ".join(TEXT.split()).replace("Permission", "\n\nPermission"), "whole"),
    "other names": (TEXTS["BSD-3-Clause"].split("\f")[0].replace("the copyright holder", "Example Labs"), "whole"),
    "one word more": (TEXT.replace("BE LIABLE", "NOT BE LIABLE"), "changed"),
    "a sentence more": (TEXT + "\nYou have to send five coins to its author in each year of use.\n", "changed"),
    "for some uses only": (TEXT.replace("to use,", "to use for noncommercial purposes,"), "changed"),
    "a duty less": (APACHE.replace("You must retain", "You may keep"), "changed"),
    "a clause less": (
        APACHE.replace(APACHE[APACHE.index("6. Trademarks") : APACHE.index("7. Disclaimer")], ""),
        "changed",
    ),
    "with another one": (TEXT + "\n" + TEXTS["Zlib"].split("\f")[0], "inside"),
    "prose": ("You may ask us for a licence. " * 9, "other"),
    "nothing": ("  \n", "unread"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_texts_are_compared_word_for_word(name: str) -> None:
    text, how = WHOLE[name]
    [found] = license_files(Repository(("LICENSE",), {"LICENSE": text}, licenses=TEXTS))
    assert found.how == how


@pytest.mark.parametrize("form", [0, -1])
def test_every_text_that_we_give_out_is_whole(form: int) -> None:
    for spdx_id, entry in TEXTS.items():
        repository = Repository(("LICENSE",), {"LICENSE": entry.split("\f")[form]}, licenses=TEXTS)
        [found] = license_files(repository)
        assert (found.how, spdx_id in found.ids) == ("whole", True), spdx_id


def judged(rule: str, tree: Mapping[str, str], generated: tuple[str, ...] = (), **facts: object) -> Found:
    repository = Repository(tuple(tree), dict(tree), licenses=TEXTS)
    rows = {path: Row("x", "x", "", "generated") for path in generated}
    seen = Seen(repository, Facts({"kind": "software", **facts}, ()), generated=rows)
    return rules.RULES[rule](seen)


OWN = "This text is our own. Everybody in our house may use the work for everything."
BOTH = {"LICENSE": TEXT, "LICENSES/MIT.txt": TEXT}
RULES: dict[str, tuple[str, Mapping[str, str], str, str]] = {
    "text in both": ("license-text", BOTH, "pass", "is the whole text of MIT"),
    "no text": ("license-text", {"a.py": ""}, "fail", "no licence file"),
    "only in LICENSES": ("license-text", {"LICENSES/MIT.txt": TEXT}, "fail", "no licence file at the top"),
    "only at the top": ("license-text", {"LICENSE": TEXT}, "pass", "is the whole text of MIT"),
    "only at the top, with REUSE": (
        "license-text",
        {"LICENSE": TEXT, "REUSE.toml": "version = 1\n"},
        "fail",
        "LICENSES/MIT.txt is not there",
    ),
    "changed at the top": ("license-text", {**BOTH, "LICENSE": WHOLE["one word more"][0]}, "fail", "near to MIT"),
    "changed in LICENSES": (
        "license-text",
        {**BOTH, "LICENSES/MIT.txt": WHOLE["one word more"][0]},
        "fail",
        "near to MIT",
    ),
    "emptied": ("license-text", {**BOTH, "LICENSE": ""}, "fail", "is empty"),
    "another under its name": ("license-text", {**BOTH, "LICENSES/ISC.txt": TEXT}, "fail", "not the text of ISC"),
    "no text to compare with": ("license-text", {**BOTH, "LICENSES/Glide.txt": OWN}, "unknown", "no text of Glide"),
    "own in both": ("license-text", {"LICENSE": OWN, "LICENSES/LicenseRef-Own.txt": OWN}, "pass", "LicenseRef-Own"),
    "unknown words": ("license-text", {"LICENSE": OWN}, "unknown", "no licence text that is known"),
    "approved": ("license-approved", BOTH, "pass", "OSI and FSF stand for"),
    "approved by the FSF alone": ("license-approved", {"LICENSE": TEXTS["CC-BY-4.0"].split("\f")[0]}, "pass", "FSF"),
    "approved by nobody": ("license-approved", {"LICENSE": TEXTS["CC-BY-3.0-AU"].split("\f")[0]}, "person", "neither"),
    "a house's own": (
        "license-approved",
        {"LICENSE": OWN, "LICENSES/LicenseRef-Own.txt": OWN},
        "person",
        "the house's own",
    ),
    "nothing to approve": ("license-approved", {"a.py": ""}, "fail", "no licence file"),
    "cannot be told": ("license-approved", {"LICENSE": OWN}, "unknown", "no licence text that is known"),
    "nearly": ("license-approved", {"LICENSE": WHOLE["one word more"][0]}, "unknown", "near to MIT"),
    "and more": ("license-approved", {"LICENSE": WHOLE["with another one"][0]}, "person", "and more"),
    "software": ("license-material", BOTH, "pass", "the software is under MIT"),
    "software under a text licence": (
        "license-material",
        {"LICENSE": TEXTS["CC-BY-4.0"].split("\f")[0]},
        "person",
        "it is software, under CC-BY-4.0",
    ),
    "software and data": (
        "license-material",
        {**BOTH, **{f"d/{n}.csv": "" for n in range(12)}},
        "person",
        "12 files of data",
    ),
    "software and data, both licensed": (
        "license-material",
        {**BOTH, "LICENSES/PDDL-1.0.txt": TEXTS["PDDL-1.0"].split("\f")[0], **{f"d/{n}.csv": "" for n in range(12)}},
        "pass",
        "and a licence made for it",
    ),
    "software and data, a dedication beside": (
        "license-material",
        {**BOTH, "LICENSES/CC0-1.0.txt": TEXTS["CC0-1.0"].split("\f")[0], **{f"d/{n}.csv": "" for n in range(12)}},
        "person",
        "no licence made for it",
    ),
    "text licence, a dedication beside": (
        "license-material",
        {"LICENSE": TEXTS["CC-BY-4.0"].split("\f")[0], "LICENSES/CC0-1.0.txt": TEXTS["CC0-1.0"].split("\f")[0]},
        "person",
        "it is software, under CC-BY-4.0",
    ),
    "data of tests": ("license-material", {**BOTH, **{f"tests/{n}.csv": "" for n in range(12)}}, "pass", "software"),
    "a design": ("license-material", {**BOTH, "board.kicad_pcb": ""}, "person", "hardware"),
    "no licence for anything": ("license-material", {"a.py": ""}, "unknown", "no licence file"),
    "notice": ("notice", {"NOTICE": "Ada Example\n"}, "pass", "names whose work it is"),
    "nothing by others": ("notice", {"a.py": ""}, "pass", "no folder of parts by others"),
    "parts by others": ("notice", {"vendor/x/a.c": "", "vendor/x/NOTICE": "x"}, "fail", "no NOTICE at the top"),
    "parts by others, listed": ("notice", {"vendor/x/a.c": "", "THIRD-PARTY-NOTICES.txt": "x"}, "pass", "names"),
}


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str) -> None:
    rule, tree, verdict, words = RULES[name]
    found = judged(rule, tree)
    assert found.verdict == verdict
    assert words in " ".join(proof.what for proof in found.proofs)
    assert bool(found.needs) == (verdict == "person")


def test_a_notice_of_the_template_that_is_gone_is_missed() -> None:
    assert judged("notice", {"a.py": ""}, generated=("NOTICE",)).verdict == "fail"
    assert judged("notice", {"NOTICE": " \n"}, generated=("NOTICE",)).verdict == "fail"
    assert judged("notice", {"NOTICE": "Ada\n"}, generated=("NOTICE",)).verdict == "pass"


def test_documentation_is_for_a_person_to_say() -> None:
    tree = {"LICENSE": TEXTS["CC-BY-4.0"].split("\f")[0]}
    assert judged("license-material", tree, kind="documentation").verdict == "person"


VENDORED: dict[str, tuple[Tree, list[str]]] = {
    "licence file": ({"vendor/x/LICENSE": "T", "vendor/x/src/a.c": "int x;"}, []),
    "none": ({"vendor/x/src/a.c": "int x;", "vendor/x/b.c": "int y;"}, ["vendor/x/b.c"]),
    "in each file": ({"third_party/x/a.c": "/* under the MIT License */"}, []),
    "in one of two": ({"third_party/x/a.c": "/* MIT License */", "third_party/x/b.c": ""}, []),
    "in one of two, both with code": (
        {"third-party/x/a.c": "/* MIT licence */", "third-party/x/b.c": "x"},
        ["third-party/x/b.c"],
    ),
    "several": (
        {"vendor/x/a.c": "x", "vendor/y/LICENSE": "T", "vendor/y/a.c": "x", "vendor/z.js": "x"},
        ["vendor/x/a.c", "vendor/z.js"],
    ),
    "scoped": (
        {"node_modules/@s/n/index.js": "x", "node_modules/@s/m/LICENSE.md": "T", "node_modules/@s/m/i.js": "x"},
        ["node_modules/@s/n/index.js"],
    ),
    "annotated": ({"lib/external/a.js": "x", "REUSE.toml": toml(path="lib/external/**", who="B", id="ISC")}, []),
    "beside": ({"vendor/a.so": b"\0", "vendor/a.so.license": HEAD}, []),
    "no code": ({"vendor/x/README.md": "x"}, []),
    "not by others": ({"src/vendored.py": "x", "myvendor/a.c": "x"}, []),
}


@pytest.mark.parametrize("name", VENDORED)
def test_parts_by_others_say_their_licence(name: str) -> None:
    tree, paths = VENDORED[name]
    found = license_scans.vendored_scan(files_of(tree))
    assert [proof.path for proof in found.findings] == paths
    assert {proof.rule for proof in found.findings} <= {"vendored/no-license"}


def lock(**packages: object) -> str:
    rows = {f"node_modules/{name}": {"version": "1.0.0", **row} for name, row in packages.items()}  # type: ignore[dict-item]
    return json.dumps({"lockfileVersion": 3, "packages": {"": {"name": "x"}, **rows}}, indent=2)


SAYS = {"MIT": "yes", "ISC": "yes", "GPL-2.0-only": "no", "GPL-3.0-only": "no", "MPL-2.0": "unknown"}
FITS = {
    "MIT": "yes",
    "GPL-2.0-only": "no",
    "MPL-2.0": "unknown",
    "Zlib": "unknown",
    "MIT AND ISC": "yes",
    "MIT AND GPL-2.0-only": "no",
    "MIT AND MPL-2.0": "unknown",
    "GPL-2.0-only AND MPL-2.0": "no",
    "MIT OR GPL-2.0-only": "yes",
    "GPL-2.0-only OR GPL-3.0-only": "no",
    "GPL-2.0-only OR MPL-2.0": "unknown",
    "MPL-2.0 OR MIT": "yes",
    "(MIT OR GPL-2.0-only) AND GPL-3.0-only": "no",
    "GPL-2.0-only WITH GCC-exception-2.0": "unknown",
}


@pytest.mark.parametrize("expression", FITS)
def test_expressions_are_judged_with_care(expression: str) -> None:
    parsed = expressions.parse(expression)
    assert parsed is not None
    assert dependencies.fits(parsed, SAYS) == FITS[expression]


MEANS = {
    "MIT": "MIT",
    "(MIT OR Apache-2.0)": "MIT OR Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "mit": "MIT",
    "MIT/Apache-2.0": "MIT AND Apache-2.0",
    "GPLv3": "GPL-3.0-only AND GPL-3.0-or-later",
    "UNLICENSED": "",
    "SEE LICENSE IN x": "",
    "Proprietary": "",
    "": "",
    "License :: OSI Approved :: MIT License": "MIT",
    "LicenseRef-x": "",
    "MIT OR Own": "",
    "Apache License, Version 2.0": "Apache-2.0",
    "MIT AND Own": "",
    "MIT, Own": "",
    "MIT and a licence of ours": "",
    "GPL v3 or later": "GPL-3.0-or-later",
    "License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
}


@pytest.mark.parametrize("written", MEANS)
def test_words_for_a_licence_mean_one_or_are_not_clear(written: str) -> None:
    assert str(dependencies.licence(written) or "") == MEANS[written]


def depend(tmp_path: Path, tree: Tree, says: Mapping[str, str] = SAYS) -> tuple[list[tuple[str, int]], str, list[str]]:
    for path, text in tree.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
    tracked = {path: text for path, text in tree.items() if not path.startswith((".venv", "node_modules"))}
    asked: list[str] = []

    def ask(inbound: str) -> str:
        asked.append(inbound)
        return says.get(inbound, "unknown")

    found = license_scans.dependency_scan(tmp_path, files_of(tracked), ask)
    return [(proof.path, proof.line) for proof in found.findings], found.unknown, asked


PYPROJECT = '[project]\nname = "x"\ndependencies = ["requests>=2"]\n'


def metadata(name: str, license_line: str, *needs: str) -> str:
    return f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{license_line}\n" + "".join(
        f"Requires-Dist: {need}\n" for need in needs
    )


SITE = ".venv/lib/python3.12/site-packages"
DEPEND: dict[str, tuple[Tree, list[tuple[str, int]], str, list[str]]] = {
    "nothing": ({"LICENSE": TEXT}, [], "", []),
    "manifest without dependencies": ({"LICENSE": TEXT, "package.json": '{"name": "x"}'}, [], "", []),
    "fitting": (
        {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "ISC"}, b={"license": "ISC"})},
        [],
        "",
        ["ISC"],
    ),
    "not fitting": (
        {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "GPL-2.0-only"})},
        [("package-lock.json", 7)],
        "",
        ["GPL-2.0-only"],
    ),
    "of development": (
        {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "GPL-2.0-only", "dev": True})},
        [],
        "",
        [],
    ),
    "the matrix does not say": (
        {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "Zlib"})},
        [],
        "the matrix does not say",
        ["Zlib"],
    ),
    "says none": ({"LICENSE": TEXT, "package-lock.json": lock(a={})}, [], "a 1.0.0 (says no licence)", []),
    "says it where it is installed": (
        {
            "LICENSE": TEXT,
            "package-lock.json": lock(a={}),
            "node_modules/a/package.json": '{"version": "1.0.0", "license": {"type": "MIT"}}',
        },
        [],
        "",
        ["MIT"],
    ),
    "another version is installed": (
        {
            "LICENSE": TEXT,
            "package-lock.json": lock(a={}),
            "node_modules/a/package.json": '{"version": "2.0.0", "license": "MIT"}',
        },
        [],
        "says no licence",
        [],
    ),
    "old lock": (
        {"LICENSE": TEXT, "package-lock.json": '{"lockfileVersion": 1, "dependencies": {}}'},
        [],
        "first format",
        [],
    ),
    "broken lock": ({"LICENSE": TEXT, "package-lock.json": "{"}, [], "is not JSON", []),
    "no lock": (
        {"LICENSE": TEXT, "package.json": '{"dependencies": {"a": "1"}}'},
        [],
        "package-lock.json would say",
        [],
    ),
    "no licence of its own": ({"package-lock.json": lock(a={"license": "MIT"})}, [], "licence of this repository", []),
    "python, not installed": ({"LICENSE": TEXT, "pyproject.toml": PYPROJECT}, [], "virtual environment in .venv", []),
    "python, installed": (
        {
            "LICENSE": TEXT,
            "pyproject.toml": PYPROJECT,
            f"{SITE}/requests-1.0.dist-info/METADATA": metadata(
                "requests", "License-Expression: ISC", "b", "c; extra == 'x'"
            ),
            f"{SITE}/b-1.0.dist-info/METADATA": metadata("b", "License: GPL-2.0-only"),
            f"{SITE}/tool-1.0.dist-info/METADATA": metadata("tool", "License: GPL-3.0-only"),
        },
        [(f"{SITE}/b-1.0.dist-info/METADATA", 0)],
        "",
        ["ISC", "GPL-2.0-only"],
    ),
    "python, one missing": (
        {
            "LICENSE": TEXT,
            "pyproject.toml": PYPROJECT,
            f"{SITE}/requests-1.0.dist-info/METADATA": metadata("requests", "License: MIT", "b"),
        },
        [],
        "not installed in .venv",
        ["MIT"],
    ),
    "python, decided when built": (
        {"LICENSE": TEXT, "pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies"]\n'},
        [],
        "was not read",
        [],
    ),
    "rust": ({"LICENSE": TEXT, "Cargo.toml": '[dependencies]\na = "1"\n'}, [], "Cargo.toml declares dependencies", []),
}


@pytest.mark.parametrize("name", DEPEND)
def test_dependencies(name: str, tmp_path: Path) -> None:
    tree, findings, unknown, asked = DEPEND[name]
    found, said, questions = depend(tmp_path, tree)
    assert found == findings
    assert unknown in said
    assert bool(unknown) == bool(said)
    assert questions == asked


def test_links_in_an_environment_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "lib" / "python3.12" / "site-packages" / "requests-1.0.dist-info"
    outside.mkdir(parents=True)
    (outside / "METADATA").write_text(metadata("requests", "License: MIT"))
    top = tmp_path / "repo"
    top.mkdir()
    (top / ".venv").symlink_to(tmp_path / "outside")
    _, unknown, asked = depend(top, {"LICENSE": TEXT, "pyproject.toml": PYPROJECT})
    assert "virtual environment" in unknown
    assert asked == []


PROGRAM = """#!{python}
import json, sys
if "--version" in sys.argv:
    print("9.9")
else:
    inbound = sys.argv[sys.argv.index("-il") + 1]
    print(json.dumps({{"compatibility": "no" if "GPL" in inbound else "mixed" if inbound == "Zlib" else "yes"}}))
"""


def test_the_program_is_run_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "licomp-toolkit"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    top = tmp_path / "repo"
    top.mkdir()
    tree = {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "GPL-2.0-only"}, b={"license": "Zlib"})}
    for path, text in tree.items():
        (top / path).write_text(text)
    found = license_scans.dependency_scan(top, files_of(tree))
    assert [proof.what for proof in found.findings] == [
        "a 1.0.0 is under GPL-2.0-only, which does not go into a work under MIT"
    ]
    assert "b 1.0.0 (Zlib)" in found.unknown
    assert found.by == "licomp-toolkit 9.9"


def test_without_the_program_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(license_scans, "_licomp", lambda top: "")
    found = license_scans.dependency_scan(tmp_path, files_of({"LICENSE": TEXT}))
    assert found.unknown == ""
    (tmp_path / "package-lock.json").write_text(lock(a={"license": "MIT"}))
    tree = {"LICENSE": TEXT, "package-lock.json": lock(a={"license": "MIT"})}
    found = license_scans.dependency_scan(tmp_path, files_of(tree))
    assert found.unknown == "licomp-toolkit is not installed: pip install 'ospo-init[licenses]'"
    assert found.findings == ()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ('{"compatibility": "yes"}', "yes"),
        ('{"compatibility": "no"}', "no"),
        ('{"compatibility": "mixed"}', "unknown"),
        ('{"compatibility": "unsupported"}', "unknown"),
        ('{"compatibility": ["yes"]}', "unknown"),
        ("Illegal license", "unknown"),
        ("", "unknown"),
        ("[]", "unknown"),
    ],
)
def test_what_the_matrix_answers(out: str, said: str) -> None:
    assert compatibility.answer(out) == said


def test_licomp_toolkit_itself_is_understood() -> None:
    program = Path(sys.executable).parent / "licomp-toolkit"
    if not program.exists():
        pytest.skip("licomp-toolkit is not installed")
    asked = [("GPL-3.0-only", "MIT", "no"), ("MIT", "Apache-2.0", "yes"), ("Nothing", "MIT", "unknown")]
    for inbound, outbound, said in asked:
        assert license_scans._asked(str(program), outbound, inbound) == said
