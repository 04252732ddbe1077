"""Manifests that are programs or old plain formats: read line by line, never run. What is not plain is not seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_ARGUMENTS = "name|description|url|license|author|author_email|maintainer|maintainer_email"
_SETUP = re.compile(
    rf"^\s{{0,12}}({_ARGUMENTS})\s?=\s?([\"'])([^\"'\n]{{1,300}})\2\s{{0,4}},?[ \t]{{0,40}}(?:#.*)?$", re.M
)
_CLASSIFIER = re.compile(r"[\"']((?:License|Development Status) :: [^\"'\n]{1,120})[\"']")
_GEMSPEC = re.compile(
    r"^\s{0,12}\w{1,20}\.(name|summary|description|homepage|licenses?|authors?)\s{0,12}=\s{0,4}(.{1,400})$", re.M
)
_SOURCE = re.compile(r"[\"']?source_code_uri[\"']?\s{0,4}(?:=>|\]\s{0,4}=)\s{0,4}[\"']([^\"'\n]{1,300})[\"']")
_QUOTED = re.compile(r"[\"']([^\"'#{}\n]{1,300})[\"']")
_MODULE = re.compile(r"^module\s+\"?([^\s\"]{1,200})", re.M)
_GRADLE = re.compile(r"^\s{0,8}rootProject\.name\s{0,4}=\s{0,4}[\"']([^\"'\n$]{1,100})[\"']", re.M)
_FIELD = re.compile(r"([A-Za-z][\w@.-]{0,40}):[ \t]{0,8}(.{0,2000})")
_CREATOR = re.compile(r"person\(((?:[^()]|\([^()]{0,300}\)){0,600})\)")


def setup_py(text: str) -> dict[str, Any]:
    """Return the literal arguments of a setup.py that name the package."""
    rows = {found[1]: found[3] for found in _SETUP.finditer(text)}
    for who in ("author", "maintainer"):
        if who in rows and f"{who}_email" in rows:
            rows[who] = f"{rows[who]} <{rows[f'{who}_email']}>"
    return {**rows, "classifiers": _CLASSIFIER.findall(text)}


def gemspec(text: str) -> dict[str, Any]:
    """Return the literal settings of a gemspec."""
    rows: dict[str, Any] = {found[1]: _QUOTED.findall(found[2]) for found in _GEMSPEC.finditer(text)}
    return rows | {"source_code_uri": _SOURCE.findall(text)}


def go_mod(text: str) -> dict[str, Any]:
    """Return the module's path, and the address and the name that follow from it on a forge."""
    found = _MODULE.search(text)
    if not found:
        return {}
    parts = [part for part in found[1].split("/") if not re.fullmatch(r"v\d+", part)]
    return {"module": "https://" + "/".join(parts[:3]), "name": parts[-1]} if "." in parts[0] else {"name": parts[-1]}


def gradle(text: str) -> dict[str, Any]:
    """Return the root project's name."""
    found = _GRADLE.search(text)
    return {"name": found[1]} if found else {}


def control(text: str) -> dict[str, Any]:
    """Return the fields of a Debian control file, which is also the form of an R package's DESCRIPTION."""
    rows: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        if line[:1] in (" ", "\t") and name:
            rows[name] += " " + line.strip()
        elif found := _FIELD.fullmatch(line):
            name = found[1]
            rows[name] = found[2].strip()
    if "Maintainer" not in rows and "Authors@R" in rows:
        rows["Maintainer"] = creator(rows["Authors@R"])
    return rows


def creator(authors: str) -> str:
    """Return the one whom R's Authors@R gives the role "cre": the maintainer. Only literal arguments are read."""
    for found in _CREATOR.finditer(authors[:20_000]):
        if re.search(r"[\"']cre[\"']", found[1]):
            texts = re.findall(r"(?:(\w+)\s{0,4}=\s{0,4})?[\"']([^\"'\n]{1,100})[\"']", found[1])
            names = [text for key, text in texts if key in ("given", "family") or (not key and "@" not in text)][:2]
            email = next((text for key, text in texts if key == "email" or (not key and "@" in text)), "")
            return f"{' '.join(names)} <{email}>" if email else " ".join(names)
    return ""


READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "setup.py": setup_py,
    "go.mod": go_mod,
    "settings.gradle": gradle,
    "settings.gradle.kts": gradle,
    "description": control,
    ".gemspec": gemspec,
}


def read_plain(path: str, text: str) -> dict[str, Any] | None:
    """Return the data of a manifest of this kind, or None where `path` is of another."""
    name = path.lower()
    reader = READERS.get(".gemspec" if name.endswith(".gemspec") else name)
    return reader(text) if reader else None
