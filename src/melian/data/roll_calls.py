"""Votes in the United Nations General Assembly, as published by Voeten, Strezhnev and Bailey (2009)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from melian.codebook import load_codebook
from melian.data.covariate_rows import read_table
from melian.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["VOTES", "RollCalls", "columns_of", "read_roll_calls"]

VOTES: Final[Mapping[str, int]] = {"yes": 1, "abstain": 2, "no": 3}
"""0 stands for absent."""


@dataclass(frozen=True, slots=True)
class RollCalls:
    """Who voted how, on which day.

    Attributes
    ----------
    countries : tuple of str
        ISO codes, sorted; a state that has none (Czechoslovakia) by its name.
    days : tuple of date
        Of each roll call, in order.
    votes : (n_roll_calls, n_countries) int8
        0 absent, 1 yes, 2 abstention, 3 no.
    source : str
        Name of the file of votes.
    """

    countries: tuple[str, ...]
    days: tuple[dt.date, ...]
    votes: NDArray[np.int8]
    source: str


def read_roll_calls(votes: Path | str | pl.DataFrame, roll_calls: Path | str | pl.DataFrame) -> RollCalls:
    """Read votes (`rcid, country, vote`) and the days of the roll calls (`rcid, date`).

    Parameters
    ----------
    votes, roll_calls : path or frame
        CSV or Parquet. A vote is `yes`, `abstain` or `no`; who was absent has no row.

    Raises
    ------
    InputError
        If a file or column is missing, a vote is none of the three, a country votes twice on one roll call,
        or a roll call has no day.

    Examples
    --------
    >>> import polars as pl
    >>> cast = pl.DataFrame({"rcid": [1, 1], "country": ["France", "Ghana"], "vote": ["yes", "no"]})
    >>> read = read_roll_calls(cast, pl.DataFrame({"rcid": [1], "date": [dt.date(1999, 1, 1)]}))
    >>> read.countries, read.votes.tolist()
    (('FRA', 'GHA'), [[1, 3]])
    """
    import polars as pl

    cast = columns_of(votes, ("rcid", "country", "vote"), "votes")
    days = columns_of(roll_calls, ("rcid", "date"), "roll calls").unique("rcid", maintain_order=True)
    strange = cast.filter(~pl.col("vote").is_in(list(VOTES)))
    _refuse(strange, "vote", "votes", f"allowed: {', '.join(VOTES)}")
    joined = cast.with_columns(pl.col("rcid").cast(pl.Int64)).join(
        days.with_columns(pl.col("rcid").cast(pl.Int64), pl.col("date").cast(pl.Date)), on="rcid", how="left"
    )
    _refuse(joined.filter(pl.col("date").is_null()), "rcid", "votes", "the roll calls have no day for them")
    twice = joined.filter(joined.select("rcid", "country").is_duplicated())
    _refuse(twice, "country", "votes", "a country votes once on a roll call")
    return _arrays(joined, votes)


def columns_of(table: Any, wanted: Sequence[str], what: str) -> pl.DataFrame:
    """Read some columns of a table.

    Raises
    ------
    InputError
        If the table cannot be read or lacks a column.
    """
    where = str(table) if isinstance(table, str | Path) else what
    frame = read_table(table, where)
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise InputError(
            f"{where} has no column {missing[0]!r}; it must have {', '.join(wanted)} (found: "
            f"{', '.join(frame.columns[:12])})."
        )
    return frame.select(wanted)


def _refuse(rows: pl.DataFrame, column: str, what: str, allowed: str) -> None:
    if rows.height:
        first = rows[column][0]
        raise InputError(f"{rows.height:,} rows of the {what} cannot be used (first: {first!r}); {allowed}.")


def _arrays(joined: pl.DataFrame, votes: object) -> RollCalls:
    """Lay the votes out as a matrix, roll calls by day."""
    import polars as pl

    label = _labels(joined["country"].to_list())
    order = joined.select("rcid", "date").unique().sort("date", "rcid")
    rows = order.with_row_index("row").select("rcid", "row")
    countries = tuple(sorted(label.values()))
    column = {name: countries.index(code) for name, code in label.items()}
    placed = joined.join(rows, on="rcid").with_columns(
        pl.col("country").replace_strict(column, return_dtype=pl.Int64).alias("column"),
        pl.col("vote").replace_strict(dict(VOTES), return_dtype=pl.Int8).alias("cast"),
    )
    matrix = np.zeros((order.height, len(countries)), dtype=np.int8)
    matrix[placed["row"].to_numpy(), placed["column"].to_numpy()] = placed["cast"].to_numpy()
    source = Path(votes).name if isinstance(votes, str | Path) else "a table"
    return RollCalls(countries, tuple(order["date"].to_list()), matrix, source)


def _labels(names: Sequence[str]) -> dict[str, str]:
    """Give each country its code; of several with one code (Tanzania, Zanzibar) the one with most votes."""
    codes = load_codebook().countries
    label: dict[str, str] = {}
    for name, _ in sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])):
        code = codes.get(name, name)
        label[name] = name if code in label.values() else code
    return label
