"""The checks that a generated repository runs on itself: `.ospo/checks.py`, alone and on real git."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "templates" / "project" / "{{ layer.ci }}" / ".ospo" / "checks.py"
ZEROS = "0" * 40
ADA, BOB = ("Ada Example", "ada@example.org"), ("Bob Example", "bob@example.org")
CONFLICT = "one\n<<<<<<< yours\ntwo\n=======\nthree\n>>>>>>> template-v1.2.0\n"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generated_checks", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


CHECKS = load()


class Repository:
    """A git repository that knows nothing of the machine's own settings."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=trunk")

    def git(self, *arguments: str, by: tuple[str, str] = ADA, to: tuple[str, str] | None = None) -> str:
        who = {"GIT_AUTHOR_NAME": by[0], "GIT_AUTHOR_EMAIL": by[1]}
        who |= dict(zip(("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"), to or by, strict=True))
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.env | who, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "--force", "--", path)

    def commit(self, message: str, by: tuple[str, str] = ADA, to: tuple[str, str] | None = None) -> str:
        self.git("commit", "--quiet", "--allow-empty", "-m", message, by=by, to=to)
        return self.git("rev-parse", "HEAD")

    def signed(self, subject: str = "Signed", by: tuple[str, str] = ADA) -> str:
        return self.commit(f"{subject}\n\nSigned-off-by: {by[0]} <{by[1]}>", by)

    def check(self, *arguments: str, **env: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-B", str(SCRIPT), *arguments],
            cwd=self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "home").mkdir()
    return Repository(tmp_path / "repository", tmp_path / "home")


def found(text: str, path: str = "README.md", answers: str = "") -> list[str]:
    lines = text.split("\n")
    return [
        f"{number}:{message.rpartition(': ')[2]}"
        for number, message in CHECKS.placeholders(path, lines, CHECKS.squeezed(answers))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Write to [INSERT CONTACT METHOD].",
        "Write to [INSERT EMAIL ADDRESS].",
        "# [project-title]",
        "# [Project Name]",
        "Copyright 2026 [name of copyright owner]",
        "Copyright [yyyy] ACME",
        "Copyright YYYY ACME",
        "Copyright 20xx ACME",
        "Copyright (20xx-)20xx ACME",
        "Clone <your-repo> first.",
        "Clone <YOUR-PROJECT> first.",
        "Clone https://example.org/<your org>/x first.",
        "<project name> is a tool.",
        "{project_name} is a tool.",
        "{YOUR_NAME} keeps it.",
        "{{ project_name }} is a tool.",
        "{{cookiecutter.project_slug}}",
        "{% if license %}x{% endif %}",
        "_projectname_ is a tool.",
        "*Insert your description here*",
        "Write to INSERT_EMAIL_HERE.",
        "Write to YOUR_EMAIL.",
        "__PROJECT_NAME__ is a tool.",
        "TODO: describe it",
        "- TODO: describe it",
        "TODO(ada): describe it",
        "<!-- TODO: describe it -->",
        "<!-- FIXME -->",
        "TBD",
        "[TODO]",
        "[TBD: the contact]",
        "## x.y.z (yyyy-mm-dd)",
        "## [1.0.0] - YYYY-MM-DD",
        "This project has been populated by an initial template to help you get started.",
    ],
)
@pytest.mark.parametrize("path", ["README.md", "SECURITY.md", ".github/CONTRIBUTING.md"])
def test_flags_what_is_surely_not_filled_in(path: str, text: str) -> None:
    assert found(f"# A\n\n{text}\n", path)[0].startswith("3:")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("CITATION.cff", "title: TBD"),
        ("CITATION.cff", "date-released: YYYY-MM-DD"),
        ("CITATION.cff", 'title: "[INSERT TITLE]"'),
        ("security-insights.yml", "  url: <your-url>"),
        (".github/CODEOWNERS", "* @your-org/maintainers"),
        ("NOTICE", "Copyright [yyyy] [name of copyright owner]"),
        (".github/ISSUE_TEMPLATE/bug.yml", "name: {{ title }}"),
        (".gitlab/issue_templates/Bug.md", "{% include 'x' %}"),
    ],
)
def test_flags_in_metadata(path: str, text: str) -> None:
    assert found(text, path)
    assert CHECKS.DOCUMENTS.fullmatch(path) or CHECKS.FORMS.fullmatch(path)


