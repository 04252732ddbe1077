"""Write what the docs derive from code and data: `python tools/docs.py`. A test compares.

docs/cli.md         the commands, from their own help
docs/questions.md   the question bank, as `ospo-init questions --json` lists it
README.md           the session, as it really prints
docs/update.md      the tables of what becomes of a file, who owns it, and how it can stand
docs/health.md      the table of the measures of health
docs/checklist.md   the items, from their rows
docs/standards.md   the controls of the standards, from theirs
docs/attacks.md     the attacks that the tests run, from tests/attacks.py
docs/house.md       the session, the reference of house.yml and the map of what houses say
docs/checks.md      where other tools judge as we do, and where not, as tools/agree.py found it
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ospo_init.core.drift import OWNERS, STATES
from ospo_init.core.merging import FATES

sys.path.insert(0, str(Path(__file__).parent))
import docs_attacks
import docs_checklist
import docs_checks
import docs_health
import docs_house
import docs_house_session
import docs_standards

ROOT = Path(__file__).parent.parent
SESSION = (
    "ospo-init new tide-gauge --defaults -d project_name='Tide Gauge' -d license=MIT -d language=python \\\n"
    "    -d maintainer_name='Ada Example' -d maintainer_email=ada@example.org \\\n"
    "    -d repository_url=https://github.com/example/tide-gauge | head -n 17"
)
COMMANDS = tuple(
    [word]
    for word in "new update status why check sign waive stage questions completion house".split()  # noqa: SIM905
) + tuple(
    ["house", word]
    for word in "new lint test preview diff publish catalogue".split()  # noqa: SIM905
)
_TABLES = re.compile(r"(<!-- derived: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MARKS = re.compile(r"(<!-- session: .*? -->\n).*?(<!-- end of session -->)", re.DOTALL)


def main() -> None:
    """Write every derived document."""
    for path, text in derived().items():
        (ROOT / path).write_text(text, encoding="utf-8")


def derived() -> dict[str, str]:
    """Return each derived document by path, as it should be."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = f"```console\n$ {SESSION}\n{_session()}```\n"
    return {
        "README.md": _MARKS.sub(lambda found: found[1] + shown + found[2], readme),
        "docs/cli.md": _cli(),
        "docs/questions.md": _questions(json.loads(_run(["questions", "--json"]))),
        "docs/update.md": _with_tables("docs/update.md"),
        docs_health.PATH: docs_health.document(ROOT),
        "docs/checklist.md": docs_checklist.document(),
        "docs/standards.md": docs_standards.document(),
        "docs/checks.md": docs_checks.document(),
        docs_attacks.PATH: docs_attacks.document(ROOT),
        "docs/house.md": _house(),
    }


def _with_tables(path: str) -> str:
    return _TABLES.sub(lambda found: f"{found[1]}{_table(found[2])}{found[3]}", _read(path))


def _house() -> str:
    """Return docs/house.md with its session and its tables written anew."""
    tables, shown = docs_house.tables(), f"\n```console\n{docs_house_session.session()}```\n\n"
    text = _TABLES.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n{found[3]}", _read("docs/house.md"))
    return _MARKS.sub(lambda found: found[1] + shown + found[2], text)


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _table(name: str) -> str:
    """Return one of the tables that the code holds as rows."""
    states = {word: f"{says}{' (a finding)' if finding else ''}" for word, (says, finding) in STATES.items()}
    head, rows = {
        "fates": (("word", "what an update does"), FATES),
        "owners": (("owner", "what an update does with its file"), OWNERS),
        "states": (("state", "meaning"), states),
    }[name]
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {word} | {says} |" for word, says in rows.items())]
    return "\n".join(lines) + "\n"


def _session() -> str:
    with tempfile.TemporaryDirectory() as folder:
        words = SESSION.replace("ospo-init", f"'{sys.executable}' -m ospo_init", 1)
        return subprocess.run(
            ["sh", "-c", words], cwd=folder, env=_env(), capture_output=True, text=True, check=True
        ).stdout


def _cli() -> str:
    text = "# Commands\n\nWritten by `python tools/docs.py` from the commands' own help.\n"
    for words in ([], *COMMANDS):
        name = " ".join(["ospo-init", *words])
        text += f"\n## {name}\n\n```text\n{_run([*words, '--help'])}```\n"
    return text


def _questions(bank: Mapping[str, Any]) -> str:
    text = (
        "# Questions\n\nWritten by `python tools/docs.py` from the question bank; `ospo-init questions --json`\n"
        "gives the same to machines. A *fact* is about people and places and empty by default; a *choice* has a\n"
        "default.\n"
    )
    section = ""
    for row in bank["questions"]:
        if row["section"] != section:
            section = row["section"]
            text += f"\n## {section.capitalize()}\n"
        text += _question(row)
    return text


def _question(row: Mapping[str, Any]) -> str:
    kind = f"{row['role']}, {row['type']}" + ("" if row["asked"] or row["when"] else ", not asked: set it with `-d`")
    lines = [f"\n### {row['key']}\n", f"*{kind}.* {row['help']}", "", row["why"]]
    lines += ["", *_choices(row["choices"])] if row["choices"] else []
    lines += ["", f"Default: `{row['default']}`"] if row["default"] not in ("", None, [], 0) else []
    lines += ["", f"Asked when: `{row['when']}`"] if row["when"] else []
    lines += ["", f"Appears in: {', '.join(row['appears'])}"] if row["appears"] else []
    return "\n".join(lines) + "\n"


def _choices(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    if len(choices) > 20:
        return [f"One of {len(choices)} values: " + ", ".join(f"`{choice['value']}`" for choice in choices)]
    return [f"- `{choice['value']}`: {choice['label']}" for choice in choices]


def _run(words: Sequence[str]) -> str:
    command = [sys.executable, "-m", "ospo_init", *words]
    return subprocess.run(command, env=_env(), capture_output=True, text=True, check=True).stdout


def _env() -> dict[str, str]:
    """Return an environment in which nothing of this machine shows."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME", "TMPDIR")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}


if __name__ == "__main__":
    main()
