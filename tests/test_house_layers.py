"""Houses on houses: base, organisation, unit. A lower one fixes, narrows and demands; an upper one loosens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import git
from foreign import Content
from houses import ACME, found_by, house, linted, own_cache, pointed, template
from ospo_init.edges import yamls
from scenes import answers, made, ospo, refuses, save, untouched

__all__ = ["found_by"]

ORGANISATION: Mapping[str, Any] = {
    **ACME,
    "contacts": {"ospo": "ospo@example.org", "legal": "https://example.org/legal"},
    "answers": {
        "inbound": {"lock": "dco", "rule": "Everybody signs off.", "contact": "legal"},
        "code_of_conduct": {
            "restrict": ["contributor-covenant-2.1", "contributor-covenant-3.0"],
            "rule": "One of the two covenants.",
            "contact": "ospo",
        },
        "maintainer_email": {"pattern": "@example[.]org$", "message": "is not ours"},
        "support_level": {
            "force": [{"when": {"is": {"stage": "maintenance"}}, "value": "best-effort"}],
            "rule": "Old things get best effort.",
        },
        "sponsor": {"default": "The programme office"},
    },
    "licenses": {
        "allow": ["MIT", "Apache-2.0"],
        "forbid": ["AGPL-3.0-only"],
        "kinds": {"documentation": {"allow": ["CC-BY-4.0"]}},
        "rule": "We use two licences.",
        "contact": "legal",
    },
    "copyright": {"holder": "ACME SE", "rule": "All rights are with the company.", "contact": "legal"},
    "files": {
        "NOTICE": {"frozen": True, "rule": "Nobody edits NOTICE.", "contact": "legal"},
        "SUPPORT.md": {"required": True, "rule": "Support is named."},
        "SPONSORS.md": {"forbid": True, "rule": "No sponsors."},
        "CONTRIBUTING.md": {"block": {"text": "blocks/c.md"}},
        "docs/HANDBOOK.md": {"ownership": "mandated", "rule": "One handbook."},
        "GOVERNANCE.md": {"recommended": True},
    },
    "checklist": {
        "add": [{"id": "ACME-01", "title": "The register has it", "owner": "ospo", "check": {"ask": "person"}}],
        "change": {
            "MKT-03": {"severity": "blocking", "rule": "Tell the press."},
            "LEGAL-02": {"roles": ["legal", "export-officer"]},
        },
    },
    "exemptions": {"E1": "It is small"},
    "approvals": {
        "roles": {"export-officer": "The officer"},
        "record": {"pattern": "^[0-9]{4}$", "says": "a diary number"},
    },
}
FILES: Mapping[str, Content] = {"blocks/c.md": "Ask first.\n", "overlay/docs/HANDBOOK.md": "# Handbook\n"}
ADDRESS = "https://example.org/organisation.git"
UNIT: Mapping[str, Any] = {"name": "unit", "title": "Unit", "extends": f"{ADDRESS}@v1.0.0"}
# What a unit may say on top of it: narrower, more, or the same.
ALLOWED: Mapping[str, Any] = {
    "contacts": {"ospo": "unit@example.org"},
    "answers": {
        "inbound": {"lock": "dco"},
        "code_of_conduct": {"lock": "contributor-covenant-3.0"},
        "support_level": {"default": "sustained"},
        "sponsor": {"default": "The unit"},
    },
    "licenses": {"allow": ["MIT"], "forbid": ["GPL-3.0-only"], "rule": "MIT alone."},
    "copyright": {"holder": "ACME SE"},
    "files": {
        "docs/MORE.md": {"frozen": True, "rule": "More is needed."},
        "SUPPORT.md": {"required": True},
        "README.md": {"sections": ["License"]},
    },
    "checklist": {
        "add": [{"id": "UNIT-01", "title": "The unit knows", "owner": "export-officer", "check": {"ask": "person"}}],
        "change": {"ACME-01": {"title": "Both registers have it"}},
        "drop": {"PLAN-02": "the organisation does not ask for it"},
    },
    "approvals": {"routes": [{"items": ["ACME-01"], "roles": ["export-officer"]}]},
}


class Loosening(NamedTuple):
    """What a unit says against the organisation: where that is told, and how, with both sides quoted; by which rule."""

    rows: Mapping[str, Any]
    place: str
    says: str
    rule: str
    files: Mapping[str, Content] = {}


LOOSENINGS: Mapping[str, Loosening] = {
    "lock-default": Loosening(
        {"answers": {"inbound": {"default": "cla"}}},
        "house.yml:5:3",
        "ACME says “Everybody signs off.”, inbound is 'dco', and this house says 'cla'",
        "answers.answers",
    ),
    "lock-lock": Loosening(
        {"answers": {"inbound": {"lock": "cla"}}},
        "house.yml:5:3",
        "ACME says “Everybody signs off.”, inbound is 'dco', and this house says 'cla'",
        "answers.answers",
    ),
    "lock-restrict": Loosening(
        {"answers": {"inbound": {"restrict": ["cla"]}}},
        "house.yml:5:3",
        "ACME says “Everybody signs off.”, inbound is 'dco', and this house says 'cla'",
        "answers.answers",
    ),
    "lock-force": Loosening(
        {"answers": {"inbound": {"force": [{"when": "kind", "value": "cla"}]}}},
        "house.yml:5:3",
        "ACME says “Everybody signs off.”, inbound is 'dco', and this house says 'cla'",
        "answers.answers",
    ),
    "r-default": Loosening(
        {"answers": {"code_of_conduct": {"default": "none"}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'none'",
        "answers.answers",
    ),
    "r-lock": Loosening(
        {"answers": {"code_of_conduct": {"lock": "none"}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'none'",
        "answers.answers",
    ),
    "r-restrict": Loosening(
        {"answers": {"code_of_conduct": {"restrict": ["contributor-covenant-3.0", "none"]}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'none'",
        "answers.answers",
    ),
    "r-recommend": Loosening(
        {"answers": {"code_of_conduct": {"recommend": ["none"]}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'none'",
        "answers.answers",
    ),
    "r-add": Loosening(
        {"answers": {"code_of_conduct": {"add": {"own": "Ours"}}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'own'",
        "answers.answers",
    ),
    "r-force": Loosening(
        {"answers": {"code_of_conduct": {"force": [{"when": "kind", "value": "none"}]}}},
        "house.yml:5:3",
        "ACME says “One of the two covenants.”, code_of_conduct is one of "
        "contributor-covenant-2.1, contributor-covenant-3.0, and this house says 'none'",
        "answers.answers",
    ),
    "pattern": Loosening(
        {"answers": {"maintainer_email": {"default": "a@example.com"}}},
        "house.yml:6:5",
        "default is 'a@example.com', and ACME asks for @example[.]org$",
        "values.patterns",
    ),
    "forced-lock": Loosening(
        {"answers": {"support_level": {"lock": "sustained"}}},
        "house.yml:6:5",
        "ACME says “Old things get best effort.”, support_level is 'best-effort' where other "
        "answers ask for it, and this house says 'sustained'",
        "below.forced",
    ),
    "forced-restrict": Loosening(
        {"answers": {"support_level": {"restrict": ["sustained"]}}},
        "house.yml:6:5",
        "ACME says “Old things get best effort.”, support_level is 'best-effort' where other "
        "answers ask for it, and this house says sustained",
        "below.forced",
    ),
    "l-allow": Loosening(
        {"licenses": {"allow": ["MIT", "GPL-3.0-only"]}},
        "house.yml:4:1",
        "ACME allows MIT, Apache-2.0, CC-BY-4.0: “We use two licences.”, and this house names GPL-3.0-only",
        "answers.licenses",
    ),
    "l-default": Loosening(
        {"licenses": {"default": "GPL-3.0-only"}},
        "house.yml:4:1",
        "ACME allows MIT, Apache-2.0, CC-BY-4.0: “We use two licences.”, and this house names GPL-3.0-only",
        "answers.licenses",
    ),
    "l-forbidden": Loosening(
        {"licenses": {"allow": ["AGPL-3.0-only"]}},
        "house.yml:4:1",
        "ACME allows MIT, Apache-2.0, CC-BY-4.0: “We use two licences.”, and this house names AGPL-3.0-only",
        "answers.licenses",
    ),
    "l-own": Loosening(
        {"licenses": {"own": {"LicenseRef-U": {"text": "licenses/u.txt", "name": "U"}}}},
        "house.yml:6:5",
        "ACME says “We use two licences.”, the licence is one of MIT, Apache-2.0, CC-BY-4.0, and "
        "this house names LicenseRef-U",
        "below.licences",
        {"licenses/u.txt": "Do it.\n"},
    ),
    "l-approved": Loosening(
        {"licenses": {"approved": ["X11"]}},
        "house.yml:4:1",
        "ACME allows MIT, Apache-2.0, CC-BY-4.0: “We use two licences.”, and this house names X11",
        "answers.licenses",
    ),
    "l-answer": Loosening(
        {"answers": {"license": {"lock": "GPL-3.0-only"}}},
        "house.yml:6:5",
        "ACME says “We use two licences.”, the licence is one of MIT, Apache-2.0, CC-BY-4.0, and "
        "this house names GPL-3.0-only",
        "below.licences",
    ),
    "l-answer-default": Loosening(
        {"answers": {"license": {"default": "ISC"}}},
        "house.yml:6:5",
        "ACME says “We use two licences.”, the licence is one of MIT, Apache-2.0, CC-BY-4.0, and this house names ISC",
        "below.licences",
    ),
    "l-kind": Loosening(
        {"licenses": {"kinds": {"documentation": {"allow": ["CC0-1.0"]}}}},
        "house.yml:4:1",
        "ACME allows MIT, Apache-2.0, CC-BY-4.0: “We use two licences.”, and this house names CC0-1.0",
        "answers.licenses",
    ),
    "l-kind2": Loosening(
        {"licenses": {"kinds": {"documentation": {"allow": ["MIT"]}}}},
        "house.yml:6:5",
        "ACME says “We use two licences.”, the licence for documentation is one of CC-BY-4.0, and this house names MIT",
        "below.licences",
    ),
    "l-material": Loosening(
        {"licenses": {"materials": {"code": {"license": "AGPL-3.0-only", "files": ["x/**"]}}}},
        "house.yml:6:5",
        "ACME says “We use two licences.”, the licence is one of MIT, Apache-2.0, CC-BY-4.0, "
        "and this house names AGPL-3.0-only",
        "below.licences",
    ),
    "exemption": Loosening(
        {"exemptions": {"E9": "Everything"}},
        "house.yml:5:3",
        "ACME gives exemptions by E1, and this house adds E9",
        "below.codes",
    ),
    "fragment": Loosening(
        {},
        "fragments/inbound/dco.md",
        "ACME says “Everybody signs off.”, what inbound may be, and this house replaces its text",
        "below.fragments",
        {"fragments/inbound/dco.md": "Nobody signs anything.\n"},
    ),
    "holder": Loosening(
        {"copyright": {"holder": "Unit"}},
        "house.yml:5:3",
        "ACME says “All rights are with the company.”, the holder is 'ACME SE', and this house says 'Unit'",
        "below.holder",
    ),
    "entities": Loosening(
        {"copyright": {"holder": "{entity}", "entities": ["Unit"]}},
        "house.yml:6:3",
        "ACME says “All rights are with the company.”, the holder is 'ACME SE', and this house says 'Unit'",
        "below.holder",
    ),
    "holder-none": Loosening(
        {"copyright": {"holder": "none"}},
        "house.yml:5:3",
        "ACME says “All rights are with the company.”, the holder is 'ACME SE', and this house says 'none'",
        "below.holder",
    ),
    "holder-answer": Loosening(
        {"answers": {"copyright_holder": {"default": "Unit"}}},
        "house.yml:5:3",
        "ACME says “All rights are with the company.”, copyright_holder is 'ACME SE', and this house says 'Unit'",
        "answers.answers",
    ),
    "f-frozen": Loosening(
        {},
        "overlay/NOTICE",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "files.below",
        {"overlay/NOTICE": "x\n"},
    ),
    "f-frozen-exclude": Loosening(
        {"files": {"NOTICE": {"exclude": True}}},
        "house.yml:5:3",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "files.below",
    ),
    "f-frozen-at": Loosening(
        {"files": {"NOTICE": {"at": "docs/NOTICE"}}},
        "house.yml:5:3",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "files.below",
    ),
    "f-frozen-block": Loosening(
        {"files": {"NOTICE": {"block": {"text": "blocks/u.txt"}}}},
        "house.yml:6:5",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "below.files",
        {"blocks/u.txt": "x\n"},
    ),
    "f-frozen-when": Loosening(
        {"files": {"NOTICE": {"when": {"is": {"kind": "software"}}}}},
        "house.yml:6:5",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "below.files",
    ),
    "f-frozen-seeded": Loosening(
        {"files": {"NOTICE": {"ownership": "seeded"}}},
        "house.yml:5:3",
        "ACME says “Nobody edits NOTICE.”, NOTICE is frozen, and this house changes it",
        "files.below",
    ),
    "f-required": Loosening(
        {"files": {"SUPPORT.md": {"forbid": True}}},
        "house.yml:6:5",
        "ACME says “Support is named.”, SUPPORT.md must be there, and this house forbids it",
        "below.files",
    ),
    "f-recommended": Loosening(
        {"files": {"GOVERNANCE.md": {"forbid": True}}},
        "house.yml:6:5",
        "ACME says GOVERNANCE.md should be there, and this house forbids it",
        "below.files",
    ),
    "f-forbidden": Loosening(
        {},
        "overlay/SPONSORS.md",
        "ACME says “No sponsors.”, SPONSORS.md must not be there",
        "files.below",
        {"overlay/SPONSORS.md": "x\n"},
    ),
    "f-forbidden-required": Loosening(
        {"files": {"SPONSORS.md": {"required": True}}},
        "house.yml:6:5",
        "ACME says “No sponsors.”, SPONSORS.md must not be there; here it is required",
        "below.files",
    ),
    "f-forbidden-at": Loosening(
        {"files": {"ROADMAP.md": {"at": "SPONSORS.md"}}},
        "house.yml:6:5",
        "ACME says “No sponsors.”, SPONSORS.md must not be there, and this house moves ROADMAP.md to it",
        "below.files",
    ),
    "f-forbidden-recommended": Loosening(
        {"files": {"SPONSORS.md": {"recommended": True}}},
        "house.yml:6:5",
        "ACME says “No sponsors.”, SPONSORS.md must not be there; here it is recommended",
        "below.files",
    ),
    "f-mandated": Loosening(
        {},
        "overlay/docs/HANDBOOK.md",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house replaces it",
        "files.below",
        {"overlay/docs/HANDBOOK.md": "x\n"},
    ),
    "f-mandated-exclude": Loosening(
        {"files": {"docs/HANDBOOK.md": {"exclude": True}}},
        "house.yml:5:3",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house loosens it",
        "files.below",
    ),
    "f-mandated-managed": Loosening(
        {"files": {"docs/HANDBOOK.md": {"ownership": "managed"}}},
        "house.yml:5:3",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house loosens it",
        "files.below",
    ),
    "f-mandated-when": Loosening(
        {"files": {"docs/HANDBOOK.md": {"when": {"is": {"kind": "software"}}}}},
        "house.yml:6:5",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house has when for it",
        "below.files",
    ),
    "f-mandated-at": Loosening(
        {"files": {"docs/HANDBOOK.md": {"at": "BOOK.md"}}},
        "house.yml:6:5",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house has at for it",
        "below.files",
    ),
    "f-mandated-forbid": Loosening(
        {"files": {"docs/HANDBOOK.md": {"forbid": True}}},
        "house.yml:5:3",
        "ACME says “One handbook.”, docs/HANDBOOK.md is mandated, and this house loosens it",
        "files.below",
    ),
    "f-block": Loosening(
        {},
        "overlay/CONTRIBUTING.md",
        "ACME has lines of its own in CONTRIBUTING.md, and this house replaces it",
        "below.files",
        {"overlay/CONTRIBUTING.md": "# x\n"},
    ),
    "f-block-excl": Loosening(
        {"files": {"CONTRIBUTING.md": {"exclude": True}}},
        "house.yml:5:3",
        "ACME has lines of its own in CONTRIBUTING.md, and this house leaves it out",
        "below.files",
    ),
    "i-drop": Loosening(
        {"checklist": {"drop": {"ACME-01": "no"}}},
        "house.yml:6:5",
        "ACME demands ACME-01, and this house drops it",
        "items.changed",
    ),
    "i-drop2": Loosening(
        {"checklist": {"drop": {"MKT-03": "no"}}},
        "house.yml:6:5",
        "ACME demands MKT-03, and this house drops it",
        "items.changed",
    ),
    "i-severity": Loosening(
        {"checklist": {"change": {"MKT-03": {"severity": "advisory"}}}},
        "house.yml:7:7",
        "ACME says MKT-03 is blocking, and this house says advisory",
        "items.changed",
    ),
    "i-severity2": Loosening(
        {"checklist": {"change": {"ACME-01": {"severity": "advisory"}}}},
        "house.yml:7:7",
        "ACME says ACME-01 is blocking, and this house says advisory",
        "items.changed",
    ),
    "i-same": Loosening(
        {"checklist": {"add": [{"id": "ACME-01", "title": "x", "owner": "ospo", "check": {"ask": "person"}}]}},
        "house.yml:6:5",
        "there is an item ACME-01 already",
        "items.added",
    ),
    "i-roles": Loosening(
        {"checklist": {"change": {"LEGAL-02": {"roles": ["ospo"]}}}},
        "house.yml:6:5",
        "ACME says LEGAL-02 is signed by legal, export-officer, and this house leaves that out",
        "below.signatures",
    ),
    "i-self": Loosening(
        {"approvals": {"self_certify": [{"items": ["LEGAL-02"], "when": "kind"}]}},
        "house.yml:6:5",
        "ACME says LEGAL-02 is signed by legal, export-officer, not by the lead alone",
        "below.signatures",
    ),
    "i-record": Loosening(
        {"approvals": {"record": {"pattern": ".", "says": "anything"}}},
        "house.yml:5:3",
        "ACME says a signature names a diary number, and this house says anything",
        "below.signatures",
    ),
    "name": Loosening(
        {"name": "acme"}, "house.yml:1:1", "the house that this one extends (ACME) has the name 'acme' too", ""
    ),
    "q": Loosening(
        {},
        "questions.yml:1:1",
        "the template below asks 'inbound' already",
        "answers.questions",
        {"questions.yml": "inbound: {type: str, help: x, why: x, section: legal}\n"},
    ),
    "reserved": Loosening(
        {},
        "overlay/.ospo/house.yml",
        ".ospo/house.yml is written by ospo-init itself",
        "files.overlay",
        {"overlay/.ospo/house.yml": "x\n"},
    ),
}


RULES = {row.rule for row in LOOSENINGS.values()} | {"below.kinds"}  # which has a test of its own


class Layers(NamedTuple):
    """The templates of the three levels' upper two, and a project of the unit's."""

    organisation: Path
    unit: Path
    project: Path


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Layers:
    folder = tmp_path_factory.mktemp("layers")
    own_cache(folder)
    organisation = template(folder / "organisation", ORGANISATION, FILES)
    more: Mapping[str, Content] = {"overlay/docs/MORE.md": "# More\n"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in pointed({ADDRESS: organisation}).items():
            patch.setenv(name, value)
        unit = template(folder / "unit", {**UNIT, **ALLOWED}, more)
    return Layers(organisation, unit, made(folder / "project", unit, *OURS))


@pytest.fixture(autouse=True)
def _reachable(_own_cache: None, layers: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all tests here find the organisation's template at its address, and keep what they fetched in one cache."""
    own_cache(layers.unit.parent)
    for name, value in pointed({ADDRESS: layers.organisation}).items():
        monkeypatch.setenv(name, value)


