"""Attacks as data: small hostile templates, addresses and repositories, each with what it tries.

A house's attack is written once and made twice: as a template of strangers, which Copier renders in the box, and as one
that claims to be composed by ospo-init, which our own renderer takes. `@TRACE@`, `@SECRET@`, `@OUTSIDE@` and `@PORT@`
stand for what the machine around it has: see test_attacks.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from foreign import ANSWERS, Content, Files, Link, Script

BOTH = ("stranger", "composed")
STRANGER, COMPOSED = BOTH[:1], BOTH[1:]


class House(NamedTuple):
    """A hostile template. `files` are its project's, `beside` lie beside the project's folder.

    `settings` are lines of copier.yml, which stand before the `questions`. `forms` are the kinds of template that it is
    made as; in the `literal` ones it may come to nothing: the text stands in the project as it is, or is not read.
    `endless` ones are given little time. `then` are the commands that are run besides `new`, in the first of its forms.
    """

    tries: str
    files: Files = MappingProxyType({})
    questions: str = ""
    settings: Mapping[str, object] = MappingProxyType({})
    beside: Files = MappingProxyType({})
    notes: str = ""
    forms: tuple[str, ...] = BOTH
    literal: tuple[str, ...] = ()
    endless: bool = False
    then: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def made(house: House, form: str) -> dict[str, Content]:
    """Return the files of a template with the attack in it."""
    own = {"_subdirectory": "project", **({"_answers_file": ".copier-answers.yml"} if form == "composed" else {})}
    if form == "composed":
        own |= {"_templates_suffix": ".jinja", "_exclude": [], "_envops": {"undefined": "jinja2.StrictUndefined"}}
    lines = [f"{key}: {json.dumps(value)}\n" for key, value in (own | dict(house.settings)).items()]
    files: dict[str, Content] = {f"project/{path}": content for path, content in house.files.items()}
    files |= {"project/README.md": "A harmless file.\n"} if "README.md" not in house.files else {}
    if form == "composed":
        files[".ospo-template.yml"] = house.notes or "schema_version: 1\nquestions: {}\nfiles: {}\n"
    if not any(".copier-answers" in path for path in house.files):
        files["project/{{ _copier_conf.answers_file }}.jinja"] = ANSWERS
    return {"copier.yml": "".join(lines) + house.questions, **files, **house.beside}


def _text(tries: str, text: str, **more: object) -> House:
    """Return a house with one file that holds `text`."""
    return House(tries, {"f.jinja": text}, **more)  # type: ignore[arg-type]


def _name(tries: str, name: str, **more: object) -> House:
    """Return a house with a file whose name an answer says; all renderers' names go through one check."""
    more = {"forms": COMPOSED, **more}
    return House(tries, {"{{ n }}": "x"}, f"n: {{type: str, default: {json.dumps(name)}}}\n", **more)  # type: ignore[arg-type]


HOOK = Script("#!/bin/sh\ntouch @TRACE@\n")
LOOP = "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
ESCAPES = "\\e]0;owned\\a\\e[31mred\\e[2J\\u009b1m\\u202e"