@pytest.mark.parametrize(
    "text",
    [
        # What the answers of a person look like when the templates have escaped them.
        "\\<your-project\\> is a name.",
        "\\[INSERT X\\] is a name.",
        "\\{\\{ x \\}\\} is a name.",
        "\\{your-name\\} is a name.",
        "\\*Insert your name here\\* is a name.",
        "\\_projectname\\_ is a name.",
        # Markdown's own
        "- [ ] to do\n- [x] done\n- [X] done",
        "[your profile]: https://example.org/you",
        "See [your profile].\n\n[your profile]: https://example.org/you",
        "See [Your Profile][you] and [your profile](https://example.org/you).",
        "![your logo](logo.svg)",
        "[Unreleased]",
        "## [1.0.0] - 2026-11-21 [YANKED]",
        "Title\n=======\n",
        "<br> <details><summary>more</summary></details> <img src='x'> <!-- a comment -->",
        "<https://example.org/your-project> <your-name@example.org>",
        "Map<K, V>, Vec<project_name>, a<b and c>d",
        "[API] [MIT] [WIP] [1] [^1]",
        # Code
        "    [INSERT X] <your-project>",
        "\t{{ x }}",
        "Write `{{ x }}` and ``<your-`project>``.",
        "```\n[INSERT X]\nTODO: x\n```",
        "~~~yaml\n{{ x }}\n```\n{{ y }}\n~~~",
        "- item\n\n  ```sh\n  git clone <your-fork>\n  ```\n",
        "````\n```\n{{ x }}\n```\n{{ y }}\n````",
        # Words that only look alike
        "The TODO Group helps. A to-do list. A TODO list app.",
        "## TODO",
        "GET /repos/{owner}/{repo_name}",
        "${{ github.actor }} and ${project_name}",
        '{{< ref "x" >}} and {{.label}}',
        "Press [Enter] or [Insert]. In *Insert mode* you type.",
        "Call __init__ or __main__. __Important__",
        "The form is YYYY-MM-DD. It was 2026, not 20 xx.",
        "Send it to your project. Name of the owner. Insert a coin.",
        "A title: TODO: no, not at the start.",
    ],
)
def test_leaves_alone_what_may_well_be_meant(text: str) -> None:
    assert found(text) == []


def test_leaves_alone_what_somebody_gave_as_an_answer() -> None:
    answers = (
        "description: 'The [INSERT X] of {{ y }}, it''s\n  <your project>'\nproject_name: \"20XX \\\"TODO:\\\"\"\n"
    )
    text = "abstract: The [INSERT X] of {{ y }} <your project> 20XX\n"
    assert found(text, "CITATION.cff", answers) == []
    assert found("[INSERT Y] {{ z }}", "CITATION.cff", answers) == ["1:[INSERT Y]", "1:{{ z }}"]


def test_forms_may_ask_people_to_fill_in() -> None:
    text = "title: '[BUG] '\nplaceholder: <your version>\nvalue: |\n  TODO: tell us\n"
    for path in (".github/ISSUE_TEMPLATE/bug.yml", ".gitlab/merge_request_templates/Default.md"):
        assert found(text, path) == []


@pytest.mark.parametrize(
    "path",
    ["LICENSE", "LICENSES/Apache-2.0.txt", "src/README.md", "docs/guide.md", "readme/a.md", "src/notice.py", "x.md"],
)
def test_reads_no_other_files(repository: Repository, path: str) -> None:
    repository.write(path, "Copyright [yyyy] [name of copyright owner] {{ x }}\n")
    assert repository.check() == (0, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CONFLICT, 2),
        (CONFLICT.replace("\n", "\r\n"), 2),
        ("<<<<<<< a\n||||||| base\n=======\n>>>>>>> b\n", 1),
        ("<<<<<<< a\n<<<<<<< b\n>>>>>>> c\n", 2),
        ("```\n" + CONFLICT + "```\n", 3),
        (b"caf\xe9\n" + CONFLICT.encode(), 3),
        ("Title\n=======\n" + CONFLICT, 4),
    ],
)
@pytest.mark.parametrize("path", ["a b/naïve 名.txt", "README.md"])
def test_conflict_markers(repository: Repository, path: str, text: str | bytes, line: int) -> None:
    repository.write(path, text)
    assert repository.check() == (1, f"{path}:{line}: conflict marker; resolve the conflict\n")


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=======\n\ntext\n",
        "<<<<<<< \n=======\n",
        ">>>>>>> deep quotation\n=======\n",
        "=======\n>>>>>>> b\n<<<<<<< a\n",
        "  <<<<<<< a\n  =======\n  >>>>>>> b\n",
        "<<<<<<<< a\n========\n>>>>>>>> b\n",
        b"\0" + CONFLICT.encode(),
    ],
)
def test_no_conflict_markers(repository: Repository, text: str | bytes) -> None:
    repository.write("a.md", text)
    assert repository.check() == (0, "")


