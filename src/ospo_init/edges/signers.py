"""Whose signature this machine has seen on a template's tags: kept by the template's public address."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from ospo_init.core.signatures import is_name
from ospo_init.edges.rewriting import alone, appearing
from ospo_init.errors import UserError

_FILE, _SCHEMA = "signers.json", 1


def file() -> Path | None:
    """Return where they are kept: in $OSPO_INIT_STATE, else ospo-init in $XDG_STATE_HOME, else in ~/.local/state."""
    try:
        if own := os.environ.get("OSPO_INIT_STATE"):
            return Path(own).expanduser().absolute() / _FILE
        shared = Path(os.environ.get("XDG_STATE_HOME", ""))  # one that is not absolute is to be ignored, says its norm
        return (shared if shared.is_absolute() else Path.home() / ".local" / "state") / "ospo-init" / _FILE
    except (OSError, RuntimeError):  # there is no home, or no working folder
        return None


def known(address: str) -> str:
    """Return the name of the key that signs the template at `address`, or '' where none was seen.

    Raises UserError where the file cannot be read: to go on as if it were empty would be to trust anybody.
    """
    return _rows().get(address, {}).get("signer", "")


def pin(address: str, signer: str, tag: str) -> None:
    """Remember who signed version `tag` of the template at `address`, if the disk lets us; a project's lock has it too.

    Raises UserError as `known` does.
    """
    path = file()
    if path is None or known(address) == signer:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(path.with_name("lock")), appearing(path.parent) as stream:
            rows = _rows() | {address: {"signer": signer, "tag": tag}}
            stream.write(json.dumps({"schema_version": _SCHEMA, "signers": rows}, indent=1, sort_keys=True).encode())
            stream.flush()
            Path(stream.name).replace(path)


def _rows() -> dict[str, dict[str, str]]:
    path = file()
    if path is None:
        return {}
    try:
        data = json.loads(path.read_bytes())
        rows: dict[str, dict[str, str]] = data["signers"]
        if data["schema_version"] == _SCHEMA and all(is_name(row["signer"]) for row in rows.values()):
            return rows
        reason = "it is not as ospo-init wrote it"
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = "it is not as ospo-init wrote it"
    raise UserError(
        f"{path}, which says who signs templates, cannot be read: {reason}.",
        "Bring it back; without it, the next signature of each template is believed.",
    )
