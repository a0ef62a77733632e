"""Which actors a history is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from melian.codebook import load_codebook
from melian.data.levels import Blocs
from melian.data.queries import statement
from melian.errors import InputError

if TYPE_CHECKING:
    import duckdb

    from melian.data.funnel import FunnelRun

__all__ = ["ActorChoice", "actor_events", "choose_actors"]


@dataclass(frozen=True, slots=True)
class ActorChoice:
    """What the user asked for.

    Attributes
    ----------
    actors : sequence of str or None
        Codes and blocs with a colon; None takes the most active ones.
    n_actors : int or None
        How many where `actors` is None; None takes all.
    keep_idle : bool
        Keep named actors without events in the window.
    """

    actors: Sequence[str] | None = None
    n_actors: int | None = 30
    keep_idle: bool = False


def actor_events(
    connection: duckdb.DuckDBPyConnection, run: FunnelRun, since: dt.date, until: dt.date
) -> dict[str, int]:
    """Count each actor's events in the window, as source and as target."""
    rows = connection.execute(statement("load_counts"), {"since": since, "until": until}).fetchall()
    return {run.labels[number]: int(events) for number, events in rows}


def choose_actors(
    choice: ActorChoice,
    events: Mapping[str, int],
    *,
    labels: Sequence[str],
    blocs: Blocs,
    days: tuple[dt.date, dt.date],
) -> tuple[str, ...]:
    """Give the actors of the history, sorted.

    Parameters
    ----------
    choice : ActorChoice
    events : mapping of actor to number of events in the window
    labels : sequence of str
        All actors of the store, sorted.
    blocs : Blocs
    days : (date, date)
        First and last day of the window.
    """
    first, last = days
    if choice.n_actors is not None and choice.n_actors < 2:
        raise InputError(f"n_actors={choice.n_actors} is too small; a history needs two actors or more.")
    if not any(events.values()):
        raise InputError(
            f"the window from {first} to {last} holds no events after the funnel; widen since/until."
        )
    if choice.actors is None:
        ranked = sorted((label for label in labels if events.get(label)), key=lambda a: (-events[a], a))
        return tuple(sorted(ranked[: choice.n_actors]))
    named = tuple(_named(choice, events, labels=labels, blocs=blocs, days=days))
    if len(named) < 2:
        raise InputError(f"actors={list(choice.actors)!r} names fewer than two actors; a history needs two.")
    return tuple(sorted(set(named)))


def _named(
    choice: ActorChoice,
    events: Mapping[str, int],
    *,
    labels: Sequence[str],
    blocs: Blocs,
    days: tuple[dt.date, dt.date],
) -> Iterator[str]:
    for actor in choice.actors or ():
        if actor.endswith(":") and actor not in labels:
            # A bloc stands for those of its members that act; one without events is no mistake of the user's.
            yield from (m for m in blocs.members(actor[:-1], *days) if events.get(m))
        else:
            yield _known(actor, events, labels=labels, days=days, keep_idle=choice.keep_idle)


def _known(
    actor: str,
    events: Mapping[str, int],
    *,
    labels: Sequence[str],
    days: tuple[dt.date, dt.date],
    keep_idle: bool,
) -> str:
    if keep_idle or events.get(actor):
        return actor
    if actor in labels:
        raise InputError(
            f"actor {actor!r} has no events from {days[0]} to {days[1]} after the funnel; leave it out."
        )
    by_name = load_codebook().countries.get(actor, "")
    folded = {label.casefold(): label for label in labels}
    like = get_close_matches(actor.casefold(), folded, n=3, cutoff=0.5)
    near = [by_name] if by_name in labels else [folded[one] for one in like]
    hint = f" Nearest: {', '.join(near)}." if near else ""
    raise InputError(f"actor {actor!r} is not in the store; `melian describe` lists the actors.{hint}")
