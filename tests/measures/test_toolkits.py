"""Toolkits: intervals hold the truth, one toolkit is not told apart, a copying actor is found as follower."""

from __future__ import annotations

import numpy as np
import pytest
from toolkit_worlds import SHARES, clustered, copying, history_of

from melian.errors import InputError
from melian.measures.toolkits import toolkits
from melian.measures.toolkits_blocks import block_counts, block_sums, shares_of
from melian.measures.toolkits_distance import divergence, excess_divergence
from melian.measures.toolkits_follow import follow, lead_lag, roots_of_shares
from melian.measures.toolkits_parts import sum_groups
from melian.measures.toolkits_settings import ToolkitSettings

WORLDS = 150
# Binomial 99.9% bounds at WORLDS worlds: a calibrated 5% test rejects at most 17 of 150, a 90% interval holds
# at least 123.
MOST_REJECTED = 17
FEWEST_HELD = 123
FAST = ToolkitSettings(draws=199)


def distance(a, b, rng, draws=199):
    counts = np.stack([a, b], axis=1)
    drawn = block_sums(counts, draws, rng)
    sums = counts.sum(axis=0)
    return excess_divergence((sums[0], sums[1]), (drawn[:, 0], drawn[:, 1]), n_blocks=(len(a), len(b)))


def test_one_toolkit_of_two_sizes_is_not_told_apart():
    rng = np.random.default_rng(1)
    found = [distance(clustered(rng, 26, 60.0), clustered(rng, 26, 6.0), rng) for _ in range(WORLDS)]
    assert sum(one.p_value <= 0.05 for one in found) <= MOST_REJECTED
    # The divergence itself is far from 0; its excess is not.
    assert np.mean([one.divergence for one in found]) > 0.005
    assert abs(np.mean([one.excess for one in found])) < 0.0025


def test_two_toolkits_are_told_apart_and_the_excess_has_the_right_size():
    rng = np.random.default_rng(2)
    other = np.array([0.25, 0.3, 0.05, 0.15, 0.25])
    truth = float(divergence(SHARES, other))
    found = [distance(clustered(rng, 52, 60.0), clustered(rng, 52, 12.0, other), rng) for _ in range(40)]
    assert all(one.p_value <= 0.05 for one in found)
    assert np.mean([one.excess for one in found]) == pytest.approx(truth, rel=0.15)
    assert sum(one.low <= truth <= one.high for one in found) >= 30


def test_intervals_of_shares_hold_the_truth_where_multinomial_ones_do_not():
    rng = np.random.default_rng(3)
    held = {"blocks": 0, "events": 0}
    for _ in range(WORLDS):
        counts = clustered(rng, 40, 30.0)[:, None, :]
        sums, drawn = counts.sum(axis=0), block_sums(counts, 199, rng)
        shares = shares_of(sums, drawn)
        held["blocks"] += bool(shares.low[0, 4] <= SHARES[4] <= shares.high[0, 4])
        spread = 1.645 * np.sqrt(shares.value[0, 4] * (1 - shares.value[0, 4]) / sums.sum())
        held["events"] += bool(abs(shares.value[0, 4] - SHARES[4]) <= spread)
    assert held["blocks"] >= FEWEST_HELD
    assert held["events"] < held["blocks"] - 10


def test_the_design_effect_is_one_for_independent_events():
    rng = np.random.default_rng(4)
    counts = np.array([rng.multinomial(40, SHARES) for _ in range(400)])[:, None, :]
    effect = shares_of(counts.sum(axis=0), block_sums(counts, 999, rng)).design_effect
    assert effect[0] == pytest.approx(1.0, abs=0.15)


def test_a_kind_without_events_keeps_an_upper_end():
    counts = np.zeros((10, 1, 2), np.int64)
    counts[:, 0, 0] = 5
    shares = shares_of(counts.sum(axis=0), block_sums(counts, 99, np.random.default_rng(5)))
    assert shares.low[0, 1] == 0.0
    assert 0.0 < shares.high[0, 1] < 0.08
    assert shares.high[0, 0] == 1.0


def test_lead_lag_is_what_the_two_distances_differ_by():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(2, 200, 4))
    nearer = ((a[:-1] - b[1:]) ** 2).sum(axis=1) - ((a[1:] - b[:-1]) ** 2).sum(axis=1)
    ends = (a[0] ** 2 - a[-1] ** 2 + b[-1] ** 2 - b[0] ** 2).sum()
    assert nearer.sum() == pytest.approx(2.0 * lead_lag(a, b).sum() + ends)


