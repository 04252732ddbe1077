"""Templates through the cache: what was read once is there without the network, and a version stays what it was."""

from __future__ import annotations

import datetime
import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import foreign
from conftest import answers_of, git
from foreign import ANSWERS_FILE, Link, Script, copier, made, new, refused, template
from ospo_init.core import origin
from ospo_init.core.origin import BASE_URL, Template
from ospo_init.core.trees import File
from ospo_init.edges import base, cache, rewriting
from ospo_init.edges.bundles import publish
from ospo_init.edges.cache import Shelf
from ospo_init.edges.git import Git
from ospo_init.edges.snapshot import Snapshot
from ospo_init.edges.templates import (
    Moved,
    Versions,
    bundle_tags,
    open_recorded,
    open_template,
    open_version,
    versions,
)
from ospo_init.errors import UserError

URL = "https://templates.example.org/x.git"
SMALL = {"copier.yml": "name: x\n", "README.md.jinja": "# {{ name }}\n", **ANSWERS_FILE}


class Remote:
    """A template's repository under addresses of a network that can go away."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.folder, self.config = folder, config
        template(folder, SMALL)
        self.answer(URL)

    def answer(self, *addresses: str) -> None:
        lines = [f'[url "{self.folder}"]', *(f"\tinsteadOf = {address}" for address in addresses)]
        self.config.write_text("\n".join(lines) + "\n")

    def release(self, *tags: str) -> str:
        """Change the template and tag the new commit; return its id."""
        template(self.folder, {"release": " ".join(tags)}, *tags)
        return self.commit("HEAD")

    def move(self, tag: str) -> str:
        git(self.folder, *foreign.WHO, "commit", "--quiet", "--allow-empty", "-m", "moved")
        git(self.folder, "tag", "--force", tag)
        return self.commit(tag)

    def commit(self, revision: str) -> str:
        return git(self.folder, "rev-parse", f"{revision}^{{commit}}")

    def leave(self) -> None:
        self.folder.rename(self.folder.with_name("gone"))

    def back(self) -> None:
        self.folder.with_name("gone").rename(self.folder)


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Remote:
    """A template with v1.0.0, at URL."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    return Remote(tmp_path / "remote", tmp_path / "gitconfig")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The git commands that were started."""
    commands: list[str] = []
    run = Git.run

    def counted(self: Git, *arguments: str, **options: object) -> bytes:
        commands.append(arguments[0])
        return run(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "run", counted)
    return commands


def shelves() -> Path:
    return Path(os.environ["OSPO_INIT_CACHE"])


def shelf() -> Path:
    """Return the folder of the one address that is cached."""
    (folder,) = shelves().iterdir()
    return folder


def stored(folder: Path) -> Iterator[Path]:
    """Return every file below `folder`."""
    return (path for path in folder.rglob("*") if path.is_file())


def same(one: Template, other: Template) -> bool:
    """Whether two templates are the same to the byte."""
    whole = [(item.url, item.tag, item.commit, item.tree, dict(item.files)) for item in (one, other)]
    return whole[0] == whole[1]


def one_line(error: UserError) -> str:
    assert "\n" not in error.what and "\n" not in error.next
    return f"{error.what} {error.next}"


# Reading again


def test_what_was_read_once_is_read_again_without_network_and_without_git(remote: Remote, started: list[str]) -> None:
    first = open_recorded(URL, "v1.0.0")
    assert dict(first.files)["README.md.jinja"] == File(b"# {{ name }}\n")
    assert (first.url, first.tag, first.commit) == (URL, "v1.0.0", remote.commit("v1.0.0"))
    remote.leave()
    started.clear()
    for again in (
        open_recorded(URL, "v1.0.0"),
        open_recorded(URL, "v1.0.0", first.commit),
        open_version(URL, "v1.0.0"),
        open_template(f"{URL}@v1.0.0"),
        open_template(f"{URL.removesuffix('.git')}@v1.0.0"),
    ):
        assert same(first, again)
    assert started == []


def test_what_was_not_read_says_what_is_missing(remote: Remote) -> None:
    open_recorded(URL, "v1.0.0")
    remote.leave()
    with pytest.raises(UserError) as caught:
        open_recorded(URL, "v1.1.0")
    said = one_line(caught.value)
    assert f"The template at {URL} cannot be read" in said and "Version v1.1.0 is not in the cache." in said
    with pytest.raises(UserError, match="cannot be read"):
        open_version(URL, "")  # the newest is what only the repository knows
    with pytest.raises(UserError, match="cannot be read"):
        open_template(URL)


def test_every_version_is_kept_beside_the_others(remote: Remote) -> None:
    commits = {tag: remote.release(tag) for tag in ("v1.1.0", "v1.2.0", "release/2")}
    for tag, commit in commits.items():
        assert open_version(URL, tag).commit == commit
    remote.leave()
    for tag, commit in commits.items():
        found = open_recorded(URL, tag, commit)
        assert (found.tag, found.commit, found.files["release"].data) == (tag, commit, tag.encode())


