"""What every test stands on: a home that nobody writes to, a plain git, and the base template composed from source."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ospo_init.core.trees import File
from ospo_init.edges import yamls
from ospo_init.edges.bundles import append, compose_base, write_unreleased
from ospo_init.edges.releases import is_released
from ospo_init.edges.repository import write

ROOT = Path(__file__).parent.parent
COPIER_URL = "https://templates.example.org/base.git"
ADA = {"maintainer_name": "Ada Example", "maintainer_email": "ada@example.org"}
_KEPT = {"PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "CI", "SYSTEMROOT"}


def pytest_configure(config: pytest.Config) -> None:
    """Bring the bundle beside the code up to date with the sources, once for all workers."""
    if not hasattr(config, "workerinput"):
        data = ROOT / "src" / "ospo_init" / "data"
        if not is_released(ROOT):
            write_unreleased(ROOT, data)
        else:
            for kind in ("bundle", "zip"):
                (data / f"dev.{kind}").unlink(missing_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that stop a command at each of its points: they take longest, and must not be the last."""
    items.sort(key=lambda item: "interrupts" not in item.path.name)


@pytest.fixture(scope="session", autouse=True)
def _plain_home() -> Iterator[None]:
    """Give every test, and every process that it starts, a home of its own and a git without settings."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        for name in list(os.environ):
            if name not in _KEPT and not name.startswith(("PYTEST", "COV", "HYPOTHESIS")):
                del os.environ[name]
        os.environ |= {"HOME": home, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
        yield
        os.environ.clear()
        os.environ |= before


@pytest.fixture(autouse=True)
def _own_cache(_plain_home: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give every test a cache and a state of its own, which are empty and not there yet, and no configuration."""
    base = tmp_path_factory.getbasetemp()
    for name, kind in (("OSPO_INIT_CACHE", "cache"), ("OSPO_INIT_STATE", "state"), ("XDG_CONFIG_DIRS", "machine")):
        os.environ[name] = str(base / f"{kind}-{uuid.uuid4().hex}")


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Put the handlers of signals back: a command that is done leaves them off, for its process to end undisturbed."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _tripwire(_plain_home: None) -> Iterator[None]:
    """Fail the test that writes into the home folder."""
    yield
    home = Path(os.environ["HOME"])
    left = sorted(item.name for item in home.iterdir()) if home.is_dir() else []
    assert left == [], f"the test wrote into the home folder: {left}"


@pytest.fixture(scope="session")
def composed() -> Mapping[str, File]:
    """The base template, composed from the sources of this checkout."""
    return compose_base(ROOT)


@pytest.fixture(scope="session")
def copier_template(composed: Mapping[str, File], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The composed template as a git repository with the tag v9.9.9, for Copier."""
    folder = tmp_path_factory.mktemp("template")
    write(composed, folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all", "--force")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "template")
    git(folder, "tag", "v9.9.9")
    return folder


@pytest.fixture(scope="session")
def base_bundle(composed: Mapping[str, File], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that holds the composed template as v9.9.9."""
    path = tmp_path_factory.mktemp("bundle") / "base.bundle"
    append(None, path, "v9.9.9", composed)
    return path


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints in `folder`."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder`, git's own left out."""
    found = {}
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.is_file() and relative.parts[0] != ".git":
            found[relative.as_posix()] = path.read_bytes()
    return found


def answers_of(folder: Path) -> dict[str, object]:
    """Return the recorded answers of a project."""
    return dict(yamls.load((folder / ".copier-answers.yml").read_bytes()))
