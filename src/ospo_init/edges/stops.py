"""Ctrl-C and its like, held back while something is written that must be finished or undone.

Elsewhere a signal raises KeyboardInterrupt wherever it arrives. Code that changes what a person owns is hit by none:
it looks between its steps whether one has come, so that there are few places that an undoing has to think of.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """What `held` gives: whether a signal has come, and whether there is still anything to stop."""

    def __init__(self) -> None:
        self.arrived = self.settled = False

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal has come, and what was begun is not settled."""
        if self.arrived and not self.settled:
            raise KeyboardInterrupt

    def settle(self) -> None:
        """Say that it is done for good: from here to the end of the process a signal no longer changes the outcome.

        All that is left is to tidy up and to tell; "stopped, nothing was written" would be untrue.
        """
        self.settled = True

    def arrive(self, number: int, frame: object) -> None:
        """Take note of a signal."""
        self.arrived = True


@contextmanager
def held() -> Iterator[Stop]:
    """Hold signals back: they only take note, and the end raises KeyboardInterrupt where one has come.

    A failure by the way is then the signal's doing (Ctrl-C reaches git too), and KeyboardInterrupt takes its place.
    Python delivers signals to the main thread alone; in another there is nothing to hold.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    with _blocked():  # or one that comes between two of the handlers leaves the first in place
        before = {number: handler for number in _STOPS if (handler := signal.getsignal(number)) is not signal.SIG_IGN}
        for number in before:
            signal.signal(number, stop.arrive)
    try:
        yield stop
    finally:
        with _blocked():
            for number, handler in before.items():  # only an ignored signal stays so when Python itself shuts down
                signal.signal(number, signal.SIG_IGN if stop.settled else handler or signal.SIG_DFL)
        stop.check()


@contextmanager
def _blocked() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
