"""Visits and consultations do not answer themselves: an act told from both sides is no deed and reply."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Point, Subject
from melian.codebook import load_codebook
from melian.history import EventHistory
from melian.models.parameters import cell_terms, live_cells
from melian.models.weekday import weekday_factor

__all__ = ["meetings", "meetings_at", "reciprocal_instruments"]

Floats = NDArray[np.float64]
LAGS = ((0,), (-1, 1))
"""The day itself, and the days beside it, of which the mean is taken."""
BLOCK = 14
LEAST = 10
"""Deeds done back on the days beside, below which there is nothing to compare."""


def meetings(subject: Subject, name: str, question: str) -> CheckResult:
    """Count deeds that the target does back, beside the reply that the fit finds."""
    return meetings_at(subject.point, name, question)


def meetings_at(point: Point, name: str, question: str) -> CheckResult:
    """Count deeds that the target does back with the same instrument, on their day and on the days beside it.

    A meeting told as A to B and as B to A is two opposite deeds of one day. Where such mirrors are left as
    they are, opposite deeds fall on one day far more often than on neighbouring days, and whatever lets a day
    answer itself reads them as replies. Replies proper come on later days, so they raise the days beside;
    what else draws deeds to one day (a day full of news, an answer within hours) does so with any instrument.
    So the ratio of the day to the days beside it must, for instruments with reciprocal codes (consult, visit
    and host, meet), be no larger than for the rest, or than 1 where that of the rest is below it or they are
    done back too seldom. Counts are freed of the weekday; the variance is that over pairs and fortnights.
    """
    history, start = point.design.history, point.design.fit_from
    done_back, instrument = _done_back(history, start)
    both = np.array([k.split(" (")[0] in reciprocal_instruments() for k in history.instruments])
    tested, rest = done_back[both[instrument]], done_back[~both[instrument]]
    if tested[:, 1].sum() < LEAST:
        return not_run(
            name, question,
            f"{tested[:, 1].sum():,.0f} deeds with an instrument of meetings are done back on the days "
            f"beside their own; {LEAST} are needed.",
        )  # fmt: skip
    ratio, variance = _ratio(tested)
    other, other_variance = _ratio(rest)
    enough = bool(rest[:, 1].sum() >= LEAST)
    allowed, allowed_variance = (other, other_variance) if enough and other > 1.0 else (1.0, 0.0)
    excess = float(np.log(ratio / allowed))
    p_value = float(stats.norm.sf(excess / np.sqrt(max(variance + allowed_variance, 1e-300))))
    passed = p_value >= LEVEL
    words = "no more" if passed else "more"
    others = f"{other:.2f} times" if enough else "too seldom to tell"
    table = _table(point, done_back, instrument, both)
    return CheckResult(
        name, question, excess, p_value, passed, table,
        f"Deeds with an instrument of meetings are done back on their own day {ratio:.2f} times as often as "
        f"on the days beside it, those with others {others}: {words} than chance and others give "
        f"({p_text(p_value)}); "
        f"{int(history.count[history.joint & (history.step >= start)].sum()):,} meetings are joint events.",
        table.select("instrument", "same_day", "days_beside"),
    )  # fmt: skip


def _ratio(done_back: Floats) -> tuple[float, float]:
    """Deeds done back on the day over those on the days beside, and the variance of the log by units."""
    sums = np.maximum(done_back.sum(axis=0), 0.5)
    influence = done_back / sums
    return float(sums[0] / sums[1]), float(((influence[:, 0] - influence[:, 1]) ** 2).sum())


@cache
def reciprocal_instruments() -> frozenset[str]:
    """Give the instruments of which some code is told from both sides, by either reading of the crosswalk.

    Examples
    --------
    >>> sorted(reciprocal_instruments())
    ['concession', 'economy', 'security_cooperation', 'soft_power']
    """
    codes = [code for code in load_codebook().codes if code.mirror]
    return frozenset({code.instrument for code in codes} | {c.alternative for c in codes if c.alternative})


def _done_back(history: EventHistory, start: int) -> tuple[Floats, NDArray[np.int64]]:
    """Count deeds done back by unit (instrument, pair, fortnight), (n_units, 2); the unit's instrument.

    On the day, and in the mean of the days beside it: the smaller of both counts over their weekday factors.
    """
    n, n_steps = history.n_actors, history.n_steps
    use = np.flatnonzero(~history.joint & (history.step >= start))
    source, target = history.source[use].astype(np.int64), history.target[use].astype(np.int64)
    step, instrument = history.step[use].astype(np.int64), history.instrument[use].astype(np.int64)
    pair = (instrument * n + np.minimum(source, target)) * n + np.maximum(source, target)
    # Two days of room between series: a lag must not reach into the next one.
    key = pair * (n_steps + 2) + step
    up = source < target
    weight, factor = history.count[use].astype(np.float64), weekday_factor(history, start)[source, step]
    order = np.argsort(key[~up], kind="stable")
    back, back_count, back_factor = key[~up][order], weight[~up][order], factor[~up][order]
    found = np.zeros((int(up.sum()), len(LAGS)))
    for column, lag in [(column, lag) for column, lags in enumerate(LAGS) for lag in lags]:
        at = np.minimum(np.searchsorted(back, key[up] + lag), max(len(back) - 1, 0))
        hit = back[at] == key[up] + lag if len(back) else np.zeros(len(found), dtype=bool)
        both = np.minimum(weight[up][hit], back_count[at[hit]]) / len(LAGS[column])
        found[hit, column] += both / (factor[up][hit] * back_factor[at[hit]])
    unit, of = np.unique(pair[up] * n_steps + step[up] // BLOCK, return_inverse=True)
    sums: Floats = np.stack([np.bincount(of, column, len(unit)) for column in found.T], axis=1)
    some = sums.any(axis=1)
    return sums[some], np.asarray(unit // n_steps // n // n, dtype=np.int64)[some]


def _table(
    point: Point, done_back: Floats, instrument: NDArray[np.int64], both: NDArray[np.bool_]
) -> pl.DataFrame:
    """Give a row per instrument, with the reply that the fit finds in its events."""
    design, kk = point.design, point.design.history.n_instruments
    live = live_cells(design)
    terms = cell_terms(design, point.basis, point.waves, point.parameters)[live]
    reply = terms[:, 1:][:, [r == "reply" for r in design.columns.relations]].sum(axis=1) / terms.sum(axis=1)
    y, of = (design.cell_count * design.cell_weight)[live], design.cell_instrument[live]
    events = np.bincount(of, y, kk)
    sums = np.stack([np.bincount(instrument, column, kk) for column in done_back.T], axis=1)
    return pl.DataFrame(
        {
            "instrument": design.history.instruments,
            "reciprocal_codes": ["yes" if b else "no" for b in both],
            "events": events,
            "same_day": sums[:, 0],
            "days_beside": sums[:, 1],
            "reply": np.bincount(of, y * reply, kk) / np.maximum(events, 1e-300),
        }
    ).filter(pl.col("events") > 0)
