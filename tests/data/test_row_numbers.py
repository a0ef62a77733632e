"""Whatever stands in a text file, each of its lines is a row or a reject under its own number."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from melian.data.files import open_inputs
from melian.data.layout import read_layout
from melian.data.mapping import wanted_columns
from melian.data.read import read_text
from melian.data.sources import source_spec

TABLE = source_spec("table")
WANTED = wanted_columns(TABLE, {})
DUCK = duckdb.connect()
HEADER = "date,source,target,cameo,text"

# {n} is the number of the row; a row that opens a quote may take others with it.
GOOD = ["2018-01-01,A{n},B,040,t", '2018-01-01,A{n},B,040,"a, ""b"""', '2018-01-01,A{n},B,040,he "said"']
BROKEN = ["2018-01-01,A{n},B", "2018-01-01,A{n},B,040,x,y", '2018-01-01,A{n},B,040,"a" b', '""']
OPEN = ['2018-01-01,A{n},B,040,"open', '2018-01-01,A{n},"B,040,x', '"']
ENDS = st.sampled_from(["\n", "\r\n"])


def read_back(lines: list[str], end: str) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    connection = DUCK
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes((end.join([HEADER, *lines]) + end).encode())
        (file,) = open_inputs(path, Path(folder))
        layout = read_layout(file, TABLE, WANTED)
        raw = read_text(connection, file, layout, wanted=WANTED, workdir=Path(folder))
        source, text = raw.columns["source"].sql, raw.columns["text"].sql
        good = connection.execute(
            f"SELECT file_row, {source}, {text} FROM {raw.relation} ORDER BY 1"
        ).fetchall()
        sql = "SELECT file_row, raw FROM unreadable ORDER BY 1"
        bad = connection.execute(sql).fetchall() if raw.unreadable else []
        return good, bad


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(GOOD + BROKEN), max_size=40), ENDS)
def test_rows_keep_their_numbers(forms: list[str], end: str) -> None:
    lines = [form.format(n=n) for n, form in enumerate(forms, start=1)]
    good, bad = read_back(lines, end)
    assert [(n, f"A{n}") for n, form in enumerate(forms, start=1) if form in GOOD] == [
        row[:2] for row in good
    ]
    assert bad == [(n, lines[n - 1]) for n, form in enumerate(forms, start=1) if form in BROKEN]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(GOOD * 3 + BROKEN[:2] + OPEN), max_size=40), ENDS)
def test_a_quote_that_goes_astray_loses_no_line(forms: list[str], end: str) -> None:
    lines = [form.format(n=n) for n, form in enumerate(forms, start=1)]
    good, bad = read_back(lines, end)
    joined = sum(text.count("\n") for *_, text in good)
    assert len(good) + joined + len(bad) == len(lines)
    numbers = [row for row, *_ in good] + [row for row, _ in bad]
    assert sorted(numbers) == list(range(1, len(lines) - joined + 1))
    if not joined:
        assert all(source == f"A{row}" for row, source, _ in good)
        assert {row for row, *_ in good} == {n for n, form in enumerate(forms, start=1) if form in GOOD}
