"""`ospo-init` and `python -m ospo_init`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    from ospo_init.cli import short

    code = short.run(sys.argv[1:])
    if code is None:
        from ospo_init.cli.app import run

        code = run(sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()
