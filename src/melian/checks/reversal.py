"""Time reversal: the record read backwards must be told less well than the record as it happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from melian.checks.lead import BLOCK, LEAST_BLOCKS, reversed_history
from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject
from melian.history import EventHistory
from melian.models.choose import trial_ridge
from melian.models.course import CourseBasis, make_basis
from melian.models.daily import source_day_intensity
from melian.models.design import Design, lead_days, make_design, reweight
from melian.models.newton import NewtonConfig, fit_newton
from melian.models.parameters import Parameters, cell_terms

__all__ = ["time_reversal"]

Floats = NDArray[np.float64]
FOLDS = 4


def time_reversal(subject: Subject, name: str, question: str) -> CheckResult:
    """Compare held-out log scores of the record as it happened and read backwards, by blocks of days.

    Both readings have the same inner days with as much past before them, the same days held out, as many
    weights, and no attention. Independent deeds, and such as go along with each other in both directions of
    time, are told equally well both ways; deeds that answer deeds are not (Cox 1981 on reversibility). Where
    the record read backwards is told better, deeds gather before what they concern: an announced day.
    One-sided t-test over blocks of days, all actors together.
    """
    history = subject.history
    lead = lead_days(subject.design.half_lives)
    n_blocks = (history.n_steps - 2 * lead) // BLOCK
    if n_blocks < LEAST_BLOCKS:
        return not_run(
            name,
            question,
            f"The record has {history.n_steps} days; {2 * lead + LEAST_BLOCKS * BLOCK} are needed.",
        )
    whole = replace(history, window=(0, history.n_steps), attention=None)
    block = (np.arange(history.n_steps) - lead) // BLOCK
    inner = (block >= 0) & (block < n_blocks)
    fold = np.where(inner, (subject.rng(8).permutation(n_blocks) % FOLDS)[np.where(inner, block, 0)], -1)
    forwards, events = _day_scores(subject, whole, fold)
    backwards = _day_scores(subject, reversed_history(whole), fold[::-1])[0][:, ::-1]
    gain = np.zeros((history.n_actors, n_blocks))
    np.add.at(gain.T, block[inner], (forwards - backwards)[:, inner].T)
    table = pl.DataFrame(
        {
            "actor": history.actors,
            "events": events.sum(axis=1),
            "forwards": forwards.sum(axis=1),
            "backwards": backwards.sum(axis=1),
            "gain": gain.sum(axis=1),
        }
    ).filter(pl.col("events") > 0)
    return _judged(name, question, gain.sum(axis=0), table)


def _judged(name: str, question: str, gain: Floats, table: pl.DataFrame) -> CheckResult:
    p_value = float(stats.ttest_1samp(gain, 0.0, alternative="greater").pvalue) if gain.any() else 1.0
    passed, backwards = p_value <= LEVEL, p_value >= 1.0 - LEVEL
    events = float(table["events"].sum())
    words = "better than" if passed else "worse than" if backwards else "not clearly better than"
    return CheckResult(
        name, question, float(gain.sum() / max(events, 1.0)), p_value, passed, table,
        f"The record as it happened is told {words} the same record read backwards: {gain.sum():+.1f} nats "
        f"over {events:.0f} held-out events ({p_text(p_value)} over {len(gain)} blocks of {BLOCK} days).",
        pl.DataFrame({"block": np.arange(1, len(gain) + 1), "gain": gain}),
    )  # fmt: skip


def _day_scores(subject: Subject, history: EventHistory, fold: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Held-out Poisson log score, factorial left out, and events by actor and day, (n_actors, n_steps).

    Priors are pooled on all inner days, which both readings share; weights, levels and courses are not.
    """
    inner = (fold >= 0).astype(np.float64)
    design = make_design(history, subject.design.half_lives, bloc=subject.design.bloc, day_weight=inner)
    basis = make_basis(0, history.n_steps, subject.basis.knots)
    hyper = replace(subject.hyper, kappa=np.zeros(history.n_actors))
    ridge = trial_ridge(design, basis, (), hyper, NewtonConfig())
    score, events = np.zeros(design.daily.shape), np.zeros(design.daily.shape)
    np.add.at(events, (design.cell_source, design.cell_step), design.cell_count * design.cell_weight)
    for k in range(FOLDS):
        train = reweight(design, inner * (fold != k))
        parameters = fit_newton(train, basis, hyper=hyper, ridge=ridge).predictive()
        score[:, fold == k] = _scored(design, basis, parameters)[:, fold == k]
    return score, events


def _scored(design: Design, basis: CourseBasis, parameters: Parameters) -> Floats:
    """Sum of y log(lambda) less the expected events, by actor and day."""
    live = design.cell_weight > 0.0
    at = (design.cell_source[live], design.cell_step[live])
    rate = cell_terms(design, basis, (), parameters).sum(axis=1)[live] * design.daily[at]
    score = -source_day_intensity(design, basis, (), parameters).sum(axis=2)
    np.add.at(score, at, design.cell_count[live] * np.log(rate))
    return np.asarray(score)
