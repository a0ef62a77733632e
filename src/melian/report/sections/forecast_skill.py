"""How good the forecast was on held-out days, who is predictable, calibration, method and limits."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from typing import Any

import polars as pl

from melian.report.forecast_describe import coverage_words, skill_sentences
from melian.report.forecast_reading import ForecastReading
from melian.report.numerals import count, listing, number, plain_name
from melian.report.page import Figure, Key, Section, make_figure
from melian.report.tables import Column, make_table

__all__ = ["calibration", "limits", "method", "predictable", "skill"]

GAIN_KEYS = (Key("initiative", "better"), Key("muted", "cannot be told apart"), Key("reaction", "worse"))
NAMED = 6


def skill(reading: ForecastReading) -> Section:
    """Set the forecast beside the baselines."""
    told = reading.summary["evaluation"]
    return Section(
        "skill",
        "How good such forecasts were",
        "Skill",
        paragraphs=(
            f"The days from {told['since']} to {told['until']} were predicted from parameters fitted before "
            "them, states rolling forward day by day, and scored on every channel with enough events. "
            "Baselines are negative-binomial around their mean, fitted on the same days before: the "
            "constant, the weekday and season, the last value drawn to the mean, exponential smoothing, and "
            "a negative-binomial autoregression.",
        ),
        figures=(_against_baselines(reading),),
    )


def _panel(horizon: int) -> str:
    return "1 day ahead" if horizon == 1 else f"{horizon} days ahead"


def _direction(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "unclear"
    return "better" if low > 0 else "worse" if high < 0 else "unclear"


def _gain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give rows (panel, name, gain, low, high) their direction and mark the first of each panel."""
    seen: set[str] = set()
    out = []
    for row in rows:
        first = row["panel"] not in seen
        seen.add(row["panel"])
        direction = _direction(row["low"], row["high"])
        ends = {end: row["gain"] if row[end] is None else row[end] for end in ("low", "high")}
        out.append({**row, **ends, "direction": direction, "first": first})
    return out


def _domain(rows: list[dict[str, Any]]) -> list[float]:
    return [min(0.0, *(r["low"] for r in rows)), max(0.01, *(r["high"] for r in rows))]


def _against_baselines(reading: ForecastReading) -> Figure:
    frame = reading.frames["scores"]
    others = frame.filter(pl.col("model") != "melian")
    rows = _gain_rows(
        [
            {
                "panel": _panel(row["horizon"]), "name": row["model"], "gain": row["gain"],
                "low": row["gain_low"], "high": row["gain_high"],
            }
            for row in others.iter_rows(named=True)
        ]
    )  # fmt: skip
    names = others["model"].unique(maintain_order=True).to_list()
    panels = [_panel(h) for h in others["horizon"].unique(maintain_order=True).to_list()]
    return make_figure(
        "skill-figure",
        "forecast_gain",
        wide={
            "rows": rows, "panels": panels, "names": names, "y_scale": "shared",
            "columns": 3, "width": 215, "step": 24,
            "domain": _domain(rows), "ticks": 4, "label_limit": 210,
        },
        narrow={"columns": 1, "width": 170, "label_limit": 150},
        title="Gain over each baseline, in nats of log score per event",
        finding=" ".join(skill_sentences(reading.answer)),
        table=make_table(
            "scores-table",
            "Scores on the held-out days",
            columns=[
                Column("horizon", "Days ahead", "count"), Column("model", "Model"),
                Column("log_score", "Log score per event", "number"),
                Column("crps", "CRPS per event", "number"),
                Column("gain", "Gain of melian", "number"), Column("gain_low", "5%", "number"),
                Column("gain_high", "95%", "number"), Column("origins", "Origins", "count"),
            ],
            rows=frame.to_dicts(),
            note="Higher log scores and lower CRPS are better; intervals from blocks of four weeks.",
        ),
        frame=frame,
        keys=GAIN_KEYS,
    )  # fmt: skip


def predictable(reading: ForecastReading) -> Section:
    """Say which actors and instruments are predictable."""
    frame = reading.frames["predictability"]
    known = frame.filter((pl.col("kind") != "channel") & (pl.col("horizon") == 1))
    return Section(
        "predictable",
        "Who and what is predictable",
        "Predictable",
        paragraphs=(
            "An actor or instrument is called predictable where the forecast of the next day is better than "
            "a constant rate, with the whole 90% interval above zero. What is not may still have a good "
            "forecast of its mean: it says that the past days hold no more about it.",
        ),
        figures=(_gains(known, frame),) if known.height else (),
    )


def _gains(known: pl.DataFrame, frame: pl.DataFrame) -> Figure:
    shown = known.filter(pl.col("predictable").is_not_null()).sort("gain", descending=True)
    shown = shown if shown.height else known
    labels = {"actor": "Acting actor", "instrument": "Instrument"}
    rows = _gain_rows(
        [
            {
                "panel": labels[row["kind"]], "name": plain_name(row["name"]), "gain": row["gain"],
                "low": row["gain_low"], "high": row["gain_high"],
            }
            for row in shown.iter_rows(named=True)
        ]
    )  # fmt: skip
    return make_figure(
        "predictable-figure",
        "forecast_gain",
        wide={
            "rows": rows, "panels": [labels[k] for k in ("actor", "instrument")],
            "names": [plain_name(n) for n in shown["name"].to_list()], "y_scale": "independent",
            "columns": 2, "width": 330, "step": 17,
            "domain": _domain(rows), "ticks": 5, "label_limit": 140,
        },
        narrow={"columns": 1, "width": 200, "label_limit": 120},
        title="Gain over a constant rate one day ahead, nats per event",
        finding=_said(shown),
        table=make_table(
            "predictability-table",
            "Predictability of actors, instruments and channels",
            columns=[
                Column("kind", "What"), Column("name", "Name", "name"),
                Column("horizon", "Days ahead", "count"),
                Column("events", "Events", "count"), Column("gain", "Gain over constant", "number"),
                Column("gain_low", "5%", "number"), Column("gain_high", "95%", "number"),
                Column("best_baseline", "Best baseline"), Column("gain_over_best", "Gain over it", "number"),
            ],
            rows=frame.sort("horizon", "kind", "gain", descending=[False, False, True]).to_dicts(),
        ),
        frame=frame,
        keys=GAIN_KEYS,
    )  # fmt: skip


