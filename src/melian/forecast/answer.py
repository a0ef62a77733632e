"""The answer of `melian forecast`: frames and the summary that becomes JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from melian.forecast.evaluate import Evaluation
from melian.forecast.frames import evaluation_frames, lost_to
from melian.forecast.predict import days_ahead, fan_frame, forecast_frame
from melian.forecast.roll import make_past
from melian.forecast.save import KeptFit, fingerprint
from melian.forecast.surprise import drift_frame, event_frame, watch, week_frame
from melian.forecast.train import Predictor
from melian.forecast.tuning import KINDS
from melian.history import EventHistory

__all__ = ["ForecastAnswer", "answer_of", "keep"]

LEAST_WATCHED = 7
"""Days after the parameters' date from which surprise is shown of them, else of the held-out days."""


@dataclass(frozen=True, slots=True)
class ForecastAnswer:
    """A forecast with all that the text, the JSON and the report show of it.

    Attributes
    ----------
    frames : mapping of str to DataFrame
        forecast, fan, surprising_events, surprising_weeks, drift, and of the evaluation scores,
        predictability, calibration, pit.
    summary : mapping
        As `melian forecast --json` writes it.
    """

    frames: Mapping[str, pl.DataFrame]
    summary: Mapping[str, Any]


def keep(
    history: EventHistory, predictor: Predictor, evaluation: Evaluation, *, data: Mapping[str, Any], seed: int
) -> KeptFit:
    """Put a trained predictor, its evaluation and the surprise of the held-out days together."""
    past = make_past(history, predictor.config.bloc)
    tested = evaluation.predictor
    seen = watch(tested, past, history.n_steps)
    frames = evaluation_frames(evaluation, seed=seed)
    frames["held_out_events"] = event_frame(tested, seen, past)
    frames["held_out_weeks"] = week_frame(tested, seen, past)
    found, events = fingerprint(history, predictor.until)
    return KeptFit(
        predictor, frames, history.provenance.snapshot, found, events, data,
        (evaluation.since, evaluation.until),
    )  # fmt: skip


def answer_of(
    kept: KeptFit,
    predictor: Predictor,
    history: EventHistory,
    *,
    threshold: float,
    notes: tuple[str, ...] = (),
) -> ForecastAnswer:
    """Forecast from the end of a history, and say how surprising the days since the parameters' date were.

    Parameters
    ----------
    kept : KeptFit
    predictor : Predictor
        Of `kept`, in the steps of `history`.
    threshold : float
        Cumulative shortfall above which there is drift.
    """
    past = make_past(history, predictor.config.bloc)
    step = history.n_steps
    ahead = days_ahead(predictor, past, step, horizon=max(predictor.config.horizons))
    frames = {name: frame for name, frame in kept.frames.items() if not name.startswith("held_out")}
    frames["forecast"] = pl.concat([forecast_frame(predictor, ahead, kind=kind) for kind in KINDS])
    frames["fan"] = fan_frame(predictor, past, ahead, step)
    watched = step - predictor.forward.step >= LEAST_WATCHED
    if watched:
        seen = watch(predictor, past, step)
        frames["surprising_events"] = event_frame(predictor, seen, past)
        frames["surprising_weeks"] = week_frame(predictor, seen, past)
        frames["drift"] = drift_frame(
            frames["surprising_weeks"], kept.frames["held_out_weeks"], threshold=threshold
        )
    else:
        frames["surprising_events"] = kept.frames["held_out_events"]
        frames["surprising_weeks"] = kept.frames["held_out_weeks"]
    return ForecastAnswer(frames, _summary(kept, predictor, history, frames, watched, threshold, notes))


def _summary(
    kept: KeptFit, predictor: Predictor, history: EventHistory, frames: Mapping[str, pl.DataFrame],
    watched: bool, threshold: float, notes: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    config = predictor.config
    tracked = int(predictor.forward.tracked(config.min_events).sum())
    since, until = kept.held_out
    drift = frames["drift"] if watched else None
    return {
        "data": {
            "events": int(history.count[~history.joint].sum()),
            "as_of": history.until.isoformat(),
            "actors": list(history.actors),
            "instruments": list(history.instruments),
            "snapshot": history.provenance.snapshot,
            "funnel": [{"step": f.step, "rows": f.rows} for f in history.provenance.funnel],
        },
        "model": {
            "parameters_until": (predictor.forward.rates.since - dt.timedelta(days=1)).isoformat(),
            "days_since": (history.until - predictor.forward.rates.since).days + 1,
            "estimator": "newton",
            "half_lives": list(config.half_lives),
            "horizons": list(config.horizons),
            "channels": tracked,
            "min_events": config.min_events,
            "multipliers": [
                {"group": level.group, "half_life": level.half_life, "prior": level.prior}
                for level in predictor.tuning.levels
            ],
            "fit_snapshot": kept.snapshot,
            "notes": list(notes),
        },
        "forecast": frames["forecast"].filter(pl.col("kind").is_in(["channel", "source", "all"])).to_dicts(),
        "evaluation": {
            "since": since.isoformat(),
            "until": until.isoformat(),
            "scores": frames["scores"].to_dicts(),
            "lost_to": [{"horizon": h, "baseline": name} for h, name in lost_to(frames["scores"])],
            "calibration": frames["calibration"].to_dicts(),
            "predictability": frames["predictability"].filter(pl.col("kind") != "channel").to_dicts(),
        },
        "surprise": {
            "of": "days since the parameters' date" if watched else "held-out days",
            "events": _dated(frames["surprising_events"].head(20)),
            "weeks": _dated(frames["surprising_weeks"].filter(pl.col("actor") == "all")),
        },
        "drift": {
            "threshold": threshold,
            "shortfall": None if drift is None or not drift.height else float(drift["shortfall"][-1]),
            "drift": bool(drift is not None and drift["drift"].any()),
            **({} if watched else {"reason": f"fewer than {LEAST_WATCHED} days since the parameters' date"}),
        },
    }


def _dated(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
