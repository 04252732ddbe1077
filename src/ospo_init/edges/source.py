"""Reading a template's source from a folder: the YAML rows and the files that composing needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ospo_init.core.compose import Source
from ospo_init.core.licenses import compose_licenses
from ospo_init.core.trees import File, Tree
from ospo_init.edges import yamls
from ospo_init.edges.copier_file import read_copier_file
from ospo_init.edges.disk import read_folder
from ospo_init.edges.license_texts import read_license_texts
from ospo_init.errors import TemplateError

# Read as data, not published as they are.
_ROWS = ("copier.yml", "ownership.yml", "renames.yml", "questions/", "licenses/")


def read_base(root: Path) -> Source:
    """Return the source of the base template, below the folder that holds templates/ and governance_templates/."""
    templates = read_folder(root / "templates")
    governance = read_folder(root / "governance_templates")
    document = read_copier_file(templates)
    licenses = compose_licenses(_license_rows(templates), read_license_texts())
    published = {path: file for path, file in templates.items() if not path.startswith(_ROWS)}
    published |= {f"governance_templates/{path}": file for path, file in governance.items() if "/" in path}
    return Source(
        settings={key: value for key, value in document.items() if key.startswith("_")},
        questions={key: value for key, value in document.items() if not key.startswith("_")},
        files=published,
        licenses={path: File(data) for path, data in licenses.items()},
        license_choices={row["label"]: row["id"] for row in yamls.load(licenses["licenses/choices.yml"])},
        models={path.split("/")[0]: _rows(governance, path) for path in governance if path.endswith("/model.yml")},
        ownership=_rows(templates, "ownership.yml"),
        renamed=_rows(templates, "renames.yml") if "renames.yml" in templates else {},
    )


def _license_rows(templates: Tree) -> dict[str, Any]:
    return {
        path.removeprefix("licenses/").removesuffix(".yml"): _rows(templates, path)
        for path in templates
        if path.startswith("licenses/")
    }


def _rows(files: Tree, path: str) -> dict[str, Any]:
    rows = yamls.load_strict(files[path].data, path, TemplateError)
    if not isinstance(rows, dict):
        raise TemplateError(f"{path} is not a mapping of keys to values.", "Correct the file.")
    return rows
