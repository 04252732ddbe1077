"""A bug of ours: a log file to attach to the report, instead of a traceback in the person's face."""

from __future__ import annotations

import platform
import tempfile
import traceback
from collections.abc import Sequence

from ospo_init import __version__
from ospo_init.errors import OspoInitError


def report(error: BaseException, arguments: Sequence[str]) -> OspoInitError:
    """Write the log and return the error (exit code 3) that names it. Answers are left out: they may be private."""
    keys = [argument.partition("=")[0] + "=…" if "=" in argument else argument for argument in arguments]
    text = "\n".join(
        [
            f"ospo-init {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
            f"arguments: {' '.join(keys)}",
            "".join(traceback.format_exception(error)),
        ]
    )
    try:
        with tempfile.NamedTemporaryFile("w", prefix="ospo-init-bug-", suffix=".log", delete=False) as log:
            log.write(text)
        place = f"Please report it, with the file {log.name}."
    except OSError:
        place = f"Please report it; no log could be written. {type(error).__name__}: {error}"
    return OspoInitError(f"This is a bug in ospo-init: {type(error).__name__}.", place)
