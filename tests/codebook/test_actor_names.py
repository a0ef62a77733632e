"""Names, codes and hints of every provider, resolved by rule, dictionary and date."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from melian.codebook import End, Spell, actor_label, load_codebook, resolve_end

BOOK = load_codebook()


def labels(end, book=BOOK, day=dt.date(2018, 6, 1)):
    return [
        actor_label(spell, book)
        for spell in resolve_end(end, book)
        if (spell.since or dt.date.min) <= day <= (spell.until or dt.date.max)
    ]


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("Russia", "RUS"),
        ("Vladimir Putin", "RUS"),
        ("Police (India)", "IND"),
        ("Citizen (Russia)", "RUS.CVL"),
        ("Head of Government (Palestinian Territory, Occupied)", "PSE"),
        ("European Union", "EUR"),
        ("World Health Organization", "UNO"),
        ("Combatant (Taliban)", "AFG.REB"),
        ("Islamic State of Iraq and the Levant", "IMG.REB"),
        ("Kosovo", "XKX"),
        ("Africa", "AFR"),
        ("SYR.REB", "SYR.REB"),
        ("USA", "USA"),
        ("Government of Russia (Soviet Union)", "RUS"),
        ("Military Forces of Ukraine (2019-)", "UKR"),
        ("Protesters (Russia)", "RUS.PRO"),
        ("Military (Nowhere)", None),
        ("Unspecified Actor", None),
        ("", None),
    ],
)
def test_names(name, actor):
    assert labels(End(name)) == ([actor] if actor else [])


def test_role_changes_by_date():
    assert labels(End("Donald Trump"), day=dt.date(2016, 6, 1)) == ["USA.PTY"]
    assert labels(End("Donald Trump"), day=dt.date(2018, 6, 1)) == ["USA"]


@pytest.mark.parametrize(
    ("code", "kind", "scheme", "actor"),
    [
        ("USAGOV", "gdelt1", "cameo", "USA"),
        ("USAMED", "gdelt2", "cameo", "USA.MED"),
        ("IGOUNO", "gdelt1", "cameo", "UNO"),
        ("IGOEUREEC", "gdelt1", "cameo", "EUR"),
        ("EUR", "gdelt1", "cameo", "REG"),
        ("ROM", "gdelt1", "cameo", "ROU"),
        ("TMP", "gdelt1", "cameo", "TLS"),
        ("GEOabk", "gdelt1", "cameo", "GEO.CVL"),
        ("GOV", "gdelt1", "cameo", None),
        (" GOV", "gdelt1", "cameo", None),
        ("PSEREBHMS", "keds", "cameo", "PSE.REB"),
        ("PSEGOVHMS", "keds", "cameo", "PSE"),
        ("NGOISR", "keds", "cameo", "ISR.NGO"),
        ("CHE", "keds", "cameo", "CHE"),
        ("CHE", "keds", "weis", "RUS.REB"),
        ("AUS", "keds", "cameo", "AUS"),
        ("AUS", "keds", "weis", "AUT"),
        ("SER", "keds", "weis", "SRB"),
        ("SERMIL", "keds", "weis", "SRB"),
        ("SERMED", "keds", "weis", "SRB.MED"),
        ("BOSSERMIL", "keds", "weis", "BIH.SER"),
        ("NAT", "keds", "weis", "NATO"),
        ("UNO", "keds", "weis", "UNO"),
        ("PALHM", "keds", "weis", "PSE.REB"),
        ("XQZ", "keds", "weis", None),
        ("USAGOV", "phoenix", "cameo", "USA"),
    ],
)
def test_codes(code, kind, scheme, actor):
    end = End("A NAME", code=code, kind=kind, scheme=scheme)
    assert labels(end) == ([actor] if actor else [])


def test_gdelt_name_is_no_key_to_the_dictionary():
    assert labels(End("Vladimir Putin", code="", kind="gdelt1")) == []
    assert labels(End("GEORGIA", country="USA", sectors="GOV,MIL", kind="gdelt1")) == ["USA"]


@pytest.mark.parametrize(
    ("end", "actor"),
    [
        (End("A. Nobody", country="India", sectors="Government,Police", kind="icews"), "IND"),
        (End("A. Nobody", country="India", sectors="Social,Business", kind="icews"), "IND.BUS"),
        (End("A. Nobody", country="Russian Federation", sectors="Government", kind="icews"), "RUS"),
        (End("A. Nobody", country="India", kind="icews"), None),
        (End("A. Nobody", country="Atlantis", sectors="Government", kind="icews"), None),
        (End("A. Nobody", country="USA", sectors="MIL", kind="polecat"), "USA"),
        (End("Jean-Claude Juncker", country="Luxembourg", sectors="Government", kind="icews"), "EUR"),
        (End("Civilians", country="Mexico", kind="ucdp-ged"), "MEX.CVL"),
        (End("Some Cartel", country="Mexico", kind="ucdp-ged"), "MEX.REB"),
        (End("MDA", country="Mexico", kind="ucdp-ged"), "MEX.REB"),
        (End("Hamas", country="Israel", kind="ucdp-ged"), "PSE.REB"),
        (End("Civilians (Mali)", country="Niger", kind="acled"), "MLI.CVL"),
    ],
)
def test_hints(end, actor):
    assert labels(end) == ([actor] if actor else [])


def test_hint_fills_the_days_the_dictionary_leaves_open():
    spells = resolve_end(End("Mahmoud Ahmadinejad", country="Iran", sectors="Government", kind="icews"), BOOK)
    days = sorted((s.since or dt.date.min, s.until or dt.date.max) for s in spells)
    assert days[0][0] == dt.date.min
    assert days[-1][1] == dt.date.max
    assert all(a[1] + dt.timedelta(days=1) == b[0] for a, b in pairwise(days))


def test_as_is_takes_the_code_as_written():
    assert resolve_end(End("ATH", as_is=True), BOOK) == (Spell("ATH", "STATE", actor="ATH"),)
    assert resolve_end(End("ATH.CVL", as_is=True), BOOK) == (Spell("ATH", "CVL", actor="ATH.CVL"),)
    assert labels(End("Police (India)", as_is=True)) == ["Police (India)"]


def test_users_actors_win_over_every_rule(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "name,iso3,sector\nPolice (India),IND,REB\nGOVERNMENT,GEO,GOV\nBOS,HRV,STATE\n", encoding="utf-8"
    )
    book = load_codebook({"actors": path})
    assert labels(End("Police (India)"), book) == ["IND.REB"]
    assert labels(End("GOVERNMENT", code="GOV", kind="gdelt1"), book) == ["GEO"]
    assert labels(End("BOS", code="BOS", kind="keds", scheme="weis"), book) == ["HRV"]
    assert labels(End("Police (India)", as_is=True), book) == ["Police (India)"]
