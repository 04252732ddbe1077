"""Placing a house's files: what becomes of the files below, where its own go, and whose each of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ospo_init.core.house import PATH, jinja, licensing
from ospo_init.core.house.answering import contact_of, values
from ospo_init.core.house.filling import filled
from ospo_init.core.house.headers import with_headers
from ospo_init.core.house.layering import LAYERS, Layers, with_layers
from ospo_init.core.house.model import Block, FileRule, House
from ospo_init.core.house.placing import (
    SUFFIX,
    Sources,
    attributes,
    is_exact,
    layer_of,
    shipped,
    source_path,
)
from ospo_init.core.house.saying import MISSING
from ospo_init.core.house.source import HouseSource, Parent
from ospo_init.core.licenses import jinja_safe
from ospo_init.core.trees import File, Tree

_TESTS = re.compile(r"^(\w+): \{\{ on\((.*)\) \}\}$", re.MULTILINE)
Rows = Mapping[str, Mapping[str, Any]]
# Layers of the base for one forge, pipeline or language: what is demanded there is not demanded of other projects.
_OF_PLACE = ("ci", "forge_", "owners_", "proposals_", "dependabot", "renovate", "python", "node")


@dataclass(frozen=True)
class Placed:
    """The template's files with the house's: who owns which, what was renamed, and which overlay file makes a path.

    `filled` are the overlay's paths that hold answers; all others are shipped byte for byte.
    """

    files: Tree
    owned: Rows = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    overlaid: Mapping[str, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    always: str = ""
    title: str = ""


def placed(parent: Parent, source: HouseSource) -> Placed:
    """Return the files of the template below, changed as the house has them, and its own."""
    house = source.house
    layers = Layers(house.name, parent.files[LAYERS].data.decode("utf-8") if LAYERS in parent.files else "")
    sources = Sources.of(parent.files).with_files(_fragments(source))
    sources = _changed(sources, source, layers)
    sources, overlaid, full = _overlaid(sources, source, layers)
    sources = _blocked(sources, source)
    sources = _licensed(sources, source, layers, values(parent.questions.get(licensing.LICENSE, {}).get("choices", [])))
    sources = with_headers(sources, house)
    always = layers.of(None, "")
    exact = [path for path, name in overlaid.items() if is_exact(source.overlay[name].data)]
    exact += [row.copy for row in house.licenses.materials.values() if row.copy]  # legal texts, as LICENSE is
    tree = with_layers(_attributed(sources, exact, overlaid), layers.rows)
    owned = _with_rows(parent.notes["files"], _owned(house, overlaid))
    renamed = {**dict(parent.notes.get("renamed", {})), **_renamed(house)}
    return Placed(tree, owned, renamed, overlaid, full, always, house.title)


def with_policy(placed_: Placed, file: File) -> Placed:
    """Return the files with the rules that every project of the house carries."""
    there = Sources.of(placed_.files).without(PATH)
    path = source_path(PATH, placed_.always, template=False)
    owned = {**placed_.owned, PATH: {"ownership": "mandated", "house": placed_.title}}
    return replace(placed_, files={**there.tree, path: file}, owned=owned)


def _fragments(source: HouseSource) -> Tree:
    """Return the texts that documents include by an answer, as templates."""
    found = {}
    for name, file in source.fragments.items():
        path = name.removesuffix(SUFFIX)
        text = (
            file.data if name.endswith(SUFFIX) else filled(name, file.data.decode(), source.house.placeholders).encode()
        )
        found[path] = File(text, file.mode)
    return found


def _changed(sources: Sources, source: HouseSource, layers: Layers) -> Sources:
    """Return the files below with those left out, moved and made conditional of which the house says so."""
    own = {name.removesuffix(SUFFIX) for name in source.overlay}
    for path, rule in source.house.files.items():
        if rule.exclude or rule.forbid:
            sources = sources.without(path)
        elif rule.when not in (MISSING, True) and path not in own:
            sources = _conditional(sources, path, rule.when, layers)
        if rule.at:
            sources = sources.moved(path, rule.at)
    if source.house.licenses.file:
        sources = sources.moved("LICENSE", source.house.licenses.file)
    return sources


def _conditional(sources: Sources, path: str, when: Any, layers: Layers) -> Sources:
    tests = _tests(sources)
    tree = dict(sources.tree)
    for old in sources.by_path.get(path, ()):
        test = f"({tests.get(layer_of(old), 'true')}) and {jinja.expression(when)}"
        tree[source_path(path, layers.of_test(test, path), old.endswith(SUFFIX))] = tree.pop(old)
    return Sources.of(tree)


def _overlaid(sources: Sources, source: HouseSource, layers: Layers) -> tuple[Sources, dict[str, str], frozenset[str]]:
    """Return the files with the overlay's in place of those of the same path, and which overlay file makes a path."""
    house, tests = source.house, _tests(sources)
    overlaid, full, new = {}, set(), {}
    for name, file in source.overlay.items():
        path = name.removesuffix(SUFFIX)
        data, template = shipped(name, file, house.placeholders)
        rule = house.files.get(path, FileRule())
        below = sources.layers(path)
        if rule.when is not MISSING:
            layer = layers.of(rule.when, path)
        elif language := _language(path, house.languages):
            layer = layers.of({"is": {"languages": language}}, path)
        elif below and not (_is_demanded(rule) and not all(one.startswith(_OF_PLACE) for one in below)):
            layer = (
                below[0] if len(below) == 1 else layers.of_test(" or ".join(f"({tests[one]})" for one in below), path)
            )
        else:
            layer = layers.of(None, path)
        sources = sources.without(path)
        new[source_path(path, layer, template)] = data
        overlaid[path] = name
        full |= {path} if template else set()
    return sources.with_files(new), overlaid, frozenset(full)


