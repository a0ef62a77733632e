"""Change over time: shares in windows and periods, change points, and thresholds in response."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from melian.history import EventHistory
from melian.measures.answer import Answer, Estimate
from melian.measures.bands import band, p_value
from melian.measures.change_points import Breaks, find_breaks
from melian.measures.change_shares import GAP_WIDENING, DayShares, day_shares
from melian.measures.change_thresholds import Line, find_lines
from melian.measures.data import data_of
from melian.measures.refits import Fitted, refits
from melian.measures.spans import Spans, make_spans
from melian.options import COMPONENTS

__all__ = ["ChangeSettings", "Changes", "Weekly", "find_changes", "measure_change"]

Floats = NDArray[np.float64]
SHARES = COMPONENTS[:3]
SEARCHED = ("initiative", "reaction")
TESTED = ("initiative", "reaction", "reply")
LEAST_EVENTS = 5
"""Events that a week needs to have a share."""
LEAST_WEEKS = 24
SAMPLED = 9
"""Weekly series drawn with the scatter of the genealogy, of which change points have the median p-value."""
PRESSING = ("contestation", "coercion", "force")
LEAST = 20
"""Events that a share needs."""
FEW = f"fewer than {LEAST} events"


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Settings of `measure_change`; the defaults are those of `[change]`."""

    window: int = 90
    step: int = 30
    cut: str | tuple[dt.date, ...] = "halves"
    refit: bool = True
    refits: int = 20
    permutations: int = 499
    pairs: tuple[str, ...] = ()
    top: int = 6
    half_life: float = 30.0
    pressure: tuple[str, ...] = PRESSING
    response: tuple[str, ...] = PRESSING
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly series of shares that was searched for change points; weeks with too few events are left out.

    Attributes
    ----------
    first : (n,) int64
        First step of each week.
    share : (n,) float64
    events : int
    breaks : Breaks
    """

    first: NDArray[np.int64]
    share: Floats
    events: int
    breaks: Breaks


@dataclass(slots=True, eq=False)
class Changes:
    """All that was found, and the estimates and tests made of it.

    Attributes
    ----------
    windows : tuple of (first step, one past the last)
    weekly : dict of (actor, component) to Weekly
    lines : mapping of (responder, actor) to Line
        Thresholds.
    """

    history: EventHistory
    settings: ChangeSettings
    spans: Spans
    shares: DayShares
    windows: tuple[tuple[int, int], ...]
    weekly: dict[tuple[int, str], Weekly] = field(default_factory=dict)
    lines: Mapping[tuple[int, int], Line] = field(default_factory=dict)
    estimates: dict[str, Estimate] = field(default_factory=dict)
    tests: dict[str, float] = field(default_factory=dict)


def measure_change(
    fitted: Fitted, settings: ChangeSettings, *, tell: Callable[..., None] = lambda label, done=None: None
) -> Answer:
    """Measure change over time.

    Parameters
    ----------
    fitted : Fitted
        The fast fit to the whole window.
    settings : ChangeSettings
    tell : callable
        Is told what is being done.

    Returns
    -------
    Answer
        Names of estimates as in `docs/change.md`.

    Raises
    ------
    InputError
        If a pair or a period does not fit the history.
    """
    from melian.measures.change_page import exhibits_of, notes_of, sentences_of

    found = find_changes(fitted, settings, tell=tell)
    return Answer(
        measure="change",
        title="Change over time",
        sentences=sentences_of(found),
        estimates=found.estimates,
        exhibits=exhibits_of(found),
        data=data_of(fitted.history),
        settings=asdict(settings),
        tests=found.tests,
        notes=notes_of(found),
    )


def find_changes(
    fitted: Fitted, settings: ChangeSettings, *, tell: Callable[..., None] = lambda label, done=None: None
) -> Changes:
    """Find shares by period, change points and thresholds, with their estimates and tests."""
    history = fitted.history
    spans = make_spans(history, settings.cut)
    tell("refits behind the intervals")
    shares = day_shares(fitted, refits(fitted, settings.refits, seed=settings.seed))
    found = Changes(history, settings, spans, shares, _windows(fitted, settings))
    _periods(found)
    if settings.refit and len(spans.names) > 1:
        _refitted(found, fitted, tell)
    tell("change points")
    for actor in range(history.n_actors):
        for component in SEARCHED:
            _change_points(found, actor, component)
    if settings.top or settings.pairs:
        tell("thresholds")
        found.lines = find_lines(
            history, pairs=settings.pairs, top=settings.top, half_life=settings.half_life,
            pressure=settings.pressure, response=settings.response, draws=settings.permutations,
            seed=settings.seed,
        )  # fmt: skip
        _thresholds(found)
    return found


def _windows(fitted: Fitted, settings: ChangeSettings) -> tuple[tuple[int, int], ...]:
    first, last = fitted.design.share_from, fitted.history.n_steps
    starts = range(first, max(last - settings.window, first) + 1, settings.step)
    return tuple((start, min(start + settings.window, last)) for start in starts)


def _of_period(found: Changes, place: int) -> NDArray[np.bool_]:
    inside = np.arange(found.history.n_steps) >= found.history.window[0]
    return np.asarray(inside & (found.spans.of_step == place))


def _periods(found: Changes) -> None:
    """Shares of every actor in the whole window, in each period, and last less first."""
    everything = np.arange(found.history.n_steps) >= found.history.window[0]
    days = [everything, *(_of_period(found, place) for place in range(len(found.spans.names)))]
    names = ["", *(f".{name}" for name in found.spans.names)]
    for actor, code in enumerate(found.history.actors):
        got = [found.shares.over(actor, of) for of in days]
        for c, component in enumerate(SHARES):
            for name, (values, n) in zip(names, got, strict=True):
                found.estimates[f"{component}.{code}{name}"] = _share(values[:, c], n)
        if len(names) > 2:
            _differences(
                found, f"-change.{code}", _ends(actor, (found.shares, days[1]), (found.shares, days[-1]))
            )


def _share(values: Floats, n: int) -> Estimate:
    return band(values, events=n) if n >= LEAST else Estimate.undefined(FEW, events=n)


def _ends(actor: int, *ends: tuple[DayShares, NDArray[np.bool_]]) -> list[tuple[Floats, int]]:
    return [shares.over(actor, days, widening=GAP_WIDENING) for shares, days in ends]


def _differences(found: Changes, name: str, ends: list[tuple[Floats, int]]) -> None:
    for c, component in enumerate(SHARES):
        first, last = ((values[:, c], n) for values, n in ends)
        _difference(found, f"{component}{name}", first, last)


def _difference(found: Changes, name: str, first: tuple[Floats, int], last: tuple[Floats, int]) -> None:
    """Last less first, each a value with draws and the events behind it."""
    events = first[1] + last[1]
    if min(first[1], last[1]) < LEAST:
        found.estimates[name] = Estimate.undefined(f"{FEW} in a period", events=events)
        return
    gap = last[0] - first[0]
    found.estimates[name] = band(gap, events=events)
    p = p_value(gap, independent=found.settings.refits)
    if p is not None and name.split("-change")[0] in TESTED:
        found.tests[name] = p


def _replies(found: Changes, shares: DayShares, actor: int, days: NDArray[np.bool_]) -> tuple[Floats, int]:
    """Give an actor's replies for one act towards it, with draws, and the acts towards it."""
    h = found.history
    towards = (h.target == actor) & ~h.joint & days[h.step] & (h.step >= found.windows[0][0])
    received = int(h.count[towards].sum())
    values, n = shares.over(actor, days, widening=GAP_WIDENING)
    return values[:, -1] * n / max(received, 1), received


