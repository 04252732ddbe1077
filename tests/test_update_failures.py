"""Where other update engines lose work: every such case that was found, with what `update` does there.

A case ends well, with the result that it has anywhere else, or it is refused: with what is wrong, where, and what to do
next, and with no byte changed, git's own files included.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from conftest import git
from foreign import AUTHOR, WHO, Link, Script, put
from scenes import (
    Done,
    answers,
    composed,
    everything,
    lock_of,
    made,
    ospo,
    ospo_apart,
    publish,
    refuses,
    save,
    stages,
    text,
    untouched,
    update,
)

OLD, NEW = "v1.1.0", "v1.2.0"
FIRST: dict[str, Any] = {
    "a.md": text(),
    "docs/b.md": text(),
    "gone.md": text(),
    "Grüße 漢字.md": text(),
    "logo.png": b"\x89PNG\0\xff",
    "run": "#!/bin/sh\n",
    "link": Link("a.md"),
    "ignored.log": text(),
    ".gitignore": "*.log\n.env\n",
    "crlf.bat": text(end="\r\n"),
}
SECOND: dict[str, Any] = {
    **{path: content for path, content in FIRST.items() if path != "gone.md"},
    "a.md": text({3: "new"}),
    "docs/b.md": text({3: "new"}),
    "docs/new.md": "new\n",
    "Grüße 漢字.md": text({3: "new"}),
    "run": Script("#!/bin/sh\n"),
    "link": Link("run"),
    "ignored.log": text({3: "new"}),
    "crlf.bat": text({3: "new"}, end="\r\n"),
    ".env": "theirs\n",
}
MINE = {"a.md": text({9: "mine"}), "own.md": "mine\n"}
AFTER: dict[str, Any] = {**SECOND, "a.md": text({3: "new", 9: "mine"}), "own.md": "mine\n"}


@dataclass
class Scene:
    """A project to update, its house, and a folder for what else a case needs."""

    project: Path
    house: Path
    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    wrap: tuple[str, ...] = ()
    where: Path | None = None

    def run(self, *arguments: str) -> Done:
        """Update, in a process of its own where the case needs that."""
        place = self.where or self.project
        if self.env or self.wrap:
            return ospo_apart("update", place, "--defaults", *arguments, wrap=self.wrap, **self.env)
        return update(place, *arguments)

    def config(self, *settings: str) -> None:
        """Let the person's own git settings be these."""
        path = self.folder / "gitconfig"
        for setting in settings:
            name, _, value = setting.partition("=")
            git(self.project, "config", "--file", str(path), "--add", name, value)
        self.env["GIT_CONFIG_GLOBAL"] = str(path)

    def script(self, name: str, text: str) -> Path:
        """Write an executable."""
        put(self.folder, {name: Script(f"#!/bin/sh\n{text}\n")})
        return self.folder / name


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project with a person's work in it, and its house, which has a newer version."""
    folder = tmp_path_factory.mktemp("first")
    house = publish(folder / "house", OLD, composed(FIRST))
    project = made(folder / "tide", house)
    save(project, MINE)
    publish(house, NEW, composed(SECOND))
    return project, house


@pytest.fixture
def scene(first: tuple[Path, Path], tmp_path: Path) -> Scene:
    """A copy of the project, to be changed; the house is everybody's."""
    shutil.copytree(first[0], tmp_path / "tide", symlinks=True)
    git(tmp_path / "tide", "status")
    return Scene(tmp_path / "tide", first[1], tmp_path)


def own_house(scene: Scene) -> None:
    """Give the project a house of its own, to be changed too."""
    house = scene.folder / "house"
    shutil.copytree(scene.house, house, symlinks=True)
    for path in (".copier-answers.yml", ".ospo/lock.yml"):
        place = scene.project / path
        place.write_text(place.read_text().replace(str(scene.house), str(house)))
    lock = scene.project / ".ospo" / "lock.yml"
    recorded = git(scene.project, "hash-object", ".copier-answers.yml")
    old = lock_of(scene.project)["files"][".copier-answers.yml"]["blob"]
    lock.write_text(lock.read_text().replace(old, recorded))
    save(scene.project)
    scene.house = house


def as_made(project: Path, expected: Mapping[str, Any]) -> None:
    """Assert that a project's files are these, besides its answers and its lock, in the work tree and in the index."""
    listed = git(project, "-c", "core.quotePath=false", "ls-files", "-z").split("\0")[:-1]
    assert set(listed) == {*expected, ".copier-answers.yml", ".ospo/lock.yml"}
    for path, content in expected.items():
        place = project / path
        if isinstance(content, Link):
            assert place.readlink() == Path(content.to), path
            continue
        data = content.text if isinstance(content, Script) else content
        assert place.read_bytes() == (data.encode() if isinstance(data, str) else data), path
        assert bool(place.stat().st_mode & 0o100) == isinstance(content, Script), path
    assert answers(project)["_commit"] == lock_of(project)["template"]["tag"] == NEW


