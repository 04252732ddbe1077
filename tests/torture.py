"""A differential torture of the update's merge: what a template changed, what a person did, who owns the file.

    python tests/torture.py --runs 10000 --seed 7                 on trees: from the renders to what would be written
    python tests/torture.py --runs 200 --seed 7 --end-to-end      by the command line, on real repositories
    python tests/torture.py --only 7/1234 [--end-to-end]  one case again, as a failure prints it

A case is made from its seed alone. What must hold of every case is in `problems`; it knows nothing of how the merge
works: it compares what the person had, what the template made, and what came out.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import foreign
import scenes
from ospo_init.commands.answering import Settled
from ospo_init.commands.before import Before
from ospo_init.commands.merging import merged
from ospo_init.commands.planned import Planned, Rendered
from ospo_init.core.blobs import blob_id
from ospo_init.core.kept import pattern
from ospo_init.core.lock import Owners, lock
from ospo_init.core.merging import Moves, Own, Stages
from ospo_init.core.origin import Template
from ospo_init.core.trees import EXECUTABLE, LINK, REGULAR, File
from ospo_init.core.updating import Keeping, Renders
from ospo_init.edges import merge, yamls
from ospo_init.edges.head import Repository
from ospo_init.edges.parsing import parses
from ospo_init.edges.project import Project, Recorded, lock_text, read_lock
from ospo_init.errors import UserError

Files = dict[str, File]
ANSWERS, LOCK = ".copier-answers.yml", ".ospo/lock.yml"
TEXTS = (
    *("README.md", "docs/a b.md", "docs/Grüße.md", "-dash.txt", "#x", "[a].md", "a*b.txt", "!x", 'q"uote.md'),
    *(
        "$HOME",
        "emoji🦀.md",
        ".hidden",
        "deep/er/and/deeper/f.txt",
        "trailing .md",
        "q?.md",
        "e\u0301.md",
        "two\u2028.md",
    ),
)
PARSED = (".github/workflows/ci.yml", "config.json", "pyproject.toml", "CITATION.cff", "docs/x.yaml")
OTHER = ("logo.png", "data.bin", "current", "bin/run", "empty")
THEIR_OWN = ("notes.md", "docs/ours.md", "new\nline.md", "back\\slash.md", "tab\t.md", "src/README.md")
NO_UNICODE = "caf\udce9.md"
LINES = {
    "yml": "k-{0}: value",
    "yaml": "k-{0}: [value]",
    "cff": "k-{0}: value",
    "toml": 'k-{0} = "value"',
    "json": '  "k-{0}": 1,',
}


@dataclass
class Case:
    """What the template made and makes, who owns what, and what the person has; `now` and the rest are by path.

    `moved` and `renamed` are what the person and the template really renamed, `declared` what the template tells.
    """

    seed: str
    prefix: str = ""
    old: Files = field(default_factory=dict)
    new: Files = field(default_factory=dict)
    old_owners: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    kept_before: set[str] = field(default_factory=set)
    steps: list[Files] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    foreign: bool = False

    @property
    def now(self) -> Files:
        """What the person has."""
        return self.steps[-1]

    def renders(self) -> Renders:
        """What the box makes of both versions: of a composed template neither what is seeded, nor now what is kept."""
        rows = Owners(self.reply["ownership"])
        owners = {path: rows.of(path) for path in {*self.old, *self.new}}
        old, new = dict(self.old), dict(self.new)
        if not self.foreign:
            old = {path: file for path, file in old.items() if self.old_owners.get(path) != "seeded"}
            new = {path: file for path, file in new.items() if owners[path] != "seeded" and path not in self.kept}
        return Renders({**old, ANSWERS: File(b"v1\n")}, {**new, ANSWERS: File(b"v2\n")}, owners, self.declared)

    @property
    def keeping(self) -> Keeping:
        """What is kept: as the answers say, or where the template has no such question, the lock."""
        before, now = (tuple(map(pattern, sorted(paths))) for paths in (self.kept_before, self.kept))
        return Keeping(before, now)

    @property
    def reply(self) -> dict[str, Any]:
        """What the box says of the new version."""
        owned = {path: {"ownership": owner} for path, owner in self.owners.items()}
        return {"ownership": owned, "sources": {}, "answers_file": ANSWERS, "values": {}}


class Maker:
    """Makes a case of a seed."""

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)
        self.case = Case(seed)
        self.mark, self.count = seed.rpartition("/")[2], 0

    def make(self) -> Case:
        """Return the case."""
        case, dice = self.case, self.dice
        case.prefix, case.foreign = dice.choice(["", "", "", "services/api gateway/"]), self._one_in(3)
        names = dice.sample(TEXTS, dice.randrange(1, 5)) + dice.sample(PARSED, dice.randrange(0, 3))
        case.old = {name: self._fresh(name) for name in [*names, *dice.sample(OTHER, dice.randrange(0, 3))]}
        if self._one_in(4):  # a file that looks like another one
            case.old["twin.md"] = self._edited("twin.md", case.old[names[0]], "old")
        case.new = dict(case.old)
        for name in list(case.old):
            self._template_changes(name)
        for _ in range(dice.randrange(0, 3)):
            name = dice.choice(TEXTS + PARSED + OTHER)
            case.new.setdefault(name, self._fresh(name)) if _free(name, case.new) else None
        self._owners()
        case.steps = [{path: file for path, file in case.old.items() if path not in case.kept_before}]
        for path in case.kept_before & case.old.keys():
            case.steps[0][path] = File(self._lines("mine", 4, path))
        for _ in range(dice.randrange(1, 4)):
            case.steps.append(dict(case.now))
            for name in list(case.now):
                self._person_changes(name)
            for _ in range(dice.randrange(0, 2)):
                self._person_adds()
        return case

    def _one_in(self, number: int) -> bool:
        return self.dice.randrange(number) == 0

    def _token(self, who: str) -> str:
        self.count += 1
        return f"{who}-{self.mark}x{self.count}"

    def _fresh(self, name: str, who: str = "old") -> File:
        if name == "empty":
            return File(b"")
        if name == "current":
            return File(self.dice.choice([b"no/where", b"else/where"]), LINK)
        if name in OTHER and name != "bin/run":
            return File(b"\0\xff" + self._token(who).encode() + self.dice.randbytes(30))
        mode = EXECUTABLE if name == "bin/run" or self._one_in(20) else REGULAR
        data = self._lines(who, self.dice.choice([0, 1, 3, 8, 20]), name)
        if self._one_in(6) and not name.endswith(".json"):
            data = data.rstrip(b"\n")
        return File(data.replace(b"\n", b"\r\n") if self._one_in(8) else data, mode)

    def _lines(self, who: str, number: int, name: str) -> bytes:
        form = LINES.get(name.rpartition(".")[2], "{0} and some words")
        rows = [form.format(self._token(who)) for _ in range(number)]
        if name.endswith(".json"):
            rows = ["{", *rows, '  "last": 1', "}"]
        elif form.startswith("{0}"):
            rows = [row for one in rows for row in ([one, ""] if self._one_in(4) else [one])]
        return "".join(f"{row}\n" for row in rows).encode()

    def _edited(self, name: str, file: File, who: str) -> File:
        """Return `file` with some lines replaced, added or removed; what is no text is made anew."""
        if file.mode == LINK or b"\0" in file.data:
            return self._fresh(name, who) if file.mode != LINK else File(self._token(who).encode(), LINK)
        end = b"\r\n" if b"\r\n" in file.data else b"\n"
        rows = file.data.split(end)
        fixed = 1 if name.endswith(".json") else 0
        for _ in range(self.dice.randrange(1, 4)):
            form = LINES.get(name.rpartition(".")[2], "{0} and some words")
            mark = "shared" if self._one_in(12) else self._token(who)
            row = form.format(mark).encode()
            at = self.dice.randrange(fixed, max(fixed + 1, len(rows) - 1 - 2 * fixed))
            what = self.dice.randrange(4)
            inside = fixed <= at < len(rows) - 1 - 2 * fixed
            if what == 0 and inside:
                rows[at] = row
            elif what == 1 and inside:
                del rows[at]
            else:
                rows.insert(at, row)
        data = end.join(rows)
        if self._one_in(12) and not fixed:
            data = data.removesuffix(end) if data.endswith(end) else data + end
        return File(data, file.mode)

    def _template_changes(self, name: str) -> None:
        case, dice = self.case, self.dice
        file, what = case.new[name], dice.randrange(20)
        if what < 7:
            case.new[name] = self._edited(name, file, "new")
        elif what == 7:
            del case.new[name]
        elif what in (8, 9):
            other = dice.choice(["moved/", ""]) + f"renamed-{len(case.renamed)}{Path(name).suffix}"
            case.new[other] = self._edited(name, file, "new") if self._one_in(2) else file
            del case.new[name]
            case.renamed[name] = other
            if self._one_in(2):
                case.declared[name] = other
        elif what == 10:
            case.new[name] = replace_mode(file)
        elif what == 11:
            case.new[name] = self._fresh(dice.choice(TEXTS + OTHER), "new")
        elif what == 12:
            case.new[name] = _other_ends(file)
        elif what == 13 and file.mode != LINK:  # split
            half = len(file.data) // 2
            case.new[name], case.new["split.md"] = File(file.data[:half], file.mode), File(file.data[half:])

    def _person_changes(self, name: str) -> None:
        case, dice = self.case, self.dice
        now = case.now
        file, what = now[name], dice.randrange(24 * (len(case.steps) - 1) // 2 + 12)
        if what < 4:
            now[name] = self._edited(name, file, "mine")
        elif what == 4:
            del now[name]
            case.moved = {old: at for old, at in case.moved.items() if at != name}
        elif what == 5:
            self._person_renames(name)
        elif what == 6:
            now[name] = replace_mode(file)
        elif what == 7:
            now[name] = _other_ends(file)
        elif what == 8 and name in case.new:
            now[name] = case.new[name]
        elif what == 9:
            now[name] = self._fresh(dice.choice(TEXTS + OTHER), "mine")
        elif what == 10 and self._one_in(3):
            del now[name]
            case.moved = {old: at for old, at in case.moved.items() if at != name}
            now[f"{name}/inside.md"] = File(self._lines("mine", 2, "x"))

    def _person_renames(self, name: str) -> None:
        case = self.case
        other = self.dice.choice([*THEIR_OWN, f"mine/{name}", *case.new])
        if not _free(other, case.now) or other == name:
            return
        file = case.now.pop(name)
        case.now[other] = self._edited(name, file, "mine") if self._one_in(3) else file
        first = next((old for old, at in case.moved.items() if at == name), name)
        case.moved[first] = other

    def _person_adds(self) -> None:
        case = self.case
        name = self.dice.choice([*THEIR_OWN, NO_UNICODE, *TEXTS, *(set(case.new) - set(case.old))])
        if _free(name, case.now):
            alike = self.dice.choice([*case.old.values(), *case.new.values()])
            fresh = self._fresh("README.md", "mine")
            case.now[name] = (
                self._edited(name, alike, "mine") if self._one_in(3) else alike if self._one_in(4) else fresh
            )

    def _owners(self) -> None:
        case, dice = self.case, self.dice
        kinds = ["managed"] * 7 + ["mandated", "seeded"]
        for path in sorted({*case.old, *case.new}):
            case.old_owners[path] = case.owners[path] = dice.choice(kinds)
            if self._one_in(6):
                case.owners[path] = dice.choice(kinds)
            if self._one_in(10) and path not in case.renamed and path not in case.renamed.values():
                case.kept.add(path)
            if (self._one_in(2) and path in case.kept) or self._one_in(30):
                case.kept_before.add(path)


def replace_mode(file: File) -> File:
    """Return `file` made a script, or no script any more."""
    return file if file.mode == LINK else File(file.data, REGULAR if file.mode == EXECUTABLE else EXECUTABLE)


def _other_ends(file: File) -> File:
    if file.mode == LINK or b"\0" in file.data:
        return file
    plain = file.data.replace(b"\r\n", b"\n")
    return File(plain if plain != file.data else plain.replace(b"\n", b"\r\n"), file.mode)


def _free(name: str, files: Iterable[str]) -> bool:
    return not any(name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/") for other in files)


class Result(NamedTuple):
    """What came out: all files, the sides of what is in conflict, and which renames were followed."""

    files: Files
    conflicts: Mapping[str, Stages]
    moves: Moves


def problems(case: Case, result: Result) -> Iterator[str]:
    """Yield what is wrong with a result, in the paths of the project's folder."""
    renders = case.renders()
    yield from _lost_lines(case, result)
    yield from _own_files(case, result, renders)
    yield from _conflicts(result)
    for path in renders.new.keys() - {ANSWERS}:
        yield from _file(case, result, renders, path)
    for path in renders.old.keys() - renders.new.keys() - result.moves.template.keys():
        at = result.moves.project.get(path, path)
        owner, mine = renders.owners[path], case.now.get(at)
        if (
            at == path
            and mine == renders.old[path]
            and owner != "seeded"
            and path not in case.kept
            and path in result.files
        ):
            yield f"{path!r} is not generated any more, was not edited, and is still there"


