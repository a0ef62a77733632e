"""Time rescaling: between two events of an actor the fit's expected count grows by an exponential step."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.checks.learned import learned_draws, matched_p
from melian.checks.residuals import BINS, FEWEST, source_days, too_short
from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject

__all__ = ["rescaled", "time_rescaling"]

Floats = NDArray[np.float64]


def time_rescaling(subject: Subject, name: str, question: str) -> CheckResult:
    """Set Kolmogorov and Smirnov's statistic of the rescaled intervals beside those of worlds of the model.

    The compensator of an actor is the sum of its expected events, each day by a fit that did not see it. At
    the times that it gives, events come at rate one (Ogata 1988; Brown et al. 2002), so that intervals are
    exponential. A day has no hours: its events fall at random into its part of the compensator, which keeps
    the law exact for counts (Haslinger, Pipa and Brown 2010). The statistic is the sum over actors of events
    times the squared distance; its law is that of counts drawn from the model and learned anew
    (`melian.checks.learned`), since levels learned from the record itself pull intervals to the exponential.
    """
    if reason := too_short(subject):
        return not_run(name, question, reason)
    days, rng = source_days(subject), subject.rng(11)
    count, mean = learned_draws(subject, days, rng)
    actors = [int(i) for i in np.flatnonzero(days.used.any(axis=1)) if days.count[i].sum() >= 2]
    if not actors:
        return not_run(name, question, "No actor has two events on the days of the likelihood.")
    seen = [rescaled(days.count[i, days.used[i]], days.mean[i, days.used[i]], rng) for i in actors]
    drawn = np.array([_drawn(count[:, i, days.used[i]], mean[:, i, days.used[i]], rng) for i in actors])
    found = np.array([_statistic(u) for u in seen])
    p_value = matched_p(float(found.sum()), drawn.sum(axis=0))
    passed = p_value >= LEVEL
    sizes = np.array([len(u) for u in seen])
    table = pl.DataFrame(
        {
            "actor": [days.source[i] for i in actors],
            "intervals": sizes,
            "distance": np.sqrt(found / sizes),
            "p_value": [matched_p(float(f), d) for f, d in zip(found, drawn, strict=True)],
            "few": sizes < FEWEST,
        }
    )
    worst = table.row(int(np.argmin(table["p_value"])), named=True)
    words = "are not told apart from" if passed else "are told apart from"
    counts, edges = np.histogram(np.concatenate(seen), BINS, (0.0, 1.0))
    return CheckResult(
        name, question, float(found.sum()), p_value, passed, table,
        f"{sizes.sum():,} intervals between events, in units of what the fit expects, {words} those of "
        f"worlds of the model ({p_text(p_value)}); they lie farthest from the exponential law for "
        f"{worst['actor']} (distance {worst['distance']:.3f}).",
        pl.DataFrame({"from": edges[:-1], "to": edges[1:], "share": counts / sizes.sum()}),
    )  # fmt: skip


def rescaled(count: Floats, mean: Floats, rng: np.random.Generator) -> Floats:
    """Give 1 - exp(-interval) of the rescaled intervals of one actor: uniform under the model.

    Parameters
    ----------
    count, mean : (n_days,) float64
        Events and expected events.

    Returns
    -------
    (n_events,) float64

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mean = rng.gamma(2.0, 1.0, 2000)
    >>> u = rescaled(rng.poisson(mean).astype(float), mean, rng)
    >>> bool(abs(u.mean() - 0.5) < 0.02)
    True
    """
    day = np.repeat(np.arange(len(count)), count.astype(np.int64))
    at = (np.cumsum(mean) - mean)[day] + rng.random(len(day)) * mean[day]
    return np.asarray(-np.expm1(-np.diff(np.sort(at), prepend=0.0)))


def _drawn(count: Floats, mean: Floats, rng: np.random.Generator) -> Floats:
    """Statistic of one actor in every drawn world, (DRAWS,)."""
    return np.array([_statistic(rescaled(y, m, rng)) for y, m in zip(count, mean, strict=True)])


def _statistic(value: Floats) -> float:
    """Events times the squared distance from the uniform distribution; 0 without events."""
    n = len(value)
    if n == 0:
        return 0.0
    value, below = np.sort(value), np.arange(n) / n
    return float(n * max((value - below).max(), (below + 1.0 / n - value).max()) ** 2)