PATHS = {
    "a hook": House(
        "leaves a hook in git's folder by the name {{'.git'}}/hooks/pre-commit",
        {"{{'.git'}}/hooks/pre-commit": HOOK},
        then=("update", "adopt"),
    ),
    "git's configuration": House(
        "writes core.fsmonitor into git's configuration, which git then runs",
        {"{{'.git'}}/config": "[core]\n\tfsmonitor = touch @TRACE@\n"},
        then=("update",),
    ),
    "git's folder in capitals": _name("names git's folder as disks do that know no case", ".GIT/hooks/pre-commit"),
    "git's short name": _name("names git's folder by its short name on NTFS", "git~1/config"),
    "git's folder with a dot": _name("names git's folder as Windows reads it, with a dot at its end", ".git./config"),
    "git's folder as a stream": _name("names git's folder as a stream of NTFS", ".git::$INDEX_ALLOCATION/config"),
    "an unseen letter": _name("names git's folder with a letter that HFS+ does not see", ".g\u200cit/config"),
    "a wide dot": _name("names git's folder with a full stop of another width", "\uff0egit/config"),
    "a folder below": _name("makes a repository of its own in a folder of the project", "docs/.git/config"),
    "git's folder as a file": _name("puts a file .git that sends git to another folder", ".git"),
    "an absolute path": _name("writes to an absolute path", "@OUTSIDE@/pwned", forms=BOTH),
    "a path upwards": _name("writes above the project", "../pwned", forms=BOTH, then=("adopt",)),
    "a path down and up": _name("writes above the project on a way round", "a/../../pwned"),
    "an answer as a path": House(
        "lets an answer that is given name a path above the project",
        {"{{ n }}": "x"},
        "n: harmless\n",
        given=("-d", "n=../pwned"),
    ),
    "paths from a loop": House(
        "makes names in a loop, one of which leaves the project",
        {"{% yield x from n %}{{ x }}{% endyield %}": "x"},
        "n: {type: yaml, default: [fine, ../pwned]}\n",
    ),
    "a backslash": _name("writes above the project as Windows reads the path", "..\\pwned"),
    "a drive": _name("writes to a drive of Windows", "C:pwned"),
    "a device": _name("writes to a device of Windows", "docs/AUX.txt"),
    "a device with a space": _name("writes to a device of Windows, with a space in its name", "con .txt"),
    "a space at the end": _name("names a file that Windows takes for another one", "README.md "),
    "a stream": _name("hides a file in a stream of another one", "README.md:hidden"),
    "two spellings": House(
        "makes two files that are one where case does not count", {"readme.MD": "x", "README.md": "y"}, forms=COMPOSED
    ),
    "two forms of Unicode": House(
        "makes two files that are one where Unicode's forms do not count",
        {"caf\u00e9": "x", "cafe\u0301": "y"},
        forms=COMPOSED,
    ),
    "a line break in a name": _name("breaks a line in a name, to be read as two", "a\nb"),
    "an escape in a name": _name("drives the terminal by a name", "a\x1b[2Jb"),
    "a long name": _name("makes a name that no disk takes", "x" * 300),
    "a long path": _name("makes a path that no system takes", "x/" * 2500 + "x"),
    "the lock": _name("writes ospo-init's own lock", ".ospo/lock.yml"),
    "the answers file outside": House(
        "keeps the answers above the project", settings={"_answers_file": "../pwned.yml"}
    ),
    "the answers file in git's folder": House(
        "keeps the answers as git's configuration", settings={"_answers_file": ".git/config", "_exclude": ["x"]}
    ),
    "a project folder outside": House(
        "takes the user's files for its own", settings={"_subdirectory": "../.."}, literal=COMPOSED
    ),
    "a project folder by a name": House(
        "works out a place outside for its files", settings={"_subdirectory": "{{ '/etc' }}"}, literal=COMPOSED
    ),
}

_KEEP = {"_preserve_symlinks": True}
LINKS = {
    "a link outside": House("leaves a link to the user's secrets", {"leak": Link("@SECRET@")}, settings=_KEEP),
    "a link upwards": House(
        "leaves a link above the project", {"docs/leak": Link("../../x")}, settings=_KEEP, forms=COMPOSED
    ),
    "a link into git's folder": House("leaves a link into git's folder", {"x": Link(".git/hooks")}, settings=_KEEP),
    "a link by way of a link": House(
        "leaves two links that leave the project together",
        {"a/b/up": Link("../.."), "leak": Link("a/b/up/../x")},
        settings=_KEEP,
        forms=COMPOSED,
    ),
    "links that go round": House(
        "leaves links that lead to each other", {"a": Link("b"), "b": Link("a")}, settings=_KEEP, forms=COMPOSED
    ),
    "a file below a link": House(
        "writes through a link that it has made before",
        {"d": Link("@OUTSIDE@"), "{{ 'd' }}/pwned": "x"},
        settings=_KEEP,
        then=("update",),
    ),
    "a file below a link in capitals": House(
        "writes through a link on disks that know no case",
        {"d": Link("docs"), "D/pwned": "x", "docs/a": "a"},
        settings=_KEEP,
        forms=COMPOSED,
    ),
    "git's folder as a link": House("makes git's folder a link", {"{{ '.git' }}": Link(".")}, settings=_KEEP),
    "a link that is followed": House("has Copier copy what a link names", {"leak": Link("@SECRET@")}, forms=STRANGER),
    "an included link": House(
        "includes a link to the user's secrets",
        {"f.jinja": "{% include 'leak' %}"},
        beside={"leak": Link("@SECRET@")},
        literal=BOTH,
    ),
    "copier.yml as a link": House("reads its questions through a link", beside={"copier.yml": Link("@SECRET@")}),
}

