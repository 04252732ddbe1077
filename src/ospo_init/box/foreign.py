"""Templates that we did not compose: Copier itself renders them, in the box, from a plain folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ospo_init.box.engine import as_data, refuse_problems
from ospo_init.core.answers import Resolver
from ospo_init.core.bank import parse_bank
from ospo_init.core.expressions import FILTERS, environment
from ospo_init.core.trees import EXECUTABLE, LINK, REGULAR, File, Tree
from ospo_init.edges import yamls
from ospo_init.edges.copier_file import read_copier_file
from ospo_init.errors import TemplateError

_NEEDS_TRUST = ("_tasks", "_migrations", "_jinja_extensions")
# Filters that reach the machine: its environment, its folders, its clock, its dice.
_MACHINE = ("expandvars", "expanduser", "fileglob", "realpath", "relpath", "ans_random", "shuffle", "strftime")


class CopierEngine:
    """Copier, for any template that needs no trust."""

    def __init__(self, files: Tree, scratch: str) -> None:
        self.template, self.project = Path(scratch, "template"), Path(scratch, "project")
        _write(files, self.template)
        disarm()
        import copier  # noqa: F401 - imported before the box closes, after the filters are gone

        document = read_copier_file(files)
        self.answers_file = document.get("_answers_file", ".copier-answers.yml")
        wanted = [name for name in _NEEDS_TRUST if document.get(name)]
        if wanted:
            raise TemplateError(
                f"This template wants to run code of its own ({', '.join(wanted)}).",
                "ospo-init uses templates that need no trust; ask its owner for one, or use `copier copy --trust`.",
            )
        self.env = env = environment(
            files, {"keep_trailing_newline": True, **document.get("_envops", {})}, yamls.to_nice_yaml
        )
        from jinja2_ansible_filters import AnsibleCoreFiltersExtension

        for name in FILTERS:  # the extension brings these itself, and stumbles over what is there
            del env.filters[name]
        env.add_extension(AnsibleCoreFiltersExtension)
        for name in _MACHINE:
            env.filters.pop(name, None)
        self.resolver = Resolver(parse_bank(document, {}), env, yamls.load)

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""
        return as_data(self.resolver.resolve(given, machine))

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that Copier makes of them."""
        import copier

        answers = self.resolver.resolve(given, machine)
        refuse_problems(answers)
        secrets = {row.question.key: row.value for row in answers.rows if row.question.secret}
        data = answers.recorded | {key: value for key, value in secrets.items() if key in given}
        copier.run_copy(
            str(self.template), self.project, data=data, defaults=True, quiet=True, settings=copier.Settings()
        )
        project = _read(self.project)
        answers_file = self.env.from_string(self.answers_file).render(answers.values)
        _name_origin(project, answers_file, origin)
        return {**as_data(answers), "sources": {}, "ownership": {}, "answers_file": answers_file}, project


def disarm() -> None:
    """Take the filters that reach the machine out of what Copier will load."""
    from jinja2_ansible_filters.core_filters import FilterModule

    original = FilterModule.filters

    def filters(self: Any) -> dict[str, Any]:
        return {name: value for name, value in original(self).items() if name not in _MACHINE}

    FilterModule.filters = filters


def _name_origin(project: dict[str, File], answers_file: str, origin: Mapping[str, Any]) -> None:
    """Write the template's real address and version where Copier saw only a folder of ours."""
    file = project.get(answers_file)
    if file is None:
        return
    lines = [line for line in file.data.decode().splitlines(keepends=True) if not line.startswith("_commit:")]
    at = next((n for n, line in enumerate(lines) if line.startswith("_src_path:")), None)
    if at is not None:
        lines[at : at + 1] = [f"{line}\n" for line in yamls.dump(dict(origin)).splitlines()]
        project[answers_file] = File("".join(lines).encode(), file.mode)


def _write(files: Tree, root: Path) -> None:
    for path, file in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.mode == LINK:
            target.symlink_to(os.fsdecode(file.data))
        else:
            target.write_bytes(file.data)
            target.chmod(0o755 if file.mode == EXECUTABLE else 0o644)


def _read(root: Path) -> dict[str, File]:
    found: dict[str, File] = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *(name for name in folders if Path(folder, name).is_symlink())]:
            path = Path(folder, name)
            key = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[key] = File(os.fsencode(path.readlink()), LINK)
            else:
                found[key] = File(path.read_bytes(), EXECUTABLE if path.stat().st_mode & 0o100 else REGULAR)
    return found
