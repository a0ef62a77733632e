"""The funnel from reports to events: step by step, each counted, each to be left out.

Cook and Weidmann (2019, American Journal of Political Science) on reports and events; MODEL.md section 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pyarrow as pa

from melian.data.levels import LEVELS, JoinedBlocs, Level, actor_map, read_blocs
from melian.data.queries import number, statement
from melian.data.re_reports import estimate_re_reports, joining_odds
from melian.errors import InputError, check_option
from melian.history import FunnelCount, ReReports
from melian.options import FUNNEL_STEPS, INSTRUMENTS, SOURCES

if TYPE_CHECKING:
    import duckdb

    from melian.data.connect import Store

__all__ = ["CROSSWALKS", "SPAN_RULES", "FunnelOptions", "FunnelRun", "funnel_counts", "run_funnel"]

Crosswalk = Literal["default", "alternative"]
SpanRule = Literal["drop", "spread"]
CROSSWALKS: Final[tuple[Crosswalk, ...]] = ("default", "alternative")
SPAN_RULES: Final[tuple[SpanRule, ...]] = ("drop", "spread")

_TABLES = ("codes", "rows", "acts", "near", "pairs", "events", "days")
_VIEWS = ("funnel_actors", "funnel_instruments", "load_chosen", "re_report_odds", "funnel_told")


@dataclass(frozen=True, slots=True)
class FunnelOptions:
    """How reports become events.

    Attributes
    ----------
    without : tuple of str
        Steps left out, of `melian.options.FUNNEL_STEPS`.
    level : Level
        What an actor is; see `melian.data.levels.actor_map`.
    joined : tuple of str
        Blocs that level `bloc` joins.
    crosswalk : {'default', 'alternative'}
        Reading of the event codes: the codebook's instrument, or the strongest rival reading.
    span : {'drop', 'spread'}
        Events that span days or are dated to a month or year: dropped, or each put on one day of its span.
    re_report_days : int or 'auto'
        Reach of the step `re-reports`: 0, the same day only; n, a row of the same raw pair and code at most
        n days after the one before it belongs to the same act, which is dated to the first; `auto`, what
        `melian.data.re_reports` finds in the reports, for each kind of source.
    told_by : tuple of str or None
        Only reports that these sources told take part; names as `melian.data.report_sources` gives them.
    """

    without: tuple[str, ...] = ()
    level: Level = "state"
    joined: tuple[str, ...] = ()
    crosswalk: Crosswalk = "default"
    span: SpanRule = "drop"
    re_report_days: int | Literal["auto"] = "auto"
    told_by: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for step in self.without:
            check_option("without", step, FUNNEL_STEPS)
        check_option("level", self.level, LEVELS)
        check_option("crosswalk", self.crosswalk, CROSSWALKS)
        check_option("span", self.span, SPAN_RULES)
        days = self.re_report_days
        if isinstance(days, str):
            check_option("re_report_days", days, ("auto",))
        elif days < 0:
            raise InputError(
                f"re_report_days={days} is negative; allowed: 'auto', 0 (the same day only) or more."
            )

    def keeps(self, step: str) -> bool:
        """Say whether what a step would take away stays in."""
        return step in self.without


@dataclass(frozen=True, slots=True)
class FunnelRun:
    """What a run of the funnel left in the connection's temporary tables.

    Attributes
    ----------
    labels : tuple of str
        Actors at the level asked for, sorted; ids in the tables index them.
    instruments : tuple of str
        Sorted; ids in the tables index them.
    counts : tuple of FunnelCount
        Reports (with their weights) left after each step, events from `mirrors` on.
    unresolved : int
        Reports with an end that stands for no actor.
    re_reports : tuple of ReReports
        What the reports say of re-reports on later days; empty where they were not asked.
    """

    labels: tuple[str, ...]
    instruments: tuple[str, ...]
    counts: tuple[FunnelCount, ...]
    unresolved: int
    re_reports: tuple[ReReports, ...]


def funnel_counts(store: Store, options: FunnelOptions | None = None) -> tuple[FunnelCount, ...]:
    """Count what each step of the funnel leaves of the whole store.

    Parameters
    ----------
    store : Store
    options : FunnelOptions, optional

    Returns
    -------
    tuple of FunnelCount
        `reports`, `resolve` (both ends are actors of the level, no regions; the code is known), `domestic`,
        `same actor` (where it takes rows away), `statements`, `re-reports`, `co-reports`, `mirrors`,
        `dates`; steps left out do not appear.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"] * 3, "source": ["USA", "RUS", "USA"], "target": ["RUS", "USA", "RUS"]}
    >>> frame = pl.DataFrame({**rows, "cameo": ["040", "040", "112"]})
    >>> with store_from_frame(frame) as store:
    ...     counts = funnel_counts(store)
    >>> [(count.step, count.rows) for count in counts][-3:]
    [('co-reports', 3), ('mirrors', 2), ('dates', 2)]
    """
    with run_funnel(store.connection, options or FunnelOptions()) as run:
        return run.counts


@contextmanager
def run_funnel(connection: duckdb.DuckDBPyConnection, options: FunnelOptions) -> Iterator[FunnelRun]:
    """Run all steps; inside the context the tables `funnel_rows` and `funnel_days` hold the result."""
    instruments = tuple(sorted(INSTRUMENTS))
    try:
        labels = _register(connection, options, instruments)
        alone, unresolved = _count_rows(connection, options)
        re_reports = _join_re_reports(connection, options)
        counts = (*alone, *_group_steps(connection, options))
        yield FunnelRun(labels, instruments, counts, unresolved, re_reports)
    finally:
        for name in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS temp.funnel_{name}")
        for name in _VIEWS:
            connection.unregister(name)


def _register(
    connection: duckdb.DuckDBPyConnection, options: FunnelOptions, instruments: Sequence[str]
) -> tuple[str, ...]:
    joined = JoinedBlocs(read_blocs(connection), options.joined)
    left_out = frozenset(row[0] for row in connection.execute("SELECT code FROM book_left_out").fetchall())
    military = options.level == "military-apart"
    found = connection.execute(statement("funnel_actors"), {"military_apart": military}).fetchall()
    actors = actor_map((row[0] for row in found), left_out, level=options.level, joined=joined)
    connection.register("funnel_actors", actors)
    connection.execute(statement("funnel_codes"))
    ids = pa.array(range(len(instruments)), pa.int32())
    connection.register("funnel_instruments", pa.table({"name": pa.array(instruments), "id": ids}))
    return tuple(sorted(set(actors["label"].to_pylist())))


def _count_rows(
    connection: duckdb.DuckDBPyConnection, options: FunnelOptions
) -> tuple[tuple[FunnelCount, ...], int]:
    """Run the steps that look at one row alone; give the unresolved rows too."""
    keep: dict[str, bool] = {step: options.keeps(step) for step in FUNNEL_STEPS}
    alone = {"keep_domestic": keep["domestic"], "keep_statements": keep["statements"]}
    readings = {
        "alternative": options.crosswalk == "alternative",
        "military_apart": options.level == "military-apart",
    }
    connection.execute(statement("funnel_rows"), {**alone, **readings, "sources": list(SOURCES)})
    if options.told_by is not None:
        connection.register("funnel_told", pa.table({"name": pa.array(options.told_by, pa.string())}))
        connection.execute(statement("report_source"))
        connection.execute(statement("funnel_told"))
    flags = connection.execute(statement("funnel_flags"), {"keep_domestic": keep["domestic"]}).fetchall()
    reports, unresolved, resolved, foreign, apart, kept = flags[0]
    steps = (
        FunnelCount("reports", reports),
        FunnelCount("resolve", resolved),
        FunnelCount("domestic", foreign),
        FunnelCount("same actor", apart),
        FunnelCount("statements", kept),
    )
    hidden = {"same actor"} if apart == foreign else set()
    return tuple(s for s in steps if not keep.get(s.step, False) and s.step not in hidden), unresolved


def _join_re_reports(connection: duckdb.DuckDBPyConnection, options: FunnelOptions) -> tuple[ReReports, ...]:
    """Join what is told again on one day, and on later days as asked or as the reports say."""
    days, kept = options.re_report_days, options.keeps("re-reports")
    connection.execute(statement("funnel_acts"), {"keep_re_reports": kept})
    if kept:
        return ()
    found = estimate_re_reports(connection) if days == "auto" else ()
    by_kind = {one.source: one.reach for one in found}
    reach = [by_kind.get(source, 0) if days == "auto" else days for source in SOURCES]
    if any(reach):
        connection.execute(statement("funnel_near"))
        connection.register("re_report_odds", joining_odds(connection, found))
        connection.execute(statement("funnel_runs"), {"reach": reach})
        connection.execute("DROP TABLE temp.funnel_near")
    return found


def _group_steps(connection: duckdb.DuckDBPyConnection, options: FunnelOptions) -> Iterator[FunnelCount]:
    """Run the steps that compare rows; each table makes the next and is dropped, but the last."""
    chain = (
        ("co-reports", "pairs", "forth + back", {"keep_co_reports": options.keeps("co-reports")}),
        ("mirrors", "events", "n", {"keep_mirrors": options.keeps("mirrors")}),
        ("dates", "days", "n", {"spread": options.span == "spread"}),
    )
    before = "acts"
    if not options.keeps("re-reports"):
        yield FunnelCount("re-reports", number(connection, "SELECT coalesce(sum(w), 0) FROM funnel_acts"))
    for step, table, units, values in chain:
        connection.execute(statement(f"funnel_{table}"), values)
        connection.execute(f"DROP TABLE temp.funnel_{before}")
        before = table
        if step == "dates" or not options.keeps(step):
            # Names of the tuple above, never from users.
            yield FunnelCount(
                step, number(connection, f"SELECT coalesce(sum({units}), 0) FROM funnel_{table}")
            )
