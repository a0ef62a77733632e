"""Arrays that the kernels of relational event models share: what is computed, and where it stands now.

Rows are dyads of a block of event types, d = (c N + i) N + j; N actors, C blocks, D = C N N rows. Columns are
the K statistics before interactions; a model has p columns, each a product of some of them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

__all__ = [
    "DEGREE",
    "DEGREE_PAIR",
    "DYAD",
    "FOUR_CYCLE",
    "LAST",
    "LOG1P",
    "PROP",
    "PSHIFT",
    "RANK",
    "RAW",
    "RECENCY",
    "STATIC",
    "STD",
    "TRIAD",
    "Changes",
    "Layout",
    "Observed",
    "State",
    "Sums",
]

STATIC: Final = 0
DYAD: Final = 1
DEGREE: Final = 2
TRIAD: Final = 3
FOUR_CYCLE: Final = 4
PSHIFT: Final = 5
LAST: Final = 6
RANK: Final = 7
DEGREE_PAIR: Final = 8
"""Families of statistics: what an event changes."""

RAW: Final = 0
LOG1P: Final = 1
PROP: Final = 2
STD: Final = 3
RECENCY: Final = 4
"""What is done to a raw statistic before it enters the model."""


class Layout(NamedTuple):
    """What the columns are; never changed.

    family, variant, scaling, divisor : (K,) int64
    fallback : (K,) float64
        Value of a proportion without events.
    user_first : (L + 1,) int64; user_column, user_block : (n,) int64
        For each layer of counts, the columns and blocks that are computed from it.
    source : (K, C) int64
        Layer of a column in a block.
    presence : (L,) bool
        Layers that count partners instead of events.
    region : (L,) int64
        Rows that a change of the layer may touch: 1 row of the sender, 2 its column, 4 row of the receiver,
        8 its column, 16 the dyad and its reverse, 32 those of the event before as well.
    slot : (K,) int64
        Place of a rank column in `State.order`.
    factor : (p, F) int64
        Columns whose product is the model column, -1 beyond the last.
    """

    family: Any
    variant: Any
    scaling: Any
    divisor: Any
    fallback: Any
    user_first: Any
    user_column: Any
    user_block: Any
    source: Any
    presence: Any
    region: Any
    slot: Any
    factor: Any


class State(NamedTuple):
    """Where the counts and statistics stand.

    count, held : (L, N, N) float64
        What the statistics are made of; number of events behind it, in layers of presence.
    out, into : (L, N) float64; total : (L,) float64
    live_out, live_into : (L, N) int64; live : (L,) int64
        Number of events in these sums.
    previous : (L, 2) int64
        Sender and receiver of the event before, -1 where there is none.
    order : (R, N, N) int64; length : (R, N) int64
        Partners of each actor, the latest first.
    raw : (D, K) float64
    mean, deviation : (K,) float64
        Of the columns that are standardised, over the dyads at risk.
    """

    count: Any
    held: Any
    out: Any
    into: Any
    total: Any
    live_out: Any
    live_into: Any
    live: Any
    previous: Any
    order: Any
    length: Any
    raw: Any
    mean: Any
    deviation: Any


class Changes(NamedTuple):
    """What enters or leaves the counts before each step, in order.

    first : (n_steps + 1,) int64
    layer, sender, receiver : (n,) int64
    amount, time : (n,) float64
    silent : (n,) bool
        True where the entry ends the turn of the event before without beginning one of its own.
    """

    first: Any
    layer: Any
    sender: Any
    receiver: Any
    amount: Any
    time: Any
    silent: Any


class Observed(NamedTuple):
    """What is observed in each step.

    first : (n_steps + 1,) int64; row : (n,) int64
        Rows of the events of a step.
    exposure : (n_steps,) float64
        Time at risk that ends with the step.
    now : (n_steps,) float64
        Time that ages are counted to, for recency.
    gain : (n_steps, K) float64
        Factor of each column: decay since the reference time.
    multiplier : (n_steps, p) float64
        Factor of each model column: value of a spline.
    """

    first: Any
    row: Any
    exposure: Any
    now: Any
    gain: Any
    multiplier: Any


class Sums(NamedTuple):
    """Sums over the dyads at risk, kept up to date.

    scalar : (3,) float64
        Shift of the linear predictor, sum of weights, its largest value since the last refresh.
    first : (p,) float64; second : (p, p) float64
        Weighted sums of values and of their products (lower triangle).
    weight : (D,) float64; value : (D, p) float64
    at_risk : (D,) bool
    stamp, touched : (D,) int64
        Work: rows that the changes of a step touch.
    scaled : (D, K) float64
        Work: columns after scaling, before products; (0, K) where they are not needed.
    """

    scalar: Any
    first: Any
    second: Any
    weight: Any
    value: Any
    at_risk: Any
    stamp: Any
    touched: Any
    scaled: Any
