"""Scenarios: what is changed in a world, and from which day to which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.errors import InputError
from melian.history import EventHistory
from melian.options import OWN_RELATIONS, REACTION_RELATIONS, RELATIONS
from melian.worlds.form import Cap, Events, WorldForm

__all__ = ["KEYS_OF_CHANGE", "Change", "Scenario", "Setting", "changed_world"]

SELECTORS: Final = ("actors", "targets", "instruments", "since", "until")
KEYS_OF_CHANGE: Final[Mapping[str, tuple[str, ...]]] = {
    "baseline": (*SELECTORS, "factor", "joint"),
    "channels": (*SELECTORS, "factor", "joint"),
    "relation": (*SELECTORS, "factor", "relations", "parties", "answered", "bloc"),
    "replace": (*SELECTORS, "period"),
    "period": ("actors", "instruments", "since", "until", "period"),
    "cap": (*SELECTORS, "most", "days"),
    "borrow": ("actors", "world"),
}
"""What a change of each kind may say; anything else is refused."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "momentum": OWN_RELATIONS, "reaction": REACTION_RELATIONS, "all": RELATIONS,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; names that are left out stand for all.

    Attributes
    ----------
    what : str
        "baseline": scale what actors do of themselves; "channels": scale all that they do, answers too;
        "relation": scale what follows from what; "replace": put observed events of another period in the
        place of all that actors do; "period": give actors the slow course and exposure of another
        period; "cap": no more than `most` acts in every `days` days; "borrow": give actors the
        rates that they have in another world.
    actors, targets, instruments : tuple of str
        Whose acts, towards whom, of which instruments.
    since, until : datetime.date or None
        First and last day; all days if not given.
    factor : float
        0 silences.
    joint : bool
        Joint events of the actors, too.
    relations : tuple of str
        Names of `melian.options.RELATIONS`, or "momentum", "reaction", "all".
    parties : tuple of str
        The other actor in the event that is answered: the other side of a reply, the third party of alarm,
        joining and alignment.
    answered : tuple of str
        Instruments of the events that are answered.
    bloc : str or None
        Only the side of that name where relations are split: the bloc's name, or "rest".
    period : (datetime.date, datetime.date) or None
        The other period, both days included.
    most, days : int
    world : str or None
        Name of the other world.
    """

    what: str
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    factor: float = 0.0
    joint: bool = False
    relations: tuple[str, ...] = ("all",)
    parties: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    bloc: str | None = None
    period: tuple[dt.date, dt.date] | None = None
    most: int = 0
    days: int = 1
    world: str | None = None

    def __post_init__(self) -> None:
        if self.what not in KEYS_OF_CHANGE:
            raise InputError(f"change {self.what!r} is not known{_near(self.what, tuple(KEYS_OF_CHANGE))}.")
        if not (np.isfinite(self.factor) and self.factor >= 0.0):
            raise InputError(
                f"change {self.what!r}: factor={self.factor!r} makes a rate negative; it must be 0 or more."
            )
        if self.most < 0 or self.days < 1:
            raise InputError(
                f"change {self.what!r}: most={self.most} must be 0 or more and days={self.days} 1 or more."
            )
        for name in ("period", "world"):
            if name in KEYS_OF_CHANGE[self.what] and getattr(self, name) is None:
                raise InputError(f"change {self.what!r} needs the key {name!r}.")
        if self.period is not None and self.period[0] > self.period[1]:
            raise InputError(
                f"change {self.what!r}: the period {self.period[0]} to {self.period[1]} is empty."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named list of changes, made one after the other.

    Examples
    --------
    >>> Scenario(name="quiet", changes=(Change(what="baseline", actors=("Athens",)),)).changes[0].factor
    0.0
    """

    name: str = "scenario"
    about: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scenario may look at beside the world: its observed past, and other worlds.

    Attributes
    ----------
    history : EventHistory or None
        Observed events, for `replace`.
    courses : WorldForm or None
        The world over all days that are known, for `period`.
    worlds : mapping of str to WorldForm
        For `borrow`.
    """

    history: EventHistory | None = None
    courses: WorldForm | None = None
    worlds: Mapping[str, WorldForm] = field(default_factory=dict)


def changed_world(world: WorldForm, scenario: Scenario, setting: Setting | None = None) -> WorldForm:
    """Make the world of a scenario.

    Raises
    ------
    InputError
        If a change names an actor, instrument, day, period or world that is not there.
    """
    for change in scenario.changes:
        world = MAKERS[change.what](world, change, setting or Setting())
    return world


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"


def chosen(names: tuple[str, ...], known: tuple[str, ...], what: str, change: Change) -> NDArray[np.bool_]:
    """Mark the named ones among the known, all if none is named.

    Raises
    ------
    InputError
        If a name is not known, with the nearest one.
    """
    for name in names:
        if name not in known:
            raise InputError(
                f"change {change.what!r}: {what} {name!r} is not in the world{_near(name, known)}"
            )
    return np.array([not names or name in names for name in known])


def days_of(world: WorldForm, change: Change) -> tuple[int, int]:
    """Give the first and one-past-last step of a change.

    Raises
    ------
    InputError
        If a day lies outside the world, or the first comes after the last.
    """
    last = world.until
    for name in ("since", "until"):
        day = getattr(change, name)
        if day is not None and not world.origin <= day <= last:
            raise InputError(
                f"change {change.what!r}: {name} = {day} is outside the simulated days, "
                f"{world.origin} to {last}."
            )
    first = 0 if change.since is None else world.day(change.since)
    end = world.n_steps if change.until is None else world.day(change.until) + 1
    if first >= end:
        raise InputError(f"change {change.what!r}: since {change.since} comes after until {change.until}.")
    return first, end


def _masks(world: WorldForm, change: Change) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the channels of a change (N, N, K), and the joint ones between its actors and targets."""
    i = chosen(change.actors, world.actors, "actor", change)
    j = chosen(change.targets, world.actors, "actor", change)
    k = chosen(change.instruments, world.instruments, "instrument", change)
    mask = i[:, None, None] & j[None, :, None] & k
    return mask, mask | mask.transpose(1, 0, 2)


