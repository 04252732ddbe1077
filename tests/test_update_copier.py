"""`update` beside the real command: where nobody has edited anything, plain `copier update` gives the same tree.

It is called as Renovate calls it. What differs is the lock, which is ospo-init's own, and the folders that stay empty.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import git
from foreign import ANSWERS, ANSWERS_FILE, Files, Link, Script, copier, everything
from scenes import KEPT, NAME, answers, composed, fates, made, publish, save, stages, text, update, updated

OLD, NEW = "v1.1.0", "v1.2.0"


class Case(NamedTuple):
    """A template at two versions, the answers that make the project, and those that the update changes."""

    old: Files
    new: Files
    made: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    answers_file: str = ".copier-answers.yml"
    folder: str = ""


def both(tmp_path: Path, case: Case, work: Mapping[str, Any] = {}, gone: tuple[str, ...] = ()) -> tuple[Path, Path]:
    """Make a project, with a person's work in it, and update a copy with each command; return both."""
    house = publish(tmp_path / "house", OLD, case.old)
    given = [piece for answer in case.made for piece in ("-d", answer)]
    first = made(tmp_path / "first", house, *given)
    if case.folder:
        first = _in_folder(tmp_path / "outer", first, case.folder)
    save(first, work, gone)
    publish(house, NEW, case.new)
    changed = [piece for answer in case.changed for piece in ("-d", answer)]
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    shutil.copytree(first, ours, symlinks=True)
    first.rename(theirs)
    options = ("--defaults", "--quiet", "--answers-file", case.answers_file, "--vcs-ref", NEW, *changed)
    skip = () if changed else ("--skip-answered",)
    done = copier("update", *skip, *options, cwd=theirs / case.folder)
    assert done.returncode == 0, done.stderr
    made_by_us = update(ours / case.folder, "--answers-file", case.answers_file, *changed)
    assert made_by_us.code == 0, made_by_us.out + made_by_us.err
    return ours, theirs


def _in_folder(outer: Path, project: Path, folder: str) -> Path:
    """Put a project into a folder of a new repository."""
    git(outer.parent, "init", "--quiet", "--initial-branch=main", outer.name)
    shutil.rmtree(project / ".git")
    (outer / folder).parent.mkdir(parents=True, exist_ok=True)
    project.rename(outer / folder)
    save(outer, {"README.md": text(), "beside/a.md": "beside\n"})
    return outer


