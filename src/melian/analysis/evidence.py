"""What is known of a fit beside its draws: placebo fits, same-step sensitivity, held-out scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError

__all__ = ["Evidence", "check_evidence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Results of the fits beside the main one; what was not run is None or empty.

    Attributes
    ----------
    placebo : (n_shifts, n_actors) float64 or None
        Reaction share of each actor where the others' series is shifted around the circle.
    same_step : (n_actors,) float64 or None
        Share of the actor's events that a lag-0 term takes.
    initiative_same_step : (n_actors,) float64 or None
        Initiative where what the lag-0 term takes is counted as reaction.
    ladder : tuple of (str, float)
        Model and its held-out log score per event, from the simplest to the full one.
    extra : mapping
        Merged into `summary["model"]`, nested mappings key by key: "estimator", bandwidth, knots.

    Examples
    --------
    >>> Evidence(ladder=(("poisson", -5.3), ("full", -4.6))).placebo is None
    True
    """

    placebo: Floats | None = None
    same_step: Floats | None = None
    initiative_same_step: Floats | None = None
    ladder: tuple[tuple[str, float], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def check_evidence(evidence: Evidence, n_actors: int) -> None:
    """Raise `InputError` naming the array whose shape is not that of the actors, or the score that is NaN."""
    for name in ("same_step", "initiative_same_step"):
        value = getattr(evidence, name)
        if value is not None and np.shape(value) != (n_actors,):
            raise InputError(
                f"evidence.{name} has shape {np.shape(value)}; it needs one share per actor, ({n_actors},)."
            )
    placebo = evidence.placebo
    if placebo is not None and (
        np.ndim(placebo) != 2 or np.shape(placebo)[1] != n_actors or not len(placebo)
    ):
        raise InputError(
            f"evidence.placebo has shape {np.shape(placebo)}; it needs (n_shifts, {n_actors}) with at least "
            "one shift, or None where no placebo was run."
        )
    wrong = [name for name, score in evidence.ladder if not np.isfinite(score)]
    if wrong:
        raise InputError(
            f"evidence.ladder has {len(wrong)} scores that are not finite (first: {wrong[0]!r}); leave out "
            "models that could not be scored."
        )
