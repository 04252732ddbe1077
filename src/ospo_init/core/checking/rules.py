"""Rules that take more than a file and a phrase. Each is a pure function of what was seen; data rows name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.vocabulary import Rule
from ospo_init.core.conditions import Condition
from ospo_init.core.inferring.licensing import infer_license, is_license_file

_MAIL_OR_HANDLE = re.compile(r"(?<![\w.+-])(?:[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,80}|@[\w][\w/-]{0,60})")
_INSIDE = re.compile(
    r"(?:git\+ssh|ssh)://[^\s\"']{1,120}|https?://(?:localhost|127\.0\.0\.1|[\w.-]{1,100}\.(?:corp|internal"
    r"|intranet|lan|local))\b[^\s\"']{0,80}|(?:extra-)?index-url\s*=\s*\S{1,120}|^registry\s*=\s*\S{1,120}",
    re.IGNORECASE | re.MULTILINE,
)
_PEOPLE = ("maintainers", "codeowners", "owners")


def maintainers(seen: Seen) -> Found:
    """GOV-02: at least two people are listed, by the recorded answers or in a list of maintainers or code owners."""
    if seen.recorded and Condition("people", values=(2,)).holds(seen.facts):
        return Found("pass", (Proof("at least two people are listed", declared=True),))
    best: Proof | None = None
    for path, text in seen.repository.read(*_PEOPLE, places=("", ".github/", ".gitlab/", ".forgejo/", "docs/")):
        if seen.recorded and path in seen.generated and path.lower().startswith("maintainers"):
            names = {row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ")} - {"Name", ""}
        else:
            names = {name.casefold() for name in _MAIL_OR_HANDLE.findall(text)}
        if len(names) >= 2:
            return Found("pass", (Proof(f"lists {len(names)} people or teams", path),))
        best = best or Proof(f"lists {len(names)}", path)
    return Found("person", (best or Proof("no list of maintainers"),), "person")


def public_sources(seen: Seen) -> Found:
    """TECH-03: no manifest, lock file or registry setting names a source that is not public."""
    found = []
    for path, text in sorted(seen.repository.texts.items()):
        if _reads_sources(path):
            for match in _INSIDE.finditer(text):
                if re.search(
                    r"(?:\"url\"|repository|homepage|issues)[\"']?\s*[=:]\s*[\"']?(?:git\+)?$",
                    text[: match.start()][-60:],
                ):
                    continue  # where the work itself is kept, not what it needs
                what = "names a source that outsiders cannot reach"
                found.append(Proof(what, path, text.count("\n", 0, match.start()) + 1, rule="public-sources"))
    return Found("fail", tuple(found[:20])) if found else Found("pass", (Proof("no private source is named"),))


def _reads_sources(path: str) -> bool:
    return path.rpartition("/")[2].lower() in _SOURCES


def dependencies(seen: Seen) -> Found:
    """TECH-10: dependencies are declared where tools look; whether one is dangerous is for a scanner to say."""
    named = [path for path in seen.candidates if "/" not in path and path.lower() in _MANIFESTS]
    there = [path for path in named if seen.repository.texts.get(path, "").strip()]
    for path in there:
        if path.lower() in _PARSED and seen.repository.data.get(path) is None:
            return Found("fail", (Proof(f"cannot be read as {path.rpartition('.')[2].upper()}", path),))
    if not there:
        return Found("person", (Proof("no manifest at the top that says what it needs"),), "person")
    if not any(_declares(seen, path) for path in there):
        return Found("pass", tuple(Proof("declares no dependency", path) for path in there))
    step = "Scan the dependencies for known vulnerabilities (osv-scanner reads the lock file), and sign for the result."
    return Found("unknown", (Proof("known vulnerabilities were not looked up", there[0]),), next_step=step)


def _inner(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


_MANIFESTS = {
    *("pyproject.toml", "setup.py", "setup.cfg", "pipfile", "requirements.txt", "environment.yml", "package.json"),
    *("cargo.toml", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "gemfile"),
    *("mix.exs", "pubspec.yaml", "description"),
}
_PARSED = ("pyproject.toml", "package.json", "cargo.toml", "composer.json")
_SOURCES = {
    *("package-lock.json", "poetry.lock", "uv.lock", "yarn.lock", "pipfile"),
    *(".npmrc", ".yarnrc.yml", "pip.conf", *_MANIFESTS),
}


def _declares(seen: Seen, path: str) -> bool:
    data = seen.repository.data.get(path)
    name = path.lower()
    if name == "pyproject.toml" and isinstance(data, Mapping):
        project, poetry = _inner(data, "project"), _inner(_inner(data, "tool"), "poetry")
        more = set(_inner(poetry, "dependencies")) - {"python"}
        return bool(project.get("dependencies") or project.get("optional-dependencies") or more)
    if name in ("package.json", "composer.json") and isinstance(data, Mapping):
        return any(data.get(key) for key in ("dependencies", "devDependencies", "require", "require-dev"))
    if name == "cargo.toml" and isinstance(data, Mapping):
        return bool(data.get("dependencies"))
    if name == "go.mod":
        return "require" in seen.repository.texts.get(path, "require")
    return True


def inbound_enforced(seen: Seen) -> Found:
    """LEGAL-10: a rule that asks for something (sign-offs, an agreement) is enforced by a pipeline or a service."""
    text = " ".join(text for _, text in seen.repository.read("contributing", places=("", ".github/", "docs/")))
    asked = seen.facts.answer("inbound") if seen.recorded else None
    wants = asked if asked else "dco" if re.search(r"signed-off-by|\bDCO\b", text, re.I) else "inbound-outbound"
    if wants not in ("dco", "cla"):
        return Found("pass", (Proof("contributions come in under the project's own licence"),))
    for path, found in _enforcing(seen, wants):
        return Found("pass", (Proof(found, path),))
    history = seen.repository.history
    if wants == "dco" and history.looked_at >= 10 and history.signed_off == history.looked_at:
        return Found("pass", (Proof(f"the last {history.looked_at} commits are signed off"),))
    return Found("person", (Proof(f"nothing here enforces the {wants.upper()}"),), "setting")


def _enforcing(seen: Seen, wants: str) -> Iterator[tuple[str, str]]:
    for path, text in sorted(seen.repository.texts.items()):
        is_pipeline = "/workflows/" in path or path.startswith((".gitlab", ".github/dco"))
        if is_pipeline and re.search(rf"\b{wants}\b|signed-off-by|cla-assistant|easycla", text, re.I):
            yield path, f"enforces the {wants.upper()}"


def internal_names(seen: Seen) -> Found:
    """TECH-02: the organisation's own patterns find nothing; without patterns nobody can know its names."""
    scan = seen.scans.get("internal")
    if scan is None or (scan.unknown and not scan.findings):
        return Found("unknown", (Proof(scan.unknown if scan else "It was not looked for."),))
    if scan.findings:
        return Found("fail", scan.findings[:20])
    if seen.patterns:
        return Found("pass", (Proof(f"{seen.patterns} patterns of the organisation found nothing"),))
    step = "Give your organisation's names with --patterns FILE, or let somebody who knows them look and sign."
    return Found("person", (Proof("only general patterns were looked for; they found nothing"),), "person", step)


