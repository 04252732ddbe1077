"""Answers for the badge of OpenSSF Best Practices, as its site reads them from a repository: `.bestpractices.json`.

One flat object: `<criterion>_status` is "Met" or "N/A", `<criterion>_justification` a sentence with an address. Only
what was seen in the repository is answered: what somebody declares, what fails and what nobody could look at is left to
the person who fills in the form, so "Unmet" and "?" never appear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ospo_init.core.checking.model import Proof
from ospo_init.core.checking.report import Result
from ospo_init.core.inferring.forges import forge_of

_OSPS = re.compile(r"OSPS-[A-Z]{2}-\d\d\.\d\d")
_REMOTE = re.compile(r"https://([A-Za-z0-9.-]{1,200})(?::\d{1,5})?(?:/[A-Za-z0-9_.~-]{1,100}){2,6}")
_PLACE = {"github": "/blob/", "gitlab": "/-/blob/", "forgejo": "/src/branch/"}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_PROOFS = 3  # of one answer: a justification is a sentence, not a report
_LONGEST = 200  # characters of one proof
_NO_REASON = "Does not apply to what this project publishes."

# Criteria whose "Met" counts only with an address, at any of their levels (met_url_required of the badge's
# criteria.yml); the same as `url_required` of data/standards/best-practices.yml. Every control of the OSPS Baseline
# asks for one, too.
_ADDRESSES = """
    contribution contribution_requirements license_location release_notes report_process report_archive
    vulnerability_report_process vulnerability_report_private dco governance code_of_conduct roles_responsibilities
    access_continuity bus_factor documentation_roadmap documentation_architecture documentation_security
    documentation_quick_start documentation_achievements vulnerability_report_credit vulnerability_response_process
    coding_standards external_dependencies assurance_case contributors_unassociated small_tasks
    code_review_standards build_reproducible test_invocation test_continuous_integration hardened_site hardening
"""
NEEDS_URL = frozenset(_ADDRESSES.split())
# Criteria that may be answered with "N/A" at each of their levels (na_allowed of criteria.yml); the same as `na`.
_EXCEPTIONS = """
    documentation_basics documentation_interface release_notes release_notes_vulns vulnerability_report_private
    vulnerability_report_response build build_common_tools build_floss_tools warnings warnings_fixed warnings_strict
    crypto_published crypto_call crypto_floss crypto_keylength crypto_working crypto_weaknesses crypto_pfs
    crypto_password_storage crypto_random static_analysis static_analysis_common_vulnerabilities
    static_analysis_fixed static_analysis_often dynamic_analysis_unsafe dynamic_analysis_fixed
    documentation_architecture documentation_security documentation_quick_start documentation_current
    accessibility_best_practices internationalization sites_password_security maintenance_or_update
    vulnerability_report_credit coding_standards coding_standards_enforced build_standard_variables
    build_preserve_debug build_non_recursive build_repeatable installation_common installation_standard_variables
    installation_development_quick external_dependencies dependency_monitoring updateable_reused_components
    interfaces_current regression_tests_added50 test_statement_coverage80 test_policy_mandated
    implement_secure_design crypto_algorithm_agility crypto_credential_agility crypto_used_network crypto_tls12
    crypto_certificate_verification crypto_verification_private signed_releases input_validation hardening
    code_review_standards build_reproducible test_statement_coverage90 test_branch_coverage80
"""
MAY_BE_NA = frozenset(_EXCEPTIONS.split())


def answers(results: Iterable[Result], remote: str = "", branch: str = "main") -> dict[str, str]:
    """Return the content of `.bestpractices.json` that the results support, in their order.

    `results` are controls of the badge or of the OSPS Baseline. `remote` is the web address of the repository at its
    forge; where it is not known, or no address of a file can be made of it, what needs an address is left out.
    """
    base = _base(remote, branch)
    found: dict[str, str] = {}
    for result in results:
        is_osps = _OSPS.fullmatch(result.id) is not None
        key = re.sub(r"[-.]", "_", result.id).lower() if is_osps else result.id
        answer = _answer(result, base, is_osps or key in NEEDS_URL, is_osps or key in MAY_BE_NA)
        if answer:
            found[f"{key}_status"], found[f"{key}_justification"] = answer
    return found


def _answer(result: Result, base: str, needs_url: bool, may_be_na: bool) -> tuple[str, str] | None:
    """Return status and justification, or None where the person at the form has to say it."""
    if result.verdict == "not-applicable" and may_be_na:
        return "N/A", " ".join(_said(proof, "") for proof in result.proofs[:_PROOFS]) or _NO_REASON
    if result.verdict != "pass" or result.is_declared or not result.proofs:
        return None
    seen = [proof for proof in result.proofs if not proof.declared]
    linked = [proof for proof in seen if base and proof.path and not proof.commit]
    if needs_url and not linked:
        return None
    chosen = (linked or seen)[:_PROOFS]
    return "Met", " ".join(_said(proof, base) for proof in chosen)


def _said(proof: Proof, base: str) -> str:
    """Return one proof as a sentence; an address stands at the end, so that no full stop becomes part of it."""
    what = _one_line(proof.what).rstrip(".")
    text = f"{_one_line(proof.path)}: {what}." if proof.path else f"{what[:1].upper()}{what[1:]}."
    if not (base and proof.path and not proof.commit):
        return text
    return f"{text} {base}{_quoted(proof.path)}{f'#L{proof.line}' if proof.line else ''}"


def _one_line(text: str) -> str:
    """Return text without control characters and line breaks: paths are whatever the repository has."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST]


def _base(remote: str, branch: str) -> str:
    """Return what stands before a path in the address of a file, or nothing where that is not known."""
    address = remote.strip().rstrip("/").removesuffix(".git")
    found = _REMOTE.fullmatch(address)
    place = _PLACE.get(forge_of(found[1])) if found else None
    return f"{address}{place}{_quoted(branch)}/" if place and branch else ""


def _quoted(path: str) -> str:
    return "".join(
        char if char in _PLAIN else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
        for char in path
    )
