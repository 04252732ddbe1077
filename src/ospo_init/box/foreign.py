"""Templates that we did not compose: Copier itself renders them, in the box, from a plain folder."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2.sandbox import SandboxedEnvironment
from packaging.version import InvalidVersion, Version

from ospo_init.box.copier_answers import CopierResolver, read_yaml, variables
from ospo_init.box.copier_context import Context
from ospo_init.box.copier_settings import read_settings
from ospo_init.box.filters import allowed
from ospo_init.box.replies import as_data, refuse_problems, syntax
from ospo_init.core.answers import Answers
from ospo_init.core.bank import MISSING, parse_bank
from ospo_init.core.expressions import FILTERS, environment
from ospo_init.core.origin import COPY, Run
from ospo_init.core.trees import EXECUTABLE, LINK, REGULAR, File, Tree
from ospo_init.edges import yamls
from ospo_init.errors import TemplateError, UserError

_NEEDS_TRUST = ("_tasks", "_migrations", "_jinja_extensions")
_QUESTION = (
    *("type", "help", "choices", "default", "validator", "when", "ask"),
    *("multiline", "multiselect", "placeholder", "secret"),
)
_UPDATING = {"_copier_operation": "update"}


class CopierEngine:
    """Copier, for any template that needs no trust."""

    renamed: Mapping[str, str] = {}

    def __init__(self, files: Tree, scratch: str) -> None:
        settings = read_settings(files)
        _refuse_untrusted(settings)
        _refuse_newer(settings)
        self.settings = settings
        self.scratch, self.template = Path(scratch), Path(scratch, "template")
        self.answers_file = str(settings.get("_answers_file", ".copier-answers.yml"))
        self.external = settings.get("_external_data") or {}
        self.env = _environment(files, settings)
        self.resolver = CopierResolver(parse_bank(_questions(settings), {}), self.env, read_yaml)
        self.context = Context()
        self.context.watch()
        _write(files, self.template)

    def resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return all answers as rows of plain data."""
        return as_data(self._resolve(given, machine))

    def render(
        self, given: Mapping[str, Any], machine: Mapping[str, Any], origin: Mapping[str, Any], run: Run = COPY
    ) -> tuple[dict[str, Any], Mapping[str, File]]:
        """Return the answers and the project that Copier makes of them; the answers are those that Copier remembers."""
        answers = self._resolve(given, machine)
        refuse_problems(answers)
        _refuse_missing(answers)
        found = {row.question.key: row.value for row in answers.rows if row.source == "machine"}
        self.context.origin, self.context.operation = origin, run.operation
        project = self._copy({**found, **given}, str(origin["_commit"]), _folder(machine), run.answers_file)
        recorded = dict(self.context.recorded)
        values = {**answers.values, **recorded}
        answers_file = run.answers_file or self.env.from_string(self.answers_file).render(values)
        seeded = {path: {"ownership": "seeded"} for path in self._matching("_skip_if_exists", values, project)}
        reply = {"recorded": recorded, "values": values, "sources": {}, "ownership": seeded}
        return {**as_data(answers), **reply, "answers_file": answers_file}, project

    def excluded(self, given: Mapping[str, Any], machine: Mapping[str, Any], paths: Sequence[str]) -> list[str]:
        """Return which of the project's `paths` the template leaves out, with these answers, when it updates."""
        return self._matching("_exclude", {**self._resolve(given, machine).values, **_UPDATING}, paths)

    def _matching(self, setting: str, values: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
        """Return which paths match a setting that is a list of patterns of .gitignore, each of which may be Jinja."""
        import pathspec  # Copier's own; which name the patterns have is its version's

        style = "gitignore" if Version(pathspec.__version__) >= Version("1") else "gitwildmatch"
        rows = [self.env.from_string(str(row)).render(values) for row in self.settings.get(setting) or ()]
        lines = [unicodedata.normalize("NFD", line) for row in rows for line in re.split(r"\r\n|\r|\n", row)]
        spec = pathspec.PathSpec.from_lines(style, lines)
        return [path for path in paths if spec.match_file(path)]

    def _resolve(self, given: Mapping[str, Any], machine: Mapping[str, Any]) -> Answers:
        self.env.globals.update(variables(_folder(machine), self.answers_file, self.external))
        return self.resolver.resolve(given, machine)

    def _copy(self, data: Mapping[str, Any], tag: str, folder: str, answers_file: str) -> dict[str, File]:
        import copier

        place = Path(tempfile.mkdtemp(dir=self.scratch), folder)
        none = copier.Settings()  # not those of whoever runs it
        options: dict[str, Any] = {
            "data": dict(data),
            "answers_file": answers_file or None,
            "vcs_ref": tag,
            "defaults": True,
            "quiet": True,
            "settings": none,
        }
        try:
            copier.run_copy(str(self.template), place, **options)
        except copier.errors.ForbiddenPathError as error:  # its message goes on with how to trust it
            raise TemplateError(
                f"The template reaches outside: {str(error).splitlines()[0]}", "Tell its owner."
            ) from None
        return _read(place)


def prepare() -> None:
    """Import Copier, without the filters that reach the machine: they are replaced before Copier takes them up."""
    from jinja2_ansible_filters.core_filters import FilterModule

    original = FilterModule.filters
    FilterModule.filters = lambda self: allowed(original(self))
    import copier  # noqa: F401 - what it imports cannot be imported in the closed box


def _refuse_untrusted(settings: Mapping[str, Any]) -> None:
    wanted = [name for name in _NEEDS_TRUST if settings.get(name)]
    if wanted:
        raise TemplateError(
            f"This template needs trust: it wants to run code of its own ({', '.join(wanted)}).",
            "ospo-init uses templates that need none; ask its owner for one, or use `copier copy --trust`.",
        )


def _refuse_newer(settings: Mapping[str, Any]) -> None:
    import copier

    wanted = str(settings.get("_min_copier_version", "0"))
    try:
        newer = Version(wanted) > Version(copier.__version__)
    except InvalidVersion:
        raise TemplateError(f"The template needs Copier {wanted!r}, which is no version.", "Tell its owner.") from None
    if newer:
        raise TemplateError(
            f"The template needs Copier {wanted} or newer; this is {copier.__version__}.", "Upgrade Copier."
        )


def _refuse_missing(answers: Answers) -> None:
    missing = [row.question.key for row in answers.rows if row.shown and row.value is MISSING]
    if missing:
        raise UserError(
            f"The template has no default for {', '.join(missing)}.", "Answer with -d key=value or --answers FILE."
        )


def _questions(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the questions as Copier sees them: without what it passes over, and with `_secret_questions` marked."""
    listed = settings.get("_secret_questions") or ()
    found = {}
    for key, row in settings.items():
        if not key.startswith("_"):
            known = (
                {name: row[name] for name in _QUESTION if name in row} if isinstance(row, Mapping) else {"default": row}
            )
            found[key] = known | ({"secret": True} if key in listed else {})
    return found


def _environment(files: Tree, settings: Mapping[str, Any]) -> SandboxedEnvironment:
    """Return an environment that has the filters of Copier's."""
    from jinja2_ansible_filters import AnsibleCoreFiltersExtension

    env = environment(files, {"keep_trailing_newline": True, **syntax(settings)}, yamls.to_nice_yaml)
    for name in FILTERS:  # the extension brings these itself, and stumbles over what is there
        del env.filters[name]
    env.add_extension(AnsibleCoreFiltersExtension)
    return env


def _folder(machine: Mapping[str, Any]) -> str:
    """Return the name of the project's folder, which Copier shows to templates."""
    name = str(machine.get("_folder_name") or machine.get("project_name", ""))
    return name if name not in ("", ".", "..") and "/" not in name else "project"


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
