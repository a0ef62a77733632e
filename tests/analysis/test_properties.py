"""What must hold for any draws: sums, bounds, a naive count, and a report that accepts the result."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from genealogies import random_draws, summary_of_fit
from hypothesis import given, settings
from hypothesis import strategies as st

from melian.analysis import counts as counting
from melian.analysis.attribution import Attribution, attribute
from melian.analysis.evidence import Evidence
from melian.history import EventHistory
from melian.models.draws import Draws
from melian.options import COMPONENTS, REACTION_RELATIONS, RELATIONS
from melian.report import write_report

EXACT = 1e-12


def random_history(rng: np.random.Generator, *, n: int = 4, steps: int = 60, cells: int = 80) -> EventHistory:
    """Cells among all actors but the last, a fifth of them joint."""
    k = 3
    shape = (steps, 2, n, n, k)
    low, high = np.sort([rng.permutation(n - 1)[:2] for _ in range(cells)], axis=1).T
    joint = (rng.random(cells) < 0.2).astype(np.int64)
    turned = (joint == 0) & (rng.random(cells) < 0.5)
    source, target = np.where(turned, high, low), np.where(turned, low, high)
    parts = (rng.integers(0, steps, cells), joint, source, target, rng.integers(0, k, cells))
    key = np.unique(np.ravel_multi_index(parts, shape))
    step, joint, source, target, instrument = (v.astype(np.int32) for v in np.unravel_index(key, shape))
    member = rng.random((n, steps)) < 0.5
    return EventHistory(
        actors=tuple("ABCDEFGH"[:n]),
        instruments=("coercion", "force", "soft_power"),
        origin=dt.date(2017, 12, 20),
        n_steps=steps,
        window=(0, steps),
        step=step,
        source=source,
        target=target,
        instrument=instrument,
        count=rng.integers(1, 4, len(key)).astype(np.int32),
        joint=joint.astype(bool),
        row=np.arange(len(key), dtype=np.int64),
        blocs={"X": member},
        reactive=rng.random(len(key)) < 0.2,
    )


def attributed(history: EventHistory, draws: Draws, live: int) -> Attribution:
    return attribute(history, draws, summary_of_fit(history, draws.columns, share_from=live), Evidence())


@given(seed=st.integers(0, 2**32 - 1), live=st.integers(0, 40), draws=st.integers(1, 6), split=st.booleans())
@settings(max_examples=25, deadline=None)
def test_shares_sum_to_one(seed: int, live: int, draws: int, split: bool) -> None:
    rng = np.random.default_rng(seed)
    history = random_history(rng)
    drawn = random_draws(history, rng, draws=draws, bloc="X" if split else None, live=live)
    found = attributed(history, drawn, live)
    for part in found.summary["actors"].values():
        near, root = part["proximate"], part["root"]
        if not part["events"]:
            assert near["initiative"] == {"share": None, "reason": "no directed events in the window"}
            continue
        assert abs(sum(near[c]["share"] for c in COMPONENTS) - 1.0) < EXACT
        relations = near["relations"]
        assert abs(sum(relations[r]["share"] for r in RELATIONS) + near["initiative"]["share"] - 1.0) < EXACT
        reaction = sum(relations[r]["share"] for r in REACTION_RELATIONS)
        assert abs(reaction - near["reaction"]["share"]) < EXACT
        assert abs(sum(v["share"] for v in near["to"].values()) - near["reaction"]["share"]) < EXACT
        assert abs(root["self"]["share"] + sum(v["share"] for v in root["by"].values()) - 1.0) < EXACT
    for name in ("shares", "relations", "reactions", "roots", "periods"):
        frame = found.frames[name].drop_nulls("share")
        assert (frame["low"] <= frame["high"]).all()
        assert (frame["low"] >= 0.0).all()
        assert (frame["high"] <= 1.0).all()
    known = found.frames["periods"].drop_nulls("share")
    sums = known.group_by("actor", "since").agg(pl.col("share").sum())["share"]
    assert ((sums - 1.0).abs() < EXACT).all()


@pytest.mark.parametrize("bloc", [None, "X"])
def test_counts_are_those_of_a_naive_loop(bloc: str | None) -> None:
    rng = np.random.default_rng(3)
    history = random_history(rng)
    draws = random_draws(history, rng, draws=7, bloc=bloc, live=10)
    found = attributed(history, draws, 10)
    n_draws, relations, answers, parents = len(draws.term), Counter(), Counter(), Counter()
    events = Counter(int(history.source[c]) for c in draws.cell[draws.live])
    for draw, unit in np.argwhere((draws.term >= 0) & draws.live):
        cell, parent = int(draws.cell[unit]), int(draws.parent[draw, unit])
        column, within = divmod(int(draws.term[draw, unit]), draws.columns.width)
        source = int(history.source[cell])
        relations[source, draws.columns.names[column]] += 1
        parents[cell, parent] += 1
        if draws.columns.relations[column] in REACTION_RELATIONS:
            answers[int(history.instrument[cell]), within // draws.columns.n_kernels] += 1
    for i, actor in enumerate(history.actors):
        for name in draws.columns.names:
            got = found.summary["actors"][actor]["proximate"]["relations"][name]["share"]
            expected = relations[i, name] / n_draws / events[i] if events[i] else None
            assert got == (None if expected is None else pytest.approx(expected))
    shares = found.frames["answers"]["share"].to_numpy().reshape(3, 3)
    total = sum(answers.values())
    assert shares == pytest.approx(np.array([[answers[a, b] / total for b in range(3)] for a in range(3)]))
    for row in found.frames["events"].iter_rows(named=True):
        mine = sorted(((-times, p) for (cell, p), times in parents.items() if cell == row["row"]))
        expected = [(p, -times / n_draws / row["count"]) for times, p in mine[:3]]
        got = [(row[f"parent{q}"], row[f"parent{q}_probability"]) for q in (1, 2, 3)]
        assert [p for p, _ in got if p is not None] == [p for p, _ in expected]
        assert [q for p, q in got if p is not None] == pytest.approx([q for _, q in expected])


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from melian.analysis import blocks

    rng = np.random.default_rng(4)
    history = random_history(rng)
    draws = random_draws(history, rng, draws=6, live=5)
    whole = attributed(history, draws, 5)
    monkeypatch.setattr(counting, "BLOCK", 200)
    monkeypatch.setattr(blocks, "BLOCK", 40)
    pieces = attributed(history, draws, 5)
    assert whole.summary == pieces.summary
    assert all(whole.frames[name].equals(pieces.frames[name]) for name in whole.frames)


def test_order_of_units_does_not_change_the_result() -> None:
    rng = np.random.default_rng(5)
    history = random_history(rng)
    draws = random_draws(history, rng, draws=6, live=5)
    order = rng.permutation(len(draws.cell))
    moved = replace(
        draws,
        cell=draws.cell[order],
        live=draws.live[order],
        term=draws.term[:, order],
        parent=draws.parent[:, order],
        root=draws.root[:, order],
    )
    first, second = attributed(history, draws, 5), attributed(history, moved, 5)
    assert first.summary == second.summary
    assert all(first.frames[name].equals(second.frames[name]) for name in first.frames)


def test_an_actor_without_events_is_undefined_everywhere() -> None:
    rng = np.random.default_rng(6)
    history = random_history(rng)
    found = attributed(history, random_draws(history, rng, live=5), 5)
    part = found.summary["actors"]["D"]
    none = {"share": None, "reason": "no directed events in the window"}
    assert part["events"] == 0
    assert all(part["proximate"][c] == none for c in (*COMPONENTS, "placebo_reaction", "same_step"))
    assert all(v == none for v in part["proximate"]["relations"].values())
    assert all(v == none for v in part["proximate"]["to"].values())
    assert all(v == none for v in (part["root"]["self"], *part["root"]["by"].values()))
    own = found.frames["shares"].filter(actor="D")
    assert own["reason"].to_list() == ["no directed events in the window"] * 7
    assert found.frames["toolkit"].filter(actor="D")["composition"].to_list() == [None] * 3


@pytest.mark.parametrize(
    ("live", "reacts"),
    [
        pytest.param(0, True, id="all"),
        pytest.param(0, False, id="no reaction"),
        pytest.param(59, True, id="no live event"),
    ],
)
def test_the_report_accepts_the_result(live: int, reacts: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    history = random_history(rng)
    draws = random_draws(history, rng, live=live)
    if not reacts:
        draws = replace(draws, term=np.full_like(draws.term, -1), parent=np.full_like(draws.parent, -1))
    if live:
        draws = replace(draws, live=np.zeros_like(draws.live))
    page = write_report(attributed(history, draws, live), tmp_path)
    assert page.stat().st_size > 10_000


def test_telling_events_leave_room_for_every_pair_and_component() -> None:
    rng = np.random.default_rng(9)
    history = random_history(rng, n=7, steps=200, cells=1500)
    frame = attributed(history, random_draws(history, rng, draws=1), 0).frames["telling"]
    pairs = Counter(frozenset(pair) for pair in frame.select("source", "target").rows())
    assert frame["rank"].to_list() == list(range(1, 51))
    assert max(pairs.values()) <= 5
    assert max(Counter(frame["source"].to_list()).values()) <= 17
    for component in COMPONENTS:
        assert frame.filter(pl.col(component) > 0.5).height >= 5, component
