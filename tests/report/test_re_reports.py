"""What is said of re-reports of later days: one sentence for each verdict."""

from __future__ import annotations

import pytest

from melian.report.re_reports import re_report_sentences


def record(verdict, reach, shares=(0.68, 0.66)):
    repeats = [
        {"days": days, "reports": 1_900 + days, "share": share, "low": share - 0.05, "high": share + 0.05}
        for days, share in enumerate(shares, start=1)
    ]
    undefined = {"days": 3, "reports": 7, "share": None, "reason": "too few repeats to tell"}
    return {
        "source": "gdelt2",
        "reports": 9,
        "repeats": [*repeats, undefined],
        "reach": reach,
        "verdict": verdict,
    }


@pytest.mark.parametrize(
    ("verdict", "reach", "said"),
    [
        ("joined", 2, "that is many up to two days, so as many are joined to the act they tell of"),
        ("joined", 1, "that is many up to one day, so"),
        ("minority", 0, "that is not surely a quarter or more, so all stay in."),
        ("fading", 0, "fades from day to day as conduct that goes on does, so all stay in."),
    ],
)
def test_sentence_of_each_verdict(verdict, reach, said):
    (sentence,) = re_report_sentences([record(verdict, reach)])
    assert sentence.startswith("Re-reports of later days (gdelt2): ")
    assert "68% (63–73%) of the 1,901 one day later" in sentence
    assert "66% (61–71%) of the 1,902 two days later are that report told again" in sentence
    assert "None" not in sentence
    assert "three" not in sentence
    assert said in sentence


def test_few_repeats_and_none():
    (sentence,) = re_report_sentences([record("few", 0, shares=())])
    assert sentence.endswith("7 reports repeat raw pair and code a day later, too few to tell; all stay in.")
    assert re_report_sentences([]) == []
