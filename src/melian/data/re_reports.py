"""How many reports of later days are earlier ones told again: an estimate from the reports themselves.

Conduct that goes on repeats its codes at steady odds, a day later as a week later; a report told again
always repeats its code, and soon. What repeats beyond those odds is the estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from melian.data.queries import statement
from melian.history import Repeats, ReReports
from melian.options import SOURCES, ReReportVerdict
from melian.results import Share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

__all__ = ["estimate_re_reports", "joining_odds"]

Floats = NDArray[np.float64]

LAGS: Final = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (14, 28))
"""Days from the earlier report to the later, as `re_report_pairs.sql` counts them: the lags that are tried
with the one that must show the end, days of conduct that goes on, and days of chance."""
LATER, FAR = 4, 5
LONGEST: Final = 3
"""Longest reach in days."""
PARTS: Final = 40
T_95: Final = 1.685
"""Student's t with `PARTS` - 1 degrees of freedom: 90% between its ends."""
NOISE: Final = 2.0
"""Standard deviations of chance by which the odds of conduct that goes on are drawn to those of chance."""
AROUND: Final = 50
"""Days in which `funnel_near.sql` counts the others of a raw pair and code."""
FEWEST: Final = 20
"""Repeats of one lag below which nothing is estimated."""
TOO_FEW: Final = "too few repeats to tell"
SHARE: Final = 0.25
"""Share of the repeats from which on re-reports are joined: two-day acts look like a sixth on ICEWS 2018."""
END: Final = 0.25
"""Conduct with a half-life of half a day or more leaves this much of its repeats to the next day, or more."""


def estimate_re_reports(connection: duckdb.DuckDBPyConnection) -> tuple[ReReports, ...]:
    """Estimate by source kind, from `funnel_acts`, which share of the later repeats are re-reports.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection

    Returns
    -------
    tuple of ReReports
        One for each kind of source that has reports, in the order of `melian.options.SOURCES`.

    Notes
    -----
    Of pairs of reports of one raw pair, S_l have one code and lie l days apart, D_l have two. Chance alone
    gives as many as 14-28 days apart, in proportion to the reports of the days; the rest, s_l and d_l, is
    conduct that goes on, and re-reports, which are in s_l alone. Conduct that goes on repeats its code at the
    odds phi = s / d of days 5-8, when re-reports are over, so R_l = s_l - phi d_l are re-reports: R_l / S_l
    of the repeats. Where days 5-8 hold little beyond chance, phi is drawn to the odds of chance.
    Intervals by the jackknife over 40 parts of (raw pair, four weeks).

    A reach of n days is taken where at each lag up to n the interval of the share lies above a quarter, and
    where the excess ends with it: at most a quarter as many on the next day, by the interval's upper end. The
    longest such reach of up to three days counts.

    References
    ----------
    Shao and Tu (1995), The Jackknife and Bootstrap, chapter 2.
    """
    names = ("one", "two", "three", "four", "later", "far")
    rows = connection.execute(statement("re_report_pairs"), {"parts": PARTS}).fetchnumpy()
    daily = connection.execute(statement("re_report_days")).fetchnumpy()
    counts = np.zeros((len(SOURCES) + 1, 2, PARTS, len(LAGS)))
    place = tuple(np.asarray(rows[name], np.int64) for name in ("kind", "same", "part"))
    counts[place] = np.stack([np.asarray(rows[name], np.float64) for name in names], axis=-1)
    kinds, day, n = (np.asarray(daily[name], np.int64) for name in ("kind", "day", "n"))
    return tuple(
        _estimate(
            SOURCES[kind - 1],
            reports=int(n[kinds == kind].sum()),
            same=counts[kind, 1],
            other=counts[kind, 0] - counts[kind, 1],
            chance=_chance(day[kinds == kind], n[kinds == kind]),
        )
        for kind in np.unique(kinds)
    )


def _chance(day: NDArray[np.int64], n: NDArray[np.int64]) -> Floats:
    """Pairs of reports that lie each lag of `LAGS` apart, whoever they are about, (6,)."""
    daily = np.bincount(day - day[0], weights=n)
    apart = [float(daily[: -days or None] @ daily[days:]) for days in range(LAGS[-1][1] + 1)]
    return np.array([sum(apart[first : last + 1]) for first, last in LAGS])


