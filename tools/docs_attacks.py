"""The table of docs/attacks.md, from tests/attacks.py. tools/docs.py writes it, and a test compares."""

from __future__ import annotations

import re
import sys
from pathlib import Path

PATH = "docs/attacks.md"
_MARKS = re.compile(r"(<!-- derived: attacks -->\n).*?(<!-- end -->)", re.DOTALL)


def document(root: Path) -> str:
    """Return docs/attacks.md as it should be: its own text, with the table written anew."""
    sys.path.insert(0, str(root / "tests"))
    from attacks import rows

    lines = ["| attack | what it tries |", "|---|---|", *(f"| {name} | {_cell(tries)} |" for name, tries in rows())]
    table = "\n" + "\n".join(lines) + "\n\n"
    text = (root / PATH).read_text(encoding="utf-8")
    return _MARKS.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def _cell(sentence: str) -> str:
    """Return a sentence for Markdown; what Jinja or a path says in it stands as code."""
    return re.sub(r"(\{\{.*?\}\}\S*)", r"`\1`", sentence) + "."
