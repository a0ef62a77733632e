"""Sentences, notes and exhibits of the measure `var`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from melian.measures.answer import Estimate, Exhibit
from melian.measures.charts import dots_of, lines_of
from melian.measures.figures import p_text, share_text, span_text
from melian.measures.var_beside import WIDENING
from melian.measures.var_frames import LEVEL, Results

__all__ = ["exhibits", "notes", "sentences"]

SAID = 4
"""Questions with a sentence of their own."""


def sentences(results: Results) -> tuple[str, ...]:
    """Say where the two methods agree and what the plain questions come to."""
    frame, settings = results.questions, results.settings
    counts = Counter(frame["verdict"])
    agree = counts["both"] + counts["neither"]
    said = [
        f"Of {frame.height} questions who answers whom, the two methods agree on {agree}: both find an "
        f"answer in {counts['both']}, neither in {counts['neither']}. The autoregression alone finds one in "
        f"{counts['autoregression']}, the model alone in {counts['model']} (p at most {LEVEL} in each, "
        "before the adjustment for the number of tests).",
    ]
    plain = frame.filter(pl.col("relation") == "reply").head(SAID)
    said += [_question(row, settings.step, settings.horizon) for row in plain.iter_rows(named=True)]
    return tuple(said)


def _question(row: dict[str, Any], step: str, horizon: int) -> str:
    later = Estimate(row["later"], row["later_low"], row["later_high"])
    share = Estimate(row["share"], row["share_low"], row["share_high"])
    p = "p undefined" if row["granger_p"] is None else p_text(row["granger_p"])
    floor = "" if row["placebo"] is None else f", {share_text(row['placebo'])} with shifted calendars"
    model = (
        "no directed events"
        if row["share"] is None
        else f"{span_text(share, share=True)} of {row['events']:,} events{floor}"
    )
    return (
        f"{row['question']}: Granger {p}, response over {horizon} {step}s after the first {span_text(later)} "
        f"Goldstein points; the model attributes {model}."
    )


def notes(results: Results, unweighted: int) -> tuple[str, ...]:
    """Say what to know before reading."""
    unsure = results.series.filter(pl.col("unit_root_p") > LEVEL)["dyad"].to_list()
    made = [
        "Granger's test asks whether the past of one series helps to predict another beside what stands in "
        "the system; so does the model's share, on days and by kind of event. Neither shows what would have "
        "happened otherwise.",
        f"Intervals of the model's shares reach {WIDENING:g} times as far from the fit as its refits do: "
        "those alone held the truth too seldom in simulated worlds (`docs/var.md`).",
        "The net scale adds cooperation and conflict of one step; a step in which they cancel looks like one "
        "without events. Conflict comes in bursts, for which the F test is not exact; bands of the responses "
        "turn each step's residuals by a random sign and keep their size where it is.",
        "Signs are given as autoregression / model: like (cooperation after cooperation, conflict after "
        "conflict) or inverse; open where the band holds 0, or the share is not above every shifted "
        "calendar's.",
    ]
    if unsure:
        made.append(
            f"A unit root is not rejected for {', '.join(unsure)} (augmented Dickey-Fuller, p above "
            f"{LEVEL}); tests with these series may find answers where there are none."
        )
    if unweighted:
        made.append(f"{unweighted:,} events have a code without a Goldstein weight and stand in no series.")
    return tuple(made)


def exhibits(results: Results) -> tuple[Exhibit, ...]:
    """Give tables and charts."""
    return _answers(results), _responses(results), _why(results), _data(results), _series(results)


def _answers(results: Results) -> Exhibit:
    frame = results.questions
    differ = frame.filter(pl.col("verdict").is_in(["autoregression", "model"])).height
    return Exhibit(
        "answers", "Both answers side by side",
        f"The two methods differ on {differ} of {frame.height} questions.",
        frame,
        (("question", "Question", "text"), ("events", "Events", "count"),
         ("granger_p", "Granger p", "number"), ("later", "Response, later steps", "quantity"),
         ("share", "Model's share", "estimate"),
         ("placebo", "Shifted calendars", "share"), ("share_p", "p of the share", "number"),
         ("verdict", "Found by", "text"), ("signs", "Signs", "text")),
        dots_of("share", "question", x_title="the model's share of events", percent=True),
    )  # fmt: skip


def _responses(results: Results) -> Exhibit:
    step = results.settings.step
    last = results.responses.filter(pl.col("order") == "later steps only").drop_nulls("response_low")
    last = last.filter(pl.col("step") == results.settings.horizon)
    beyond = last.filter((pl.col("response_low") > 0.0) | (pl.col("response_high") < 0.0)).height
    return Exhibit(
        "responses", "Cumulated impulse responses",
        f"The band of the later response leaves 0 out for {beyond} of {last.height} questions shown.",
        results.responses,
        (("question", "Question", "text"), ("order", "Order", "text"),
         ("step", f"{step.capitalize()}s after", "count"), ("response", "Goldstein points", "quantity")),
        lines_of("response", "step", series="order", panel="question", zero=0.0,
                 x_title=f"{step}s after the innovation", y_title="Goldstein points, cumulated"),
        "To an innovation of one standard deviation. Where the two orders differ, the difference is what "
        "moves together in one step, of which no step tells who began.",
    )  # fmt: skip


def _why(results: Results) -> Exhibit:
    frame = results.questions.filter(pl.col("why") != "").select("question", "verdict", "why")
    whole = results.questions.height
    return Exhibit(
        "differences", "Where the answers differ",
        f"One of the two methods alone finds an answer in {frame.height} of {whole} questions.",
        frame,
        (("question", "Question", "text"), ("verdict", "Found by", "text"),
         ("why", "What in the data goes with it", "text")),
    )  # fmt: skip


def _data(results: Results) -> Exhibit:
    frame = results.reasons
    joint = float(np.nanmax(frame["joint"].to_numpy()))
    return Exhibit(
        "reasons", "What the series leave out",
        f"Joint events are up to {share_text(joint)} of a dyad's events.",
        frame,
        (("question", "Question", "text"), ("joint", "Joint events", "share"),
         ("same_day", "On days of the other", "share"), ("cancelled", "Cancelled by netting", "share"),
         ("empty", "Empty steps", "share"), ("together", "Innovations together", "number"),
         ("p_without_joint", "p without joint", "number"), ("p_counts", "p of counts", "number"),
         ("p_attention", "p, attention held", "number")),
        None,
        "Of the answering dyad. On days of the other: its directed events on days on which the other dyad "
        "has some. Innovations together: correlation of the two dyads' residuals of one step. The p-values "
        "are Granger's on other readings of the same data.",
    )  # fmt: skip


def _series(results: Results) -> Exhibit:
    frame = results.series
    sure = frame.filter(pl.col("unit_root_p") <= LEVEL).height
    return Exhibit(
        "series", "The series",
        f"A unit root is rejected for {sure} of {frame.height} series.",
        frame,
        (("dyad", "Dyad", "text"), ("events", "Directed events", "count"), ("joint", "Joint events", "count"),
         ("mean", "Mean points", "number"), ("deviation", "Standard deviation", "number"),
         ("unit_root_p", "Unit root, p", "number"), ("modulus", "Largest root of its system", "number")),
    )  # fmt: skip
