"""`new --house`: a project from any Copier template that needs no trust is what Copier itself makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import foreign
from conftest import answers_of, git
from foreign import ANSWERS_FILE, Files, copier, everything, made, new, refused, template
from foreign_cases import BROKEN, CASES, SMALL, Case


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_it_makes_what_copier_makes(tmp_path: Path, case: Case) -> None:
    house = template(tmp_path / "house", case.files)
    given = [piece for answer in case.answers for piece in ("-d", answer)]
    theirs = copier(
        "copy", "--defaults", "--quiet", "--vcs-ref", "v1.0.0", *given, house, tmp_path / "c" / "tide-gauge"
    )
    assert theirs.returncode == 0, theirs.stderr
    (tmp_path / "o").mkdir()
    said = made(tmp_path / "o" / "tide-gauge", f"{house}@v1.0.0", *given)
    assert everything(tmp_path / "o" / "tide-gauge") == everything(tmp_path / "c" / "tide-gauge")
    assert git(tmp_path / "o" / "tide-gauge", "status", "--porcelain", "--ignored") == ""
    assert said["template"]["tag"] == "v1.0.0"  # type: ignore[index]
    assert said["template"]["commit"] == git(house, "rev-parse", "v1.0.0")  # type: ignore[index]
    remembered = {
        key: value for key, value in _answers(tmp_path / "c" / "tide-gauge").items() if not key.startswith("_")
    }
    if remembered:
        assert json.loads(json.dumps(remembered, default=str)) == said["answers"]


def _answers(folder: Path) -> dict[str, object]:
    return answers_of(folder) if (folder / ".copier-answers.yml").is_file() else {}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A template with v1.0.0, where README has another heading than at its newest version, v1.10.0."""
    house = template(tmp_path / "house", SMALL)
    template(house, {"README.md.jinja": "# New {{ name }}\n"}, "v1.9.0")
    return template(house, {"README.md.jinja": "# Newest {{ name }}\n"}, "v1.10.0")


def test_without_a_tag_the_newest_version_is_taken(tmp_path: Path, small: Path) -> None:
    template(small, {"README.md.jinja": "# Not yet\n"}, "v2.0.0rc1", "v3.0.0.dev1", "latest", "release/9.9.9", "x9")
    said = made(tmp_path / "p", small)
    assert said["template"]["tag"] == "v1.10.0"  # type: ignore[index]
    assert (tmp_path / "p" / "README.md").read_text() == "# Newest x\n"
    assert answers_of(tmp_path / "p") == {"_commit": "v1.10.0", "_src_path": str(small), "name": "x"}


def test_of_two_tags_of_one_version_copiers_choice_is_taken(tmp_path: Path) -> None:
    house = template(tmp_path / "house", SMALL, "v1.0.0")
    template(house, {"README.md.jinja": "other\n"}, "1.0")
    made(tmp_path / "p", house)
    assert copier("copy", "--defaults", "--quiet", house, tmp_path / "c").returncode == 0
    assert (tmp_path / "p" / "README.md").read_text() == (tmp_path / "c" / "README.md").read_text()


@pytest.mark.parametrize("tag", ["v2.0.0rc1", "latest", "9.9-custom", "v1.9.0", "Ünï", "v1.0+local"])
def test_any_tag_can_be_named(tmp_path: Path, small: Path, tag: str) -> None:
    if tag != "v1.9.0":
        template(small, {"README.md.jinja": "# Special\n"}, tag)
    said = made(tmp_path / "p", f"{small}@{tag}")
    assert said["template"]["tag"] == tag  # type: ignore[index]
    assert answers_of(tmp_path / "p")["_commit"] == tag
    assert (tmp_path / "p" / "README.md").read_text() == ("# New x\n" if tag == "v1.9.0" else "# Special\n")


def test_pre_releases_count_where_there_is_nothing_else(tmp_path: Path) -> None:
    house = template(tmp_path / "house", SMALL, "v1.0.0a1")
    template(house, {"f": ""}, "v1.0.0rc2")
    assert made(tmp_path / "p", house)["template"]["tag"] == "v1.0.0rc2"  # type: ignore[index]


