"""Codes that answer by their own meaning must show less initiative than the rest."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import stats

from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Point, Subject
from melian.models.parameters import cell_terms, live_cells

__all__ = ["reactive_at", "reactive_codes"]

LEAST = 20
BLOCK = 14
"""Days of a block: events of one block are not independent, blocks nearly are."""


def reactive_codes(subject: Subject, name: str, question: str) -> CheckResult:
    """Compare initiative of events with such codes and of the others, as the fit has it."""
    return reactive_at(subject.point, name, question)


def reactive_at(point: Point, name: str, question: str) -> CheckResult:
    """Compare initiative of cells with such codes and of the others; p-value from blocks of days."""
    design, flag = point.design, point.design.history.reactive
    live = live_cells(design)
    answers = np.zeros(int(live.sum()), dtype=bool) if flag is None else flag[design.cell][live]
    y = design.cell_count[live].astype(np.float64)
    if y[answers].sum() < LEAST or y[~answers].sum() < LEAST:
        return not_run(
            name, question,
            f"{y[answers].sum():.0f} events have a code that answers by its own meaning; {LEAST} are needed.",
        )  # fmt: skip
    terms = cell_terms(design, point.basis, point.waves, point.parameters)[live]
    own = terms[:, 0] / terms.sum(axis=1)
    shares = [float(np.average(own[at], weights=y[at])) for at in (answers, ~answers)]
    lower = shares[1] - shares[0]
    residual = y * np.where(answers, shares[0] - own, own - shares[1])
    scaled = residual / np.where(answers, y[answers].sum(), y[~answers].sum())
    per_block = np.bincount(design.cell_step[live] // BLOCK, scaled)
    error = float(np.sqrt((per_block**2).sum()))
    p_value = float(stats.norm.sf(lower / max(error, 1e-12)))
    passed = p_value <= LEVEL
    table = pl.DataFrame(
        {
            "codes": ["answers", "rest"],
            "events": [y[answers].sum(), y[~answers].sum()],
            "initiative": shares,
        }
    )
    words = "below" if passed else "not told apart from, or above,"
    return CheckResult(
        name, question, lower, p_value, passed, table,
        f"Events whose code answers by its own meaning show an initiative of {shares[0]:.3f}, {words} the "
        f"{shares[1]:.3f} of the rest ({p_text(p_value)}).",
        table.select("codes", "initiative"),
    )  # fmt: skip
