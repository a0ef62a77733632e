"""Fewer events: how shares move where events are dropped at random, and whether two halves agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.checks.result import CheckResult, not_run
from melian.checks.subject import Subject, mean_share, share_of
from melian.history import EventHistory

__all__ = ["halves", "thinning"]

DROPPED = (0.1, 0.2, 0.3, 0.4, 0.5)
REPEATS = 3
JUDGED = 0.3
MOST_MOVED = 0.1
"""Initiative that the answer may gain when `JUDGED` of the events are missing."""
MOST_APART = 0.1
"""Mean distance of the actors' initiative in two halves, weighted by events."""


def split_events(history: EventHistory, keep: float, rng: np.random.Generator) -> tuple[EventHistory, ...]:
    """Cut the events at random into those kept and the rest; a cell's events are drawn one by one."""
    kept = rng.binomial(history.count, keep).astype(np.int32)
    return _of_counts(history, kept), _of_counts(history, history.count - kept)


def _of_counts(history: EventHistory, count: NDArray[np.int32]) -> EventHistory:
    some = count > 0
    fields = ("step", "source", "target", "instrument", "joint", "row")
    reactive = None if history.reactive is None else history.reactive[some]
    return replace(
        history, count=count[some], reactive=reactive, **{f: getattr(history, f)[some] for f in fields}
    )


def thinning(subject: Subject, name: str, question: str) -> CheckResult:
    """Drop 10 to 50% of the events at random and fit again."""
    rng = subject.rng(5)
    rows = [_row(subject, 0.0, subject.history)]
    for dropped in DROPPED:
        for _ in range(REPEATS):
            kept, _rest = split_events(subject.history, 1.0 - dropped, rng)
            if not (kept.step >= subject.design.fit_from).any():
                return not_run(name, question, f"Nothing is left where {dropped:.0%} of the events drop.")
            rows.append(_row(subject, dropped, kept))
    each = pl.DataFrame(rows)
    table = each.group_by("dropped", maintain_order=True).mean()
    initiative = dict(table.select("dropped", "initiative").iter_rows())
    reaction = dict(table.select("dropped", "reaction").iter_rows())
    most = DROPPED[-1]
    moved, moved_most = (float(initiative[d] - initiative[0.0]) for d in (JUDGED, most))
    passed = abs(moved) <= MOST_MOVED
    return CheckResult(
        name, question, moved, None, passed, table,
        f"With {JUDGED:.0%} of the events dropped at random initiative moves by {moved:+.3f} (from "
        f"{initiative[0.0]:.3f}), with {most:.0%} by {moved_most:+.3f}; reaction goes from "
        f"{reaction[0.0]:.3f} to {reaction[JUDGED]:.3f} and {reaction[most]:.3f}.",
        each,
    )  # fmt: skip


def _row(subject: Subject, dropped: float, history: EventHistory) -> dict[str, float]:
    fit = subject.fit if dropped == 0.0 else subject.refit(history)
    parts = ("initiative", "momentum", "reaction")
    return {"dropped": dropped} | {part: mean_share(fit, subject.design, part) for part in parts}


def halves(subject: Subject, name: str, question: str) -> CheckResult:
    """Fit two random halves of the events, and set the actors' initiative side by side."""
    parts = split_events(subject.history, 0.5, subject.rng(6))
    if any(not ((p.step >= subject.design.fit_from) & ~p.joint).any() for p in parts):
        return not_run(name, question, "A random half has no directed events.")
    fits = [subject.refit(part) for part in parts]
    one, other = (share_of(fit, subject.design, "initiative") for fit in fits)
    both = (fits[0].events > 0) & (fits[1].events > 0)
    events = np.where(both, fits[0].events + fits[1].events, 0.0)
    apart = float(np.abs(one - other) @ events / events.sum()) if both.any() else 1.0
    passed = apart <= MOST_APART
    table = pl.DataFrame(
        {"actor": subject.history.actors, "events": events, "first": one, "second": other}
    ).filter(pl.col("events") > 0)
    words = "agree" if passed else "do not agree"
    return CheckResult(
        name, question, apart, None, passed, table,
        f"Two random halves of the events {words}: the actors' initiative lies {apart:.3f} apart in the mean "
        f"(bound {MOST_APART}).",
        table.select("actor", "first", "second"),
    )  # fmt: skip
