"""The base's releases: pinned, never changed, and the newest is what the sources make, or they are told apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import ROOT, git
from ospo_init.core.trees import File, tree_id
from ospo_init.edges import releases
from ospo_init.edges.bundles import append, compose_base, publish, unreleased_tag
from ospo_init.edges.snapshot import Snapshot
from ospo_init.edges.templates import bundle_tags, open_base
from ospo_init.errors import TemplateError, UserError

DATA = ROOT / "src" / "ospo_init" / "data"
ROWS = releases.read_releases(ROOT)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["tag"])
def test_every_release_is_in_the_bundle_as_pinned(row: Mapping[str, str], tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare")
    git(tmp_path, "fetch", "--quiet", str(DATA / "base.bundle"), "refs/tags/*:refs/tags/*")
    assert git(tmp_path, "rev-parse", f"{row['tag']}^{{commit}}") == row["commit"]
    assert git(tmp_path, "rev-parse", f"{row['tag']}^{{tree}}") == row["tree"]


def test_there_is_a_release() -> None:
    assert [row["tag"] for row in ROWS] == list(bundle_tags(DATA / "base.bundle"))


def test_the_newest_release_is_composed_of_these_sources_or_they_are_unreleased(composed: Mapping[str, File]) -> None:
    if releases.is_released(ROOT):
        assert tree_id(composed) == ROWS[-1]["tree"]
        assert open_base().tag == ROWS[-1]["tag"]
    else:
        assert re.fullmatch(r"v\d+\.\d+\.\d+\.dev\d+", open_base().tag)
        assert open_base().unreleased


def test_the_snapshot_is_the_bundles_newest_tree() -> None:
    snapshot = Snapshot(DATA / "base.zip")
    assert snapshot.facts == {name: ROWS[-1][name] for name in ("tag", "commit", "tree")}
    assert tree_id(snapshot) == ROWS[-1]["tree"]


def test_composing_twice_gives_the_same_bytes(composed: Mapping[str, File]) -> None:
    assert compose_base(ROOT) == composed


def test_a_release_is_appended_and_never_moved(tmp_path: Path) -> None:
    old, new = tmp_path / "one.bundle", tmp_path / "two"
    first = append(None, old, "v1.0.0", {"a": File(b"1")})
    second = publish(old, new, "v1.1.0", {"a": File(b"2"), "b/c": File(b"3")})
    assert bundle_tags(new.with_suffix(".bundle")) == {"v1.0.0": first["commit"], "v1.1.0": second["commit"]}
    assert dict(Snapshot(new.with_suffix(".zip"))) == {"a": File(b"2"), "b/c": File(b"3")}
    with pytest.raises(TemplateError, match="never changes"):
        append(new.with_suffix(".bundle"), tmp_path / "three", "v1.1.0", {"a": File(b"4")})


def test_the_same_release_gives_the_same_commit(tmp_path: Path) -> None:
    tree = {"a": File(b"1"), "ü": File(b"2", "100755")}
    assert append(None, tmp_path / "x", "v1.0.0", tree) == append(None, tmp_path / "y", "v1.0.0", tree)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_unreleased_sources_get_the_next_patch_as_a_development_version() -> None:
    tag = unreleased_tag([{"tag": "v0.9.0"}, {"tag": "v0.10.2"}], {"a": File(b"1")})
    assert re.fullmatch(r"v0\.10\.3\.dev\d+", tag)
    assert tag != unreleased_tag([{"tag": "v0.10.2"}], {"a": File(b"2")})


def test_an_unknown_version_of_the_base_says_upgrade() -> None:
    with pytest.raises(UserError, match=r"v99\.0\.0") as caught:
        open_base("v99.0.0")
    assert caught.value.next == "Upgrade ospo-init."


def test_the_pins_of_the_licence_texts_are_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = project["optional-dependencies"]["compose"]
    assert releases._TEXTS.split() == pins
    assert all(f'"{pin}"' in (ROOT / "build_hook.py").read_text() for pin in pins)
