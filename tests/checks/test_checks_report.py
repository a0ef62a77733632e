"""The page of the checks: every verdict, sentence and figure is there, and comes from the results."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from check_worlds import subject, world

from melian.checks.registry import CHECKS
from melian.checks.suite import CheckReport, run_checks
from melian.report.checks import check_section, write_checks


@pytest.fixture(scope="module")
def report() -> CheckReport:
    """All checks of a world with reaction."""
    return run_checks(subject(world(reply=0.3, instruments=("contestation", "soft_power"))))


def test_page_has_every_check_with_its_figure(report: CheckReport, tmp_path: Path) -> None:
    page = write_checks(report, tmp_path).read_text(encoding="utf-8")
    for result in report.results:
        assert f'id="check-{result.name}"' in page
        assert (tmp_path / "tables" / f"{result.name}.csv").exists() == bool(result.table.width)
    drawn = [result for result in report.results if result.figure.height]
    assert page.count('<figure id="check-') == len(drawn) >= len(CHECKS) - 2
    ids = Counter(re.findall(r' id="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    assert "tests ran" in page
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    for words in ("caused", "because of", "led to", "leads to", "due to", "results in"):
        assert words not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)


def test_section_follows_the_result(report: CheckReport) -> None:
    result = report.results[0]
    other = replace(result, passed=not result.passed, sentence="Another finding.")
    before, after = check_section(result), check_section(other)
    assert before.figures[0].title != after.figures[0].title
    assert after.figures[0].finding == "Another finding."
    assert len(check_section(replace(other, figure=other.figure.clear())).tables) == 1
