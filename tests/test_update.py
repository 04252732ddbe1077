"""`ospo-init update`: what becomes of every file, what the options do, and what is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from foreign import ANSWERS_FILE, WHO, Files, Link, Script, everything
from scenes import (
    KEPT,
    NAME,
    Done,
    answers,
    composed,
    fates,
    lock_of,
    made,
    ospo,
    ospo_apart,
    publish,
    refuses,
    save,
    stages,
    text,
    tree_of,
    untouched,
    update,
    updated,
)

OLD, NEW = "v1.1.0", "v1.2.0"
LABELS = ("<<<<<<< yours\n", f"||||||| template {OLD}\n", "=======\n", f">>>>>>> template {NEW}\n")


def project_of(folder: Path, old: Files, new: Files, mine: Mapping[str, Any] = {}, gone: tuple[str, ...] = ()) -> Path:
    """Make a project of the composed files `old` with a person's work in it, then publish `new`; return its folder."""
    house = publish(folder / "house", OLD, composed(old))
    project = made(folder / "tide", house)
    save(project, mine, gone)
    publish(house, NEW, composed(new))
    return project


def conflict(yours: str, old: str, new: str) -> str:
    """Return the lines of one conflict."""
    return "".join(piece for pair in zip(LABELS, (yours, old, new, ""), strict=True) for piece in pair)


@dataclass(frozen=True)
class Case:
    """One file: what the template made, makes, and what the person has (None: none); what is said and comes out."""

    old: Any
    new: Any
    mine: Any = "as made"
    what: str = "left"
    out: Any = None
    owned: Mapping[str, str] = field(default_factory=dict)
    path: str = "file.md"


