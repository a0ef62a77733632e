"""Every reader on a tiny file made by hand: which column becomes which field."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest
from store_files import query, read_in, write_table

from melian.data.sources import source_spec
from melian.options import SOURCES

ENDS = "date::TEXT, source_name, target_name, scheme, code, mode, precision"


def test_every_source_has_a_reader() -> None:
    assert [source_spec(name).name for name in SOURCES] == list(SOURCES)


def test_polecat(tmp_path: Path) -> None:
    header = (
        "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tContexts\tActor Name\tActor Country\t"
        "Primary Actor Sector\tRecipient Name\tRecipient Country\tPrimary Recipient Sector\tCity\tLatitude"
    )
    what = "P1\t2023-03-01\tThreaten\tdiplo\t-4.4\tmilitary"
    row = f'{what}\tRussia\tRUS\tGOV\tUkraine\tUKR\tGOV\t"Kyiv\t50.45'
    write_table(tmp_path / "p.txt", [row, row.replace("P1", "P2").replace("Ukraine", "None")], header=header)
    report = read_in("polecat", tmp_path / "p.txt", tmp_path / "s.duckdb")
    assert (report.totals.stored, report.totals.rejected) == (2, 0)
    columns = f"{ENDS}, source_sectors, goldstein, place, lat"
    found = query(tmp_path / "s.duckdb", f"SELECT {columns} FROM reports ORDER BY event_id")
    assert found[0] == (
        *("2023-03-01", "Russia", "Ukraine", "plover", "THREATEN", "diplo", "day"),
        *("GOV", -4.4, '"Kyiv', 50.45),
    )
    assert found[1][2] == "UKR"


PHOENIX_ROW = (
    "E1\t20150102\t2015\t1\t2\tRUSGOV\tRUS\tGOV\t\tUKRMIL\tUKR\tMIL\t\t190\t19\t4\t-10.0\t\t50.4\t30.5\tKyiv\t"
    "\tUKR\tS1\thttp://x\tafp"
)


@pytest.mark.parametrize("with_header", [True, False])
def test_phoenix_with_and_without_header(tmp_path: Path, with_header: bool) -> None:
    names = "\t".join(source_spec("phoenix").layouts[0])
    lines = [names, PHOENIX_ROW] if with_header else [PHOENIX_ROW]
    (tmp_path / "p.txt").write_text("\n".join(lines) + "\n")
    read_in("phoenix", tmp_path / "p.txt", tmp_path / "s.duckdb")
    found = query(
        tmp_path / "s.duckdb", f"SELECT {ENDS}, source_country, target_sectors, url, file_row FROM reports"
    )
    assert found == [
        ("2015-01-02", "RUSGOV", "UKRMIL", "cameo", "190", None, "day", "RUS", "MIL", "http://x", 1),
    ]


def test_acled_dates_precision_and_empty_second_actor(tmp_path: Path) -> None:
    header = (
        "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,inter1,actor2,inter2,country,"
        "location,latitude,longitude,notes"
    )
    rows = [
        "UKR1,2022-03-01,1,Battles,Armed clash,Military Forces of Russia (2000-),8,Ukraine,1,"
        'Ukraine,Kharkiv,50,36.2,"Shelling, and\na clash."',
        "UKR2,02 March 2022,2,Explosions/Remote violence,Air/drone strike,A,8,B,1,Ukraine,Kyiv,50,30,x",
        "UKR3,2022-03-03,3,Battles,Armed clash,A,8,C,1,Ukraine,Kyiv,50,30,x",
        "UKR4,2022-03-03,1,Protests,Peaceful protest,Protesters (Ukraine),6,,,Ukraine,Kyiv,50,30,x",
    ]
    write_table(tmp_path / "a.csv", rows, header=header)
    report = read_in("acled", tmp_path / "a.csv", tmp_path / "s.duckdb")
    assert report.totals.as_dict() == {"read": 4, "stored": 3, "duplicate": 0, "rejected": 1}
    found = query(
        tmp_path / "s.duckdb", "SELECT event_id, date::TEXT, precision, code, text FROM reports ORDER BY 1"
    )
    assert found == [
        ("UKR1", "2022-03-01", "day", "Armed clash", "Shelling, and\na clash."),
        ("UKR2", "2022-03-02", "span", "Air/drone strike", "x"),
        ("UKR3", "2022-03-03", "month", "Armed clash", "x"),
    ]
    assert query(tmp_path / "s.duckdb", "SELECT row, reason FROM rejects") == [(4, "no target")]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("300101", "1930-01-01"),
        ("991231", "1999-12-31"),
        ("000229", "2000-02-29"),
        ("291231", "2029-12-31"),
        ("19790415", "1979-04-15"),
        ("1979-04-15", "1979-04-15"),
    ],
)
def test_keds_years_of_two_digits_turn_at_thirty(tmp_path: Path, written: str, day: str) -> None:
    (tmp_path / "k.keds").write_text(f"{written}\tISR\tPAL\t223\t(MIL ENGAGEMENT)\tSHELLED\n")
    read_in("keds", tmp_path / "k.keds", tmp_path / "s.duckdb")
    found = query(
        tmp_path / "s.duckdb", "SELECT date::TEXT, source_code, target_name, scheme, text FROM reports"
    )
    assert found == [(day, "ISR", "PAL", "weis", "(MIL ENGAGEMENT)")]


@pytest.mark.parametrize("scheme", ["weis", "cameo"])
def test_keds_scheme_said_by_the_user(tmp_path: Path, scheme: str) -> None:
    (tmp_path / "k.keds").write_text("950101\tISR\tPAL\t031\t(MEET)\tMET\n")
    read_in("keds", tmp_path / "k.keds", tmp_path / "s.duckdb", map={scheme: "code"})
    assert query(tmp_path / "s.duckdb", "SELECT scheme, code FROM reports") == [(scheme, "031")]


def test_keds_table_with_header(tmp_path: Path) -> None:
    write_table(
        tmp_path / "k.csv", ["1999-01-02,YUG,KSV,224,(RIOT)"], header="date,source,target,code,description"
    )
    read_in("keds", tmp_path / "k.csv", tmp_path / "s.duckdb")
    assert query(tmp_path / "s.duckdb", "SELECT code, text FROM reports") == [("224", "(RIOT)")]


ROW = "2018-01-01,France,Germany,040"


def test_table_all_columns(tmp_path: Path) -> None:
    header = "event_id,date,source,target,cameo,weight,lat,lon,place,text"
    write_table(tmp_path / "t.csv", ["7,20180101,France,Germany,043,3,48.8,2.3,Paris,a visit"], header=header)
    read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb")
    found = query(
        tmp_path / "s.duckdb",
        """SELECT event_id, date::TEXT, source_name, target_name, scheme, code, weight, lat, lon, place, text,
                  reports, precision, as_is, source_kind FROM reports""",
    )
    row = ("7", "2018-01-01", "France", "Germany", "cameo", "043", 3, 48.8, 2.3, "Paris", "a visit")
    assert found == [(*row, 1, "day", False, "table")]


@pytest.mark.parametrize(
    ("scheme", "code", "kept"),
    [("cameo", "043", "043"), ("plover", "threaten", "THREATEN"), ("instrument", "force", "force")],
)
def test_table_schemes(tmp_path: Path, scheme: str, code: str, kept: str) -> None:
    write_table(
        tmp_path / "t.csv", [f"2018-01-01,France,Germany,{code}"], header=f"date,source,target,{scheme}"
    )
    read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb")
    assert query(tmp_path / "s.duckdb", "SELECT scheme, code FROM reports") == [(scheme, kept)]


def test_table_by_map_and_as_is(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["2018-01-01,FRA,SYR.REB,190"], header="When,Attacker,Victim,Act")
    columns = {"date": "When", "source": "Attacker", "target": "victim", "cameo": "Act"}
    read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb", map=columns, as_is=True)
    assert query(tmp_path / "s.duckdb", "SELECT source_actor, target_actor FROM resolved") == [
        ("FRA", "SYR.REB")
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_table_delimiters(tmp_path: Path, delimiter: str) -> None:
    rows = [ROW.replace(",", delimiter), f'2018-01-02{delimiter}"a{delimiter}b"{delimiter}c{delimiter}040']
    write_table(tmp_path / "t.txt", rows, header="date,source,target,cameo".replace(",", delimiter))
    read_in("table", tmp_path / "t.txt", tmp_path / "s.duckdb")
    found = query(tmp_path / "s.duckdb", "SELECT source_name FROM reports ORDER BY file_row")
    assert found == [("France",), (f"a{delimiter}b",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    write_table(tmp_path / "t.csv", [ROW, "2018-01-02,Spain,Italy,040"], end=end)
    assert read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb").totals.stored == 2


def test_mixed_line_ends_and_empty_lines(tmp_path: Path) -> None:
    text = f"\n\ndate,source,target,cameo\r\n{ROW}\n\n2018-01-02,Spa\rin,Italy,040\r\nbroken\n{ROW}\n"
    (tmp_path / "t.csv").write_bytes(text.encode())
    read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb")
    found = query(tmp_path / "s.duckdb", "SELECT file_row, source_name FROM reports ORDER BY 1")
    assert found == [(1, "France"), (2, "Spa in"), (4, "France")]
    assert query(tmp_path / "s.duckdb", "SELECT row, raw, reason FROM rejects") == [
        (3, "broken", "too few columns")
    ]


def test_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(f"\ufeffdate,source,target,cameo\n{ROW}\n".encode())
    assert read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb").totals.stored == 1


def test_a_parquet_table_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"date": [1], "source": ["France"], "target": ["Germany"], "cameo": [43], "weight": [2.0]},
        schema_overrides={"date": pl.Int32},
    ).with_columns(pl.col("date").cast(pl.Date), file_row=pl.lit("mine"), c0=pl.lit(0))
    frame.write_parquet(tmp_path / "t.parquet")
    read_in("table", tmp_path / "t.parquet", tmp_path / "s.duckdb")
    assert query(tmp_path / "s.duckdb", "SELECT date::TEXT, code, weight FROM reports") == [
        ("1970-01-02", "043", 2)
    ]


def test_folders_globs_and_archives(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    write_table(folder / "a.csv", [ROW])
    (folder / "notes.md").write_text("no data")
    with gzip.open(folder / "below" / "b.csv.gz", "wt") as out:
        out.write(f"date,source,target,cameo\n{ROW}\n{ROW}\n")
    with zipfile.ZipFile(folder / "c.zip", "w") as out:
        out.writestr("c1.csv", f"date,source,target,cameo\n{ROW}\n{ROW}\n{ROW}\n")
        out.writestr("__MACOSX/c1.csv", "junk")
        out.writestr("c2.csv", f"date,source,target,cameo\n{ROW}\n{ROW}\n{ROW}\n{ROW}\n")
    report = read_in("table", folder, tmp_path / "s.duckdb")
    assert [(Path(f.path).name, f.stored) for f in report.files] == [
        *[("a.csv", 1), ("b.csv.gz", 2), ("c1.csv", 3), ("c2.csv", 4)],
    ]
    by_glob = read_in("table", str(folder / "*.csv"), tmp_path / "g.duckdb")
    assert by_glob.totals.read == 1


def test_a_file_and_its_compressed_copy_are_one(tmp_path: Path) -> None:
    plain = write_table(tmp_path / "a.csv", [ROW])
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    read_in("table", plain, tmp_path / "s.duckdb")
    again = read_in("table", tmp_path / "b.csv.gz", tmp_path / "s.duckdb")
    assert (again.totals.stored, again.totals.duplicate) == (0, 1)


def test_a_name_with_wildcards_is_a_name(tmp_path: Path) -> None:
    write_table(tmp_path / "t[1]*.csv", [ROW])
    assert read_in("table", tmp_path / "t[1]*.csv", tmp_path / "s.duckdb").totals.stored == 1


def test_progress_is_told_by_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(tmp_path / f"{name}.csv", [ROW, f"2018-01-02,{name},x,040"])
    told: list[tuple[int, int, str]] = []
    read_in("table", str(tmp_path / "*.csv"), tmp_path / "s.duckdb", progress=lambda *step: told.append(step))
    assert [(done, total) for done, total, _ in told] == [(0, 2), (1, 2), (2, 2)]
    assert told[0][2].endswith("a.csv")


def test_coordinates_that_are_none_are_told(tmp_path: Path) -> None:
    rows = [
        f"{ROW},{lat},{lon}" for lat, lon in ((48.8, 2.3), ("x", 2), (91, 2), (1, 181), ("", ""), ("nan", 1))
    ]
    write_table(tmp_path / "t.csv", rows, header="date,source,target,cameo,lat,lon")
    report = read_in("table", tmp_path / "t.csv", tmp_path / "s.duckdb")
    assert report.files[0].notes == ("4 rows have coordinates that are no degrees; stored without.",)
    found = query(tmp_path / "s.duckdb", "SELECT lat, lon FROM reports ORDER BY file_row")
    assert found == [(48.8, 2.3), (None, 2.0), (None, 2.0), (1.0, None), (None, None), (None, 1.0)]
