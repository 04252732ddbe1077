"""Foreign templates as data: those that must come out as Copier makes them, and broken ones with what is said."""

from __future__ import annotations

from typing import NamedTuple

from foreign import ANSWERS, ANSWERS_FILE, Files, Link, Script

SMALL: Files = {"copier.yml": "name: x\n", "README.md.jinja": "# {{ name }}\n", **ANSWERS_FILE}
ALL_TYPES = """
text: {type: str, default: "a {{ 1 + 1 }}", help: "What {{ nothing }} is it?"}
whole: {type: int, default: "{{ 40 + 2 }}"}
broken: {type: float, default: 2.50}
truly: {type: bool, default: "yes"}
falsely: {type: bool, default: "{{ whole == 41 }}"}
tree: {type: yaml, default: "{a: [1, {b: 2026-01-02}], c: null}"}
tree_too: {type: yaml, default: {a: [1.10, x], b: "{{ not_rendered }}"}}
lines: {type: yaml, multiline: true, default: "- {{ text }}\\n- 'yes'\\n"}
data: {type: json, default: '{"k": [1, 2.0, null, true], "ü": "ä"}'}
where: {type: path, default: "./a/{{ text }}"}
short: just this
number: 7
truth: true
ratio: 0.25
several: [1, "{{ whole }}"]
mapped: {default: {k: v}, order: 7}
nothing:
empty: ""
multi: {type: str, multiline: true, default: "one\\ntwo: '{{ text }}'\\n"}
late: {type: str, default: "{{ text|upper }} {{ tree.a[0] + whole }} {{ truly }}"}
"""
SHOWN = "".join(
    f"{key}={{{{ {key} }}}} {{{{ {key}|string|length }}}}\n"
    for key in [
        *(
            "text",
            "whole",
            "broken",
            "truly",
            "falsely",
            "tree",
            "tree_too",
            "lines",
            "data",
            "where",
            "short",
            "number",
        ),
        *("truth", "ratio", "several", "mapped", "nothing", "empty", "multi", "late"),
    ]
)
CHOICES = """
plain: {type: str, choices: [one, two, "{{ 'thr' + 'ee' }}"], default: three}
numbers: {type: int, choices: [1, 2], default: 2}
pairs: {type: str, choices: [[One, "1"], [Two, "2"]], default: "2"}
labels: {type: str, choices: {First one: a, "Second {{ plain }}": b}, default: b}
valued: {type: yaml, choices: {Without: {value: "false"}, With: {value: "[1, 2]"}}, default: [1, 2]}
checked:
  type: str
  default: fine
  choices:
    Fine: {value: fine, validator: ""}
    Old: {value: old, validator: "{% if plain == 'three' %}not with three{% endif %}"}
templated: {type: str, choices: "[{% for n in range(3) %}v{{ n }},{% endfor %}]", default: v1}
templated_map: {type: str, choices: "{A: a, 'B {{ plain }}': b}", default: b}
many: {type: str, multiselect: true, choices: [x, y, z], default: [z, x]}
many_text: {type: str, multiselect: true, choices: ["1.10", "yes", c], default: "['yes', 1.10]"}
many_numbers: {type: int, multiselect: true, choices: {One: 1, Two: 2, Ten: 10}, default: "[10, 1]"}
many_none: {type: str, multiselect: true, choices: [x], default: []}
"""
CONDITIONS = """
kind: {type: str, default: a}
shown: {type: str, default: s, when: "{{ kind == 'a' }}"}
hidden: {type: str, default: "h {{ kind }}", when: "{{ kind == 'b' }}"}
hidden_bare: {type: str, when: "{{ kind == 'b' }}"}
computed: {type: str, default: "{{ kind * 3 }}", when: false}
computed_list: {type: yaml, default: "[{{ kind }}, 2]", when: false}
quiet: {type: str, default: "{{ computed }}!", ask: false}
quiet_bare: {type: str, ask: false}
quiet_maybe: {type: str, default: m, ask: "{{ kind == 'b' }}"}
unset: {type: str, default: "{{ UNSET }}", when: false}
valid: {type: str, default: abc, validator: "{% if valid|length > 3 %}too long{% endif %}"}
token: {type: str, default: hidden-value, secret: true, validator: "{% if token %}never{% endif %}"}
listed: {type: str, default: also hidden}
_secret_questions: [listed]
"""
FILTERS = r"""
{{ {'b': 1, 'a': ['ü', 2.5, none]} | to_nice_json }}
{{ {'b': 1} | to_json }} {{ [1, {'a': 'é'}] | to_yaml }} {{ {'z': [1], 'a': 'b: c'} | to_nice_yaml(indent=2) }}
{{ 'secret' | hash('sha512') }} {{ 'x' | hash }} {{ 'x' | md5 }} {{ 'x' | sha1 }} {{ 'x' | checksum }}
{{ 'ü' | b64encode }} {{ 'w7w=' | b64decode }} {{ 'x' | to_uuid }}
{{ 'a-b_c' | regex_replace('[-_]', '.') }} {{ 'abc' | regex_search('b.') }} {{ 'a1b2' | regex_findall('[0-9]') }}
{{ 'a.b' | regex_escape }} {{ 'it\'s' | quote }} {{ true | ternary('y', 'n') }} {{ 'yes' | bool }}
{{ '/a/b.txt' | basename }} {{ '/a/b.txt' | dirname }} {{ '/a/b.txt' | splitext }} {{ 'C:\\a\\b' | win_basename }}
{{ 'a/b/c' | relpath('a') }} {{ pathjoin('a', 'b', 'c') }} {{ 'one\ntwo' | comment }} {{ '{"a": 1}' | from_json }}
{{ 'a: [1]' | from_yaml }} {{ {'a': 1} | combine({'b': 2}) }} {{ [1, [2, [3]]] | flatten }}
{{ 'k' | extract({'k': 'v'}) }}
{{ [{'g': 1, 'n': 'x'}, {'g': 1, 'n': 'y'}] | ans_groupby('g') }} {{ 100 | ans_random(seed='s') }}
{{ [3, 1, 2] | shuffle(seed='s') }} {{ '52:54' | random_mac(seed='s') }} {{ '%Y' | strftime(0) }} {{ 'x' | type_debug }}
{{ 'x' | mandatory }} {{ '2026-01-02 03:04:05' | to_datetime }}
"""
SELF = """
{{ _copier_answers._commit }} {{ _copier_answers._src_path }} {{ _commit }} {{ _src_path }} {{ _folder_name }}
{{ _copier_conf.vcs_ref }} {{ _copier_conf.vcs_ref_hash }} {{ _copier_conf.answers_file }} {{ _copier_conf.os }}
{{ _copier_conf.dst_path.name }} {{ _copier_phase }} {{ _copier_answers | to_json }} {{ _copier_conf.data }}
{{ _copier_conf.settings.defaults }} {{ _copier_conf.unsafe }} {{ name }} {{ _copier_conf.sep }}
"""


