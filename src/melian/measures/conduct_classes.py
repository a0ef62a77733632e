"""Cooperation and conflict between actors and blocs: shares of conduct in classes, from years or from days.

Two sources give one form: quad counts by pair and year, and a history whose instruments are put into classes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from melian.errors import InputError
from melian.measures.answer import Answer, Chart, ColumnKind, Estimate, Exhibit
from melian.measures.data import data_of
from melian.measures.figures import span_text
from melian.measures.ratios import clustered_share
from melian.options import ANSWERS

if TYPE_CHECKING:
    from melian.data.dyad_year import DyadYears
    from melian.history import EventHistory

__all__ = ["BLOCK_DAYS", "COOPERATIVE", "cooperation", "dyad_year_classes"]

BLOCK_DAYS: Final = 28
"""Days of a cluster: conduct of one month does not count as independent."""
COOPERATIVE: Final = ("soft_power", "economy", "security_cooperation", "concession")
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Classed:
    """Counts by cluster, source and target, with who belongs to which group.

    Attributes
    ----------
    cluster : (n_rows,) int64
        Cluster of each row, from 0.
    classes : mapping of str to (n_rows,) float64
        Counts of each class.
    whole : (n_rows,) float64
        All counts.
    source, target : mapping of str to (n_rows,) bool
        Whether the row's source (target) belongs to the actor or bloc; `all` is everybody.
    unit : str
        What a cluster is, in the plural.
    """

    cluster: NDArray[np.int64]
    classes: Mapping[str, NDArray[np.float64]]
    whole: NDArray[np.float64]
    source: Mapping[str, Bools]
    target: Mapping[str, Bools]
    unit: str


def dyad_year_classes(
    table: DyadYears, actors: Sequence[str], *, since: dt.date | None = None, until: dt.date | None = None
) -> Answer:
    """Estimate the classes of conduct between actors and blocs from counts by pair and year.

    Parameters
    ----------
    table : DyadYears
    actors : sequence of str
        ISO codes, and blocs as `NATO:`, their members in the years in which they are.
    since, until : date, optional
        Years are taken whole: those that begin on `since` or later and end on `until` or earlier.

    Returns
    -------
    Answer
        `cooperation.A.B`, `verbal_cooperation.A.B`, `material_cooperation.A.B`, `conflict.A.B`,
        `verbal_conflict.A.B`, `material_conflict.A.B`: share of A's deeds towards B that are of the class; B
        may be `all`. Years are the clusters.

    Raises
    ------
    InputError
        If an actor or bloc is not in the table, or no whole year falls into the window.
    """
    from melian.data.dyad_year import QUADS

    known = (*table.actors, *(f"{bloc}:" for bloc in table.members))
    for actor in actors:
        if actor not in known:
            raise InputError(f"actor {actor!r} is not in {table.name}; give codes (USA) or blocs (NATO:).")
    first = table.years.min() if since is None else since.year + (since != dt.date(since.year, 1, 1))
    last = table.years.max() if until is None else until.year - (until != dt.date(until.year, 12, 31))
    inside = (table.years >= first) & (table.years <= last)
    if not inside.any():
        raise InputError(
            f"no whole year from {since} to {until} in {table.name}; it has {table.years.min()} to "
            f"{table.years.max()}."
        )
    years, ends = table.years[inside], (table.source[inside], table.target[inside])
    counts = table.counts[inside].astype(np.float64)
    quads = {name: counts[:, at] for at, name in enumerate(QUADS)}
    pairs = {
        "cooperation": quads["verbal_cooperation"] + quads["material_cooperation"],
        "conflict": quads["verbal_conflict"] + quads["material_conflict"],
    }
    groups = [{"all": np.ones(len(years), bool)} | {a: _in_group(table, a, end, years) for a in actors}
              for end in ends]  # fmt: skip
    classed = Classed(years - years.min(), pairs | quads, counts.sum(axis=1), groups[0], groups[1], "years")
    data = {
        "actors": list(actors), "since": f"{years.min()}-01-01", "until": f"{years.max()}-12-31",
        "events": int(sum(classed.whole[_row_of(classed, a, "all")].sum() for a in actors)),
        "snapshot": table.name,
    }  # fmt: skip
    return _answer("dyad-year", classed, actors, data, years.min() + np.arange(np.ptp(years) + 1))


def cooperation(history: EventHistory, actors: Sequence[str]) -> Answer:
    """Estimate the share of cooperative conduct between actors, inside blocs and across them.

    Cooperative are soft power, economy, security cooperation and concession, without the codes that answer
    by their own meaning; joint events count for both sides. Blocks of `BLOCK_DAYS` days are the clusters.

    Parameters
    ----------
    history : EventHistory
        Loaded with the blocs that `actors` names.
    actors : sequence of str
        Codes, and blocs as `NATO:`.

    Returns
    -------
    Answer
        `cooperation.A.B`; for a bloc, `cooperation.NATO:.NATO:` is conduct inside it.
    """
    first, last = history.window
    inside = (history.step >= first) & (history.step < last)
    step, joint = history.step[inside], history.joint[inside]
    source, target = history.source[inside], history.target[inside]
    count = history.count[inside].astype(np.float64)
    soft = np.array([name.removesuffix(ANSWERS) in COOPERATIVE and not name.endswith(ANSWERS)
                     for name in history.instruments])  # fmt: skip
    friendly = soft[history.instrument[inside]] * count
    both = [np.concatenate([a, b[joint]]) for a, b in ((source, target), (target, source))]
    steps = np.concatenate([step, step[joint]])
    whole = np.concatenate([count, count[joint]])
    classes = {"cooperation": np.concatenate([friendly, friendly[joint]])}
    groups = [{"all": np.ones(len(steps), bool)} | {a: _of_history(history, a, end, steps) for a in actors}
              for end in both]  # fmt: skip
    blocks = ((steps - first) // BLOCK_DAYS).astype(np.int64)
    classed = Classed(blocks, classes, whole, groups[0], groups[1], f"blocks of {BLOCK_DAYS} days")
    numbers = range(int(blocks.max(initial=0)) + 1)
    starts = np.array([history.date(first + BLOCK_DAYS * at).year for at in numbers])
    return _answer("cooperation", classed, actors, data_of(history), starts)


def _in_group(table: DyadYears, actor: str, ends: NDArray[np.int64], years: NDArray[np.int64]) -> Bools:
    if actor in table.actors:
        found: Bools = ends == table.actors.index(actor)
        return found
    members = table.members[actor.removesuffix(":")]
    lookup = np.zeros((len(table.actors), int(np.ptp(years)) + 1), dtype=bool)
    for code, year in members:
        if years.min() <= year <= years.max():
            lookup[table.actors.index(code), year - years.min()] = True
    inside: Bools = lookup[ends, years - years.min()]
    return inside


def _of_history(history: EventHistory, actor: str, ends: NDArray[Any], steps: NDArray[Any]) -> Bools:
    if actor.endswith(":"):
        bloc = history.blocs.get(actor.removesuffix(":"))
        if bloc is None:
            raise InputError(f"actor {actor!r} is a bloc that the study does not name; give blocs as well.")
        inside: Bools = bloc[ends, steps]
        return inside
    if actor not in history.actors:
        raise InputError(f"actor {actor!r} is not among the actors of the history.")
    found: Bools = ends == history.actors.index(actor)
    return found


def _row_of(classed: Classed, a: str, b: str) -> Bools:
    rows: Bools = classed.source[a] & classed.target[b]
    return rows


def _answer(
    measure: str, classed: Classed, actors: Sequence[str], data: Mapping[str, Any], starts: NDArray[Any]
) -> Answer:
    estimates = {}
    for a in actors:
        for b in ("all", *actors):
            if a == b and not a.endswith(":"):
                continue
            rows = _row_of(classed, a, b)
            for name, counts in classed.classes.items():
                estimates[f"{name}.{a}.{b}"] = _share(classed, counts, rows)
    course = _course(classed, actors, starts)
    sentences = [
        f"{span_text(estimates[f'cooperation.{a}.{b}'], share=True)} of {a}'s recorded deeds towards "
        f"{'all others' if b == 'all' else b} are cooperation ({estimates[f'cooperation.{a}.{b}'].events:,} "
        "deeds)."
        for a in actors
        for b in ("all", *(b for b in actors if b != a))
    ]
    return Answer(
        measure,
        "Cooperation and conflict",
        tuple(sentences[:6]),
        estimates,
        (_exhibit(course),),
        data,
        {"cluster": classed.unit},
        notes=(
            f"Intervals come from the spread between {classed.unit}. Shares are of what was reported; what "
            "is reported of a pair in a calm year is not what is reported in a crisis.",
        ),
    )


def _share(classed: Classed, counts: NDArray[np.float64], rows: Bools) -> Estimate:
    n = int(classed.cluster.max(initial=0)) + 1
    hits, whole = (
        np.bincount(classed.cluster[rows], part[rows], n).astype(np.float64)
        for part in (counts, classed.whole)
    )
    return clustered_share(hits, whole, unit=classed.unit)


def _course(classed: Classed, actors: Sequence[str], starts: NDArray[Any]) -> pl.DataFrame:
    """Give the share of cooperation by pair and year."""
    rows = []
    n = len(starts)
    for a in actors:
        for b in actors:
            if a == b and not a.endswith(":"):
                continue
            chosen = _row_of(classed, a, b)
            hits, whole = (
                np.bincount(classed.cluster[chosen], part[chosen], n)
                for part in (classed.classes["cooperation"], classed.whole)
            )
            for year in np.unique(starts).tolist():
                now = starts == year
                total = float(whole[now].sum())
                share = float(hits[now].sum()) / total if total else None
                rows.append({"pair": f"{a} → {b}", "year": int(year), "share": share, "events": int(total)})
    schema = {"pair": pl.String, "year": pl.Int64, "share": pl.Float64, "events": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _exhibit(course: pl.DataFrame) -> Exhibit:
    known = course.drop_nulls("share").sort("share", "year", "pair")
    finding = "No pair has events."
    if known.height:
        low, high = known.row(0, named=True), known.row(-1, named=True)
        finding = (
            f"The share of cooperation by year runs from {span_text(Estimate(low['share']), share=True)} "
            f"({low['pair']}, {low['year']}) to {span_text(Estimate(high['share']), share=True)} "
            f"({high['pair']}, {high['year']})."
        )
    columns: tuple[tuple[str, str, ColumnKind], ...] = (
        ("pair", "Pair", "text"),
        ("year", "Year", "text"),
        ("share", "Cooperation", "share"),
        ("events", "Deeds", "count"),
    )
    several = course["year"].n_unique() > 1
    chart = Chart("lines", "year", "share", panel="pair", percent=True) if several else None
    title = "Share of cooperation by pair and year"
    return Exhibit("cooperation-by-year", title, finding, course, columns, chart)
