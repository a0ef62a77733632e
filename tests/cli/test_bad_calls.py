"""Bad input: one clear sentence on stderr, exit status not zero, nothing lost, nothing left behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from calls import DEEDS, Melian

BAD_CALLS = [
    # name, arguments, exit status, words on stderr
    ("no such command", ["atribute"], 2, "No such command 'atribute'. Did you mean 'attribute'?"),
    ("no such source", ["ingest", "iews", "deeds.csv", "--store", "s.duckdb"], 2, "'iews' is not one of"),
    ("no such option", ["attribute", "--stoer", "s"], 2, "No such option"),
    ("no paths", ["ingest", "table", "--store", "s.duckdb"], 2, "Missing argument"),
    (
        "no such file",
        ["ingest", "table", "nowhere.csv", "--store", "s.duckdb"],
        1,
        "'nowhere.csv' does not exist",
    ),
    ("glob without match", ["ingest", "table", "x*.csv", "--store", "s.duckdb"], 1, "matches no file"),
    ("folder without data", ["ingest", "table", "hollow", "--store", "s.duckdb"], 1, "holds no data file"),
    ("empty file", ["ingest", "table", "empty.csv", "--store", "s.duckdb"], 1, "is empty"),
    ("binary file", ["ingest", "table", "noise.csv", "--store", "s.duckdb"], 1, "is binary"),
    ("corrupt zip", ["ingest", "table", "corrupt.zip", "--store", "s.duckdb"], 1, "is damaged or cut short"),
    ("truncated zip", ["ingest", "table", "cut.zip", "--store", "s.duckdb"], 1, "is damaged or cut short"),
    ("unknown columns", ["ingest", "table", "columns.csv", "--store", "s.duckdb"], 1, "has no column"),
    ("no good date", ["ingest", "table", "dates.csv", "--store", "s.duckdb"], 1, "date"),
    ("only self-dyads", ["ingest", "table", "selves.csv", "--store", "s.duckdb"], 1, "self"),
    (
        "map without =",
        ["ingest", "table", "deeds.csv", "--store", "s.duckdb", "--map", "a"],
        2,
        "is not of the form OURS=THEIRS",
    ),
    (
        "map of no table",
        ["ingest", "icews", "x.tab", "--store", "s.duckdb", "--map", "a=b"],
        2,
        "belong to tables",
    ),
    (
        "map of more than a scheme",
        ["ingest", "keds", "x.txt", "--store", "s.duckdb", "--map", "source=a"],
        2,
        "--map weis=code or --map cameo=code",
    ),
    (
        "replace and remove",
        ["ingest", "table", "deeds.csv", "--store", "s", "--replace", "--remove"],
        2,
        "exclude",
    ),
    (
        "ingest into no store",
        ["ingest", "table", "deeds.csv", "--store", "deeds.csv"],
        1,
        "is not a melian store",
    ),
    ("store in no folder", ["ingest", "table", "deeds.csv", "--store", "no/where.duckdb"], 1, "no"),
    ("describe nothing", ["describe", "--store", "nowhere.duckdb"], 1, "does not exist"),
    ("describe no store", ["describe", "--store", "deeds.csv"], 1, "is not a melian store"),
    ("describe a folder", ["describe", "--store", "hollow"], 1, "is a folder"),
    (
        "json into no folder",
        ["describe", "--store", "events.duckdb", "--json", "no/a.json"],
        1,
        "does not exist",
    ),
    ("json is a folder", ["describe", "--store", "events.duckdb", "--json", "hollow"], 1, "is a folder"),
    ("attribute without store", ["attribute"], 2, "no store is named"),
    ("attribute no store", ["attribute", "--store", "deeds.csv"], 1, "is not a melian store"),
    ("wrong since", ["attribute", "--store", "events.duckdb", "--since", "2018-13-01"], 2, "2018-13-01"),
    (
        "since after until",
        ["attribute", "--store", "events.duckdb", "--since", "2020-01-02", "--until", "2020-01-01"],
        1,
        "is after",
    ),
    ("empty window", ["attribute", "--store", "events.duckdb", "--since", "2090-01-01"], 1, "2090-01-01"),
    ("unknown actor", ["attribute", "--store", "events.duckdb", "--actors", "ATH,XYZ"], 1, "XYZ"),
    ("unknown step", ["attribute", "--store", "events.duckdb", "--without", "mirror"], 2, "mirror"),
    ("no such study", ["attribute", "--study", "nowhere.toml"], 1, "cannot be read"),
    ("unknown study keys", ["attribute", "--study", "keys.toml"], 1, "did you mean half_lives"),
    ("study is no TOML", ["attribute", "--study", "deeds.csv"], 1, "is not TOML"),
    ("out is a file", ["attribute", "--store", "events.duckdb", "--out", "deeds.csv"], 1, "is a file"),
    ("demo out is a file", ["demo", "--out", "deeds.csv"], 1, "is a file"),
    (
        "out below a file",
        ["attribute", "--store", "events.duckdb", "--out", "deeds.csv/out"],
        1,
        "cannot be written",
    ),
]


@pytest.fixture
def bench(tmp_path: Path, store: Path) -> Path:
    """Lay out a folder with one good store and many bad files."""
    (tmp_path / "events.duckdb").write_bytes(store.read_bytes())
    (tmp_path / "hollow").mkdir()
    (tmp_path / "deeds.csv").write_text(DEEDS)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 20 + bytes(4000))
    (tmp_path / "columns.csv").write_text("day,actor,victim,kind\n2020-01-01,ATH,SPA,190\n")
    (tmp_path / "dates.csv").write_text(
        "date,source,target,cameo\n01.13.2020,ATH,SPA,190\nlater,ATH,SPA,190\n"
    )
    (tmp_path / "selves.csv").write_text("date,source,target,cameo\n2020-01-01,ATH,ATH,190\n")
    (tmp_path / "keys.toml").write_text("[model]\nhalf_life = [1, 5]\n")
    with zipfile.ZipFile(tmp_path / "good.zip", "w") as archive:
        archive.writestr("deeds.csv", DEEDS)
    whole = (tmp_path / "good.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "corrupt.zip").write_bytes(whole[:60] + b"\xff" * 20 + whole[80:])
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "words"), [case[1:] for case in BAD_CALLS], ids=[c[0] for c in BAD_CALLS]
)
def test_bad_calls_end_with_a_sentence(
    bench: Path, melian: Melian, arguments: list[str], status: int, words: str
) -> None:
    before = snapshot(bench)
    run = melian(*arguments)
    assert (run.status, words in run.err) == (status, True), run.err
    assert "Traceback" not in run.err
    assert run.out == ""
    assert snapshot(bench) == before, "something was left behind or changed"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