def test_an_annotated_tag(tmp_path: Path, small: Path) -> None:
    git(small, *foreign.WHO, "tag", "--annotate", "-m", "a release", "v7.0.0")
    git(small, *foreign.WHO, "tag", "--annotate", "-m", "a tag of a tag", "v8.0.0", "v7.0.0")
    said = made(tmp_path / "p", small)["template"]
    commit, tree = git(small, "rev-parse", "HEAD", "HEAD^{tree}").split()
    assert said == {"url": str(small), "tag": "v8.0.0", "commit": commit, "tree": tree}


@pytest.mark.parametrize(
    "tags, suffix, words",
    [
        ((), "", ["no version tag", "v1.0.0"]),
        (("latest", "stable"), "", ["no version tag, only latest, stable", "@"]),
        (("v1.0.0",), "@v2.0.0", ["no tag v2.0.0", "newest version is v1.0.0"]),
        (("v1.0.0",), "@main", ["no tag main"]),
        (("v1.0.0",), "@HEAD", ["no tag HEAD"]),
        ((), "@v1", ["no tag v1"]),
        (("v1.0.0",), "@--upload-pack=x", ["not the name of a tag"]),
        (("v1.0.0",), "@*", ["not the name of a tag"]),
        (("v1.0.0",), "@v1^{}", ["not the name of a tag"]),
        (("v1.0.0",), "@v1 0", ["not the name of a tag"]),
        (("v1.0.0",), "@", ["names no tag"]),
    ],
)
def test_tags_that_cannot_be_taken(tmp_path: Path, tags: tuple[str, ...], suffix: str, words: list[str]) -> None:
    house = tmp_path / "house"
    house.mkdir()
    git(house, "init", "--quiet", "--initial-branch=main")
    foreign.put(house, SMALL)
    foreign.commit(house, *tags)
    refused(new(tmp_path / "p", f"{house}{suffix}"), 2, *words)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["house"]


def test_a_tag_that_names_no_commit(tmp_path: Path, small: Path) -> None:
    git(small, "tag", "v9.0.0", git(small, "rev-parse", "HEAD:README.md.jinja"))
    refused(new(tmp_path / "p", small), 2, "v9.0.0", "cannot be read")
    assert not (tmp_path / "p").exists()


def test_addresses_of_folders_are_recorded_absolute(tmp_path: Path, small: Path) -> None:
    foreign.new(tmp_path / "a", "house", cwd=tmp_path)
    foreign.new(tmp_path / "b", "../house@v1.9.0", cwd=tmp_path / "a")
    foreign.new(tmp_path / "c", "~/house@v1.9.0", HOME=str(tmp_path))
    foreign.new(tmp_path / "d", ".", cwd=small)
    (tmp_path / "link").symlink_to("house")
    foreign.new(tmp_path / "e", "link/", cwd=tmp_path)
    for name in "abcde":
        assert answers_of(tmp_path / name)["_src_path"] == str(small), name


@pytest.mark.parametrize(
    "name", ["team@home", "x@v1.0.0", "a:b@c", "sp ace", "git@host:x", "-dash", "ext::sh", "Ünï@1", "a::b"]
)
def test_a_folder_whose_name_reads_like_something_else(tmp_path: Path, name: str) -> None:
    house = template(tmp_path / "in" / name, SMALL)
    for number, address in enumerate([str(house), f"{house}@v1.0.0", name, f"{name}@v1.0.0"]):
        done = new(tmp_path / str(number), address, cwd=tmp_path / "in")
        assert done.returncode == 0, done.stderr
        assert answers_of(tmp_path / str(number))["_src_path"] == str(house)
    home = new(tmp_path / "h", f"~/{name}@v1.0.0", HOME=str(tmp_path / "in"))
    assert home.returncode == 0, home.stderr


