"""What a foreign template is told of itself: its published address and version, not the folder that Copier reads.

Copier is given a plain folder in the box. The variables through which a template sees where it is from are part of
Copier's documented contract with templates, so they are put right there: where Jinja renders.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import jinja2


class Context:
    """The origin that templates are told, and the answers that Copier last wanted to remember."""

    origin: Mapping[str, Any] = {}
    operation = "copy"
    recorded: Mapping[str, Any] = {}

    def watch(self) -> None:
        """Stand between Copier and Jinja from now on."""
        render = jinja2.Template.render

        def told(template: jinja2.Template, *args: Any, **kwargs: Any) -> str:
            return render(template, self._tell(dict(*args, **kwargs)))

        jinja2.Template.render = told  # type: ignore[method-assign,assignment]

    def _tell(self, context: dict[str, Any]) -> dict[str, Any]:
        answers, conf = context.get("_copier_answers"), context.get("_copier_conf")
        if not self.origin or not isinstance(answers, Mapping):
            return context
        own = {name: self.origin[name] for name in ("_commit", "_src_path")}
        self.recorded = {key: value for key, value in answers.items() if key not in own}
        if isinstance(conf, MutableMapping):
            conf["vcs_ref_hash"] = self.origin.get("_hash")
        told = {**context, **own, "_copier_answers": {**own, **self.recorded}}
        return told | ({"_copier_operation": self.operation} if "_copier_operation" in context else {})
