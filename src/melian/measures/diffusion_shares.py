"""Shares of domestic events, and of conduct from outside, by what they follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.answer import Estimate
from melian.measures.diffusion_fit import Fit, Parts
from melian.measures.diffusion_history import CLASSES, KINDS

__all__ = ["OWN_WIDENING", "WIDENING", "Share", "back_shares", "home_shares"]

Floats = NDArray[np.float64]
Take = Callable[[Parts], tuple[float, float]]
TAILS = (0.05, 0.95)
WIDENING = 2.25
"""Factor by which intervals reach further than the refits' quantiles: those know neither what the slow course
takes nor what free weights find in noise. Measured on simulated worlds, not derived (docs/diffusion.md)."""
OWN_WIDENING = 2.75
"""The same for what follows the same at home: the slow course of a country trades against its own past."""


@dataclass(frozen=True, slots=True)
class Share:
    """One share.

    Attributes
    ----------
    relation : str
        own, home, spread, outside or back.
    past, kind : str
        What is followed, and what follows: kinds of domestic event or classes of conduct.
    country : str
        Empty for all together.
    estimate : Estimate
    placebo : Estimate or None
        None where the placebo moves nothing of what is followed.
    p_value : float or None
        Rank of the share among the placebos.
    """

    relation: str
    past: str
    kind: str
    country: str
    estimate: Estimate
    placebo: Estimate | None
    p_value: float | None

    @property
    def name(self) -> str:
        """Name in estimates and tests."""
        same = self.relation in ("own", "spread") and self.past == self.kind
        parts = [self.relation, *([] if same else [self.past]), self.kind, self.country]
        return ".".join(part for part in parts if part)


def home_shares(
    fit: Fit, main: Parts, drawn: list[Parts], placebo: list[Parts], *, least: int
) -> list[Share]:
    """Give the shares of protest and repression, of all countries and of each."""
    columns = fit.design.columns.names
    home = fit.history.n_actors - 1
    asked = [
        ("own" if past == kind else "home", "persistence", past, kind) for past in KINDS for kind in KINDS
    ]
    asked += [("spread", "joining", past, kind) for past in KINDS for kind in KINDS]
    asked += [("outside", "reply", past, kind) for past in CLASSES for kind in KINDS]
    out = []
    for relation, column, past, kind in asked:
        for country in (-1, *range(home)):
            rows = slice(0, home) if country < 0 else slice(country, country + 1)
            take = _taker(
                rows, slice(home, home + 1), fit.history.instruments.index(kind), columns.index(column),
                fit.history.instruments.index(past),
            )  # fmt: skip
            name = "" if country < 0 else fit.history.actors[country]
            tested = relation not in ("own", "home")
            there = _past_events(fit.history, relation, past, range(home)[rows])
            names = (relation, past, kind, name)
            out.append(_share(names, take, main, drawn, placebo if tested else [], (least, there)))
    return out


def back_shares(
    fit: Fit, main: Parts, drawn: list[Parts], placebo: list[Parts], *, least: int, countries: tuple[str, ...]
) -> list[Share]:
    """Give the shares of conduct from outside after domestic events of its target."""
    columns, actors = fit.design.columns.names, fit.history.actors
    sources = slice(0, fit.history.n_actors - 1)
    out = []
    for past in KINDS:
        for kind in CLASSES:
            for country in ("", *countries):
                at = [actors.index(name) for name in ((country,) if country else countries)]
                take = _taker(
                    sources, at, fit.history.instruments.index(kind), columns.index("joining"),
                    fit.history.instruments.index(past),
                )  # fmt: skip
                there = _past_events(fit.history, "back", past, at)
                out.append(_share(("back", past, kind, country), take, main, drawn, placebo, (least, there)))
    return out


def _past_events(history: EventHistory, relation: str, past: str, countries: Sequence[int]) -> int:
    """Count the events of the record that could be followed."""
    home = history.n_actors - 1
    of_kind = (history.instrument == history.instruments.index(past)) & ~history.joint
    if relation in ("outside", "back"):
        at = of_kind & (history.source == home) & np.isin(history.target, countries)
    elif relation == "spread":
        alone = history.source == countries[0] if len(countries) == 1 else np.zeros(len(of_kind), np.bool_)
        at = of_kind & (history.target == home) & ~alone
    else:
        at = of_kind & (history.target == home) & np.isin(history.source, countries)
    return int(history.count[at].sum())


def _taker(sources: slice, targets: slice | list[int], kind: int, column: int, past: int) -> Take:
    """Give a function that sums events and those that follow."""

    def take(parts: Parts) -> tuple[float, float]:
        events = parts.events[sources][:, targets, kind].sum()
        return float(events), float(parts.after[sources][:, targets, kind, column, past].sum())

    return take


def _share(
    names: tuple[str, str, str, str],
    take: Take,
    main: Parts,
    drawn: list[Parts],
    placebo: list[Parts],
    counts: tuple[int, int],
) -> Share:
    """Give one share; `counts` are the events that it needs, and those that could be followed."""
    events, after = take(main)
    least, there = counts
    if events < least or not there:
        reason = f"{int(events)} events of this kind; {least} are needed"
        if events >= least:
            reason = f"no events of {names[1]} that could be followed"
        return Share(*names, Estimate.undefined(reason, events=int(events)), None, None)
    share = after / events
    draws = np.array([take(parts)[1] / events for parts in drawn])
    floor = np.array([take(parts)[1] / events for parts in placebo])
    widening = OWN_WIDENING if names[0] == "own" else WIDENING
    low, high = _interval(share, draws, floor, events=events, widening=widening)
    estimate = Estimate(share, low, high, events=int(events))
    if not placebo:
        return Share(*names, estimate, None, None)
    ends = np.quantile(floor, TAILS)
    mean = Estimate(float(floor.mean()), float(ends[0]), float(ends[1]), events=int(events))
    return Share(*names, estimate, mean, float((1 + (floor >= share).sum()) / (1 + len(floor))))


def _interval(
    share: float, draws: Floats, floor: Floats, *, events: float, widening: float
) -> tuple[float, float]:
    """Give the widened interval; it begins at 0 where shifted calendars give as much.

    Centred: random weights are fewer events to a fit, which shifts shares but says nothing of their spread.
    A share at its bound of 0 stays there in most refits; its interval ends no earlier than that of none among
    so many events (Clopper and Pearson 1934).
    """
    low, high = np.clip(share + widening * np.quantile(draws - draws.mean(), TAILS), 0.0, 1.0)
    if len(floor) and share <= np.quantile(floor, TAILS[1]):
        low = 0.0
    none = 1.0 - TAILS[0] ** (1.0 / events)
    return min(float(low), share), max(float(high), share, none)
