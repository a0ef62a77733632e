"""Shares by actor and day, from one fit and from its refits: windows and periods are sums of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.measures.refits import Fitted
from melian.models.newton import by_component
from melian.models.parameters import Parameters, cell_terms
from melian.options import COMPONENTS

__all__ = ["GAP_WIDENING", "PARTS", "WIDENING", "DayShares", "day_shares"]

Floats = NDArray[np.float64]
PARTS = (*COMPONENTS, "reply")
"""What days are shared out by; reply is a part of reaction."""
WIDENING = 2.0
"""Factor by which draws of a share lie further from the fit than its refits: those know neither what the slow
course takes nor what free weights find in noise. Measured on simulated worlds (60 to choose it, others to
verify it), not derived; docs/change.md has what the intervals hold."""
GAP_WIDENING = 1.5
"""The same for differences of two periods and for replies to one act, where part of what is off cancels.
Chosen on 15 worlds, verified on 128 others."""


@dataclass(frozen=True, slots=True)
class DayShares:
    """Expected events by origin; N actors, T steps, R refits.

    Attributes
    ----------
    events : (N, T) float64
        Directed events that are shared out; 0 before the lead-in ends.
    parts : (1 + R, N, T, 5) float64
        Expected number of them by `PARTS`: the fit first, then its refits.
    spread : (N, T, 5) float64
        Variance of these numbers given the fit: which event came from what is not known.
    seed : int
    """

    events: Floats
    parts: Floats
    spread: Floats
    seed: int

    def over(self, actor: int, days: NDArray[np.bool_], *, widening: float = WIDENING) -> tuple[Floats, int]:
        """Give an actor's shares over some days, (1 + R, 5), and the events; NaN where there are none.

        Draws are centred on the fit: refits say how far it can be off, not whereto, and are taken to be off
        `widening` times as far as they are. To each is added the scatter of the genealogy, so that they are
        draws of the realised share.
        """
        n = float(self.events[actor, days].sum())
        if n <= 0.0:
            return np.full((len(self.parts), len(PARTS)), np.nan), 0
        share = self.parts[:, actor][:, days].sum(axis=1) / n
        draws = widening * (share[1:] - share[1:].mean(axis=0)) + share[0]
        rng = np.random.default_rng((self.seed, 773, actor, int(np.flatnonzero(days)[0])))
        scatter = np.sqrt(self.spread[actor, days].sum(axis=0)) / n
        draws = draws + scatter * rng.standard_normal(draws.shape)
        return np.concatenate([share[:1], np.clip(draws, 0.0, 1.0)]), round(n)


def day_shares(fitted: Fitted, again: Iterable[Parameters], *, copies: int = 10) -> DayShares:
    """Share the events of every actor and day out, by the fit and by its refits.

    Parameters
    ----------
    fitted : Fitted
    again : iterable of Parameters
        Its refits.
    copies : int
        How often each refit stands among the draws, each time with scatter of its own.

    Returns
    -------
    DayShares
        O(refits x events x relations) to make; memory O(refits x actors x days).
    """
    design = fitted.design
    live = np.flatnonzero((design.cell_step >= design.share_from) & (design.cell_weight > 0.0))
    shape = (fitted.history.n_actors, fitted.history.n_steps)
    place = np.ravel_multi_index((design.cell_source[live], design.cell_step[live]), shape)
    count = design.cell_count[live].astype(np.float64)

    def summed(values: Floats) -> Floats:
        columns = [np.bincount(place, value, shape[0] * shape[1]) for value in values.T]
        return np.stack(columns, axis=1).astype(np.float64).reshape(*shape, values.shape[1])

    def shares(parameters: Parameters) -> Floats:
        terms = cell_terms(design, fitted.basis, fitted.waves, parameters)[live]
        share = terms / np.maximum(terms.sum(axis=1, keepdims=True), 1e-300)
        reply = share[:, [1 + design.columns.relations.index("reply")]]
        return np.hstack([by_component(share, design.columns.relations), reply])

    main = shares(fitted.parameters)
    others = [summed(shares(parameters) * count[:, None]) for parameters in again]
    parts = np.stack([summed(main * count[:, None]), *(part for part in others for _ in range(copies))])
    # Parts of one add up to a share a rounding above 1; its variance is none, not less.
    spread = np.maximum(main * (1.0 - main), 0.0) * count[:, None]
    return DayShares(summed(count[:, None])[..., 0], parts, summed(spread), fitted.seed)
