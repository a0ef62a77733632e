"""Choice by held-out score: attention (kappa, bandwidth), roughness of courses, spread over targets.

Every comparison is of two fits on the same training days, scored on the same held-out blocks of days. A wave
must win by a stated gain, so that a world without one gets kappa = 0; a relation must win at all, since the
score of a relation that is not there falls by its over-fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Design, reweight
from melian.models.heldout import held_out_days
from melian.models.newton import Hyper, NewtonConfig, NewtonFit, Ridge, default_hyper, fit_newton
from melian.models.parameters import (
    Parameters,
    attention_of,
    block_days,
    cell_terms,
    feature_exposure,
    live_cells,
    score_of_terms,
)

__all__ = [
    "KAPPAS",
    "MIN_GAIN",
    "Choice",
    "Trial",
    "choose_hyper",
    "held_out_ridge",
    "level_factor",
    "pooled_ridge",
    "trial_ridge",
]

Floats = NDArray[np.float64]
KAPPAS = np.linspace(0.0, 1.0, 11)
MIN_GAIN = 4.0
"""Nats of held-out log score that one source's wave must gain over doing without."""
COMMON_GAIN = 2.0
"""Where the median source gains so many nats the wave is common: each source that gains at all has it."""
LEVEL_PSEUDO = 0.5
"""Pseudo events of every level in held-out fits: an event in a channel new to the fit must not score -inf."""
WEIGHT_PSEUDO = 1.0
"""Pseudo events of a weight in held-out fits."""
POOLINGS = 3
PROFILE_PASSES = 10


@dataclass(frozen=True, slots=True)
class Trial:
    """One compared fit: what was tried, and its held-out log score per event."""

    what: str
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Chosen hyper-parameters and the trials behind them.

    Attributes
    ----------
    hyper : Hyper
    held_out : (n_steps,) bool
    kappa_gain : (n_actors,) float64
        Held-out nats that the proposed wave gained for each source, kept or not.
    trials : tuple of Trial
    """

    hyper: Hyper
    held_out: NDArray[np.bool_]
    kappa_gain: Floats
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Training and held-out designs with what every trial shares."""

    train: Design
    test: Design
    basis: CourseBasis
    waves: tuple[Wave, ...]
    ridge: Ridge
    config: NewtonConfig

    def fit(self, hyper: Hyper) -> NewtonFit:
        """Fit the training days."""
        return fit_newton(
            self.train, self.basis, self.waves, hyper=hyper, config=self.config, ridge=self.ridge
        )

    def scores(self, fit: NewtonFit) -> Floats:
        """Held-out log score of every source in nats, (n_actors,)."""
        mean = fit.predictive()
        total = cell_terms(self.test, self.basis, self.waves, mean).sum(axis=1)
        return score_of_terms(self.test, self.basis, self.waves, mean, total)

    def per_event(self, scores: Floats) -> float:
        """Nats per held-out event."""
        return float(scores.sum() / (self.test.cell_count * self.test.cell_weight).sum())


def choose_hyper(
    design: Design,
    basis: CourseBasis,
    waves: Sequence[Wave] = (),
    *,
    seed: int = 1,
    config: NewtonConfig | None = None,
    amplitudes: tuple[float, ...] = (0.3, 0.5, 0.8),
    lengths: tuple[float, ...] = (60.0, 120.0, 240.0),
) -> Choice:
    """Choose attention per source, then roughness of courses, spread over targets, and the relations.

    Parameters
    ----------
    design, basis, waves
        As in `fit_newton`; `design` must cover all days, the held-out ones are taken out here.
    seed : int
        Seed of the held-out blocks of days.
    amplitudes, lengths : tuple of float
        Grid of the courses' prior; tried one coordinate at a time from (0.5, 120 days).
    """
    out = held_out_days(design.history.n_steps, design.share_from, seed=seed)
    train = reweight(design, (~out).astype(np.float64))
    test = reweight(design, out.astype(np.float64))
    hyper, config = default_hyper(design), config or NewtonConfig()
    ridge = trial_ridge(train, basis, waves, hyper, config)
    split = Split(train, test, basis, tuple(waves), ridge, config)
    trials: list[Trial] = []
    fit = split.fit(hyper)
    scores = split.scores(fit)
    trials.append(Trial("no wave, uniform targets, amplitude 0.5, length 120", split.per_event(scores)))
    gain = np.zeros(design.history.n_actors)
    if split.waves:
        hyper, scores, gain = _choose_wave(split, hyper, fit, scores, trials)
    hyper, scores = _choose_roughness(split, hyper, scores, amplitudes, lengths, trials)
    split, hyper, scores = _choose_targets(split, hyper, scores, trials)
    hyper = _choose_relations(split, hyper, scores, trials)
    return Choice(hyper, out, gain, tuple(trials))


