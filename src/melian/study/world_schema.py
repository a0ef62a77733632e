"""The world file's keys: name, default, what is allowed and what it means, all in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from melian.options import INSTRUMENTS
from melian.study.keys import Key, key
from melian.study.kinds import Choice, Day, Flag, Kind, Many, Number, Text, Whole
from melian.worlds.scenario import KEYS_OF_CHANGE

__all__ = ["LISTS", "REQUIRED", "TABLES", "By", "world_keys"]

INSTRUMENT: Final = Choice(INSTRUMENTS)
TOTAL: Final = Number(0, 0.95)
RATE: Final = Number(0, 1e6)
ACTOR: Final = Text("the name of an actor")
REQUIRED: Final = object()
"""Stands for the default of a key that has none."""


@dataclass(frozen=True, slots=True)
class By:
    """A table of names and numbers, such as `{force = 1.3}`."""

    item: Kind

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        return f"a table of instruments, each {self.item.allowed}"

    def read(self, value: object) -> dict[str, object]:
        """Read a table name by name."""
        if not isinstance(value, dict):
            raise ValueError(f"{value!r} is not {self.allowed}")
        return {str(INSTRUMENT.read(name)): self.item.read(item) for name, item in value.items()}


@dataclass(frozen=True, slots=True)
class WorldKeys:
    """`[world]`: who and when."""

    since: dt.date = key(REQUIRED, Day(), "First day of the record.")  # noqa: RUF009
    until: dt.date = key(REQUIRED, Day(), "Last day of the record.")  # noqa: RUF009
    instruments: tuple[str, ...] = key(REQUIRED, Many(INSTRUMENT, at_least=1), "Instruments that there are.")
    name: str = key("a world", Text(), "Name of the world.")
    about: str = key("", Text(), "What it is, in a sentence.")
    seed: int = key(1, Whole(0, 2**31 - 1), "Seed of what the file leaves to chance.")
    events: int | None = key(
        None,
        Whole(1, 10**9),
        "Directed events to expect from `since` to `until`: levels are scaled to it. Left out: a channel's "
        "level is `size` x pair `weight` x posture x taste, in events a day.",
    )
    weekend: float = key(1.0, Number(0, 10), "What a Saturday or Sunday carries of a weekday's events.")
    split: str | None = key(
        None,
        Text("the name of a bloc"),
        "Bloc by which relations to third parties are split, for `[[change]]`.",
    )


@dataclass(frozen=True, slots=True)
class BaselineKeys:
    """`[baseline]`: what actors do of their own accord."""

    shape: float = key(
        0.0, Number(0, 1e6), "Shape of the gamma-distributed noise of levels; 0: levels are as written."
    )
    amplitude: float = key(0.0, Number(0, 3), "Amplitude of the log of the slow courses; 0: none.")
    periods: tuple[float, ...] = key(
        (300.0, 900.0),
        Many(Number(7, 36500, "days"), at_least=2),
        "Shortest and longest period of the courses.",
    )


@dataclass(frozen=True, slots=True)
class AttentionKeys:
    """`[attention]`: the wave of attention."""

    follow: float = key(0.0, Number(0, 1), "How far the baseline of all actors follows the wave.")
    wave: float = key(0.0, Number(0, 3), "Standard deviation of the log of the wave.")
    elsewhere: float = key(0.0, Number(0, 1e6), "Reports a day among others, which follow the wave.")


@dataclass(frozen=True, slots=True)
class AnswersKeys:
    """`[answers]`: what follows from what, for actors that say nothing else."""

    persistence: float = key(0.0, TOTAL, "Offspring of one event in its own channel.")
    spread: float = key(0.0, TOTAL, "Its source's acts towards others that follow.")
    reply: float = key(0.0, TOTAL, "Acts of its target towards its source.")
    alarm: float = key(0.0, TOTAL, "Acts of its target towards third parties.")
    joining: float = key(0.0, TOTAL, "Acts of a third party towards its target, if all had this total.")
    alignment: float = key(0.0, TOTAL, "Acts of a third party towards its source, if all had this total.")
    joint: float = key(0.0, TOTAL, "Acts of either side that follow a joint event.")
    same_instrument: float = key(1.0, Number(0, 1), "Share of the offspring of their parent's instrument.")
    same_family: float = key(
        0.0, Number(0, 1), "Share of another instrument of its family; the rest is across."
    )
    families: tuple[tuple[str, ...], ...] = key(
        (), Many(Many(INSTRUMENT, at_least=1)), "Instruments that belong together; the others are one family."
    )
    provocation: float = key(
        0.0, Number(0, 3), "Coefficient of variation, over instruments, of how much an event brings about."
    )
    half_lives: tuple[float, ...] = key(
        (1.0, 5.0, 20.0), Many(Number(0.1, 3650, "days"), at_least=1), "Half-lives of the delays."
    )
    weights: tuple[float, ...] = key(
        (0.5, 0.3, 0.2), Many(Number(0, 1), at_least=1), "Share of each half-life; they sum to one."
    )
    watched: float = key(1.0, Number(0, 100), "Factor on answers to third parties that an actor watches.")
    unwatched: float = key(1.0, Number(0, 100), "Factor on those to others, for actors that watch somebody.")


@dataclass(frozen=True, slots=True)
class MeetingsKeys:
    """`[meetings]`: joint events."""

    ratio: float = key(0.0, Number(0, 100), "Joint events that come of themselves, for each directed one.")
    again: float = key(0.0, TOTAL, "Joint events of the same two that follow one.")
    instruments: dict[str, float] | None = key(None, By(Number(0, 1e6)), "Their instruments, with shares.")  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class OthersKeys:
    """`[others]`: all pairs that `[[pairs]]` does not name."""

    weight: float = key(1.0, Number(0, 1e6), "How much they have to do with each other.")
    posture: str = key("plain", Text("the name of a posture"), "How they stand.")


@dataclass(frozen=True, slots=True)
class ReportingKeys:
    """`[reporting]`: how acts become reports, in the table that is written."""

    one_sided: float = key(0.0, Number(0, 1), "Share of the joint events that one side only tells of.")
    again: float = key(0.0, Number(0, 1), "Share of the stories told again.")
    delays: tuple[int, ...] = key((0,), Many(Whole(0, 365, "days"), at_least=1), "After how many days.")
    statements: float = key(0.0, Number(0, 100), "Reports of mere statements for each act.")
    reactive: dict[str, float] | None = key(  # noqa: RUF009
        None, By(Number(0, 1)), "Share of the reactions under codes that answer by their meaning."
    )
    quarrels: tuple[str, ...] = key((), Many(ACTOR), "Actors with quarrels at home (the Aegean's demo only).")
    elsewhere: tuple[str, ...] = key((), Many(ACTOR), "Names of the others, the busiest first.")


@dataclass(frozen=True, slots=True)
class ActorKeys:
    """`[actors.NAME]`: one actor."""

    about: str = key("", Text(), "What it is like, in a sentence.")
    size: float = key(1.0, RATE, "How much it does of its own accord.")
    persistence: float | None = key(None, TOTAL, "As in `[answers]`, for this actor; so all that follow.")
    spread: float | None = key(None, TOTAL, "")
    reply: float | None = key(None, TOTAL, "")
    alarm: float | None = key(None, TOTAL, "")
    joining: float | None = key(None, TOTAL, "")
    alignment: float | None = key(None, TOTAL, "")
    joint: float | None = key(None, TOTAL, "")
    watches: tuple[str, ...] = key((), Many(ACTOR), "Third parties whose acts it answers more than others'.")
    taste: dict[str, float] | None = key(None, By(RATE), "Factors on its instruments.")  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class PairKeys:
    """`[[pairs]]`: two actors that have to do with each other."""

    actors: tuple[str, ...] = key(REQUIRED, Many(ACTOR, at_least=2), "The two.")
    weight: float = key(1.0, RATE, "How much they have to do with each other.")
    posture: str = key("plain", Text("the name of a posture"), "How they stand.")


@dataclass(frozen=True, slots=True)
class EpisodeKeys:
    """`[[episodes]]`: a swell or lull of what one actor does of its own accord."""

    actor: str = key(REQUIRED, ACTOR, "Whose.")
    since: dt.date = key(REQUIRED, Day(), "First day.")  # noqa: RUF009
    until: dt.date = key(REQUIRED, Day(), "Last day.")  # noqa: RUF009
    factor: float = key(REQUIRED, RATE, "How much.")
    note: str = key("", Text(), "What it is.")


@dataclass(frozen=True, slots=True)
class BlocKeys:
    """`[[blocs]]`: a membership."""

    actor: str = key(REQUIRED, ACTOR, "Who.")
    bloc: str = key(REQUIRED, Text("the name of a bloc"), "Of which bloc.")
    since: dt.date = key(REQUIRED, Day(), "First day.")  # noqa: RUF009
    until: dt.date | None = key(None, Day(), "Last day; left out: open.")  # noqa: RUF009
    note: str = key("", Text(), "")


@dataclass(frozen=True, slots=True)
class LevelKeys:
    """`[[levels]]`: the level of one channel, in the place of what sizes and pairs give."""

    source: str = key(REQUIRED, ACTOR, "Who acts.")
    target: str = key(REQUIRED, ACTOR, "On whom.")
    instrument: str = key(REQUIRED, INSTRUMENT, "How.")
    per_day: float = key(REQUIRED, RATE, "Events a day that come of themselves.")


@dataclass(frozen=True, slots=True)
class ChangeKeys:
    """`[[change]]`: a change to what the rest of the file says; the same as in a scenario."""

    what: str = key(REQUIRED, Choice(tuple(KEYS_OF_CHANGE)), "Kind of the change.")
    actors: tuple[str, ...] = key((), Many(ACTOR), "Whose acts; empty: all actors.")
    targets: tuple[str, ...] = key((), Many(ACTOR), "Towards whom.")
    instruments: tuple[str, ...] = key((), Many(Text("an instrument")), "Of which instruments.")
    since: dt.date | None = key(None, Day(), "First day; left out: the world's first.")  # noqa: RUF009
    until: dt.date | None = key(None, Day(), "Last day; left out: the world's last.")  # noqa: RUF009
    factor: float = key(0.0, Number(0, 1e6), "Factor on the rate; 0 silences.")
    joint: bool = key(False, Flag(), "Joint events, too.")
    relations: tuple[str, ...] = key(
        ("all",), Many(Text("a relation")), "Relations, momentum, reaction or all."
    )
    parties: tuple[str, ...] = key((), Many(ACTOR), "The other actor in the event that is answered.")
    answered: tuple[str, ...] = key((), Many(Text("an instrument")), "Instruments that are answered.")
    bloc: str | None = key(
        None, Text("the name of a bloc, or rest"), "One side of relations split by a bloc."
    )
    period: tuple[dt.date, ...] | None = key(
        None, Many(Day(), at_least=2), "First and last day of another period."
    )
    most: int = key(0, Whole(0, 10**9), "Acts allowed in every `days` days.")
    days: int = key(1, Whole(1, 36500), "See `most`.")
    world: str | None = key(None, Text("the path of a world or study file"), "The other world.")


TABLES: Final[dict[str, type]] = {
    "world": WorldKeys, "baseline": BaselineKeys, "attention": AttentionKeys, "answers": AnswersKeys,
    "meetings": MeetingsKeys, "others": OthersKeys, "reporting": ReportingKeys,
}  # fmt: skip
LISTS: Final[dict[str, type]] = {
    "pairs": PairKeys, "episodes": EpisodeKeys, "blocs": BlocKeys, "levels": LevelKeys, "change": ChangeKeys,
}  # fmt: skip


def world_keys(kind: type, name: str) -> Iterator[Key]:
    """Give the keys of one kind of table in the order they are declared."""
    for item in fields(kind):
        yield Key(name, item.name, item.default, item.metadata["kind"], item.metadata["meaning"])
