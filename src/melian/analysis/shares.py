"""From counts to shares with 90% intervals, and the frames of shares by actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.analysis.counts import Counts, component_of_column
from melian.models.design import Columns
from melian.options import COMPONENTS, RELATIONS
from melian.results import Share

__all__ = ["NO_EVENTS", "ActorShares", "Estimate", "actor_shares", "estimate", "grid_frame", "share_frames"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NO_EVENTS = "no directed events in the window"
QUANTILES = (0.05, 0.95)
WIDENING = 1.05
"""Factor by which intervals reach further from the mean than the sampler's own quantiles. Those held the
truth of initiative in 84% on the worlds of the recovery grid (docs/estimators.md): courses, levels and
weights are pooled by priors that no world follows to the letter. It is measured, not derived."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Posterior mean and 90% interval of shares; three arrays of one shape, NaN where undefined."""

    share: Floats
    low: Floats
    high: Floats

    def at(self, *index: int, reason: str = NO_EVENTS) -> Share:
        """Give one share, undefined with a reason where there is nothing to share out."""
        share, low, high = (float(part[index]) for part in (self.share, self.low, self.high))
        return Share.undefined(reason) if np.isnan(share) else Share(share, low, high)


def estimate(counts: Ints, total: Ints) -> Estimate:
    """Give shares of a total from counts by draw.

    Parameters
    ----------
    counts : (n_draws, ...) int64
    total : int64, broadcasts to one draw's counts
        Units shared out; where it is 0 the share is undefined.

    Returns
    -------
    Estimate
        Mean over draws, and 5% and 95% quantiles by linear interpolation, widened by `WIDENING`.

    Examples
    --------
    >>> found = estimate(np.array([[1, 0], [3, 0]]), np.array([4, 0]))
    >>> {end: round(value, 3) for end, value in found.at(0).as_dict().items()}
    {'share': 0.5, 'low': 0.264, 'high': 0.736}
    >>> found.at(1).as_dict()
    {'share': None, 'reason': 'no directed events in the window'}
    """
    total = np.broadcast_to(total, counts.shape[1:])
    units = np.where(total > 0, total, np.nan)
    low, high = np.quantile(counts, QUANTILES, axis=0)
    share = counts.sum(axis=0) / (len(counts) * units)
    return Estimate(share, *_widen(share, low / units, high / units))


def _widen(share: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Move both ends away from the share by `WIDENING`, inside 0 to 1.

    The mean of a very skewed posterior can lie above its 95% quantile; the interval then ends at the mean.
    """
    low, high = np.minimum(low, share), np.maximum(high, share)
    return (
        np.clip(share - WIDENING * (share - low), 0.0, 1.0),
        np.clip(share + WIDENING * (high - share), 0.0, 1.0),
    )


@dataclass(frozen=True, slots=True)
class ActorShares:
    """Shares of every actor's live directed events.

    Attributes
    ----------
    events : (n_actors,) int64
    component : Estimate of (n_actors, 4)
    relation_names : tuple of str
        The seven relations, then the columns that are a part of one (`alarm[NATO]`).
    relation : Estimate of (n_actors, n_names)
    to : Estimate of (n_actors, n_actors)
        Reaction by source of the parent.
    root : Estimate of (n_actors, n_actors + 1)
        By actor of the root; the last place is joint events.
    others : Estimate of (n_actors,)
        Rooted in another actor.
    """

    events: Ints
    component: Estimate
    relation_names: tuple[str, ...]
    relation: Estimate
    to: Estimate
    root: Estimate
    others: Estimate


def actor_shares(counts: Counts, columns: Columns) -> ActorShares:
    """Share out the live events of every actor."""
    column = counts.column.sum(axis=2)
    events = column[0].sum(axis=1)
    total = events[:, None]
    names, members = _relation_members(columns)
    own = np.arange(len(events))
    others = events - counts.root[:, own, own] - counts.root[:, :, -1]
    return ActorShares(
        events=events,
        component=estimate(column @ _indicator(component_of_column(columns), len(COMPONENTS)), total),
        relation_names=names,
        relation=estimate(column[..., :-1] @ members, total),
        to=estimate(counts.to, total),
        root=estimate(counts.root, total),
        others=estimate(others, events),
    )


def _indicator(place: Ints, size: int) -> Ints:
    """Give the (len(place), size) matrix that sums columns into places."""
    return np.asarray(place[:, None] == np.arange(size), dtype=np.int64)


def _relation_members(columns: Columns) -> tuple[tuple[str, ...], Ints]:
    """Give relation names and the (n_columns, n_names) matrix that sums columns into them."""
    parts = [c for c, name in enumerate(columns.names) if name not in RELATIONS]
    base = np.array([RELATIONS.index(relation) for relation in columns.relations])
    alone = np.arange(len(columns.names))[:, None] == np.array(parts, dtype=np.int64)
    names = (*RELATIONS, *(columns.names[c] for c in parts))
    return names, np.hstack([_indicator(base, len(RELATIONS)), alone.astype(np.int64)])


def grid_frame(rows: Sequence[str], columns: Sequence[str], names: tuple[str, str]) -> pl.DataFrame:
    """Give every pair of a row and a column label, columns fastest."""
    pairs = {names[0]: [row for row in rows for _ in columns], names[1]: [*columns] * len(rows)}
    return pl.DataFrame(pairs, schema=dict.fromkeys(names, pl.String))


def with_estimate(frame: pl.DataFrame, found: Estimate) -> pl.DataFrame:
    """Add the columns share, low and high; an undefined figure is null."""
    return frame.with_columns(
        pl.Series(name, getattr(found, name).ravel(), pl.Float64).fill_nan(None)
        for name in ("share", "low", "high")
    )


def share_frames(shares: ActorShares, actors: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """Give the frames shares, relations, reactions and roots."""
    relations = grid_frame(actors, shares.relation_names, ("actor", "relation"))
    reactions = grid_frame(actors, actors, ("actor", "to"))
    roots = grid_frame(actors, (*actors, "joint"), ("actor", "by"))
    return {
        "shares": _shares_frame(shares, actors),
        "relations": with_estimate(relations, shares.relation),
        "reactions": with_estimate(reactions, shares.to).filter(pl.col("actor") != pl.col("to")),
        "roots": with_estimate(roots, shares.root).filter(pl.col("actor") != pl.col("by")),
    }


def _shares_frame(shares: ActorShares, actors: tuple[str, ...]) -> pl.DataFrame:
    """Stack the proximate and the root view, actors first."""
    own = np.arange(len(actors))
    fields = ((getattr(shares.root, f), getattr(shares.others, f)) for f in ("share", "low", "high"))
    root = Estimate(*(np.stack([by[own, own], others, by[:, -1]], axis=1) for by, others in fields))
    parts = [("proximate", COMPONENTS, shares.component), ("root", ("self", "others", "joint"), root)]
    counts = pl.DataFrame({"actor": actors, "events": shares.events}, schema_overrides={"actor": pl.String})
    frames = [
        with_estimate(grid_frame(actors, names, ("actor", "component")), found).with_columns(
            pl.lit(view).alias("view")
        )
        for view, names, found in parts
    ]
    undefined = pl.when(pl.col("share").is_null()).then(pl.lit(NO_EVENTS))
    return (
        pl.concat(frames)
        .join(counts, on="actor", how="left", maintain_order="left")
        .with_columns(undefined.alias("reason"))
        .select("actor", "view", "component", "share", "low", "high", "events", "reason")
    )