OURS = ("-d", "project_name=Tide", "-d", "maintainer_name=Ada Example", "-d", "maintainer_email=ada@example.org")


@pytest.mark.parametrize("row", LOOSENINGS.values(), ids=LOOSENINGS.keys())
def test_nothing_is_loosened(tmp_path: Path, layers: Layers, row: Loosening, found_by: list[str]) -> None:
    source = house(tmp_path / "unit", {**UNIT, **row.rows}, row.files)
    assert linted(source) == [(row.place, row.says)]
    assert found_by == ([row.rule] if row.rule else [])


def test_no_kind_is_added_for_which_the_house_below_has_no_licences(tmp_path: Path) -> None:
    kinds = {"software": {"allow": ["MIT"]}, "documentation": {"allow": ["CC-BY-4.0"]}}
    below = template(tmp_path / "organisation", {**ACME, "licenses": {"kinds": kinds}})
    rows = {**UNIT, "extends": f"{below}@v1.0.0", "answers": {"kind": {"add": {"service": "A service"}}}}
    told = [row for row in linted(house(tmp_path / "unit", rows)) if "adds service" in row[1]]
    assert len(told) == 1 and "ACME says which licences there are for software, documentation" in told[0][1]


def test_nothing_is_composed_of_what_loosens(tmp_path: Path, layers: Layers) -> None:
    row = LOOSENINGS["lock-lock"]
    source = house(tmp_path / "unit", {**UNIT, **row.rows})
    refuses(ospo("house", "preview", source), row.place, row.says, code=4)