def test_a_repository_with_longer_ids(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    git(house, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    said = made(tmp_path / "p", template(house, SMALL))["template"]
    commit, tree = git(house, "rev-parse", "HEAD", "HEAD^{tree}").split()
    assert said == {"url": str(house), "tag": "v1.0.0", "commit": commit, "tree": tree}


def test_a_bare_repository(tmp_path: Path, small: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(small), "bare.git")
    made(tmp_path / "p", tmp_path / "bare.git")
    assert answers_of(tmp_path / "p")["_src_path"] == str(tmp_path / "bare.git")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://example.org/x.git",
            "git://example.org/x.git",
            "ftp://example.org/x",
            "file:///etc",
            "HTTPS://example.org/x",
        ),
        *(
            "ext::sh -c 'touch pwned'",
            "file::/etc/passwd",
            "fd::17",
            "fd::17,18/x",
            "ext::git-upload-pack",
            "a::b",
            "::x",
        ),
        *("--upload-pack=touch pwned", "-oProxyCommand=touch pwned", "--", "-", "-u./x", "--config=core.sshCommand=x"),
        *("git+ssh://git@example.org/x", "git+https://example.org/x", "ssh+git://example.org/x", "git+file:///etc"),
        *("ssh://-oProxyCommand=touch/x", "ssh://git@-oProxyCommand=touch/x", "ssh://-x@", "ssh:///x", "ssh://"),
        *("git@-oProxyCommand=x:y", "git@example.org:-x", "-x@example.org:y", "git@:x", "git@ex ample.org:x"),
        *(
            "https://",
            "https:///x",
            "https://example.org",
            "https://-x/y",
            "https://exa mple.org/x",
            "https://e.org/x\ty",
        ),
        *(
            "https://e.org/x\x1b[31m",
            "https://e.org/x\nhttps://e.org/y",
            "https://e.org/x?token=1",
            "https://e.org/x#y",
        ),
        *(
            "https://e.org\\@f.org/x",
            "rsync://example.org/x",
            "javascript://x",
            "data::x",
            "//example.org/x",
            "\\\\host\\x",
        ),
        *(
            "gh:example/x",
            "example.org:x",
            "no/such/folder",
            "/no/such/folder@v1",
            "~nobody-here/x",
            "copier.yml",
            "@x",
        ),
        "x" * 5000,
    ],
)
def test_addresses_that_are_refused(tmp_path: Path, address: str) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "copier.yml").write_text("x: 1\n")
    for suffix in ("", "@v1.0.0"):
        message = refused(new(work / "p", address + suffix, cwd=work), 2)
        assert "\x1b" not in message
    assert [item.name for item in work.iterdir()] == ["copier.yml"]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://ada:hunter2@example.org/x.git",
            "https://:hunter2@example.org/x.git",
            "ssh://git:hunter2@example.org/x",
        ),
        *("http://ada:hunter2@example.org/x", "ada:hunter2@example.org:x", "https://ada:hun/ter2@example.org/x"),
        *("https://ada:hunter2@example.org/x.git@v1.0.0", "https://ada:hu@nter2@example.org/x", "ftp://a:hunter2@x"),
    ],
)
def test_an_address_with_a_password_is_refused_without_showing_it(tmp_path: Path, address: str) -> None:
    for json_too in ((), ("--json",)):
        done = new(tmp_path / "p", address, *json_too)
        assert done.returncode == 2
        assert "hunter2" not in done.stdout + done.stderr and "ter2" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def pointed(tmp_path: Path, house: Path, *addresses: str) -> dict[str, str]:
    """Return git's variables that send `addresses` to a template on this disk, so that no network is needed."""
    config = tmp_path / "gitconfig"
    lines = [f'[url "{house}"]', *(f"\tinsteadOf = {address}" for address in addresses)]
    config.write_text("\n".join(lines) + "\n")
    return {"GIT_CONFIG_GLOBAL": str(config)}