AMOUNTS = {
    "a thousand million letters": _text("writes a text of a gigabyte", "{{ 'a' * 10 ** 9 }}"),
    "loops in loops": _text("counts for ever in a file", LOOP, endless=True),
    "a default without end": House(
        "counts for ever in a default",
        questions=f"n: {{type: str, default: '{LOOP}'}}\n",
        endless=True,
        then=("questions",),
        forms=COMPOSED,
    ),
    "a name without end": House("counts for ever in a name", {f"{LOOP}x": ""}, endless=True, forms=STRANGER),
    "a long regular expression": _text(
        "searches with a regular expression that goes back for ever",
        "{{ ('a' * 60 ~ 'b') | regex_search('(a+)+$') }}",
        endless=True,
        forms=STRANGER,
    ),
    "a large number": _text(
        "works out a number of thousands of millions of digits", "{{ 10 ** (10 ** 8) }}", endless=True, forms=COMPOSED
    ),
    "many files": House(
        "makes a hundred thousand files", {"{% yield x from range(100000) %}{{ x }}{% endyield %}": "x"}, forms=STRANGER
    ),
    "many files of an answer": House(
        "makes as many files as an answer has values",
        {"{% yield x from n %}{{ x }}{% endyield %}": "x"},
        "n: {type: yaml, default: '{{ range(30000) | list }}'}\n",
        forms=COMPOSED,
    ),
    "many large files": House(
        "fills the disk with files", {f"f{n}.jinja": "{{ 'a' * 10 ** 6 }}" for n in range(50)}, forms=STRANGER
    ),
    "deep folders": _name("makes folders a thousand deep", "x/" * 1000 + "x"),
    "itself included": House("includes itself", {"f.jinja": "{% include 'project/f.jinja' %}"}, forms=COMPOSED),
    "a macro in itself": _text(
        "calls a macro in itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", forms=COMPOSED
    ),
    "aliases of aliases": House("has copier.yml unfold to thousands of millions of values", questions=BOMB),
    "aliases in the notes": House(
        "has its notes unfold so", notes=f"{BOMB}questions: {{}}\nfiles: {{}}\n", forms=COMPOSED, literal=BOTH
    ),
    "aliases in the answers": House(
        "leaves answers that unfold so, for the next command",
        {".copier-answers.yml": f"_src_path: x\n_commit: v1.0.0\n{BOMB}"},
        literal=BOTH,
        then=("status", "again"),
    ),
    "deep YAML": House("nests a question a hundred thousand deep", questions="n: " + "[" * 99999, forms=COMPOSED),
    "a long message": House(
        "refuses an answer in a million words",
        questions="n: {type: str, default: a, validator: \"{{ 'no ' * 10 ** 6 }}\"}\n",
        literal=BOTH,
        forms=COMPOSED,
    ),
}

