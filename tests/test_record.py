"""The record: what is read from it, what is told of nonsense in it, and what `sign` and `waive` add to it."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import stat
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import git
from ospo_init.commands import recording, sign, waive
from ospo_init.core import checklist
from ospo_init.core.checklist import Item
from ospo_init.core.days import is_day
from ospo_init.core.marked import plain
from ospo_init.core.record import PATH, SignOff, Waiver, standing, valid, wrong_evidence
from ospo_init.core.record_edit import HEAD, scalar, with_entry
from ospo_init.edges import evidence, package_data, record_file, records, yamls
from ospo_init.errors import OspoInitError, UserError
from ospo_init.outcome import Outcome

KNOWN = {"PLAN-01", "LEGAL-01", "LEGAL-02"}
TODAY = datetime.date.today()
LATER = (TODAY + datetime.timedelta(days=90)).isoformat()
ADA = "Ada Example <ada@example.org>"
WHOLE = """\
# ours
schema_version: 1
decisions:
  problem: "a\\nb"
  sponsor: null
  scope: [one, two]
approvals:
  - {item: LEGAL-02, by: Old Hand, on: 2025-01-31}
sign_offs:
- item: PLAN-01
  by: 'Ada Example <ada@example.org>'
  role: maintainer
  on: 2026-01-02
  commit: "0123456789abcdef0123456789abcdef01234567"
  evidence: docs/a.md
  sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  note: |
    two
    lines
waivers:
  - item: LEGAL-01
    reason: later
    by: Bea
    until: "2027-01-01"
stage_history:
  - stage: active
    since: 2026-01-01
"""


@pytest.fixture(scope="session")
def items() -> Mapping[str, Item]:
    """The items of the checklist, by id."""
    return {item.id: item for item in checklist.load(package_data.read("checklist.yml")["items"])}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, items: Mapping[str, Item]) -> Path:
    """A repository with a commit, whose git knows Ada; one stands in it."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.org")
    (folder / "docs").mkdir()
    (folder / "docs" / "review.md").write_text("Looked at.\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "first")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(recording, "known_items", lambda houses=(): items)
    return folder


def put(folder: Path, text: str | bytes, name: str = PATH) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(what: str, run: Any, *arguments: Any, **named: Any) -> UserError:
    with pytest.raises(UserError, match=what) as found:
        run(*arguments, **named)
    assert found.value.next, "it does not say what to do"
    return found.value


def data(folder: Path) -> Any:
    return plain(yamls.marks((folder / PATH).read_text().removeprefix("\ufeff"), PATH))


def names(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())


def said(outcome: Outcome) -> str:
    return "\n".join(text for _, text in outcome.lines)


# ---- reading


def test_a_whole_record_is_read(tmp_path: Path) -> None:
    put(tmp_path, WHOLE)
    record = records.read(tmp_path, known=KNOWN, private="")
    assert record.decisions == {"problem": "a\nb", "sponsor": None, "scope": ["one", "two"]}
    old, new = record.sign_offs
    assert (old.item, old.by, old.on, old.line) == ("LEGAL-02", "Old Hand", "2025-01-31", 8)
    assert (new.by, new.role, new.on, new.line, new.note) == (ADA, "maintainer", "2026-01-02", 10, "two\nlines\n")
    [waiver] = record.waivers
    assert (waiver.approver, waiver.until, waiver.line) == ("Bea", "2027-01-01", 21)
    assert [(row.stage, row.since, row.line) for row in record.stages] == [("active", "2026-01-01", 26)]
    assert (record.path, record.leaks) == (PATH, ())
    assert record.lines["waivers"] == 20 and record.lines["decisions.sponsor"] == 5


def test_no_record_is_an_empty_one(tmp_path: Path) -> None:
    record = records.read(tmp_path, known=KNOWN, private="")
    assert (record.decisions, record.sign_offs, record.path) == ({}, (), "")


def test_the_record_of_the_template_and_our_own_are_read(
    composed: Mapping[str, Any], items: Mapping[str, Item]
) -> None:
    root = Path(__file__).parent.parent
    assert records.read(root, known=items, private="").stages[0].stage == "active"


@pytest.mark.parametrize("text", ["", WHOLE.replace("\n", "\r\n"), "\ufeff" + WHOLE, "schema_version: 1\nwaivers:\n"])
def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path, text: str) -> None:
    put(tmp_path, text or WHOLE)
    record = records.read(tmp_path, known=KNOWN, private="")
    assert not record.sign_offs or record.sign_offs[1].line == 10


