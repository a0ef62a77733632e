"""How well a fitted model does on its own events: recall, residuals of actors, and effects that change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from melian.rem.evaluate import EventEvaluation
from melian.rem.result import RemFit

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CROSSED", "actor_residuals", "augment", "contributions", "course", "recall", "recall_curve"]

FloatArray = NDArray[np.float64]

SHARES: Final = (0.01, 0.05, 0.10, 0.20, 0.50)
CROSSED: Final = 1.358
"""The largest distance from 0 of a Brownian bridge is above it with probability 0.05 (Kolmogorov)."""
POINTS: Final = 200


def contributions(fit: RemFit, evaluation: EventEvaluation) -> FloatArray:
    """Give each effect's contribution to the log rate of what happened, beside the average pair at risk.

    estimate x (statistic of the pair - its mean over the pairs at risk); a row's sum is the log of the ratio
    of its rate to the geometric mean of the rates at risk. Contributions can be negative: they are no shares.

    Returns
    -------
    (n_events, n_coefficients) float64
    """
    return np.asarray(fit.estimate * (evaluation.statistics - evaluation.mean), np.float64)


def augment(fit: RemFit, evaluation: EventEvaluation) -> pl.DataFrame:
    """Give a row per event of the likelihood.

    Returns
    -------
    polars.DataFrame
        event (index in the sequence), time, date (where there is a calendar), sender, receiver, type, row (of
        the store), log_probability, rank, at_risk, place (rank / at_risk), deviance (-2 log probability), and
        for each coefficient its contribution to the log rate, `contribution: <term>`.
    """
    import polars as pl

    events, chosen = fit.events, evaluation.event
    actors, kinds = np.array(events.actors), np.array(events.types or ("",))
    frame = pl.DataFrame(
        {
            "event": chosen,
            "time": events.time[chosen],
            "sender": actors[events.sender[chosen]],
            "receiver": actors[events.receiver[chosen]],
            "type": kinds[events.type[chosen]],
            "row": events.row[chosen],
            "log_probability": evaluation.log_probability,
            "rank": evaluation.rank,
            "at_risk": evaluation.at_risk,
            "place": evaluation.rank / evaluation.at_risk,
            "deviance": -2.0 * evaluation.log_probability,
        }
    )
    if events.origin is not None and events.unit == "days":
        days = pl.duration(days=pl.col("time").cast(pl.Int64))
        frame = frame.insert_column(2, frame.select(date=pl.lit(events.origin) + days)["date"])
    parts = contributions(fit, evaluation)
    return frame.with_columns(
        pl.Series(f"contribution: {label}", parts[:, q]) for q, label in enumerate(fit.labels)
    )


def recall(evaluation: EventEvaluation) -> pl.DataFrame:
    """Say how often what happened stood among the pairs that the model held most likely.

    Returns
    -------
    polars.DataFrame
        top (part of the pairs at risk, at least one pair), recall (part of the events found there), events.
    """
    import polars as pl

    rank, at_risk = evaluation.rank, evaluation.at_risk
    return pl.DataFrame(
        {
            "top": SHARES,
            "recall": [float((rank <= np.maximum(1.0, share * at_risk)).mean()) for share in SHARES],
            "events": [len(rank)] * len(SHARES),
        }
    )


def recall_curve(evaluation: EventEvaluation) -> pl.DataFrame:
    """Give the whole curve: part of the pairs looked at, most likely first, and part of the events found."""
    import polars as pl

    place = np.sort(_place(evaluation))
    top = np.linspace(0.0, 1.0, POINTS + 1)
    found = np.searchsorted(place, top, side="right") / max(len(place), 1)
    return pl.DataFrame({"top": top, "recall": found})


def _place(evaluation: EventEvaluation) -> FloatArray:
    return np.asarray(evaluation.rank / evaluation.at_risk, np.float64)


def actor_residuals(fit: RemFit, evaluation: EventEvaluation) -> pl.DataFrame:
    """Set each actor's observed events as sender and as receiver beside those that the model expects.

    Returns
    -------
    polars.DataFrame
        actor, side ('sender', 'receiver', or 'either side' of undirected events), observed, expected,
        residual (their difference over the square root of the expected).
    """
    import polars as pl

    observed, expected = evaluation.pair_observed, evaluation.pair_expected
    if fit.events.undirected:
        return _side(fit, "either side", (observed + observed.T).sum(1), (expected + expected.T).sum(1))
    # A rate model says nothing of receivers; where one side is given, its expectation is its observation.
    sides = {"tie": ("sender", "receiver"), "rate": ("sender",), "choice": ("receiver",)}[fit.config.model]
    axes = {"sender": 1, "receiver": 0}
    return pl.concat(
        _side(fit, side, observed.sum(axes[side]), expected.sum(axes[side]))
        for side in sides
        if side != fit.config.conditional
    )


def _side(fit: RemFit, side: str, observed: NDArray[np.int64], expected: FloatArray) -> pl.DataFrame:
    """Set observed beside expected events of the actors on one side; those without either are left out."""
    import polars as pl

    keep = (observed > 0) | (expected > 0)
    return pl.DataFrame(
        {
            "actor": np.array(fit.events.actors)[keep],
            "side": [side] * int(keep.sum()),
            "observed": observed[keep].astype(np.int64),
            "expected": expected[keep],
            "residual": (observed - expected)[keep] / np.sqrt(np.maximum(expected[keep], 1e-12)),
        }
    )


def course(fit: RemFit, evaluation: EventEvaluation) -> pl.DataFrame:
    """Follow each effect through time by its cumulated score residuals.

    What happened less what was expected, summed up to each event, over the square root of its variance at the
    end: under an effect that does not change, a Brownian bridge, which leaves +-1.36 once in twenty times
    (Wei 1984; Lin, Wei, Ying 1993). Where it does, the effect was stronger while the curve rises than later.

    Returns
    -------
    polars.DataFrame
        term, event (position, 0 to 1), time, score; at most 200 points a term.
    """
    import polars as pl

    gap = np.cumsum(evaluation.statistics - evaluation.expected, axis=0)
    m = len(gap)
    spread = np.sqrt(np.maximum(evaluation.variance.sum(axis=0), 1e-300))
    at = np.unique(np.linspace(0, m - 1, min(POINTS, m)).astype(np.int64))
    bridge = gap - np.outer(np.arange(1, m + 1) / m, gap[-1])
    constant = evaluation.variance.sum(axis=0) <= 1e-12
    frames = [
        pl.DataFrame(
            {
                "term": [label] * len(at),
                "event": (at + 1) / m,
                "time": fit.events.time[evaluation.event[at]],
                "score": bridge[at, q] / spread[q],
            }
        )
        for q, label in enumerate(fit.labels)
        if not constant[q]
    ]
    schema = {"term": pl.String, "event": pl.Float64, "time": pl.Float64, "score": pl.Float64}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
