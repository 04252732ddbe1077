"""Every rule that checks may name, from the modules that hold them, and the scans that they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ospo_init.core.checking import health_rules, house_rules, rules, workflows
from ospo_init.core.checking.vocabulary import Check, Rule
from ospo_init.core.licensing.rules import RULES as LICENSING

RULES: Mapping[str, Rule] = {**rules.RULES, **workflows.RULES, **LICENSING, **health_rules.RULES, **house_rules.RULES}
MEASURED = frozenset(health_rules.RULES)  # the rules that read the measures of health
_NEEDED: Mapping[str, tuple[str, ...]] = {"internal-names": ("internal",), "dead-links": ("links",)}


def scans_of(checks: Iterable[Check]) -> frozenset[str]:
    """Return the scans that checks read, themselves or through their rules."""
    parts = [part for check in checks for part in check.walk()]
    scans = {name for part in parts if part.word == "scan" for name in part.names}
    rules_ = {name for part in parts if part.word == "rule" for name in part.names}
    return frozenset(scans.union(*(_NEEDED.get(name, ()) for name in rules_)))


def is_measured(checks: Iterable[Check]) -> bool:
    """Whether one of the checks reads the measures of health."""
    return any(part.word == "rule" and MEASURED & set(part.names) for check in checks for part in check.walk())