V = "schema_version: 1\n"
HOSTILE: list[tuple[str | bytes, str, str]] = [
    ("", "1:1", "empty"),
    ("# only a comment\n", "1:1", "empty"),
    ("- a\n", "1:1", "a list, not keys"),
    ("just text\n", "1:1", "not keys"),
    ("decisions: {}\n", "1:1", "schema_version is missing"),
    ("schema_version: 2\n", "1:17", "schema version 2"),
    ('schema_version: "1"\n', "1:17", "no number"),
    ("schema_version: true\n", "1:17", "no number"),
    (V + "sign_off: []\n", "2:1", "'sign_off' is no key"),
    (V + "1: []\n", "2:1", "is not a text"),
    (V + "waivers: []\nwaivers: []\n", "3:1", "stands twice"),
    (V + "[a]: 1\n", "2:1", "a key is one word"),
    (V + "waivers: none\n", "2:10", "not a list"),
    (V + "waivers: {a: 1}\n", "2:10", "a mapping, not a list"),
    (V + "waivers: [x]\n", "2:11", "not keys with values"),
    (V + "decisions: [x]\n", "2:12", "not keys with values"),
    (V + "decisions:\n  a: {b: c}\n", "3:6", "neither a text nor"),
    (V + "sign_offs:\n  - item: PLAN-01\n    by: A\n    whom: B\n", "5:5", "'whom' is no key"),
    (V + "sign_offs:\n  - item: PLAN-01\n    by: A\n    by: B\n", "5:5", "stands twice"),
    (V + "sign_offs:\n  - item: PLAN-99\n    by: A\n", "3:11", "no item of the checklist"),
    (V + "sign_offs:\n  - item: plan-01\n    by: A\n", "3:11", "no item of the checklist"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, role: legl}\n", "3:34", "'legl' is no role"),
    (V + "sign_offs:\n  - item: PLAN-01\n", "3:5", "needs by"),
    (V + "sign_offs:\n  - item: PLAN-01\n    by: ''\n", "4:9", "needs by"),
    (V + "sign_offs:\n  - item: PLAN-01\n    by: 7\n", "4:9", "not a text"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, on: 2026-02-30}\n", "3:32", "no day"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, on: yesterday}\n", "3:32", "no day"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, on: 2026-01-01 10:00:00}\n", "3:32", "no day"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, private: perhaps}\n", "3:37", "private is 'perhaps'"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, commit: 1234567}\n", "3:36", "not a text"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, commit: HEAD}\n", "3:36", "no commit"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, sha256: abc}\n", "3:36", "no sha256"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, evidence: ../../etc/passwd}\n", "3:38", "not a path"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, evidence: /etc/passwd}\n", "3:38", "not a path"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, evidence: 'http://example.org'}\n", "3:38", "https"),
    (V + "sign_offs:\n  - {item: PLAN-01, by: A, evidence: 'https://a:b@example.org'}\n", "3:38", "password"),
    (V + 'sign_offs:\n  - {item: PLAN-01, by: "A\\e[31m"}\n', "3:25", "not one line"),
    (V + "waivers:\n  - {item: LEGAL-01, reason: r, approver: A}\n", "3:5", "needs until"),
    (V + "stage_history:\n  - stage: retired\n", "3:12", "no stage"),
    (V + "<<: {a: 1}\n", "2:1", "no key"),
    (V + "waivers: !!python/object/apply:os.system [id]\n", "2:10", "tag"),
    (V + "decisions: {a: !foo b}\n", "2:16", "could not determine a constructor"),
    (V + "decisions: {a: !!binary aGk=}\n", "2:16", "tag"),
    (V + "decisions: {a: !!set {b}}\n", "2:16", "tag"),
    (V + "waivers: [\n", "3:1", "not YAML"),
    (V + "waivers: *nobody\n", "2:10", "undefined alias"),
    (V + "\twaivers: []\n", "2:1", "not YAML"),
    (V + "---\nschema_version: 1\n", "2:1", "another document|single document"),
    (V + "<<<<<<< yours\nwaivers: []\n=======\n>>>>>>> theirs\n", "2:1", "merge conflict"),
    (V + "decisions: {a: " + "1" * 5000 + "}\n", "2:16", "cannot be read"),
    (V + "decisions: &a {a: *a}\n", "2:16", "nested too deep"),
    (V + "decisions: " + "[" * 200 + "]" * 200 + "\n", "2:62", "nested too deep"),
    (V + "decisions: " + "[" * 100_000 + "\n", "2:1011", "nesting depth"),
    (V.encode() + b"decisions: {a: b\xff}\n", "2:17", "UTF-8"),
    (V + "decisions: {a: b\x07}\n", "2:17", r"U\+0007"),
]


