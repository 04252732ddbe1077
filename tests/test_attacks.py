"""A template is data: each attack of tests/attacks.py, by the real commands, on a machine that would show it.

The machine has secrets in its environment, its home and beside the working folder; programs that leave a trace when
they are run; a port that nobody may call; and a clock. After each attack all of that is looked at.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import attacks
from attacks import ADDRESSES, HOUSES, House
from conftest import git
from foreign import ANSWERS_FILE, AUTHOR, WHO, Content, Files, Link, Script, put
from interrupts import Snapshot, differences, snapshot
from ospo_init.box import filters
from ospo_init.box.fence import Limits
from ospo_init.core.trees import MAX_NAME, File, check_path, check_tree
from ospo_init.edges.box import Box
from ospo_init.errors import TemplateError
from scenes import Done, ospo, publish

SECRET = "5ecret"
LIMITS = Limits(seconds=30.0, memory=1024**3, files=200, bytes=20 * 1024**2)
SOON = LIMITS._replace(seconds=1.2)
HANGS = 60  # seconds after which an attack has hung the command
PROGRAMS = (
    *("sh", "bash", "touch", "id", "env", "cat", "python", "python3", "perl", "ssh", "curl", "wget", "less", "vi"),
    *("git-lfs", "git-remote-ext", "git-remote-fd", "gpg", "uname", "xdg-open"),
)
RAW = {"\x1b", "\x07", "\x9b", "\u202e"}
HARMLESS: Files = {"copier.yml": "name: x\n", "README.md": "A harmless file.\n", **ANSWERS_FILE}


@dataclass(frozen=True)
class Machine:
    """A machine that shows what was done to it. `work` is the working folder, `project` what is made in it."""

    root: Path
    calls: list[str]
    port: int

    @property
    def work(self) -> Path:
        return self.root / "home" / "work"

    @property
    def project(self) -> Path:
        return self.work / "p"

    @property
    def house(self) -> Path:
        return self.root / "house"

    @property
    def env(self) -> dict[str, str]:
        """What the commands find in their environment."""
        path = f"{self.root / 'canary'}{os.pathsep}{os.environ['PATH']}"
        own = {"HOME": str(self.root / "home"), "PATH": path, "TMPDIR": str(self.root / "temporary")}
        return own | {"SECRET_TOKEN": f"{SECRET}-in-the-environment"}

    def told(self, text: str) -> str:
        """Return `text` with what the machine has in the places of its marks."""
        for mark, value in {
            "@TRACE@": self.root / "trace",
            "@SECRET@": self.root / "outside" / "secret",
            "@OUTSIDE@": self.root / "outside",
            "@HOUSE@": self.house,
            "@PORT@": self.port,
        }.items():
            text = text.replace(mark, str(value))
        return text

    def filled(self, files: Files) -> dict[str, Content]:
        """Return files with what the machine has in the places of its marks."""

        def fill(content: Content) -> Content:
            if isinstance(content, (Link, Script)):
                return type(content)(self.told(content[0]))
            return self.told(content) if isinstance(content, str) else content

        return {self.told(path): fill(content) for path, content in files.items()}

    def run(self, *arguments: str | Path) -> Done:
        """Run a command of ospo-init and assert that it did no harm, and said so if it did nothing."""
        before = self._seen()
        done = ospo(*arguments, cwd=self.work, **self.env)
        self._assert_unharmed(before, changed=done.code in (0, 1))
        assert SECRET not in done.out + done.err
        assert not RAW & set(done.out + done.err)
        if done.code not in (0, 1):
            assert done.code in (2, 4), done.out + done.err
            assert done.out == ""
            assert len(done.err.splitlines()) == 2 and all(done.err.splitlines()), done.err
        return done

    def git(self, *arguments: str) -> None:
        """Run git in the project as its user would, with the programs that leave a trace in the way."""
        env = {**os.environ, **AUTHOR, **self.env}
        subprocess.run(["git", *arguments], cwd=self.project, env=env, capture_output=True, check=True)

    def _seen(self) -> Snapshot:
        """Return all that is there, but for where `update` keeps what it needs to be undone."""
        return {path: row for path, row in snapshot(self.root).items() if "/.git/ospo-init" not in path}

    def _assert_unharmed(self, before: Snapshot, changed: bool) -> None:
        after = self._seen()
        own = str(self.project.relative_to(self.root))
        if changed:
            before, after = ({path: row for path, row in rows.items() if not f"{path}/".startswith(f"{own}/")}
                             for rows in (before, after))  # fmt: skip
        assert differences(before, after) == ""
        assert self.calls == []
        for path in self.project.rglob("*"):
            assert not path.is_file() or path.is_symlink() or SECRET.encode() not in path.read_bytes(), path
            assert not path.is_symlink() or self.project in path.resolve().parents, path


@pytest.fixture(scope="module")
def network() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and who called it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return
                calls.append("somebody called")

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], calls


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: tuple[int, list[str]]) -> Iterator[Machine]:
    """A machine; what hangs it is ended by its clock."""
    port, calls = network
    calls.clear()
    found = Machine(tmp_path, calls, port)
    for name in ("canary", "outside", "temporary", "home/work"):
        (tmp_path / name).mkdir(parents=True)
    put(tmp_path / "canary", {"program": Script(f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/trace\n')})
    put(tmp_path / "canary", {name: Link("program") for name in PROGRAMS})
    secrets = {"outside/secret": f"{SECRET}: in a file\n", "home/secret": SECRET, "home/.netrc": SECRET}
    put(tmp_path, secrets)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(Box.__init__, "__defaults__", (LIMITS,))
    before = signal.signal(signal.SIGALRM, _hung)
    signal.alarm(HANGS)
    yield found
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _hung(*_: object) -> None:
    raise TimeoutError("the command hangs")


def new(machine: Machine, house: str | Path, *more: str) -> Done:
    """Run `new` on a house; what is then made may have been committed, and must not run anything either."""
    done = machine.run("new", machine.project, "--defaults", f"--house={house}", *more)
    assert machine.project.exists() == (done.code == 0 and "--dry-run" not in more)
    if machine.project.exists():
        assert not list((machine.project / ".git" / "hooks").glob("pre-commit"))
        for words in (("status",), ("commit", "--quiet", "--all", "--allow-empty", "-m", "x"), ("diff", "HEAD~")):
            machine.git(*words)
        assert not (machine.root / "trace").exists()
    return done


CASES = [(name, form) for name, row in HOUSES.items() for form in row.forms]


@pytest.mark.parametrize("name, form", CASES, ids=[f"{name}-{form}" for name, form in CASES])
def test_a_house_does_nothing_but_fill_files(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str, form: str
) -> None:
    row = HOUSES[name]
    if row.endless:
        monkeypatch.setattr(Box.__init__, "__defaults__", (SOON,))
    publish(machine.house, "v1.0.0", machine.filled(attacks.made(row, form)))
    done = new(machine, machine.house, *map(machine.told, row.given))
    assert done.code in (2, 4) or form in row.literal, "it was not refused"
    assert not row.endless or "took" in done.err
    for command in row.then if form == row.forms[0] else ():
        THEN[command](machine, row, form, done)


def _update(machine: Machine, row: House, form: str, _: Done) -> None:
    """A project of a harmless version does not let the attack in with the next one."""
    shutil.rmtree(machine.house)
    shutil.rmtree(machine.project, ignore_errors=True)
    publish(machine.house, "v1.0.0", HARMLESS)
    assert new(machine, machine.house).code == 0
    publish(machine.house, "v1.1.0", machine.filled(attacks.made(row, form)))
    with _same(machine.project, unless=form in row.literal):
        done = machine.run("update", machine.project, "--defaults")
    assert done.code in (2, 4) or form in row.literal, "it was not refused"
    machine.git("status")
    assert not (machine.root / "trace").exists()


def _adopt(machine: Machine, row: House, form: str, _: Done) -> None:
    """A repository that no template made does not let it in either."""
    put(machine.project, {"README.md": "mine\n"})
    git(machine.project, "init", "--quiet")
    git(machine.project, "add", "--all")
    git(machine.project, *WHO, "commit", "--quiet", "-m", "mine")
    with _same(machine.project):
        done = machine.run("update", machine.project, "--adopt", "--defaults", f"--house={machine.house}")
    assert done.code in (2, 4), "it was not refused"
    shutil.rmtree(machine.project)


class _same:
    """Assert that the files of a project are the same afterwards."""

    def __init__(self, project: Path, unless: bool = False) -> None:
        self.project, self.unless = project, unless

    def __enter__(self) -> None:
        self.before = self._seen()

    def __exit__(self, *_: object) -> None:
        assert self.unless or differences(self.before, self._seen()) == ""

    def _seen(self) -> Snapshot:
        return {path: row for path, row in snapshot(self.project).items() if not path.startswith(".git/ospo-init")}


THEN: dict[str, Callable[[Machine, House, str, Done], None]] = {
    "update": _update,
    "adopt": _adopt,
    "questions": lambda machine, row, form, done: (machine.run("questions", f"--house={machine.house}"), None)[-1],
    "dry run": lambda machine, row, form, done: (
        shutil.rmtree(machine.project),
        new(machine, machine.house, "--dry-run"),
        None,
    )[-1],
    "status": lambda machine, row, form, done: (machine.run("status", machine.project), None)[-1],
    "again": lambda machine, row, form, done: (machine.run("update", machine.project, "--defaults"), None)[-1],
}


@pytest.mark.parametrize("address, tries", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_is_no_command(machine: Machine, address: str, tries: str) -> None:
    publish(machine.house, "v1.0.0", HARMLESS)
    for command in (("new", machine.project, "--defaults"), ("questions",)):
        done = machine.run(*command, f"--house={machine.told(address)}")
        assert done.code == 2, "it was not refused"


def _programs(machine: Machine, git_dir: Path) -> None:
    touch = f"touch {machine.root / 'trace'};"
    config = git_dir / "config"
    names = (
        "core.fsmonitor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "core.pager",
        "core.editor",
        "gpg.program",
    )
    for name in (*names, "uploadpack.packObjectsHook", "credential.helper", "remote.origin.uploadpack"):
        git(git_dir, "config", "--file", str(config), name, touch)
    git(git_dir, "config", "--file", str(config), "core.hooksPath", str(git_dir / "hooks"))
    for hook in (
        "pre-upload-pack",
        "post-upload-pack",
        "reference-transaction",
        "post-index-change",
        "fsmonitor-watchman",
    ):
        put(git_dir / "hooks", {hook: Script(f"#!/bin/sh\n{touch}\n")})


def _bare(machine: Machine) -> None:
    shutil.move(machine.house / ".git", machine.root / "bare")
    shutil.rmtree(machine.house)
    (machine.root / "bare").rename(machine.house)
    git(machine.house, "config", "core.bare", "true")
    _programs(machine, machine.house)


def _promised(machine: Machine) -> None:
    blob = git(machine.house, "rev-parse", "HEAD:README.md")
    (machine.house / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(machine.root / "outside"),
        "remote.origin.uploadpack": f"touch {machine.root / 'trace'};",
    }.items():
        git(machine.house, "config", name, value)


def _elsewhere(machine: Machine) -> None:
    shutil.rmtree(machine.house / ".git")
    put(machine.house, {".git": f"gitdir: {machine.root / 'outside'}\n"})


def _ring(machine: Machine) -> None:
    own = machine.house / ".git" / "objects"
    put(own / "info", {"alternates": f"{own}\n{own}/../objects\n{machine.root / 'outside'}\n"})


def _linked(machine: Machine) -> None:
    folder, secret = machine.house / ".git", str(machine.root / "outside" / "secret")
    put(folder, {"refs/tags/v9.0.0": Link(secret), "refs/heads/other": Link(secret)})
    put(folder / "objects", {"11/" + "1" * 38: Link(secret)})


def _options(machine: Machine) -> None:
    git(machine.house, "tag", "--delete", "v1.0.0")
    for name in (f"--upload-pack=touch{machine.root / 'trace'}", "-x", "\u202e\u2066evil"):
        git(machine.house, "update-ref", f"refs/tags/{name}", "HEAD")


def _tagged(what: str, *how: str) -> Callable[[Machine], None]:
    def spoil(machine: Machine) -> None:
        git(machine.house, *WHO, "tag", *how, "v9.0.0", git(machine.house, "rev-parse", what))

    return spoil


def _submodule(machine: Machine) -> None:
    git(machine.house, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(machine.house, *WHO, "commit", "--quiet", "-m", "x")
    git(machine.house, "tag", "v9.0.0")


SPOILS: dict[str, tuple[Callable[[Machine], None], int]] = {
    "programs in its configuration": (lambda machine: _programs(machine, machine.house / ".git"), 0),
    "programs in a bare one": (_bare, 0),
    "promised objects": (_promised, 2),
    "a file that leads elsewhere": (_elsewhere, 2),
    "objects that are borrowed in a ring": (_ring, 0),
    "references that are links": (_linked, 2),
    "tags that are options": (_options, 2),
    "a tag that is a file": (_tagged("HEAD:README.md"), 2),
    "a tag that is a folder": (_tagged("HEAD^{tree}"), 2),
    "a signed tag of a file": (_tagged("HEAD:README.md", "--annotate", "-m", "x"), 2),
    "a submodule": (_submodule, 4),
}


@pytest.mark.parametrize("name", attacks.REPOSITORIES)
def test_a_repository_runs_nothing(machine: Machine, name: str) -> None:
    publish(machine.house, "v1.0.0", HARMLESS)
    spoil, code = SPOILS[name]
    spoil(machine)
    assert new(machine, machine.house).code == code
    assert not (machine.root / "trace").exists()


def test_the_machine_would_show_it(machine: Machine) -> None:
    """What the attacks stand on: a program that is run, and a call that is made, are seen."""
    subprocess.run(["sh", "-c", "true"], env=machine.env, check=True)
    assert "canary/sh" in (machine.root / "trace").read_text()
    socket.create_connection(("127.0.0.1", machine.port)).close()
    while not machine.calls:
        pass
    before = machine._seen()
    put(machine.root, {"outside/new": "x"})
    with pytest.raises(AssertionError):
        machine._assert_unharmed(before, changed=False)


def test_there_are_enough_of_them() -> None:
    """The documents list them: every one has a name of its own and a sentence."""
    rows = attacks.rows()
    assert len({name for name, _ in rows}) == len(rows) >= 60
    assert len({tries for _, tries in rows}) == len(rows)


# Jinja's own filters: they know nothing but what they are given, but for `random`.
_JINJA = (
    "abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format "
    "groupby indent int items join last length list lower map max min pprint random reject rejectattr replace reverse "
    "round safe select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode "
    "urlize wordcount wordwrap xmlattr"
)
JINJA = frozenset(_JINJA.split())


def test_every_filter_that_is_installed_was_looked_at() -> None:
    """A new version's new filter fails this test: read it, and put it into a table of box/filters.py."""
    from jinja2.defaults import DEFAULT_FILTERS
    from jinja2_ansible_filters.core_filters import FilterModule

    assert set(DEFAULT_FILTERS) == JINJA
    tables = [set(table) for table in (filters.REMOVED, filters.PURE, filters.CHANGING, filters.REPLACED)]
    assert set().union(*tables) == set(FilterModule().filters())
    assert sum(map(len, tables)) == len(set().union(*tables)), "a filter stands in two tables"


