"""Plain text for the terminal."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest
import synthetic

from melian.checks.registry import CHECKS
from melian.report import attribution_text, describe_text


def test_attribution_text_has_a_line_per_actor_with_intervals_and_floor(made):
    text = attribution_text(made)
    for actor in made.summary["actors"]:
        assert any(line.startswith(actor[:20]) for line in text.splitlines())
    assert "placebo floor" in text
    name = synthetic.HOSTILE[-1]
    assert f"{name}: undefined: no events in the window" in text
    assert "None" not in text


def test_attribution_text_says_which_checks_fail_and_follows_the_result(made):
    def told(**verdicts):
        results = [{"name": name.replace("_", "-"), "verdict": verdict} for name, verdict in verdicts.items()]
        checks = {"ran": "quick", "results": results}
        return attribution_text(
            SimpleNamespace(summary={**made.summary, "checks": checks}, frames=made.frames)
        )

    one_failed = told(floor="passed", same_step="failed", dispersion="informative", visits="not run")
    assert "Checks: 1 of 2 pass; failed: same-step; without a verdict: dispersion, visits." in one_failed
    assert f"`melian check` runs all {len(CHECKS)}" in one_failed
    assert "Checks: 2 of 2 pass. " in told(floor="passed", same_step="passed")
    assert "Checks" not in told()


def description() -> dict:
    return {
        "rows": {"read": 3705, "stored": 3700, "duplicate": 2, "rejected": 3},
        "events": 1204,
        "since": "2018-06-01",
        "until": "2018-08-02",
        "files": [
            {
                "name": "a.tab",
                "hash": "ab",
                "source": "icews",
                "read": 3705,
                "since": "2018-06-01",
                "notes": [],
            }
        ],
        "actors": [f"A{i}" for i in range(40)],
        "actor_events": {f"A{i}": 1000 - 10 * i for i in range(40)},
        "instruments": {"soft_power": 300, "force": 900, "protest": 0},
        "funnel": [{"step": "resolve", "rows": 3600}, {"step": "mirrors", "rows": 1204}],
        "snapshot": "ab12",
        "gaps": ["2018-07"],
        "coverage": {"both_ends": 0.934, "instrument": 1.0},
        "rejects": [{"reason": "no date", "rows": 3, "file": "a.tab", "row": 17, "raw": "x"}],
        "unknown_codes": {"cameo 999": 4},
    }


def test_describe_text_has_every_part():
    text = describe_text(description())
    assert text.startswith("3,705 rows read: 3,700 stored, 2 duplicate, 3 rejected.")
    for part in (
        "Months without rows: 2018-07.",
        "and 10 more",
        "soft power",
        "93%  two known actors",
        "no date",
    ):
        assert part in text
    assert text.index("force") < text.index("soft power")
    assert "protest" not in text
    assert "cameo 999" in text


def test_describe_text_aligns_numbers_to_the_right():
    lines = describe_text(description()).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("resolve"))
    assert len(lines[first]) == len(lines[first + 1])


def test_describe_text_of_an_empty_store():
    nothing = {
        "rows": dict.fromkeys(("read", "stored", "duplicate", "rejected"), 0),
        "events": 0,
        "snapshot": "ab",
    }
    nothing |= {"since": None, "until": None, "files": [], "actors": [], "instruments": {}, "funnel": []}
    text = describe_text(nothing)
    assert "0 events after the funnel, from rows of no day at all." in text
    assert "None" not in text


def test_describe_text_takes_what_describe_gives():
    data = pytest.importorskip("melian.data")
    rows = {"date": ["2018-01-01", "2018-03-02"], "source": ["USA", "RUS"], "target": ["RUS", "USA"]}
    with data.store_from_frame(pl.DataFrame({**rows, "cameo": ["190", "112"]})) as store:
        text = describe_text(data.describe(store).to_dict())
    assert "2 events after the funnel" in text
    assert "Months without rows: 2018-02." in text
