"""Trees: what may be written, and git's ids computed without git."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import git
from ospo_init.core.trees import EXECUTABLE, LINK, File, check_path, check_tree, outline, tree_id
from ospo_init.edges.repository import write
from ospo_init.errors import TemplateError


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "a/b.txt",
        ".github/x.yml",
        ".gitignore",
        ".gitattributes",
        "git/x",
        ".git-x",
        "a b/é",
        "🦀.md",
        "..a",
        "a..b",
    ],
)
def test_ordinary_paths_pass(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "./a",
        "a/.",
        ".git",
        ".git/config",
        "a/.git/hooks/x",
        ".GIT/config",
        ".Git",
        "GIT~1/config",
        "git~2",
        ".git.",
        ".git ",
        ".git::$INDEX_ALLOCATION/config",
        ".g\u200cit/config",
        "\uff0egit/x",
        "a\\b",
        "a\0b",
        "CON",
        "aux.txt",
        "nul",
        "COM1.log",
        "a/LPT9",
        "x\ny",
        "x\x1b[2J",
        "a" * 500,
        "\ud800",
    ],
)
def test_paths_that_could_harm_are_refused(path: str) -> None:
    with pytest.raises(TemplateError):
        check_path(path)


@pytest.mark.parametrize(
    "target, fine",
    [
        (b"b", True),
        (b"../x", True),
        (b"./b", True),
        (b"../../x", False),
        (b"/etc/passwd", False),
        (b"", False),
        (b"../.git/config", False),
        (b"C:\\x", False),
        (b"..\\x", False),
    ],
)
def test_links_stay_inside(target: bytes, fine: bool) -> None:
    tree = {"a/link": File(target, LINK), "x": File(b"")}
    if fine:
        assert check_tree(tree) == tree
    else:
        with pytest.raises(TemplateError):
            check_tree(tree)


def test_two_names_for_one_file_are_refused() -> None:
    with pytest.raises(TemplateError, match="same file"):
        check_tree({"README.md": File(b""), "readme.md": File(b"")})
    with pytest.raises(TemplateError, match="same file"):
        check_tree({"\u00e9": File(b""), "e\u0301": File(b"")})


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_tree_id_is_gits(tmp_path: Path, algorithm: str) -> None:
    tree = {
        "a.txt": File(b"a\n"),
        "a/b": File(b"", EXECUTABLE),
        "a-b": File(b"\0\r\n"),
        "l": File(b"a.txt", LINK),
        "z/y/x": File(b"x"),
        "é": File(b"1"),
    }
    write(tree, tmp_path)
    git(tmp_path, "init", "--quiet", f"--object-format={algorithm}")
    git(tmp_path, "add", "--all")
    assert git(tmp_path, "write-tree") == tree_id(tree, algorithm)


def test_outline_names_each_folder_once() -> None:
    assert outline(["b", "a/y", "a/x/z"]) == ["a/", "  x/", "    z", "  y", "b"]
