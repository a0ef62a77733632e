"""The files beside the page: complete, the same bytes each time, or one clear sentence."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest
import synthetic

from melian.errors import InputError
from melian.report import write_report
from melian.report.contract import FRAMES
from melian.report.files import result_json


def clockless(data: bytes) -> bytes:
    return re.sub(rb"<time datetime=.*?</time>", b"", data)


def test_every_table_has_its_csv(written):
    names = {path.stem for path in (written.folder / "tables").glob("*.csv")}
    assert names == (set(FRAMES) - {"events"}) | {"telling_parents"}
    shares = pl.read_csv(written.folder / "tables" / "shares.csv")
    assert shares.height == written.attribution.frames["shares"].height


def test_events_parquet_holds_the_events(written):
    assert pl.read_parquet(written.folder / "events.parquet").equals(written.attribution.frames["events"])


def test_result_json_is_the_summary_with_sorted_keys(written):
    text = (written.folder / "result.json").read_text("utf-8")
    assert (
        json.loads(text, parse_float=float)["actors"].keys() == written.attribution.summary["actors"].keys()
    )
    assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def test_second_run_gives_the_same_bytes(written, tmp_path):
    write_report(written.attribution, tmp_path, source_rows=synthetic.source_rows, truth=written.truth)
    names = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(written.folder) for p in written.folder.rglob("*") if p.is_file())
    for name in names:
        assert clockless((tmp_path / name).read_bytes()) == clockless((written.folder / name).read_bytes()), (
            name
        )


def test_json_does_not_change_with_noise_in_the_last_digits():
    assert result_json({"a": 0.1 + 0.2, "b": {"y": 1, "x": 2}}) == result_json(
        {"b": {"x": 2, "y": 1}, "a": 0.3}
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_is_refused_with_its_place(value):
    with pytest.raises(InputError, match=r"summary\.actors\.RUS\.share is (nan|inf).*null with a reason"):
        result_json({"actors": {"RUS": {"share": value}}})


def test_nan_in_a_frame_is_refused_with_its_place(made, tmp_path):
    shares = made.frames["shares"].with_columns(
        pl.when(pl.col("actor") == "RUS").then(float("nan")).alias("low")
    )
    frames = {**made.frames, "shares": shares}
    with pytest.raises(InputError, match=r"\['shares'\] has 7 NaN in 'low' \(first: row 0\)"):
        write_report(synthetic.Made(made.summary, frames), tmp_path)


def test_months_that_are_no_dates_are_refused(made, tmp_path):
    frames = {**made.frames, "gaps": made.frames["gaps"].cast({"month": pl.String})}
    with pytest.raises(InputError, match=r"\['gaps'\] has 'month' of type String; it must be Date"):
        write_report(synthetic.Made(made.summary, frames), tmp_path)


def test_missing_frame_and_column_are_named(made, tmp_path):
    without = {name: frame for name, frame in made.frames.items() if name != "roots"}
    with pytest.raises(InputError, match="has no 'roots'"):
        write_report(synthetic.Made(made.summary, without), tmp_path)
    lacking = {**made.frames, "roots": made.frames["roots"].drop("by")}
    with pytest.raises(InputError, match=r"\['roots'\] lacks 1 columns \(first: 'by'\)"):
        write_report(synthetic.Made(made.summary, lacking), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_source_rows_without_a_column_are_named(made, tmp_path):
    rows = synthetic.source_rows([1, 2]).drop("row_id")
    with pytest.raises(InputError, match=r"source_rows lacks 1 columns \(first: 'row_id'\)"):
        write_report(made, tmp_path, source_rows=rows)


def test_truth_without_a_part_is_named(made, tmp_path):
    with pytest.raises(InputError, match=r"truth\['RUS'\] has proximate; it needs"):
        write_report(made, tmp_path, truth={"RUS": {"proximate": {}}})


def test_folder_that_cannot_be_written_is_named(made, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write_report(made, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"