class Case(NamedTuple):
    """A template that must work: its files, and what is answered."""

    files: Files
    answers: tuple[str, ...] = ()


CASES = {
    "without subdirectory": Case(
        {"copier.yml": "name: x\n", "README.md.jinja": "# {{ name }}\n", "plain": "{{ name }}", **ANSWERS_FILE}
    ),
    "with subdirectory": Case(
        {
            "copier.yml": "_subdirectory: project\nname: x\n",
            "README.md": "of the template\n",
            "project/README.md.jinja": "# {{ name }}\n",
            "project/.copier-answers.yml.jinja": "# do not edit\n" + ANSWERS,
        }
    ),
    "subdirectory by answer": Case(
        {"copier.yml": "_subdirectory: '{{ kind }}'\nkind: b\n", "a/f": "a\n", "b/f": "b\n", "b/[[": "{{"}, ()
    ),
    "answers file renamed": Case(
        {"copier.yml": "_answers_file: .config/my-answers.yml\nname: x\n", **ANSWERS_FILE, "f": "f\n"}
    ),
    "answers file named by answer": Case({"copier.yml": "_answers_file: '.{{ name }}.yml'\nname: x\n", **ANSWERS_FILE}),
    "answers file as JSON": Case(
        {"copier.yml": "name: ü\n", "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_json }}"}
    ),
    "answers file absent": Case({"copier.yml": "name: x\n", "f.jinja": "{{ name }}\n"}),
    "all types": Case({"copier.yml": ALL_TYPES, "out.jinja": SHOWN, **ANSWERS_FILE}),
    "all types answered": Case(
        {"copier.yml": ALL_TYPES, "out.jinja": SHOWN, **ANSWERS_FILE},
        (
            *(
                "text=ü 'q' \"d\" {{ 7 * 7 }}",
                "whole=-1",
                "broken=1e3",
                "truly=off",
                "tree={a: [2, {b: 1}]}",
                "data=[1, null]",
            ),
            *(
                "where=/x/y",
                "number=8",
                "truth=false",
                "ratio=1",
                "several=[]",
                "mapped={}",
                "nothing=something",
                "multi=a\nb",
            ),
        ),
    ),
    "choices": Case({"copier.yml": CHOICES, "o.jinja": "{{ many }}{{ many_text }}{{ valued }}\n", **ANSWERS_FILE}),
    "choices answered": Case(
        {"copier.yml": CHOICES, "o.jinja": "{{ many }}{{ many_text }}{{ valued }}\n", **ANSWERS_FILE},
        (
            "plain=one",
            "numbers=1",
            "pairs=1",
            "labels=a",
            "checked=old",
            "many=[x, 'y']",
            "many_text=[1.10, c]",
            "valued=false",
        ),
    ),
    "conditions": Case(
        {
            "copier.yml": CONDITIONS,
            "o.jinja": "{{ hidden }}{{ computed_list }}{{ quiet_bare }}{{ token }}{{ listed }}\n",
            **ANSWERS_FILE,
        }
    ),
    "conditions turned": Case(
        {"copier.yml": CONDITIONS, "o.jinja": "{{ shown }}{{ hidden }}{{ token }}\n", **ANSWERS_FILE},
        ("kind=b", "hidden_bare=x", "shown=given though hidden", "quiet=told", "valid=xyz", "listed=other"),
    ),
    "an answer seen by an earlier question": Case(
        {"copier.yml": "a: {type: str, default: '{{ b }}!'}\nb: {type: int, default: 1}\n", **ANSWERS_FILE}, ("b=5",)
    ),
    "several documents": Case(
        {
            "copier.yml": "_exclude: ['*.no']\n---\nname: x\n---\n---\n"
            "_exclude: [copier.yml, other]\nname: y\nlast: z\n",
            **{"a.no": "", "other": "", "kept": "k\n"},
            **ANSWERS_FILE,
        }
    ),
    "includes": Case(
        {
            "copier.yml": "!include parts/base.yml\n---\n!include 'parts/q*.yml'\n---\n"
            "pick: {type: str, choices: !include parts/choices.yml, default: b}\n",
            "parts/base.yml": "_exclude: [copier.yml, parts]\nbase: 1\n---\nbase_too: 2\n",
            "parts/q1.yml": "_exclude: [q1-off]\none: '{{ base }}'\n",
            "parts/q2.yml": "_exclude: [q2-off]\ntwo: {type: int, default: 2}\n",
            "parts/deep/q3.yml": "three: 3\n",
            "parts/choices.yml": "- a\n- b\n",
            **{"q1-off": "", "q2-off": "", "on": ""},
            **ANSWERS_FILE,
        }
    ),
    "includes in folders": Case(
        {
            "copier.yml": "_subdirectory: p\n---\n!include 'all/**/*.yml'\n",
            **{"all/x/1.yml": "one: 1\n", "all/2.yml": "two: 2\n", "p/f.jinja": "{{ one + two }}\n"},
        }
    ),
    "copier.yaml": Case({"copier.yaml": "name: x\n", "f.jinja": "{{ name }}\n", **ANSWERS_FILE}),
    "aliases and merged keys": Case(
        {
            "copier.yml": "a: &a {type: str, default: x}\nb: {<<: *a, help: b}\n",
            "f.jinja": "{{ a }}{{ b }}\n",
            **ANSWERS_FILE,
        }
    ),
    "a key given twice": Case({"copier.yml": "a: 1\na: 2\n", "f.jinja": "{{ a }}\n", **ANSWERS_FILE}),
    "exclude": Case(
        {
            "copier.yml": "_exclude: ['*.tmp', '/top', '{% if not docs %}docs{% endif %}',"
            " '!keep.tmp', \"a\\nb\"]\ndocs: false\n",
            **{
                "x.tmp": "",
                "keep.tmp": "k",
                "top": "",
                "sub/top": "s",
                "docs/index.md": "",
                "a": "",
                "b": "",
                "c": "c",
            },
        }
    ),
    "default exclude": Case(
        {
            "copier.yml": "name: x\n",
            **{
                "~x": "",
                "a.pyc": "",
                "__pycache__/x": "",
                ".DS_Store": "",
                ".svn/x": "",
                "kept": "k",
                "copier.yaml.md": "",
            },
        }
    ),
    "default exclude off with a subdirectory": Case(
        {
            "copier.yml": "_subdirectory: p\n",
            **{"p/~x": "", "p/a.pyc": b"\0", "p/copier.yml": "x: 1\n", "p/.DS_Store": ""},
        }
    ),
    "skip if exists": Case(
        {"copier.yml": "_skip_if_exists: [seeded]\nname: x\n", "seeded": "s\n", "{{ 'see' }}ded2": "t\n"}
    ),
    "custom delimiters": Case(
        {
            "copier.yml": "_envops: {variable_start_string: '[[', variable_end_string: ']]',"
            " block_start_string: '[%', block_end_string: '%]',"
            " comment_start_string: '[#', comment_end_string: '#]', trim_blocks: true, lstrip_blocks: true}\n"
            "name: x\nnext: '[[ name ]] {{ name }}'\nboth: {type: bool, default: '[[ name == \"x\" ]]'}\n",
            "f.jinja": "[% if both %]\n  [[ next ]] {{ stays }} [# gone #]\n[% endif %]\nend",
            "[[ name ]].txt": "n\n",
            "[[ _copier_conf.answers_file ]].jinja": "[[ _copier_answers|to_nice_yaml ]]",
        }
    ),
    "line statements": Case(
        {
            "copier.yml": "_envops: {line_statement_prefix: '%%', keep_trailing_newline: false}\nn: 3\n",
            "f.jinja": "%% for i in range(n)\n{{ i }}\n%% endfor\nend\n\n",
        }
    ),
    "strict undefined": Case(
        {"copier.yml": "_envops: {undefined: jinja2.StrictUndefined}\nn: 1\n", "f.jinja": "{{ n }}{{ x is defined }}\n"}
    ),
    "another suffix": Case(
        {
            "copier.yml": "_templates_suffix: .tmpl\nn: 1\n",
            "f.tmpl": "{{ n }}\n",
            "g.jinja": "{{ n }}\n",
            "h.tmpl.txt": "h",
        }
    ),
    "no suffix": Case(
        {"copier.yml": "_templates_suffix: ''\nn: 1\n", "f.txt": "{{ n }}\n", "b.bin": b"\xff\xfe{{ n }}"}
    ),
    "a file and its template": Case({"copier.yml": "n: 1\n", "f": "plain\n", "f.jinja": "templated {{ n }}\n"}),
    "links followed": Case(
        {
            "copier.yml": "n: 1\n",
            "real/f.jinja": "{{ n }}\n",
            "there": Link("real"),
            "f2": Link("real/g"),
            "real/g": "g\n",
        }
    ),
    "links preserved": Case(
        {
            "copier.yml": "_preserve_symlinks: true\nn: a\n",
            **{"a/f": "f\n", "deep/er/up": Link("../../a/f"), "folder": Link("a"), "dangling": Link("nowhere")},
            **{"templated.jinja": Link("{{ n }}/f"), "same": Link("./a/../a/f")},
        }
    ),
    "executables": Case(
        {
            "copier.yml": "n: 1\n",
            "run.sh": Script("#!/bin/sh\n"),
            "bin/t.jinja": Script("#!/bin/sh\n{{ n }}\n"),
            "plain": "p",
        }
    ),
    "filters": Case({"copier.yml": "h: \"{{ 'x'|hash('sha256') }}\"\n", "f.jinja": FILTERS, **ANSWERS_FILE}),
    "binary files": Case(
        {
            "copier.yml": "n: 1\n",
            "a.png": b"\x89PNG\r\n\x1a\n\0\xff",
            "crlf.txt": b"a\r\nb\r",
            "bom": b"\xef\xbb\xbfx",
            "none": b"",
        }
    ),
    "carriage returns and boms": Case(
        {"copier.yml": "n: 1\n", "crlf.jinja": b"a {{ n }}\r\nb\r\n", "bom.jinja": b"\xef\xbb\xbf{{ n }}\n"}
    ),
    "names": Case(
        {
            "copier.yml": "name: Ünï\nempty: ''\n",
            **{
                "{{ name }}/漢字 {{ 1 + 1 }}.md.jinja": "{{ name }}\n",
                "a b/c'd\"e": "q",
                "emoji 🦀": "x",
                "{{ name|lower }}": "l",
            },
            **{
                "{% if empty %}never{% endif %}": "n",
                "{{ empty }}/below": "n",
                "{{ empty }}x": "x",
                ".hidden/.f": "h",
                "-dash": "d",
            },
        }
    ),
    "slash in a rendered name": Case({"copier.yml": "pkg: a/b/c\n", "src/{{ pkg }}/f.jinja": "{{ pkg }}\n"}),
    "yield": Case(
        {
            "copier.yml": "mods: {type: yaml, default: [{n: a, s: [x, y]}, {n: b, s: []}]}\n",
            "src/{% yield m from mods %}{{ m.n }}{% endyield %}/{% yield s from m.s %}{{ s }}{% endyield %}.py.jinja": (
                "{{ m.n }}.{{ s }}\n"
            ),
            "{% yield i from range(3) %}f{{ i }}{% endyield %}": "same\n",
        }
    ),
    "messages": Case(
        {
            "copier.yml": '_message_before_copy: "\\e[31mhello {{ name }}"\n_message_after_copy: |\n  bye {{ name }}\n'
            "_message_after_update: x\nname: x\n",
            **ANSWERS_FILE,
        }
    ),
    "old enough a version": Case({"copier.yml": "_min_copier_version: 9.0.0\nn: 1\n", **ANSWERS_FILE}),
    "external data that is not there": Case(
        {
            "copier.yml": "_external_data: {other: other.yml}\n"
            "n: {type: str, default: \"{{ _external_data.other.x|default('none') }}\"}\n",
            **ANSWERS_FILE,
        }
    ),
    "itself": Case(
        {"copier.yml": 'name: "{{ _folder_name }}"\n', "f.jinja": SELF, "{{ _folder_name }}/x": "x", **ANSWERS_FILE}
    ),
    "includes and macros": Case(
        {
            "copier.yml": "_subdirectory: p\nn: 3\n"
            "from_file: {type: str, default: \"{% include 'parts/default' %}\"}\n",
            "parts/default": "d {{ n }}",
            "parts/m.jinja": "{% macro m(x) %}<{{ x }}>{% endmacro %}",
            "p/f.jinja": "{% from 'parts/m.jinja' import m %}{{ m(n) }}{% include 'p/plain' %}"
            "{% import 'parts/m.jinja' as i %}{{ i.m(1) }}\n",
            "p/plain": "{{ n }}\n",
        }
    ),
    "empty folders": Case({"copier.yml": "n: ''\n", "left/{{ n }}": "x", "kept/.gitkeep": ""}),
    "nothing at all": Case({"copier.yml": "n: 1\n"}),
    "no tasks": Case({"copier.yml": "_tasks: []\n_migrations: []\n_jinja_extensions: []\nn: 1\n", "f": "f"}),
    "an ignored file": Case({"copier.yml": "n: 1\n", ".gitignore": "*.log\n", "kept.log": "k\n"}),
}

