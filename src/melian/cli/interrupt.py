"""Ctrl-C noticed for good: libraries turn it into errors of their own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["noticing_ctrl_c"]


@contextmanager
def noticing_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether Ctrl-C has been pressed; it raises `KeyboardInterrupt` as ever.

    DuckDB and Polars call back into Python and report what is raised there as errors of many kinds, so the
    exception that arrives does not tell. Outside the main thread signals cannot be watched.
    """
    pressed = threading.Event()

    def notice(number: int, frame: FrameType | None) -> None:
        pressed.set()
        raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    if not ours or before is not signal.default_int_handler:
        yield pressed.is_set
        return
    signal.signal(signal.SIGINT, notice)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
