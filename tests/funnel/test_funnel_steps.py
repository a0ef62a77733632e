"""Every step of the funnel on tables small enough to follow each row by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from funnel_rows import row

from melian.data.funnel import FunnelOptions, funnel_counts
from melian.data.load import load_history
from melian.errors import InputError


def steps(store, **options):
    return {count.step: count.rows for count in funnel_counts(store, FunnelOptions(**options))}


def events(store, **options):
    """Cells as (day of March, source, target, instrument, count, joint)."""
    history = load_history(store, **options)
    return [
        (
            history.date(step).day,
            history.actors[s],
            history.actors[t],
            history.instruments[k],
            int(n),
            bool(joint),
        )
        for step, s, t, k, n, joint in zip(
            history.step,
            history.source,
            history.target,
            history.instrument,
            history.count,
            history.joint,
            strict=True,
        )
    ]


def test_each_step_takes_its_rows(store_of):
    store = store_of(
        [
            row("USA", "RUS", "112"),
            row("USA", "RUS", "112"),  # re-report
            row("USA.CVL", "RUS", "010"),  # statement
            row("RUS", "RUS.CVL", "173"),  # domestic
            row("Africa", "Russia", "112", as_is=False),  # region
            row("USA", "RUS", "999"),  # no such code
            row("USA", "RUS", "040"),  # meeting ...
            row("RUS", "USA", "040"),  # ... and its mirror
        ]
    )
    assert steps(store) == {
        "reports": 8,
        "resolve": 6,
        "domestic": 5,
        "statements": 4,
        "re-reports": 3,
        "co-reports": 3,
        "mirrors": 2,
        "dates": 2,
    }
    assert events(store) == [
        (1, "USA", "RUS", "contestation", 1, False),
        (1, "RUS", "USA", "soft_power", 1, True),
    ]


def test_a_table_read_as_is_may_use_the_letters_of_a_region(store_of):
    assert events(store_of([row("AFR", "SEA", "112")])) == [(1, "AFR", "SEA", "contestation", 1, False)]


@pytest.mark.parametrize(
    ("step", "left"),
    [("domestic", 3), ("statements", 3), ("re-reports", 2), ("co-reports", 2), ("mirrors", 3)],
)
def test_each_step_can_be_left_out(store_of, step, left):
    store = store_of(
        [
            row("USA", "RUS", "112"),
            row("RUS", "RUS.CVL", "112"),
            row("USA", "RUS", "010"),
            row("USA", "RUS", "040"),
            row("RUS", "USA", "040"),
        ]
    )
    counts = steps(store, without=(step,))
    assert step not in counts
    assert counts["dates"] == left


def test_re_reports_need_the_same_raw_pair_code_and_day(store_of):
    store = store_of(
        [
            row("Vladimir Putin", "Donald Trump", "112", as_is=False),
            row("Vladimir Putin", "Donald Trump", "112", as_is=False),
            row("Vladimir Putin", "Donald Trump", "111", as_is=False),
            row("Vladimir Putin", "Donald Trump", "112", 2, as_is=False),
        ]
    )
    counts = steps(store, without=("co-reports",))
    assert (counts["statements"], counts["re-reports"]) == (4, 3)


def test_co_reports_are_one_after_resolution(store_of):
    store = store_of(
        [
            row("Vladimir Putin", "Donald Trump", "112", as_is=False),
            row("Russia", "United States", "112", as_is=False),
            row("Foreign Affairs (Russia)", "United States", "112", as_is=False),
            row("Citizen (Russia)", "United States", "112", as_is=False),
        ]
    )
    counts = steps(store)
    assert (counts["re-reports"], counts["co-reports"]) == (4, 2)
    assert {(s, t) for _, s, t, *_ in events(store)} == {("RUS", "USA"), ("RUS.CVL", "USA")}


def test_re_reports_left_out_but_co_reports_not(store_of):
    store = store_of([row("USA", "RUS", "112")] * 3)
    assert steps(store, without=("re-reports",))["co-reports"] == 1
    assert steps(store, without=("re-reports", "co-reports"))["mirrors"] == 3


def test_mirrors_pair_up_and_the_surplus_stays_directed(store_of):
    # Weights are multiplicities: three consultations told by the USA, two by Russia.
    store = store_of([row("USA", "RUS", "040", weight=3), row("RUS", "USA", "040", weight=2)])
    assert events(store) == [
        (1, "USA", "RUS", "soft_power", 1, False),
        (1, "RUS", "USA", "soft_power", 2, True),
    ]
    assert steps(store)["mirrors"] == 3


def test_visit_and_host_mirror_each_other(store_of):
    store = store_of(
        [
            row("USA", "RUS", "042"),
            row("RUS", "USA", "043"),
            row("USA", "RUS", "043", 2),
            row("RUS", "USA", "042", 2),
            row("USA", "RUS", "042", 3),
            row("RUS", "USA", "042", 3),  # two visits, no host: no mirror
            row("USA", "RUS", "042", 4),
            row("RUS", "USA", "043", 5),  # another day: no mirror
        ]
    )
    assert events(store) == [
        (1, "RUS", "USA", "soft_power", 1, True),
        (2, "RUS", "USA", "soft_power", 1, True),
        (3, "RUS", "USA", "soft_power", 1, False),
        (3, "USA", "RUS", "soft_power", 1, False),
        (4, "USA", "RUS", "soft_power", 1, False),
        (5, "RUS", "USA", "soft_power", 1, False),
    ]


def test_visits_both_ways_on_one_day_are_two_joint_events(store_of):
    store = store_of(
        [
            row("USA", "RUS", "042"),
            row("RUS", "USA", "043"),
            row("RUS", "USA", "042"),
            row("USA", "RUS", "043"),
        ]
    )
    assert events(store) == [(1, "RUS", "USA", "soft_power", 2, True)]


def test_codes_without_mirror_stay_directed(store_of):
    store = store_of([row("USA", "RUS", "190"), row("RUS", "USA", "190")])
    assert all(not joint for *_, joint in events(store))


def test_weights_are_multiplicities_and_re_reports_keep_the_greatest(store_of):
    store = store_of([row("USA", "RUS", "112", weight=4), row("USA", "RUS", "112", weight=2)])
    assert steps(store)["reports"] == 6
    assert events(store) == [(1, "USA", "RUS", "contestation", 4, False)]
    assert events(store, unit="active-step") == [(1, "USA", "RUS", "contestation", 1, False)]


def test_domestic_reading(store_of):
    rows = [
        row("RUS", "RUS.CVL", "173", 1),  # a state body arrests at home: repression
        row("SYR", "SYR.REB", "173", 2),  # against an armed party: coercion
        row("RUS.CVL", "RUS", "141", 3),  # protest at home
        row("RUS", "USA", "173", 4),  # abroad: coercion
        row("IRN.PRO", "USA", "141", 5),  # protest across a border: contestation
        row("USA", "RUS", "175", 6),  # violent repression across a border: force
        row("RUS", "RUS", "173", 7),  # one actor: no dyad
    ]
    found = {day: instrument for day, _, _, instrument, *_ in events(store_of(rows), without=["domestic"])}
    assert found == {
        1: "repression",
        2: "coercion",
        3: "protest",
        4: "coercion",
        5: "contestation",
        6: "force",
    }
    counts = steps(store_of(rows), without=("domestic",))
    assert (counts["resolve"], counts["same actor"]) == (7, 6)
    abroad = {day: instrument for day, _, _, instrument, *_ in events(store_of(rows))}
    assert abroad == {4: "coercion", 5: "contestation", 6: "force"}


def test_alternative_crosswalk(store_of):
    store = store_of([row("USA", "RUS", "163")])
    assert events(store)[0][3] == "economy"
    assert events(store, crosswalk="alternative")[0][3] == "coercion"


def test_ucdp_rows_without_initiator_are_joint_and_stay_apart_by_id(store_of):
    more = {"scheme": "ucdp", "source_kind": "ucdp-ged", "as_is": False}
    sides = ("Government of Russia (Soviet Union)", "Government of Ukraine")
    store = store_of(
        [
            row(*sides, "1", event_id="1", **more),
            row(*sides, "1", event_id="2", **more),
            row(*reversed(sides), "1", event_id="3", **more),
            row(sides[0], "Civilians", "3", event_id="4", target_country="Ukraine", **more),
        ]
    )
    assert events(store) == [
        (1, "RUS", "UKR.CVL", "force", 1, False),
        (1, "RUS", "UKR", "force", 3, True),
    ]


def test_acled_armed_clash_is_joint_and_its_attacks_are_not(store_of):
    more = {"scheme": "acled", "source_kind": "acled", "as_is": False}
    sides = ("Military Forces of Russia (2000-)", "Military Forces of Ukraine (2019-)")
    store = store_of(
        [
            row(*sides, "Armed clash", event_id="1", mode="Battles", **more),
            row(
                *sides,
                "Shelling/artillery/missile attack",
                event_id="2",
                mode="Explosions/Remote violence",
                **more,
            ),
        ]
    )
    assert [event[1:] for event in events(store)] == [
        ("RUS", "UKR", "force", 1, False),
        ("RUS", "UKR", "force", 1, True),
    ]


def test_spans_are_dropped_or_spread_over_their_days(store_of):
    store = store_of(
        [
            row("USA", "RUS", "112", 1),
            row("USA", "RUS", "190", 1, date_end=dt.date(2018, 3, 4), precision="span", weight=40),
            row("USA", "RUS", "163", 1, precision="month", weight=2),
            row("USA", "RUS", "112", 31),
        ]
    )
    assert steps(store)["mirrors"] == 44
    assert steps(store)["dates"] == 2
    assert steps(store, span="spread")["dates"] == 44
    spread = events(store, span="spread")
    force = {day: n for day, _, _, instrument, n, _ in spread if instrument == "force"}
    assert set(force) == {1, 2, 3, 4}
    assert sum(force.values()) == 40
    assert spread == events(store, span="spread")


def test_a_store_of_spans_alone_needs_them_spread(store_of):
    span = {"date_end": dt.date(2018, 3, 9), "precision": "span"}
    store = store_of([row("USA", "RUS", "190", **span), row("RUS", "USA", "190", **span)])
    with pytest.raises(InputError, match="no report that is dated to a day"):
        events(store)
    assert load_history(store, span="spread").n_steps == 9
    assert sum(event[4] for event in events(store, span="spread")) == 2


def test_dated_actors_resolve_by_the_day(store_of):
    more = {"source_kind": "keds", "scheme": "weis", "as_is": False}
    store = store_of(
        [
            row("SERSM", "USA", "121", date=dt.date(2000, 10, 6), **more),
            row("SERSM", "USA", "121", date=dt.date(2000, 10, 7), **more),
        ]
    )
    assert [event[1] for event in events(store)] == ["SRB", "SRB.CVL"]


def test_levels(store_of):
    rows = [
        row("USA.CVL", "RUS", "112"),
        row("USA", "RUS", "112"),
        row("USA", "FRA", "112"),
        row("RUS", "CHN", "112"),
    ]
    assert ("USA.CVL", "RUS") in {e[1:3] for e in events(store_of(rows))}
    assert {e[1] for e in events(store_of(rows), level="state-only")} == {"USA", "RUS"}
    assert [e[1:3] for e in events(store_of(rows), level="country") if e[1] == "USA"] == [
        ("USA", "FRA"),
        ("USA", "RUS"),
    ]
    blocs = events(store_of(rows), level="bloc", blocs=["NATO"])
    # The USA and France are one: nothing between them is left.
    assert [e[1:3] for e in blocs] == [("NATO:", "RUS"), ("RUS", "CHN"), ("USA.CVL", "RUS")]


def test_level_bloc_joins_members_only_while_they_are(store_of):
    store = store_of(
        [
            row("MNE", "RUS", "112", date=dt.date(2017, 6, 4)),
            row("MNE", "RUS", "112", date=dt.date(2017, 6, 5)),
        ]
    )
    assert [e[1] for e in events(store, level="bloc", blocs=["NATO"])] == ["MNE", "NATO:"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"without": ("mirror",)}, "without='mirror' is not known.*Did you mean 'mirrors'"),
        ({"level": "states"}, "level='states' is not known"),
        ({"crosswalk": "other"}, "crosswalk='other' is not known"),
        ({"span": "keep"}, "span='keep' is not known"),
    ],
)
def test_unknown_options(options, words):
    with pytest.raises(InputError, match=words):
        FunnelOptions(**options)
