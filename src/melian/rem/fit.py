"""Fit a relational event model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from melian.effects.term import Product, Term
from melian.errors import InputError
from melian.rem.config import RemConfig
from melian.rem.result import RemFit
from melian.sequence import RelationalEvents

__all__ = ["RemFit", "fit_rem"]


def fit_rem(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    config: RemConfig = RemConfig(),  # noqa: B008 - frozen
    covariates: Sequence[Any] = (),
) -> RemFit:
    """Estimate the coefficients of the terms by maximum likelihood."""
    raise InputError("Relational event models on the full risk set are not built yet.")
