"""The box: hostile templates and hostile children end in one clear refusal, in time, and with nothing written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import foreign
from conftest import git
from ospo_init.box.fence import Limits
from ospo_init.core.compose import NOTES
from ospo_init.core.links import check_links
from ospo_init.core.trees import EXECUTABLE, LINK, MAX_FILES, File
from ospo_init.edges import box as box_module
from ospo_init.edges.box import Box
from ospo_init.errors import OspoInitError, TemplateError, UserError

Sources = Mapping[str, str | bytes | File]
ORIGIN = {"_commit": "v1.0.0", "_src_path": "https://example.org/t.git", "_hash": "0" * 40}
SOON = Limits(seconds=1.5)
SMALL = Limits(seconds=30.0, memory=1024**3, files=200, bytes=20 * 1024**2)
SECRET = "hunter2-from-the-environment"
NAMES = "_subdirectory: p\nname: x\n"


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with something to steal; after the test nothing is left in its folder for temporary files."""
    temporary, outside = tmp_path / "temporary", tmp_path / "outside"
    for folder in (temporary, outside, outside / "folder"):
        folder.mkdir()
    (outside / "secret").write_text("stolen")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    monkeypatch.setenv("TMPDIR", str(temporary))
    yield outside
    assert list(temporary.iterdir()) == []
    assert sorted(item.name for item in outside.iterdir()) == ["folder", "secret"]
    assert list((outside / "folder").iterdir()) == []


def tree(files: Sources) -> dict[str, File]:
    """Return files from their contents."""
    made = {}
    for path, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        made[path] = data if isinstance(data, File) else File(data)
    return made


def link(to: str) -> File:
    """Return a link to `to`."""
    return File(to.encode(), LINK)


def composed(files: Sources, questions: str = "", envops: str = "{}") -> dict[str, File]:
    """Return a template that says it was composed, so that our own renderer takes it."""
    settings = "_subdirectory: project\n_templates_suffix: .jinja\n_answers_file: .a.yml\n_exclude: []\n"
    notes = "schema_version: 1\nquestions: {}\nfiles: {}\n"
    own = {"copier.yml": f"{settings}_envops: {envops}\n{questions}", NOTES: notes}
    return tree(own | {f"project/{path}": content for path, content in files.items()})


def use(files: Mapping[str, File], limits: Limits = SMALL, **given: object) -> dict[str, File]:
    """Return what the template makes, asked as `new` asks it."""
    with Box(limits) as box:
        box.load(files)
        rows = box.resolve(given, {})["rows"]
        wrong = [row for row in rows if row["problem"]]
        if wrong:
            raise UserError(f"{wrong[0]['key']}: {wrong[0]['problem']}")
        return dict(box.render(given, {}, ORIGIN)[1])


def refusal(files: Mapping[str, File], limits: Limits = SMALL, **given: object) -> str:
    """Assert that using the template ends in time in one message; return it."""
    started = time.monotonic()
    with pytest.raises(OspoInitError) as caught:
        use(files, limits, **given)
    assert time.monotonic() - started < limits.seconds + 8
    message = caught.value.what
    assert caught.value.exit_code in (2, 4)
    assert "\n" not in message and 0 < len(message) <= 600
    assert SECRET not in message and "stolen" not in message and "root:" not in message
    return message


GIT_FORMS = [
    ".git",
    ".GIT",
    ".Git",
    "git~1",
    "GIT~2",
    ".git.",
    ".git ",
    ".git::$INDEX_ALLOCATION",
    ".g\u200cit",
    "\uff0egit",
]
PATHS = [
    *(f"{name}/config" for name in GIT_FORMS),
    *(f"a/{name}" for name in GIT_FORMS),
    *(
        "CON",
        "aux.txt",
        "nul",
        "COM1",
        "lpt9.log",
        "a/PRN.md",
        "b\\c",
        "..\\c",
        "x\x1b[2J",
        "new\nline",
        "a\u0085b",
        "\x7f",
    ),
    "/".join(["x" * 90] * 5),
]


@pytest.mark.parametrize("ours", [False, True])
def test_names_that_no_project_may_hold(ours: bool) -> None:
    question = "n: {type: str, default: x}\n"
    files = composed({"{{ n }}": "x"}, question) if ours else tree({"copier.yml": NAMES + question, "p/{{ n }}": "x"})
    with Box(SMALL) as box:
        box.load(files)
        for path in PATHS:
            with pytest.raises(TemplateError, match="may not write"):
                box.render({"n": path}, {}, ORIGIN)
        assert set(box.render({"n": "a/.github/b"}, {}, ORIGIN)[1]) == {"a/.github/b"}


@pytest.mark.parametrize(
    "source",
    [
        "{{ '.git' }}/config",
        "{{ '.git' }}/hooks/pre-commit",
        "{{ '.' }}git/config.jinja",
        "{% if true %}.git{% endif %}/config",
    ],
)
def test_the_hole_of_copiers_that_runs_code(source: str) -> None:
    """With `_subdirectory` or `_exclude`, Copier leaves the project's .git open to its template."""
    script = File(b"#!/bin/sh\ntouch pwned\n", EXECUTABLE)
    for head in ("_subdirectory: p\n", "_exclude: [x]\n"):
        folder = "p/" if "sub" in head else ""
        assert "git's own folder" in refusal(tree({"copier.yml": head, folder + source: script}))