# --- what ends well


def _nothing(scene: Scene) -> None:
    """The case without anything in its way: what all others are held against."""


def _ignored_by_hand(scene: Scene) -> None:
    save(scene.project, {".gitignore": "*.log\n.env\n*.md\nrun\nlink\n"})


def _autocrlf(value: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        git(scene.project, "config", "core.autocrlf", value)

    return prepare


def _safecrlf(scene: Scene) -> None:
    _settings("core.autocrlf=input", "core.safecrlf=true")(scene)


def _settings(*settings: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        scene.config(*settings)

    return prepare


def _hostile_programs(*settings: str) -> Callable[[Scene], None]:
    """Settings that would start a program: it leaves a trace, and fails."""

    def prepare(scene: Scene) -> None:
        trap = scene.script("trap", f"touch '{scene.folder}/ran'; exit 1")
        scene.config(*(setting.replace("TRAP", str(trap)) for setting in settings))

    return prepare


def _hooks(scene: Scene) -> None:
    names = "post-checkout pre-commit post-index-change reference-transaction post-commit commit-msg prepare-commit-msg"
    for folder in (scene.project / ".git" / "hooks", scene.folder / "hooks"):
        put(folder, {name: Script(f"#!/bin/sh\ntouch '{scene.folder}/ran'\nexit 1\n") for name in names.split()})
    scene.config(f"core.hooksPath={scene.folder / 'hooks'}")


def _nobody(scene: Scene) -> None:
    scene.config("user.useConfigOnly=true")
    scene.env |= dict.fromkeys(AUTHOR, "")


def _read_only_file(scene: Scene) -> None:
    (scene.project / "docs" / "b.md").chmod(0o444)


def _dirty_elsewhere(scene: Scene) -> None:
    (scene.project / "own.md").write_text("mine\n")
    (scene.project / "untracked.txt").write_text("untracked\n")


def _locale(scene: Scene) -> None:
    scene.env |= {"LC_ALL": "C", "LANG": "C"}


def _repository_variables(scene: Scene) -> None:
    other = scene.folder / "other"
    git(scene.folder, "init", "--quiet", "other")
    scene.env |= {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": str(other / "index")}
    scene.env |= {"GIT_OBJECT_DIRECTORY": str(other / ".git" / "objects"), "GIT_PREFIX": "x/", "GIT_NAMESPACE": "n"}


def _other_variables(scene: Scene) -> None:
    scene.env |= {"GIT_GLOB_PATHSPECS": "1", "GIT_ICASE_PATHSPECS": "0", "GIT_DIFF_OPTS": "-u0", "GIT_TRACE": "1"}
    scene.env |= {"GIT_EXTERNAL_DIFF": "false", "GIT_DEFAULT_HASH": "sha256", "GIT_TRACE_SETUP": "1"}


def _subdirectory(scene: Scene) -> None:
    scene.where = scene.project / "docs"


def _worktree(scene: Scene) -> None:
    git(scene.project, "worktree", "add", "--quiet", "-b", "side", str(scene.folder / "side"))
    scene.project = scene.folder / "side"


def _shallow(scene: Scene) -> None:
    git(scene.folder, "clone", "--quiet", "--depth=1", scene.project.as_uri(), "shallow")
    scene.project = scene.folder / "shallow"


def _partial(scene: Scene) -> None:
    """With its origin gone, so that no object can be had from there."""
    git(scene.project, "config", "uploadpack.allowFilter", "true")
    git(scene.folder, "clone", "--quiet", "--filter=blob:none", scene.project.as_uri(), "partial")
    scene.project.rename(scene.folder / "away")
    scene.project = scene.folder / "partial"


def _submodule_inside(scene: Scene) -> None:
    git(scene.folder, "init", "--quiet", "--initial-branch=main", "sub")
    save(scene.folder / "sub", {"x": "x\n"})
    git(
        scene.project,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(scene.folder / "sub"),
        "vendor",
    )
    save(scene.project)
    (scene.project / "vendor" / "x").write_text("dirty\n")


def _is_a_submodule(scene: Scene) -> None:
    outer = scene.folder / "outer"
    git(scene.folder, "init", "--quiet", "--initial-branch=main", "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(scene.project), "in side")
    save(outer)
    scene.project = outer / "in side"


def _detached(scene: Scene) -> None:
    git(scene.project, "checkout", "--quiet", "--detach")


def _separate_git_dir(scene: Scene) -> None:
    git(scene.project, "init", "--quiet", f"--separate-git-dir={scene.folder / 'apart.git'}")


def _reached_by_a_link(scene: Scene) -> None:
    (scene.folder / "by link").symlink_to(scene.project)
    scene.where = scene.folder / "by link"


def _split_index(scene: Scene) -> None:
    git(scene.project, "update-index", "--split-index")


def _index_of_version_4(scene: Scene) -> None:
    git(scene.project, "update-index", "--index-version=4")


def _read_only_home(scene: Scene) -> None:
    scene.env |= {"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere/cache", "OSPO_INIT_CACHE": "/proc/nowhere"}


FINE: dict[str, Callable[[Scene], None]] = {
    "nothing in the way": _nothing,
    "gitignored template file": _ignored_by_hand,
    "CRLF: core.autocrlf=true": _autocrlf("true"),
    "CRLF: core.autocrlf=input": _autocrlf("input"),
    "CRLF: core.safecrlf=true": _safecrlf,
    "read-only file in project": _read_only_file,
    "dirty and untracked files elsewhere": _dirty_elsewhere,
    "status.showUntrackedFiles=no": _settings("status.showUntrackedFiles=no"),
    "core.quotepath=false and non-ASCII template file": _settings("core.quotePath=false"),
    "ASCII locale": _locale,
    "core.hooksPath and hooks that fail": _hooks,
    "commit.gpgsign with a broken gpg": _hostile_programs("commit.gpgSign=true", "gpg.program=TRAP"),
    "core.fsmonitor": _hostile_programs("core.fsmonitor=TRAP"),
    "programs of the person's": _hostile_programs(
        "core.pager=TRAP", "diff.external=TRAP", "core.editor=TRAP", "sequence.editor=TRAP",
        "interactive.diffFilter=TRAP", "core.askPass=TRAP", "credential.helper=TRAP", "core.sshCommand=TRAP",
        "core.alternateRefsCommand=TRAP",
    ),
    "no user.name and user.email": _nobody,
    "merge settings": _settings(
        "merge.conflictStyle=merge", "merge.renames=false", "merge.renormalize=false", "merge.directoryRenames=true",
        "merge.renameLimit=0", "merge.log=true", "merge.ff=only", "merge.verifySignatures=true",
    ),
    "diff settings": _settings(
        "diff.renames=copies", "diff.renameLimit=1", "diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.context=0",
        "diff.algorithm=patience", "diff.orderFile=/nowhere", "diff.ignoreSubmodules=all", "color.ui=always",
        "diff.suppressBlankEmpty=true", "diff.interHunkContext=9",
    ),
    "log settings": _settings(
        "log.showSignature=true", "log.follow=true", "log.decorate=full", "format.pretty=oneline", "log.mailmap=true",
        "log.date=iso", "core.abbrev=40", "log.diffMerges=first-parent", "i18n.logOutputEncoding=latin1",
    ),
    "status settings": _settings(
        "status.renames=copies", "status.short=true", "status.branch=true", "status.submoduleSummary=true",
        "status.relativePaths=false", "status.aheadBehind=false",
    ),
    "core settings": _settings(
        "core.untrackedCache=true", "core.preloadIndex=true", "core.checkStat=minimal", "core.trustctime=false",
        "core.bigFileThreshold=1", "core.compression=0", "core.looseCompression=9", "core.precomposeUnicode=true",
        "core.protectNTFS=true", "core.protectHFS=true", "core.logAllRefUpdates=always", "core.commentChar=;",
        "core.sharedRepository=group", "core.whitespace=cr-at-eol", "apply.whitespace=fix",
    ),
    "transfer settings": _settings(
        "transfer.fsckObjects=true", "fetch.fsckObjects=true", "fastimport.unpackLimit=1", "pack.threads=1",
        "init.defaultBranch=odd", "init.defaultObjectFormat=sha256", "gc.auto=1", "maintenance.auto=true",
        "feature.manyFiles=true", "index.version=4", "advice.detachedHead=true", "fetch.prune=true",
    ),
    "protocol.file.allow=never": _settings("protocol.file.allow=never"),
    "protocol.allow=never": _settings("protocol.allow=never"),
    "GIT_DIR and GIT_INDEX_FILE in env": _repository_variables,
    "other variables of git's": _other_variables,
    "run from a subdirectory of the project": _subdirectory,
    "worktree": _worktree,
    "shallow": _shallow,
    "partial clone": _partial,
    "submodule inside": _submodule_inside,
    "project = submodule": _is_a_submodule,
    "detached HEAD": _detached,
    "a git folder elsewhere": _separate_git_dir,
    "reached by a link": _reached_by_a_link,
    "split index": _split_index,
    "index of version 4": _index_of_version_4,
    "no home and no cache": _read_only_home,
}  # fmt: skip


@pytest.mark.parametrize("prepare", FINE.values(), ids=FINE.keys())
def test_it_ends_well(scene: Scene, prepare: Callable[[Scene], None]) -> None:
    prepare(scene)
    changed = {".gitignore": "*.log\n.env\n*.md\nrun\nlink\n"} if prepare is _ignored_by_hand else {}
    head = git(scene.project, "rev-parse", "HEAD")
    extra = {path: Link("") for path in ("vendor", ".gitmodules") if (scene.project / path).exists()}
    done = scene.run()
    assert done.code == 0, done.out + done.err
    in_tree = _with_crlf(AFTER) if git_setting(scene.project, "core.autocrlf") == "true" else {**AFTER, **changed}
    for path in extra:
        git(scene.project, "rm", "--quiet", "--cached", path)
    as_made(scene.project, in_tree)
    assert git(scene.project, "rev-parse", "HEAD") == head
    assert not (scene.folder / "ran").exists()
    assert stages(scene.project) == {}
    unstaged = git(scene.project, "diff", "--name-only", "--ignore-submodules=all")
    assert unstaged == ""
    git(scene.project, *WHO, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "updated")
    again = scene.run()
    assert again.code == 0 and "Up to date" in again.out
    assert git(scene.project, "diff", "--cached", "--name-only") == ""


def git_setting(project: Path, name: str) -> str:
    done = subprocess.run(["git", "config", name], cwd=project, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _with_crlf(files: Mapping[str, Any]) -> dict[str, Any]:
    """Return what git writes where it is to turn line ends of texts; what the update does not write stays."""
    written = {"a.md", "docs/b.md", "docs/new.md", "Grüße 漢字.md", "run", "ignored.log", ".env", "crlf.bat"}
    found = dict(files)
    for path in written:
        content = files[path]
        data = (content.text if isinstance(content, Script) else content).replace("\r\n", "\n").replace("\n", "\r\n")
        found[path] = Script(data) if isinstance(content, Script) else data
    return found


# --- what is refused


def _writes(path: str, content: Any = "dirty\n") -> Callable[[Scene], None]:
    """Something that is not committed."""

    def prepare(scene: Scene) -> None:
        (scene.project / path).unlink(missing_ok=True)
        put(scene.project, {path: content})

    return prepare


def _commits(files: Mapping[str, Any] = {}, *gone: str) -> Callable[[Scene], None]:
    return lambda scene: save(scene.project, files, gone)


def _deleted(scene: Scene) -> None:
    (scene.project / "docs" / "b.md").unlink()


def _made_a_script(scene: Scene) -> None:
    (scene.project / "docs" / "b.md").chmod(0o755)


def _staged(path: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        put(scene.project, {path: "staged\n"})
        git(scene.project, "add", path)

    return prepare


def _staged_and_put_back(scene: Scene) -> None:
    _staged("own.md")(scene)
    (scene.project / "own.md").write_text("mine\n")


def _hidden_from_git(flag: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        git(scene.project, "update-index", flag, "docs/b.md")
        (scene.project / "docs" / "b.md").write_text("local settings\n")
        assert git(scene.project, "status", "--porcelain") == ""

    return prepare


def _under_way(*command: str) -> Callable[[Scene], None]:
    """A merge or the like that has stopped in a conflict."""

    def prepare(scene: Scene) -> None:
        git(scene.project, "checkout", "--quiet", "-b", "side", "HEAD~1")
        save(scene.project, {"own.md": "side\n"})
        git(scene.project, "checkout", "--quiet", "main")
        full = ["git", *WHO, *(word.replace("TOP", git(scene.project, "rev-parse", "HEAD")) for word in command)]
        assert subprocess.run(full, cwd=scene.project, capture_output=True, check=False).returncode != 0

    return prepare


def _settled_merge(scene: Scene) -> None:
    """All conflicts settled so that nothing differs from HEAD, and not committed."""
    _under_way("merge", "side")(scene)
    git(scene.project, "checkout", "--ours", "--", "own.md")
    git(scene.project, "add", "own.md")


def _conflict_without_a_merge(scene: Scene) -> None:
    save(scene.project, {"own.md": "changed\n"})
    (scene.project / "own.md").write_text("stashed\n")
    git(scene.project, *WHO, "stash", "--quiet")
    save(scene.project, {"own.md": "again\n"})
    subprocess.run(["git", "stash", "pop"], cwd=scene.project, capture_output=True, check=False)
    assert git(scene.project, "ls-files", "--unmerged") != ""


def _no_commit(scene: Scene) -> None:
    git(scene.project, "checkout", "--quiet", "--orphan", "fresh")


def _no_repository(scene: Scene) -> None:
    shutil.rmtree(scene.project / ".git")


def _not_committed_answers(scene: Scene) -> None:
    git(scene.project, "rm", "--quiet", "--cached", ".copier-answers.yml")
    git(scene.project, *WHO, "commit", "--quiet", "-m", "gone")


def _index_lock(scene: Scene) -> None:
    (scene.project / ".git" / "index.lock").write_text("")


def _another_owner(scene: Scene) -> None:
    scene.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"
    scene.config(f"safe.directory={scene.house}", f"safe.directory={scene.house}/.git")


def _answers(change: Callable[[str], str | bytes]) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        text = (scene.project / ".copier-answers.yml").read_text()
        save(scene.project, {".copier-answers.yml": change(text)})

    return prepare


def _lock(change: Callable[[str], str | bytes]) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        save(scene.project, {".ospo/lock.yml": change((scene.project / ".ospo/lock.yml").read_text())})

    return prepare


def _marked(text: str) -> str:
    return "".join(f"<<<<<<< HEAD\n{row}=======\n{row}>>>>>>> other\n" for row in text.splitlines(keepends=True))


def _moved_tag(tag: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        own_house(scene)
        git(scene.house, *WHO, "commit", "--quiet", "--allow-empty", "-m", "moved")
        git(scene.house, "tag", "--force", tag)

    return prepare


def _gone_tag(scene: Scene) -> None:
    """And no lock that says what it had made."""
    own_house(scene)
    save(scene.project, gone=(".ospo/lock.yml",))
    git(scene.house, "tag", "--delete", OLD)


def _no_house(scene: Scene) -> None:
    own_house(scene)
    shutil.rmtree(scene.house)


def _needs_trust(tag: str, setting: str) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        own_house(scene)
        place = scene.house / "copier.yml"
        git(scene.house, "checkout", "--quiet", tag)
        (scene.house / ".ospo-template.yml").unlink()
        place.write_text(place.read_text() + f"_{setting}: [touch pwned]\n")
        git(scene.house, "add", "--all")
        git(scene.house, *WHO, "commit", "--quiet", "-m", "trust")
        git(scene.house, "tag", "--force", tag)
        lock = scene.project / ".ospo" / "lock.yml"
        lock.unlink()
        save(scene.project)

    return prepare


IN_THE_WAY = "Files that git does not have are in the way: {}."
DIRTY = "Uncommitted changes are in the way: {}."
STANDS = "A folder or a file of yours stands where the template writes: {}."
REFUSED: dict[str, tuple[Callable[[Scene], None], str, str]] = {
    "dirty": (_writes("docs/b.md"), DIRTY.format("docs/b.md"), "Commit or stash them"),
    "dirty: deleted": (_deleted, DIRTY.format("docs/b.md"), "Commit or stash them"),
    "dirty: made a script": (_made_a_script, DIRTY.format("docs/b.md"), "Commit or stash them"),
    "dirty: a file that is removed": (_writes("gone.md"), DIRTY.format("gone.md"), "Commit or stash them"),
    "dirty: the lock": (_writes(".ospo/lock.yml", "x: 1\n"), "not a lock", "Bring it back"),
    "assume-unchanged": (_hidden_from_git("--assume-unchanged"), DIRTY.format("docs/b.md"), "Commit or stash them"),
    "skip-worktree": (_hidden_from_git("--skip-worktree"), DIRTY.format("docs/b.md"), "Commit or stash them"),
    "staged": (_staged("own.md"), "Changes are staged: own.md.", "Commit or unstage"),
    "staged: a new file": (_staged("other.md"), "Changes are staged: other.md.", "git restore --staged"),
    "staged, and put back in the work tree": (_staged_and_put_back, "Changes are staged: own.md.", "unstage"),
    "untracked": (_writes("docs/new.md"), IN_THE_WAY.format("docs/new.md"), "--keep PATH"),
    "untracked: the same bytes": (_writes("docs/new.md", "new\n"), IN_THE_WAY.format("docs/new.md"), "--keep PATH"),
    "untracked: a folder": (_writes("docs/new.md/x"), IN_THE_WAY.format("docs/new.md"), "Move them"),
    "untracked: a dangling link": (_writes("docs/new.md", Link("/nowhere")), IN_THE_WAY.format("docs/new.md"), "Move"),
    "git-ignored untracked file at a path the template adds (.env)": (
        _writes(".env"), IN_THE_WAY.format(".env"), "--keep PATH",
    ),
    "user dir where template adds a file": (
        _commits({"docs/new.md/x": "mine\n"}), STANDS.format("docs/new.md"), "--keep PATH",
    ),
    "user file where template adds a dir": (
        _commits({"docs": "mine\n"}, "docs/b.md"), STANDS.format("docs/new.md"), "--keep PATH",
    ),
    "user replaced a dir by a symlink": (
        _commits({"docs": Link("run")}, "docs/b.md"), STANDS.format("docs/new.md"), "--keep PATH",
    ),
    "mid-merge": (_under_way("merge", "side"), "A merge is under way", "Finish or abort it"),
    "mid-merge, settled": (_settled_merge, "A merge is under way", "Finish or abort it"),
    "mid-rebase": (_under_way("rebase", "side"), "A rebase is under way", "Finish or abort it"),
    "mid-rebase, the old way": (_under_way("rebase", "--apply", "side"), "is under way", "Finish or abort it"),
    "mid-cherry-pick": (_under_way("cherry-pick", "side"), "A cherry-pick is under way", "Finish or abort it"),
    "mid-revert": (_under_way("revert", "--no-edit", "side"), "A revert is under way", "Finish or abort it"),
    "unresolved conflicts": (_conflict_without_a_merge, "unresolved conflicts in own.md", "Resolve and commit"),
    "no commit yet": (_no_commit, "has no commit yet", "Commit what is there first"),
    "not git": (_no_repository, "is not in a git repository", "git init"),
    "answers are not committed": (_not_committed_answers, ".copier-answers.yml is not committed", "Commit the project"),
    ".git/index.lock": (_index_lock, "git is at work in this repository", "remove that file"),
    "safe.directory (project of other uid)": (_another_owner, "belongs to another user", "safe.directory"),
    "markers already committed": (
        _commits({"a.md": _marked(text({9: "mine"}))}), "Marks of an earlier conflict are committed in a.md", "Resolve",
    ),
    "answers: bad YAML": (_answers(lambda text: text + "x: [\n"), ".copier-answers.yml:", "Correct that line"),
    "answers: a key twice": (_answers(lambda text: text + "name: x\n"), "stands twice", "Correct that line"),
    "answers: markers": (_answers(_marked), ".copier-answers.yml holds the marks of a merge conflict", "Resolve it"),
    "answers: empty": (_answers(lambda text: ""), ".copier-answers.yml holds no answers", "git log"),
    "answers: a list": (_answers(lambda text: "- x\n"), ".copier-answers.yml holds no answers", "git log"),
    "answers: not UTF-8": (_answers(lambda text: text.encode() + b"# \xff\n"), ".copier-answers.yml", "UTF-8"),
    "answers: `_commit: 1.0`": (_answers(lambda text: text.replace(OLD, "1.0")), "YAML reads _commit as 1.0", '"1.0"'),
    "answers: no _src_path": (
        _answers(lambda text: text.replace("_src_path", "x")), "does not say which template", "_src_path",
    ),
    "_commit absent": (_answers(lambda text: text.replace("_commit", "x")), "records no version", "--adopt"),
    "lock: bad YAML": (_lock(lambda text: text + "x: [\n"), ".ospo/lock.yml:", "Correct that line"),
    "lock: markers": (_lock(_marked), ".ospo/lock.yml holds the marks of a merge conflict", "checkout --ours"),
    "lock: of a later schema": (
        _lock(lambda text: text.replace("schema_version: 1", "schema_version: 2")), "schema 2", "Upgrade ospo-init",
    ),
    "lock: not one": (_lock(lambda text: "files: x\n"), "is not a lock that ospo-init wrote", "remove it"),
    "tag moved": (_moved_tag(OLD), OLD, ""),
    "missing tag": (_gone_tag, f"no tag {OLD}", ""),
    "no template any more": (_no_house, "There is no template at", ""),
    "tasks": (_needs_trust(NEW, "tasks"), "needs trust", "ask its owner"),
    "tasks of the old version": (_needs_trust(OLD, "tasks"), "needs trust", "ask its owner"),
    "migrations": (_needs_trust(NEW, "migrations"), "needs trust", "ask its owner"),
    "extensions": (_needs_trust(NEW, "jinja_extensions"), "needs trust", "ask its owner"),
}  # fmt: skip


@pytest.mark.parametrize("prepare, what, then", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(scene: Scene, prepare: Callable[[Scene], None], what: str, then: str) -> None:
    prepare(scene)
    with untouched(scene.project):
        refuses(scene.run(), what, then, code=4 if "trust" in what else 2)
    assert not (scene.project / ".git" / "ospo-init" / "abort.json").exists()


def test_a_refusal_leaves_nothing_for_abort(scene: Scene) -> None:
    _writes("docs/b.md")(scene)
    refuses(scene.run(), "in the way")
    refuses(ospo("update", scene.project, "--abort"), "There is no update to undo")


# --- what needs a machine of its own


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, where this machine lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _filled(disk: Path, room: int) -> None:
    """Fill a disk but for `room` bytes."""
    stat = os.statvfs(disk)
    (disk / "filler").write_bytes(b"\0" * max(0, stat.f_bavail * stat.f_frsize - room))


ROOM = [0, 4, 8, 16, 32, 48, 64, 96]  # kB; an update of this project takes less than the last


@pytest.mark.parametrize("room", ROOM)
def test_disk_full_during_update(scene: Scene, small_disk: Path, room: int) -> None:
    shutil.copytree(scene.project, small_disk / "tide", symlinks=True)
    scene.project = small_disk / "tide"
    git(scene.project, "status")
    _filled(small_disk, room * 1024)
    done = scene.run()
    if done.code != 0:
        refuses(done, "disk is full", "ake room")
        as_committed(scene.project)
        (small_disk / "filler").unlink()
        done = scene.run()
    assert done.code == 0, done.err
    as_made(scene.project, AFTER)


def as_committed(project: Path) -> None:
    """Assert that the work tree holds the commit's files, and nothing is left of an update."""
    assert git(project, "diff", "HEAD", "--name-only") == git(project, "ls-files", "--others") == ""
    assert not (project / ".git" / "index.lock").exists()
    state = project / ".git" / "ospo-init"
    assert {item.name for item in state.iterdir()} <= {"running"} if state.exists() else True


@pytest.mark.parametrize("room", [0, 4, 64, 256])
def test_tmpdir_full(scene: Scene, small_disk: Path, room: int) -> None:
    _filled(small_disk, room * 1024)
    scene.env["TMPDIR"] = str(small_disk)
    with untouched(scene.project):
        done = scene.run("--dry-run")
    if done.code != 0:
        with untouched(scene.project):
            refuses(scene.run(), "disk is full", "ake room")
    assert sorted(item.name for item in small_disk.iterdir()) == ["filler"]
    del scene.env["TMPDIR"]
    assert scene.run().code == 0
    as_made(scene.project, AFTER)


def test_a_folder_that_may_not_be_written(scene: Scene) -> None:
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and there is no setpriv to take that away")
        without = "-dac_override,-dac_read_search"
        scene.wrap = ("setpriv", f"--bounding-set={without}", f"--inh-caps={without}")
    (scene.project / "docs").chmod(0o555)
    before = everything(scene.project)
    refuses(scene.run(), "You may not write in", "Choose a folder of your own")
    # What git had stored for the files that were not to be stays in its object store, where nothing names it.
    after = {path: row for path, row in everything(scene.project).items() if not path.startswith(".git/objects/")}
    assert after == {path: row for path, row in before.items() if not path.startswith(".git/objects/")}
    (scene.project / "docs").chmod(0o755)


# --- two at once


def test_another_update_running(scene: Scene) -> None:
    import fcntl

    state = scene.project / ".git" / "ospo-init"
    state.mkdir()
    with (state / "running").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with untouched(scene.project):
            refuses(scene.run(), "Another ospo-init is updating this repository", "Wait")
            refuses(ospo("update", scene.project, "--abort"), "Another ospo-init")
    assert scene.run().code == 0
    as_made(scene.project, AFTER)


def test_two_updates_in_parallel(scene: Scene) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: ospo_apart("update", scene.project, "--defaults"), range(2)))
    assert sorted(done.code for done in both) == [0, 2], both
    lost = next(done for done in both if done.code == 2)
    assert "Another ospo-init" in lost.err or "Changes are staged" in lost.err
    as_made(scene.project, AFTER)


def test_four_projects_in_parallel(scene: Scene) -> None:
    """With one cache that is empty at first, through an address that git is sent elsewhere with."""
    address = "https://example.org/house.git"
    scene.config(f"url.{scene.house}.insteadOf={address}")
    own = [scene.folder / f"p{number}" for number in range(4)]
    for project in own:
        shutil.copytree(scene.project, project, symlinks=True)
        recorded = (project / ".copier-answers.yml").read_text()
        save(project, {".copier-answers.yml": recorded.replace(str(scene.house), address)})
    with ThreadPoolExecutor(4) as pool:
        all_ = list(pool.map(lambda project: ospo_apart("update", project, "--defaults", **scene.env), own))
    assert [done.code for done in all_] == [0] * 4, all_
    for project in own:
        as_made(project, AFTER)


# --- what ends otherwise


def test_conflicts_are_told(scene: Scene) -> None:
    save(scene.project, {"docs/b.md": text({3: "mine"})})
    done = scene.run()
    assert done.code == 1 and "conflict   docs/b.md" in done.out and "1 in conflict" in done.out
    assert sorted(stages(scene.project)) == ["docs/b.md"]


def test_a_binary_file_that_the_person_edited_stays(scene: Scene) -> None:
    save(scene.project, {"logo.png": b"\x89PNG\0mine"})
    assert scene.run().code == 0
    as_made(scene.project, {**AFTER, "logo.png": b"\x89PNG\0mine"})


def test_a_file_that_the_template_removes_and_the_person_edited_is_in_conflict(scene: Scene) -> None:
    save(scene.project, {"gone.md": text({1: "mine"})})
    assert scene.run().code == 1
    assert stages(scene.project) == {"gone.md": {1: text().encode(), 2: text({1: "mine"}).encode()}}
    assert (scene.project / "gone.md").read_text() == text({1: "mine"})


def test_text_that_is_not_utf_8_keeps_its_bytes(scene: Scene) -> None:
    save(scene.project, {"docs/b.md": text({9: "caf\udce9"}).encode("utf-8", "surrogateescape")})
    assert scene.run().code == 0
    assert (scene.project / "docs/b.md").read_bytes() == text({3: "new", 9: "caf\udce9"}).encode(
        "utf-8", "surrogateescape"
    )


def test_a_template_file_that_the_person_took_out_of_git_stays_so(scene: Scene) -> None:
    git(scene.project, "rm", "--quiet", "--cached", "ignored.log")
    git(scene.project, *WHO, "commit", "--quiet", "-m", "ours")
    (scene.project / "ignored.log").write_text("local\n")
    done = scene.run()
    assert done.code == 0 and "deleted    ignored.log" in done.out
    assert (scene.project / "ignored.log").read_text() == "local\n"


ATTRIBUTES = {"auto": "* text=auto\n", "crlf": "*.md text eol=crlf\n*.bat text eol=crlf\n", "lf": "* text eol=lf\n"}


@pytest.mark.parametrize("attributes", ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
@pytest.mark.parametrize("edited", [False, True])
def test_gitattributes_of_the_project_and_a_crlf_file_of_the_template(
    scene: Scene, attributes: str, edited: bool
) -> None:
    """What git stores has LF then; the work tree has what the attributes say."""
    rows = {9: "mine"} if edited else {}
    save(scene.project, {".gitattributes": attributes, "crlf.bat": text(rows, end="\r\n")})
    git(scene.project, "add", "--renormalize", ".")
    git(scene.project, *WHO, "commit", "--quiet", "--allow-empty", "-m", "renormalized")
    done = scene.run()
    assert done.code == 0, done.out + done.err
    stored = subprocess.run(["git", "show", ":crlf.bat"], cwd=scene.project, capture_output=True, check=True).stdout
    assert stored == text({3: "new", **rows}).encode()
    expected = text({3: "new", **rows}, end="\r\n" if "crlf" in attributes else "\n").encode()
    assert (scene.project / "crlf.bat").read_bytes() == expected
    assert git(scene.project, "diff", "--name-only") == ""
    git(scene.project, *WHO, "commit", "--quiet", "-m", "updated")
    assert "Up to date" in scene.run().out


def test_a_filter_of_the_projects(scene: Scene) -> None:
    """What git stores is what the filter makes of a file; the person sees the other side."""
    git(scene.project, "config", "filter.upper.clean", "tr a-z A-Z")
    git(scene.project, "config", "filter.upper.smudge", "tr A-Z a-z")
    save(scene.project, {".gitattributes": "docs/** filter=upper\n"})
    git(scene.project, "add", "--renormalize", ".")
    save(scene.project)
    assert scene.run().code == 0
    assert git(scene.project, "show", ":docs/b.md") == text({3: "new"}).upper().rstrip("\n")
    assert (scene.project / "docs/b.md").read_text() == text({3: "new"})
    assert git(scene.project, "diff", "--name-only") == ""


def test_a_sparse_checkout(scene: Scene) -> None:
    """A file that is not checked out is updated all the same."""
    git(scene.project, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/")
    assert not (scene.project / "docs").exists()
    assert scene.run().code == 0
    assert git(scene.project, "show", ":docs/b.md") == text({3: "new"}).rstrip("\n")
    assert git(scene.project, "diff", "--name-only") == ""
    assert ospo("update", scene.project, "--abort").code == 0
    assert git(scene.project, "status", "--porcelain") == ""


def test_a_repository_of_sha_256(scene: Scene) -> None:
    other = scene.folder / "sha256"
    git(scene.folder, "init", "--quiet", "--object-format=sha256", "sha256")
    for item in scene.project.iterdir():
        if item.name != ".git":
            item.rename(other / item.name)
    save(other)
    scene.project = other
    save(other, {"crlf.bat": text({9: "mine"}, end="\r\n")})
    assert scene.run().code == 0
    as_made(other, {**AFTER, "crlf.bat": text({3: "new", 9: "mine"}, end="\r\n")})