def test_two_tags_of_one_commit(remote: Remote) -> None:
    commit = remote.release("v1.1.0", "v1.1")
    assert open_recorded(URL, "v1.1.0").tree == open_recorded(URL, "v1.1").tree
    remote.leave()
    assert [open_recorded(URL, tag).tag for tag in ("v1.1.0", "v1.1")] == ["v1.1.0", "v1.1"]
    assert open_recorded(URL, "v1.1.0.post0", commit).commit == commit  # a third name, of a commit that is there


def test_an_annotated_tag_is_the_commit_that_it_names(remote: Remote) -> None:
    git(remote.folder, *foreign.WHO, "tag", "--annotate", "-m", "a release", "v2.0.0")
    git(remote.folder, *foreign.WHO, "tag", "--annotate", "-m", "a tag of a tag", "v3.0.0", "v2.0.0")
    commit = remote.commit("HEAD")
    assert versions(URL, look=True).tags == dict.fromkeys(("v1.0.0", "v2.0.0", "v3.0.0"), commit)
    assert open_recorded(URL, "v3.0.0", commit).commit == commit
    assert versions(URL, look=True).newest == "v3.0.0"  # and it did not move


def test_a_repository_with_longer_ids(tmp_path: Path, remote: Remote) -> None:
    shutil.rmtree(remote.folder)
    remote.folder.mkdir()
    git(remote.folder, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    template(remote.folder, SMALL)
    described = f"v1.0.0-1-g{remote.move('moved')[:9]}"
    first = [open_recorded(URL, tag) for tag in ("v1.0.0", described)]
    remote.leave()
    assert all(same(one, open_recorded(URL, one.tag, one.commit)) and len(one.commit) == 64 for one in first)


def test_names_that_are_hard_to_store(remote: Remote) -> None:
    hard = {"a b/'\"\\": "1", "new\nline": "2", "e\u0301": "3", "Ü/ß": "4", "-x": Script("5"), "link": Link("a b")}
    template(remote.folder, hard, "v1.1.0")
    first = open_recorded(URL, "v1.1.0")
    assert set(hard) < set(first.files) and first.files["-x"].mode == "100755" and first.files["link"].mode == "120000"
    remote.leave()
    assert same(first, open_recorded(URL, "v1.1.0"))


def test_a_name_that_is_no_unicode_is_not_stored_and_nobody_minds(remote: Remote) -> None:
    (remote.folder / os.fsdecode(b"\xff")).write_text("x")
    remote.release("v1.1.0")
    assert "\udcff" in open_recorded(URL, "v1.1.0").files
    assert "\udcff" in open_recorded(URL, "v1.1.0").files
    remote.leave()
    with pytest.raises(UserError, match="cannot be read"):
        open_recorded(URL, "v1.1.0")


def test_bare_repositories_that_the_user_has_forbidden_do_not_matter(remote: Remote) -> None:
    with remote.config.open("a") as file:
        file.write("[safe]\n\tbareRepository = explicit\n")
    assert open_recorded(URL, "v1.0.0").tag == "v1.0.0"


# Addresses


@pytest.mark.parametrize(
    "url, asked, kept_as",
    [
        (URL, URL, URL),
        ("https://example.org/x", "https://example.org/x", ""),
        ("https://token@example.org/x.git", "https://token@example.org/x.git", "https://example.org/x.git"),
        ("git+https://example.org/x", "https://example.org/x", ""),
        ("git+https://token@example.org/x", "https://token@example.org/x", "git+https://example.org/x"),
        ("git@example.org:g/x.git", "git@example.org:g/x.git", ""),
        ("git+ssh://git@example.org/x", "ssh://git@example.org/x", ""),
        ("ssh://git@example.org:2222/x.git", "ssh://git@example.org:2222/x.git", ""),
        ("gh:example/x", "https://github.com/example/x.git", ""),
        ("gh:/example/x.git", "https://github.com/example/x.git", ""),
        ("gl:group/sub/x", "https://gitlab.com/group/sub/x.git", ""),
    ],
)
def test_recorded_addresses(remote: Remote, url: str, asked: str, kept_as: str) -> None:
    """Each is recorded again as it was, but for credentials, which are kept nowhere."""
    remote.answer(asked)
    first = open_recorded(url, "v1.0.0")
    assert first.url == (kept_as or url)
    assert open_version(url, "").url == (kept_as or url)
    assert versions(url, look=True).newest == "v1.0.0"
    remote.leave()
    assert same(first, open_recorded(url, "v1.0.0", first.commit))
    assert b"token" not in b"".join(path.read_bytes() for path in stored(shelves()))
    assert "token" not in " ".join(map(str, shelves().rglob("*")))
    with pytest.raises(UserError) as caught:
        open_recorded(url, "v2.0.0")
    assert "token" not in one_line(caught.value)


def test_different_spellings_of_one_address_share_what_is_kept(remote: Remote) -> None:
    remote.answer("https://github.com/example/x.git")
    open_recorded("gh:example/x", "v1.0.0")
    remote.leave()
    for url in ("https://github.com/example/x.git", "git+https://github.com/example/x.git", "gh:example/x.git"):
        assert open_recorded(url, "v1.0.0").url == url


@pytest.mark.parametrize("write", ["{}", "git+file://{}", "file://{}", "~/some where/remote", "{}/"])
def test_folders_are_read_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: Remote, write: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "some where").mkdir()
    remote.folder = remote.folder.rename(tmp_path / "some where" / "remote")
    quoted = str(remote.folder).replace(" ", "%20") if "://" in write else str(remote.folder)
    url = write.format(quoted)
    first = open_recorded(url, "v1.0.0", remote.commit("v1.0.0"))
    assert (first.url, first.commit) == (url, remote.commit("v1.0.0"))
    pinned, found = remote.commit("v1.0.0"), remote.move("v1.0.0")
    assert open_recorded(url, "v1.0.0").commit == found
    with pytest.raises(Moved) as caught:
        open_recorded(url, "v1.0.0", pinned)
    assert (caught.value.pinned, caught.value.found) == (pinned, found)
    git(remote.folder, "tag", "--delete", "v1.0.0")
    assert open_recorded(url, "v1.0.0", pinned).commit == pinned
    assert not shelves().exists()