@pytest.mark.parametrize("lag", [0, 1])
def test_a_copying_actor_is_found_as_follower_and_a_common_course_is_not(lag):
    rng = np.random.default_rng(7)
    found = []
    for _ in range(40):
        counts = copying(rng, 60, lag=lag)
        tail, lead = (roots_of_shares(counts[name], fewest=10) for name in ("TAIL", "LEAD"))
        found.append(follow(tail, lead, draws=99, rng=rng))
    rejected = sum(one.p_value <= 0.05 for one in found)
    mean = np.mean([one.value for one in found])
    if lag:
        assert rejected >= 38
        assert mean > 0.3
    else:
        # The follower by regression would be the one with fewer events.
        assert rejected <= 7
        assert abs(mean) < 0.05


def test_the_answer_names_the_follower_and_its_figures_are_those_of_the_estimates():
    history = history_of(copying(np.random.default_rng(8), 60, lag=1), days=14)
    answer = toolkits(history, ToolkitSettings(draws=199, step=14))
    assert answer.estimates["follows.TAIL.LEAD"].low > 0.0
    assert answer.estimates["follows.LEAD.TAIL"].value == -answer.estimates["follows.TAIL.LEAD"].value
    assert answer.tests["follows.LEAD.TAIL"] <= 0.05
    following = next(e for e in answer.exhibits if e.name == "following")
    assert following.frame["pair"][0] == "TAIL after LEAD"
    shares = [answer.estimates[f"share.LEAD.{name}"].value for name in history.instruments]
    assert sum(shares) == pytest.approx(1.0)
    hard = answer.estimates["share.LEAD.force"].value + answer.estimates["share.LEAD.coercion"].value
    assert answer.estimates["hard.LEAD"].value == pytest.approx(hard)
    assert answer.estimates["share.Z.force"].reason


def test_a_sentence_changes_with_its_result():
    rng = np.random.default_rng(9)
    plain = {"A": clustered(rng, 30, 30.0), "B": clustered(rng, 30, 30.0)}
    hard = {**plain, "A": plain["A"][:, ::-1]}
    said = [toolkits(history_of(counts), FAST).sentences[0] for counts in (plain, hard)]
    assert said[0] != said[1]


def test_the_same_seed_gives_the_same_answer():
    history = history_of({"A": clustered(np.random.default_rng(10), 30, 20.0)})
    assert toolkits(history, FAST).summary() == toolkits(history, FAST).summary()


def test_blocks_and_groups_keep_every_event():
    history = history_of({"A": clustered(np.random.default_rng(11), 31, 20.0)})
    for days in (1, 14, 100):
        assert block_counts(history, days=days).counts.sum() == history.n_events
    counts = block_counts(history, days=14).counts
    assert sum_groups(counts, np.array([0, 0, 1, 1, 2]), 3).sum() == history.n_events


def test_a_toolkit_of_instruments_without_events_is_refused():
    history = history_of({"A": clustered(np.random.default_rng(12), 30, 20.0)})
    with pytest.raises(InputError, match="repression"):
        toolkits(history, ToolkitSettings(instruments=("repression",)))


def test_a_shift_counts_where_it_leaves_steps_to_compare():
    # 24 steps at the head of 100: most shifts leave none, and a mean of nothing would warn.
    short = copying(np.random.default_rng(9), 24, lag=1)
    gap = np.zeros((76, len(SHARES)), np.int64)
    counts = {name: np.vstack([rows, gap]) for name, rows in short.items()}
    answer = toolkits(history_of(counts), ToolkitSettings(draws=49, step=14))
    found = answer.estimates["follows.TAIL.LEAD"]
    assert found.low > 0.0
    assert answer.tests["follows.LEAD.TAIL"] == pytest.approx(1 / 23)


def test_without_shifts_that_leave_steps_following_is_undefined_with_its_reason():
    # Two steps each time, at times whose distances never come twice: a shift leaves one at most.
    starts = np.array([round(3.0 * i**1.7) for i in range(25)])
    at = np.concatenate([starts, starts + 1])
    full = copying(np.random.default_rng(9), int(at.max()) + 1, lag=0)
    counts = {
        name: np.where(np.isin(np.arange(len(rows)), at)[:, None], rows, 0) for name, rows in full.items()
    }
    answer = toolkits(history_of(counts), ToolkitSettings(draws=49, step=14))
    found = answer.estimates["follows.TAIL.LEAD"]
    assert found.value is None
    assert "fewer than 10 shifts of a calendar that leave 10" in found.reason
    assert not any(name.startswith("follows") for name in answer.tests)


def test_too_few_draws_for_the_number_of_tests_are_told():
    history = history_of(copying(np.random.default_rng(1), 60, lag=1))
    few, enough = (toolkits(history, ToolkitSettings(draws=draws)) for draws in (19, 199))
    said = "a rank among 19 draws, which are too few for it to pass the adjustment for 2 tests"
    assert any(said in note for note in few.notes)
    assert not any("rank among" in note for note in enough.notes)
    assert 2 * few.tests["distance.LEAD.TAIL"] > 0.05