def test_a_file_may_show_markers_when_git_knows(repository: Repository) -> None:
    repository.write("merging.txt", CONFLICT)
    repository.write(".gitattributes", "merging.txt conflict-marker-size=32\n")
    assert repository.check() == (0, "")
    repository.write("merging.txt", CONFLICT.replace("<" * 7, "<" * 32).replace(">" * 7, ">" * 32))
    assert repository.check()[0] == 1


def test_only_tracked_regular_files_are_read(repository: Repository) -> None:
    (repository.folder / "untracked.txt").write_text(CONFLICT)
    repository.write("gone.txt", CONFLICT)
    (repository.folder / "gone.txt").unlink()
    (repository.folder / "README.md").symlink_to(repository.folder / "untracked.txt")
    repository.git("add", "README.md")
    assert repository.check() == (0, "")


def test_findings_are_sorted_and_found_from_any_folder(repository: Repository) -> None:
    repository.write("SECURITY.md", "x\r\n\r\n[INSERT X] and {{ y }}\r\nTBD\r\n")
    repository.write("README.md", b"\xff {{ caf\xe9 }}\n")
    repository.write("sub/file", "")
    expected = (
        "README.md:1: placeholder that nobody filled in: {{ caf� }}\n"
        "SECURITY.md:3: placeholder that nobody filled in: [INSERT X]\n"
        "SECURITY.md:3: placeholder that nobody filled in: {{ y }}\n"
        "SECURITY.md:4: placeholder that nobody filled in: TBD\n"
    )
    assert repository.check() == (1, expected)
    repository.folder /= "sub"
    assert repository.check() == (1, expected)


def test_the_answers_file_is_read(repository: Repository) -> None:
    repository.write("NOTICE", "{{ x }}\n")
    repository.write(".copier-answers.yml", "project_name: '{{ x }}'\n")
    assert repository.check() == (0, "")


def test_what_it_prints_stays_one_printable_line(repository: Repository) -> None:
    repository.write("new\nline \x1b[31m.txt", CONFLICT)
    assert repository.check() == (1, "new?line ?[31m.txt:2: conflict marker; resolve the conflict\n")
    repository.git("rm", "--quiet", "--cached", "-r", ".")
    repository.write("é.txt", CONFLICT)
    assert repository.check(PYTHONIOENCODING="ascii")[1].startswith("\\xe9.txt:2:")


def test_outside_a_repository_it_says_so(repository: Repository, tmp_path: Path) -> None:
    repository.folder = tmp_path / "home"
    code, text = repository.check(GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert code == 2
    assert "not a git repository" in text


@pytest.mark.parametrize("arguments", [["dco"], ["dco", "main"], ["help"], ["dco", "a..b", "c", "d"]])
def test_wrong_arguments_print_the_usage(repository: Repository, arguments: list[str]) -> None:
    code, text = repository.check(*arguments)
    assert code == 2
    assert "python3 .ospo/checks.py dco BASE..HEAD [BRANCH]" in text


def test_a_long_hostile_line_takes_no_time() -> None:
    for piece in ("{% ", "{{ x", "[name of ", "copyright ", "` `` ", "*insert a ", "<your ", "<!-- TODO"):
        assert isinstance(found(piece * 10_000), list)


def line(name: str, mail: str) -> str:
    return f"Signed-off-by: {name} <{mail}>"


DEPENDABOT = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
GITHUB = ("GitHub", "noreply@github.com")


@pytest.mark.parametrize(
    ("body", "by", "to", "codes"),
    [
        (line(*ADA), ADA, ADA, (0, 0)),
        (line("A. Example", "ADA@Example.org"), ADA, ADA, (0, 0)),
        (line(*BOB) + "\n" + line(*ADA), ADA, ADA, (0, 0)),
        (line(*ADA) + "\nCo-authored-by: Bob Example <bob@example.org>", ADA, ADA, (0, 0)),
        (line(*ADA) + "\n\n---------\n\nCo-authored-by: Bob Example <bob@example.org>", ADA, GITHUB, (0, 0)),
        (line(*BOB), ADA, BOB, (0, 0)),
        (line("dependabot[bot]", "support@github.com"), DEPENDABOT, GITHUB, (0, 0)),
        (line(*BOB), ADA, ADA, (1, 0)),
        ("", ADA, ADA, (1, 1)),
        ("", DEPENDABOT, GITHUB, (1, 1)),
        ("  " + line(*ADA), ADA, ADA, (1, 1)),
        ("See " + line(*ADA), ADA, ADA, (1, 1)),
        ("Signed-off-by: Ada Example", ADA, ADA, (1, 1)),
        ("Signed-off-by: <ada@example.org>", ADA, ADA, (1, 1)),
        (line(*ADA).replace("off", "of"), ADA, ADA, (1, 1)),
    ],
)
def test_sign_off(
    repository: Repository, body: str, by: tuple[str, str], to: tuple[str, str], codes: tuple[int, int]
) -> None:
    base = repository.commit("Before the rule")
    head = repository.commit(f"Subject\n\n{body}", by, to)
    code, text = repository.check("dco", f"{base}..{head}")
    assert code == codes[0]
    assert text == (f"{head[:7]}: no line “Signed-off-by: Name <{by[1]}>” in: Subject\n" if code else "")
    assert repository.check("dco", f"{base}..{head}", "trunk")[0] == codes[1]


def test_merge_commits_need_no_sign_off(repository: Repository) -> None:
    base = repository.signed()
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.signed(by=BOB)
    repository.git("checkout", "--quiet", "trunk")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "topic")
    assert repository.check("dco", f"{base}..HEAD") == (0, "")