def test_what_is_no_filter_that_we_know_is_removed() -> None:
    left = filters.allowed({"new": str, "expandvars": str, "bool": str, "relpath": str})
    assert left["bool"] is str
    assert left["relpath"]("a/b", "c") == "../a/b" and left["relpath"]("x", "/") == "project/x"
    for name in ("new", "expandvars"):
        with pytest.raises(TemplateError, match=name):
            left[name]("x")


def test_in_the_box_only_copiers_own_filters_are_added() -> None:
    """Copier's environment, as it is in the box: no filter that is not in the tables, in neither kind of template."""
    from ospo_init.core.expressions import FILTERS, environment
    from ospo_init.edges import yamls

    ours = environment({}, {}, yamls.to_nice_yaml).filters
    assert set(ours) - JINJA == set(FILTERS) <= set(filters.PURE)


def test_the_box_says_truly_whether_it_has_a_network_of_its_own() -> None:
    """The system itself is asked which network the child has; where there is no such question, it has none."""
    with Box(LIMITS) as box:
        box.load(_tree({"copier.yml": "_subdirectory: p\n", "p/f": "x"}))
        if not Path("/proc/self/ns/net").exists():
            assert box.apart is False
            return
        own, its = (Path(f"/proc/{who}/ns/net").readlink() for who in ("self", box.child.pid))
        assert box.apart is (own != its)