PNG = b"\x89PNG\r\n\x1a\n\0\xff"
CASES = {
    "added": Case(None, "new\n", None, "added", "new\n"),
    "added where it is the same already": Case(None, "new\n", "new\n", "left", "new\n"),
    "added where the person has another one": Case(
        None, "theirs\n", "mine\n", "conflict", conflict("mine\n", "", "theirs\n")
    ),
    "updated": Case(text(), text({3: "new"}), what="updated", out=text({3: "new"})),
    "edited by the person alone": Case(text(), text(), text({3: "mine"}), "left", text({3: "mine"})),
    "edited by both alike": Case(text(), text({3: "same"}), text({3: "same"}), "left", text({3: "same"})),
    "edited by both in different lines": Case(
        text(), text({3: "new"}), text({9: "mine"}), "merged", text({3: "new", 9: "mine"})
    ),
    "edited by both in one line": Case(
        text(), text({3: "new"}), text({3: "mine"}), "conflict",
        text({3: conflict("mine\n", "line 3\n", "new\n").removesuffix("\n")}),
    ),
    "lines removed by the person stay removed": Case(
        text(), text({3: "new"}), text({9: "", 10: ""}), "merged", text({3: "new", 9: "", 10: ""})
    ),
    "removed by the template": Case(text(), None, what="removed"),
    "removed by the template, edited by the person": Case(
        text(), None, text({3: "mine"}), "conflict", text({3: "mine"})
    ),
    "removed by both": Case(text(), None, None),
    "deleted by the person": Case(text(), text({3: "new"}), None, "deleted"),
    "deleted by the person, mandated": Case(
        text(), text({3: "new"}), None, "back", text({3: "new"}), {"file.md": "mandated"}
    ),
    "deleted by the person, mandated, no news": Case(text(), text(), None, "back", text(), {"file.md": "mandated"}),
    "mandated and edited": Case(
        text(), text({3: "new"}), text({9: "mine"}), "merged", text({3: "new", 9: "mine"}), {"file.md": "mandated"}
    ),
    "seeded": Case("one\n", "two\n", "mine\n", "left", "mine\n", {"file.md": "seeded"}),
    "seeded and deleted": Case("one\n", "two\n", None, owned={"file.md": "seeded"}),
    "managed, then seeded": Case("one\n", "two\n", what="left", out="one\n", owned={"+file.md": "seeded"}),
    "binary, updated": Case(PNG, PNG + b"2", what="updated", out=PNG + b"2", path="logo.png"),
    "binary, edited": Case(PNG, PNG, PNG + b"mine", "left", PNG + b"mine", path="logo.png"),
    "binary, edited by both": Case(PNG, PNG + b"2", PNG + b"mine", "conflict", PNG + b"mine", path="logo.png"),
    "a script now": Case("#!/bin/sh\n", Script("#!/bin/sh\n"), what="updated", out=Script("#!/bin/sh\n"), path="run"),
    "made a script by the person": Case(
        text(), text({3: "new"}), Script(text()), "merged", Script(text({3: "new"})), path="run"
    ),
    "a link, retargeted": Case(Link("README.md"), Link("LICENSE"), what="updated", out=Link("LICENSE"), path="link"),
    "a link now": Case("text\n", Link("README.md"), what="updated", out=Link("README.md"), path="link"),
    "a link, edited by both": Case(
        Link("README.md"), Link("LICENSE"), Link("mine"), "conflict", Link("mine"), path="link"
    ),
    "a link of the person's instead": Case(text(), text({3: "new"}), Link("README.md"), "conflict", Link("README.md")),
    "CRLF": Case(text(end="\r\n"), text({3: "new"}, end="\r\n"), what="updated", out=text({3: "new"}, end="\r\n")),
    "CRLF by the person": Case(
        text(), text({3: "new"}), text(end="\r\n"), "updated", text({3: "new"}, end="\r\n")
    ),
    "CRLF by the person, edited": Case(
        text(), text({3: "new"}), text({9: "mine"}, end="\r\n"), "merged", text({3: "new", 9: "mine"}, end="\r\n")
    ),
    "CRLF by the template": Case(text(), text(end="\r\n"), what="updated", out=text(end="\r\n")),
    "no more CRLF by the template": Case(text(end="\r\n"), text(), what="updated", out=text()),
    "a conflict in CRLF": Case(
        text(), text({3: "new"}), text({3: "mine"}, end="\r\n"), "conflict",
        text({3: conflict("mine\n", "line 3\n", "new\n").removesuffix("\n")}).replace("\n", "\r\n"),
    ),
    "no line end at the end": Case(text() + "x", text({3: "new"}) + "x", what="updated", out=text({3: "new"}) + "x"),
    "no line end at the end, by the person": Case(
        text(), text({3: "new"}), text().rstrip("\n"), "merged", text({3: "new"}).rstrip("\n")
    ),
    "empty, then filled": Case("", "new\n", what="updated", out="new\n"),
    "emptied": Case("old\n", "", what="updated", out=""),
    "Latin-1": Case(b"caf\xe9\n1\n2\n3\n", b"caf\xe9\n1\n2\n3\n4\n", b"th\xe9\ncaf\xe9\n1\n2\n3\n", "merged",
                    b"th\xe9\ncaf\xe9\n1\n2\n3\n4\n"),
    "YAML that would hold a key twice": Case(
        "a: 1\nb: 2\nc: 3\nd: 4\n", "x: new\na: 1\nb: 2\nc: 3\nd: 4\n", "a: 1\nb: 2\nc: 3\nd: 4\nx: mine\n", "conflict",
        conflict("a: 1\nb: 2\nc: 3\nd: 4\nx: mine\n", "a: 1\nb: 2\nc: 3\nd: 4\n", "x: new\na: 1\nb: 2\nc: 3\nd: 4\n"),
        path="c.yml",
    ),
    "TOML that would hold a key twice": Case(
        "a = 1\nb = 2\nc = 3\n", "x = 1\na = 1\nb = 2\nc = 3\n", "a = 1\nb = 2\nc = 3\nx = 2\n", "conflict",
        conflict("a = 1\nb = 2\nc = 3\nx = 2\n", "a = 1\nb = 2\nc = 3\n", "x = 1\na = 1\nb = 2\nc = 3\n"),
        path="p.toml",
    ),
    "JSON that would hold a key twice": Case(
        '{\n"a": 1,\n"b": 2,\n"c": 3\n}\n', '{\n"x": 1,\n"a": 1,\n"b": 2,\n"c": 3\n}\n',
        '{\n"a": 1,\n"b": 2,\n"x": 2,\n"c": 3\n}\n', "conflict",
        conflict('{\n"a": 1,\n"b": 2,\n"x": 2,\n"c": 3\n}\n', '{\n"a": 1,\n"b": 2,\n"c": 3\n}\n',
                 '{\n"x": 1,\n"a": 1,\n"b": 2,\n"c": 3\n}\n'),
        path="c.json",
    ),
    "YAML that was broken before": Case(
        "a: 1\nb: 2\nc: 3\nd: [\n", "A: 1\nb: 2\nc: 3\nd: [\n", "a: 1\nb: 2\nc: 3\nd: [1\n", "merged",
        "A: 1\nb: 2\nc: 3\nd: [1\n", path="c.yml",
    ),
    "lines that look like marks": Case(
        text(), text({3: "new"}), ">>>>>>> quoted mail\n" + text({3: "mine"}) + "<<<<<<< HEAD\n", "conflict",
        ">>>>>>> quoted mail\n" + text({3: conflict("mine\n", "line 3\n", "new\n").removesuffix("\n")})
        + "<<<<<<< HEAD\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_becomes_of_a_file(tmp_path: Path, case: Case) -> None:
    files = [{"README.md": "x\n", **({case.path: side} if side is not None else {})} for side in (case.old, case.new)]
    now = {path.removeprefix("+"): owner for path, owner in case.owned.items()}
    then = {} if now != case.owned else now
    house = publish(tmp_path / "house", OLD, composed(files[0], owned=then))
    project = made(tmp_path / "tide", house)
    mine = {} if case.mine in ("as made", None) else {case.path: case.mine}
    save(project, mine, (case.path,) if case.mine is None and case.old is not None else ())
    before = everything(project)
    publish(house, NEW, composed(files[1], owned=now))
    said = updated(project, code=1 if case.what == "conflict" else 0)
    assert fates(said) == ({case.path: case.what} if case.what != "left" else {})
    assert said["conflicts"] == ([case.path] if case.what == "conflict" else [])
    assert everything(project).get(case.path) == _as_read(case.out)
    expected = {path: row for path, row in before.items() if path not in (case.path, ".copier-answers.yml")}
    assert {path: row for path, row in everything(project).items() if path in expected} == expected
    assert sorted(stages(project)) == said["conflicts"]
    assert answers(project)["_commit"] == lock_of(project)["template"]["tag"] == NEW
    _a_second_update_changes_nothing(project)


def _as_read(content: Any) -> tuple[str, bytes] | None:
    if content is None:
        return None
    if isinstance(content, Link):
        return "link", content.to.encode()
    kind = "script" if isinstance(content, Script) else "file"
    data = content.text if isinstance(content, Script) else content
    return kind, data.encode() if isinstance(data, str) else data


def _a_second_update_changes_nothing(project: Path) -> None:
    """Settle conflicts as the person had it, commit, and update again."""
    for path in stages(project):
        git(project, "checkout", "--ours", "--", path)
    save(project, message="updated")
    with untouched(project):
        said = updated(project, "--to", NEW)
    assert said["current"] is True and said["template"] == {**said["template"], "from": NEW, "to": NEW}


@pytest.mark.parametrize("owner", ["managed", "mandated"])
def test_the_stages_of_a_conflict_are_those_of_a_merge(tmp_path: Path, owner: str) -> None:
    files = [{"a.md": text(), "gone.md": text(), "b.png": PNG}, {"a.md": text({3: "new"}), "b.png": PNG + b"2"}]
    house = publish(tmp_path / "house", OLD, composed(files[0], owned={"a.md": owner}))
    project = made(tmp_path / "tide", house)
    save(project, {"a.md": text({3: "mine"}), "gone.md": text({1: "mine"}), "b.png": PNG + b"mine"})
    publish(house, NEW, composed({**files[1], "added.md": "x\n"}, owned={"a.md": owner}))
    done = update(project)
    assert done.code == 1
    assert "3 in conflict" in done.out and "git mergetool" in done.out and "update --abort" in done.out
    assert stages(project) == {
        "a.md": {1: text().encode(), 2: text({3: "mine"}).encode(), 3: text({3: "new"}).encode()},
        "b.png": {1: PNG, 2: PNG + b"mine", 3: PNG + b"2"},
        "gone.md": {1: text().encode(), 2: text({1: "mine"}).encode()},
    }
    status = dict(reversed(row.split(" ", 1)) for row in git(project, "status", "--porcelain").splitlines())
    assert (status["a.md"], status["b.png"], status["gone.md"]) == ("UU", "UU", "UD")
    assert "added.md" in git(project, "diff", "--cached", "--name-only", "--diff-filter=A")


def test_conflicts_can_be_settled_with_gits_mergetool(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a b.md": text()}, {"a b.md": text({3: "new"})}, {"a b.md": text({3: "mine"})})
    updated(project, code=1)
    tool = 'cat "$BASE" "$LOCAL" "$REMOTE" | grep -v line > "$MERGED"'
    git(project, "-c", "mergetool.x.cmd=" + tool, "-c", "mergetool.x.trustExitCode=true", "mergetool", "-y", "--tool=x")
    assert (project / "a b.md").read_text() == "mine\nnew\n"
    assert stages(project) == {}
    git(project, *WHO, "commit", "--quiet", "-m", "updated")
    (project / "a b.md.orig").unlink(missing_ok=True)
    assert updated(project)["current"] is True


FIRST_HALF, SECOND_HALF = dict.fromkeys(range(1, 16), ""), dict.fromkeys(range(16, 31), "")
MOVED: dict[str, tuple[Files, Files, dict[str, Any], tuple[str, ...], dict[str, Any], dict[str, str]]] = {
    "by the template": ({"a.md": text()}, {"b.md": text({3: "new"})}, {}, (), {"b.md": text({3: "new"})}, {}),
    "by the template, as it is": ({"a.md": text()}, {"b.md": text()}, {}, (), {"b.md": text()}, {}),
    "by the template, edited": (
        {"a.md": text()}, {"b.md": text({3: "new"})}, {"a.md": text({9: "mine"})}, (),
        {"b.md": text({3: "new", 9: "mine"})}, {},
    ),
    "by the template, deleted": ({"a.md": text()}, {"b.md": text({3: "new"})}, {}, ("a.md",), {}, {}),
    "by the template, unlike and declared": (
        {"a.md": text()}, {"b.md": text(size=4)}, {"a.md": text({2: "mine"})}, (),
        {"b.md": text({2: "mine"}, size=4)}, {"a.md": "b.md"},
    ),
    "by the template, unlike and not declared": (
        {"a.md": text()}, {"b.md": "other\n"}, {}, (), {"b.md": "other\n"}, {},
    ),
    "by the template, where the person has a file": (
        {"a.md": text()}, {"b.md": text({3: "new"})}, {"b.md": "mine\n"}, (),
        {"b.md": conflict("mine\n", "", text({3: "new"}))}, {},
    ),
    "by the person": (
        {"a.md": text()}, {"a.md": text({3: "new"})}, {"my/a.md": text({9: "mine"})}, ("a.md",),
        {"my/a.md": text({3: "new", 9: "mine"})}, {},
    ),
    "by both": (
        {"a.md": text()}, {"b.md": text({3: "new"})}, {"my/a.md": text()}, ("a.md",), {"my/a.md": text({3: "new"})}, {},
    ),
    "by both to one place": (
        {"a.md": text()}, {"b.md": text({3: "new"})}, {"b.md": text({9: "mine"})}, ("a.md",),
        {"b.md": text({3: "new", 9: "mine"})}, {},
    ),
    "by the person, retired": ({"a.md": text()}, {}, {"my/a.md": text()}, ("a.md",), {"my/a.md": text()}, {}),
    "split": (
        {"a.md": text(size=30)}, {"a.md": text(SECOND_HALF, size=30), "b.md": text(FIRST_HALF, size=30)},
        {"a.md": text({2: "mine"}, size=30)}, (),
        {"a.md": text({2: "mine", **SECOND_HALF}, size=30), "b.md": text(FIRST_HALF, size=30)}, {},
    ),
    "a look-alike of the person's": (
        {"a.md": text()}, {"a.md": text({3: "new"})}, {"copy.md": text({9: "mine"})}, (),
        {"a.md": text({3: "new"}), "copy.md": text({9: "mine"})}, {},
    ),
    "a look-alike, and the file itself deleted before": (
        {"a.md": text()}, {"a.md": text({3: "new"})}, {}, ("a.md",), {}, {},
    ),
    "empty files are not alike": ({"a": ""}, {"a": "new\n"}, {"mine": ""}, ("a",), {"mine": ""}, {}),
    "a folder for a file": ({"a": text()}, {"a/b.md": text()}, {}, (), {"a/b.md": text()}, {}),
    "a file for a folder": ({"a/b.md": text()}, {"a": "other\n"}, {}, (), {"a": "other\n"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("row", MOVED.values(), ids=MOVED.keys())
def test_files_that_go_elsewhere(tmp_path: Path, row: Any) -> None:
    old, new, mine, gone, out, declared = row
    house = publish(tmp_path / "house", OLD, composed(old))
    project = made(tmp_path / "tide", house)
    save(project, mine, gone)
    publish(house, NEW, composed(new, renamed=declared))
    conflicts = [path for path, content in out.items() if "<<<<<<<" in content]
    said = updated(project, code=1 if conflicts else 0)
    found = {path: data.decode() for path, (_, data) in everything(project).items() if path != ".copier-answers.yml"}
    if conflicts:
        assert {path: _yours(data) for path, data in found.items()} == {
            path: _yours(data) for path, data in out.items()
        }
    else:
        assert found == out
    assert said["conflicts"] == conflicts
    _a_second_update_changes_nothing(project)


def _yours(data: str) -> list[str]:
    """Return the lines that are the person's, in a text with a conflict or not."""
    head, found, rest = data.partition(LABELS[0])
    return (head + rest.partition("|||||||")[0]).splitlines() if found else data.splitlines()


def test_a_file_that_a_person_has_renamed_is_shown_and_followed_for_good(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"my/a.md": text()}, ("a.md",))
    done = update(project)
    assert "my/a.md (you call it so; the template: a.md)" in done.out
    assert lock_of(project)["files"]["a.md"]["at"] == "my/a.md"
    save(project)
    save(project, {"our/a.md": (project / "my" / "a.md").read_text()}, ("my/a.md",))  # and again
    publish(tmp_path / "house", "v1.3.0", composed({"a.md": text({3: "new", 5: "newer"})}))
    assert updated(project)["renamed_here"] == {"a.md": "our/a.md"}
    assert (project / "our" / "a.md").read_text() == text({3: "new", 5: "newer"})


def test_a_renamed_file_in_the_place_of_a_new_one_of_the_template(tmp_path: Path) -> None:
    """The person's file is then no longer the template's old one, and is in conflict with the new one."""
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"b.md": text({9: "mine"})}, ("a.md",))
    updated(project)
    save(project)
    publish(tmp_path / "house", "v1.3.0", composed({"a.md": text({3: "new"}), "b.md": "other\n"}))
    assert updated(project, code=1)["conflicts"] == ["b.md"]
    assert stages(project)["b.md"] == {2: text({3: "new", 9: "mine"}).encode(), 3: b"other\n"}


def test_a_file_renamed_to_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"caf\udce9.md": text()}, ("a.md",))
    assert updated(project)["renamed_here"] == {"a.md": "caf\udce9.md"}
    assert (project / "caf\udce9.md").read_text() == text({3: "new"})
    _a_second_update_changes_nothing(project)


def test_a_rename_in_a_branch_that_was_merged_is_followed(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    git(project, "checkout", "--quiet", "-b", "side")
    save(project, {"b.md": text()}, ("a.md",))
    git(project, "checkout", "--quiet", "main")
    save(project, {"other.md": "x\n"})
    git(project, *WHO, "merge", "--quiet", "--no-ff", "-m", "merge", "side")
    updated(project)
    assert (project / "b.md").read_text() == text({3: "new"})


def test_what_a_person_has_deleted_is_told_once(tmp_path: Path) -> None:
    project = project_of(
        tmp_path, {"a.md": text(), "b.md": "1\n"}, {"a.md": text({3: "new"}), "b.md": "2\n"}, {}, ("a.md",)
    )
    said = update(project)
    assert "  deleted    a.md  (stays deleted, as you left it)\n" in said.out
    save(project)
    publish(tmp_path / "house", "v1.3.0", composed({"a.md": text({3: "newer"}), "b.md": "3\n"}))
    assert "a.md" not in update(project, "--dry-run").out.partition("diff --git")[0]
    assert fates(updated(project)) == {"b.md": "updated"}
    assert not (project / "a.md").exists()


def test_a_mandated_file_that_is_missing_comes_back_without_a_new_version(tmp_path: Path) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}, owned={"a.md": "mandated"}))
    project = made(tmp_path / "tide", house)
    assert updated(project)["current"] is True
    save(project, gone=("a.md",))
    assert fates(updated(project)) == {"a.md": "back"}
    assert (project / "a.md").read_text() == text()