def test_what_is_narrower_or_the_same_is_fine(tmp_path: Path, layers: Layers) -> None:
    more: Mapping[str, Content] = {"overlay/docs/MORE.md": "# More\n"}
    assert linted(house(tmp_path / "unit", {**UNIT, **ALLOWED}, more)) == []


def test_a_project_has_what_all_three_levels_say(layers: Layers) -> None:
    project, recorded = layers.project, answers(layers.project)
    assert recorded["_src_path"] == str(layers.unit)
    assert recorded["inbound"] == "dco"
    assert recorded["license"] == "MIT"
    assert recorded["sponsor"] == "The unit"
    assert recorded["support_level"] == "sustained"
    assert recorded["copyright_holder"] == "ACME SE"
    assert (project / "docs" / "HANDBOOK.md").read_text() == "# Handbook\n"
    assert (project / "docs" / "MORE.md").read_text() == "# More\n"
    assert (project / "CONTRIBUTING.md").read_text().endswith("Ask first.\n<!-- house acme: end -->\n")
    assert git(project, "status", "--porcelain") == ""
    rules = yamls.load((project / ".ospo" / "house.yml").read_bytes())["houses"]
    assert [row["name"] for row in rules] == ["acme", "unit"]


def test_what_a_lower_one_forces_stands_above_the_default_of_an_upper_one(tmp_path: Path, layers: Layers) -> None:
    old = ("-d", "stage=maintenance", "-d", "maintenance_since=2026-01-01")
    assert answers(made(tmp_path / "p", layers.unit, *OURS, *old))["support_level"] == "best-effort"
    done = ospo(
        "new", tmp_path / "q", "--defaults", f"--house={layers.unit}", *OURS, *old, "-d", "support_level=sustained"
    )
    refuses(
        done, "support_level must be 'best-effort' here, says ACME: “Old things get best effort.”", "ospo@example.org"
    )


