"""`ospo-init` and `python -m ospo_init`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from ospo_init.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
