"""Ctrl-C and SIGTERM noticed for good: libraries turn them into errors of their own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

__all__ = ["noticing_stop"]

WATCHED: Final[dict[signal.Signals, Any]] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}
"""Signals that stop a run, with what Python does on them; with another handler they are left alone."""


@contextmanager
def noticing_stop() -> Iterator[Callable[[], signal.Signals | None]]:
    """Give a function that says which signal came to stop the run, if any; it raises `KeyboardInterrupt`.

    DuckDB and Polars call back into Python and report what is raised there as errors of many kinds, so the
    exception that arrives does not tell. On SIGTERM, too, other processes at work are ended before this one,
    which they would outlive by minutes. Outside the main thread signals cannot be watched.
    """
    came: list[signal.Signals] = []

    def notice(number: int, frame: FrameType | None) -> None:
        came.append(signal.Signals(number))
        raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    watched = [one for one, usual in WATCHED.items() if ours and signal.getsignal(one) == usual]
    for one in watched:
        signal.signal(one, notice)
    try:
        yield lambda: came[0] if came else None
    finally:
        for one in watched:
            signal.signal(one, WATCHED[one])
