"""A small published template in two versions, as Copier and ospo-init read it, and the same for cruft.

Thirty text files; between the versions three of them change. Copier and ospo-init use the same repository.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ospo_init.core.compose import Source, compose
from ospo_init.core.trees import File
from ospo_init.edges import yamls
from ospo_init.edges.repository import write as write_tree

FILES, CHANGED = 30, (3, 11, 17)
WHO = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def text(number: int, version: int) -> str:
    """Return the text of one file: forty lines, of which one tells the version where the file changes."""
    lines = [f"Line {line} of document {number}." for line in range(40)]
    if version > 1 and number in CHANGED:
        lines[20] += " It was corrected."
    return "\n".join(lines) + "\n"


def house(folder: Path) -> Path:
    """Write the template with the tags v1.0.0 and v1.1.0, and return its folder."""
    return _repository(folder, {1: _composed(1), 2: _composed(2)})


def cookiecutter(folder: Path) -> Path:
    """Write the same for cruft, with the same tags."""
    trees = {}
    for version in (1, 2):
        files = {f"{{{{cookiecutter.slug}}}}/docs/{n}.md": File(text(n, version).encode()) for n in range(FILES)}
        files["cookiecutter.json"] = File(json.dumps({"slug": "project"}).encode())
        trees[version] = files
    return _repository(folder, trees)


def _composed(version: int) -> Mapping[str, File]:
    layer = {"type": "yaml", "when": False, "default": '{base: "."}'}
    kept = {"type": "yaml", "ask": False, "default": [], "help": "Kept files"}
    files = {f"project/{{{{ layer.base }}}}/docs/{n}.md": File(text(n, version).encode()) for n in range(FILES)}
    answers = "project/{{ _copier_conf.answers_file }}.jinja"
    files[answers] = File(b"{{ _copier_answers | to_nice_yaml -}}\n")
    settings = {"_subdirectory": "project", "_templates_suffix": ".jinja", "_answers_file": ".copier-answers.yml"}
    source = Source(settings, {"kept": kept, "layer": layer}, files, {}, {}, {})
    return compose(source, yamls.dump)


def _repository(folder: Path, trees: Mapping[int, Mapping[str, File]]) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for version, tree in trees.items():
        if version > 1:
            git(folder, "rm", "-r", "--quiet", "--force", ".")
        write_tree(tree, folder)
        git(folder, "add", "--all", "--force")
        git(folder, *WHO, "commit", "--quiet", "-m", f"v1.{version - 1}.0")
        git(folder, "tag", f"v1.{version - 1}.0")
    return folder


def git(folder: Path, *words: str) -> str:
    """Return what git prints."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
