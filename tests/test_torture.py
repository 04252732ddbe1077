"""The torture in tests/torture.py, as far as every run of the tests takes it; and that it can fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import torture
from ospo_init.core.merging import FATES, Moves, Stages
from ospo_init.core.trees import EXECUTABLE, File
from torture import ANSWERS, Case, Maker, Repositories, Result, Trees, cases, problems

# Set it to another to see other cases.
SEED = os.environ.get("OSPO_INIT_SEED", "1")  # the same in every run: a test that fails by chance is no test
SHARE, PARTS = 250, 8
FEW, ROUNDS = 10, 5


def _told(wrong: list[str], how: str = "") -> None:
    assert not wrong, "\n".join([f"try one alone: python tests/torture.py --only SEED/NUMBER{how}", *wrong])


@pytest.mark.parametrize("part", range(PARTS))
def test_2000_cases_on_trees(tmp_path: Path, part: int) -> None:
    _told(list(Trees(tmp_path).run(list(cases(SEED, SHARE, part * SHARE)))))


@pytest.mark.parametrize("part", range(ROUNDS))
def test_50_cases_end_to_end(tmp_path: Path, part: int) -> None:
    _told(list(Repositories(tmp_path).run(cases(f"{SEED}-end", FEW, part * FEW))), " --end-to-end")


def test_a_seed_gives_the_same_case_again() -> None:
    assert Maker("7/1").make() == Maker("7/1").make() != Maker("7/2").make()


def test_every_fate_is_met(tmp_path: Path) -> None:
    trees = Trees(tmp_path)
    assert list(trees.run(list(cases("fixed", 460, 780)))) == []
    assert trees.seen.keys() == FATES.keys() and min(trees.seen.values()) >= 3, trees.seen


def test_a_case_is_replayed_by_the_command(tmp_path: Path) -> None:
    command = [sys.executable, torture.__file__]
    for arguments in (["--only", "7/3"], ["--runs", "30", "--seed", "7"], ["--only", "7/3", "--end-to-end"]):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0 and " of seed 7" in done.stdout and "0 problems" in done.stdout, done.stderr


LINES = b"old-1\nold-2\nold-3\nold-4\n"
MINE, NEW, GOOD = LINES + b"mine-1\n", b"new-1\n" + LINES, b"new-1\n" + LINES + b"mine-1\n"
FILES = {"both.md": LINES, "theirs.md": LINES, "gone.md": LINES, "deleted.md": LINES}


def _case() -> Case:
    """A person has edited one file, deleted one, and added one; the template has changed two and removed one."""
    old = {path: File(data) for path, data in FILES.items()}
    new = {"both.md": File(NEW), "theirs.md": File(NEW), "deleted.md": File(NEW), "added.md": File(b"new-2\n")}
    now = {"both.md": File(MINE), "theirs.md": old["theirs.md"], "gone.md": old["gone.md"], "own.md": File(b"mine-2\n")}
    owners = dict.fromkeys([*old, *new], "managed")
    return Case("0/0", old=old, new=new, old_owners=owners, owners=owners, steps=[now])


def _result(**files: bytes | None) -> Result:
    good = {"both.md": GOOD, "theirs.md": NEW, "own.md": b"mine-2\n", "added.md": b"new-2\n", ANSWERS: b"v2\n"}
    rows = {**good, **{name.replace("_", "."): data for name, data in files.items()}}
    return Result({path: File(data) for path, data in rows.items() if data is not None}, {}, Moves())


CONFLICT = (
    b"<<<<<<< yours\nmine-1\n||||||| template v1\nold-1\n=======\nnew-1\n>>>>>>> template v2\nold-2\nold-3\nold-4\n"
)


def _in_conflict(data: bytes) -> Result:
    sides = Stages(File(LINES), torture.Own("100644", "0" * 40), File(NEW))
    return _result(both_md=data)._replace(conflicts={"both.md": sides})


def _script() -> Result:
    good = _result()
    return good._replace(files={**good.files, "both.md": File(GOOD, EXECUTABLE)})


WRONG: dict[str, tuple[Callable[[], Result], str]] = {
    "a line of a person's is lost": (lambda: _result(both_md=NEW), "has lost lines"),
    "a line of the template's is lost": (lambda: _result(both_md=MINE), "lacks what the template added"),
    "a line comes back": (lambda: _result(both_md=GOOD.replace(b"old-2\n", b"old-2\nold-9\n")), "nobody wrote"),
    "an edited file is gone": (lambda: _result(both_md=None), "has lost lines"),
    "an unedited file is not updated": (lambda: _result(theirs_md=LINES), "not as the template makes it"),
    "a deleted file is back": (lambda: _result(deleted_md=NEW), "is back"),
    "a removed file is still there": (lambda: _result(gone_md=LINES), "still there"),
    "a new file is not there": (lambda: _result(added_md=None), "not there as the template makes it"),
    "another file is touched": (lambda: _result(own_md=b"mine-2\nx\n"), "is the person's"),
    "another file comes": (lambda: _result(odd_md=b"x\n"), "is the person's"),
    "marks without a conflict": (lambda: _result(both_md=CONFLICT), "in none"),
    "a conflict without marks": (lambda: _in_conflict(GOOD), "has no marks"),
    "a mode is changed": (_script, "has the mode 100755"),
}


def test_a_good_result_has_no_problems() -> None:
    assert list(problems(_case(), _result())) == []
    case = replace(_case(), steps=[{**_case().now, "both.md": File(LINES.replace(b"old-1", b"mine-1"))}])
    assert list(problems(case, _in_conflict(CONFLICT))) == []


@pytest.mark.parametrize("result, said", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_seen(result: Callable[[], Result], said: str) -> None:
    found = list(problems(_case(), result()))
    assert any(said in problem for problem in found), found
