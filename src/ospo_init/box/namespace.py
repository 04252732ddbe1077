"""A network of the child's own, with nothing in it: below the audit hook, where the system grants it (Linux).

Root is granted it as it is, others together with a user namespace, which some systems refuse. Then the audit hook alone
stands between a template and the network. It takes about 4 ms, 3 of them to load ctypes (Python 3.12 needs none).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable

_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET and CLONE_NEWUSER of linux/sched.h
_NETWORK = "/proc/self/ns/net"


def isolate() -> bool:
    """Leave the machine's network, and return whether that was granted; to be called before the box is closed."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        before, unshare = os.readlink(_NETWORK), _unshare()  # noqa: PTH115
        for flags in (_NEW_NETWORK, _NEW_NETWORK | _NEW_USER):
            with contextlib.suppress(OSError):
                unshare(flags)
                return os.readlink(_NETWORK) != before  # noqa: PTH115
    except (OSError, ImportError, AttributeError):  # no /proc, no ctypes, or a C library without it
        return False
    return False


def _unshare() -> Callable[[int], object]:
    """Return what gives up what the process shares with others; it raises OSError where the system refuses."""
    known: Callable[[int], object] | None = getattr(os, "unshare", None)
    if known:
        return known
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)

    def unshare(flags: int) -> None:
        if library.unshare(flags) != 0:
            raise OSError(ctypes.get_errno(), "unshare")

    return unshare
