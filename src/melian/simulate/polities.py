"""Who plays in a world made by hand: actors, how they stand to one another, episodes and memberships.

The cast of the Aegean world is read from its file, `melian/worlds/aegean.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from melian.options import RELATIONS

__all__ = ["AEGEAN_FILE", "Cast", "Episode", "Membership", "Polity", "aegean_tables", "cast_of"]

AEGEAN_FILE: Final = Path(__file__).parents[1] / "worlds" / "aegean.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polity:
    """One actor and its character.

    Attributes
    ----------
    name : str
    character : str
        What it is meant to be, in a sentence.
    size : float
        How much it does of its own accord, beside the others.
    persistence, spread, reply, alarm, joining, alignment : float
        Totals as in `melian.simulate.Branching`, before targets and watched parties are weighed.
    joint : float
        Acts that follow a meeting, on its side.
    watches : tuple of str
        Third parties that set it off more than others: by what they do (alarm, joining) or by what is done to
        them (alignment).
    taste : mapping of str to float
        Factors on its instruments.
    """

    name: str
    character: str
    size: float
    persistence: float
    spread: float
    reply: float
    alarm: float
    joining: float
    alignment: float
    joint: float
    watches: tuple[str, ...] = ()
    taste: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A factor on what an actor does of its own accord between two days."""

    polity: str
    since: str
    until: str
    factor: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An actor's place in a bloc between two days (inclusive; empty is open)."""

    polity: str
    league: str
    since: str
    until: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The characters of a world made by hand; `docs/simulation.md` explains every part.

    Attributes
    ----------
    polities : tuple of Polity
        By name.
    pairs : mapping of (str, str) to (float, str)
        Weight and posture of pairs, names in order.
    other : (float, str)
        Weight and posture of all other pairs.
    postures : mapping of str to mapping of str to float
        Instruments that fit a posture.
    episodes : tuple of Episode
    leagues : tuple of Membership
    families : tuple of tuple of str
        Instruments that belong together; what is in none of them is one more.
    same_instrument, same_family : float
    season, meetings : mapping of str to float
        By instrument: swell around midsummer, share of the joint events.
    watched, unwatched : float
    shape : float
        Shape of the gamma noise of levels; 0 for none.
    scaled : bool
        Whether levels are scaled to the world's expected events.
    """

    polities: tuple[Polity, ...]
    pairs: Mapping[tuple[str, str], tuple[float, str]]
    other: tuple[float, str]
    postures: Mapping[str, Mapping[str, float]]
    episodes: tuple[Episode, ...]
    leagues: tuple[Membership, ...]
    families: tuple[tuple[str, ...], ...]
    same_instrument: float
    same_family: float
    season: Mapping[str, float]
    meetings: Mapping[str, float]
    watched: float
    unwatched: float
    shape: float
    scaled: bool


@cache
def aegean_tables() -> dict[str, Any]:
    """Read the Aegean's file; it is complete, so no defaults are needed."""
    return tomllib.loads(AEGEAN_FILE.read_text(encoding="utf-8"))


def cast_of(tables: Mapping[str, Any]) -> Cast:
    """Make the cast from the tables of a world file, defaults filled in.

    Examples
    --------
    >>> [polity.name for polity in cast_of(aegean_tables()).polities][:2]
    ['Argos', 'Athens']
    """
    answers = tables["answers"]
    return Cast(
        polities=tuple(_polity(name, tables["actors"][name], answers) for name in sorted(tables["actors"])),
        pairs=_pairs(tables.get("pairs", ())),
        other=(tables["others"]["weight"], tables["others"]["posture"]),
        postures=tables["postures"],
        episodes=tuple(
            Episode(
                polity=row["actor"], since=str(row["since"]), until=str(row["until"]), factor=row["factor"],
                note=row.get("note", ""),
            )
            for row in tables.get("episodes", ())
        ),
        leagues=tuple(
            Membership(
                polity=row["actor"], league=row["bloc"], since=str(row["since"]),
                until=str(row.get("until") or ""), note=row.get("note", ""),
            )
            for row in tables.get("blocs", ())
        ),
        families=tuple(tuple(names) for names in answers["families"]),
        same_instrument=answers["same_instrument"],
        same_family=answers["same_family"],
        season=tables.get("season", {}),
        meetings=tables["meetings"]["instruments"],
        watched=answers["watched"],
        unwatched=answers["unwatched"],
        shape=tables["baseline"]["shape"],
        scaled=tables["world"].get("events") is not None,
    )  # fmt: skip


def _pairs(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[float, str]]:
    ends = ((*sorted(row["actors"]), row) for row in rows)
    return {(a, b): (row["weight"], row["posture"]) for a, b, row in ends}


def _polity(name: str, row: Mapping[str, Any], answers: Mapping[str, Any]) -> Polity:
    totals = {relation: row.get(relation, answers[relation]) for relation in RELATIONS}
    return Polity(
        name=name, character=row.get("about", ""), size=row["size"], watches=tuple(row.get("watches", ())),
        taste=row.get("taste", {}), **totals,
    )  # fmt: skip