PHASED: Final = ("level", "channel", "joint_level", "joint_channel", "theta", "trigger")


def split_phases(world: WorldForm, first: int, end: int) -> tuple[WorldForm, NDArray[np.int64]]:
    """Give days first .. end - 1 phases of their own; returns them, with arrays that may be written to."""
    inside = np.zeros(world.n_steps, dtype=bool)
    inside[first:end] = True
    phase, rows = world.phase.copy(), list(range(world.n_phases))
    for p in np.unique(world.phase[inside]):
        if (world.phase[~inside] == p).any():
            phase[inside & (world.phase == p)] = len(rows)
            rows.append(int(p))
    arrays: dict[str, Any] = {name: getattr(world, name)[rows].copy() for name in PHASED}
    return replace(world, phase=phase, **arrays), np.unique(phase[inside])


def _scale_baseline(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    mask, joint = _masks(world, change)
    world, phases = split_phases(world, *days_of(world, change))
    for p in phases:
        world.level[p][mask] *= change.factor
        if change.joint:
            world.joint_level[p][joint] *= change.factor
    return world


def _scale_channels(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    mask, joint = _masks(world, change)
    world, phases = split_phases(world, *days_of(world, change))
    for p in phases:
        world.channel[p][mask] *= change.factor
        if change.joint:
            world.joint_channel[p][joint] *= change.factor
    return world


def _relations(world: WorldForm, change: Change) -> list[int]:
    """List the columns that a change names."""
    known = (*RELATIONS, *GROUPS)
    for name in change.relations:
        if name not in known:
            raise InputError(f"change 'relation': {name!r} is not a relation{_near(name, known)}")
    wanted = {r for name in change.relations for r in GROUPS.get(name, (name,))}
    sides = {c.name[c.name.index("[") + 1 : -1] for c in world.columns if c.side >= 0}
    if change.bloc is not None and change.bloc not in sides:
        split = f"split by {', '.join(sorted(sides))}" if sides else "not split by a bloc"
        raise InputError(
            f"change 'relation': the world's relations are {split}; there is no {change.bloc!r}."
        )
    ends = f"[{change.bloc}]"
    return [
        at for at, c in enumerate(world.columns)
        if c.relation in wanted and (change.bloc is None or c.name.endswith(ends))
    ]  # fmt: skip


def _scale_relation(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    """Scale theta; where targets or parties are named, split the factor off into trigger or spread."""
    columns = _relations(world, change)
    i = chosen(change.actors, world.actors, "actor", change)
    m = chosen(change.parties, world.actors, "actor", change)
    j = chosen(change.targets, world.actors, "actor", change)
    k = chosen(change.instruments, world.instruments, "instrument", change)
    q = chosen(change.answered, world.instruments, "instrument", change)
    narrow = [name for name, all_of in (("instruments", k), ("answered", q)) if not all_of.all()]
    named = [name for name, all_of in (("targets", j), ("parties", m)) if not all_of.all()]
    if len(named) > 1 or (named and narrow):
        raise InputError(
            f"change 'relation' names {' and '.join(named + narrow)}; name targets, or parties, or "
            "instruments and answered ones."
        )
    if not j.all():
        if (change.since, change.until) != (None, None):
            raise InputError("change 'relation' with targets holds on all days; leave since and until out.")
        spread = world.spread.copy()
        spread[np.ix_(np.array(columns), np.flatnonzero(i), np.flatnonzero(j))] *= change.factor
        return replace(world, spread=spread)
    world, phases = split_phases(world, *days_of(world, change))
    if not m.all():
        world.trigger[np.ix_(phases, np.array(columns), np.flatnonzero(i), np.flatnonzero(m))] *= (
            change.factor
        )
    else:
        at = (phases, np.flatnonzero(i), np.flatnonzero(k), np.array(columns), np.flatnonzero(q))
        world.theta[np.ix_(*at)] *= change.factor
    return world


def _replace_by_observed(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    """Silence the actors' channels and put the observed events of the period there, day by day."""
    history = setting.history
    if history is None or change.period is None:
        raise InputError(
            "change 'replace' needs observed events; a written world has none, only a fitted one."
        )
    mask, _ = _masks(world, change)
    begin, end = ((day - history.origin).days for day in change.period)
    if begin < 0 or end >= history.n_steps:
        raise InputError(
            f"change 'replace': the period {change.period[0]} to {change.period[1]} is outside the observed "
            f"days, {history.origin} to {history.date(history.n_steps - 1)}."
        )
    first, last = days_of(world, change)
    inside = (history.step >= begin) & (history.step <= end) & ~history.joint
    inside &= mask[history.source, history.target, history.instrument]
    step = history.step + first - begin
    at = np.flatnonzero(inside & (step < last))
    none = np.zeros(len(at), dtype=bool)
    put = Events(
        step[at].astype(np.int32), history.source[at], history.target[at], history.instrument[at],
        history.count[at], none, none, none,
    )  # fmt: skip
    silenced = _scale_channels(world, replace(change, factor=0.0), setting)
    joined = [np.concatenate([getattr(world.given, n), getattr(put, n)]) for n in Events.__slots__]
    return replace(silenced, given=Events(*joined))


def _other_period(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    """Give actors the course and exposure of another period from its first day on, again if too short."""
    known = setting.courses or world
    assert change.period is not None
    begin, end = (known.day(day) for day in change.period)
    if begin < 0 or end >= known.n_steps:
        raise InputError(
            f"change 'period': {change.period[0]} to {change.period[1]} is outside the known days, "
            f"{known.origin} to {known.until}."
        )
    first, last = days_of(world, change)
    i = np.flatnonzero(chosen(change.actors, world.actors, "actor", change))
    k = np.flatnonzero(chosen(change.instruments, world.instruments, "instrument", change))
    from_day = begin + np.arange(last - first) % (end - begin + 1)
    course, exposure = world.course.copy(), _wide(world.exposure, known.exposure)
    course[np.ix_(i, k, np.arange(first, last))] = known.course[np.ix_(i, k, from_day)]
    if len(k) == len(world.instruments):
        other = _wide(known.exposure, world.exposure)
        every = np.arange(exposure.shape[1])
        exposure[np.ix_(i, every, np.arange(first, last))] = other[np.ix_(i, every, from_day)]
    return replace(world, course=course, exposure=exposure)


def _wide(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Copy an exposure in the wider of two shapes."""
    n = max(one.shape[1], other.shape[1])
    return np.broadcast_to(one, (one.shape[0], n, one.shape[2])).copy()


def _cap(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    mask, _ = _masks(world, change)
    first, end = days_of(world, change)
    return replace(world, caps=(*world.caps, Cap(change.most, change.days, first, end, mask)))


def _borrow(world: WorldForm, change: Change, setting: Setting) -> WorldForm:
    """Give actors the levels, weights and targets of another world; courses are its mean."""
    name = str(change.world)
    if name not in setting.worlds:
        raise InputError(
            f"change 'borrow': the world {name!r} is not given{_near(name, tuple(setting.worlds))}"
        )
    other = setting.worlds[name]
    same = (world.actors, world.instruments, world.columns) == (
        other.actors,
        other.instruments,
        other.columns,
    )
    if not same or not np.array_equal(world.rho, other.rho):
        raise InputError(
            f"change 'borrow': the world {name!r} has other actors, instruments, relations or half-lives; "
            "both worlds must have the same."
        )
    i = np.flatnonzero(chosen(change.actors, world.actors, "actor", change))
    swell = (other.course * other.daily[:, None, :]).mean(axis=2)
    course, spread = world.course.copy(), world.spread.copy()
    arrays = {name: getattr(world, name).copy() for name in ("level", "channel", "theta", "trigger")}
    arrays["level"][:, i] = (other.level[0] * swell[:, None, :])[i]
    arrays["channel"][:, i] = other.channel[0][i]
    arrays["theta"][:, i] = other.theta[0][i]
    arrays["trigger"][:, :, i] = other.trigger[0][:, i]
    course[i], spread[:, i] = 1.0, other.spread[:, i]
    return replace(world, course=course, spread=spread, **arrays)


MAKERS: Final = {
    "baseline": _scale_baseline, "channels": _scale_channels, "relation": _scale_relation,
    "replace": _replace_by_observed, "period": _other_period, "cap": _cap, "borrow": _borrow,
}  # fmt: skip
