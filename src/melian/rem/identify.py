"""Whether the data can tell the coefficients at all: effects that never vary, collinear ones, separation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.engine import Evaluation

__all__ = ["refuse_flat", "refuse_separation", "refuse_unidentified", "spread_of"]

FloatArray = NDArray[np.float64]
FLAT: Final = 1e-13
"""Variance of a statistic, in parts of its squared size, below which it is rounding."""
COLLINEAR: Final = 1e-10
"""Eigenvalue of the information in correlation form below which a combination is not identified."""
SHARE: Final = 0.1
"""Part of the largest loading from which an effect belongs to a collinear set."""
FADED: Final = 1e-3
"""Information at the estimate, in parts of that at the start, below which separation is suspected."""


def refuse_unidentified(start: Evaluation, labels: Sequence[str], *, n_events: int) -> None:
    """Refuse effects that never vary among the dyads at risk, and combinations that cannot be told apart.

    Parameters
    ----------
    start : Evaluation
        With all coefficients at 0 (but for the baseline).
    labels : sequence of str

    Raises
    ------
    InputError
        Naming the effects.

    Examples
    --------
    >>> flat = Evaluation(-1.0, np.zeros(2), np.ones((2, 2)), np.ones(2))
    >>> refuse_unidentified(flat, ("inertia", "reciprocity"), n_events=9)
    Traceback (most recent call last):
    ...
    melian.errors.InputError: Collinear effects: inertia, reciprocity. A combination of them is the same for \
all dyads at risk at every step, so their coefficients cannot be told apart. Leave one of them out.
    """
    refuse_flat(start, labels, n_events=n_events)
    diagonal = np.diag(start.information)
    scale = 1.0 / np.sqrt(diagonal)
    values, vectors = np.linalg.eigh(start.information * np.outer(scale, scale))
    if values[0] > COLLINEAR:
        return
    loading = np.abs(vectors[:, 0])
    names = ", ".join(
        label for label, part in zip(labels, loading, strict=True) if part > SHARE * loading.max()
    )
    raise InputError(
        f"Collinear effects: {names}. A combination of them is the same for all dyads at risk at every step, "
        "so their coefficients cannot be told apart. Leave one of them out."
    )


def refuse_flat(start: Evaluation, labels: Sequence[str], *, n_events: int) -> None:
    """Refuse effects that never vary among the dyads at risk; no penalty helps, it is in their deviations."""
    diagonal = np.diag(start.information)
    size = np.zeros(len(labels)) if start.magnitude is None else start.magnitude
    flat = diagonal <= FLAT * n_events * size**2
    if flat.any():
        names = ", ".join(label for label, empty in zip(labels, flat, strict=True) if empty)
        raise InputError(
            f"Not identified: {names}. The statistic is the same for all dyads at risk at every step, so "
            "no coefficient can be told. Leave it out; what is the same for all dyads at "
            "one time can only enter as an interaction."
        )


def spread_of(start: Evaluation, *, n_events: int, baseline: bool) -> FloatArray:
    """Give the deviation of each statistic among the dyads at risk at the start; 0 for the baseline."""
    information = start.information
    variance = np.diag(information).copy()
    if baseline:
        variance -= information[0] ** 2 / information[0, 0]
    spread: FloatArray = np.sqrt(np.maximum(variance, 0.0) / n_events)
    return spread


def refuse_separation(
    here: Evaluation,
    start: Evaluation,
    labels: Sequence[str],
    *,
    extreme: Callable[[int], str | None],
) -> None:
    """Refuse coefficients that run to infinity because the effect predicts every event.

    Parameters
    ----------
    here, start : Evaluation
        At the estimate, and with all coefficients at 0.
    extreme : callable
        Says of a column whether its statistic is 'largest' or 'smallest' in what happened at every step.

    Raises
    ------
    InputError
    """
    kept = np.diag(here.information) / np.diag(start.information)
    for k in np.flatnonzero(kept < FADED).tolist():
        side = extreme(k)
        if side is not None:
            raise InputError(
                f"Separation: at every step the event that happened has the {side} value of {labels[k]} "
                "among the dyads at risk, so its coefficient has no finite estimate. Leave it out, or shrink "
                "it with penalty=('ridge', 1.0)."
            )
