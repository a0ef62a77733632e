"""Protest and repression inside countries by day, and the reports that name anyone of a country."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from melian.data.attention import load_attention
from melian.data.funnel import FunnelOptions, run_funnel
from melian.data.queries import statement
from melian.errors import InputError
from melian.history import Attention

if TYPE_CHECKING:
    from melian.data.connect import Store

__all__ = ["DOMESTIC", "Domestic", "load_domestic"]

DOMESTIC: Final = ("protest", "repression")
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Domestic:
    """Events inside countries, a row per (step, country, instrument).

    Attributes
    ----------
    countries : tuple of str
    origin : datetime.date
        Day of step 0.
    step, country, instrument, count : (n_rows,) int32
        `instrument` indexes `DOMESTIC`.
    attention : Attention
        Reports of the whole store; a country is named by all its actors, its civil society and rebels too.
    """

    countries: tuple[str, ...]
    origin: dt.date
    step: Ints
    country: Ints
    instrument: Ints
    count: Ints
    attention: Attention


def load_domestic(
    store: Store,
    *,
    countries: Sequence[str],
    origin: dt.date,
    until: dt.date,
    options: FunnelOptions | None = None,
) -> Domestic:
    """Load protest and repression inside countries: rows that the funnel's step `domestic` sets aside.

    Parameters
    ----------
    store : Store
    countries : sequence of str
        Codes of states, without sector.
    origin, until : date
        First and last day.
    options : FunnelOptions, optional
        Level `bloc` has no countries.

    Raises
    ------
    InputError
        If a code is none of a country, or the level joins countries.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2011-01-14"] * 2, "source": ["TUN.CVL"] * 2, "target": ["TUN", "TUN"]}
    >>> frame = pl.DataFrame({**rows, "cameo": ["141", "145"]})
    >>> day = dt.date(2011, 1, 14)
    >>> with store_from_frame(frame) as store:
    ...     domestic = load_domestic(store, countries=["TUN"], origin=day, until=day)
    >>> domestic.count.tolist(), [DOMESTIC[k] for k in domestic.instrument]
    ([2], ['protest'])
    """
    options = options or FunnelOptions()
    _check(countries, options)
    connection = store.connection
    at = {code: number for number, code in enumerate(countries)}
    with run_funnel(connection, options) as run:
        home = [(number, at.get(label.partition(".")[0])) for number, label in enumerate(run.labels)]
        kept = [(number, country) for number, country in home if country is not None]
        ids, ats = ([pair[i] for pair in kept] for i in (0, 1))
        table = pa.table({"id": pa.array(ids, pa.int32()), "at": pa.array(ats, pa.int32())})
        connection.register("load_chosen", table)
        asked = {"origin": origin, "until": until}
        rows = connection.execute(statement("load_domestic"), asked).fetchnumpy()
        attention = load_attention(connection, n_actors=len(countries), origin=origin, until=until)
    names = np.asarray(rows["instrument"], dtype=object)
    return Domestic(
        tuple(countries), origin,
        **{name: np.asarray(rows[name], np.int32) for name in ("step", "country", "count")},
        instrument=np.array([DOMESTIC.index(name) for name in names], np.int32),
        attention=attention,
    )  # fmt: skip


def _check(countries: Sequence[str], options: FunnelOptions) -> None:
    sectors = [code for code in countries if "." in code]
    if sectors:
        raise InputError(
            f"{len(sectors)} of the actors are no countries (first: {sectors[0]!r}); protest and repression "
            "are counted "
            "for whole countries. Name countries."
        )
    if options.level == "bloc":
        raise InputError(
            "level='bloc' joins countries; protest and repression need them apart. Take level='state'."
        )