ALL_KINDS: dict[str, Any] = {
    "merged.md": (text(), text({3: "new"}), text({9: "mine"})),
    "conflict.md": (text(), text({3: "new"}), text({3: "mine"})),
    "crlf.md": (text(end="\r\n"), text({3: "new"}, end="\r\n"), None),
    "logo.png": (PNG, PNG + b"2", None),
    "latin.txt": (b"caf\xe9\n", b"caf\xe9s\n", None),
    "turning\u202e.md": ("x\u202ey\u2028z\x85\n", "x\u202ey\u2028zz\x85\n", None),
    "bell": ("\x1b[31m\n", "\x1b[32m\n", None),
    "run": ("#!/bin/sh\n", Script("#!/bin/sh\n"), None),
    "link": (Link("run"), Link("logo.png"), None),
    "end": ("no end", "no end, again", None),
    "Grüße [a] *.md": (text(), text({1: "new"}), None),
    "q\"uote 's.md": (text(), text({2: "new"}), None),
    "gone/deep.md": (text(), None, None),
    "gone.md": (text(), None, text({3: "mine"})),
    "before.md": (text(size=30), None, None),
    "after/it.md": (None, text({5: "new"}, size=30), None),
    "added/-it.md": (None, "added\n", None),
    "empty": (None, "", None),
}


