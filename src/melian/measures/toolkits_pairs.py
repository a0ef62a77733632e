"""Pairs of toolkits: distance, coming nearer, and following."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.answer import Estimate
from melian.measures.toolkits_blocks import TAILS, BlockCounts, block_counts, block_sums
from melian.measures.toolkits_course import FEWEST_BLOCKS, periods_of
from melian.measures.toolkits_distance import Distance, dendrogram_order, excess_divergence
from melian.measures.toolkits_follow import (
    FEWEST_SHIFTED,
    FEWEST_STEPS,
    Following,
    follow,
    roots_of_shares,
)
from melian.measures.toolkits_settings import ToolkitSettings

__all__ = ["Pairs", "compare_pairs", "step_days"]

Ints = NDArray[np.int64]
STEPS = (28, 14, 7)
WANTED_STEPS = 48
FEWEST_EVENTS = 10
"""Directed events below which one step of an actor has no toolkit for following."""
CHARTED = 4
"""Actors with most events whose distances are followed over time."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """What comparing all pairs gives.

    Attributes
    ----------
    estimates, tests : dict
    distances : pl.DataFrame
        row, column, distance (excess), low, high, divergence, null, p; every pair twice and the diagonal, in
        the order of the dendrogram.
    over_time : pl.DataFrame
        pair, period, distance, low, high, reason.
    following : pl.DataFrame
        follower, leader, follows, low, high, p, steps; each pair once, the follower first.
    step : int
        Days of a step for following.
    """

    estimates: dict[str, Estimate] = field(default_factory=dict)
    tests: dict[str, float] = field(default_factory=dict)
    distances: pl.DataFrame = field(default_factory=pl.DataFrame)
    over_time: pl.DataFrame = field(default_factory=pl.DataFrame)
    following: pl.DataFrame = field(default_factory=pl.DataFrame)
    step: int = 0


def step_days(history: EventHistory, step: int | str) -> int:
    """Give the days of a step: as asked, or the longest of 28, 14 and 7 with 48 steps in the window."""
    if step != "auto":
        return int(step)
    days = history.window[1] - history.window[0]
    return next((length for length in STEPS if days // length >= WANTED_STEPS), STEPS[-1])


def compare_pairs(
    history: EventHistory, blocks: BlockCounts, drawn: Ints, settings: ToolkitSettings
) -> Pairs:
    """Compare the toolkits of all actors with enough events.

    Parameters
    ----------
    drawn : (draws, n_actors, n_instruments) int64
        Sums over resampled blocks.
    """
    total = blocks.counts.sum(axis=(0, 2))
    known = [a for a in range(len(blocks.actors)) if total[a] >= settings.least]
    estimates: dict[str, Estimate] = {}
    tests: dict[str, float] = {}
    found = {
        (a, b): _distance(blocks.counts, drawn, a, b) for a, b in combinations(known, 2)
    }  # fmt: skip
    for (a, b), one in found.items():
        name = f"distance.{blocks.actors[a]}.{blocks.actors[b]}"
        events = int(min(total[a], total[b]))
        estimates[name] = Estimate(one.excess, one.low, one.high, events=events)
        tests[name] = one.p_value
    estimates |= _nearing(blocks, known, settings)
    step = step_days(history, settings.step)
    following = _following(history, known, step, settings, estimates, tests)
    busiest = sorted(known, key=lambda a: -total[a])[:CHARTED]
    course = _over_time(history, blocks, sorted(busiest), settings)
    return Pairs(
        estimates, tests, _distance_frame(blocks.actors, known, found), course, following, step
    )  # fmt: skip


def _distance(counts: Ints, drawn: Ints, a: int, b: int) -> Distance:
    sums = counts.sum(axis=0)
    n = len(counts)
    return excess_divergence((sums[a], sums[b]), (drawn[:, a], drawn[:, b]), n_blocks=(n, n))


def _nearing(blocks: BlockCounts, known: list[int], settings: ToolkitSettings) -> dict[str, Estimate]:
    """Distance in the first half of the blocks less that in the second, with intervals from both."""
    middle = blocks.n_blocks // 2
    halves = (blocks.counts[:middle], blocks.counts[middle:])
    few = middle < FEWEST_BLOCKS
    drawn = [
        block_sums(half, settings.draws, np.random.default_rng((settings.seed, 3, at)))
        for at, half in enumerate(halves)
        if not few
    ]
    out: dict[str, Estimate] = {}
    for a, b in combinations(known, 2):
        events = [int(half[:, one].sum()) for half in halves for one in (a, b)]
        name = f"nearing.{blocks.actors[a]}.{blocks.actors[b]}"
        if few or min(events) < settings.least:
            reason = (
                f"a half of the window has {min(events)} directed events of one of the two in {middle} "
                "blocks; "
                f"{settings.least} in {FEWEST_BLOCKS} are needed"
            )
            out[name] = Estimate.undefined(reason, events=min(events))
            continue
        before, after = (_distance(half, draws, a, b) for half, draws in zip(halves, drawn, strict=True))
        n = min(len(before.draws), len(after.draws))
        low, high = np.quantile(before.draws[:n] - after.draws[:n], TAILS)
        out[name] = Estimate(before.excess - after.excess, float(low), float(high), events=min(events))
    return out


def _following(
    history: EventHistory, known: list[int], step: int, settings: ToolkitSettings,
    estimates: dict[str, Estimate], tests: dict[str, float],
) -> pl.DataFrame:  # fmt: skip
    """Fill in `follows.A.B` both ways and give a row per pair, the follower first."""
    steps = block_counts(history, days=step, instruments=settings.instruments)
    roots = {a: roots_of_shares(steps.counts[:, a], fewest=FEWEST_EVENTS) for a in known}
    rows = []
    for a, b in combinations(known, 2):
        rng = np.random.default_rng((settings.seed, 4, a, b))
        one, other = history.actors[a], history.actors[b]
        events = int(min(steps.counts[:, a].sum(), steps.counts[:, b].sum()))
        found = follow(roots[a], roots[b], draws=settings.draws, rng=rng)
        if found is None:
            reason = (
                f"fewer than {FEWEST_STEPS} steps of {step} days in which both have {FEWEST_EVENTS} "
                f"directed events, or fewer than {FEWEST_SHIFTED} shifts of a calendar that leave "
                f"{FEWEST_SHIFTED} of them"
            )
            estimates |= {
                f"follows.{x}.{y}": Estimate.undefined(reason, events=events)
                for x, y in ((one, other), (other, one))
            }
            continue
        estimates[f"follows.{one}.{other}"] = Estimate(found.value, found.low, found.high, events=events)
        estimates[f"follows.{other}.{one}"] = Estimate(-found.value, -found.high, -found.low, events=events)
        tests[f"follows.{one}.{other}"] = found.p_value
        rows.append(_follow_row(one, other, found))
    kinds = {"follower": pl.String, "leader": pl.String, "pair": pl.String, "follows": pl.Float64}
    kinds |= {"follows_low": pl.Float64, "follows_high": pl.Float64, "p": pl.Float64, "steps": pl.Int64}
    return pl.DataFrame(rows, schema=kinds).sort("p", "pair")


def _follow_row(one: str, other: str, found: Following) -> dict[str, object]:
    """Turn the pair so that the follower comes first."""
    low, high = found.low, found.high
    if found.value < 0.0:
        one, other, low, high = other, one, -high, -low
    return {
        "follower": one, "leader": other, "pair": f"{one} after {other}", "follows": abs(found.value),
        "follows_low": low, "follows_high": high, "p": found.p_value, "steps": found.steps,
    }  # fmt: skip


def _distance_frame(
    actors: tuple[str, ...], known: list[int], found: dict[tuple[int, int], Distance]
) -> pl.DataFrame:
    matrix = np.zeros((len(known), len(known)))
    for (a, b), one in found.items():
        i, j = known.index(a), known.index(b)
        matrix[i, j] = matrix[j, i] = max(one.excess, 0.0)
    order = [known[i] for i in dendrogram_order(matrix)]
    rows = []
    for a in order:
        for b in order:
            pair = found.get((min(a, b), max(a, b)))
            kept = ("excess", "low", "high", "divergence", "null", "p_value")
            values = [None] * len(kept) if pair is None else [getattr(pair, name) for name in kept]
            rows.append((actors[a], actors[b], *values))
    names = ("row", "column", "distance", "distance_low", "distance_high", "divergence", "null", "p")
    kinds = dict.fromkeys(names, pl.Float64) | {"row": pl.String, "column": pl.String}
    return pl.DataFrame(rows, schema={name: kinds[name] for name in names}, orient="row")


def _over_time(
    history: EventHistory, blocks: BlockCounts, chosen: list[int], settings: ToolkitSettings
) -> pl.DataFrame:
    """Give the distance of each pair of the chosen actors by calendar period."""
    rows = []
    for at, period in enumerate(periods_of(history, blocks, settings.period)):
        inside = blocks.counts[period.blocks]
        drawn = block_sums(inside, settings.draws, np.random.default_rng((settings.seed, 5, at)))
        for a, b in combinations(chosen, 2):
            row = {"pair": f"{blocks.actors[a]} and {blocks.actors[b]}", "period": period.start}
            events = int(min(inside[:, a].sum(), inside[:, b].sum()))
            if len(inside) < FEWEST_BLOCKS or events < settings.least:
                reason = f"{events} directed events in {len(inside)} blocks"
                rows.append(row | dict.fromkeys(("distance", "distance_low", "distance_high"))
                            | {"distance_reason": reason, "events": events})  # fmt: skip
                continue
            one = _distance(inside, drawn, a, b)
            rows.append(row | {"distance": one.excess, "distance_low": one.low, "distance_high": one.high,
                               "distance_reason": None, "events": events})  # fmt: skip
    values = dict.fromkeys(("distance", "distance_low", "distance_high"), pl.Float64)
    kinds = {"pair": pl.String, "period": pl.Date, **values, "distance_reason": pl.String, "events": pl.Int64}
    return pl.DataFrame(rows, schema=kinds).sort("pair", "period")
