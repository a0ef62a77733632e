"""The tables of the codebook: what ships is sound, what users give is checked."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from melian.codebook import TABLES, load_codebook
from melian.codebook.codes import code_index, find_code
from melian.codebook.tables import packaged_rows, read_rows
from melian.errors import InputError
from melian.options import INSTRUMENTS

BOOK = load_codebook()
CODES = code_index(BOOK.codes)


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_what_ships_passes_the_checks_for_users(spec, tmp_path):
    rows = packaged_rows(spec)
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        # Rows of ACLED that are no conduct have no instrument, dictionary rows may lack a country.
        writer.writerows(rows)
    assert len(read_rows(path, spec)) == len(rows)


def test_sources_are_stated_for_every_table():
    folder = Path(load_codebook.__code__.co_filename).parent / "tables"
    text = (folder / "SOURCES.md").read_text(encoding="utf-8")
    shipped = {path.name for path in folder.glob("*.csv")}
    assert shipped == {f"{spec.name}.csv" for spec in TABLES}
    assert all(f"`{name}`" in text for name in shipped)


def test_every_code_of_the_codebooks_has_an_instrument(shared):
    folder = shared / "data" / "codebooks"
    with (folder / "cameo_codes.csv").open(encoding="utf-8") as file:
        cameo = [row["code"] for row in csv.DictReader(file)]
    with (folder / "weis_goldstein.csv").open(encoding="utf-8") as file:
        weis = [row["code"] for row in csv.DictReader(file)]
    assert [code for code in cameo if ("cameo", code, "") not in CODES] == []
    assert [code for code in weis if ("weis", code, "") not in CODES] == []


def test_readings_are_instruments_and_nothing_is_repression_abroad():
    for code in BOOK.codes:
        assert {code.instrument, code.alternative, code.domestic, code.home} <= set(INSTRUMENTS), code
        if code.scheme != "instrument":
            assert code.instrument not in ("repression", "protest"), code
            assert code.alternative not in ("repression", "protest"), code


def test_mirrors_go_both_ways_and_share_the_instrument():
    mirrored = [code for code in BOOK.codes if code.mirror]
    assert len(mirrored) > 20
    for code in mirrored:
        twin = CODES[code.scheme, code.mirror, code.mode]
        assert twin.mirror == code.code, code
        assert twin.instrument == code.instrument, code
    assert CODES["cameo", "042", ""].mirror == "043"
    assert CODES["weis", "032", ""].mirror == "033"


@pytest.mark.parametrize(
    ("key", "instrument", "domestic", "reactive", "statement", "two_sided"),
    [
        (("cameo", "173", ""), "coercion", "repression", False, False, False),
        (("cameo", "120", ""), "contestation", "contestation", True, False, False),
        (("cameo", "011", ""), "soft_power", "soft_power", True, True, False),
        (("cameo", "145", ""), "contestation", "protest", False, False, False),
        (("cameo", "175", ""), "force", "repression", False, False, False),
        (("weis", "212", ""), "coercion", "repression", False, False, False),
        (("weis", "023", ""), "soft_power", "soft_power", False, True, False),
        (("weis", "141", ""), "contestation", "contestation", True, False, False),
        (("plover", "REJECT", "assist"), "contestation", "contestation", True, False, False),
        (("ucdp", "1", ""), "force", "force", False, False, True),
        (("ucdp", "3", ""), "force", "force", False, False, False),
        (("acled", "Attack", ""), "force", "repression", False, False, False),
        (("acled", "Armed clash", ""), "force", "force", False, False, True),
        (("instrument", "protest", ""), "protest", "protest", False, False, False),
    ],
)
def test_some_codes(key, instrument, domestic, reactive, statement, two_sided):
    code = CODES[key]
    assert (code.instrument, code.domestic) == (instrument, domestic)
    assert (code.reactive, code.statement, code.two_sided) == (reactive, statement, two_sided)


@pytest.mark.parametrize(
    ("scheme", "written", "mode", "code"),
    [
        ("plover", "Consult", "Visit", "CONSULT"),
        ("plover", "THREATEN", "some new mode", "THREATEN"),
        ("acled", "armed clash", "Battles", "Armed clash"),
        ("ucdp", "1 State-based conflict", "", "1"),
        ("cameo", "999", "", None),
    ],
)
def test_codes_as_providers_write_them(scheme, written, mode, code):
    found = find_code(CODES, scheme, written, mode)
    assert (found.code if found else None) == code


def test_spells_of_a_name_do_not_overlap():
    for table in (BOOK.actors, BOOK.keds):
        for name, spells in table.items():
            ordered = sorted(spells, key=lambda s: s.since or dt.date.min)
            for one, other in pairwise(ordered):
                assert one.until, name
                assert other.since, name
                assert one.until < other.since, name


def test_all_country_codes_are_known():
    known = set(BOOK.countries.values()) | set(BOOK.orgs)
    named = Counter(s.iso3 for spells in BOOK.actors.values() for s in spells if s.iso3 not in known)
    named.update(s.iso3 for spells in BOOK.keds.values() for s in spells if s.iso3 not in known)
    named.update(m.iso3 for m in BOOK.blocs if m.iso3 not in known)
    assert set(named) <= {""}


def test_blocs_by_date():
    first, last = dt.date(2018, 1, 1), dt.date(2018, 10, 31)
    assert len(BOOK.members("NATO", first, last)) == 29
    assert "GBR" in BOOK.members("EU", first, last)
    assert "GBR" not in BOOK.members("EU", dt.date(2021, 1, 1), dt.date(2021, 1, 2))
    assert "RUS" in BOOK.members("CSTO", first, last)
    with pytest.raises(InputError, match=r"bloc='NATU' is not known.*'NATO'"):
        BOOK.members("NATU", first, last)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_users_rows_replace_and_add(tmp_path):
    own = write(
        tmp_path / "actors.csv",
        "name,iso3,sector,from,to\nDonald Trump,USA,CVL,,2017-01-19\n"
        "Donald Trump,USA,GOV,2017-01-20,\nMy Group,SYR,REB,,\n",
    )
    book = load_codebook({"actors": own})
    assert [spell.sector for spell in book.actors["Donald Trump"]] == ["CVL", "GOV"]
    assert book.actors["My Group"][0].iso3 == "SYR"
    assert book.named == {"Donald Trump", "My Group"}
    assert len(book.actors) == len(BOOK.actors) + 1
    assert book.version != BOOK.version


def test_filled_in_list_of_unresolved_names_is_an_actors_table(tmp_path):
    own = write(
        tmp_path / "unresolved.csv",
        "name,iso3,sector,from,to,rows,source_kind,code,country,sectors,since,until\n"
        "Tata Motors,IND,BUS,,,12,icews,,India,Business,2018-01-01,2018-10-31\n"
        "Somebody,,,,,7,icews,,,,2018-01-01,2018-10-31\n",
    )
    book = load_codebook({"actors": own})
    assert book.named == {"Tata Motors"}


def test_version_knows_content_not_form(tmp_path):
    text = "iso3,bloc,from,to\nMNE,NATO,2017-06-05,\n"
    one = load_codebook({"blocs": write(tmp_path / "a.csv", text)})
    other = load_codebook({"blocs": write(tmp_path / "b.csv", text.replace("\n", "\r\n"))})
    assert one.version == other.version
    assert BOOK.version.startswith("sha256:")


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        (
            "actors",
            "name,iso3\nA,USA\n",
            r"row 1: column 'sector' is missing; table 'actors' needs name, iso3, sector",
        ),
        (
            "actors",
            "name,iso3,sector,sectr\nA,USA,GOV,x\n",
            r"row 1: column 'sectr' is not known.*Did you mean 'sector'",
        ),
        (
            "actors",
            "name,iso3,sector\nA,USA,GOVT\n",
            r"row 2, column 'sector': found 'GOVT'; allowed: STATE, GOV",
        ),
        ("actors", "name,iso3,sector\nA,USA,GOV\nB,XXQ,GOV\n", r"row 3, column 'iso3': found 'XXQ'"),
        (
            "actors",
            "name,iso3,sector,from\nA,USA,GOV,1.2.2018\n",
            r"row 2, column 'from': found '1.2.2018'; allowed: a date",
        ),
        (
            "actors",
            "name,iso3,sector,from,to\nA,USA,GOV,2018-02-01,2018-01-01\n",
            r"row 2, column 'to': .* before 'from'",
        ),
        ("actors", "name,iso3,sector\nA,USA,GOV,x\n", r"row 2: 4 fields, the header has 3"),
        ("actors", "name,iso3,sector\n,USA,GOV\n", r"row 2, column 'name': is empty"),
        ("actors", "name,iso3,sector\nA,USA,GOV\nA,RUS,GOV\n", r"'A' has two entries for the same day"),
        ("actors", "name,iso3,sector\nA,USA,\n", r"row 2, column 'sector': is empty"),
        (
            "instruments",
            "cameo_code,instrument,instrument_if_domestic,deed\n999,war,force,verbal\n",
            r"found 'war'",
        ),
        ("blocs", "iso3,bloc,from,to,status\nMNE,NATO,,,friend\n", r"column 'status': found 'friend'"),
        (
            "provider_sectors",
            "provider,phrase,sector,rank\nicews,X,GOV,first\n",
            r"column 'rank': found 'first'",
        ),
    ],
)
def test_bad_tables_are_refused_by_file_row_and_column(table, text, words, tmp_path):
    path = write(tmp_path / "own.csv", text)
    with pytest.raises(InputError, match=words) as caught:
        load_codebook({table: path})
    assert "own.csv" in str(caught.value)


def test_unknown_table_and_unreadable_file(tmp_path):
    with pytest.raises(InputError, match=r"codebook table 'actor' is not known.*Did you mean 'actors'"):
        load_codebook({"actor": tmp_path / "x.csv"})
    with pytest.raises(InputError, match=r"x\.csv: cannot be read"):
        load_codebook({"actors": tmp_path / "x.csv"})
    (tmp_path / "latin.csv").write_bytes("name,iso3,sector\nMüller,DEU,GOV\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.csv: cannot be read as UTF-8"):
        load_codebook({"actors": tmp_path / "latin.csv"})