def all_kinds(folder: Path, but: tuple[str, ...] = ()) -> Path:
    """Make a project whose next update does all that an update can do."""
    rows = {path: row for path, row in ALL_KINDS.items() if path not in but}
    old, new, mine = ({path: row[n] for path, row in rows.items() if row[n] is not None} for n in range(3))
    return project_of(folder, old, new, {**mine, "own.md": "mine\n", "caf\udce9.md": ""})


def test_a_dry_run_shows_the_exact_change_and_writes_nothing(tmp_path: Path) -> None:
    project = all_kinds(tmp_path)
    with untouched(project, tmp_path / "house"):
        shown = ospo_apart("update", project, "--defaults", "--dry-run")
        said = updated(project, "--dry-run", code=1)
    assert not (project / ".git" / "ospo-init").exists()
    assert shown.code == 1 and "Would update with" in shown.out and "Nothing was written." in shown.out
    assert (said["written"], said["conflicts"]) == (False, ["conflict.md", "gone.md"])
    trees = []
    for number, patch in enumerate((shown.out[shown.out.index("diff --git") :], said["diff"])):
        place = tmp_path / f"clone-{number}"
        git(tmp_path, "clone", "--quiet", str(project), str(place))
        (tmp_path / "patch").write_bytes(patch.encode("utf-8", "surrogateescape"))
        git(place, "apply", "--index", "--whitespace=nowarn", str(tmp_path / "patch"))
        trees.append(everything(place))
    assert fates(updated(project, code=1)) == fates(said)
    assert trees[0] == trees[1] == everything(project)


def test_a_dry_run_needs_no_clean_work_tree_and_no_right_to_write(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    (project / "a.md").write_text("dirty\n")
    (project / "b.md").write_text("untracked\n")
    git(project, "add", "a.md")
    with untouched(project):
        said = updated(project, "--dry-run")
    assert fates(said) == {"a.md": "updated"}


def test_a_branch_holds_the_result_and_the_work_tree_stays(tmp_path: Path) -> None:
    project = all_kinds(tmp_path, but=("conflict.md", "gone.md"))
    (project / "own.md").write_text("dirty\n")
    before, index = everything(project), git(project, "ls-files", "--stage", "--debug")
    said = updated(project, "--branch", "ospo/update")
    assert (everything(project), git(project, "ls-files", "--stage", "--debug")) == (before, index)
    assert git(project, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git(project, "rev-parse", "ospo/update^") == git(project, "rev-parse", "main")
    assert said["commit"] == git(project, "rev-parse", "ospo/update")
    assert git(project, "log", "-1", "--format=%an %s", "ospo/update").startswith("Ada Example Update from ")
    git(project, "checkout", "--quiet", "--", "own.md")
    updated(project)
    assert tree_of(project, "") == tree_of(project, "ospo/update")


@pytest.mark.parametrize(
    "branch, words", [("main", ["There is a branch main"]), ("a..b", ["not the name"]), ("-x", ["not the name"])]
)
def test_branches_that_cannot_be_made(tmp_path: Path, branch: str, words: list[str]) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    refs = git(project, "show-ref")
    refuses(update(project, f"--branch={branch}"), *words)
    assert git(project, "show-ref") == refs


def test_no_branch_holds_conflicts(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"a.md": text({3: "mine"})})
    with untouched(project):
        said = updated(project, "--branch", "x", code=1)
    assert (said["written"], said["conflicts"]) == (False, ["a.md"])


def test_a_commit_is_signed_off_where_the_project_wants_it(tmp_path: Path) -> None:
    questions = NAME + "inbound: {type: str, default: dco, choices: [dco, cla]}\n"
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}, questions))
    project = made(tmp_path / "tide", house)
    publish(house, NEW, composed({"a.md": text({3: "new"})}, questions))
    updated(project, "--branch", "x")
    assert "Signed-off-by: Ada Example <ada@example.org>" in git(project, "log", "-1", "--format=%B", "x")
    assert any(step.startswith("git commit -s ") for step in updated(project)["next"])


@pytest.mark.parametrize("how", ["clean", "in conflict", "partly settled", "edited since", "with other work staged"])
def test_an_update_can_be_undone(tmp_path: Path, how: str) -> None:
    project = all_kinds(tmp_path, but=("conflict.md", "gone.md") if how == "clean" else ())
    before, index = everything(project), git(project, "ls-files", "--stage")
    updated(project, code=0 if how == "clean" else 1)
    if how == "partly settled":
        (project / "conflict.md").write_text("settled\n")
        git(project, "add", "conflict.md")
    if how == "edited since":
        (project / "merged.md").write_text("edited since\n")
    if how == "with other work staged":
        (project / "own.md").write_text("other work\n")
        git(project, "add", "own.md")
        before["own.md"] = ("file", b"other work\n")
    done = ospo("update", "--abort", cwd=project / "added")
    assert done.code == 0 and "is undone" in done.out and ".git/ospo-init/aborted" in done.out
    assert everything(project) == before
    if how == "with other work staged":
        assert git(project, "status", "--porcelain") == "M  own.md"
    else:
        assert (git(project, "ls-files", "--stage"), git(project, "status", "--porcelain")) == (index, "")
    kept = {"partly settled": ("conflict.md", "settled\n"), "edited since": ("merged.md", "edited since\n")}
    for path, content in [kept[how]] if how in kept else []:
        assert (project / ".git" / "ospo-init" / "aborted" / path).read_text() == content
    refuses(ospo("update", project, "--abort"), "There is no update to undo")
    updated(project, code=0 if how == "clean" else 1) if how != "with other work staged" else None


