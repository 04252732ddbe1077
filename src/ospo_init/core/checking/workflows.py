"""What pipelines show: pinned parts, rights, dangerous triggers, what runs on changes. Read as data, never run.

The rules follow what OpenSSF Scorecard 5.5 and the OSPS Baseline's scanner look at; each says where it is stricter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ospo_init.core.checking import permissions, untrusted
from ospo_init.core.checking.model import Found, Proof, Seen
from ospo_init.core.checking.pipelines import GITHUB, GITLAB, Workflow, github, no_pipeline
from ospo_init.core.checking.vocabulary import Rule

_USES = re.compile(r"^[ \t-]*uses:[ \t]*[\"']?([^\s\"'#]{1,300})", re.MULTILINE)
_PINNED = re.compile(r"[^@\s]+@[0-9a-f]{40}(?:[0-9a-f]{24})?")
_IMAGE = re.compile(
    r"^[ \t-]*image:[ \t]*[\"']?([\w./-]{1,200}(?::[\w.-]{1,100})?(?:@sha256:[0-9a-f]{64})?)[\"']?[ \t]*(?:#.*)?$",
    re.M,
)
_FROM = re.compile(
    r"^FROM[ \t]+(?:--platform=\S{1,80}[ \t]+)?(\S{1,300})(?:[ \t]+AS[ \t]+(\S{1,100}))?", re.MULTILINE | re.I
)
_DOCKERFILE = re.compile(r"(?:.*/)?(?:Dockerfile|Containerfile)[^/]*", re.IGNORECASE)
_TESTS = re.compile(
    r"\b(?:pytest|unittest|tox|nox|npm (?:run )?test|yarn test|pnpm test|node --test|cargo test|go test|mvn |gradle"
    r"|make (?:test|check)|ctest|rspec|phpunit|dotnet test|mix test|jest|vitest|bats|rake|hatch|test)\b",
    re.IGNORECASE,
)
_SAST = re.compile(
    r"codeql-action/analyze|semgrep|opengrep|sonar|checkmarx|snyk|bandit|gosec|brakeman|bearer|horusec|deepsource"
    r"|qodana|pysa-action|hadolint",
    re.IGNORECASE,
)
_PACKAGING = re.compile(
    r"gh-action-pypi-publish|npm publish|cargo publish|twine upload|docker/build-push-action|goreleaser|gem push"
    r"|mvn .{0,80}deploy|dotnet nuget push|semantic-release",
    re.IGNORECASE,
)
_FUZZ = re.compile(
    r"clusterfuzzlite|oss-fuzz|libfuzzer|atheris|fast-check|jazzer|FuzzX|func Fuzz[A-Z]\w*\(f \*testing\.F\)"
)


def pinned_actions(seen: Seen) -> Found:
    """Every action and image is named by a commit or digest. Local actions are not judged."""
    if none := no_pipeline(seen):
        return none
    wrong = [proof for flow in github(seen) for proof in unpinned(flow)]
    for path, text in sorted(seen.repository.texts.items()):
        if GITLAB.fullmatch(path):
            flow = Workflow(path, text, {})
            wrong += [
                flow.proof(f"the image {m[1][:80]} has no digest", "unpinned-image", m.start(1))
                for m in _IMAGE.finditer(text)
                if _is_image(m)
            ]
    if wrong:
        return Found(
            "fail", tuple(wrong[:20]), next_step="Name each action by its commit, and each image by its digest."
        )
    return Found("pass", (Proof("every action and image is pinned"),))


def _is_image(match: re.Match[str]) -> bool:
    return "@sha256:" not in match[1]


def uses(flow: Workflow) -> Iterator[tuple[str, int]]:
    """Yield each action and workflow that is used, as it is written, and where; those of the repository left out."""
    rows = ((match[1], match.start(1)) for match in _USES.finditer(flow.text))
    yield from ((name, at) for name, at in rows if not name.startswith("./"))


def unpinned(flow: Workflow) -> Iterator[Proof]:
    """Yield each action of a workflow that is not named by a commit."""
    for name, at in uses(flow):
        if not (_PINNED.fullmatch(name) or (name.startswith("docker://") and "@sha256:" in name)):
            yield flow.proof(f"{name[:100]} is not named by a commit", "unpinned", at)


def dockerfile_images(seen: Seen) -> Iterator[tuple[str, Proof, bool]]:
    """Yield each base image of a Dockerfile, where it stands, and whether it has a digest; not what a build sets."""
    for path, text in sorted(seen.repository.texts.items()):
        if _DOCKERFILE.fullmatch(path):
            stages = {match[2].lower() for match in _FROM.finditer(text) if match[2]}
            for match in _FROM.finditer(text):
                image = match[1]
                if image.lower() not in {*stages, "scratch"} and not image.startswith("$"):
                    line = text.count("\n", 0, match.start()) + 1
                    proof = Proof(f"the image {image[:80]} has no digest", path, line, rule="workflows/unpinned-image")
                    yield image, proof, "@sha256:" in image


def dockerfiles_pinned(seen: Seen) -> Found:
    """Every base image of a Dockerfile has a digest."""
    if not any(_DOCKERFILE.fullmatch(path) and _FROM.search(text) for path, text in seen.repository.texts.items()):
        return Found("not-applicable", (Proof("there is no Dockerfile"),))
    wrong = tuple(proof for _, proof, is_pinned in dockerfile_images(seen) if not is_pinned)
    return Found("fail", wrong[:20]) if wrong else Found("pass", (Proof("every base image has a digest"),))


def token_permissions(seen: Seen) -> Found:
    """Each workflow says what its token may do, and what it says at the top gives no right to write."""
    if none := no_pipeline(seen):
        return none
    wrong = []
    flows = [flow for flow in github(seen) if flow.path.lower().startswith(".github/")]  # others know no permissions
    if not flows:
        return Found("not-applicable", (Proof("no pipeline of GitHub"),))
    for flow in flows:
        top = flow.data.get("permissions")
        jobs = list(flow.jobs)
        if top is None and not (jobs and all("permissions" in job for job in jobs)):
            wrong.append(flow.proof("does not say what its token may do", "no-permissions"))
        elif top == "write-all" or (isinstance(top, Mapping) and any(right == "write" for right in top.values())):
            wrong.append(
                flow.proof(
                    "gives its token the right to write in every job", "write-permissions", flow.find("permissions")
                )
            )
        wrong += [
            flow.proof("gives a job's token every right", "write-permissions", flow.text.find("write-all"))
            for job in jobs
            if job.get("permissions") == "write-all"
        ]
    if wrong:
        return Found(
            "fail",
            tuple(wrong[:20]),
            next_step="Write permissions: {contents: read} at the top, and more only where a job needs it.",
        )
    return Found("pass", (Proof("every workflow says what its token may do"),))


def ci_on_changes(seen: Seen) -> Found:
    """A pipeline runs tests on every change request."""
    for flow in github(seen):
        if flow.triggers & {"pull_request", "pull_request_target", "push", "merge_group"} and _TESTS.search(flow.text):
            return Found("pass", (flow.proof("runs tests on changes", "ci", flow.find("pull_request")),))
    for path, text in sorted(seen.repository.texts.items()):
        if GITLAB.fullmatch(path) and _TESTS.search(text):
            return Found("pass", (Proof("runs tests on changes", path),))
    other = [path for path in seen.repository.paths if path in _OTHERS]
    if other:
        return Found("pass", (Proof("a pipeline is set up", other[0]),))
    return Found("person", (Proof("no pipeline here runs tests on changes"),), "person")


_OTHERS = (
    ".circleci/config.yml",
    ".travis.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    ".cirrus.yml",
    ".woodpecker.yml",
)


def _mentions(pattern: re.Pattern[str], what: str, absent: str) -> Rule:
    def rule(seen: Seen) -> Found:
        for path, text in sorted(seen.repository.texts.items()):
            if (GITHUB.fullmatch(path) or GITLAB.fullmatch(path)) and (match := pattern.search(text)):
                return Found("pass", (Proof(what, path, text.count("\n", 0, match.start()) + 1),))
        return Found("fail", (Proof(absent),))

    return rule


RULES: Mapping[str, Rule] = {
    **untrusted.RULES,
    **permissions.RULES,
    "pinned-actions": pinned_actions,
    "pinned-images": dockerfiles_pinned,
    "token-permissions": token_permissions,
    "ci-on-changes": ci_on_changes,
    "sast": _mentions(_SAST, "runs static analysis", "no pipeline runs static analysis"),
    "packaging": _mentions(_PACKAGING, "publishes a package", "no pipeline publishes a package"),
    "fuzzing": _mentions(_FUZZ, "fuzzes", "nothing that fuzzes was found"),
    "dependency-review": _mentions(
        re.compile(r"dependency-review-action", re.I), "reviews dependencies", "no pipeline reviews dependencies"
    ),
}
