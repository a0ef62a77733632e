"""Attributes of actors and pairs: hand-made tables, the field's own tables, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from melian.data.covariates import bind_covariate, bind_covariates, covariate
from melian.effects.covariates import ActorCovariate, DyadCovariate
from melian.errors import InputError
from melian.sequence import RelationalEvents

ORIGIN = dt.date(2018, 1, 1)


def day(year: int, month: int, number: int) -> float:
    return float((dt.date(year, month, number) - ORIGIN).days)


def at(table, actors, *when: int) -> list:
    return bind_covariate(table, actors, origin=ORIGIN).at(day(*when)).tolist()


def test_a_year_holds_from_its_first_to_its_last_day() -> None:
    table = covariate(pl.DataFrame({"actor": ["A", "A"], "year": [2017, 2019], "x": [1, 3]}), "x")
    assert at(table, ["A"], 2017, 12, 31) == [1.0]
    assert np.isnan(at(table, ["A"], 2018, 6, 1)).all()
    assert at(table, ["A"], 2019, 1, 1) == [3.0]
    assert np.isnan(at(table, ["A"], 2020, 1, 1)).all()


def test_extend_carries_the_last_day_of_the_table_on_and_nothing_else() -> None:
    rows = {"actor": ["A", "A", "B"], "year": [2017, 2018, 2017], "x": [1, 3, 5]}
    table = covariate(pl.DataFrame(rows), "x", extend=True)
    value = np.array(at(table, ["A", "B"], 2030, 1, 1))
    assert value[0] == 3.0
    assert np.isnan(value[1]), "the table ends in 2018; B's last row ends before"


def test_spells_with_open_ends_dates_and_constants() -> None:
    spells = pl.DataFrame(
        {
            "source": ["A", "A"],
            "target": ["B", "B"],
            "x": [1, 2],
            "since": ["2018-01-01", "2018-03-01"],
            "until": ["2018-01-31", None],
        }
    )
    table = covariate(spells, "x", absent=0)
    assert at(table, ["A", "B"], 2018, 1, 31)[0][1] == 1.0
    assert at(table, ["A", "B"], 2018, 2, 1)[0][1] == 0.0
    assert at(table, ["A", "B"], 2040, 1, 1) == [[0.0, 2.0], [0.0, 0.0]]
    assert at(covariate(spells, "x", absent=0, undirected=True), ["A", "B"], 2018, 4, 1)[1][0] == 2.0
    dated = pl.DataFrame({"actor": ["A", "A"], "date": ["2018-01-01", "2018-03-01"], "x": [True, False]})
    assert at(covariate(dated, "x"), ["A"], 2018, 2, 28) == [1.0]
    assert at(covariate(dated, "x"), ["A"], 2018, 3, 1) == [0.0]
    fixed = covariate(pl.DataFrame({"actor": ["A", "B"], "region": ["Asia", "Europe"]}), "region")
    assert fixed.categories == ("Asia", "Europe")
    assert at(fixed, ["B", "A"], 1900, 1, 1) == [1.0, 0.0]


def test_a_table_on_the_clock_of_the_events_needs_no_calendar() -> None:
    table = covariate(pl.DataFrame({"actor": ["A", "A"], "time": [0.0, 2.5], "x": [1.0, 2.0]}), "x")
    bound = bind_covariate(table, ["A"], unit="order")
    assert [bound.at(t).item() for t in (0.0, 2.4, 2.5)] == [1.0, 1.0, 2.0]


def test_lookup_gives_what_the_snapshots_give() -> None:
    rng = np.random.default_rng(3)
    n, changes = 6, 200
    time = np.sort(rng.integers(0, 40, changes)).astype(float)
    index = rng.integers(0, n * n, changes)
    value = np.where(rng.random(changes) < 0.2, np.nan, rng.random(changes))
    dyads = DyadCovariate("x", n, time, index, value, fill=-1.0)
    when, where = rng.integers(-2, 45, 500).astype(float), rng.integers(0, n * n, 500)
    expected = [dyads.at(t).ravel()[i] for t, i in zip(when, where, strict=True)]
    np.testing.assert_array_equal(dyads.lookup(when, where), expected)
    assert dyads.breaks(5.0, 7.0).tolist() == [t for t in (6.0, 7.0) if t in time]


def test_a_table_of_time_alone_holds_for_all() -> None:
    table = covariate(pl.DataFrame({"date": ["2018-01-01", "2018-03-01"], "crisis": [0, 1]}), "crisis")
    assert table.kind == "step"
    bound = bind_covariate(table, ["A"], origin=ORIGIN)
    assert (bound.at(day(2018, 2, 28)), bound.at(day(2018, 3, 1))) == (0.0, 1.0)
    assert bound.lookup(np.array([0.0, 99.0])).tolist() == [0.0, 1.0]
    with pytest.raises(InputError, match="no value for any actor somewhere from 2018-01-11"):
        bind_covariates([covariate(pl.DataFrame({"date": ["2018-02-01"], "x": [1]}), "x")], sequence())


BAD = [
    ("no such file", "nowhere.csv", {}, "covariate file nowhere.csv does not exist"),
    ("no table", 3, {}, "is a int; give the path"),
    ("no column", {"actor": ["A"], "cincs": [1.0]}, {}, "has no column 'x'; it has actor, cincs"),
    ("near column", {"actor": ["A"], "xx": [1.0]}, {}, "Did you mean 'xx'?"),
    ("no who", {"state": ["A"], "x": [1.0]}, {}, "does not say who: it needs one of source, target"),
    ("bad map", {"actor": ["A"], "x": [1.0]}, {"columns": {"since": "st"}}, "has no column 'st'"),
    ("empty actor", {"actor": [None], "x": [1.0]}, {}, "row 1: actor is empty"),
    ("no date", {"actor": ["A"], "x": [1.0], "since": ["2018-13-01"]}, {}, "found '2018-13-01', not a date"),
    ("empty date", {"actor": ["A"], "x": [1.0], "since": [None]}, {}, "column 'since': found None"),
    ("twice", {"actor": ["A", "A"], "x": [1.0, 2.0], "year": [2018, 2018]}, {}, "A has two values for the"),
    ("lists", {"actor": ["A"], "x": [[1.0]]}, {}, "allowed: numbers, true/false, or texts"),
    ("one way", {"actor": ["A"], "x": [1.0]}, {"undirected": True}, "is for tables of pairs"),
]


@pytest.mark.parametrize(("table", "named", "words"), [case[1:] for case in BAD], ids=[c[0] for c in BAD])
def test_bad_tables_are_refused_with_reason(table: object, named: dict, words: str) -> None:
    with pytest.raises(InputError) as caught:
        covariate(pl.DataFrame(table) if isinstance(table, dict) else table, "x", **named)
    assert words in str(caught.value)


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "noise.parquet").write_bytes(b"\x00\x01 nothing")
    with pytest.raises(InputError, match="cannot be read as CSV or Parquet"):
        covariate(tmp_path / "noise.parquet", "x")


def sequence(**settings: object) -> RelationalEvents:
    frame = {"time": [10.0, 200.0], "sender": ["A", "B"], "receiver": ["B", "A"]}
    return RelationalEvents.from_frame(frame, actors=["A", "B", "C"], origin=ORIGIN, **settings)


def test_missing_values_say_which_how_many_and_what_to_do() -> None:
    rows = {"actor": ["A", "B"], "year": [2018, 2017], "x": [1.0, 1.0]}
    with pytest.raises(InputError) as caught:
        bind_covariates([covariate(pl.DataFrame(rows), "x")], sequence())
    assert "no value for 2 of 3 actors somewhere from 2018-01-11 to 2018-07-20: B, C." in str(caught.value)
    assert "(absent, extend)" in str(caught.value)
    pairs = pl.DataFrame({"source": ["A"], "target": ["B"], "x": [1.0]})
    with pytest.raises(InputError, match=r"5 of 6 dyads .* A → C, B → A"):
        bind_covariates([covariate(pairs, "x")], sequence())
    assert bind_covariates([covariate(pairs, "x", absent=0)], sequence())[0].at(0.0).sum() == 1.0


def test_none_of_the_actors_and_no_calendar() -> None:
    table = covariate(pl.DataFrame({"actor": ["Z"], "x": [1.0]}), "x")
    with pytest.raises(InputError, match=r"names none of the 3 actors \(first: A, B, C\); its table has Z"):
        bind_covariates([table], sequence())
    dated = covariate(pl.DataFrame({"actor": ["A"], "year": [2018], "x": [1.0]}), "x")
    with pytest.raises(InputError, match="has dates, the events have none"):
        bind_covariate(dated, ["A"], unit="order")


FIVE = ["USA", "RUS", "DEU", "CHN", "FRA"]


def test_capabilities_democracy_and_ideal_points_join_by_state_number_and_date(shared: Path) -> None:
    folder = shared / "data" / "context"
    power = covariate(folder / "cow_nmc_cinc.parquet", "cinc")
    assert np.round(at(power, FIVE, 2016, 5, 1), 3).tolist() == [0.133, 0.036, 0.017, 0.231, 0.013]
    democracy = covariate(folder / "democracy_state_year.parquet", "democracy", column="v2x_polyarchy")
    assert round(at(democracy, FIVE, 2014, 5, 1)[1], 3) == 0.295
    points = pl.read_parquet(folder / "un_ideal_points.parquet").with_columns(year=pl.col("session") + 1945)
    ideal = covariate(points.select("ccode", "year", "IdealPoint"), "ideal", column="IdealPoint")
    assert np.round(at(ideal, ["USA", "RUS", "CHN"], 2014, 5, 1), 2).tolist() == [2.67, 0.07, -0.84]


def test_germany_has_one_value_on_each_side_of_its_unification(shared: Path) -> None:
    power = covariate(shared / "data" / "context" / "cow_nmc_cinc.parquet", "cinc")
    rows = pl.read_parquet(shared / "data" / "context" / "cow_nmc_cinc.parquet").filter(year=1990)
    value = dict(rows.select("ccode", "cinc").rows())
    assert at(power, ["DEU"], 1990, 10, 2) == [value[260]]
    assert at(power, ["DEU"], 1990, 10, 3) == [value[255]]


def test_alliances_and_contiguity_join_by_pairs_and_spells(shared: Path) -> None:
    folder = shared / "data" / "context"
    allied = covariate(
        folder / "cow_alliance_dyad_year.parquet", "allied", column="cow_defense", absent=0, extend=True
    )
    value = np.array(at(allied, FIVE, 2018, 5, 1))
    assert value[0].tolist() == [0, 0, 1, 0, 1]
    assert (value == value.T).all()
    frame = pl.read_parquet(folder / "cow_contiguity.parquet")
    spells = {"since": "stdate", "until": "enddate"}
    with pytest.raises(InputError, match="has two values for the same time"):
        covariate(frame, "contiguity", column="conttype", columns=spells)
    near = covariate(
        frame.filter(pl.col("conttype") == 1),
        "near",
        column="conttype",
        columns=spells,
        absent=0,
        extend=True,
    )
    assert at(near, FIVE, 2018, 5, 1)[2] == [0, 0, 0, 0, 1], "Germany borders France"
    assert isinstance(bind_covariate(near, FIVE, origin=ORIGIN), DyadCovariate)


def test_hand_made_changes_are_checked() -> None:
    arrays = np.array([0.0]), np.array([0]), np.array([1.0])
    assert ActorCovariate("x", 1, *arrays).at(0.0) == [1.0]
    with pytest.raises(InputError, match="index must lie in 0 to 0"):
        ActorCovariate("x", 1, arrays[0], np.array([1]), arrays[2])
    with pytest.raises(InputError, match="time must be sorted"):
        ActorCovariate("x", 1, np.array([1.0, 0.0]), np.array([0, 0]), np.array([1.0, 1.0]))
    with pytest.raises(InputError, match="differ in length"):
        ActorCovariate("x", 1, arrays[0], arrays[1], np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="must be finite"):
        ActorCovariate("x", 1, arrays[0], arrays[1], np.array([np.inf]))
