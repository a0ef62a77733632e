"""A fit as frames: intervals, criteria, comparison, and what it says of events, against plain counting."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from sequences import random_events

import melian
from melian.effects.formula import parse_formula
from melian.errors import InputError, StudyError
from melian.rem.answer import answer_of
from melian.rem.config import RemConfig
from melian.rem.evaluate import evaluate_events
from melian.rem.fit import fit_rem
from melian.rem.frames import compare, glance, tidy
from melian.rem.residuals import actor_residuals, augment, contributions, course, recall
from melian.rem.result import RemFit
from melian.sequence import RelationalEvents


def fitted(formula: str = "inertia + reciprocity", **settings: object) -> RemFit:
    return fit_rem(random_events(3), parse_formula(formula), config=RemConfig(**settings))  # type: ignore[arg-type]


def test_tidy_has_estimates_intervals_and_factors() -> None:
    fit = fitted()
    row = tidy(fit).row(0, named=True)
    error = math.sqrt(fit.covariance[0, 0])
    assert row["std_error"] == pytest.approx(error)
    assert row["low"] == pytest.approx(row["estimate"] - 1.959963985 * error)
    assert row["ratio"] == pytest.approx(math.exp(row["estimate"]))
    assert row["statistic"] == pytest.approx(row["estimate"] / error)
    assert 0 <= row["p_value"] <= 1
    narrow = tidy(fit, 0.5).row(0, named=True)
    assert narrow["high"] - narrow["low"] < row["high"] - row["low"]
    with pytest.raises(InputError, match="must be between 0 and 1"):
        tidy(fit, 95)


def test_glance_and_compare() -> None:
    small, large = fitted("inertia"), fitted("inertia + reciprocity + otp")
    row = glance(large).row(0, named=True)
    assert row["aic"] == pytest.approx(6 - 2 * large.log_likelihood)
    assert row["bic"] == pytest.approx(3 * math.log(large.n_events) - 2 * large.log_likelihood)
    table = compare({"small": small, "large": large})
    assert table["weight"].sum() == pytest.approx(1.0)
    tested = table.filter(name="large").row(0, named=True)
    assert tested["against"] == "small"
    assert tested["lr_statistic"] == pytest.approx(2 * (large.log_likelihood - small.log_likelihood))
    assert tested["lr_df"] == 2
    assert table.filter(name="small")["against"].item() is None
    with pytest.raises(InputError, match="the way of ties differ"):
        compare({"a": small, "b": fitted("inertia", ties="efron")})
    with pytest.raises(InputError, match="two or more"):
        compare({"a": small})


@pytest.mark.parametrize("settings", [{}, {"conditional": "sender"}, {"risk_set": "active"}])
def test_the_evaluation_adds_up_to_the_likelihood_and_the_score(settings: dict) -> None:
    fit = fitted("inertia + reciprocity(halflife=9) + otp(scaling='log1p')", **settings)
    evaluation = evaluate_events(fit)
    assert evaluation.log_probability.sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    np.testing.assert_allclose((evaluation.statistics - evaluation.expected).sum(0), fit.score, atol=1e-8)
    assert evaluation.pair_expected.sum() == pytest.approx(fit.n_events)
    assert evaluation.pair_observed.sum() == fit.n_events
    np.testing.assert_allclose(evaluation.variance.sum(0), np.diag(fit.information), rtol=1e-8)


def test_ranks_and_means_are_those_of_plain_counting() -> None:
    fit = fitted("inertia")
    evaluation = evaluate_events(fit)
    events, n = fit.events, fit.events.n_actors
    for place in (5, 40, 90):
        e = evaluation.event[place]
        counts = np.zeros((n, n))
        np.add.at(counts, (events.sender[:e], events.receiver[:e]), 1.0)
        at_risk = counts[~np.eye(n, dtype=bool)]
        own = counts[events.sender[e], events.receiver[e]]
        better = (fit.estimate[0] * at_risk > fit.estimate[0] * own).sum()
        same = (at_risk == own).sum()
        assert evaluation.rank[place] == better + (same + 1) / 2
        assert evaluation.mean[place, 0] == pytest.approx(at_risk.mean())
        assert evaluation.at_risk[place] == n * (n - 1)


def test_frames_of_events_actors_and_time() -> None:
    fit = fitted("inertia + otp")
    evaluation = evaluate_events(fit)
    frame = augment(fit, evaluation)
    parts = frame.select(pl.sum_horizontal("^contribution: .*$")).to_series()
    np.testing.assert_allclose(parts, contributions(fit, evaluation).sum(1))
    assert frame["deviance"].sum() == pytest.approx(-2 * fit.log_likelihood)
    assert (frame["place"] <= 1).all()
    actors = actor_residuals(fit, evaluation)
    assert actors.filter(side="sender")["expected"].sum() == pytest.approx(fit.n_events)
    curve = course(fit, evaluation)
    assert curve.filter(event=1.0)["score"].abs().max() < 1e-9, "a bridge ends at 0"
    assert recall(evaluation)["recall"].is_sorted()


def test_fits_from_samples_are_evaluated_on_all_pairs() -> None:
    fit = fitted("inertia + reciprocity", controls=5)
    assert (evaluate_events(fit).at_risk == 42).all()


def test_rate_and_choice_models_are_evaluated() -> None:
    rate = answer_of(fitted("outdegree_sender", model="rate"))
    assert rate.frames["actors"]["side"].unique().to_list() == ["sender"]
    assert (rate.frames["events"]["at_risk"] == 7).all()
    choice = answer_of(fitted("inertia", model="choice"))
    assert choice.frames["actors"]["side"].unique().to_list() == ["receiver"]
    assert (choice.frames["events"]["at_risk"] == 6).all()


def test_the_python_door() -> None:
    frame = pl.DataFrame({"time": [1.0, 2, 3, 4, 5, 6], "sender": list("abcaba"), "receiver": list("babbcb")})
    events = melian.events_from_frame(frame)
    power = melian.covariate(pl.DataFrame({"actor": ["a", "b", "c"], "power": [3.0, 1.0, 2.0]}), "power")
    model = melian.Rem("inertia + ego(power)", ties="efron").fit(events, covariates=[power])
    assert model.tidy()["term"].to_list() == ["inertia", "ego('power')"]
    assert model.glance()["events"].item() == 5
    assert model.augment().height == 5
    assert model.recall().height == 5
    assert model.residuals().height
    assert model.course().height
    assert model.simulate(3).n_events >= 3
    other = melian.Rem("inertia", ties="efron").fit(events)
    assert melian.compare({"one": model, "two": other}).height == 2
    with pytest.raises(StudyError, match="did you mean ties"):
        melian.Rem("inertia", tie="efron")


class Answered:
    """Whether the last event of the pair has been answered: a user's own effect."""

    name = "answered"

    def init(self, actors: tuple[str, ...]) -> np.ndarray:
        return np.zeros((len(actors), len(actors)))

    def update(self, value: np.ndarray, *, sender: int, receiver: int, time: float, weight: float) -> None:
        value[sender, receiver], value[receiver, sender] = 0.0, 1.0


