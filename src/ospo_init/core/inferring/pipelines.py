"""Which continuous integration is in use: no existing one is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ospo_init.core.inferring.repository import Inferred, Repository

# By system: where its configuration is. The first three are answers; the others are only named.
SYSTEMS = {
    "github": r"\.github/workflows/[^/]+\.ya?ml",
    "gitlab": r"\.gitlab-ci\.ya?ml",
    "forgejo": r"\.forgejo/workflows/[^/]+\.ya?ml",
    "Gitea Actions": r"\.gitea/workflows/[^/]+\.ya?ml",
    "Woodpecker": r"\.woodpecker(/.+)?(\.ya?ml)?",
    "Travis CI": r"\.travis\.ya?ml",
    "CircleCI": r"\.circleci/.+|circle\.ya?ml",
    "Jenkins": r"(?:.*/)?Jenkinsfile(?:\.[^/]+)?",
    "Azure Pipelines": r"(?:\.azure[^/]*/.*|\.?azure-pipelines[^/]*)\.ya?ml|\.vsts-ci\.ya?ml",
    "AppVeyor": r"\.?appveyor\.ya?ml",
    "Cirrus CI": r"\.cirrus\.(ya?ml|star)",
    "Drone": r"\.drone\.(ya?ml|jsonnet|star)",
    "Buildkite": r"\.buildkite/.+",
    "Bitbucket Pipelines": r"bitbucket-pipelines\.ya?ml",
    "SourceHut builds": r"\.build\.yml|\.builds/[^/]+\.yml",
    "Semaphore": r"\.semaphore/.+",
    "TeamCity": r"\.teamcity/.+",
    "Google Cloud Build": r"cloudbuild\.(ya?ml|json)",
    "Prow": r"\.prow(/.+)?(\.ya?ml)?",
    "Zuul": r"\.?zuul(\.d/.+|\.ya?ml)",
    "Earthly": r"Earthfile",
}
ANSWERS = {"github": "GitHub Actions", "gitlab": "GitLab CI/CD", "forgejo": "Forgejo Actions"}


def systems(paths: Iterable[str]) -> dict[str, str]:
    """Return the systems in use, each with one file that shows it."""
    whole = re.compile("|".join(f"(?:{words})" for words in SYSTEMS.values()))
    rows = [path for path in paths if whole.fullmatch(path)]
    rows.sort(key=lambda path: not re.search(r"/(ci|test|build|main)", path))  # the telling one first
    found = {name: next((path for path in rows if re.fullmatch(words, path)), "") for name, words in SYSTEMS.items()}
    return {name: path for name, path in found.items() if path}


def infer_ci(repository: Repository, forge: str) -> Inferred | None:
    """Return the system in use: the forge's own first; "none" with its name where it is none of ours."""
    found = systems(repository.paths)
    if not found:
        return None
    ours = [name for name in ANSWERS if name in found]
    ours.sort(key=lambda name: name != forge)
    shown = "; ".join(f"{ANSWERS.get(name, name)} ({path})" for name, path in found.items())
    if ours:
        return Inferred("ci", ours[0], f"in use: {shown}")
    return Inferred("ci", "none", f"in use: {shown}, which stays; the template has no pipelines for it")
