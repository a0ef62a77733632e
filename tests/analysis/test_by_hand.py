"""Every figure of a small attribution, worked out by hand from the draws written in `by_hand`."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from by_hand import EVIDENCE, make_draws, make_fit, make_history
from scipy.stats import beta

from melian.analysis import shares
from melian.analysis.attribution import Attribution, attribute
from melian.analysis.evidence import Evidence
from melian.analysis.glance import glance


@pytest.fixture(scope="module")
def found() -> Attribution:
    """Figures by hand are of the quantiles themselves; how they are widened has a test of its own."""
    history = make_history()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "WIDENING", 1.0)
        return attribute(history, make_draws(history), make_fit(history), EVIDENCE)


def test_intervals_are_widened_from_the_mean_and_stay_shares() -> None:
    """Ten draws of 40..49 of 100: mean .445, quantiles .4045 and .4855; near 0 the end is cut off."""
    wide = shares.estimate(np.arange(40, 50)[:, None], np.array([100])).at(0)
    assert wide.low == pytest.approx(0.445 - shares.WIDENING * (0.445 - 0.4045))
    assert wide.high == pytest.approx(0.445 + shares.WIDENING * (0.4855 - 0.445))
    assert shares.estimate(np.array([[0], [0], [5]]), np.array([100])).at(0).low == 0.0


def share(found: Attribution, frame: str, **where: Any) -> float | None:
    rows = found.frames[frame].filter(**where)
    assert rows.height == 1, where
    value: float | None = rows["share"][0]
    return value


def test_components_are_counts_over_draws(found: Attribution) -> None:
    expected = {
        "A": {"initiative": 4 / 12, "momentum": 3 / 12, "reaction": 3 / 12, "joint": 2 / 12},
        "B": {"initiative": 3 / 8, "momentum": 1 / 8, "reaction": 4 / 8, "joint": 0.0},
        "C": {"initiative": 1 / 4, "momentum": 0.0, "reaction": 3 / 4, "joint": 0.0},
    }
    for actor, parts in expected.items():
        for component, value in parts.items():
            assert found.summary["actors"][actor]["proximate"][component]["share"] == pytest.approx(value)
            stored = share(found, "shares", view="proximate", actor=actor, component=component)
            assert stored == pytest.approx(value)


def test_interval_is_the_quantiles_over_draws(found: Attribution) -> None:
    """Initiative of A by draw is 0, 1, 2, 1 of 3 events; between order statistics by linear interpolation."""
    part = found.summary["actors"]["A"]["proximate"]["initiative"]
    assert part["low"] == pytest.approx(0.15 / 3)
    assert part["high"] == pytest.approx(1.85 / 3)


def test_relations_and_whom_they_answer(found: Attribution) -> None:
    expected = {
        ("A", "persistence"): 3 / 12,
        ("A", "reply"): 3 / 12,
        ("A", "joint"): 2 / 12,
        ("B", "spread"): 1 / 8,
        ("B", "reply"): 3 / 8,
        ("B", "alarm"): 1 / 8,
        ("C", "reply"): 2 / 4,
        ("C", "joining"): 1 / 4,
    }
    for row in found.frames["relations"].iter_rows(named=True):
        assert row["share"] == pytest.approx(expected.get((row["actor"], row["relation"]), 0.0)), row
    to = {("A", "B"): 3 / 12, ("B", "A"): 4 / 8, ("C", "B"): 2 / 4, ("C", "A"): 1 / 4}
    assert found.frames["reactions"].height == 6
    for row in found.frames["reactions"].iter_rows(named=True):
        assert row["share"] == pytest.approx(to.get((row["actor"], row["to"]), 0.0)), row


def test_roots(found: Attribution) -> None:
    by = {("A", "B"): 1 / 12, ("A", "joint"): 2 / 12, ("B", "A"): 5 / 8, ("C", "A"): 2 / 4, ("C", "B"): 1 / 4}
    assert found.frames["roots"].height == 9
    for row in found.frames["roots"].iter_rows(named=True):
        assert row["share"] == pytest.approx(by.get((row["actor"], row["by"]), 0.0)), row
    own = {"A": (9, 1, 2, 12), "B": (3, 5, 0, 8), "C": (1, 3, 0, 4)}
    for actor, (itself, others, joint, total) in own.items():
        for component, count in (("self", itself), ("others", others), ("joint", joint)):
            value = share(found, "shares", view="root", actor=actor, component=component)
            assert value == pytest.approx(count / total)
        assert found.summary["actors"][actor]["root"]["self"]["share"] == pytest.approx(itself / total)


def test_events_and_joint_events_inside_the_live_span(found: Attribution) -> None:
    actors = found.summary["actors"]
    assert {a: (p["events"], p["joint_events"]) for a, p in actors.items()} == {
        "A": (3, 1),
        "B": (2, 1),
        "C": (1, 0),
    }
    data = found.summary["data"]
    assert (data["events"], data["since"], data["until"]) == (6, "2018-01-02", "2018-03-31")
    assert data["window"] == {"since": "2018-01-01", "until": "2018-03-31"}
    assert (data["snapshot"], data["sources"], data["notes"]) == ("sha256:ab", ["table"], ["a note"])
    assert data["funnel"] == [{"step": "resolve", "rows": 12}, {"step": "mirrors", "rows": 9}]


def test_model_part(found: Attribution) -> None:
    model = found.summary["model"]
    assert model["half_lives"] == [1.0, 5.0]
    assert model["spectral_radius"] == pytest.approx(0.55)
    assert model["spectral_radius_interval"] == pytest.approx({"low": 0.415, "high": 0.685})
    assert model["spectral_radius_below_one"] is True
    assert model["exposure"] == {"kappa": {"A": 0.0, "B": 0.1, "C": 0.2}, "bandwidth": 7.0}
    assert model["log_score"] == {"poisson": -5.0, "baseline": -4.5, "full": -4.25}
    assert (model["estimator"], model["draws"], model["burn_in_days"]) == ("gibbs", 4, 1)
    assert model["notes"] == [
        "The window from 2018-01-01 to 2018-01-01 (1 day) has too little earlier history; it is burn-in and "
        "left out of the shares."
    ]
    assert "not predicted" in found.summary["wording"]
    assert json.loads(json.dumps(found.summary)) == found.summary


def test_periods_are_months_of_the_live_span(found: Attribution) -> None:
    frame = found.frames["periods"]
    days = frame.select("since", "until").unique().sort("since").rows()
    assert days == [
        (dt.date(2018, 1, 2), dt.date(2018, 1, 31)),
        (dt.date(2018, 2, 1), dt.date(2018, 2, 28)),
        (dt.date(2018, 3, 1), dt.date(2018, 3, 31)),
    ]
    january = dt.date(2018, 1, 2)
    for component, value in (("initiative", 3 / 8), ("momentum", 2 / 8), ("reaction", 3 / 8), ("joint", 0.0)):
        assert share(found, "periods", actor="A", since=january, component=component) == pytest.approx(value)
    empty = frame.filter(actor="C", since=january)
    assert empty["events"].to_list() == [0] * 4
    assert empty["share"].to_list() == [None] * 4


def test_toolkit(found: Attribution) -> None:
    rows = {(r["actor"], r["instrument"]): r for r in found.frames["toolkit"].iter_rows(named=True)}
    force = rows["A", "force"]
    assert (force["events"], force["composition"]) == (2, pytest.approx(2 / 3))
    assert force["low"] == pytest.approx(beta(2.5, 1.5).ppf(0.05))
    assert force["high"] == pytest.approx(beta(2.5, 1.5).ppf(0.95))
    assert [force[c] for c in ("initiative", "momentum", "reaction", "joint")] == [3 / 8, 2 / 8, 3 / 8, 0.0]
    none = rows["C", "force"]
    assert (none["events"], none["composition"], none["low"]) == (0, 0.0, 0.0)
    assert none["high"] == pytest.approx(beta(0.5, 1.5).ppf(0.95))
    assert none["initiative"] is None
    assert (rows["C", "coercion"]["low"], rows["C", "coercion"]["high"]) == (
        pytest.approx(1 - beta(0.5, 1.5).ppf(0.95)),
        1.0,
    )


def test_answers(found: Attribution) -> None:
    rows = {
        (r["instrument"], r["answered"]): r["share"] for r in found.frames["answers"].iter_rows(named=True)
    }
    assert rows == pytest.approx(
        {
            ("coercion", "coercion"): 0.0,
            ("coercion", "force"): 6 / 10,
            ("force", "coercion"): 3 / 10,
            ("force", "force"): 1 / 10,
        }
    )
    of_b = found.frames["answers_by_actor"].filter(actor="B")
    assert of_b["share"].to_list() == pytest.approx([0.0, 3 / 4, 0.0, 1 / 4])


def test_timeline_by_monday(found: Attribution) -> None:
    assert found.frames["timeline"].rows() == [
        (dt.date(2018, 1, 1), "A", "force", 2),
        (dt.date(2018, 1, 1), "B", "coercion", 1),
        (dt.date(2018, 2, 5), "B", "force", 1),
        (dt.date(2018, 2, 5), "C", "coercion", 1),
        (dt.date(2018, 2, 12), "A", "coercion", 1),
    ]


def test_codes_that_answer_by_meaning(found: Attribution) -> None:
    coercion, force = found.frames["reactive"].to_dicts()
    assert (coercion["events"], coercion["initiative"], coercion["reactive_events"]) == (3, 3 / 12, 0)
    assert coercion["reactive_initiative"] is None
    assert (force["events"], force["reactive_events"], force["rest_events"]) == (3, 1, 2)
    assert force["initiative"] == pytest.approx(5 / 12)
    assert force["reactive_initiative"] == pytest.approx(2 / 4)
    assert force["rest_initiative"] == pytest.approx(3 / 8)
    assert (force["reactive_low"], force["reactive_high"]) == (0.0, 1.0)


def test_events_frame_has_the_most_frequent_parents(found: Attribution) -> None:
    frame = found.frames["events"]
    assert frame["row"].to_list() == [101, 102, 104, 105, None]
    assert frame["count"].to_list() == [1, 2, 1, 1, 1]
    twice, last = frame.row(1, named=True), frame.row(4, named=True)
    assert (twice["parent1"], twice["parent1_probability"]) == (101, 3 / 8)
    assert (twice["parent2"], twice["parent2_probability"]) == (100, 2 / 8)
    assert (twice["parent3"], twice["parent3_probability"]) == (None, None)
    assert [twice[c] for c in ("initiative", "momentum", "reaction", "joint")] == [3 / 8, 2 / 8, 3 / 8, 0.0]
    assert (last["parent1"], last["parent1_probability"], last["joint"]) == (103, 0.5, 0.5)
    assert frame["root"].to_list() == ["A"] * 5
    assert frame["root_probability"].to_list() == [3 / 4, 7 / 8, 2 / 4, 2 / 4, 2 / 4]


def test_telling_events_take_turns(found: Attribution) -> None:
    frame = found.frames["telling"]
    assert frame["row"].to_list() == [101, 104, 105, 102, None]
    assert frame["why"].to_list() == [
        "the model puts 75% on reaction: the most probable parent (75%, reply) is a deed (force) of A "
        "towards B 1 day before",
        "the model puts 50% on initiative: the most probable single earlier deed has 25%",
        "the model puts 75% on reaction: the most probable parent (50%, reply) is a deed (force) of B "
        "towards C 1 day before",
        "the model puts 38% on initiative: the most probable single earlier deed has 38%",
        "the model puts 50% on joint: the most probable parent (50%, joint) is a joint event (coercion) of A "
        "and B 40 days before",
    ]
    assert frame["parents"][2].to_list() == [
        {
            "date": dt.date(2018, 2, 10),
            "source": "B",
            "target": "C",
            "instrument": "force",
            "relation": "reply",
            "probability": 0.5,
            "row": 104,
        },
        {
            "date": dt.date(2018, 1, 3),
            "source": "A",
            "target": "B",
            "instrument": "force",
            "relation": "joining",
            "probability": 0.25,
            "row": 102,
        },
    ]


def test_what_stands_beside_the_shares(found: Attribution) -> None:
    assert found.frames["funnel"].rows() == [("resolve", 12), ("mirrors", 9)]
    assert found.frames["gaps"].rows() == [
        (dt.date(2018, 1, 1), 5),
        (dt.date(2018, 2, 1), 3),
        (dt.date(2018, 3, 1), 0),
    ]
    assert found.frames["ladder"].rows() == [
        ("poisson", -5.0, None),
        ("baseline", -4.5, 0.5),
        ("full", -4.25, 0.25),
    ]
    assert found.frames["coefficients"].rows() == [
        ("A", "persistence", "coercion", 1.0, "coercion", 0.2, 0.1, 0.3)
    ]
    proximate = found.summary["actors"]["C"]["proximate"]
    floor = {"share": 0.075, "low": 0.05, "high": 0.1, "fits": 2}
    assert proximate["placebo_reaction"] == pytest.approx(floor)
    assert proximate["same_step"] == {"share": 0.3}
    assert proximate["initiative_if_same_step_is_reaction"] == {"share": 0.4}


def test_placebo_is_passed_by_the_lower_end(found: Attribution) -> None:
    """The lower ends are .15/3, .15/2 and .15; the largest placebos .2, .2 and .1."""
    frame = found.frames["placebo"]
    assert frame["above"].to_list() == [False, False, True]
    assert frame["placebo"].to_list() == pytest.approx([0.15, 0.15, 0.075])
    assert frame["reason"].to_list() == [None] * 3


def test_what_was_not_run_says_so() -> None:
    history = make_history()
    found = attribute(history, make_draws(history), make_fit(history), Evidence())
    proximate = found.summary["actors"]["A"]["proximate"]
    assert proximate["placebo_reaction"] == {"share": None, "reason": "no placebo was run"}
    assert proximate["same_step"] == {"share": None, "reason": "not run"}
    placebo = found.frames["placebo"]
    assert placebo["above"].to_list() == [None] * 3
    assert placebo["reason"].to_list() == ["no placebo was run"] * 3
    assert found.frames["ladder"].is_empty()
    assert glance(found)["log_score"].to_list() == [None]


def test_glance_is_one_row(found: Attribution) -> None:
    row = glance(found).row(0, named=True)
    assert (row["events"], row["actors"], row["since"]) == (6, 3, dt.date(2018, 1, 2))
    assert (row["log_score"], row["log_score_first"], row["dispersion"]) == (-4.25, -5.0, 1.25)
    assert isinstance(glance(found), pl.DataFrame)


def test_a_fit_that_is_not_to_be_trusted_says_so() -> None:
    history = make_history()
    fit = replace(make_fit(history), spectral_radius=np.array([0.9, 1.1, 1.2, 0.95]), r_hat=1.5)
    model = attribute(history, make_draws(history), fit, Evidence()).summary["model"]
    assert model["spectral_radius_below_one"] is False
    assert any("1 or more in 50% of the draws" in note for note in model["notes"])
    assert any("R-hat 1.50" in note for note in model["notes"])


def test_what_could_not_be_computed_is_null() -> None:
    history = make_history()
    fit = replace(make_fit(history), dispersion=float("nan"), r_hat=float("nan"))
    model = attribute(history, make_draws(history), fit, Evidence()).summary["model"]
    assert (model["dispersion"], model["r_hat"]) == ({"source_day": None}, None)
