"""Parameters of the network Hawkes model, and the intensities, exposures and scores that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from melian.errors import InputError
from melian.kernels.em import column_terms
from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Design, reweight

__all__ = [
    "Parameters",
    "attention_of",
    "baseline_exposure",
    "block_days",
    "cell_base",
    "cell_exposure",
    "cell_terms",
    "feature_exposure",
    "live_cells",
    "log_score",
    "score_of_terms",
]

Floats = NDArray[np.float64]
FLOOR = 1e-3
"""Least attention of a dyad relative to its mean, as in `Wave.at`."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """One point of the parameter space of MODEL.md 2.

    Attributes
    ----------
    level : (n_actors, n_actors, n_instruments) float64
        m_ijk, events per day; zero on the diagonal.
    weight : (n_actors, n_instruments, n_features) float64
        theta of source i, instrument k: expected offspring per parent event and channel.
    course : (n_actors, n_instruments, n_blocks) float64
        Slow course s_ik by block of days.
    kappa : (n_actors,) float64
        Part of the baseline that follows attention, 0 .. 1.
    wave : (n_actors,) int64
        Index into the waves, one per bandwidth.
    factor : (n_actors, n_actors, n_columns) float64
        w_r,ij by relation column, mean 1 over the targets of i for third-party relations, else 1.
    """

    level: Floats
    weight: Floats
    course: Floats
    kappa: Floats
    wave: NDArray[np.int64]
    factor: Floats


def live_cells(design: Design) -> NDArray[np.bool_]:
    """Cells on days of the likelihood, (n_cells,) bool."""
    return np.asarray(design.cell_weight > 0.0)


def block_days(design: Design, basis: CourseBasis) -> Floats:
    """Weekday-weighted days of the likelihood by source and block, (n_actors, n_blocks)."""
    inside = basis.block >= 0
    rows = [np.bincount(basis.block[inside], daily[inside], basis.n_blocks) for daily in design.daily]
    return np.asarray(rows, dtype=np.float64)


def attention_of(wave: Wave, source: int | np.integer[Any]) -> Floats:
    """a_ij(block) of all targets of one source, (n_actors, n_blocks); the row of the source itself is 1."""
    n, n_blocks = wave.by_actor.shape
    value = wave.total - wave.by_actor[source] - wave.by_actor
    raw = np.zeros((n, n_blocks))
    for mine, other in ((wave.pair_low, wave.pair_high), (wave.pair_high, wave.pair_low)):
        at = np.flatnonzero(mine == source)
        np.add.at(raw, (other[at], wave.pair_block[at]), wave.pair_raw[at])
    value = (value + wave.box(raw) / wave.mass) / wave.norm[source][:, None]
    value[source] = 1.0
    return np.asarray(np.maximum(value, FLOOR))


def baseline_exposure(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters
) -> Floats:
    """Sum over the days of the likelihood of d_i(t) s_ik(t) e_ij(t).

    Returns
    -------
    (n_actors, n_actors, n_instruments) float64
        Zero on the diagonal. Times `level` it is the expected number of baseline events.
    """
    weighted = parameters.course * block_days(design, basis)[:, None, :]
    n = design.history.n_actors
    out = np.repeat(weighted.sum(axis=-1)[:, None, :], n, axis=1)
    for i in np.flatnonzero(parameters.kappa > 0.0):
        kappa = parameters.kappa[i]
        out[i] = (1.0 - kappa) * out[i] + kappa * attention_of(waves[parameters.wave[i]], i) @ weighted[i].T
    out[np.arange(n), np.arange(n)] = 0.0
    return np.asarray(out)


def cell_exposure(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], kappa: Floats, wave: NDArray[np.int64]
) -> Floats:
    """e_ij(t) of every cell, (n_cells,) float64."""
    block = np.maximum(basis.block[design.cell_step], 0)
    source, target = design.cell_source, design.cell_target
    out = np.ones(len(block))
    for i in np.flatnonzero(kappa > 0.0):
        at = np.flatnonzero(source == i)
        out[at] = 1.0 - kappa[i] + kappa[i] * waves[wave[i]].at(source[at], target[at], block[at])
    return out


def cell_base(design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters) -> Floats:
    """Give s_ik(t) e_ij(t) of every cell, (n_cells,) float64."""
    block = np.maximum(basis.block[design.cell_step], 0)
    course = parameters.course[design.cell_source, design.cell_instrument, block]
    return np.asarray(course * cell_exposure(design, basis, waves, parameters.kappa, parameters.wave))


def feature_exposure(design: Design, factor: Floats) -> Floats:
    """Sum over targets and days of d_i(t) w_r,ij x_p(i,j,t), (n_actors, n_features)."""
    n, columns = design.history.n_actors, len(design.columns.names)
    exposure = design.exposure.reshape(n, n, columns, design.columns.width)
    return np.asarray(np.einsum("ijcp,ijc->icp", exposure, factor).reshape(n, -1))


def cell_terms(design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters) -> Floats:
    """Intensity of every cell by origin, weekday factor divided out.

    Returns
    -------
    (n_cells, 1 + n_columns) float64
        Baseline first, then the relation columns in the order of `design.columns.names`; rows in the order
        of `design.cell`. Cells before the likelihood (`cell_step < fit_from`) are zero.
    """
    base = cell_base(design, basis, waves, parameters)
    out = np.zeros((len(base), 1 + len(design.columns.names)))
    live = design.cell_step >= design.fit_from
    column_terms(
        design.cell_row, design.cell_source, design.cell_target, design.cell_instrument, live, base,
        design.x, parameters.factor, parameters.level, parameters.weight, design.columns.width, out,
    )  # fmt: skip
    return out


def score_of_terms(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters, intensity: Floats
) -> Floats:
    """Poisson log score of every source on the days of the likelihood, given the cells' intensity."""
    live = live_cells(design)
    source, step = design.cell_source[live], design.cell_step[live]
    y, weight = design.cell_count[live], design.cell_weight[live]
    lam = intensity[live] * design.daily[source, step] / weight
    if len(lam) and lam.min() <= 0.0:
        raise InputError(
            f"{int((lam <= 0).sum())} events of the scored days have intensity 0 (first: cell "
            f"{int(np.flatnonzero(live)[np.argmax(lam <= 0)])}); fit with a prior on levels before scoring."
        )
    n = design.history.n_actors
    gained = np.bincount(source, weight * (y * np.log(lam) - gammaln(y + 1.0)), n)
    lost = (parameters.level * baseline_exposure(design, basis, waves, parameters)).sum(axis=(1, 2))
    lost = lost + (parameters.weight.sum(axis=1) * feature_exposure(design, parameters.factor)).sum(axis=1)
    return np.asarray(gained - lost)


def log_score(
    design: Design,
    basis: CourseBasis,
    waves: Sequence[Wave],
    parameters: Parameters,
    day_weight: Floats | None = None,
) -> float:
    """Poisson log score per event on the days of weight > 0, weekday factor and -sum of lambda included.

    Parameters
    ----------
    day_weight : (n_steps,) array, optional
        1 on the days to score, else 0; the days of the design's likelihood if not given.

    Returns
    -------
    float
        Nats per event; zero cells enter through the column sums.

    Raises
    ------
    InputError
        If an event of those days has intensity zero, or if there is none.
    """
    scored = design if day_weight is None else reweight(design, day_weight)
    live = live_cells(scored)
    events = float((scored.cell_count * scored.cell_weight)[live].sum())
    if events == 0.0:
        raise InputError("No events on the days to score; day_weight must mark days with events.")
    intensity = cell_terms(scored, basis, waves, parameters).sum(axis=1)
    return float(score_of_terms(scored, basis, waves, parameters, intensity).sum() / events)