_STOLEN = "{{ '$SECRET_TOKEN' | expandvars }}"
REACHES = {
    "expandvars": _text("writes a token of the environment into a file", _STOLEN, then=("update",)),
    "expandvars in a default": House(
        "asks a question whose default is a token of the environment",
        questions=f'n: {{type: str, default: "{_STOLEN}"}}\n',
        then=("questions",),
    ),
    "expandvars in a hidden question": House(
        "reads a token in a question that nobody is asked",
        questions=f"n: {{type: str, when: false, default: \"{_STOLEN}\"}}\nm: {{default: '{{{{ n }}}}'}}\n",
        forms=STRANGER,
    ),
    "expandvars in a name": House("names a file by a token", {_STOLEN.replace('"', ""): "x"}),
    "expandvars in an exclusion": House("excludes files by a token", settings={"_exclude": [_STOLEN]}, forms=STRANGER),
    "expandvars in a message": House(
        "greets with a token", settings={"_message_after_copy": _STOLEN}, literal=BOTH, forms=STRANGER
    ),
    "expanduser": _text("writes down where the home is", "{{ '~' | expanduser }}", forms=STRANGER),
    "fileglob": _text("lists the home", "{{ '@OUTSIDE@/*' | fileglob }}", forms=STRANGER),
    "realpath": _text("writes down where it works", "{{ '.' | realpath }}", forms=STRANGER),
    "a filter by map": _text("applies a filter by way of map", "{{ ['$SECRET_TOKEN'] | map('expandvars') | join }}"),
    "a filter by a worked-out name": _text(
        "works out a filter's name, so that nobody finds it",
        "{% set f = 'expand' ~ 'vars' %}{{ ['$SECRET_TOKEN'] | map(f) | join }}",
        forms=STRANGER,
    ),
    "a filter by an answer": House(
        "takes a filter's name from an answer",
        {"f.jinja": "{{ ['@OUTSIDE@/*'] | map(n) | list }}"},
        "n: {type: str, default: fileglob}\n",
        forms=STRANGER,
    ),
    "a filter in a chain": _text(
        "selects with a filter in a block", "{% filter expandvars %}$SECRET_TOKEN{% endfilter %}", forms=STRANGER
    ),
    "a variable of the environment": _text(
        "looks for the environment among its variables", "{{ env.SECRET_TOKEN }}{{ environ.SECRET_TOKEN }}"
    ),
    "a variable in YAML": House(
        "writes a variable of the shell as a default",
        questions="n: {type: str, default: $SECRET_TOKEN}\n",
        files={"f.jinja": "{{ n }} ${SECRET_TOKEN} $(touch @TRACE@) `touch @TRACE@`"},
        literal=BOTH,
        forms=COMPOSED,
    ),
    "an include outside": _text("includes a file of the user's", "{% include '@SECRET@' %}"),
    "an include upwards": _text(
        "includes a file above the template", "{% include '../../../../../../etc/passwd' %}", forms=COMPOSED
    ),
    "an import": _text(
        "imports the process's environment", "{% import '/proc/self/environ' as x %}{{ x }}", forms=COMPOSED
    ),
    "an included question": House("has copier.yml include a file of the user's", questions="--- !include @SECRET@\n"),
    "an included question upwards": House("has copier.yml include what lies above", questions="--- !include ../../*\n"),
    "an included question by a link": House(
        "has copier.yml include a link", questions="--- !include leak\n", beside={"leak": Link("@SECRET@")}
    ),
    "external data": House(
        "reads a file of the user's as the data of another template",
        {"f.jinja": "{{ _external_data.x }}"},
        settings={"_external_data": {"x": "@SECRET@"}},
        forms=STRANGER,
    ),
    "the user's settings": _text(
        "reads Copier's settings of the user", "{{ _copier_conf.settings.trust.x.y }}", forms=STRANGER
    ),
    "settings by a path": _text(
        "reads a file through Copier's settings", "{{ _copier_conf.settings.from_file('@SECRET@') }}", forms=COMPOSED
    ),
    "a class's classes": _text(
        "climbs from a text to all of Python's classes",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        forms=COMPOSED,
    ),
    "globals of a cycler": _text(
        "runs a command through a helper of Jinja's", "{{ cycler.__init__.__globals__.os.system('touch @TRACE@') }}"
    ),
    "globals of lipsum": _text(
        "runs a command through another", "{{ lipsum.__globals__['os'].popen('id').read() }}", forms=COMPOSED
    ),
    "globals by attr": _text(
        "asks for them with a filter", "{{ (lipsum | attr('__globals__'))['os'].system('touch @TRACE@') }}"
    ),
    "a format": _text(
        "asks for them with a format", "{{ '{0.__class__.__init__.__globals__}'.format(joiner).x }}", forms=COMPOSED
    ),
    "a format by map": _text(
        "hands a format to a filter that calls it",
        "{{ ['{0.__init__.__globals__}'] | map('format', joiner) | map(attribute='__globals__') | list | first + 1 }}",
        forms=STRANGER,
    ),
    "a hook of JSON's": _text(
        "has a reader of JSON call what it should not",
        "{{ '{\"a\": 1}' | from_json(object_hook='{0.__class__}'.format) }}{{ nothing.at.all }}",
        forms=STRANGER,
    ),
    "the context's own": _text(
        "reaches for the loader behind the template",
        "{{ self._TemplateReference__context.environment.loader.x }}",
        forms=COMPOSED,
    ),
    "the network": _text("calls home", "{% include 'http://127.0.0.1:@PORT@/' %}"),
    "the network by Python": _text(
        "calls home through Python",
        "{{ joiner.__init__.__globals__['__builtins__']"
        "['__import__']('urllib.request').request.urlopen('http://127.0.0.1:@PORT@/') }}",
        forms=COMPOSED,
    ),
}