@pytest.mark.parametrize(
    "typed, fetched, recorded",
    [
        ("https://example.org/t.git", "https://example.org/t.git", "https://example.org/t.git"),
        ("https://example.org/t", "https://example.org/t.git", "https://example.org/t.git"),
        ("https://example.org/t/", "https://example.org/t.git", "https://example.org/t.git"),
        ("https://example.org/t", "https://example.org/t", "https://example.org/t"),
        ("https://token@example.org/t.git", "https://token@example.org/t.git", "https://example.org/t.git"),
        (
            "https://example.org:8443/g/~u/t.git",
            "https://example.org:8443/g/~u/t.git",
            "https://example.org:8443/g/~u/t.git",
        ),
        ("https://[::1]/t.git", "https://[::1]/t.git", "https://[::1]/t.git"),
        ("git@example.org:g/t.git", "git@example.org:g/t.git", "git@example.org:g/t.git"),
        ("git@example.org:g/t", "git@example.org:g/t.git", "git@example.org:g/t.git"),
        ("ssh://git@example.org:2222/t.git", "ssh://git@example.org:2222/t.git", "ssh://git@example.org:2222/t.git"),
        ("ssh://example.org/t.git", "ssh://example.org/t.git", "ssh://example.org/t.git"),
    ],
)
def test_remote_addresses(tmp_path: Path, small: Path, typed: str, fetched: str, recorded: str) -> None:
    """An https or ssh address, by git's own means; recorded is the spelling with .git, by which others know it."""
    env = pointed(tmp_path, small, fetched) | {"GIT_SSH_COMMAND": "false"}
    said = made(tmp_path / "p", typed, **env)
    assert made(tmp_path / "q", f"{typed}@v1.9.0", **env)["template"]["tag"] == "v1.9.0"  # type: ignore[index]
    assert answers_of(tmp_path / "p")["_src_path"] == recorded
    assert said["template"]["url"] == recorded  # type: ignore[index]
    assert "token" not in json.dumps(said)
    assert not [path for path, (_, data) in everything(tmp_path / "p").items() if b"token" in data]


def test_a_remote_that_does_not_answer(tmp_path: Path) -> None:
    env = {"GIT_SSH_COMMAND": "false"}
    message = refused(
        new(tmp_path / "p", "git@example.invalid:g/t.git", **env), 2, "git@example.invalid:g/t.git", "access"
    )
    assert "Could not" in message or "cannot be read" in message
    refused(new(tmp_path / "p", "https://secret-token@127.0.0.1:1/t.git", **env), 2, "https://127.0.0.1:1/t.git")
    assert "secret-token" not in new(tmp_path / "p", "https://secret-token@127.0.0.1:1/t.git", **env).stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    foreign.put(tmp_path / "house", SMALL)
    refused(new(tmp_path / "p", tmp_path / "house"), 2, "cannot be read", "not appear to be a git repository")
    refused(new(tmp_path / "p", tmp_path / "house" / "copier.yml"), 2, "There is no template at")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    "setting, word",
    [
        ("_tasks: ['touch pwned']", "_tasks"),
        ("_tasks:\n- command: [touch, pwned]\n  when: false", "_tasks"),
        ("_migrations: [{version: v1, before: ['touch pwned']}]", "_migrations"),
        ("_jinja_extensions: [os.system]", "_jinja_extensions"),
        ("_tasks: [a]\n---\n_jinja_extensions: [b]", "_tasks, _jinja_extensions"),
    ],
)
def test_a_template_that_needs_trust_gets_none(tmp_path: Path, setting: str, word: str) -> None:
    house = template(tmp_path / "house", {"copier.yml": f"name: x\n---\n{setting}\n", "f": "f"})
    refused(new(tmp_path / "p", house), 4, "needs trust", word, "--trust")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["house"]


@pytest.mark.parametrize("files, code, words", BROKEN.values(), ids=BROKEN.keys())
def test_a_template_that_is_broken_says_how(tmp_path: Path, files: Files, code: int, words: list[str]) -> None:
    house = template(tmp_path / "house", files)
    refused(new(tmp_path / "p", house), code, *words)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["house"]


def test_wrong_answers_to_a_foreign_template(tmp_path: Path) -> None:
    house = template(
        tmp_path / "house",
        {
            "copier.yml": "colour: {type: str, choices: [red, green], default: red}\n"
            "size: 1\nlist: {type: yaml, default: []}\n"
        },
    )
    refused(new(tmp_path / "p", house, "-d", "color=red"), 2, "'color'", "did you mean colour?")
    refused(new(tmp_path / "p", house, "-d", "colour=gren"), 2, "did you mean green?")
    refused(new(tmp_path / "p", house, "-d", "size=big"), 2, "size", "not a whole number")
    refused(new(tmp_path / "p", house, "-d", "list=[1"), 2, "list", "not YAML")
    answers = tmp_path / "answers.yml"
    answers.write_text("list: &a [*a]\n")
    refused(new(tmp_path / "p", house, "--answers", str(answers)), 2)
    answers.write_text("list: {2026-01-02: x}\n")
    refused(new(tmp_path / "p", house, "--answers", str(answers)), 2)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["answers.yml", "house"]


