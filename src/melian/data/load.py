"""From the store to the event history that models read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from melian.data.attention import load_attention
from melian.data.choose import ActorChoice, actor_events, choose_actors
from melian.data.funnel import Crosswalk, FunnelOptions, FunnelRun, SpanRule, run_funnel
from melian.data.levels import BLOC_BODIES, Blocs, Level, read_blocs
from melian.data.queries import statement
from melian.data.window import Window, as_day, check_days, fit_window
from melian.errors import InputError, check_option
from melian.history import EventHistory, FunnelCount, Provenance
from melian.options import ANSWERS

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from melian.data.connect import Store

__all__ = ["REACTIVE_RULES", "UNITS", "load_history", "source_rows"]

Unit = Literal["event", "active-step"]
UNITS: Final[tuple[Unit, ...]] = ("event", "active-step")
ReactiveRule = Literal["with", "apart"]
REACTIVE_RULES: Final[tuple[ReactiveRule, ...]] = ("with", "apart")
FEWEST_ANSWERS: Final = 20
"""Events of codes that answer by their own meaning, of one instrument, below which they stay with it."""


def load_history(
    store: Store,
    *,
    actors: Sequence[str] | None = None,
    since: dt.date | str | None = None,
    until: dt.date | str | None = None,
    without: Sequence[str] = (),
    level: Level = "state",
    n_actors: int | None = 30,
    crosswalk: Crosswalk = "default",
    unit: Unit = "event",
    blocs: Sequence[str] = (),
    span: SpanRule = "drop",
    re_report_days: int | Literal["auto"] = "auto",
    reactive: ReactiveRule = "apart",
    keep_idle: bool = False,
    told_by: Sequence[str] | None = None,
) -> EventHistory:
    """Run the funnel and give the events among some actors as a history in steps of one day.

    Parameters
    ----------
    store : Store
    actors : sequence of str, optional
        Actor codes (`RUS`, `SYR.REB`) and blocs (`NATO:`, its members on some day of the window). Default:
        the `n_actors` with most events in the window, as source and as target.
    since, until : date or ISO text, optional
        First and last day of the window; default the first and last day of the store. What the store holds
        before `since` is in the history, before the window.
    without : sequence of str
        Funnel steps to leave out: domestic, statements, re-reports, co-reports, mirrors.
    level : {'state', 'state-only', 'country', 'bloc'}
        See `melian.data.levels.actor_map`; `bloc` joins the members of `blocs`.
    n_actors : int or None
        Number of actors where `actors` is not given; None takes all.
    crosswalk : {'default', 'alternative'}
    unit : {'event', 'active-step'}
        `active-step` counts a cell once, however many events it holds.
    blocs : sequence of str
        Blocs by which relations are to be split; their dated memberships go into the history.
    span : {'drop', 'spread'}
        What becomes of events that are not dated to one day.
    re_report_days : int or 'auto'
        How many days later the same code of the same raw pair is still told again; 0: on the same day only;
        `auto`: as the reports say, for each kind of source (`melian.data.re_reports`).
    reactive : {'apart', 'with'}
        Codes that answer by their own meaning (refuse, deny, accede) are an instrument of their own, named
        `contestation (answers)`, where there are at least `FEWEST_ANSWERS` such events; or stand with their
        instrument.
    keep_idle : bool
        Keep named actors that have no events in the window (they are at risk) instead of refusing them.
    told_by : sequence of str, optional
        Only reports that these sources told become events (`melian.data.report_sources` names them);
        attention and the first and last day remain those of all reports.

    Returns
    -------
    EventHistory

    Raises
    ------
    InputError
        If an option, actor or bloc is not known, the dates are reversed, the window holds no event, or a
        named actor has none.

    Examples
    --------
    A meeting told by both sides is one joint event; the accusation is directed.

    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"] * 3, "source": ["USA", "RUS", "USA"], "target": ["RUS", "USA", "RUS"]}
    >>> frame = pl.DataFrame({**rows, "cameo": ["040", "040", "112"]})
    >>> with store_from_frame(frame) as store:
    ...     history = load_history(store)
    >>> history.actors, history.count.tolist(), history.joint.tolist()
    (('RUS', 'USA'), [1, 1], [False, True])
    """
    check_option("unit", unit, UNITS)
    check_option("reactive", reactive, REACTIVE_RULES)
    joined = tuple(blocs) if level == "bloc" else ()
    if level == "bloc" and not joined:
        raise InputError(
            "level='bloc' needs blocs=[...]: the blocs whose members are joined, e.g. ['NATO', 'CSTO']."
        )
    told = None if told_by is None else tuple(told_by)
    options = FunnelOptions(tuple(without), level, joined, crosswalk, span, re_report_days, told)
    connection = store.connection
    memberships = read_blocs(connection)
    for bloc in blocs:
        check_option("bloc", bloc, memberships.names)
    first, last = as_day("since", since), as_day("until", until)
    check_days(first, last)
    with run_funnel(connection, options) as run:
        window = fit_window(connection, first, last, spread=span == "spread")
        events = actor_events(connection, run, window.since, window.until)
        days = (window.since, window.until)
        choice = ActorChoice(actors, n_actors, keep_idle)
        chosen = choose_actors(choice, events, labels=run.labels, blocs=memberships, days=days)
        cells = _cells(connection, run, window, chosen, apart=reactive == "apart")
        _check_events(cells, window, chosen)
        return EventHistory(
            actors=chosen,
            **_arrays(cells, run, unit),
            origin=window.origin,
            n_steps=window.n_steps,
            window=(window.first_step, window.n_steps),
            attention=load_attention(
                connection, n_actors=len(chosen), origin=window.origin, until=window.until
            ),
            blocs={bloc: _membership(bloc, memberships, chosen, window) for bloc in blocs},
            provenance=_provenance(store, run, window, cells, options),
        )


def source_rows(store: Store, row_ids: Sequence[int]) -> pl.DataFrame:
    """Give the providers' rows behind row ids, in the order asked for; ids not in the store are passed over.

    Returns
    -------
    polars.DataFrame
        row_id, file, file_row, date, source_name, target_name, code, label, text, place.

    Examples
    --------
    >>> import polars as pl
    >>> from melian.data import store_from_frame
    >>> rows = {"date": ["2018-01-01"] * 3, "source": ["USA", "RUS", "USA"], "target": ["RUS", "USA", "RUS"]}
    >>> frame = pl.DataFrame({**rows, "cameo": ["040", "040", "112"]})
    >>> with store_from_frame(frame) as store:
    ...     history = load_history(store)
    ...     rows = source_rows(store, history.row.tolist())
    >>> rows["label"].to_list()
    ['Accuse', 'Consult']
    """
    import polars as pl

    wanted = pa.table(
        {"row_id": pa.array(row_ids, pa.int64()), "position": pa.array(range(len(row_ids)), pa.int64())}
    )
    store.connection.register("load_rows", wanted)
    try:
        rows = store.connection.execute(statement("load_source_rows")).fetchall()
    finally:
        store.connection.unregister("load_rows")
    texts = ("source_name", "target_name", "code", "label", "text", "place")
    schema = {
        "row_id": pl.Int64,
        "file": pl.String,
        "file_row": pl.Int64,
        "date": pl.Date,
        **dict.fromkeys(texts, pl.String),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _cells(
    connection: duckdb.DuckDBPyConnection,
    run: FunnelRun,
    window: Window,
    chosen: tuple[str, ...],
    *,
    apart: bool,
) -> dict[str, NDArray[Any]]:
    """Give the cells among the chosen actors as columns; `load_chosen` stays, for the attention."""
    numbers = {label: number for number, label in enumerate(run.labels)}
    table = pa.table(
        {
            "id": pa.array([numbers.get(label, -1) for label in chosen], pa.int32()),
            "at": pa.array(range(len(chosen)), pa.int32()),
        }
    )
    connection.register("load_chosen", table)
    fewest = FEWEST_ANSWERS if apart else None
    asked = {"origin": window.origin, "until": window.until, "fewest": fewest}
    return dict(connection.execute(statement("load_cells"), asked).fetchnumpy())


def _check_events(cells: Mapping[str, NDArray[Any]], window: Window, chosen: tuple[str, ...]) -> None:
    if not (np.asarray(cells["step"]) >= window.first_step).any():
        raise InputError(
            f"the window from {window.since} to {window.until} holds no events among the {len(chosen)} "
            f"actors (first: {', '.join(chosen[:5])}); name others, or widen since/until."
        )


def _arrays(cells: Mapping[str, NDArray[Any]], run: FunnelRun, unit: Unit) -> dict[str, Any]:
    coded = 2 * np.asarray(cells["instrument"], np.int32) + np.asarray(cells["answers"], np.bool_)
    present = np.unique(coded)
    count = np.asarray(cells["count"], np.int32)
    return {
        "instruments": tuple(run.instruments[code // 2] + ANSWERS * int(code % 2) for code in present),
        "step": np.asarray(cells["step"], np.int32),
        "source": np.asarray(cells["source"], np.int32),
        "target": np.asarray(cells["target"], np.int32),
        "instrument": np.searchsorted(present, coded).astype(np.int32),
        "count": np.minimum(count, 1) if unit == "active-step" else count,
        "joint": np.asarray(cells["joint"], np.bool_),
        "row": np.asarray(cells["row"], np.int64),
        "reactive": np.asarray(cells["reactive"], np.bool_),
    }


def _membership(bloc: str, blocs: Blocs, chosen: tuple[str, ...], window: Window) -> NDArray[np.bool_]:
    """Say for each actor and step whether it is in a bloc: states by date, the bloc's own body always."""
    inside = np.zeros((len(chosen), window.n_steps), np.bool_)
    for at, actor in enumerate(chosen):
        if actor in (BLOC_BODIES.get(bloc), f"{bloc}:"):
            inside[at] = True
        for first, last in blocs.spells.get((bloc, actor), ()):
            start = max((first - window.origin).days, 0)
            inside[at, start : max((last - window.origin).days + 1, 0)] = True
    return inside


def _provenance(
    store: Store, run: FunnelRun, window: Window, cells: Mapping[str, NDArray[Any]], options: FunnelOptions
) -> Provenance:
    count = np.asarray(cells["count"], np.int64)
    inside = np.asarray(cells["step"]) >= window.first_step
    kinds = store.connection.execute("SELECT DISTINCT source_kind FROM reports ORDER BY 1").fetchall()
    among = (FunnelCount("actors", int(count.sum())), FunnelCount("window", int(count[inside].sum())))
    return Provenance(
        snapshot=store.snapshot,
        store=store.path,
        sources=tuple(kind for (kind,) in kinds),
        funnel=(*run.counts, *among),
        without=options.without,
        unresolved_rows=run.unresolved,
        notes=window.notes,
        re_reports=run.re_reports,
    )
