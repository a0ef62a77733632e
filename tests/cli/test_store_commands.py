"""`melian ingest` and `melian describe`: what they print, write and leave alone."""

from __future__ import annotations

import json
from pathlib import Path

from calls import DEEDS, Melian

NAMED = "date,source,target,cameo\n2018-01-01,Ruritania,France,190\n2018-01-02,France,Ruritania,112\n"


def rows(run_out: str) -> dict[str, int]:
    return json.loads(run_out)["rows"]


def test_ingest_prints_the_counts_and_the_next_step(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(DEEDS)
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--as-is")
    assert run.status == 0
    assert "warning" not in run.err
    assert run.out.splitlines()[0].split() == ["file", "read", "stored", "duplicate", "rejected", "days"]
    assert "2020-01-01 to 2020-02-01" in run.out
    assert run.out.endswith("In events.duckdb. Next: melian describe --store events.duckdb\n")


def test_the_same_file_again_adds_nothing(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(DEEDS)
    call = ("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--as-is", "--json", "-")
    assert rows(melian(*call).out) == {"read": 4, "stored": 4, "duplicate": 0, "rejected": 0}
    assert rows(melian(*call).out) == {"read": 4, "stored": 0, "duplicate": 4, "rejected": 0}


def test_bad_rows_are_warned_of_and_the_good_ones_stored(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(DEEDS + "someday,ATH,SPA,coercion\n")
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--as-is", "--json", "-")
    assert run.status == 0
    assert rows(run.out) == {"read": 5, "stored": 4, "duplicate": 0, "rejected": 1}
    assert run.err.startswith("melian: warning: 1 of 5 rows were rejected")
    assert "someday" in run.err


def test_replace_and_remove(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(DEEDS)
    call = ("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--as-is")
    melian(*call)
    (tmp_path / "deeds.csv").write_text(DEEDS + "2020-03-01,SPA,COR,force\n")
    assert rows(melian(*call, "--replace", "--json", "-").out)["stored"] == 5
    described = json.loads(melian("describe", "--store", "events.duckdb", "--json", "-").out)
    assert described["rows"]["stored"] == 5
    assert len(described["files"]) == 1
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--remove")
    assert (run.status, run.out) == (0, "removed deeds.csv from events.duckdb\n")
    described = json.loads(melian("describe", "--store", "events.duckdb", "--json", "-").out)
    assert described["rows"]["stored"] == 0
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--remove")
    assert (run.status, "deeds.csv" in run.err) == (1, True)


def test_describe_writes_the_contract(tmp_path: Path, melian: Melian, store: Path) -> None:
    run = melian("describe", "--store", str(store), "--json", "a.json")
    assert run.status == 0
    assert "4 rows read" in run.out
    found = json.loads((tmp_path / "a.json").read_text())
    contract = {"rows", "events", "since", "until", "files", "actors", "instruments", "funnel", "snapshot"}
    assert contract <= set(found)
    assert set(found["rows"]) == {"read", "stored", "duplicate", "rejected"}
    assert (found["since"], found["until"]) == ("2020-01-01", "2020-02-01")
    assert found["actors"][0] == "ATH"
    assert {"step", "rows"} <= set(found["funnel"][0])


def test_unresolved_names_are_filled_in_and_fed_back(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(NAMED)
    call = ("ingest", "table", "deeds.csv", "--store", "events.duckdb")
    melian(*call)
    run = melian("describe", "--store", "events.duckdb", "--unresolved", "names.csv")
    assert "1 unresolved names, in names.csv." in run.out
    header, line = (tmp_path / "names.csv").read_text().splitlines()
    assert header.startswith("name,iso3,sector,")
    assert line.startswith('Ruritania,"",""')
    filled = line.replace('Ruritania,"",""', "Ruritania,DEU,GOV")
    (tmp_path / "names.csv").write_text(f"{header}\n{filled}\n")
    again = melian(*call, "--codebook", "actors=names.csv", "--json", "-")
    assert rows(again.out) == {"read": 2, "stored": 0, "duplicate": 2, "rejected": 0}
    described = json.loads(melian("describe", "--store", "events.duckdb", "--json", "-").out)
    assert set(described["actors"]) == {"DEU", "FRA"}


def test_a_codebook_table_that_is_not_known(tmp_path: Path, melian: Melian) -> None:
    (tmp_path / "deeds.csv").write_text(NAMED)
    run = melian("ingest", "table", "deeds.csv", "--store", "events.duckdb", "--codebook", "actor=deeds.csv")
    assert run.status == 1
    assert "Did you mean 'actors'?" in run.err
    assert not (tmp_path / "events.duckdb").exists()


def test_codes_without_a_scheme_are_read_as_the_user_says(tmp_path: Path, melian: Melian) -> None:
    rows_of_keds = "980101\tUSA\tRUS\t010\t(x)\n980102\tRUS\tUSA\t020\t(y)\n"
    (tmp_path / "events.txt").write_text(rows_of_keds)
    call = ("ingest", "keds", "events.txt", "--store", "events.duckdb")
    refused = melian(*call)
    assert (refused.status, "--map weis=code" in refused.err) == (1, True)
    said = melian(*call, "--map", "weis=code", "--json", "-")
    assert rows(said.out) == {"read": 2, "stored": 2, "duplicate": 0, "rejected": 0}