def _choose_wave(
    split: Split, hyper: Hyper, fit: NewtonFit, scores: Floats, trials: list[Trial]
) -> tuple[Hyper, Floats, Floats]:
    """Propose kappa and bandwidth from the training days, keep them where the held-out score gains."""
    proposed = hyper
    for _ in range(2):
        kappa, wave = profile_wave(split, fit)
        proposed = replace(proposed, kappa=kappa, wave=wave)
        fit = split.fit(proposed)
    with_wave = split.scores(fit)
    trials.append(Trial("waves", split.per_event(with_wave)))
    gain = with_wave - scores
    common = bool(np.median(gain) > COMMON_GAIN)
    least = 0.0 if common else MIN_GAIN
    keep = (gain > least) & (proposed.kappa > 0.0)
    kept = replace(hyper, kappa=np.where(keep, proposed.kappa, 0.0), wave=np.where(keep, proposed.wave, 0))
    return kept, np.where(keep, with_wave, scores), gain


def profile_wave(split: Split, fit: NewtonFit) -> tuple[Floats, NDArray[np.int64]]:
    """Best kappa and bandwidth of every source on the training days, weights and courses as fitted."""
    design, basis, parameters = split.train, split.basis, fit.parameters
    n = design.history.n_actors
    live = np.flatnonzero(live_cells(design))
    terms = cell_terms(design, basis, split.waves, parameters)[live]
    days = block_days(design, basis)
    source, target = design.cell_source[live], design.cell_target[live]
    instrument, block = design.cell_instrument[live], basis.block[design.cell_step[live]]
    y = (design.cell_count * design.cell_weight)[live]
    kappa, wave = np.zeros(n), np.zeros(n, dtype=np.int64)
    for i in np.unique(source):
        at = source == i
        channel = target[at] * design.history.n_instruments + instrument[at]
        course = parameters.course[i, instrument[at], block[at]]
        flat = np.repeat((parameters.course[i] @ days[i])[None, :], n, axis=0)
        best = -np.inf
        for w, chosen in enumerate(split.waves):
            attention = attention_of(chosen, i)
            lifted = attention @ (parameters.course[i] * days[i]).T
            for q in KAPPAS if w == 0 else KAPPAS[1:]:
                base = course * (1.0 - q + q * attention[target[at], block[at]])
                exposure = ((1.0 - q) * flat + q * lifted).ravel()
                value = _profile(base, terms[at, 1:].sum(axis=1), y[at], channel, exposure)
                if value > best + 1e-9:
                    best, kappa[i], wave[i] = value, q, w
    return kappa, wave


def _profile(base: Floats, others: Floats, y: Floats, channel: NDArray[np.int32], exposure: Floats) -> float:
    """Log-likelihood of one source with levels at their best, offspring terms fixed."""
    n = len(exposure)
    level = np.bincount(channel, y * 0.5, n) / np.maximum(exposure, 1e-9)
    for _ in range(PROFILE_PASSES):
        own = level[channel] * base
        level = np.bincount(channel, y * own / (own + others), n) / np.maximum(exposure, 1e-9)
    return float((y * np.log(level[channel] * base + others)).sum() - (level * exposure).sum())


def _choose_roughness(
    split: Split,
    hyper: Hyper,
    scores: Floats,
    amplitudes: tuple[float, ...],
    lengths: tuple[float, ...],
    trials: list[Trial],
) -> tuple[Hyper, Floats]:
    """Walk over the grid, lengths first, then amplitudes; the best held-out score wins."""
    candidates = [("length", value) for value in lengths] + [("amplitude", value) for value in amplitudes]
    for name, value in candidates:
        tried = replace(hyper, length=value) if name == "length" else replace(hyper, amplitude=value)
        if (tried.amplitude, tried.length) == (hyper.amplitude, hyper.length):
            continue
        new = split.scores(split.fit(tried))
        trials.append(Trial(f"amplitude {tried.amplitude:g}, length {tried.length:g}", split.per_event(new)))
        if new.sum() > scores.sum():
            hyper, scores = tried, new
    return hyper, scores


def _choose_targets(
    split: Split, hyper: Hyper, scores: Floats, trials: list[Trial]
) -> tuple[Split, Hyper, Floats]:
    """Take targets in proportion to the pair's level where that gains on the held-out days.

    Exposures differ by the spread, so each spread has its own pooled priors.
    """
    uneven = replace(hyper, factor=level_factor(split.train))
    ridge = trial_ridge(split.train, split.basis, split.waves, uneven, split.config)
    other = replace(split, ridge=ridge)
    new = other.scores(other.fit(uneven))
    trials.append(Trial("targets in proportion to level", split.per_event(new)))
    if new.sum() > scores.sum():
        return other, uneven, new
    return split, hyper, scores


