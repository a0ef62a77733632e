"""The JSON form of an attribution: data, model and actors, in plain types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.analysis.evidence import Evidence
from melian.analysis.notes import fit_notes
from melian.analysis.shares import NO_EVENTS, ActorShares
from melian.analysis.units import Live
from melian.history import EventHistory
from melian.models.draws import Draws, FitSummary
from melian.options import COMPONENTS
from melian.results import Share

__all__ = ["summarise"]

WORDING: Final = (
    "In period P, by model M and data snapshot S, x% (interval) of A's recorded deeds are not predicted by "
    "earlier recorded deeds of the listed actors."
)
NOT_RUN = "not run"


def summarise(
    history: EventHistory,
    draws: Draws,
    *,
    fit: FitSummary,
    evidence: Evidence,
    live: Live,
    shares: ActorShares,
) -> dict[str, Any]:
    """Give the contract of `melian attribute --json`."""
    return {
        "data": _data(history, live, shares),
        "model": _merged(_model(history, draws, fit=fit, evidence=evidence, live=live), evidence.extra),
        "actors": _actors(history, shares, evidence=evidence, live=live),
        "wording": WORDING,
    }


def _data(history: EventHistory, live: Live, shares: ActorShares) -> dict[str, Any]:
    """Describe the events that are shared out; `since` and `until` are their span, `window` was asked."""
    source = history.provenance
    return {
        "events": int(shares.events.sum()),
        "since": history.date(live.start).isoformat(),
        "until": history.date(live.end - 1).isoformat(),
        "window": {"since": history.since.isoformat(), "until": history.until.isoformat()},
        "actors": list(history.actors),
        "snapshot": source.snapshot,
        "funnel": [{"step": count.step, "rows": int(count.rows)} for count in source.funnel],
        "re_reports": [found.as_dict() for found in source.re_reports],
        "sources": list(source.sources),
        "without": list(source.without),
        "unresolved_rows": int(source.unresolved_rows),
        "notes": list(source.notes),
    }


def _model(
    history: EventHistory, draws: Draws, *, fit: FitSummary, evidence: Evidence, live: Live
) -> dict[str, Any]:
    radius = np.asarray(fit.spectral_radius, dtype=np.float64)
    low, high = np.quantile(radius, (0.05, 0.95))
    kappa = np.asarray(fit.kappa, dtype=np.float64).mean(axis=0)
    burn_in = live.start - history.window[0]
    return {
        "half_lives": [float(days) for days in fit.half_lives],
        "spectral_radius": float(radius.mean()),
        "spectral_radius_interval": {"low": float(low), "high": float(high)},
        "spectral_radius_below_one": bool(radius.mean() < 1.0),
        "exposure": {"kappa": {name: float(k) for name, k in zip(history.actors, kappa, strict=True)}},
        "dispersion": {"source_day": _finite(fit.dispersion)},
        "log_score": {name: float(score) for name, score in evidence.ladder},
        "estimator": None,
        "seed": int(fit.seed),
        "draws": len(draws.term),
        "sweeps": int(fit.sweeps),
        "chains": int(fit.chains),
        "r_hat": _finite(fit.r_hat),
        "burn_in_days": int(burn_in),
        "notes": [*fit.notes, *fit_notes(history, fit, burn_in=burn_in)],
    }


def _finite(value: float) -> float | None:
    """Give a number, or null where it could not be computed."""
    return float(value) if math.isfinite(value) else None


def _merged(base: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Merge nested mappings key by key; where both have a value `extra` decides."""
    out = dict(base)
    for key, value in extra.items():
        both = isinstance(value, Mapping) and isinstance(out.get(key), Mapping)
        out[key] = _merged(out[key], value) if both else value
    return out


def _actors(history: EventHistory, shares: ActorShares, *, evidence: Evidence, live: Live) -> dict[str, Any]:
    joint = _joint_events(history, live)
    return {
        name: {
            "events": int(shares.events[i]),
            "joint_events": int(joint[i]),
            "proximate": _proximate(history.actors, shares, i) | _checks(shares, evidence, i),
            "root": _root(history.actors, shares, i),
        }
        for i, name in enumerate(history.actors)
    }


def _joint_events(history: EventHistory, live: Live) -> NDArray[np.int64]:
    """Joint events inside the live span that each actor took part in, (n_actors,)."""
    at = np.flatnonzero(history.joint & (history.step >= live.start) & (history.step < live.end))
    both = np.concatenate([history.source[at], history.target[at]])
    sums = np.bincount(both, weights=np.tile(history.count[at], 2), minlength=history.n_actors)
    return np.asarray(sums, dtype=np.int64)


def _proximate(actors: tuple[str, ...], shares: ActorShares, i: int) -> dict[str, Any]:
    components: dict[str, Any] = {
        name: shares.component.at(i, c).as_dict() for c, name in enumerate(COMPONENTS)
    }
    names = enumerate(shares.relation_names)
    return {
        **components,
        "relations": {name: shares.relation.at(i, r).as_dict() for r, name in names},
        "to": {name: shares.to.at(i, j).as_dict() for j, name in enumerate(actors) if j != i},
    }


def _root(actors: tuple[str, ...], shares: ActorShares, i: int) -> dict[str, Any]:
    by = {name: shares.root.at(i, j).as_dict() for j, name in enumerate((*actors, "joint")) if j != i}
    return {"self": shares.root.at(i, i).as_dict(), "others": shares.others.at(i).as_dict(), "by": by}


def _checks(shares: ActorShares, evidence: Evidence, i: int) -> dict[str, Any]:
    """Give what other fits say of the same events."""
    known = bool(shares.events[i])
    floor = None if evidence.placebo is None else np.asarray(evidence.placebo, dtype=np.float64)[:, i]
    placebo = Share.undefined("no placebo was run" if known else NO_EVENTS).as_dict()
    if known and floor is not None:
        placebo = Share(float(floor.mean()), float(floor.min()), float(floor.max())).as_dict()
        placebo["fits"] = len(floor)
    out = {"placebo_reaction": placebo}
    moved = {
        "same_step": evidence.same_step,
        "initiative_if_same_step_is_reaction": evidence.initiative_same_step,
    }
    for name, values in moved.items():
        given = Share.undefined(NOT_RUN if known else NO_EVENTS)
        if known and values is not None:
            given = Share(float(values[i]))
        out[name] = given.as_dict()
    return out
