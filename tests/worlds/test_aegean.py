"""The bundled world: what it says about itself, and what is written."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from melian.simulate import SimulatedWorld, bc_year, simulate_aegean, truth_of, write_aegean
from melian.simulate.aegean import BURN_IN, aegean_reports
from melian.simulate.expectation import spectral_radius
from melian.simulate.polities import aegean_tables, cast_of


@pytest.fixture(scope="module")
def path() -> SimulatedWorld:
    return simulate_aegean()


def test_size_and_span(path: SimulatedWorld) -> None:
    assert 15_000 <= path.visible.sum() <= 25_000
    assert path.world.n_steps == 3652
    assert bc_year(path.world.origin) == 431
    assert bc_year(path.world.origin + dt.timedelta(days=path.world.n_steps - 1)) == 422
    assert spectral_radius(path.parameters) < 0.9


def test_characters_are_what_they_are_meant_to_be(path: SimulatedWorld) -> None:
    truth = truth_of(path, since=BURN_IN)
    share = {
        name: dict(zip(("initiative", "momentum", "reaction", "joint"), row, strict=True))
        for name, row in zip(truth.actors, truth.shares(), strict=True)
    }
    events = dict(zip(truth.actors, truth.events, strict=True))
    received = {name: truth.to[:, truth.counterparts.index(name)].sum() for name in truth.actors}
    assert share["Athens"]["initiative"] > 0.5
    assert (
        max(events, key=lambda name: events[name])
        == "Athens"
        == max(received, key=lambda name: received[name])
    )
    assert share["Sparta"]["reaction"] > 0.45
    assert share["Persia"]["initiative"] > share["Persia"]["reaction"] * 2
    assert share["Melos"]["reaction"] > 0.6
    assert events["Melos"] == min(events.values())
    row = truth.actors.index("Corinth")
    joining = truth.relation[row, 4] / truth.events[row]
    assert joining == pytest.approx(max(truth.relation[row, 2:6]) / truth.events[row])


def test_sparta_regains_initiative_with_brasidas(path: SimulatedWorld) -> None:
    origin = path.world.origin
    start = (dt.date(1576, 7, 1) - origin).days
    before, after = (
        truth_of(path, since=a, until=b).shares()[9, 0]
        for a, b in ((start - 700, start - 60), (start, start + 700))
    )
    assert after > before + 0.1


def test_hand_made_tables_name_only_the_cast() -> None:
    cast, tables = cast_of(aegean_tables()), aegean_tables()
    names = [polity.name for polity in cast.polities]
    assert {name for pair in cast.pairs for name in pair} <= set(names)
    assert len(cast.pairs) == len(tables["pairs"])
    assert {name for polity in cast.polities for name in polity.watches} <= set(names)
    assert {episode.polity for episode in cast.episodes} | {m.polity for m in cast.leagues} <= set(names)
    assert {tool for polity in cast.polities for tool in polity.taste} <= set(cast.postures["ally"])
    assert not set(names) & set(tables["reporting"]["elsewhere"])


def test_bytes_are_those_of_the_first_release(tmp_path: Path) -> None:
    files = write_aegean(tmp_path)
    found = [hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in (files.reports, files.leagues)]
    assert found == ["f67250885dfebf32", "2c897e9ebc9bad24"]


def test_files(path: SimulatedWorld, tmp_path: Path) -> None:
    files = write_aegean(tmp_path / "new")
    table = pl.read_csv(files.reports, schema_overrides={"cameo": pl.String}, try_parse_dates=True)
    assert table.equals(aegean_reports(path))
    assert table["cameo"].str.len_chars().min() >= 3
    assert table["event_id"].n_unique() == len(table)
    assert table["date"].is_sorted()
    domestic = table.filter(
        pl.col("source").str.split(".").list[0] == pl.col("target").str.split(".").list[0]
    )
    assert 0.005 < len(domestic) / len(table) < 0.05
    told = json.loads(files.truth.read_text(encoding="utf-8"))
    truth = truth_of(path, since=BURN_IN)
    assert told["actors"] == truth.as_dict()
    assert told["events"] == truth.events.sum()
    assert (told["since"], told["until"]) == ("1569-03-02", "1578-12-31")
    assert sum(p["actors"]["Sparta"]["events"] for p in told["periods"]) == told["actors"]["Sparta"]["events"]
    assert "simulated" in told["fiction"]
    with files.leagues.open(encoding="utf-8") as file:
        assert {row["bloc"] for row in csv.DictReader(file)} == {"DELIAN", "PELOPONNESIAN"}


def test_another_seed_is_another_path() -> None:
    assert len(simulate_aegean(1)) != len(simulate_aegean(2))