@pytest.mark.parametrize("base", ["", ZEROS])
def test_without_a_base_all_commits_are_checked(repository: Repository, base: str) -> None:
    repository.signed()
    assert repository.check("dco", f"{base}..HEAD") == (0, "")
    repository.commit("Unsigned")
    assert repository.check("dco", f"{base}..HEAD")[0] == 1


@pytest.fixture
def clone(repository: Repository, tmp_path: Path) -> Repository:
    """A clone as pipelines make it, of a repository with an old commit that nobody signed off."""
    repository.commit("Before the rule")
    repository.signed()
    other = Repository(tmp_path / "clone", tmp_path / "home")
    other.git("remote", "add", "origin", repository.folder.as_uri())
    other.git("config", "protocol.file.allow", "always")
    return other


def fetch(clone: Repository, ref: str) -> str:
    clone.git("fetch", "--quiet", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*")
    clone.git("checkout", "--quiet", "--detach", ref)
    return clone.git("rev-parse", "HEAD")


def test_a_first_push_is_checked_whole(repository: Repository, clone: Repository) -> None:
    head = fetch(clone, "origin/trunk")
    assert clone.check("dco", f"{ZEROS}..{head}", "trunk")[0] == 1
    repository.git("checkout", "--quiet", "--orphan", "fresh")
    repository.signed()
    repository.git("branch", "--quiet", "-D", "trunk")
    head = fetch(clone, "origin/fresh")
    assert clone.check("dco", f"{ZEROS}..{head}", "fresh") == (0, "")


def test_a_new_branch_answers_for_its_own_commits_alone(repository: Repository, clone: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "topic/one")
    head = fetch(clone, "origin/topic/one")
    clone.git("remote", "set-head", "origin", "trunk")
    assert clone.check("dco", f"{ZEROS}..{head}", "topic/one") == (0, "")
    repository.signed(by=BOB)
    head = fetch(clone, "origin/topic/one")
    assert clone.check("dco", f"{ZEROS}..{head}", "topic/one") == (0, "")
    repository.commit("Unsigned", BOB)
    head = fetch(clone, "origin/topic/one")
    code, text = clone.check("dco", f"{ZEROS}..{head}", "topic/one")
    assert (code, text.count("\n")) == (1, 1)


def test_a_forced_push_is_checked_like_a_new_branch(repository: Repository, clone: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "topic")
    lost = "1" * 40
    repository.signed(by=BOB)
    head = fetch(clone, "origin/topic")
    assert clone.check("dco", f"{lost}..{head}", "topic") == (0, "")
    code, text = clone.check("dco", f"{lost}..{head}")
    assert code == 2
    assert f"there is no commit {lost}" in text


def test_a_shallow_clone_is_refused(repository: Repository, clone: Repository) -> None:
    clone.git("fetch", "--quiet", "--depth=1", "origin", "trunk")
    clone.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    code, text = clone.check("dco", f"{ZEROS}..HEAD", "trunk")
    assert code == 2
    assert "git fetch --unshallow" in text
    assert clone.check() == (0, "")
    assert repository.check() == (0, "")
