"""What is to be read before the licence is chosen: the terms of the recommended ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ospo_init.core.terms import Terms, read_terms
from ospo_init.core.trees import File
from ospo_init.core.wizard import Row
from ospo_init.edges import yamls

_CHOICES = "licenses/choices.yml"


def license_notes(files: Mapping[str, File]) -> Callable[[Row], Sequence[Terms]]:
    """Return the notes for the wizard, from a template's `files`; none where it has no list of licences."""
    listed = yamls.load(files[_CHOICES].data) if _CHOICES in files else []

    def notes(row: Row) -> Sequence[Terms]:
        if row["key"] != "license":
            return ()
        facts = {choice["id"]: _facts(files, choice["id"]) for choice in listed if "fits" in choice}
        made_for = set(_facts(files, str(row["value"])).get("materials", ()))
        found = [read_terms(spdx_id, known) for spdx_id, known in facts.items()]
        return sorted(found, key=lambda terms: made_for.isdisjoint(facts[terms.id].get("materials", ())))

    return notes


def _facts(files: Mapping[str, File], spdx_id: str) -> Mapping[str, Any]:
    path = f"licenses/facts/{spdx_id}.yml"
    return dict(yamls.load(files[path].data)) if path in files else {}
