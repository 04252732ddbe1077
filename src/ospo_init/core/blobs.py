"""git's name for a text: the hash of its bytes."""

from __future__ import annotations

import hashlib


def blob_id(data: bytes, algorithm: str = "sha1") -> str:
    """Return git's object id of `data`, in hexadecimal."""
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
