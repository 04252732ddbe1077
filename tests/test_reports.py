"""Every format of a report: it says what it must, is valid, and makes no more than text of a repository's texts."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import jsonschema
import markdown_it
import pytest

from conftest import ROOT
from ospo_init.core.checking.model import Proof
from ospo_init.core.checking.report import Report, as_data
from ospo_init.core.columns import width
from ospo_init.core.reporting import FORMATS, html, junit, markdown, sarif, text, words
from report_samples import HOSTILE, SAMPLES, failing, healthy

SCHEMA = json.loads((ROOT / "src" / "ospo_init" / "data" / "check.schema.json").read_text())
every_sample = pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)


def shown(report: Report, columns: int = 80, verbose: bool = False) -> str:
    return "\n".join(line for _, line in text.lines(report, columns, verbose))


@every_sample
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_text_that_can_be_written_and_says_the_same_twice(form: str, report: Report) -> None:
    told = FORMATS[form](report)
    told.encode("utf-8")
    assert told.endswith("\n") and told == FORMATS[form](report)
    assert not [one for one in told if not one.isprintable() and one not in "\n\u200b"], "only characters that are seen"


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json", "text"}))
def test_what_is_open_is_in_every_format_with_its_owner(form: str) -> None:
    told = FORMATS[form](failing()).replace("\\-", "-")
    for row in failing().results:
        if row.is_open:
            assert row.id in told and row.owner in told


# ---- the words


@pytest.mark.parametrize(
    "name, said",
    [
        ("healthy", "Not ready to be published: 19 items wait for somebody."),
        ("failing", "Not ready to be published: 2 items fail, 1 could not be looked at, 19 wait for somebody."),
        ("empty", "Nothing was checked: no item applies."),
        ("standard", "osps-baseline: 1 fails, 1 waits for somebody, 1 does not apply, 1 passes."),
    ],
)
def test_the_answer_is_a_sentence(name: str, said: str) -> None:
    blocking = sum(row.blocks and row.verdict == "person" for row in SAMPLES[name].results)
    assert words.answer(SAMPLES[name]) == said.replace("19", str(blocking))


def test_an_open_gate_says_what_is_waived_and_what_is_not_in_its_way() -> None:
    rows = tuple(replace(row, blocks=row.blocks and not row.is_open) for row in failing().results)
    said = words.answer(replace(failing(), results=rows))
    assert said.startswith(
        "Ready to be published, with 1 item waived: nothing that blocks is open. Not in its way: 3 items"
    )
    assert words.tone(replace(failing(), results=rows)) == "good"
    assert [words.tone(SAMPLES[name]) for name in ("healthy", "failing", "empty")] == ["mark", "bad", "mark"]


@pytest.mark.parametrize("gate", ["publish", "active", "maintenance", "end-of-life", "a-house's"])
def test_every_gate_has_an_answer(gate: str) -> None:
    assert words.answer(replace(failing(), gate=gate)).startswith("Not ready ")


# ---- text


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_a_healthy_repository_fits_a_screen(columns: int) -> None:
    lines = text.lines(healthy(), columns, verbose=False)
    assert len(lines) <= 23
    assert sum(row.verdict == "person" for row in healthy().results) >= 25
    assert "--verbose" in lines[-1][1]


def test_few_open_items_are_told_by_their_titles() -> None:
    rows = [row for row in healthy().results if row.verdict != "person"]
    rows += [row for row in healthy().results if row.verdict == "person"][:4]
    told = shown(replace(healthy(), results=tuple(rows)))
    for row in rows[-4:]:
        assert row.title in " ".join(told.split())


def test_ever_more_open_items_are_counted_rather_than_overflow() -> None:
    many = [
        replace(row, id=f"{row.id}-{copy}", owner=f"{row.owner}{copy}")
        for row in healthy().results
        for copy in range(4)
    ]
    lines = text.lines(replace(healthy(), results=tuple(row for row in many if row.verdict != "waived")), 80, False)
    assert len(lines) <= 23


@every_sample
@pytest.mark.parametrize("columns", [20, 40, 80, 132])
@pytest.mark.parametrize("verbose", [False, True])
def test_lines_fit_their_columns(report: Report, columns: int, verbose: bool) -> None:
    assert not [line for _, line in text.lines(report, columns, verbose) if width(line) > columns or "\n" in line]
    assert {style for style, _ in text.lines(report, columns, verbose)} <= {"title", "good", "bad", "mark", "dim", ""}


def test_a_failure_is_told_with_its_evidence_its_waiver_and_the_next_step() -> None:
    told = shown(failing(), 200)
    assert "FAIL PLAN-02" in told and "UNKNOWN LEGAL-01" in told
    assert "src/my config/ä.py:12 a private key (secrets/private-key)" in told
    assert "deploy.sh:3 a token (commit 0123456789ab, secrets/token)" in told
    assert "Next: Take it out." in told and "licomp-toolkit is not installed" in told
    assert "A waiver does not count here (until 2027-01-31, approved by Grace Example" in told
    assert "until 2027-01-31, approved by Grace Example: The old name stays until the next release" in told
    assert told.index("FAIL PLAN-02") < told.index("UNKNOWN") < told.index("FAIL PLAN-09"), "blocking first"
    assert told.index("Stage concept") < told.index("Stage active") < told.index("settings at the forge (")


def test_verbose_shows_every_item_and_what_is_only_declared() -> None:
    told = shown(healthy(), 200, verbose=True)
    for row in healthy().results:
        assert row.id in told and row.title in told
    assert "passes (declared)" in told and ".ospo/record.yml:14" in told
    assert "Scan for secrets: by detect-secrets 1.5.0" in told
    for metric in healthy().health:
        assert metric.name in told and metric.window in told and metric.limits in told


def test_the_reason_of_a_private_waiver_is_in_no_report_for_people() -> None:
    secret = "a reason nobody else may read"
    rows = tuple(
        replace(row, waiver=replace(row.waiver, private=True, reason=secret)) if row.waiver else row
        for row in failing().results
    )
    told = replace(failing(), results=rows)
    assert [form for form in FORMATS if form != "json" and secret in FORMATS[form](told)] == []
    assert "Grace Example" in text.render(told)


# ---- JSON


@every_sample
def test_the_data_fits_the_schema(report: Report) -> None:
    data = json.loads(FORMATS["json"](report if report.name != HOSTILE else replace(report, today="")))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    jsonschema.Draft202012Validator(_closed(SCHEMA)).validate(data)


def _closed(schema: Any) -> Any:
    """The same schema that lets no field pass that it does not name: a field that is added has to be written down."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items()}
    return {"additionalProperties": False, **closed} if "properties" in schema and "type" in schema else closed


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(schema_version=2),
        lambda data: data.pop("open_gate"),
        lambda data: data["items"][0].update(verdict="met"),
        lambda data: data["items"][0]["evidence"].append({"what": "x"}),
        lambda data: data["items"][0].update(needs="answer"),
        lambda data: data["health"].append({}),
    ],
)
def test_the_schema_refuses_other_data(change: Callable[[Any], Any]) -> None:
    data = as_data(failing())
    change(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(data)


def test_the_document_names_every_field_and_its_example_fits() -> None:
    told = (ROOT / "docs" / "check-json.md").read_text()
    fields = {name for part in (SCHEMA, *SCHEMA["$defs"].values()) for name in part.get("properties", {})}
    assert [name for name in sorted(fields) if f"`{name}`" not in told] == []
    [example] = re.findall(r"```json\n(.*?)```", told, re.DOTALL)
    jsonschema.Draft202012Validator(_closed(SCHEMA)).validate(json.loads(example))


# ---- SARIF


@every_sample
def test_sarif_keeps_the_rules_of_the_standard(report: Report) -> None:
    log = json.loads(sarif.render(report))
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) and run["tool"]["driver"]["name"]
    open_or_waived = {row.id for row in report.results if row.is_open or row.verdict == "waived"}
    assert len({result["ruleIndex"] for result in run["results"]}) == len(open_or_waived) == len(rules)
    prints = [result["partialFingerprints"]["ospoInitCheck/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] in ("fail", "open", "review")
        assert (result["level"] == "none") == (result["kind"] != "fail"), "section 3.27.10"
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"] and _message_is_plain(result["message"]["text"])
        [location] = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", artifact["uri"]) and artifact["uri"][0] != "/"
        assert location["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1
    for rule in rules:
        assert all(_message_is_plain(rule[part]["text"]) for part in ("shortDescription", "fullDescription", "help"))


def _message_is_plain(message: str) -> bool:
    """No embedded link and no placeholder (sections 3.11.5 and 3.11.6)."""
    bare = re.sub(r"\\[\\\[\]]|\{\{|\}\}", "", message)
    return not set(bare) & set("[]{}\\")


def test_sarif_says_what_people_need() -> None:
    run = json.loads(sarif.render(failing()))["runs"][0]
    by_id: dict[str, list[Any]] = {}
    for result in run["results"]:
        by_id.setdefault(result["ruleId"], []).append(result)
    key, old = by_id["PLAN-02"]
    assert key["level"] == "error" and key["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/my%20config/%C3%A4.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12},
    }
    assert "region" not in old["locations"][0]["physicalLocation"], "the line is one of another commit"
    assert old["properties"]["commit"].startswith("0123456789ab")
    assert by_id["PLAN-09"][0]["level"] == "warning"
    assert by_id["LEGAL-01"][0]["kind"] == "open" and by_id["LEGAL-05"][0]["kind"] == "review"
    waived = [result for result in run["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in waived] == ["PLAN-03"]
    assert "2027-01-31" in waived[0]["suppressions"][0]["justification"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert "legal" in rules["LEGAL-05"]["help"]["text"] and run["tool"]["driver"]["version"] == "0.1.0"


def test_a_fingerprint_does_not_move_with_the_line() -> None:
    rows = failing().results
    moved = tuple(
        replace(row, proofs=tuple(replace(proof, line=proof.line + 5) for proof in row.proofs)) for row in rows
    )
    before, after = (json.loads(sarif.render(replace(failing(), results=some)))["runs"][0] for some in (rows, moved))
    prints = [[one["partialFingerprints"] for one in run["results"]] for run in (before, after)]
    assert prints[0] == prints[1]


@pytest.mark.parametrize(
    "path, uri",
    [
        ("a b/c#d?e.py", "a%20b/c%23d%3Fe.py"),
        ("c:/x", "c%3A/x"),
        ("100%.md", "100%25.md"),
        ("caf\udce9", "caf%E9"),
        ("./a", "a"),
        ("//host/a", "host/a"),
        ("\ud800", "%3F"),
    ],
)
def test_paths_are_relative_references(path: str, uri: str) -> None:
    assert sarif.uri(path) == uri


# ---- JUnit


@every_sample
def test_junit_is_xml_that_counts_right(report: Report) -> None:
    root = ET.fromstring(junit.render(report))
    cases = root.findall("testsuite/testcase")
    assert root.tag == "testsuites" and len(cases) == len(report.results) == int(root.attrib["tests"])
    counts = {"failures": ("fail",), "errors": ("unknown",), "skipped": ("person", "waived", "not-applicable")}
    for attribute, verdicts in counts.items():
        assert int(root.attrib[attribute]) == sum(report.counts[verdict] for verdict in verdicts)
        assert int(root.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in root.findall("testsuite"))
    for element, verdict in (("failure", "fail"), ("error", "unknown")):
        assert len(root.findall(f"testsuite/testcase/{element}")) == report.counts[verdict]
    assert all(child.tag in ("failure", "error", "skipped", "system-out") for case in cases for child in case)


def test_junit_has_a_suite_for_each_phase_with_evidence_and_reasons() -> None:
    root = ET.fromstring(junit.render(failing()))
    assert [suite.attrib["name"] for suite in root.findall("testsuite")] == list(
        dict.fromkeys(row.group for row in failing().results)
    )
    cases = {case.attrib["name"].split()[0]: case for case in root.findall("testsuite/testcase")}
    key = cases["PLAN-02"]
    assert key.attrib["file"] == "src/my config/ä.py" and key.attrib["line"] == "12"
    assert "a private key" in str(key.findtext("system-out"))
    [failure] = key.findall("failure")
    assert failure.attrib == {"message": "Take it out. (project-lead)", "type": "blocking"}
    [waived] = cases["PLAN-03"].findall("skipped")
    assert "Grace Example" in waived.attrib["message"] and "2027-01-31" in waived.attrib["message"]
    [legal] = cases["LEGAL-05"].findall("skipped")
    assert legal.attrib["message"].startswith("legal: a person's decision.")


# ---- Markdown


@every_sample
def test_markdown_makes_nothing_of_texts(report: Report) -> None:
    told = markdown.render(report)
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    tags = set()
    for token in parser.parse(told):
        inline = [one.content for one in token.children or () if one.type == "html_inline"]
        blocks = re.findall(r"<[^>]*>", token.content) if token.type == "html_block" else []
        tags |= set(inline) | set(blocks)
        assert not {one.type for one in token.children or ()} & {"link_open", "image", "code_inline", "em_open"}
        assert token.type not in ("fence", "code_block", "hr")
    assert tags <= {"<details>", "<summary>", "</summary>", "</details>"}
    assert not re.search(r"[@#!][A-Za-z0-9]|://|\bwww\.", re.sub(r"&#?\w+;", "", told)), (
        "mentions, references and links are broken up"
    )
    assert not re.search(r"^\s*/", told, re.MULTILINE), "no forge finds a command at the start of a line"
    rows = [row for row in told.split("\n") if row.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {5, 7}


def test_markdown_lists_what_is_open_by_owner_to_tick_off() -> None:
    told = markdown.render(failing())
    assert (
        "- [ ] **PLAN-02** It is on record why no existing project would do (fails, blocking). src/my config/ä.py:12"
        in told
    )
    assert len(re.findall(r"^- \[ \] ", told, re.MULTILINE)) == sum(row.is_open for row in failing().results)
    assert (
        "| project-lead |" in told and "### legal" in told and told.count("<details>") == told.count("</details>") == 7
    )
    assert "until 2027-01-31, approved by Grace Example" in told


def test_markdown_is_never_longer_than_a_comment() -> None:
    proofs = tuple(Proof("x" * 290, f"{number}.py") for number in range(5))
    rows = tuple(replace(row, verdict="fail", proofs=proofs, title="&" * 200) for row in failing().results)
    told = markdown.render(replace(failing(), results=rows))
    assert len(told) < 65_536 and "The rest was left out" in told


# ---- HTML


class _Page(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, in order, and its texts."""

    VOID = frozenset({"meta", "br", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.inside.pop() == tag, "tags are closed in their order"

    def handle_comment(self, data: str) -> None:
        raise AssertionError("there are no comments")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@every_sample
def test_html_loads_nothing_runs_nothing_and_is_well_formed(report: Report) -> None:
    page = _Page(html.render(report))
    assert page.inside == []
    assert page.tags[:2] == [("html", {"lang": "en"}), ("head", {})]
    assert page.of("meta")[1] == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    }
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "base", "image"}
    for _, attributes in page.tags:
        assert not set(attributes) & {"src", "style", "srcset", "action"}
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in html.render(report) and "@import" not in html.render(report)


@every_sample
def test_html_has_headings_links_and_tables_as_readers_need_them(report: Report) -> None:
    page = _Page(html.render(report))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {str(link["href"])[1:] for link in page.of("a")} <= set(ids)
    assert page.of("a")[0] == {"class": "skip", "href": "#content"}
    assert all(cell.get("scope") in ("col", "row") for cell in page.of("th"))
    assert len(page.of("main")) == len(page.of("h1")) == 1


def test_html_says_all_of_it() -> None:
    page = _Page(html.render(failing()))
    told = " ".join(" ".join(page.texts).split())
    assert words.answer(failing()) in told
    for row in failing().results:
        assert row.id in told and row.title in told and row.reason in told
    for said in ("detect-secrets 1.5.0", "0123456789abcdef0123456789abcdef01234567", "2026-11-28", "ospo-init 0.1.0"):
        assert said in told
    assert "signed off by Ada Example as legal" in told and "The old name stays until the next release" in told
    assert "src/my config/ä.py:12" in told and "Bots are not known." in told
    assert len(page.of("details")) == len(failing().results) + 1
    [picture] = page.of("svg")
    assert picture["role"] == "img" and picture["aria-labelledby"] == "picture-title picture-text"
    assert f"planning: {words.tally(row for row in failing().results if row.group == 'planning')}." in told


def test_html_shows_hostile_texts_as_they_are() -> None:
    told = "".join(_Page(html.render(SAMPLES["hostile"])).texts)
    assert "<script>alert(1)</script> <!-- </details> ]]> \"quoted\" 'single' &amp; |" in told
    assert "\\u202egnp.exe" in told, "what turns a line round is shown, not obeyed"
