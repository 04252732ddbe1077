"""The shape of the code: imports point one way, the core is pure, one module prints, one starts git."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "ospo_init"
# Leftmost may import everything to its right. The box is an edge that runs apart.
ORDER = ["cli", "commands", "edges", "core", ""]
PURE = {
    "__future__",
    "collections",
    "dataclasses",
    "difflib",
    "bisect",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "packaging",
    "re",
    "types",
    "typing",
    "unicodedata",
    "jinja2",
    "ospo_init",
    "enum",
    "textwrap",
    "string",
    "graphlib",
    "math",
}
MODULES = sorted(SOURCE.rglob("*.py"))


def _imports(path: Path, top_only: bool = False) -> list[str]:
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_only else ast.walk(tree)
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def _layer(name: str) -> str:
    part = name.split(".")[1] if "." in name else ""
    return "edges" if part == "box" else part if part in ORDER else ""


def _id(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_imports_point_right(path: Path) -> None:
    own = _layer("ospo_init." + path.relative_to(SOURCE).as_posix().removesuffix(".py").replace("/", "."))
    if path.name == "__main__.py":
        own = "cli"
    for name in _imports(path):
        if name.startswith("ospo_init"):
            assert ORDER.index(_layer(name)) >= ORDER.index(own), f"{_id(path)} imports {name}"


@pytest.mark.parametrize("path", sorted((SOURCE / "core").rglob("*.py")), ids=_id)
def test_the_core_is_pure(path: Path) -> None:
    outside = {name.split(".")[0] for name in _imports(path)} - PURE
    assert not outside, f"{_id(path)} reaches outside: {outside}"
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize(
    "door, may",
    [
        ("subprocess", {"edges/git.py", "edges/box.py", "edges/programs.py"}),
        ("questionary", {"edges/prompts.py"}),
        ("prompt_toolkit", {"edges/prompts.py"}),
        ("copier", {"box/foreign.py"}),
        ("git", {"edges/target.py"}),
        ("yaml", {"edges/yamls.py", "edges/copier_file.py"}),
        ("socket", set()),
        ("requests", set()),
        ("jinja2_ansible_filters", {"box/foreign.py"}),
    ],
)
def test_one_door_per_outside_thing(door: str, may: set[str]) -> None:
    users = {_id(path) for path in MODULES if any(name.split(".")[0] == door for name in _imports(path))}
    assert users <= may


def test_only_one_module_prints() -> None:
    printing = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name) and node.id == "print":
                printing.add(_id(path))
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("write", "writelines")
                and ast.unparse(node.value) in ("sys.stdout", "sys.stderr")
            ):
                printing.add(_id(path))
    assert printing <= {"cli/output.py"}


def test_a_template_is_never_trusted() -> None:
    words = ["unsafe" + "=True", "shell" + "=True"]
    assert not [path for path in MODULES for word in words if word in path.read_text()]


def test_files_and_functions_are_small() -> None:
    for path in MODULES:
        text = path.read_text()
        assert text.count("\n") <= 300, f"{_id(path)} is too long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                assert size <= 60, f"{_id(path)}: {node.name} has {size} lines"


@pytest.mark.parametrize(
    "arguments, absent",
    [
        (["--help"], {"copier", "questionary", "jinja2", "yaml", "git", "rich", "prompt_toolkit"}),
        (["--version"], {"copier", "questionary", "jinja2", "yaml", "git", "rich", "prompt_toolkit"}),
        (["new", "--help"], {"copier", "questionary", "jinja2", "yaml", "git"}),
    ],
)
def test_heavy_imports_wait(arguments: list[str], absent: set[str]) -> None:
    code = (
        "import sys; from ospo_init.cli.app import run; code = run(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules}))); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & absent
    assert "ospo-init" in done.stdout


def test_new_with_defaults_needs_no_copier_and_no_questionary(tmp_path: Path) -> None:
    code = (
        "import sys; from ospo_init.cli.app import run; code = run(sys.argv[1:]);"
        "sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules}))); sys.exit(code)"
    )
    arguments = [
        "new",
        str(tmp_path / "x"),
        "--defaults",
        "-d",
        "maintainer_name=Ada",
        "-d",
        "maintainer_email=ada@example.org",
    ]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & {"copier", "questionary", "prompt_toolkit", "git", "jinja2"}
