"""Whether the licence of a work may be given to what its dependencies are under: by a matrix of others, not by us."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ospo_init.core.checking.model import Proof, Scan
from ospo_init.core.licensing.dependencies import Dependency, fits, licence

RULE = "dependency-licenses/incompatible"
_SHOWN = 5  # names in one sentence


def words(program: str, inbound: str, outbound: str) -> tuple[str, ...]:
    """Return the command that asks licomp-toolkit about one licence, with every matrix that it has.

    It is asked as for a library that is passed on built, which is also its own default.
    """
    return (program, "-nv", "-r", "all", "verify", "-il", inbound, "-ol", outbound)


def answer(out: str) -> str:
    """Return what licomp-toolkit said: yes or no; all else (mixed, depends, unsupported, nothing) is unknown."""
    try:
        said = json.loads(out)
    except (ValueError, RecursionError):
        return "unknown"
    found = said.get("compatibility") if isinstance(said, Mapping) else None
    return found if found in ("yes", "no") else "unknown"


def scan(dependencies: Sequence[Dependency], answers: Mapping[str, str], outbound: str, by: str) -> Scan:
    """Return the dependencies that do not go with the outbound licence; `unknown` names those that nobody can tell."""
    findings, silent, unclear = list[Proof](), list[str](), list[str]()
    for row in dependencies:
        expression = licence(row.license)
        if expression is None:
            silent.append(f"{row} ({row.license[:40] or 'says no licence'})")
            continue
        said = fits(expression, answers)
        if said == "no":
            what = f"{row} is under {expression}, which does not go into a work under {outbound}"
            findings.append(Proof(what, row.path, row.line, rule=RULE))
        elif said != "yes":
            unclear.append(f"{row} ({expression})")
    unknown = [
        _listed("it is not clear under which licence these are: ", silent),
        _listed(f"the matrix does not say whether these go into a work under {outbound}: ", unclear),
    ]
    return Scan(tuple(findings), by, "; ".join(filter(None, unknown)), len(dependencies))


def _listed(what: str, rows: Sequence[str]) -> str:
    rows = list(dict.fromkeys(rows))
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{what}{', '.join(rows[:_SHOWN])}{more}" if rows else ""
