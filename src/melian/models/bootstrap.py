"""Intervals of the fast estimator: refits under exponential weights on blocks of days, genealogies drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melian.kernels.gibbs import draw_terms
from melian.models.attention import Wave
from melian.models.choose import choose_hyper
from melian.models.course import CourseBasis
from melian.models.design import Design, reweight
from melian.models.draws import Draws, FitSummary
from melian.models.genealogy import draw_genealogy, make_lists
from melian.models.newton import NewtonFit, default_hyper, fit_newton
from melian.models.parameters import Parameters, cell_exposure
from melian.models.spectral import spectral_radius
from melian.models.units import make_units

__all__ = ["bootstrap_draws"]

Floats = NDArray[np.float64]
REFITS = 20
BLOCK = 14


def bootstrap_draws(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], *, seed: int, n_draws: int, auto: bool
) -> tuple[Draws, FitSummary, Parameters]:
    """Fit, refit under random weights (mean 1, never 0) on blocks of days, and draw genealogies from each.

    Weights on the likelihood, never resampled series: features stay as they are, so decay is not broken
    (Newton and Raftery 1994, the weighted likelihood bootstrap; blocks keep over-dispersion in).
    """
    rng = np.random.default_rng((seed, 77))
    hyper = choose_hyper(design, basis, waves, seed=seed).hyper if auto else default_hyper(design)
    main = fit_newton(design, basis, waves, hyper=hyper)
    refits = min(REFITS, n_draws)
    blocks = np.arange(design.history.n_steps) // BLOCK
    fits: list[NewtonFit] = []
    for _ in range(refits):
        weight = rng.standard_exponential(blocks[-1] + 1)[blocks]
        fits.append(fit_newton(reweight(design, weight), basis, waves, hyper=hyper, start=main.parameters))
    draws = _draw(design, basis, waves, fits, n_draws, rng)
    return draws, _summarise(design, fits, main, seed), main.parameters


def _draw(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], fits: Sequence[NewtonFit], n_draws: int,
    rng: np.random.Generator,
) -> Draws:  # fmt: skip
    units = make_units(design)
    lists = make_lists(design, units)
    block = basis.block[units.step]
    seen = block >= 0
    at = np.repeat(np.arange(len(design.cell)), design.cell_count)
    term = np.full((n_draws, len(units)), -1, dtype=np.int16)
    parent = np.empty((n_draws, len(units)), dtype=np.int32)
    root = np.empty((n_draws, len(units)), dtype=np.int16)
    for d in range(n_draws):
        p = fits[d % len(fits)].parameters
        course = p.course[units.source, units.instrument, np.maximum(block, 0)]
        base = course * cell_exposure(design, basis, waves, p.kappa, p.wave)[at]
        drawn = np.full(len(units), -1, dtype=np.int32)
        draw_terms(
            units.row, units.source, units.target, units.instrument, seen, base, design.x, p.factor,
            design.columns.width, drawn, p.level, p.weight, rng,
        )  # fmt: skip
        term[d] = drawn
        parent[d], root[d] = draw_genealogy(design, units, lists, drawn, rng)
    return Draws(design.columns, units.cell, units.shared, term, parent, root)


def _summarise(design: Design, fits: Sequence[NewtonFit], main: NewtonFit, seed: int) -> FitSummary:
    columns = design.columns
    opened = np.repeat(columns.opens, columns.width)
    totals = np.stack([f.parameters.weight for f in fits]) * opened
    m, n, k, _ = totals.shape
    by_column = totals.reshape(m, n, k, len(columns.names), -1).sum(axis=(2, 4)) / columns.n_instruments
    low, high = np.quantile(totals, [0.05, 0.95], axis=0)
    return FitSummary(
        half_lives=design.half_lives,
        share_from=design.share_from,
        total=by_column,
        weights=np.stack([main.parameters.weight * opened, low, high]),
        kappa=np.repeat(main.parameters.kappa[None], m, axis=0),
        spectral_radius=np.array(
            [spectral_radius(f.parameters.weight, f.parameters.factor, columns) for f in fits]
        ),
        dispersion=float("nan"),
        r_hat=float("nan"),
        seed=seed,
        sweeps=0,
        chains=0,
        notes=(f"intervals from {m} refits under exponential weights on blocks of {BLOCK} days",),
    )
