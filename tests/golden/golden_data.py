"""The golden folder as melian reads it: sequences, covariates, and the numbers to match."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from golden_models import Golden

from melian.effects.covariates import ActorCovariate, DyadCovariate
from melian.sequence import RelationalEvents

__all__ = ["actual", "columns", "expected", "observed", "social_covariates", "social_events", "synthetic"]


def columns(path: Path) -> dict[str, list[Any]]:
    """Read a CSV into columns; times are numbers."""
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    out: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    out["time"] = [float(value) for value in out["time"]]
    return out


def synthetic(folder: Path, golden: Golden, *, name: str = "syn_20_400.csv") -> RelationalEvents:
    """Read a synthetic sequence on the clock and with the begin that a golden model has."""
    events = RelationalEvents.from_frame(columns(folder / name))
    if golden.clock == "order":
        events = events.by_order()
    return observed(events, golden)


def observed(events: RelationalEvents, golden: Golden) -> RelationalEvents:
    """Set the begin and end of the observation that a golden model has."""
    since = events.since if golden.since is None else golden.since
    return replace(events, since=since, until=events.until if golden.until is None else golden.until)


def labels(folder: Path) -> tuple[str, ...]:
    """Actors of Social Evolution in the order of their table."""
    with (folder / "social_evolution_actors.csv").open(newline="") as lines:
        return tuple(row["label"] for row in csv.DictReader(lines))


def social_events(folder: Path) -> RelationalEvents:
    """Read the calls."""
    frame = columns(folder / "social_evolution_calls.csv")
    return RelationalEvents.from_frame(frame, actors=labels(folder), unit="seconds")


def code(text: str) -> float:
    """Read the code of an attribute; actors without one are a group of their own, as goldfish takes them."""
    return -1.0 if text == "NA" else float(text)


def social_covariates(folder: Path) -> tuple[ActorCovariate | DyadCovariate, ...]:
    """Make the attributes of actors, friendship, and the number of actors who name one as a friend."""
    actors = labels(folder)
    place = {label: k for k, label in enumerate(actors)}
    n = len(actors)
    with (folder / "social_evolution_actors.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    begin = np.full(n, -np.inf)
    out: list[ActorCovariate | DyadCovariate] = [
        ActorCovariate(name, n, begin, np.arange(n), np.array([code(row[name]) for row in rows]))
        for name in ("floor", "gradeType")
    ]
    friends = columns(folder / "social_evolution_friendship.csv")
    time = np.array(friends["time"])
    sender = np.array([place[label] for label in friends["sender"]])
    receiver = np.array([place[label] for label in friends["receiver"]])
    value = np.array([float(x) for x in friends["replace"]])
    tie = DyadCovariate("friend", n, time, sender * n + receiver, value, fill=0.0)
    moments = np.unique(time)
    degree = np.concatenate([tie.at(float(t)).sum(0) for t in moments])
    named = ActorCovariate(
        "popularity", n, np.repeat(moments, n), np.tile(np.arange(n), len(moments)), degree, fill=0.0
    )
    return (*out, tie, named)


def expected(model: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors as they stand in the file."""
    out = []
    for name in ("coef", "se"):
        found = model.get(name, model.get(f"{name}_coxph"))
        found = list(found.values()) if isinstance(found, dict) else found
        out.append(np.atleast_1d(np.asarray(found, float)))
    return out[0], out[1]


def actual(folder: Path, file: str) -> dict[str, Any]:
    """Read the numbers of a golden file."""
    return json.loads((folder / file).read_text())
