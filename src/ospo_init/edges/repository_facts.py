"""Reading an existing repository for adoption: its newest commit and its log, never its work tree.

git reads objects only, so no attribute, filter, hook or link of the repository is obeyed, and a partial clone is not
completed over the network. The tree is listed once; the texts that are read are few and bounded; the log is walked
once along its main line for the day it begins, and otherwise read for its newest commits only.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ospo_init.core.inferring import History, Repository, wanted
from ospo_init.core.inferring.similarity import FORMS
from ospo_init.core.inferring.texts import LONGEST, clean
from ospo_init.core.trees import Tree
from ospo_init.core.verdicts import Row, load
from ospo_init.edges.git import Git, stored
from ospo_init.edges.git_files import contents
from ospo_init.edges.manifest_files import parse
from ospo_init.edges.package_data import read
from ospo_init.edges.target import web_address
from ospo_init.errors import UserError

_COMMITS = 300  # that are read, to have
_SEARCHED = 20_000  # files that are all searched
_JUDGED = 100  # that are neither merges nor a robot's


def read_repository(folder: Path, prefix: str, licenses: Mapping[str, str]) -> Repository:
    """Return what the newest commit of the repository in `folder` holds below `prefix` ("", or a folder's path).

    Raises GitFailed where there is no commit.
    """
    git = stored(folder)
    prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
    paths = _paths(git, prefix)
    texts = dict(_texts(git, prefix, wanted(paths)))
    branch, known = _branch(git)
    return Repository(
        paths=paths,
        texts=texts,
        data={path: data for path, text in texts.items() if (data := parse(path, text)) is not None},
        remote=web_address(git.ask("config", "--get", "remote.origin.url") or ""),
        branch=branch,
        branch_known=known,
        history=_history(git, prefix),
        today=datetime.date.today().isoformat(),
        carriage_returns=_carriage_returns(git, prefix, len(paths)),
        licenses=licenses,
    )


@dataclass(frozen=True)
class Log:
    """What git knows besides files: the origin's web address, the main branch, the commit, and the newest commits."""

    remote: str = ""
    branch: str = ""
    branch_known: bool = False
    head: str = ""
    history: History = field(default_factory=History)


def read_log(folder: Path, prefix: str) -> Log:
    """Return it for the repository in `folder`, of commits below `prefix`; without a commit there is no history."""
    git = stored(folder)
    remote = web_address(git.ask("config", "--get", "remote.origin.url") or "")
    head = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or ""
    if not head and git.ask("rev-parse", "--verify", "--quiet", "HEAD"):
        raise UserError("The newest commit cannot be read: the repository is damaged.", "Look with git fsck.")
    branch, known = _branch(git)
    return Log(remote, branch, known, head, _history(git, prefix) if head else History())


def known_texts(template: Tree) -> dict[str, str]:
    """Return the licence texts that a template carries, by SPDX id: of SPDX, and of the forges where it differs."""
    found: dict[str, str] = {}
    for folder in ("licenses/texts/", "licenses/root/"):
        for path in sorted(path for path in template if path.startswith(folder)):
            text = template[path].data.decode().replace("{{ '{' }}", "{")
            spdx_id = path.removeprefix(folder).removesuffix(".txt")
            if not text.startswith("{% include"):
                found[spdx_id] = found[spdx_id] + FORMS + text if spdx_id in found else text
    return found


def _paths(git: Git, prefix: str) -> tuple[str, ...]:
    listed = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", f"HEAD:{prefix}").split(b"\0")
    return tuple(path.decode("utf-8", "surrogateescape") for path in listed if path)


def _texts(git: Git, prefix: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the text of each file that is no larger than it should be; links are followed inside the commit."""
    names = [f"HEAD:{prefix}{path}" for path in paths]
    asked = "".join(f"{name}\0" for name in names).encode("utf-8", "surrogateescape")
    if not names:
        return
    sizes = git.run(
        "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", "-z", "--follow-symlinks", data=asked
    )
    ids: dict[str, str] = {}
    for name, row in zip(names, _rows(sizes), strict=True):
        parts = row.split()
        if len(parts) == 3 and parts[1] == "blob" and int(parts[2]) <= LONGEST:
            ids[name.removeprefix(f"HEAD:{prefix}")] = parts[0]
    blobs = contents(git, ids.values())
    for path, key in ids.items():
        data = blobs[key]
        if b"\0" not in data[:8000]:
            yield path, clean(data.decode("utf-8", "replace"))


def _rows(answer: bytes) -> Iterator[str]:
    """Yield one row for each object asked for; links that lead outside are answered with a second line."""
    lines = iter(answer.decode("utf-8", "replace").split("\n")[:-1])
    for line in lines:
        first = line.split(" ")
        if len(first) == 2 and first[0] in ("dangling", "loop", "notdir", "symlink"):
            next(lines, None)
        yield line


def _branch(git: Git) -> tuple[str, bool]:
    """Return the main branch, and whether the remote named it."""
    if remote := git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"):
        return remote.removeprefix("origin/"), True
    here = git.ask("symbolic-ref", "--quiet", "--short", "HEAD") or ""
    usual = [
        name
        for name in ("main", "master", "trunk")
        if git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{name}")
    ]
    return (usual[0] if len(usual) == 1 and here != usual[0] else here), here in usual


def _history(git: Git, prefix: str) -> History:
    below = ("--", f":(top,literal){prefix}") if prefix else ()
    shallow = git.text("rev-parse", "--is-shallow-repository") == "true"
    form = "--format=%x1e%as%x1f%aN%x1f%aE%x1f%(trailers:key=Signed-off-by,valueonly)"
    log = git.run(
        "log",
        "--no-merges",
        f"--max-count={_COMMITS}",
        form,
        "--no-show-signature",
        "HEAD",
        *below,
        config=["mailmap.blob=HEAD:.mailmap"],
    )
    rows = [row.strip("\n").split("\x1f") for row in clean_log(log)]
    people = [row for row in rows if len(row) == 4 and not row[1].endswith("[bot]")][:_JUDGED]
    authors = Counter(f"{name} <{email}>" for _, name, email, _ in people)
    return History(
        first="" if shallow else _first(git, below),
        last=max((row[0] for row in rows if len(row) == 4), default=""),
        looked_at=len(people),
        signed_off=sum(1 for row in people if row[3].strip()),
        authors=tuple(authors.most_common(20)),
        shallow=shallow,
    )


def clean_log(log: bytes) -> list[str]:
    """Return the records of a log in our form."""
    return log.decode("utf-8", "replace").split("\x1e")[1:]


def _first(git: Git, below: tuple[str, ...]) -> str:
    """Return the day on which the main line begins. Days before 1971 are those of a clock that was not set."""
    line = ("--first-parent",) if not below else ()
    root = git.text("rev-list", "--max-parents=0", *line, "HEAD") if not below else ""
    if below:
        days = git.text("log", "--format=%as", "HEAD", *below).split()
        day = min(days, default="")
    else:
        day = git.text("show", "--no-patch", "--format=%as", root.split()[-1]) if root else ""
    return day if day >= "1971" else ""


def _carriage_returns(git: Git, prefix: str, size: int) -> tuple[str, ...]:
    """Return the text files that the commit holds with CRLF; of a very large one those near the top."""
    options: tuple[str, ...] = (
        "-I",
        "-l",
        "-z",
        "-G",
        "--no-color",
        "--full-name",
        "--no-recurse-submodules",
        "--no-textconv",
    )
    options += ("--max-depth=2",) if size > _SEARCHED else ()
    found = git.ask("grep", *options, "-e", "\r$", f"HEAD:{prefix}")  # git says no where nothing is found
    rows = (found or "").split("\0")
    return tuple(row.partition(":")[2].removeprefix(prefix).lstrip(":") for row in rows if row)


def adoption_rows() -> tuple[Row, ...]:
    """Return the rules of adoption that the package carries."""
    return load(read("adoption.yml"))