# An answer, and the house, its rule and its contact that the refusal names.
REFUSED: Mapping[str, tuple[str, str, str, str]] = {
    "license=GPL-3.0-only": (
        "license is outside what ACME allows (MIT, Apache-2.0)",
        "We use two licences.",
        "legal",
        "",
    ),
    "license=AGPL-3.0-only": ("license is not used by ACME", "We use two licences.", "legal", ""),
    "license=Apache-2.0": ("license is outside what Unit allows (MIT)", "MIT alone.", "unit@example.org", ""),
    "inbound=cla": ("inbound is fixed to 'dco' by ACME", "Everybody signs off.", "legal", ""),
    "code_of_conduct=none": ("code_of_conduct is outside what ACME allows", "One of the two covenants.", "ospo@", ""),
    "code_of_conduct=contributor-covenant-2.1": (
        "code_of_conduct is fixed to 'contributor-covenant-3.0' by Unit",
        "",
        "unit@example.org",
        "",
    ),
    "copyright_holder=Ada": ("copyright_holder is fixed to 'ACME SE' by ACME", "All rights are with the", "legal", ""),
    "maintainer_email=ada@example.com": ("maintainer_email is not ours", "", "ospo@example.org", ""),
    "license=MIT": (
        "license is outside what ACME allows for documentation (CC-BY-4.0)",
        "We use two licences.",
        "legal",
        "kind=documentation",
    ),
}