def _lost_lines(case: Case, result: Result) -> Iterator[str]:
    """A line that a person wrote is where it was, or where the template has moved the file, or in a conflict there."""
    moves = result.moves.template
    for path, file in case.now.items():
        places = [path, *(new for old, new in moves.items() if result.moves.project.get(old, old) == path)]
        there = [(place, result.files[place]) for place in places if place in result.files]
        if file.mode == LINK or b"\0" in file.data:
            mine = b"mine-" in file.data
            if mine and not any(file.data == other.data for _, other in there):
                yield f"{path!r} was made by a person, and is gone or changed"
            continue
        wanted = _mine(file.data)
        if wanted and not any(_is_within(wanted, _mine(_side(other.data))) for _, other in there):
            yield f"{path!r} has lost lines of a person: {wanted}"


def _mine(data: bytes) -> list[bytes]:
    return [row.strip() for row in data.splitlines() if b"mine-" in row]


def _is_within(wanted: Sequence[bytes], rows: Sequence[bytes]) -> bool:
    """Whether `wanted` stand in `rows` in their order."""
    left = iter(rows)
    return all(row in left for row in wanted)


_REGION = re.compile(
    rb"^<{7} yours\r?\n(.*?)^\|{7} [^\n]*\n.*?^={7}\r?\n(.*?)^>{7} template v2\r?(?:\n|$)", re.M | re.S
)


