"""Bad input: one clear sentence, and a store that is as it was before."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from store_files import query, read_in, write_table

from melian.data import ingest, open_store
from melian.errors import InputError, MelianError, RejectedRows, StoreError

HEADER = b"date,source,target,cameo\n"
ROW = b"2018-01-01,France,Germany,040\n"
NOISE = random.Random(7).randbytes(40_000)


def zipped(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("x.csv", content)
    return out.getvalue()


def parquet(rows: int) -> bytes:
    out = io.BytesIO()
    names = [f"A{i}" for i in range(rows)]
    frame = pl.DataFrame(
        {"date": ["2018-01-01"] * rows, "source": names, "target": ["B"] * rows, "cameo": ["040"] * rows}
    )
    frame.write_parquet(out, row_group_size=1000)
    return out.getvalue()


def flipped(content: bytes, first: int, last: int) -> bytes:
    return content[:first] + bytes(255 - b for b in content[first:last]) + content[last:]


# name of the case, file name, content, options, words expected
BAD_FILES: list[tuple[str, str, bytes, dict[str, Any], str]] = [
    ("empty", "a.csv", b"", {}, "is empty"),
    ("blank", "a.csv", b"\n \n", {}, "is empty"),
    ("header alone", "a.csv", HEADER, {}, "holds no rows"),
    ("noise", "a.csv", NOISE, {}, "is binary"),
    ("UTF-16", "a.csv", (HEADER + ROW).decode().encode("utf-16"), {}, "UTF-16"),
    ("other columns", "a.csv", b"a,b\n1,2\n", {}, "has no column cameo, plover or instrument; found: a, b"),
    ("no date", "a.csv", b"day,source,target,cameo\n1,2,3,4\n", {}, "has no column date.*--map date=COLUMN"),
    ("column twice", "a.csv", b"date,date,source,target,cameo\n", {}, "two columns named 'date'"),
    ("columns alike", "a.csv", b"Date,DATE,source,target,cameo\n" + ROW, {}, "two columns.*the name 'DATE'"),
    ("ours unknown", "a.csv", HEADER + ROW, {"map": {"sorce": "x"}}, "map='sorce'.*mean 'source'"),
    ("theirs unknown", "a.csv", HEADER + ROW, {"map": {"source": "x"}}, "no column 'x'.*found: date"),
    ("wrong dates", "a.csv", HEADER + b"2018-13-01,A,B,040\n", {}, "none of the 1.*'2018-13-01' is no"),
    ("self-dyads", "a.csv", HEADER + b"2018-01-01,A,A,040\n", {}, "self-dyad.*both 'A'"),
    ("no code known", "a.csv", HEADER + b"2018-01-01,A,B,zz\n", {}, "none of the event codes.*'zz'"),
    ("no instrument", "a.csv", HEADER[:-6] + b"instrument\n2018-01-01,A,B,forse\n", {}, "'forse'"),
    ("zip of noise", "a.zip", b"PK\x03\x04" + NOISE, {}, "damaged or cut short"),
    ("no zip", "a.zip", b"hello", {}, "damaged or cut short"),
    ("zip cut short", "a.zip", zipped(HEADER + ROW * 999)[:-30], {}, "damaged or cut short"),
    ("zip with a flipped byte", "a.zip", flipped(zipped(HEADER + ROW * 99, 0), 900, 901), {}, "CRC"),
    ("empty zip", "a.zip", b"PK\x05\x06" + bytes(18), {}, "holds no file"),
    ("spreadsheet", "a.xlsx", zipped(b"<xml/>"), {}, "is a spreadsheet"),
    ("gz cut short", "a.csv.gz", gzip.compress(HEADER + ROW * 999)[:-9], {}, "damaged or cut short"),
    ("gz of noise", "a.csv.gz", b"\x1f\x8b" + NOISE, {}, "damaged or cut short"),
    ("Parquet cut short", "a.parquet", parquet(10)[:-9], {}, "damaged or cut short"),
    ("Parquet, bytes flipped", "a.parquet", flipped(parquet(9999), 500, 9000), {}, "damaged or cut short"),
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.duckdb"
    read_in("table", write_table(tmp_path / "before.csv", ["2017-01-01,Spain,Italy,040"]), path)
    return path


@pytest.mark.parametrize(
    ("name", "content", "options", "words"), [c[1:] for c in BAD_FILES], ids=[c[0] for c in BAD_FILES]
)
def test_a_bad_file_is_told_in_one_sentence(
    tmp_path: Path, store: Path, name: str, content: bytes, options: dict[str, Any], words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    good = write_table(tmp_path / "0good.csv", ["2018-01-01,France,Germany,040"])
    before = query(store, "SELECT * FROM reports"), query(store, "SELECT * FROM files")
    told_of_rows = "none of the" in words or "holds no rows" in words or "event codes" in words
    paths = (
        [tmp_path / name] if told_of_rows or "self" in words or "forse" in words else [good, tmp_path / name]
    )
    with pytest.raises(InputError, match=words) as caught:
        ingest("table", paths, store, **options)
    assert "\n" not in str(caught.value)
    assert (query(store, "SELECT * FROM reports"), query(store, "SELECT * FROM files")) == before
    with pytest.raises(InputError):
        ingest("table", tmp_path / name, tmp_path / "new.duckdb", **options)
    assert not list(tmp_path.glob("new.duckdb*"))


WRONG_FORMS = [
    ("gdelt2", "1\t20180101\tx\n", "first line has 3 columns, gdelt2 has 61"),
    ("gdelt1", "\t".join(["x"] * 61) + "\n", "first line has 61 columns, gdelt1 has 57 or 58"),
    ("icews", "a\tb\n1\t2\n", "has no column Event Date"),
    ("ucdp-ged", "id,side_a\n1,2\n", "has no column date_start"),
    (
        "keds",
        "950101\tARN\tGON\t064\t(x)\ty\n",
        "do not tell whether they are WEIS or CAMEO.*--map weis=code",
    ),
]


@pytest.mark.parametrize(("source", "content", "words"), WRONG_FORMS, ids=[w[0] for w in WRONG_FORMS])
def test_a_file_of_another_form(tmp_path: Path, source: str, content: str, words: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(InputError, match=words):
        ingest(source, tmp_path / "a.txt", tmp_path / "s.duckdb")


def test_bad_paths(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    for path, words in (
        (tmp_path / "no.csv", "does not exist"),
        (str(tmp_path / "*.csv"), "matches no file"),
        (tmp_path, "holds no data file"),
        ([], "paths is empty"),
    ):
        with pytest.raises(InputError, match=words):
            ingest("table", path, store)
    with pytest.raises(InputError, match=r"source='iews' is not known.*'icews'"):
        ingest("iews", tmp_path, store)


def other_database(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, other INTEGER)")


BAD_STORES = [
    ("text", lambda path: path.write_text("hello" * 100), "is not a melian store"),
    ("empty file", lambda path: path.write_bytes(b""), "is not a melian store"),
    ("other database", other_database, "is not a melian store"),
    ("folder", lambda path: path.mkdir(), "is a folder"),
]


@pytest.mark.parametrize(("make", "words"), [b[1:] for b in BAD_STORES], ids=[b[0] for b in BAD_STORES])
def test_a_path_that_is_no_store(tmp_path: Path, make: Any, words: str) -> None:
    path = tmp_path / "s.duckdb"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=words):
        open_store(path)
    with pytest.raises(StoreError, match=words):
        ingest("table", write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"]), path)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_other_bad_stores(tmp_path: Path, store: Path) -> None:
    table = write_table(tmp_path / "a.csv", ["2018-01-01,France,Germany,040"])
    with pytest.raises(StoreError, match="does not exist; make it with"):
        open_store(tmp_path / "no.duckdb")
    with pytest.raises(StoreError, match=r"folder .* does not exist"):
        ingest("table", table, tmp_path / "no" / "s.duckdb")
    with open_store(store) as opened, pytest.raises(StoreError, match="open for reading only"):
        ingest("table", table, opened)
    connection = duckdb.connect(str(store))
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.close()
    with pytest.raises(StoreError, match=r"has format 99.*ingest the files again"):
        open_store(store)


# rows of a table with what becomes of them: None for good, else the reason
FATES = [
    ("2018-01-01,A,B,040,1", None),
    ("2018-1-5,A,B,040,1", None),
    ("2018-01-05 10:00:00,A,B,040,1", None),
    ("20180105,A,B,040,2.0", None),
    ("2018-01-05,A,B,040,", None),
    (" 2018-01-05 , A , B , 040 ,1", None),
    ("2018-02-30,A,B,040,1", "date '2018-02-30' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    ("01/02/2018,A,B,040,1", "date '01/02/2018' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    ("12-01-05,A,B,040,1", "date '12-01-05' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    ("infinity,A,B,040,1", "date 'infinity' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    ("epoch,A,B,040,1", "date 'epoch' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    ("2018,A,B,040,1", "date '2018' is not a day in the form YYYY-MM-DD or YYYYMMDD"),
    (",A,B,040,1", "no date"),
    ("2018-01-01,,B,040,1", "no source"),
    ("2018-01-01,A, ,040,1", "no target"),
    ("2018-01-01,A,B,,1", "no event code"),
    ("2018-01-01,A,B,040,0", "weight '0' is not a whole number from 1"),
    ("2018-01-01,A,B,040,1.5", "weight '1.5' is not a whole number from 1"),
    ("2018-01-01,A,B,040,-1", "weight '-1' is not a whole number from 1"),
    ("2018-01-01,A,B,040,many", "weight 'many' is not a whole number from 1"),
    ("2018-01-01,A,A,040,1", "self-dyad: source and target are both 'A'"),
    ("2018-01-01,a,A,040,1", None),
    ("2018-01-01,A,B", "too few columns"),
    ("2018-01-01,A,B,040,1,2", "too many columns"),
    ('2018-01-01,A,B,"040"x,1', "a quote does not close where its column ends"),
    ("2018-01-01,C\udcf4te,B,040,1", "not UTF-8"),
    ("2018-01-02,A,B,zz,1", None),
]  # fmt: skip


def test_every_row_meets_its_fate(tmp_path: Path) -> None:
    text = "\n".join(["date,source,target,cameo,weight", *(row for row, _ in FATES)]) + "\n"
    (tmp_path / "a.csv").write_bytes(text.encode(errors="surrogateescape"))
    bad = [(number, reason) for number, (_, reason) in enumerate(FATES, start=1) if reason]
    words = rf"{len(bad)} of {len(FATES)} rows were rejected \(first: .*a.csv' row 7, '2018-02-30,A,B,040,1'"
    with pytest.warns(RejectedRows, match=words):
        report = ingest("table", tmp_path / "a.csv", tmp_path / "s.duckdb")
    assert (report.totals.read, report.totals.rejected) == (len(FATES), len(bad))
    assert query(tmp_path / "s.duckdb", "SELECT row, reason FROM rejects ORDER BY row") == bad
    kept = query(tmp_path / "s.duckdb", "SELECT row, raw FROM rejects ORDER BY row")
    assert {row: raw for row, raw in kept if row in (7, 12)} == {
        7: "2018-02-30,A,B,040,1",
        12: "2018,A,B,040,1",
    }
    assert report.files[0].notes == ("1 of 8 rows have no instrument by the codebook (first: 'zz').",)


def test_errors_are_melian_errors() -> None:
    assert issubclass(InputError, MelianError)
    assert issubclass(StoreError, MelianError)
