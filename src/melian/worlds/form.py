"""The one form of a world that can be run: arrays, to which a fit and a hand-written file both lead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError

__all__ = ["Cap", "Column", "Events", "WorldForm", "cut_days", "no_events"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
RATES = (
    "level", "joint_level", "channel", "joint_channel", "course", "joint_course", "exposure", "daily",
    "theta", "joint_theta", "spread", "trigger",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One relation, or one side of it where it is split by a bloc.

    Attributes
    ----------
    name : str
        "reply", "alarm[NATO]", "alarm[rest]".
    relation : str
    side : int
        -1: whoever the third party is; 0: members of the bloc; 1: the rest.
    """

    name: str
    relation: str
    side: int = -1


@dataclass(frozen=True, slots=True)
class Events:
    """Cells of events; a step below 0 is a day before the world's first.

    Attributes
    ----------
    step, source, target, instrument, count : (n_cells,) int32
    joint : (n_cells,) bool
        Joint events have source < target.
    source_in, target_in : (n_cells,) bool
        Whether the end was in the bloc that relations are split by, on that day.
    """

    step: Ints
    source: Ints
    target: Ints
    instrument: Ints
    count: Ints
    joint: NDArray[np.bool_]
    source_in: NDArray[np.bool_]
    target_in: NDArray[np.bool_]

    def __len__(self) -> int:
        """Give the number of cells."""
        return len(self.step)


def no_events() -> Events:
    """Give an empty table of events."""
    none, no = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=bool)
    return Events(none, none, none, none, none, no, no, no)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` events of some channels in every `days` days from step `since` to before `until`."""

    most: int
    days: int
    since: int
    until: int
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WorldForm:
    """A world, as arrays. N actors, K instruments, C columns, B kernels, T days, P phases.

    Intensity of channel (i, j, k) on day t of phase p (MODEL.md 2):

    daily[i, t] channel[p, i, j, k] { level[p, i, j, k] course[i, k, t] exposure[i, j, t]
    + sum over columns c, parents' instruments k', kernels b, and third parties m of
    theta[p, i, k, c, k', b] spread[c, i, j] trigger[p, c, i, m] x_m[c, k', b](i, j, t) },

    where x_m are the decayed counts of past events in the column's relation whose other actor is m. Joint
    events {i, j} come at joint_channel { joint_level x mean of both ends' joint_course daily
    + joint_theta x decayed joint events of the pair x mean of both ends' daily }.

    Attributes
    ----------
    actors, instruments : tuple of str
    origin : datetime.date
        Calendar day of step 0.
    n_steps : int
    columns : tuple of Column
        Relation "joint" last.
    rho : (B,) float64
        Decay of each kernel per day; kernels g_b(d) = (1 - rho_b) rho_b^(d - 1), d >= 1.
    phase : (T,) int32
        Which of the P sets of rates holds on each day.
    level, channel : (P, N, N, K) float64
        Events per day of the channel that come of themselves; factor on all that the channel carries.
    joint_level, joint_channel : (P, N, N, K) float64
        The same for joint events; only source < target is used.
    course, joint_course : (N, K, T) float64
        Slow courses, mean about 1.
    exposure : (N, N or 1, T) float64
        Exposure of the baseline to attention, by source and target (or source alone).
    daily : (N, T) float64
        Weekday factor of the source; on offspring too.
    theta : (P, N, K, C, K, B) float64
        Expected offspring per parent event and channel: source, its instrument, column, instrument answered,
        kernel.
    joint_theta : (K, K, B) float64
        Expected joint offspring of a joint event: its instrument, the parent's, kernel.
    spread : (C, N, N) float64
        How offspring of a column fall on the targets of a source; 0 on the diagonal.
    trigger : (P, C, N, N) float64
        Factor by source and by the other actor in the parent event: the other side of a reply, the third
        party of alarm and joining, the one acted upon in spread and alignment.
    bloc : str or None
        The bloc by which columns are split.
    member : (N, T) bool
        Membership in it by day.
    past : Events
        What happened before the first day and is still answered.
    given : Events
        Events that happen whatever the rates say.
    caps : tuple of Cap
    record : int
        First step that is told; those before are warm-up.
    notes : tuple of str
        What was assumed, in sentences.
    """

    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    origin: dt.date
    n_steps: int
    columns: tuple[Column, ...]
    rho: Floats
    phase: Ints
    level: Floats
    channel: Floats
    joint_level: Floats
    joint_channel: Floats
    course: Floats
    joint_course: Floats
    exposure: Floats
    daily: Floats
    theta: Floats
    joint_theta: Floats
    spread: Floats
    trigger: Floats
    bloc: str | None
    member: NDArray[np.bool_]
    past: Events = field(default_factory=no_events)
    given: Events = field(default_factory=no_events)
    caps: tuple[Cap, ...] = ()
    record: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in RATES:
            _check_rates(name, getattr(self, name))

    @property
    def n_actors(self) -> int:
        """Number of actors."""
        return len(self.actors)

    @property
    def n_phases(self) -> int:
        """Number of phases."""
        return len(self.level)

    def day(self, date: dt.date) -> int:
        """Give the step of a calendar day."""
        return (date - self.origin).days

    def date(self, step: int) -> dt.date:
        """Give the calendar day of a step."""
        return self.origin + dt.timedelta(days=int(step))

    @property
    def until(self) -> dt.date:
        """Last day."""
        return self.date(self.n_steps - 1)


def _check_rates(name: str, values: Floats) -> None:
    """Refuse rates that are negative or not finite."""
    bad = ~(np.isfinite(values) & (values >= 0.0))
    if bad.any():
        first = tuple(int(x) for x in np.argwhere(bad)[0])
        raise InputError(
            f"{int(bad.sum())} rates of the world are negative or not finite (first: {name}{list(first)} = "
            f"{values[first]}); a rate must be 0 or more."
        )


def cut_days(world: WorldForm, first: dt.date, last: dt.date, *, before: int = 0) -> WorldForm:
    """Give the world from one day to another, with up to `before` days of it as warm-up."""
    begin = max(world.day(first) - before, 0)
    end = world.day(last) + 1
    inside = slice(begin, end)
    cut = {name: getattr(world, name)[..., inside].copy() for name in
           ("phase", "course", "joint_course", "exposure", "daily", "member")}  # fmt: skip
    caps = tuple(replace(c, since=max(c.since - begin, 0), until=c.until - begin) for c in world.caps)
    given = replace(world.given, step=world.given.step - np.int32(begin))
    return replace(
        world, origin=world.date(begin), n_steps=end - begin, record=world.day(first) - begin,
        caps=caps, given=given, **cut,
    )  # fmt: skip
