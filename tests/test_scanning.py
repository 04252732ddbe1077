"""Scans of work tree and history: what they find, what they leave alone, and what a second run reads."""

from __future__ import annotations

import base64
import os
import re
import shutil
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import git
from ospo_init.core.checking.model import Proof, Scan
from ospo_init.core.scanning import documents, keys, kinds, links
from ospo_init.core.scanning.report import Limits
from ospo_init.core.scanning.terms import Addresses, Internal, Words
from ospo_init.core.scanning.windows import windows
from ospo_init.edges import lying, scan_history, scan_tree
from ospo_init.edges.git import Git, GitFailed
from ospo_init.edges.lying import listing
from ospo_init.edges.scanning import NAMES, Request, scan
from ospo_init.edges.secrets import DetectSecrets

# Secrets in pieces, so that no scanner finds them in this file.
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
KEY = (
    "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEAx1y2z3\nABCDabcd0123456789+/ABCDabcd0123456789+/\n" * 3
)
AWS = "AKIA" + "QWERTYUIOPASDFGH"


def quiet(what: str, done: int, total: int) -> None:
    """Say nothing."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Ada Example")
    git(folder, "config", "user.email", "ada@example.org")
    return folder


@pytest.fixture(autouse=True)
def _no_gitleaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave only git on the PATH: what is installed here must not decide."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tools))


def put(folder: Path, path: str, data: str | bytes, mode: int = 0o644) -> None:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data if isinstance(data, bytes) else data.encode())
    place.chmod(mode)


def commit(folder: Path, message: str = "Change") -> str:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def found(folder: Path, name: str, **more: object) -> tuple[Proof, ...]:
    return scanned(folder, name, **more).findings


def scanned(folder: Path, name: str, **more: object) -> Scan:
    return scan(Request(folder, frozenset({name}), **more), quiet)[name]  # type: ignore[arg-type]


def places(proofs: tuple[Proof, ...]) -> list[tuple[str, int, str]]:
    return [(proof.path, proof.line, proof.rule) for proof in proofs]


SECRETS = [
    ("github-token", f"token = {TOKEN}"),
    ("private-key", KEY),
    ("private-key", 'key = "' + KEY.replace("\n", "\\n") + '"'),
    ("aws-key", f"id = '{AWS}'"),
    ("password-in-address", "url = https://deploy:" + "s3cr3tW0rd@build.acme.io/x"),
    ("gitlab-token", "x: glpat-" + "abcDEF0123456789ghIJ"),
    ("slack-token", "xoxb-" + "123456789012-abcdefGHIJKL"),
    ("stripe-key", "sk_live_" + "abcdefghijklmnopqrstuvwx"),
    ("openai-token", "sk-" + "abcdefghij0123456789T3BlbkFJabcdefghij0123456789"),
    ("npm-token", "//npm.acme.io/:_auth" + "Token=npm_" + "abcdefghij0123456789"),
    ("sendgrid-key", "SG." + "abcdefghij0123456789ab." + "abcdefghij0123456789abcdefghij0123456789abc"),
    ("telegram-token", "110201543:AA" + "Hd0fuEJ0qh3kq9dP1vn5a3kqZ4bC8dE7f"),
    ("azure-key", "AccountKey=" + "abcdefghij0123456789" * 4 + "abcdef=="),
    ("twilio-key", "AC" + "0123456789abcdef0123456789abcdef"),
    ("json-web-token", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0.dGVzdHNpZ25hdHVyZQ"),
]

NO_SECRETS = [
    'HEADER = "-----BEGIN RSA ' + 'PRIVATE KEY-----"',
    "A file that begins with BEGIN PRIVATE KEY is a key.",
    "https://user:password@acme.io/ and https://deploy:${TOKEN}@acme.io/ and https://x:<token>@acme.io/",
    "https://ada:s3cr3tW0rd@example.org/ and https://ada:s3cr3tW0rd@localhost:8080/",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_" + "x" * 36,
    f"{TOKEN}  # pragma: allowlist secret",
    f"# pragma: allowlist nextline secret\n{TOKEN}",
    f"{TOKEN}  # gitleaks:allow",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "hash: 0123456789abcdef0123456789abcdef01234567",
]


@pytest.mark.parametrize("rule, text", SECRETS, ids=[rule for rule, _ in SECRETS])
def test_a_secret_is_found_where_it_lies_and_not_told(repo: Path, rule: str, text: str) -> None:
    put(repo, "src/settings.txt", f"one\ntwo\n{text}\n")
    result = scanned(repo, "secrets")
    assert places(result.findings) == [("src/settings.txt", 3, f"secrets/{rule}")]
    assert result.by == "detect-secrets 1.5.0" and not result.unknown
    told = repr(result) + Path(os.environ["OSPO_INIT_CACHE"], "scans.sqlite").read_bytes().decode("latin-1")
    secret = max(re.findall(r"[\w+/=.-]+", text.replace("\\n", "\n")), key=len)
    assert secret not in told


@pytest.mark.parametrize("text", NO_SECRETS, ids=range(len(NO_SECRETS)))
def test_what_is_no_secret_is_left_alone(repo: Path, text: str) -> None:
    put(repo, "src/main.py", f"{text}\n")
    assert found(repo, "secrets") == ()


def test_a_secret_in_the_history_names_the_commit_that_brought_it(repo: Path) -> None:
    put(repo, "README.md", "x\n")
    commit(repo)
    put(repo, "old/conf.ini", f"\n{TOKEN}\n")
    first = commit(repo)
    put(repo, "old/conf.ini", f"more\n\n{TOKEN}\n")
    commit(repo)
    (repo / "old/conf.ini").unlink()
    commit(repo)
    (proof,) = found(repo, "secrets")
    assert (proof.path, proof.line, proof.commit) == ("old/conf.ini", 2, first)
    assert "2 earlier versions" in proof.what
    without = scanned(repo, "secrets", history=False)
    assert without.findings == () and "history" in without.unknown


@pytest.mark.parametrize("where", ["branch", "tag", "stash", "merge"])
def test_every_ref_is_read(repo: Path, where: str) -> None:
    put(repo, "README.md", "x\n")
    commit(repo)
    if where == "stash":
        put(repo, "README.md", TOKEN)
        git(repo, "stash")
    else:
        git(repo, "checkout", "--quiet", "-b", "side")
        put(repo, "side.txt", "y" if where == "merge" else TOKEN)
        commit(repo)
        if where == "tag":
            git(repo, "tag", "-a", "-m", "t", "v1")
        git(repo, "checkout", "--quiet", "main")
        if where == "tag":
            git(repo, "branch", "-D", "side")
        if where == "merge":  # the merge itself brings it, and neither parent has it
            git(repo, "merge", "--quiet", "--no-ff", "--no-commit", "side")
            put(repo, "evil.txt", TOKEN)
            commit(repo)
            (repo / "evil.txt").unlink()
            commit(repo)
    (proof,) = found(repo, "secrets")
    assert proof.rule == "secrets/github-token" and proof.commit


@pytest.mark.parametrize(
    "path, data, rule",
    [
        ("keys/id_rsa", "x\n", "secrets/file-name"),
        ("store.p12", b"\0\1\2", "secrets/file-name"),
        ("release.keystore", b"\0\1\2", "secrets/file-name"),
        (".env", "DB_PASSWORD=hunter2-Xq9\n", "secrets/settings"),
        (".netrc", "machine acme.io login ada password hunter2-Xq9\n", "secrets/settings"),
        (".npmrc", "//acme.io/:_auth" + "Token=npm_" + "abcdefghij0123456789" + "\n", "secrets/npm-token"),
        (".env", "PORT=80\nDB_PASSWORD=\nAPI_KEY=changeme123\nTOKEN=${TOKEN}\n", ""),
        (".env.example", "DB_PASSWORD=hunter2-Xq9\n", ""),
        ("id_rsa.pub", "ssh-rsa AAAA\n", ""),
        ("cert.pem", "-----BEGIN CERTIFICATE-----\nMIIC\n", ""),
        (".npmrc", "save-exact=true\n", ""),
    ],
)
def test_files_that_hold_keys_by_their_name(repo: Path, path: str, data: str | bytes, rule: str) -> None:
    put(repo, path, data)
    assert [proof.rule for proof in found(repo, "secrets")] == ([rule] if rule else [])


FAKE = """
    #!{python}
    import json, os, pathlib, sys
    if sys.argv[1:] == ["version"]:
        print("{version}"); sys.exit()
    assert "{mode}" in sys.argv and "GITLEAKS_CONFIG" not in os.environ, sys.argv
    report = pathlib.Path(sys.argv[sys.argv.index("--report-path") + 1])
    rows = []
    for path in pathlib.Path(sys.argv[{at}]).rglob("*"):
        if path.is_file() and "hunter2" in path.read_text():
            rows.append(dict(RuleID="Generic Api_Key", StartLine=2, Secret="hunter2", Match="hunter2", File=str(path)))
    report.write_text(json.dumps(rows))
    sys.exit({code})
