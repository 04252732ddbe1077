"""Release the base template: `python tools/release.py v0.1.0` appends the composed sources to the bundle."""

from __future__ import annotations

import sys
from pathlib import Path

from ospo_init.edges import yamls
from ospo_init.edges.bundles import compose_base, publish
from ospo_init.edges.releases import read_releases, source_digest

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src" / "ospo_init" / "data"
HEAD = "# The released versions of the base, oldest first; base.bundle holds them. Written by tools/release.py.\n"


def main(tag: str) -> None:
    """Append one release; earlier ones stay as they are."""
    bundle = DATA / "base.bundle"
    row = publish(bundle if bundle.exists() else None, DATA / "base", tag, compose_base(ROOT))
    releases = [*read_releases(ROOT), {"tag": tag, **row, "source": source_digest(ROOT)}]
    (DATA / "releases.yml").write_text(HEAD + yamls.dump(releases), encoding="utf-8")
    for kind in ("bundle", "zip"):
        (DATA / f"dev.{kind}").unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1])