def test_an_update_that_is_committed_is_not_undone(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    refuses(ospo("update", project, "--abort"), "There is no update to undo")
    updated(project)
    save(project)
    with untouched(project):
        refuses(ospo("update", project, "--abort"), "commits since the last update", "git revert")
    refuses(ospo("update", project, "--abort", "--dry-run"), "do not go together")


def test_the_work_that_lies_about_is_left_alone(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text(), "b.md": text()}, {"a.md": text({3: "new"}), "b.md": text()})
    (project / "b.md").write_text("dirty\n")
    (project / "c.md").write_text("untracked\n")
    updated(project)
    assert (project / "b.md").read_text() == "dirty\n"
    status = git(project, "status", "--porcelain", "--untracked-files=all").split("\n")
    assert status == ["M  .copier-answers.yml", "M  .ospo/lock.yml", "M  a.md", " M b.md", "?? c.md"]


TO = {
    "the newest": ((), "v1.10.0", text({1: "three"})),
    "one by name": (("--to", "v1.2.0"), "v1.2.0", text({1: "two"})),
    "an older one": (("--to", "v1.0.0"), "v1.0.0", text({1: "zero"})),
    "a pre-release, by name": (("--to", "v2.0.0rc1"), "v2.0.0rc1", text({1: "four"})),
    "the one it has": (("--to", "v1.1.0"), "v1.1.0", text({1: "one"})),
}


@pytest.mark.parametrize("arguments, tag, out", TO.values(), ids=TO.keys())
def test_which_version(tmp_path: Path, arguments: tuple[str, ...], tag: str, out: str) -> None:
    house = tmp_path / "house"
    for version, word in {
        "v1.0.0": "zero",
        "v1.1.0": "one",
        "v1.2.0": "two",
        "v1.10.0": "three",
        "v2.0.0rc1": "four",
    }.items():
        publish(house, version, composed({"a.md": text({1: word})}))
    project = made(tmp_path / "tide", f"{house}@v1.1.0")
    said = updated(project, *arguments)
    assert said["template"] == {"url": str(house), "from": "v1.1.0", "to": tag}
    assert ((project / "a.md").read_text(), answers(project)["_commit"]) == (out, tag)
    save(project)
    assert updated(project, *arguments)["current"] is True


def test_a_version_that_is_not_there(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    with untouched(project):
        refuses(update(project, "--to", "v9.0.0"), "no tag v9.0.0", "newest version is v1.2.0")
        refuses(update(project, "--to", "--x"), "'--x' is not the name of a tag")


def test_a_project_of_a_newer_version_than_there_is_stays(tmp_path: Path) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}))
    publish(house, "v1.2.0rc1", composed({"a.md": text({3: "newer"})}))
    project = made(tmp_path / "tide", f"{house}@v1.2.0rc1")
    with untouched(project):
        assert updated(project)["current"] is True


def test_a_project_of_a_commit_after_the_newest_version_stays_until_there_is_a_newer_one(tmp_path: Path) -> None:
    """Copier makes such ones, of a branch."""
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}))
    publish(house, "unnamed", composed({"a.md": text({3: "newer"})}))
    git(house, "tag", "--delete", "unnamed")
    project = made(tmp_path / "tide", f"{house}@{OLD}")
    described = git(house, "describe", "--tags")
    recorded = (project / ".copier-answers.yml").read_text().replace(OLD, described)
    save(project, {"a.md": text({3: "newer"}), ".copier-answers.yml": recorded}, (".ospo/lock.yml",))
    updated(project)
    assert (project / "a.md").read_text() == text({3: "newer"}) and answers(project)["_commit"] == described
    save(project)
    publish(house, NEW, composed({"a.md": text({5: "newest"})}))
    assert fates(updated(project)) == {"a.md": "updated"}


QUESTIONS = "name: {type: str, default: Tide}\ncolour: {type: str, default: red, choices: [red, green, blue]}\n" + KEPT
SHOWN: Files = {"a.md.jinja": "{{ name }} is {{ colour }}\n\nand\n\nmore\n", "b.md": text()}


def asked(folder: Path, *arguments: str) -> Path:
    """Make a project whose template asks for a name and a colour."""
    return made(folder / "tide", publish(folder / "house", OLD, composed(SHOWN, QUESTIONS)), *arguments)


def test_an_answer_is_changed(tmp_path: Path) -> None:
    project = asked(tmp_path)
    save(project, {"a.md": "Tide is red\n\nand\n\nmore\nmine\n"})
    done = update(project, "-d", "colour=green")
    assert done.code == 0 and "answer     colour: green (was red)" in done.out
    assert (project / "a.md").read_text() == "Tide is green\n\nand\n\nmore\nmine\n" and answers(project)[
        "colour"
    ] == "green"
    given = tmp_path / "given.yml"
    given.write_text("colour: blue\nname: Ebb\n")
    save(project)
    said = updated(project, "--answers", given, "-d", "name=Flow")
    assert said["answers"] == {"colour": {"from": "green", "to": "blue"}, "name": {"from": "Tide", "to": "Flow"}}
    assert (project / "a.md").read_text() == "Flow is blue\n\nand\n\nmore\nmine\n"


@pytest.mark.parametrize(
    "given, words",
    [("color=red", ["'color'", "did you mean colour?"]), ("colour=pink", ["colour", "pink", "red, green, blue"])],
)
def test_an_answer_that_cannot_be_given(tmp_path: Path, given: str, words: list[str]) -> None:
    project = asked(tmp_path)
    with untouched(project):
        refuses(update(project, "-d", given), *words)


def test_new_questions_are_listed_where_nobody_can_be_asked(tmp_path: Path) -> None:
    project = asked(tmp_path)
    more = QUESTIONS + "size: {type: int, default: 3}\nshape: {type: str, default: round}\n"
    publish(tmp_path / "house", NEW, composed({**SHOWN, "c.md.jinja": "{{ size }} {{ shape }}\n"}, more))
    with untouched(project):
        refuses(ospo("update", project), "2 questions are new: size, shape", "-d key=value", "--defaults")
        refuses(ospo("update", project, "-d", "size=4"), "1 questions are new: shape")
    assert ospo("update", project, "-d", "size=4", "-d", "shape=square").code == 0
    assert (project / "c.md").read_text() == "4 square\n"
    assert ospo("update", project, "--abort").code == 0
    said = updated(project)
    assert (project / "c.md").read_text() == "3 round\n" and said["answers"]["size"] == {"from": None, "to": 3}