def _estimate(source: str, *, reports: int, same: Floats, other: Floats, chance: Floats) -> ReReports:
    """Estimate one kind of source from its pairs by part, (PARTS, 6) each."""
    repeats = same.sum(axis=0)
    enough = (repeats[:LATER] >= FEWEST) & (chance[FAR] > 0)
    if not enough[0]:
        nothing = Share.undefined(TOO_FEW)
        kept = tuple(Repeats(lag + 1, int(repeats[lag]), nothing) for lag in range(LONGEST))
        return ReReports(source, reports, kept, 0, "few")
    excess = _excess(repeats, other.sum(axis=0), chance)
    share = excess / np.maximum(repeats[:LATER], 1)
    left_same, left_other = repeats - same, other.sum(axis=0) - other
    without = _excess(left_same, left_other, chance) / np.maximum(left_same[:, :LATER], 1)
    spread = T_95 * np.sqrt((PARTS - 1) / PARTS * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    low, point, high = (np.clip(share + side * spread, 0, 1) for side in (-1, 0, 1))
    kept = tuple(
        Repeats(
            lag + 1,
            int(repeats[lag]),
            Share(float(point[lag]), float(low[lag]), float(high[lag]))
            if enough[lag]
            else Share.undefined(TOO_FEW),
        )
        for lag in range(LONGEST)
    )
    reach, verdict = _decide(excess, np.where(enough, low, 0), at_most=high * repeats[:LATER])
    return ReReports(source, reports, kept, reach, verdict)


def _excess(same: Floats, other: Floats, chance: Floats) -> Floats:
    """Repeats beyond chance and beyond conduct that goes on, by lag; (..., 6) to (..., 4)."""
    scale = chance / chance[FAR]
    s, d = same - scale * same[..., FAR:], other - scale * other[..., FAR:]
    by_chance = same[..., FAR] / np.maximum(other[..., FAR], 1)
    noise = NOISE * np.sqrt(other[..., LATER] + scale[LATER] ** 2 * other[..., FAR])
    inert = np.maximum(s[..., LATER] - by_chance * d[..., LATER], 0)
    odds = by_chance + inert / np.maximum(np.maximum(d[..., LATER], 0) + noise, 1)
    return np.asarray(s[..., :LATER] - odds[..., None] * np.maximum(d[..., :LATER], 0))


def _decide(excess: Floats, low: Floats, *, at_most: Floats) -> tuple[int, ReReportVerdict]:
    """Give the longest reach with enough re-reports at each lag and a sure end, or why there is none."""
    many = int(np.cumprod(low[:LONGEST] > SHARE).sum())
    for reach in range(many, 0, -1):
        if at_most[reach] < END * excess[reach - 1]:
            return reach, "joined"
    return 0, "fading" if many else "minority"


def joining_odds(connection: duckdb.DuckDBPyConnection, found: Sequence[ReReports]) -> pa.Table:
    """Give the odds that a report within reach is told again, by how common its raw pair and code are.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With `funnel_near`.
    found : sequence of ReReports
        Their reaches, and the estimated number of re-reports at each lag, which the odds add up to.

    Returns
    -------
    pyarrow.Table
        kind, gap, others, odds: what `funnel_runs.sql` reads as `re_report_odds`.

    Notes
    -----
    A pair and code that come at a rate of lambda a day repeat by chance at that rate, and are told again at
    another, rho, that is the same for all: odds rho / (rho + lambda). The rate is that of the 50 days around,
    drawn to the mean over reports as in a gamma-Poisson model (moments).
    """
    by_kind = {SOURCES.index(one.source) + 1: one for one in found}
    reach = [by_kind[kind].reach if kind in by_kind else 0 for kind in range(1, len(SOURCES) + 1)]
    rows = connection.execute(statement("re_report_rates"), {"reach": reach}).fetchnumpy()
    kinds, gap, others = (np.asarray(rows[name], np.int64) for name in ("kind", "gap", "others"))
    reports, mean, variance = (np.asarray(rows[name], np.float64) for name in ("reports", "mean", "variance"))
    odds = np.ones(len(kinds))
    rate = _rate(others, mean, variance)
    for kind, one in by_kind.items():
        for lag in one.repeats[: one.reach]:
            mine = (kinds == kind) & (gap == lag.days)
            told = lag.reports * (lag.share.share or 0.0)
            odds[mine] = _odds(rate[mine], reports[mine], told)
    return pa.table({"kind": kinds, "gap": gap, "others": others, "odds": odds})


def _rate(others: NDArray[np.int64], mean: Floats, variance: Floats) -> Floats:
    """Daily rate of a raw pair and code with so many others around, by the posterior mean, (n,)."""
    beyond = np.maximum(variance - mean, 1e-9)
    days = AROUND * mean / beyond
    return np.asarray((others + days * mean / AROUND) / (AROUND + days))


def _odds(rate: Floats, reports: Floats, told: float) -> Floats:
    """Odds rho / (rho + rate) that add up to `told` over the reports; rho by bisection."""
    if reports.sum() <= told:
        return np.ones(len(rate))
    low, high = 1e-12, 1e12
    for _ in range(100):
        middle = np.sqrt(low * high)
        enough = (reports * middle / (middle + rate)).sum() >= told
        low, high = (low, middle) if enough else (middle, high)
    return np.asarray(high / (high + rate))
