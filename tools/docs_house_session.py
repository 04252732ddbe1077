"""The session in docs/house.md: from nothing to a published house with a project that follows it, as it really prints.

Folders, people and days are fixed, so that the same code prints the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

# What a person types; a step without a command is what they write with their editor, shown as a here-document.
STEPS = (
    "ospo-init house new agency --name agency | head -n 2",
    """cd agency && cat > house.yml <<'END'
name: agency
title: Example Agency
extends: base@v0.4.0
contacts: {ospo: ospo@agency.example.org}
answers:
  inbound: {lock: dco, rule: Contributions are signed off.}
  maintainer_email: {pattern: '@agency[.]example[.]org$', message: is not an address of the agency}
licenses:
  allow: [EUPL-1.2, Apache-2.0]
  default: EUPL-1.2
  rule: We publish under the EUPL, or under Apache-2.0 where a partner asks for it.
copyright: {holder: Example Agency, years: first}
files:
  docs/releasing.md: {frozen: true, rule: Every project says how it is released.}
placeholders: {"<your-project>": project_name}
END""",
    """cat > tests/first.yml <<'END'
answers: {project_name: Tide Gauge, maintainer_name: Ada Example, maintainer_email: ada@agency.example.org}
holds: {LICENSE: [EUROPEAN UNION PUBLIC LICENCE], README.md: [Example Agency]}
refused: {license: {value: GPL-3.0-only, says: We publish under the EUPL}}
END""",
    "ospo-init house lint",
    "ospo-init house test",
    "ospo-init house publish --to ../house.git | head -n 1",
    """cd .. && mkdir -p ~/.config/ospo-init && echo "house: $PWD/house.git" > ~/.config/ospo-init/config.yml""",
    "ospo-init new tide-gauge --defaults -d project_name='Tide Gauge' -d maintainer_name='Ada Example' \\\n"
    "    -d maintainer_email=ada@agency.example.org | head -n 2",
    "ospo-init new other --defaults -d license=MIT -d maintainer_email=ada@agency.example.org",
    "cd tide-gauge && ospo-init why license",
    "cd ../agency && sed -i 's/years: first/years: none/' house.yml",
    "ospo-init house diff --to ../house.git | head -n 14",
    "ospo-init house publish --to ../house.git -m 'The year is left out' | head -n 1",
    "cd ../tide-gauge && ospo-init update && git commit --quiet --all --message 'Follow the house' && ospo-init status",
)


def session() -> str:
    """Return the session as a terminal shows it."""
    with tempfile.TemporaryDirectory() as home:
        shell = "set +e\nexec 2>&1\n" + "".join(f"{_echo(step)}\n{step}\n" for step in STEPS)
        done = subprocess.run(
            ["bash", "-c", shell], cwd=home, env=_env(home), capture_output=True, text=True, check=False
        )
    return done.stdout.replace(str(Path(home).resolve()), "~").replace(home, "~")


def _echo(step: str) -> str:
    """Return what shows a step as it is typed."""
    return f"cat <<'STEP'\n$ {step}\nSTEP"


def _env(home: str) -> dict[str, str]:
    who = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    path = f"{home}/bin{os.pathsep}{os.environ['PATH']}"
    folder = Path(home, "bin")
    folder.mkdir()
    script = folder / "ospo-init"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ospo_init "$@"\n')
    script.chmod(0o755)
    return {"HOME": home, "PATH": path, "OSPO_INIT_CACHE": f"{home}/.cache/ospo-init", **plain, **who}


_WHO = {"NAME": "Ada Example", "EMAIL": "ada@agency.example.org", "DATE": "2026-03-01T12:00:00Z"}


if __name__ == "__main__":
    sys.stdout.write(session())
