"""The most telling events: those that the model expected most, and those that surprised it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from melian.rem.evaluate import EventEvaluation
from melian.rem.residuals import augment, contributions
from melian.rem.result import RemFit

if TYPE_CHECKING:
    import polars as pl

__all__ = ["telling_events"]

KINDS: Final = ("expected", "surprising")


def telling_events(fit: RemFit, evaluation: EventEvaluation, *, most: int = 50) -> pl.DataFrame:
    """Single out events with what each effect contributes to their log rate.

    Half of them are those whose probability is highest beside chance, half those where it is lowest; of one
    pair at most one event in each half.

    Parameters
    ----------
    fit : RemFit
    evaluation : EventEvaluation
    most : int
        How many at most.

    Returns
    -------
    polars.DataFrame
        kind ('expected' or 'surprising'), the columns of `augment` from event to at_risk, probability, gain
        (log of the probability over chance), contributions: a list of term, statistic, mean, contribution.
    """
    import polars as pl

    gain = evaluation.log_probability + np.log(evaluation.at_risk)
    half = max(1, most // 2)
    chosen = {
        "expected": _first(fit, evaluation, -gain, half),
        "surprising": _first(fit, evaluation, gain, half),
    }
    # With few pairs the two halves meet.
    chosen["surprising"] = [e for e in chosen["surprising"] if e not in set(chosen["expected"])]
    picked = np.array([e for kind in KINDS for e in chosen[kind]], np.int64)
    parts = contributions(fit, evaluation)
    frame = augment(fit, evaluation)
    about = frame.select([name for name in frame.columns if not name.startswith("contribution: ")])[picked]
    items = [
        [
            {
                "term": label,
                "statistic": float(evaluation.statistics[e, q]),
                "mean": float(evaluation.mean[e, q]),
                "contribution": float(parts[e, q]),
            }
            for q, label in enumerate(fit.labels)
        ]
        for e in picked
    ]
    struct = pl.Struct(
        {"term": pl.String, "statistic": pl.Float64, "mean": pl.Float64, "contribution": pl.Float64}
    )
    return about.with_columns(
        pl.Series("kind", [kind for kind in KINDS for _ in chosen[kind]], pl.String),
        pl.Series("probability", np.exp(evaluation.log_probability[picked]), pl.Float64),
        pl.Series("gain", gain[picked], pl.Float64),
        pl.Series("contributions", items, pl.List(struct)),
    )


def _first(fit: RemFit, evaluation: EventEvaluation, key: NDArray[np.float64], most: int) -> list[int]:
    """Give the first events by a key, ties by time, each pair once."""
    events, out, seen = fit.events, [], set()
    for e in np.lexsort((evaluation.event, np.round(key, 9))):
        index = evaluation.event[e]
        pair = (int(events.sender[index]), int(events.receiver[index]))
        if pair not in seen:
            seen.add(pair)
            out.append(int(e))
        if len(out) == most:
            break
    return out
