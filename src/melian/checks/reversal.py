"""Time reversal: deeds that answer the deeds of others are told less well where the record runs backwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.checks.lead import BLOCK, LEAST_BLOCKS, SHIFTS, reversed_history
from melian.checks.result import LEVEL, CheckResult, not_run, p_text
from melian.checks.subject import Subject
from melian.history import EventHistory
from melian.models.course import make_basis
from melian.models.design import lead_days, make_design
from melian.models.hawkes import placebo_shifts
from melian.models.newton import fit_newton
from melian.models.parameters import cell_terms, live_cells

__all__ = ["time_reversal"]

Floats = NDArray[np.float64]


def time_reversal(subject: Subject, name: str, question: str) -> CheckResult:
    """Set the nats lost backwards beside those lost where the others' calendar is shifted.

    Both readings have the same inner days with as much past before them, as many weights, and no attention.
    Independent deeds, and such as go along with each other in both directions of time, are told equally well
    both ways; deeds that follow deeds are not (Cox 1981 on reversibility), be they one's own or those of
    others. Shifted calendars keep what an actor does after its own deeds, and with it that part of the
    direction in time; what the record has beyond them lies between the actors. The p-value is the rank of the
    gain of all actors together. Where it is the least, deeds gather before what they concern: an announced
    day.
    """
    history = subject.history
    lead = lead_days(subject.design.half_lives)
    shifts = placebo_shifts(history.n_steps, SHIFTS)
    if (history.n_steps - 2 * lead) // BLOCK < LEAST_BLOCKS or len(shifts) < SHIFTS:
        least = max(2 * lead + LEAST_BLOCKS * BLOCK, 2 * 63 + (SHIFTS - 1) * 7)
        return not_run(name, question, f"The record has {history.n_steps} days; {least} are needed.")
    whole = replace(history, window=(0, history.n_steps), attention=None)
    back = reversed_history(whole)
    scores = np.array([[_scores(subject, one, shift) for one in (whole, back)] for shift in (0, *shifts)])
    gain = scores[:, 0] - scores[:, 1]
    inner = (history.step >= lead) & (history.step < history.n_steps - lead) & ~history.joint
    events = np.bincount(history.source[inner], history.count[inner], history.n_actors)
    table = pl.DataFrame(
        {
            "actor": history.actors,
            "events": events,
            "forwards": scores[0, 0],
            "backwards": scores[0, 1],
            "gain": gain[0],
            "gain_shifted": gain[1:].mean(axis=0),
        }
    ).filter(pl.col("events") > 0)
    return _judged(name, question, gain.sum(axis=1), shifts, table)


def _judged(
    name: str, question: str, gain: Floats, shifts: tuple[int, ...], table: pl.DataFrame
) -> CheckResult:
    """Rank the gain among those of shifted calendars; `gain` is (1 + n_shifts,), the record first."""
    p_value = float((gain >= gain[0]).mean())
    passed, backwards = p_value <= LEVEL, bool((gain[1:] > gain[0]).all())
    events = float(table["events"].sum())
    words = "more than" if passed else "less than" if backwards else "not clearly more than"
    floor = float(gain[1:].mean())
    return CheckResult(
        name, question, float((gain[0] - floor) / max(events, 1.0)), p_value, passed, table,
        f"Read as it happened the record of {events:,.0f} events gains {gain[0]:+.1f} nats on the same "
        f"record read backwards: {words} with {len(shifts)} shifted calendars, which keep what follows an "
        f"actor's own deeds and give {floor:+.1f} in the mean ({p_text(p_value)}).",
        pl.DataFrame({"shift": list(shifts), "gain": gain[1:], "recorded": gain[0]}),
    )  # fmt: skip


def _scores(subject: Subject, history: EventHistory, shift: int) -> Floats:
    """Log score of a fit on the inner days by actor, (n_actors,).

    Expected events are left out: in each fit their sum is that of the events.
    """
    lead = lead_days(subject.design.half_lives)
    inner = np.zeros(history.n_steps)
    inner[lead : history.n_steps - lead] = 1.0
    design = make_design(
        history, subject.design.half_lives, bloc=subject.design.bloc, day_weight=inner, shift=shift
    )
    basis = make_basis(0, history.n_steps, subject.basis.knots)
    hyper = replace(subject.hyper, kappa=np.zeros(history.n_actors))
    fit = fit_newton(design, basis, hyper=hyper)
    live = live_cells(design)
    logs = np.log(cell_terms(design, basis, (), fit.predictive()).sum(axis=1)[live])
    total = np.bincount(design.cell_source[live], design.cell_count[live] * logs, history.n_actors)
    return total.astype(np.float64)