def test_answers_that_the_new_version_does_not_take_are_listed(tmp_path: Path) -> None:
    project = asked(tmp_path, "-d", "colour=blue")
    fewer = QUESTIONS.replace(", blue", "").replace(
        "name: {type: str,", "name: {type: str, validator: \"{% if name == 'Tide' %}taken{% endif %}\","
    )
    publish(tmp_path / "house", NEW, composed(SHOWN, fewer))
    with untouched(project):
        for how in ([], ["--defaults"]):
            refuses(
                ospo("update", project, *how),
                "no longer takes",
                "\n  name: taken",
                "\n  colour: 'blue' is not",
                "--to TAG",
            )
        refuses(update(project, "-d", "colour=red"), "no longer takes", "name: taken")
    updated(project, "-d", "colour=red", "-d", "name=Ebb")
    assert (project / "a.md").read_text() == "Ebb is red\n\nand\n\nmore\n"


def test_a_question_that_is_dropped_is_told(tmp_path: Path) -> None:
    project = asked(tmp_path)
    publish(tmp_path / "house", NEW, composed({"b.md": text({3: "new"})}, NAME + KEPT))
    done = update(project)
    assert "no longer asked: colour" in done.out and "removed    a.md" in done.out
    assert "colour" not in answers(project)


def test_a_narrowed_choice_stays_for_who_has_it_and_is_refused_to_others(tmp_path: Path) -> None:
    narrowed = QUESTIONS.replace(
        "choices: [red, green, blue]",
        "choices: {red: red, green: {value: green, validator: "
        "\"{% if (colour | default('')) != 'green' %}not any more{% endif %}\"}}",
    )
    house = publish(tmp_path / "house", OLD, composed(SHOWN, QUESTIONS))
    has, not_has = made(tmp_path / "has", house, "-d", "colour=green"), made(tmp_path / "not", house)
    publish(house, NEW, composed({**SHOWN, "b.md": text({3: "new"})}, narrowed))
    assert fates(updated(has)) == {"b.md": "updated"} and answers(has)["colour"] == "green"
    with untouched(not_has):
        refuses(update(not_has, "-d", "colour=green"), "not any more")
    updated(not_has)
    assert answers(not_has)["colour"] == "red"
    save(has)
    updated(has, "-d", "colour=red")
    save(has)
    refuses(update(has, "-d", "colour=green"), "not any more")


def test_answers_that_were_edited_by_hand(tmp_path: Path) -> None:
    """Committed, they are what counts from now on; the files were made of the ones before."""
    project = asked(tmp_path)
    edited = (project / ".copier-answers.yml").read_text().replace("red", "green")
    (project / ".copier-answers.yml").write_text(edited)
    with untouched(project):
        refuses(update(project), "Uncommitted changes are in the way: .copier-answers.yml", "Commit or stash")
    save(project, {"a.md": "Tide is red\n\nand\n\nmore\nmine\n"})
    assert fates(updated(project)) == {"a.md": "merged"}
    assert (project / "a.md").read_text() == "Tide is green\n\nand\n\nmore\nmine\n"
    save(project)
    assert updated(project)["current"] is True


def test_answers_of_another_key_by_hand(tmp_path: Path) -> None:
    project = asked(tmp_path)
    save(project, {".copier-answers.yml": (project / ".copier-answers.yml").read_text() + "unknown: x\n"})
    assert updated(project)["dropped_answers"] == ["unknown"]
    assert "unknown" not in answers(project)


def test_a_lock_behind_the_answers_is_refreshed(tmp_path: Path) -> None:
    """As plain Copier and Renovate leave it."""
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    recorded = (project / ".copier-answers.yml").read_text().replace(OLD, NEW)
    save(project, {"a.md": text({3: "new", 9: "mine"}), ".copier-answers.yml": recorded})
    said = updated(project)
    assert fates(said) == {} and f"The answers were at {NEW} and the lock at {OLD}: it is refreshed." in said["notes"]
    assert lock_of(project)["template"]["tag"] == NEW
    assert (project / "a.md").read_text() == text({3: "new", 9: "mine"})
    assert git(project, "diff", "--cached", "--name-only") == ".ospo/lock.yml"
    _a_second_update_changes_nothing(project)


def test_a_project_without_a_lock_gets_one(tmp_path: Path) -> None:
    """As plain Copier makes projects."""
    project = project_of(
        tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"a.md": text({9: "mine"})}, (".ospo/lock.yml",)
    )
    updated(project)
    assert (project / "a.md").read_text() == text({3: "new", 9: "mine"})
    assert lock_of(project)["template"]["tag"] == NEW


def test_another_house(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text(), "b.md": "b\n"}, {"a.md": text()}, {"a.md": text({9: "mine"})})
    other = publish(tmp_path / "other", "v7", composed({"a.md.jinja": text({3: "{{ name }}"}), "c.md": "c\n"}))
    done = update(project, f"--house={other}")
    assert done.code == 0 and f"Updated from {tmp_path / 'house'} to {other}, {OLD} to v7." in done.out
    assert (project / "a.md").read_text() == text({3: "Tide", 9: "mine"})
    assert not (project / "b.md").exists() and (project / "c.md").read_text() == "c\n"
    assert (answers(project)["_src_path"], answers(project)["_commit"]) == (str(other), "v7")
    assert lock_of(project)["template"]["url"] == str(other)
    _and_it_stays(project, "v7")
    refuses(update(project, f"--house={tmp_path / 'nope'}"), "There is no template at")


def _and_it_stays(project: Path, tag: str) -> None:
    save(project)
    said = updated(project)
    assert said["current"] is True and said["template"]["to"] == tag


LAYER = {"copier.yml": "name: x\n_answers_file: .copier-answers.docs.yml\n", **ANSWERS_FILE}


def test_several_templates_in_one_project(tmp_path: Path) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}))
    docs = publish(tmp_path / "docs", "v1", {**LAYER, "docs.md.jinja": text({1: "{{ name }}"})})
    project, layer = made(tmp_path / "tide", house), made(tmp_path / "layer", docs)
    names = (".copier-answers.docs.yml", "docs.md")
    save(project, {name: (layer / name).read_text() for name in names})
    publish(house, NEW, composed({"a.md": text({3: "new"})}))
    publish(docs, "v2", {**LAYER, "docs.md.jinja": text({1: "{{ name }}", 3: "new"})})
    said = updated(project)
    assert fates(said) == {"a.md": "updated"}
    assert "Other templates here: .copier-answers.docs.yml" in said["notes"][0]
    save(project)
    assert fates(updated(project, "--answers-file", ".copier-answers.docs.yml")) == {"docs.md": "updated"}
    assert lock_of(project, ".ospo/lock-copier-answers.docs.yml")["template"]["tag"] == "v2"
    assert lock_of(project)["template"]["tag"] == NEW
    save(project)
    assert updated(project, "--answers-file", ".copier-answers.docs.yml")["current"] is True
    assert updated(project)["current"] is True
    refuses(update(project, "--answers-file", "nope.yml"), "There is no answers file nope.yml")


