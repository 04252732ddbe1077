"""Signed tags: who may sign a template's versions, from the first use on, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import git
from foreign import ANSWERS_FILE, WHO, commit, put
from ospo_init.core import signatures
from ospo_init.core.lock import read
from ospo_init.edges import cache, fetching, signers
from scenes import Done, lock_of, ospo, refuses, tree_of, untouched, update

URL = "https://templates.example.org/house.git"
ADDRESS = URL.removesuffix(".git")  # by which a signer is remembered
FILES = {"copier.yml": "name: x\n", "README.md.jinja": "# {{ name }}\n", **ANSWERS_FILE}
needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen")
needs_gpg = pytest.mark.skipif(not shutil.which("gpg"), reason="there is no gpg")
pytestmark = needs_ssh


class Key:
    """An SSH key, with its name."""

    def __init__(self, path: Path, kind: str = "ed25519") -> None:
        self.path = path
        _run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "someone@example.org", "-f", str(path))
        self.public = path.with_suffix(".pub").read_text().strip()
        self.name = f"ssh:{_run('ssh-keygen', '-l', '-f', str(path)).split()[1]}"

    @property
    def settings(self) -> tuple[str, ...]:
        return ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.path}")


class Gpg:
    """A GPG key in a keyring of its own, with its name."""

    def __init__(self, home: Path, expires: str = "never", faked: str = "20200101T000000!") -> None:
        self.home, self.faked = home, faked if expires != "never" else ""
        words = [*self.words, "--passphrase", "", "--quick-generate-key", "someone@example.org", "ed25519", "sign"]
        _run(*words, expires)
        rows = _run("gpg", "--homedir", str(home), "--batch", "--with-colons", "--list-keys").splitlines()
        self.digits = next(row.split(":")[9] for row in rows if row.startswith("fpr:"))
        self.name = f"gpg:{self.digits}"
        script = home / "sign"
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.words)} "$@"\n')
        script.chmod(0o755)

    @property
    def words(self) -> list[str]:
        clock = ["--faked-system-time", self.faked] if self.faked else []
        return ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--no-tty", *clock]

    @property
    def settings(self) -> tuple[str, ...]:
        return ("-c", f"gpg.program={self.home / 'sign'}", "-c", f"user.signingKey={self.digits}")


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


class House:
    """A template's repository at URL, whose tags are signed or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        folder.mkdir()
        git(folder, "init", "--quiet", "--initial-branch=main", "--template=")

    def release(self, tag: str, key: Key | Gpg | None = None) -> str:
        """Change the template and tag it, signed by `key`; without one the tag is lightweight. Return the commit."""
        self.number += 1
        put(self.folder, {**FILES, "number": f"{self.number}\n"})
        commit(self.folder)
        if key:
            git(self.folder, *WHO, *key.settings, "tag", "--sign", "-m", "A version.\n\nIts notes.", tag)
        else:
            git(self.folder, "tag", tag)
        return git(self.folder, "rev-parse", "HEAD")

    def annotate(self, tag: str) -> None:
        git(self.folder, *WHO, "tag", "--annotate", "--force", "-m", "not signed", tag)


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a configuration and a state of its own, and an address for its house."""
    monkeypatch.setenv("OSPO_INIT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "machine"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "nobody"))
    (tmp_path / "gitconfig").write_text(f'[url "{tmp_path / "remote"}"]\n\tinsteadOf = {URL}\n')


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "remote")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Key, Key]:
    """Two keys."""
    folder = tmp_path_factory.mktemp("keys")
    return Key(folder / "one"), Key(folder / "two", "ecdsa")


@pytest.fixture(scope="module")
def gpg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gpg]:
    """A GPG key; the agent that keeps it ends with the tests."""
    home = Path(tempfile.mkdtemp(prefix="gpg-"))  # the path of the agent's socket must be short
    try:
        yield Gpg(home)
    finally:
        _end(home)


def _end(home: Path) -> None:
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)


def configure(*lines: str, url: str = URL) -> Path:
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "ospo-init" / "config.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["houses:", "  acme:", f"    url: {url}", *(f"    {line}" for line in lines)]) + "\n")
    return path


def names(*found: str) -> str:
    return f"keys: {json.dumps(list(found))}"


def new(target: Path, house: str = URL, **env: str) -> Done:
    return ospo("new", target, "--defaults", "--json", f"--house={house}", **env)


def project_of(folder: Path, house: str = URL) -> Path:
    done = new(folder, house)
    assert done.code == 0, done.out + done.err
    return folder


def refused(target: Path, *words: str, house: str = URL, **env: str) -> None:
    """Assert that `new` refuses, and leaves nothing: no project, no version in the cache, no other signer."""
    state, kept = seen(), stored()
    refuses(ospo("new", target, "--defaults", f"--house={house}", **env), *words)
    assert not target.exists()
    assert (seen(), stored()) == (state, kept)


def state_file() -> Path:
    return Path(os.environ["OSPO_INIT_STATE"]) / "signers.json"


def seen() -> dict[str, str]:
    """Return the signers that this machine remembers."""
    if not state_file().exists():
        return {}
    return {address: row["signer"] for address, row in json.loads(state_file().read_text())["signers"].items()}


def stored() -> dict[str, str]:
    """Return the versions in the cache, and who was seen to sign each."""
    return {tag: row.signer for tag, row in cache.Shelf(URL).memory().kept.items()}


# The first use, and after it


def test_the_key_of_a_signed_tag_is_remembered_at_first_use(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    done = new(tmp_path / "p")
    assert done.data["template"]["signer"] == keys[0].name
    assert lock_of(tmp_path / "p")["template"]["signer"] == keys[0].name
    assert seen() == {ADDRESS: keys[0].name}
    assert stat.S_IMODE(state_file().stat().st_mode) == 0o600
    assert stored() == {"v1.0.0": keys[0].name}
    assert f"signed by {keys[0].name}" in ospo("new", tmp_path / "q", "--defaults", f"--house={URL}").out


def test_where_nothing_is_signed_nothing_is_remembered(tmp_path: Path, house: House) -> None:
    house.release("v1.0.0")
    house.release("v1.1.0")
    house.annotate("v1.1.0")
    for tag in ("v1.0.0", "v1.1.0"):
        assert new(tmp_path / tag, f"{URL}@{tag}").data["template"].get("signer", "") == ""
        assert "signer" not in lock_of(tmp_path / tag)["template"]
    assert not Path(os.environ["OSPO_INIT_STATE"]).exists()


def test_the_same_key_signs_on(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    assert new(tmp_path / "q").data["template"]["tag"] == "v1.1.0"
    done = update(project)
    assert done.code == 0, done.err
    assert (lock_of(project)["template"]["tag"], lock_of(project)["template"]["signer"]) == ("v1.1.0", keys[0].name)


def test_another_key_is_refused_with_both_names(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[1])
    refused(tmp_path / "q", keys[0].name, keys[1].name, "config.yml")
    with untouched(project):
        refuses(update(project), keys[0].name, keys[1].name, "keys of the house", "config.yml")
    assert new(tmp_path / "r", f"{URL}@v1.0.0").code == 0  # the version that is signed can be had


@pytest.mark.parametrize("annotated", [False, True])
def test_after_a_signed_version_an_unsigned_one_is_refused(
    tmp_path: Path, house: House, keys: tuple[Key, Key], annotated: bool
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0")
    if annotated:
        house.annotate("v1.1.0")
    why = "it is not signed" if annotated else "lightweight"
    refused(tmp_path / "q", keys[0].name, why, "v1.1.0")
    with untouched(project):
        refuses(update(project), keys[0].name, why)
        refuses(update(project, f"--house={URL}@v1.1.0"), keys[0].name)
        shown = ospo("status", project, "--fetch")
        assert keys[0].name in shown.out  # it says why it cannot tell what an update would do


def test_the_locks_signer_counts_where_the_machine_knows_nothing(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0")
    shutil.rmtree(os.environ["OSPO_INIT_STATE"])
    shutil.rmtree(os.environ["OSPO_INIT_CACHE"])
    refuses(update(project), "the project pins", keys[0].name)
    refuses(update(project, f"--house={ADDRESS}@v1.1.0"), "the project pins", keys[0].name)
    house.release("v1.2.0", keys[1])
    refuses(update(project), "the project pins", keys[0].name, keys[1].name)
    assert seen() == {}
    house.release("v1.3.0", keys[0])
    assert update(project).code == 0
    assert seen() == {ADDRESS: keys[0].name}


def test_a_locks_signer_does_not_replace_the_one_that_the_machine_has_seen(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    signers.pin(ADDRESS, keys[1].name, "v1.0.0")
    assert update(project).code == 0
    assert seen() == {ADDRESS: keys[1].name}
    house.release("v1.2.0", keys[0])
    refused(tmp_path / "q", keys[0].name, keys[1].name)


def test_an_answer_can_be_changed_at_the_version_that_the_project_has(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    shutil.rmtree(os.environ["OSPO_INIT_CACHE"])
    assert update(project, "-d", "name=y").code == 0
    assert (project / "README.md").read_text() == "# y\n"
    assert lock_of(project)["template"]["signer"] == keys[0].name


def test_a_project_of_unsigned_versions_can_move_to_signed_ones(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0")
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    configure("signed: true")
    shutil.rmtree(os.environ["OSPO_INIT_CACHE"])  # the old version is fetched again, and need not be signed
    assert update(project).code == 0
    assert lock_of(project)["template"]["signer"] == keys[0].name
    refused(tmp_path / "q", "must be signed", house=f"{URL}@v1.0.0")


def test_a_project_without_a_lock_takes_nothing_new_of_an_unsigned_version(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0")
    project = project_of(tmp_path / "p")
    git(project, "rm", "--quiet", ".ospo/lock.yml")  # as Copier makes them
    git(project, *WHO, "commit", "--quiet", "-m", "without a lock")
    configure("signed: true")
    with untouched(project):
        refuses(update(project, "-d", "name=y"), "v1.0.0", "must be signed")
    house.release("v1.1.0", keys[0])
    assert update(project).code == 0


# The configuration


def test_the_configured_key_is_taken_and_no_other(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0", keys[0])
    path = configure(names(keys[1].public))
    refused(tmp_path / "p", keys[0].name, keys[1].name, f"{path}:3")
    refused(tmp_path / "p", keys[0].name, keys[1].name, house="acme")
    configure(names(keys[0].public))
    assert lock_of(project_of(tmp_path / "p", "acme"))["template"]["signer"] == keys[0].name


@pytest.mark.parametrize("spelled", [ADDRESS, "https://Templates.Example.org/house.git"])
def test_a_requirement_holds_for_the_repository_however_it_is_spelled(
    tmp_path: Path, house: House, keys: tuple[Key, Key], spelled: str
) -> None:
    house.release("v1.0.0")
    configure("signed: true", url=spelled)
    refused(tmp_path / "p", "must be signed")
    refused(tmp_path / "p", "must be signed", house=ADDRESS)


def test_with_two_configured_keys_the_house_can_change_its_key(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v2.0.0", keys[1])
    configure(names(keys[0].public, keys[1].public))
    assert new(tmp_path / "q", f"{URL}@v1.0.0").data["template"]["signer"] == keys[0].name
    assert update(project).code == 0
    assert lock_of(project)["template"]["signer"] == keys[1].name
    assert seen() == {ADDRESS: keys[1].name}
    configure()
    house.release("v3.0.0", keys[0])  # the old key counts no more, also without the configuration
    refused(tmp_path / "r", keys[0].name, keys[1].name)


def test_a_key_that_is_taken_out_of_the_configuration_counts_no_more(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    configure(names(keys[1].public))
    refused(tmp_path / "q", keys[0].name, keys[1].name)
    with untouched(project):
        refuses(update(project), keys[0].name, keys[1].name)
    house.release("v1.2.0", keys[1])
    assert update(project).code == 0  # although the version that the project has is signed by the other one


def test_signed_is_required_from_the_first(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0")
    path = configure("signed: true")
    refused(tmp_path / "p", "must be signed", f"{path}:3 asks for it", "lightweight")
    house.annotate("v1.0.0")
    refused(tmp_path / "p", "it is not signed")
    house.release("v1.1.0", keys[0])
    assert new(tmp_path / "p").data["template"]["signer"] == keys[0].name
    house.release("v1.2.0", keys[1])
    refused(tmp_path / "q", keys[0].name, keys[1].name)


def test_a_folder_is_looked_at_where_that_is_asked_for(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0", keys[0])
    folder = str(house.folder)
    assert new(tmp_path / "p", folder).data["template"].get("signer", "") == ""
    assert seen() == {}
    configure("signed: true", url=folder)
    assert new(tmp_path / "q", folder).data["template"]["signer"] == keys[0].name
    assert seen() == {folder: keys[0].name}
    house.release("v1.1.0")
    refused(tmp_path / "r", keys[0].name, house=folder)


def test_the_base_is_exempt(tmp_path: Path) -> None:
    configure("signed: true", url="https://templates.ospo-init.invalid/base.git")
    assert ospo("questions", "--json").code == 0
    assert ospo("questions", "--json", "--house=acme").code == 0


# What is no signature of this version


def _tag_object(house: House, tag: str, data: bytes) -> None:
    """Make `data` the object of a tag."""
    done = subprocess.run(
        ["git", "hash-object", "-t", "tag", "-w", "--stdin", "--literally"],
        cwd=house.folder,
        input=data,
        capture_output=True,
        check=True,
    )
    git(house.folder, "update-ref", f"refs/tags/{tag}", done.stdout.decode().strip())


def _object(house: House, tag: str) -> bytes:
    return subprocess.run(["git", "cat-file", "tag", tag], cwd=house.folder, capture_output=True, check=True).stdout


def test_a_signed_tag_under_another_name_is_refused_once_a_signature_is_due(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    git(house.folder, "update-ref", "refs/tags/v9.9.9", "refs/tags/v1.0.0")  # an old version, passed off as the newest
    said = new(tmp_path / "p").data["template"]
    assert (said["tag"], "signer" in said) == ("v9.9.9", False)
    assert seen() == {}
    project = project_of(tmp_path / "r", f"{URL}@v1.0.0")
    refuses(update(project), "'v1.0.0'", keys[0].name)
    configure("signed: true")
    refused(tmp_path / "s", "over a tag of another name, 'v1.0.0'")


def test_a_signature_that_is_not_over_the_tag_is_refused_even_where_none_is_due(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    changed = _object(house, "v1.0.0").replace(b"Its notes.", b"Other notes.")
    _tag_object(house, "v1.0.0", changed)
    refused(tmp_path / "p", keys[0].name, "is not good")


def test_a_signature_for_another_commit_is_none(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    old = house.release("v1.0.0", keys[0])
    fresh = house.release("v1.1.0")
    forged = _object(house, "v1.0.0").replace(old.encode(), fresh.encode()).replace(b"tag v1.0.0", b"tag v1.1.0")
    _tag_object(house, "v1.1.0", forged)
    refused(tmp_path / "p", "is not good", house=f"{URL}@v1.1.0")


def test_a_signature_made_for_something_else_than_git_is_none(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    payload = _object(house, "v1.0.0").partition(b"-----BEGIN")[0]
    (tmp_path / "payload").write_bytes(payload)
    _run("ssh-keygen", "-Y", "sign", "-f", str(keys[0].path), "-n", "file", str(tmp_path / "payload"))
    _tag_object(house, "v1.0.0", payload + (tmp_path / "payload.sig").read_bytes())
    refused(tmp_path / "p", "is not good", keys[0].name)


@pytest.mark.parametrize(
    "text, said",
    [
        (b"-----BEGIN SSH SIGNATURE-----\n", "it is cut off"),
        (b"-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----\n", "it is not whole"),
        (b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n", "it is no SSH signature"),
        (b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n", "which is not taken"),
        (b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n", "it is cut off"),
        (b"-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n", "X.509"),
    ],
)
def test_what_no_signature_can_be_read_from_is_refused_where_one_is_due(
    tmp_path: Path, house: House, keys: tuple[Key, Key], text: bytes, said: str
) -> None:
    house.release("v1.0.0", keys[0])
    configure("signed: true")
    _tag_object(house, "v1.0.0", _object(house, "v1.0.0").partition(b"-----BEGIN")[0] + text)
    refused(tmp_path / "p", said)


def test_a_version_that_moved_has_moved_whoever_signs_it(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    first = house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    git(house.folder, "tag", "--delete", "v1.0.0")
    second = house.release("v1.0.0", keys[0])
    refuses(update(project), "moved", first, second)


@needs_ssh
def test_the_tags_of_a_repository_with_long_ids_are_looked_at_too(tmp_path: Path, keys: tuple[Key, Key]) -> None:
    (tmp_path / "remote").mkdir()
    git(tmp_path / "remote", "init", "--quiet", "--object-format=sha256", "--initial-branch=main", "--template=")
    house = House.__new__(House)
    house.folder, house.number = tmp_path / "remote", 0
    assert len(house.release("v1.0.0", keys[0])) == 64
    assert new(tmp_path / "p").data["template"]["signer"] == keys[0].name


# Without the program


def _without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Leave everything but `program` on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "gpg", "ssh-keygen", "sh"):
        if name != program and (found := shutil.which(name)):
            (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))


def test_without_ssh_keygen_what_must_be_signed_is_refused(
    tmp_path: Path, house: House, keys: tuple[Key, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    _without(monkeypatch, tmp_path, "ssh-keygen")
    refused(tmp_path / "q", "no ssh-keygen on the PATH", keys[0].name, "Install OpenSSH")
    with untouched(project):
        refuses(update(project), "no ssh-keygen on the PATH")
    assert new(tmp_path / "r", f"{URL}@v1.0.0").code == 0  # it was verified, and is kept


def test_without_ssh_keygen_nothing_is_remembered_where_nothing_is_due(
    tmp_path: Path, house: House, keys: tuple[Key, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", keys[0])
    _without(monkeypatch, tmp_path, "ssh-keygen")
    assert new(tmp_path / "p").data["template"].get("signer", "") == ""
    assert seen() == {}


# The cache


def test_what_was_verified_is_taken_from_the_cache_without_network(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    configure(names(keys[0].public))
    project_of(tmp_path / "p")
    house.folder.rename(tmp_path / "away")
    assert new(tmp_path / "q", f"{URL}@v1.0.0").data["template"]["signer"] == keys[0].name
    configure(names(keys[1].public))  # by whom it is signed was not what was asked for
    refused(tmp_path / "r", "never verified", house=f"{URL}@v1.0.0")


def test_what_was_never_verified_is_fetched_again_once_it_must_be(
    tmp_path: Path, house: House, keys: tuple[Key, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", keys[0])
    with monkeypatch.context() as patch:
        _without(patch, tmp_path, "ssh-keygen")
        project_of(tmp_path / "p")
    assert stored() == {"v1.0.0": ""}
    memory = (cache.Shelf(URL).folder or tmp_path) / "memory.json"
    assert "signer" not in memory.read_text()  # as it was written before signers were remembered
    configure("signed: true")
    house.folder.rename(tmp_path / "away")
    refused(tmp_path / "q", "never verified", house=f"{URL}@v1.0.0")
    (tmp_path / "away").rename(house.folder)
    assert new(tmp_path / "q", f"{URL}@v1.0.0").data["template"]["signer"] == keys[0].name
    assert stored() == {"v1.0.0": keys[0].name}


def test_status_does_not_use_the_network_for_a_version_that_must_be_verified(
    tmp_path: Path, house: House, keys: tuple[Key, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", keys[0])
    project = project_of(tmp_path / "p")
    house.release("v1.1.0", keys[0])
    assert ospo("status", project, "--fetch", "--json").data["template"]["planned"] == "v1.1.0"
    assert ospo("status", project, "--json").data["template"]["planned"] == "v1.1.0"  # it was verified, and is kept
    memory = (cache.Shelf(URL).folder or tmp_path) / "memory.json"
    rows = json.loads(memory.read_text())
    del rows["kept"]["v1.1.0"]["signer"]
    memory.write_text(json.dumps(rows))
    monkeypatch.setattr(fetching, "fetch", lambda *_: pytest.fail("fetched"))
    assert "With --fetch it is fetched" in ospo("status", project).out


# The state


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema_version": 2, "signers": {}}', '{"schema_version": 1, "signers": {"a": 1}}']
)
def test_a_state_that_cannot_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, house: House, keys: tuple[Key, Key], text: str
) -> None:
    house.release("v1.0.0", keys[0])
    state_file().parent.mkdir()
    state_file().write_text(text)
    refuses(new_plain(tmp_path / "p"), "signers.json", "cannot be read")
    assert state_file().read_text() == text
    assert ospo("questions", "--json").code == 0  # the base is exempt


def test_a_state_that_is_no_file_is_not_taken_for_an_empty_one(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    state_file().mkdir(parents=True)
    refuses(new_plain(tmp_path / "p"), "signers.json", "cannot be read")


def new_plain(target: Path) -> Done:
    return ospo("new", target, "--defaults", f"--house={URL}")


def test_where_the_state_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSPO_INIT_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "shared"))
    assert signers.file() == tmp_path / "shared" / "ospo-init" / "signers.json"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert signers.file() == Path.home() / ".local" / "state" / "ospo-init" / "signers.json"


def test_a_state_that_cannot_be_written_is_no_failure_for_the_lock_pins_too(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    (tmp_path / "file").write_text("")
    done = new(tmp_path / "p", OSPO_INIT_STATE=str(tmp_path / "file"))
    assert done.data["template"]["signer"] == keys[0].name
    assert lock_of(tmp_path / "p")["template"]["signer"] == keys[0].name


def test_two_templates_are_remembered_side_by_side() -> None:
    one, two = f"ssh:SHA256:{'a' * 43}", f"gpg:{'B' * 40}"
    signers.pin("https://example.org/a", one, "v1")
    signers.pin("https://example.org/b", two, "v1")
    assert (signers.known("https://example.org/a"), signers.known("https://example.org/b")) == (one, two)
    assert signers.known("https://example.org/c") == ""
    assert sorted(path.name for path in state_file().parent.iterdir()) == ["lock", "signers.json"]


# The lock


def test_a_lock_without_a_signer_is_read_and_one_with_a_wrong_one_is_not(
    tmp_path: Path, house: House, keys: tuple[Key, Key]
) -> None:
    house.release("v1.0.0", keys[0])
    data = lock_of(project_of(tmp_path / "p"))
    assert read(data, "lock").as_data() == data
    del data["template"]["signer"]
    assert read(data, "lock").signer == ""
    lock = tmp_path / "p" / ".ospo" / "lock.yml"
    lock.write_text(lock.read_text().replace(keys[0].name, "anybody"))
    refuses(ospo("status", tmp_path / "p"), "lock.yml is not a lock")


# GPG


@needs_gpg
def test_a_gpg_key_counts_where_it_is_configured(
    tmp_path: Path, house: House, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", gpg)
    assert new(tmp_path / "a").data["template"].get("signer", "") == ""  # nobody named it, and nothing is due
    assert seen() == {}
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    path = configure("signed: true")
    refused(tmp_path / "b", gpg.name, "which nobody has named", str(path))
    configure(names(gpg.digits))
    project = project_of(tmp_path / "p")
    assert lock_of(project)["template"]["signer"] == gpg.name
    assert seen() == {ADDRESS: gpg.name}
    configure()
    house.release("v1.1.0", gpg)
    assert update(project).code == 0  # pinned from then on
    house.release("v1.2.0")
    refused(tmp_path / "c", gpg.name)


@needs_gpg
def test_a_gpg_key_in_the_keyring_is_not_enough(
    tmp_path: Path, house: House, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", gpg)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    configure(names("0" * 40))
    refused(tmp_path / "p", gpg.name, f"gpg:{'0' * 40}")


@needs_gpg
def test_a_gpg_key_that_the_keyring_lacks_is_told(
    tmp_path: Path, house: House, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", gpg)
    configure(names(gpg.digits))
    (tmp_path / "empty").mkdir(mode=0o700)
    for home in (tmp_path / "empty", tmp_path / "none"):
        monkeypatch.setenv("GNUPGHOME", str(home))
        refused(tmp_path / "p", gpg.name, "its key is not in your keyring", "gpg --import")
    assert not (tmp_path / "none").exists()


@needs_gpg
def test_after_an_ssh_key_a_gpg_key_is_refused(
    tmp_path: Path, house: House, gpg: Gpg, keys: tuple[Key, Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", keys[0])
    project_of(tmp_path / "p")
    house.release("v1.1.0", gpg)
    refused(tmp_path / "q", gpg.name, keys[0].name)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    refused(tmp_path / "q", gpg.name, keys[0].name)
    configure(names(keys[0].public, gpg.digits))
    assert new(tmp_path / "q").data["template"]["signer"] == gpg.name


@needs_gpg
def test_a_gpg_key_that_has_expired_is_refused(tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(tempfile.mkdtemp(prefix="gpg-"))
    try:
        old = Gpg(home, expires="2020-06-01")
        house.release("v1.0.0", old)
        monkeypatch.setenv("GNUPGHOME", str(home))
        configure(names(old.digits))
        refused(tmp_path / "p", old.name, "its key has expired")
    finally:
        _end(home)


@needs_gpg
def test_without_gpg_what_must_be_signed_is_refused(
    tmp_path: Path, house: House, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", gpg)
    configure(names(gpg.digits))
    _without(monkeypatch, tmp_path, "gpg")
    refused(tmp_path / "p", "no gpg on the PATH", gpg.name, "Install GnuPG")


@needs_gpg
def test_a_changed_tag_is_refused_with_gpg_too(
    tmp_path: Path, house: House, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release("v1.0.0", gpg)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    configure(names(gpg.digits))
    _tag_object(house, "v1.0.0", _object(house, "v1.0.0").replace(b"Its notes.", b"Other notes."))
    refused(tmp_path / "p", "it is not a signature of this tag")


ONE, TWO = "A" * 40, "B" * 40
VALID = f"[GNUPG:] VALIDSIG {TWO} 2026-01-01 1767225600 0 4 0 22 8 00 {ONE}"
GOOD = f"[GNUPG:] GOODSIG {TWO[:16]} Somebody"


@pytest.mark.parametrize(
    "lines, found",
    [
        ([GOOD, VALID], signatures.Checked((f"gpg:{ONE}", f"gpg:{TWO}"))),
        ([GOOD], signatures.Checked((), "it is not a signature of a text")),
        ([VALID], signatures.Checked((), "gpg found no signature")),
        ([GOOD, VALID, GOOD, VALID], signatures.Checked((), "gpg found more than one signature")),
        (
            [GOOD, VALID.replace(" 00 ", " 10 ")],
            signatures.Checked((f"gpg:{ONE}", f"gpg:{TWO}"), "it is not a signature of a text"),
        ),
        (
            [GOOD.replace("GOODSIG", "REVKEYSIG"), VALID],
            signatures.Checked((f"gpg:{ONE}", f"gpg:{TWO}"), "its key was revoked"),
        ),
        (
            [GOOD.replace("GOODSIG", "EXPSIG"), VALID],
            signatures.Checked((f"gpg:{ONE}", f"gpg:{TWO}"), "the signature has expired"),
        ),
        ([f"gpg: {GOOD}", f"x{VALID}"], signatures.Checked((), "gpg found no signature")),
        ([f"[GNUPG:] ERRSIG {ONE[:16]} 22 8 00 1 4 {ONE}"], signatures.Checked((), "gpg cannot check it")),
        ([f"[GNUPG:] ERRSIG {ONE[:16]} 22 8 00 1 9 -"], signatures.Checked((), "its key is not in your keyring")),
    ],
)
def test_what_gpg_says_is_read_strictly(lines: list[str], found: signatures.Checked) -> None:
    assert signatures.said_by_gpg("\n".join(lines)) == found


def test_of_several_marks_the_last_one_begins_the_signature() -> None:
    head = b"object 00\ntype commit\ntag v1\ntagger x\n\n"
    text = head + b"-----BEGIN PGP SIGNATURE-----\n-----BEGIN SSH SIGNATURE-----\nAA\n"
    found = signatures.find(text, "v1", "00")
    assert (found.kind, found.payload + found.text) == ("ssh", text)
    assert found.text.startswith(b"-----BEGIN SSH")
    assert signatures.find(text, "v1", "01").kind == ""
    assert signatures.find(text.replace(b"type commit", b"type tag"), "v1", "00").kind == ""


def test_the_tree_is_that_of_the_verified_commit(tmp_path: Path, house: House, keys: tuple[Key, Key]) -> None:
    house.release("v1.0.0", keys[0])
    found = new(tmp_path / "p").data["template"]
    assert (found["tree"], found["commit"]) == (tree_of(house.folder), git(house.folder, "rev-parse", "v1.0.0^{}"))
