"""An installed wheel, not the checkout, makes a project with the network out of reach."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT, git

# Python that cannot open a socket, for the processes that we start and those that they start.
NO_NETWORK = """
import sys
def guard(event, args):
    if event.startswith("socket."):
        raise OSError("no network")
sys.addaudithook(guard)
"""
WHERE = """
import ospo_init, socket
print(ospo_init.__file__)
try:
    socket.socket()
except OSError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout, with the build requirements that are installed here."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_code_and_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "ospo_init/data/base.bundle" in names and "ospo_init/py.typed" in names
    assert all(name.startswith(("ospo_init/", "ospo_init-")) for name in names)
    assert not [name for name in names if "__pycache__" in name]


def test_it_makes_a_project_offline(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    # The dependencies come from this environment, the package itself from the wheel alone.
    others = [path for path in sys.path if path.endswith("site-packages")]
    (site / "zz_dependencies.pth").write_text("\n".join(others) + "\n")
    (site / "sitecustomize.py").write_text(NO_NETWORK)
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "GIT_CONFIG_GLOBAL": os.devnull}
    env |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "none", "https_proxy": "http://127.0.0.1:9"}
    python = home / "bin" / "python"
    shown = subprocess.run(
        [python, "-c", WHERE], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert shown.splitlines() == [str(site / "ospo_init" / "__init__.py"), "no network"]
    words = [
        "-m",
        "ospo_init",
        "new",
        "tide",
        "--defaults",
        "-d",
        "maintainer_name=Ada",
        "-d",
        "maintainer_email=ada@example.org",
    ]
    done = subprocess.run([python, *words], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "tide", "status", "--porcelain") == ""
    assert (tmp_path / "tide" / "LICENSE").read_text().strip().startswith("Apache License")
