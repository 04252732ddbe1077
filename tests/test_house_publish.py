"""`house publish` and `house diff`: a plain Copier template, one version more, or nothing at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import ADA, git, read_tree
from foreign import AUTHOR, WHO, Content, Script, copier, everything, put
from houses import ACME, NARROW, composed, house, own_cache, pointed
from ospo_init.commands import house_test
from ospo_init.commands.house_opening import ready
from ospo_init.core.trees import tree_id
from ospo_init.edges import yamls
from scenes import Done, answers, made, ospo, refuses, save, tree_of, untouched, update

URL = "https://example.org/templates/acme.git"
NOTES: Mapping[str, Content] = {"overlay/NOTES.txt": "Notes without a word of their licence.\n"}
RENOVATE = ("update", "--skip-answered", "--defaults", "--quiet", "--answers-file", ".copier-answers.yml", "--vcs-ref")


def _changed(folder: Path, title: str = "ACME again") -> Path:
    return house(folder, {**NARROW, "title": title}, NOTES)


def _publish(source: Path, to: Path | str, *options: str, **env: str) -> Done:
    return ospo("house", "publish", source, "--to", to, *options, **env)


def _tags(place: Path) -> list[str]:
    return git(place, "tag", "--list").split()


@contextmanager
def _unmoved(place: Path) -> Iterator[None]:
    """Assert that no branch, tag or file of a repository changes; git may keep objects that nothing names."""
    before = _seen(place)
    yield
    assert _seen(place) == before


def _seen(place: Path) -> tuple[str, str, dict[str, tuple[str, bytes]]]:
    files = {path: row for path, row in everything(place).items() if not path.startswith("objects/")}
    return git(place, "for-each-ref"), git(place, "rev-parse", "HEAD"), files


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A house and where it is published as v1.0.0, with the trial that belongs to it."""
    folder = tmp_path_factory.mktemp("first")
    own_cache(folder)
    source = house(folder / "house", NARROW, NOTES)
    done = _publish(source, folder / "template.git")
    assert done.code == 0, done.err
    return source, folder / "template.git"


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without trying projects: for what happens afterwards, and takes long enough."""
    monkeypatch.setattr(house_test, "tried", lambda *_: [])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A house in a folder that is in no repository."""
    return house(tmp_path / "house", NARROW, NOTES)


@pytest.fixture
def template(tmp_path: Path, first: tuple[Path, Path]) -> Path:
    """A copy of what is published as v1.0.0."""
    return shutil.copytree(first[1], tmp_path / "template.git")


def test_the_source_needs_no_git(first: tuple[Path, Path]) -> None:
    source, template = first
    assert not (source / ".git").exists()
    assert _tags(template) == ["v1.0.0"]
    assert git(template, "rev-parse", "main^{commit}") == git(template, "rev-parse", "v1.0.0^{commit}")
    assert git(template, "cat-file", "-t", "v1.0.0") == "tag"
    assert git(template, "log", "-1", "--format=%s", "main") == "ACME v1.0.0"


def test_the_tree_that_is_committed_is_the_composed_one(first: tuple[Path, Path]) -> None:
    source, template = first
    files = {path: file for path, file in ready(str(source)).tree.items() if path != "README.md"}
    listed = git(template, "ls-tree", "-r", "main").splitlines()
    found = {row.partition("\t")[2]: row.split()[2] for row in listed}
    assert set(found) == {*files, "README.md"}
    readme = git(template, "show", "main:README.md")
    assert f"--house {template}@v1.0.0" in readme
    assert "Written by `ospo-init house publish`" in readme
    with_readme = {**files, "README.md": next(iter(files.values()))._replace(data=f"{readme}\n".encode())}
    assert tree_of(template, "main") == tree_id(with_readme)


def test_it_needs_no_trust(first: tuple[Path, Path]) -> None:
    settings = yamls.load(git(first[1], "show", "main:copier.yml"))
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(settings)
    assert not [key for key, row in settings.items() if not key.startswith("_") and row.get("secret")]


