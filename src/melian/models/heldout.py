"""Held-out days: seeded blocks of days that a fit leaves out of its likelihood and is scored on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError

__all__ = ["held_out_days"]


def held_out_days(
    n_steps: int, fit_from: int, *, seed: int = 1, block: int = 14, share: float = 0.2
) -> NDArray[np.bool_]:
    """Mark blocks of consecutive days to leave out, drawn without replacement.

    Parameters
    ----------
    n_steps, fit_from : int
        The likelihood covers the steps `fit_from` .. `n_steps` - 1; only they are held out.
    seed : int
        Seed of the draw.
    block : int
        Days of a block.
    share : float
        Share of the blocks, at least one.

    Returns
    -------
    (n_steps,) bool

    Raises
    ------
    InputError
        If the likelihood covers fewer than three blocks.

    Examples
    --------
    >>> int(held_out_days(310, 10, seed=1).sum())
    56
    """
    n_blocks = (n_steps - fit_from) // block
    if n_blocks < 3:
        raise InputError(
            f"{n_steps - fit_from} days are too few to hold out blocks of {block} days; at least "
            f"{3 * block} are needed. Widen the window."
        )
    n_out = max(1, round(share * n_blocks))
    chosen = np.random.default_rng(seed).choice(n_blocks, n_out, replace=False)
    out = np.zeros(n_steps, dtype=bool)
    for number in chosen:
        first = fit_from + int(number) * block
        out[first : first + block] = True
    return out