@pytest.mark.parametrize("text, place, words", HOSTILE, ids=range(len(HOSTILE)))
def test_nonsense_is_told_with_line_and_column(tmp_path: Path, text: str | bytes, place: str, words: str) -> None:
    put(tmp_path, text)
    error = refused(words, records.read, tmp_path, known=KNOWN, private="")
    assert error.what.startswith(f"{PATH}:{place}: ")
    assert error.exit_code == 2 and error.what.isprintable() and len(error.what) < 300


def test_aliases_that_grow_are_refused_and_small_ones_are_read(tmp_path: Path) -> None:
    rows = ["  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    put(tmp_path, V + "decisions:\n" + "\n".join(rows) + "\n")
    assert refused("too many values", records.read, tmp_path).what.startswith(f"{PATH}:")
    put(tmp_path, V + "decisions: {a: &a [x], b: *a}\n")
    assert records.read(tmp_path, private="").decisions == {"a": ["x"], "b": ["x"]}


def test_the_right_name_is_suggested(tmp_path: Path) -> None:
    for text, name in [("sign_off: []", "sign_offs"), ("sign_offs: [{item: plan-01, by: A}]", "PLAN-01")]:
        put(tmp_path, V + text + "\n")
        assert refused("no ", records.read, tmp_path, known=KNOWN, private="").next == f"Did you mean {name}?"


def test_links_pipes_folders_and_large_files_are_not_read(tmp_path: Path) -> None:
    outside = put(tmp_path, WHOLE, "outside.yml")
    top = tmp_path / "top"
    (top / ".ospo").mkdir(parents=True)
    (top / PATH).symlink_to(outside)
    refused("is a link", records.read, top, private="")
    refused("is a link", records.append, top, "waivers", {"item": "x"})
    (top / PATH).unlink()
    os.mkfifo(top / PATH)
    refused("is not a file", records.read, top, private="")
    (top / PATH).unlink()
    (top / PATH).mkdir()
    refused("not a file", records.read, top, private="")
    (top / PATH).rmdir()
    put(top, V + "#" * record_file.LARGEST)
    refused("is larger", records.read, top, private="")
    (top / PATH).unlink()
    (top / ".ospo").rmdir()
    (top / ".ospo").symlink_to(tmp_path)
    refused("is a link", records.read, top, private="")
    refused("is a link", records.append, top, "waivers", {"item": "x"})
    assert outside.read_text() == WHOLE


# ---- the private record


def test_the_private_record_is_found_and_read_after_the_tracked_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(project, WHOLE)
    put(project.parent, V + f"sign_offs:\n  - item: LEGAL-01\n    by: {ADA}\n    private: true\n", "own.yml")
    git(project, "config", "ospo-init.privateRecord", "../own.yml")
    record = records.read(project, known=KNOWN)
    assert [(row.item, row.private, row.line) for row in record.sign_offs][1:] == [
        ("PLAN-01", False, 10),
        ("LEGAL-01", True, 3),
    ]
    assert (record.leaks, record.private_path, record.path) == ((), "", PATH)
    assert len(records.read(project, known=KNOWN, private="").sign_offs) == 2
    monkeypatch.setenv("OSPO_INIT_PRIVATE_RECORD", str(project.parent / "none.yml"))
    assert len(records.read(project, known=KNOWN).sign_offs) == 2
    put(project.parent, V + "waivers: 1\n", "own.yml")
    monkeypatch.delenv("OSPO_INIT_PRIVATE_RECORD")
    assert refused("not a list", records.read, project).what.startswith("../own.yml:2:10: ")


def test_what_is_private_and_tracked_is_a_leak(project: Path) -> None:
    put(project, V + "sign_offs:\n  - item: PLAN-01\n    by: A\n  - {item: PLAN-01, by: B, private: true}\n")
    record = records.read(project, known=KNOWN)
    assert record.leaks == (5,) and len(record.sign_offs) == 2
    git(project, "config", "ospo-init.privateRecord", "own.yml")
    put(project, V, "own.yml")
    record = records.read(project)
    assert (record.leaks, record.private_path) == ((0, 5), "own.yml")
    refused("would be published", sign.run, sign.Request("PLAN-01", private=True))
    (project / ".gitignore").write_text("own.yml\n")
    assert records.read(project).leaks == (5,)
    git(project, "add", "--force", "own.yml")
    assert records.read(project).leaks == (0, 5)
    git(project, "config", "ospo-init.privateRecord", ".ospo/record.yml")
    refused("is the tracked one", records.read, project)


# ---- adding entries

ENTRY = {"stage": "concept", "by": 'A "b" \\ é', "reason": "x: #\n- y"}
SIGN = {"item": "LEGAL-01", "by": "A"}
WAIVE = {"item": "LEGAL-01", "reason": "r", "approver": "A", "until": "2027-01-01"}
LINES = ['- stage: "concept"', '  by: "A \\"b\\" \\\\ é"', '  reason: "x: #\\n- y"']


def block(indent: int) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in LINES)


