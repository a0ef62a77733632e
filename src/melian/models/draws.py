"""What an estimator hands to the attribution: drawn genealogies, and what the fit found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.models.design import Columns

__all__ = ["Draws", "FitSummary"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """Genealogies drawn from the posterior; one unit is one directed event (count 3 makes three units).

    Attributes
    ----------
    columns : Columns
        Names and relations of the feature columns; feature p lies in column p // columns.width, answers
        instrument (p % width) // n_kernels, through kernel p % n_kernels.
    cell : (n_units,) int32
        Row of the event history that the unit belongs to.
    live : (n_units,) bool
        True inside the part of the window that is shared out (after burn-in).
    term : (n_draws, n_units) int16
        -1 for the baseline (an immigrant), else the feature that the event came from.
    parent : (n_draws, n_units) int32
        Row of the event history of the drawn parent, -1 for immigrants.
    root : (n_draws, n_units) int16
        Actor whose immigrant the event descends from; `n_actors` where that is a joint event.
    """

    columns: Columns
    cell: NDArray[np.int32]
    live: NDArray[np.bool_]
    term: NDArray[np.int16]
    parent: NDArray[np.int32]
    root: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class FitSummary:
    """Posterior of the parameters, and how far the chains agree.

    Attributes
    ----------
    half_lives : tuple of float
    share_from : int
        First step whose events are shared out.
    total : (n_draws, n_actors, n_columns) float64
        Expected direct offspring per parent event by source and relation column, all instruments.
    weights : (3, n_actors, n_instruments, n_features) float64
        Mean, 5% and 95% quantile of the totals Theta per (source, child instrument, feature).
    kappa : (n_draws, n_actors) float64
    spectral_radius : (n_draws,) float64
    dispersion : float
        Pearson's chi-square per source-day.
    r_hat : float
        Largest split R-hat over the actors' shares of initiative and reaction.
    seed, sweeps, chains : int
    notes : tuple of str
    """

    half_lives: tuple[float, ...]
    share_from: int
    total: Floats
    weights: Floats
    kappa: Floats
    spectral_radius: Floats
    dispersion: float
    r_hat: float
    seed: int
    sweeps: int
    chains: int
    notes: tuple[str, ...] = ()
