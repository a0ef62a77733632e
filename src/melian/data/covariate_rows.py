"""Rows of a table of attributes in one form: who, from when to when, and the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from melian.codebook import load_codebook
from melian.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["WHEN", "WHO", "CanonicalRows", "Clock", "canonical_rows", "read_table"]

Clock = Literal["date", "events", "always"]
WHO: Final = (
    ("source", "target"),
    ("iso3_1", "iso3_2"),
    ("ccode1", "ccode2"),
    ("actor",),
    ("iso3",),
    ("ccode",),
)
WHEN: Final = ("since", "date", "year", "time")
ENDS: Final = {2: ("source", "target"), 1: ("actor",), 0: ()}
"""Names of the columns that say who, by how many there are."""


@dataclass(frozen=True, slots=True)
class CanonicalRows:
    """Rows as `CovariateTable` holds them, the clock of start and stop, and the categories of texts."""

    rows: pl.DataFrame
    clock: Clock
    categories: tuple[str, ...]


def read_table(table: Any, where: str) -> pl.DataFrame:
    """Read a CSV or Parquet file, or take a frame.

    Raises
    ------
    InputError
        If the file does not exist or cannot be read, or `table` is no table.
    """
    import polars as pl

    if isinstance(table, str | Path):
        return _read_file(Path(table), where)
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if not hasattr(table, "__arrow_c_stream__"):
        raise InputError(
            f"{where} is a {type(table).__name__}; give the path of a CSV or Parquet file, or a Polars, "
            "pandas or Arrow table."
        )
    import pyarrow as pa

    frame = pl.from_arrow(pa.table(table))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _read_file(path: Path, where: str) -> pl.DataFrame:
    import polars as pl

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema_length=None, try_parse_dates=True)
    except FileNotFoundError as error:
        raise InputError(f"covariate file {where} does not exist.") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"covariate file {where} cannot be read as CSV or Parquet: {str(error).splitlines()[0]}."
        ) from error


def canonical_rows(
    frame: pl.DataFrame,
    column: str,
    *,
    columns: Mapping[str, str],
    extend: bool,
    undirected: bool,
    where: str,
) -> CanonicalRows:
    """Bring a table to one form, sorted by who and when, each row ending at or before the next begins.

    Raises
    ------
    InputError
        If a column is missing or holds what it cannot, or two rows contradict each other.
    """
    import polars as pl

    frame = _renamed(frame, columns, where).with_row_index("row", offset=1)
    who, when = _keys(frame, column, where)
    ends = ENDS[len(who)]
    value, categories = _values(frame, column, where)
    rows = frame.select("row", *(pl.col(w).alias(e) for w, e in zip(who, ends, strict=True)), *when, value)
    rows, clock = _spans(rows, when, where)
    rows = _named(rows, ends, coded="ccode" in "".join(who), clock=clock, where=where)
    if undirected:
        rows = _both_ways(rows, ends, where)
    rows = rows.unique([*ends, "start", "stop", "value"], keep="first").sort(*ends, "start", "row")
    return CanonicalRows(_ended(rows, ends, extend=extend, where=where), clock, categories)


def _renamed(frame: pl.DataFrame, columns: Mapping[str, str], where: str) -> pl.DataFrame:
    for ours, theirs in columns.items():
        if theirs not in frame.columns:
            raise InputError(_no_column(where, theirs, frame.columns))
        if ours != theirs:
            frame = frame.drop(ours, strict=False).rename({theirs: ours})
    return frame


def _keys(frame: pl.DataFrame, column: str, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Find the columns that say who and when."""
    if column not in frame.columns:
        raise InputError(_no_column(where, column, frame.columns))
    who: tuple[str, ...] = next((names for names in WHO if set(names) <= set(frame.columns)), ())
    when = next((name for name in WHEN if name in frame.columns and name != column), None)
    if not who and set(frame.columns) - {"row", "until", column, when}:
        raise InputError(
            f"{where} does not say who: it needs one of {'; '.join(', '.join(names) for names in WHO)}; "
            f"found {', '.join(frame.columns[1:])}. Name them by columns={{'actor': ...}}; a table of time "
            f"alone has no other columns than {column!r} and when."
        )
    if when == "since" and "until" in frame.columns:
        return who, ("since", "until")
    return who, (when,) if when else ()


