"""Fewer events: how shares move where events are dropped at random, and whether halves of sources agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
SPLITS = 3
LEAST_SOURCES = 4
MOST_OF_ONE = 0.6
"""Part of the reports that one source may have told: beyond it the halves are that source and the rest."""


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
    """Fit random halves of the sources of the reports, else of the events; set initiative side by side."""
    by_event = _compare(subject, split_events(subject.history, 0.5, subject.rng(6)))
    if by_event is None:
        return not_run(name, question, "A random half has no directed events.")
    splits, why = _source_splits(subject)
    made = [found for found in splits if found is not None]
    tables = made or [by_event]
    each = [_apart(table) for table in tables]
    apart = float(np.mean(each))
    passed = apart <= MOST_APART
    words = "agree" if passed else "do not agree"
    if made and subject.told:
        said = (
            f"Random halves of the {len(subject.told.reports)} sources of the reports {words}: the actors' "
            f"initiative lies {apart:.3f} apart in the mean of {len(made)} splits ({min(each):.3f} to "
            f"{max(each):.3f}; bound {MOST_APART}); in random halves of the events, whatever the source, "
            f"{_apart(by_event):.3f}. A bias that all sources share stays in both halves."
        )
    else:
        said = (
            f"Two random halves of the events {words}: the actors' initiative lies {apart:.3f} apart in the "
            f"mean (bound {MOST_APART}). The events were split, not the sources: {why}. So this shows the "
            "noise of sampling alone; a bias that all reports share stays in both halves."
        )
    return CheckResult(
        name, question, apart, None, passed, tables[0], said, tables[0].select("actor", "first", "second")
    )


def _source_splits(subject: Subject) -> tuple[list[pl.DataFrame | None], str]:
    """Compare random halves of the sources; else say why not."""
    told = subject.told
    if told is None:
        return [], "the history alone was at hand, not who told its reports"
    counts = np.array(list(told.reports.values()), np.float64)
    if len(counts) < LEAST_SOURCES:
        return (
            [],
            f"{len(counts)} can be told apart by address or kind of file, and {LEAST_SOURCES} are needed",
        )
    if counts.max() > MOST_OF_ONE * counts.sum():
        return [], f"one of the {len(counts)} told {counts.max() / counts.sum():.0%} of the reports"
    rng = subject.rng(7)
    drawn = [split_sources(told.reports, rng) for _ in range(SPLITS)]
    made = [_compare(subject, tuple(told.history(half) for half in split)) for split in drawn]
    return made, "a half of them has no directed events"


def split_sources(reports: Mapping[str, int], rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Put sources in random order, each into the half that has fewer reports by then.

    Examples
    --------
    >>> split_sources({"one": 5, "two": 5}, np.random.default_rng(1))
    (['one'], ['two'])
    """
    names = sorted(reports)
    parts: tuple[list[str], list[str]] = ([], [])
    filled = [0, 0]
    for at in rng.permutation(len(names)):
        half = int(filled[1] < filled[0])
        parts[half].append(names[at])
        filled[half] += reports[names[at]]
    return parts


def _compare(subject: Subject, parts: Sequence[EventHistory]) -> pl.DataFrame | None:
    """Give the actors' initiative in two parts; None where one of them has no directed events."""
    if any(not ((p.step >= subject.design.fit_from) & ~p.joint).any() for p in parts):
        return None
    fits = [subject.refit(part) for part in parts]
    one, other = (share_of(fit, subject.design, "initiative") for fit in fits)
    both = (fits[0].events > 0) & (fits[1].events > 0)
    events = np.where(both, fits[0].events + fits[1].events, 0.0)
    return pl.DataFrame(
        {"actor": subject.history.actors, "events": events, "first": one, "second": other}
    ).filter(pl.col("events") > 0)


def _apart(table: pl.DataFrame) -> float:
    """Give the mean distance of the two parts, weighted by events; 1 where no actor is in both."""
    if table.height == 0:
        return 1.0
    one, other, events = table.select("first", "second", "events").to_numpy().T
    return float(np.abs(one - other) @ events / events.sum())