def test_a_formula_may_name_a_users_own_effect() -> None:
    events = random_events(3)
    model = melian.Rem("inertia + answered").fit(events, covariates=[Answered()])
    assert model.tidy()["term"].to_list() == ["inertia", "answered"]
    with pytest.raises(InputError, match="did you mean 'answered'"):
        melian.Rem("answerd").fit(events, covariates=[Answered()])


def test_events_from_frames_with_dates_and_times() -> None:
    ends = {"sender": ["a", "b"], "receiver": ["b", "a"]}
    day = melian.events_from_frame({"time": ["2018-01-01", "2018-01-03"], **ends})
    assert (day.resolution, day.time.tolist()) == ("day", [0.0, 2.0])
    exact = melian.events_from_frame({"time": ["2018-01-01T06:00", "2018-01-02T00:00"], **ends})
    assert (exact.resolution, exact.time.tolist()) == ("exact", [0.25, 1.0])
    order = melian.events_from_frame(ends, time=None)
    assert order.resolution == "order"
    with pytest.raises(InputError, match="row 1, column 'time': 'soon' is neither a number nor a date"):
        melian.events_from_frame({"time": ["2018-01-01", "soon"], **ends})
    with pytest.raises(InputError, match="has no column 'when'"):
        melian.events_from_frame(ends, time="when")
    with pytest.raises(InputError, match="frame is a int"):
        melian.events_from_frame(3)
    assert isinstance(day, RelationalEvents)


def test_what_only_a_history_has_is_refused_for_a_sequence() -> None:
    with pytest.raises(InputError, match="choose the rows of a sequence"):
        melian.Rem("inertia", instruments=["force"]).fit(random_events(3))


def test_random_effects_are_named_where_they_are_left_out() -> None:
    answer = answer_of(fitted("inertia", frailty="sender"))
    assert "leave the random effects of actors out" in answer.fit.notes[-1]
    assert answer.summary["frailty"][0]["side"] == "sender"


def test_a_moving_window_gives_a_row_per_window_and_coefficient() -> None:
    events = random_events(5, m=300)
    width = (events.time[-1] - events.time[0]) / 2
    frame = melian.Rem("inertia + reciprocity").moving(events, width=width, step=width / 2)
    assert frame["start"].n_unique() >= 2
    assert set(frame["term"].drop_nulls()) == {"inertia", "reciprocity"}
    assert frame["events"].max() < 300


def test_undirected_events_have_one_side() -> None:
    events = RelationalEvents.from_frame(
        {"time": [*range(1, 13)], "sender": "abcabacbcaab", "receiver": "baaccbbaacbc"}, undirected=True
    )
    answer = answer_of(fit_rem(events, parse_formula("totaldegree_dyad(scaling='log1p')")))
    table = answer.frames["actors"]
    assert table["side"].unique().to_list() == ["either side"]
    assert table["observed"].sum() == 2 * answer.fit.n_events
    assert table["expected"].sum() == pytest.approx(2 * answer.fit.n_events)
    assert answer.summary["data"]["undirected"]
