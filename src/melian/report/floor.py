"""Reaction against the placebo floor: who is above it, who is not, for whom it cannot be told, and why.

One reading of the placebo for the sentences of the page, its limits and the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from melian.report.numerals import FLOOR_WORDING, count, decimals, interval, listing, percent, share_text
from melian.report.reading import Reading

__all__ = ["FEW_EVENTS", "Floor", "floor_figure", "floor_of", "floor_sentence", "floor_words", "not_run"]

FEW_EVENTS = 200
"""Directed events under which a share of reaction that is not above the floor is no evidence of none."""
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Floor:
    """Actors with a share of reaction, those with most events first; `reason` says why some have no floor.

    Attributes
    ----------
    above, below : tuple of str
        Actors above the floor; those not above it.
    few : tuple of str
        Those of `below` with fewer than `FEW_EVENTS` events.
    untold : tuple of str
        Actors for whom the placebo gave no figure.
    """

    above: tuple[str, ...]
    below: tuple[str, ...]
    few: tuple[str, ...]
    untold: tuple[str, ...]
    reason: str

    @property
    def compared(self) -> int:
        """How many actors have both a share of reaction and a floor."""
        return len(self.above) + len(self.below)


def floor_of(reading: Reading) -> Floor:
    """Sort the actors by whether their share of reaction is above the placebo floor."""
    known = [actor for actor in reading.actors if reading.share(actor, "reaction").share is not None]
    told = [actor for actor in known if actor in reading.placebo]
    below = tuple(actor for actor in told if not reading.placebo[actor]["above"])
    untold = tuple(actor for actor in known if actor not in reading.placebo)
    return Floor(
        above=tuple(actor for actor in told if reading.placebo[actor]["above"]),
        below=below,
        few=tuple(actor for actor in below if reading.events[actor] < FEW_EVENTS),
        untold=untold,
        reason=reading.placebo_reason(untold),
    )


def floor_words(reading: Reading, actor: str) -> str:
    """Say on which side of its floor a share of reaction lies, to follow the share; empty without a floor."""
    if actor not in reading.placebo:
        return ""
    words = "above the placebo floor" if reading.placebo[actor]["above"] else FLOOR_WORDING
    return f", {words} of {floor_figure(reading, actor)}"


def floor_sentence(reading: Reading) -> str:
    """Say for whom the share of reaction is above the placebo floor, and for whom that cannot be told."""
    floor = floor_of(reading)
    if not floor.compared:
        return not_run(floor)
    parts = [_above(floor), *_below(reading, floor), *_few(reading, floor)]
    if floor.untold:
        parts.append(
            f"For {listing(floor.untold, MOST_NAMES)} the placebo gave no floor"
            + (f": {floor.reason}." if floor.reason else ".")
        )
    return " ".join(parts)


def not_run(floor: Floor) -> str:
    """Say that there is no floor, with the reason where one is given beyond that."""
    given = floor.reason and floor.reason not in ("not run", "no placebo was run")
    because = f" ({floor.reason})" if given else ""
    return f"The placebo was not run{because}, so no share of reaction can be held against a noise floor."


def _above(floor: Floor) -> str:
    if not floor.below:
        return f"The share of reaction is above the placebo floor for all {floor.compared} actors."
    if not floor.above:
        return f"The share of reaction is {FLOOR_WORDING} for any of the {floor.compared} actors."
    return (
        f"The share of reaction is above the placebo floor for {len(floor.above)} of {floor.compared} "
        f"actors: {listing(floor.above, MOST_NAMES)}."
    )


def _below(reading: Reading, floor: Floor) -> list[str]:
    enough = [actor for actor in floor.below if actor not in floor.few]
    if not enough:
        return []
    return [f"It is {FLOOR_WORDING} for {_each(enough, lambda a: _share_and_floor(reading, a))}."]


def _few(reading: Reading, floor: Floor) -> list[str]:
    if not floor.few:
        return []
    named = _each(floor.few, lambda actor: count(reading.events[actor]))
    return [
        f"There are too few events to tell for {named}: fewer than {FEW_EVENTS} events and {FLOOR_WORDING}."
    ]


def _share_and_floor(reading: Reading, actor: str) -> str:
    share = reading.share(actor, "reaction").share or 0.0
    row = reading.placebo[actor]
    ends = (row["placebo_low"], row["placebo_high"])
    floor = interval(*ends, decimals(ends[1])) if ends[0] != ends[1] else percent(row["placebo"])
    return f"{percent(share)}, floor {floor}"


def floor_figure(reading: Reading, actor: str) -> str:
    """Write the mean over the placebo fits, and their range where there are several."""
    row = reading.placebo[actor]
    ends = (row["placebo_low"], row["placebo_high"])
    return share_text(row["placebo"], *ends) if ends[0] != ends[1] else percent(row["placebo"])


def _each(actors: tuple[str, ...] | list[str], say: Callable[[str], str]) -> str:
    """List actors with a remark in brackets behind each."""
    return listing([f"{actor} ({say(actor)})" for actor in actors], MOST_NAMES)