CODE = {
    "tasks": House("runs a command after the copy", settings={"_tasks": ["touch @TRACE@"]}, literal=COMPOSED),
    "tasks that are lists": House("runs a program", settings={"_tasks": [["touch", "@TRACE@"]]}, forms=STRANGER),
    "migrations": House(
        "runs a command at an update",
        settings={"_migrations": [{"version": "v1.1.0", "before": ["touch @TRACE@"], "command": "touch @TRACE@"}]},
        literal=COMPOSED,
        then=("update",),
    ),
    "an extension": House("has Jinja import code", settings={"_jinja_extensions": ["os.system"]}, forms=STRANGER),
    "an extension by an option": House("does so by an option", settings={"_envops": {"extensions": ["antigravity"]}}),
    "a class by an option": House(
        "names a function as Jinja's undefined", settings={"_envops": {"undefined": "os.system"}}, literal=COMPOSED
    ),
    "code of its own": House(
        "brings a module for Jinja to import",
        settings={"_envops": {"finalize": "hostile.run"}},
        beside={"hostile.py": "open('@TRACE@', 'w')\n", "copier.py": "open('@TRACE@', 'w')\n"},
    ),
    "a tag of YAML": House(
        "names a function in YAML", questions="n: !!python/object/apply:os.system ['touch @TRACE@']\n"
    ),
    "code beside the files": House(
        "lays modules in the way of Python's own",
        {"json.py": "open('@TRACE@', 'w')\n", "sitecustomize.py": "1/0\n"},
        literal=BOTH,
        forms=COMPOSED,
    ),
    "filters of git": House(
        "asks git for programs by .gitattributes",
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil\n",
            "a.txt": "a\n",
            ".gitconfig": '[filter "evil"]\n\tclean = touch @TRACE@\n\tsmudge = touch @TRACE@\n',
            ".lfsconfig": "[lfs]\n\turl = ext::touch @TRACE@\n",
        },
        literal=BOTH,
        then=("update",),
    ),
    "submodules": House(
        "names a submodule whose address is an option",
        {
            ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch @TRACE@\n'
            "\tupdate = !touch @TRACE@\n"
        },
        literal=BOTH,
        forms=COMPOSED,
    ),
    "hooks in the project": House(
        "brings hooks in folders that tools may read",
        {".githooks/pre-commit": HOOK, "hooks/pre-commit": HOOK, ".husky/pre-commit": HOOK},
        literal=BOTH,
        forms=COMPOSED,
    ),
    "a branch that is an option": House(
        "names the first branch so that git takes it for an option",
        questions="default_branch: '--template=@OUTSIDE@'\n",
        literal=BOTH,
        forms=COMPOSED,
    ),
    "a branch upwards": House(
        "names the first branch by a path", questions="default_branch: ../../../pwned\n", forms=COMPOSED
    ),
    "an author of two lines": House(
        "writes headers into the commit by the maintainer's name",
        questions='maintainer_name: "A <a@b.c> 0 +0000\\nencoding x"\nmaintainer_email: "a>\\nb"\n',
        literal=BOTH,
        forms=COMPOSED,
    ),
    "a command to copy": House(
        "puts a command of its own among those that are shown to be copied",
        questions='repo: "x; touch @TRACE@ #\'"\n',
        literal=BOTH,
        forms=COMPOSED,
    ),
}

SCREENS = {
    "escapes in help": House(
        "drives the terminal by a question's help",
        questions=f'n: {{type: str, help: "{ESCAPES}", default: a}}\n',
        literal=BOTH,
        then=("questions",),
    ),
    "escapes in choices": House(
        "drives the terminal by what can be chosen",
        questions=f'n: {{type: str, choices: {{"{ESCAPES}": a}}, default: a}}\n',
        literal=BOTH,
        then=("questions",),
        forms=COMPOSED,
    ),
    "escapes in a complaint": House(
        "drives the terminal by refusing an answer",
        questions=f'n: {{type: str, default: a, validator: "{ESCAPES}"}}\n',
        literal=BOTH,
        forms=COMPOSED,
    ),
    "escapes in a key": House(
        "drives the terminal by a question's name", questions=f'"{ESCAPES}": {{type: date}}\n', literal=BOTH
    ),
    "escapes in a file": House(
        "drives the terminal by what a dry run shows", {"f": "\x1b]0;owned\x07\x1b[2J"}, literal=BOTH, then=("dry run",)
    ),
    "escapes in a message": House(
        "drives the terminal by its messages",
        settings={"_message_before_copy": "\x1b[2Jowned"},
        literal=BOTH,
        forms=COMPOSED,
    ),
    "a command to a pipeline": House(
        "gives a command to the pipeline that reads along",
        {"f": "::set-output name=x::y\n"},
        literal=BOTH,
        then=("dry run",),
        forms=COMPOSED,
    ),
    "notes that own nothing": House(
        "claims that nobody owns a file",
        notes="schema_version: 1\nquestions: {}\nfiles: {README.md: 5}\n",
        forms=COMPOSED,
    ),
    "notes that rename outside": House(
        "says that a file outside is called otherwise now",
        forms=COMPOSED,
        literal=BOTH,
        then=("update",),
        notes="schema_version: 1\nquestions: {}\nfiles: {}\n"
        "renamed: {'../outside/secret': README.md, README.md: ../pwned}\n",
    ),
    "secret questions that are none": House(
        "breaks the list of what must not be shown",
        settings={"_secret_questions": 5},
        questions="n: a\n",
        literal=BOTH,
        forms=COMPOSED,
    ),
}