BROKEN = {
    "too new": (
        {"copier.yml": "_min_copier_version: 99.1.0\nn: 1\n"},
        4,
        ["needs Copier 99.1.0 or newer", "this is 9."],
    ),
    "no version": ({"copier.yml": "_min_copier_version: newest\n"}, 4, ["'newest'", "no version"]),
    "no copier.yml": ({"README.md": "x"}, 4, ["0 copier.yml files"]),
    "two copier.yml": ({"copier.yml": "a: 1\n", "copier.yaml": "a: 1\n"}, 4, ["2 copier.yml files"]),
    "copier.yml is a link": ({"copier.yml": Link("x.yml"), "x.yml": "a: 1\n"}, 4, ["copier.yml is a link"]),
    "not YAML": ({"copier.yml": "a: 1\nb: [\n"}, 4, ["copier.yml:3:1", "not YAML"]),
    "not UTF-8": ({"copier.yml": b"a: \xff\n"}, 4, ["copier.yml", "not YAML in UTF-8"]),
    "a tag of Python": ({"copier.yml": "a: !!python/object/apply:os.system [id]\n"}, 4, ["copier.yml:1"]),
    "not a mapping": ({"copier.yml": "- 1\n- 2\n"}, 4, ["not a mapping"]),
    "includes itself": ({"copier.yml": "!include a.yml\n", "a.yml": "!include copier.yml\n"}, 4, ["includes itself"]),
    "unknown type": ({"copier.yml": "a: {type: date, default: x}\n"}, 4, ["'a'", "'date'"]),
    "unanswered": (
        {"copier.yml": "a: {type: str}\nb: {type: int}\nc: 1\n"},
        2,
        ["no default for a, b", "-d key=value"],
    ),
    "unanswered choice": ({"copier.yml": "a: {type: str, choices: [x, y]}\n"}, 2, ["no default for a"]),
    "a default that is refused": (
        {"copier.yml": "a: {type: str, default: x, validator: 'never {{ a }}'}\n"},
        2,
        ["never x"],
    ),
    "a default that is no choice": (
        {"copier.yml": "a: {type: str, choices: [x], default: z}\n"},
        2,
        ["'z'", "choose x"],
    ),
    "a default of another type": ({"copier.yml": "a: {type: int, default: x}\n"}, 2, ["not a whole number"]),
    "a default that fails": ({"copier.yml": "a: {type: str, default: '{{ 1 / 0 }}'}\n"}, 4, ["division by zero"]),
    "a default without end": ({"copier.yml": "a: {type: str, default: '{{ x'}\n"}, 2, ["end of"]),
    "undefined in a file": (
        {"copier.yml": "_envops: {undefined: jinja2.StrictUndefined}\n", "f.jinja": "{{ nope }}"},
        4,
        ["'nope' is undefined"],
    ),
    "a file that is no template": ({"copier.yml": "a: 1\n", "f.jinja": "{% if %}"}, 4, ["Expected an expression"]),
    "a template that is no text": ({"copier.yml": "a: 1\n", "f.jinja": b"\xff\xfe"}, 4, ["decode"]),
    "a subdirectory that is not there": ({"copier.yml": "_subdirectory: nope\n", "f": ""}, 4, ["nope"]),
    "an undefined class of its own": ({"copier.yml": "_envops: {undefined: os.system}\n", "f": ""}, 4, ["undefined"]),
    "a secret without default": ({"copier.yml": "a: {type: str, secret: true}\n"}, 2, ["no default for a"]),
    "two files for one": ({"copier.yml": "a: x\n", "x": "1", "{{ a }}": "2"}, 4, ["template"]),
    "our own file": ({"copier.yml": "a: x\n", ".ospo/lock.yml": "1"}, 4, [".ospo/lock.yml"]),
    "in the way of our own file": ({"copier.yml": "a: x\n", ".ospo": "1"}, 4, [".ospo"]),
}