def _said(shown: pl.DataFrame) -> str:
    parts = []
    for value, words in ((True, "Predictable"), (False, "Not told apart from a constant rate")):
        rows = shown.filter(pl.col("predictable") == value)
        names = [
            listing([plain_name(n) for n in rows.filter(pl.col("kind") == kind)["name"].to_list()], NAMED)
            for kind in ("actor", "instrument")
        ]
        found = "; ".join(name for name in names if name)
        parts += [f"{words}: {found}."] if found else []
    return " ".join(parts) or "The held-out weeks are too few to say who is predictable."


def calibration(reading: ForecastReading) -> Section:
    """Show the PIT histograms and what the intervals held."""
    pit, told = reading.frames["pit"], reading.frames["calibration"]
    horizons = pit["horizon"].unique(maintain_order=True).to_list()
    rows = [{**row, "panel": _panel(row["horizon"])} for row in pit.to_dicts()]
    words = [f"{_panel(h)} {coverage_words(told.to_dicts(), h)}" for h in horizons]
    figure = make_figure(
        "pit",
        "forecast_pit",
        wide={
            "rows": rows, "panels": [_panel(h) for h in horizons], "columns": 3, "width": 260, "height": 120,
        },
        narrow={"columns": 1, "width": 270, "height": 90},
        title="Randomised PIT of the held-out counts",
        finding=f"The central 90% intervals held, {listing(words)}.",
        table=make_table(
            "calibration-table",
            "What central intervals held, and what they hold if the distributions are right",
            columns=[
                Column("horizon", "Days ahead", "count"), Column("level", "Level", "share"),
                Column("which", "Counts"), Column("cells", "Number", "count"),
                Column("expected", "Expected", "share"), Column("observed", "Observed", "share"),
            ],
            rows=told.to_dicts(),
        ),
        frame=pit,
        keys=[Key("initiative", "share of the counts in each tenth"), Key("ink", "where it is flat", "line")],
        note="Counts with a mean below 0.05 are left out of the histogram: their PIT is all randomisation.",
    )  # fmt: skip
    return Section(
        "calibration",
        "Do the distributions hold what they promise?",
        "Calibration",
        paragraphs=(
            "Where a forecast is calibrated the histogram is flat. A hump means distributions that are too "
            "wide, high ends too narrow, a slope a bias.",
        ),
        figures=(figure,),
    )


def method(reading: ForecastReading) -> Section:
    """Say how it was computed."""
    model = reading.model
    levels = [
        f"{level['group']} (half-life {number(level['half_life'])} days, prior {number(level['prior'])} "
        "events)"
        for level in model["multipliers"]
    ]
    chosen = listing(levels) if levels else "none"
    return Section(
        "method",
        "How it was computed",
        "Method",
        paragraphs=(
            "A network Hawkes process in daily steps gives the expected count of every source, target and "
            f"instrument (half-lives of {listing([number(h) for h in model['half_lives']])} days). Its "
            f"parameters are from events up to {reading.parameters_until}; the decayed states roll forward "
            "with each day's events and nothing is fitted for that. Courses go back to their mean as their "
            "prior says.",
            "Multipliers correct what the parameters miss: how far recent counts of a group stand above or "
            f"below the model (Harvey and Fernandes 1989). Chosen on days after the fit: {chosen}.",
            "Counts are negative-binomial. One day ahead the distribution is in closed form given the "
            "states; further ahead the mean is exact, as expected events move the states linearly, and the "
            "spread is learned from errors over the same horizon on days after the fit.",
            *(f"Note: {note}." for note in model["notes"]),
        ),
        tables=(_settings(model),),
    )


def _settings(model: Mapping[str, Any]) -> tuple[Any, str]:
    rows = [{"name": name, "value": str(value)} for name, value in model.items() if name != "notes"]
    rows.append({"name": "melian", "value": importlib.metadata.version("melian")})
    columns = [Column("name", "Name"), Column("value", "Value")]
    table = make_table("settings-table", "Settings, as in result.json", columns=columns, rows=rows)
    return table, pl.DataFrame(rows).write_csv()


def limits(reading: ForecastReading) -> Section:
    """Say what a forecast cannot do."""
    return Section(
        "limits",
        "Limits, and what may be said",
        "Limits",
        paragraphs=(
            "Counted are recorded acts, not acts: a source that reports less, or a wave of attention, moves "
            "the counts as acts do.",
            "The forecast knows earlier recorded acts and nothing else: no announced summit, vote or "
            "deadline, no order of battle. Its surprise is that of a reader of the same record.",
            f"Channels with fewer than {count(reading.model['min_events'])} events are part of sums and are "
            "not listed one by one. That something is predictable does not say what brings it about.",
        ),
    )