def test_copier_updates_what_was_made(tmp_path: Path) -> None:
    house = template(tmp_path / "house", {**SMALL, "kept.md": "one\ntwo\nthree\n"})
    made(tmp_path / "p", house, "-d", "name=tide")
    (tmp_path / "p" / "kept.md").write_text("one\ntwo\nthree\nmine\n")
    foreign.commit(tmp_path / "p")
    template(
        house,
        {"kept.md": "ONE\ntwo\nthree\n", "more.jinja": "{{ name }} {{ more }}\n", "copier.yml": "name: x\nmore: m\n"},
        "v1.1.0",
    )
    done = copier("update", "--defaults", "--quiet", cwd=tmp_path / "p")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p" / "kept.md").read_text() == "ONE\ntwo\nthree\nmine\n"
    assert (tmp_path / "p" / "more").read_text() == "tide m\n"
    assert answers_of(tmp_path / "p") == {"_commit": "v1.1.0", "_src_path": str(house), "name": "tide", "more": "m"}
    assert git(tmp_path / "p", "diff", "--name-only", "--diff-filter=U") == ""


def test_copier_updates_what_was_made_from_an_https_address(tmp_path: Path) -> None:
    house = template(tmp_path / "house", SMALL)
    env = pointed(tmp_path, house, "https://example.org/t.git") | {"COPIER_CACHE_DIR": str(tmp_path / "cache")}
    made(tmp_path / "p", "https://example.org/t", **env)
    template(house, {"more": "m"}, "v1.1.0")
    done = copier("update", "--defaults", "--quiet", cwd=tmp_path / "p", **env)
    assert done.returncode == 0, done.stderr
    assert answers_of(tmp_path / "p")["_commit"] == "v1.1.0"


def test_the_lock_names_template_and_files(tmp_path: Path, small: Path) -> None:
    from ospo_init.edges import yamls

    made(tmp_path / "p", small)
    lock = yamls.load((tmp_path / "p" / ".ospo" / "lock.yml").read_bytes())
    assert lock["template"]["tag"] == "v1.10.0"
    assert lock["template"]["tree"] == git(small, "rev-parse", "HEAD^{tree}")
    assert sorted(lock["files"]) == [".copier-answers.yml", "README.md"]
    assert lock["answers_file"] == ".copier-answers.yml"


def test_a_dry_run_writes_nothing(tmp_path: Path, small: Path) -> None:
    done = new(tmp_path / "p", small, "--dry-run")
    assert done.returncode == 0 and "# Newest x" in done.stdout
    assert sorted(item.name for item in tmp_path.iterdir()) == ["house"]


def test_secrets_are_neither_recorded_nor_shown(tmp_path: Path) -> None:
    house = template(
        tmp_path / "house",
        {
            "copier.yml": "token: {type: str, secret: true, default: ''}\nlisted: ''\n_secret_questions: [listed]\n",
            **ANSWERS_FILE,
        },
    )
    done = new(tmp_path / "p", house, "--json", "-d", "token=hunter2", "-d", "listed=hunter2")
    assert done.returncode == 0, done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert not [path for path, (_, data) in everything(tmp_path / "p").items() if b"hunter2" in data]