def _no_column(where: str, column: str, known: list[str]) -> str:
    names = [name for name in known if name != "row"]
    near = get_close_matches(column, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{where} has no column {column!r}; it has {', '.join(names)}.{hint}"


def _values(frame: pl.DataFrame, column: str, where: str) -> tuple[pl.Expr, tuple[str, ...]]:
    """Give the values as numbers; texts become their place among the sorted texts."""
    import polars as pl

    dtype = frame.schema[column]
    if dtype.is_numeric() or dtype == pl.Boolean:
        return pl.col(column).cast(pl.Float64).fill_nan(None).alias("value"), ()
    if dtype not in (pl.String, pl.Categorical, pl.Enum):
        raise InputError(f"{where}, column {column!r} holds {dtype}; allowed: numbers, true/false, or texts.")
    texts = sorted(frame[column].cast(pl.String).drop_nulls().unique().to_list())
    codes = pl.col(column).cast(pl.String).replace_strict(texts, [float(i) for i in range(len(texts))])
    return codes.cast(pl.Float64).alias("value"), tuple(texts)


def _spans(rows: pl.DataFrame, when: tuple[str, ...], where: str) -> tuple[pl.DataFrame, Clock]:
    """Give the rows `start` and `stop` (excluded; null: open) in days since 1970 or the events' own time."""
    import polars as pl

    open_end = pl.lit(None, pl.Float64).alias("stop")
    if not when:
        return rows.with_columns(pl.lit(-1e300).alias("start"), open_end), "always"
    if when == ("time",):
        start = _cast(rows, "time", pl.Float64, where)
        return rows.with_columns(start.alias("start"), open_end), "events"
    if when == ("year",):
        year = _cast(rows, "year", pl.Int32, where).alias("year")
        dated = rows.with_columns(year)
        return dated.with_columns(
            pl.date("year", 1, 1).cast(pl.Int32).cast(pl.Float64).alias("start"),
            pl.date(pl.col("year") + 1, 1, 1).cast(pl.Int32).cast(pl.Float64).alias("stop"),
        ), "date"
    start = _days(_cast(rows, when[0], pl.Date, where)).alias("start")
    if len(when) == 1:
        return rows.with_columns(start, open_end), "date"
    until = _cast(rows, "until", pl.Date, where, filled=False)
    return rows.with_columns(start, (_days(until) + 1).alias("stop")), "date"


def _days(dates: pl.Series) -> pl.Series:
    import polars as pl

    return dates.cast(pl.Int32).cast(pl.Float64)


def _cast(rows: pl.DataFrame, column: str, dtype: Any, where: str, *, filled: bool = True) -> pl.Series:
    import polars as pl

    found = rows[column]
    if dtype == pl.Date and found.dtype == pl.String:
        cast = found.str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
    else:
        cast = found.cast(dtype, strict=False)
    bad = cast.is_null() & (
        found.is_not_null() if not filled else pl.Series([True]).new_from_index(0, rows.height)
    )
    if bad.any():
        at = int(bad.arg_max() or 0)
        kind = {"Date": "a date as YYYY-MM-DD", "Int32": "a year"}.get(str(dtype), "a number")
        raise InputError(
            f"{where}, row {rows['row'][at]}, column {column!r}: found {found[at]!r}, not {kind} "
            f"({int(bad.sum()):,} such rows)."
        )
    return cast


def _named(
    rows: pl.DataFrame, ends: tuple[str, ...], *, coded: bool, clock: Clock, where: str
) -> pl.DataFrame:
    """Turn state numbers into codes for the days that they stand for; other names become text."""
    import polars as pl

    for end in ends:
        if rows[end].null_count():
            row = rows.filter(pl.col(end).is_null())["row"][0]
            raise InputError(f"{where}, row {row}: {end} is empty; fill it in or delete the row.")
        rows = rows.with_columns(pl.col(end).cast(pl.String).str.strip_chars())
        if coded:
            rows = _from_numbers(rows, end, dated=clock == "date")
    return rows


def _from_numbers(rows: pl.DataFrame, end: str, *, dated: bool) -> pl.DataFrame:
    import polars as pl

    spells = [(number, m.iso3, m.since, m.until) for number, m in load_codebook().cow.items()]
    schema = {end: pl.String, "code": pl.String, "from": pl.Date, "to": pl.Date}
    table = pl.DataFrame(spells, schema=schema, orient="row")
    joined = rows.join(table, on=end, how="inner").drop(end).rename({"code": end})
    if dated:
        first, after = pl.col("from").cast(pl.Int32), pl.col("to").cast(pl.Int32) + 1
        joined = joined.with_columns(
            pl.max_horizontal("start", first.cast(pl.Float64)).alias("start"),
            pl.min_horizontal("stop", after.cast(pl.Float64)).alias("stop"),
        ).filter(pl.col("stop").is_null() | (pl.col("start") < pl.col("stop")))
    return joined.drop("from", "to")


def _both_ways(rows: pl.DataFrame, ends: tuple[str, ...], where: str) -> pl.DataFrame:
    import polars as pl

    if len(ends) < 2:
        raise InputError(f"undirected=True is for tables of pairs; {where} is none.")
    return pl.concat([rows, rows.rename({"source": "target", "target": "source"}).select(rows.columns)])


def _ended(rows: pl.DataFrame, ends: tuple[str, ...], *, extend: bool, where: str) -> pl.DataFrame:
    """End open rows where the next of the same actor or pair begins; refuse rows that contradict."""
    import polars as pl

    following = pl.col("start").shift(-1)
    following = following.over(ends) if ends else following
    early = rows.filter((pl.col("stop") <= pl.col("start")) | (following == pl.col("start")))
    # Spells of the field's tables often end on the day on which the next one begins; the next one holds then.
    early = early if early.height else rows.filter(following < pl.col("stop") - 1)
    if early.height:
        named = " → ".join(str(early[end][0]) for end in ends) or "the table"
        raise InputError(
            f"{where}, row {early['row'][0]}: {named} has two values for the same time, or ends before it "
            f"begins ({early.height:,} such rows); delete or correct one of them."
        )
    if extend:
        last = rows["stop"].max()
        rows = rows.with_columns(pl.when(pl.col("stop") < last).then("stop").alias("stop"))
    return rows.with_columns(pl.min_horizontal("stop", following).alias("stop")).select(
        *ends, "start", "stop", "value"
    )