"""


def gitleaks(folder: Path, **more: object) -> None:
    tools = Path(os.environ["PATH"])
    values = {"python": sys.executable, "version": "8.30.1", "mode": "dir", "at": 2, "code": 0} | more
    text = textwrap.dedent(FAKE).strip()
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", str(value))
    put(tools, "gitleaks", text + "\n", 0o755)


@pytest.mark.parametrize("more", [{}, {"version": "v8.16.0", "mode": "--no-git", "at": 4}], ids=["new", "old"])
def test_gitleaks_is_used_where_it_is_installed(
    repo: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, object]
) -> None:
    monkeypatch.setenv("GITLEAKS_CONFIG", "theirs.toml")
    gitleaks(repo, **more)
    put(repo, "a b/ü\n.txt", "one\nhunter2\n")
    put(repo, ".gitleaks.toml", "[allowlist]\npaths = ['.*']\n")
    put(repo, "gone.txt", "\nhunter2 again\n")
    first = commit(repo)
    (repo / "gone.txt").unlink()
    for _ in range(2):  # the second from the cache
        result = scanned(repo, "secrets")
        assert result.by == f"gitleaks {str(more.get('version', '8.30.1')).lstrip('v')}" and not result.unknown
        assert places(result.findings) == [
            ("a b/ü\n.txt", 2, "secrets/generic-api-key"),
            ("gone.txt", 2, "secrets/generic-api-key"),
        ]
        assert result.findings[1].commit == first and "hunter2" not in repr(result)


def test_a_gitleaks_that_fails_leaves_it_unknown(repo: Path) -> None:
    gitleaks(repo, code=3)
    put(repo, "x.txt", "hunter2\n")
    commit(repo)
    assert "gitleaks 8.30.1 failed" in scanned(repo, "secrets").unknown
    gitleaks(repo)
    assert len(found(repo, "secrets")) == 1  # what failed was not taken for clean


def test_a_gitleaks_of_the_repository_is_not_run(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "bin/gitleaks", "#!/bin/sh\necho 8.30.1\n", 0o755)
    monkeypatch.setenv("PATH", f"{repo / 'bin'}:{os.environ['PATH']}")
    assert scanned(repo, "secrets").by == "detect-secrets 1.5.0"


INTERNAL = [
    ("See https://jira.hidden.corp/browse/X-1", True),
    ("git clone git@git.hidden.intranet:x/y", True),
    ("ssh://git@build.hidden.lan:22/x", True),
    ("http://wiki.team.local/page", True),
    ("https://x.hidden.internal", True),
    ("http://localhost:8080 and http://printer.local and http://10.0.0.1", False),
    ("http://host.docker.internal and http://metadata.google.internal/x", False),
    ("http://api.default.svc.cluster.local", False),
    ("https://www.example.corp and https://git.example.internal", False),
    ("https://acme.corporate.io and x.local and self.internal", False),
    ("https://a.local.example.org/", False),
]


@pytest.mark.parametrize("text, is_one", INTERNAL)
def test_hosts_of_internal_networks(text: str, is_one: bool) -> None:
    assert bool(list(Internal().find(text))) is is_one


def test_patterns_of_an_organisation_are_named_and_looked_for_everywhere(repo: Path) -> None:
    patterns = (("other", "zzz"), ("project codename", r"(?i)(?<!\w)bluebird(?!\w)"))
    put(repo, "tests/x.py", "a\nBlueBird\nbluebirds\n")
    put(repo, "tests/y.py", "https://jira.hidden.corp/\n")
    message = commit(repo, "Talk to bluebird")
    proofs = found(repo, "internal", patterns=patterns)
    assert places(proofs) == [("tests/x.py", 2, "internal/pattern"), ("", 0, "internal/pattern")]
    assert proofs[0].what == "matches the pattern 'project codename'"
    assert proofs[1].commit == message


def test_addresses_at_private_domains(repo: Path) -> None:
    put(repo, "a.md", "x\nada@mail.hidden.example, ada@hidden.example.org, @hidden.example, bo@hidden.example.\n")
    git(repo, "config", "user.email", "ada@hidden.example")
    first = commit(repo)
    put(repo, "b.md", "x\n")
    commit(repo)
    assert found(repo, "emails") == ()
    proofs = found(repo, "emails", domains=("hidden.example",))
    assert places(proofs) == [("a.md", 2, "emails/private-domain"), ("", 0, "emails/commit")]
    assert proofs[1].commit == first and "1 more" in proofs[1].what
    assert [row.line for row in Addresses(["hidden.example"]).find("x@nothidden.example x@hidden.example.net")] == []


WORDS = [
    ("Proprietary and Confidential", True),
    ("# CONFIDENTIAL", True),
    ("**Confidential**", True),
    ("INTERNAL USE ONLY", True),
    ("Do not distribute.", True),
    ("Reports are kept confidential.", False),
    ("This class is for internal use only.", False),
    ("the confidential client of OAuth", False),
    ("we do not publish nightly builds", False),
]


@pytest.mark.parametrize("text, is_one", WORDS)
def test_marks_of_secrecy(text: str, is_one: bool) -> None:
    assert bool(list(Words(document=True).find(f"x\n{text}\ny"))) is is_one


def test_marks_count_in_the_first_lines_of_code_and_in_messages(repo: Path) -> None:
    put(repo, "a.py", "# Proprietary and confidential\n")
    put(repo, "b.py", "\n" * 40 + "# Proprietary and confidential\n")
    put(repo, "c.md", "\n" * 40 + "Strictly confidential\n")
    message = commit(repo, "Add\n\nStrictly confidential!")
    assert places(found(repo, "words")) == [
        ("a.py", 1, "words/confidential"),
        ("c.md", 41, "words/confidential"),
        ("", 0, "words/confidential"),
    ]
    assert found(repo, "words")[2].commit == message


def test_large_and_deleted_files(repo: Path) -> None:
    limits = Limits(1000, 5000)
    put(repo, "big.txt", "x" * 1001)
    put(repo, "small.txt", "x" * 1000)
    put(repo, "grown.txt", "y" * 5001)
    put(repo, "gone.bin", b"\0" * 5001)
    put(repo, "gone.p12", b"\0\1")
    put(repo, "moved.bin", b"\1\0" * 3000)
    first = commit(repo)
    put(repo, "grown.txt", "y")
    for name in ("gone.bin", "gone.p12"):
        (repo / name).unlink()
    (repo / "moved.bin").rename(repo / "here.bin")
    commit(repo)
    assert [(p.path, p.rule, p.commit) for p in found(repo, "large", limits=limits)] == [
        ("big.txt", "large/file", ""),
        ("here.bin", "large/file", ""),
        ("grown.txt", "large/history", first),
    ]
    assert sorted((p.path, p.rule, p.commit) for p in found(repo, "deleted", limits=limits)) == [
        ("gone.bin", "deleted/large", first),
        ("gone.p12", "deleted/key", first),
    ]


@pytest.mark.parametrize(
    "path, data, mode, is_one",
    [
        ("tool", b"\x7fELF\2\1\1\0", 0o644, True),
        ("x.dat", b"MZ\x90\0\3\0", 0o644, True),
        ("lib.jar", b"PK\3\4\0", 0o644, True),
        ("x.pyc", b"\xa7\r\r\n\0", 0o644, True),
        ("run", b"\0\1\2", 0o755, True),
        ("x.wasm", b"\0asm\1", 0o644, True),
        ("logo.png", b"\x89PNG\0", 0o644, False),
        ("words.lib", b"plain text\n", 0o644, False),
        ("run.sh", b"#!/bin/sh\n", 0o755, False),
        ("MZ.txt", b"MZ is text\n", 0o644, False),
        ("a", b"\0\1", 0o644, False),
        ("empty.so", b"", 0o644, False),
    ],
)
def test_compiled_programs(repo: Path, path: str, data: bytes, mode: int, is_one: bool) -> None:
    put(repo, path, data, mode)
    assert [proof.path for proof in found(repo, "binaries")] == ([path] if is_one else [])


def test_placeholders_and_dead_links(repo: Path) -> None:
    put(repo, "README.md", "# <project name>\n\n[a](docs/A.md) ![b](no.png) [c](docs/) `[d](no.md)`\n")
    put(repo, "docs/A.md", '<img src="../no.png"> [x](../README.md#top) [y](B) [z](/site) [q](a%20b.md)\n\n[r]: C.md\n')
    put(repo, "docs/B.md", "[web](https://example.org) [mail](mailto:a@example.org) [up](../../outside)\n")
    put(repo, "docs/a b.md", "")
    put(repo, "templates/README.md", "[x](no.md)\n")
    assert places(found(repo, "placeholders")) == [("README.md", 1, "placeholders/unfilled")]
    proofs = found(repo, "links")
    assert places(proofs) == [
        ("README.md", 3, "links/dead"),
        ("docs/A.md", 3, "links/dead"),
        ("docs/A.md", 1, "links/dead"),
    ]
    assert "no.png" in proofs[0].what


def test_links_are_read_as_they_are_written() -> None:
    text = "[a](<b c.md> 'x') [d](e_(f).md) [g]: no [^h]: i.md [j](k.md?l#m)"
    assert [row.what for row in links.Links().find(text)] == ["b c.md", "e_(f).md", "k.md"]
    assert links.leads_to("a/b.md", "../../c") == "" and links.leads_to("a/b.md", "/c/./d") == "c/d"


def test_a_second_run_reads_only_what_is_new(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        put(repo, f"{number}.txt", f"{number} {TOKEN}\n")
        commit(repo)
    os.utime(repo / "0.txt", (1, 1))
    reads: list[str] = []
    monkeypatch.setattr(scan_tree, "_SETTLED", -(10**12))  # as if the files had been there for long
    opened = lying.opened
    monkeypatch.setattr(lying, "opened", lambda top, path: reads.append(path) or opened(top, path))
    read = scan_history._read
    monkeypatch.setattr(scan_history, "_read", lambda one, blobs: reads.extend(blobs) or read(one, blobs))
    first = scan(Request(repo, NAMES), quiet)
    assert len(reads) == 5  # what the work tree has is not read again from the history
    assert scan(Request(repo, NAMES), quiet) == first
    assert len(reads) == 5
    put(repo, "5.txt", "new\n")
    put(repo, "1.txt", "changed\n")
    commit(repo)
    second = scan(Request(repo, NAMES), quiet)
    assert sorted(reads[5:]) == ["1.txt", "5.txt"]
    assert len(second["secrets"].findings) == len(first["secrets"].findings)
    assert {p.path: bool(p.commit) for p in second["secrets"].findings}["1.txt"]
    assert len(scan(Request(repo, NAMES, patterns=(("n", "new"),)), quiet)["internal"].findings) == 1


def test_a_change_that_keeps_size_and_time_is_seen(repo: Path) -> None:
    put(repo, "a.txt", "x" * len(TOKEN))
    os.utime(repo / "a.txt", (1, 1))
    assert found(repo, "secrets") == ()
    put(repo, "a.txt", TOKEN)
    os.utime(repo / "a.txt", (1, 1))
    assert len(found(repo, "secrets")) == 1


def _break(cache: Path, how: str) -> None:
    path = cache / "scans.sqlite"
    if how == "garbage":
        path.write_bytes(b"no database" * 1000)
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "rows":
        import sqlite3

        base = sqlite3.connect(path)
        with base:
            base.execute("UPDATE found SET rows = '[[1]]'")
            base.execute("UPDATE histories SET found = '{\"a\": 1}'")
        base.close()
    elif how == "file":
        for item in cache.iterdir():
            item.unlink()
        cache.rmdir()
        cache.write_text("")


@pytest.mark.parametrize("how", ["garbage", "folder", "rows", "file"])
def test_a_broken_cache_is_as_good_as_none(repo: Path, how: str) -> None:
    put(repo, "a.txt", TOKEN)
    commit(repo)
    before = scan(Request(repo, NAMES), quiet)
    cache = Path(os.environ["OSPO_INIT_CACHE"])
    assert stat.S_IMODE((cache / "scans.sqlite").stat().st_mode) == 0o600
    _break(cache, how)
    assert scan(Request(repo, NAMES), quiet) == before


def test_what_lies_in_the_work_tree(repo: Path, tmp_path: Path) -> None:
    put(repo, "a/tracked.txt", "x")
    put(repo, "a/gone.txt", "x")
    put(repo, "linked/x.txt", "x")
    put(repo, ".gitignore", "ignored.txt\n")
    commit(repo)
    put(repo, "new.sh", "xy", 0o755)
    put(repo, "ignored.txt", "x")
    (repo / "a/gone.txt").unlink()
    (repo / "linked/x.txt").unlink()
    (repo / "linked").rmdir()
    put(tmp_path, "outside/x.txt", TOKEN)
    (repo / "linked").symlink_to(tmp_path / "outside")
    (repo / "link").symlink_to("a/tracked.txt")
    os.mkfifo(repo / "pipe")
    inner = repo / "module"
    inner.mkdir()
    git(inner, "init", "--quiet")
    put(inner, "x.txt", TOKEN)
    seen = listing(repo)
    assert seen.paths == (".gitignore", "a/tracked.txt", "link", "linked", "new.sh")
    assert (seen.modes["new.sh"], seen.modes["link"], seen.sizes["new.sh"]) == ("100755", "120000", 2)
    assert seen.files == (".gitignore", "a/tracked.txt", "new.sh")
    assert found(repo, "secrets") == ()


@pytest.mark.parametrize(
    "path", ["link", "linked/x.txt", "pipe", "a", "../repo/a.txt", "/etc/passwd", "", "no", "a\0b"]
)
def test_nothing_but_a_file_is_read(repo: Path, tmp_path: Path, path: str) -> None:
    put(repo, "a/x.txt", "12345")
    put(repo, "a.txt", "x")
    put(tmp_path, "outside/x.txt", "x")
    (repo / "linked").symlink_to(tmp_path / "outside")
    (repo / "link").symlink_to("a/x.txt")
    os.mkfifo(repo / "pipe")
    assert lying.read(repo, path, 100) is None
    assert lying.read(repo, "a/x.txt", 5) == b"12345"
    assert lying.read(repo, "a/x.txt", 4) is None


def test_strange_names_are_scanned(repo: Path) -> None:
    names = [b"new\nline.txt", b"bad\xff.txt", b" lead", b"\xc3\xbc.txt", b"-dash", b"q\"uote'.txt"]
    for name in names:
        put(repo, os.fsdecode(name), f"{TOKEN}\n")
    assert sorted(proof.path for proof in found(repo, "secrets")) == sorted(map(os.fsdecode, names))
    first = commit(repo)
    for name in names:
        (repo / os.fsdecode(name)).unlink()
    commit(repo)
    (proof,) = found(repo, "secrets")  # one blob, told once
    assert proof.commit == first and os.fsencode(proof.path) in names


def test_no_configuration_of_the_repository_is_obeyed(repo: Path, tmp_path: Path) -> None:
    put(repo, ".gitattributes", "* filter=evil diff=evil\n")
    put(repo, "a.txt", f"{TOKEN}\n")
    commit(repo)
    (repo / "a.txt").unlink()
    commit(repo)
    put(tmp_path, "evil.sh", f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n", 0o755)
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command", "gpg.program"):
        git(repo, "config", key, f"{tmp_path}/evil.sh")
    for key, value in (
        ("core.fsmonitor", f"{tmp_path}/evil.sh"),
        ("core.hooksPath", str(tmp_path)),
        ("log.showSignature", "true"),
        ("log.showRoot", "false"),
        ("diff.orderFile", "/dev/zero"),
        ("format.pretty", "oneline"),
        ("log.date", "relative"),
        ("core.quotePath", "true"),
        ("color.ui", "always"),
    ):
        git(repo, "config", key, value)
    (proof,) = found(repo, "secrets")
    assert proof.commit == git(repo, "rev-parse", "HEAD~1") and proof.path == "a.txt"
    assert not (tmp_path / "ran").exists()


def test_a_repository_without_a_commit(repo: Path) -> None:
    put(repo, "a.txt", TOKEN)
    result = scan(Request(repo, NAMES), quiet)
    assert len(result["secrets"].findings) == 1 and result["secrets"].looked_at == 1
    assert not any(scan_.unknown for scan_ in result.values())


def test_a_folder_outside_any_work_tree_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitFailed):
        scan(Request(tmp_path, NAMES), quiet)


def test_sha256_repositories(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    for key, value in (("name", "A"), ("email", "a@example.org")):
        git(tmp_path, "config", f"user.{key}", value)
    put(tmp_path, "a.txt", TOKEN)
    commit(tmp_path)
    assert places(found(tmp_path, "secrets")) == [("a.txt", 1, "secrets/github-token")]


def test_a_shallow_or_partial_clone_says_so(repo: Path, tmp_path: Path) -> None:
    put(repo, "a.txt", TOKEN)
    commit(repo)
    (repo / "a.txt").unlink()
    put(repo, "b.txt", "x")
    commit(repo)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repo}", "shallow")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{repo}", "partial")
    assert "shallow" in scanned(tmp_path / "shallow", "secrets").unknown
    partial = scanned(tmp_path / "partial", "secrets")
    assert "partial clone" in partial.unknown and partial.findings == ()


def test_a_damaged_history_is_unknown(repo: Path) -> None:
    put(repo, "a.txt", TOKEN)
    commit(repo)
    for path in (repo / ".git/objects").glob("??/*"):
        path.chmod(0o644)
        if git(repo, "cat-file", "-t", path.parent.name + path.name) == "tree":
            path.write_bytes(b"broken")
    result = scanned(repo, "secrets")
    assert "could not be read" in result.unknown and len(result.findings) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read_is_unknown(repo: Path) -> None:
    put(repo, "a.txt", TOKEN, 0)
    assert "a.txt" in scanned(repo, "secrets").unknown


def test_memory_does_not_grow_with_blobs(repo: Path) -> None:
    line = b"0123456789abcdef" * 64 + b"\n"
    with (repo / "huge.txt").open("wb") as stream:
        for _ in range(40):
            stream.write(line * 1000)
        stream.write(TOKEN.encode() + b"\n")
    with (repo / "line.txt").open("wb") as stream:
        for _ in range(30):
            stream.write(b"x" * 1_000_000)
        stream.write(b" " + TOKEN.encode())
    commit(repo)
    (repo / "huge.txt").unlink()
    code = (
        "import resource, sys; from pathlib import Path; from ospo_init.edges.scanning import *;"
        "import detect_secrets.plugins.aws; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "r = scan(Request(Path(sys.argv[1]), frozenset({'secrets', 'internal', 'words'})), lambda *a: None);"
        "print([(p.path, p.line) for p in r['secrets'].findings]);"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(repo)], capture_output=True, text=True, check=True)
    finds, grown = done.stdout.splitlines()
    assert finds == "[('line.txt', 1), ('huge.txt', 40001)]"
    assert int(grown) < 24  # MiB, for blobs of 40 and 30


def test_stopping_it_leaves_a_cache_that_goes_on(repo: Path) -> None:
    for number in range(200):
        put(repo, f"{number}.txt", f"{number} {TOKEN}\n")

    def stop(what: str, done: int, total: int) -> None:
        if done >= 64:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(Request(repo, NAMES), stop)
    assert len(found(repo, "secrets")) == 200


def test_the_progress_is_told(repo: Path) -> None:
    put(repo, "a.txt", "x")
    commit(repo)
    told: list[tuple[str, int, int]] = []
    scan(Request(repo, NAMES), lambda *words: told.append(words))
    assert ("Files", 1, 1) in told and {what for what, _, _ in told} == {"Files", "History"}


@pytest.mark.parametrize(
    "data, most, overlap",
    [
        (b"", 10, 4),
        (b"one\ntwo\nthree\n", 8, 4),
        (b"one\ntwo\nthree", 5, 0),
        (b"x" * 100, 10, 3),
        (b"a\n" + b"x" * 50 + b"\nb\n", 7, 3),
        (b"\n" * 50, 7, 3),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_windows_cover_a_file_and_know_their_lines(data: bytes, most: int, overlap: int, size: int) -> None:
    text = data.decode()
    covered = [False] * len(text)
    for window in windows((data[at : at + size] for at in range(0, len(data), size)), most, overlap):
        places_ = [at for at in range(len(text)) if text.startswith(window.text, at)]
        place = next(at for at in places_ if text.count("\n", 0, at) + 1 == window.line)
        for at in [at for at in places_ if text.count("\n", 0, at) + 1 == window.line]:
            covered[at : at + len(window.text)] = [True] * len(window.text)
        assert place >= 0
    assert all(covered)


HOSTILE = [
    "://" * 50_000,
    "://a:" * 40_000,
    "eyJ" * 60_000,
    "sk-" * 50_000 + "T3BlbkFJ",
    "//" * 80_000 + ":_authToken=",
]
HOSTILE += [
    "aws " * 40_000,
    "AC" * 90_000,
    "token." * 40_000,
    "-----BEGIN PRIVATE KEY-----" * 6_000,
    "a." * 90_000 + ".corp",
]
HOSTILE += ["@hidden.example" * 15_000, "confidential and " * 15_000, "softlayer" * 20_000, "://x@" * 40_000 + ".lan"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_take_no_time(repo: Path, text: str) -> None:
    for path in ("a.md", ".env", "b.py"):
        put(repo, path, text)
    scan(Request(repo, NAMES, domains=("hidden.example",)), quiet)  # a pattern that is not linear would not come back


@pytest.fixture
def streamed(repo: Path) -> Iterator[Git]:
    put(repo, "a.txt", "x" * 5_000_000)
    commit(repo)
    yield Git(repo)


def test_what_git_prints_can_be_streamed(streamed: Git) -> None:
    with (
        streamed.stream("rev-list", "--objects", "--no-object-names", "--all") as listed,
        streamed.stream("cat-file", "--batch-check=%(objecttype)", data=listed) as rows,
    ):
        assert rows.read().split() == [b"commit", b"tree", b"blob"]
    with streamed.stream("cat-file", "--batch", data=b"HEAD:a.txt\n") as stream:
        assert stream.readline().endswith(b"5000000\n")  # and leave the rest unread
    with pytest.raises(GitFailed, match="cat-file"), streamed.stream("cat-file", "-p", "no") as stream:
        stream.read()


@pytest.mark.parametrize(
    "read, path, answer",
    [
        (documents.form, "README", "markdown"),
        (documents.form, "docs/guide.md", ""),
        (documents.form, "SECURITY.md", "markdown"),
        (documents.is_markdown, "a/b.MD", True),
        (keys.is_trial, "src/tests/x.py", True),
        (keys.is_trial, "src/contest/x.py", False),
        (keys.is_trial, "src/x_test.go", True),
        (kinds.kind, b"text", "text"),
    ],
)
def test_names(read: Callable[[object], object], path: object, answer: object) -> None:
    assert read(path) == answer


@pytest.mark.parametrize(
    "text, rules",
    [
        ("key: sk-" + "proj-" + "aB3-" * 8 + "T3Blbk" + "FJ" + "xY7_" * 8, {"secrets/openai-token"}),
        (
            "tls.key: " + base64.b64encode(("-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIE" * 90).encode()).decode(),
            {"secrets/private-key"},
        ),
        ("tls.crt: " + base64.b64encode(("-----BEGIN CERTIFICATE-----\n" + "MIIE" * 90).encode()).decode(), set()),
        ("AKIA" + "QWERTYUIOP234567", {"secrets/aws-key"}),
        ("0F3BAKIA" + "0123456789ABCDEF0123", set()),
    ],
)
def test_kinds_of_our_own_and_edges_of_others(text: str, rules: set[str]) -> None:
    assert {row.rule for row in DetectSecrets().find(f"a\n{text}\nb\n")} == rules