def test_a_bundle_that_copier_recorded(tmp_path: Path, remote: Remote) -> None:
    bundle = tmp_path / "x.bundle"
    git(remote.folder, "bundle", "create", "--quiet", str(bundle), "--all")
    assert open_recorded(str(bundle), "v1.0.0").commit == remote.commit("v1.0.0")
    assert not shelves().exists()


@pytest.mark.parametrize(
    "url, word",
    [
        ("/no/such/folder", "There is no template at /no/such/folder"),
        ("git+file:///no/such", "There is no template at git+file:///no/such"),
        ("~nobody-here/x", "There is no template at ~nobody-here/x"),
        ("../x", "another place in each folder"),
        ("house", "another place in each folder"),
        ("", "another place in each folder"),
        ("http://example.org/x.git", "not an address"),
        ("git+http://example.org/x.git", "not an address"),
        ("git://example.org/x.git", "not an address"),
        ("ext::sh -c 'touch pwned'", "not an address"),
        ("git+ext::sh", "not an address"),
        ("git+fd::17", "not an address"),
        ("--upload-pack=touch pwned", "not an address"),
        ("git+--upload-pack=touch pwned", "not an address"),
        ("gh:--upload-pack=x y", "not an address"),
        ("https://ada:hunter2@example.org/x.git", "holds a password"),
        ("git+https://ada:hunter2@example.org/x.git", "holds a password"),
    ],
)
def test_recorded_addresses_that_are_refused(started: list[str], url: str, word: str) -> None:
    for attempt in (
        lambda: open_recorded(url, "v1.0.0"),
        lambda: open_version(url, ""),
        lambda: versions(url, look=True),
        lambda: versions(url, look=False),
    ):
        with pytest.raises(UserError) as caught:
            attempt()
        assert word in one_line(caught.value) and "hunter2" not in one_line(caught.value)
    assert started == [] and not shelves().exists()


@pytest.mark.parametrize(
    "tag, commit", [("", ""), ("--x", ""), ("v1^{}", ""), ("a b", ""), ("v1.0.0", "HEAD"), ("v1.0.0", "-x")]
)
def test_records_that_name_no_version(remote: Remote, started: list[str], tag: str, commit: str) -> None:
    with pytest.raises(UserError):
        open_recorded(URL, tag, commit)
    assert started == []


# Versions


def test_versions_are_asked_for_only_when_told_to(remote: Remote, started: list[str]) -> None:
    nothing = versions(URL, look=False)
    assert (nothing.tags, nothing.looked, nothing.newest) == ({}, None, "") and "never looked up" in nothing.stale
    assert started == []
    before = datetime.datetime.now(datetime.UTC)
    asked = versions(URL, look=True)
    assert asked.looked and before <= asked.looked <= datetime.datetime.now(datetime.UTC)
    assert (asked.tags, asked.stale) == ({"v1.0.0": remote.commit("v1.0.0")}, "")
    remote.release("v1.1.0", "v2.0.0rc1", "latest")
    started.clear()
    assert versions(URL, look=False) == asked
    assert started == []
    assert versions(URL, look=True).newest == "v1.1.0"


