"""The evaluation as frames: scores against the baselines, who and what is predictable, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.forecast.distribution import probability_up_to, quantile, randomised_pit
from melian.forecast.evaluate import MODEL, Evaluation, HorizonScores

__all__ = ["calibration_frame", "evaluation_frames", "pit_frame", "predictability_frame", "score_frame"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEVELS = (0.5, 0.9)
BOUNDS = {"gain_low": pl.Float64, "gain_high": pl.Float64}
BINS = 10
RESAMPLES = 400
LEAST_BLOCKS = 3
"""Blocks of four weeks below which a gain has no interval."""
LEAST_EVENTS = 20
"""Held-out events below which nothing is said on an actor, pair or instrument."""


def evaluation_frames(evaluation: Evaluation, *, seed: int) -> dict[str, pl.DataFrame]:
    """Give all frames of an evaluation by name."""
    return {
        "scores": score_frame(evaluation, seed=seed),
        "predictability": predictability_frame(evaluation, seed=seed),
        "calibration": calibration_frame(evaluation),
        "pit": pit_frame(evaluation, seed=seed),
    }


def score_frame(evaluation: Evaluation, *, seed: int) -> pl.DataFrame:
    """Give a row per horizon and model: log score and CRPS per event, and the forecast's gain over the model.

    The gain is nats per event with a 90% interval from resampled blocks of four weeks.
    """
    rows = []
    for scores in evaluation.horizons:
        events = float(scores.count.sum())
        for m, model in enumerate(evaluation.models):
            difference = (scores.log_score[0] - scores.log_score[m]).sum(axis=1)
            low, high = _interval(difference, scores.count.sum(axis=1), scores, seed=seed)
            rows.append(
                {
                    "horizon": scores.horizon, "model": model, "origins": len(scores.origins),
                    "channels": scores.count.shape[1], "events": events,
                    "log_score": float(scores.log_score[m].sum()) / max(events, 1.0),
                    "crps": float(scores.crps[m].sum()) / max(events, 1.0),
                    "gain": float(difference.sum()) / max(events, 1.0), "gain_low": low, "gain_high": high,
                }
            )  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=BOUNDS)


def _interval(
    gain: Floats, events: Floats, scores: HorizonScores, *, seed: int
) -> tuple[float | None, float | None]:
    """90% interval of the gain per event over resampled blocks of four weeks; none of fewer than three."""
    block = scores.origins // 28
    groups = [np.flatnonzero(block == b) for b in np.unique(block)]
    if len(groups) < LEAST_BLOCKS:
        return None, None
    sums = np.array([[gain[g].sum(), events[g].sum()] for g in groups])
    drawn = np.random.default_rng(seed).integers(0, len(sums), (RESAMPLES, len(sums)))
    total = sums[drawn].sum(axis=1)
    low, high = np.quantile(total[:, 0] / np.maximum(total[:, 1], 1.0), [0.05, 0.95])
    return float(low), float(high)


def predictability_frame(evaluation: Evaluation, *, seed: int) -> pl.DataFrame:
    """Give a row per horizon and actor, instrument or channel: gain over the constant and the best baseline.

    `predictable` is true where the 90% interval of the gain over the constant lies above zero, false where it
    does not, and null with fewer than `LEAST_EVENTS` held-out events or without an interval.
    """
    rows = []
    source, _, instrument = evaluation.channels
    names = (evaluation.predictor.actors, evaluation.predictor.instruments)
    for scores in evaluation.horizons:
        for kind, of, labels in (("actor", source, names[0]), ("instrument", instrument, names[1])):
            for value in np.unique(of):
                rows.append(_group(evaluation, scores, of == value, kind, labels[value], seed=seed))
        rows += [
            _group(
                evaluation, scores, np.arange(len(source)) == c, "channel", _label(evaluation, c), seed=seed
            )
            for c in range(len(source))
        ]
    return pl.DataFrame(rows, schema_overrides={**BOUNDS, "predictable": pl.Boolean})


def _label(evaluation: Evaluation, c: int) -> str:
    i, j, k = evaluation.channels[:, c]
    made = evaluation.predictor
    return f"{made.actors[i]} → {made.actors[j]}, {made.instruments[k].replace('_', ' ')}"


def _group(
    evaluation: Evaluation,
    scores: HorizonScores,
    inside: NDArray[np.bool_],
    kind: str,
    name: str,
    *,
    seed: int,
) -> dict[str, object]:
    count = scores.count[:, inside]
    events = float(count.sum())
    own = scores.log_score[0][:, inside].sum(axis=1)
    totals = [scores.log_score[m][:, inside].sum() for m in range(len(evaluation.models))]
    best = 1 + int(np.argmax(totals[1:]))
    constant = own - scores.log_score[evaluation.models.index("constant")][:, inside].sum(axis=1)
    low, high = _interval(constant, count.sum(axis=1), scores, seed=seed)
    enough = events >= LEAST_EVENTS
    return {
        "horizon": scores.horizon, "kind": kind, "name": name, "channels": int(inside.sum()),
        "events": events, "log_score": totals[0] / max(events, 1.0),
        "gain": float(constant.sum()) / max(events, 1.0), "gain_low": low, "gain_high": high,
        "best_baseline": evaluation.models[best],
        "gain_over_best": float(totals[0] - totals[best]) / max(events, 1.0),
        "predictable": bool(low > 0.0) if enough and low is not None else None,
    }  # fmt: skip


def calibration_frame(evaluation: Evaluation) -> pl.DataFrame:
    """Give a row per horizon and level: how often counts lay in the central interval, and how often expected.

    Intervals of counts hold more than their level; what they hold if the distribution is right stands beside.
    """
    rows = []
    for scores in evaluation.horizons:
        busy = scores.mean >= 0.5
        for level in LEVELS:
            low, high = (quantile(q, scores.mean, scores.alpha) for q in (0.5 - level / 2, 0.5 + level / 2))
            inside = (scores.count >= low) & (scores.count <= high)
            expected = probability_up_to(high, scores.mean, scores.alpha)
            expected = expected - probability_up_to(low - 1.0, scores.mean, scores.alpha)
            for which, use in (("all", np.ones_like(busy)), ("mean of 0.5 or more", busy)):
                if use.any():
                    rows.append(
                        {
                            "horizon": scores.horizon, "level": level, "which": which,
                            "cells": int(use.sum()), "expected": float(expected[use].mean()),
                            "observed": float(inside[use].mean()),
                        }
                    )  # fmt: skip
    return pl.DataFrame(rows)


def pit_frame(evaluation: Evaluation, *, seed: int) -> pl.DataFrame:
    """Give the histogram of the randomised PIT in tenths, one per horizon, for means of 0.05 or more."""
    rows = []
    for scores in evaluation.horizons:
        use = scores.mean >= 0.05
        values = randomised_pit(scores.count[use], scores.mean[use], scores.alpha[use], seed=seed)
        share = np.histogram(values, BINS, (0.0, 1.0))[0] / max(values.size, 1)
        rows += [_bin(scores.horizon, n, share, values.size) for n in range(BINS)]
    return pl.DataFrame(rows)


def _bin(horizon: int, n: int, share: Sequence[float] | Floats, cells: int) -> dict[str, object]:
    return {
        "horizon": horizon, "low": n / BINS, "high": (n + 1) / BINS, "share": float(share[n]), "cells": cells,
    }  # fmt: skip


def lost_to(scores: pl.DataFrame) -> list[tuple[int, str]]:
    """Name the horizons and baselines whose log score was better than the forecast's."""
    lost = scores.filter((pl.col("model") != MODEL) & (pl.col("gain") <= 0.0))
    return [(row["horizon"], row["model"]) for row in lost.iter_rows(named=True)]
