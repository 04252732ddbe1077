"""Which licence a repository is under: by its text, never by a file's name; unanswered where that leaves doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ospo_init.core.inferring.license_names import header_ids, spdx_ids
from ospo_init.core.inferring.manifests import manifests
from ospo_init.core.inferring.repository import Inferred, Repository
from ospo_init.core.inferring.similarity import contained, known, most_alike

_NAME = re.compile(
    r"(?:(?:un)?licen[cs]es?|copying|(?:mit|bsd|isc|apache|gpl|mpl)[-_]licen[cs]e)(?:[-_. ][\w.+ -]{0,60})?", re.I
)
_NOT = re.compile(r"third|3rd|header|template|tmpl|depend|vendor|notice|exception", re.I)
_ENDINGS = re.compile(
    r".*\.(?:c|cc|cpp|csv|css|erb|go|h|html?|java|js|json|mustache|php|png|py|rb|rs|sh|svg|toml|ts|xml|ya?ml)", re.I
)
_FOLDER = re.compile(r"LICENSES/[^/]{1,100}\.(?:txt|md)")
_FORM = re.compile(r"\s*(?:YEAR:.*\s+)?COPYRIGHT HOLDER:.*\s*(?:YEAR:.*\s*)?(?:ORGANI[SZ]ATION:.*\s*)?", re.I)  # CRAN's
_LATER = re.compile(r"(?:any|or)\W{1,4}later\W{1,4}version|or\W{1,4}\(?at\W{1,4}your\W{1,4}option\)?\W{1,4}any", re.I)
_ENDS = re.compile(r"-(only|or-later)$")


@dataclass(frozen=True)
class Found:
    """What one licence file holds: the ids that its text may be, or in words why it is none."""

    path: str
    ids: tuple[str, ...] = ()
    what: str = ""


def is_license_file(path: str) -> bool:
    """Whether `path` is where a project puts a licence's text: at the top, or in LICENSES/."""
    if "/" in path:
        return bool(_FOLDER.fullmatch(path))
    return bool(_NAME.fullmatch(path)) and not _NOT.search(path) and not _ENDINGS.fullmatch(path)


def license_files(repository: Repository) -> list[str]:
    """Return the licence files at the top, else those in LICENSES/."""
    found = [path for path in repository.paths if is_license_file(path)]
    return [path for path in found if "/" not in path] or found


def infer_license(repository: Repository) -> Inferred | None:
    """Return the licence, None for its value where the files do not settle it, or nothing where there is no sign."""
    declared = dict(_declared(repository))
    found = [row for row in (_look(repository, path, declared) for path in license_files(repository)) if row]
    if not found:
        return _only_declared(declared)
    groups = _join({row.ids for row in found})
    if len(groups) != 1 or () in groups:
        shown = "; ".join(f"{row.path}: {row.what}" for row in found[:6])
        return Inferred("license", None, shown + ("; the template takes one licence" if () not in groups else ""))
    [ids] = groups
    path = next(row.path for row in found if row.ids == ids)
    return _settle(repository, path, ids, declared)


def _look(repository: Repository, path: str, declared: dict[str, tuple[str, ...]]) -> Found | None:
    text = repository.texts.get(path, "")
    if not text.strip():
        return Found(path, (), "could not be read")
    if _FORM.fullmatch(text):
        return None
    ids, likeness = most_alike(text, repository.licenses)
    nearly = any(set(ids) & set(named) for named in declared.values())  # who names the licence has only filled it in
    if known(text, repository.licenses, slack=3 if nearly else 1):
        return Found(path, ids, f"the text of {_name(ids)}")
    if inside := contained(text, repository.licenses):
        return Found(path, (), f"holds the text of {_name(inside[:1])} and more, which a person must read")
    return Found(
        path, (), f"is near to {_name(ids)} and not its text" if likeness.alike > 0.8 else "no known licence text"
    )


def _name(ids: tuple[str, ...]) -> str:
    """Return what the ids have in common, or the plain one of them."""
    plain = [spdx_id for spdx_id in ids if not _ENDS.search(spdx_id)]
    return min(plain, key=len) if plain else _ENDS.sub("", ids[0]) if ids else "none"


def _join(groups: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the groups without the GPL 3.0 beside the LGPL 3.0, which is a supplement to it and needs its text."""
    names: dict[str, tuple[str, ...]] = {_name(group): group for group in groups if group}
    if "LGPL-3.0" in names and "GPL-3.0" in names:
        return groups - {names["GPL-3.0"]}
    return groups


def _declared(repository: Repository) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield, by manifest, the ids that its licence fields mean."""
    for manifest in manifests(repository):
        ids = [spdx_ids(words, repository.licenses) for words in manifest.fields.get("licenses", ())]
        exact = [group for group in ids if len(group) == 1]
        merged = exact or ids  # a classifier may say less than the field beside it
        if flat := tuple(dict.fromkeys(spdx_id for group in merged for spdx_id in group)):
            yield manifest.path, flat


def _only_declared(declared: dict[str, tuple[str, ...]]) -> Inferred | None:
    if not declared:
        return None
    path, ids = next(iter(declared.items()))
    if len(set(declared.values())) == 1 and len(ids) == 1:
        return Inferred("license", ids[0], f"{path}: its licence field; there is no licence text", sure=False)
    return Inferred("license", None, f"{path}: {' or '.join(ids)}; there is no licence text")


def _settle(repository: Repository, path: str, ids: tuple[str, ...], declared: dict[str, tuple[str, ...]]) -> Inferred:
    evidence = f"{path}: the text of {_name(ids)}"
    for manifest, named in declared.items():
        if not set(named) & set(ids):
            return Inferred("license", None, f"{evidence}, while {manifest} says {' or '.join(named)}")
    plain = [spdx_id for spdx_id in ids if not re.search(r"-(only|or-later|no-\w+|RFN)", spdx_id)]
    if len(ids) == 1 or plain:
        return Inferred("license", min(plain or ids, key=len), evidence)
    for place, told in _told(repository, ids, declared):
        if len(told) == 1:
            return Inferred("license", told[0], f"{evidence}; {place} says {told[0]}")
    return Inferred(
        "license", None, f"{evidence}, which is that of {' and of '.join(ids)}; nothing says which is meant"
    )


def _told(
    repository: Repository, ids: tuple[str, ...], declared: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield who says which of the `ids` is meant: manifests, headers, then the words "any later version"."""
    for manifest, named in declared.items():
        yield manifest, tuple(spdx_id for spdx_id in named if spdx_id in ids)
    files = {path: text for path, text in repository.texts.items() if not is_license_file(path)}
    headers = {path: header_ids(text, repository.licenses) for path, text in files.items()}
    told = {spdx_id for found in headers.values() for spdx_id in found if spdx_id in ids}
    yield next((path for path, found in headers.items() if found), ""), tuple(told)
    number = _name(ids).split("-")[-1].removesuffix(".0")
    near = re.compile(rf"version\W{{1,4}}{re.escape(number)}\b.{{0,200}}", re.I | re.S)
    for path, text in files.items():
        notice = near.search(text[:20_000] if "/" in path or not path.lower().startswith("readme") else text)
        if notice and _LATER.search(notice[0]) and "GNU" in text:
            yield f"{path} (any later version)", tuple(spdx_id for spdx_id in ids if spdx_id.endswith("-or-later"))
