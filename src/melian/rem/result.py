"""What a fit gives back: numbers and what they belong to, no computing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.effects.term import Product, Term
from melian.rem.config import RemConfig
from melian.sequence import RelationalEvents

__all__ = ["Frailty", "RemFit"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frailty:
    """Normal random effects of actors on one side: their standard deviation and predicted values.

    Attributes
    ----------
    side : str
        'sender' or 'receiver'.
    deviation : float
        Standard deviation over actors, on the log rate.
    value, variance : (n_actors,) float64
        Predicted effect of each actor, and the variance of its prediction.
    """

    side: str
    deviation: float
    value: FloatArray
    variance: FloatArray


@dataclass(frozen=True, slots=True)
class RemFit:
    """A fitted relational event model.

    Attributes
    ----------
    terms : tuple of (Term or Product)
        As asked for. `labels` may be longer: a baseline first, one per level or spline part of a term.
    labels : tuple of str
        Names of the coefficients.
    estimate, score : (p,) float64
    covariance, information : (p, p) float64
        Of the estimates; `information` is the observed one without penalty.
    log_likelihood, log_likelihood_null : float
        At the estimate (without penalty), and with all coefficients at 0 (but for the baseline).
    n_events : int
        Events in the likelihood.
    dyads_at_risk : int
        Most dyads (senders, for a rate model) that were at risk in one step.
    iterations : int
    converged : bool
    notes : tuple of str
        What a reader has to know: choices made, values without a defined error.
    config : RemConfig
    events : RelationalEvents
    covariates : tuple
        As given.
    frailties : tuple of Frailty
    """

    terms: tuple[Term | Product, ...]
    labels: tuple[str, ...]
    estimate: FloatArray
    covariance: FloatArray
    score: FloatArray
    information: FloatArray
    log_likelihood: float
    log_likelihood_null: float
    n_events: int
    dyads_at_risk: int
    iterations: int
    converged: bool
    notes: tuple[str, ...]
    config: RemConfig
    events: RelationalEvents
    covariates: tuple[Any, ...] = ()
    frailties: tuple[Frailty, ...] = ()
