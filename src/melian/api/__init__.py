"""The Python door: models with keyword settings and `fit`; measures, curves and claims as functions."""

from melian.api.answers import claim, measure, specification_curve, text
from melian.api.hawkes import Fit, Hawkes
from melian.api.rem import Rem, RemModel, compare

__all__ = [
    "Fit",
    "Hawkes",
    "Rem",
    "RemModel",
    "claim",
    "compare",
    "measure",
    "specification_curve",
    "text",
]