def test_plain_copier_makes_the_same_project(first: tuple[Path, Path], tmp_path: Path) -> None:
    answered = {"project_name": "Tide", "created_on": "2026-03-01", **ADA}
    given = [word for key, value in answered.items() for word in ("-d", f"{key}={value}")]
    (tmp_path / "o").mkdir()
    ours = made(tmp_path / "o" / "tide", first[1], *given)
    theirs = tmp_path / "c" / "tide"
    done = copier("copy", "--defaults", "--quiet", "--vcs-ref", "v1.0.0", *given, first[1], theirs)
    assert done.returncode == 0, done.stderr
    assert everything(ours) == everything(theirs)
    assert (ours / "NOTES.txt").read_text() == NOTES["overlay/NOTES.txt"]


def test_what_says_nothing_of_its_licence_gets_the_projects(first: tuple[Path, Path], tmp_path: Path) -> None:
    project = made(tmp_path / "p", first[1], "-d", "project_name=Tide", "-d", "copyright_holder=ACME SE")
    command = [sys.executable, "-m", "reuse", "--root", str(project), "spdx"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    about = said.partition("FileName: ./NOTES.txt")[2].partition("FileName:")[0]
    assert "LicenseInfoInFile: MIT" in about
    assert "ACME SE" in about


@pytest.mark.parametrize("there", [False, True])
def test_into_a_new_or_an_empty_folder(source: Path, tmp_path: Path, untried: None, there: bool) -> None:
    """It becomes a repository with a work tree, which plain Copier takes for one; a name in .git makes a bare one."""
    for name in ("to", "to.git"):
        if there:
            (tmp_path / name).mkdir()
        assert _publish(source, tmp_path / name).code == 0
        assert _tags(tmp_path / name) == ["v1.0.0"]
    assert git(tmp_path / "to", "status", "--porcelain") == ""
    assert (tmp_path / "to" / "copier.yml").is_file()
    assert (tmp_path / "to.git" / "HEAD").is_file()
    if not there:
        done = copier("copy", "--defaults", "--quiet", tmp_path / "to", tmp_path / "p")
        assert done.returncode == 0, done.stderr
        assert answers(tmp_path / "p")["_commit"] == "v1.0.0"


def test_into_a_bare_repository(source: Path, tmp_path: Path, untried: None) -> None:
    """One that has a history already keeps it, whatever its branches are called."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "to.git")
    done = _publish(source, tmp_path / "to.git", "--tag", "v3.0.0", "-m", "What is new", "--json")
    assert done.code == 0, done.err
    assert done.data["tag"] == "v3.0.0"
    assert done.data["commit"] == git(tmp_path / "to.git", "rev-parse", "main")
    assert done.data["tree"] == tree_of(tmp_path / "to.git", "v3.0.0")
    assert git(tmp_path / "to.git", "log", "-1", "--format=%B", "main") == "ACME v3.0.0\n\nWhat is new"
    assert _publish(_changed(source), tmp_path / "to.git").code == 0
    assert _tags(tmp_path / "to.git") == ["v3.0.0", "v3.1.0"]
    assert git(tmp_path / "to.git", "log", "--format=%s", "main") == "ACME again v3.1.0\nACME v3.0.0"


def test_into_a_repository_with_a_work_tree(source: Path, tmp_path: Path, untried: None) -> None:
    """A clean one is brought up to date; one with changes is refused, and stays as it is."""
    place = tmp_path / "to"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "to")
    assert _publish(source, place).code == 0
    assert git(place, "status", "--porcelain") == ""
    assert (place / "copier.yml").is_file()
    (place / "copier.yml").write_text("mine\n")
    _changed(source)
    with _unmoved(place):
        refuses(_publish(source, place), "did not take it", "unstaged changes", "Nothing was published")
    git(place, "checkout", "--quiet", "--", "copier.yml")
    assert _publish(source, place).code == 0
    assert "ACME again" in (place / "README.md").read_text()
    assert _tags(place) == ["v1.0.0", "v1.1.0"]


def test_to_an_address_that_others_follow(
    source: Path, tmp_path: Path, untried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What projects record is an https address that ends in .git, and tags are versions: so Renovate follows."""
    git(tmp_path, "init", "--quiet", "--bare", "to.git")
    for name, value in pointed({URL: tmp_path / "to.git"}).items():
        monkeypatch.setenv(name, value)
    done = _publish(source, URL.removesuffix(".git"))
    assert done.code == 0, done.err
    assert f"--house {URL}" in done.out
    project = made(tmp_path / "p", URL)
    assert answers(project)["_src_path"] == URL
    assert answers(project)["_commit"] == "v1.0.0"
    assert _publish(_changed(source), URL).code == 0
    theirs = copier(*RENOVATE, "v1.1.0", cwd=project, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert theirs.returncode == 0, theirs.stderr
    assert answers(project)["_commit"] == "v1.1.0"
    assert "ACME again" in (project / ".ospo" / "house.yml").read_text()


def test_where_nothing_has_changed_nothing_is_published(first: tuple[Path, Path], template: Path) -> None:
    with untouched(template):
        done = _publish(first[0], template)
        assert done.code == 0
        assert "Nothing has changed since v1.0.0: nothing was published." in done.out
        done = _publish(first[0], template, "--tag", "v2.0.0")
        assert "nothing was published, and v2.0.0 was not made" in done.out
        assert _publish(first[0], template, "--json").data["written"] is False


TAGS: Mapping[str, tuple[str, ...]] = {
    "v1.0.0": ("has v1.0.0 already, as ", "A tag is never moved: --tag v1.1.0"),
    "v0.9.0": ("v0.9.0 is not newer than v1.0.0", "never be offered"),
    "1.0": ("1.0 is not newer than v1.0.0",),
    "latest": ("'latest' is no version", "v1.2.0"),
}


@pytest.mark.parametrize("tag", TAGS)
def test_tags_that_cannot_be_made(source: Path, template: Path, tag: str) -> None:
    _changed(source)
    with untouched(template, source):
        refuses(_publish(source, template, "--tag", tag), *TAGS[tag])


def test_a_tag_that_somebody_else_made_meanwhile(source: Path, template: Path, tmp_path: Path, untried: None) -> None:
    """It is there alone, on a commit that is not ours: it is not moved, and the branch does not move either."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(template), "other")
    git(other, *WHO, "commit", "--quiet", "--allow-empty", "-m", "theirs")
    git(other, "push", "--quiet", "origin", "HEAD:refs/tags/v1.1.0")
    _changed(source)
    with untouched(template):
        refuses(_publish(source, template, "--tag", "v1.1.0"), "has v1.1.0 already", "--tag v1.2.0")
        refuses(_publish(source, template, "--tag", "v1.0.1"), "is not newer than v1.1.0")
        refuses(_publish(source, template), "does not hold version v1.1.0", "never left behind")


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
def test_a_push_that_is_refused_changes_nothing(
    source: Path, template: Path, tmp_path: Path, hook: str, untried: None
) -> None:
    put(template / "hooks", {hook: Script("#!/bin/sh\ncat >/dev/null\nexit 1\n")})
    (tmp_path / "room").mkdir()
    _changed(source)
    with _unmoved(template), untouched(source):
        done = _publish(source, template, TMPDIR=str(tmp_path / "room"))
        refuses(done, "did not take it", "hook declined", "Nothing was published")
    assert list((tmp_path / "room").iterdir()) == []


def test_only_the_tag_is_refused_and_neither_is_there(source: Path, template: Path, untried: None) -> None:
    put(template / "hooks", {"update": Script('#!/bin/sh\ncase "$1" in refs/tags/*) exit 1 ;; esac\n')})
    _changed(source)
    with _unmoved(template):
        refuses(_publish(source, template), "did not take it", "hook declined")


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen")
def test_a_signed_tag(source: Path, tmp_path: Path, untried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@example.org", "-f", str(key)]
    subprocess.run(command, check=True)
    (tmp_path / "signers").write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    settings = f'[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = {tmp_path / "signers"}\n'
    (tmp_path / "gitconfig").write_text(f"{settings}[user]\n\tsigningKey = {key}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert _publish(source, tmp_path / "to", "--sign").code == 0
    git(tmp_path / "to", "verify-tag", "v1.0.0")
    with untouched(tmp_path / "to"):
        refuses(_publish(_changed(source), tmp_path / "to"), "v1.0.0 is signed", "publish with --sign")
    assert _publish(source, tmp_path / "to", "--sign").code == 0
    git(tmp_path / "to", "verify-tag", "v1.1.0")


def test_a_tag_that_cannot_be_signed(source: Path, tmp_path: Path, untried: None) -> None:
    env = {"GNUPGHOME": str(tmp_path / "nobody")}
    refuses(_publish(source, tmp_path / "to", "--sign", **env), "v1.0.0 could not be made", "user.signingKey")
    assert not (tmp_path / "to").exists()


def test_somebody_whom_git_does_not_know(source: Path, tmp_path: Path, untried: None) -> None:
    nobody = {name: "" for name in AUTHOR if name.endswith("NAME")}
    done = _publish(source, tmp_path / "to", **nobody)
    refuses(done, "git commit-tree failed", "user.name")
    assert not (tmp_path / "to").exists()


def test_a_dry_run_writes_nothing(source: Path, template: Path, tmp_path: Path, untried: None) -> None:
    _changed(source)
    with untouched(template, source):
        done = _publish(source, template, "--dry-run", "--json")
        assert done.code == 0, done.err
        assert done.data["written"] is False
        assert done.data["tag"] == "v1.1.0"
    assert _publish(source, tmp_path / "new", "--dry-run").code == 0
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["template.git", "new"])
def test_stopped_in_the_middle_of_it(source: Path, template: Path, tmp_path: Path, place: str) -> None:
    """While it pushes: by a hook of the remote, or, where a folder is made for it, before git begins."""
    (tmp_path / "room").mkdir()
    _changed(source)
    real = shutil.which("git")
    kill = f'kill -INT "$(cat {tmp_path / "pid"})"; sleep 1'
    push = f'#!/bin/sh\ncase " $* " in *" push "*) {kill} ;; esac\nexec {real} "$@"\n'
    path = os.environ["PATH"]
    if place == "template.git":
        put(template / "hooks", {"pre-receive": Script(f"#!/bin/sh\ncat >/dev/null\n{kill}\nexit 1\n")})
    else:
        put(tmp_path / "bin", {"git": Script(push)})
        path = f"{tmp_path / 'bin'}:{path}"
    before = everything(tmp_path)
    command = [sys.executable, "-m", "ospo_init", "house", "publish", str(source), "--to", str(tmp_path / place)]
    env = {**os.environ, **AUTHOR, "TMPDIR": str(tmp_path / "room"), "PATH": path}
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    (tmp_path / "pid").write_text(str(child.pid))
    out, err = child.communicate(timeout=100)
    assert child.returncode == 130, err.decode()
    assert b"Traceback" not in err and b"Published" not in out
    (tmp_path / "pid").unlink()
    after = {path: row for path, row in everything(tmp_path).items() if not path.startswith("template.git/objects/")}
    assert after == {path: row for path, row in before.items() if not path.startswith("template.git/objects/")}
    assert list((tmp_path / "room").iterdir()) == []
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "{}/template.git@v1.0.0": ("names a tag", "--tag v1.0.0"),
    "{}/house/house.yml": ("is not a folder",),
    "{}/house": ("does not appear to be a git repository",),
    "http://example.org/x.git": ("http",),
    "https://ada:secret@example.invalid/x.git": ("password",),
}


@pytest.mark.parametrize("to", ADDRESSES)
def test_addresses_that_are_none(source: Path, template: Path, tmp_path: Path, to: str) -> None:
    with untouched(source, template):
        done = _publish(source, to.format(tmp_path))
        refuses(done, *ADDRESSES[to])
    assert "secret" not in done.err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["house", "template.git"]


QUOTA = "quota:\n  {section: plan, role: choice, type: str, help: Which quota?, why: The report has it., "


def test_a_value_that_was_offered_is_not_lost(source: Path, tmp_path: Path, untried: None) -> None:
    """Plain Copier would replace that answer without a word; narrowed, who has it keeps it."""
    files: dict[str, Content] = {"questions.yml": f"{QUOTA}choices: [small, large], default: small}}\n"}
    assert _publish(house(source, NARROW, files), tmp_path / "to").code == 0
    less: dict[str, Content] = {"questions.yml": f"{QUOTA}choices: [small], default: small}}\n"}
    house(source, NARROW, less)
    with untouched(tmp_path / "to"):
        refuses(_publish(source, tmp_path / "to"), "quota has no 'large' any more", "v1.0.0", "restrict", code=4)
    narrowed = {**NARROW, "answers": {**NARROW["answers"], "quota": {"restrict": ["small"]}}}
    assert _publish(house(source, narrowed, files), tmp_path / "to").code == 0


def test_a_failing_test_of_the_house_is_not_published(source: Path, tmp_path: Path) -> None:
    put(source, {"tests/a.yml": "present: [NOWHERE.md]\nrefused: {license: GPL-3.0-only}\n"})
    done = _publish(source, tmp_path / "to")
    refuses(done, "a.yml: NOWHERE.md is not made", "house test", code=4)
    assert not (tmp_path / "to").exists()


LESS: Mapping[str, Any] = {**ACME, "licenses": {"allow": ["MIT"], "rule": "MIT alone."}}


@pytest.fixture(scope="module")
def narrowing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A template whose second version allows one licence, and a project that has another, of the first."""
    folder = tmp_path_factory.mktemp("narrowing")
    own_cache(folder)
    composed(house(folder / "house", ACME), folder / "template")
    project = made(folder / "p", folder / "template", "-d", "license=Apache-2.0", "-d", "created_on=2026-03-01")
    composed(house(folder / "house", LESS, NOTES), folder / "template", "v1.1.0")
    return folder / "template", project


def test_who_has_what_is_narrowed_away_keeps_it(narrowing: tuple[Path, Path], tmp_path: Path) -> None:
    """By ospo-init and by plain Copier as Renovate calls it, to the same files; `check` says that it is outside."""
    template, project = narrowing
    ours, theirs = shutil.copytree(project, tmp_path / "ours"), shutil.copytree(project, tmp_path / "theirs")
    done = update(ours)
    assert done.code == 0, done.err
    said = copier(*RENOVATE, "v1.1.0", cwd=theirs)
    assert said.returncode == 0, said.stderr
    assert answers(ours)["license"] == answers(theirs)["license"] == "Apache-2.0"
    assert answers(theirs)["_commit"] == "v1.1.0"
    assert everything(ours) == everything(theirs)
    assert (ours / "NOTES.txt").is_file()
    save(ours)
    items = {row["id"]: row for row in ospo("check", ours, "--json", "--no-history").data["items"]}
    assert items["HOUSE-02"]["verdict"] == "fail"
    assert "MIT alone." in items["HOUSE-02"]["evidence"][0]["what"]
    refuses(update(ours, "-d", "license=ISC"), "license is outside what ACME allows (MIT)", "MIT alone.")
    refuses(
        ospo("new", tmp_path / "new", "--defaults", f"--house={template}", "-d", "license=Apache-2.0"), "MIT alone."
    )


def test_diff_says_what_changes_for_who_follows(narrowing: tuple[Path, Path], tmp_path: Path) -> None:
    tests: Mapping[str, Content] = {
        "tests/kept.yml": "answers: {license: MIT}\n",
        "tests/gone.yml": "answers: {license: ISC}\n",
    }
    source = house(tmp_path / "house", LESS, {**NOTES, **tests})
    with untouched(narrowing[0]):
        done = ospo("house", "diff", "v1.0.0", source, "--to", narrowing[0], "--json")
    assert done.code == 0, done.err
    assert done.data["since"] == "v1.0.0"
    assert [row["name"] for row in done.data["projects"]] == ["gone.yml", "kept.yml"]
    for row in done.data["projects"]:
        assert "+++ b/NOTES.txt\n@@ -0,0 +1 @@\n+Notes without a word of their licence." in row["patch"]
        assert "a/LICENSE" not in row["patch"]
    [decided, warning] = done.data["warnings"]
    assert decided == "license is decided by the house now; who has another answer keeps it"
    assert warning.startswith("license cannot be Apache-2.0, BSD-3-Clause, ")
    assert warning.endswith(" any more; who has it keeps it")
    shown = ospo("house", "diff", "v1.0.0", source, "--to", narrowing[0]).out
    assert f"warning: {warning}" in shown
    assert "ACME since v1.0.0: 2 of 2 projects change." in shown
    refuses(ospo("house", "diff", "v3.0.0", source, "--to", narrowing[0]), "no version v3.0.0", "v1.1.0")
    refuses(ospo("house", "diff", source), "not known where acme is published", "--to")
    assert read_tree(source).keys() == {"house.yml", *NOTES, *tests}
