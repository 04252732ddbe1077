"""`house lint`: each fault with its file, line, reason and the nearest right name, in one run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from foreign import Content, put
from house_faults import ANSWERS, FILES, ITEMS, READING, TEXTS, Fault
from houses import TOP, found_by, linted, rule_name
from ospo_init.core.house import lint
from scenes import ospo, refuses, untouched
from test_house_layers import RULES

__all__ = ["found_by"]

FAULTS: Mapping[str, Fault] = {**READING, **ANSWERS, **FILES, **TEXTS, **ITEMS}


def _written(folder: Path, fault: Fault) -> Path:
    put(folder, {"house.yml": TOP + fault.lines, **fault.files})
    return folder


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_where_it_is(tmp_path: Path, fault: Fault, found_by: list[str]) -> None:
    house = _written(tmp_path / "house", fault)
    done = ospo("house", "lint", house, "--json")
    [row] = done.data["problems"]
    warning = fault.says.startswith("warning: ")
    assert (row["place"], row["what"]) == (fault.place, fault.says.removeprefix("warning: "))
    assert row["severity"] == ("warning" if warning else "error")
    assert fault.then in row["next"]
    assert row["next"]
    assert done.code == (0 if warning else 1)
    assert found_by == ([fault.rule] if fault.rule else [])


def test_every_rule_finds_something() -> None:
    """Each rule has a house that breaks it, here or, where houses stand on houses, in test_house_layers.py."""
    wanted = {rule_name(rule) for rule in lint.RULES}
    assert {fault.rule for fault in FAULTS.values()} | RULES >= wanted
    assert len(FAULTS) >= 70


def test_a_house_without_faults(tmp_path: Path) -> None:
    put(tmp_path, {"house.yml": TOP})
    done = ospo("house", "lint", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "ACME: nothing is wrong." in done.out
    assert linted(tmp_path) == []


def test_several_faults_are_told_in_one_run(tmp_path: Path) -> None:
    """Of every kind: what cannot be read, what contradicts itself, files and items; errors before warnings."""
    lines = (
        "licences: {allow: [MIT]}\n"
        "answers:\n  inbound: {restrict: [dco], default: cla}\n  licence: {lock: MIT}\n"
        "files:\n  NOTICE: {forbid: true, frozen: true}\n"
        "checklist:\n  drop:\n    MKT-99: we have none\n"
        "placeholders: {'<your-team>': project_name}\n"
    )
    files: dict[str, Content] = {"overlay/a.md.jinja": "{{ projectname }}\n", "questions.yml": "quota: {typ: str}\n"}
    put(tmp_path, {"house.yml": TOP + lines, **files})
    found = linted(tmp_path)
    places = [place for place, _ in found]
    assert sorted(places) == [
        "house.yml:12:5",
        "house.yml:13:16",
        "house.yml:4:1",
        "house.yml:6:30",
        "house.yml:7:3",
        "house.yml:9:12",
        "overlay/a.md.jinja:1",
        "questions.yml:1:1",
        "questions.yml:1:9",
    ]
    assert [says.startswith("warning") for _, says in found] == [False] * 8 + [True]
    done = ospo("house", "lint", tmp_path)
    assert done.code == 1
    assert done.out.splitlines()[-1] == "ACME: 8 errors, 1 warning."
    assert all(f"{place}: " in done.out for place in places)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
BYTES: Mapping[str, tuple[bytes, str, str]] = {
    "empty": (b"", "house.yml", "it is empty"),
    "comments alone": (b"\n# nothing\n", "house.yml", "it is empty"),
    "binary": (b"\x7fELF\x00\x01\xff", "house.yml", "it is not UTF-8 text"),
    "a zero byte": (b"name: a\x00b\n", "house.yml:1:1", "this is not YAML that can be read"),
    "latin-1": ("title: Ünït\n".encode("latin-1"), "house.yml", "it is not UTF-8 text"),
    "UTF-16": (TOP.encode("utf-16"), "house.yml", "it is not UTF-8 text"),
    "a mark and CRLF": (
        b"\xef\xbb\xbf" + f"{TOP}licences: {{}}\n".replace("\n", "\r\n").encode(),
        "house.yml:4:1",
        "no key",
    ),
    "a tab": (f"{TOP}answers:\n\tlicense: {{hide: true}}\n".encode(), "house.yml:5:1", "cannot start any token"),
    "a key twice": (f"{TOP}name: other\n".encode(), "house.yml:4:1", "the key 'name' stands twice"),
    "a key twice, deep": (
        f"{TOP}answers:\n  license: {{hide: true}}\n  license: {{hide: false}}\n".encode(),
        "house.yml:6:3",
        "the key 'license' stands twice",
    ),
    "an alias bomb": (f"{TOP}{BOMB}".encode(), "house.yml:4:", "take the aliases (*name) out"),
    "an alias of itself": (b"&a [*a]\n", "house.yml:1:1", "take the aliases (*name) out"),
    "brackets in brackets": (f"{TOP}answers: {'[' * 3000}{']' * 3000}\n".encode(), "house.yml:4:", "nesting depth"),
    "a list": (b"- acme\n", "house.yml:1:1", "is a list, not keys with values"),
    "a text": (b"acme\n", "house.yml:1:1", "is 'acme', not keys with values"),
    "two documents": (f"{TOP}---\n{TOP}".encode(), "house.yml:4:1", "another document"),
    "a tag": (f"{TOP}answers: !!python/object:os.system {{}}\n".encode(), "house.yml:4:10", "is not used here"),
}


@pytest.mark.parametrize("data, place, words", BYTES.values(), ids=BYTES.keys())
def test_a_house_yml_that_is_no_such_thing(tmp_path: Path, data: bytes, place: str, words: str) -> None:
    put(tmp_path, {"house.yml": data})
    [(where, what)] = linted(tmp_path)
    assert where.startswith(place)
    assert words in what
    assert ospo("house", "preview", tmp_path).code == 4


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + TOP.encode(), TOP.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_other_line_ends_are_no_fault(tmp_path: Path, data: bytes) -> None:
    put(tmp_path, {"house.yml": data})
    assert linted(tmp_path) == []


@pytest.mark.parametrize("command", [("test",), ("preview",), ("publish", "--to=../pub"), ("diff", "--to=../pub")])
def test_what_is_broken_is_neither_tried_nor_published(tmp_path: Path, command: tuple[str, ...]) -> None:
    """The other commands stop with what is wrong: one fault in a line of its own, several in a list."""
    house = tmp_path / "house"
    put(house, {"house.yml": TOP + "answers:\n  licence: {lock: MIT}\n"})
    name, *options = command
    with untouched(house):
        done = ospo("house", name, house, *options, cwd=house)
        refuses(done, "house.yml:5:3: 'licence' is no question.", "Did you mean license?", code=4)
        put(house, {"house.yml": TOP + "answers:\n  licence: {lock: MIT}\n"})
    put(house, {"house.yml": TOP + "answers:\n  licence: {lock: MIT}\nfiles:\n  NOTICES: {frozen: true}\n"})
    done = ospo("house", name, house, *options, cwd=house)
    refuses(done, "2 things are wrong with the house acme", "house.yml:5:3", "house.yml:7:3", code=4)
    assert [item.name for item in tmp_path.iterdir()] == ["house"]


def test_warnings_stop_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"house.yml": TOP + "patterns: {names: [corp.example.com]}\n"})
    assert ospo("house", "preview", tmp_path, "--only", "README.md").code == 0


@pytest.mark.parametrize("command", [("lint",), ("test",), ("preview",), ("publish", "--to=pub"), ("diff", "--to=pub")])
def test_where_there_is_no_house(tmp_path: Path, command: tuple[str, ...]) -> None:
    name, *options = command
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    for folder in ("empty", "missing", "file"):
        refuses(ospo("house", name, folder, *options, cwd=tmp_path), "There is no house.yml in", "house new")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["empty", "file"]


def test_a_template_below_that_is_none(tmp_path: Path) -> None:
    """The address is wrong, or what is there is no template that a house can stand on: told at `extends`."""
    put(tmp_path / "house", {"house.yml": TOP.replace("base@v0.3.0", f"{tmp_path / 'nothing'}@v1.0.0")})
    [(where, what)] = linted(tmp_path / "house")
    assert where == "house.yml:3:1"
    assert "There is no template at" in what
    put(tmp_path / "house", {"house.yml": TOP.replace("v0.3.0", "v0.9.9")})
    [(where, what)] = linted(tmp_path / "house")
    assert where == "house.yml:3:1"
    assert "v0.9.9" in what