def private_record(seen: Seen) -> Found:
    """LEGAL-13: nothing that is marked private stands in the tracked record."""
    if not seen.record.leaks:
        return Found("pass")
    step = "Move the entry to the private record: git config ospo-init.privateRecord PATH, outside the repository."
    record, inside = seen.record, "is the private record, and git does not ignore it here"
    proofs = tuple(
        Proof("is marked private, and is public", record.path, line) if line else Proof(inside, record.private_path)
        for line in record.leaks
    )
    return Found("fail", proofs, next_step=step)


def named(seen: Seen) -> Found:
    """FINAL-03: the project has a name that somebody gave it."""
    name = str(seen.facts.answer("project_name") or "").strip()
    return Found("pass", (Proof(f"its name is {name[:80]}"),)) if name else Found("person", needs="person")


def dead_links(seen: Seen) -> Found:
    """FINAL-03: no relative link leads nowhere; one to a generated file that was lost is told of that file's items."""
    scan = seen.scans.get("links")
    if scan is None:
        return Found("unknown", (Proof("It was not looked for."),))
    there = set(seen.repository.paths)
    lost = {part for path, row in seen.generated.items() if (row.at or path) not in there for part in _above(path)}
    found = tuple(proof for proof in scan.findings if not any(path in proof.what for path in lost))
    if found:
        return Found("fail", found[:20], next_step="Correct the link, or bring back what it leads to.")
    return Found("unknown", (Proof(scan.unknown),)) if scan.unknown else Found("pass")