def _is_demanded(rule: FileRule) -> bool:
    return rule.frozen or rule.ownership == "mandated" or rule.required is True


def _language(path: str, languages: tuple[str, ...]) -> str:
    """Return the language in a name such as README.de.md, or ''; the main language's documents have none."""
    parts = path.rpartition("/")[2].split(".")
    marked = parts[1:-1] if len(parts) > 2 else parts[1:]
    return next((one for one in marked if one in languages[1:]), "")


def _tests(sources: Sources) -> dict[str, str]:
    return dict(_TESTS.findall(sources.tree[LAYERS].data.decode("utf-8"))) if LAYERS in sources.tree else {}


def _blocked(sources: Sources, source: HouseSource) -> Sources:
    """Return the files with the house's blocks in them."""
    tree = dict(sources.tree)
    for path, rule in source.house.files.items():
        if not rule.block:
            continue
        for old in sources.by_path.get(rule.at or path, ()):
            file = tree.pop(old)
            text = file.data.decode("utf-8")
            text = text if old.endswith(SUFFIX) else jinja_safe(text)
            new = old if old.endswith(SUFFIX) else old + SUFFIX
            tree[new] = File(_with_block(text, _block(source, path, rule.block), rule.block).encode(), file.mode)
    return Sources.of(tree)


def marks(name: str, path: str) -> tuple[str, str]:
    """Return the lines that begin and end the block of the house `name` in a file."""
    begin, end = f"house {name}: begin", f"house {name}: end"
    if path.endswith((".md", ".html", ".xml", ".svg")):
        return f"<!-- {begin} -->", f"<!-- {end} -->"
    return f"# {begin}", f"# {end}"


def _block(source: HouseSource, path: str, block: Block) -> str:
    begin, end = marks(source.house.name, path)
    text = source.texts[block.text].data.decode("utf-8").strip("\n")
    return f"{begin}\n{filled(path, text, source.house.placeholders)}\n{end}\n"


def _with_block(text: str, block: str, how: Block) -> str:
    if how.place == "bottom":
        return f"{text.rstrip(chr(10))}\n\n{block}"
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith("# ")), -1)
    return "\n".join([*lines[: at + 1], *([""] if at >= 0 else []), *block.rstrip("\n").split("\n"), *lines[at + 1 :]])


