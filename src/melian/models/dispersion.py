"""Pearson dispersion from the cells with events and the sum of lambda; zero cells are never visited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.daily import source_day_intensity
from melian.models.design import Design
from melian.models.parameters import Parameters, cell_terms, live_cells

__all__ = ["Dispersion", "pearson_dispersion"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Variance over mean as Pearson's statistic sees it; 1 under the fitted Poisson model.

    Attributes
    ----------
    cell : float
        Over all cells (source, target, instrument, day) of the likelihood, those without events included.
    source_day : float
        Over the day totals of each source.
    by_source : (n_actors,) float64
        The second by source; 0 where the source has no expected events.
    """

    cell: float
    source_day: float
    by_source: Floats


def pearson_dispersion(
    design: Design, basis: CourseBasis, waves: Sequence[Wave], parameters: Parameters
) -> Dispersion:
    """Give Pearson's dispersion at two levels.

    Cell level: sum over all cells of (y - lambda)^2 / lambda over their number. The sum is
    sum_{y > 0} (y^2 / lambda - 2 y) + sum lambda, since a zero cell gives lambda. Very small lambda make this
    statistic noisy; the source-day level has means of order one and more and is the one to read.

    Returns
    -------
    Dispersion
    """
    live = live_cells(design)
    source, step, weight = design.cell_source[live], design.cell_step[live], design.cell_weight[live]
    y = design.cell_count[live].astype(np.float64)
    lam = cell_terms(design, basis, waves, parameters).sum(axis=1)[live] * design.daily[source, step] / weight
    n, kk = design.history.n_actors, design.history.n_instruments
    mean = source_day_intensity(design, basis, waves, parameters).sum(axis=2)
    days = design.daily.sum(axis=0) > 0.0
    cells = n * (n - 1) * kk * int(days.sum())
    cell = ((weight * (y * y / lam - 2.0 * y)).sum() + mean.sum()) / cells
    count = np.zeros_like(mean)
    np.add.at(count, (source, step), y * weight)
    part = (count - mean) ** 2 / np.maximum(mean, 1e-300)
    part[mean <= 0.0] = 0.0
    used = np.maximum((mean > 0.0).sum(axis=1), 1)
    whole = part.sum() / max(int((mean > 0.0).sum()), 1)
    return Dispersion(float(cell), float(whole), part.sum(axis=1) / used)