def _side(data: bytes, side: int = 1) -> bytes:
    """Return a text with each conflict in it settled: 1 as the person has it, 2 as the template has it."""
    return _REGION.sub(lambda found: found[side], data)


def _own_files(case: Case, result: Result, renders: Renders) -> Iterator[str]:
    """What the template never had, what is kept and what is seeded is as it was, byte for byte."""
    theirs, moved = {*renders.old, *renders.new}, {*result.moves.project.values()}
    for path in {*case.now, *result.files} - {ANSWERS, LOCK, *moved}:
        left = path not in theirs or path in case.kept or (renders.owners.get(path) == "seeded" and path in case.now)
        if left and case.now.get(path) != result.files.get(path):
            yield f"{path!r} is the person's, and is not as it was"


def _conflicts(result: Result) -> Iterator[str]:
    for path, file in result.files.items():
        marked = _side(file.data) != file.data
        if marked and path not in result.conflicts:
            yield f"{path!r} holds marks of a conflict, and is in none"
    for path, sides in result.conflicts.items():
        if path not in result.files:
            yield f"{path!r} is in conflict, and nothing is there to settle it with"
        elif _are_texts(sides, result.files[path]) and _side(result.files[path].data) == result.files[path].data:
            yield f"{path!r} is in conflict, and has no marks"


