"""What the pipelines found beside the truth, as frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from melian.options import COMPONENTS
from melian.selftest.pipelines import Found
from melian.selftest.worlds import Told

__all__ = ["TRUTH", "Ran", "interval_frame", "share_frame"]

TRUTH = "truth"
Ran = tuple[Told, tuple[Found, ...]]
Row = dict[str, Any]


def share_frame(ran: Sequence[Ran], pipelines: Sequence[str]) -> pl.DataFrame:
    """Give shares by world, pipeline (truth first) and component: mean, least and most over seeds.

    A seed's share is the mean over its actors.
    """
    rows: list[Row] = []
    for name in dict.fromkeys(told.world.name for told, _ in ran):
        mine = [one for one in ran if one[0].world.name == name]
        shares = [np.array([np.nanmean(told.truth, axis=0) for told, _ in mine])]
        events = [round(float(np.mean([found[0].events for _, found in mine])))]
        for p in range(len(pipelines)):
            shares.append(np.array([np.nanmean(found[p].share, axis=0) for _, found in mine]))
            events.append(round(float(np.mean([found[p].events for _, found in mine]))))
        rows += [
            {
                "world": name,
                "repairable": mine[0][0].world.repairable,
                "pipeline": pipeline,
                "component": component,
                "mean": float(by_seed[:, c].mean()),
                "least": float(by_seed[:, c].min()),
                "most": float(by_seed[:, c].max()),
                "seeds": len(mine),
                "events": n,
            }
            for pipeline, by_seed, n in zip((TRUTH, *pipelines), shares, events, strict=True)
            for c, component in enumerate(COMPONENTS)
        ]
    return pl.DataFrame(rows)


def interval_frame(ran: Sequence[Ran]) -> pl.DataFrame:
    """Give every 90% interval of initiative, momentum and reaction beside the truth."""
    rows = [row for told, found in ran for made in found for row in _intervals(told, made)]
    kinds = {"world": pl.String, "repairable": pl.Boolean, "pipeline": pl.String, "seed": pl.Int64}
    kinds |= {"actor": pl.String, "component": pl.String}
    numbers = dict.fromkeys(("truth", "share", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema=kinds | numbers | {"held": pl.Boolean})


def _intervals(told: Told, made: Found) -> Iterator[Row]:
    if made.low is None or made.high is None:
        return
    for i, actor in enumerate(told.actors):
        for c, component in enumerate(COMPONENTS[:3]):
            numbers = [float(part[i, c]) for part in (told.truth, made.share, made.low, made.high)]
            if np.isnan(numbers).any():
                continue
            truth, share, low, high = numbers
            yield {
                "world": told.world.name,
                "repairable": told.world.repairable,
                "pipeline": made.pipeline,
                "seed": told.path.world.seed,
                "actor": actor,
                "component": component,
                "truth": truth,
                "share": share,
                "low": low,
                "high": high,
                "held": low <= truth <= high,
            }
