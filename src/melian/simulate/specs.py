"""What a simulated world is made of: frozen configurations, checked when made, without any arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from melian.errors import InputError, check_option
from melian.options import RELATIONS

__all__ = ["Baseline", "Branching", "Kernel", "Regime", "World", "WorldSpec"]

KernelShape = Literal["geometric", "power", "uniform"]
CourseShape = Literal["sine", "smooth"]
TargetRule = Literal["uniform", "level"]


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name}={value!r} is outside {low} to {high}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """How long after its parent an event comes, in steps.

    Attributes
    ----------
    shape : {"geometric", "power", "uniform"}
        A mixture of geometric decays (what the fit assumes, if not at these half-lives), a power law
        proportional to (lag + 2)**-2, or every lag equally likely.
    half_lives, weights : tuple of float
        Half-lives in steps and their weights, which sum to one; only for the geometric shape.
    reach : int
        Longest lag of the power and uniform shapes.
    same_step : float
        Share of the offspring that come within the parent's own step, where no daily model can see them.
    """

    shape: KernelShape = "geometric"
    half_lives: tuple[float, ...] = (1.5, 12.0)
    weights: tuple[float, ...] = (0.6, 0.4)
    reach: int = 40
    same_step: float = 0.0

    def __post_init__(self) -> None:
        check_option("kernel.shape", self.shape, ("geometric", "power", "uniform"))
        _between("kernel.same_step", self.same_step, 0.0, 1.0)
        if len(self.half_lives) != len(self.weights) or abs(sum(self.weights) - 1) > 1e-9:
            raise InputError(
                f"kernel.weights={self.weights!r} must hold one weight per half-life of {self.half_lives!r} "
                "and sum to one."
            )
        if min(self.half_lives) <= 0 or self.reach < 1:
            raise InputError("kernel.half_lives must be above 0 and kernel.reach at least 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What actors do of their own accord: levels, slow courses, exposure to attention.

    Attributes
    ----------
    events : int
        Directed events among the visible actors to be expected over all steps.
    shape : float
        Shape of the gamma distribution of channel levels; below one most channels are nearly silent.
    spread : float
        Standard deviation of the log of actor sizes (as sources, and half of it as targets).
    silent : float
        Share of channels that have no level of their own at all.
    course : {"sine", "smooth"}
        Slow courses as one sine wave per channel group, or as smooth noise.
    amplitude : float
        Amplitude of the log of the courses; 0 makes the baseline constant.
    periods : (float, float)
        Shortest and longest period of the courses, in steps.
    kappa : float
        Exposure to the wave of attention: e(t) = 1 - kappa + kappa * wave(t).
    wave : float
        Standard deviation of the log of the wave, which the reports of the rest of the world follow too,
        whatever `kappa`.
    wave_days : float
        Time scale of the wave in steps.
    joint_ratio : float
        Joint events that come of themselves, for each directed event that does.
    """

    events: int = 20_000
    shape: float = 0.5
    spread: float = 0.6
    silent: float = 0.0
    course: CourseShape = "sine"
    amplitude: float = 0.4
    periods: tuple[float, float] = (120.0, 700.0)
    kappa: float = 0.0
    wave: float = 0.0
    wave_days: float = 40.0
    joint_ratio: float = 0.0

    def __post_init__(self) -> None:
        check_option("baseline.course", self.course, ("sine", "smooth"))
        _between("baseline.kappa", self.kappa, 0.0, 1.0)
        _between("baseline.silent", self.silent, 0.0, 0.99)
        if self.events < 1 or self.shape <= 0 or not 0 < self.periods[0] <= self.periods[1]:
            raise InputError("baseline.events, shape and periods must be above 0, periods in rising order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branching:
    """What follows from what: totals per relation and how they are spread.

    A total is MODEL.md's capital theta: the expected offspring of one parent event over the channels that it
    opens (one for persistence and reply, N - 2 for the third-party relations), if every actor answered with
    the mean strength. `joint` counts for each of the two actors; `joint_self` is the expected joint offspring
    of a joint event, which carries its parent's instrument.

    Attributes
    ----------
    persistence, spread, reply, alarm, joining, alignment, joint, joint_self : float
    variation : float
        Coefficient of variation of an actor's own totals around the world's.
    same_instrument : float
        Share of offspring that carry their parent's instrument; the rest is cast over the others.
    provocation : float
        Coefficient of variation, over instruments, of how much an event of it brings about.
    targets : {"uniform", "level"}
        Third-party offspring fall on all targets alike, or in proportion to the level of the pair.
    kernel : Kernel
    """

    persistence: float = 0.2
    spread: float = 0.08
    reply: float = 0.15
    alarm: float = 0.05
    joining: float = 0.05
    alignment: float = 0.05
    joint: float = 0.0
    joint_self: float = 0.0
    variation: float = 0.3
    same_instrument: float = 0.7
    provocation: float = 0.2
    targets: TargetRule = "uniform"
    kernel: Kernel = field(default_factory=Kernel)

    def __post_init__(self) -> None:
        check_option("branching.targets", self.targets, ("uniform", "level"))
        for name in (*RELATIONS, "joint_self"):
            _between(f"branching.{name}", getattr(self, name), 0.0, 0.95)
        _between("branching.same_instrument", self.same_instrument, 0.0, 1.0)
        _between("branching.variation", self.variation, 0.0, 2.0)

    def totals(self) -> tuple[float, ...]:
        """Give the totals in the order of `melian.options.RELATIONS`."""
        return tuple(getattr(self, name) for name in RELATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """A break at `step`: levels jump by exp(normal(0, spread)) and the reaction totals by a factor."""

    step: int
    spread: float = 0.7
    reaction: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world to simulate: who, how long, and what drives them.

    Attributes
    ----------
    actors, instruments : tuple of str
        Labels in sorted order.
    hidden : tuple of str
        Actors that act in the world and are taken out of everything that the fit sees.
    n_steps : int
        Days of the record, from `origin`.
    warmup : int
        Days simulated before the record begins; their events are parents and nothing else.
    origin : datetime.date
    seed : int
    weekend : float
        What a Saturday or Sunday carries of a weekday's reports, offspring too.
    elsewhere : float
        Reports per day among actors outside the world, which follow the wave.
    baseline, branching, regime
        The parts.
    reactive : mapping of str to float
        Instrument to the share of its reactions that carry a code which is an answer by its own meaning;
        no other event carries such a code.
    answers_only : tuple of str
        Instruments used in reaction only: without baseline, and no offspring of momentum or meetings.
    joint_instruments : tuple of str
        Instruments of joint events; all of them if not given.

    Examples
    --------
    >>> World(actors=("A", "B", "C"), instruments=("coercion", "force"), n_steps=365).n_actors
    3
    """

    actors: tuple[str, ...]
    instruments: tuple[str, ...]
    n_steps: int
    hidden: tuple[str, ...] = ()
    warmup: int = 120
    origin: dt.date = dt.date(2015, 1, 5)
    seed: int = 1
    weekend: float = 1.0
    elsewhere: float = 30.0
    baseline: Baseline = field(default_factory=Baseline)
    branching: Branching = field(default_factory=Branching)
    regime: Regime | None = None
    reactive: Mapping[str, float] = field(default_factory=dict)
    answers_only: tuple[str, ...] = ()
    joint_instruments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("actors", "instruments"):
            labels = getattr(self, name)
            if list(labels) != sorted(set(labels)):
                raise InputError(f"world.{name}={labels!r} must be distinct and in sorted order.")
        if self.n_actors < 2 or not self.instruments or self.n_steps < 1 or self.warmup < 0:
            raise InputError("a world needs at least two actors, one instrument and one step.")
        for name, labels, known in (
            ("hidden", self.hidden, self.actors),
            ("reactive", self.reactive, self.instruments),
            ("answers_only", self.answers_only, self.instruments),
            ("joint_instruments", self.joint_instruments, self.instruments),
        ):
            for label in labels:
                check_option(f"world.{name}", label, known)
        _between("world.weekend", self.weekend, 0.0, 10.0)

    @property
    def n_actors(self) -> int:
        """Number of actors, hidden ones too."""
        return len(self.actors)

    @property
    def n_instruments(self) -> int:
        """Number of instruments."""
        return len(self.instruments)

    @property
    def n_days(self) -> int:
        """Simulated days: warm-up and record."""
        return self.warmup + self.n_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """A named world of the recovery grid.

    `apart` is set for worlds that break the model in a way no fit can mend (a hidden actor): their errors are
    reported apart. `tags` say what the world is there to try.
    """

    name: str
    purpose: str
    world: World
    apart: bool = False
    tags: tuple[str, ...] = ()