def _are_texts(sides: Stages, file: File) -> bool:
    """Whether all sides of a conflict are texts, as far as that shows."""
    modes = [side.mode for side in (sides.base, sides.ours, sides.theirs, file) if side]
    data = [side.data for side in (sides.base, sides.theirs, file) if side]
    return len(modes) == 4 and LINK not in modes and not any(b"\0" in one for one in data)


def _file(case: Case, result: Result, renders: Renders, path: str) -> Iterator[str]:
    """Yield what is wrong with one file of the new version."""
    new, owner = renders.new[path], renders.owners[path]
    followed = {after: before for before, after in result.moves.template.items()}
    name = path if path in renders.old else followed.get(path, path)
    base = renders.old.get(name)
    if base is not None and name in case.kept_before and name not in case.now:
        base = None  # it was never deleted
    at = result.moves.project.get(name, name) if base else path
    mine = case.now.get(at)
    place = at if at != name else path
    if (
        path in case.kept or (path in case.now and path != at) or owner == "seeded"
    ):  # a file of the person's stands there, or it is theirs
        return
    out = result.files.get(place)
    if mine is None and (base is None or owner == "mandated"):
        if out != new:
            yield f"{path!r} ({owner}) is not there as the template makes it"
    elif mine is None:
        if out is not None and place not in case.now:
            yield f"{path!r} was deleted by the person, and is back"
    elif mine == base and out != new:
        yield f"{path!r} was not edited, and is not as the template makes it"
    elif place not in result.conflicts and out is not None and base is not None:
        yield from _merged(path, base, mine, new, out)


