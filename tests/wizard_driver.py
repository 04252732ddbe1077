"""Runs the wizard alone, on the questions of the checkout: `python wizard_driver.py RESULT.json [GIVEN.json]`.

Not a test: the terminal tests start it in a pseudo-terminal. It ends as the command line does.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ospo_init.box.replies import as_data
from ospo_init.core.answers import Resolver
from ospo_init.core.bank import parse_bank
from ospo_init.core.expressions import environment
from ospo_init.core.terms import Terms
from ospo_init.edges import yamls
from ospo_init.edges.copier_file import read_copier_file
from ospo_init.edges.disk import read_folder
from ospo_init.errors import Interrupted

TEMPLATES = Path(__file__).parent.parent / "templates"
OURS = ("section", "role", "why")
MACHINE = {
    "project_name": ("Tide Gauge", "the folder's name"),
    "maintainer_name": ("Ada Example", "git config user.name"),
    "created_on": ("2026-11-21", "today's date"),
}
LICENSES = {
    "Apache-2.0": "Apache License 2.0",
    "MIT": "MIT License",
    "MPL-2.0": "Mozilla Public License 2.0",
    "GPL-3.0-or-later": "GNU General Public License v3.0 or later",
    "CC-BY-4.0": "Creative Commons Attribution 4.0 International",
    "CC0-1.0": "Creative Commons Zero v1.0 Universal",
    "0BSD": "BSD Zero Clause License",
    "AFL-3.0": "Academic Free License v3.0",
    "Artistic-2.0": "Artistic License 2.0",
    "BSD-2-Clause": "BSD 2-Clause License",
    "BSL-1.0": "Boost Software License 1.0",
    "CECILL-2.1": "CeCILL Free Software License Agreement v2.1",
    "ECL-2.0": "Educational Community License v2.0",
    "EPL-2.0": "Eclipse Public License 2.0",
    "EUPL-1.1": "European Union Public License 1.1",
    "EUPL-1.2": "European Union Public License 1.2",
    "ISC": "ISC License",
    "MulanPSL-2.0": "Mulan Permissive Software License, Version 2",
    "NCSA": "University of Illinois/NCSA Open Source License",
    "Zlib": "zlib License",
}
ALL = ("use it for any purpose, commercial ones too", "change it", "pass it on")
NOTICE = "keep the licence and the copyright notice with it"
COPYLEFT = "put changed versions under the same licence"
TERMS = (
    Terms("Apache-2.0", (*ALL, "use the patents"), (NOTICE, "say what was changed"), ("a warranty",), "many use it"),
    Terms("MIT", ALL, (NOTICE,), ("a warranty",), "a short text that lets everybody do nearly everything"),
    Terms("MPL-2.0", ALL, (NOTICE, "put changed files under the same licence"), ("a warranty",), "changes come back"),
    Terms("GPL-3.0-or-later", ALL, (NOTICE, COPYLEFT), ("a warranty",), "it shall stay free"),
    Terms("CC-BY-4.0", ALL, (NOTICE,), ("a warranty", "rights in patents"), "it is a text"),
)


def questions() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the questions as Copier's, and what we know of each besides."""
    rows = read_copier_file(read_folder(TEMPLATES))
    plain, notes = {}, {}
    for key, row in rows.items():
        if key.startswith("_"):
            continue
        plain[key] = {name: value for name, value in row.items() if name not in OURS}
        notes[key] = {name: row[name] for name in OURS if name in row}
        notes[key]["appears"] = ["README.md", "GOVERNANCE.md", "SECURITY.md", "CHARTER.md", "NOTICE"]
    plain["license"]["choices"] = {f"{spdx} — {name}": spdx for spdx, name in LICENSES.items()}
    names = plain["governance_model"]["choices"]["@governance"]
    plain["governance_model"]["choices"] = {f"{name.replace('-', ' ')}: decides this way": name for name in names}
    del plain["layer"], plain["license_facts"], plain["tooling_license"], plain["license_ids"]
    return plain, notes


def resolver(machine: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what works out all answers from the given ones."""
    plain, notes = questions()
    envops = read_copier_file(read_folder(TEMPLATES))["_envops"]
    found = Resolver(
        parse_bank(plain, notes), environment(read_folder(TEMPLATES), envops, yamls.to_nice_yaml), yamls.load
    )
    return lambda given: as_data(found.resolve(given, machine))


def main() -> int:
    """Run the wizard; write what it returns, and return the exit code."""
    from ospo_init.commands.wizard import run_wizard

    given = json.loads(Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else {}
    resolve = resolver({key: value for key, (value, _) in MACHINE.items()})
    known = {key: found for key, (_, found) in MACHINE.items()}
    try:
        answers = run_wizard(resolve, given, known, lambda row: TERMS if row["key"] == "license" else ())
    except Interrupted as stopped:
        with contextlib.suppress(OSError):  # the terminal may be gone
            sys.stderr.write(f"{stopped.what}\n")
        return stopped.exit_code
    Path(sys.argv[1]).write_text(json.dumps(answers))
    sys.stdout.write("Done.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
