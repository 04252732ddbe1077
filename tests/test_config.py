"""The configuration, the default house, and `ospo-init house catalogue`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from conftest import git
from foreign import ANSWERS_FILE, template
from ospo_init.core.origin import BASE_URL, identity
from ospo_init.edges import config
from ospo_init.errors import UserError
from scenes import Done, answers, made, ospo, refuses

ADDRESS = "https://templates.example.org/acme.git"
FILES = {"copier.yml": "name: x\n", "README.md.jinja": "# {{ name }}\n", **ANSWERS_FILE}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDyu16PuHoP6cWh95gMAPhxSt8zL+NjW9FCd7F4clIXs"
DIGITS = "0123456789ABCDEF0123456789ABCDEF01234567"


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a configuration and a state of its own, and none of the machine's."""
    monkeypatch.setenv("OSPO_INIT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "machine"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text(f'[url "{tmp_path / "remote"}"]\n\tinsteadOf = {ADDRESS}\n')


def write(text: str, folder: Path | None = None) -> Path:
    path = (folder or Path(os.environ["XDG_CONFIG_HOME"])) / "ospo-init" / "config.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def house(folder: Path, heading: str = "x") -> Path:
    template(folder, {**FILES, "copier.yml": f"name: {heading}\n"}, "v1.0.0")
    return template(folder, {"more": "more\n"}, "v1.1.0")


def new(target: Path, *arguments: str, cwd: Path | None = None, **env: str) -> Done:
    return ospo("new", target, "--defaults", "--json", *arguments, cwd=cwd, **env)


# Reading


def test_everything_that_may_stand_there_is_read(tmp_path: Path) -> None:
    path = write(
        f"house: acme@v1.1.0\nhouses:\n  acme:\n    url: {ADDRESS}\n    title: ACME's house\n"
        f"    kinds: [software, documentation]\n    tag: v1.2.0\n    signed: true\n    keys:\n"
        f"      - {KEY} somebody@example.org\n      - '{DIGITS[:20]} {DIGITS[20:].lower()}'\n"
        f"  near:\n    url: ~/houses/near\n  ssh:\n    url: git@git.example.org:oss/house.git\n"
    )
    found = config.load()
    acme = found.houses["acme"]
    assert (acme.url, acme.title, acme.kinds, acme.tag) == (
        ADDRESS,
        "ACME's house",
        ("software", "documentation"),
        "v1.2.0",
    )
    assert acme.signed
    assert [name[:11] for name in acme.keys] == ["ssh:SHA256:", "gpg:0123456"]
    assert acme.keys[1] == f"gpg:{DIGITS}"
    assert (found.house, found.where, list(found.houses)) == ("acme@v1.1.0", f"{path}:1:8", ["acme", "near", "ssh"])


def test_the_name_of_a_key_is_what_ssh_keygen_prints(tmp_path: Path) -> None:
    # As `ssh-keygen -l` has it of this key.
    write(f"houses: {{a: {{url: /x, keys: ['{KEY}']}}}}\n")
    (name,) = config.load().houses["a"].keys
    write(f"houses: {{a: {{url: /x, keys: ['{name}', '{name.removeprefix('ssh:')}']}}}}\n")
    assert config.load().houses["a"].keys == (name, name)


WRONG = {
    "no YAML": ("houses: [", "config.yml:2:1: this is not YAML"),
    "a list": ("- a\n", "config.yml:1:1: the configuration is not keys"),
    "a key": ("hause: a\n", "config.yml:1:1: 'hause' is no key of the configuration. Did you mean house?"),
    "a key twice": ("house: base\nhouse: base\n", "config.yml:2:1: this is not YAML: the key 'house' stands twice"),
    "a key of a house": (
        "houses:\n  a:\n    uri: /x\n",
        "config.yml:3:5: 'uri' is no key of the house a. Did you mean url?",
    ),
    "no url": ("houses:\n  a:\n    title: A\n", "config.yml:3:5: the house a has no url"),
    "houses are a list": ("houses:\n  - a\n", "config.yml:2:3: houses is not keys"),
    "a relative folder": ("houses:\n  a: {url: houses/a}\n", "config.yml:2:12: url is 'houses/a', which is no address"),
    "http": ("houses:\n  a: {url: 'http://example.org/a.git'}\n", "config.yml:2:12: 'http://example.org/a.git' is not"),
    "a password": ("houses:\n  a: {url: 'https://me:word@example.org/a.git'}\n", "config.yml:2:12: The address"),
    "a tag in a url": ("houses:\n  a: {url: 'https://example.org/a.git@v1'}\n", "config.yml:2:12: the url"),
    "a number": ("houses:\n  a: {url: 7}\n", "config.yml:2:12: url is 7, not one line of text"),
    "no tag": ("houses:\n  a: {url: /x, tag: 'a b'}\n", "config.yml:2:21: 'a b' is not the name of a tag"),
    "tag is a number": ("houses:\n  a: {url: /x, tag: 1.2}\n", "config.yml:2:21: tag is 1.2, not one line of text"),
    "signed": ("houses:\n  a: {url: /x, signed: 'maybe'}\n", "config.yml:2:24: signed is 'maybe'"),
    "keys are no list": (f"houses:\n  a: {{url: /x, keys: {KEY}}}\n", "config.yml:2:22: keys is not a list"),
    "no keys": ("houses:\n  a: {url: /x, keys: []}\n", "config.yml:2:22: keys is not a list"),
    "a short fingerprint": ("houses:\n  a: {url: /x, keys: [0123ABCD]}\n", "config.yml:2:23: this is no key"),
    "a cut key": (f"houses:\n  a: {{url: /x, keys: [{KEY[:40]}]}}\n", "config.yml:2:23: this is no key"),
    "another kind": (f"houses:\n  a: {{url: /x, keys: [ssh-rsa {KEY[12:]}]}}\n", "config.yml:2:23: this is no key"),
    "base": ("houses:\n  base: {url: /x}\n", "config.yml:2:9: 'base' is the template that ships"),
    "a name with a slash": ("houses:\n  a/b: {url: /x}\n", "config.yml:2:8: 'a/b' is not a name for a house"),
    "an unknown default": (
        "house: acne\nhouses: {acme: {url: /x}}\n",
        "config.yml:1:8: there is no house 'acne'. Did you mean acme?",
    ),
    "a relative default": ("house: ./acme\n", "config.yml:1:8: house is './acme', which is no address"),
    "the tag of a default": ("house: base@a..b\n", "config.yml:1:8: 'a..b' is not the name of a tag"),
}


@pytest.mark.parametrize("text, said", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    path = write(text)
    with pytest.raises(UserError) as caught:
        config.load()
    told = f"{caught.value.what} {caught.value.next}"
    assert told.startswith(f"{path.parent}/{said}"), told
    assert caught.value.next


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "houses: {}\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    write(text)
    assert (config.load().houses, config.load().house) == ({}, "")


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    refuses(ospo("questions", OSPO_INIT_CONFIG=str(tmp_path / "none.yml")), "none.yml, which OSPO_INIT_CONFIG names")
    refuses(ospo("questions", OSPO_INIT_CONFIG=str(tmp_path)), "is no file")


def test_the_persons_rows_win_over_the_machines_by_name(tmp_path: Path) -> None:
    write("house: one\nhouses: {one: {url: /machine/1, signed: true}, two: {url: /machine/2}}\n", tmp_path / "machine")
    write("houses: {two: {url: /later/2}, three: {url: /later/3}}\n", tmp_path / "later")
    write("house: two\nhouses: {one: {url: /own/1}}\n")
    os.environ["XDG_CONFIG_DIRS"] = f"{tmp_path / 'machine'}:relative:{tmp_path / 'later'}"
    found = config.load()
    assert {name: row.url for name, row in found.houses.items()} == {
        "one": "/own/1",
        "two": "/machine/2",
        "three": "/later/3",
    }
    assert not found.houses["one"].signed
    assert found.house == "two"
    own = tmp_path / "own.yml"
    own.write_text("houses: {four: {url: /own/4}}\n")
    os.environ["OSPO_INIT_CONFIG"] = str(own)  # instead of the person's usual file
    assert (config.load().house, sorted(config.load().houses)) == ("one", ["four", "one", "three", "two"])
    del os.environ["OSPO_INIT_CONFIG"]


@pytest.mark.parametrize(
    "one, other",
    [
        (ADDRESS, "https://Templates.EXAMPLE.org/acme"),
        (ADDRESS, "https://token@templates.example.org/acme.git/"),
        ("ssh://git@git.example.org/a.git", "ssh://git@GIT.example.org/a"),
    ],
)
def test_one_repository_has_one_identity(one: str, other: str) -> None:
    assert identity(one) == identity(other)
    assert identity(one) != identity(one.replace("a", "A"))


# Which house


def test_without_a_house_it_is_the_variables_then_the_configurations_then_the_base(tmp_path: Path) -> None:
    one, two = house(tmp_path / "one", "one"), house(tmp_path / "two", "two")
    assert config.chosen("") == ("", "")
    path = write(f"house: one\nhouses: {{one: {{url: {one}, tag: v1.0.0}}, two: {{url: {two}}}}}\n")
    said = new(tmp_path / "a").data["template"]
    assert (said["url"], said["tag"], said["chosen_by"]) == (str(one), "v1.0.0", f"{path}:1:8")
    said = new(tmp_path / "b", OSPO_INIT_HOUSE="two").data["template"]
    assert (said["url"], said["tag"], said["chosen_by"]) == (str(two), "v1.1.0", "OSPO_INIT_HOUSE")
    said = new(tmp_path / "c", OSPO_INIT_HOUSE=f"{two}@v1.0.0").data["template"]
    assert (said["url"], said["tag"]) == (str(two), "v1.0.0")
    said = new(tmp_path / "d", "--house=one@v1.1.0", OSPO_INIT_HOUSE="two").data["template"]
    assert (said["url"], said["tag"], "chosen_by" in said) == (str(one), "v1.1.0", False)
    assert new(tmp_path / "e", OSPO_INIT_HOUSE=" ").data["template"]["url"] == str(one)
    told = ospo("new", tmp_path / "f", "--defaults")
    assert f"from {one} v1.0.0 ({path}:1:8 says so)." in told.out


def test_the_base_can_be_said_on_purpose(tmp_path: Path) -> None:
    write(f"house: one\nhouses: {{one: {{url: {house(tmp_path / 'one')}}}}}\n")
    (tmp_path / "base").mkdir()
    asked = ospo("questions", "--json", "--house=base", cwd=tmp_path)
    assert asked.data["template"]["url"] == BASE_URL
    assert ospo("questions", "--json").data["template"]["url"] == str(tmp_path / "one")
    assert ospo("questions", "--json", OSPO_INIT_HOUSE="base").data["template"]["url"] == BASE_URL
    refuses(ospo("questions", "--house=base@v0.0.0"), "v0.0.0")


def test_a_name_wins_over_a_folder_and_a_slash_means_the_folder(tmp_path: Path) -> None:
    one, here = house(tmp_path / "one"), house(tmp_path / "work" / "acme")
    other = house(tmp_path / "work" / "other")
    write(f"houses: {{acme: {{url: {one}}}}}\n")

    def found(word: str) -> str:
        return str(ospo("questions", "--json", f"--house={word}", cwd=tmp_path / "work").data["template"]["url"])

    assert [found(word) for word in ("acme", "acme@v1.0.0")] == [str(one)] * 2
    assert [found(word) for word in ("./acme", "./acme@v1.0.0", "../work/acme")] == [str(here)] * 3
    assert [found(word) for word in ("other", "other@v1.0.0")] == [str(other)] * 2


def test_a_name_that_nothing_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    write(f"houses: {{acme: {{url: {ADDRESS}}}, gone: {{url: {tmp_path / 'gone'}}}}}\n")
    refuses(ospo("questions", "--house=acne"), "'acne' is neither", "Did you mean acme?")
    refuses(ospo("questions", OSPO_INIT_HOUSE="zzzz"), "'zzzz' is neither", "house catalogue")
    refuses(ospo("questions", "--house=acme@"), "acme@")
    refuses(ospo("questions", "--house=acme@a b"), "'a b' is not the name of a tag")
    refuses(ospo("questions", "--house=gone"), "The house gone is at", "config.yml:1")


def test_an_address_of_the_configuration_is_taken_from_the_network(tmp_path: Path) -> None:
    house(tmp_path / "remote")
    write(f"house: acme\nhouses: {{acme: {{url: {ADDRESS.removesuffix('.git')}}}}}\n")
    assert new(tmp_path / "p").data["template"]["url"] == ADDRESS


def test_an_update_stays_with_its_template_whatever_the_default_is(tmp_path: Path) -> None:
    one, two = house(tmp_path / "one"), house(tmp_path / "two")
    project = made(tmp_path / "p", f"{one}@v1.0.0")
    write(f"house: two\nhouses: {{two: {{url: {two}}}}}\n")
    done = ospo("update", project, "--defaults", OSPO_INIT_HOUSE=str(two))
    assert done.code == 0, done.err
    assert (answers(project)["_src_path"], answers(project)["_commit"]) == (str(one), "v1.1.0")
    git(project, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "updated")
    done = ospo("update", project, "--defaults", "--house=two")  # named, it is another matter
    assert answers(project)["_src_path"] == str(two), done.err


def test_an_adoption_takes_the_default(tmp_path: Path) -> None:
    one = house(tmp_path / "one")
    write(f"house: one\nhouses: {{one: {{url: {one}, tag: v1.0.0}}}}\n")
    project = tmp_path / "p"
    project.mkdir()
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", "x")
    for arguments, tag in (((), "v1.0.0"), (("--to=v1.1.0",), "v1.1.0")):
        done = ospo("update", project, "--adopt", "--defaults", "--dry-run", "--json", *arguments)
        assert done.code == 0, done.err
        assert (done.data["template"]["url"], done.data["template"]["tag"]) == (str(one), tag)
    told = ospo("update", project, "--adopt", "--defaults", "--dry-run")
    assert f"From {one} v1.0.0" in told.out
    done = ospo("update", project, "--adopt", "--defaults", "--dry-run", "--json", "--house=base", "-d", "license=MIT")
    assert done.data["template"]["url"] == BASE_URL


def test_what_is_wrong_in_the_configuration_stops_a_new_project_and_leaves_nothing(tmp_path: Path) -> None:
    write("hause: acme\n")
    refuses(ospo("new", tmp_path / "p", "--defaults"), "config.yml:1:1", "Did you mean house?")
    assert not (tmp_path / "p").exists()


# The catalogue


def test_where_nothing_is_configured_the_catalogue_says_how(tmp_path: Path) -> None:
    done = ospo("house", "catalogue")
    assert done.code == 0
    assert str(tmp_path / "config" / "ospo-init" / "config.yml") in done.out
    example = done.out.split(":\n\n")[1].split("\n\n")[0]
    path = write("\n".join(line.removeprefix("  ") for line in example.splitlines()) + "\n")
    assert config.load().house == "acme", path  # what it says can be written there
    assert ospo("house", "catalogue", "--json").data["schema_version"] == 1


def test_the_catalogue_lists_the_houses_and_one_that_is_gone_hides_no_other(tmp_path: Path) -> None:
    house(tmp_path / "remote")
    near = house(tmp_path / "near")
    path = write(
        f"house: acme\nhouses:\n  gone: {{url: {tmp_path / 'gone'}}}\n  far: {{url: 'https://far.invalid/x.git'}}\n"
        f"  acme: {{url: '{ADDRESS}', title: The house, kinds: [software], tag: v1.0.0, keys: ['{KEY}']}}\n"
        f"  near: {{url: {near}}}\n"
    )
    first = ospo("house", "catalogue", "--json")
    assert first.code == 0, first.err
    rows = {row["name"]: row for row in first.data["houses"]}
    assert list(rows) == ["gone", "far", "acme", "near", "base"]
    assert first.data["default"] == {"house": "acme", "chosen_by": f"{path}:1:8"}
    assert [name for name, row in rows.items() if row["default"]] == ["acme"]
    assert (rows["acme"]["tags"], rows["acme"]["looked_up"], rows["acme"]["problem"]) == ([], None, "")
    assert rows["near"]["tags"] == ["v1.1.0", "v1.0.0"]  # a folder is asked
    assert "no folder" in rows["gone"]["problem"]
    rows = {row["name"]: row for row in ospo("house", "catalogue", "--json", "--fetch").data["houses"]}
    assert (rows["acme"]["newest"], rows["acme"]["tags"]) == ("v1.1.0", ["v1.1.0", "v1.0.0"])
    assert rows["acme"]["looked_up"]
    assert (rows["acme"]["signed"], len(rows["acme"]["keys"])) == (True, 1)
    assert "far.invalid" in rows["far"]["problem"]
    told = ospo("house", "catalogue").out
    for words in (
        "acme  v1.1.0  (the default)",
        "held at v1.0.0, though v1.1.0 is newer",
        "must be signed by ssh:SHA256:",
    ):
        assert words in told
    (tmp_path / "remote").rename(tmp_path / "away")
    again = {row["name"]: row for row in ospo("house", "catalogue", "--json", "--fetch").data["houses"]}
    assert again["acme"]["newest"] == "v1.1.0"  # as last looked up
    assert "cannot be read" in again["acme"]["problem"]


def test_the_catalogue_asks_no_network_unless_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ospo_init.edges import fetching

    write(f"houses: {{acme: {{url: '{ADDRESS}'}}}}\n")
    monkeypatch.setattr(fetching, "tags_of", lambda address: pytest.fail(f"asked {address}"))
    done = ospo("house", "catalogue", OSPO_INIT_HOUSE="acme")
    assert "never looked up" in done.out
    assert "takes acme (OSPO_INIT_HOUSE says so)" in done.out
    assert json.loads(ospo("house", "catalogue", "--json").out)["default"] == {"house": "base", "chosen_by": ""}