def _choose_relations(split: Split, hyper: Hyper, scores: Floats, trials: list[Trial]) -> Hyper:
    """Leave out reaction to third parties, then reply, where the score is no worse without."""
    relations = np.array(split.train.columns.relations)
    kept = np.ones(len(relations), dtype=bool)
    for what, group in (("third parties", ("alarm", "joining", "alignment")), ("the target", ("reply",))):
        without = kept & ~np.isin(relations, group)
        new = split.scores(split.fit(replace(hyper, columns=without)))
        trials.append(Trial(f"no reaction to {what}", split.per_event(new)))
        if new.sum() >= scores.sum():
            kept, scores = without, new
    return hyper if kept.all() else replace(hyper, columns=kept)


def trial_ridge(
    train: Design,
    basis: CourseBasis,
    waves: Sequence[Wave],
    hyper: Hyper,
    config: NewtonConfig,
    columns: NDArray[np.bool_] | None = None,
) -> Ridge:
    """Priors of held-out comparisons: weights pooled over sources, levels at pair times instrument.

    With free weights the richer model loses for its over-fit alone, and an event in a channel that is new to
    the training days scores almost minus infinity.
    """
    ridge = held_out_ridge(train, LEVEL_PSEUDO)
    levels = ridge
    for _ in range(POOLINGS):
        fit = fit_newton(train, basis, waves, hyper=hyper, config=config, ridge=ridge, columns=columns)
        ridge = pooled_ridge(train, fit.parameters, levels)
    return ridge


def pooled_ridge(design: Design, parameters: Parameters, levels: Ridge) -> Ridge:
    """Prior of weights at the mean of their group: relation column, same or other instrument, kernel.

    The mean is expected offspring over exposure, all sources together; levels keep their prior.
    """
    n, kk = design.history.n_actors, design.history.n_instruments
    columns = design.columns
    shape = (n, kk, len(columns.names), kk, columns.n_kernels)
    exposure = feature_exposure(design, parameters.factor)[:, None, :]
    offspring = (parameters.weight * exposure).reshape(shape)
    exposed = np.broadcast_to(exposure, parameters.weight.shape).reshape(shape)
    mean = np.zeros(shape)
    for group in (np.eye(kk, dtype=bool), ~np.eye(kk, dtype=bool)):
        inside = group[None, :, None, :, None]
        total = (offspring * inside).sum(axis=(0, 1, 3)) + 0.05
        rate = total / np.maximum((exposed * inside).sum(axis=(0, 1, 3)), 1e-9)
        mean += inside * rate[None, None, :, None, :]
    return replace(levels, weight_pseudo=WEIGHT_PSEUDO, weight_mean=mean.reshape(n, kk, -1))


def level_factor(design: Design) -> Floats:
    """w_r,ij of the third-party relations in proportion to the pair's events (+ 1), mean 1 over targets.

    Returns
    -------
    (n_actors, n_actors, n_columns) float64
    """
    n = design.history.n_actors
    live = live_cells(design)
    pair = design.cell_source[live].astype(np.int64) * n + design.cell_target[live]
    events = np.bincount(pair, (design.cell_count * design.cell_weight)[live], n * n).reshape(n, n) + 1.0
    events[np.arange(n), np.arange(n)] = 0.0
    share = events / events.sum(axis=1, keepdims=True) * (n - 1)
    share[np.arange(n), np.arange(n)] = 1.0
    third = np.array([r in ("spread", "alarm", "joining", "alignment") for r in design.columns.relations])
    return np.where(third[None, None, :], share[:, :, None], 1.0)


def held_out_ridge(design: Design, level_pseudo: float) -> Ridge:
    """Weak prior on levels alone: half the pair's events times the instrument's share of the source's."""
    n, kk = design.history.n_actors, design.history.n_instruments
    live = live_cells(design)
    channel = (design.cell_source[live].astype(np.int64) * n + design.cell_target[live]) * kk
    y = (design.cell_count * design.cell_weight)[live]
    events = np.bincount(channel + design.cell_instrument[live], y, n * n * kk).reshape(n, n, kk)
    by_target = events.sum(axis=2) + 0.5
    by_instrument = (events.sum(axis=1) + 0.5) / (events.sum(axis=(1, 2)) + 0.5 * kk)[:, None]
    days = np.maximum(design.daily.sum(axis=1), 1.0)
    mean = 0.5 * by_target[:, :, None] * by_instrument[:, None, :] / days[:, None, None]
    return Ridge(level_pseudo, mean, 0.0, np.ones((n, kk, design.columns.n_features)))
