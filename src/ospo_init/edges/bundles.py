"""Writing published trees into a git bundle: one commit and one tag a version, never touching earlier ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ospo_init.core.compose import compose
from ospo_init.core.origin import newest
from ospo_init.core.trees import Tree, tree_id
from ospo_init.edges import yamls
from ospo_init.edges.git import Git
from ospo_init.edges.releases import read_releases
from ospo_init.edges.snapshot import write_snapshot
from ospo_init.edges.source import read_base
from ospo_init.edges.templates import bundle_tags
from ospo_init.errors import TemplateError

# The same tree, tag and parent give the same commit on every machine.
_WHO = b"The ospo-init contributors <ospo-init@ospo-init.invalid> 1767225600 +0000"


def compose_base(root: Path) -> Tree:
    """Return the composed tree of the base template whose source lies below `root`."""
    return compose(read_base(root), yamls.dump)


def append(old: Path | None, new: Path, tag: str, tree: Tree) -> dict[str, str]:
    """Write to `new` the bundle `old` plus `tree` under `tag`; return the tag's commit and tree ids.

    Raises TemplateError when the tag is taken, or when git stored another tree than the composed one.
    """
    tags = bundle_tags(old) if old else {}
    if tag in tags:
        raise TemplateError(f"Version {tag} is published already, and a published version never changes.")
    with tempfile.TemporaryDirectory(prefix="ospo-init-") as scratch:
        git = Git(Path(scratch))
        git.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1")
        if old:
            git.run("fetch", "--quiet", "--no-tags", str(old.resolve()), "refs/tags/*:refs/tags/*")
        parent = newest(tags)
        git.run("fast-import", "--quiet", data=b"".join(stream(tag, tree, tags.get(parent, ""))))
        row = {"commit": git.text("rev-parse", f"{tag}^{{commit}}"), "tree": git.text("rev-parse", f"{tag}^{{tree}}")}
        if row["tree"] != tree_id(tree):
            raise TemplateError(f"git stored the tree {row['tree']}, not the composed {tree_id(tree)}.")
        git.run("bundle", "create", "--quiet", str(new.resolve()), "--tags", config=("pack.threads=1",))
    return row


def stream(tag: str, tree: Tree, parent: str) -> Iterable[bytes]:
    """Yield what `git fast-import` makes a commit of, under the tag; the same for the same tree, tag and parent."""
    message = f"{tag}\n".encode()
    yield b"commit refs/tags/" + tag.encode() + b"\n"
    yield b"author " + _WHO + b"\ncommitter " + _WHO + b"\n" + b"data %d\n" % len(message) + message
    if parent:
        yield b"from " + parent.encode() + b"\ndeleteall\n"
    for path, file in tree.items():
        quoted = path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        yield b"M " + file.mode.encode() + b' inline "' + quoted + b'"\n'
        yield b"data %d\n" % len(file.data) + file.data + b"\n"


def unreleased_tag(releases: list[dict[str, Any]], tree: Tree) -> str:
    """Return the development version for a tree that is not released: the next patch, numbered by its contents."""
    number = int(tree_id(tree)[:6], 16)
    last = newest(row["tag"] for row in releases)
    if not last:
        return f"v0.1.0.dev{number}"
    major, minor, patch = last.removeprefix("v").split(".")
    return f"v{major}.{minor}.{int(patch) + 1}.dev{number}"


def write_unreleased(root: Path, folder: Path) -> str:
    """Write dev.bundle (all releases and the unreleased sources) and dev.zip to `folder`; return the new tag."""
    tree = compose_base(root)
    tag = unreleased_tag(read_releases(root), tree)
    old = root / "src" / "ospo_init" / "data" / "base.bundle"
    publish(old if old.exists() else None, folder / "dev", tag, tree)
    return tag


def publish(old: Path | None, target: Path, tag: str, tree: Tree) -> dict[str, str]:
    """Write `target`.bundle and its snapshot `target`.zip, each by one rename; return the new tag's ids."""
    new_bundle, new_zip = target.with_suffix(".bundle.new"), target.with_suffix(".zip.new")
    row = append(old, new_bundle, tag, tree)
    write_snapshot(new_zip, tree, {"tag": tag, **row})
    new_bundle.replace(target.with_suffix(".bundle"))
    new_zip.replace(target.with_suffix(".zip"))
    return row
