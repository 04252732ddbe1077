"""Every rule that checks may name, from the modules that hold them, and the scans that they read."""

from __future__ import annotations

from collections.abc import Mapping

from ospo_init.core.checking import health_rules, rules, workflows
from ospo_init.core.checking.vocabulary import Rule
from ospo_init.core.licensing.rules import RULES as LICENSING

RULES: Mapping[str, Rule] = {**rules.RULES, **workflows.RULES, **LICENSING, **health_rules.RULES}
NEEDED: Mapping[str, tuple[str, ...]] = {"internal-names": ("internal",), "dead-links": ("links",)}
