"""The two tools that know what secrets look like: gitleaks where it is installed, detect-secrets otherwise.

Of detect-secrets only its expressions are used: nothing is verified, which would send what was found to its issuer.
The plug-ins that guess (entropy, keywords, any value of the right length after "key") are left out.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from ospo_init.core.scanning.keys import has_body
from ospo_init.core.scanning.model import Lines, Row, digest
from ospo_init.edges import programs

_MOST = 1000  # candidates of one kind in one window that are looked at closely
_ALLOWED = re.compile(r"pragma: ?(?:allow|white)list[ -]secret|gitleaks:allow")
_ALLOWED_NEXT = re.compile(r"pragma: ?allowlist[ -]nextline[ -]secret")
_STAND_IN = re.compile(
    r"example|^[<${*.]|[>}]$|^(?:user|username|pass|password|passwd|pwd|secret|token|pw|test\w*|foo|bar|guest|admin|root"
    r"|changeme|postgres|mysql|redacted|\*+|\.+|x+|:+|%\w*|\W+|[a-z])$",
    re.IGNORECASE,
)

# Hosts that are reserved for examples and tests (RFC 2606, RFC 6761), or are everybody's own machine.
_NOWHERE = re.compile(
    r"://[^\s/]{1,400}@(?:[\w.-]{1,200}\.)?(?:example(?:\.(?:com|net|org))?|invalid|test|localhost|127\.0\.0\.1|\[?::1\]?)(?![\w.-])"
    r"|://[^\s/]{1,400}@(?:host(?:name)?|server|foo|bar|proxy|db|postgres|redis|rabbitmq|mysql|mongo(?:db)?)(?![\w.-])",
    re.IGNORECASE,
)


class _Kind(NamedTuple):
    """A plug-in of detect-secrets ('': none, `quick` decides): what it finds, and how to get by without it.

    `needles`: of these words one is in every text that it finds something in (in small letters: in any letter case).
    `quick` is a cheap expression for the same, whose matches are looked at with `around` characters on either side.
    """

    plugin: str
    rule: str
    what: str
    needles: tuple[str, ...]
    quick: str
    around: int = 512


_GITLAB = ("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-", "gloas-")
_AWS = ("AKIA", "ASIA", "ABIA", "ACCA", "A3T", "aws")
_USER = r"://[^\s:/?#\[\]@]{1,200}:[^\s:/?#\[\]@]{1,200}@"
_KINDS = (
    _Kind(
        "private_key",
        "private-key",
        "a private key",
        ("PRIVATE KEY", "PuTTY-User"),
        r"BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY|PuTTY-User-Key-File-2",
    ),
    _Kind(
        "aws",
        "aws-key",
        "a key of Amazon Web Services",
        _AWS,
        r"(?<![A-Z0-9])A(?:KIA|SIA|BIA|CCA|3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])|[aA][wW][sS].{0,60}?['\"][0-9a-zA-Z/+]{40}",
    ),
    _Kind("azure_storage_key", "azure-key", "an account key of Azure Storage", ("AccountKey=",), r"AccountKey="),
    _Kind("basic_auth", "password-in-address", "a password in an address", ("://",), _USER),
    _Kind("cloudant", "cloudant", "credentials of Cloudant", ("cloudant",), r"(?i:cloudant)"),
    _Kind(
        "discord",
        "discord-token",
        "a token of a Discord bot",
        ("discord", "token"),
        r"\.[a-zA-Z\d_-]{6}\.[a-zA-Z\d_-]{27}",
    ),
    _Kind(
        "github_token",
        "github-token",
        "a token of GitHub",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        r"gh[pousr]_[A-Za-z0-9_]{36}",
    ),
    _Kind(
        "gitlab_token",
        "gitlab-token",
        "a token of GitLab",
        (*_GITLAB, "GR1348941"),
        r"gl[a-z]{2,5}-[A-Za-z0-9_-]{20}|GR1348941",
        1100,
    ),
    _Kind("jwt", "json-web-token", "a JSON Web Token", ("eyJ",), r"eyJ[A-Za-z0-9_=-]{4,2000}\.", 2048),
    _Kind("mailchimp", "mailchimp-key", "a key of Mailchimp", ("-us",), r"-us[0-9]"),
    _Kind("npm", "npm-token", "a token of npm", (":_authToken=",), r":_authToken="),
    _Kind("openai", "openai-token", "a token of OpenAI", ("T3BlbkFJ",), r"T3BlbkFJ"),
    # Two that detect-secrets does not know: newer tokens, and a key in base64 as cluster manifests have it.
    _Kind(
        "",
        "openai-token",
        "a token of OpenAI",
        ("T3BlbkFJ",),
        r"sk-(?:proj|svcacct|admin)-[\w-]{20,200}T3BlbkFJ[\w-]{20,200}",
    ),
    _Kind("", "private-key", "a private key, in base64", ("LS0tLS1CRUdJTi",), r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{200,400}"),
    _Kind("pypi_token", "pypi-token", "a token of a Python package index", ("pypi-AgE",), r"pypi-AgE[IN]"),
    _Kind("sendgrid", "sendgrid-key", "a key of SendGrid", ("SG.",), r"SG\.[a-zA-Z0-9_-]{22}\."),
    _Kind(
        "slack",
        "slack-token",
        "a token of Slack",
        ("xox", "hooks.slack.com"),
        r"(?i:xox[abposr]-\d|hooks\.slack\.com/services/T)",
    ),
    _Kind("softlayer", "softlayer", "credentials of SoftLayer", ("softlayer",), r"(?i:softlayer)"),
    _Kind("square_oauth", "square-secret", "a secret of Square", ("sq0csp-",), r"sq0csp-"),
    _Kind("stripe", "stripe-key", "a key of Stripe", ("k_live_",), r"[rs]k_live_"),
    _Kind("telegram_token", "telegram-token", "a token of a Telegram bot", (":AA",), r":AA[0-9A-Za-z_-]{33}"),
    _Kind(
        "twilio",
        "twilio-key",
        "a key of Twilio",
        ("AC", "SK"),
        r"(?:AC|SK)(?<![A-Za-z0-9+/_-]..)[a-f0-9]{32}(?![A-Za-z0-9+/])",
    ),
)


class DetectSecrets:
    """Finds what detect-secrets knows, of any kind that has a form of its own."""

    def __init__(self) -> None:
        self.by = f"detect-secrets {version('detect-secrets')}"
        self.digest = digest("secrets/2", self.by)

    def find(self, text: str) -> Iterator[Row]:
        """Yield each place; what the secret is, is not said."""
        lines, lowered = Lines(text), text.lower()
        for kind, quick, plugin in _plugins():
            if not any(needle in (lowered if needle.islower() else text) for needle in kind.needles):
                continue
            until = looked = 0
            for match in quick.finditer(text):
                if match.start() < until:
                    continue
                looked += 1
                if looked > _MOST:
                    break
                start, until = _around(text, match, kind.around)
                is_key = kind.plugin != "private_key" or has_body(text, match.start())
                if is_key and _is_one(kind, plugin, text[start:until]) and not _is_allowed(text, match.start()):
                    yield Row(lines.at(match.start()), f"secrets/{kind.rule}", kind.what)


@functools.cache
def _plugins() -> tuple[tuple[_Kind, re.Pattern[str], Any], ...]:
    """Return each kind with its cheap expression and the plug-in; loading them takes time, and is put off."""
    found = []
    for kind in _KINDS:
        if not kind.plugin:
            found.append((kind, re.compile(kind.quick), None))
            continue
        module = import_module(f"detect_secrets.plugins.{kind.plugin}")
        classes = [item for item in vars(module).values() if isinstance(item, type)]
        own = next(item for item in classes if item.__module__ == module.__name__ and hasattr(item, "analyze_string"))
        found.append((kind, re.compile(kind.quick), own()))
    return tuple(found)


def _around(text: str, match: re.Match[str], around: int) -> tuple[int, int]:
    """Return from where to where the line of a match goes, as far as it is not longer than what is looked at."""
    low, high = max(0, match.start() - around), min(len(text), match.end() + around)
    start = text.rfind("\n", low, match.start()) + 1 or low
    end = text.find("\n", match.end(), high)
    return start, end if end >= 0 else high


def _is_one(kind: _Kind, plugin: Any, line: str) -> bool:
    """Whether a plug-in finds something in a line that does not merely stand for a secret."""
    if plugin is None:
        return kind.rule != "private-key" or _holds_key(line)
    found = list(plugin.analyze_string(line))
    if not found or kind.plugin == "private_key":
        return bool(found)
    if kind.plugin == "basic_auth":
        return not _NOWHERE.search(line) and any(not _STAND_IN.search(word) and len(set(word)) > 2 for word in found)
    # Some plug-ins give a part of what they found, so that it is matched again.
    whole = [match[0] for pattern in plugin.denylist for match in pattern.finditer(line)]
    return any(not _STAND_IN.search(secret) and len(set(secret[-16:])) > 4 for secret in whole)


def _holds_key(line: str) -> bool:
    """Whether base64 in the line begins as a private key does."""
    start = line.find("LS0tLS1CRUdJTi")
    return b"PRIVATE KEY" in base64.b64decode(line[start : start + 60])


def _is_allowed(text: str, place: int) -> bool:
    lines = Lines(text)
    start = text.rfind("\n", 0, place)
    before = lines.line(start - 1) if start > 0 else ""
    return bool(_ALLOWED.search(lines.line(place)) or _ALLOWED_NEXT.search(before))


@dataclass(frozen=True)
class Gitleaks:
    """gitleaks as a program, used on copies of files in a folder of ours, with its own rules and nobody's settings."""

    program: str
    version: str

    @property
    def by(self) -> str:
        """The tool and its version."""
        return f"gitleaks {self.version}"

    @property
    def digest(self) -> str:
        """What the results depend on."""
        return digest("gitleaks/1", self.version)

    def run(self, folder: Path, report: Path) -> Mapping[str, list[Row]] | str:
        """Return the rows for each folder's name below `folder`, or in words why there are none.

        `report` is where gitleaks writes; what it says of the secrets themselves is left out by it, and not read.
        """
        number = tuple(int(part) for part in re.findall(r"\d+", self.version)[:2])
        where = ["dir", str(folder)] if number >= (8, 19) else ["detect", "--no-git", "--source", str(folder)]
        options = ["--no-banner", "--redact", "--exit-code", "0", "--log-level", "error"]
        words = [self.program, *where, *options, "--report-format", "json", "--report-path", str(report)]
        settings = {"GITLEAKS_CONFIG": None, "GITLEAKS_CONFIG_TOML": None}
        ran = programs.run(words, folder, settings, seconds=3600)
        if ran.code:
            last = ran.said.strip().splitlines()[-1:] or [f"exit code {ran.code}"]
            return f"{self.by} failed: {last[0][:200]}"
        try:
            return _rows(json.loads(report.read_bytes() or b"[]"), folder)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return f"{self.by} wrote no report that can be read."


def _rows(report: Any, folder: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for item in report or ():
        name = Path(item["File"])
        name = name.relative_to(folder) if name.is_absolute() else name
        rule = re.sub(r"[^a-z0-9-]", "-", str(item["RuleID"]).lower())[:60]
        row = Row(int(item["StartLine"]), f"secrets/{rule}", f"a secret ({rule})")
        found.setdefault(name.parts[0], []).append(row)
    return found


def installed_gitleaks(top: Path) -> Gitleaks | None:
    """Return gitleaks where it is on the PATH and says which version it is; none that lies in the repository `top`."""
    program = programs.find("gitleaks", outside=top)
    said = programs.version(program, "version") if program else ""
    number = re.search(r"\d+\.\d+(?:\.\d+)?", said)
    return Gitleaks(program, number[0]) if number else None
