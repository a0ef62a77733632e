"""On the true genealogy of a simulated world the attribution is the truth, figure by figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from genealogies import columns_of, summary_of_fit, true_draws

from melian.analysis.attribution import Attribution, attribute
from melian.analysis.evidence import Evidence
from melian.options import COMPONENTS
from melian.report import write_report
from melian.simulate import Baseline, Truth, World, simulate, to_history, truth_of

SINCE = 300
EXACT = 1e-12


@pytest.fixture(scope="module")
def world() -> tuple[Truth, Attribution]:
    path = simulate(
        World(
            actors=("A", "B", "C", "D", "E"),
            instruments=("coercion", "contestation", "force"),
            n_steps=900,
            baseline=Baseline(events=3000),
            seed=5,
        )
    )
    history = to_history(path, since=SINCE)
    draws = true_draws(path, history, since=SINCE, draws=3)
    fit = summary_of_fit(history, columns_of(history), share_from=SINCE)
    return truth_of(path, since=SINCE), attribute(history, draws, fit, Evidence())


def test_json_is_the_truth(world: tuple[Truth, Attribution]) -> None:
    truth, found = world
    for actor, true in truth.as_dict().items():
        part = found.summary["actors"][actor]
        assert (part["events"], part["joint_events"]) == (true["events"], true["joint_events"])
        got = {**flat(part["proximate"]), **flat(part["root"])}
        for name, value in {**flat(true["proximate"]), **flat(true["root"])}.items():
            if name == f"to.{actor}":
                assert value == 0.0
                continue
            assert got[name] == pytest.approx(value, abs=EXACT), (actor, name)


def flat(node: dict[str, object], path: str = "") -> dict[str, float]:
    out: dict[str, float] = {}
    for name, value in node.items():
        assert isinstance(value, dict)
        if "share" in value:
            out[path + name] = value["share"]
        else:
            out |= flat(value, f"{path}{name}.")
    return out


def test_intervals_of_one_genealogy_have_no_width(world: tuple[Truth, Attribution]) -> None:
    frame = world[1].frames["shares"]
    assert (frame["high"] - frame["low"]).abs().max() < EXACT


def test_toolkit_and_answers_are_the_truth(world: tuple[Truth, Attribution]) -> None:
    truth, found = world
    toolkit = found.frames["toolkit"]
    events = truth.toolkit.sum(axis=-1)
    assert toolkit["events"].to_list() == events.ravel().tolist()
    parts = toolkit.select(COMPONENTS).to_numpy().reshape(truth.toolkit.shape)
    assert np.nan_to_num(parts) == pytest.approx(truth.toolkit / np.maximum(events, 1)[..., None], abs=EXACT)
    shares = found.frames["answers"]["share"].to_numpy().reshape(3, 3)
    assert shares == pytest.approx(truth.answered.T / truth.answered.sum(), abs=EXACT)


def test_the_report_sets_the_truth_beside_it(world: tuple[Truth, Attribution], tmp_path: Path) -> None:
    truth, found = world
    page = write_report(found, tmp_path, truth=truth.as_dict()).read_text("utf-8")
    assert "Estimate against truth" in page