FLOW = '{stage: "concept", by: "A \\"b\\" \\\\ é", reason: "x: #\\n- y"}'
ROW = "stage: active"
EDITS = {
    "an empty list": ("stage_history: []\n# next\nwaivers: []\n", f"stage_history:\n{block(2)}# next\nwaivers: []\n"),
    "a comment beside it": ("stage_history: [ ]  # none\n", f"stage_history:  # none\n{block(2)}"),
    "null": ("stage_history: ~\nwaivers:\n", f"stage_history:\n{block(2)}waivers:\n"),
    "nothing": ("stage_history:\n  # here\nwaivers:\n", f"stage_history:\n  # here\n{block(2)}waivers:\n"),
    "no key": ("decisions: {a: b}\n", f"decisions: {{a: b}}\n\nstage_history:\n{block(2)}"),
    "indented": (f"stage_history:\n    -   {ROW}\n        by: b\nwaivers:\n", None),
    "not indented": (f"stage_history:\n- {ROW}\n# about waivers\nwaivers:\n", None),
    "a comment of the list": (f"stage_history:\n  - {ROW} # one\n  # two\n    # three\n# four\nwaivers:\n", None),
    "no final line end": (f"stage_history:\n  - {ROW}", f"stage_history:\n  - {ROW}\n{block(2)}".removesuffix("\n")),
    "nothing and no line end": ("stage_history: []", f"stage_history:\n{block(2)}".removesuffix("\n")),
    "a block text at its end": (f"stage_history:\n  - {ROW}\n    reason: |\n      b\nwaivers:\n", None),
    "folded to the end": (f"stage_history:\n  - {ROW}\n    reason: >-\n      b\n\n      c\n", None),
    "in brackets": (f"stage_history: [{{{ROW}}}] # c\n", f"stage_history: [{{{ROW}}}, {FLOW}] # c\n"),
    "in brackets over lines": (
        f"stage_history: [\n  {{{ROW}}}, # c\n]\n",
        f"stage_history: [\n  {{{ROW}}}, {FLOW}, # c\n]\n",
    ),
    "entries in braces": (
        f"stage_history:\n  - {{{ROW}}}\nwaivers:\n",
        f"stage_history:\n  - {{{ROW}}}\n{block(2)}waivers:\n",
    ),
    "dash alone": (
        f"stage_history:\n  -\n    {ROW}\nwaivers:\n",
        f"stage_history:\n  -\n    {ROW}\n{block(2)}waivers:\n",
    ),
    "a text over lines": (f'stage_history:\n  - {ROW}\n    reason: "b\n      c"\nwaivers:\n', None),
    "quoted key": ("'stage_history': []\n", f"'stage_history':\n{block(2)}"),
    "list on the next line": ("stage_history:\n  []\nwaivers:\n", f"stage_history:\n{block(2)}\nwaivers:\n"),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("name", EDITS)
def test_an_entry_is_added_and_all_else_stays(tmp_path: Path, name: str, ends: str) -> None:
    before, after = ((text and V + text).replace("\n", ends) if text is not None else None for text in EDITS[name])
    path = put(tmp_path, before or "")
    path.chmod(0o640)
    was = data(tmp_path)
    change = records.append(tmp_path, "stage_history", ENTRY)
    now = path.read_bytes().decode()
    assert now == change.after and (after is None or now == after)
    assert data(tmp_path) == was | {"stage_history": [*(was.get("stage_history") or []), ENTRY]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(path) == ["record.yml"]
    left = [line for line in change.patch.split("\n") if line.startswith("-") and not line.startswith("---")]
    assert len(left) <= 1, "only the line of an empty list, or one without an end, may change"
    assert ("\r" in now) == (ends == "\r\n") and (ends == "\n" or now.count("\n") == now.count("\r\n"))


def test_the_style_of_the_list_is_kept(tmp_path: Path) -> None:
    path = put(tmp_path, V + EDITS["indented"][0])
    records.append(tmp_path, "stage_history", {"stage": "concept", "by": "B"})
    assert path.read_text().endswith('        by: b\n    -   stage: "concept"\n        by: "B"\nwaivers:\n')
    path = put(tmp_path, V + EDITS["not indented"][0])
    records.append(tmp_path, "stage_history", {"stage": "concept", "by": "B"})
    assert path.read_text().endswith('active\n- stage: "concept"\n  by: "B"\n# about waivers\nwaivers:\n')
    path = put(tmp_path, V + EDITS["a comment of the list"][0])
    records.append(tmp_path, "stage_history", {"stage": "concept"})
    assert path.read_text().endswith('    # three\n  - stage: "concept"\n# four\nwaivers:\n')


def test_a_record_in_braces_stays_in_braces(tmp_path: Path) -> None:
    for text in (
        '{"schema_version": 1, "stage_history": []}\n',
        '{"schema_version": 1}',
        "{schema_version: 1, stage_history: }\n",
    ):
        put(tmp_path, text)
        records.append(tmp_path, "stage_history", ENTRY)
        assert data(tmp_path) == {"schema_version": 1, "stage_history": [ENTRY]}


@pytest.mark.parametrize("style", [{"default_flow_style": False}, {"default_flow_style": None}, {"indent": 6}])
@pytest.mark.parametrize("sort", [True, False])
def test_a_record_that_another_tool_wrote_takes_entries(tmp_path: Path, style: dict[str, Any], sort: bool) -> None:
    whole = {**plain(yamls.marks(WHOLE, PATH)), "waivers": []}
    put(tmp_path, yaml.safe_dump(whole, sort_keys=sort, width=40, **style))
    for name, entry in {"sign_offs": SIGN, "waivers": WAIVE, "stage_history": ENTRY}.items():
        records.append(tmp_path, name, entry)
        records.append(tmp_path, name, entry)
        whole[name] = [*whole[name], entry, entry]
    assert data(tmp_path) == whole


def test_a_missing_record_is_made(tmp_path: Path) -> None:
    records.append(tmp_path, "stage_history", {"stage": "active", "since": "2026-01-01", "reason": None})
    text = (tmp_path / PATH).read_text()
    assert text == HEAD + '\nstage_history:\n  - stage: "active"\n    since: "2026-01-01"\n    reason: null\n'
    assert records.read(tmp_path, private="").stages[0].since == "2026-01-01"


@pytest.mark.parametrize(
    "text",
    [
        "sign_offs: [ # why\n]\n",
        "approvals: &b\n  - item: PLAN-01\n    by: b\nsign_offs: *b\n",
        "decisions:\n  a: |+\n    x\n\n",
        "waivers: []\n...\n",
    ],
)
def test_what_cannot_be_added_to_is_left_alone(tmp_path: Path, text: str) -> None:
    path = put(tmp_path, V + text)
    error = refused("cannot be added to", records.append, tmp_path, "sign_offs", SIGN)
    assert "by hand" in error.next
    assert path.read_text() == V + text and names(path) == ["record.yml"]


def test_our_own_record_takes_an_entry_in_each_list_and_the_patch_is_gits(project: Path) -> None:
    before = (Path(__file__).parent.parent / PATH).read_text()
    put(project, before)
    for name in ("sign_offs", "waivers", "stage_history"):
        entry = {"sign_offs": SIGN, "waivers": WAIVE, "stage_history": ENTRY}[name]
        change = records.planned(project, name, entry)
        patch = put(project.parent, change.patch, "patch")
        git(project, "apply", str(patch))
        assert (project / PATH).read_text() == change.after
        put(project, before)
        kept = set(before.split("\n"))
        assert kept - set(change.after.split("\n")) <= {f"{name}: []"}


def test_a_patch_makes_a_new_file_and_minds_missing_line_ends(project: Path) -> None:
    for text in (None, V + "waivers: []", V + "sign_offs:\r\n- item: A-01\r\n  by: b"):
        if text is not None:
            put(project, text)
        change = records.planned(project, "sign_offs", SIGN)
        git(project, "apply", str(put(project.parent, change.patch, "patch")))
        assert (project / PATH).read_bytes().decode() == change.after


@pytest.mark.parametrize(
    "value", ["\x85 \u2028 \u2029 \ufeff \x7f \u202e \U000e0001", "\U0001f600 ü", " a: b # c ", "", "\0"]
)
def test_any_text_comes_back_from_yaml_as_it_was(value: str) -> None:
    assert yamls.load(f"a: {scalar(value)}") == {"a": value}


def test_a_write_that_fails_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, WHOLE)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record_file.os, "fsync", full)
    refused("disk is full", records.append, tmp_path, "waivers", WAIVE)
    assert path.read_text() == WHOLE and names(path) == ["record.yml"]


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    put(tmp_path, WHOLE)
    entries = [{"item": "PLAN-01", "by": f"number {number}"} for number in range(8)]
    threads = [threading.Thread(target=records.append, args=(tmp_path, "sign_offs", entry)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(data(tmp_path)["sign_offs"]) == 9


def test_the_pure_part_needs_marks_only() -> None:
    root = yamls.marks(V, "x")
    text = with_entry(V, root, "waivers", {"item": "A"})
    assert text == V + '\nwaivers:\n  - item: "A"\n' and plain(root) == {"schema_version": 1}


# ---- what is wrong with a sign-off or waiver

SIGNED = SignOff("PLAN-01", ADA, role="legal", on="2026-01-02", evidence="docs/x.md", sha256="a" * 64)


@pytest.mark.parametrize(
    "changes, sha256, changed, wrong_role, words",
    [
        ({}, "a" * 64, False, False, "^$"),
        ({}, "b" * 64, True, False, r"^docs/x.md has changed since it was signed on 2026-01-02$"),
        ({}, None, True, False, r"^docs/x.md is gone since it was signed on 2026-01-02$"),
        ({"sha256": ""}, "b" * 64, False, False, "^$"),
        ({"evidence": "https://example.org/x", "sha256": ""}, None, False, False, "^$"),
        ({"role": "maintainer"}, "a" * 64, False, True, "^signed as maintainer; the item asks for legal$"),
        ({"role": ""}, "a" * 64, False, True, "^signed without a role; the item asks for legal$"),
        ({"role": ""}, None, True, True, "gone .*, and signed without"),
        ({"on": "2026-12-31"}, "a" * 64, False, False, "still to come"),
    ],
)
def test_the_standing_of_a_sign_off(
    changes: Any, sha256: str | None, changed: bool, wrong_role: bool, words: str
) -> None:
    found = standing(replace(SIGNED, **changes), "legal", "2026-06-01", sha256)
    assert (found.changed, found.wrong_role) == (changed, wrong_role)
    assert re.search(words, found.text)


def test_a_waiver_is_valid_to_its_last_day() -> None:
    row = Waiver("PLAN-01", "r", "A", until="2026-06-01")
    assert valid(row, "2026-06-01") and not valid(row, "2026-06-02") and not valid(replace(row, until=""), "2026-01-01")


def test_days() -> None:
    assert all(map(is_day, ("2024-02-29", "2000-02-29", "2026-12-31")))
    assert not any(map(is_day, ("2026-02-29", "1900-02-29", "2026-13-01", "2026-1-1", "0000-01-01", "٢٠٢٦-01-01", "")))


@pytest.mark.parametrize(
    "path", ["a//b", "./a", "a/../b", "/a", "~/a", ".git/config", "sub/.GIT/x", "a\\b", "a\nb", ""]
)
def test_evidence_that_is_no_path(path: str) -> None:
    assert wrong_evidence(path)


# ---- sign


def test_a_sign_off_is_recorded(project: Path) -> None:
    outcome = sign.run(sign.Request("legal-01", role="Legal", evidence="docs/review.md", note="fine\nso"))
    [entry] = data(project)["sign_offs"]
    assert entry == {
        "item": "LEGAL-01",
        "by": ADA,
        "role": "legal",
        "on": TODAY.isoformat(),
        "commit": git(project, "rev-parse", "HEAD"),
        "evidence": "docs/review.md",
        "sha256": hashlib.sha256(b"Looked at.\n").hexdigest(),
        "note": "fine\nso",
    }
    assert outcome.data["entry"] == entry and outcome.data["written"] and outcome.exit_code == 0
    assert "git add .ospo/record.yml docs/review.md && git commit -s" in said(outcome)
    assert "not committed" in said(outcome) and git(project, "diff", "--cached", "--name-only") == ""
    assert not outcome.data["notes"]
    record = records.read(project, known={"LEGAL-01"})
    assert not standing(
        record.sign_offs[0], "legal", TODAY.isoformat(), evidence.sha256(project, "docs/review.md")
    ).text


def test_signing_twice_is_said_and_changed_evidence_may_be_signed_again(project: Path) -> None:
    request = sign.Request("LEGAL-01", role="legal", evidence="docs/review.md")
    sign.run(request)
    before = (project / PATH).read_bytes()
    outcome = sign.run(request)
    assert "already" in said(outcome) and outcome.data["written"] is False and outcome.data["line"] == 5
    assert (project / PATH).read_bytes() == before
    (project / "docs/review.md").write_text("Looked at again.\n")
    sign.run(request)
    sign.run(replace(request, role="security"))
    assert [row["role"] for row in data(project)["sign_offs"]] == ["legal", "legal", "security"]


@pytest.mark.parametrize(
    "role, words", [("", "No role was given; the item asks for legal"), ("marketing", "does not close")]
)
def test_another_role_is_recorded_and_told(project: Path, role: str, words: str) -> None:
    outcome = sign.run(sign.Request("LEGAL-01", role=role))
    assert words in said(outcome) and words in outcome.data["notes"][0]
    assert data(project)["sign_offs"][0].get("role", "") == role


def test_a_dry_run_shows_the_change_and_writes_nothing(project: Path) -> None:
    outcome = sign.run(sign.Request("LEGAL-01", role="legal", dry_run=True))
    assert not (project / ".ospo").exists() and "Nothing was written." in said(outcome)
    git(project, "apply", str(put(project.parent, outcome.data["diff"], "patch")))
    assert data(project)["sign_offs"] == [outcome.data["entry"]]
    assert 'item: "LEGAL-01"' in said(outcome) and outcome.data["written"] is False


def test_the_key_is_kept_where_commits_are_signed(project: Path) -> None:
    git(project, "config", "user.signingKey", "ABCDEF0123")
    sign.run(sign.Request("LEGAL-01"))
    git(project, "config", "commit.gpgSign", "yes")
    sign.run(sign.Request("LEGAL-02"))
    git(project, "config", "user.signingKey", "~/.ssh/id_ed25519.pub")
    sign.run(sign.Request("PLAN-01"))
    assert [row.get("key") for row in data(project)["sign_offs"]] == [None, "ABCDEF0123", "id_ed25519.pub"]


def test_a_private_sign_off_lies_outside(project: Path) -> None:
    refused("No private record is named", sign.run, sign.Request("LEGAL-01", private=True))
    git(project, "config", "ospo-init.privateRecord", "../private/record.yml")
    outcome = sign.run(sign.Request("LEGAL-01", role="legal", private=True))
    own = project.parent / "private" / "record.yml"
    assert stat.S_IMODE(own.stat().st_mode) == 0o600 and not (project / ".ospo").exists()
    assert "git add" not in said(outcome) and outcome.data["record"] == {
        "path": "../private/record.yml",
        "private": True,
    }
    assert records.read(project).sign_offs[0].private
    assert sign.run(sign.Request("LEGAL-01", role="legal", private=True)).data["written"] is False
    assert sign.run(sign.Request("LEGAL-01", role="legal")).data["written"] is True


@pytest.mark.parametrize(
    "request_, words, then",
    [
        (sign.Request("LEGL-01"), "no item", "Did you mean LEGAL-01: Everyone"),
        (sign.Request("zzzzzz"), "no item", "check"),
        (sign.Request("LEGAL-01", role="legel"), "no role", "Did you mean legal"),
        (sign.Request("LEGAL-01", evidence="http://example.org/x"), "not an https", "https://"),
        (sign.Request("LEGAL-01", evidence="https://ada:secret@example.org/x"), "password", "without"),
        (sign.Request("LEGAL-01", evidence="docs/none.md"), "is not there", "file of the repository"),
        (sign.Request("LEGAL-01", evidence="docs"), "is not a file", "file itself"),
        (sign.Request("LEGAL-01", evidence="../outside.md"), "does not lie in", "Put it there"),
        (sign.Request("LEGAL-01", evidence="docs/link.md"), "is a link", "file itself"),
        (sign.Request("LEGAL-01", evidence="away/outside.md"), "does not lie in", "Put it there"),
        (sign.Request("LEGAL-01", evidence=".git/config"), "is not a path", "file of the repository"),
        (sign.Request("LEGAL-01", note="\x1b[31m"), "cannot be seen", "Leave"),
        (sign.Request("LEGAL-01", note="\udcff"), "not UTF-8", "encoding"),
    ],
)
def test_what_cannot_be_signed(project: Path, request_: sign.Request, words: str, then: str) -> None:
    put(project.parent, "x", "outside.md")
    (project / "docs/link.md").symlink_to("review.md")
    (project / "away").symlink_to("..")
    error = refused(words, sign.run, request_)
    assert then in error.next and "secret" not in error.what
    assert not (project / ".ospo").exists()


def test_git_must_know_who_signs_and_what(project: Path, tmp_path: Path) -> None:
    git(project, "config", "--unset", "user.email")
    assert "git config --global user.email" in refused("user.email not set", sign.run, sign.Request("LEGAL-01")).next
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    refused("no commit", sign.run, sign.Request("LEGAL-01", repo=str(empty)))
    refused("not in a git repository", sign.run, sign.Request("LEGAL-01", repo=str(tmp_path)))


def test_a_broken_record_is_not_signed_in(project: Path) -> None:
    path = put(project, V + "sign_offs: [1]\n")
    refused(f"^{PATH}:2:13: ", sign.run, sign.Request("LEGAL-01"))
    assert path.read_text() == V + "sign_offs: [1]\n"


def test_another_folder_may_be_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    outcome = sign.run(sign.Request("LEGAL-01", repo="project", evidence="docs/review.md"))
    assert f"git -C {project} add .ospo/record.yml docs/review.md" in said(outcome)
    assert data(project)["sign_offs"][0]["evidence"] == "docs/review.md"


def test_evidence_that_git_ignores_is_told(project: Path) -> None:
    (project / ".gitignore").write_text("secret.txt\n")
    put(project, "x", "secret.txt")
    assert "git ignores secret.txt" in said(sign.run(sign.Request("LEGAL-01", role="legal", evidence="secret.txt")))


def test_evidence_is_hashed_without_following_links(project: Path) -> None:
    (project / "link").symlink_to("docs")
    assert evidence.sha256(project, "docs/review.md") == hashlib.sha256(b"Looked at.\n").hexdigest()
    for path in ("link/review.md", "docs", "docs/none.md", "../x", "docs/review.md/x"):
        assert evidence.sha256(project, path) is None


# ---- waive

FULL = waive.Request("LEGAL-02", reason="Later", approver="Bea Example", until=LATER)


def test_a_waiver_is_recorded_and_not_doubled(project: Path) -> None:
    outcome = waive.run(FULL)
    [entry] = data(project)["waivers"]
    assert entry == {
        "item": "LEGAL-02",
        "reason": "Later",
        "approver": "Bea Example",
        "on": TODAY.isoformat(),
        "until": LATER,
    }
    assert outcome.data["entry"] == entry and "git add .ospo/record.yml && git commit -s" in said(outcome)
    [row] = records.read(project).waivers
    assert valid(row, LATER) and row.line == 5
    assert "already" in said(waive.run(FULL)) and len(data(project)["waivers"]) == 1
    sooner = (TODAY + datetime.timedelta(days=5)).isoformat()
    assert f"lasts longer, until {LATER}" in said(waive.run(replace(FULL, until=sooner)))


def test_a_dry_waiver_writes_nothing(project: Path) -> None:
    outcome = waive.run(replace(FULL, dry_run=True))
    assert not (project / ".ospo").exists() and "Would waive" in said(outcome)
    assert "+++ b/.ospo/record.yml" in outcome.data["diff"]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"reason": " ", "approver": "", "until": ""}, "--reason, --approver and --until are missing"),
        ({"until": ""}, "until when: --until is missing"),
        ({"until": "tomorrow"}, "no day"),
        ({"until": "2031-02-30"}, "no day"),
        ({"until": TODAY.isoformat()}, "not in the future"),
        ({"until": "2001-01-01"}, "not in the future"),
        ({"until": (TODAY + datetime.timedelta(days=732)).isoformat()}, "more than two years"),
        ({"approver": "A\nB"}, "more than one line"),
        ({"item": "TECH-01"}, "cannot be waived.*never hides a secret or a missing licence"),
        ({"item": "LEGAL-06"}, "cannot be waived"),
        ({"item": "LEGAL-2"}, "no item"),
        ({"private": True}, "No private record"),
    ],
)
def test_what_cannot_be_waived(project: Path, changes: Any, words: str) -> None:
    refused(words, waive.run, replace(FULL, **changes))
    assert not (project / ".ospo").exists()


def test_two_years_are_not_too_long(project: Path) -> None:
    waive.run(replace(FULL, until=(TODAY + datetime.timedelta(days=731)).isoformat()))
    assert len(data(project)["waivers"]) == 1


def test_every_item_can_be_signed_and_no_secret_waived(items: Mapping[str, Item]) -> None:
    assert issubclass(UserError, OspoInitError)
    assert not items["TECH-01"].waivable and items["LEGAL-01"].waivable
