"""Initiative and the spectral radius with and without the moving baseline: what a still level would claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from melian.checks.result import CheckResult
from melian.checks.subject import Subject, mean_share
from melian.models.course import CourseBasis
from melian.models.newton import NewtonFit, fit_newton
from melian.models.spectral import spectral_radius

__all__ = ["moving_baseline"]

MOST_MOVED = 0.1
"""Initiative that may hang on whether the baseline moves."""


def moving_baseline(subject: Subject, name: str, question: str) -> CheckResult:
    """Fit again with one constant level for each channel, without courses and attention."""
    still = fit_newton(
        subject.design, constant_basis(subject.basis),
        hyper=replace(subject.hyper, kappa=np.zeros(subject.history.n_actors)),
    )  # fmt: skip
    moving, flat = _radius(subject, subject.fit), _radius(subject, still)
    parts = ("initiative", "momentum", "reaction")
    rows: list[dict[str, Any]] = [
        {"baseline": label, "spectral_radius": radius}
        | {part: mean_share(fit, subject.design, part) for part in parts}
        for label, radius, fit in (("moving", moving, subject.fit), ("constant", flat, still))
    ]
    table = pl.DataFrame(rows)
    moved = float(rows[0]["initiative"] - rows[1]["initiative"])
    passed = abs(moved) <= MOST_MOVED and moving < 1.0
    return CheckResult(
        name, question, moved, None, passed, table,
        f"Initiative is {rows[0]['initiative']:.3f} with the moving baseline and {rows[1]['initiative']:.3f} "
        f"with a constant one; the spectral radius is {moving:.2f} and {flat:.2f}.",
        table.select("baseline", "initiative"),
    )  # fmt: skip


def constant_basis(basis: CourseBasis) -> CourseBasis:
    """Give a basis with a single function, so that courses cannot move."""
    return replace(basis, basis=np.ones((basis.n_blocks, 1)))


def _radius(subject: Subject, fit: NewtonFit) -> float:
    return spectral_radius(fit.parameters.weight, fit.parameters.factor, subject.design.columns)