COMPOSED = NAME + "colour: {type: str, default: red, choices: [red, green]}\n" + KEPT
WIDER = COMPOSED + "size: {type: int, default: 3}\n"
EXCLUDED = "docs: {type: bool, default: true}\n_exclude: ['{% if not docs %}docs{% endif %}', copier.yml]\n"
ONCE = """\
_exclude:
- copier.yml
- "{% if _copier_operation == 'update' %}once.md{% endif %}"
- "{% if _copier_operation == 'copy' %}later{% endif %}"
name: x
"""
UPPER = "name: x\nup: {type: str, default: '{{ name|upper }}', when: false}\n"
SKIP = "_skip_if_exists: [once.md, 'sub/**']\nname: x\n"
LINKS = "_preserve_symlinks: true\nname: x\n"
PARTS = "name: x\nlayout: {type: str, default: flat, choices: [flat, deep]}\n_subdirectory: '{{ layout }}'\n"
CASES = {
    "composed: changed, added, removed": Case(
        composed({"a.md": text(), "b.md": text(), "c/d.md.jinja": "{{ name }}\n"}, COMPOSED),
        composed({"a.md": text({3: "new"}), "n/e.md": "new\n", "c/d.md.jinja": "{{ name }}!\n"}, COMPOSED),
    ),
    "composed: renamed": Case(
        composed({"a.md": text(), "d/b.md": text(size=30)}, COMPOSED),
        composed({"z.md": text(), "e/b.md": text({4: "new"}, size=30)}, COMPOSED, renamed={"a.md": "z.md"}),
    ),
    "composed: seeded and mandated": Case(
        composed({"s.md": "1\n", "m.md": "1\n", "t.md": "1\n"}, COMPOSED, {"s.md": "seeded", "m.md": "mandated"}),
        composed({"s.md": "2\n", "m.md": "2\n", "t.md": "2\n", "u.md": "2\n"}, COMPOSED,
                 {"s.md": "seeded", "m.md": "mandated", "t.md": "seeded", "u.md": "seeded"}),
    ),
    "composed: modes, bytes and line ends": Case(
        composed({"run": "#!\n", "x": b"\0\xff", "c.bat": "a\r\n", "e": "", "n": "no end", "k": Script("k")}, COMPOSED),
        composed({"run": Script("#!\n"), "x": b"\0", "c.bat": "b\r\n", "e": "e\n", "n": "end\n", "k": "k"}, COMPOSED),
    ),
    "composed: odd names": Case(
        composed(dict.fromkeys(("a b/Grüße.md", "e\u0301.md", "[x]!#.md", "-dash", "🦀"), "1\n"), COMPOSED),
        composed(dict.fromkeys(("a b/Grüße.md", "e\u0301.md", "[x]!#.md", "-dash", "🦀"), "2\n"), COMPOSED),
    ),
    "composed: a new question": Case(
        composed({"a.md.jinja": "{{ name }}\n"}, COMPOSED), composed({"a.md.jinja": "{{ name }} {{ size }}\n"}, WIDER)
    ),
    "composed: a question dropped": Case(
        composed({"a.md.jinja": "{{ name }} {{ size }}\n"}, WIDER), composed({"a.md.jinja": "{{ name }}\n"}, COMPOSED),
        made=("size=7",),
    ),
    "composed: another answer": Case(
        composed({"a.md.jinja": "{{ name }} {{ colour }}\n", "{{ colour }}.md": "x\n"}, COMPOSED),
        composed({"a.md.jinja": "{{ name }} {{ colour }}\n", "{{ colour }}.md": "x\n"}, COMPOSED),
        changed=("colour=green",),
    ),
    "composed: in a folder of a repository": Case(
        composed({"README.md": text(), "b.md": text()}, COMPOSED), composed({"README.md": text({3: "new"})}, COMPOSED),
        folder="services/api x",
    ),
    "composed: nothing new": Case(composed({"a.md": text()}, COMPOSED), composed({"a.md": text()}, COMPOSED)),
    "foreign: changed, added, removed": Case(
        {"copier.yml": "name: x\n", "a.md.jinja": text({1: "{{ name }}"}), "b.md": "b\n", **ANSWERS_FILE},
        {"copier.yml": "name: x\n", "a.md.jinja": text({1: "{{ name }}", 3: "new"}), "c.md": "c\n", **ANSWERS_FILE},
    ),
    "foreign: renamed": Case(
        {"copier.yml": "name: x\n", "a.md": text(), **ANSWERS_FILE},
        {"copier.yml": "name: x\n", "z.md": text({3: "new"}), **ANSWERS_FILE},
    ),
    "foreign: files left out by an answer": Case(
        {"copier.yml": EXCLUDED, "docs/a.md": "1\n", "b.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": EXCLUDED, "docs/a.md": "2\n", "b.md": "2\n", **ANSWERS_FILE},
    ),
    "foreign: files left out by an answer, from now on": Case(
        {"copier.yml": EXCLUDED, "docs/a.md": "1\n", "b.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": EXCLUDED, "docs/a.md": "2\n", "b.md": "2\n", **ANSWERS_FILE}, changed=("docs=false",),
    ),
    "foreign: files left out by an answer, no longer": Case(
        {"copier.yml": EXCLUDED, "docs/a.md": "1\n", "b.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": EXCLUDED, "docs/a.md": "2\n", "b.md": "2\n", **ANSWERS_FILE},
        made=("docs=false",), changed=("docs=true",),
    ),
    "foreign: left out from the new version on": Case(
        {"copier.yml": "name: x\n", "own.md": "1\n", "b.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": "name: x\n_exclude: [copier.yml, own.md]\n", "own.md": "2\n", "b.md": "2\n", **ANSWERS_FILE},
    ),
    "foreign: written once": Case(
        {"copier.yml": SKIP, "once.md": "1\n", "sub/a": "1\n", **ANSWERS_FILE},
        {"copier.yml": SKIP, "once.md": "2\n", "sub/a": "2\n", "sub/b": "2\n", **ANSWERS_FILE},
    ),
    "foreign: by the operation": Case(
        {"copier.yml": ONCE, "once.md": "1\n", "later": "1\n", "b.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": ONCE, "once.md": "2\n", "later": "2\n", "b.md": "2\n", **ANSWERS_FILE},
    ),
    "foreign: another answer moves files": Case(
        {"copier.yml": "pkg: tide\n", "src/{{ pkg }}/a.py.jinja": "# {{ pkg }}\n", **ANSWERS_FILE},
        {"copier.yml": "pkg: tide\n", "src/{{ pkg }}/a.py.jinja": "# {{ pkg }}\nnew = 1\n", **ANSWERS_FILE},
        changed=("pkg=ebb",),
    ),
    "foreign: another subdirectory by an answer": Case(
        {"copier.yml": PARTS, "flat/a": "1\n", "deep/d/a": "1\n",
         **{f"{part}/{{{{ _copier_conf.answers_file }}}}.jinja": ANSWERS for part in ("flat", "deep")}},
        {"copier.yml": PARTS, "flat/a": "2\n", "deep/d/a": "2\n",
         **{f"{part}/{{{{ _copier_conf.answers_file }}}}.jinja": ANSWERS for part in ("flat", "deep")}},
        changed=("layout=deep",),
    ),
    "foreign: another answers file": Case(
        {"copier.yml": "_answers_file: .config/.copier-answers.tide.yml\nname: x\n", "a": "1\n", **ANSWERS_FILE},
        {"copier.yml": "_answers_file: .config/.copier-answers.tide.yml\nname: x\n", "a": "2\n", **ANSWERS_FILE},
        answers_file=".config/.copier-answers.tide.yml",
    ),
    "foreign: in a folder of a repository": Case(
        {"copier.yml": "name: x\n", "README.md": "1\n", **ANSWERS_FILE},
        {"copier.yml": "name: x\n", "README.md": "2\n", "n": "2\n", **ANSWERS_FILE}, folder="a/b",
    ),
    "foreign: links and modes": Case(
        {"copier.yml": LINKS, "l": Link("a"), "a": "1\n", "run": "#!\n", **ANSWERS_FILE},
        {"copier.yml": LINKS, "l": Link("run"), "a": "2\n", "run": Script("#!\n"), **ANSWERS_FILE},
    ),
    "foreign: computed and hidden answers": Case(
        {"copier.yml": UPPER, "a.jinja": "{{ up }}\n", **ANSWERS_FILE},
        {"copier.yml": UPPER.replace("}}'", "}}!'"), "a.jinja": "{{ up }}\n", **ANSWERS_FILE},
        changed=("name=ebb",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_it_makes_what_copier_makes(tmp_path: Path, case: Case) -> None:
    ours, theirs = both(tmp_path, case)
    assert _without_lock(everything(ours)) == _without_lock(everything(theirs))
    assert git(theirs, "ls-files", "--unmerged") == git(ours, "ls-files", "--unmerged") == ""
    said = updated(ours / case.folder, "--dry-run", "--answers-file", case.answers_file) if case.folder else {}
    assert not said or said["template"]["to"] == NEW


def _without_lock(files: Mapping[str, Any]) -> dict[str, Any]:
    return {path: row for path, row in files.items() if not path.endswith(".ospo/lock.yml")}


def test_a_difference_is_seen(tmp_path: Path) -> None:
    ours, theirs = both(tmp_path, CASES["foreign: renamed"])
    (theirs / "z.md").write_text("x\n")
    assert _without_lock(everything(ours)) != _without_lock(everything(theirs))


def test_where_lines_were_edited_the_texts_are_the_same(tmp_path: Path) -> None:
    case = Case(
        composed({"a.md": text(), "b.md": text(), "c.md": text(), "d.md": text()}, COMPOSED),
        composed({"a.md": text({3: "new"}), "b.md": text({3: "new"}), "d.md": text()}, COMPOSED),
    )
    ours, theirs = both(
        tmp_path, case, {"a.md": text({9: "mine"}), "d.md": text({1: "mine"}), "own.md": "x\n"}, ("b.md",)
    )
    assert _without_lock(everything(ours)) == _without_lock(everything(theirs))


def test_what_copier_has_updated_is_taken_up(tmp_path: Path) -> None:
    """Renovate's update is committed; the next one of ospo-init starts there."""
    case = Case(composed({"a.md": text()}, COMPOSED), composed({"a.md": text({3: "new"})}, COMPOSED))
    _, theirs = both(tmp_path, case)
    save(theirs)
    assert fates(updated(theirs)) == {}
    save(theirs, {"a.md": text({3: "new", 9: "mine"})})
    publish(tmp_path / "house", "v1.3.0", composed({"a.md": text({3: "newer"})}, COMPOSED))
    assert fates(updated(theirs)) == {"a.md": "merged"}
    assert (theirs / "a.md").read_text() == text({3: "newer", 9: "mine"})


ODD = (
    *("a b.md", "[x].md", "!bang", "#hash", "star*.md", "ask?.md", "Gru\u0308ße.md", "e\u0301.md", "-dash", "tick`.md"),
    *("deep/[one] two!.md", "trailing ", " leading", "*", "?", "[a-z]", "**", "a'b\"c", "{a,b}.md", "~tilde", "%41"),
    *("$HOME", "漢字", "🦀.md", "ß"),
)  # fmt: skip
# Copier takes a pattern's characters apart (NFD) and the files' names as they are: see core/kept.py.
COMPOSED_NAMES = ("Grüße.md", "한국어", "naïve/é.md")
KINDS = [("--keep", ODD), ("by hand", ODD), ("--keep", COMPOSED_NAMES)]


@pytest.mark.parametrize("through, odd", KINDS, ids=["--keep", "by hand", "composed characters"])
def test_kept_files_are_left_alone_by_both_whatever_their_names(
    tmp_path: Path, through: str, odd: tuple[str, ...]
) -> None:
    """Everything that is kept has a neighbour that is not, and that a careless pattern would keep too."""
    near = [f"{name}x" for name in odd] + ["deep/o.md", "starr.md", "askk.md", "x.md", "a", "b", "hash", "bang"]
    raw = {name: f"{{% raw %}}{name}{{% endraw %}}" if "{" in name else name for name in (*odd, *near)}
    versions = [composed(dict.fromkeys(raw.values(), f"{word}\n"), COMPOSED) for word in ("old", "new")]
    house = publish(tmp_path / "house", OLD, versions[0])
    project = made(tmp_path / "first", house)
    save(project, dict.fromkeys(odd, "mine\n"))
    if through == "--keep":
        updated(project, *(f"--keep={name}" for name in odd))
        save(project)
        assert len(answers(project)["kept"]) == len(odd)
    else:
        rows = "".join(f"- {_escaped(name)}\n" for name in odd)
        recorded = (project / ".copier-answers.yml").read_text().replace("kept: []\n", f"kept:\n{rows}")
        save(project, {".copier-answers.yml": recorded})
    publish(house, NEW, versions[1])
    theirs = tmp_path / "theirs"
    shutil.copytree(project, theirs, symlinks=True)
    done = copier("update", "--skip-answered", "--defaults", "--quiet", "--vcs-ref", NEW, cwd=theirs)
    assert done.returncode == 0, done.stderr
    assert updated(project)["conflicts"] == [] and stages(theirs) == {}
    for place in (project, theirs):
        assert {name: (place / name).read_text() for name in odd} == dict.fromkeys(odd, "mine\n")
        assert {name: (place / name).read_text() for name in near} == dict.fromkeys(near, "new\n")
    assert _without_lock(everything(project)) == _without_lock(everything(theirs))


def _escaped(name: str) -> str:
    """Return a pattern as a person writes it into the answers file, between single quotes."""
    special = "".join(f"\\{mark}" if mark in "*?[]!# \\" else mark for mark in name)
    return "'/" + special.replace("'", "''") + "'"
