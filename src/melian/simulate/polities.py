"""The cast of the Aegean world: twelve polities, how they stand to one another, and how each one answers.

Every number here is made up. Names, leagues and years are from history; conduct is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "EPISODES",
    "LEAGUES",
    "PAIRS",
    "POLITIES",
    "POSTURES",
    "Episode",
    "Membership",
    "Polity",
    "Posture",
]

Posture = Literal["ally", "foe", "neutral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polity:
    """One polity and its character.

    Attributes
    ----------
    name : str
    character : str
        What it is meant to be, in a sentence.
    size : float
        How much it does of its own accord, beside Athens at 1.
    persistence, spread, reply, alarm, joining, alignment : float
        Totals as in `melian.simulate.Branching`, before targets and watched parties are weighed.
    joint : float
        Acts that follow a meeting, on its side.
    watches : tuple of str
        Third parties that set it off five times as much as others: by what they do (alarm, joining) or by
        what is done to them (alignment).
    taste : mapping of str to float
        Factors on its instruments.
    """

    name: str
    character: str
    size: float
    persistence: float = 0.12
    spread: float = 0.05
    reply: float = 0.1
    alarm: float = 0.03
    joining: float = 0.03
    alignment: float = 0.03
    joint: float = 0.15
    watches: tuple[str, ...] = ()
    taste: Mapping[str, float]


PELOPONNESIAN: Final = ("Corinth", "Megara", "Sparta", "Syracuse", "Thebes")

POLITIES: Final[tuple[Polity, ...]] = (
    Polity(
        name="Argos",
        character="Neutral between the leagues; talks to both sides and joins whoever presses Sparta.",
        size=0.42,
        joining=0.12,
        watches=("Athens",),
        taste={"soft_power": 1.6, "force": 0.4},
    ),
    Polity(
        name="Athens",
        character="The busiest, and mostly on its own initiative: it presses everybody and answers few.",
        size=1.0,
        persistence=0.16,
        spread=0.12,
        reply=0.08,
        alarm=0.02,
        joining=0.02,
        alignment=0.02,
        taste={"coercion": 1.5, "force": 1.3, "economy": 1.3},
    ),
    Polity(
        name="Chios",
        character="An ally that does as Athens does.",
        size=0.18,
        joining=0.22,
        watches=("Athens",),
        taste={"security_cooperation": 1.5, "economy": 1.3},
    ),
    Polity(
        name="Corcyra",
        character="Torn by its own factions; takes alarm at Corinth and turns to Athens.",
        size=0.3,
        reply=0.18,
        alarm=0.2,
        watches=("Corinth", "Syracuse"),
        taste={"force": 1.3},
    ),
    Polity(
        name="Corinth",
        character="Presses Sparta to act, and joins it against Athens and Corcyra.",
        size=0.5,
        persistence=0.16,
        reply=0.12,
        joining=0.2,
        watches=("Sparta", "Thebes"),
        taste={"contestation": 1.8, "coercion": 1.3},
    ),
    Polity(
        name="Macedon",
        character="Changes sides: what it does follows what its neighbours do to others, and spreads.",
        size=0.45,
        spread=0.18,
        alignment=0.14,
        watches=("Athens", "Sparta"),
        taste={"concession": 1.8, "soft_power": 1.3},
    ),
    Polity(
        name="Megara",
        character="Small, shut out of the markets; answers what is done to it.",
        size=0.22,
        reply=0.26,
        alarm=0.08,
        watches=("Athens",),
        taste={"contestation": 1.6, "economy": 0.5},
    ),
    Polity(
        name="Melos",
        character="Wants to be left alone. Nearly silent, and acted upon: what it does are answers.",
        size=0.06,
        persistence=0.08,
        spread=0.02,
        reply=0.26,
        alarm=0.08,
        joining=0.01,
        alignment=0.01,
        watches=("Athens",),
        taste={"contestation": 1.8, "force": 0.1, "coercion": 0.2},
    ),
    Polity(
        name="Persia",
        character="Far off and rich: gold rather than hoplites, on its own initiative.",
        size=0.5,
        persistence=0.14,
        spread=0.1,
        reply=0.05,
        alarm=0.01,
        joining=0.01,
        alignment=0.03,
        taste={"economy": 4.0, "soft_power": 1.8, "force": 0.1, "coercion": 0.4},
    ),
    Polity(
        name="Sparta",
        character="Slow to move by itself: it answers what Athens does to its allies, and joins them.",
        size=0.42,
        persistence=0.12,
        spread=0.04,
        reply=0.2,
        alarm=0.1,
        joining=0.1,
        alignment=0.26,
        watches=("Corinth", "Megara", "Syracuse", "Thebes"),
        taste={"coercion": 1.4, "force": 1.5, "economy": 0.4},
    ),
    Polity(
        name="Syracuse",
        character="Great in the west and long busy with itself: momentum more than answers.",
        size=0.4,
        persistence=0.3,
        spread=0.12,
        reply=0.1,
        watches=("Athens", "Corinth"),
        taste={"force": 1.2, "economy": 1.2},
    ),
    Polity(
        name="Thebes",
        character="Keeps at its neighbours by force, and follows Sparta.",
        size=0.42,
        persistence=0.28,
        joining=0.1,
        watches=("Sparta",),
        taste={"force": 2.0, "soft_power": 0.6},
    ),
)

PAIRS: Final[Mapping[tuple[str, str], tuple[float, Posture]]] = {
    ("Argos", "Athens"): (0.8, "ally"),
    ("Argos", "Corinth"): (0.8, "neutral"),
    ("Argos", "Sparta"): (1.8, "foe"),
    ("Athens", "Chios"): (1.2, "ally"),
    ("Athens", "Corcyra"): (1.5, "ally"),
    ("Athens", "Corinth"): (2.5, "foe"),
    ("Athens", "Macedon"): (1.4, "neutral"),
    ("Athens", "Megara"): (1.8, "foe"),
    ("Athens", "Melos"): (1.0, "foe"),
    ("Athens", "Persia"): (1.0, "neutral"),
    ("Athens", "Sparta"): (3.0, "foe"),
    ("Athens", "Syracuse"): (1.0, "foe"),
    ("Athens", "Thebes"): (2.2, "foe"),
    ("Chios", "Persia"): (0.5, "neutral"),
    ("Corcyra", "Corinth"): (2.5, "foe"),
    ("Corcyra", "Syracuse"): (0.6, "foe"),
    ("Corinth", "Megara"): (0.8, "ally"),
    ("Corinth", "Sparta"): (1.6, "ally"),
    ("Corinth", "Syracuse"): (1.0, "ally"),
    ("Macedon", "Sparta"): (0.9, "ally"),
    ("Megara", "Sparta"): (0.8, "ally"),
    ("Megara", "Thebes"): (0.6, "ally"),
    ("Melos", "Sparta"): (0.5, "ally"),
    ("Persia", "Sparta"): (1.4, "ally"),
    ("Sparta", "Syracuse"): (0.7, "ally"),
    ("Sparta", "Thebes"): (1.5, "ally"),
}
"""How much two polities have to do with each other (all other pairs: 0.25, neutral), and how."""

POSTURES: Final[Mapping[Posture, Mapping[str, float]]] = {
    "ally": {
        "coercion": 0.3,
        "concession": 0.5,
        "contestation": 0.5,
        "economy": 1.5,
        "force": 0.05,
        "security_cooperation": 1.5,
        "soft_power": 2.5,
    },
    "foe": {
        "coercion": 1.6,
        "concession": 0.3,
        "contestation": 1.6,
        "economy": 0.6,
        "force": 2.0,
        "security_cooperation": 0.02,
        "soft_power": 0.7,
    },
    "neutral": {
        "coercion": 0.5,
        "concession": 0.3,
        "contestation": 0.8,
        "economy": 1.2,
        "force": 0.3,
        "security_cooperation": 0.3,
        "soft_power": 2.0,
    },
}
"""What instruments fit a posture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A factor on what a polity does of its own accord between two days of the mapped calendar."""

    polity: str
    since: str
    until: str
    factor: float
    note: str


EPISODES: Final[tuple[Episode, ...]] = (
    Episode(polity="Athens", since="1570-05-15", until="1571-10-31", factor=0.55, note="the plague"),
    Episode(polity="Corcyra", since="1573-05-01", until="1575-07-01", factor=1.9, note="civil war"),
    Episode(polity="Syracuse", since="1573-09-01", until="1576-07-01", factor=1.8, note="first Sicilian war"),
    Episode(polity="Sparta", since="1576-06-01", until="1578-10-31", factor=2.4, note="Brasidas in Thrace"),
)
"""Swells and lulls with a name; each comes and goes within a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A polity's place in a league between two days of the mapped calendar (inclusive; empty is open)."""

    polity: str
    league: Literal["DELIAN", "PELOPONNESIAN"]
    since: str
    until: str = ""
    note: str = ""


LEAGUES: Final[tuple[Membership, ...]] = (
    *(Membership(polity=name, league="DELIAN", since="1522-01-01") for name in ("Athens", "Chios")),
    Membership(polity="Corcyra", league="DELIAN", since="1567-08-01", note="defensive alliance of 433 BC"),
    Membership(polity="Macedon", league="DELIAN", since="1569-07-01", until="1571-06-30", note="Perdiccas"),
    *(
        Membership(polity=name, league="PELOPONNESIAN", since="1500-01-01", note="rounded")
        for name in PELOPONNESIAN
    ),
    Membership(
        polity="Macedon", league="PELOPONNESIAN", since="1576-06-01", until="1577-12-31", note="Brasidas"
    ),
)
"""Membership as the reports' calendar has it; Argos, Melos and Persia stand outside."""