@pytest.mark.parametrize("answer, said", REFUSED.items(), ids=REFUSED.keys())
def test_a_refusal_quotes_the_rule_and_says_whom_to_ask(
    tmp_path: Path, layers: Layers, answer: str, said: tuple[str, str, str, str]
) -> None:
    """In `update -d`, and in `new` where the kind is another one; neither changes anything."""
    words, rule, contact, beside = said
    quoted = [words, f"“{rule}" if rule else "", "for an exception ask ", contact]
    with untouched(layers.project):
        if beside or "GPL-3.0-only" in answer:
            given = ("-d", answer, *(("-d", beside) if beside else ()))
            refuses(ospo("new", tmp_path / "p", "--defaults", f"--house={layers.unit}", *OURS, *given), *quoted)
        if not beside:
            refuses(ospo("update", layers.project, "--defaults", "-d", answer), *quoted)
    assert list(tmp_path.iterdir()) == []


WHY_FILE: Mapping[str, tuple[str, ...]] = {
    "docs/HANDBOOK.md": ("house     ACME", "“One handbook.”", "ask       ospo@example.org", "owned     mandated"),
    "docs/MORE.md": ("house     Unit", "“More is needed.”", "ask       unit@example.org", "owned     mandated"),
    "SUPPORT.md": ("house     ACME", "“Support is named.”", "ask       ospo@example.org"),
    "CONTRIBUTING.md": ("house     ACME",),
    "README.md": ("house     Unit",),
    "SECURITY.md": ("layer base",),
}
WHY_ANSWER: Mapping[str, tuple[str, ...]] = {
    "inbound": (
        "ACME: fixed to 'dco'",
        "“Everybody signs off.”",
        "ask https://example.org/legal",
        "Unit: fixed to 'dco'",
    ),
    "code_of_conduct": ("ACME: one of contributor-covenant-2.1", "“One of the two covenants.”", "Unit: fixed to"),
    "license": (
        "ACME: for documentation one of CC-BY-4.0, for others one of MIT, Apache-2.0",
        "“We use two licences.”",
        "Unit: one of MIT",
        "“MIT alone.”",
    ),
    "copyright_holder": (
        "ACME: fixed to 'ACME SE'",
        "“All rights are with the company.”",
        "ask https://example.org/legal",
    ),
    "support_level": ("ACME: 'best-effort', where other answers ask for it", "“Old things get best effort.”"),
    "maintainer_email": ("ACME: of the form @example[.]org$", "ask ospo@example.org"),
    "project_name": ("no house says anything of it",),
}


