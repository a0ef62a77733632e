"""Providers' files as they ship them: every physical row accounted for, by numbers found without melian."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from store_files import query, read_in

from melian.data.sources.gdelt import GDELT1, GDELT2

# source, file under data/, rows read, stored, rejected
SAMPLES = [
    ("icews", "raw/icews_events.2018.sample.tab", 3705, 3705, 0),
    ("gdelt1", "raw/gdelt1_events_57col_backfile.sample.csv", 241, 164, 77),
    ("gdelt1", "raw/gdelt1_events_58col_daily.sample.export.CSV", 569, 330, 239),
    ("gdelt2", "raw/gdelt2_20180101000000.export.CSV", 2414, 1334, 1080),
    ("gdelt2", "raw/gdelt2_events_mixed_2014_2020.sample.export.CSV", 100, 63, 37),
    ("gdelt2", "raw/gdelt2_events_translingual.sample.export.CSV", 100, 45, 55),
    ("ucdp-ged", "raw/ucdp_ged_global_sample1000.csv", 1000, 1000, 0),
    ("ucdp-ged", "ucdp/ucdp_ged_mexico_myanmar.parquet", 26331, 26331, 0),
    ("gdelt1", "gdelt/gdelt1_georgia_2011_2013.parquet", 105438, 52979, 52459),
    ("keds", "raw/keds_tabari_demo.keds", 77, 77, 0),
    ("keds", "keds/keds_gulf_1979_1999.parquet", 54466, 54107, 359),
    ("keds", "keds/keds_levant_cameo_1979_2011.parquet", 145709, 145709, 0),
]


@pytest.mark.parametrize(("source", "name", "read", "stored", "rejected"), SAMPLES, ids=lambda v: str(v))
def test_every_row_is_accounted_for(
    shared: Path, tmp_path: Path, source: str, name: str, read: int, stored: int, rejected: int
) -> None:
    store = tmp_path / "s.duckdb"
    report = read_in(source, shared / "data" / name, store)
    assert report.totals.as_dict() == {"read": read, "stored": stored, "duplicate": 0, "rejected": rejected}
    numbers = query(store, "SELECT file_row FROM reports UNION ALL SELECT row FROM rejects ORDER BY 1")
    assert [row for (row,) in numbers] == list(range(1, read + 1))
    assert query(store, "SELECT count(*) FROM resolved") == [(stored,)]


def expected_of_gdelt(path: Path, columns: tuple[str, ...]) -> tuple[int, Counter[str]]:
    """What becomes of a GDELT file, row by row in Python."""
    name, code = [[columns.index(f"Actor{n}{part}") for n in (1, 2)] for part in ("Name", "Code")]
    fates: Counter[str] = Counter()
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            ends = [cells[n].strip() or cells[c].strip() for n, c in zip(name, code, strict=True)]
            if not ends[0]:
                fates["no source"] += 1
            elif not ends[1]:
                fates["no target"] += 1
            elif ends[0] == ends[1]:
                fates["self-dyad"] += 1
            else:
                fates["stored"] += 1
    return fates.total(), fates


@pytest.mark.parametrize(
    ("source", "name", "columns"),
    [
        ("gdelt1", "gdelt1_events_57col_backfile.sample.csv", GDELT1.layouts[0]),
        ("gdelt1", "gdelt1_events_58col_daily.sample.export.CSV", GDELT1.layouts[1]),
        ("gdelt2", "gdelt2_20180101000000.export.CSV", GDELT2.layouts[0]),
    ],
)
def test_gdelt_rows_fare_as_a_plain_reading_says(
    shared: Path, tmp_path: Path, source: str, name: str, columns: tuple[str, ...]
) -> None:
    path, store = shared / "data" / "raw" / name, tmp_path / "s.duckdb"
    read, fates = expected_of_gdelt(path, columns)
    report = read_in(source, path, store)
    assert (report.totals.read, report.totals.stored) == (read, fates["stored"])
    kinds = query(store, "SELECT split_part(reason, ':', 1), count(*) FROM rejects GROUP BY 1")
    assert dict(kinds) == {kind: n for kind, n in fates.items() if kind != "stored"}


def test_gdelt_fields_are_those_of_the_file(shared: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    read_in("gdelt1", shared / "data/raw/gdelt1_events_57col_backfile.sample.csv", store)
    found = query(
        store,
        """SELECT file_row, date::TEXT, source_name, source_code, source_country, target_name, target_sectors,
                  code, goldstein, reports, place, lat, lon, precision, url
           FROM reports WHERE event_id = '1552839'""",
    )
    row = (2, "1982-01-02", "CANADA", "CAN", "CAN", "POLAND", None, "1312", -5.8, 2, "Canada", 60.0, -95.0)
    assert found == [(*row, "publication", None)]


def test_ucdp_quoted_line_breaks_and_spans(shared: Path, tmp_path: Path) -> None:
    path, store = shared / "data/raw/ucdp_ged_global_sample1000.csv", tmp_path / "s.duckdb"
    with path.open(encoding="utf-8", newline="") as lines:
        plain = list(csv.DictReader(lines))
    read_in("ucdp-ged", path, store)
    columns = "event_id, date::TEXT, date_end::TEXT, source_name, target_name, code"
    found = query(store, f"SELECT {columns} FROM reports ORDER BY file_row")
    assert found == [
        (r["id"], r["date_start"][:10], r["date_end"][:10], r["side_a"], r["side_b"], r["type_of_violence"])
        for r in plain
    ]
    days = query(store, "SELECT count(*) FROM reports WHERE precision = 'day' AND date <> date_end")
    assert days == [(0,)]
    precision = Counter(p for (p,) in query(store, "SELECT precision FROM reports"))
    assert precision["month"] == sum(r["date_prec"] == "4" for r in plain)
    assert precision["year"] == sum(r["date_prec"] == "5" for r in plain)


def test_keds_schemes_are_told_by_the_codes(shared: Path, tmp_path: Path) -> None:
    schemes = {}
    for name in ("gulf_1979_1999", "central_asia_weis_1989_1999", "levant_cameo_1979_2011"):
        store = tmp_path / f"{name}.duckdb"
        read_in("keds", shared / "data" / "keds" / f"keds_{name}.parquet", store)
        schemes[name] = query(store, "SELECT DISTINCT scheme FROM reports")
    assert list(schemes.values()) == [[("weis",)], [("weis",)], [("cameo",)]]


def test_icews_2018_as_a_table_of_names(shared: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    path = shared / "data/icews/icews18.parquet"
    report = read_in("table", path, store)
    assert report.totals.as_dict() == {"read": 468558, "stored": 468558, "duplicate": 0, "rejected": 0}
    assert (str(report.files[0].since), str(report.files[0].until)) == ("2018-01-01", "2018-10-31")
    both = "SELECT avg((source_actor IS NOT NULL AND target_actor IS NOT NULL)::INT) FROM resolved"
    assert query(store, both)[0][0] >= 0.93
    again = read_in("table", path, store)
    assert again.totals.as_dict() == {"read": 468558, "stored": 0, "duplicate": 468558, "rejected": 0}
    assert query(store, "SELECT count(*) FROM reports") == [(468558,)]