def test_without_a_network_of_its_own_the_box_does_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    from ospo_init.edges import box as module

    refuse = "from ospo_init.box import namespace; namespace._NEW_NETWORK = namespace._NEW_USER = 1 << 40;"
    monkeypatch.setattr(
        module, "_BOOT", module._BOOT.replace("from ospo_init.box.child", f"{refuse}from ospo_init.box.child")
    )
    with Box(LIMITS) as box:
        box.load(_tree({"copier.yml": "_subdirectory: p\n", "p/f": "x"}))
        assert box.apart is False
        origin = {"_commit": "v1.0.0", "_src_path": "x", "_hash": "0" * 40}
        assert set(box.render({}, {}, origin)[1]) == {"f"}


def _tree(files: dict[str, str]) -> dict[str, File]:
    return {path: File(text.encode()) for path, text in files.items()}


@pytest.mark.parametrize(
    "path",
    [
        *("con .txt", "clock$", "a/NUL  .x", ".. /x", "...", "C:x", "x:y", "é" * 128, "a/" + "x" * 256),
        *(".git\u200d/x", ".GIT. /x", "git~12", "\ufeff.git/x"),
    ],
)
def test_names_that_are_others_elsewhere(path: str) -> None:
    with pytest.raises(TemplateError, match="may not write"):
        check_path(path)
    assert check_path("x" * MAX_NAME) and check_path("console/auxiliary.txt") and check_path(".x. y/..z")


@pytest.mark.parametrize(
    "twins",
    [("\u00df", "SS"), ("e\u0301", "\u00c9"), ("a\u200db", "AB"), ("\u212b", "\u00e5"), ("x. ", "x"), ("a /b", "A./B")],
)
def test_names_that_are_one_elsewhere(twins: tuple[str, str]) -> None:
    with pytest.raises(TemplateError, match="same file"):
        check_tree(_tree(dict.fromkeys(twins, "x")))