@pytest.mark.parametrize("asked, words", [*WHY_FILE.items(), *WHY_ANSWER.items()], ids=[*WHY_FILE, *WHY_ANSWER])
def test_why_names_the_layer_that_decided(layers: Layers, asked: str, words: tuple[str, ...]) -> None:
    done = ospo("why", asked, cwd=layers.project)
    assert done.code == 0, done.err
    for word in words:
        assert word in done.out


def test_check_says_whose_rule_it_is(tmp_path: Path, layers: Layers) -> None:
    project = made(tmp_path / "p", layers.unit, *OURS)
    (project / "docs" / "MORE.md").write_text("# Less\n")
    save(project, {"SPONSORS.md": "us\n"}, gone=("SUPPORT.md", "docs/HANDBOOK.md"))
    items = {row["id"]: row for row in ospo("check", project, "--json", "--no-history").data["items"]}
    told = [f"{row['path']}: {row['what']}" for row in items["HOUSE-01"]["evidence"]]
    assert sorted(told) == [
        "SPONSORS.md: must not be there, says ACME: “No sponsors.”; for an exception ask ospo@example.org",
        "SUPPORT.md: is not there, and is demanded, says ACME: “Support is named.”; for an "
        "exception ask ospo@example.org",
        "SUPPORT.md: is not there, and is demanded, says Unit; for an exception ask unit@example.org",
        "docs/MORE.md: is frozen, and was changed here, says Unit: “More is needed.”; for an "
        "exception ask unit@example.org",
    ]
    assert items["ACME-01"]["title"] == "Both registers have it"
    assert "UNIT-01" in items
    assert "PLAN-02" not in items


