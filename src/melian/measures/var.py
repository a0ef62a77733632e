"""The incumbents' method, and the model's answer beside it: vector autoregressions of net conduct.

Goldstein and Freeman (1990); Goldstein and Pevehouse (1997, American Political Science Review 91, 515-529).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.answer import Answer, Estimate
from melian.measures.data import data_of
from melian.measures.refits import Fitted
from melian.measures.var_asked import Asked, Variants
from melian.measures.var_beside import Beside, model_answers
from melian.measures.var_frames import (
    Results,
    questions_frame,
    reasons_frame,
    responses_frame,
    series_frame,
)
from melian.measures.var_model import fit_system, granger_p, responses, unit_root_p
from melian.measures.var_pages import exhibits, notes, sentences
from melian.measures.var_series import Series
from melian.measures.var_settings import Question, VarSettings, questions_of

__all__ = ["attention_by_step", "vector_autoregression"]

Floats = NDArray[np.float64]


def vector_autoregression(
    fitted: Fitted, series: Series, settings: VarSettings | None = None, *, unweighted: int = 0
) -> Answer:
    """Ask a vector autoregression and the network Hawkes model who answers whom.

    Parameters
    ----------
    fitted : Fitted
        The fast fit of the model to a history of the same actors and days.
    series : Series
        Weighted conduct by week or month.
    settings : VarSettings, optional
    unweighted : int
        Events left out of the series because their code has no weight.

    Returns
    -------
    Answer
        For A's conduct towards B as an answer to B's towards A: `irf.A.to.B` (cumulated response in Goldstein
        points to an innovation of one standard deviation that may be answered in its own step),
        `irf-later.A.to.B` (only in later steps), `share.A.to.B` (the model's share of events), `share-like`
        and `share-unlike` (of the same and of the other valence); tests `granger.A.to.B` and `share.A.to.B`.
        Where three actors stand in one system also `A.to.B.after.C.to.D`.

    Raises
    ------
    InputError
        If no two directed dyads have enough events, or the window is too short for the lags.
    """
    settings = settings or VarSettings()
    systems, _ = questions_of(series.actors, settings.system)
    busy = _busy(series, settings)
    attention = attention_by_step(fitted.history, series)
    kept = [[q for q in group if q.answer in busy and q.past in busy] for group in systems]
    flat = [question for group in kept for question in group]
    if not flat:
        raise InputError(
            f"no two directed dyads among {', '.join(series.actors)} have {settings.least} events each; "
            "widen the window, "
            "name other actors or lower var_least."
        )
    beside = iter(
        model_answers(fitted, flat, shifts=settings.shifts, n_refits=settings.refits, seed=settings.seed)
    )
    asked = [
        one
        for at, group in enumerate(kept)
        if group
        for one in _ask(group, series, attention, settings, beside=beside, stream=at)
    ]
    results = _results(asked, series, attention, fitted.history, settings)
    estimates, tests = _figures(asked, settings)
    return Answer(
        measure="var",
        title="Vector autoregressions, and the model beside them",
        sentences=sentences(results),
        estimates=estimates,
        exhibits=exhibits(results),
        data={**data_of(fitted.history), "steps": len(series.starts), "without_weight": unweighted},
        settings=asdict(settings),
        tests=tests,
        notes=notes(results, unweighted),
    )


def _busy(series: Series, settings: VarSettings) -> set[tuple[str, str]]:
    """Name the dyads with enough directed events: with joint ones alone both series of a pair are equal."""
    rows, columns = np.nonzero(series.events.sum(axis=0) >= settings.least)
    return {(series.actors[i], series.actors[j]) for i, j in zip(rows, columns, strict=True) if i != j}


def attention_by_step(history: EventHistory, series: Series) -> Floats | None:
    """Give reports in the whole store by step of the series, in standard deviations; None without any."""
    if history.attention is None:
        return None
    first = (series.starts[0] - history.origin).days
    offset = int(np.argmax(series.step_of_day >= 0))
    total = history.attention.total[first - offset :][: len(series.step_of_day)]
    inside = series.step_of_day >= 0
    sums = np.bincount(series.step_of_day[inside], total[inside], len(series.starts))
    spread = float(sums.std())
    return None if spread == 0.0 else (sums - sums.mean()) / spread


def _ask(
    group: Sequence[Question], series: Series, attention: Floats | None, settings: VarSettings, *,
    beside: Iterator[Beside | None], stream: int,
) -> list[Asked]:  # fmt: skip
    """Fit one system and ask all its questions."""
    dyads = sorted({dyad for question in group for dyad in (question.answer, question.past)})
    y = series.of("net" if settings.joint == "both" else "directed", dyads)
    system = fit_system(y, lags=settings.lags, most=settings.most_lags)
    rng = np.random.default_rng((settings.seed, 6, stream))
    found = responses(system, horizon=settings.horizon, draws=settings.draws, rng=rng)
    counts = series.of("events", dyads) + series.of("joint", dyads)
    out = []
    for question in group:
        answer, past = dyads.index(question.answer), dyads.index(question.past)

        def p_of(
            values: Floats, control: Floats | None = None, answer: int = answer, past: int = past
        ) -> float | None:
            return granger_p(values, system.order, answer=answer, past=past, control=control)

        variants = Variants(
            net=p_of(y),
            directed=p_of(series.of("directed", dyads)),
            counts=p_of(counts),
            attention=None if attention is None else p_of(y, attention),
        )
        out.append(Asked(question, system, answer, past, found, variants, next(beside)))
    return out


def _figures(asked: Sequence[Asked], settings: VarSettings) -> tuple[dict[str, Estimate], dict[str, float]]:
    """Give estimates and tests by name."""
    estimates: dict[str, Estimate] = {}
    tests: dict[str, float] = {}
    for one in asked:
        name, r, at = one.question.name, one.responses, (-1, one.answer, one.past)
        events = 0 if one.beside is None else int(one.beside.events)
        estimates[f"irf.{name}"] = _response(r.first[at], r.first_low[at], r.first_high[at], events)
        estimates[f"irf-later.{name}"] = _response(r.last[at], r.last_low[at], r.last_high[at], events)
        if one.variants.net is not None:
            tests[f"granger.{name}"] = one.variants.net
        if one.beside is None:
            estimates[f"share.{name}"] = Estimate.undefined("no directed events in the likelihood")
            continue
        b = one.beside
        estimates[f"share.{name}"] = Estimate(b.share, b.low, b.high, events=events)
        if len(b.placebo):
            floor = np.quantile(b.placebo, (0.05, 0.95))
            mean = float(b.placebo.mean())
            estimates[f"placebo.{name}"] = Estimate(mean, float(floor[0]), float(floor[1]), events=events)
            tests[f"share.{name}"] = b.p_value
    return estimates, tests


def _response(value: float, low: float, high: float, events: int) -> Estimate:
    if not np.isfinite(low):
        return Estimate.undefined("no bootstrap system was stable", events=events)
    return Estimate(float(value), float(low), float(high), events=events)


def _results(
    asked: list[Asked], series: Series, attention: Floats | None, history: EventHistory, settings: VarSettings
) -> Results:
    return Results(
        settings=settings,
        questions=questions_frame(asked, settings),
        reasons=reasons_frame(asked, series, attention, history),
        responses=responses_frame(asked, settings),
        series=series_frame(asked, series, unit_root_p),
    )
