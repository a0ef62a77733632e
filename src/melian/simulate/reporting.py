"""Reports laid over the acts of a simulated world, as sources write them: re-reports, statements, noise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError, check_option
from melian.simulate.codes import JOINT_CODES, PLAIN_CODES, STATEMENTS
from melian.simulate.simulated import SimulatedWorld
from melian.simulate.telling import Reports, joined, tell_by_code, tell_by_instrument

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Reporting", "to_table"]

IntArray = NDArray[np.int64]
TextArray = NDArray[np.object_]
OUTSIDERS = tuple(f"X{number:02d}" for number in range(1, 41))
ANY_CODE = tuple(code for codes in PLAIN_CODES.values() for code in codes)
STORY = {"043": "042"}  # a visit and its hosting are one story
RECIPROCAL = tuple({code for codes in JOINT_CODES.values() for pair in codes for code in pair})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How acts become reports.

    Attributes
    ----------
    mirrored : float
        Share of plain acts, of instruments that have reciprocal codes, that are coded in both directions.
    one_sided : float
        Share of joint events that only one side's report tells.
    inertia : float
        Share of acts continuing an act of the actor's own towards the same target, with the same instrument,
        that carry its code; other acts draw theirs. Only by code.
    rereported : float
        Share of reports that are told again, under the same code, after one of `delays` days.
    delays : tuple of int
        Equally likely.
    statements : float
        Reports of mere statements (CAMEO 01) for each act.
    outsiders : tuple of str
        Actors outside the world, whose reports follow the wave, the busiest first; none leaves them out.

    Examples
    --------
    >>> Reporting(rereported=0.35).delays
    (0, 1, 2)
    """

    mirrored: float = 0.0
    one_sided: float = 0.0
    inertia: float = 0.0
    rereported: float = 0.0
    delays: tuple[int, ...] = (0, 1, 2)
    statements: float = 0.0
    outsiders: tuple[str, ...] = OUTSIDERS

    def __post_init__(self) -> None:
        for name in ("mirrored", "one_sided", "inertia", "rereported"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"reporting.{name}={getattr(self, name)!r} is outside 0 to 1.")
        if self.statements < 0 or min(self.delays, default=-1) < 0 or len(self.outsiders) == 1:
            raise InputError(
                "reporting.statements must not be negative; delays needs at least one day, none negative; "
                "outsiders needs no actor or two."
            )


def to_table(
    path: SimulatedWorld,
    reporting: Reporting | None = None,
    *,
    scheme: Literal["cameo", "instrument"] = "cameo",
) -> pl.DataFrame:
    """Tell the visible acts of a world as a table of reports for `melian ingest table --as-is`.

    Joint events are told by both sides on the same day, with the code and its mirror. Acts of one channel and
    day get codes of their own as far as there are any, so that the funnel does not take them for re-reports;
    what is left over shares a row with its `weight` above one.

    Parameters
    ----------
    path : SimulatedWorld
    reporting : Reporting, optional
        Faithful reports if not given.
    scheme : {"cameo", "instrument"}
        Name of the column that says what was done. Instruments have no mirrors: a world with joint events
        needs "cameo".

    Returns
    -------
    polars.DataFrame
        date, source, target, cameo or instrument, event_id, weight; by date, in random order within a day.

    Raises
    ------
    InputError
        Where an instrument of the world has no code of the kind that it needs.

    Examples
    --------
    >>> from melian.simulate import Baseline, World, simulate
    >>> world = World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=200,
    ...               baseline=Baseline(events=500))
    >>> to_table(simulate(world)).columns
    ['date', 'source', 'target', 'cameo', 'event_id', 'weight']
    """
    import polars as pl

    told = reporting or Reporting()
    check_option("scheme", scheme, ("cameo", "instrument"))
    rng = np.random.default_rng([path.world.seed, 4])
    if scheme == "cameo":
        asked = {"mirrored": told.mirrored, "one_sided": told.one_sided, "inertia": told.inertia}
        acts, pool = tell_by_code(path, rng, **asked), ANY_CODE
    else:
        _check_instruments(path, told)
        acts, pool = tell_by_instrument(path), path.world.instruments
    n_steps = path.world.n_steps
    again, words = _again(acts, told, n_steps, rng), _statements(acts, told, n_steps, rng)
    reports = joined([acts, again, words, _elsewhere(path, told, pool, rng)])
    order = np.lexsort((rng.random(len(reports.step)), reports.step))
    return pl.DataFrame(
        {
            "date": pl.Series(_dates(path.world.origin, reports.step[order]), dtype=pl.Date),
            "source": reports.source[order].tolist(),
            "target": reports.target[order].tolist(),
            scheme: reports.code[order].tolist(),
            "event_id": [f"R{number:07d}" for number in range(1, len(order) + 1)],
            "weight": reports.weight[order],
        }
    )


