"""Placebos: what share of reaction is left where there can be none, because the calendar was shifted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject, mean_share, share_of
from melian.models.design import Design, make_design
from melian.models.hawkes import placebo_shifts
from melian.models.newton import NewtonFit

__all__ = ["time_shift"]

SHIFTS = 39
LEAST = 19
"""With fewer shifts no rank reaches a p-value of 5%."""


def time_shift(subject: Subject, name: str, question: str) -> CheckResult:
    """Rank of the reaction share among those with the others' series shifted by whole weeks."""
    shifts = placebo_shifts(subject.history.n_steps, SHIFTS)
    if len(shifts) < LEAST:
        return not_run(
            name,
            question,
            f"The record of {subject.history.n_steps} days has room for {len(shifts)} shifts by whole weeks; "
            f"{LEAST} are needed.",
        )
    designs = [
        make_design(subject.history, subject.design.half_lives, bloc=subject.design.bloc, shift=shift)
        for shift in shifts
    ]
    return ranked(subject, name, question, [(subject.fit_design(d), d) for d in designs], shifts)


def ranked(
    subject: Subject,
    name: str,
    question: str,
    placebos: Sequence[tuple[NewtonFit, Design]],
    shifts: Sequence[int],
) -> CheckResult:
    """Set the real share beside the placebos': p = (1 + placebos at least as large) / (1 + placebos)."""
    real = mean_share(subject.fit, subject.design)
    floor = np.array([mean_share(fit, design) for fit, design in placebos])
    p_value = float((1 + (floor >= real).sum()) / (1 + len(floor)))
    passed = p_value <= LEVEL
    by_actor = np.array([share_of(fit, design) for fit, design in placebos])
    own = share_of(subject.fit, subject.design)
    table = pl.DataFrame(
        {
            "actor": subject.history.actors,
            "events": subject.fit.events,
            "reaction": own,
            "placebo": by_actor.mean(axis=0),
            "placebo_95": np.quantile(by_actor, 0.95, axis=0),
        }
    ).filter(pl.col("events") > 0)
    least = "" if (floor >= real).any() else ", the least that so many shifts allow"
    words = "above" if passed else "not told apart from"
    return CheckResult(
        name, question, real, p_value, passed, table,
        f"The share of reaction, {real:.3f}, is {words} what {len(floor)} shifted calendars give: "
        f"{floor.mean():.3f} in the mean, {floor.max():.3f} at most ({p_text(p_value)}{least}).",
        pl.DataFrame({"shift": list(shifts), "reaction": floor}),
    )  # fmt: skip