LOWER = {
    "kind": "software",
    "profile": "company",
    "openness": "public",
    "sponsor": "The programme office",
    "governance_model": "company-led",
    "code_of_conduct": "contributor-covenant-3.0",
    "conduct_contact": "conduct@example.org",
    "security_contact": "security@example.org",
    "safe_harbour": True,
    "disclosure_days": 90,
    "response_days": 3,
    "inbound": "dco",
}
UPPER = {
    "support_level": "best-effort",
    "support_channel": "https://example.org/{project_slug}",
    "trademark_owner": "ACME SE",
    "forge": "github",
    "ci": "github",
    "default_branch": "main",
    "license": "MIT",
    "language": "none",
}
HIDDEN = (
    *("project_slug", "maintainer_handle", "alternatives", "stage", "roadmap", "copyright_holder", "created_on"),
    *("first_year", "maintainers", "repository_url", "kept"),
)
LEFT = ["project_name", "description", "maintainer_name", "maintainer_email", "problem", "audience"]


def test_twenty_fixed_answers_leave_six_questions(tmp_path: Path) -> None:
    """Twelve are fixed by the organisation, eight by the unit, and what neither needs is hidden."""
    lower = {key: {"lock": value, "rule": f"{key} is fixed."} for key, value in LOWER.items()}
    organisation = template(tmp_path / "organisation", {**ACME, "answers": lower})
    upper: dict[str, Any] = {key: {"lock": value} for key, value in UPPER.items()}
    upper |= {key: {"hide": True} for key in HIDDEN}
    unit = template(tmp_path / "unit", {**UNIT, "extends": f"{organisation}@v1.0.0", "answers": upper})
    assert len(LOWER) + len(UPPER) == 20
    done = ospo("questions", f"--house={unit}", "--json")
    assert [row["key"] for row in done.data["questions"] if row["asked"]] == LEFT
    done = ospo("house", "preview", tmp_path / "unit-source", "--json")
    assert done.data["asked"] == LEFT
    project = made(tmp_path / "p", unit, "-d", "project_name=Tide")
    recorded = answers(project)
    assert {key: recorded[key] for key in LOWER} == LOWER
    assert {key: recorded[key] for key in UPPER} == {**UPPER, "support_channel": "https://example.org/tide"}
