"""What a person sees: warnings and progress on stderr, JSON to a file or stdout."""

from __future__ import annotations

import json
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from melian.errors import MelianWarning
from melian.study.output import check_file_target, write_whole

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Steps", "check_json_target", "showing_warnings", "steps", "write_json"]

PATIENCE: Final = 2.0


@contextmanager
def showing_warnings() -> Iterator[None]:
    """Show melian's own warnings as sentences on stderr; others keep Python's form."""
    with warnings.catch_warnings():
        plain = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
            if issubclass(category, MelianWarning):
                click.echo(f"melian: warning: {message}", err=True)
            else:
                plain(message, category, *rest, **named)

        warnings.showwarning = show
        warnings.simplefilter("always", MelianWarning)
        yield


class Steps:
    """Progress on stderr, from the third second on: a bar on a terminal, else a line for each step.

    Call it with what is being done and, where known, how much of it is done (0 to 1).
    """

    def __init__(self) -> None:
        self._label = "starting"
        self._said = ""
        self._bar: Progress | None = None
        self._lock = threading.Lock()
        self._visible = False
        self._timer = threading.Timer(PATIENCE, self._appear)
        self._timer.daemon = True

    def __call__(self, label: str, done: float | None = None) -> None:
        """Say what is being done now."""
        with self._lock:
            self._label = label
            if self._visible:
                self._show(done)

    def start(self) -> None:
        """Begin to count the time."""
        self._timer.start()

    def stop(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
            self._visible = False

    def _appear(self) -> None:
        with self._lock:
            self._visible = True
            if sys.stderr.isatty():
                self._bar = _bar()
                self._bar.start()
            self._show(None)

    def _show(self, done: float | None) -> None:
        if self._bar is not None:
            task = self._bar.tasks[0]
            # Without a known part done the bar moves to and fro; update() cannot say so.
            task.total = None if done is None else 1.0
            self._bar.update(task.id, description=self._label, completed=done or 0.0)
        elif self._label != self._said:
            click.echo(f"melian: {self._label} ...", err=True)
            self._said = self._label


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("starting", total=None)
    return bar


@contextmanager
def steps() -> Iterator[Steps]:
    """Show progress while the block runs."""
    shown = Steps()
    shown.start()
    try:
        yield shown
    finally:
        shown.stop()


def check_json_target(target: str | None) -> None:
    """See before the work that the JSON can be written; "-" is stdout."""
    if target not in (None, "-"):
        check_file_target(str(target))


def write_json(target: str | None, answer: Mapping[str, Any]) -> None:
    """Write the answer as JSON to a file, or to stdout for "-"; the same answer gives the same bytes."""
    if target is None:
        return
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if target == "-":
        click.echo(text, nl=False)
    else:
        write_whole(target, text)