def _licensed(sources: Sources, source: HouseSource, layers: Layers, known: list[Any]) -> Sources:
    """Return the files with the texts of further licences, and what further material needs."""
    materials = source.house.licenses.materials
    new: dict[str, File] = dict(licensing.license_files(source, known))
    for name, row in materials.items():
        layer = layers.of({"is": {licensing.MATERIALS: name}}, f"material {name}")
        folder = row.files[0].partition("*")[0].rstrip("/")
        path = f"{folder}/README.md"
        if folder and path not in sources.by_path:
            new[source_path(path, layer, template=False)] = File(_about(row.title or name, row.license))
        if row.copy:
            whole = f"licenses/texts/{row.license.removeprefix('LicenseRef-')}.txt"
            filled_in = f"licenses/root/{row.license}.txt"  # with the notice in its blanks, as LICENSE has it
            blanks = filled_in in sources.tree and b"copyright_notice" in sources.tree[filled_in].data
            text = f"{{% include '{filled_in if blanks else whole}' %}}"
            new[source_path(row.copy, layer, template=True)] = File(text.encode())
    if materials:
        before = sources.tree.get(licensing.NAMED, File(b"")).data.decode()
        new[licensing.NAMED] = File(licensing.material_lines(materials, before).encode())
    for old in sources.by_path.get("REUSE.toml", ()) if materials else ():
        file = sources.tree[old]
        new[old] = File((file.data.decode() + licensing.material_annotations(materials)).encode(), file.mode)
    return sources.with_files(new)


def _about(title: str, license_: str) -> bytes:
    return f"# {title}\n\nWhat lies in this folder is under {license_}; REUSE.toml says so for every file.\n".encode()


def _attributed(sources: Sources, exact: list[str], overlaid: Mapping[str, str]) -> dict[str, File]:
    """Return the tree with rows of .gitattributes for what is kept byte for byte, unless the overlay has its own."""
    tree = dict(sources.tree)
    if exact and ".gitattributes" not in overlaid:
        for old in sources.by_path.get(".gitattributes", ()):
            text = tree[old].data.decode()
            more = attributes(exact)
            tree[old] = File((text + (jinja_safe(more) if old.endswith(SUFFIX) else more)).encode(), tree[old].mode)
    return tree


def _owned(house: House, overlaid: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the rows of ownership for the files of which the house says something, or that are its own."""
    rows = {}
    for path in dict.fromkeys([*overlaid, *house.files]):
        rule = house.files.get(path, FileRule())
        if rule.exclude or rule.forbid:
            continue
        owner = rule.ownership or ("mandated" if rule.frozen else "managed" if path in overlaid else "")
        about = {"ownership": owner, "house": house.title, "rule": rule.rule, "items": list(rule.items)}
        contact = contact_of(house, rule.contact) if rule.rule or rule.contact else ""
        rows[rule.at or path] = {key: value for key, value in (about | {"contact": contact}).items() if value}
    for row in house.licenses.materials.values():
        folder = row.files[0].partition("*")[0].rstrip("/")
        if folder:
            rows.setdefault(f"{folder}/README.md", {"ownership": "seeded", "house": house.title})
    return rows


def _with_rows(below: Rows, rows: Rows) -> dict[str, Mapping[str, Any]]:
    """Return the rows below with a house's own; one that gives no rule leaves that of the house below, and its name."""
    found = dict(below)
    for path, row in rows.items():
        old = below.get(path, {})
        kept = {key: old[key] for key in ("house", "rule", "contact") if key in old} if old.get("rule") else {}
        items = list(dict.fromkeys([*old.get("items", ()), *row.get("items", ())]))
        found[path] = {**old, **row, **(kept if not row.get("rule") else {}), **({"items": items} if items else {})}
    return found


def _renamed(house: House) -> dict[str, str]:
    found = {rule.formerly: rule.at or path for path, rule in house.files.items() if rule.formerly}
    found |= {path: rule.at for path, rule in house.files.items() if rule.at}
    return found | ({"LICENSE": house.licenses.file} if house.licenses.file else {})
