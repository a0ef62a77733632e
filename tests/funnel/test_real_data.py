"""Coverage and funnel on the real sets, where they are at hand."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest

from melian.codebook import load_codebook
from melian.data.connect import memory_store
from melian.data.funnel import FunnelOptions, funnel_counts
from melian.data.load import load_history, source_rows
from melian.data.resolve import resolve_rows, unresolved

COLUMNS = {
    "icews": "date, source AS source_name, target AS target_name, cameo AS code, event AS text",
    "keds": "date, source AS source_name, target AS target_name, code",
    "gdelt1": """date, coalesce(Actor1Name, '-') AS source_name, coalesce(Actor2Name, '--') AS target_name,
        Actor1Code AS source_code, Actor2Code AS target_code, EventCode AS code""",
    "ucdp-ged": """date_start::DATE AS date, date_end::DATE AS date_end, side_a AS source_name,
        side_b AS target_name, country AS source_country, country AS target_country,
        type_of_violence::TEXT AS code, id::TEXT AS event_id""",
}


def real_store(path, source, scheme, order="1"):
    store = memory_store()
    # Names of the benchmark tables stand as in a user's table.
    kind = "table" if source == "icews" else source
    precision = "CASE WHEN date_end > date THEN 'span' ELSE 'day' END" if source == "ucdp-ged" else "'day'"
    store.connection.execute(
        f"""INSERT INTO reports BY NAME
        SELECT 10000000000 + n AS row_id, 1 AS file_id, n AS file_row, '{kind}' AS source_kind,
               '{scheme}' AS scheme, {precision} AS precision, 1 AS reports, 1 AS weight, false AS as_is,
               * EXCLUDE n
        FROM (SELECT row_number() OVER () AS n, {COLUMNS[source]} FROM '{path}' ORDER BY {order})"""
    )
    resolve_rows(store.connection, 1, load_codebook())
    return store


def coverage(store):
    """Share of reports with both ends, and of ends."""
    return store.connection.execute(
        """SELECT avg((source_actor IS NOT NULL AND target_actor IS NOT NULL)::INT),
                  (count(source_actor) + count(target_actor)) / (2 * count(*)), count(instrument) / count(*)
           FROM resolved"""
    ).fetchall()[0]


@pytest.fixture(scope="module")
def icews(shared):
    store = real_store(shared / "data" / "icews" / "icews18.parquet", "icews", "cameo")
    yield store
    store.close()


def test_icews_2018_gets_both_ends(icews):
    both, ends, instruments = coverage(icews)
    assert both >= 0.93
    assert ends >= 0.96
    assert instruments == 1


def test_icews_2018_unresolved_names_by_count(icews):
    names = unresolved(icews)
    assert names["name"][0] == "Unspecified Actor"
    assert names["rows"].is_sorted(descending=True)
    assert names.columns[:5] == ["name", "iso3", "sector", "from", "to"]


def test_icews_2018_filled_in_list_is_fed_back(icews, tmp_path):
    names = unresolved(icews)
    name = "Association of American Publishers"
    fill = {"iso3": "IND", "sector": "OPP"}
    filled = names.with_columns(
        pl.when(pl.col("name") == name).then(pl.lit(value)).otherwise(pl.lit("")).alias(column)
        for column, value in fill.items()
    )
    filled.write_csv(tmp_path / "own.csv")
    book = load_codebook({"actors": tmp_path / "own.csv"})
    assert book.named == {name}
    assert book.actors[name][0].sector == "OPP"


def test_icews_2018_funnel(icews):
    counts = {count.step: count.rows for count in funnel_counts(icews)}
    assert counts["reports"] == 468_558
    # The benchmark has no repeated rows; what is co-reported differs in names alone.
    assert counts["statements"] == counts["re-reports"] > counts["co-reports"] > counts["mirrors"]
    paired = icews.connection.execute(
        """SELECT avg((mirror_code IS NOT NULL)::INT) FROM resolved JOIN reports USING (row_id)
           WHERE instrument_domestic IS NULL AND source_actor IS NOT NULL AND target_actor IS NOT NULL
             AND code NOT LIKE '01%'"""
    ).fetchall()[0]
    # About half of the foreign rows without statements carry a code with a mirror.
    assert 0.45 < paired[0] < 0.55


def test_icews_2018_history_of_thirty_actors(icews):
    began = time.process_time()
    history = load_history(icews)
    assert time.process_time() - began < 6  # about 1 s of computing, 0.5 s on two cores
    assert history.n_actors == 30
    assert {"USA", "RUS", "CHN", "ISR", "SYR", "EUR"} <= set(history.actors)
    assert history.n_steps == 304
    assert history.attention.total.sum() == 468_558
    assert (history.row >= 0).all()
    # Nearly every meeting has its twin, so soft power is joint for the most part.
    soft = history.instrument == history.instruments.index("soft_power")
    assert history.count[soft & history.joint].sum() > 0.4 * history.count[soft].sum()
    assert not {"protest", "repression"} & set(history.instruments)
    assert {"protest", "repression"} <= set(load_history(icews, without=["domestic"]).instruments)


def test_icews_2018_is_the_same_whatever_the_order_of_rows(icews, shared):
    path = shared / "data" / "icews" / "icews18.parquet"
    with real_store(path, "icews", "cameo", order="md5(source || target || cameo || date::TEXT)") as other:
        first, again, shuffled = load_history(icews), load_history(icews), load_history(other)
        np.testing.assert_array_equal(first.row, again.row)
        for name in ("step", "source", "target", "instrument", "count", "joint", "reactive"):
            np.testing.assert_array_equal(getattr(first, name), getattr(shuffled, name))
        np.testing.assert_array_equal(first.attention.by_actor, shuffled.attention.by_actor)
        told = [
            source_rows(store, history.row.tolist()).drop("row_id", "file_row")
            for store, history in ((icews, first), (other, shuffled))
        ]
    assert told[0].equals(told[1])


def test_icews_2018_meetings_have_twins(icews):
    history = load_history(icews, n_actors=None)
    assert history.provenance.funnel[-1].rows == history.count.sum()
    rows = icews.connection.execute(
        """SELECT r.code, v.source_actor AS s FROM (SELECT unnest(?) AS row_id) JOIN reports r USING (row_id)
           JOIN resolved v USING (row_id)""",
        [history.row[history.joint].tolist()],
    ).fetchnumpy()
    assert set(rows["code"]) <= {
        *("030", "0314", "037", "040", "041", "042", "043", "044", "046", "050", "057"),
        *("060", "061", "062", "064", "0871"),
    }


@pytest.mark.parametrize(
    ("name", "scheme", "least"),
    [
        ("keds_balkans_weis_1989_2003", "weis", 0.99),
        ("keds_central_asia_weis_1989_1999", "weis", 0.99),
        ("keds_gulf_1979_1999", "weis", 0.99),
        ("keds_levant_cameo_1979_2011", "cameo", 0.99),
    ],
)
def test_keds_codes(shared, name, scheme, least):
    with real_store(shared / "data" / "keds" / f"{name}.parquet", "keds", scheme) as store:
        both, _, instruments = coverage(store)
        assert both >= least
        assert instruments > 0.9999


def test_keds_balkans_history(shared):
    with real_store(
        shared / "data" / "keds" / "keds_balkans_weis_1989_2003.parquet", "keds", "weis"
    ) as store:
        history = load_history(store, since="1992-04-01", until="1995-12-14")
        assert {"SRB", "BIH", "BIH.SER", "HRV", "NATO", "UNO", "USA"} <= set(history.actors)
        assert history.window[0] > 1000
        assert history.joint.any()


def test_gdelt_georgia(shared):
    with real_store(
        shared / "data" / "gdelt" / "gdelt1_georgia_2011_2013.parquet", "gdelt1", "cameo"
    ) as store:
        both, ends, instruments = coverage(store)
        # 38,609 of 105,438 rows have no actor country at all.
        assert both > 0.1
        assert ends > 0.4
        assert instruments == 1
        counts = funnel_counts(store, FunnelOptions())
        assert counts[-1].rows > 3000
        assert {"RUS", "USA", "GEO"} <= set(load_history(store).actors)


def test_ucdp_is_joint_or_domestic(shared):
    path = shared / "data" / "ucdp" / "ucdp_ged_mexico_myanmar.parquet"
    with real_store(path, "ucdp-ged", "ucdp") as store:
        assert coverage(store)[0] == 1
        history = load_history(store, without=["domestic"], n_actors=None)
        # Only one-sided violence has a direction.
        directed = {history.actors[t] for t in history.target[~history.joint]}
        assert directed <= {"MEX.CVL", "MMR.CVL"}
        spread = load_history(store, without=["domestic"], n_actors=None, span="spread")
        assert np.sum(spread.count) > np.sum(history.count)
