"""One row about the model, as broom's `glance`."""

from __future__ import annotations

import datetime as dt

import polars as pl

from melian.analysis.attribution import Attribution

__all__ = ["glance"]


def glance(attribution: Attribution) -> pl.DataFrame:
    """Give one row about the model: size of the data, stability, fit, convergence.

    `log_score` is that of the last model of the ladder (the full one), `log_score_first` that of the first;
    both are null where the ladder was not run. The whole ladder is the frame `ladder`.

    Returns
    -------
    polars.DataFrame
        One row.
    """
    data, model = attribution.summary["data"], attribution.summary["model"]
    scores = attribution.frames["ladder"]["log_score"].to_list()
    radius = model["spectral_radius_interval"]
    row = {
        "events": data["events"],
        "actors": len(data["actors"]),
        "since": dt.date.fromisoformat(data["since"]),
        "until": dt.date.fromisoformat(data["until"]),
        "log_score": scores[-1] if scores else None,
        "log_score_first": scores[0] if scores else None,
        "spectral_radius": model["spectral_radius"],
        "spectral_radius_low": radius["low"],
        "spectral_radius_high": radius["high"],
        "dispersion": model["dispersion"].get("source_day"),
        "r_hat": model["r_hat"],
        "draws": model["draws"],
        "chains": model["chains"],
        "seed": model["seed"],
        "estimator": model["estimator"],
        "burn_in_days": model["burn_in_days"],
        "snapshot": data["snapshot"],
    }
    figures = ("log_score", "log_score_first", "spectral_radius", "dispersion", "r_hat")
    schema = {key: pl.Float64 for key in figures} | {"estimator": pl.String}
    return pl.DataFrame([row], schema_overrides=schema, infer_schema_length=None)
