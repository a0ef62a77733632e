"""Responses: propagation against exact expectation and simulation, recovery, and worlds without reaction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from answering_worlds import HALF_LIVES, answering_world, histories, true_propagator

from melian.errors import InputError
from melian.history import EventHistory
from melian.measures.bands import calibrated, calibrated_gap
from melian.measures.redrawn import redrawn, without_reaction
from melian.measures.refits import Fitted, fit_quickly
from melian.measures.responses import Responses, find_responses, measure_responses
from melian.measures.responses_conduct import conduct_band
from melian.measures.responses_model import make_propagator
from melian.measures.responses_page import exhibits_of
from melian.measures.responses_settings import ResponseSettings
from melian.measures.responses_windows_page import windows_exhibit
from melian.models.hawkes import HawkesConfig
from melian.worlds.form import Events, WorldForm, no_events
from melian.worlds.observed import expected_path
from melian.worlds.run import Path, simulate_paths

CONFIG = HawkesConfig(half_lives=HALF_LIVES, exposure="off")
SIMULATED = 4000
# The mean of 4,000 differences has a standard error of about .01-.02 here; 4 of them.
ERRORS = 4.0


def one_act(world: WorldForm, source: int, target: int, instrument: int) -> Events:
    """One directed act on day 0."""
    ints = [np.array([x], dtype=np.int32) for x in (0, source, target, instrument, 1)]
    no = np.array([False])
    return Events(*ints, no, no, no)


def quick(history: EventHistory) -> Fitted:
    return fit_quickly(history, CONFIG, pooled=True)


def test_propagation_is_the_difference_that_one_act_makes_to_the_exact_expectation() -> None:
    world = answering_world(reply=0.3, others=0.15, actors=4, days=31)
    act = np.zeros((2, 4, 4, 2))
    act[0, 1, 0, 0] = act[1, 1, 0, 1] = 1.0
    impulse = true_propagator(world).impulse(act, 0, days=30)
    without, _ = expected_path(world)
    for q in range(2):
        given, _ = expected_path(replace(world, given=one_act(world, 1, 0, q)))
        assert np.allclose((given - without)[1:, 0], impulse.total[q], atol=1e-12)
    direct = impulse.direct[0, :, 1].sum()
    kernel = 1 - world.rho**30
    assert direct == pytest.approx(0.3 * float(np.array([0.6, 0.4]) @ kernel))


def test_propagation_agrees_with_simulation_on_common_random_numbers() -> None:
    world = replace(answering_world(reply=0.4, actors=3, days=16), past=no_events())
    changed = replace(world, given=one_act(world, 1, 0, 0))

    def count(path: Path) -> int:
        return int(((path.source == 0) & (path.target == 1) & (path.step > 0)).sum())

    base, more = (
        np.array(simulate_paths(w, count, runs=SIMULATED, seed=4, jobs=1, factual=world))
        for w in (world, changed)
    )
    gap = more - base
    act = np.zeros((1, 3, 3, 2))
    act[0, 1, 0, 0] = 1.0
    wanted = true_propagator(world).impulse(act, 0, days=15).total[0, :, 1].sum()
    assert abs(gap.mean() - wanted) < ERRORS * gap.std() / np.sqrt(SIMULATED)
    assert gap.min() >= 0


def test_fitted_operator_has_the_weights_of_the_fit() -> None:
    history = histories(answering_world(reply=0.3, days=300), 1)[0]
    fitted = quick(history)
    propagator = make_propagator(fitted.design, fitted.parameters)
    act = np.zeros((1, 3, 3, 2))
    act[0, 1, 0, 0] = 1.0
    direct = propagator.impulse(act, 0, days=400).direct[0, :, 1].sum(axis=0)
    at = fitted.design.columns.relations.index("reply")
    weight = fitted.parameters.weight.reshape(3, 2, 7, 2, 2)[0, :, at, 0].sum(axis=1)
    assert np.allclose(direct, weight)


def test_a_fit_is_redrawn_with_as_many_events() -> None:
    history = histories(answering_world(reply=0.3, days=400), 1)[0]
    fitted = quick(history)
    rng = np.random.default_rng(2)
    events = [redrawn(fitted, rng).count.sum() for _ in range(6)]
    assert np.mean(events) == pytest.approx(history.count.sum(), rel=0.1)
    alone = without_reaction(fitted)
    events = [redrawn(alone, rng).count.sum() for _ in range(6)]
    assert np.mean(events) == pytest.approx(history.count.sum(), rel=0.1)
    propagator = make_propagator(alone.design, alone.parameters)
    assert propagator.impulse(np.ones((1, 3, 3, 2)), 0, days=5).total.sum() > 0  # its own momentum stays
    act = np.zeros((1, 3, 3, 2))
    act[0, 1, 0, 0] = 1.0
    assert propagator.impulse(act, 0, days=5).total.sum() == 0.0


def found(reply: float, *, methods: tuple[str, ...], days: int = 600, seed: int = 3) -> Responses:
    history = histories(answering_world(reply=reply, days=days), 1, seed=seed)[0]
    settings = ResponseSettings(days=10, pairs=("A:B",), methods=methods, refits=10, draws=200)
    return find_responses(history, settings, lambda: quick(history))


def test_without_a_model_a_response_is_found_where_it_is_and_not_where_it_is_not() -> None:
    for reply in (0.5, 0.0):
        got = found(reply, methods=("study",), days=1000).estimates["response.all.to.A.all.all.study"]
        assert (got.low > 0.0) == (reply > 0.0)  # type: ignore[operator]


@pytest.mark.slow
def test_responses_are_found_by_both_methods_where_they_are() -> None:
    got = found(0.5, methods=("model", "study"), days=1000).estimates
    world = answering_world(reply=0.5)
    act = np.full((1, 3, 3, 2), 0.0)
    act[0, 1, 0] = 0.5
    wanted = true_propagator(world).impulse(act, 0, days=10).total[0, :, 1].sum()
    for method in ("model", "study"):
        response = got[f"response.A.to.B.all.all.{method}"]
        assert response.low is not None
        assert response.high is not None
        assert response.low > 0.0
        assert response.value == pytest.approx(wanted, abs=0.35)
    assert got["response.A.to.all.all.all.study"].low > 0.0  # type: ignore[operator]
    coercion = got["response.A.to.B.coercion.coercion.model"].value
    assert coercion > got["response.A.to.B.coercion.concession.model"].value  # type: ignore[operator]


@pytest.mark.slow
def test_without_reaction_the_bands_hold_0() -> None:
    got = found(0.0, methods=("study",)).estimates
    study = got["response.A.to.B.all.all.study"]
    assert study.low <= 0.0 <= study.high  # type: ignore[operator]
    assert got["asymmetry.A.B.study"].low <= 0.0 <= got["asymmetry.A.B.study"].high  # type: ignore[operator]


def test_without_reaction_the_bands_of_the_model_begin_at_0() -> None:
    begin = 0
    for seed in range(3, 9):
        got = found(0.0, methods=("model",), days=250, seed=seed).estimates
        begin += sum(got[f"response.{ends}.all.all.model"].low == 0.0 for ends in ("A.to.B", "B.to.A"))
    # Of 12 that hold 0 in 95% each, fewer than 10 do once in 50 times; they cannot end below it.
    assert begin >= 10


@pytest.mark.slow
def test_bands_of_the_model_hold_the_response_in_most_worlds() -> None:
    for reply in (0.0, 0.3):
        world = answering_world(reply=reply, days=250, actors=4)
        act = np.zeros((1, 4, 4, 2))
        act[0, 1, 0] = 0.5
        wanted = true_propagator(world).impulse(act, 0, days=10).total[0, :, 1].sum()
        settings = ResponseSettings(days=10, pairs=("A:B",), methods=("model",), refits=20)
        held = 0
        for number, history in enumerate(histories(world, 8, seed=3200)):
            got = find_responses(
                history, replace(settings, seed=number), lambda h=history: quick(h)
            ).estimates
            held += sum(
                got[f"response.{ends}.all.all.model"].low
                <= wanted
                <= got[f"response.{ends}.all.all.model"].high
                for ends in ("A.to.B", "B.to.A")
            )
        assert held >= 12  # of 16; docs/responses.md has 88 to 98% of 48


def test_windows_hold_the_response_and_name_their_acts() -> None:
    world = answering_world(reply=0.5, days=700)
    act = np.zeros((1, 3, 3, 2))
    act[0, 1, 0] = 0.5
    wanted = true_propagator(world).impulse(act, 0, days=10).total[0, :, 1].sum()
    settings = ResponseSettings(days=10, pairs=("A:B",), methods=("study",), draws=200)
    got = find_responses(histories(world, 1, seed=4)[0], settings, lambda: pytest.fail("no model was asked"))
    windows = got.windowed[0]
    assert [one.last - one.first for one in windows] == [140] * len(windows)
    assert np.all(np.diff([one.first for one in windows]) == 70)
    h = got.history
    at = (h.target == 0) & (h.step >= windows[1].first) & (h.step < windows[1].last)
    assert windows[1].acts == h.count[at].sum()
    held = [np.quantile(one.values[1:], [0.05, 0.95]) for one in windows]
    assert np.mean([low <= wanted <= high for low, high in held]) >= 0.7
    page = next(exhibit for exhibit in exhibits_of(got) if exhibit.name == "windows")
    assert page.frame.filter(actor="A")["acts"].to_list() == [one.acts for one in windows]
    none = windows_exhibit(h, got.windowed, days=10, least=10_000)
    assert none is not None
    assert none.finding == "0 of 0 responses in windows have an interval without 0."
    assert none.frame["value"].null_count() == none.frame.height
    short = histories(answering_world(reply=0.5, days=250), 1)[0]
    assert find_responses(short, settings, lambda: pytest.fail("no model was asked")).windowed == {}


def test_a_fit_is_read_off_between_the_two_kinds_of_drawn_worlds() -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(0.0, 0.02, 20)
    noise -= noise.mean()
    found = calibrated(np.concatenate([[0.5], 0.5 + noise, 0.1 + noise]), events=7)  # slope 0.8
    assert found.value == pytest.approx((0.4 / 0.8 + 0.4 / np.sqrt(0.8)) / 2)
    half = 1.729 * np.sqrt(1 + 1 / 20) * noise.std(ddof=1)  # Student's 95% quantile with 19 degrees
    assert found.low == pytest.approx((0.4 - half) / np.sqrt(0.8), rel=1e-3)
    assert found.high == pytest.approx((0.4 + half) / 0.8, rel=1e-3)
    none = calibrated(np.concatenate([[0.12], 0.15 + noise, 0.1 + noise]))
    assert none.low == 0.0
    gap, p = calibrated_gap(np.concatenate([[0.5], 0.5 + noise, 0.1 + noise]),
                            np.concatenate([[0.2], 0.25 - noise, 0.1 + noise]))  # fmt: skip
    assert gap.low > 0.0  # type: ignore[operator]
    assert p < 0.01


@pytest.mark.parametrize(
    ("value", "floor", "low", "high"),
    [(0.0, 0.0, 0.0, 0.451), (1.0, 0.0, 0.549, 1.0), (0.0, -1.0, -0.451, 0.451)],
)
def test_a_kind_of_act_that_was_never_seen_is_not_impossible(value, floor, low, high) -> None:
    shown = conduct_band(np.full(50, value), worth=5, events=80, floor=floor)
    assert (shown.value, round(shown.low, 3), round(shown.high, 3)) == (value, low, high)
    seen = conduct_band(np.linspace(0.1, 0.3, 21), worth=5, events=80)
    assert 0.1 < seen.low < 0.13


def test_names_are_those_of_the_documentation_and_few_acts_are_undefined() -> None:
    history = histories(answering_world(reply=0.2, days=200, own=0.02), 1)[0]
    settings = ResponseSettings(days=5, pairs=("A:B",), methods=("study",), draws=100)
    answer = measure_responses(history, settings, lambda: quick(history))
    names = answer.estimates
    for name in ("response.A.to.B.all.all.study", "compliance.A.to.B.study", "defiance.all.to.B.share",
                 "concession.B.to.all.study.before", "compliance-change.A.to.B.study",
                 "response.A.to.B.all.all.study.before",
                 "response.all.to.A.pressure.all.study.after"):  # fmt: skip
        assert name in names
    few = names["response.A.to.B.pressure.all.study"]
    assert few.value is None
    assert "at least 10" in few.reason
    assert all("model" not in name.rsplit(".", 1)[-1] for name in names)


def test_sentences_follow_the_estimates_and_hold_no_causal_words() -> None:
    history = histories(answering_world(reply=0.4, days=500), 1)[0]
    answer = measure_responses(
        history,
        ResponseSettings(days=5, pairs=("A:B",), methods=("study",), draws=100),
        lambda: quick(history),
    )
    value = answer.estimates["response.A.to.B.all.all.study"].value
    assert f"{value:.3f}" in answer.sentences[0]
    text = " ".join((*answer.sentences, *(e.finding + e.note for e in answer.exhibits))).lower()
    assert not any(
        word in text for word in ("caus", "because", "led to", "lead to", "leads to", "due to", "results in")
    )


def test_what_nobody_ever_did_has_no_response_of_zero() -> None:
    history = histories(answering_world(reply=0.3, days=400), 1)[0]
    history = replace(history, instruments=(*history.instruments, "economy"))
    settings = ResponseSettings(days=10, pairs=("A:B",), methods=("study",), draws=100)
    got = find_responses(history, settings, lambda: quick(history)).estimates
    for name in ("response.A.to.B.all.economy.study", "response.A.to.B.all.economy.matched",
                 "before.A.to.B.all.economy.study"):  # fmt: skip
        assert got[name].value is None
        assert "not recorded to act so" in got[name].reason
    assert all(one.low < one.high for one in got.values() if one.value is not None)


def test_a_pair_that_is_not_in_the_history_is_named() -> None:
    history = histories(answering_world(reply=0.2, days=200), 1)[0]
    with pytest.raises(InputError, match="'A:Z' is not a pair of two actors"):
        find_responses(history, ResponseSettings(pairs=("A:Z",)), lambda: quick(history))
