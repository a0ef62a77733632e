"""Counts of directed events by pair and year in the four classes of conduct (quad counts)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from melian.codebook import load_codebook
from melian.data.roll_calls import columns_of
from melian.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["QUADS", "DyadYears", "read_dyad_years"]

QUADS: Final[Mapping[str, str]] = {
    "verbal_cooperation": "verbCoop",
    "material_cooperation": "matlCoop",
    "verbal_conflict": "verbConf",
    "material_conflict": "matlConf",
}
"""Class to its column."""
ENDS: Final = ("i_iso3c", "j_iso3c")


@dataclass(frozen=True, slots=True)
class DyadYears:
    """Directed counts by pair and year.

    Attributes
    ----------
    actors : tuple of str
        ISO codes, sorted.
    years : (n_rows,) int64
    source, target : (n_rows,) int64
        Indices of `actors`.
    counts : (n_rows, 4) int64
        Columns as `QUADS`.
    members : mapping of str to frozenset of (str, int)
        Bloc to the members and years in which the membership covers the whole year.
    name : str
        Of the file.
    """

    actors: tuple[str, ...]
    years: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    counts: NDArray[np.int64]
    members: Mapping[str, frozenset[tuple[str, int]]]
    name: str


def read_dyad_years(table: Path | str | pl.DataFrame) -> DyadYears:
    """Read quad counts: `i_iso3c, j_iso3c, year, verbCoop, matlCoop, verbConf, matlConf`.

    Raises
    ------
    InputError
        If the file or a column is missing, a code, year or count is empty, a count is negative, or a pair
        has two rows in a year.

    Examples
    --------
    >>> import polars as pl
    >>> row = {"i_iso3c": ["FRA"], "j_iso3c": ["DEU"], "year": [2003], "verbCoop": [3], "matlCoop": [0],
    ...        "verbConf": [1], "matlConf": [0]}
    >>> read_dyad_years(pl.DataFrame(row)).counts.tolist()
    [[3, 0, 1, 0]]
    """
    frame = columns_of(table, (*ENDS, "year", *QUADS.values()), "dyad years")
    for name in frame.columns:
        if frame[name].null_count():
            raise InputError(f"{frame[name].null_count():,} rows of the dyad years have no {name}.")
    counts = frame.select(QUADS.values()).to_numpy().astype(np.int64)
    if (counts < 0).any():
        raise InputError(f"{int((counts < 0).sum()):,} counts of the dyad years are negative.")
    twice = int(frame.select(*ENDS, "year").is_duplicated().sum())
    if twice:
        raise InputError(f"{twice:,} rows of the dyad years are not the only one of their pair and year.")
    actors = tuple(sorted({*frame[ENDS[0]].to_list(), *frame[ENDS[1]].to_list()}))
    place = {code: at for at, code in enumerate(actors)}
    ends = [np.array([place[code] for code in frame[end].to_list()], dtype=np.int64) for end in ENDS]
    years = frame["year"].to_numpy().astype(np.int64)
    name = Path(table).name if isinstance(table, str | Path) else "a table"
    return DyadYears(
        actors, years, ends[0], ends[1], counts, _members(actors, sorted(set(years.tolist()))), name
    )


def _members(actors: tuple[str, ...], years: list[int]) -> dict[str, frozenset[tuple[str, int]]]:
    """Give each bloc's members by year; a year counts where it is a member on its first and its last day."""
    found: dict[str, set[tuple[str, int]]] = {}
    for membership in load_codebook().blocs:
        if membership.iso3 not in actors:
            continue
        for year in years:
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            if membership.covers(first, first) and membership.covers(last, last):
                found.setdefault(membership.bloc, set()).add((membership.iso3, year))
    return {bloc: frozenset(rows) for bloc, rows in found.items()}