def _merged(path: str, base: File, mine: File, new: File, out: File) -> Iterator[str]:
    """Yield what is wrong with a file that both may have changed, and that came out without a conflict."""
    wanted = new.mode if mine.mode == base.mode else mine.mode
    if out.mode != wanted:
        yield f"{path!r} has the mode {out.mode}, not {wanted}"
    if LINK in (base.mode, mine.mode, new.mode) or any(b"\0" in side.data for side in (base, mine, new)):
        if out.data not in (mine.data, new.data):
            yield f"{path!r} is neither the person's nor the template's"
        return
    before, ours, theirs, after = ({*side.data.split()} for side in (base, mine, new, out))
    if extra := after - ours - theirs:
        yield f"{path!r} has words that nobody wrote: {extra}"
    if back := {word for word in after & before if word not in ours or word not in theirs if b"-" in word}:
        yield f"{path!r} has words again that one side removed: {back}"
    if lost := {word for word in theirs - before if word not in after}:
        yield f"{path!r} lacks what the template added: {lost}"
    if all(parses(path, side.data) for side in (mine, new)) and not parses(path, out.data):
        yield f"{path!r} cannot be read any more"


_TEMPLATES = [
    Template("https://example.org/t.git", tag, str(n) * 40, str(n) * 40, {}) for n, tag in enumerate(("v1", "v2"), 1)
]
_OLD, _NEW = _TEMPLATES
_EMPTY = Template("", "", "", "", {})
_WHO = b"Ada <ada@example.org> 0 +0000"


