"""Columns that come from covariates and fixed effects: one value per dyad, as of a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.effects.covariates import ActorCovariate, DyadCovariate
from melian.effects.own import OwnEffect
from melian.effects.term import Term
from melian.errors import InputError
from melian.rem.columns import Base
from melian.sequence import RelationalEvents

__all__ = ["attribute_breaks", "attribute_column", "covariate_of", "fixed_column", "own_effects"]

FloatArray = NDArray[np.float64]
KINDS = {"actor": "one value per actor", "dyad": "one value per dyad", "step": "one value per time"}


def own_effects(covariates: Sequence[Any]) -> dict[str, OwnEffect]:
    """Pick out the user's own effects."""
    return {c.name: c for c in covariates if not hasattr(c, "at") and isinstance(c, OwnEffect)}


def covariate_of(term: Term, kind: str, covariates: Sequence[Any]) -> Any:
    """Find the covariate of a term and see that it is of the kind that the effect needs."""
    name = term.get("covariate")
    known = {c.name: c for c in covariates if hasattr(c, "at")}
    if name not in known:
        have = ", ".join(sorted(known)) or "none"
        raise InputError(f"{term.label}: there is no covariate {name!r}; given: {have}.")
    found = known[name]
    fits = {"actor": isinstance(found, ActorCovariate), "dyad": isinstance(found, DyadCovariate)}
    given = next((k for k, true in fits.items() if true), "step")
    if given != kind:
        raise InputError(f"{term.label}: needs {KINDS[kind]}, but {name!r} has {KINDS[given]}.")
    return found


def attribute_breaks(covariate: Any, since: float, until: float) -> FloatArray:
    """Give the times at which a covariate changes."""
    return np.asarray(covariate.breaks(since, until), np.float64)


def attribute_column(base: Base, covariate: Any, events: RelationalEvents, time: float) -> FloatArray:
    """Give the value of a covariate effect for every dyad at a time, (n, n) float64, sender first.

    Raises
    ------
    InputError
        If a value is missing (which, how many), or is not above 0 where its logarithm is asked for.
    """
    term, n = base.term, events.n_actors
    value = np.asarray(covariate.at(time), np.float64)
    if term.get("log"):
        value = _logarithm(value, term, events)
    if base.effect.covariate == "step":
        return np.full((n, n), float(value))
    if base.effect.covariate == "dyad":
        out = value.T if term.get("reverse") else value
    else:
        out = _of_actors(term, value)
    missing = np.isnan(np.where(np.eye(n, dtype=bool), 0.0, out))
    if events.receivers is not None:
        only = np.isin(np.arange(n), events.receivers)
        missing &= ~only[:, None] & only[None, :]
    if missing.any():
        i, j = np.argwhere(missing)[0]
        raise InputError(
            f"{term.label}: {int(missing.sum())} of {n * (n - 1)} dyads have no value at time {time:g} "
            f"(first: {events.actors[i]!r} to {events.actors[j]!r}). Give the missing values of "
            f"{covariate.name!r}, or leave these actors out."
        )
    # What is still missing belongs to dyads that two-mode data rule out, and to actors with themselves.
    return np.where(np.isnan(out), 0.0, out)


def _logarithm(value: FloatArray, term: Term, events: RelationalEvents) -> FloatArray:
    """Logarithm of positive values; the diagonal of dyads does not count."""
    bad = value <= 0
    if value.ndim == 2:
        np.fill_diagonal(bad, False)
    if bad.any():
        first = events.actors[int(np.argwhere(bad)[0][0])] if value.ndim else "the time"
        raise InputError(
            f"{term.label}: log=True needs values above 0; {int(bad.sum())} are not (first: {first!r})."
        )
    return np.log(np.where(value > 0, value, 1.0 if value.ndim == 2 else np.nan))


def _of_actors(term: Term, value: FloatArray) -> FloatArray:
    """Value of a dyad from those of its two actors."""
    one, two = value[:, None], value[None, :]
    missing = np.isnan(one) | np.isnan(two)
    shape = (len(value), len(value))
    effect = term.effect
    if effect == "ego":
        return np.broadcast_to(one, shape)
    if effect == "alter":
        return np.broadcast_to(two, shape)
    if effect == "same":
        return np.where(missing, np.nan, (one == two).astype(np.float64))
    if effect in ("difference", "similarity"):
        gap = one - two
        if effect == "similarity":
            return -np.abs(gap)
        return np.abs(gap) if term.get("absolute", True) else gap
    if effect == "average":
        return (one + two) / 2.0
    return np.minimum(one, two) if effect == "minimum" else np.maximum(one, two)


def fixed_column(base: Base, n: int, blocks: int) -> FloatArray:
    """Give the indicator of a fixed effect, (blocks, n, n)."""
    out = np.zeros((blocks, n, n))
    if base.effect.name == "fixed_sender":
        out[:, base.level, :] = 1.0
    elif base.effect.name == "fixed_receiver":
        out[:, :, base.level] = 1.0
    else:
        out[base.level] = 1.0
    return out
