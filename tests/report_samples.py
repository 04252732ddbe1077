"""Reports to show in every format: a healthy one, a failing one, one of hostile texts, an empty one, a standard's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ospo_init.core.checking.model import Metric, Proof
from ospo_init.core.checking.report import Report, Result
from ospo_init.core.record import Waiver
from ospo_init.edges import package_data

HEAD = "0123456789abcdef0123456789abcdef01234567"
WINDOW = "2025-11-28 to 2026-11-28"
WAIVER = Waiver("TECH-09", "The old name stays until the next release", "Grace Example", "2026-11-01", "2027-01-31")
# Everything that a terminal, a browser, a forge or a parser might read something into.
HOSTILE = (
    "\x1b[31mred\x07\x00 <script>alert(1)</script> <!-- </details> ]]> \"quoted\" 'single' &amp; | a`b ``c`` **bold** "
    "@everyone me@example.org example/other#1 #12 !3 https://example.org www.example.org [link](javascript:alert(1)) "
    "![x](https://example.org/x.png) {0} {{x}} {%x%} $x$ \u202egnp.exe \ud800 \udcff \n/close\n# Head\r\n\ufffe end"
)


def _result(item: Mapping[str, Any], verdict: str, needs: str = "") -> Result:
    closed = verdict in ("pass", "not-applicable")
    proofs = {
        "pass": (Proof("is there", "README.md", 3),),
        "not-applicable": (Proof("no version is tagged yet"),),
    }.get(verdict, ())
    step = "" if closed else item["next_step"]
    return Result(
        id=item["id"],
        title=item["title"],
        verdict=verdict,
        severity=item["severity"],
        owner=item["owner"],
        stage=item["stage"],
        group=item["phase"],
        proofs=proofs,
        needs=needs,
        next_step=step,
        reason=item["reason"],
        blocks=item["severity"] == "blocking",
    )


def _items() -> list[Mapping[str, Any]]:
    """The checklist's rows that count before publication."""
    rows: list[Mapping[str, Any]] = package_data.read("checklist.yml")["items"]
    return [row for row in rows if row["severity"] != "periodic" and row["stage"] in ("concept", "active")]


def healthy() -> Report:
    """Nothing fails; every fourth item waits for somebody or for a setting, one is waived, some are declared."""
    rows = []
    for number, item in enumerate(_items()):
        needs = "setting" if item["evidence"]["kind"] == "setting" else "person" if number % 3 == 0 else ""
        rows.append(_result(item, "person" if needs else "not-applicable" if number % 7 == 0 else "pass", needs))
    rows[2] = replace(rows[2], verdict="waived", waiver=replace(WAIVER, item=rows[2].id))
    declared = Proof("signed off by Ada Example as legal", ".ospo/record.yml", 14, declared=True)
    rows[4] = replace(rows[4], verdict="pass", needs="", proofs=(declared,), next_step="")
    health = (
        Metric("contributor-absence-factor", "contributor absence factor", 1, "people", WINDOW, "Bots are not known."),
        Metric("elephant-factor", "elephant factor", 1, "domains", WINDOW, "A domain is not always an organisation."),
        Metric("release-frequency", "release frequency", 2.5, "releases a year", WINDOW, "Only tags are counted."),
        Metric("last-commit", "time since the last commit", 4, "days", WINDOW, ""),
        Metric("last-release", "time since the last release", None, "days", WINDOW, "There is none."),
        Metric("new-contributors", "new contributors", 3, "people", WINDOW, "By address.", (("2026-10", 3.0),)),
    )
    return Report(
        name="Tide Gauge",
        gate="publish",
        stage="concept",
        today="2026-11-28",
        head=HEAD,
        tool="ospo-init 0.1.0",
        results=tuple(rows),
        health=health,
        scanners=(("secrets", "detect-secrets 1.5.0"),),
    )


def failing() -> Report:
    """Three items fail, one of them not blocking and one under a waiver that does not count; one is unknown."""
    base = healthy()
    rows = list(base.results)
    places = [place for place, row in enumerate(rows) if row.blocks and row.verdict == "pass" and not row.is_declared]
    advisory = next(place for place, row in enumerate(rows) if not row.blocks and row.verdict == "pass")
    key = Proof("a private key", "src/my config/ä.py", 12, rule="secrets/private-key")
    old = Proof("a token", "deploy.sh", 3, HEAD, "secrets/token")
    for place, proofs in zip(
        (*places[:2], advisory), ((key, old), (Proof("no file for: SECURITY"),), (key,)), strict=True
    ):
        rows[place] = replace(rows[place], verdict="fail", proofs=proofs, next_step="Take it out.")
    rows[places[0]] = replace(rows[places[0]], waiver=replace(WAIVER, item=rows[places[0]].id, private=True))
    unknown = Proof("licomp-toolkit is not installed")
    rows[places[2]] = replace(rows[places[2]], verdict="unknown", proofs=(unknown,), next_step="Install it.")
    return replace(base, results=tuple(rows), notes=("The work tree has changes that are not committed.",))


def hostile() -> Report:
    """Every text that could come from a repository, a record or a plug-in is hostile."""
    base = failing()
    rows = []
    for row in base.results:
        proofs = tuple(replace(proof, what=HOSTILE, path=HOSTILE, line=7, rule=HOSTILE) for proof in row.proofs)
        waiver = replace(row.waiver, reason=HOSTILE, approver=HOSTILE, until=HOSTILE) if row.waiver else None
        texts = dict.fromkeys(("title", "owner", "group", "next_step", "reason", "severity"), HOSTILE)
        rows.append(replace(row, id=f"{row.id}{HOSTILE}", proofs=proofs, waiver=waiver, **texts))
    health = tuple(
        replace(metric, name=HOSTILE, unit=HOSTILE, window=HOSTILE, limits=HOSTILE) for metric in base.health
    )
    texts = dict.fromkeys(("name", "tool", "head", "today"), HOSTILE)
    pairs = ((HOSTILE, HOSTILE),)
    return replace(base, results=tuple(rows), health=health, notes=(HOSTILE,), levels=pairs, scanners=pairs, **texts)


def empty() -> Report:
    """No item applies, and nothing is known."""
    return Report("", "publish", "", "", "", "ospo-init 0.1.0", ())


def standard() -> Report:
    """A standard with levels, whose own groups and ids are not ours."""
    proofs = (Proof("says so", "SECURITY.md", 4),)
    rows = (
        Result(
            "OSPS-VM-02.01",
            "Security contacts are public",
            "pass",
            "level 1",
            "security",
            "",
            "Vulnerabilities",
            proofs,
        ),
        Result("OSPS-AC-01.01", "Two factors", "person", "level 1", "ospo", "", "Access", (), "setting", "Turn it on."),
        Result(
            "OSPS-BR-02.01",
            "A version has an id",
            "not-applicable",
            "level 1",
            "maintainer",
            "",
            "Build",
            (),
            "release",
        ),
        Result(
            "OSPS-LE-02.01",
            "The licence is open",
            "fail",
            "level 2",
            "legal",
            "",
            "Legal",
            (Proof("none"),),
            "",
            "Add.",
        ),
    )
    levels = (("Level 1", "not met: 1 needs a setting"), ("Level 2", "not met: 1 fails"))
    return Report(
        "Tide Gauge", "publish", "concept", "2026-11-28", HEAD, "ospo-init 0.1.0", rows, (), "osps-baseline", levels
    )


SAMPLES: Mapping[str, Report] = {
    "healthy": healthy(),
    "failing": failing(),
    "hostile": hostile(),
    "empty": empty(),
    "standard": standard(),
}