HOUSES = {**PATHS, **LINKS, **AMOUNTS, **REACHES, **CODE, **SCREENS}

ADDRESSES = {
    "ext::": ("ext::sh -c 'touch @TRACE@'", "has git run a command as a remote helper"),
    "fd::": ("fd::17", "has git read from a pipe, and hang"),
    "file::": ("file::@OUTSIDE@", "names a helper that does not exist"),
    "file://": ("file://@OUTSIDE@", "gives a folder as an address, past the rules for folders"),
    "an option": ("--upload-pack=touch @TRACE@", "is an option of git's"),
    "an option for ssh": ("-oProxyCommand=touch @TRACE@", "is an option of ssh's"),
    "a host that is an option": ("ssh://-oProxyCommand=touch @TRACE@/x", "has an option of ssh's for a host"),
    "a short host that is an option": ("git@-oProxyCommand=touch:x", "does so in the short form"),
    "a path that is an option": ("git@example.org:-oProxyCommand=x", "has an option for a path"),
    "git://": ("git://127.0.0.1:@PORT@/x.git", "asks for a protocol that proves nothing"),
    "http://": ("http://127.0.0.1:@PORT@/x.git", "asks for one that anybody on the way can change"),
    "a password": ("https://ada:5ecret-in-address@127.0.0.1:@PORT@/x.git", "holds a password"),
    "a line break": ("https://example.invalid/x\nhttps://127.0.0.1:@PORT@/y", "holds a second address"),
    "an escape": ("https://example.invalid/\x1b[2Jx", "drives the terminal"),
    "a helper with a scheme": ("git+ssh://git@127.0.0.1:@PORT@/x", "names another helper"),
    "a share": ("\\\\127.0.0.1\\share", "names a share of Windows"),
    "a tag that is an option": ("@HOUSE@@--exec=touch @TRACE@", "names a tag that git takes for an option"),
    "a tag that is a pattern": ("@HOUSE@@*", "names a tag that git takes for a pattern"),
    "a tag that is a refspec": ("@HOUSE@@v1.0.0:refs/heads/x", "names a tag that git takes for two"),
    "a branch": ("@HOUSE@@main", "names a branch, which can move, as a tag"),
    "no tag": ("@HOUSE@@HEAD", "names what is checked out as a tag"),
}


# What makes them is in test_attacks.py, by the same names.
REPOSITORIES = {
    "programs in its configuration": "names programs in git's configuration of a folder, and has hooks",
    "programs in a bare one": "does so in a folder that is git's own",
    "promised objects": "lacks a file, and promises that a program of its choice would bring it",
    "a file that leads elsewhere": "is a file that sends git to another folder",
    "objects that are borrowed in a ring": "borrows objects of itself, for ever",
    "references that are links": "has links to the user's secrets in the places of git's references",
    "tags that are options": "has tags that git would take for options, or that turn a terminal's line round",
    "a tag that is a file": "has a version that is no commit, but a file",
    "a tag that is a folder": "has a version that is a folder",
    "a signed tag of a file": "has an annotated version that names a file",
    "a submodule": "has a repository of somebody else's in a folder",
}


def rows() -> list[tuple[str, str]]:
    """Return the name of every attack in the tables here, and what it tries, as the documents list them."""
    houses = [(name, f"The template {row.tries}") for name, row in HOUSES.items()]
    addresses = [(name, f"The address {tries}") for name, (_, tries) in ADDRESSES.items()]
    return [*houses, *addresses, *((name, f"The repository {tries}") for name, tries in REPOSITORIES.items())]
