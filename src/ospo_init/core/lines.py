"""Texts as lines: their ends, marked blocks in them, and the marks of conflicts."""

from __future__ import annotations

import re

BEGIN = b"# >>> ospo-init: these lines are the template's, and are updated with it >>>\n"
END = b"# <<< ospo-init <<<\n"
_STEPS = (b"<<<<<<< ", b"=======", b">>>>>>> ")  # the marks of a conflict, in their order


def with_ends_of(model: bytes, text: bytes) -> bytes:
    """Return `text` with CRLF line ends where `model` has no others, so that a merge sees only what people changed."""
    if model.count(b"\n") == model.count(b"\r\n") > 0 and b"\r" not in text and b"\0" not in text:
        return text.replace(b"\n", b"\r\n")
    return text


def block_in(text: bytes) -> bytes | None:
    """Return what stands between the marks of the block in `text`, or None where there is no such block."""
    found = re.search(_between(), text, re.DOTALL)
    return found[1].replace(b"\r\n", b"\n") if found else None


def block_text(block: bytes) -> bytes:
    """Return a block as it stands between its marks: it ends in one line end."""
    return block.rstrip(b"\n") + b"\n"


def with_block(text: bytes, block: bytes) -> bytes:
    """Return `text` with its marked block replaced by `block`; a text that has none gets it at the top.

    At the top, because in the files that have blocks (.gitignore, .gitattributes) later lines win: the project's.
    """
    whole = with_ends_of(text, BEGIN + block_text(block) + END)
    if block_in(text) is None:
        return whole + (with_ends_of(text, b"\n") + text if text.strip() else b"")
    return re.sub(_between(), lambda found: whole, text, count=1, flags=re.DOTALL)


def has_conflict(text: bytes) -> bool:
    """Whether the marks of an unresolved conflict stand in `text`."""
    step = 0
    for line in text.splitlines() if _STEPS[0] in text else ():
        if line.startswith(_STEPS[step]):
            step += 1
            if step == len(_STEPS):
                return True
    return False


def relabel(text: bytes, labels: tuple[str, str, str]) -> bytes:
    """Return `text` with the labels of its conflicts replaced: git knows names of refs only, and the base's id.

    Lines of a person's that look like marks (mail is quoted so) are left as they are.
    """
    marks = (rb"<{7,}) yours", rb"\|{7,}) [0-9a-f]{4,64}", rb">{7,}) theirs")
    for mark, label in zip(marks, labels, strict=True):
        text = re.sub(rb"^(" + mark + rb"(?=\r?$)", rb"\1 " + label.encode().replace(b"\\", rb"\\"), text, flags=re.M)
    return text


def whole_conflict(ours: bytes, base: bytes, theirs: bytes, labels: tuple[str, str, str]) -> bytes:
    """Return one conflict over whole texts, for a merge whose result must not be used."""
    sides = (with_ends_of(ours, _ended(text)) for text in (ours, base, theirs))
    own, old, new = sides
    yours, before, after = (label.encode() for label in labels)
    marks = [b"<<<<<<< " + yours, b"||||||| " + before, b"=======", b">>>>>>> " + after]
    first, second, third, last = (with_ends_of(ours, mark + b"\n") for mark in marks)
    return first + own + second + old + third + new + last


def _ended(text: bytes) -> bytes:
    return text if text.endswith(b"\n") or not text else text + b"\n"


def _between() -> bytes:
    begin, end = (re.escape(mark.rstrip(b"\n")) for mark in (BEGIN, END))
    return rb"(?m:^)" + begin + rb"[ \t]*\r?\n(.*?)(?m:^)" + end + rb"[ \t]*(?:\r?\n|$)"