def test_what_is_remembered_is_said_to_be_stale_when_nobody_answers(remote: Remote) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        remote.leave()
        versions(URL, look=True)
    remote.back()
    asked = versions(URL, look=True)
    remote.leave()
    stale = versions(URL, look=True)
    assert (stale.tags, stale.looked) == (asked.tags, asked.looked)
    assert stale.stale.startswith(f"The template at {URL} cannot be read") and "\n" not in stale.stale
    assert versions(URL, look=False) == asked


def test_opening_a_version_remembers_the_tags(remote: Remote) -> None:
    open_template(f"{URL}@v1.0.0")
    assert versions(URL, look=False).tags == {"v1.0.0": remote.commit("v1.0.0")}


def test_versions_of_a_folder_are_always_asked_for(remote: Remote) -> None:
    for look in (False, True):
        tag = f"v1.1.{int(look)}"
        remote.release(tag)
        found = versions(str(remote.folder), look)
        assert found.newest == tag and found.looked and not found.stale


def test_the_newest_is_what_the_repository_says_now(remote: Remote) -> None:
    assert open_version(URL, "").tag == "v1.0.0"
    commit = remote.release("v1.10.0", "v2.0.0rc1")
    assert (open_version(URL, "").tag, open_template(URL).commit) == ("v1.10.0", commit)
    with pytest.raises(UserError, match=r"no tag v9\.0\.0") as caught:
        open_version(URL, "v9.0.0")
    assert caught.value.next == "Its newest version is v1.10.0."


def test_a_name_that_is_no_version_is_asked_for_where_that_can_be(remote: Remote) -> None:
    """`latest` may be meant to move: what it was is not taken for what it is; but without a network it is better."""
    git(remote.folder, "tag", "latest")
    first = open_version(URL, "latest")
    remote.leave()
    assert same(first, open_version(URL, "latest"))
    remote.back()
    remote.move("latest")
    assert versions(URL, look=True).newest == "v1.0.0"
    with pytest.raises(Moved):
        open_version(URL, "latest")


# Tags that move or go


def _moved_under_the_cache(remote: Remote) -> Callable[[], object]:
    open_recorded(URL, "v1.0.0")
    return lambda: open_version(URL, "")


def _seen_while_looking(remote: Remote) -> Callable[[], object]:
    open_recorded(URL, "v1.0.0")
    return lambda: versions(URL, look=True)


def _typed_without_a_tag(remote: Remote) -> Callable[[], object]:
    open_template(URL)
    return lambda: open_template(URL)


def _pinned_by_the_project(remote: Remote) -> Callable[[], object]:
    commit = remote.commit("v1.0.0")
    return lambda: open_recorded(URL, "v1.0.0", commit)


def _with_a_damaged_snapshot(remote: Remote) -> Callable[[], object]:
    open_recorded(URL, "v1.0.0")
    for path in shelf().glob("*.zip"):
        path.write_bytes(b"")
    return lambda: open_recorded(URL, "v1.0.0")


@pytest.mark.parametrize(
    "scene",
    [
        _moved_under_the_cache,
        _seen_while_looking,
        _typed_without_a_tag,
        _pinned_by_the_project,
        _with_a_damaged_snapshot,
    ],
)
def test_a_tag_that_moved_is_refused(remote: Remote, scene: Callable[[Remote], Callable[[], object]]) -> None:
    pinned = remote.commit("v1.0.0")
    act = scene(remote)
    found = remote.move("v1.0.0")
    for _ in range(2):  # seeing it once does not make it true
        with pytest.raises(Moved) as caught:
            act()
        said = one_line(caught.value)
        assert pinned in said and found in said and "v1.0.0" in said and "owner" in said
        assert (caught.value.pinned, caught.value.found, caught.value.exit_code) == (pinned, found, 2)
    git(remote.folder, "tag", "--force", "v1.0.0", pinned)
    act()


def test_a_project_and_the_cache_that_do_not_agree(remote: Remote) -> None:
    """A colleague's project was made before a tag moved, our cache after it, or the other way round."""
    pinned = remote.commit("v1.0.0")
    found = remote.move("v1.0.0")
    open_recorded(URL, "v1.0.0")
    with pytest.raises(Moved) as caught:
        open_recorded(URL, "v1.0.0", pinned)
    assert (caught.value.pinned, caught.value.found) == (pinned, found)
    assert f"Remove {shelf()} " in one_line(caught.value)
    git(remote.folder, "tag", "--force", "v1.0.0", pinned)
    shutil.rmtree(shelf())
    assert open_recorded(URL, "v1.0.0", pinned).commit == pinned


