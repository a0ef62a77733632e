"""Fixed effects and covariates of asked dyads at asked times, without a matrix over all dyads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.rem.attributes import covariate_of
from melian.rem.columns import Base

__all__ = ["Asked", "outside_values"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

OF_TWO: Final[dict[str, Callable[[Floats, Floats], Floats]]] = {
    "ego": lambda x, y: x,
    "alter": lambda x, y: y,
    "same": lambda x, y: (x == y).astype(np.float64),
    "difference": lambda x, y: np.abs(x - y),
    "similarity": lambda x, y: -np.abs(x - y),
    "minimum": np.minimum,
    "maximum": np.maximum,
    "average": lambda x, y: (x + y) / 2.0,
}
"""Statistic of the attributes of sender and receiver."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Asked dyads, one a row: time (n_rows,) float64, sender, receiver, kind (n_rows,) int32."""

    time: Floats
    sender: Ints
    receiver: Ints
    kind: Ints


def outside_values(base: Base, asked: Asked, covariates: Sequence[Any]) -> Floats:
    """Give a fixed effect or a covariate's statistic of every asked dyad, shape (n_rows,).

    Raises
    ------
    InputError
        If the covariate is not there, or has no value for an asked dyad; it says for how many.
    """
    if base.effect.family == "static":
        return np.ones(len(asked.time))
    if base.effect.family == "fixed":
        index = {"fixed_sender": asked.sender, "fixed_receiver": asked.receiver, "fixed_type": asked.kind}
        return np.asarray(index[base.effect.name] == base.level, np.float64)
    kind = base.effect.covariate
    covariate = covariate_of(base.term, kind, covariates)
    if kind == "step":
        return checked(base, covariate, covariate.lookup(asked.time), asked.time)
    if kind == "dyad":
        ends = (asked.receiver, asked.sender) if base.term.get("reverse") else (asked.sender, asked.receiver)
        return looked_up(base, covariate, asked.time, ends[0].astype(np.int64) * covariate.n_actors + ends[1])
    x = looked_up(base, covariate, asked.time, asked.sender.astype(np.int64))
    y = looked_up(base, covariate, asked.time, asked.receiver.astype(np.int64))
    if base.effect.name == "difference" and base.term.get("absolute") is False:
        return x - y
    return OF_TWO[base.effect.name](x, y)


def looked_up(base: Base, covariate: Any, time: Floats, index: NDArray[np.int64]) -> Floats:
    """Look values up of actors or dyads at their times."""
    return checked(base, covariate, covariate.lookup(time, index), time)


def checked(base: Base, covariate: Any, value: Floats, time: Floats) -> Floats:
    """Give the values, in logarithms where asked; refuse what is unknown or has no logarithm."""
    log = bool(base.term.get("log"))
    bad = np.isnan(value) if not log else ~(value > 0.0)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        what = "value above 0, which log=True needs," if log else "value"
        raise InputError(
            f"{base.term.label}: covariate {covariate.name!r} has no {what} for {int(bad.sum())} of "
            f"{len(bad)} looked-up rows (first at time {time[row]:g}). Give the missing values, or leave "
            "these actors out."
        )
    return np.log(value) if log else value