def _dates(origin: dt.date, step: IntArray) -> NDArray[np.datetime64]:
    return np.datetime64(origin, "D") + step.astype("timedelta64[D]")


def _check_instruments(path: SimulatedWorld, told: Reporting) -> None:
    if path.joint[path.visible].any() or told.mirrored or told.inertia or told.statements:
        raise InputError(
            "scheme='instrument' cannot tell joint events, mirrors, inertia or statements: only codes say "
            "which they are. Use scheme='cameo'."
        )


def _again(acts: Reports, told: Reporting, n_steps: int, rng: np.random.Generator) -> Reports:
    """Tell some reports again; a story with two sides comes back with both."""
    if told.rereported == 0:
        return acts.take(np.empty(0, dtype=np.int64))
    two_sided = np.isin(acts.code, RECIPROCAL) & (acts.source > acts.target)
    source, target = np.where(two_sided, (acts.target, acts.source), (acts.source, acts.target))
    code = np.array([STORY.get(code, code) for code in acts.code], dtype=object)
    labels = [np.unique(column.astype(str), return_inverse=True)[1] for column in (source, target, code)]
    stories = np.unique(np.stack([acts.step, *labels]), axis=1, return_inverse=True)[1]
    n_stories = int(stories.max(initial=-1)) + 1
    chosen = (rng.random(n_stories) < told.rereported)[stories]
    delay = rng.choice(np.array(told.delays, dtype=np.int64), size=n_stories)[stories]
    kept = np.flatnonzero(chosen & (acts.step + delay < n_steps))
    later = acts.take(kept)
    return replace(later, step=later.step + delay[kept])


def _statements(acts: Reports, told: Reporting, n_steps: int, rng: np.random.Generator) -> Reports:
    """Tell of words that go with the acts, on their day or up to three days later."""
    n = rng.poisson(told.statements * len(acts.step))
    about = acts.take(rng.integers(0, max(len(acts.step), 1), size=n))
    step = np.minimum(about.step + rng.integers(0, 4, size=n), n_steps - 1)
    code = np.array(STATEMENTS, dtype=object)[rng.integers(0, len(STATEMENTS), size=n)]
    return replace(about, step=step, code=code, weight=np.ones(n, dtype=np.int64))


def _elsewhere(
    path: SimulatedWorld, told: Reporting, pool: tuple[str, ...], rng: np.random.Generator
) -> Reports:
    """Tell what happened among actors outside the world, the busier ones first."""
    size = len(told.outsiders)
    step = np.repeat(np.arange(path.world.n_steps), path.elsewhere if size else 0)
    n, busy = len(step), 1 / np.arange(1, size + 1)
    source = rng.choice(size, size=n, p=busy / busy.sum()) if n else np.empty(0, dtype=np.int64)
    target = (source + rng.integers(1, max(size, 2), size=n)) % max(size, 1)
    names, codes = np.array(told.outsiders, dtype=object), np.array(pool, dtype=object)
    done = codes[rng.integers(0, len(codes), size=n)]
    return Reports(step, names[source], names[target], done, np.ones(n, dtype=np.int64))
