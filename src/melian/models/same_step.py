"""Sensitivity to events of one day: if others' acts of a day were answered on that day.

Events of one step have no known order and are never each other's parents in the model. Here a fit with an
additional lag-0 term for the reaction relations shows how much of each actor's conduct would move there. It
enters no other result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melian.kernels.same_step import same_day_counts
from melian.models.attention import Wave
from melian.models.course import CourseBasis
from melian.models.design import Columns, Design
from melian.models.newton import Hyper, NewtonConfig, default_hyper, fit_newton
from melian.options import REACTION_RELATIONS

__all__ = ["SameStep", "same_step_sensitivity", "with_same_step"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SameStep:
    """Result of the sensitivity.

    Attributes
    ----------
    share : (n_actors,) float64
        Expected share of the actor's events that the lag-0 terms take.
    initiative : (n_actors,) float64
        Share of the baseline in that fit ("initiative if same-step is reaction").
    events : (n_actors,) float64
    """

    share: Floats
    initiative: Floats
    events: Floats


def same_step_sensitivity(
    design: Design,
    basis: CourseBasis,
    waves: Sequence[Wave] = (),
    *,
    hyper: Hyper | None = None,
    config: NewtonConfig | None = None,
) -> SameStep:
    """Fit with lag-0 terms for the reaction relations.

    Parameters
    ----------
    hyper : Hyper, optional
        As of the main fit; its factors are extended to the new columns, which all take part.
    """
    hyper = hyper or default_hyper(design)
    wide = with_same_step(design)
    first = len(design.columns.names)
    same = [design.columns.names.index(name[: -len("@0")]) for name in wide.columns.names[first:]]
    factor = np.concatenate([hyper.factor, hyper.factor[:, :, same]], axis=2)
    columns = hyper.columns
    if columns is not None:
        columns = np.concatenate([columns, np.ones(len(same), dtype=bool)])
    wider = replace(hyper, factor=factor, columns=columns)
    fit = fit_newton(wide, basis, waves, hyper=wider, config=config)
    return SameStep(fit.shares[:, 1 + first :].sum(axis=1), fit.shares[:, 0], fit.events)


def with_same_step(design: Design) -> Design:
    """Append a column of same-day counts to each reaction column, as wide as the others.

    The count stands in the place of the first kernel, the other kernels' places are zero.
    """
    columns, history = design.columns, design.history
    reaction = [c for c, r in enumerate(columns.relations) if r in REACTION_RELATIONS]
    n_split = 1 if design.bloc is None else 2
    wide = Columns(
        (*columns.names, *(columns.names[c] + "@0" for c in reaction)),
        (*columns.relations, *(columns.relations[c] for c in reaction)),
        np.concatenate([columns.opens, columns.opens[reaction]]),
        columns.n_instruments,
        columns.n_kernels,
    )
    source_in, target_in = np.zeros_like(history.source), np.zeros_like(history.source)
    if design.bloc is not None:
        member = history.blocs[design.bloc]
        source_in = np.where(member[history.source, history.step], 0, 1).astype(np.int32)
        target_in = np.where(member[history.target, history.step], 0, 1).astype(np.int32)
    order = np.argsort(design.row_step, kind="stable")
    counts = np.zeros((len(order), len(reaction), columns.n_instruments), dtype=np.float32)
    n = history.n_actors
    sums = np.zeros((n, n, len(reaction), columns.n_instruments))
    same_day_counts(
        history.step, history.source, history.target, history.instrument, history.count, history.joint,
        source_in, target_in, design.row_step[order], design.row_source[order], design.row_target[order],
        order, design.daily, n_split, counts, sums,
    )  # fmt: skip
    return replace(
        design,
        columns=wide,
        x=np.concatenate([design.x, _as_features(counts, columns.n_kernels)], axis=1),
        exposure=np.concatenate([design.exposure, _as_features(sums, columns.n_kernels)], axis=2),
    )


def _as_features(values: NDArray[np.floating], n_kernels: int) -> NDArray[np.floating]:
    """Put (..., columns, instruments) into the first kernel's place of (..., all features of the columns)."""
    out = np.zeros((*values.shape, n_kernels), dtype=values.dtype)
    out[..., 0] = values
    return out.reshape(*values.shape[:-2], -1)
