"""How third-party offspring spread over targets: w_r,ij in proportion to a power of the pair's events."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.models.design import Columns

__all__ = ["POWERS", "TargetWeights"]

Floats = NDArray[np.float64]
POWERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.25])
THIRD = ("spread", "alarm", "joining", "alignment")


class TargetWeights:
    """State of w_r,ij (mean 1 over the targets of a source) in one chain.

    The weights are (1 + events of the pair)^power, with a power per relation drawn from a grid: 0 spreads
    offspring evenly, 1 in proportion to the pair's level.
    """

    def __init__(self, columns: Columns, exposure: Floats, pair_events: Floats, power: float | None) -> None:
        n = len(exposure)
        off = ~np.eye(n, dtype=bool)
        self.columns, self.exposure_by_target, self.off = columns, exposure, off
        self.fixed = power is not None
        self.third = np.flatnonzero([r in THIRD for r in columns.relations])
        table = np.where(off, (1.0 + pair_events)[None] ** POWERS[:, None, None], 0.0)
        self.table = table / table.sum(axis=2, keepdims=True) * (n - 1)
        self.power = np.zeros(len(columns.names), dtype=np.int64)
        if power is not None:
            self.power[self.third] = int(np.argmin(np.abs(POWERS - power)))
        self.refresh()

    def refresh(self) -> None:
        """Set factor (N, N, n_columns) and the exposures of the weights (N, n_features) from the powers."""
        n = len(self.off)
        self.factor = np.ones((n, n, len(self.columns.names)))
        for c in self.third:
            self.factor[:, :, c] = self.table[self.power[c]]
        by_column = self.exposure_by_target.reshape(n, n, len(self.columns.names), -1)
        self.exposure = np.einsum("ijcp,ijc->icp", by_column, self.factor).reshape(n, -1)

    def move(self, count: Floats, weight: Floats, rng: np.random.Generator) -> None:
        """Draw the powers given offspring by (source, target, column) and weights (N, K, n_features)."""
        if self.fixed or not len(self.third):
            return
        n, columns = len(self.off), len(self.columns.names)
        total = weight.sum(axis=1).reshape(n, columns, -1)
        mass = np.einsum("ijcp,icp->ijc", self.exposure_by_target.reshape(n, n, columns, -1), total)
        log_table = np.log(np.where(self.off, self.table, 1.0))
        log = np.einsum("ijc,gij->cg", count, log_table) - np.einsum("ijc,gij->cg", mass, self.table)
        drawn = np.argmax(log + rng.gumbel(size=log.shape), axis=1)
        self.power[self.third] = drawn[self.third]
        self.refresh()
