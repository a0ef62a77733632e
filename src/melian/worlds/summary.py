"""Ensembles and contrasts as nested dictionaries: the form of `--json`, and what the report reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from melian.worlds.contrast import Contrast, Ensemble
from melian.worlds.reach import Reach
from melian.worlds.scenario import Change, Scenario
from melian.worlds.tally import Spread

__all__ = ["contrast_summary", "ensemble_summary"]


def ensemble_summary(ensemble: Ensemble, *, title: str) -> dict[str, Any]:
    """Summarise many runs of one world: means with 90% intervals, and the range of 90% of the runs."""
    world = ensemble.world
    return {
        "world": _world(ensemble, title),
        "runs": _runs(ensemble),
        "events": _spread(ensemble.totals("all"), ()),
        "joint_events": _spread(ensemble.totals("joint"), ()),
        "actors": {a: _spread(ensemble.totals("actors"), (i,)) for i, a in enumerate(world.actors)},
        "instruments": {
            k: _spread(ensemble.totals("instruments"), (i,)) for i, k in enumerate(world.instruments)
        },
        "months": [
            {"month": label, **_spread(ensemble.spread("all"), (m,))}
            for m, label in enumerate(ensemble.calendar.labels)
        ],
    }


def contrast_summary(contrast: Contrast, reach: Sequence[Reach], *, title: str) -> dict[str, Any]:
    """Summarise a contrast: factual, scenario and difference by actor, instrument and month."""
    world, labels = contrast.factual.world, contrast.factual.calendar.labels
    return {
        "world": _world(contrast.factual, title),
        "runs": _runs(contrast.factual),
        "scenario": _scenario(contrast.scenario, contrast.changed),
        "events": _three(contrast, "all", ()),
        "joint_events": _three(contrast, "joint", ()),
        "actors": {a: _three(contrast, "actors", (i,)) for i, a in enumerate(world.actors)},
        "instruments": {k: _three(contrast, "instruments", (i,)) for i, k in enumerate(world.instruments)},
        "months": [{"month": x, **_monthly(contrast, "all", (m,))} for m, x in enumerate(labels)],
        "cells": _cells(contrast),
        "reach": {
            r.actor: {
                "low": r.low, "high": r.high, "months": r.months, "mean": r.mean,
                "outside": r.outside, "factual_outside": r.factual,
                "of": "observed months" if r.observed else "months of factual runs",
            }
            for r in reach
        },
    }  # fmt: skip


def _world(ensemble: Ensemble, title: str) -> dict[str, Any]:
    world = ensemble.world
    return {
        "name": title,
        "actors": list(world.actors),
        "instruments": list(world.instruments),
        "since": world.date(world.record).isoformat(),
        "until": world.until.isoformat(),
        "spectral_radius": ensemble.radius,
        "past_events": int(world.past.count.sum()),
        "notes": list(world.notes),
    }


def _runs(ensemble: Ensemble) -> dict[str, int]:
    return {"runs": ensemble.n_runs, "draws": int(ensemble.draw.max()) + 1, "seed": ensemble.seed}


def _scenario(scenario: Scenario, changed: Ensemble) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "about": scenario.about,
        "changes": [_change(change) for change in scenario.changes],
        "spectral_radius": changed.radius,
    }


def _change(change: Change) -> dict[str, Any]:
    from melian.worlds.scenario import KEYS_OF_CHANGE

    out: dict[str, Any] = {"what": change.what}
    for key in KEYS_OF_CHANGE[change.what]:
        value = getattr(change, key)
        if value not in ((), None, False):
            plain = isinstance(value, int | float | str)
            out[key] = value if plain else [str(v) for v in value] if isinstance(value, tuple) else str(value)
    return out


def _spread(spread: Spread, at: tuple[int, ...]) -> dict[str, float]:
    return spread.take(at)


def _three(contrast: Contrast, group: str, at: tuple[int, ...]) -> dict[str, Any]:
    """Give the sums over the months: factual, scenario, difference."""
    return {
        "factual": contrast.factual.totals(group).take(at),
        "scenario": contrast.changed.totals(group).take(at),
        "difference": contrast.total_difference(group).take(at),
    }


def _monthly(contrast: Contrast, group: str, at: tuple[int, ...]) -> dict[str, Any]:
    return {
        "factual": contrast.factual.spread(group).take(at),
        "scenario": contrast.changed.spread(group).take(at),
        "difference": contrast.difference(group).take(at),
    }


def _cells(contrast: Contrast) -> list[dict[str, Any]]:
    """Give differences by actor and instrument, largest first."""
    world, found = contrast.factual.world, contrast.difference("cells")
    factual = contrast.factual.counts["cells"].mean(axis=0)
    changed = contrast.changed.counts["cells"].mean(axis=0)
    rows = [
        {
            "actor": world.actors[i], "instrument": world.instruments[k], "factual": float(factual[i, k]),
            "scenario": float(changed[i, k]), "difference": found.take((i, k)),
        }
        for i, k in np.ndindex(factual.shape)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -abs(row["difference"]["mean"]))