@pytest.mark.parametrize("cached", [True, False])
def test_a_tag_that_is_gone(remote: Remote, cached: bool) -> None:
    """What is pinned can be had where the cache has it, or the repository still does; what is not pinned cannot."""
    commit = remote.commit("v1.0.0")
    remote.release("v1.1.0")
    if cached:
        open_recorded(URL, "v1.0.0")
    git(remote.folder, "tag", "--delete", "v1.0.0")
    if not cached:
        with pytest.raises(UserError, match=r"has no tag v1\.0\.0") as caught:
            open_recorded(URL, "v1.0.0")
        assert caught.value.next == "Its newest version is v1.1.0."
    assert versions(URL, look=True).tags.keys() == {"v1.1.0"}
    assert open_recorded(URL, "v1.0.0", commit).commit == commit
    remote.leave()
    assert open_recorded(URL, "v1.0.0").commit == commit


def test_a_tag_that_is_gone_when_its_snapshot_is_damaged(remote: Remote) -> None:
    """What the cache pins is enough to ask the repository for the commit itself."""
    first = open_recorded(URL, "v1.0.0")
    for path in shelf().glob("*.zip"):
        path.unlink()
    git(remote.folder, "tag", "--delete", "v1.0.0")
    assert same(first, open_recorded(URL, "v1.0.0"))


def test_a_pinned_commit_that_is_on_no_branch_any_more(remote: Remote) -> None:
    pinned = remote.move("v1.1.0")
    git(remote.folder, "reset", "--quiet", "--hard", "v1.0.0")
    git(remote.folder, "tag", "--delete", "v1.1.0")
    assert open_recorded(URL, "v1.1.0", pinned).commit == pinned


def test_a_commit_that_nobody_has_any_more(remote: Remote) -> None:
    with pytest.raises(UserError, match=r"has no tag v0\.9\.0"):
        open_recorded(URL, "v0.9.0", "0" * 40)


# What Copier records of a commit without a tag


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("tagged", [True, False])
def test_versions_that_git_described(tmp_path: Path, remote: Remote, tagged: bool, pinned: bool) -> None:
    if not tagged:
        git(remote.folder, "tag", "--delete", "v1.0.0")
    commit = remote.move("other")
    git(remote.folder, "tag", "--delete", "other")
    remote.move("other")  # history goes on
    git(remote.folder, "tag", "--delete", "other")
    tag = git(remote.folder, "describe", "--tags", "--always", commit)
    assert tag == (f"v1.0.0-1-g{commit[:7]}" if tagged else commit[:7])
    first = open_recorded(URL, tag, commit if pinned else "")
    assert (first.tag, first.commit) == (tag, commit)
    remote.leave()
    assert same(first, open_recorded(URL, tag, commit))


def test_a_described_version_on_a_branch_that_has_no_tag_of_its_own(remote: Remote) -> None:
    git(remote.folder, "checkout", "--quiet", "-b", "side")
    commit = remote.move("side-tip")
    git(remote.folder, "tag", "--delete", "side-tip")
    git(remote.folder, "checkout", "--quiet", "main")
    assert open_recorded(URL, f"v1.0.0-1-g{commit[:10]}").commit == commit


@pytest.mark.parametrize(
    "tag, commit, kind, word",
    [
        ("v1.0.0-3-gabcdef0", "", UserError, "no tag v1.0.0-3-gabcdef0"),
        ("abcdef0", "", UserError, "no tag abcdef0"),
        ("v1.0.0-3-gxyz", "", UserError, "no tag v1.0.0-3-gxyz"),
        ("2024", "", UserError, "no tag 2024"),
        ("abcdef0", "1" * 40, Moved, "1" * 40),
    ],
)
def test_described_versions_that_are_not_there(
    remote: Remote, tag: str, commit: str, kind: type[UserError], word: str
) -> None:
    with pytest.raises(kind) as caught:
        open_recorded(URL, tag, commit)
    assert word in one_line(caught.value)


def test_a_tag_that_looks_like_a_hash_or_a_description_is_a_tag(remote: Remote) -> None:
    for tag in ("abcdef0", "v1.0.0-1-gabcdef0"):
        assert open_recorded(URL, tag if remote.release(tag) else "").commit == remote.commit(f"refs/tags/{tag}")


@pytest.mark.parametrize("source, reference", [("gh:example/x", "v1.0.0"), ("gh:example/x", "HEAD"), (URL, "HEAD")])
def test_what_copier_made_can_be_opened(tmp_path: Path, remote: Remote, source: str, reference: str) -> None:
    remote.answer("https://github.com/example/x.git", URL)
    remote.move("untagged")
    git(remote.folder, "tag", "--delete", "untagged")
    place = tmp_path / "p"
    env = {"COPIER_CACHE_DIR": str(tmp_path / "copier")}
    done = copier("copy", "--defaults", "--quiet", f"--vcs-ref={reference}", source, place, **env)
    assert done.returncode == 0, done.stderr
    answers = answers_of(place)
    opened = open_recorded(str(answers["_src_path"]), str(answers["_commit"]))
    assert opened.url == source and opened.commit == remote.commit(reference)


