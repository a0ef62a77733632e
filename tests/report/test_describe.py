"""Plain text for the terminal."""

from __future__ import annotations

import synthetic

from melian.report import attribution_text, describe_text


def test_attribution_text_has_a_line_per_actor_with_intervals_and_floor(made):
    text = attribution_text(made)
    for actor in made.summary["actors"]:
        assert any(line.startswith(actor) for line in text.splitlines())
    assert "(9" not in text.splitlines()[3] or "%" in text.splitlines()[3]
    assert "placebo floor" in text
    name = synthetic.HOSTILE[-1]
    assert f"{name}: undefined: no events in the window" in text
    assert "None" not in text


def test_describe_text_aligns_parts():
    text = describe_text(
        {
            "rows": {"read": 3705, "stored": 3700, "duplicate": 2, "rejected": 3},
            "events": 1204,
            "since": "2018-06-01",
            "until": "2018-06-02",
            "files": [{"path": "a.tab", "rows": 3705, "since": "2018-06-01"}],
            "actors": [{"actor": f"A{i}", "events": 100 - i} for i in range(40)],
            "instruments": {"soft_power": 900, "force": 304},
            "funnel": [{"step": "resolve", "rows": 3600}, {"step": "mirrors", "rows": 1204}],
            "snapshot": "ab12",
        }
    )
    assert text.startswith("3,705 rows read: 3,700 stored, 2 duplicate, 3 rejected.")
    assert "and 10 more" in text
    assert "soft power" in text
    assert "75%" in text
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("resolve"))
    assert len(lines[first]) == len(lines[first + 1])
