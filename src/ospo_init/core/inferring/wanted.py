"""Which tracked files are read: few, small and near the top, however large the repository is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ospo_init.core.inferring.languages import is_code
from ospo_init.core.inferring.licensing import is_license_file
from ospo_init.core.inferring.manifests import is_manifest
from ospo_init.core.inferring.repository import COMMUNITY, is_named

DOCUMENTS = (
    "readme", "notice", "copyright", "copyrights", "contributing", "contribute", "security", "code_of_conduct",
    "codeofconduct", "conduct", "maintainers", "maintainer", "owners", "authors", "governance", "team", "people",
    "codeowners",
)  # fmt: skip
OTHERS = ("REUSE.toml", ".reuse/dep5", ".well-known/security.txt", "security.txt", "CITATION.cff", "renovate.json")
MOST, HEADS = 120, 12  # files in all, and source files whose first lines are looked at


def wanted(paths: Sequence[str]) -> list[str]:
    """Return the paths whose text `infer` and `verdicts` look at."""
    top = [path for path in paths if path.count("/") <= 1]
    found = [path for path in top if is_license_file(path) or is_manifest(path)]
    found += [path for path in top for place in COMMUNITY for stem in DOCUMENTS if is_named(path, place, stem)]
    found += [path for path in paths if path in OTHERS]
    return list(dict.fromkeys(found))[: MOST - HEADS] + heads(paths)


def heads(paths: Sequence[str]) -> list[str]:
    """Return some source files of the most frequent ending, spread over the tree: their heads may name the licence."""
    code = [path for path in paths if is_code(path)]
    if not code:
        return []
    [(ending, _)] = Counter(path.rpartition(".")[2] for path in code).most_common(1)
    same = [path for path in code if path.endswith("." + ending)]
    return same[:: max(1, len(same) // HEADS)][:HEADS]
