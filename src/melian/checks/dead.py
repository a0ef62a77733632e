"""Worlds in which nobody answers: counts drawn from what the fit holds to move slowly, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melian.checks.subject import Subject
from melian.history import EventHistory
from melian.models.parameters import attention_of
from melian.models.weekday import weekday_factor

__all__ = ["Cells", "directed_events", "pace_of", "with_cells"]

Floats = NDArray[np.float64]
Cells = tuple[NDArray[np.int64], ...]
"""Step, source, target, instrument and count of directed cells, five arrays of one length."""


def pace_of(subject: Subject, source: int) -> Floats:
    """Course, attention and weekday of one source's baseline by target, instrument and day; no level.

    Returns
    -------
    (n_actors, n_instruments, n_steps) float64
        Means over the days of the likelihood are near 1.
    """
    parameters, basis = subject.fit.predictive(), subject.basis
    block = np.maximum(basis.block, 0)
    course, kappa = parameters.course[source], parameters.kappa[source]
    moved = np.broadcast_to(course, (subject.history.n_actors, *course.shape))
    if kappa > 0.0:
        attention = attention_of(subject.waves[parameters.wave[source]], source)
        moved = moved * (1.0 - kappa + kappa * attention)[:, None, :]
    weekday = weekday_factor(subject.history, subject.design.fit_from)[source]
    return np.asarray(moved[:, :, block] * weekday)


def directed_events(subject: Subject, source: int) -> Floats:
    """Directed events of one source on the days of the likelihood, (n_actors, n_instruments)."""
    design, history = subject.design, subject.history
    mine = design.cell_source == source
    out = np.zeros((history.n_actors, history.n_instruments))
    y = design.cell_count * design.cell_weight
    np.add.at(out, (design.cell_target[mine], design.cell_instrument[mine]), y[mine])
    return out


def with_cells(history: EventHistory, kept: NDArray[np.bool_], cells: Cells) -> EventHistory:
    """Give the kept cells of a history and new directed ones, in its order; new ones answer no row."""
    new = len(cells[0])
    columns = {
        name: np.concatenate([getattr(history, name)[kept], values.astype(np.int32)])
        for name, values in zip(("step", "source", "target", "instrument", "count"), cells, strict=True)
    }
    joint = np.concatenate([history.joint[kept], np.zeros(new, dtype=bool)])
    row = np.concatenate([history.row[kept], np.full(new, -1, dtype=np.int64)])
    keys = (columns["instrument"], columns["target"], columns["source"], joint, columns["step"])
    order = np.lexsort(keys)
    sorted_columns: dict[str, Any] = {name: values[order] for name, values in columns.items()}
    return replace(history, joint=joint[order], row=row[order], reactive=None, **sorted_columns)