# A cache that is damaged, in use, or not to be had


def _each(pattern: str, data: bytes) -> Callable[[], None]:
    def act() -> None:
        found = list(shelf().glob(pattern))
        assert found
        for path in found:
            path.write_bytes(data)

    return act


def _edited(change: Callable[[dict[str, object]], object]) -> Callable[[], None]:
    def act() -> None:
        path = shelf() / "memory.json"
        data = json.loads(path.read_bytes())
        change(data)
        path.write_text(json.dumps(data))

    return act


def _flipped() -> None:
    for path in shelf().glob("*.zip"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def _kept(data: dict[str, object]) -> dict[str, object]:
    return data["kept"]["v1.0.0"]  # type: ignore[index, no-any-return]


DAMAGE: dict[str, Callable[[], None]] = {
    "everything deleted": lambda: shutil.rmtree(shelves()),
    "one address deleted": lambda: shutil.rmtree(shelf()),
    "snapshot deleted": lambda: [path.unlink() for path in shelf().glob("*.zip")] and None,
    "snapshot empty": _each("*.zip", b""),
    "snapshot is something else": _each("*.zip", b"PK\x05\x06" + bytes(18)),
    "snapshot with one bit turned": _flipped,
    "memory deleted": lambda: [path.unlink() for path in shelf().glob("memory.json")] and None,
    "memory empty": _each("memory.json", b""),
    "memory cut": _each("memory.json", b'{"schema_version": 1, "tags": {"v1.0'),
    "memory is no text": _each("memory.json", b"\xff\xfe"),
    "memory is a list": _each("memory.json", b"[]"),
    "memory too deep": _each("memory.json", b"[" * 100_000),
    "memory of another time": _edited(lambda data: data.update(schema_version=99)),
    "no kept versions": _edited(lambda data: data.pop("kept")),
    "kept is a list": _edited(lambda data: data.update(kept=[1])),
    "tags are numbers": _edited(lambda data: data.update(tags={"v1.0.0": 1})),
    "a time that is none": _edited(lambda data: data.update(looked="yesterday")),
    "a time without a zone": _edited(lambda data: data.update(looked="2026-01-01T00:00:00")),
    "a commit that is none": _edited(lambda data: _kept(data).update(commit="HEAD")),
    "a digest that is a path": _edited(lambda data: _kept(data).update(digest="../../x")),
    "a row with more in it": _edited(lambda data: _kept(data).update(more=1)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_cache_is_made_anew(remote: Remote, damage: Callable[[], None]) -> None:
    first = open_recorded(URL, "v1.0.0")
    damage()
    remote.leave()
    with pytest.raises(UserError, match="cannot be read"):
        open_recorded(URL, "v1.0.0")
    remote.back()
    assert same(first, open_recorded(URL, "v1.0.0"))
    remote.leave()
    assert same(first, open_recorded(URL, "v1.0.0"))


def _file_in_the_way(tmp_path: Path) -> str:
    (tmp_path / "file").write_text("")
    return str(tmp_path / "file")


@pytest.mark.parametrize(
    "place",
    [
        _file_in_the_way,
        lambda tmp_path: f"{_file_in_the_way(tmp_path)}/below",
        lambda tmp_path: "/dev/null/x",
        lambda tmp_path: "/proc/no-such/x",
        lambda tmp_path: str(tmp_path / ("x" * 300)),
    ],
)
def test_where_there_can_be_no_cache_everything_else_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: Remote, place: Callable[[Path], str]
) -> None:
    monkeypatch.setenv("OSPO_INIT_CACHE", place(tmp_path))
    assert open_recorded(URL, "v1.0.0").commit == remote.commit("v1.0.0")
    assert open_template(URL).tag == open_version(URL, "").tag == versions(URL, look=True).newest == "v1.0.0"
    remote.leave()
    with pytest.raises(UserError, match="cannot be read"):
        open_recorded(URL, "v1.0.0")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_disk_that_takes_nothing(monkeypatch: pytest.MonkeyPatch, remote: Remote, number: int) -> None:
    """What is cached already is read; the rest is fetched, and not kept."""
    first = open_recorded(URL, "v1.0.0")
    commit = remote.release("v1.1.0")
    before = {path: path.read_bytes() for path in stored(shelves())}
    make = tempfile.NamedTemporaryFile

    def full(*arguments: object, **options: object) -> object:
        if str(options.get("dir", "")).startswith(str(shelves())):
            raise OSError(number, os.strerror(number))
        return make(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    assert open_version(URL, "").commit == open_recorded(URL, "v1.1.0").commit == commit
    assert {path: path.read_bytes() for path in stored(shelves())} == before
    remote.leave()
    assert same(first, open_recorded(URL, "v1.0.0"))


def test_a_disk_that_fills_while_a_version_is_stored(monkeypatch: pytest.MonkeyPatch, remote: Remote) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache, "_digest", full)
    assert open_recorded(URL, "v1.0.0").commit == remote.commit("v1.0.0")
    assert sorted(path.name for path in stored(shelf())) == ["lock", "memory.json"]


def test_a_folder_where_the_memory_should_be(remote: Remote) -> None:
    open_recorded(URL, "v1.0.0")
    (shelf() / "memory.json").unlink()
    (shelf() / "memory.json").mkdir()
    assert open_recorded(URL, "v1.0.0").commit == open_version(URL, "").commit == remote.commit("v1.0.0")


def test_a_cache_without_the_right_to_write_is_read(remote: Remote) -> None:
    first = open_recorded(URL, "v1.0.0")
    remote.leave()
    for path in (*stored(shelves()), shelf(), shelves()):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert same(first, open_recorded(URL, "v1.0.0"))
    finally:
        for path in (shelves(), shelf()):
            path.chmod(0o755)


def test_the_cache_is_for_its_owner_alone(remote: Remote) -> None:
    open_recorded(URL, "v1.0.0")
    assert shelf().stat().st_mode & 0o777 == 0o700


def test_what_a_killed_process_left_is_not_trusted(remote: Remote) -> None:
    first = open_recorded(URL, "v1.0.0")
    (whole,) = shelf().glob("*.zip")
    for path in (shelf() / "new-abc", shelf() / f"{'0' * 64}.zip"):
        path.write_bytes(whole.read_bytes()[:100])
    assert same(first, open_recorded(URL, "v1.0.0"))
    assert open_recorded(URL, "v1.1.0" if remote.release("v1.1.0") else "").tag == "v1.1.0"
    remote.leave()
    assert open_recorded(URL, "v1.1.0").tag == "v1.1.0"


def test_a_lock_that_is_never_given_back_stops_nobody(monkeypatch: pytest.MonkeyPatch, remote: Remote) -> None:
    open_recorded(URL, "v1.0.0")
    monkeypatch.setattr(rewriting, "_PAUSE", 0)
    with (shelf() / "lock").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert open_version(URL, "v1.1.0" if remote.release("v1.1.0") else "").tag == "v1.1.0"
    assert set(Shelf(URL).memory().kept) == {"v1.0.0"}  # what the lock protects was left alone


def test_many_processes_at_once(remote: Remote) -> None:
    """Each reads its own version and one that all read; afterwards every one is there, and nothing else."""
    tags = [f"v1.{number}.0" for number in range(1, 7)]
    for tag in tags:
        remote.release(tag)
    code = """
import sys
from ospo_init.edges.templates import open_recorded
for tag in sys.argv[2:]:
    open_recorded(sys.argv[1], tag)
"""
    running = [
        subprocess.Popen([sys.executable, "-c", code, URL, "v1.0.0", tag], stderr=subprocess.PIPE, text=True)
        for tag in tags
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    remote.leave()
    for tag in ["v1.0.0", *tags]:
        found = open_recorded(URL, tag)
        assert isinstance(found.files, Snapshot) and found.tag == tag
    assert [path.name for path in stored(shelf()) if path.name.startswith("new-")] == []
    assert len(list(shelf().glob("*.zip"))) == len(tags) + 1


def test_changes_of_the_memory_do_not_undo_each_other() -> None:
    """Each process keeps a version of its own, with nothing slow between: without the lock, some would be lost."""
    code = """
import sys
from ospo_init.core.origin import Template
from ospo_init.core.trees import File
from ospo_init.edges.cache import Shelf
for number in range(15):
    tag = f"v{sys.argv[1]}.{number}"
    Shelf("https://example.org/x.git").keep(Template("", tag, "1" * 40, "2" * 40, {"f": File(tag.encode())}))
"""
    running = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(4)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0, 0]
    kept = Shelf("https://example.org/x.git").memory().kept
    assert len(kept) == 60


@pytest.mark.parametrize(
    "env, expected",
    [
        ({"OSPO_INIT_CACHE": "/a/b", "XDG_CACHE_HOME": "/x"}, "/a/b"),
        ({"OSPO_INIT_CACHE": "", "XDG_CACHE_HOME": "/x"}, "/x/ospo-init"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/ospo-init"),
        ({"XDG_CACHE_HOME": "relative"}, "{home}/.cache/ospo-init"),
        ({"XDG_CACHE_HOME": ""}, "{home}/.cache/ospo-init"),
        ({}, "{home}/.cache/ospo-init"),
        ({"OSPO_INIT_CACHE": "~/c"}, "{home}/c"),
        ({"OSPO_INIT_CACHE": "c"}, "{cwd}/c"),
    ],
)
def test_where_the_cache_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OSPO_INIT_CACHE")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert str(cache.root()) == expected.format(home=os.environ["HOME"], cwd=tmp_path)


# The base


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose bundle has v1.0.0 and v1.1.0 of a base."""
    publish(None, tmp_path / "old", "v1.0.0", {"a": File(b"1"), "b/x": File(b"#!/bin/sh\n", "100755")})
    publish(tmp_path / "old.bundle", tmp_path / "base", "v1.1.0", {"a": File(b"2")})
    monkeypatch.setattr(base, "data_file", lambda kind: tmp_path / f"base.{kind}")
    return tmp_path / "base.bundle"


def test_an_older_base_is_unpacked_once(released: Path, started: list[str]) -> None:
    assert open_recorded(BASE_URL, "v1.1.0").files["a"] == File(b"2")
    assert started == [] and not shelves().exists()
    first = open_recorded(BASE_URL, "v1.0.0")
    assert dict(first.files) == {"a": File(b"1"), "b/x": File(b"#!/bin/sh\n", "100755")}
    assert started != []
    started.clear()
    assert same(first, open_recorded(BASE_URL, "v1.0.0", first.commit))
    assert started == []
    _flipped()
    assert same(first, open_recorded(BASE_URL, "v1.0.0"))
    assert started != []
    shutil.rmtree(shelves())
    assert same(first, open_version(BASE_URL, "v1.0.0"))


def test_a_base_of_another_build_is_not_taken_from_the_cache(tmp_path: Path, released: Path) -> None:
    open_recorded(BASE_URL, "v1.0.0")
    for name in ("old", "base"):
        (tmp_path / f"{name}.bundle").unlink()
    publish(None, tmp_path / "old", "v1.0.0", {"a": File(b"other")})
    publish(tmp_path / "old.bundle", tmp_path / "base", "v1.1.0", {"a": File(b"2")})
    assert open_recorded(BASE_URL, "v1.0.0").files["a"] == File(b"other")


def test_the_versions_of_the_base_are_part_of_the_package(released: Path, started: list[str]) -> None:
    for look in (False, True):
        found = versions(BASE_URL, look)
        assert found == Versions(bundle_tags(released), None, current="v1.1.0")
        assert found.newest == "v1.1.0" and not found.stale
    assert open_version(BASE_URL, "").tag == "v1.1.0"
    assert started == []


def test_a_development_version_of_the_base_is_its_newest(tmp_path: Path, released: Path) -> None:
    publish(released, tmp_path / "base", "v1.1.1.dev7", {"a": File(b"3")})
    assert versions(BASE_URL, look=True).newest == open_version(BASE_URL, "").tag == "v1.1.1.dev7"


def test_an_address_that_the_base_had_before(monkeypatch: pytest.MonkeyPatch, released: Path) -> None:
    monkeypatch.setattr(origin, "FORMERLY", ("https://old.example.org/base.git",))
    old = open_recorded("https://old.example.org/base.git", "v1.0.0")
    assert (old.url, old.tag) == (BASE_URL, "v1.0.0")
    assert versions("https://old.example.org/base.git", look=True).newest == "v1.1.0"


def test_what_the_package_does_not_know_of_the_base(released: Path) -> None:
    with pytest.raises(UserError, match="does not record which version"):
        open_recorded(BASE_URL, "")
    with pytest.raises(UserError, match=r"v9\.0\.0") as caught:
        open_recorded(BASE_URL, "v9.0.0")
    assert caught.value.next == "Upgrade ospo-init."
    found = bundle_tags(released)["v1.0.0"]
    with pytest.raises(Moved) as moved:
        open_recorded(BASE_URL, "v1.0.0", "1" * 40)
    assert (moved.value.pinned, moved.value.found) == ("1" * 40, found)


# `new`


def test_new_works_without_network_where_the_tag_is_named_and_cached(tmp_path: Path, remote: Remote) -> None:
    typed = URL.removesuffix(".git")
    made(tmp_path / "p", typed)
    remote.leave()
    made(tmp_path / "q", f"{typed}@v1.0.0")
    assert foreign.everything(tmp_path / "p") == foreign.everything(tmp_path / "q")
    assert answers_of(tmp_path / "q") == {"_commit": "v1.0.0", "_src_path": URL, "name": "x"}
    refused(new(tmp_path / "r", typed), 2, "cannot be read")
    refused(new(tmp_path / "r", f"{typed}@v1.1.0"), 2, "cannot be read")
    assert not (tmp_path / "r").exists()


def test_new_refuses_a_tag_that_moved(tmp_path: Path, remote: Remote) -> None:
    pinned = remote.commit("v1.0.0")
    made(tmp_path / "p", URL)
    found = remote.move("v1.0.0")
    refused(new(tmp_path / "q", URL), 2, pinned, found, "moved")


def test_new_with_the_base_and_with_folders_needs_no_cache(tmp_path: Path, remote: Remote) -> None:
    made(tmp_path / "p", remote.folder)
    open_template()
    assert not shelves().exists()
