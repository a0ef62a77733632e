"""Actor levels: what an actor of the store is called in a history, at which dates, and which are left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pyarrow as pa

from melian.data.queries import number
from melian.errors import StoreError, check_option

if TYPE_CHECKING:
    import duckdb

__all__ = ["BLOC_BODIES", "LEVELS", "Blocs", "JoinedBlocs", "Level", "actor_map", "read_blocs"]

Level = Literal["state", "state-only", "military-apart", "country", "bloc"]
LEVELS: Final[tuple[Level, ...]] = ("state", "state-only", "military-apart", "country", "bloc")

# The organisation that a bloc is, where it has a code of its own.
BLOC_BODIES: Final[dict[str, str]] = {
    **{"NATO": "NATO", "EU": "EUR", "CSTO": "CSTO", "CIS": "CIS", "SCO": "SCO", "G7": "G07"},
}
_FIRST, _LAST = dt.date(1, 1, 1), dt.date(9999, 12, 31)
_DAY = dt.timedelta(days=1)

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Blocs:
    """Dated memberships of the store's codebook: bloc and country to first and last days."""

    spells: dict[tuple[str, str], tuple[Span, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the blocs, sorted."""
        return tuple(sorted({bloc for bloc, _ in self.spells}))

    def members(self, bloc: str, first: dt.date, last: dt.date) -> tuple[str, ...]:
        """Countries that are members on some day from `first` to `last`, sorted."""
        check_option("bloc", bloc, self.names)
        rows = ((iso3, spans) for (name, iso3), spans in self.spells.items() if name == bloc)
        return tuple(sorted(iso3 for iso3, spans in rows if any(a <= last and b >= first for a, b in spans)))


@dataclass(frozen=True, slots=True)
class JoinedBlocs:
    """The blocs that level `bloc` joins, in order of precedence."""

    blocs: Blocs
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.names:
            check_option("bloc", name, self.blocs.names)


def read_blocs(connection: duckdb.DuckDBPyConnection) -> Blocs:
    """Read the blocs that `resolve_rows` wrote into the store.

    Raises
    ------
    StoreError
        If nothing in the store was ever resolved.
    """
    if not number(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'book_blocs'"):
        raise StoreError("the store holds no resolved reports; ingest files first.")
    found: dict[tuple[str, str], list[Span]] = {}
    for bloc, iso3, since, until in connection.execute(
        "SELECT bloc, iso3, since, until FROM book_blocs ORDER BY ALL"
    ).fetchall():
        found.setdefault((bloc, iso3), []).append((since, until))
    return Blocs({key: tuple(spans) for key, spans in found.items()})


def actor_map(
    actors: Iterable[str], left_out: frozenset[str], *, level: Level, joined: JoinedBlocs
) -> pa.Table:
    """Map the store's actors to the labels of a level, with dates.

    Parameters
    ----------
    actors : iterable of str
        Actors as resolved (`RUS`, `SYR.REB`).
    left_out : frozenset of str
        Codes of regions and INT; marked, since a table read as is may use the same letters for an actor.
    level : Level
        `state` and `military-apart` keep actors as they are (for the latter a state's military comes as
        `RUS.MIL`); `state-only` drops all but countries and organisations; `country` joins every sector to
        its country; `bloc` joins the members of blocs while they are members.
    joined : JoinedBlocs
        For level `bloc`: the blocs to join, of which the first that holds an actor wins.

    Returns
    -------
    pyarrow.Table
        actor, since, until, label, id, left_out; ids number the labels in sorted order.

    Examples
    --------
    >>> none = JoinedBlocs(Blocs({}))
    >>> found = actor_map(["RUS", "RUS.CVL", "AFR"], frozenset({"AFR"}), level="country", joined=none)
    >>> found["label"].to_pylist(), found["left_out"].to_pylist()
    (['AFR', 'RUS', 'RUS'], [True, False, False])
    """
    rows = [row for actor in sorted(actors) for row in _labels(actor, level, joined)]
    numbers = {label: at for at, label in enumerate(sorted({row[3] for row in rows}))}
    return pa.table(
        {
            "actor": pa.array([row[0] for row in rows], pa.string()),
            "since": pa.array([row[1] for row in rows], pa.date32()),
            "until": pa.array([row[2] for row in rows], pa.date32()),
            "label": pa.array([row[3] for row in rows], pa.string()),
            "id": pa.array([numbers[row[3]] for row in rows], pa.int32()),
            "left_out": pa.array([row[0].partition(".")[0] in left_out for row in rows], pa.bool_()),
        }
    )


def _labels(actor: str, level: Level, joined: JoinedBlocs) -> Iterator[tuple[str, dt.date, dt.date, str]]:
    base, _, sector = actor.partition(".")
    if level == "bloc" and not sector:
        yield from ((actor, first, last, label) for first, last, label in _bloc_spells(base, joined))
    elif level == "country":
        yield actor, _FIRST, _LAST, base
    elif level != "state-only" or not sector:
        yield actor, _FIRST, _LAST, actor


def _bloc_spells(base: str, joined: JoinedBlocs) -> Iterator[tuple[dt.date, dt.date, str]]:
    open_spans: list[Span] = [(_FIRST, _LAST)]
    for name in joined.names:
        own = (
            ((_FIRST, _LAST),) if BLOC_BODIES.get(name) == base else joined.blocs.spells.get((name, base), ())
        )
        for first, last in own:
            inside = [(max(a, first), min(b, last)) for a, b in open_spans if a <= last and b >= first]
            yield from ((a, b, f"{name}:") for a, b in inside)
            open_spans = [rest for span in open_spans for rest in _without(span, first, last)]
    yield from ((a, b, base) for a, b in open_spans)


def _without(span: Span, first: dt.date, last: dt.date) -> Iterator[Span]:
    start, end = span
    if last < start or first > end:
        yield span
        return
    if start < first:
        yield start, first - _DAY
    if end > last:
        yield last + _DAY, end
