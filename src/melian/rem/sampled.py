"""Fit a relational event model on sampled risk sets: each event against sampled non-events, in one pass.

Vu, Pattison and Robins (2015), Relational event models for social learning in MOOCs, Social Networks 43;
Lerner and Lomi (2020), Reliability of relational event model estimates under sampling, Network Science 8(1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.effects.term import Product, Term
from melian.errors import InputError
from melian.kernels.sampled_logit import cluster_sums, extremes, logit_sums
from melian.rem.checks import check_effects, check_request
from melian.rem.columns import expand
from melian.rem.config import RemConfig
from melian.rem.engine import Evaluation
from melian.rem.estimate import Estimated, estimate
from melian.rem.identify import spread_of
from melian.rem.newton import maximise
from melian.rem.result import RemFit
from melian.rem.robust import clustered
from melian.rem.sampled_columns import make_plan
from melian.rem.sampled_rows import SampledRows, Strata, sampled_statistics, strata_of
from melian.sequence import RelationalEvents

__all__ = ["fit_sampled"]

Floats = NDArray[np.float64]
PILOT: Final = 2**18
"""Rows of the fit that says where a fit of four times as many begins."""


def fit_sampled(
    events: RelationalEvents,
    terms: Sequence[Term | Product],
    *,
    config: RemConfig,
    covariates: Sequence[Any] = (),
) -> RemFit:
    """Estimate coefficients by conditional logit of events among their sampled non-events.

    Parameters
    ----------
    events : RelationalEvents
    terms : sequence of Term or Product
    config : RemConfig
        `controls` non-events are drawn for each event without replacement from all that are at risk with it
        (None: all are taken); `cases` is the part of the events that is drawn (None: all).
    covariates : sequence

    Returns
    -------
    RemFit
        Standard errors are those of the sampled likelihood: they include what sampling non-events costs.

    Raises
    ------
    InputError
        For settings that a sample cannot carry, and more `controls` than there are non-events.

    Notes
    -----
    Under ties every event of a step has a sample of its own, from all dyads but its own: with all non-events
    sampled this is Breslow's partial likelihood on the full risk set. The sample depends on the seed, not on
    the order of rows within a step nor on that of the actors.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> sender = rng.integers(0, 9, 300)
    >>> receiver = (sender + rng.integers(1, 9, 300)) % 9
    >>> frame = {"time": np.arange(300.0), "sender": sender, "receiver": receiver}
    >>> events = RelationalEvents.from_frame(frame)
    >>> fit = fit_sampled(events, [Term("inertia"), Term("otp")], config=RemConfig(controls=5))
    >>> fit.labels, fit.n_events, fit.converged
    (('inertia', 'otp'), 299, True)
    """
    check_sampled(events, config)
    columns = expand(terms, events, baseline=False, typed=config.typed)
    check_effects(columns, events, config)
    plan = make_plan(columns, events, typed=config.typed)
    rng = np.random.default_rng(config.seed)
    strata = strata_of(events, config, rng=rng)
    rows = sampled_statistics(strata, plan, config=config, covariates=covariates, rng=rng)
    found = estimate(
        lambda beta: evaluate(rows, strata, beta),
        np.zeros(len(columns.labels)),
        labels=columns.labels,
        config=config,
        n_events=len(strata.event),
        baseline=False,
        extreme=lambda k: extreme_side(rows, strata, k),
        begin=near(rows, strata, config),
    )
    here = found.optimum.evaluation
    return RemFit(
        terms=tuple(terms),
        labels=columns.labels,
        estimate=found.optimum.estimate,
        covariance=covariance_of(rows, strata, found),
        score=here.score,
        information=here.information,
        log_likelihood=here.log_likelihood,
        log_likelihood_null=found.start.log_likelihood,
        n_events=len(strata.event),
        dyads_at_risk=int(strata.size.max()),
        iterations=found.optimum.iterations,
        converged=found.optimum.converged,
        notes=(*notes_of(strata, rows, config), *found.notes),
        config=config,
        events=events,
        covariates=tuple(covariates),
    )


def near(rows: SampledRows, strata: Strata, config: RemConfig) -> Floats | None:
    """Where Newton begins with many rows: the optimum of every so many strata, PILOT rows in all."""
    every = len(rows.x) // PILOT
    kind, strength = config.penalty or ("none", 0.0)
    if every < 4 or kind == "lasso":
        return None
    picked = np.arange(0, len(strata.event), every)
    sizes = np.diff(strata.first)[picked]
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    at = np.repeat(strata.first[picked] - first[:-1], sizes) + np.arange(first[-1])
    few = replace(strata, event=strata.event[picked], first=first)
    pilot = SampledRows(rows.x[at], rows.cluster[:0])
    zero = np.zeros(rows.x.shape[1])
    first_look = evaluate(pilot, few, zero)
    spread = spread_of(first_look, n_events=len(picked), baseline=False)
    found = maximise(
        lambda beta: evaluate(pilot, few, beta),
        zero,
        n_events=len(picked),
        tolerance=1e-6,
        max_iterations=config.max_iterations,
        ridge=strength * spread**2 * len(picked) / len(strata.event),
        first=first_look,
    )
    return found.estimate if found.converged else None


def evaluate(rows: SampledRows, strata: Strata, beta: Floats) -> Evaluation:
    """Evaluate the conditional log-likelihood with its score and information."""
    score, information = np.empty(len(beta)), np.empty((len(beta), len(beta)))
    value = logit_sums(rows.x, strata.first, np.asarray(beta, np.float64), score, information)
    return Evaluation(float(value), score, information)


def covariance_of(rows: SampledRows, strata: Strata, found: Estimated) -> Floats:
    """Model-based covariance, or the clustered one where clusters are kept."""
    if not len(rows.cluster) or not np.isfinite(found.covariance).all():
        return found.covariance
    scores = np.zeros((int(rows.cluster.max()) + 1, len(found.covariance)))
    cluster_sums(rows.x, strata.first, found.optimum.estimate, rows.cluster, scores)
    return clustered(found.covariance, scores)


def extreme_side(rows: SampledRows, strata: Strata, k: int) -> str | None:
    """Say whether events always had the 'largest' or the 'smallest' value of a column, if they had."""
    below, above = np.zeros(rows.x.shape[1], np.int64), np.zeros(rows.x.shape[1], np.int64)
    extremes(rows.x, strata.first, below, above)
    if above[k] == 0:
        return "largest"
    return "smallest" if below[k] == 0 else None


def check_sampled(events: RelationalEvents, config: RemConfig) -> None:
    """Refuse settings that a sample of the risk set cannot carry."""
    check_request(events, config)
    if config.likelihood != "ordinal":
        raise InputError(
            f"likelihood={config.likelihood!r} needs the whole risk set, for its baseline rate. Sample "
            "non-events with likelihood='ordinal', or leave controls and cases out."
        )
    if config.ties == "efron":
        raise InputError(
            "ties='efron' weighs the tied events within one risk set; with sampled non-events each event has "
            "one of its own: use ties='breslow'."
        )
    if config.frailty:
        raise InputError("frailty is estimated on the full risk set only: leave controls and cases out.")


def notes_of(strata: Strata, rows: SampledRows, config: RemConfig) -> tuple[str, ...]:
    """Say what was sampled, and in what precision it is held."""
    n_rows, size = np.diff(strata.first), strata.size
    least, most = int(n_rows.min()) - 1, int(n_rows.max()) - 1
    some = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    notes = [
        f"Each of {len(size):,} events is compared with {some} non-events, sampled without replacement from "
        f"those at risk with it (at most {int(size.max()) - 1:,}), by seed {config.seed}."
    ]
    if config.cases is not None:
        notes.append(
            f"A part of {config.cases:g} of the events is sampled; all of them enter the statistics."
        )
    events = strata.events
    joint = int(events.joint[events.first :].sum())
    if joint and not events.undirected:
        notes.append(f"{joint} joint events enter the statistics of both directions, not the likelihood.")
    if (np.diff(events.time[strata.event]) == 0).any():
        notes.append("Events share steps: statistics are those at the begin of the step, ties by Breslow.")
    if config.errors != "information":
        notes.append(f"Standard errors are clustered by {config.errors}.")
    if rows.x.dtype == np.float32:
        notes.append(
            "Statistics are held in single precision, for memory; sums are made in double precision."
        )
    return tuple(notes)
