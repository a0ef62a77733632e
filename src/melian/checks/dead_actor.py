"""A negative control with a known answer: each actor in turn is played by one that is nobody's neighbour."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.checks.dead import directed_events, pace_of, with_cells
from melian.checks.result import CheckResult, not_run
from melian.checks.subject import Subject, share_of
from melian.history import EventHistory

__all__ = ["dead_actor", "played_dead"]

MOST_ACTORS = 12
"""One fit each; the busiest are played."""
LEAST_EVENTS = 20
LEAST_INITIATIVE = 0.8
PARTS = ("initiative", "momentum", "reaction")
Floats = NDArray[np.float64]


def dead_actor(subject: Subject, name: str, question: str) -> CheckResult:
    """Share of initiative that the fit finds in actors who have nothing else, weighted by events.

    One actor after the other is replaced by a dead one: it does as much to everybody, with each instrument,
    as the actor did, at times drawn from the actor's slow course, attention and weekdays alone. It remembers
    nothing and answers nobody, so all it does is its own initiative; the others stay as recorded. A control
    without ties (Lipsitch, Tchetgen Tchetgen and Cohen 2010) that is as busy as the actor it stands for, in
    the same surroundings: what the fit takes from its initiative it takes from the actor's, too.
    """
    played = [int(i) for i in np.argsort(-subject.fit.events, kind="stable")[:MOST_ACTORS]]
    played = [i for i in played if subject.fit.events[i] >= LEAST_EVENTS]
    if not played:
        return not_run(name, question, f"No actor has {LEAST_EVENTS} events to be played by a dead one.")
    found = np.array([_shares(subject, i) for i in played])
    events = subject.fit.events[played]
    mean = events @ found / events.sum()
    passed = bool(mean[0] >= LEAST_INITIATIVE)
    table = pl.DataFrame(
        {
            "actor": [subject.history.actors[i] for i in played],
            "events": events,
            "initiative": share_of(subject.fit, subject.design, "initiative")[played],
            **{f"dead_{part}": found[:, p] for p, part in enumerate(PARTS)},
        }
    )
    worst = table.row(int(np.argmin(found[:, 0])), named=True)
    words = "is found again" if passed else "is not found again"
    return CheckResult(
        name, question, float(mean[0]), None, passed, table,
        f"All that {len(played)} dead actors do is their own initiative, and {words}: {mean[0]:.3f} of it in "
        f"the mean ({mean[1]:.3f} is read as momentum, {mean[2]:.3f} as reaction), "
        f"{worst['dead_initiative']:.3f} in the place of {worst['actor']}, which has {worst['events']:.0f} "
        "events.",
        table.select("actor", "initiative", "dead_initiative"),
    )  # fmt: skip


def _shares(subject: Subject, actor: int) -> list[float]:
    fit = subject.refit(played_dead(subject, actor, subject.rng(7, actor)))
    return [float(share_of(fit, subject.design, part)[actor]) for part in PARTS]


def played_dead(subject: Subject, actor: int, rng: np.random.Generator) -> EventHistory:
    """Give the history with the directed events of one actor drawn anew from its slow pace."""
    history, pace = subject.history, pace_of(subject, actor)
    days = subject.design.daily.max(axis=0) > 0.0
    per_day = directed_events(subject, actor) / np.maximum(pace[:, :, days].sum(axis=2), 1e-300)
    target, instrument, step = np.nonzero(drawn := rng.poisson(per_day[:, :, None] * pace))
    cells = (step, np.full(len(step), actor), target, instrument, drawn[target, instrument, step])
    return with_cells(history, history.joint | (history.source != actor), cells)