@pytest.mark.parametrize("name", ["../escape", "../../escape", "/etc/escape", "a/../../escape", "..", "a/.."])
def test_paths_that_leave_the_project(tmp_path: Path, machine: Path, name: str) -> None:
    question = f"n: {{type: str, default: {json.dumps(name)}}}\n"
    refusal(tree({"copier.yml": f"_subdirectory: p\n{question}", "p/{{ n }}": "x", "p/{{ n }}{{ 1 }}": "y"}))
    refusal(composed({"{{ n }}": "x"}, question))


@pytest.mark.parametrize(
    "links",
    [
        {"leak": "/etc/passwd"},
        {"leak": "../../../../../../etc/passwd"},
        {"a/leak": "../../x"},
        {"leak": ".git/config"},
        {"leak": "a/../.GIT/config"},
        {"leak": "git~1/config"},
        {"leak": ""} | {"other": "/"},
        {"d/e/f/up": "../../..", "leak": "d/e/f/up/.."},
        {"one": "two", "two": "one"},
        {"leak": "C:\\x"},
        {"leak.jinja": "{{ '/etc' }}/passwd"},
        {"leak.jinja": "{{ '..' }}/x"},
        {"{{ '.git' }}": "."},
    ],
)
def test_links_that_leave_the_project(links: Mapping[str, str]) -> None:
    files = {f"p/{path}": link(to) for path, to in links.items() if to}
    assert "may not write" in refusal(tree({"copier.yml": f"_preserve_symlinks: true\n{NAMES}", **files}))
    files = {path: link(to) for path, to in links.items() if to and "jinja" not in path}
    if files:
        assert "may not write" in refusal(composed(files))


def test_links_that_stay_are_kept() -> None:
    kept = {"a/up": link("../b"), "d/e/f/up": link("../../.."), "here": link("d/e/f/up/b"), "self": link(".")}
    made = use(tree({"copier.yml": f"_preserve_symlinks: true\n{NAMES}", **{f"p/{k}": v for k, v in kept.items()}}))
    assert {path: file for path, file in made.items() if file.mode == LINK} == kept


def test_nothing_is_written_by_way_of_a_link(machine: Path) -> None:
    """Neither by Copier in the box, nor by us afterwards."""
    out = {"p/d": link(str(machine / "folder")), "p/{{ 'd' }}/x": "x", "p/{{ 'd/y' }}": "y"}
    refusal(tree({"copier.yml": f"_preserve_symlinks: true\n{NAMES}", **out}))
    for files in ({"d": link("e"), "d/x": "x"}, {"d": "file", "d/x": "x"}, {"d": link("e"), "d/f/g": "x"}):
        with pytest.raises(TemplateError, match="below 'd'"):
            check_links(tree(files))


@pytest.mark.parametrize("to", ["/etc/passwd", "../../../../../../../etc/passwd", "{{ outside }}/secret"])
def test_a_link_that_is_followed_reads_nothing_outside(machine: Path, to: str) -> None:
    """Without `_preserve_symlinks`, Copier copies what a link names."""
    target = link(to.replace("{{ outside }}", str(machine)))
    refusal(tree({"copier.yml": NAMES, "p/leak": target}))
    refusal(tree({"copier.yml": NAMES, "p/leak.jinja": target}))
    refusal(
        tree(
            {
                "copier.yml": f"{NAMES}d: \"{{% include 'leak' %}}\"\n",
                "leak": target,
                "p/x.jinja": "{% include 'leak' %}",
            }
        )
    )


ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
    "{% endfor %}{% endfor %}{% endfor %}"
)
LOOPS = {
    "a file": {"p/f.jinja": ENDLESS},
    "a name": {f"p/{ENDLESS}x": "x"},
    "a default": {"copier.yml": f"{NAMES}n: {{type: str, default: '{ENDLESS}'}}\n"},
    "a validator": {"copier.yml": f"{NAMES}n: {{type: str, default: a, validator: '{ENDLESS}'}}\n"},
    "a condition": {"copier.yml": f"{NAMES}n: {{type: str, default: a, when: '{ENDLESS}'}}\n"},
    "choices": {"copier.yml": f"{NAMES}n: {{type: str, default: a, choices: '{ENDLESS}[a]'}}\n"},
    "a label": {"copier.yml": f"{NAMES}n: {{type: str, default: a, choices: {{'{ENDLESS}': a}}}}\n"},
    "a help text": {"copier.yml": f"{NAMES}n: {{type: str, default: a, help: '{ENDLESS}'}}\n"},
    "the subdirectory": {"copier.yml": f"_subdirectory: '{ENDLESS}p'\n"},
    "an exclusion": {"copier.yml": f"{NAMES}_exclude: ['{ENDLESS}']\n"},
    "the answers file": {"copier.yml": f"{NAMES}_answers_file: '{ENDLESS}'\n"},
    "a regular expression": {"p/f.jinja": "{{ ('a' * 60 ~ 'b') | regex_search('(a+)+$') }}"},
    "a number": {"p/f.jinja": "{{ 9 ** (9 ** 9) }}"},
    "a power of a question": {"copier.yml": f"{NAMES}n: {{type: int, default: '{{{{ 7 ** (7 ** 9) }}}}'}}\n"},
}