class Ground:
    """A repository that holds the history of many cases, each on a branch of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.branches = folder, 0
        self.git("init", "--quiet", "--template=", "--initial-branch=none", ".")
        self.git("config", "core.logAllRefUpdates", "false")

    def git(self, *arguments: str, data: bytes = b"") -> bytes:
        return subprocess.run(["git", *arguments], cwd=self.folder, input=data, capture_output=True, check=True).stdout

    def commit(self, trees: Sequence[Files], onto: str = "") -> str:
        """Commit trees one after another on a branch of their own, and return the id of the last."""
        self.branches += 1
        name = f"refs/heads/c{self.branches}"
        self.git("fast-import", "--quiet", "--force", data=b"".join(_stream(name, trees, onto)))
        return self.git("rev-parse", name).decode().strip()


def _stream(branch: str, trees: Sequence[Files], onto: str) -> Iterator[bytes]:
    for number, tree in enumerate(trees):
        start = f"from {onto}\n" if onto and number == 0 else ""
        yield f"commit {branch}\n".encode() + b"committer " + _WHO + b"\ndata 0\n" + start.encode() + b"deleteall\n"
        for path, file in tree.items():
            quoted = os.fsencode(path)
            for plain, escaped in ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n")):
                quoted = quoted.replace(plain, escaped)
            yield (
                b"M "
                + file.mode.encode()
                + b' inline "'
                + quoted
                + b'"\ndata %d\n' % len(file.data)
                + file.data
                + b"\n"
            )


def first_lock(case: Case) -> bytes:
    """Return the lock of the project as it was made."""
    owned = {path: {"ownership": owner} for path, owner in case.old_owners.items()}
    files = {path: file for path, file in case.old.items() if path not in case.kept_before}
    reply = {"ownership": owned, "sources": {}, "answers_file": ANSWERS}
    return lock_text(lock(_OLD, {**files, ANSWERS: File(b"v1\n")}, reply, {}))


def committed(case: Case, tree: Files, texts: Mapping[str, bytes]) -> Files:
    """Return the whole repository's tree for a project's: in its folder, beside files of other projects."""
    whole = {**tree, **{path: File(data) for path, data in texts.items()}}
    beside = {path: File(b"beside\n") for path in (case.old if case.prefix else ())}
    return {**beside, **{case.prefix + path: file for path, file in whole.items()}}


def plan(ground: Ground, case: Case, head: str, texts: Mapping[str, bytes], renders: Renders) -> Planned:
    """Return what an update does, from the renders on: all of it but the writing."""
    top = ground.folder
    place = Project(top, top / case.prefix, ANSWERS)
    before = Before(
        place,
        Repository(top, top / ".git", top / ".git" / "index", head),
        Recorded(_OLD.url, "v1"),
        {},
        read_lock(texts[LOCK], LOCK),
        texts,
    )
    return merged(before, Rendered(_NEW, Settled({}), case.keeping, renders, case.reply))


def applied(planned: Planned, whole: Files) -> Files:
    """Return the files as they are once the writes are done."""
    by_id = {blob_id(file.data): file.data for file in whole.values()}
    result = {path: file for path, file in whole.items() if path not in {row.path for row in planned.writes}}
    for row in planned.writes:
        if row.file is not None:
            result[row.path] = row.file
        elif row.own is not None:
            result[row.path] = File(by_id[row.own.id], row.own.mode)
    return result


class Trees:
    """Runs cases on trees, in one repository."""

    def __init__(self, folder: Path) -> None:
        self.ground = Ground(folder)
        self.seen: Counter[str] = Counter()  # what became of files

    def run(self, cases: Sequence[Case], size: int = 40) -> Iterator[str]:
        """Yield what is wrong, after the seed of the case."""
        blocked = {case.seed for case in cases if _stands_in_the_way(case)}
        alone = [[case] for case in cases if case.seed in blocked]
        kinds = [
            [case for case in cases if case.seed not in blocked and case.foreign is kind] for kind in (True, False)
        ]
        for some in [*alone, *(rest[at : at + size] for rest in kinds for at in range(0, len(rest), size))]:
            for said in self._update(together(some), some[0].seed in blocked):
                number = re.match(r"'(\d+)/", said)
                yield f"{some[int(number[1])].seed if number else f'{some[0].seed} and more'}: {said}"

    def _update(self, case: Case, may_be_refused: bool) -> Iterator[str]:
        texts = {ANSWERS: b"v1\n", LOCK: first_lock(case)}
        trees = [committed(case, step, texts) for step in case.steps]
        head = self.ground.commit(trees)
        try:
            planned = plan(self.ground, case, head, texts, case.renders())
        except UserError as error:
            if not may_be_refused:
                yield f"it was refused: {error.what}"
            return
        self.seen.update(fate.what for fate in planned.fates)
        after = applied(planned, trees[-1])
        yield from _judged(case, planned, trees[-1], after)
        after = {path: _settled(file) for path, file in after.items()}
        yield from self._second(case, after, self.ground.commit([after], head))

    def _second(self, case: Case, tree: Files, head: str) -> Iterator[str]:
        """Yield what a second update would change."""
        then = {path: tree[case.prefix + path].data for path in (ANSWERS, LOCK)}
        renders = case.renders()
        old = {**renders.new, **{path: case.new[path] for path in case.kept & case.new.keys()}}
        old = {path: file for path, file in old.items() if case.foreign or case.owners.get(path) != "seeded"}
        same = replace(case, kept_before=case.kept)
        try:
            planned = plan(self.ground, same, head, then, replace(renders, old=old))
        except UserError as error:
            yield f"a second update is refused: {error.what}"
            return
        yield from (f"{row.path[len(case.prefix) :]!r} is changed by a second update" for row in planned.writes)


def _settled(file: File) -> File:
    return file if file.mode == LINK else File(_side(file.data), file.mode)


def _judged(case: Case, planned: Planned, before: Files, after: Files) -> Iterator[str]:
    size = len(case.prefix)

    def own(tree: Files) -> Files:
        return {path[size:]: file for path, file in tree.items() if path.startswith(case.prefix)}

    if _beside(case, before) != _beside(case, after):
        yield "it reached out of the project's folder"
    conflicts = {row.path[size:]: row.stages for row in planned.writes if row.stages}
    if {path[size:] for path in planned.conflicts} != conflicts.keys():
        yield "the conflicts that are told are not those that are written"
    moves = planned.moves
    plain = Moves(
        *({one[size:]: other[size:] for one, other in rows.items()} for rows in (moves.template, moves.project))
    )
    yield from problems(case, Result(own(after), conflicts, plain))


def _beside(case: Case, whole: Files) -> Files:
    """Return the files that are not in the project's folder."""
    return {path: file for path, file in whole.items() if not path.startswith(case.prefix)}


