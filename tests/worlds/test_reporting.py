"""Reports laid over acts: what a naive reader of the table gets back."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from melian.data import load_history, store_from_frame
from melian.errors import InputError
from melian.simulate import (
    Baseline,
    Branching,
    Reporting,
    SimulatedWorld,
    World,
    recovery_grid,
    simulate,
    to_history,
    to_table,
)
from melian.simulate.codes import JOINT_CODES, PLAIN_CODES, REACTIVE_CODES, STATEMENTS
from melian.simulate.faults import reported_worlds

INSTRUMENT = {code: name for name, codes in PLAIN_CODES.items() for code in codes}
INSTRUMENT |= {code: name for name, codes in REACTIVE_CODES.items() for code in codes}
INSTRUMENT |= {code: name for name, codes in JOINT_CODES.items() for pair in codes for code in pair}
MIRROR = dict(pair for codes in JOINT_CODES.values() for pair in codes)
WORLD = World(
    actors=("A", "B", "C", "D", "E"),
    instruments=("coercion", "concession", "contestation", "economy", "soft_power"),
    n_steps=500,
    hidden=("E",),
    seed=21,
    baseline=Baseline(events=6_000, joint_ratio=0.4),
    branching=Branching(joint=0.1, joint_self=0.2),
    joint_instruments=("economy", "soft_power"),
    reactive={"concession": 0.7},
)


@pytest.fixture(scope="module")
def path() -> SimulatedWorld:
    return simulate(WORLD)


def naive_cells(table: pl.DataFrame, actors: tuple[str, ...]) -> Counter[tuple[object, ...]]:
    """Read a table as the funnel of MODEL.md 1 would: one row per pair, code and day; twins become joint."""
    rows = {
        (date, source, target, code): weight
        for date, source, target, code, _, weight in table.iter_rows()
        if source in actors and code not in STATEMENTS
    }
    cells: Counter[tuple[object, ...]] = Counter()
    for (date, source, target, code), weight in rows.items():
        twin = (date, target, source, MIRROR.get(code, ""))
        if twin not in rows:
            cells[(date, source, target, INSTRUMENT[code], False)] += weight
        elif source < target:
            cells[(date, source, target, INSTRUMENT[code], True)] += weight
    return cells


def cells_of(path: SimulatedWorld) -> Counter[tuple[object, ...]]:
    history = to_history(path)
    return Counter(
        {
            (
                history.date(step),
                history.actors[i],
                history.actors[j],
                history.instruments[k],
                bool(joint),
            ): int(n)
            for step, i, j, k, joint, n in zip(
                history.step,
                history.source,
                history.target,
                history.instrument,
                history.joint,
                history.count,
                strict=True,
            )
        }
    )


def test_faithful_reports_give_the_acts_back(path: SimulatedWorld) -> None:
    assert naive_cells(to_table(path), WORLD.actors) == cells_of(path)


def test_same_day_repeats_and_statements_leave_the_funnel_unmoved(path: SimulatedWorld) -> None:
    plain = to_table(path)
    told = to_table(path, Reporting(rereported=0.5, delays=(0,), statements=0.3))
    assert len(told) > len(plain) * 1.3
    assert naive_cells(told, WORLD.actors) == cells_of(path)


def test_table_is_reproducible_and_well_formed(path: SimulatedWorld) -> None:
    told = Reporting(mirrored=0.35, rereported=0.35, statements=0.1, one_sided=0.1)
    table = to_table(path, told)
    assert table.equals(to_table(path, told))
    assert table.columns == ["date", "source", "target", "cameo", "event_id", "weight"]
    assert table["event_id"].n_unique() == len(table)
    assert table["date"].is_sorted()
    assert (table["source"] != table["target"]).all()
    assert table["date"].min() >= WORLD.origin
    assert table["date"].max() < WORLD.origin + dt.timedelta(days=WORLD.n_steps)
    assert table.null_count().sum_horizontal().item() == 0
    assert not set(WORLD.hidden) & set(table["source"])


def test_rereports_come_at_their_rate_and_delay(path: SimulatedWorld) -> None:
    quiet = Reporting(outsiders=())
    plain = to_table(path, quiet)
    again = to_table(path, dataclasses.replace(quiet, rereported=0.35, delays=(0, 1, 2)))
    assert len(again) / len(plain) - 1 == pytest.approx(0.35, abs=0.03)


def test_mirrors_are_written_back_the_same_day(path: SimulatedWorld) -> None:
    clean, told = (to_table(path, Reporting(mirrored=share, outsiders=())) for share in (0.0, 0.35))
    soft = np.isin(path.world.instruments, list(JOINT_CODES))[path.instrument]
    acts = int((path.visible & ~path.joint & ~path.reactive & soft).sum())
    extra = told["weight"].sum() - clean["weight"].sum()
    assert extra / acts == pytest.approx(0.35, abs=0.03)
    joint = sum(n for cell, n in naive_cells(told, WORLD.actors).items() if cell[-1])
    assert joint == pytest.approx((path.joint & path.visible).sum() + extra, rel=0.02)


def test_rest_of_the_world_is_reported_day_by_day(path: SimulatedWorld) -> None:
    table = to_table(path)
    outside = table.filter(pl.col("source").str.starts_with("X"))
    assert len(outside) == path.elsewhere.sum()
    days = (outside["date"] - WORLD.origin).dt.total_days().to_numpy()
    np.testing.assert_array_equal(np.bincount(days, minlength=WORLD.n_steps), path.elsewhere)


def test_instruments_as_scheme() -> None:
    world = dataclasses.replace(WORLD, baseline=Baseline(events=2_000), reactive={})
    path = simulate(world)
    table = to_table(path, scheme="instrument")
    ours = table.filter(pl.col("source").is_in(world.actors))
    assert set(ours["instrument"]) == set(world.instruments)
    assert ours["weight"].sum() == path.visible.sum()
    with pytest.raises(InputError, match="cannot tell joint events"):
        to_table(simulate(WORLD), scheme="instrument")


def test_untellable_instrument_is_named() -> None:
    world = World(actors=("A", "B"), instruments=("weather",), n_steps=50, baseline=Baseline(events=50))
    with pytest.raises(InputError, match="'weather' has no plain CAMEO codes"):
        to_table(simulate(world))


@pytest.mark.parametrize(
    "fault", [{"mirrored": 1.2}, {"delays": ()}, {"statements": -1.0}, {"outsiders": ("X",)}]
)
def test_bad_reporting_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(InputError, match="reporting"):
        Reporting(**fault)  # type: ignore[arg-type]


def test_codes_agree_with_the_crosswalk(shared: Path) -> None:
    with (shared / "ontology" / "instruments.csv").open(encoding="utf-8") as file:
        book = {row["cameo_code"]: row for row in csv.DictReader(file)}
    for code, name in INSTRUMENT.items():
        assert book[code]["instrument"] == name, code
    for codes in PLAIN_CODES.values():
        assert all(book[c]["reciprocal"] == "0" and book[c]["reactive_by_definition"] == "0" for c in codes)
    for codes in REACTIVE_CODES.values():
        assert all(book[c]["reactive_by_definition"] == "1" for c in codes)
    assert all(book[code]["mirror_code"] == twin for code, twin in MIRROR.items())
    assert all(code.startswith("01") for code in STATEMENTS)


def test_faults_share_their_world_with_the_clean_telling() -> None:
    told = {world.name: world for world in reported_worlds()}
    assert all(world.clean in told for world in told.values())
    clean, wave = (simulate(told[name].world).parameters for name in ("mixed", "mixed+wave"))
    np.testing.assert_allclose(clean.course, wave.course)
    np.testing.assert_allclose(clean.level / clean.level.sum(), wave.level / wave.level.sum())
    assert wave.wave.std() > 0.2


@pytest.mark.parametrize("name", ["joint", "answers-own-instrument", "hidden-actor", "no-reaction-wave"])
def test_the_store_gives_the_acts_back_to_the_cell(name: str) -> None:
    (spec,) = (spec for spec in recovery_grid() if spec.name == name)
    path = simulate(
        dataclasses.replace(spec.world, baseline=dataclasses.replace(spec.world.baseline, events=8_000))
    )
    wanted = to_history(path, since=0)
    with store_from_frame(to_table(path)) as store:
        history = load_history(store, actors=list(wanted.actors), reactive="with")
    for field in ("step", "source", "target", "instrument", "count", "joint", "reactive"):
        np.testing.assert_array_equal(getattr(history, field), getattr(wanted, field), err_msg=field)
    assert (history.actors, history.instruments, history.origin) == (
        wanted.actors,
        wanted.instruments,
        wanted.origin,
    )
    assert history.attention is not None
    assert wanted.attention is not None
    np.testing.assert_array_equal(history.attention.total, wanted.attention.total)
    np.testing.assert_array_equal(history.attention.by_actor, wanted.attention.by_actor)


def test_inert_acts_carry_the_code_of_the_act_they_continue() -> None:
    told = {world.name: world for world in reported_worlds()}["brief+inertia"]
    path = simulate(
        dataclasses.replace(told.world, baseline=dataclasses.replace(told.world.baseline, events=3_000))
    )
    plain, inert = (to_table(path, dataclasses.replace(told.reporting, inertia=q)) for q in (0.0, 1.0))
    assert plain["weight"].sum() == inert["weight"].sum()

    def repeats(table: pl.DataFrame) -> int:
        keys = table.select("date", "source", "target", "cameo").unique()
        later = keys.with_columns(pl.col("date") + dt.timedelta(days=1))
        return keys.join(later, on=keys.columns).height

    assert repeats(inert) > 3 * repeats(plain)
    with pytest.raises(InputError, match="inertia"):
        to_table(path, Reporting(inertia=0.5), scheme="instrument")
    with pytest.raises(InputError, match="outside 0 to 1"):
        Reporting(inertia=1.5)
