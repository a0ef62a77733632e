"""Net series of directed dyads by week or month, and what netting and joining them hides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.measures.parties import party_index

if TYPE_CHECKING:
    from melian.data.net_conduct import NetConduct

__all__ = ["Series", "join_conduct", "net_series", "step_starts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Weighted conduct by step and directed dyad.

    Attributes
    ----------
    actors : tuple of str
    starts : tuple of datetime.date
        First day of every step; steps that the window cuts are left out.
    step_of_day : (n_days,) int64
        Step of every day of the window, -1 outside.
    net : (n_steps, n_actors, n_actors) float64
        Sum of weights, joint events in both directions.
    directed : (n_steps, n_actors, n_actors) float64
        The same without joint events.
    gross : (n_steps, n_actors, n_actors) float64
        Sum of absolute weights, joint events in both directions.
    events, joint : (n_steps, n_actors, n_actors) float64
        Directed events, and joint ones in both directions.
    """

    actors: tuple[str, ...]
    starts: tuple[dt.date, ...]
    step_of_day: Ints
    net: Floats
    directed: Floats
    gross: Floats
    events: Floats
    joint: Floats

    def of(self, name: str, dyads: Sequence[tuple[str, str]]) -> Floats:
        """Give one of the arrays as columns of dyads, (n_steps, n_dyads)."""
        at = [(self.actors.index(source), self.actors.index(target)) for source, target in dyads]
        array: Floats = getattr(self, name)
        return np.stack([array[:, source, target] for source, target in at], axis=1)


def join_conduct(conduct: NetConduct, parties: Mapping[str, Sequence[str]]) -> NetConduct:
    """Count actors as parties; events inside a party, and of actors in none, are left out."""
    at = party_index(conduct.actors, parties)
    source, target = at[conduct.source], at[conduct.target]
    kept = (source >= 0) & (target >= 0) & (source != target)
    columns = {name: getattr(conduct, name)[kept] for name in ("day", "count", "joint", "weight")}
    return replace(
        conduct, actors=tuple(sorted(parties)), source=source[kept], target=target[kept], **columns
    )


def step_starts(since: dt.date, n_days: int, step: str) -> tuple[tuple[dt.date, ...], Ints]:
    """Cut days into whole weeks from the first day, or into whole calendar months.

    Returns
    -------
    starts : tuple of datetime.date
    step_of_day : (n_days,) int64
        -1 on days of steps that the window cuts.

    Examples
    --------
    >>> starts, of_day = step_starts(dt.date(2018, 1, 31), 30, "month")
    >>> starts, of_day[:2].tolist(), of_day[-1]
    ((datetime.date(2018, 2, 1),), [-1, 0], np.int64(-1))
    """
    days = np.arange(n_days)
    if step == "week":
        whole = n_days // 7
        starts = tuple(since + dt.timedelta(weeks=week) for week in range(whole))
        return starts, np.where(days // 7 < whole, days // 7, -1)
    dates = [since + dt.timedelta(days=int(day)) for day in (*days, n_days)]
    firsts = [at for at, date in enumerate(dates) if date.day == 1]
    of_day = np.searchsorted(firsts, days, side="right") - 1
    of_day[of_day >= len(firsts) - 1] = -1
    return tuple(dates[at] for at in firsts[:-1]), of_day


def net_series(conduct: NetConduct, step: str) -> Series:
    """Sum weights by step and directed dyad.

    Raises
    ------
    InputError
        If the window holds no whole step.
    """
    starts, of_day = step_starts(conduct.since, conduct.n_days, step)
    if not starts:
        raise InputError(f"the window of {conduct.n_days} days holds no whole {step}; widen it.")
    n = len(conduct.actors)
    at = of_day[conduct.day]
    inside = at >= 0
    points = conduct.weight * conduct.count

    def summed(rows: NDArray[np.bool_], values: Floats, *, back: bool) -> Floats:
        out = np.zeros((len(starts), n, n))
        ends = (conduct.target, conduct.source) if back else (conduct.source, conduct.target)
        np.add.at(out, (at[rows], ends[0][rows], ends[1][rows]), values[rows])
        return out

    def both_ways(values: Floats) -> Floats:
        return summed(inside & conduct.joint, values, back=False) + summed(
            inside & conduct.joint, values, back=True
        )

    one_way = inside & ~conduct.joint
    counts = conduct.count.astype(np.float64)
    directed = summed(one_way, points, back=False)
    return Series(
        conduct.actors,
        starts,
        of_day,
        net=directed + both_ways(points),
        directed=directed,
        gross=summed(one_way, np.abs(points), back=False) + both_ways(np.abs(points)),
        events=summed(one_way, counts, back=False),
        joint=both_ways(counts),
    )
