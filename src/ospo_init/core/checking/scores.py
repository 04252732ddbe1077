"""Scores of OpenSSF Scorecard 5.5 that are neither all nor nothing, by the names that its data gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ospo_init.core.checking import permissions
from ospo_init.core.checking.model import Seen
from ospo_init.core.checking.pipelines import github
from ospo_init.core.checking.workflows import dockerfile_images, uses

_BEST = 10
_PINNED = re.compile(r".{1,300}@[a-f\d]{40,}.*|docker://.{1,300}@sha256:[a-f\d]{64}", re.IGNORECASE)
_OWN, _OTHERS, _ALONE = 2, 8, 10  # weights: actions of GitHub, of others, and whatever stands alone


def pinned(seen: Seen) -> float | None:
    """Return how many of the actions and base images are named by a hash, in whole points; None where there are none.

    Scorecard looks into scripts for what they install, too; that is not done here.
    """
    names = [name for flow in github(seen) if flow.path.lower().startswith(".github/") for name, _ in uses(flow)]
    own = [name for name in names if name.startswith(("actions/", "github/"))]
    others = [name for name in names if name not in own]
    images = [is_pinned for _, _, is_pinned in dockerfile_images(seen)]
    alone = not (own and others)
    groups = (
        ([bool(_PINNED.fullmatch(name)) for name in own], _ALONE if alone else _OWN),
        ([bool(_PINNED.fullmatch(name)) for name in others], _ALONE if alone else _OTHERS),
        (images, _ALONE),
    )
    weights = sum(len(group) * weight for group, weight in groups)
    return float(_BEST * sum(sum(group) * weight for group, weight in groups) // weights) if weights else None


SCORES: Mapping[str, Callable[[Seen], float | None]] = {
    "token-permissions": permissions.score,
    "pinned-dependencies": pinned,
}
