"""Each actor's shares: by instrument, by group of instruments, the balance, and against the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.codebook.groups import instrument_groups
from melian.measures.answer import Estimate
from melian.measures.toolkits_blocks import TAILS, BlockCounts, Shares, composition, shares_of
from melian.options import ANSWERS

__all__ = ["Parts", "groups_of", "parts_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ORDER = ("soft", "economy", "contest", "hard", "concession", "domestic")
NONE = "no directed events in the window"


@dataclass(frozen=True, slots=True)
class Parts:
    """Shares of every actor, as frames and as estimates.

    Attributes
    ----------
    estimates : dict of str to Estimate
    instruments, groups : pl.DataFrame
        actor, part, events, share, share_low, share_high, lean, lean_low, lean_high; actors by events.
    actors : pl.DataFrame
        actor, events, joint, design_effect, balance, balance_low, balance_high.
    """

    estimates: dict[str, Estimate]
    instruments: pl.DataFrame
    groups: pl.DataFrame
    actors: pl.DataFrame


def groups_of(instruments: tuple[str, ...]) -> tuple[tuple[str, ...], Ints]:
    """Give the groups of some instruments in a fixed order, and the group of each.

    Examples
    --------
    >>> names, of = groups_of(("coercion", "force", "soft_power"))
    >>> names, of.tolist()
    (('soft', 'hard'), [1, 1, 0])
    """
    group = [instrument_groups().get(name.removesuffix(ANSWERS), name) for name in instruments]
    names = tuple(sorted(set(group), key=lambda g: (ORDER.index(g) if g in ORDER else len(ORDER), g)))
    return names, np.array([names.index(g) for g in group], np.int64)


def sum_groups(counts: Ints, of: Ints, n: int) -> Ints:
    """Add the last axis up by group."""
    return np.asarray(counts @ (of[:, None] == np.arange(n)).astype(np.int64))


def parts_of(blocks: BlockCounts, drawn: Ints) -> Parts:
    """Give all shares of all actors.

    Parameters
    ----------
    blocks : BlockCounts
    drawn : (draws, n_actors, n_instruments) int64
        Sums over resampled blocks.
    """
    counts = blocks.counts.sum(axis=0)
    names, of = groups_of(blocks.instruments)
    by_group, drawn_groups = sum_groups(counts, of, len(names)), sum_groups(drawn, of, len(names))
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    shares = shares_of(counts, drawn)
    estimates: dict[str, Estimate] = {}
    frames = [
        _frame(blocks.actors, part_names, order, sums, draws, prefix, estimates)
        for part_names, sums, draws, prefix in (
            (blocks.instruments, counts, drawn, "share."),
            (names, by_group, drawn_groups, ""),
        )
    ]
    actors = _actors(blocks, order, shares, names, by_group, drawn_groups, estimates)
    return Parts(estimates, frames[0], frames[1], actors)


def _frame(
    actors: tuple[str, ...], names: tuple[str, ...], order: Ints, counts: Ints, drawn: Ints, prefix: str,
    estimates: dict[str, Estimate],
) -> pl.DataFrame:  # fmt: skip
    """Fill a frame with a row per actor and part, and the estimates with its figures."""
    shares = shares_of(counts, drawn)
    lean = composition(counts) - composition(counts.sum(axis=0) - counts)
    spread = composition(drawn) - composition(drawn.sum(axis=1, keepdims=True) - drawn)
    rows = []
    for a in order:
        total = int(counts[a].sum())
        for k, name in enumerate(names):
            key = f"share.{actors[a]}.{name}" if prefix else f"{name}.{actors[a]}"
            share = _estimate(shares, a, k, total)
            estimates[key] = share
            apart = _difference(float(lean[a, k]), spread[:, a, k], total)
            estimates[f"lean.{actors[a]}.{name}"] = apart
            rows.append(
                {"actor": actors[a], "part": name, "events": int(counts[a, k])}
                | _columns("share", share) | _columns("lean", apart)
            )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _estimate(shares: Shares, a: int, k: int, total: int) -> Estimate:
    if not total:
        return Estimate.undefined(NONE)
    return Estimate(
        float(shares.value[a, k]), float(shares.low[a, k]), float(shares.high[a, k]), events=total
    )


def _difference(value: float, draws: Floats, total: int) -> Estimate:
    if not np.isfinite(value):
        return Estimate.undefined(NONE if not total else "the other actors have no directed events")
    low, high = np.nanquantile(draws, TAILS)
    return Estimate(value, float(low), float(high), events=total)


def _columns(name: str, estimate: Estimate) -> dict[str, float | str | None]:
    return {
        name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high,
        f"{name}_reason": estimate.reason or None,
    }  # fmt: skip


def _actors(
    blocks: BlockCounts, order: Ints, shares: Shares, names: tuple[str, ...], counts: Ints, drawn: Ints,
    estimates: dict[str, Estimate],
) -> pl.DataFrame:  # fmt: skip
    """Give a row per actor: events, joint events, design effect and balance."""
    sign = np.array([{"hard": 1.0, "soft": -1.0, "economy": -1.0}.get(name, 0.0) for name in names])
    balance, spread = composition(counts) @ sign, composition(drawn) @ sign
    rows = []
    for a in order:
        total = int(counts[a].sum())
        found = _difference(float(balance[a]), spread[:, a], total)
        estimates[f"balance.{blocks.actors[a]}"] = found
        effect = float(shares.design_effect[a])
        rows.append(
            {
                "actor": blocks.actors[a], "events": total, "joint": int(blocks.joint[a].sum()),
                "design_effect": effect if np.isfinite(effect) else None, **_columns("balance", found),
            }
        )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