def _stands_in_the_way(case: Case) -> bool:
    """Whether a file of the person's is where the template needs a folder, or the other way round."""
    wanted = case.renders().new
    return any(not _free(path, case.now.keys() - {path}) for path in wanted)


def together(cases: Sequence[Case]) -> Case:
    """Return many cases as one, each in a folder of its own: so they share the processes of one update.

    No two have a word in common, so that git takes no file of one for a file of another.
    """

    def below(rows: Callable[[Case], Mapping[str, Any]]) -> dict[str, Any]:
        return {f"{n}/{path}": value for n, case in enumerate(cases) for path, value in rows(case).items()}

    def both(rows: Callable[[Case], Mapping[str, str]]) -> dict[str, str]:
        return {f"{n}/{one}": f"{n}/{two}" for n, case in enumerate(cases) for one, two in rows(case).items()}

    steps = [below(lambda case, at=at: case.steps[min(at, len(case.steps) - 1)]) for at in range(4)]  # type: ignore[misc]
    kept, before = (
        {f"{n}/{path}" for n, case in enumerate(cases) for path in rows(case)}
        for rows in (lambda case: case.kept, lambda case: case.kept_before)
    )
    owners = below(lambda case: case.old_owners), below(lambda case: case.owners)
    renames = both(lambda case: case.moved), both(lambda case: case.renamed), both(lambda case: case.declared)
    trees = below(lambda case: case.old), below(lambda case: case.new)
    first = cases[0]
    return Case(first.seed, first.prefix, *trees, *owners, kept, before, steps, *renames, first.foreign)


def cases(seed: str, runs: int, start: int = 0) -> Iterator[Case]:
    """Yield the cases of a seed."""
    return (Maker(f"{seed}/{number}").make() for number in range(start, start + runs))