def _refitted(found: Changes, fitted: Fitted, tell: Callable[..., None]) -> None:
    """Fit every period anew: weights and levels of its own, courses too."""
    parts: list[DayShares] = []
    places = range(len(found.spans.names))
    for place in places:
        days = _of_period(found, place) & (np.arange(found.history.n_steps) >= fitted.design.fit_from)
        alone = fitted.at(fitted.weighted(days.astype(np.float64)))
        settings = found.settings
        again = refits(alone, settings.refits, seed=settings.seed, stream=1 + place, within=days)
        parts.append(day_shares(alone, again))
        tell("every period fitted anew", (place + 1) / len(places))
    for actor, code in enumerate(found.history.actors):
        got = [shares.over(actor, _of_period(found, place)) for place, shares in enumerate(parts)]
        replies = [_replies(found, shares, actor, _of_period(found, p)) for p, shares in enumerate(parts)]
        for place, name in enumerate(found.spans.names):
            for c, component in enumerate(SHARES):
                found.estimates[f"{component}.{code}.{name}.refit"] = _share(
                    got[place][0][:, c], got[place][1]
                )
            found.estimates[f"reply.{code}.{name}.refit"] = _share(*replies[place])
        ends = [(parts[p], _of_period(found, p)) for p in (0, len(parts) - 1)]
        _differences(found, f"-change.{code}.refit", _ends(actor, *ends))
        _difference(found, f"reply-change.{code}.refit", replies[0], replies[-1])


def _change_points(found: Changes, actor: int, component: str) -> None:
    shares, first, c = found.shares, found.windows[0][0], COMPONENTS.index(component)
    weeks = (found.history.n_steps - first) // 7
    edges = first + 7 * np.arange(weeks + 1)
    inside = slice(first, edges[-1])
    events = shares.events[actor, inside].reshape(weeks, 7).sum(axis=1)
    part = shares.parts[0, actor, inside, c].reshape(weeks, 7).sum(axis=1)
    used = np.flatnonzero(events >= LEAST_EVENTS)
    if len(used) < LEAST_WEEKS:
        return
    share = part[used] / events[used]
    scatter = shares.spread[actor, inside, c].reshape(weeks, 7).sum(axis=1)[used]
    rng = np.random.default_rng((found.settings.seed, 778, actor, c))
    normal = rng.standard_normal((SAMPLED, len(used)))
    drawn = np.clip(share + normal * np.sqrt(scatter) / events[used], 0.0, 1.0)
    settings = found.settings
    breaks = find_breaks(share, drawn=drawn, permutations=settings.permutations, seed=settings.seed)
    found.weekly[actor, component] = Weekly(edges[used], share, int(events[used].sum()), breaks)
    found.tests[f"change-point.{component}.{found.history.actors[actor]}"] = breaks.p
    name = f"change-points.{component}.{found.history.actors[actor]}"
    count = float(len(breaks.at))
    found.estimates[name] = Estimate(count, events=int(events[used].sum()))


def _thresholds(found: Changes) -> None:
    for (responder, actor), line in found.lines.items():
        name = f"threshold.{found.history.actors[responder]}.to.{found.history.actors[actor]}"
        got = line.threshold
        if got is None:
            found.estimates[name] = Estimate.undefined(line.reason, events=line.events)
            continue
        found.estimates[name] = line.placed
        found.estimates[f"{name}.p"] = Estimate(got.p, events=line.events)
        found.estimates[f"{name}.jump"] = line.jump
        found.tests[name] = got.p
