"""Scanning what commits say: their messages, and the addresses of those who made them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from ospo_init.core.scanning.report import Said
from ospo_init.edges.git import Git
from ospo_init.edges.lying import PIECE
from ospo_init.edges.scan_reading import Detectors

_LONGEST = 256 * 1024  # bytes of one message that are read
_MOST = 200  # finds of one scan


def messages(git: Git, detectors: Detectors) -> Iterator[Said]:
    """Yield what is found in the messages of all commits, and of private addresses how many commits carry one."""
    wanted = detectors.messages()
    if not wanted:
        return
    counted: dict[tuple[str, str, str], tuple[int, str]] = {}
    for commit, people, message in _commits(git):
        for scan, detector in wanted.items():
            rules = {(row.rule, row.what) for row in detector.find(message)}
            if scan == "emails" and any(True for _ in detector.find(people)):
                rules.add(("emails/commit", "made by somebody with an address at a private domain"))
            for rule, what in rules:
                many, _ = counted.get((scan, rule, what), (0, ""))
                counted[scan, rule, what] = (many + 1, commit)  # the log begins with the newest
    for (scan, rule, what), (many, commit) in sorted(counted.items())[:_MOST]:
        yield Said(scan, commit, rule, what, many)


def _commits(git: Git) -> Iterator[tuple[str, str, str]]:
    """Yield of each commit its id, the addresses of its people, and its message."""
    plain = ("--no-show-signature", "--no-notes", "--no-color", "--no-mailmap", "--encoding=UTF-8")
    with git.stream("log", "--all", "-z", "--format=%H%n%ae %ce%n%B", *plain) as stream:
        for record in _records(stream):
            commit, _, rest = record.decode("utf-8", "replace").lstrip("\n").partition("\n")
            people, _, message = rest.partition("\n")
            if commit:
                yield commit, people, message


def _records(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what stands between NULs, of each no more than what is read."""
    waiting = b""
    while piece := stream.read(PIECE):
        *whole, last = piece.split(b"\0")
        for part in whole:
            yield (waiting + part)[:_LONGEST]
            waiting = b""
        waiting = (waiting + last)[:_LONGEST]
    if waiting:
        yield waiting