def test_several_answers_files_of_which_none_is_the_usual_one(tmp_path: Path) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}))
    project = made(tmp_path / "tide", house)
    recorded = (project / ".copier-answers.yml").read_text()
    names = (".copier-answers.a.yml", ".copier-answers.b.yml")
    save(project, dict.fromkeys(names, recorded), (".copier-answers.yml", ".ospo/lock.yml"))
    with untouched(project):
        refuses(update(project), "several answers files: " + ", ".join(names), "--answers-file")
    assert updated(project, "--answers-file", names[0])["answers_file"] == names[0]


@pytest.mark.parametrize("stand", ["services/api x", "services/api x/docs"])
def test_a_project_in_a_folder_of_a_repository(tmp_path: Path, stand: str) -> None:
    house = publish(tmp_path / "house", OLD, composed({"docs/a.md": text(), "b.md": text(), "c.md": text()}))
    alone = made(tmp_path / "alone", house)
    project = tmp_path / "mono"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "mono")
    files = {f"services/api x/{path}": data for path, (_, data) in everything(alone).items()}
    lock = (alone / ".ospo" / "lock.yml").read_text()
    save(project, {**files, "services/api x/.ospo/lock.yml": lock, "docs/a.md": "not of it\n", "b.md": text()})
    save(
        project,
        {"services/api x/docs/z.md": text({9: "mine"}), "services/api x/c.md": text({3: "mine"})},
        ("services/api x/docs/a.md",),
    )
    publish(
        house,
        NEW,
        composed({"docs/a.md": text({3: "new"}), "b.md": text({3: "new"}), "c.md": text({3: "new"}), "d.md": ""}),
    )
    done = ospo("update", "--defaults", "--json", cwd=project / stand)
    assert done.code == 1, done.out
    assert fates(done.data) == {
        f"services/api x/{path}": what
        for path, what in {"docs/z.md": "merged", "b.md": "updated", "c.md": "conflict", "d.md": "added"}.items()
    }
    assert (project / "services/api x/docs/z.md").read_text() == text({3: "new", 9: "mine"})
    assert ((project / "docs/a.md").read_text(), (project / "b.md").read_text()) == ("not of it\n", text())
    assert lock_of(project / "services/api x")["files"]["docs/a.md"]["at"] == "docs/z.md"
    assert ospo("update", "--abort", cwd=project / stand).code == 0
    assert git(project, "status", "--porcelain") == ""


KEEPING = {"with the question": NAME + KEPT, "without": NAME}


@pytest.mark.parametrize("questions", KEEPING.values(), ids=KEEPING.keys())
def test_a_file_is_kept_and_taken_back(tmp_path: Path, questions: str) -> None:
    house = publish(
        tmp_path / "house", OLD, composed({"a [1].md": text(), "b.md": text(), "d/c.md": text()}, questions)
    )
    project = made(tmp_path / "tide", house)
    save(project, {"a [1].md": "mine\n", "d/c.md": text({1: "mine"})})
    done = ospo("update", "--defaults", "--keep", "a [1].md", "--keep", "d", cwd=project)
    assert done.code == 0, done.err
    rows = lock_of(project)["files"]
    assert {path for path, row in rows.items() if row["ownership"] == "kept"} == {"a [1].md", "d", "d/c.md"}
    assert answers(project).get("kept") == (["/a\\ \\[1\\].md", "/d"] if "kept" in questions else None)
    save(project)
    publish(
        house, NEW, composed({"a [1].md": text({3: "new"}), "b.md": text({3: "new"}), "d/e.md": "new\n"}, questions)
    )
    assert fates(updated(project)) == {"b.md": "updated"}
    assert ((project / "a [1].md").read_text(), (project / "d/c.md").read_text()) == ("mine\n", text({1: "mine"}))
    save(project)
    assert updated(project)["current"] is True
    refuses(update(project, "--take", "b.md"), "b.md is not kept")
    assert fates(updated(project, "--take", "a [1].md")) == {}  # it is as the person left it, and merged from now on
    save(project, {"a [1].md": text({3: "new", 9: "mine"})})
    publish(house, "v1.3.0", composed({"a [1].md": text({4: "newer"}), "b.md": text({3: "new"})}, questions))
    assert fates(updated(project))["a [1].md"] == "merged"


@pytest.mark.parametrize("questions", KEEPING.values(), ids=KEEPING.keys())
def test_a_file_that_was_kept_and_deleted_comes_when_it_is_taken_back(tmp_path: Path, questions: str) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text()}, questions))
    project = made(tmp_path / "tide", house)
    updated(project, "--keep", "a.md")
    save(project, gone=("a.md",))
    assert updated(project)["current"] is True
    assert fates(updated(project, "--take", "a.md")) == {"a.md": "added"}
    assert (project / "a.md").read_text() == text()


@pytest.mark.parametrize("questions", KEEPING.values(), ids=KEEPING.keys())
def test_a_file_in_the_way_is_kept_as_the_refusal_says(tmp_path: Path, questions: str) -> None:
    house = publish(tmp_path / "house", OLD, composed({"b.md": text()}, questions))
    project = made(tmp_path / "tide", house)
    publish(house, NEW, composed({".env": "theirs\n", "b.md": text({3: "new"})}, questions))
    (project / ".env").write_text("secret\n")
    refuses(update(project), ".env", "--keep")
    assert fates(updated(project, "--keep", ".env")) == {"b.md": "updated"}
    assert (project / ".env").read_text() == "secret\n"


def test_what_only_the_lock_knew_as_kept_stays_so_when_the_template_asks(tmp_path: Path) -> None:
    house = publish(tmp_path / "house", OLD, composed({"a.md": text(), "b.md": text()}, NAME))
    project = made(tmp_path / "tide", house)
    save(project, {"a.md": "mine\n"})
    updated(project, "--keep", "a.md")
    save(project)
    publish(house, NEW, composed({"a.md": text({3: "new"}), "b.md": text({3: "new"})}, NAME + KEPT))
    assert fates(updated(project)) == {"b.md": "updated"}
    assert answers(project)["kept"] == ["/a.md"]
    recorded = (project / ".copier-answers.yml").read_text()
    save(project, {".copier-answers.yml": recorded.replace("kept:\n- /a.md", "kept: []")})  # by hand: no longer kept
    assert fates(updated(project)) == {} and lock_of(project)["files"]["a.md"]["ownership"] == "managed"


def test_what_cannot_be_kept_or_taken(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text(), "d/b.md": text()}, {"a.md": text({3: "new"})})
    with untouched(project):
        refuses(update(project, "--keep", "../out.md"), "not a file of the project")
        refuses(update(project, "--take", "a.md"), "a.md is not kept")
    updated(project, "--to", OLD, "--keep", "d")
    save(project)
    refuses(update(project, "--take", "d/b.md"), "kept as a part of /d", "--take d\n")
    updated(project, "--to", OLD, "--take", "d")