@pytest.mark.parametrize("files", LOOPS.values(), ids=LOOPS.keys())
def test_what_never_ends_is_ended(files: Sources) -> None:
    message = refusal(tree({"copier.yml": NAMES, "p/g": "g", **files}), SOON)
    assert "took" in message and "1.5 seconds" in message


@pytest.mark.parametrize("where", ["a file", "a name", "a default"])
def test_what_never_ends_is_ended_in_our_own_renderer(where: str) -> None:
    files = {
        "a file": composed({"f.jinja": ENDLESS}),
        "a name": composed({ENDLESS: ""}),
        "a default": composed({}, f"n: {{type: str, default: '{ENDLESS}'}}\n"),
    }
    assert "took" in refusal(files[where], SOON)


TOO_MUCH = {
    "a long text": {"p/f.jinja": "{{ 'a' * 10 ** 9 }}"},
    "a long text in parts": {"p/f.jinja": "{% for i in range(99999) %}{{ 'a' * 99999 }}{% endfor %}"},
    "a long name": {"p/{{ 'a' * 10 ** 9 }}": ""},
    "a longer name than disks take": {"p/{{ 'a' * 300 }}": ""},
    "deep folders": {"p/{{ 'a/' * 1500 }}f": "", "p/{{ 'a/' * 300 }}f": ""},
    "a long default": {"copier.yml": f"{NAMES}n: {{type: str, default: \"{{{{ 'a' * 10 ** 9 }}}}\"}}\n"},
    "many long defaults": {"copier.yml": NAMES + "".join(f"n{i}: \"{{{{ 'a' * 10 ** 7 }}}}\"\n" for i in range(9))},
    "a long list": {"copier.yml": f'{NAMES}n: {{type: yaml, default: "{{{{ [0] * 10 ** 9 }}}}"}}\n'},
    "many files": {"p/{% yield i from range(99999) %}{{ i }}{% endyield %}": ""},
    "many folders": {"p/{% yield i from range(99999) %}{{ i }}{% endyield %}/f": ""},
    "many large files": {"p/{% yield i from range(99) %}{{ i }}{% endyield %}.jinja": "{{ 'a' * 10 ** 6 }}"},
    "one large file": {"p/f.jinja": "{{ 'a' * 25 * 10 ** 6 }}"},
    "macros without end": {"p/f.jinja": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"},
    "itself included": {"p/f.jinja": "{% include 'p/f.jinja' %}"},
    "deep YAML": {"copier.yml": f"{NAMES}n: {{type: yaml, default: '{'[' * 99999}'}}\n"},
    "deep copier.yml": {"copier.yml": "n: " + "[" * 99999},
    "laughing YAML": {
        "copier.yml": "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    },
    "YAML that holds itself": {"copier.yml": "a: &a [*a]\n"},
    "a long validator's message": {
        "copier.yml": f"{NAMES}n: {{type: str, default: a, validator: \"{{{{ 'no ' * 10 ** 7 }}}}\"}}\n"
    },
}


@pytest.mark.parametrize("files", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_refused(files: Sources) -> None:
    refusal(tree({"copier.yml": NAMES, "p/g": "g", **files}), SMALL._replace(seconds=6.0))


@pytest.mark.parametrize(
    "files",
    [
        composed({"f.jinja": "{{ 'a' * 10 ** 9 }}"}),
        composed({"f.jinja": "{{ 'a' * 4 * 10 ** 8 }}"}),
        composed({f"f{i}.jinja": "{{ 'a' * 10 ** 8 }}" for i in range(9)}),
        composed({"{{ 'a' * 10 ** 9 }}": ""}),
        composed(
            {"{% yield i from n %}{{ i }}{% endyield %}": ""}, "n: {type: yaml, default: '{{ range(99999)|list }}'}\n"
        ),
        composed({"f.jinja": "{% include 'project/f.jinja' %}"}),
        composed({}, "n: {type: str, default: \"{{ 'a' * 10 ** 9 }}\"}\n"),
        composed({}, "".join(f"n{i}: {{type: str, default: \"{{{{ 'a' * 10 ** 7 }}}}\"}}\n" for i in range(9))),
    ],
)
def test_what_is_too_much_for_our_own_renderer(files: Mapping[str, File]) -> None:
    refusal(files)


def test_a_template_of_too_many_files_is_not_even_sent() -> None:
    assert "more than" in refusal(tree({"copier.yml": NAMES} | {f"p/{i}": "" for i in range(MAX_FILES)}))


REACHING = {
    "the environment": "{{ '$SECRET_TOKEN' | expandvars }}",
    "the home folder": "{{ '~' | expanduser }}",
    "folders": "{{ '/etc/*' | fileglob }}",
    "links": "{{ '/proc/self/cwd' | realpath }}",
    "a file by include": "{% include '/etc/passwd' %}",
    "a file above": "{% include '../../../../../../../etc/passwd' %}",
    "a file by import": "{% import '/etc/passwd' as x %}{{ x }}",
    "a file by extends": "{% extends '/proc/self/environ' %}",
    "its own class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "globals by attr": "{{ lipsum|attr('__globals__') }}{{ 1/0 }}",
    "a cycler": "{{ cycler.__init__.__globals__.os.system('id') }}",
    "a format": "{{ '{0.__class__.__init__.__globals__}'.format(joiner) }}",
    "a format map": "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "the context": "{{ self._TemplateReference__context.environment.loader }}{{ self.x() }}",
    "a frame": "{{ (range(1)|map('upper')).gi_frame.f_globals }}",
    "settings from a file": "{{ _copier_conf.settings.from_file('/etc/passwd') }}",
    "settings by pydantic": "{{ _copier_conf.settings.parse_file('/etc/passwd') }}",
    "raw pydantic": "{{ _copier_conf.settings.parse_raw('x', content_type='pickle', allow_pickle=true) }}",
    "a path's parser": "{{ _copier_conf.src_path.parser.os.environ }}",
    "external data outside": "{{ _external_data.outside }}",
    "external data by its whole path": "{{ _external_data.absolute }}",
}


STRICT = "{undefined: jinja2.StrictUndefined}"
EXTERNAL = {"outside": "../../../../../../etc/passwd", "absolute": "/etc/passwd"}


@pytest.mark.parametrize("where", ["a file", "a question", "our own renderer", "our own question"])
def test_what_reaches_for_the_machine_is_refused(where: str) -> None:
    """Each text is part of one template, and the answer says which part is used."""
    parts = {f"parts/{number}": text for number, text in enumerate(REACHING.values())}
    ask = "n: {type: str, default: ''}\n"
    default = "d: {type: str, default: \"{% if n %}{% include 'parts/' ~ n %}{% endif %}\"}\n"
    include = "{% include 'parts/' ~ n %}"
    head = f"{NAMES}_envops: {STRICT}\n_external_data: {json.dumps(EXTERNAL)}\n"
    files = {
        "a file": tree({"copier.yml": head + ask, "p/f.jinja": include, **parts}),
        "a question": tree({"copier.yml": head + ask + default, "p/f": "f", **parts}),
        "our own renderer": composed({"f.jinja": include}, ask, STRICT) | tree(parts),
        "our own question": composed({"f": "f"}, ask + default, STRICT) | tree(parts),
    }[where]
    with Box(SMALL) as box:
        box.load(files)
        for number, (name, text) in enumerate(REACHING.items()):
            if "question" in where and "_external_data" in text:
                continue  # it is empty there: a new project has no other data yet
            with pytest.raises(OspoInitError) as caught:
                box.render({"n": str(number)}, {}, ORIGIN)
            said = caught.value.what
            assert SECRET not in said and "root:" not in said and "\n" not in said, name


@pytest.mark.parametrize(
    "text",
    [
        "{{ lipsum|attr('__globals__') }}",
        "{{ _copier_conf.settings }}",
        "{{ _copier_python }}",
        "{{ _copier_conf.src_path }}",
    ],
)
def test_what_is_handed_out_holds_nothing_of_the_user(tmp_path: Path, text: str) -> None:
    made = use(tree({"copier.yml": NAMES, "p/f.jinja": text}))
    assert SECRET not in made["f"].data.decode() and str(Path.home()) not in made["f"].data.decode()


@pytest.mark.parametrize(
    "settings",
    [
        *(
            "!include ../../x.yml\n",
            "!include /etc/passwd\n",
            "!include '../*'\n",
            "a: !include ../x\n",
            "!include 'p/../../x'\n",
        ),
        *("_subdirectory: ../..\n", "_subdirectory: /etc\n", "_subdirectory: \"{{ '..' }}\"\n"),
        *(
            "_answers_file: ../x\n",
            "_answers_file: /srv/x\n",
            "_answers_file: .git/config\n_exclude: [y]\n",
            "_answers_file: \"{{ '../x' }}\"\n",
        ),
        *("_envops: {extensions: [jinja2.ext.debug]}\n", "_envops: {finalize: os.system}\n", "_envops: {loader: x}\n"),
        *("_envops: {bytecode_cache: x}\n", "_envops: [x]\n", "_envops: {undefined: os.system}\n", "_tasks: [id]\n"),
        *(
            "_jinja_extensions: [os.system]\n",
            "_migrations: [id]\n",
            "_secret_questions: 5\n",
            "_external_data: [x]\n",
            "_exclude: 5\n",
        ),
        *(
            "a: !!python/name:os.system\n",
            "a: {type: '{{ lipsum.__globals__ }}'}\n",
            "_templates_suffix: 5\n",
            "_min_copier_version: [x]\n",
        ),
    ],
)
def test_hostile_settings(settings: str) -> None:
    refusal(
        tree({"copier.yml": settings, "p/f": "f", "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers }}"})
    )


@pytest.mark.parametrize(
    "envops",
    ["{extensions: [jinja2.ext.debug]}", "{finalize: os.system}", "{bytecode_cache: x}", "[x]", "{loader: x}", "5"],
)
def test_a_template_that_says_it_was_composed_names_no_code(envops: str) -> None:
    assert "_envops" in refusal(composed({"f": "f"}, envops=envops))


@pytest.mark.parametrize(
    "notes", ["", "[]", "5", "questions: 5\nfiles: {}\n", "x: 1\n", "questions: {a: 5}\nfiles: 5\n", "\x00", "a: [\n"]
)
@pytest.mark.parametrize(
    "settings", ["", "_envops: {}\n", "_envops: {}\n_subdirectory: p\n_templates_suffix: .j\n_answers_file: 5\na: 1\n"]
)
def test_a_template_that_says_it_was_composed_and_is_broken(notes: str, settings: str) -> None:
    files = tree({"copier.yml": settings, NOTES: notes, "p/f.j": "{{ a }}", "p/g": ""})
    try:
        use(files)
    except OspoInitError as error:
        assert error.exit_code in (2, 4) and error.what


def test_long_answers_end_as_text_or_in_a_message() -> None:
    files = tree({"copier.yml": NAMES, "p/f.jinja": "{{ name }}"})
    assert use(files, name="é" * 10**6)["f"].data.decode() == "é" * 10**6
    assert "too long" in refusal(files, name="a" * 10**8)


# What Python code in the child could try, were a template to find a way out of Jinja's sandbox.
ATTEMPTS = {
    "a socket": "import socket; socket.socket()",
    "a name on the network": "import socket; socket.getaddrinfo('example.org', 80)",
    "a web page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "a pipe": "os.popen('true')",
    "a fork": "os.fork() or os._exit(0)",
    "a spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "an older spawn": "os.spawnv(os.P_WAIT, '/bin/true', ['true'])",
    "another program in its place": "os.execv('/bin/true', ['true'])",
    "a terminal": "import pty; pty.spawn('true')",
    "a library": "import ctypes; ctypes.CDLL(None)",
    "a pickle": "import pickle; pickle.loads(b'cos\\nsystem\\n.')",
    "a signal": "os.kill(os.getppid(), 0)",
    "a file": "open('/etc/passwd')",
    "a file by its number": "os.open('/etc/passwd', os.O_RDONLY)",
    "the parent's environment": "open(f'/proc/{os.getppid()}/environ')",
    "its first environment": "open('/proc/self/environ')",
    "a secret": "open(outside + '/secret')",
    "a secret by a link": "os.symlink(outside + '/secret', 'l'); open('l')",
    "a secret by a hard link": "os.link(outside + '/secret', 'l')",
    "a folder": "os.listdir(outside)",
    "a folder's entries": "list(os.scandir(outside))",
    "the root": "list(os.walk('/', onerror=fail))",
    "the working folder": "os.chdir('/')",
    "a new file": "open(outside + '/x', 'w')",
    "a new file by its number": "os.open(outside + '/x', os.O_WRONLY | os.O_CREAT)",
    "a new file among Python's": "os.open(os.path.dirname(os.__file__) + '/x', os.O_WRONLY | os.O_CREAT)",
    "a longer file": "open(outside + '/secret', 'a')",
    "a shorter file": "os.truncate(outside + '/secret', 0)",
    "no file": "os.remove(outside + '/secret')",
    "a file of another name": "os.rename(outside + '/secret', 'x')",
    "a file put elsewhere": "open('x', 'w').close(); os.rename('x', outside + '/x')",
    "a new folder": "os.mkdir(outside + '/x')",
    "no folder": "os.rmdir(outside + '/folder')",
    "no tree": "import shutil; shutil.rmtree(outside)",
    "a copy": "import shutil; shutil.copyfile(outside + '/secret', 'x')",
    "a link elsewhere": "os.symlink('x', outside + '/x')",
    "other rights": "os.chmod(outside, 0)",
    "another owner": "os.chown(outside, 0, 0)",
    "another time": "os.utime(outside)",
    "another variable": "os.putenv('A', 'b')",
}


def attempt(code: str, scratch: Path, machine: Path, limits: Limits = SMALL) -> subprocess.CompletedProcess[str]:
    """Run `code` as a child whose box has been closed."""
    head = (
        f"import os, sys; from ospo_init.box import fence; fence.close({str(scratch)!r}, fence.Limits{tuple(limits)})\n"
    )
    tail = f"outside = {str(machine)!r}\ndef fail(error): raise error\n{code}\n"
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", head + tail]
    return subprocess.run(
        command, cwd=scratch, env=environment, capture_output=True, text=True, check=False, timeout=30
    )


@pytest.mark.parametrize("code", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_code_in_the_box_gets_no_further(tmp_path: Path, machine: Path, code: str) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = attempt(code, scratch, machine)
    assert done.returncode == 1, "it was not refused"
    assert "a template may not" in done.stderr.strip().splitlines()[-1], done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "open('x', 'w').write('y'); open('x').read(); os.mkdir('d'); os.rename('x', 'd/x'); os.symlink('../y', 'd/l')",
        "import shutil; os.makedirs('a/b'); open('a/b/c', 'w').close(); os.chmod('a/b/c', 0o755); shutil.rmtree('a')",
        "import glob; assert glob.glob('/etc/*') == []",
        "import json.tool, xml.dom.minidom, email.mime.text",
    ],
)
def test_what_copier_needs_is_left(tmp_path: Path, machine: Path, code: str) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = attempt(code, scratch, machine)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "code, ended",
    [
        ("while True: pass", "signal"),
        ("x = 'a' * 2 * 1024**3", "MemoryError"),
        ("f = open('x', 'wb')\nwhile True: f.write(bytes(2**20))", "File too large"),
        ("n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'w').close()", "more than 200 files"),
        ("n = 0\nwhile True:\n    n += 1\n    os.mkdir(f'f{n}')", "more than 200 files"),
        (
            "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').write(bytes(2**20))",
            "more than 200 files or 20971520 bytes",
        ),
    ],
)
def test_code_in_the_box_uses_no_more(tmp_path: Path, machine: Path, code: str, ended: str) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = attempt(code, scratch, machine, SMALL._replace(seconds=2.0))
    if ended == "signal":
        assert done.returncode == -signal.SIGXCPU
    else:
        assert done.returncode == 1 and ended in done.stderr.strip().splitlines()[-1]


def test_the_child_knows_nothing_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is emptied: neither a token, nor where the home is with Copier's settings, nor git's."""
    monkeypatch.setenv("COPIER_SETTINGS_PATH", "/somewhere")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    with Box() as box:
        environment = Path(f"/proc/{box.child.pid}/environ").read_bytes().decode().rstrip("\0").split("\0")
        variables = dict(row.split("=", 1) for row in environment)
        assert variables == {
            **{"TMPDIR": box.scratch.name, "HOME": box.scratch.name, "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
        }
        line = Path(f"/proc/{box.child.pid}/cmdline").read_bytes()
        assert b"-I" in line and SECRET.encode() not in line


# A child that lies: what it sends for the template's files, as a line of JSON and bytes.
GOOD = {"rows": [], "values": {}, "recorded": {}, "sources": {}, "ownership": {}, "answers_file": "a"} | {
    "engine": "ComposedEngine",
    "renamed": {},
}


def lying(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put a child of ours in the box's place: `code` runs where a request was read to its end."""
    script = (
        "import json, os, sys, time\n"
        "out = sys.stdout.buffer\n"
        "def say(message, data=b''): out.write(json.dumps(message).encode() + b'\\n' + data); out.flush()\n"
        f"GOOD = {GOOD!r}\n"
        "while line := sys.stdin.buffer.readline():\n"
        "    request = json.loads(line)\n"
        "    sys.stdin.buffer.read(sum(size for _, _, size in request['files']))\n"
        "    if request['op'] != 'render': say(dict(GOOD, files=[])); continue\n"
        + "".join(f"    {row}\n" for row in code.splitlines())
    )
    monkeypatch.setattr(box_module, "_BOOT", script)


@pytest.mark.parametrize(
    "files",
    [
        *(
            [["../x", "100644", 1]],
            [["/etc/x", "100644", 1]],
            [[".git/config", "100644", 1]],
            [["a/../../x", "100644", 1]],
        ),
        *(
            [["l", "120000", 1]],
            [["x", "100644", -1]],
            [["x", "100644", 10**15]],
            [["x", "100644", 2.0]],
            [["x", "100644", True]],
        ),
        *(
            [["x", "160000", 1]],
            [["x", "40000", 1]],
            [["x", "100777", 1]],
            [["x", 100644, 1]],
            [[5, "100644", 1]],
            [["x"]],
            "x",
        ),
        *(
            5,
            None,
            {},
            [5],
            [["a", "100644", 0], ["A", "100644", 1]],
            [["a", "100644", 0], ["a/b", "100644", 1]],
            [["x", "100644", 2]],
        ),
        [["a", "100644", 10**15], ["b", "100644", -(10**15)]],
        [["\ud800", "100644", 1]],
        [[".ospo/lock.yml", "100644", 1]],
        [[".OSPO/Lock.yml", "100644", 1]],
        [["", "100644", 1]],
    ],
)
def test_the_parent_takes_no_path_and_no_size_on_trust(monkeypatch: pytest.MonkeyPatch, files: object) -> None:
    lying(
        monkeypatch,
        f"say(dict(GOOD, files={files!r}), b'/'); out.close(); sys.exit()" if files != {} else "say({}); sys.exit()",
    )
    assert (
        "may not write" in (said := refusal(tree({"copier.yml": "a: 1\n"})))
        or "could not be used" in said
        or "same file" in said
    )


@pytest.mark.parametrize(
    "code, words",
    [
        ("sys.exit(3)", "ended unexpectedly (code 3)"),
        ("os.kill(os.getpid(), 9)", "ended unexpectedly (code -9)"),
        ("sys.exit('the last words')", "the last words"),
        ("print('noise', file=sys.stderr); print('\\x1b[31mlast', file=sys.stderr); os._exit(1)", "last"),
        ("print('a warning', file=sys.stderr); os.kill(os.getpid(), 9)", "ended unexpectedly (code -9)"),
        ("raise ValueError('a reason')", "ValueError: a reason"),
        ("time.sleep(99)", "took longer than 1.5 seconds"),
        ("while True: sys.stderr.write('x' * 999)", "took longer than 1.5 seconds"),
        ("out.write(b'{'); out.flush(); time.sleep(99)", "took longer than 1.5 seconds"),
        ("out.write(b'not JSON\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("out.write(b'[]\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("out.write(b'{}\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("out.write(b'\\xff\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("out.write(b'[' * 99999 + b'\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("out.write(b'1' * 99999 + b'\\n'); out.flush(); time.sleep(99)", "makes no sense"),
        ("say(dict(GOOD, files=[], values=5)); time.sleep(99)", "makes no sense"),
        ("say(dict(GOOD, files=[], answers_file=None)); time.sleep(99)", "makes no sense"),
        ("say({'files': []}); time.sleep(99)", "makes no sense"),
        ("say(dict(GOOD, files=[['x', '100644', 9]]), b'short'); os.kill(os.getpid(), 9)", "ended unexpectedly"),
        ("say({'error': 'it is ' + 'so ' * 9999, 'files': []})", "it is so so"),
        ("say({'error': ['a'], 'next': 5, 'kind': {}, 'files': []})", "['a']"),
        ("say({'error': 'two\\nlines', 'kind': 'UserError', 'files': []})", "two lines"),
        ("\nwhile True: out.write(b'x' * 99999)", "could not be used"),
    ],
)
def test_a_child_that_fails_or_lies_is_told_in_one_message(
    monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    lying(monkeypatch, code)
    assert words in refusal(tree({"copier.yml": "a: 1\n"}), SOON)


def test_a_child_killed_from_outside_in_the_middle(machine: Path) -> None:
    with Box() as box:
        box.load(tree({"copier.yml": NAMES, "p/f.jinja": ENDLESS}))
        threading.Timer(0.5, os.kill, (box.child.pid, signal.SIGKILL)).start()
        with pytest.raises(TemplateError, match=r"ended unexpectedly \(code -9\)"):
            box.render({}, {}, ORIGIN)
        with pytest.raises(TemplateError, match="could not be used"):
            box.resolve({}, {})


def test_what_is_printed_in_the_child_is_no_message() -> None:
    """Copier warns, and asks where it should not: neither reaches the pipes."""
    files = tree(
        {
            "copier.yml": "_min_copier_version: '1.0'\n_message_before_copy: hello\n" + NAMES,
            "p/a": "1",
            "p/{{ 'b' }}": "2",
            "p/f.jinja": "{{ now() }}",
        }
    )
    assert set(use(files)) == {"a", "b", "f"}


def test_rendering_tries_no_network_and_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not merely refused: a first audit hook hears of every attempt, also of those whose refusal was swallowed."""
    hook = (
        "import sys; names = ('socket.', 'subprocess.', 'os.fork', 'os.exec', 'os.posix', 'os.system', 'os.spawn');"
        "sys.addaudithook(lambda event, args: event.startswith(names) and sys.stderr.write(f'TRIED {event}\\n'));"
    )
    monkeypatch.setattr(box_module, "_BOOT", hook + box_module._BOOT)
    with Box() as box:
        box.load(tree({"copier.yml": NAMES, "p/f.jinja": "{{ name }}", "p/run": File(b"x", EXECUTABLE)}))
        imported = len(heard(box))  # Copier's imports try `uname`, on an empty PATH, before the template is looked at
        box.resolve({}, {})
        box.render({}, {}, ORIGIN)
        assert heard(box)[imported:] == ""
    monkeypatch.setattr(box_module, "_BOOT", hook + "import socket; socket.socket();" + box_module._BOOT)
    with Box() as box:
        box.load(composed({}))
        assert "TRIED socket" in heard(box)


def heard(box: Box) -> str:
    """Return what the child wrote to its standard error so far."""
    box.errors.seek(0)
    return box.errors.read().decode()


def test_a_box_renders_twice() -> None:
    files = tree({"copier.yml": NAMES, "p/{{ name }}.jinja": "{{ name }}"})
    with Box() as box:
        box.load(files)
        for name in ("one", "two", "one"):
            reply, made = box.render({"name": name}, {}, ORIGIN)
            assert made == {name: File(name.encode())}
            assert reply["recorded"] == {"name": name}


def test_an_answer_that_cannot_be_handed_on() -> None:
    itself: list[object] = []
    itself.append(itself)
    deep: list[object] = []
    for _ in range(99999):
        deep = [deep]
    for value in (itself, {(1, 2): 3}, deep):
        assert "cannot be used" in refusal(tree({"copier.yml": NAMES}), name=value)


def raw_tree(folder: Path, *rows: tuple[str, str, str]) -> str:
    """Write a tree object as no git would; return its id."""
    data = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(key) for mode, name, key in rows)
    command = ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"]
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=True).stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository that is to become a hostile template."""
    folder = tmp_path / "house"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def publish(folder: Path, top: str) -> None:
    """Tag a commit of the tree `top`."""
    commit = git(folder, *foreign.WHO, "commit-tree", top, "-m", "x")
    git(folder, "tag", "--force", "v1.0.0", commit)


def test_repositories_with_names_that_no_git_writes(tmp_path: Path, repository: Path, machine: Path) -> None:
    blob = git(repository, "hash-object", "-w", "--stdin")
    target = repository / "target"
    target.write_text(str(machine / "folder"))
    away = git(repository, "hash-object", "-w", "target")
    target.unlink()
    inner = raw_tree(repository, ("100644", "pwned", blob))
    for rows in (
        [("100644", "..", blob)],
        [("40000", "..", inner)],
        [("40000", ".git", inner)],
        [("40000", ".GIT", inner)],
        [("100644", "../../pwned", blob)],
        [("100644", str(machine / "pwned"), blob)],
        [("100644", ".", blob)],
        [("120000", "d", away), ("40000", "d", inner)],
        [("100644", "copier.yml", blob), ("100644", "copier.yml", blob)],
    ):
        publish(repository, raw_tree(repository, *rows))
        foreign.refused(foreign.new(tmp_path / "p", repository), 4, "no git would write")
    for mode in ("100600", "120777", "60000"):
        publish(repository, raw_tree(repository, (mode, "x", blob)))
        foreign.refused(foreign.new(tmp_path / "p", repository), 4, "no file")
    publish(repository, raw_tree(repository, ("160000", "module", "1" * 40)))
    foreign.refused(foreign.new(tmp_path / "p", repository), 4, "the submodule 'module'")
    assert not (tmp_path / "p").exists()


def test_a_small_repository_that_names_ten_thousand_million_files(tmp_path: Path, repository: Path) -> None:
    blob = git(repository, "hash-object", "-w", "--stdin")
    for mode in ("100644", "40000"):
        key = blob if mode == "100644" else raw_tree(repository)
        for _ in range(10):
            key = raw_tree(repository, *((mode, f"f{n}", key) for n in range(10)))
            mode = "40000"  # noqa: PLW2901 - all above the first level are folders
        publish(repository, key)
        started = time.monotonic()
        foreign.refused(foreign.new(tmp_path / "p", repository), 4, "more than 20000 files")
        assert time.monotonic() - started < 20


def test_a_repository_of_folders_without_end(tmp_path: Path, repository: Path) -> None:
    key = raw_tree(repository)
    for _ in range(150):
        key = raw_tree(repository, ("40000", "d", key))
    publish(repository, key)
    foreign.refused(foreign.new(tmp_path / "p", repository), 4, "folders more than 100 deep")


def test_a_repository_with_a_file_that_is_large_once_unpacked(tmp_path: Path, repository: Path) -> None:
    with (repository / "zeros").open("wb") as stream:
        stream.truncate(300 * 1024**2)
    foreign.put(repository, {"copier.yml": "a: 1\n"})
    foreign.commit(repository, "v1.0.0")
    foreign.refused(foreign.new(tmp_path / "p", repository), 4, "more than 268435456 bytes")


@pytest.mark.parametrize(
    "files, words",
    [
        (
            {"copier.yml": "_subdirectory: p\n", "p/{{ '.git' }}/config": "[core]\n\tfsmonitor = touch pwned\n"},
            "git's own folder",
        ),
        ({"copier.yml": "a: ../escape\n", "{{ a }}": "x"}, "escape"),
        ({"copier.yml": "a: 1\n", "f.jinja": "{{ '$SECRET_TOKEN' | expandvars }}"}, "'expandvars'"),
        ({"copier.yml": "a: 1\n", "f.jinja": "{{ 'a' * 10**9 }}"}, ""),
        ({"copier.yml": "_preserve_symlinks: true\n", "l": foreign.Link("/etc/passwd")}, "link"),
        ({"copier.yml": "_tasks: ['touch pwned']\n"}, "trust"),
        ({"copier.yml": 'a: {type: str, default: b, validator: "\\e]0;title\\a\\e[31mred\\u009b1m\\u202e"}\n'}, ""),
        ({"copier.yml": '"\\e[31mred": {type: date}\n'}, "'date'"),
        ({"copier.yml": "a: 1\n", "f.jinja": "{{ x.y.z }}{# \x1b[31m #}"}, ""),
        ({"copier.yml": "a: 1\n", "\x1b[31m{{ 1/0 }}": ""}, ""),
    ],
)
def test_the_command_ends_so_too(tmp_path: Path, files: foreign.Files, words: str) -> None:
    house = foreign.template(tmp_path / "house", files)
    done = foreign.new(tmp_path / "p", house)
    message = foreign.refused(done, 2 if "validator" in str(files) else 4, words)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(message)
    assert SECRET not in message
    assert not (tmp_path / "p").exists() and not (tmp_path / "escape").exists() and not list(tmp_path.rglob("pwned"))


def test_one_that_never_ends_can_be_interrupted(tmp_path: Path) -> None:
    house = foreign.template(tmp_path / "house", {"copier.yml": "a: 1\n", "f.jinja": ENDLESS})
    command = [sys.executable, "-m", "ospo_init", "new", str(tmp_path / "p"), "--defaults", f"--house={house}"]
    child = subprocess.Popen(
        command, env={**os.environ, **foreign.AUTHOR}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=10) == 130
    assert child.communicate()[1].strip() == b"Stopped; nothing was written."
    assert not (tmp_path / "p").exists()