def _above(path: str) -> list[str]:
    """Return the path and the folders that it is in."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def release_described(seen: Seen) -> Found:
    """LAUNCH-04: the newest version tag has its place in the changelog."""
    newest = seen.tags[0]
    number = newest.name.rpartition("@")[2].lstrip("vV")
    for path in seen.candidates:
        if re.fullmatch(r"(docs/)?(changelog|changes|news|history|release_?notes)(\.\w+)?", path, re.I):
            text = seen.repository.texts.get(path, "")
            at = text.find(number)
            if at >= 0:
                return Found("pass", (Proof(f"describes {newest.name}", path, text.count("\n", 0, at) + 1),))
            return Found("fail", (Proof(f"says nothing about {newest.name}", path),))
    return Found("fail", (Proof(f"no changelog that describes {newest.name}"),))


def drift(seen: Seen) -> Found:
    """EVAL-04: what the template mandates is there and as it made it."""
    if not seen.generated:
        return Found("not-applicable", (Proof("no template made it"),))
    mandated = {path: row for path, row in sorted(seen.generated.items()) if row.ownership == "mandated"}
    there = {path: seen.blobs.get(row.at or path) for path, row in mandated.items()}
    wrong = [
        Proof("is mandated, and was changed here" if there[path] else "is mandated, and is not here", path)
        for path, row in mandated.items()
        if there[path] != row.blob
    ]
    if wrong:
        return Found("fail", tuple(wrong), next_step="Run ospo-init status, and ospo-init update to bring it back.")
    return Found("pass", (Proof("what the template mandates is as it made it"),))


def metadata_agrees(seen: Seen) -> Found:
    """MKT-05: the metadata files can be read, and name the licence that the licence file is."""
    texts = tuple(path for path in seen.repository.paths if is_license_file(path))  # manifests are what is compared
    ours = infer_license(replace(seen.repository, paths=texts))
    found = []
    for path in seen.candidates:
        if path.lower() in (*_METADATA, *_PARSED) and path in seen.repository.texts:
            data = seen.repository.data.get(path)
            if not isinstance(data, Mapping):
                found.append(Proof(f"cannot be read as {path.rpartition('.')[2].upper()}", path))
                continue
            said = _license_in(path, data)
            other = isinstance(said, str) and ours is not None and ours.sure and isinstance(ours.value, str)
            if other and _bare(str(said)) != _bare(str(ours.value if ours else "")) and " " not in str(said):
                found.append(Proof(f"names the licence {str(said)[:60]}; {ours.evidence if ours else ''}", path))
    return Found("fail", tuple(found)) if found else Found("pass")


def _license_in(path: str, data: Mapping[str, Any]) -> Any:
    """Return what a metadata file or manifest names as its licence."""
    inner = {"pyproject.toml": "project", "cargo.toml": "package"}.get(path.lower())
    said = _inner(data, inner).get("license") if inner else data.get("license")
    return said.get("text") if isinstance(said, Mapping) else said


_METADATA = {"citation.cff", "publiccode.yml", "code.json", "codemeta.json", "datapackage.json", "okh.toml", "okh.yml"}


def _bare(license_id: str) -> str:
    """Return an SPDX id without what makes it the same licence in another version of the list, or an address."""
    return re.sub(r"(-only|-or-later|\+)$", "", license_id.rstrip("/").rpartition("/")[2].removesuffix(".html")).lower()


RULES: Mapping[str, Rule] = {
    "maintainers": maintainers,
    "public-sources": public_sources,
    "dependencies": dependencies,
    "inbound-enforced": inbound_enforced,
    "internal-names": internal_names,
    "private-record": private_record,
    "named": named,
    "dead-links": dead_links,
    "release-described": release_described,
    "drift": drift,
    "metadata-agrees": metadata_agrees,
}