def test_a_renamed_file_stays_kept(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text()}, {"a.md": "mine\n"})
    updated(project, "--keep", "a.md")
    save(project)
    publish(tmp_path / "house", "v1.3.0", composed({"b.md": text()}, renamed={"a.md": "b.md"}))
    assert fates(updated(project)) == {}
    assert (project / "a.md").read_text() == "mine\n" and not (project / "b.md").exists()
    assert answers(project)["kept"] == ["/a.md", "/b.md"]


def test_marks_that_were_committed_are_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"a.md": text({3: "mine"})})
    updated(project, code=1)
    save(project)
    publish(tmp_path / "house", "v1.3.0", composed({"a.md": text({3: "newer"})}))
    with untouched(project):
        refuses(update(project), "Marks of an earlier conflict are committed in a.md", "Resolve")
        refuses(update(project, "--dry-run"), "a.md")


def test_a_file_that_explains_marks_is_merged(tmp_path: Path) -> None:
    marks = "<<<<<<< yours\na\n=======\nb\n>>>>>>> theirs\n"
    project = project_of(
        tmp_path, {"a.md": text() + marks}, {"a.md": text({3: "new"}) + marks}, {"a.md": text({9: "mine"}) + marks}
    )
    updated(project)
    assert (project / "a.md").read_text() == text({3: "new", 9: "mine"}) + marks


@pytest.mark.parametrize("settled", [False, True])
def test_an_update_that_is_not_over_is_never_up_to_date(tmp_path: Path, settled: bool) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})}, {"a.md": text({3: "mine"})})
    updated(project, code=1)
    if settled:
        git(project, "add", "a.md")
    words = ["Changes are staged"] if settled else ["unresolved conflicts in a.md", "Resolve"]
    with untouched(project):
        refuses(update(project), *words, "--abort")
        refuses(ospo("update", project), *words)


def test_an_old_version_that_is_gone_is_found_in_the_project_itself(tmp_path: Path) -> None:
    old: Files = {"a.md": text(), "run": Script("#!/bin/sh\n1\n"), "gone.md": "x\n", "s.md": "s\n", "m.md": text()}
    house = publish(tmp_path / "house", OLD, composed(old, owned={"s.md": "seeded"}))
    project = made(tmp_path / "tide", house)
    save(project, {"a.md": text({9: "mine"}), "m.md": text({3: "mine"}), "s.md": "mine\n"})
    publish(
        house,
        NEW,
        composed(
            {"a.md": text({3: "new"}), "run": Script("#!/bin/sh\n2\n"), "m.md": text({3: "new"}), "s.md": "t\n"},
            owned={"s.md": "seeded"},
        ),
    )
    git(house, "tag", "--delete", OLD)
    git(house, "update-ref", "refs/heads/main", git(house, *WHO, "commit-tree", "-m", "rewritten", f"{NEW}^{{tree}}"))
    git(house, "tag", "--force", NEW, "main")
    git(house, "reflog", "expire", "--expire=now", "--all")
    git(house, "gc", "--quiet", "--prune=now")
    said = updated(project, code=1)
    assert said["conflicts"] == ["m.md"] and f"Version {OLD} of the template is not to be had" in said["notes"][0]
    assert fates(said) == {"a.md": "merged", "run": "updated", "gone.md": "removed", "m.md": "conflict"}
    assert (project / "a.md").read_text() == text({3: "new", 9: "mine"})
    assert (project / "s.md").read_text() == "mine\n"


def test_an_update_to_the_same_version_without_anything_to_do_needs_nothing_heavy(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    updated(project)
    save(project)  # the update is committed: nothing of it is pending
    code = (
        "import sys; from ospo_init.cli.app import run; code = run(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules}))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "update", str(project)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "Up to date" in done.stdout, done.stderr
    assert not set(done.stderr.split()) & {"copier", "questionary", "prompt_toolkit", "jinja2", "git", "rich"}


def test_what_is_said(tmp_path: Path) -> None:
    """The whole of it, once."""
    project = project_of(
        tmp_path,
        {"a.md": text(), "b.md": text(), "c.md": text(), "old.md": text(size=30), "r.md": "r\n"},
        {
            "a.md": text({3: "new"}),
            "b.md": text({3: "new"}),
            "c.md": text({3: "new"}),
            "moved.md": text(size=30),
            "n.md": "n\n",
        },
        {"a.md": text({3: "mine"}), "b.md": text({9: "mine"})},
        ("c.md",),
    )
    house = tmp_path / "house"
    done = update(project)
    assert done == Done(
        1,
        f"""\
Updated with {house}, v1.1.0 to v1.2.0.
  conflict   a.md  (resolve it)
  added      n.md
  merged     b.md  (updated, your changes kept)
  moved      old.md → moved.md  (moved by the template)
  removed    r.md  (it is not generated any more)
  deleted    c.md  (stays deleted, as you left it)

1 in conflict: settle them (git mergetool, or an editor), git add them, and commit.

Next (nothing of this was run):
  git status
  git mergetool
  git commit -m 'Update from {house} v1.1.0 to v1.2.0'
  ospo-init update --abort   # to go back
""",
        "",
    )


def test_a_file_is_kept_before_it_is_there(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"}), "b.md": "b\n"})
    said = updated(project, "--keep", "b.md")
    assert fates(said) == {"a.md": "updated"} and not (project / "b.md").exists()
    assert said["notes"] == ["b.md is kept from now on, and there is no such file yet."]


def test_every_abort_keeps_what_it_took_away(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    for word in ("first", "second"):
        updated(project)
        (project / "a.md").write_text(f"my {word} work\n")
        assert ospo("update", project, "--abort").code == 0
    state = project / ".git" / "ospo-init"
    assert [(state / name / "a.md").read_text() for name in ("aborted", "aborted-2")] == [
        "my first work\n",
        "my second work\n",
    ]


def test_an_abort_undoes_no_work_that_came_after_a_reset(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    updated(project)
    git(project, "reset", "--quiet", "--hard")
    (project / "a.md").write_text("later work\n")
    done = ospo("update", project, "--abort")
    assert done.code == 2 and "Nothing of the last update is left" in done.err
    assert (project / "a.md").read_text() == "later work\n"


def test_a_file_that_stays_in_conflict_is_brought_back_too(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text(), "gone.md": text()}, {"a.md": text({3: "new"})})
    save(project, {"gone.md": text({2: "mine"})})
    assert update(project).code == 1
    with (project / "gone.md").open("a") as stream:
        stream.write("in place\n")
    assert ospo("update", project, "--abort").code == 0
    assert git(project, "status", "--porcelain") == ""


def test_a_few_lines_of_answers_that_name_millions_are_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.md": text()}, {"a.md": text({3: "new"})})
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    save(project, {".copier-answers.yml": "\n".join(lines) + "\n"})
    refuses(update(project), "holds more than a hundred thousand values")
    assert ospo("status", project).code == 2
