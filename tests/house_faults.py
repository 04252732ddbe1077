"""Houses with one fault each, and where and how `house lint` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from foreign import Content, Link
from ospo_init.edges import license_scans


class Fault(NamedTuple):
    """A house with a fault: the lines after its first three, and further files; then where it is, and what is said.

    `then` is what the hint holds, `rule` the rule that finds it ('' where house.yml could not be read so far).
    """

    lines: str
    place: str
    says: str
    then: str = ""
    rule: str = ""
    files: Mapping[str, Content] = {}


MIT = license_scans.known_texts()["MIT"].split("\f")[0].replace("<year> <copyright holders>", "2026 ACME")
ADDED = "\nNobody may use it on Sundays.\n"
TAG = "# SPDX-License" + "-Identifier"  # in one piece it would be this file's own
QUOTA = "quota:\n  section: plan\n  role: choice\n  type: str\n  help: Which quota?\n  why: It is in the report.\n"

READING: Mapping[str, Fault] = {
    "key-misspelt": Fault(
        "licences: {allow: [MIT]}\n",
        "house.yml:4:1",
        "'licences' is no key of the house",
        then="Did you mean licenses?",
    ),
    "key-misspelt-deep": Fault(
        "answers:\n  license:\n    default: MIT\n    recomend: [MIT]\n",
        "house.yml:7:5",
        "'recomend' is no key of answers.license",
        then="Did you mean recommend?",
    ),
    "key-in-list": Fault(
        "approvals:\n"
        "  routes:\n"
        "    - {items: [LEGAL-01], roles: [legal]}\n"
        "    - {items: [LEGAL-02], roles: [legal], role: ospo}\n",
        "house.yml:7:43",
        "'role' is no key of approvals.routes.1",
        then="Did you mean roles?",
    ),
    "no-name": Fault(
        "",
        "house.yml:1:1",
        "the house lacks the key 'name'",
        files={"house.yml": "title: ACME\nextends: base@v0.3.0\n"},
    ),
    "no-extends": Fault(
        "", "house.yml:1:1", "the house lacks the key 'extends'", files={"house.yml": "name: acme\ntitle: ACME\n"}
    ),
    "name-slug": Fault(
        "",
        "house.yml:1:7",
        "name is 'ACME Corp'",
        files={"house.yml": "name: ACME Corp\ntitle: ACME\nextends: base@v0.3.0\n"},
    ),
    "title-two-lines": Fault(
        "",
        "house.yml:2:8",
        "title is 'ACME\\nSE'",
        files={"house.yml": 'name: acme\ntitle: "ACME\\nSE"\nextends: base@v0.3.0\n'},
    ),
    "title-number": Fault(
        "", "house.yml:2:8", "title is 7", files={"house.yml": "name: acme\ntitle: 7\nextends: base@v0.3.0\n"}
    ),
    "list-for-map": Fault("answers: [license]\n", "house.yml:4:10", "answers is a list, not keys with values"),
    "map-for-list": Fault(
        "approvals:\n  routes: {items: [LEGAL-01]}\n", "house.yml:5:11", "approvals.routes is a mapping, not a list"
    ),
    "text-for-record": Fault("licenses: MIT\n", "house.yml:4:11", "licenses is 'MIT', not keys with values"),
    "empty-value": Fault("licenses:\n", "house.yml:4:10", "licenses is empty"),
    "empty-deep": Fault("licenses:\n  allow:\n", "house.yml:5:9", "licenses.allow is empty"),
    "yes-no": Fault("answers:\n  license: {hide: maybe}\n", "house.yml:5:19", "answers.license.hide is 'maybe'"),
    "word": Fault(
        "files:\n  NOTICE: {ownership: mandatory}\n",
        "house.yml:5:23",
        "'mandatory' is no word for files.NOTICE.ownership",
        then="Did you mean mandated?",
    ),
    "years": Fault("copyright: {years: all}\n", "house.yml:4:20", "'all' is no word for copyright.years"),
    "block-place": Fault(
        "files:\n  NOTICE:\n    block: {text: blocks/a.txt, place: middle}\n",
        "house.yml:6:40",
        "'middle' is no word for files.NOTICE.block.place",
        files={"blocks/a.txt": "a\n"},
    ),
    "day": Fault(
        "authority: {url: https://example.org/policy, reviewed: 1 May 2026}\n",
        "house.yml:4:56",
        "authority.reviewed is '1 May 2026'",
    ),
    "day-bad": Fault(
        "authority:\n  url: https://example.org/policy\n  review_by: 2026-02-30\n",
        "house.yml:6:14",
        "authority.review_by is '2026-02-30'",
    ),
    "url": Fault("authority: {url: example.org/policy}\n", "house.yml:4:18", "authority.url is 'example.org/policy'"),
    "path-up": Fault("licenses:\n  file: ../LICENSE\n", "house.yml:5:9", "licenses.file is '../LICENSE'"),
    "path-abs": Fault("files:\n  NOTICE: {at: /NOTICE}\n", "house.yml:5:16", "files.NOTICE.at is '/NOTICE'"),
    "regex": Fault(
        "answers:\n  project_name: {pattern: '[a-'}\n", "house.yml:5:27", "answers.project_name.pattern is '[a-'"
    ),
    "regex-slow": Fault(
        "answers:\n  project_name: {pattern: '^(a+)+$'}\n",
        "house.yml:5:27",
        "answers.project_name.pattern is '^(a+)+$'",
    ),
    "days-0": Fault(
        "approvals:\n  expires:\n    - {items: [LEGAL-02], days: 0, when_changed: [license]}\n",
        "house.yml:6:33",
        "approvals.expires.0.days is 0",
    ),
    "days-text": Fault(
        "approvals:\n  expires:\n    - {items: [LEGAL-02], days: a year, when_changed: [license]}\n",
        "house.yml:6:33",
        "approvals.expires.0.days is 'a year'",
    ),
    "cond": Fault(
        "answers:\n  inbound:\n    force: [{when: {stages: active}, value: dco}]\n",
        "house.yml:6:20",
        "answers.inbound.force.0.when: 'stages' is not a word of conditions",
    ),
    "cond-layer": Fault(
        "files:\n  NOTICE:\n    when: {layer: [base]}\n",
        "house.yml:6:11",
        "files.NOTICE.when: 'layer' is followed by ['base']",
    ),
    "cond-empty": Fault(
        "answers:\n  inbound:\n    force: [{when: {all: []}, value: dco}]\n",
        "house.yml:6:20",
        "answers.inbound.force.0.when: 'all' is followed by []",
    ),
    "force-half": Fault(
        "answers:\n  inbound:\n    force: [{value: dco}]\n",
        "house.yml:6:13",
        "answers.inbound.force.0 lacks the key 'when'",
    ),
    "map-in-lines": Fault(
        "copyright:\n  entities: [{name: ACME SE}]\n",
        "house.yml:5:14",
        "copyright.entities holds a mapping, not a text",
    ),
    "pattern-row": Fault(
        "patterns: {names: [{regex: x}]}\n", "house.yml:4:20", "patterns.names holds a mapping, not a text"
    ),
    "no-tag": Fault(
        "", "house.yml:3:1", "'base' names no version", files={"house.yml": "name: acme\ntitle: ACME\nextends: base\n"}
    ),
    "bad-tag": Fault(
        "",
        "house.yml:3:1",
        "This ospo-init does not know version latest of the base template",
        files={"house.yml": "name: acme\ntitle: ACME\nextends: base@latest\n"},
    ),
    "review-due": Fault(
        "authority: {url: https://example.org/policy, review_by: 2020-01-01}\n",
        "house.yml:4:46",
        "warning: the comparison with https://example.org/policy was due on 2020-01-01",
    ),
    "q-list": Fault("", "questions.yml", "it is not a mapping of questions", files={"questions.yml": "- quota\n"}),
    "q-yaml": Fault(
        "",
        "questions.yml:2:1",
        "this is not YAML: did not find expected ',' or '}'",
        files={"questions.yml": "quota: {type: str\n"},
    ),
    "f-link": Fault("", "overlay/link", "it is a link or no file", files={"overlay/link": Link("elsewhere")}),
    "f-not-overlay": Fault("", "templates", "warning: no part of a house", files={"templates/x": "x\n"}),
    "i-severity": Fault(
        "checklist:\n  change:\n    GOV-02: {severity: block}\n",
        "house.yml:6:24",
        "'block' is no word for checklist.change.GOV-02.severity",
        then="Did you mean blocking?",
    ),
    "reports": Fault("reports: {sarif: ftp://example.org}\n", "house.yml:4:18", "reports.sarif is 'ftp://example.org'"),
    "placeholders-list": Fault(
        "placeholders: ['<x>']\n", "house.yml:4:15", "placeholders is a list, not keys with values"
    ),
    "force-scalar": Fault(
        "answers:\n  inbound: {force: dco}\n", "house.yml:5:20", "answers.inbound.force is 'dco', not a list"
    ),
    "waivable": Fault(
        "checklist:\n  change:\n    GOV-02: {waivable: never}\n",
        "house.yml:6:24",
        "checklist.change.GOV-02.waivable is 'never'",
    ),
    "i-regex": Fault(
        "approvals:\n  record: {pattern: '(a|a)*b', says: a number}\n",
        "house.yml:5:21",
        "approvals.record.pattern is '(a|a)*b'",
    ),
    "dep-by": Fault(
        "deprecated: {by: https://example.org/new.git}\n", "house.yml:4:13", "deprecated lacks the key 'message'"
    ),
    "exempt": Fault("exemptions: [E1]\n", "house.yml:4:13", "exemptions is a list, not keys with values"),
}
ANSWERS: Mapping[str, Fault] = {
    "q-taken": Fault(
        "",
        "questions.yml:1:1",
        "the template below asks 'license' already",
        rule="answers.questions",
        files={"questions.yml": "license:\n  type: str\n  help: Which?\n  why: So.\n  section: legal\n"},
    ),
    "q-name": Fault(
        "",
        "questions.yml:1:1",
        "'Quota-1' is no name of a question",
        rule="answers.questions",
        files={"questions.yml": QUOTA.replace("quota:", "Quota-1:")},
    ),
    "q-setting": Fault(
        "",
        "questions.yml:7:3",
        "'secrets' is no setting of the question quota",
        then="Did you mean section?",
        rule="answers.questions",
        files={"questions.yml": QUOTA + "  secrets: true\n"},
    ),
    "q-type": Fault(
        "",
        "questions.yml:4:3",
        "'string' is no type",
        then="Did you mean str?",
        rule="answers.questions",
        files={"questions.yml": QUOTA.replace("type: str", "type: string")},
    ),
    "q-lacks": Fault(
        "",
        "questions.yml:1:1",
        "the question quota lacks help, section, why",
        rule="answers.questions",
        files={"questions.yml": "quota: {type: str}\n"},
    ),
    "q-section": Fault(
        "",
        "questions.yml:2:3",
        "'planning' is no section",
        then="Did you mean plan?",
        rule="answers.questions",
        files={"questions.yml": QUOTA.replace("section: plan", "section: planning")},
    ),
    "q-default": Fault(
        "",
        "questions.yml:8:3",
        "its default 'medium' is not one of its choices (small, large)",
        rule="answers.questions",
        files={"questions.yml": QUOTA + "  choices: [small, large]\n  default: medium\n"},
    ),
    "q-when": Fault(
        "",
        "questions.yml:7:3",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="answers.questions",
        files={"questions.yml": QUOTA + "  when: {is: {lisense: MIT}}\n"},
    ),
    "q-when-later": Fault(
        "",
        "questions.yml:7:3",
        "language is asked after quota, which waits for it",
        rule="answers.questions",
        files={"questions.yml": QUOTA + "  when: language\n"},
    ),
    "q-cond-word": Fault(
        "",
        "questions.yml:7:3",
        "questions.quota.when: 'iz' is not a word of conditions",
        rule="answers.questions",
        files={"questions.yml": QUOTA + "  when: {iz: {license: MIT}}\n"},
    ),
    "a-unknown": Fault(
        "answers:\n  licence: {lock: MIT}\n",
        "house.yml:5:3",
        "'licence' is no question",
        then="Did you mean license?",
        rule="answers.answers",
    ),
    "a-computed": Fault(
        "answers:\n  holder: {lock: ACME}\n",
        "house.yml:5:3",
        "holder is worked out from other answers and is no question",
        rule="answers.answers",
    ),
    "a-no-choice": Fault(
        "answers:\n  project_name: {restrict: [Tide]}\n",
        "house.yml:5:18",
        "project_name is no choice, so there is nothing to restrict",
        rule="answers.answers",
    ),
    "a-pattern-choice": Fault(
        "answers:\n  inbound: {pattern: '^dco$'}\n",
        "house.yml:5:13",
        "inbound is a choice, which no pattern fits",
        rule="answers.answers",
    ),
    "a-message": Fault(
        "answers:\n  project_name: {message: not ours}\n",
        "house.yml:5:18",
        "a message without a pattern is never shown",
        rule="answers.answers",
    ),
    "a-choice": Fault(
        "answers:\n  code_of_conduct: {restrict: [contributor-covenant-4.0]}\n",
        "house.yml:5:21",
        "'contributor-covenant-4.0' is no choice of code_of_conduct",
        then="Did you mean contributor-covenant-3.0?",
        rule="answers.answers",
    ),
    "a-choice-lock": Fault(
        "answers:\n  inbound: {lock: DCO}\n",
        "house.yml:5:13",
        "'DCO' is no choice of inbound",
        then="Did you mean dco?",
        rule="answers.answers",
    ),
    "a-choice-force": Fault(
        "answers:\n  inbound:\n    force: [{when: profile, value: dca}]\n",
        "house.yml:6:5",
        "'dca' is no choice of inbound",
        then="Did you mean dco?",
        rule="answers.answers",
    ),
    "a-lock-default": Fault(
        "answers:\n  inbound:\n    lock: dco\n    default: cla\n",
        "house.yml:7:5",
        "inbound is locked to 'dco', and has default too",
        rule="answers.answers",
    ),
    "a-default-out": Fault(
        "answers:\n  inbound: {restrict: [dco], default: cla}\n",
        "house.yml:5:30",
        "default is 'cla', and restrict allows dco",
        rule="answers.answers",
    ),
    "a-recommend-out": Fault(
        "answers:\n  inbound: {restrict: [dco], recommend: [cla]}\n",
        "house.yml:5:30",
        "recommend is 'cla', and restrict allows dco",
        rule="answers.answers",
    ),
    "a-key": Fault(
        "answers:\n  support_channel: {default: 'https://example.org/{project}'}\n",
        "house.yml:5:21",
        "'project' is no question",
        then="Did you mean project_slug?",
        rule="answers.answers",
    ),
    "a-force-later": Fault(
        "answers:\n  kind:\n    force: [{when: language, value: software}]\n",
        "house.yml:6:5",
        "language is asked after kind, which waits for it",
        rule="answers.answers",
    ),
    "a-contact": Fault(
        "contacts: {ospo: ospo@example.org}\nanswers:\n  inbound: {lock: dco, contact: ospoo}\n",
        "house.yml:6:24",
        "'ospoo' is no role of `contacts`, nor an address",
        then="Did you mean ospo?",
        rule="answers.answers",
    ),
    "a-pattern-default": Fault(
        "answers:\n  maintainer_email: {pattern: '@example\\.org$', default: a@example.com}\n",
        "house.yml:5:49",
        "default is 'a@example.com', and its pattern is @example\\.org$",
        rule="values.patterns",
    ),
    "a-testing-default": Fault(
        "answers:\n  stage: {testing: [end-of-life], default: end-of-life}\n",
        "house.yml:5:35",
        "default is 'end-of-life', and testing keeps that for tests alone",
        rule="answers.answers",
    ),
    "a-type": Fault(
        "answers:\n  disclosure_days: {lock: ninety}\n",
        "house.yml:5:21",
        "lock is 'ninety', and the answer disclosure_days is a whole number",
        rule="values.types",
    ),
    "l-both": Fault(
        "licenses:\n  allow: [MIT, Apache-2.0]\n  forbid: [MIT]\n",
        "house.yml:5:3",
        "MIT is both allowed and forbidden",
        rule="answers.licenses",
    ),
    "l-default": Fault(
        "licenses:\n  allow: [MIT]\n  default: Apache-2.0\n",
        "house.yml:6:3",
        "default is Apache-2.0, and allowed are MIT",
        rule="answers.licenses",
    ),
    "l-kind-default": Fault(
        "licenses:\n  allow: [MIT]\n  kinds:\n    documentation: {allow: [CC-BY-4.0], default: MIT}\n",
        "house.yml:7:41",
        "default is MIT, and allowed are CC-BY-4.0",
        rule="answers.licenses",
    ),
    "l-kind": Fault(
        "licenses:\n  kinds:\n    documents: {allow: [CC-BY-4.0]}\n",
        "house.yml:6:5",
        "'documents' is no kind",
        then="Did you mean documentation?",
        rule="answers.licenses",
    ),
    "l-unknown": Fault(
        "licenses: {allow: [MIT, Apache2.0]}\n",
        "house.yml:4:12",
        "'Apache2.0' is no licence of the SPDX list, nor one under own",
        then="Did you mean Apache-2.0?",
        rule="answers.licenses",
    ),
    "l-answer": Fault(
        "licenses: {allow: [MIT]}\nanswers:\n  license: {default: Apache-2.0}\n",
        "house.yml:6:13",
        "answers.license has default Apache-2.0, and licenses allow MIT",
        rule="answers.licenses",
    ),
    "l-own-name": Fault(
        "licenses:\n  own:\n    ACME-1.0: {text: licenses/a.txt, name: ACME}\n",
        "house.yml:6:5",
        "'ACME-1.0' is no name of an own text",
        rule="answers.licenses",
        files={"licenses/a.txt": "ACME\n"},
    ),
    "l-own-text": Fault(
        "licenses:\n  own:\n    LicenseRef-ACME: {text: licenses/b.txt, name: ACME}\n",
        "house.yml:6:23",
        "'licenses/b.txt' is no file of this house",
        then="Did you mean licenses/a.txt?",
        rule="answers.licenses",
        files={"licenses/a.txt": "ACME\n"},
    ),
    "l-material": Fault(
        "licenses:\n  materials:\n    docs: {license: CCBY-4.0, files: [docs/**]}\n",
        "house.yml:6:12",
        "'CCBY-4.0' is no licence of the SPDX list, nor one under own",
        then="Did you mean CC-BY-4.0?",
        rule="answers.licenses",
    ),
    "l-contact": Fault(
        "licenses: {allow: [MIT], contact: legall}\n",
        "house.yml:4:26",
        "'legall' is no role of `contacts`, nor an address",
        rule="answers.licenses",
    ),
    "l-deprecated-id": Fault(
        "licenses: {allow: [GPL-3.0]}\n", "house.yml:4:12", "there is no text of GPL-3.0 here", rule="answers.licenses"
    ),
    "l-own-materials": Fault(
        "licenses:\n  own:\n    LicenseRef-ACME: {text: licenses/a.txt, name: ACME, materials: [softwares]}\n",
        "house.yml:6:57",
        "'softwares' is no material",
        then="Did you mean software?",
        rule="answers.licenses",
        files={"licenses/a.txt": "ACME\n"},
    ),
    "c-key": Fault(
        "copyright: {holder: 'ACME and {project_nam} contributors'}\n",
        "house.yml:4:13",
        "'project_nam' is no question",
        then="Did you mean project_name?",
        rule="answers.holder",
    ),
    "c-header-key": Fault(
        "copyright:\n  header: {text: ['Copyright {notice}'], files: ['src/**']}\n",
        "house.yml:5:3",
        "'notice' is no question",
        then="Did you mean title?",
        rule="answers.holder",
    ),
    "c-entities": Fault(
        "copyright: {holder: ACME SE, entities: [ACME SE, ACME Labs]}\n",
        "house.yml:4:13",
        "holder is 'ACME SE', and there are entities to choose from",
        rule="answers.holder",
    ),
    "c-no-entities": Fault(
        "copyright: {holder: '{entity}'}\n",
        "house.yml:4:13",
        "{entity} stands for one of `entities`, and there are none",
        rule="answers.holder",
    ),
    "c-twice": Fault(
        "copyright: {holder: ACME SE}\nanswers:\n  copyright_holder: {lock: ACME Labs}\n",
        "house.yml:6:3",
        "copyright.holder and answers.copyright_holder both say who holds the rights",
        rule="answers.holder",
    ),
    "c-contact": Fault(
        "copyright: {holder: ACME SE, contact: legall}\n",
        "house.yml:4:30",
        "'legall' is no role of `contacts`, nor an address",
        rule="answers.holder",
    ),
    "a-default-bool": Fault(
        "answers:\n  safe_harbour: {default: 'yes'}\n",
        "house.yml:5:18",
        "default is 'yes', and the answer safe_harbour is true or false",
        rule="values.types",
    ),
    "a-number": Fault(
        "answers:\n  sponsor: {lock: 7}\n",
        "house.yml:5:13",
        "lock is 7, and the answer sponsor is a text",
        rule="values.types",
    ),
    "l-forbidden-default": Fault(
        "licenses:\n  forbid: [MIT]\n  default: MIT\n",
        "house.yml:6:3",
        "default is MIT, and forbidden are MIT, MIT",
        rule="answers.licenses",
    ),
    "l-lock": Fault(
        "licenses: {allow: [MIT]}\nanswers:\n  license: {lock: Apache-2.0}\n",
        "house.yml:6:13",
        "answers.license has lock Apache-2.0, and licenses allow MIT",
        rule="answers.licenses",
    ),
}
FILES: Mapping[str, Fault] = {
    "path-key": Fault(
        "files:\n  docs//NOTICE: {forbid: true}\n", "house.yml:5:3", "'docs//NOTICE' is no path", rule="files.rules"
    ),
    "path-git": Fault(
        "files:\n  .git/hooks/x: {forbid: true}\n", "house.yml:5:3", "'.git/hooks/x' is no path", rule="files.rules"
    ),
    "f-path": Fault(
        "",
        "overlay/a{b}.md",
        "it holds a character that some file systems refuse, or that Copier reads",
        rule="files.overlay",
        files={"overlay/a{b}.md": "x\n"},
    ),
    "f-reserved": Fault(
        "",
        "overlay/.ospo/lock.yml",
        ".ospo/lock.yml is written by ospo-init itself",
        rule="files.overlay",
        files={"overlay/.ospo/lock.yml": "x\n"},
    ),
    "f-case": Fault(
        "",
        "overlay/Notes.md",
        "overlay/NOTES.md makes the same file",
        rule="files.overlay",
        files={"overlay/Notes.md": "x\n", "overlay/NOTES.md": "y\n"},
    ),
    "f-jinja-twice": Fault(
        "",
        "overlay/NOTES.md.jinja",
        "overlay/NOTES.md makes the same file",
        rule="files.overlay",
        files={"overlay/NOTES.md": "x\n", "overlay/NOTES.md.jinja": "y\n"},
    ),
    "f-same-name": Fault(
        "",
        "overlay/.github/ISSUE_TEMPLATE/b.yml",
        "it is named 'bug', as .github/ISSUE_TEMPLATE/a.yml is",
        rule="files.overlay",
        files={
            "overlay/.github/ISSUE_TEMPLATE/a.yml": "name: Bug\ndescription: x\n",
            "overlay/.github/ISSUE_TEMPLATE/b.yml": "name: 'bug'\ndescription: x\n",
        },
    ),
    "f-same-name-below": Fault(
        "",
        "overlay/.github/ISSUE_TEMPLATE/a.yml",
        "it is named 'something is WRONG', as .github/ISSUE_TEMPLATE/bug_report.yml of the template below is",
        rule="files.overlay",
        files={"overlay/.github/ISSUE_TEMPLATE/a.yml": "name: something is WRONG\ndescription: x\n"},
    ),
    "f-forbid-mandated": Fault(
        "files:\n  NOTICE: {forbid: true, ownership: mandated}\n",
        "house.yml:5:12",
        "NOTICE has forbid, and is wanted too (ownership: mandated)",
        rule="files.rules",
    ),
    "f-forbid-shipped": Fault(
        "files:\n  NOTES.md: {forbid: true}\n",
        "house.yml:5:14",
        "NOTES.md has forbid, and is wanted too (overlay/NOTES.md ships it)",
        rule="files.rules",
        files={"overlay/NOTES.md": "x\n"},
    ),
    "f-forbid-required": Fault(
        "files:\n  NOTES.md: {forbid: true, required: true}\n",
        "house.yml:5:14",
        "NOTES.md has forbid, and is wanted too (required)",
        rule="files.rules",
    ),
    "f-exclude-block": Fault(
        "files:\n  NOTICE: {exclude: true, block: {text: blocks/a.txt}}\n",
        "house.yml:5:12",
        "NOTICE has exclude, and is wanted too (block)",
        rule="files.rules",
        files={"blocks/a.txt": "a\n"},
    ),
    "f-frozen-seeded": Fault(
        "files:\n  NOTICE: {frozen: true, ownership: seeded}\n",
        "house.yml:5:26",
        "NOTICE is frozen, and its ownership is seeded",
        rule="files.rules",
    ),
    "f-at-shipped": Fault(
        "files:\n  NOTICE: {at: docs/NOTICE}\n",
        "house.yml:5:12",
        "NOTICE is moved to docs/NOTICE, and overlay/NOTICE ships it",
        rule="files.rules",
        files={"overlay/NOTICE": "x\n"},
    ),
    "f-nobody-makes": Fault(
        "files:\n  NOTICES: {ownership: seeded}\n",
        "house.yml:5:3",
        "'NOTICES' is no file that this house or the one below makes (ownership)",
        then="Did you mean NOTICE?",
        rule="files.rules",
    ),
    "f-sections": Fault(
        "files:\n  READ.md: {sections: [Use]}\n",
        "house.yml:5:3",
        "warning: 'READ.md' is no file that this house or the one below makes (sections)",
        then="Did you mean README.md?",
        rule="files.rules",
    ),
    "f-at-made": Fault(
        "files:\n  NOTICE: {at: README.md}\n", "house.yml:5:12", "README.md is made already", rule="files.rules"
    ),
    "f-block-file": Fault(
        "files:\n  NOTICE: {block: {text: blocks/b.txt}}\n",
        "house.yml:5:12",
        "'blocks/b.txt' is no file of this house",
        then="Did you mean blocks/a.txt?",
        rule="files.rules",
        files={"blocks/a.txt": "a\n"},
    ),
    "f-contact": Fault(
        "contacts: {legal: legal@example.org}\nfiles:\n  NOTICE: {frozen: true, contact: leagl}\n",
        "house.yml:6:26",
        "'leagl' is no role of `contacts`, nor an address",
        then="Did you mean legal?",
        rule="files.rules",
    ),
    "f-items": Fault(
        "files:\n  NOTICE: {ownership: managed, items: [LEGAL-66]}\n",
        "house.yml:5:32",
        "'LEGAL-66' is no item of the checklist",
        then="Did you mean LEGAL-06?",
        rule="files.rules",
    ),
    "f-when-unknown": Fault(
        "files:\n  NOTICE: {when: {is: {lisense: MIT}}}\n",
        "house.yml:5:12",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="files.rules",
    ),
    "f-required-unknown": Fault(
        "files:\n  NOTES.md: {required: {is: {lisense: MIT}}}\n",
        "house.yml:5:14",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="files.rules",
    ),
    "f-two-at": Fault(
        "files:\n  NOTICE: {at: docs/X}\n  SUPPORT.md: {at: docs/X}\n",
        "house.yml:6:16",
        "SUPPORT.md and NOTICE both go to docs/X",
        rule="files.rules",
    ),
    "f-block-yaml": Fault(
        "files:\n  package.json: {block: {text: blocks/a.txt}}\n",
        "house.yml:5:18",
        "package.json is in a format in which the marks of a block cannot stand",
        rule="files.rules",
        files={"blocks/a.txt": "a\n"},
    ),
    "f-forbid-block": Fault(
        "files:\n  NOTICE: {forbid: true, block: {text: blocks/a.txt}}\n",
        "house.yml:5:12",
        "NOTICE has forbid, and is wanted too (block)",
        rule="files.rules",
        files={"blocks/a.txt": "a\n"},
    ),
}
TEXTS: Mapping[str, Fault] = {
    "replaced-conduct": Fault(
        "",
        "overlay/CODE_OF_CONDUCT.md",
        "warning: overlay/CODE_OF_CONDUCT.md is the house's own text, and projects still record one of those that "
        "code_of_conduct offers",
        then="Give it a value",
        rule="texts.replaced",
        files={"overlay/CODE_OF_CONDUCT.md": "# Ours\n"},
    ),
    "block-not-utf-8": Fault(
        "files:\n  SECURITY.md: {block: {text: blocks/s.md}}\n",
        "blocks/s.md",
        "it is not UTF-8 text, so nothing in it can be filled in",
        rule="texts.placeholders",
        files={"blocks/s.md": b"caf\xe9\n"},
    ),
    "condition-value": Fault(
        "files:\n  NOTES.md: {when: {is: {kind: softwre}}}\n",
        "house.yml:5:14",
        "'softwre' is no choice of kind",
        then="Did you mean software?",
        rule="files.rules",
        files={"overlay/NOTES.md": "# Notes\n"},
    ),
    "p-unknown": Fault(
        "placeholders: {'<your-project>': project}\n",
        "house.yml:4:16",
        "'project' is no question",
        then="Did you mean project_slug?",
        rule="texts.placeholders",
        files={"overlay/NOTES.md": "# <your-project>\n"},
    ),
    "p-unused": Fault(
        "placeholders: {'<your-project>': project_name}\n",
        "house.yml:4:16",
        "warning: '<your-project>' stands in no text",
        rule="texts.placeholders",
    ),
    "p-code": Fault(
        "placeholders: {'<your-project>': project_name}\n",
        "overlay/run.sh:2",
        "'<your-project>' stands in a file that may be run, where an answer is never put",
        rule="texts.placeholders",
        files={"overlay/run.sh": "#!/bin/sh\necho <your-project>\n"},
    ),
    "p-unquoted": Fault(
        "placeholders: {'<your-project>': project_name}\n",
        "overlay/a.yml:2",
        "'<your-project>' does not stand in double quotes",
        rule="texts.placeholders",
        files={"overlay/a.yml": "# x\nname: <your-project>\n"},
    ),
    "t-forgotten": Fault(
        "",
        "overlay/NOTES.md:3",
        "warning: '<your email>' reads like a placeholder that nobody fills in",
        rule="texts.forgotten",
        files={"overlay/NOTES.md": "# Notes\n\nWrite to <your email>.\n"},
    ),
    "t-jinja": Fault(
        "",
        "overlay/NOTES.md.jinja:2",
        "this is not Jinja: Expected an expression, got 'end of statement block'",
        rule="texts.templates",
        files={"overlay/NOTES.md.jinja": "# x\n{% if %}\n"},
    ),
    "t-answer": Fault(
        "",
        "overlay/NOTES.md.jinja:2",
        "'projectname' is no answer",
        then="Did you mean project_name?",
        rule="texts.templates",
        files={"overlay/NOTES.md.jinja": "# x\n{{ projectname }}\n"},
    ),
    "t-include": Fault(
        "",
        "overlay/NOTES.md.jinja:2",
        "'macro.jinja' is no file of the template",
        then="Did you mean macros.jinja?",
        rule="texts.templates",
        files={"overlay/NOTES.md.jinja": "# x\n{% include 'macro.jinja' %}\n"},
    ),
    "t-latin": Fault(
        "",
        "overlay/NOTES.md.jinja",
        "it is not UTF-8 text",
        rule="texts.templates",
        files={"overlay/NOTES.md.jinja": b"caf\xe9\n"},
    ),
    "t-license": Fault(
        "licenses: {allow: [Apache-2.0]}\n",
        "overlay/LICENSE",
        "it is the text of MIT, and house.yml names Apache-2.0",
        rule="texts.license_texts",
        files={"overlay/LICENSE": MIT},
    ),
    "t-license-changed": Fault(
        "licenses: {allow: [MIT]}\n",
        "overlay/LICENSE",
        "warning: it is near to MIT and not its text",
        rule="texts.license_texts",
        files={"overlay/LICENSE": MIT + ADDED},
    ),
    "t-says-mit": Fault(
        "licenses: {allow: [Apache-2.0]}\n",
        "overlay/CONTRIBUTING.md:3",
        "warning: it says MIT, and house.yml allows Apache-2.0",
        rule="said.said",
        files={"overlay/CONTRIBUTING.md": "# Contributing\n\nContributions are under the MIT License.\n"},
    ),
    "t-spdx": Fault(
        "licenses: {allow: [Apache-2.0]}\n",
        "overlay/tool.py:1",
        "warning: it says MIT, and house.yml allows Apache-2.0",
        rule="said.said",
        files={"overlay/tool.py": TAG + ": MIT\nx = 1\n"},
    ),
    "t-own-mit": Fault(
        "licenses:\n  own:\n    LicenseRef-ACME: {text: licenses/a.txt, name: ACME}\n",
        "licenses/a.txt",
        "warning: it is the text of MIT, and house.yml names it LicenseRef-ACME",
        rule="said.own_texts",
        files={"licenses/a.txt": MIT},
    ),
    "t-manifest": Fault(
        "licenses: {allow: [Apache-2.0]}\n",
        "overlay/package.json:3",
        "warning: it says MIT, and house.yml allows Apache-2.0",
        rule="said.said",
        files={"overlay/package.json": '{\n  "name": "x",\n  "license": "MIT"\n}\n'},
    ),
    "t-forbidden": Fault(
        "licenses: {forbid: [AGPL-3.0-only]}\n",
        "overlay/tool.py:1",
        "warning: it says AGPL-3.0-only, and house.yml forbids AGPL-3.0-only",
        rule="said.said",
        files={"overlay/tool.py": TAG + ": AGPL-3.0-only\nx = 1\n"},
    ),
}
ITEMS: Mapping[str, Fault] = {
    "i-id": Fault(
        "checklist:\n  add:\n    - {id: acme1, title: It is so, owner: legal, check: {ask: person}}\n",
        "house.yml:6:8",
        "'acme1' is not a word and two digits",
        rule="items.added",
    ),
    "i-taken": Fault(
        "checklist:\n  add:\n    - {id: LEGAL-01, title: It is so, owner: legal, check: {ask: person}}\n",
        "house.yml:6:8",
        "there is an item LEGAL-01 already",
        rule="items.added",
    ),
    "i-long": Fault(
        "checklist:\n"
        "  add:\n"
        "    - id: ACME-01\n"
        "      title: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "      owner: legal\n"
        "      check: {ask: person}\n",
        "house.yml:7:7",
        "it is longer than 70 characters",
        rule="items.added",
    ),
    "i-role": Fault(
        "checklist:\n"
        "  add:\n"
        "    - id: ACME-01\n"
        "      title: It is so\n"
        "      owner: lawyers\n"
        "      check: {ask: person}\n",
        "house.yml:6:7",
        "'lawyers' is no role, nor one of approvals.roles",
        rule="items.added",
    ),
    "i-check": Fault(
        "checklist:\n"
        "  add:\n"
        "    - id: ACME-01\n"
        "      title: It is so\n"
        "      owner: legal\n"
        "      check: {fil: NOTICE}\n",
        "house.yml:9:7",
        "the item ACME-01: a check is one of file, says, never, scan, rule, decided, ask, released, when, any, all",
        rule="items.added",
    ),
    "i-applies": Fault(
        "checklist:\n"
        "  add:\n"
        "    - id: ACME-01\n"
        "      title: It is so\n"
        "      owner: legal\n"
        "      check: {ask: person}\n"
        "      applies: {is: {lisense: MIT}}\n",
        "house.yml:10:7",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="items.added",
    ),
    "i-change": Fault(
        "checklist:\n  change:\n    GOV-20: {severity: blocking}\n",
        "house.yml:6:5",
        "'GOV-20' is no item of the checklist",
        then="Did you mean GOV-08?",
        rule="items.changed",
    ),
    "i-drop": Fault(
        "checklist:\n  drop:\n    MKT-3: we have none\n",
        "house.yml:6:5",
        "'MKT-3' is no item of the checklist",
        then="Did you mean MKT-03?",
        rule="items.changed",
    ),
    "i-drop-never": Fault(
        "checklist:\n  drop:\n    LEGAL-06: we have none\n",
        "house.yml:6:5",
        "LEGAL-06 is never waived, and this house drops it",
        rule="items.changed",
    ),
    "i-soften-never": Fault(
        "checklist:\n  change:\n    TECH-01: {severity: advisory}\n",
        "house.yml:6:15",
        "TECH-01 is never waived, and this house makes it advisory",
        rule="items.changed",
    ),
    "i-drop-change": Fault(
        "checklist:\n  change:\n    MKT-03: {severity: blocking}\n  drop:\n    MKT-03: we have none\n",
        "house.yml:8:5",
        "MKT-03 is dropped, and changed too",
        rule="items.changed",
    ),
    "i-change-role": Fault(
        "checklist:\n  change:\n    GOV-02: {roles: [layer]}\n",
        "house.yml:6:5",
        "'layer' is no role, nor one of approvals.roles",
        rule="items.changed",
    ),
    "i-route-item": Fault(
        "approvals:\n  routes:\n    - {items: [LEGAL-00], roles: [legal]}\n",
        "house.yml:6:8",
        "'LEGAL-00' is no item of the checklist",
        then="Did you mean LEGAL-10?",
        rule="items.approvals",
    ),
    "i-route-role": Fault(
        "approvals:\n  routes:\n    - {items: [LEGAL-01], roles: [export-officer]}\n",
        "house.yml:6:27",
        "'export-officer' is no role, nor one of approvals.roles",
        then="Did you mean privacy-officer?",
        rule="items.approvals",
    ),
    "i-route-when": Fault(
        "approvals:\n  routes:\n    - {items: [LEGAL-01], roles: [legal], when: {is: {lisense: MIT}}}\n",
        "house.yml:6:43",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="items.approvals",
    ),
    "i-expiry": Fault(
        "approvals:\n  expires:\n    - {items: [LEGAL-02]}\n",
        "house.yml:6:7",
        "it names neither days nor answers",
        rule="items.approvals",
    ),
    "i-expiry-key": Fault(
        "approvals:\n  expires:\n    - {items: [LEGAL-02], when_changed: [licence]}\n",
        "house.yml:6:27",
        "'licence' is no question",
        then="Did you mean license?",
        rule="items.approvals",
    ),
    "i-patterns": Fault(
        "patterns: {names: [corp]}\n",
        "house.yml:4:1",
        "warning: internal names are published with the template (never with a project)",
        rule="items.warn_of_patterns",
    ),
    "i-twice": Fault(
        "checklist:\n"
        "  add:\n"
        "    - {id: ACME-01, title: It is so, owner: legal, check: {ask: person}}\n"
        "    - {id: ACME-01, title: It is so too, owner: legal, check: {ask: person}}\n",
        "house.yml:7:8",
        "there is an item ACME-01 already",
        rule="items.added",
    ),
    "i-self": Fault(
        "approvals:\n  self_certify:\n    - {items: [LEGAL-01], when: {is: {lisense: MIT}}}\n",
        "house.yml:6:27",
        "'lisense' is no question",
        then="Did you mean license?",
        rule="items.approvals",
    ),
}
