"""The run of a forecast: from a store and a kept fit, or a new one, to distributions and their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from melian.errors import InputError
from melian.study.files import write_study
from melian.study.model import Study
from melian.study.output import check_file_target, prepare_folder
from melian.study.run import Progress, silent, store_of, study_history

if TYPE_CHECKING:
    from melian.data.connect import Store
    from melian.forecast.answer import ForecastAnswer
    from melian.forecast.fit import ForecastConfig
    from melian.forecast.save import KeptFit
    from melian.history import EventHistory

__all__ = ["forecast_config", "forecast_from", "forecast_history", "history_as_of", "run_forecast"]

SETTINGS = ("level", "crosswalk", "unit", "span", "without", "re_report_days", "reactive")
MOST_HELD_OUT, LEAST_HELD_OUT = 365, 28


def run_forecast(study: Study, *, progress: Progress | None = None) -> ForecastAnswer:
    """Read the store, take the kept fit or make one, forecast, and write the report where asked.

    `[data] until` is the day from which the forecast looks ahead: later events are not looked at.

    Raises
    ------
    StudyError
        If the study names no store.
    InputError, StoreError
        If store, date, kept fit or output folder cannot be used.
    """
    from melian.data import open_store

    tell = progress or silent
    path = store_of(study)
    out = prepare_folder(study.report.out) if study.report.out else None
    file = study.forecast.fit
    if file is not None:
        check_file_target(file)
    with open_store(path) as store:
        kept = _read_kept(file)
        tell("reading the store")
        history = forecast_history(study, store, kept=kept)
    answer = forecast_from(study, history, kept, progress=tell)
    if out is not None:
        from melian.report import write_forecast_report

        tell("writing the report")
        write_forecast_report(answer, out)
        write_study(study, out / "study.toml")
    return answer


def forecast_history(study: Study, store: Store, *, kept: KeptFit | None = None) -> EventHistory:
    """Load the events up to the day of the forecast; the actors of a kept fit where the study names none."""
    data = study.data
    if kept is not None:
        _same_settings(study, kept)
    actors = data.actors or (kept.predictor.actors if kept is not None else None)
    history = study_history(study, store, actors=actors or None, keep_idle=kept is not None)
    if data.until is not None and history.until < data.until:
        raise InputError(
            f"the forecast is asked as of {data.until}, and the store ends on {history.until}; ingest the "
            f"files of the days between, or ask --as-of {history.until} or earlier."
        )
    return history


def forecast_config(study: Study, history: EventHistory) -> ForecastConfig:
    """Give the settings of the forecast as the study has them."""
    from melian.forecast.fit import ForecastConfig
    from melian.models.hawkes import AUTO_KNOTS

    model, wanted = study.model, study.forecast
    horizons = tuple(sorted({1, *wanted.horizons}))
    span = history.window[1] - history.window[0]
    auto = min(MOST_HELD_OUT, max(LEAST_HELD_OUT, max(horizons), span // 5))
    return ForecastConfig(
        horizons=horizons,
        min_events=wanted.min_events,
        held_out=auto if wanted.held_out == "auto" else int(wanted.held_out),
        half_lives=tuple(float(h) for h in model.half_lives),
        knots=AUTO_KNOTS if model.knots == "auto" else float(model.knots),
        bloc=model.blocs[0] if model.blocs and study.data.level != "bloc" else None,
    )


def history_as_of(history: EventHistory, as_of: dt.date | str | None) -> EventHistory:
    """Give the part of a history up to a day.

    Raises
    ------
    InputError
        If the day is no date, or lies outside the window.
    """
    from melian.forecast.fit import cut_history

    if as_of is None:
        return history
    try:
        day = dt.date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    except ValueError as error:
        raise InputError(f"as_of={as_of!r} is not a date; write it as 2018-01-31.") from error
    if not history.since <= day <= history.until:
        raise InputError(f"as_of={day} is outside the window {history.since} to {history.until}.")
    return cut_history(history, (day - history.origin).days + 1)


def forecast_from(
    study: Study, history: EventHistory, kept: KeptFit | None, *, progress: Progress
) -> ForecastAnswer:
    """Forecast from the end of a history; the kept fit is used until schedule or drift asks for another."""
    from melian.forecast.answer import answer_of
    from melian.forecast.save import align

    wanted, notes = study.forecast, []
    if kept is not None:
        predictor, known, left_out = align(kept, history, str(wanted.fit))
        if left_out:
            notes.append(f"{left_out} events of instruments that the kept fit does not know are left out")
        progress("rolling the states forward")
        answer = answer_of(kept, predictor, known, threshold=wanted.drift, notes=tuple(notes))
        reason = _reason(study, answer)
        if reason is None:
            return answer
        notes = [f"fitted anew: {reason}"]
    kept = _fit(study, history, progress=progress)
    return answer_of(kept, kept.predictor, history, threshold=wanted.drift, notes=tuple(notes))


def _fit(study: Study, history: EventHistory, *, progress: Progress) -> KeptFit:
    from melian.forecast.answer import keep
    from melian.forecast.evaluate import train
    from melian.forecast.save import save_fit

    predictor, evaluation = train(history, forecast_config(study, history), progress=progress)
    progress("surprise of the held-out days")
    kept = keep(history, predictor, evaluation, data=_settings(study), seed=study.run.seed)
    if study.forecast.fit is not None:
        save_fit(kept, study.forecast.fit)
    return kept


def _reason(study: Study, answer: ForecastAnswer) -> str | None:
    """Say why the kept fit has to be made anew, if it has."""
    refit, drift = study.forecast.refit, answer.summary["drift"]
    if refit == "never":
        return None
    if drift["drift"]:
        return (
            f"the log score has fallen short by {drift['shortfall']:.1f} standard deviations in sum, more "
            f"than {drift['threshold']:g}"
        )
    days = answer.summary["model"]["days_since"]
    if refit != "drift" and days >= int(refit):
        return f"the parameters were {days} days old, and refit is every {refit} days"
    return None


def _read_kept(file: str | None) -> KeptFit | None:
    from melian.forecast.save import load_fit

    return load_fit(file) if file is not None and Path(file).exists() else None


def _settings(study: Study) -> dict[str, Any]:
    data = study.data
    settings = {name: getattr(data, name) for name in SETTINGS}
    since = data.since.isoformat() if isinstance(data.since, dt.date) else None
    return {**settings, "without": list(data.without), "blocs": list(study.model.blocs), "since": since}


def _same_settings(study: Study, kept: KeptFit) -> None:
    now: Mapping[str, Any] = _settings(study)
    for name, value in kept.data.items():
        if now.get(name) != value:
            raise InputError(
                f"{study.forecast.fit} was made with {name} = {value!r}, this run has {now.get(name)!r}; run "
                "with the same settings, or fit again into another file."
            )
