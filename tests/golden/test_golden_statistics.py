"""Every statistic of the observed dyads and its sum over the dyads at risk, as remstats and eventnet gave it.

Tolerance 1e-9: the files hold 15 digits, eventnet's 8 decimals.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from golden_data import columns, synthetic
from golden_models import STATISTICS, SYNTHETIC, each

from melian.effects.formula import parse_formula
from melian.kernels.rem_pass import partial_pass
from melian.rem.config import RemConfig
from melian.rem.engine import Runner
from melian.rem.problem import build_problem
from melian.sequence import RelationalEvents

FILE = "syn_20_400_observed_statistics.csv"
EVENTNET = "syn_20_400_eventnet_decay100_observed.csv"


def statistics(events: RelationalEvents, formula: str, config: RemConfig) -> tuple[np.ndarray, np.ndarray]:
    """Values of the observed dyads (n_events, p) and their sums over the dyads at risk."""
    problem = build_problem(events, parse_formula(formula), config=config)
    runner, p = Runner(problem), len(problem.labels)
    rows, beta = runner.prepare(0), np.zeros(p)
    plan, sums = problem.plan, runner.sums
    values, totals = [], []
    for step in range(problem.timeline.n_steps):
        arrays = (plan.layout, runner.state, problem.changes, problem.observed, sums, rows, beta)
        flags = (plan.plain, plan.everywhere)
        partial_pass(*arrays, (step, step + 1), flags, False, np.zeros(p), np.zeros((p, p)))
        values.append(sums.value[problem.observed.row[step]].copy())
        totals.append(sums.first.copy())
    return np.array(values), np.array(totals)


@pytest.mark.parametrize("prefix", STATISTICS)
def test_observed_statistics_and_their_sums(golden: Path, prefix: str) -> None:
    table = columns(golden / FILE)
    names = [n for n in table if n.startswith(f"{prefix}.") and not n.endswith("sum_over_riskset")]
    values, totals = statistics(synthetic(golden, SYNTHETIC["A_full"]), STATISTICS[prefix], RemConfig())
    assert values.shape == (399, len(names))
    for q, name in enumerate(names):
        np.testing.assert_allclose(values[:, q], np.array(table[name], float), rtol=1e-9, atol=1e-9)
        whole = np.array(table[f"{name}.sum_over_riskset"], float)
        np.testing.assert_allclose(totals[:, q], whole, rtol=1e-9, atol=1e-9)


def test_decay_to_now_as_in_eventnet(golden: Path) -> None:
    table = columns_of_eventnet(golden / EVENTNET)
    formula = each(STATISTICS["full"], "(halflife=100)")
    events = synthetic(golden, SYNTHETIC["A_full"])
    values, _ = statistics(events, formula, RemConfig(first_event="include"))
    np.testing.assert_allclose(values, table, rtol=1e-7, atol=2e-8)


def columns_of_eventnet(path: Path) -> np.ndarray:
    """Read the six statistics of eventnet's rows."""
    import csv

    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = ("inertia", "reciprocity", "outdegS", "indegR", "otp", "itp")
    return np.array([[float(row[name]) for name in names] for row in rows])
