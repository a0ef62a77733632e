"""Estimates of an answer put together: sums, means, and the difference from a reference."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from melian.measures.answer import Estimate

__all__ = ["NO_WIDTH", "Figure", "difference", "figure_of", "mean_of", "names_in"]

NAME: Final = re.compile(r"[a-z][a-z0-9_\-]*(\.[^.+{}\s][^.+{}]*)*")
PLACE: Final = "{instruments}"
Z90: Final = 1.6448536269514722
"""Normal quantile of the 90% intervals."""


NO_WIDTH: Final = (
    "has an interval without any width, which is no certainty but a lack of spread to judge it by"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 90% interval, or the reason why there is none.

    Attributes
    ----------
    value, low, high : float or None
    events : int
        The fewest events behind any of its parts.
    reason : str
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    events: int = 0
    reason: str = ""

    @property
    def without_width(self) -> bool:
        """Whether its interval has neither half."""
        return self.low is not None and self.high is not None and self.low >= self.high

    @property
    def errors(self) -> tuple[float, float]:
        """Standard errors downwards and upwards, from the interval's two halves.

        A half without width (a share at its bound) takes the other's: it is no certainty.
        """
        assert self.value is not None
        assert self.low is not None
        assert self.high is not None
        down, up = max(self.value - self.low, 0.0) / Z90, max(self.high - self.value, 0.0) / Z90
        return down or up, up or down


def names_in(expression: str, instruments: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the estimates that an expression adds up.

    Raises
    ------
    ValueError
        If it is not of the form `word.Word + word.Word`, or `{instruments}` has nothing to stand for.

    Examples
    --------
    >>> names_in("share.RUS.{instruments}", ["force", "coercion"])
    ('share.RUS.force', 'share.RUS.coercion')
    >>> names_in("initiative.RUS + momentum.RUS")
    ('initiative.RUS', 'momentum.RUS')
    """
    found: list[str] = []
    for part in expression.split("+"):
        term = part.strip()
        if PLACE in term and not instruments:
            raise ValueError(f"{expression!r} has {PLACE}, but no instruments are given")
        filled = [term.replace(PLACE, name) for name in instruments] if PLACE in term else [term]
        strange = next((name for name in filled if not NAME.fullmatch(name)), None)
        if strange is not None:
            raise ValueError(f"{strange!r} is not the name of an estimate, such as 'initiative.RUS'")
        found += filled
    return tuple(found)


def figure_of(estimates: Mapping[str, Estimate], names: Sequence[str]) -> Figure:
    """Add estimates of one answer up.

    The half-widths add up as well, which covers the sum whatever the estimates have in common. An estimate
    whose interval has no width gives no figure.

    Examples
    --------
    >>> parts = {"share.A.force": Estimate(0.2, 0.1, 0.3, 50), "share.A.economy": Estimate(0.3, 0.2, 0.4, 50)}
    >>> total = figure_of(parts, list(parts))
    >>> round(total.value, 3), round(total.low, 3), total.events
    (0.5, 0.3, 50)
    """
    parts = []
    for name in names:
        found = estimates.get(name)
        if found is None:
            near = get_close_matches(name, estimates, n=3, cutoff=0.4)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            return Figure(None, reason=f"the measure gives no estimate {name!r} here{hint}")
        if found.value is None:
            return Figure(None, events=found.events, reason=f"{name}: {found.reason or 'undefined'}")
        if found.low is None or found.high is None:
            return Figure(None, events=found.events, reason=f"{name} has no interval")
        if found.low >= found.high:
            return Figure(None, events=found.events, reason=f"{name} {NO_WIDTH}")
        parts.append((found.value, found.low, found.high, found.events))
    return Figure(
        sum(p[0] for p in parts),
        sum(p[1] for p in parts),
        sum(p[2] for p in parts),
        min(p[3] for p in parts),
    )


def mean_of(figures: Sequence[Figure]) -> Figure:
    """Give the mean of figures; undefined where one of them is. Half-widths are averaged."""
    bad = next((figure for figure in figures if figure.value is None), None)
    if bad is not None:
        return bad
    n = len(figures)
    values = [(f.value or 0.0, f.low or 0.0, f.high or 0.0) for f in figures]
    return Figure(
        sum(v[0] for v in values) / n,
        sum(v[1] for v in values) / n,
        sum(v[2] for v in values) / n,
        min(f.events for f in figures),
    )


def difference(a: Figure, b: Figure, *, independent: bool) -> Figure:
    """Subtract one figure from another.

    Parameters
    ----------
    a, b : Figure
        Both with values.
    independent : bool
        From different windows or data: the errors add up in squares. From one answer they may have anything
        in common, and the half-widths add up.

    Examples
    --------
    >>> both = Figure(0.5, 0.47, 0.53, 90), Figure(0.3, 0.26, 0.34, 80)
    >>> round(difference(*both, independent=True).low, 3), round(difference(*both, independent=False).low, 3)
    (0.15, 0.13)
    """
    assert a.value is not None
    assert b.value is not None
    bare = next((figure for figure in (a, b) if figure.without_width), None)
    if bare is not None:
        return Figure(None, events=bare.events, reason=f"one side of the difference {NO_WIDTH}")
    (a_down, a_up), (b_down, b_up) = a.errors, b.errors
    value = a.value - b.value
    down = math.hypot(a_down, b_up) if independent else a_down + b_up
    up = math.hypot(a_up, b_down) if independent else a_up + b_down
    return Figure(value, value - Z90 * down, value + Z90 * up, min(a.events, b.events))