class Repositories:
    """Runs cases end to end: a house with two tags, a project that `new` made, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, cases: Iterable[Case]) -> Iterator[str]:
        """Yield what is wrong, after the seed of the case."""
        for number, case in enumerate(cases):
            place = self.folder / str(number)
            place.mkdir()
            yield from (f"{case.seed}: {said}" for said in self._case(place, replace(case, foreign=False)))
            shutil.rmtree(place)

    def _case(self, place: Path, case: Case) -> Iterator[str]:
        house, top = _house(place / "house", case), place / "work"
        kept = ["-dkept=" + yamls.dump([pattern(path) for path in sorted(case.kept_before)])]
        made = scenes.made(place / "made", f"{house}@v1", *kept)
        texts = {path: (made / path).read_bytes() for path in (ANSWERS, LOCK)}
        top.mkdir()
        ground = Ground(top)
        ground.git("reset", "--quiet", "--hard", ground.commit([committed(case, step, texts) for step in case.steps]))
        chosen = [f"--keep={path}" for path in case.kept - case.kept_before]
        chosen += [f"--take={path}" for path in case.kept_before - case.kept]
        before = _on_disk(top)
        done = scenes.update(top / case.prefix, "--json", "--to", "v2", *chosen)
        if done.code not in (0, 1):
            if not _stands_in_the_way(case) or _on_disk(top) != before or ground.git("status", "--porcelain"):
                yield f"it was refused: {done.out}"
            return
        yield from self._outcome(ground, case, done, before)

    def _outcome(self, ground: Ground, case: Case, done: scenes.Done, before: Files) -> Iterator[str]:
        size, top, after = len(case.prefix), ground.folder, _on_disk(ground.folder)
        own = {path: file for path, file in after.items() if path.startswith(case.prefix)}
        if _beside(case, before) != _beside(case, after):
            yield "it reached out of the project's folder"
        conflicts = {os.fsdecode(path)[size:]: sides for path, sides in _stages(ground).items()}
        if done.code != (1 if conflicts else 0) or {path[size:] for path in done.data["conflicts"]} != conflicts.keys():
            yield f"the exit code is {done.code}, and in conflict are {sorted(conflicts)}"
        moved = {one[size:]: other[size:] for one, other in done.data["renamed_here"].items()}
        result = Result({path[size:]: file for path, file in own.items()}, conflicts, Moves(_renames(top, case), moved))
        yield from problems(case, result)
        for path in conflicts:
            file = result.files[path]
            if file.mode != LINK:
                (top / case.prefix / path).write_bytes(_side(file.data))
        ground.git("add", "--all", "--force")
        ground.git(*foreign.WHO, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", "updated")
        again = scenes.update(top / case.prefix, "--json", "--to", "v2")
        if again.code or "current" not in again.data or ground.git("status", "--porcelain"):
            yield f"a second update changes something: {again.out}"


def _house(folder: Path, case: Case) -> Path:
    """Make the template of a case, with the tags v1 and v2; return its folder."""
    folder.mkdir()
    ground = Ground(folder)
    versions = ((case.old, case.old_owners, {}), (case.new, case.owners, case.declared))
    trees = []
    for files, owners, renamed in versions:
        plain = scenes.composed({}, scenes.NAME + scenes.KEPT, owners, renamed)
        tree = {path: File(str(text).encode()) for path, text in plain.items()}
        trees.append(tree | {f"project/{path}": file for path, file in files.items()})
    ground.git("tag", "v2", ground.commit(trees))
    ground.git("tag", "v1", "v2~1")
    return folder


def _on_disk(top: Path) -> Files:
    found = {}
    for path, (kind, _, data) in scenes.everything(top).items():
        if kind in "-l" and not path.startswith(".git/"):
            script = kind == "-" and (top / path).stat().st_mode & 0o100
            found[path] = File(data, LINK if kind == "l" else EXECUTABLE if script else REGULAR)
    return found


def _stages(ground: Ground) -> dict[bytes, Stages]:
    found: dict[bytes, dict[str, File]] = {}
    for row in ground.git("ls-files", "--unmerged", "-z").split(b"\0")[:-1]:
        about, _, path = row.partition(b"\t")
        mode, key, stage = about.decode().split()
        found.setdefault(path, {})[stage] = File(ground.git("cat-file", "blob", key), mode)
    sides = {path: [rows.get(stage) for stage in "123"] for path, rows in found.items()}
    return {
        path: Stages(base, Own(ours.mode, blob_id(ours.data)) if ours else None, theirs)
        for path, (base, ours, theirs) in sides.items()
    }


def _renames(top: Path, case: Case) -> dict[str, str]:
    """Return which renames of the template's the merge follows."""
    renders = case.renders()
    old, new = (
        {path: file for path, file in tree.items() if path not in {ANSWERS, *case.kept}}
        for tree in (renders.old, renders.new)
    )
    left = {path: file for path, file in old.items() if renders.owners[path] != "seeded"}
    return merge.renames(top, left, new, case.declared)


def main() -> int:
    """Run cases as the command line asks, and print those that are not as they must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", default="")
    parser.add_argument("--start", type=int, default=0, help="the number of the first case")
    parser.add_argument("--only", default="", metavar="SEED/NUMBER", help="one case, alone")
    parser.add_argument("--end-to-end", action="store_true")
    asked = parser.parse_args()
    seed = asked.seed or str(random.SystemRandom().randrange(2**32))
    chosen = [Maker(asked.only).make()] if asked.only else list(cases(seed, asked.runs, asked.start))
    began, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        os.environ |= {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "OSPO_INIT_CACHE": f"{folder}/cache",
        }
        kind = Repositories if asked.end_to_end else Trees
        for said in kind(Path(folder)).run(chosen):
            print(said, flush=True)  # noqa: T201 - it is a command
            wrong += 1
    print(f"{len(chosen)} cases of seed {asked.only or seed}, {wrong} problems, {time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
