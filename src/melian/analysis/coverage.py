"""What stands beside the shares: funnel, months, ladder of models, placebo floor, coefficients."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from melian.analysis.evidence import Evidence
from melian.analysis.shares import NO_EVENTS, ActorShares
from melian.history import EventHistory
from melian.models.design import Columns
from melian.models.draws import FitSummary

__all__ = ["coefficients_frame", "funnel_frame", "gaps_frame", "ladder_frame", "placebo_frame"]

SMALLEST_TOTAL = 1e-4
"""Coefficients of less than this many expected events per parent event are left out of the frame."""
NOT_RUN = "no placebo was run"


def funnel_frame(history: EventHistory) -> pl.DataFrame:
    """Give the rows left after every step of the funnel."""
    steps = history.provenance.funnel
    return pl.DataFrame(
        {"step": [count.step for count in steps], "rows": [count.rows for count in steps]},
        schema={"step": pl.String, "rows": pl.Int64},
    )


def gaps_frame(history: EventHistory) -> pl.DataFrame:
    """Count rows by month of the window, months without any included.

    Report rows of the whole store where the history knows them (`history.attention`), else the events of
    the history, joint ones included.
    """
    first, end = history.window
    own = np.bincount(history.step, weights=history.count, minlength=history.n_steps)
    daily = own if history.attention is None else history.attention.total
    days = np.datetime64(history.origin, "D") + np.arange(first, end)
    month = days.astype("datetime64[M]")
    number = (month - month[0]).astype(np.int64)
    rows = np.bincount(number, weights=daily[first:end])
    start = (month[0] + np.arange(len(rows))).astype("datetime64[D]")
    return pl.DataFrame({"month": start, "rows": rows.round().astype(np.int64)})


def ladder_frame(evidence: Evidence) -> pl.DataFrame:
    """Give held-out log scores with the difference to the model before; empty where none was scored."""
    scores = [float(score) for _, score in evidence.ladder]
    steps = [now - before for before, now in pairwise(scores)]
    return pl.DataFrame(
        {
            "model": [name for name, _ in evidence.ladder],
            "log_score": scores,
            "difference": [None, *steps] if scores else [],
        },
        schema={"model": pl.String, "log_score": pl.Float64, "difference": pl.Float64},
    )


def placebo_frame(shares: ActorShares, evidence: Evidence, actors: tuple[str, ...]) -> pl.DataFrame:
    """Set each actor's reaction beside the placebo's mean, smallest and largest share.

    `fits` is the number of placebo fits. `above` says that the lower end of the interval of reaction is above
    every placebo; it is null, with a reason, where the actor has no events or no placebo was run.
    """
    rows = []
    for i, actor in enumerate(actors):
        reaction = shares.component.at(i, 2)
        row: dict[str, object] = {"actor": actor, "reaction": reaction.share}
        if evidence.placebo is None or reaction.share is None or reaction.low is None:
            rows.append({**row, "reason": NO_EVENTS if reaction.share is None else NOT_RUN})
            continue
        floor = np.asarray(evidence.placebo, dtype=np.float64)[:, i]
        row |= {"placebo": float(floor.mean()), "placebo_low": float(floor.min())}
        row |= {"placebo_high": float(floor.max()), "above": bool(reaction.low > floor.max())}
        row["fits"] = len(floor)
        rows.append(row)
    figures = dict.fromkeys(("reaction", "placebo", "placebo_low", "placebo_high"), pl.Float64)
    schema = {"actor": pl.String, **figures, "above": pl.Boolean, "fits": pl.Int64, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema)


def coefficients_frame(history: EventHistory, fit: FitSummary, columns: Columns) -> pl.DataFrame:
    """Give the totals of a parent event's expected direct offspring that are above `SMALLEST_TOTAL`."""
    source, child, feature = np.nonzero(fit.weights[0] > SMALLEST_TOTAL)
    column, within = feature // columns.width, feature % columns.width
    instruments = np.array(history.instruments, dtype=object)
    names = {
        "source": np.array(history.actors, dtype=object)[source],
        "relation": np.array(columns.names, dtype=object)[column],
        "answered": instruments[within // columns.n_kernels],
        "instrument": instruments[child],
    }
    labels = {key: pl.Series(values.tolist(), dtype=pl.String) for key, values in names.items()}
    kernel = np.array(fit.half_lives, dtype=np.float64)[within % columns.n_kernels]
    totals = {key: fit.weights[q][source, child, feature] for q, key in enumerate(("total", "low", "high"))}
    frame = pl.DataFrame({**labels, "kernel": kernel, **totals})
    return frame.select("source", "relation", "answered", "kernel", "instrument", "total", "low", "high")