def test_questions_of_a_house_are_listed(tmp_path: Path, small: Path) -> None:
    command = [sys.executable, "-m", "ospo_init", "questions", "--json", "--house", str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["template"] == {"url": str(small), "tag": "v1.10.0"}
    assert [(row["key"], row["default"]) for row in said["questions"]] == [("name", "x")]


def test_the_users_copier_settings_are_not_seen(tmp_path: Path, small: Path) -> None:
    """What Copier's own command line would take from them is no part of a project that others can make again."""
    settings = tmp_path / "home" / ".config" / "copier" / "settings.yml"
    settings.parent.mkdir(parents=True)
    settings.write_text("defaults: {name: from the settings}\ntrust: ['/']\n")
    env = {"HOME": str(tmp_path / "home"), "COPIER_SETTINGS_PATH": str(settings)}
    assert copier("copy", "--defaults", "--quiet", small, tmp_path / "c", **env).returncode == 0
    assert (tmp_path / "c" / "README.md").read_text() == "# Newest from the settings\n"
    made(tmp_path / "p", small, **env)
    assert (tmp_path / "p" / "README.md").read_text() == "# Newest x\n"
    template(small, {"copier.yml": "_tasks: ['touch pwned']\n"}, "v2.0.0")
    refused(new(tmp_path / "q", small, **env), 4, "needs trust")


def test_what_the_machine_knows_enters_as_a_default(tmp_path: Path) -> None:
    """Where a template asks for what this machine knows by the same name, that stands before the template's default."""
    house = template(
        tmp_path / "house",
        {
            "copier.yml": "project_name: {type: str, default: P}\nmaintainer_name: {type: int, default: 1}\n",
            **ANSWERS_FILE,
        },
    )
    made(tmp_path / "tide", house)
    assert answers_of(tmp_path / "tide")["project_name"] == "tide"
    assert answers_of(tmp_path / "tide")["maintainer_name"] == 1  # Ada Example is no number
    made(tmp_path / "gauge", house, "-d", "project_name=G")
    assert answers_of(tmp_path / "gauge")["project_name"] == "G"


def test_an_empty_folder_of_the_template_is_no_part_of_the_project(tmp_path: Path) -> None:
    """The one difference to Copier's tree: git keeps no empty folders, and the project is what is committed."""
    house = template(tmp_path / "house", CASES["empty folders"].files)
    assert copier("copy", "--defaults", "--quiet", house, tmp_path / "c").returncode == 0
    made(tmp_path / "p", house)
    assert (tmp_path / "c" / "left").is_dir() and not (tmp_path / "p" / "left").exists()


def test_questions_as_the_wizard_sees_them(tmp_path: Path) -> None:
    from ospo_init.edges.box import Box
    from ospo_init.edges.templates import open_template

    house = template(
        tmp_path / "house",
        {
            "copier.yml": "_envops: {variable_start_string: '[[', variable_end_string: ']]'}\n"
            "kind: {type: str, choices: [a, b], default: a}\n"
            "name: {type: str, help: 'For [[ kind ]] {{ x }}', default: '[[ kind ]]!', when: \"[[ kind == 'b' ]]\"}\n"
        },
    )
    with Box() as box:
        box.load(open_template(str(house)).files)
        first = {row["key"]: row for row in box.resolve({}, {})["rows"]}
        then = {row["key"]: row for row in box.resolve({"kind": "b"}, {})["rows"]}
        wrong = {row["key"]: row for row in box.resolve({"kind": "c"}, {})["rows"]}
    assert first["name"]["shown"] is False
    assert (then["name"]["shown"], then["name"]["value"], then["name"]["help"]) == (True, "b!", "For b {{ x }}")
    assert "is not offered" in wrong["kind"]["problem"]


def test_git_is_asked_in_no_other_way_than_the_users(tmp_path: Path, small: Path) -> None:
    """A repository of somebody else's hooks and filters: nothing of it runs, for nothing is checked out."""
    ran = tmp_path / "ran"
    config = tmp_path / "gitconfig"
    config.write_text(f'[filter "x"]\n\tsmudge = touch {ran}; cat\n\tclean = cat\n[core]\n\tfsmonitor = touch {ran}\n')
    template(small, {".gitattributes": "* filter=x\n"}, "v2.0.0")
    for hook in ("post-checkout", "post-index-change", "pre-upload-pack", "reference-transaction"):
        (small / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (small / ".git" / "hooks" / hook).chmod(0o755)
    git(small, "config", "uploadpack.packObjectsHook", f"touch {ran};")
    git(small, "config", "core.fsmonitor", f"touch {ran}")
    done = new(tmp_path / "p", small, GIT_CONFIG_GLOBAL=str(config))
    assert done.returncode == 0, done.stderr
    assert not ran.exists()


def test_the_working_folder_is_not_searched_for_modules(tmp_path: Path, small: Path) -> None:
    (tmp_path / "copier.py").write_text("raise SystemExit('imported from the working folder')\n")
    done = new(tmp_path / "p", small, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p" / "README.md").is_file()
